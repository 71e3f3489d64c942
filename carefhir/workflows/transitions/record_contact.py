"""`record-contact` records one attempt to reach the person after a discharge, whatever its outcome (rule 7).

Each attempt is a Communication. The contact Task is completed when the person, or a caregiver who may speak for them,
is reached at home and talks about more than scheduling; a talk while the person is in a hospital is recorded, and is
not the contact (rule 25). Two documented attempts in the contact window are enough evidence for
the program, but the Task stays open and is due again the next business day: the person still needs the call. It ends
without a contact only when the person declines, or the protocol for people who cannot be reached is finished. The act's
cause is the transition and the start of the attempt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import whereabouts
from carefhir.chart.chart import Chart
from carefhir.codes import CONTACT_OUTCOME, CONTACT_TOPIC
from carefhir.engine.step import (
    AtMoment,
    Case,
    Moment,
    PatientCommand,
    ReceiptRef,
    RelatedPersonRef,
    Step,
    TaskRef,
    instant,
)
from carefhir.fhir.changes import Act, Amend, Change, Create, Edit, Plan, Refusal, add, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.mappers import communication, patient, related_person
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows import talking
from carefhir.workflows.met_tasks import met_by_talking
from carefhir.workflows.pen import Pen
from carefhir.workflows.talking import Callee, Outcome, is_clinical, not_understood, substantive, topic_of
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.attempts import Attempt, Attempts, attempts
from carefhir.workflows.transitions.contact_words import ContactWords, times, try_again_by
from carefhir.workflows.transitions.discharge import due_from
from carefhir.workflows.transitions.transition import NoTransition, Transition, TransitionChart, late_day_of, spoken


class RecordContact(PatientCommand):
    """Records one attempt to reach the person after the discharge."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    started: Moment = Field(description="when the attempt began, with its UTC offset: 2026-03-09T09:00:00-05:00")
    outcome: Outcome = Field(description="the outcome of the attempt")
    with_whom: Literal["patient", "caregiver"] = Field(default="patient", description="who was called")
    caregiver: RelatedPersonRef = Field(default="", description="the caregiver, if on record: RelatedPerson/ID")
    topics: tuple[str, ...] = Field(
        default=(),
        description="what you talked about, for example medicines; a talk about scheduling alone is not a contact",
    )
    words: str = Field(default="", description="what was said, in plain words")
    again_after: ReceiptRef = Field(
        default="",
        description="only where this very attempt was recorded, taken back with retract, and is right after all: the "
        "receipt of the retraction, Provenance/ID",
    )


NEEDS = (*following.NEEDS, *charts.needs("encounters"), communication.find(), related_person.find("caregiver"))

RULES = ("contact-outcome", "contact-topic", "supervised-action")
"""The code systems that define what counts."""


def cause_of(command: RecordContact, occasion: Occasion) -> AtMoment:
    """The transition and the start of the attempt."""
    return AtMoment(command.transition, command.started)


def details(command: RecordContact) -> Any:
    """What makes a repeat the same request: the same moment in another time zone is the same."""
    return [instant(command.started), command.model_dump(exclude={"started", "again_after"})]


