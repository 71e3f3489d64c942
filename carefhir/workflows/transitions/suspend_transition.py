"""`suspend-transition`: the person is back in a facility, so the transition waits, and is not closed silently (rule 9).

The parent Task and every child that is still open are held, with the reason: nothing falls due meanwhile. Visits still
to come are named, not cancelled: whoever talks to the facility decides. The act's cause is the transition and the
readmission's identity.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from carefhir.chart import chart, stays
from carefhir.content.clocks import read_clock
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import EncounterRef, PatientCommand, TaskRef
from carefhir.fhir.changes import Act, Amend, Plan, Refusal, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import references, relative
from carefhir.mappers import encounter, patient
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.discharge import CLOCK
from carefhir.workflows.transitions.transition import Context, Transition, settled, spoken, state


class SuspendTransition(PatientCommand):
    """Holds a transition, because the person is back in a facility."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    encounter: EncounterRef = Field(description="the readmission: Encounter/ID")


NEEDS = (
    *following.NEEDS,
    *chart.needs("encounters", optional=False),
    *chart.needs("appointments"),
    encounter.find_named(),
)


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return following.read(records, occasion, "encounter")


def causes(context: Context, command: SuspendTransition, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The transition, and the readmission's identity."""
    if context.named is None:
        return ()
    return ((command.transition, encounter.read(context.named, occasion.zone).identities[0]),)


def decide(context: Context, command: SuspendTransition, occasion: Occasion, act: Act) -> Plan | Refusal:
    """Everything open held; or why not."""
    why = list(patient.in_the_way(context.chart.patient, command.patient))
    found = following.find(context.chart.tasks, command.transition, occasion)
    if isinstance(found, str):
        return Refusal((*why, found))
    why += following.closed(found)
    if context.named is None:
        return Refusal((*why, f"{command.encounter} is not on this server, or not visible to us"))
    again = encounter.read(context.named, occasion.zone)
    why += _no_readmission(context, command, occasion, found, again)
    if why:
        return Refusal(tuple(why))
    desk = _Hold(context, command, occasion, found, again)
    known = next((r for one in references(found.parent.record.json, "reasonReference") if (r := relative(one))), "")
    if found.suspended and known != again.reference:
        return Refusal((f"{found.reference} is on hold already, for {known or 'a reason of somebody else'}",))
    return desk.plan()


def _no_readmission(
    context: Context, command: SuspendTransition, occasion: Occasion, found: Transition, again: EncounterView
) -> tuple[str, ...]:
    """Why an Encounter is no readmission after this transition's discharge."""
    if again.patient != command.patient:
        return (f"{again.reference} is not {command.patient}'s",)
    if again.status not in encounter.BEGUN or again.start is None or again.start > occasion.now:
        return (f"{again.reference} is {again.status or 'without status'}: no stay has begun",)
    setting = stays.setting_of(occasion.content, again)
    if not stays.is_facility(setting):
        return (f"{again.reference} is no stay but a visit ({setting.display}): the transition goes on",)
    if again.start <= found.discharged:
        when = found.discharged.isoformat(timespec="minutes")
        return (f"{again.reference} began before the discharge ({when}): it is no readmission",)
    views = context.chart.encounters
    anchor = next((one for one in views if one.reference == found.parent.focus), None)
    gap = read_clock(occasion.content, CLOCK, found.day).number("stay-gap-hours")
    stay = stays.stay_of(occasion.content, anchor, views, gap) if anchor else None
    if stay is not None and again.reference in stay.references:
        return (
            f"{again.reference} belongs to the stay this transition follows (at most {gap} hours apart): the discharge "
            "is corrected by open-transition when it ends",
        )
    return ()


@dataclass(frozen=True, slots=True)
class _Hold:
    """One readmission on the desk."""

    context: Context
    command: SuspendTransition
    occasion: Occasion
    transition: Transition
    again: EncounterView

    @property
    def words(self) -> str:
        """Why the Tasks are held."""
        day = self.again.start_day or self.transition.day
        return f"back in {self._where} since {spoken(day)}"

    @property
    def _where(self) -> str:
        """The setting in words; what carries a restricted label elsewhere is not named on every Task (rule 4)."""
        setting = stays.setting_of(self.occasion.content, self.again)
        return "a facility" if setting.properties.get("restricted") else setting.display

    def plan(self) -> Plan:
        """The children first, the parent last: while it is not held, the rest may still have to be."""
        children = [one for one in self.transition.children if one.open]
        changes = tuple(self._held(one) for one in (*children, self.transition.parent))
        chart_ = self.context.chart
        sources = [chart_.patient.record] if chart_.patient else []
        anchor = [one.record for one in chart_.encounters if one.reference == self.transition.parent.focus]
        return Plan(
            changes,
            (f"the transition is suspended: {self.words}", f"held: {_count(len(children))} and the transition itself"),
            warnings=(*self._warnings(), *chart_.not_visible),
            decided_from=(*sources, self.again.record, *anchor),
            reason=f"readmission on {self.again.start_day}",
            acting_as=self.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _held(self, one: TaskView) -> Amend:
        edits = [put("status", "on-hold"), state(self.occasion, "suspended"), following.because(self.words)]
        if one is not self.transition.parent:
            return settled(f"held/{one.record.id}", one.record, self.words, self.occasion, *edits)
        edits.append(put("reasonReference", {"reference": self.again.reference}))
        return settled("transition", one.record, self.words, self.occasion, *edits)

    def _warnings(self) -> tuple[str, ...]:
        found = []
        for one in self.transition.visits(self.context.chart.appointments):
            if not one.over and one.start is not None and one.start > self.occasion.now:
                day = following.day_of(one.start, self.occasion)
                found.append(
                    f"{one.reference} on {spoken(day)} stands: have it moved or cancelled if it cannot be kept"
                )
        found.append("when the person goes home, open the transition from that stay; only one counts in 30 days")
        return tuple(found)


def _count(children: int) -> str:
    return "1 open Task" if children == 1 else f"{children} open Tasks"


SUSPEND_TRANSITION = adapted(
    name="suspend-transition",
    title="Hold a transition because of a readmission",
    command=SuspendTransition,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=(),
    amends=("Task",),
    supervised="contact",
)
