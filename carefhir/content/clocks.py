"""Program clocks: what is due after an event, and by when, read from PlanDefinitions.

The numbers are in `profiles/`, each with its source; here they are only counted. Business days count Monday to
Friday less federal holidays (clinical practice, rule 6); the day of the event does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.codes import CLOCK_DATE, TASK
from carefhir.content.calendar import Calendar
from carefhir.content.loading import Content, extensions, parameters, parts_of
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings


@dataclass(frozen=True, slots=True)
class ClockItem:
    """One action of a clock: a care task, or a date that counts."""

    system: str
    code: str
    title: str
    words: str
    count: int
    unit: str
    risk: str
    id: str = ""
    """Its id, where it is one of several of its code."""

    def on(self, event: date, calendar: Calendar) -> date:
        """The day it is due, counted from the event."""
        if self.unit == "business-day":
            return calendar.add_business_days(event, self.count)
        return event + timedelta(days=self.count)


@dataclass(frozen=True, slots=True)
class Clock:
    """A PlanDefinition read as a clock."""

    canonical: str
    items: tuple[ClockItem, ...]
    numbers: dict[str, int]
    in_force: bool

    def number(self, name: str) -> int:
        """A named parameter. Raises `ContentError` if the artefact has none."""
        if name not in self.numbers:
            raise ContentError(f"{self.canonical} lacks the parameter {name}")
        return self.numbers[name]

    def tasks(self, risk: str = "") -> tuple[ClockItem, ...]:
        """The care tasks for everyone and for this risk."""
        return tuple(one for one in self.items if one.system == TASK and one.risk in ("", risk))

    def dates(self, event: date, calendar: Calendar) -> dict[str, date]:
        """The dates that count, by their code."""
        return {one.code: one.on(event, calendar) for one in self.items if one.system == CLOCK_DATE}


def read_clock(content: Content, plan_id: str, day: date) -> Clock:
    """A clock, and whether it was in force that day. Raises `ContentError` for an action it cannot count."""
    plan, in_force = content.in_force(plan_id, day)
    canonical = content.canonical("PlanDefinition", plan_id)
    items = tuple(_item(action, canonical) for action in plan.get("action", []))
    return Clock(canonical, items, parameters(plan), in_force)


def _item(action: Json, canonical: str) -> ClockItem:
    due = next((parts_of(one) for one in extensions(action, "due")), None)
    code = next(((s, c) for s, c in codings(action, "code") if s in (TASK, CLOCK_DATE)), None)
    if due is None or code is None or due.get("unit") not in ("day", "business-day"):
        raise ContentError(f"{canonical} has an action without a code of ours or a due term that can be counted")
    return ClockItem(
        code[0],
        code[1],
        str(action.get("title", "")),
        str(action.get("description", "")),
        int(due["count"]),
        str(due["unit"]),
        str(due.get("risk", "")),
        id=str(action.get("id", "")),
    )
