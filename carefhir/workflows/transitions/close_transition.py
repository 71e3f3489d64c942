"""`close-transition` records how a transition ended, what was on time, and the evidence for it.

`completed` is possible once the period is over, and never over a later stay. No Task is closed silently: each one that
is still open is carried into the care plan, cancelled with a reason, or left with an owner, as the command says (rule
25). The evidence is written as outputs of the parent Task, so that a biller finds it in one place. A
transition of somebody who died can still be closed (rule R10): record-death has stopped it, and closing it as died
records how far it had come. The act's cause is the transition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import stays, whereabouts
from carefhir.codes import TRANSITION_EVIDENCE, TRANSITION_OUTCOME
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, Once, PatientCommand, Step, TaskRef, asked_without
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, add, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Need, Of
from carefhir.mappers import communication, encounter
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.looking import due
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import away, evidence, kept_visit
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.attempts import Attempts, attempts
from carefhir.workflows.transitions.evidence import Evidence, EvidenceItem
from carefhir.workflows.transitions.open_at_closing import OpenAtClosing, OpenTask
from carefhir.workflows.transitions.transition import NoTransition, Transition, TransitionChart, spoken


class CloseTransition(PatientCommand):
    """Closes a transition, with its outcome and its evidence."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    outcome: Literal["completed", "unable-to-reach", "declined", "readmitted", "died", "moved", "hospice"] = Field(
        description="how it ended"
    )
    reason: str = Field(min_length=1, description="why it ended that way, in plain words")
    open_tasks: tuple[OpenTask, ...] = Field(
        default=(),
        description="for each Task that is still open: task (Task/ID), becomes (carried-into-plan, cancelled, "
        "left-with-owner), reason (if cancelled), owner (if left with one: Practitioner/ID)",
    )


NEEDS = (
    *following.NEEDS,
    *charts.needs("appointments", optional=False),
    replace(encounter.find(), follow=kept_visit.FOLLOWED),
    *charts.needs("care_plans"),
    communication.find(),
    Need("lists", "List", (Of("patient", "subject"),), optional=True),
)


def cause_of(command: CloseTransition, occasion: Occasion) -> Once:
    """The transition: it is closed only once."""
    return Once(command.transition)


@dataclass(frozen=True, slots=True)
class TransitionClosingCase(Case):
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
    def asked(self) -> Any:
        """The command's fields; a closing without open Tasks is the same request as before there was a field for
        them."""
        return asked_without(self.command, "open_tasks")

    @property
    def open_at_closing(self) -> OpenAtClosing:
        """The Tasks that are still open, and what becomes of them."""
        return OpenAtClosing(self.followed.chart, self.followed.transition, self.command.open_tasks)

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
        if self.command.outcome != "died" and (still_open := self.open_at_closing.refusals(act)):
            blanks = self.open_at_closing.blanks() if not why and self.open_at_closing.only_unsaid(act) else {}
            return Refusal((*why, *still_open), to_fill_in=blanks)
        if why:
            return Refusal(why)
        return TransitionClosing(self, Pen(self.occasion, act, self.command.patient)).plan()

    def _not_completed(self) -> tuple[str, ...]:
        """Why it is not completed: the person died or was in a facility again, or the period is not over."""
        why = list(self._later_stay())
        person, transition = self.followed.chart.patient, self.followed.transition
        if person is not None and person.deceased:
            why.append(f"{person.record.reference} is recorded as deceased: close with outcome died")
        if transition.suspended:
            why.append(f"{transition.reference} is suspended for a readmission: close with outcome readmitted")
        end = transition.dates["period-end"]
        if self.occasion.today <= end:
            why.append(f"the period runs through {spoken(end)}: it can be closed as completed from the next day")
        return tuple(why)

    def _later_stay(self) -> tuple[str, ...]:
        """Why it is not completed: the person was in a facility again after the discharge, or never left (rule 25)."""
        chart, transition = self.followed.chart, self.followed.transition
        content, gap = self.occasion.content, self.followed.clock.number("stay-gap-hours")
        anchor = next((stay for stay in chart.encounters if stay.reference == transition.parent.focus), None)
        stay = stays.stay_of(content, anchor, chart.encounters, gap) if anchor else None
        first = frozenset({transition.parent.focus})
        later = whereabouts.stay_since(chart, self.occasion, transition.discharged, first)
        if later is None:
            return ()
        if stay is not None and later.encounter.reference in stay.references:
            return (
                f"the person was {later.words}, which belongs to the stay this transition follows: run open-transition "
                "to correct the discharge",
            )
        return (f"the person was {later.words}, after the discharge: close with outcome readmitted",)


