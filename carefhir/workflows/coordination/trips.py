"""How somebody without transport gets to what is booked: trips counted, and one Task that asks to arrange them.

A need for transport is one of condition group transport-need, confirmed or not. A visit has transport where a step of
ours was told how the person gets there; what another system booked says nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of
from carefhir.fhir.changes import Amend, Create, Edit, amend
from carefhir.fhir.codec import Json
from carefhir.lifecycle import ended
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.task import Work, due_from
from carefhir.occasion import Occasion
from carefhir.workflows.coordination.loop import number
from carefhir.workflows.pen import Pen

NEED = "transport-need"


def no_transport(chart: Chart, occasion: Occasion) -> bool:
    """Whether the records name a need for transport, confirmed or not."""
    return any(
        NEED in groups_of(occasion.content, condition)
        for condition in chart.conditions
        if condition.holds and condition.current
    )


def said_how(visit: AppointmentView) -> bool:
    """Whether a step of ours was told how the person gets to a visit; booking one after a discharge asks for it."""
    return bool(visit.transport) or any(reference.startswith("Task/") for reference in visit.booked_for)


@dataclass(frozen=True, slots=True)
class Trips:
    """The trips around a visit that is being booked."""

    chart: Chart
    pen: Pen
    start: datetime
    """When the new visit begins."""
    arranged: bool
    """Whether how the person gets there was said."""
    replaced: Sequence[str] = ()
    """The visits that the new one replaces."""

    @property
    def day(self) -> date:
        return self._day_of(self.start)

    def _day_of(self, start: datetime) -> date:
        """The day as the visit itself writes it."""
        return self.pen.occasion.days_of(start).earliest

    @property
    def others(self) -> tuple[AppointmentView, ...]:
        """The other visits to come that nobody has cancelled."""
        now = self.pen.occasion.now
        return tuple(
            visit
            for visit in self.chart.appointments
            if visit.start
            and visit.start > now
            and not ended("Appointment", visit.status)
            and visit.reference not in self.replaced
            and not self.pen.act.did(visit.record)
        )

    @property
    def together(self) -> tuple[date, ...]:
        """The days of trips in the fullest window that holds the new visit."""
        length = number(self.pen.content, "trip-days")
        days = {self.day, *(self._day_of(visit.start) for visit in self.others if visit.start)}
        first_days = (self.day - timedelta(days=back) for back in range(length))
        windows = (
            tuple(sorted(day for day in days if first <= day < first + timedelta(days=length))) for first in first_days
        )
        return max(windows, key=len)

    @property
    def first_without(self) -> date | None:
        """The first day of a trip to which nobody is known to take the person."""
        days = [self._day_of(visit.start) for visit in self.others if visit.start and not said_how(visit)]
        return min([*days, *([] if self.arranged else [self.day])], default=None)

    def warnings(self) -> tuple[str, ...]:
        """Names the trips, and what is not known."""
        if "conditions" in self.chart.unseen:
            return ("whether the person has transport could not be seen: ask them",)
        if not no_transport(self.chart, self.pen.occasion) or self.first_without is None:
            return ()
        days = self.together
        lines = [
            f"the person has no transport on record, and nobody has arranged how they get there on {self.first_without}"
        ]
        if len(days) > number(self.pen.content, "trips"):
            length, named = number(self.pen.content, "trip-days"), ", ".join(map(str, days))
            lines.append(f"{len(days)} separate trips within {length} days ({named}): ask whether some can be one trip")
        return tuple(lines)

    def changes(self, visit: Json) -> tuple[Create | Amend, ...]:
        """One Task that asks to arrange transport, in time for the first trip without it."""
        first, occasion = self.first_without, self.pen.occasion
        if first is None or not no_transport(self.chart, occasion):
            return ()
        due = self._by(first)
        waiting = [
            task
            for task in self.chart.tasks
            if "arrange-transport" in task.codes and (task.open or self.pen.act.did(task.record, "amended"))
        ]
        if not waiting:
            return (self._asked(first, due, visit),)
        task, words = waiting[0], f"also for the trip on {self.day}"
        edits: list[Edit] = [self.pen.noted(words), self.pen.changed_now()]
        if task.due is None or due < task.due:
            edits.append(due_from(occasion.today, due))
        return (amend(f"transport/{task.record.id}", task.record, words, *edits),)

    def _by(self, trip: date) -> date:
        """The day by which transport for a trip is arranged: so many business days before it, and never before
        today."""
        day, left = trip, number(self.pen.content, "transport-days")
        while left > 0:
            day -= timedelta(days=1)
            left -= self.pen.occasion.calendar.is_business_day(day)
        return max(day, self.pen.today)

    def _asked(self, first: date, due: date, visit: Json) -> Create:
        work = Work(
            code="arrange-transport",
            words=f"Arrange how the person gets to their visits, from {first} on. They have no transport of their own.",
            start=self.pen.today,
            end=due,
            owner=self.chart.care_manager or self.pen.author,
            priority="urgent" if due <= self.pen.today else "routine",
            focus=visit,
        )
        return self.pen.task("transport", work, f"no transport is arranged for {first}")
