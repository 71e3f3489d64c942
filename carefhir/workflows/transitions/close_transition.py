"""`close-transition` records how a transition ended, what was on time, and the evidence for it.

`completed` is possible once the period is over and everything is done; any other outcome cancels what is still open,
with the reason. The evidence is written as outputs of the parent Task, so that a biller finds it in one place. A
transition of somebody who died can still be closed (rule R10): record-death has stopped it, and closing it as died
records how far it had come. The act's cause is the transition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.codes import TRANSITION_EVIDENCE, TRANSITION_OUTCOME
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, Once, PatientCommand, Step, TaskRef
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, add, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Need, Of
from carefhir.mappers import communication
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import evidence
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.attempts import Attempts, attempts
from carefhir.workflows.transitions.evidence import Evidence, EvidenceItem
from carefhir.workflows.transitions.transition import NoTransition, Transition, TransitionChart, spoken


class CloseTransition(PatientCommand):
    """Closes a transition, with its outcome and its evidence."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    outcome: Literal["completed", "unable-to-reach", "declined", "readmitted", "died", "moved", "hospice"] = Field(
        description="how it ended"
    )
    reason: str = Field(min_length=1, description="why it ended that way, in plain words")


NEEDS = (
    *following.NEEDS,
    *charts.needs("encounters", "appointments", optional=False),
    communication.find(),
    Need("lists", "List", (Of("patient", "subject"),), optional=True),
)

TO_DO = {
    "contact-patient": "reach the person and record it (record-contact), or close as unable-to-reach or declined",
    "teach-back": "teach until every topic is understood (record-teach-back)",
    "book-follow-up": "book the visit (book-follow-up)",
    "reconcile-medications": "reconcile the medicines (reconcile-medications)",
}
"""What to do about an open child Task, by its code."""


def cause_of(command: CloseTransition, occasion: Occasion) -> Once:
    """The transition: it is closed only once."""
    return Once(command.transition)


@dataclass(frozen=True, slots=True)
class ClosingCase(Case):
    """One transition to be closed, with the evidence on record for it."""

    command: CloseTransition
    occasion: Occasion
    followed: TransitionChart
    outcome: Concept
    tried: Attempts
    evidence: Evidence
    billing: str
    """What can be said of billing."""

    @property
    def cause(self) -> Once:
        return cause_of(self.command, self.occasion)

    @property
    def stopped_by_death(self) -> bool:
        """Whether record-death has already cancelled it: only the outcome and the evidence are left to write."""
        parent = self.followed.transition.parent
        return self.command.outcome == "died" and parent.state == "died" and not parent.open

    def decide(self, act: Act) -> Plan | Refusal:
        """Closes the transition with its evidence; or says why not."""
        if self.followed.chart.patient is None:
            return Refusal((f"{self.command.patient} is not on this server, or not visible to us",))
        parent = self.followed.transition.parent.record
        # A server without history shows the parent as this same act, interrupted, has closed it.
        ours = self.stopped_by_death or act.did(parent, "amended")
        why = () if ours else following.closed(self.followed.transition)
        if self.command.outcome == "completed":
            why = (*why, *self._not_completed())
        if why:
            return Refusal(why)
        return Closing(self, Pen(self.occasion, act, self.command.patient)).plan()

    def _not_completed(self) -> tuple[str, ...]:
        """Why it is not completed: the person died or was readmitted, the period is not over, or a Task is open."""
        why = []
        person, transition = self.followed.chart.patient, self.followed.transition
        if person is not None and person.deceased:
            why.append(f"{person.record.reference} is recorded as deceased: close with outcome died")
        if transition.suspended:
            why.append(f"{transition.reference} is suspended for a readmission: close with outcome readmitted")
        end = transition.dates["period-end"]
        if self.occasion.today <= end:
            why.append(f"the period runs through {spoken(end)}: it can be closed as completed from the next day")
        return (*why, *(_still_open(task) for task in transition.children if task.open))


def _still_open(task: TaskView) -> str:
    """Says what to do about an open child Task."""
    kind = next(iter(task.codes), "Task")
    what = TO_DO.get(kind, "complete it, or have it cancelled with a reason")
    return f"{task.record.reference} ({kind}, due {task.due or 'on no set day'}) is open: {what}"


