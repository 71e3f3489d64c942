"""`suspend-transition` puts a transition on hold because the person is back in a facility (rule 9).

It puts the parent Task and every open child Task on hold, with the reason, so that nothing falls due while the person
is away and the transition is not closed silently. Visits still to come are named, not cancelled: whoever talks to the
facility knows whether the person can come on Thursday. The act's cause is the transition and the readmission's
identity.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import stays, whereabouts
from carefhir.engine.step import Case, EncounterRef, InState, PatientCommand, Step, TaskRef
from carefhir.fhir.changes import Act, Amend, Plan, Refusal, put
from carefhir.fhir.gather import Records
from carefhir.mappers import encounter, patient
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.met_tasks import met
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.transition import NoTransition, Transition, TransitionChart, spoken


class SuspendTransition(PatientCommand):
    """Puts a transition on hold because the person is back in a facility."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    encounter: EncounterRef = Field(description="the readmission: Encounter/ID")


NEEDS = (
    *following.NEEDS,
    *charts.needs("encounters", optional=False),
    *charts.needs("appointments"),
    encounter.find_named(),
)


@dataclass(frozen=True, slots=True)
class SuspensionCase(Case):
    """One stay that may be a readmission, and the transition it would suspend."""

    command: SuspendTransition
    occasion: Occasion
    followed: TransitionChart
    again: EncounterView
    """The stay the command names."""

    @property
    def cause(self) -> InState:
        return _cause(self.command, self.again)

    def decide(self, act: Act) -> Plan | Refusal:
        """Puts everything open on hold; or says why not."""
        chart, transition = self.followed.chart, self.followed.transition
        why = (
            *patient.in_the_way(chart.patient, self.command.patient),
            *following.closed(transition),
            *self._no_readmission(),
        )
        if why:
            return Refusal(why)
        held_for = transition.parent.reason
        if transition.suspended and held_for != self.again.reference:
            words = held_for or "a reason that is not on record"
            return Refusal((f"{transition.reference} is already on hold because of {words}",))
        return Suspending(self, Pen(self.occasion, act, self.command.patient)).plan()

    def _no_readmission(self) -> tuple[str, ...]:
        """Why the Encounter is not a readmission after this transition's discharge."""
        again, transition = self.again, self.followed.transition
        if again.patient != self.command.patient:
            return (f"{again.reference} does not belong to {self.command.patient}: check the ID",)
        # A stay that is under way has begun, though nobody wrote down when.
        undated = again.start is None and again.status in whereabouts.UNDER_WAY
        begun = undated or (again.start is not None and again.start <= self.occasion.now)
        if again.status not in encounter.BEGUN or not begun:
            return (f"{again.reference} is {again.status or 'without status'}: no stay has begun yet",)
        setting = whereabouts.setting_of(self.occasion.content, again)
        if not stays.is_facility(setting):
            return (f"{again.reference} is a visit ({setting.display}), not a stay: the transition goes on",)
        if again.start is not None and again.start <= transition.discharged:
            when = transition.discharged.isoformat(timespec="minutes")
            return (f"{again.reference} began before the discharge ({when}): it is not a readmission",)
        return self._same_stay()

    def _same_stay(self) -> tuple[str, ...]:
        """Why it is not a readmission: it began within hours, and belongs to the stay the transition follows."""
        encounters, gap = self.followed.chart.encounters, self.followed.clock.number("stay-gap-hours")
        focus = self.followed.transition.parent.focus
        anchor = next((one for one in encounters if one.reference == focus), None)
        stay = stays.stay_of(self.occasion.content, anchor, encounters, gap) if anchor else None
        if stay is None or self.again.reference not in stay.references:
            return ()
        return (
            f"{self.again.reference} belongs to the stay this transition follows (at most {gap} hours apart): when it "
            "ends, run open-transition to correct the discharge",
        )


