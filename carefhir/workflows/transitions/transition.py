"""The transition and its children, as open-transition wrote them: found by the parent Task, its clock read back.

Every step after the opening looks here. The dates are those on the parent Task, so that a corrected discharge, which
moves them there, is what everybody counts by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.chart import chart
from carefhir.chart.chart import Chart
from carefhir.codes import CLOCK_DATE, TASK_STATE
from carefhir.fhir.changes import Amend, Edit, amend, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, has_code, moment, moments, refers_to
from carefhir.mappers import communication
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.communication import TalkView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.discharge import discharges

DATES = ("contact-by", "visit-7-day", "visit-14-day", "period-end", "reconciliation-by")
"""What is read back from the parent Task."""

NEEDS = (
    *chart.needs("patient", "tasks", optional=False),
    *chart.needs("care_teams", "episodes"),
)
"""What every step after the opening looks at. Without the Tasks there is no transition to see: they are required."""


@dataclass(frozen=True, slots=True)
class Context:
    """The chart, the talks, and what the command names beside the transition."""

    chart: Chart
    talks: tuple[TalkView, ...] = ()
    named: Record | None = None
    lists: tuple[Record, ...] = ()
    """Lists of medicines, for whoever asks for them."""


def read(records: Records, occasion: Occasion, named: str = "") -> Context:
    """The context, talks by their time; `named` is the need that holds what the command names."""
    talks = [communication.read(one, occasion.zone) for one in records["communications"]]
    return Context(
        chart.read(records, occasion),
        tuple(sorted(talks, key=lambda one: (one.sent or occasion.now, one.reference))),
        records.one(named) if named else None,
        records["lists"],
    )


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
        return tuple(qr.security(self.parent.record.json))

    def child(self, code: str) -> TaskView | None:
        """The Task of that kind: the open one, else the first."""
        found = [one for one in self.children if code in one.codes]
        return next((one for one in found if one.open), found[0] if found else None)

    def visits(self, appointments: Iterable[AppointmentView]) -> tuple[AppointmentView, ...]:
        """The Appointments booked for it, by their start."""
        mine = [one for one in appointments if refers_to(one.record.json, "supportingInformation", self.reference)]
        return tuple(sorted(mine, key=lambda one: (one.start or self.discharged, one.reference)))


def find(tasks: Iterable[TaskView], reference: str, occasion: Occasion) -> Transition | str:
    """The transition of that parent Task, of this patient; or why there is none."""
    tasks = tuple(tasks)
    parent = next((one for one in tasks if one.record.reference == reference), None)
    if parent is None:
        return f"{reference} is no Task of this patient's, or not visible to us"
    if "transition" not in parent.codes:
        return f"{reference} is no transition: name the Task `transition` that open-transition wrote"
    told = [found for text in discharges(parent) if (found := moment(text, occasion.zone))]
    dates = _dates(parent)
    missing = [code for code in DATES if code not in dates]
    if not told or missing:
        lacks = ", ".join(missing) or "discharge"
        return f"{reference} lacks the clock ({lacks}): open-transition writes it; run that again"
    children = tuple(one for one in tasks if refers_to(one.record.json, "partOf", reference))
    return Transition(parent, children, told[-1], day_of(told[-1], occasion), dates)


def _dates(parent: TaskView) -> dict[str, date]:
    found: dict[str, date] = {}
    for one in dig(parent.record.json, "input"):
        span = moments(one.get("valueDate")) if isinstance(one, dict) else None
        if span is not None:
            found |= {code: span[0].date() for code in DATES if has_code(one, "type", CLOCK_DATE, code)}
    return found


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


def state(occasion: Occasion, code: str) -> Edit:
    """Sets a Task's state in the programme's own terms."""
    return put("businessStatus", {"coding": [occasion.content.concept(TASK_STATE, code).coding]})


def because(words: str) -> Edit:
    """Says why a Task stands as it does."""
    return put("statusReason", {"text": words})


def settled(part: str, record: Record, why: str, occasion: Occasion, *edits: Edit) -> Amend:
    """An amendment stamped as changed now; one without edits where everything stands as wanted already, so that an act
    taken up again neither writes it twice nor leaves it out of its receipt."""
    wanted = amend(part, record, why, *edits)
    if not wanted.changes_anything:
        return wanted
    return amend(part, record, why, *edits, put("lastModified", occasion.stamp))


def next_business_day(day: date, occasion: Occasion) -> date:
    """The day after which nobody may say that it was left lying.

    A site's closed days could only make it earlier, and between a day and the business day after it lies none on which
    anybody works: so it is the programme's own day, closed office or not.
    """
    return occasion.calendar.add_business_days(day, 1)


def days_between(first: datetime, last: datetime) -> int:
    """Whole days from one moment to another."""
    return (last - first) // timedelta(days=1)
