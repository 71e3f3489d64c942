"""Days as they are said close by: today, yesterday, `Thu, Mar 12`; further away with the year."""

from __future__ import annotations

import re
from datetime import date

_weekday_and_day = re.compile(r"(on )?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?<![\d-])(\d{4}-\d{2}-\d{2})(?![\d-])")


def near(day: date, today: date) -> str:
    """A day as somebody at work says it."""
    distance = (day - today).days
    close = {0: "today", -1: "yesterday", 1: "tomorrow"}
    if distance in close:
        return close[distance]
    if abs(distance) < 7:
        return f"{day:%a}, {day:%b} {day.day}"
    return f"{day:%b} {day.day}" if day.year == today.year else f"{day:%b} {day.day}, {day.year}"


def near_words(text: object, today: date) -> str:
    """A text with every ISO day in it said so; a weekday before it goes with it."""

    def said_near(match: re.Match[str]) -> str:
        try:
            day = date.fromisoformat(match[2])
        except ValueError:
            return match[0]
        close = abs((day - today).days) <= 1
        return f"{'' if close else match[1] or ''}{near(day, today)}"

    return _weekday_and_day.sub(said_near, str(text))
