"""What an event of a loop changes besides its Task: visits, what was asked of others, the order, the need."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.fhir.bundle import created_by_a_step
from carefhir.fhir.changes import Amend, Create, Edit, add, amend, amendable, put
from carefhir.lifecycle import moves
from carefhir.mappers import condition
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.task import Work
from carefhir.workflows.coordination.lacking import past_visit
from carefhir.workflows.coordination.loop import business_days
from carefhir.workflows.coordination.of_event import OfEvent

_ASKED_ENDS = {
    "accepted": ("accepted",),
    "result": ("completed",),
    # A Task that was accepted cannot be rejected any more: it fails.
    "declined": ("rejected", "failed"),
    "cancelled": ("cancelled",),
    "sent": ("cancelled",),
}
"""What becomes of the Task by which a community service was asked: the first status that its lifecycle allows."""


@dataclass(frozen=True, slots=True)
class Consequences(OfEvent):
    """Everything that follows from one event."""

    def changes(self) -> list[Create | Amend]:
        """All of it, in the order in which it is written."""
        return [*self._asked(), *self._visits(), *self._late(), *self.order(), *self._needs(), *self._review()]

    def _asked(self) -> list[Amend]:
        """The Tasks by which a community service was asked, as the event leaves them."""
        wanted = _ASKED_ENDS.get(self.account.event, ())
        changes = []
        for task in self.loop.asked(self.pen.act) if wanted else ():
            possible = (task.status, *moves("Task", task.status))
            status = next((code for code in wanted if code in possible), "")
            if not status or not amendable(task.record):
                continue
            edits: list[Edit] = [put("status", status), self.pen.changed_now()]
            if status not in ("accepted", "completed"):
                edits.append(self.pen.because(self.account.reason or f"{self.account.doer_words} is asked instead"))
            changes.append(amend(f"asked/{task.record.id}", task.record, self.words, *edits))
        return changes

    def _visits(self) -> list[Amend]:
        """The visits of the loop, as the event leaves them; only those that a step of ours booked."""
        account = self.account
        if account.event == "missed":
            missed = past_visit(self.loop, account, self.pen.act)
            return self._visits_become("noshow", [missed] if missed else [])
        if account.event == "kept":
            past = [visit for visit in self.loop.visits if visit.start and visit.start <= account.at]
            return self._visits_become("fulfilled", past[-1:])
        return self._visits_become("cancelled", self.replaced)

    def _visits_become(self, status: str, visits: list[AppointmentView]) -> list[Amend]:
        changes = []
        for visit in visits:
            ours = created_by_a_step(visit.record) and amendable(visit.record)
            if not ours or status not in (visit.status, *moves("Appointment", visit.status)):
                continue
            edits: list[Edit] = [put("status", status)]
            if status == "cancelled":
                why = f"replaced by the visit on {self.day_of_visit}" if self.account.start else self.account.reason
                edits.append(put("cancelationReason", {"text": why}))
            elif status == "noshow":
                edits.append(put("comment", f"missed: {self.account.reason}"))
            changes.append(amend(f"visit/{visit.record.id}", visit.record, self.words, *edits))
        return changes

    def _late(self) -> list[Create | Amend]:
        """The Task that asks why the loop is late: written once, and closed by whatever happens next."""
        pen = self.pen
        if self.account.event != "late":
            status, state = ("completed", "done") if not self.without_result else ("cancelled", "ended-early")
            edits = pen.ended(status, state, self.words)
            return [
                amend(f"late/{task.record.id}", task.record, self.words, *edits) for task in self.loop.late(pen.act)
            ]
        task = self.loop.task
        assert task is not None  # asked before
        work = Work(
            code="late-loop",
            words=f"{self.loop.words}: {self._waited_for} was due {task.due} and has not happened. Find out why, and "
            "arrange it anew.",
            start=pen.today,
            end=business_days(pen.occasion, pen.today, "late-days"),
            owner=self.manager,
            focus=pen.refer(self.loop.order.record),
            part_of=pen.refer(task.record),
        )
        return [pen.task("late", work, f"late since {task.due}")]

    @property
    def _waited_for(self) -> str:
        """What the loop has waited for, in words."""
        before = [code for code in self.loop.happened if code != "late"]
        events = self.pen.content.concepts(self.account.kind.system)
        return str(events[before[-1]].properties["next"]) if before else "the first step"

    def order(self) -> list[Amend]:
        """The order at its end, and at its first event where the prescriber has placed it and our record of it still is
        a draft; only where a step of ours wrote it."""
        order = self.loop.order.record
        if not created_by_a_step(order) or not amendable(order):
            return []
        if not self.account.ends:
            begun = self.loop.order.status == "draft" and self.loop.placed
            return [amend("order", order, self.words, put("status", "active"))] if begun else []
        status = "revoked" if self.without_result else "completed"
        if status not in (self.loop.order.status, *moves(order.type, self.loop.order.status)):
            return []
        note = add("note", {"time": self.stamp, "text": self.words})
        return [amend("order", order, self.words, put("status", status), note)]

    def _needs(self) -> list[Amend]:
        """What became of the need, written beside it; one that is met is over."""
        if self.account.event not in ("result", "declined"):
            return []
        edits: tuple[Edit, ...] = (self.pen.noted(self.words, at=self.account.at),)
        if self.account.need == "met":
            edits = (*condition.resolve(self.stamp), *edits)
        return [
            amend(f"need/{need.record.id}", need.record, self.words, *edits)
            for need in self.loop.needs
            if amendable(need.record)
        ]

    def _review(self) -> list[Create]:
        """A need that is still there, and what somebody declined, do not vanish with the loop."""
        if self.account.event != "declined" and self.account.need not in ("partly", "not-met"):
            return []
        pen = self.pen
        work = Work(
            code="review-plan",
            words=f"{self.words}. Decide with the person what else would help.",
            start=pen.today,
            end=business_days(pen.occasion, pen.today, "unmet-days"),
            owner=self.manager,
            focus=pen.refer(self.loop.order.record),
        )
        return [pen.task("review", work, "what it was for is still needed, as far as anybody knows")]
