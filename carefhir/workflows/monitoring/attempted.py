"""A call in which nobody was reached is an attempt: its Task stays open, and the reminder to tell the provider, too.

Whether somebody was reached is a field of the command (`contact`), never worked out from its words. The words can only
keep a Task open: where they say that nobody was reached and `contact` says nothing, that is an attempt; where they say
so and `contact` says `reached`, somebody has to say which of the two is so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from carefhir.chart.chart import Chart
from carefhir.codes import CONTACT_OUTCOME
from carefhir.content import reaching
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, instant
from carefhir.fhir.changes import Act, Plan, Refusal, amend
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring import open_task
from carefhir.workflows.pen import Pen


class Tried(Protocol):
    """What `resolve` was asked for."""

    @property
    def patient(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class CallOnRecord(Protocol):
    """The Task of the call, as `resolve` found it."""

    @property
    def command(self) -> Tried: ...
    @property
    def occasion(self) -> Occasion: ...
    @property
    def task(self) -> TaskView | None: ...
    @property
    def kind(self) -> Concept | None: ...
    @property
    def chart(self) -> Chart: ...
    def in_the_way(self, act: Act) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class TriedAt:
    """Somebody is tried at a moment, and can be tried again later."""

    task: str
    at: datetime

    def spelled(self) -> tuple[str, ...]:
        return (self.task, "tried", instant(self.at))


@dataclass(frozen=True, slots=True)
class AttemptCase(Case):
    """A call in which nobody was reached."""

    on_record: CallOnRecord

    @property
    def cause(self) -> TriedAt:
        return TriedAt(self.on_record.command.task, self.on_record.command.at)

    def decide(self, act: Act) -> Plan | Refusal:
        """Notes the attempt on the Task, which stays open; says how it is closed."""
        on_record, command, task = self.on_record, self.on_record.command, self.on_record.task
        why = on_record.in_the_way(act)
        if why or task is None or on_record.kind is None:
            return Refusal(why)
        pen = Pen(on_record.occasion, act, command.patient)
        what = f"{on_record.kind.display} ({task.record.reference})"
        outcome = _outcome(on_record)
        because = "an attempt: nobody was reached" if outcome is None else f"an attempt: {outcome.display}"
        edits = (
            pen.state("attempting"),
            pen.noted(f"{because[:1].upper()}{because[1:]}. {command.outcome}", at=command.at),
            pen.changed_now(),
        )
        return Plan(
            changes=(amend(open_task.part_of(task), task.record, because, *edits),),
            says=(f"the attempt is recorded on {what}, which stays open; so does what depends on it",),
            decided_from=(task.record,),
            incomplete=(
                f"{what} is not closed: {because}. Try again today; when the person was reached, close it with resolve "
                "and contact reached, and say whom you spoke with and what they said",
            ),
            reason=because,
            acting_as=on_record.occasion.actor.discipline,
            labels=qr.labels_of(task.record),
        )


def attempt(on_record: CallOnRecord) -> AttemptCase | None:
    """The case of a contact that did not reach the person; None where somebody was reached, and where neither `contact`
    nor the words about a call say."""
    contact = on_record.command.contact
    if contact:
        return None if _reached(on_record) else AttemptCase(on_record)
    return AttemptCase(on_record) if _is_call(on_record) and _nobody_by_words(on_record) else None


def not_closed(on_record: CallOnRecord) -> tuple[str, ...]:
    """Says why a call is not closed: whom it reached is not said, or said in two ways. Nobody reaches the dead."""
    person = on_record.chart.patient
    if not _is_call(on_record) or (person is not None and person.deceased):
        return ()
    if not on_record.command.contact:
        return (
            f"{on_record.command.task} is a call: say in contact whether it reached the person (reached, voicemail, "
            "no-answer, wrong-number or refused)",
        )
    if _nobody_by_words(on_record):
        return (
            f"contact says that {on_record.command.task} reached the person, and the outcome ends with words that say "
            "it did not: correct the one that is wrong",
        )
    return ()


def _is_call(on_record: CallOnRecord) -> bool:
    return on_record.kind is not None and bool(on_record.kind.properties.get("reaches"))


def _nobody_by_words(on_record: CallOnRecord) -> bool:
    return reaching.nobody_reached(on_record.occasion.content, on_record.command.outcome)


def _outcome(on_record: CallOnRecord) -> Concept | None:
    """What `contact` says."""
    return on_record.occasion.content.concepts(CONTACT_OUTCOME).get(on_record.command.contact)


def _reached(on_record: CallOnRecord) -> bool:
    """Whether they were spoken with, about more than that they do not want to."""
    outcome = _outcome(on_record)
    return outcome is not None and outcome.code == "reached"
