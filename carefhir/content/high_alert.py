"""What cannot wait with a medicine: high-alert classes (rule 28), and whether an office is open to decide it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from carefhir.codes import DISCREPANCY_WHAT, HIGH_ALERT
from carefhir.content.calendar import Calendar
from carefhir.content.clocks import Clock
from carefhir.content.loading import Content


def harms_soonest(content: Content, classes: Iterable[str]) -> bool:
    """Whether one of these classes of CodeSystem ingredient is a high-alert class."""
    return bool(set(classes) & content.concepts(HIGH_ALERT).keys())


def always_prescribers(content: Content, what: str) -> bool:
    """Whether differences of this kind (CodeSystem discrepancy-what) are the prescriber's the same day, whatever the
    medicine."""
    concept = content.concepts(DISCREPANCY_WHAT).get(what)
    return concept is not None and concept.properties.get("prescriber") is True


def office_closed(clock: Clock, calendar: Calendar, now: datetime) -> bool:
    """Whether the office is closed at a local moment: a weekend, a holiday, or outside the hours in the clock."""
    inside = clock.number("office-from-hour") <= now.hour < clock.number("office-to-hour")
    return not (inside and calendar.is_business_day(now.date()))
