"""A call in which nobody was reached is an attempt: its Task stays open, and the reminder to tell the provider, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
        edits = (
            pen.state("attempting"),
            pen.noted(f"Attempt, nobody reached: {command.outcome}", at=command.at),
            pen.changed_now(),
        )
        because = "an attempt: nobody was reached"
        return Plan(
            changes=(amend(open_task.part_of(task), task.record, because, *edits),),
            says=(f"the attempt is recorded on {what}, which stays open; so does what depends on it",),
            decided_from=(task.record,),
            incomplete=(
                f"{what} is not closed: the outcome says that nobody was reached. Try again today; when somebody was "
                "reached, close it with resolve, and say whom you spoke with and what they said",
            ),
            reason=because,
            acting_as=on_record.occasion.actor.discipline,
            labels=qr.labels_of(task.record),
        )


def attempt(on_record: CallOnRecord) -> AttemptCase | None:
    """The case of a call that reached nobody; None for another Task, and where the outcome does not say so."""
    kind = on_record.kind
    if kind is None or not kind.properties.get("reaches"):
        return None
    if not reaching.nobody_reached(on_record.occasion.content, on_record.command.outcome):
        return None
    return AttemptCase(on_record)