@dataclass(frozen=True, slots=True)
class ContactCase(Case):
    """One attempt to reach the person, and the attempts before it."""

    command: RecordContact
    occasion: Occasion
    followed: TransitionChart
    callee: Callee
    """Whom the command says was called."""
    contact: TaskView | None
    """The Task for reaching the person."""
    attempt: Attempt
    tried: Attempts
    """All attempts, including this one."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return details(self.command)

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the attempt and updates the contact Task; or says why not."""
        command, transition = self.command, self.followed.transition
        why = (
            *patient.in_the_way(self.followed.chart.patient, command.patient),
            *following.closed(transition),
            *following.not_then(transition, command.started, self.occasion, "an attempt"),
            *self.callee.unfit(),
            *self._about_what(),
        )
        if self.contact is None:
            return Refusal((*why, following.lacks_task(transition, "contact-patient")))
        if why:
            return Refusal(why)
        return Contacting(self, self.contact, Pen(self.occasion, act, command.patient)).plan()

    def _about_what(self) -> tuple[str, ...]:
        """Asks what the talk was about, where its topics say neither care nor scheduling: only a talk about care is
        the contact."""
        unread = not_understood(self.occasion.content, self.attempt.topics) if self.attempt.reached else ()
        if not unread:
            return ()
        names = ", ".join(f'"{words}"' for words in unread)
        topics = self.occasion.content.concepts(CONTACT_TOPIC).values()
        care = ", ".join(topic.display for topic in topics if not topic.properties.get("schedulingOnly"))
        return (
            f"nobody can tell whether {names} was about their care: say in topics what you talked about ({care}); say "
            "scheduling or nothing if it was about no more than that",
        )


