"""`open-transition` opens the transition that follows a discharge, for the stay an Encounter belongs to.

It writes a parent Task for the whole period and a Task for each thing to do, with the due day the program sets. It adds
two scores for the risk of readmission, LACE and HOSPITAL (in the form that content names): as a range if an input is
missing, and not at all if they do not apply to the stay (rule 13). The day of the visit follows from LACE. Due days
count from the discharge, not from the day we hear of it (rule 6). After a move to another facility nothing is due; the
step only writes a Task to track the person (rule 8). Where a hospice cares for the person, no due days are set
(rule 24). The act's cause is the identifier of the Encounter that ended the stay, as the stay was first known. If the
discharge is corrected later, running the step
again is an act of its own: it moves the due days of the open Tasks and creates no new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import stays, whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.engine.step import Case, EncounterRef, PatientCommand, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import encounter, patient
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Occasion
from carefhir.workflows.met_tasks import met
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import hospital_of_stay
from carefhir.workflows.transitions.discharge import (
    Discharge,
    StayCause,
    corrections,
    discharge_of,
    stay_gap_hours,
)
from carefhir.workflows.transitions.opening import Opening


class OpenTransition(PatientCommand):
    """Opens the transition that follows a stay."""

    encounter: EncounterRef = Field(description="any Encounter of the stay: Encounter/ID")
    retrospective: bool = Field(
        default=False, description="the period is over: only record that there was a transition"
    )
    no_hospice: str = Field(
        default="",
        description="if it is not sure whether a hospice cares for the person: who says that none does",
    )


NEEDS = (
    *charts.needs("patient", "encounters", "tasks", optional=False),
    *charts.with_organizations(charts.needs("conditions", "care_teams", "episodes", "flags", "service_requests")),
    encounter.find_named(),
    *hospital_of_stay.NEEDS,
)


@dataclass(frozen=True, slots=True)
class DischargeCase(Case):
    """One discharge: it opens a transition, starts tracking, or is only recorded afterwards."""

    command: OpenTransition
    occasion: Occasion
    discharge: Discharge
    first: StayCause
    why: tuple[str, ...]
    """Why nothing can be opened for it."""

    @property
    def cause(self) -> StayCause:
        return self.first

    @property
    def asked(self) -> Any:
        """Any Encounter of the stay says the same."""
        told = [self.command.no_hospice] if self.command.no_hospice else []
        return [self.command.patient, self.command.retrospective, "stay", *told]

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the Tasks of the transition, or the Task to track the person; or says why not."""
        why = self.why or self._too_late() or self._tracked_as_open() or self._hospice()
        if why:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        opening = Opening(self.discharge, pen, no_hospice=self.command.no_hospice)
        plans = {"tracked": opening.tracked, "recorded": opening.recorded_only, "opened": opening.opened}
        plan, discharge = plans[self.discharge.kind](), self.discharge
        because = f"the discharge of {discharge.day} is followed now"
        asked = tuple(met("open-transition", discharge.chart.tasks, pen, because, about=discharge.stay.references))
        closed = tuple(f"closed: {change.record.reference}, {because}" for change in asked)
        return replace(plan, changes=(*plan.changes, *asked), says=(*plan.says, *closed))

    def _too_late(self) -> tuple[str, ...]:
        """Why the transition cannot be opened now: its period is over, or the person was admitted again."""
        end = self.discharge.dates(self.occasion)["period-end"]
        over = end < self.occasion.today
        if over and not self.command.retrospective:
            return (
                f"the transition's period ended on {end}: use retrospective=true to record only that there was one",
            )
        if self.command.retrospective and not over:
            return (f"the period runs through {end}: leave retrospective out, and open the transition",)
        again = self._readmitted()
        if again is not None and not self.command.retrospective:
            where = f"{again.reference} on {again.start_day}"
            return (f"the person was admitted again ({where}): open the transition for that stay when it ends",)
        return ()

    def _readmitted(self) -> EncounterView | None:
        """A hospital stay that began after this one, too late to be a transfer, and has begun by now."""
        content, stay = self.occasion.content, self.discharge.stay
        gap = timedelta(hours=self.discharge.clock.number("stay-gap-hours"))
        for later in stays.following(content, stay, self.discharge.chart.encounters):
            hospital = stays.setting_of(content, later).properties.get("hospitalLevel")
            if hospital and later.start and stay.end + gap < later.start <= self.occasion.now:
                return later
        return None

    def _hospice(self) -> tuple[str, ...]:
        """Why no clock may start: a hospice cares for the person (rule 24). A move that is only tracked starts none."""
        if self.discharge.kind != "opened":
            return ()
        place = self.discharge.place
        if place.concept.code.startswith("hospice"):
            return (f"the person went home with hospice ({place.why}): no transition clock starts; call hospice first",)
        hospice = whereabouts.hospice_of(self.discharge.chart, self.occasion)
        if hospice is None:
            return ()
        if hospice.sure:
            return (
                f"{hospice.cares}: no transition clock starts; {hospice.call_first}. "
                "If that is over, have the record corrected",
            )
        if self.command.no_hospice:
            return ()
        return (
            f"palliative care, or an organization whose name says hospice, is on record ({hospice.why}), and a hospice "
            "starts no transition clock: ask whether a hospice cares for the person; if none does, say in no_hospice "
            "who told you so",
        )

    def _tracked_as_open(self) -> tuple[str, ...]:
        """Why it cannot be tracked: a transition is open for the stay, which by today's record ended in a facility."""
        opened = self.discharge.stay_tasks.heads.get("opened")
        if opened is None or not opened.open or self.discharge.kind != "tracked":
            return ()
        place = self.discharge.place
        name, where = opened.record.reference, place.concept.display
        why = f"a transition ({name}) is open for this stay, whose discharge now goes to {where} ({place.why})"
        return (f"{why}: close it (close-transition), or have the record corrected",)


