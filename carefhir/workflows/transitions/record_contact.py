"""`record-contact`: one attempt to reach the person after the discharge, whatever came of it (rule 7).

Every attempt is a Communication. The contact Task is done when the person, or a caregiver who may speak for them, is
reached about more than scheduling. Two documented attempts in the window only meet the programme's evidence: the Task
stays open, due again the next business day, until the person is reached, refuses, or the protocol for people who cannot
be reached has run its course. The act's cause is the transition and the start of the attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from carefhir.codes import CONTACT_OUTCOME
from carefhir.content.clocks import Clock, read_clock
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import Moment, PatientCommand, RelatedPersonRef, TaskRef, instant
from carefhir.fhir.changes import Act, Amend, Change, Create, Edit, Plan, Refusal, add, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import refers_to
from carefhir.fhir.search import Named, Need
from carefhir.mappers import communication, patient, task
from carefhir.mappers.communication import TalkView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.attempts import (
    Attempt,
    Attempts,
    attempts,
    is_clinical,
    substantive,
    topic_of,
)
from carefhir.workflows.transitions.discharge import CLOCK, due_from
from carefhir.workflows.transitions.transition import Context, Transition, day_of, settled, spoken, state


class RecordContact(PatientCommand):
    """Records one attempt to reach the person after the discharge."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    started: Moment = Field(description="when the attempt began, with its offset: 2026-03-09T09:00:00-05:00")
    outcome: Literal["reached", "voicemail", "no-answer", "wrong-number", "refused"] = Field(
        description="what came of it"
    )
    with_whom: Literal["patient", "caregiver"] = Field(default="patient", description="who was called")
    caregiver: RelatedPersonRef = Field(default="", description="the caregiver, where on record: RelatedPerson/ID")
    topics: tuple[str, ...] = Field(
        default=(), description="what it was about, for example medicines; scheduling alone is no contact"
    )
    words: str = Field(default="", description="what was said, in plain words")


NEEDS = (
    *following.NEEDS,
    communication.find(),
    Need("caregiver", "RelatedPerson", (Named("{command.caregiver}"),), optional=True),
)

RULES = ("contact-outcome", "contact-topic", "supervised-action")
"""The code systems that say what counts."""


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return following.read(records, occasion, "caregiver")


def cause(command: RecordContact, occasion: Occasion) -> tuple[str, ...]:
    """The transition and the start of the attempt."""
    return (command.transition, instant(command.started))


def particulars(context: Context, command: RecordContact, occasion: Occasion) -> object:
    """The same moment spelled in another zone says the same."""
    return [instant(command.started), command.model_dump(exclude={"started"})]


