"""Days as people read them."""

from __future__ import annotations

from datetime import datetime

from carefhir.fhir.record import moment
from carefhir.occasion import Occasion


def day_of(when: str | datetime | None, occasion: Occasion) -> str:
    """The day by the record's own wall clock; where it was written in UTC, the day in the occasion's zone."""
    text = when.isoformat() if isinstance(when, datetime) else when or ""
    at = moment(text, occasion.zone)
    if at and "T" in text and text.endswith(("Z", "+00:00", "-00:00")):
        return occasion.local_date(at).isoformat()
    return text[:10]
