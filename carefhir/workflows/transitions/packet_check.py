"""Writes one check of the discharge information: what came, what is missing, and who is asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carefhir.codes import PACKET_ITEM
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, amend, amendable, put
from carefhir.mappers import packet
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.transition import TransitionChart


@dataclass(frozen=True, slots=True)
class PacketCheck:
    """One check, worked out."""

    followed: TransitionChart
    task: TaskView
    """The Task for getting the discharge information."""
    pen: Pen
    at: datetime
    asked_of: str
    came: tuple[tuple[str, str, str], ...]
    """(item, document, where in words) of each item that is there, in the order of the code system."""
    unreadable: tuple[str, ...]
    """The items that are there and cannot be read: they are missing as well."""
    missing: tuple[str, ...]
    """The items that have not come so far, in the order of the code system."""
    days: int
    """Business days to get what is missing."""

    @property
    def words(self) -> str:
        if not self.missing:
            return "every item of the discharge information is there"
        return f"missing of the discharge information: {self._names(self.missing)}"

    def _names(self, codes: tuple[str, ...]) -> str:
        items = self.pen.content.concepts(PACKET_ITEM)
        marked = (items[code].display + (" (not legible)" if code in self.unreadable else "") for code in codes)
        return ", ".join(marked)

    def plan(self) -> Plan:
        """The check on its Task, and what asks for the rest."""
        chart, transition = self.followed.chart, self.followed.transition
        changes: list[Change] = [self._checked(), *self._getting(), *self._asking()]
        person = (chart.person,) if chart.person else ()
        return Plan(
            changes=tuple(changes),
            says=(self.words, *self._next()),
            warnings=chart.not_visible,
            decided_from=(*person, transition.parent.record),
            artefacts=(self.pen.content.canonical("CodeSystem", "packet-item"),),
            reason=self.words,
            acting_as=self.pen.occasion.actor.discipline,
            labels=transition.labels,
        )

    def _checked(self) -> Amend:
        """The Task for getting it: completed when nothing is missing."""
        content = self.pen.content
        edits: list[Edit] = [packet.there(content, code, document=doc, where=where) for code, doc, where in self.came]
        edits.append(self.pen.noted(self.words, at=self.at))
        if self.missing:
            edits += [put("status", "in-progress"), self.pen.state("attempting"), self.pen.because(self.words)]
        else:
            edits += self.pen.ended("completed", "done", self.words)
        return following.amended(self.pen, "task/receive-packet", self.task.record, self.words, *edits)

    def _getting(self) -> list[Change]:
        """The one Task that asks the care manager to get the rest."""
        pen, transition = self.pen, self.followed.transition
        waiting = [
            task
            for task in self.followed.chart.tasks
            if "complete-packet" in task.codes
            and transition.reference in task.part_of
            and (task.open or pen.act.did(task.record, "amended"))
        ]
        if not self.missing:
            edits = pen.ended("completed", "done", self.words)
            return [amend(f"getting/{task.record.id}", task.record, self.words, *edits) for task in waiting]
        if waiting:
            edits = (put("description", self._wanted), pen.noted(self.words, at=self.at), pen.changed_now())
            return [amend(f"getting/{task.record.id}", task.record, self.words, *edits) for task in waiting[:1]]
        work = Work(
            code="complete-packet",
            words=self._wanted,
            start=pen.today,
            end=pen.occasion.calendar.add_business_days(pen.today, self.days),
            owner=self.followed.chart.care_manager or pen.author,
            focus=pen.refer(self.task.record),
            part_of=pen.refer(transition.parent.record),
        )
        return [pen.task("getting", work, self.words)]

    @property
    def _wanted(self) -> str:
        return f"Get from {self.asked_of} what is missing of the discharge information: {self._names(self.missing)}."

    def _asking(self) -> list[Change]:
        """The message to whoever discharged the person: an earlier one is done with, and asks for what is not missing
        any more."""
        pen, transition = self.pen, self.followed.transition
        changes: list[Change] = [
            amend(f"asked/{item.record.id}", item.record, self.words, put("status", "completed"))
            for item in self.followed.chart.items
            if packet.asks_for_packet(item.record, transition.reference)
            and (item.status == "active" or pen.act.did(item.record, "amended"))
            and amendable(item.record)
        ]
        if self.missing:
            words = f"Please send what is missing of the discharge information: {self._names(self.missing)}."
            request = packet.write_request(
                pen.content,
                pen.patient,
                pen.author,
                pen.stamp,
                transition=transition.reference,
                to=self.asked_of,
                words=words,
            )
            changes.append(Create("asking", request, f"asks {self.asked_of} for what is missing"))
        return changes

    def _next(self) -> tuple[str, ...]:
        if not self.missing:
            return ("the receive-packet Task is completed",)
        return (f"{self.asked_of} is asked for it: send the message, and check again when it comes",)