def open_cases(records: Records, command: SuspendTransition, occasion: Occasion) -> tuple[Case] | Refusal:
    """Opens the case of one readmission; or says why no Encounter can be told."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    record = records.one("encounter")
    again = encounter.read(record, occasion.zone, zone_is_set=occasion.zone_is_set) if record else None
    if isinstance(followed, str):
        why = (*patient.in_the_way(chart.patient, command.patient), followed)
        return (NoTransition(_cause(command, again), None, why),) if again else Refusal(why)
    if again is None:
        why = (*patient.in_the_way(chart.patient, command.patient), *following.closed(followed.transition))
        return Refusal((*why, f"{command.encounter} is not on this server, or not visible to us"))
    return (SuspensionCase(command=command, occasion=occasion, followed=followed, again=again),)


def _cause(command: SuspendTransition, again: EncounterView) -> InState:
    """The transition and the readmission's identity."""
    return InState(command.transition, again.identities[0])


@dataclass(frozen=True, slots=True)
class Suspending:
    """Puts one transition on hold."""

    case: SuspensionCase
    pen: Pen

    @property
    def transition(self) -> Transition:
        return self.case.followed.transition

    @property
    def words(self) -> str:
        """Why the Tasks are on hold."""
        day = self.case.again.start_day
        return f"back in {self._where}" + (f" since {spoken(day)}" if day else ", since when is not on record")

    @property
    def _where(self) -> str:
        """The setting in words, but never a restricted one: every Task would show it (rule 4)."""
        setting = whereabouts.setting_of(self.pen.content, self.case.again)
        return "a facility" if setting.properties.get("restricted") else setting.display

    def plan(self) -> Plan:
        """Puts the children on hold first and the parent last, so that an open parent shows there is work left."""
        chart, parent = self.case.followed.chart, self.transition.parent
        children = [task for task in self.transition.children if task.open]
        person = (chart.person,) if chart.person else ()
        anchor = [stay.record for stay in chart.encounters if stay.reference == parent.focus]
        asked = self._asked_for()
        return Plan(
            changes=(*(self._held(task) for task in children), *asked, self._parent_held()),
            says=(
                f"the transition is suspended: {self.words}",
                f"on hold: {_count(len(children))} and the transition itself",
                *(f"closed: {change.record.reference}, {change.because}" for change in asked),
            ),
            warnings=(*self._warnings(), *chart.not_visible),
            decided_from=(*person, self.case.again.record, *anchor),
            reason=f"readmission on {self.case.again.start_day or 'a day that is not on record'}",
            acting_as=self.pen.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _asked_for(self) -> tuple[Amend, ...]:
        """The Tasks that asked to look at this readmission."""
        about, tasks = {self.case.again.reference}, self.case.followed.chart.tasks
        return tuple(met("suspend-transition", tasks, self.pen, "the transition is on hold now", about=about))

    def _held(self, task: TaskView) -> Amend:
        edits = (put("status", "on-hold"), self.pen.state("suspended"), self.pen.because(self.words))
        return following.amended(self.pen, f"held/{task.record.id}", task.record, self.words, *edits)

    def _parent_held(self) -> Amend:
        edits = (
            put("status", "on-hold"),
            self.pen.state("suspended"),
            self.pen.because(self.words),
            put("reasonReference", self.pen.refer(self.case.again.record)),
        )
        return following.amended(self.pen, "transition", self.transition.parent.record, self.words, *edits)

    def _warnings(self) -> tuple[str, ...]:
        warnings = []
        for visit in self.case.followed.visits:
            if not visit.over and visit.start is not None and visit.start > self.pen.occasion.now:
                day = following.day_of(visit.start, self.pen.occasion)
                warnings.append(
                    f"the visit on {spoken(day)} ({visit.reference}) is still booked: have it moved or cancelled if "
                    "the person cannot come"
                )
        warnings.append(
            "when the person goes home, run open-transition for that stay; only one transition in 30 days counts"
        )
        return tuple(warnings)


def _count(children: int) -> str:
    return "1 open Task" if children == 1 else f"{children} open Tasks"


SUSPEND_TRANSITION = Step(
    name="suspend-transition",
    title="Put a transition on hold because of a readmission",
    command=SuspendTransition,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=(),
    amends=("Task",),
    supervised="contact",
)
