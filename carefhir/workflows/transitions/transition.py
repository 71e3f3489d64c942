"""The transition and its children, as open-transition wrote them: found by the parent Task, its clock read back.

Every step after the opening looks here. The dates are those on the parent Task, so that a corrected discharge, which
moves them there, is what everybody counts by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.content.clocks import Clock
from carefhir.engine.step import Case, Cause
from carefhir.fhir.changes import Act, Amend, Edit, Refusal, amend
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moment, moments
from carefhir.mappers import communication, medication_list
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.communication import TalkView
from carefhir.mappers.medication_list import ListView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions.discharge import discharges, transition_clock

DATES = ("contact-by", "visit-7-day", "visit-14-day", "period-end", "reconciliation-by")
"""What is read back from the parent Task."""

NEEDS = (
    *charts.needs("patient", "tasks", optional=False),
    *charts.needs("care_teams", "episodes"),
)
"""What every step after the opening looks at. Without the Tasks there is no transition to see: they are required."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A parent Task with its children, and its clock."""

    parent: TaskView
    children: tuple[TaskView, ...]
    discharged: datetime
    day: date
    """The day of discharge, as the record writes it."""
    dates: dict[str, date]

    @property
    def reference(self) -> str:
        return self.parent.record.reference

    @property
    def suspended(self) -> bool:
        return self.parent.status == "on-hold"

    @property
    def labels(self) -> tuple[Json, ...]:
        """Security labels, which travel to all that is written for it."""
        return self.parent.labels

    def child(self, code: str) -> TaskView | None:
        """The Task of that kind: the open one, else the first."""
        children = [task for task in self.children if code in task.codes]
        return next((task for task in children if task.open), children[0] if children else None)

    def visits(self, appointments: Iterable[AppointmentView]) -> tuple[AppointmentView, ...]:
        """The Appointments booked for it, by their start."""
        mine = [visit for visit in appointments if self.reference in visit.booked_for]
        return tuple(sorted(mine, key=lambda visit: (visit.start or self.discharged, visit.reference)))


@dataclass(frozen=True, slots=True)
class TransitionChart:
    """One person's chart around a transition: the clock that was in force, and what else the step asked for."""

    chart: Chart
    transition: Transition
    clock: Clock
    talks: tuple[TalkView, ...]
    """By their time."""
    lists: tuple[ListView, ...]

    @property
    def visits(self) -> tuple[AppointmentView, ...]:
        """The Appointments booked for the transition, by their start."""
        return self.transition.visits(self.chart.appointments)


def around(chart: Chart, records: Records, reference: str, occasion: Occasion) -> TransitionChart | str:
    """The chart around the transition of that parent Task; or why there is none."""
    transition = find(chart.tasks, reference, occasion)
    if isinstance(transition, str):
        return transition
    talks = [communication.read(record, occasion.zone) for record in records["communications"]]
    return TransitionChart(
        chart=chart,
        transition=transition,
        clock=transition_clock(occasion.content, transition.day),
        talks=tuple(sorted(talks, key=lambda talk: (talk.sent or occasion.now, talk.reference))),
        lists=tuple(medication_list.read(record) for record in records["lists"]),
    )


@dataclass(frozen=True, slots=True)
class NoTransition(Case):
    """A command about a transition that is not to be found: nothing can be decided."""

    named: Cause
    details: Any
    why: tuple[str, ...]

    @property
    def cause(self) -> Cause:
        return self.named

    @property
    def asked(self) -> Any:
        return self.details

    def decide(self, act: Act) -> Refusal:
        """Why there is none."""
        return Refusal(self.why)


def find(tasks: Iterable[TaskView], reference: str, occasion: Occasion) -> Transition | str:
    """The transition of that parent Task, of this patient; or why there is none."""
    tasks = tuple(tasks)
    parent = next((task for task in tasks if task.record.reference == reference), None)
    if parent is None:
        return f"{reference} is no Task of this patient's, or not visible to us"
    if "transition" not in parent.codes:
        return f"{reference} is no transition: name the Task `transition` that open-transition wrote"
    told = [at for text in discharges(parent) if (at := moment(text, occasion.zone))]
    dates = {code: span[0].date() for code, text in parent.clock_days if code in DATES and (span := moments(text))}
    missing = [code for code in DATES if code not in dates]
    if not told or missing:
        lacks = ", ".join(missing) or "discharge"
        return f"{reference} lacks the clock ({lacks}): open-transition writes it; run that again"
    children = tuple(task for task in tasks if reference in task.part_of)
    return Transition(
        parent=parent, children=children, discharged=told[-1], day=day_of(told[-1], occasion), dates=dates
    )


def day_of(when: datetime, occasion: Occasion) -> date:
    """The day as written, where an offset says whose day it is; in the occasion's zone for UTC."""
    return when.date() if when.utcoffset() else when.astimezone(occasion.zone).date()


def stamp(when: datetime, occasion: Occasion) -> str:
    """A moment as FHIR writes it, with the offset it came with; in the occasion's zone for UTC."""
    return (when if when.utcoffset() else when.astimezone(occasion.zone)).isoformat(timespec="seconds")


def spoken(day: date) -> str:
    """A day as it is said: Tue 2026-03-10."""
    return f"{day:%a} {day.isoformat()}"


def closed(transition: Transition) -> tuple[str, ...]:
    """Why nothing more is recorded to a transition that has been closed."""
    if transition.parent.open:
        return ()
    status = transition.parent.status
    return (f"{transition.reference} is {status} already: the transition is closed, nothing more belongs to it",)


def not_then(transition: Transition, started: datetime, occasion: Occasion, what: str) -> tuple[str, ...]:
    """Why something cannot have been at that moment: before the discharge, or still to come."""
    if started < transition.discharged:
        when = transition.discharged.isoformat(timespec="minutes")
        return (f"{what} before the discharge ({when}) does not belong to this transition: check the start",)
    if started > occasion.now:
        return (f"{what} starts in the future: record it when it has been",)
    return ()


def amended(pen: Pen, part: str, record: Record, because: str, *edits: Edit) -> Amend:
    """An amendment of a Task, stamped as changed now; one that changes nothing is not stamped either."""
    wanted = amend(part, record, because, *edits)
    return amend(part, record, because, *edits, pen.changed_now()) if wanted.changes_anything else wanted


def next_business_day(day: date, occasion: Occasion) -> date:
    """The day after which nobody may say that it was left lying.

    A site's closed days could only make it earlier, and between a day and the business day after it lies none on which
    anybody works: so it is the programme's own day, closed office or not.
    """
    return occasion.calendar.add_business_days(day, 1)


def days_between(first: datetime, last: datetime) -> int:
    """Whole days from one moment to another."""
    return (last - first) // timedelta(days=1)
