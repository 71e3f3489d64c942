"""How often somebody is checked in with, by their tier of care (PlanDefinition check-in-cadence)."""

from __future__ import annotations

from datetime import date, timedelta

from carefhir.content.calendar import Calendar
from carefhir.content.loading import Content, parameters

CADENCE = "check-in-cadence"


def numbers(content: Content) -> dict[str, int]:
    """The numbers of the cadence, by name."""
    return parameters(content.get("PlanDefinition", CADENCE))


def days_between(content: Content, tier: str) -> int:
    """How many days lie between two check-ins at a tier (CodeSystem care-tier), once the weekly ones at the start are
    over; weekly where no tier is on record, or one that nobody knows."""
    by_name = numbers(content)
    return by_name.get(f"days-{tier}", by_name["days-weekly"]) if tier else by_name["days-weekly"]


def day_in_office(day: date, today: date, calendar: Calendar) -> date:
    """That day, or the last business day before it, but not before today: nobody calls from a closed office."""
    while not calendar.is_business_day(day) and day > today:
        day -= timedelta(days=1)
    return day