def decide(context: Context, command: RecordContact, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The attempt, and what becomes of the contact Task; or why not."""
    why = list(patient.in_the_way(context.chart.patient, command.patient))
    found = following.find(context.chart.tasks, command.transition, occasion)
    if isinstance(found, str):
        return Refusal((*why, found))
    why += following.closed(found)
    why += following.not_then(found, command.started, occasion, "an attempt")
    why += _caregiver_unfit(context, command)
    contact = found.child("contact-patient")
    if contact is None:
        why.append(f"{found.reference} has no Task to contact the patient: run open-transition again")
    if why or contact is None:
        return Refusal(tuple(why))
    clock = read_clock(occasion.content, CLOCK, found.day)
    own = next((one for one in context.talks if carries_key(one.record, act.part_key("attempt"))), None)
    return _Call(context, command, occasion, act, found, contact, clock, own).plan()


def _caregiver_unfit(context: Context, command: RecordContact) -> tuple[str, ...]:
    """A caregiver named must be this patient's. Whether a Consent is on record is never asked: nobody's call waits."""
    if not command.caregiver:
        return ()
    if command.with_whom != "caregiver":
        return ("a caregiver is named, but the call was with the patient: give with_whom=caregiver, or no caregiver",)
    if context.named is None:
        return (f"{command.caregiver} is not on this server, or not visible to us: leave it out",)
    if not refers_to(context.named.json, "patient", command.patient):
        return (f"{command.caregiver} is not {command.patient}'s",)
    return ()


@dataclass(frozen=True, slots=True)
class _Call:
    """One attempt on the desk."""

    context: Context
    command: RecordContact
    occasion: Occasion
    act: Act
    transition: Transition
    contact: TaskView
    clock: Clock
    own: TalkView | None
    """What this act wrote in an earlier, interrupted run."""

    @property
    def day(self) -> date:
        return day_of(self.command.started, self.occasion)

    @property
    def moves(self) -> bool:
        """Whether the contact Task is still to be moved by this attempt: it is open, or this very act ended it."""
        return self.contact.open or (self.own is not None and self.own.reference in self.contact.outputs)

    def plan(self) -> Plan:
        """Everything that follows from the attempt."""
        new = self._attempt()
        tried = attempts(self.context, self.transition, self.clock, self.occasion, new)
        made = Create("attempt", self._written(new), f"attempt: {new}")
        reference = refer(self.own.record) if self.own else refer(made, self.act)
        changes: list[Change] = [made]
        if self.moves:
            changes += self._moved(new, tried, reference)
        talks = tuple(one.record for one in self.context.talks if one is not self.own)
        chart = self.context.chart
        sources = [chart.patient.record] if chart.patient else []
        return Plan(
            tuple(changes),
            self._says(new, tried),
            warnings=(*self._warnings(new), *chart.not_visible),
            decided_from=(*sources, self.transition.parent.record, *talks),
            artefacts=(self.clock.canonical, *(self.occasion.content.canonical("CodeSystem", one) for one in RULES)),
            reason=f"attempt to reach the person after the discharge on {self.transition.day}",
            acting_as=self.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _attempt(self) -> Attempt:
        content, command = self.occasion.content, self.command
        outcome = content.concept(CONTACT_OUTCOME, command.outcome)
        topics = tuple(known.code if (known := topic_of(content, one)) else one for one in command.topics)
        discipline = (self.own.discipline if self.own else "") or self.occasion.actor.discipline
        at = self.own.sent if self.own and self.own.sent else command.started
        reference = self.own.reference if self.own else ""
        return Attempt(at, self.day, outcome, topics, is_clinical(content, discipline), reference)

    def _written(self, new: Attempt) -> Json:
        content, command, occasion = self.occasion.content, self.command, self.occasion
        topics: list[Json] = []
        for words in dict.fromkeys(command.topics):
            known = topic_of(content, words)
            topics.append({"coding": [known.coding]} if known else {"text": words})
        talk = communication.Conversation(
            self.contact.record.reference,
            following.stamp(command.started, occasion),
            self._recipient(),
            None if new.reached else new.outcome,
            topics=tuple(topics),
            said=(command.words,) if command.words else (),
        )
        actor = occasion.actor
        return communication.write(content, command.patient, actor.reference, actor.discipline, talk)

    def _recipient(self) -> Json:
        if self.command.with_whom == "patient":
            return {"reference": self.command.patient}
        return {"reference": self.command.caregiver} if self.command.caregiver else {"display": "a caregiver"}

    def _moved(self, new: Attempt, tried: Attempts, reference: Json) -> list[Change]:
        """The contact Task as it stands after this attempt."""
        output = add("output", {"type": {"text": new.outcome.display}, "valueReference": reference})
        if tried.met is not None:
            words = f"contact {tried.met}"
            if new != tried.met:
                output = add("output", {"type": {"text": words}, "valueReference": {"reference": tried.met.reference}})
            return [self._settle(words, put("status", "completed"), state(self.occasion, "done"), output)]
        if new.outcome.code == "refused":
            words = f"declined on {spoken(self.day)}"
            return [self._settle(words, put("status", "cancelled"), state(self.occasion, "declined"), output)]
        if self.transition.suspended:
            return []
        if tried.exhausted:
            words = self._count(tried)
            ended = self._settle(words, put("status", "failed"), state(self.occasion, "unable-to-reach"), output)
            return [self._unable_to_reach(tried), ended]
        due = self._next(tried)
        return [
            self._settle(
                self._count(tried),
                put("status", "in-progress"),
                state(self.occasion, "evidence-met" if tried.evidence else "attempting"),
                due_from(self.transition.day, due),
            )
        ]

    def _settle(self, words: str, *edits: Edit) -> Amend:
        edits = (*edits, following.because(words))
        return settled("task/contact-patient", self.contact.record, f"contact: {words}", self.occasion, *edits)

    def _next(self, tried: Attempts) -> date:
        """When to try again: the business day after the latest attempt."""
        return following.next_business_day(tried.made[-1].day, self.occasion)

    def _count(self, tried: Attempts) -> str:
        return f"{_times(len(tried.made))}, last {tried.made[-1]}"

    def _unable_to_reach(self, tried: Attempts) -> Create:
        words = (
            f"Not reached after the discharge on {spoken(self.transition.day)}: {self._count(tried)}. Tell the "
            "supervising provider; decide on a letter, a visit at home, or the emergency contact; if nothing helps, "
            "close the transition as unable-to-reach."
        )
        work = task.Work(
            "inform-provider",
            words,
            self.day,
            following.next_business_day(self.day, self.occasion),
            self.context.chart.care_manager or self.occasion.actor.reference,
            state="unable-to-reach",
            focus=refer(self.contact.record),
            part_of={"reference": self.transition.reference},
        )
        actor = self.occasion.actor.reference
        made = task.write(self.occasion.content, self.command.patient, actor, self.occasion.stamp, work)
        return Create("unable-to-reach", made, "the protocol for people who cannot be reached has run its course")

    def _says(self, new: Attempt, tried: Attempts) -> tuple[str, ...]:
        by = self.transition.dates["contact-by"]
        says = [f"attempt {tried.made.index(new) + 1}: {new}"]
        if tried.met is not None:
            if tried.met.day <= by:
                says.append(f"contact by {spoken(by)}: met on {spoken(tried.met.day)}")
            else:
                evidence = "; the attempts by then are the programme's evidence" if tried.evidence else ""
                says.append(f"reached on {spoken(tried.met.day)}, contact was due by {spoken(by)}{evidence}")
            return (*says, *(() if tried.met == new else ("kept beside the contact that was met",)))
        if new.outcome.code == "refused":
            return (*says, "the person declines: the contact Task is closed as declined; what else they want, ask")
        if tried.evidence:
            count = len(tried.in_window)
            says.append(f"{_times(count)} by {spoken(by)}: the programme's evidence is met; the person is not reached")
        if self.transition.suspended:
            return (*says, "the transition is suspended: kept as evidence, nothing falls due")
        if not self.moves:
            return (*says, f"{self.contact.record.reference} is {self.contact.status} already and stays so")
        if tried.exhausted:
            return (*says, "trying ends here: a Task asks the care manager to tell the provider and decide")
        return (*says, f"the contact stays open: try again by {spoken(self._next(tried))}")

    def _warnings(self, new: Attempt) -> tuple[str, ...]:
        found = []
        if new.reached and not substantive(self.occasion.content, new.topics):
            found.append(
                "reached, but only about scheduling: kept as an attempt; a contact asks how they are, what changed "
                "with their medicines, what they need (topics=…)"
            )
        if not new.clinical:
            found.append(
                "a contact counts when clinical staff make it: this one is kept and does not count; have a nurse call"
            )
        if new.outcome.code == "wrong-number":
            found.append("a wrong number is no documented attempt: find the right one today")
        return tuple(found)


def _times(count: int) -> str:
    return "1 attempt" if count == 1 else f"{count} attempts"


RECORD_CONTACT = adapted(
    name="record-contact",
    title="Record an attempt to reach the person after a discharge",
    command=RecordContact,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Communication", "Task"),
    amends=("Task",),
    particulars=particulars,
    supervised="contact",
)
