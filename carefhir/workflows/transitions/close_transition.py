"""`close-transition`: how the transition ended, what was on time, and the evidence that can be followed.

`completed` waits until the period is over and everything is done; any other outcome cancels what is still open, with
the reason. The evidence is written as outputs of the parent Task. Closing goes on for the dead (rule R10): a transition
that `record-death` has stopped is closed as died, so that how far it had come stays on record. The act's cause is the
transition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from carefhir.chart import chart
from carefhir.codes import STEP_KEY, TASK_STATE, TRANSITION_EVIDENCE, TRANSITION_OUTCOME
from carefhir.content.clocks import Clock, read_clock
from carefhir.content.loading import Concept
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import PatientCommand, TaskRef
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, add, amend, carries_key, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import has_code
from carefhir.fhir.search import Need, Of
from carefhir.mappers import communication
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import evidence
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.attempts import Attempts, attempts
from carefhir.workflows.transitions.discharge import CLOCK
from carefhir.workflows.transitions.evidence import Evidence
from carefhir.workflows.transitions.transition import Context, Transition, settled, spoken, state


class CloseTransition(PatientCommand):
    """Closes a transition, with its outcome and the evidence."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    outcome: Literal["completed", "unable-to-reach", "declined", "readmitted", "died", "moved", "hospice"] = Field(
        description="how it ended"
    )
    reason: str = Field(min_length=1, description="in plain words")


NEEDS = (
    *following.NEEDS,
    *chart.needs("encounters", "appointments", optional=False),
    communication.find(),
    Need("lists", "List", (Of("patient", "subject"),), optional=True),
)

TO_DO = {
    "contact-patient": "reach the person and record it (record-contact), or close as unable-to-reach or declined",
    "teach-back": "teach again until it is understood (record-teach-back)",
    "book-follow-up": "book the visit (book-follow-up)",
    "reconcile-medications": "reconcile the medicines (reconcile-medications)",
}
"""What to do about a child that is open."""


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return following.read(records, occasion)


def cause(command: CloseTransition, occasion: Occasion) -> tuple[str, ...]:
    """The transition: it is closed once."""
    return (command.transition,)


