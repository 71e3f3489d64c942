"""A moment as somebody types or picks it: where the site is, if they give no offset."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def typed_moment(text: str, zone: tzinfo) -> datetime | None:
    """Reads a day and time. None where it is none, where the clocks skip it in that zone, or where nobody alive could
    mean it."""
    try:
        parsed = datetime.fromisoformat(text.strip().replace(" ", "T"))
    except ValueError:
        return None
    if not 1900 < parsed.year < 2200:
        return None
    if parsed.tzinfo is not None:
        return parsed
    moment = parsed.replace(tzinfo=zone)
    there = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == parsed
    return moment if there else None
