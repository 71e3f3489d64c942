"""Computes the HOSPITAL score for one stay from the patient's records, beside LACE.

It applies to the stays that LACE applies to (rule 13). Which of its published forms is meant is in content. What is not
on record makes a range: no service on record, no laboratory result of this stay, no procedure on record are no zeros,
for a list that does not hold it proves nothing. Only admissions are counted as they are on record, as LACE counts
visits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from carefhir.chart import stays
from carefhir.chart.all_stays import every_stay
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Destination, Stay
from carefhir.codes import DISCHARGE_SERVICE
from carefhir.content import hospital_score, lace, quantities
from carefhir.content.clocks import Clock
from carefhir.content.hospital_score import Basis, HospitalInputs, HospitalScore, Variant
from carefhir.content.lace import COMORBIDITY
from carefhir.content.loading import parameters
from carefhir.content.whole_word import whole_word
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Need
from carefhir.mappers import encounter, procedure, reading
from carefhir.mappers.encounter import BEGUN, EncounterView
from carefhir.mappers.procedure import ProcedureView
from carefhir.mappers.reading import Measurement, Unread
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import lace_of_stay

NEEDS: tuple[Need, ...] = (reading.find_before_discharge(), procedure.find_recent())
"""What the score needs beside what LACE needs."""
CANCER = frozenset({"any-tumour", "metastatic-tumour"})
"""The comorbidity groups of LACE that are a diagnosis of cancer."""
SHOWN_UNITS = {hospital_score.HEMOGLOBIN: "g/dL", hospital_score.SODIUM: "mmol/L"}


@dataclass(frozen=True, slots=True)
class BeforeDischarge:
    """What else is on record of the time before a discharge. Empty is not none: see `unseen`."""

    numbers: tuple[Measurement, ...] = ()
    unread: tuple[Unread, ...] = ()
    procedures: tuple[ProcedureView, ...] = ()
    unseen: frozenset[str] = frozenset()
    """`discharge_readings`, `procedures`: what the server did not show."""


def before_discharge(records: Records, occasion: Occasion) -> BeforeDischarge:
    """Reads laboratory results and procedures."""
    content, zone = occasion.content, occasion.zone
    results = records["discharge_readings"]
    return BeforeDischarge(
        numbers=tuple(number for record in results for number in reading.read(record, content, zone)),
        unread=tuple(number for record in results for number in reading.unread(record, content, zone)),
        procedures=tuple(procedure.read(record, zone) for record in records["procedures"]),
        unseen=frozenset(gap.need for gap in records.gaps),
    )


def assess(
    chart: Chart, stay: Stay, place: Destination, *, before: BeforeDischarge, clock: Clock, occasion: Occasion
) -> HospitalScore | None:
    """The score in the form that content names; None where it does not apply, as LACE. Raises `ContentError`."""
    if lace_of_stay.not_for(stay, place):
        return None
    form = hospital_score.form_of(occasion.content)
    inputs = StayInputs(chart, stay, before, clock, occasion, form).inputs()
    return hospital_score.hospital(occasion.content, inputs, variant=form)


@dataclass(frozen=True, slots=True)
class StayInputs:
    """Finds the inputs of the score for one stay."""

    chart: Chart
    stay: Stay
    before: BeforeDischarge
    clock: Clock
    occasion: Occasion
    form: Variant

    def inputs(self) -> HospitalInputs:
        """Every input, with what it rests on."""
        urgency = lace_of_stay.urgency_of(self.chart, self.stay, clock=self.clock, occasion=self.occasion)
        days = (self.stay.end_day - self.stay.start_day).days
        hemoglobin, of_hemoglobin = self._last(hospital_score.HEMOGLOBIN)
        sodium, of_sodium = self._last(hospital_score.SODIUM)
        oncology, of_oncology = self._oncology()
        done, of_procedure = self._procedure()
        admissions, unclear = self._admissions()
        basis = {
            "H": of_hemoglobin,
            "O": of_oncology,
            "S": of_sodium,
            "P": of_procedure,
            "IT": Basis(urgency.why, urgency.records),
            "L": Basis(f"{days} day{'' if days == 1 else 's'} in hospital"),
        }
        return HospitalInputs(
            hemoglobin=hemoglobin,
            oncology=oncology,
            sodium=sodium,
            procedure=done,
            urgent=urgency.emergent,
            days=days,
            admissions=len(admissions),
            unclear_admissions=unclear,
            basis=basis,
        )

    def _last(self, name: str) -> tuple[Decimal | None, Basis]:
        """The last number of this stay, in the unit of the score; None where there is none that can be read."""
        content = self.occasion.content
        kind = quantities.kinds(content)[name]
        if "discharge_readings" in self.before.unseen:
            return None, Basis(f"{kind.display}: laboratory results are not visible")
        mine = [each for each in self.before.numbers if each.code == kind.loinc[0] and self._within(each.at)]
        odd = [each for each in self.before.unread if each.code == kind.loinc[0] and each.at and self._within(each.at)]
        if not mine and not odd:
            return None, Basis(f"no {kind.display} of this stay is on record")
        last = max(at for at in (*(each.at for each in mine), *(each.at for each in odd)) if at)
        if any(each.at == last for each in odd):
            return None, Basis(f"the last {kind.display} of this stay cannot be read")
        newest = [each for each in mine if each.at == last]
        values = [reading.in_unit(content, each.value, each.unit, SHOWN_UNITS[name]) for each in newest]
        if any(reading.doubtful(content, each) for each in newest) or None in values:
            return None, Basis(f"the last {kind.display} of this stay is not plausible: ask the hospital")
        numbers = [value for value in values if value is not None]
        limit = parameters(content.get("PlanDefinition", hospital_score.PLAN))[f"{name}-under"]
        if len({value < limit for value in numbers}) > 1:
            return None, Basis(f"two numbers of the last {kind.display} of this stay contradict each other")
        # Never rounded: 11.96 counts as under 12, and must not be shown as 12.0.
        shown = f"{min(numbers).normalize():f} {SHOWN_UNITS[name]}"
        day = self.occasion.local_date(last)
        records = tuple(dict.fromkeys(each.record for each in newest))
        return min(numbers), Basis(f"{kind.display} {shown} on {day}, the last of this stay", records)

    def _within(self, at: datetime) -> bool:
        return at <= self.stay.end and self.occasion.local_date(at) >= self.stay.start_day

    def _oncology(self) -> tuple[bool | None, Basis]:
        """Whether the stay ended in an oncology service; where the form says so, a diagnosis of cancer counts."""
        content, anchor = self.occasion.content, self.stay.anchor
        if hospital_score.cancer_counts(content, self.form):
            cancer = tuple(self._cancer())
            if cancer:
                return True, Basis("a diagnosis of cancer is on record", cancer)
        service = encounter.service(anchor.record)
        kinds = {kind for system, code in service.codes for kind in content.mapped("discharge-services", system, code)}
        words = str(content.concept(DISCHARGE_SERVICE, "oncology").properties["words"]).split(";")
        told = any(whole_word(word.strip()).search(name.casefold()) for word in words for name in service.words)
        if "oncology" in kinds or told:
            return True, Basis("discharged from an oncology service", (anchor.record,))
        if not kinds:
            named = service.codes or service.words
            return None, Basis("the service is not one that we know" if named else "the service is not on record")
        if hospital_score.cancer_counts(content, self.form) and "conditions" in self.chart.unseen:
            return None, Basis("discharged from another service; conditions are not visible", (anchor.record,))
        return False, Basis("discharged from another service than oncology", (anchor.record,))

    def _cancer(self) -> Iterable[Record]:
        groups = self.occasion.content.concepts(COMORBIDITY)
        for illness in lace_of_stay.illnesses(self.chart, self.stay):
            of = set(lace.groups_of(self.occasion.content, illness.record)) & CANCER & set(groups)
            if illness.current and of:
                yield illness.record

    def _procedure(self) -> tuple[bool | None, Basis]:
        """Whether a procedure of this stay is on record, with a code. None on record is not none done."""
        if "procedures" in self.before.unseen:
            return None, Basis("procedures are not visible")
        during = [
            view
            for view in self.before.procedures
            if view.took_place and view.during(self.stay.references, self.stay.start, self.stay.end)
        ]
        coded = tuple(view.record for view in during if view.coded)
        if coded:
            return True, Basis("a coded procedure of this stay is on record", coded)
        why = "a procedure of this stay has no code" if during else "no procedure of this stay is on record"
        return None, Basis(f"{why}, which does not say that there was none")

    def _admissions(self) -> tuple[list[Stay], int]:
        """The admissions before this one; and how many Encounters of that time may be further ones: those that nobody
        has ended, or whose class is not known."""
        content = self.occasion.content
        months = parameters(content.get("PlanDefinition", hospital_score.PLAN))["admission-months"]
        earliest = lace_of_stay.months_before(self.stay.start, months)

        def counts(start: datetime | None) -> bool:
            return start is not None and earliest <= start < self.stay.start

        others = tuple(
            each
            for each in self.chart.encounters
            if each.status in BEGUN and each.reference not in self.stay.references and counts(each.start)
        )
        ended = tuple(each for each in others if each.end is not None)
        admissions = [stay for stay in every_stay(content, ended) if stay.setting.properties.get("admission")]
        unclear = [each for each in others if each not in ended and self._admits(each)]
        unclear += [each for each in others if not stays.class_is_known(content, each)]
        return admissions, len(unclear)

    def _admits(self, view: EncounterView) -> bool:
        return bool(stays.setting_of(self.occasion.content, view).properties.get("admission"))
