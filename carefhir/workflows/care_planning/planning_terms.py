"""The numbers of care planning, read from content: how many days for what; and counts in words."""

from __future__ import annotations

from datetime import date, timedelta

from carefhir.content.loading import Content, parameters
from carefhir.occasion import Occasion

PARAMETERS = "care-planning"
"""The PlanDefinition that holds the numbers."""


def number(content: Content, name: str) -> int:
    """Reads a number of care planning from content."""
    return parameters(content.get("PlanDefinition", PARAMETERS))[name]


def days_from_today(occasion: Occasion, name: str) -> date:
    """Counts a number of days from today."""
    return occasion.today + timedelta(days=number(occasion.content, name))


def due_on(due: tuple[int, str] | None, otherwise: int, occasion: Occasion) -> date:
    """Finds the day a term of content falls on."""
    count, unit = due or (otherwise, "day")
    if unit == "business-day":
        return occasion.calendar.add_business_days(occasion.today, count)
    return occasion.today + timedelta(days=count)


def counted(count: int, noun: str) -> str:
    """Counts something in words: `1 goal`, `2 goals`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
