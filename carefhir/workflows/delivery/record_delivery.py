"""`record-delivery`: what came of putting something into an EHR, on the Task that asked for it.

No person asks it: `deliver` does, when the EHR has taken or refused it. Taken, the Task is completed and says where it
stands; refused, it has failed, and the same is asked of whoever owned it, in words and with the reason. What is
there twice is named, for a person to remove. The act's cause is the Task: it is settled once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from carefhir.engine.step import NOTHING, Case, Once, PatientCommand, Step, TaskRef
from carefhir.fhir.changes import Act, Change, Create, Plan, Refusal, add, amend
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import delivery
from carefhir.mappers.delivery import Delivery
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen


class RecordDelivery(PatientCommand):
    """What came of a delivery."""

    task: TaskRef = Field(description="the Task that holds what was to be put there: Task/ID")
    outcome: Literal["accepted", "refused"] = Field(description="whether the other system took it")
    why: str = Field(default="", description="why it was refused")
    place: str = Field(default="", description="where it stands there: Type/ID")
    twins: tuple[str, ...] = Field(default=(), description="other places there where the same stands")


@dataclass(frozen=True, slots=True)
class DeliveryCase(Case):
    """One delivery, and what came of it."""

    command: RecordDelivery
    occasion: Occasion
    record: Record | None

    @property
    def cause(self) -> Once:
        return Once(self.command.task)

    @property
    def asked(self) -> Any:
        """Looked at again it may stand at another place, and be refused in other words: it is the same delivery."""
        return [self.command.task]

    def decide(self, act: Act) -> Plan | Refusal:
        """The Task as it ends; where the EHR refused, or took it twice, work for whoever owned it."""
        if self.record is None:
            return Refusal((f"{self.command.task} is not on this server, or not visible to us",))
        entry, pen = delivery.read(self.record), Pen(self.occasion, act, self.command.patient)
        if not entry.task.open and (entry.task.status == "completed" or self.command.outcome == "refused"):
            return Refusal(NOTHING)
        taken = self.command.outcome == "accepted"
        status, state, why = ("completed", "done", "") if taken else ("failed", "ended-early", self.command.why)
        edits = [*pen.ended(status, state, why)]
        edits += [add("output", delivery.delivered_at(pen.content, place)) for place in self._places]
        what = entry.task.description
        if not entry.task.open:
            return self._too_late(entry, pen)
        settled = amend("delivered", self.record, f"{entry.home}: {'taken' if taken else 'refused'}", *edits)
        changes: list[Change] = [settled, *self._left_to_do(entry, pen)]
        return Plan(
            changes=tuple(changes),
            says=(f"{entry.home} has {'taken' if taken else 'refused'} it: {what}", *((why,) if why else ())),
            decided_from=(self.record,),
            reason=f"{entry.home} has {'taken' if taken else 'refused'} it: {what}",
            labels=entry.task.labels,
        )

    @property
    def _places(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.command.place, *self.command.twins)))

    def _too_late(self, entry: Delivery, pen: Pen) -> Plan:
        """It was withdrawn while the EHR was taking it: somebody has to take it back there."""
        words = (
            f"{entry.home} has taken what was withdrawn meanwhile, take it back there: {', '.join(self._places)}. "
            f"It was: {entry.task.description}"
        )
        task = self._by_hand(words, entry, pen)
        return Plan(
            changes=(task,),
            says=(words,),
            decided_from=(entry.task.record,),
            reason="it was withdrawn while it was delivered",
            labels=entry.task.labels,
        )

    def _left_to_do(self, entry: Delivery, pen: Pen) -> tuple[Change, ...]:
        if self.command.outcome == "refused":
            words = f"{entry.home} has refused it, do it there by hand. {entry.task.description} ({self.command.why})"
        elif self.command.twins:
            words = f"{entry.home} holds it more than once, leave one there: {', '.join(self._places)}"
        else:
            return ()
        return (self._by_hand(words, entry, pen),)

    def _by_hand(self, words: str, entry: Delivery, pen: Pen) -> Create:
        end = self.occasion.calendar.add_business_days(pen.today, 1)
        focus = {"reference": entry.task.focus} if entry.task.focus else pen.refer(entry.task.record)
        owner = entry.task.owner or pen.author
        work = Work(code=delivery.BY_HAND, words=words, start=pen.today, end=end, owner=owner, focus=focus)
        return pen.task("by-hand", work, f"{entry.home}: a person has to see to it")


def open_cases(records: Records, command: RecordDelivery, occasion: Occasion) -> Sequence[Case]:
    """Reads the Task."""
    return (DeliveryCase(command, occasion, records.one("delivery")),)


RECORD_DELIVERY = Step(
    name="record-delivery",
    title="Record a delivery",
    command=RecordDelivery,
    needs=(delivery.find_one(),),
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    early=lambda command, occasion: Once(command.task),
    amends=("Task",),
)
