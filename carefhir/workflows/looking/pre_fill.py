"""`pre-fill` (read only): a form with the answers that the record already has, for a person to confirm.

A proposal: nothing is written and nothing is scored. Each value stands with its source (which resource in which
version, when, who), and counts as nobody's answer until somebody has asked and set `confirmed`; the steps that record
answers hold to that. Which questions may be filled in, and how fresh a number must be, is content. An older number is
shown and not filled in; so is one of several that differ, one from before the last discharge, and one that is not
plausible. A safety item is never filled in. While the person is in a hospital, or where nobody can see whether they
are, nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import facts, whereabouts
from carefhir.chart.chart import Chart
from carefhir.codes import CHECK_IN_ITEM, UCUM
from carefhir.content import answering, check_in, prefilling, quantities, scoring
from carefhir.content.loading import extensions
from carefhir.content.number_words import number_in_words, unit_in_words
from carefhir.engine.step import PatientCommand, Reading
from carefhir.errors import BadInput
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, first_text, references
from carefhir.mappers import labels, prefilled, reading
from carefhir.mappers.reading import Measurement
from carefhir.occasion import Occasion
from carefhir.workflows.looking import person
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.section import Section, Sentence, section

CONFIRM = (
    "ask the person, and set confirmed to true in each answer that holds; correct or remove what does not; what nobody "
    "has confirmed is not scored"
)


class PreFill(PatientCommand):
    """Shows a form with the answers that the record already has."""

    instrument: str = Field(min_length=1, description="the instrument or check-in, as check-in-heart-failure")


NEEDS = charts.needs("patient", "readings", *whereabouts.NEEDS)


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One answer that was filled in, or a number that was not, with its source."""

    link_id: str
    question: str
    value: str
    source: str
    """The resource in its version, `Observation/12/_history/1`."""
    at: str
    """When it was measured, as the record has it."""
    by: str
    """Who measured it, as the record says; "" where it does not."""
    why: str = ""
    """Why it was not filled in; "" where it was."""

    @property
    def cells(self) -> tuple[str, ...]:
        by = f"by {self.by}" if self.by else "nobody is named"
        return (self.question, self.value, f"{self.source}, {self.at}, {by}", self.why)


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A form with what the record has. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    on_record: bool
    """Whether the person is on this server and visible."""
    form: str
    """The canonical of the Questionnaire."""
    sections: tuple[Section, ...] = ()
    """`filled`, `not-filled`, `never`."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""
    to_fill_in: Mapping[str, Any] = field(default_factory=dict)
    """The fields of the step that records it, with a response that is a proposal: in-progress, nothing confirmed."""


def read(records: Records, command: PreFill, occasion: Occasion) -> Prefilled:
    """The form, filled in for one person, now. Raises `BadInput` for a form that is not one of ours."""
    chart = charts.read(records, occasion)
    form = _form(command, occasion)
    identity = person.identity(chart, command.patient, occasion.today)
    name = occasion.content.canonical("Questionnaire", str(form["id"]))
    if chart.person is None:
        return Prefilled(command.patient, identity, False, name, not_visible=records.not_visible)
    filling = Filling(chart, form, occasion)
    rows = list(filling.rows())
    filled = {row.link_id: measurement for row, measurement in rows if not row.why}
    unseen = [need for need in ("readings", "encounters") if need in chart.unseen]
    return Prefilled(
        patient=command.patient,
        identity=identity,
        on_record=True,
        form=name,
        sections=(
            section(
                "filled",
                "Filled in from the record, confirmed by nobody",
                [row for row, _ in rows if not row.why],
                empty="nothing",
                note=CONFIRM if filled else "",
                unseen=unseen,
            ),
            section("not-filled", "On record, and not filled in", [row for row, _ in rows if row.why], unseen=unseen),
            section("never", "Asked of the person", [Sentence(words) for words in filling.never(filled)]),
        ),
        not_visible=records.not_visible,
        to_fill_in={"patient": command.patient, "response": filling.response(command.patient, filled)},
    )


def _form(command: PreFill, occasion: Occasion) -> Json:
    id_ = command.instrument.partition("|")[0].rpartition("/")[2]
    ours = {
        str(artefact["id"]): artefact
        for (type_, _), artefact in occasion.content.artefacts.items()
        if type_ == "Questionnaire"
    }
    form = ours.get(id_) or occasion.content.find("Questionnaire", id_)
    if form is None:
        raise BadInput(f"there is no instrument {id_!r}; ours are: {', '.join(sorted(ours))}")
    return form


@dataclass(frozen=True, slots=True)
class Filling:
    """Looks for the answers to one form in one person's chart."""

    chart: Chart
    form: Json
    occasion: Occasion

    def rows(self) -> Iterator[tuple[FilledRow, Measurement]]:
        """For each question that may be filled in: the newest number on record, and whether it was."""
        rows = [row for link_id, item in check_in.items(self.form).items() for row in self._of(link_id, item)]
        # Two numbers of one blood pressure belong together: one of another moment is no answer beside it.
        sources = {row.link_id: measurement.record for row, measurement in rows if not row.why}
        parted = {"systolic", "diastolic"} <= set(sources) and sources["systolic"] is not sources["diastolic"]
        for row, measurement in rows:
            apart = parted and row.link_id in ("systolic", "diastolic")
            yield (self._row(row.link_id, row.question, measurement, APART) if apart else row), measurement

    def _of(self, link_id: str, item: Json) -> Iterator[tuple[FilledRow, Measurement]]:
        fresh = prefilling.filled_for(self.form, link_id, item)
        kind = quantities.kind_of_item(self.occasion.content, item, self.occasion.content.concepts(CHECK_IN_ITEM))
        if fresh is None or kind is None:
            return
        some = [
            each
            for each in reading.of(self.chart.readings, kind.loinc[0])
            if each.at <= self.occasion.now and not labels.restricted(each.record)
        ]
        if some:
            why = self._why_not(some, fresh)
            yield self._row(link_id, str(item.get("text", link_id)), some[-1], why), some[-1]

    def _why_not(self, some: list[Measurement], fresh: timedelta) -> str:
        """Why the newest of these numbers is not filled in; "" where it is."""
        newest, now = some[-1], self.occasion.now
        if whereabouts.unseen(self.chart, *whereabouts.HOSPITAL_NEEDS):
            return "Encounters are not visible: nobody can say whether it was taken at home"
        stay = whereabouts.in_hospital(self.chart, self.occasion)
        if stay is not None:
            return f"the person is {stay.words}"
        if now - newest.at > fresh:
            return f"older than {int(fresh.total_seconds() // 3600)} hours"
        discharged = facts.last_discharge(self.chart, self.occasion)
        if discharged is not None and newest.at <= discharged:
            return "from before the last discharge"
        if any(each.code == newest.code and self._recent(each.at, fresh) for each in self.chart.unread):
            return "another one that is as fresh cannot be read: ask which one counts"
        if reading.doubtful(self.occasion.content, newest):
            return "not plausible: ask again"
        recent = {(each.value, each.unit) for each in some if now - each.at <= fresh}
        return "several that are as fresh differ: ask which one counts" if len(recent) > 1 else ""

    def _recent(self, at: datetime | None, fresh: timedelta) -> bool:
        return at is None or timedelta(0) <= self.occasion.now - at <= fresh

    def _row(self, link_id: str, question: str, measurement: Measurement, why: str) -> FilledRow:
        record = measurement.record
        return FilledRow(
            link_id=link_id,
            question=question,
            value=f"{number_in_words(measurement.value)} {unit_in_words(measurement.unit) or measurement.unit}".strip(),
            source=f"{record.reference}/_history/{record.version}",
            at=self._local(measurement.at),
            by=_by(record),
            why=why,
        )

    def _local(self, at: datetime) -> str:
        return at.astimezone(self.occasion.zone).isoformat(timespec="minutes")

    def never(self, filled: Mapping[str, Measurement]) -> Iterator[str]:
        """What the record answers for nobody."""
        safety = scoring.safety_items(self.form)
        if safety:
            yield f"safety items are never filled in: {', '.join(str(item.get('text')) for item in safety.values())}"
        rest = len([link_id for link_id in check_in.items(self.form) if link_id not in filled])
        yield f"{rest} questions are asked of the person; {len(filled)} are filled in"
        if any(extensions(self.form, "score")):
            yield "answers to an instrument are the person's own: no earlier answer is put in their mouth"

    def response(self, patient_reference: str, filled: Mapping[str, Measurement]) -> Json:
        """The form as a proposal: in-progress, each value with its source, and confirmed by nobody. A safety item that
        may be left out is not in it: one that was asked and not answered is heard as a danger."""
        silent = {name for name, item in scoring.safety_items(self.form).items() if not item.get("required")}
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": self.occasion.content.canonical("Questionnaire", str(self.form["id"])),
            "status": "in-progress",
            "subject": {"reference": patient_reference},
            "authored": self.occasion.stamp,
            "item": [
                {"linkId": link_id, "text": str(item.get("text", link_id)), **self._answer(link_id, filled)}
                for link_id, item in check_in.items(self.form).items()
                if link_id not in silent
            ],
        }

    def _answer(self, link_id: str, filled: Mapping[str, Measurement]) -> Json:
        if link_id == answering.WEIGHED_AT and "weight" in filled:
            weight = filled["weight"]
            at = weight.at.astimezone(self.occasion.zone).isoformat(timespec="seconds")
            return {"answer": [{"extension": [prefilled.write(weight.record)], "valueDateTime": at}]}
        if link_id not in filled:
            return {}
        measurement = filled[link_id]
        quantity = {
            "value": measurement.value,
            "unit": unit_in_words(measurement.unit) or measurement.unit,
            "system": UCUM,
            "code": measurement.unit,
        }
        return {"answer": [{"extension": [prefilled.write(measurement.record)], "valueQuantity": quantity}]}


APART = "the two numbers are of two measurements: ask again"


def _by(record: Record) -> str:
    """Who measured it, or what with, as the record says."""
    for path in ("performer", "device"):
        for each in dig(record.json, path):
            words = first_text(each, "display") or next(references({"it": each}, "it"), "")
            if words:
                return words
    return ""


PRE_FILL = Reading("pre-fill", "A form with the answers that the record already has", PreFill, NEEDS, read)