def open_cases(records: Records, command: RecordContact, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one attempt."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    if isinstance(followed, str):
        why = (*patient.in_the_way(chart.patient, command.patient), followed)
        return (NoTransition(cause_of(command, occasion), details(command), why),)
    attempt = _attempt(command, chart, occasion)
    return (
        ContactCase(
            command=command,
            occasion=occasion,
            followed=followed,
            callee=Callee(command.patient, command.with_whom, command.caregiver, records.one("caregiver")),
            contact=followed.transition.child("contact-patient"),
            attempt=attempt,
            tried=attempts(followed, occasion, attempt),
        ),
    )


def _attempt(command: RecordContact, chart: Chart, occasion: Occasion) -> Attempt:
    """The attempt described by the command."""
    content = occasion.content
    return Attempt(
        at=command.started,
        day=late_day_of(command.started, occasion),
        outcome=content.concept(CONTACT_OUTCOME, command.outcome),
        topics=tuple(topic.code if (topic := topic_of(content, words)) else words for words in command.topics),
        clinical=is_clinical(content, occasion.actor.discipline),
        with_others=command.with_whom == "caregiver",
        away=whereabouts.in_hospital(chart, occasion, command.started),
    )


@dataclass(frozen=True, slots=True)
class Contacting:
    """Writes one attempt, and what follows from it."""

    case: ContactCase
    contact: TaskView
    pen: Pen

    @property
    def transition(self) -> Transition:
        return self.case.followed.transition

    @property
    def tried(self) -> Attempts:
        return self.case.tried

    @property
    def moves(self) -> bool:
        """Whether this attempt updates the contact Task: it is open, or this same act has already closed it and the
        server has no history to show it as it was."""
        return self.contact.open or self.pen.act.did(self.contact.record, "amended")

    def plan(self) -> Plan:
        """Everything to write for this attempt."""
        attempt, chart, content = self.case.attempt, self.case.followed.chart, self.pen.content
        created = Create("attempt", self._written(), f"attempt: {attempt}")
        changes: list[Change] = [created]
        if self.moves:
            changes += self._moved(self.pen.refer(created))
        asked = tuple(self._asked_for())
        changes += asked
        person = (chart.person,) if chart.person else ()
        talks = tuple(talk.record for talk in self.case.followed.talks)
        away = (attempt.away.record,) if attempt.away else ()
        return Plan(
            changes=tuple(changes),
            says=(*self._words.says(), *(f"{change.record.reference}: {change.because}" for change in asked)),
            warnings=(*self._words.warnings(), *chart.not_visible),
            decided_from=(*person, self.transition.parent.record, *talks, *away),
            artefacts=(
                self.case.followed.clock.canonical,
                *(content.canonical("CodeSystem", rule) for rule in RULES),
            ),
            reason=f"attempt to reach the person after the discharge on {self.transition.day}",
            acting_as=self.pen.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    @property
    def _words(self) -> ContactWords:
        return ContactWords(
            attempt=self.case.attempt,
            tried=self.tried,
            transition=self.transition,
            contact=self.contact,
            moves=self.moves,
            chart=self.case.followed.chart,
            clock=self.case.followed.clock,
            occasion=self.pen.occasion,
        )

    def _written(self) -> Json:
        command, occasion = self.case.command, self.pen.occasion
        talk = communication.Conversation(
            based_on=self.contact.record.reference,
            sent=talking.stamp(command.started, occasion),
            recipient=self.case.callee.recipient,
            not_reached=None if self.case.attempt.reached else self.case.attempt.outcome,
            topics=talking.coded(self.pen.content, command.topics),
            sentences=(command.words,) if command.words else (),
        )
        return talking.written(occasion, command.patient, talk)

    def _asked_for(self) -> Iterator[Amend]:
        """Completes what else asked to reach the person, where they themselves were reached at home."""
        attempt, command = self.case.attempt, self.case.command
        if attempt.reached and command.with_whom == "patient" and attempt.away is None:
            about_care = substantive(self.pen.content, command.topics)
            yield from met_by_talking(
                "record-contact", self.case.followed.chart, self.pen, command.started, about_care=about_care
            )

    def _moved(self, attempt: Json) -> list[Change]:
        """Updates the contact Task after this attempt; `attempt` is a reference to it."""
        tried, output = self.tried, self._output(attempt)
        if tried.met is not None:
            return [self._met(tried.met, output)]
        if self.case.attempt.declined:
            return [self._settled("cancelled", "declined", f"declined on {spoken(self.case.attempt.day)}", output)]
        if self.transition.suspended:
            return []
        if tried.exhausted:
            return [self._unable_to_reach(), self._settled("failed", "unable-to-reach", self._count(), output)]
        state = "evidence-met" if tried.evidence else "attempting"
        due = due_from(self.transition.day, try_again_by(self.tried, self.pen.occasion))
        return [self._settled("in-progress", state, self._count(), due)]

    def _output(self, attempt: Json) -> Edit:
        return add("output", {"type": {"text": self.case.attempt.outcome.display}, "valueReference": attempt})

    def _met(self, met: Attempt, output: Edit) -> Amend:
        """Completes the Task with the talk that counts as the contact: this one, or one recorded earlier."""
        words = str(met)
        if met != self.case.attempt:
            output = add("output", {"type": {"text": words}, "valueReference": {"reference": met.reference}})
        return self._settled("completed", "done", words, output)

    def _settled(self, status: str, state: str, words: str, edit: Edit) -> Amend:
        edits = (put("status", status), self.pen.state(state), edit, self.pen.because(words))
        return following.amended(self.pen, "task/contact-patient", self.contact.record, f"contact: {words}", *edits)

    def _count(self) -> str:
        return f"{times(len(self.tried.all))}, the last one: {self.tried.all[-1]}"

    def _unable_to_reach(self) -> Create:
        words = (
            f"The person was not reached after the discharge on {spoken(self.transition.day)}: {self._count()}. Tell "
            "the supervising provider, and decide together whether to send a letter, visit at home, or call the "
            "emergency contact. If none of this helps, close the transition (close-transition) with outcome "
            "unable-to-reach."
        )
        work = Work(
            code="inform-provider",
            words=words,
            start=self.case.attempt.day,
            end=following.next_business_day(self.case.attempt.day, self.pen.occasion),
            owner=self.case.followed.chart.care_manager or self.pen.author,
            state="unable-to-reach",
            focus=self.pen.refer(self.contact.record),
            part_of={"reference": self.transition.reference},
        )
        return self.pen.task("unable-to-reach", work, "the protocol for people who cannot be reached is finished")


RECORD_CONTACT = Step(
    name="record-contact",
    title="Record an attempt to reach the person after a discharge",
    command=RecordContact,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Communication", "Task"),
    amends=("Task",),
    supervised="contact",
    again="if it is right after all, name that receipt in again_after",
)
