"""Finds a transition: the parent Task that open-transition wrote, its child Tasks, and the dates on it.

Every later step reads the transition here. The dates come from the parent Task, because a corrected discharge moves
them there: after a correction from March 6 to March 9, contact is due by March 11 for every step.
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
"""The dates read from the parent Task."""

NEEDS = (
    *charts.needs("patient", "tasks", optional=False),
    *charts.needs("care_teams", "episodes"),
)
"""What every later step gathers. Tasks are required: without them no transition can be found."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition: its parent Task, its child Tasks, and its dates."""

    parent: TaskView
    children: tuple[TaskView, ...]
    discharged: datetime
    day: date
    """The day of discharge, as the record states it."""
    dates: dict[str, date]

    @property
    def reference(self) -> str:
        return self.parent.record.reference

    @property
    def suspended(self) -> bool:
        return self.parent.status == "on-hold"

    @property
    def labels(self) -> tuple[Json, ...]:
        """Security labels of the parent Task, which everything written for the transition carries too."""
        return self.parent.labels

    def child(self, code: str) -> TaskView | None:
        """The child Task with that code: the open one, else the first."""
        children = [task for task in self.children if code in task.codes]
        return next((task for task in children if task.open), children[0] if children else None)

    def visits(self, appointments: Iterable[AppointmentView]) -> tuple[AppointmentView, ...]:
        """The Appointments booked for this transition, sorted by start."""
        mine = [visit for visit in appointments if self.reference in visit.booked_for]
        return tuple(sorted(mine, key=lambda visit: (visit.start or self.discharged, visit.reference)))


@dataclass(frozen=True, slots=True)
class TransitionChart:
    """One person's chart, the transition a command names, and what else the step gathered."""

    chart: Chart
    transition: Transition
    clock: Clock
    talks: tuple[TalkView, ...]
    """Sorted by time."""
    lists: tuple[ListView, ...]

    @property
    def visits(self) -> tuple[AppointmentView, ...]:
        """The Appointments booked for the transition, sorted by start."""
        return self.transition.visits(self.chart.appointments)


def around(chart: Chart, records: Records, reference: str, occasion: Occasion) -> TransitionChart | str:
    """The chart with the transition of that parent Task; or why there is none."""
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
    """A command about a transition that cannot be found: it is always refused."""

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
        """Says why the transition cannot be found."""
        return Refusal(self.why)


def find(tasks: Iterable[TaskView], reference: str, occasion: Occasion) -> Transition | str:
    """The transition of that parent Task, of this patient; or why there is none."""
    tasks = tuple(tasks)
    parent = next((task for task in tasks if task.record.reference == reference), None)
    if parent is None:
        return f"{reference} is not a Task of this patient, or is not visible to us: check the ID"
    if "transition" not in parent.codes:
        return f"{reference} is not a transition: give the parent Task that open-transition wrote"
    told = [at for text in discharges(parent) if (at := moment(text, occasion.zone))]
    dates = {code: span[0].date() for code, text in parent.clock_days if code in DATES and (span := moments(text))}
    missing = [code for code in DATES if code not in dates]
    if not told or missing:
        lacks = ", ".join(missing) or "discharge"
        return f"{reference} lacks dates that open-transition writes ({lacks}): check whether they were removed"
    children = tuple(task for task in tasks if reference in task.part_of)
    return Transition(
        parent=parent, children=children, discharged=told[-1], day=day_of(told[-1], occasion), dates=dates
    )


def day_of(when: datetime, occasion: Occasion) -> date:
    """The day of a moment that starts a clock: the earliest it may be (rule 37)."""
    return occasion.days_of(when).earliest


def late_day_of(when: datetime, occasion: Occasion) -> date:
    """The day of a moment that is held against a deadline: the latest it may be (rule 37)."""
    return occasion.days_of(when).latest


def spoken(day: date) -> str:
    """Writes a day with its weekday: Tue 2026-03-10."""
    return f"{day:%a} {day.isoformat()}"


def lacks_task(transition: Transition, code: str) -> str:
    """Why a step cannot go on: the child Task it works on is missing."""
    return (
        f"{transition.reference} has no {code} Task, which open-transition writes: check whether it was removed, or is "
        "not visible to us"
    )


def closed(transition: Transition) -> tuple[str, ...]:
    """Why nothing can be recorded: the transition is closed."""
    if transition.parent.open:
        return ()
    status = transition.parent.status
    return (f"{transition.reference} is {status}: the transition is closed, and nothing more can be recorded for it",)


def not_then(transition: Transition, started: datetime, occasion: Occasion, what: str) -> tuple[str, ...]:
    """Why something cannot have happened at that moment: it is before the discharge, or in the future."""
    if started < transition.discharged:
        when = transition.discharged.isoformat(timespec="minutes")
        return (f"{what} before the discharge ({when}) does not belong to this transition: check the start time",)
    if started > occasion.now:
        return (f"{what} cannot start in the future: record it after it has taken place",)
    return ()


def amended(pen: Pen, part: str, record: Record, because: str, *edits: Edit) -> Amend:
    """An amendment of a Task, with the time of the change; an amendment that changes nothing gets no new time."""
    wanted = amend(part, record, because, *edits)
    return amend(part, record, because, *edits, pen.changed_now()) if wanted.changes_anything else wanted


def next_business_day(day: date, occasion: Occasion) -> date:
    """The next business day, on which an unfinished Task is due again.

    Days on which a site is closed do not move it. The program counts Monday to Friday less federal holidays, and a
    later day would leave the person waiting: after a call on Wednesday it is Friday if Thursday is Thanksgiving.
    """
    return occasion.calendar.add_business_days(day, 1)


def days_between(first: datetime, last: datetime) -> int:
    """Counts the whole days between two moments."""
    return (last - first) // timedelta(days=1)