def open_cases(records: Records, command: CloseTransition, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one transition, with the evidence on record for it."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    if isinstance(followed, str):
        absent = f"{command.patient} is not on this server, or not visible to us"
        return (NoTransition(cause_of(command, occasion), None, (followed if chart.patient else absent,)),)
    tried = attempts(followed, occasion)
    gathered = evidence.gather(followed, tried, occasion)
    return (
        ClosingCase(
            command=command,
            occasion=occasion,
            followed=followed,
            outcome=occasion.content.concept(TRANSITION_OUTCOME, command.outcome),
            tried=tried,
            evidence=gathered,
            billing=evidence.billing(gathered, command.outcome, occasion),
        ),
    )


@dataclass(frozen=True, slots=True)
class Closing:
    """Writes how one transition ended."""

    case: ClosingCase
    pen: Pen

    @property
    def transition(self) -> Transition:
        return self.case.followed.transition

    @property
    def words(self) -> str:
        return f"{self.case.outcome.display}: {self.case.command.reason}"

    @property
    def _state(self) -> Edit:
        return self.pen.state(str(self.case.outcome.properties["state"]))

    def plan(self) -> Plan:
        """Cancels the open children, then closes the parent with its evidence."""
        content, followed = self.pen.content, self.case.followed
        children = self._cancelled()
        person = (followed.chart.person,) if followed.chart.person else ()
        talks = [talk.record for talk in followed.talks]
        visits = [visit.record for visit in followed.visits]
        return Plan(
            changes=(*children, self._parent()),
            says=self._says(len(children)),
            warnings=(*self._warnings(), *followed.chart.not_visible),
            decided_from=(*person, *talks, *visits),
            artefacts=(
                followed.clock.canonical,
                content.canonical("CodeSystem", "transition-outcome"),
                content.canonical("CodeSystem", "billing-statement"),
            ),
            reason=f"transition closed, {self.words}",
            acting_as=self.pen.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _says(self, cancelled: int) -> tuple[str, ...]:
        items = self.case.evidence.all
        return (
            f"the transition is closed: {self.case.outcome.display}",
            *(item.words for item in items if item.kind != "attempt"),
            *(f"attempt: {item.words}" for item in self.case.evidence.attempts),
            f"billing: {self.case.billing}",
            *((f"cancelled, with the reason: {_count(cancelled)}",) if cancelled else ()),
        )

    def _cancelled(self) -> list[Amend]:
        """Cancels the open children; a completed transition has none."""
        if self.case.command.outcome == "completed":
            return []
        edits = (put("status", "cancelled"), self._state, self.pen.because(self.words))
        return [
            following.amended(self.pen, f"child/{task.record.id}", task.record, self.words, *edits)
            for task in self.transition.children
            if task.open
        ]

    def _parent(self) -> Amend:
        items = (*self.case.evidence.all, EvidenceItem("billing", self.case.billing))
        outputs = (self._outcome(), *(evidence.output(item, self.pen.occasion) for item in items))
        edits = [self._state, self.pen.because(self.words)]
        if self.transition.parent.open:
            edits.append(put("status", str(self.case.outcome.properties["status"])))
        edits += [add("output", output) for output in outputs]
        return following.amended(self.pen, "transition", self.transition.parent.record, self.words, *edits)

    def _outcome(self) -> Json:
        kind = self.pen.content.concept(TRANSITION_EVIDENCE, "outcome")
        value = {"coding": [self.case.outcome.coding], "text": self.words}
        return {"type": {"coding": [kind.coding]}, "valueCodeableConcept": value}

    def _warnings(self) -> tuple[str, ...]:
        warnings = [
            f"a visit ({visit.reference}) is still booked: have it cancelled if nobody will come"
            for visit in self.case.followed.visits
            if not visit.over and visit.start is not None and visit.start > self.pen.occasion.now
        ]
        outcome, tried, person = self.case.command.outcome, self.case.tried, self.case.followed.chart.patient
        if outcome == "unable-to-reach" and not tried.exhausted:
            warnings.append(
                f"attempts on record: {len(tried.all)}; the protocol for people who cannot be reached is not finished"
            )
        if outcome == "died" and person is not None and not person.deceased:
            warnings.append(
                "the patient's record does not say that the person died: run record-death to stop what is still planned"
            )
        return tuple(warnings)


def _count(tasks: int) -> str:
    return "1 open Task" if tasks == 1 else f"{tasks} open Tasks"


CLOSE_TRANSITION = Step(
    name="close-transition",
    title="Close a transition, with the evidence",
    command=CloseTransition,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=(),
    amends=("Task",),
    supervised="contact",
)