def open_cases(records: Records, command: CloseTransition, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one transition, with the evidence on record for it."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    if isinstance(followed, str):
        absent = f"{command.patient} is not on this server, or not visible to us"
        return (NoTransition(cause_of(command, occasion), None, (followed if chart.patient else absent,)),)
    tried = attempts(followed, occasion)
    people = kept_visit.providers(records, chart, occasion.content)
    gathered = evidence.gather(followed, tried, people, occasion=occasion)
    return (
        TransitionClosingCase(
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
class TransitionClosing:
    """Writes how one transition ended."""

    case: TransitionClosingCase
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
        """Deals with the open Tasks, then closes the parent with its evidence."""
        content, followed = self.pen.content, self.case.followed
        children = self._children()
        person = (followed.chart.person,) if followed.chart.person else ()
        talks = [talk.record for talk in followed.talks]
        visits = [visit.record for visit in followed.visits]
        return Plan(
            changes=(*children, self._parent()),
            says=self._says(),
            warnings=(*self._warnings(), *away.unsure(followed.chart, self.pen.occasion), *followed.chart.not_visible),
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

    def _says(self) -> tuple[str, ...]:
        items = self.case.evidence.all
        return (
            f"the transition is closed: {self.case.outcome.display}",
            *(item.words for item in items if item.kind != "attempt"),
            *(f"attempt: {item.words}" for item in self.case.evidence.attempts),
            f"billing: {self.case.billing}",
            *self._what_became(),
        )

    def _what_became(self) -> tuple[str, ...]:
        """Names the Tasks that were still open, and what becomes of each."""
        if self.case.command.outcome != "died":
            return self.case.open_at_closing.says()
        ended = [f"{task.record.reference} ({next(iter(task.codes), 'Task')})" for task in self._open]
        return (f"cancelled, because the person died: {', '.join(ended)}",) if ended else ()

    @property
    def _open(self) -> tuple[TaskView, ...]:
        return self.case.open_at_closing.ended_by(self.pen.act)

    def _children(self) -> list[Amend]:
        """Does with each open Task what the command says; a death cancels them all (rule 10)."""
        if self.case.command.outcome != "died":
            return self.case.open_at_closing.changes(self.pen, self.pen.act, self.words)
        edits = (put("status", "cancelled"), self._state, self.pen.because(self.words))
        return [
            following.amended(self.pen, f"child/{task.record.id}", task.record, self.words, *edits)
            for task in self._open
        ]

    def _parent(self) -> Amend:
        items = (*self.case.evidence.all, EvidenceItem("billing", self.case.billing))
        items = (*items, *(EvidenceItem("open-task", words) for words in self._what_became()))
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

    def _goes_on(self) -> tuple[str, ...]:
        """Names what is open for the person beside the transition, and that it goes on with its owners: a transition
        that is over is not a person who needs nothing (rule 25)."""
        chart, occasion = self.case.followed.chart, self.pen.occasion
        ours = {self.transition.reference, *(task.record.reference for task in self.case.open_at_closing.members)}
        tasks = [task for task in chart.tasks if task.to_do and task.record.reference not in ours]
        if not tasks:
            return ()
        dues = due.all_due(due.due_of(task, occasion, chart.team.called(task.owner)) for task in tasks)
        late = [each for each in dues if each.pressing]
        counted = "1 Task goes" if len(tasks) == 1 else f"{len(tasks)} Tasks go"
        words = [f"{counted} on with their owners beside the transition; overdue or to be done at once: {len(late)}"]
        for owner in dict.fromkeys(each.owner for each in late):
            named = [f"{each.what} ({each.task})" for each in late if each.owner == owner]
            words.append(f"overdue, for {owner or 'nobody'}: {', '.join(named)}")
        return tuple(words)

    def _warnings(self) -> tuple[str, ...]:
        warnings = list(self._goes_on() if self.case.command.outcome != "died" else ())
        warnings += [
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