@dataclass(frozen=True, slots=True)
class CorrectionCase(Case):
    """One correction of a discharge, or a stay that has grown: the same Tasks get other days."""

    command: OpenTransition
    occasion: Occasion
    discharge: Discharge
    correction: StayCause
    why: tuple[str, ...]

    @property
    def cause(self) -> StayCause:
        return self.correction

    @property
    def asked(self) -> Any:
        """Any Encounter of the stay says the same."""
        return [self.command.patient, self.command.retrospective, "stay"]

    def decide(self, act: Act) -> Plan | Refusal:
        """Moves the open Tasks; or says why not."""
        if self.why:
            return Refusal(self.why)
        pen = Pen(self.occasion, act, self.command.patient)
        return Opening(self.discharge, pen).moved(self.correction)


def open_cases(records: Records, command: OpenTransition, occasion: Occasion) -> Sequence[Case] | Refusal:
    """Opens the case of the stay's discharge and of each correction since; or says why no stay can be found."""
    chart = charts.read(records, occasion)
    record = records.one("encounter")
    named = encounter.read(record, occasion.zone, zone_is_set=occasion.zone_is_set) if record else None
    stay = _stay(chart, named, occasion)
    why = _refusals(chart, named, stay, command, occasion)
    if stay is None or not any(one.end for one in stay.encounters):
        return Refusal(why or (f"no stay can be found for {command.encounter}",))
    discharge = discharge_of(
        chart,
        stay,
        command.patient,
        occasion,
        before=hospital_of_stay.before_discharge(records, occasion),
        retrospective=command.retrospective,
    )
    first = StayCause(discharge.stay_tasks.identity or stay.anchor.identities[0], discharge.kind)
    moved = (
        corrections(first, discharge.stay_tasks.heads.get(discharge.kind), stay) if discharge.kind != "recorded" else ()
    )
    return (
        DischargeCase(command, occasion, discharge, first, why),
        *(CorrectionCase(command, occasion, discharge, correction, why) for correction in moved),
    )


def _stay(chart: Chart, named: EncounterView | None, occasion: Occasion) -> Stay | None:
    """The whole stay that the named Encounter belongs to."""
    if named is None or named.start is None:
        return None
    gap = stay_gap_hours(occasion.content, named.end_day or named.start_day or occasion.today)
    mine = next((one for one in chart.encounters if one.reference == named.reference), None)
    return stays.stay_of(occasion.content, mine, chart.encounters, gap) if mine else None


def _refusals(
    chart: Chart, named: EncounterView | None, stay: Stay | None, command: OpenTransition, occasion: Occasion
) -> tuple[str, ...]:
    """Names everything that keeps the transition from being opened."""
    why = list(patient.in_the_way(chart.patient, command.patient))
    if named is None:
        return (*why, f"{command.encounter} is not on this server, or not visible to us")
    if named.patient != command.patient:
        return (*why, f"{command.encounter} does not belong to {command.patient}: check the ID")
    if named.status not in encounter.BEGUN:
        return (*why, f"{command.encounter} is {named.status or 'without status'}: no stay has taken place")
    setting = stays.setting_of(occasion.content, named)
    if not stays.class_is_known(occasion.content, named):
        unknown = named.class_code[1] or "(none)"
        return (
            *why,
            f"{command.encounter}: class {unknown} and its types are not mapped to a care setting; add them to the "
            f"ConceptMap of settings",
        )
    if not stays.is_facility(setting):
        kind = f" ({setting.display})" if setting.code != "other" else ""
        return (*why, f"{command.encounter} is a visit{kind}, not a stay: a transition follows a stay")
    died = stays.died_in(occasion.content, chart.encounters)
    if died is not None:
        why.append(f"{died.reference} ended with the patient's death, so no transition follows")
    if stay is None:
        return (*why, f"{command.encounter} has no start that we can read")
    for part in stay.encounters:
        if part.status != "finished" or part.end is None:
            why.append(
                f"the stay is not finished ({part.reference}, begun {part.start_day}, is {part.status}): open the "
                "transition after the discharge; if the person has come home, have that Encounter ended in the record"
            )
    if not why and stay.end > occasion.now:
        why.append(f"the stay ends in the future ({stay.end_day}): open the transition after the discharge")
    return tuple(why)


OPEN_TRANSITION = Step(
    name="open-transition",
    title="Open the transition that follows a stay",
    command=OpenTransition,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task", "RiskAssessment"),
    amends=("Task",),
    supervised="contact",
)