def decide(context: Context, command: CloseTransition, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The transition closed with its evidence; or why not."""
    person = context.chart.patient
    if person is None:
        return Refusal((f"{command.patient} is not on this server, or not visible to us",))
    found = following.find(context.chart.tasks, command.transition, occasion)
    if isinstance(found, str):
        return Refusal((found,))
    outcome = occasion.content.concept(TRANSITION_OUTCOME, command.outcome)
    clock = read_clock(occasion.content, CLOCK, found.day)
    tried = attempts(context, found, clock, occasion)
    desk = _Closing(context, command, occasion, act, found, outcome, clock, tried)
    why = () if desk.own or desk.stopped_by_death else following.closed(found)
    if command.outcome == "completed" and not desk.own:
        why = (*why, *_not_completed(context, found, occasion))
    return Refusal(why) if why else desk.plan()


def _not_completed(context: Context, found: Transition, occasion: Occasion) -> tuple[str, ...]:
    """Why the transition is not completed: the person died or is back, the period runs, something is open."""
    why = []
    person = context.chart.patient
    if person is not None and person.deceased:
        why.append(f"{person.record.reference} is recorded as deceased: close with outcome died")
    if found.suspended:
        why.append(f"{found.reference} is suspended for a readmission: close with outcome readmitted")
    end = found.dates["period-end"]
    if occasion.today <= end:
        why.append(f"the period runs to {spoken(end)}: close it as completed from the day after")
    for one in found.children:
        if one.open:
            kind = next(iter(one.codes), "Task")
            what = TO_DO.get(kind, "settle it, or have it cancelled with a reason")
            why.append(f"{one.record.reference} ({kind}, due {one.due or 'without a day'}) is open: {what}")
    return tuple(why)


@dataclass(frozen=True, slots=True)
class _Closing:
    """One transition to be closed."""

    context: Context
    command: CloseTransition
    occasion: Occasion
    act: Act
    transition: Transition
    outcome: Concept
    clock: Clock
    tried: Attempts

    @property
    def own(self) -> bool:
        """Whether this act closed it already, in an earlier, interrupted run."""
        return carries_key(self.transition.parent.record, self._mark("transition")["value"])

    @property
    def stopped_by_death(self) -> bool:
        """Whether `record-death` has cancelled it: what is left to write is how far it had come, and for whom."""
        parent = self.transition.parent
        died = has_code(parent.record.json, "businessStatus", TASK_STATE, "died")
        return self.command.outcome == "died" and died and not parent.open

    @property
    def words(self) -> str:
        return f"{self.outcome.display}: {self.command.reason}"

    def _mark(self, part: str) -> Json:
        """How what this act ended is known again."""
        return {"system": STEP_KEY, "value": self.act.part_key(part)}

    def plan(self) -> Plan:
        """The children that are open cancelled, then the parent with everything a reader may follow."""
        found = evidence.gather(self.context, self.transition, self.tried, self.occasion)
        billing = evidence.billing(found, self.command.outcome, self.occasion)
        children = [made for one in self.transition.children if (made := self._cancelled(one))]
        parent = self._parent(found, billing)
        content, chart_ = self.occasion.content, self.context.chart
        talks = [one.record for one in self.context.talks]
        visits = [one.record for one in self.transition.visits(chart_.appointments)]
        cancelled = (f"cancelled with the reason: {len(children)} open Tasks",) if children else ()
        return Plan(
            (*children, parent),
            (
                f"the transition is closed: {self.outcome.display}",
                *(one.words for one in found.all if one.kind != "attempt"),
                *(f"attempt: {one.words}" for one in found.attempts),
                f"billing: {billing}",
                *cancelled,
            ),
            warnings=(*self._warnings(), *chart_.not_visible),
            decided_from=(*([chart_.patient.record] if chart_.patient else []), *talks, *visits),
            artefacts=(
                self.clock.canonical,
                content.canonical("CodeSystem", "transition-outcome"),
                content.canonical("CodeSystem", "billing-statement"),
            ),
            reason=f"transition closed, {self.words}",
            acting_as=self.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _cancelled(self, one: TaskView) -> Amend | None:
        part = f"child/{one.record.id}"
        mark = self._mark(part)
        if carries_key(one.record, mark["value"]):
            return amend(part, one.record, self.words)
        if not one.open or self.command.outcome == "completed":
            return None
        edits = (put("status", "cancelled"), self._state, following.because(self.words), add("identifier", mark))
        return settled(part, one.record, self.words, self.occasion, *edits)

    @property
    def _state(self) -> Edit:
        return state(self.occasion, str(self.outcome.properties["state"]))

    def _parent(self, found: Evidence, billing: str) -> Amend:
        parent = self.transition.parent.record
        if self.own:
            return amend("transition", parent, self.words)
        outputs = [self._outcome_output(), *(evidence.output(one, self.occasion) for one in found.all)]
        outputs.append(evidence.output(evidence.Found("billing", billing), self.occasion))
        edits = [self._state, following.because(self.words)]
        if self.transition.parent.open:
            edits.append(put("status", str(self.outcome.properties["status"])))
        edits += [add("output", one) for one in outputs]
        edits.append(add("identifier", self._mark("transition")))
        return settled("transition", parent, self.words, self.occasion, *edits)

    def _outcome_output(self) -> Json:
        kind = self.occasion.content.concept(TRANSITION_EVIDENCE, "outcome")
        value = {"coding": [self.outcome.coding], "text": self.words}
        return {"type": {"coding": [kind.coding]}, "valueCodeableConcept": value}

    def _warnings(self) -> tuple[str, ...]:
        found = []
        for one in self.transition.visits(self.context.chart.appointments):
            if not one.over and one.start is not None and one.start > self.occasion.now:
                found.append(f"{one.reference} still stands: have it cancelled if nobody will come")
        if self.command.outcome == "unable-to-reach" and not self.tried.exhausted:
            found.append(f"attempts on record: {len(self.tried.made)}; the protocol for trying has not run its course")
        person = self.context.chart.patient
        if self.command.outcome == "died" and person is not None and not person.deceased:
            found.append("the record does not say that the person died: record-death stops all that would still go out")
        return tuple(found)


CLOSE_TRANSITION = adapted(
    name="close-transition",
    title="Close a transition, with the evidence",
    command=CloseTransition,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=(),
    amends=("Task",),
    supervised="contact",
)
