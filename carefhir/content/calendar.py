"""Business days, as program deadlines count them (clinical practice, rule 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business days: Monday to Friday, except US *federal* holidays on the day they are observed."""

    closed: frozenset[date] = frozenset()
    """Other days on which the site's office is closed. They only make internal due dates earlier; program deadlines
    ignore them."""

    def is_business_day(self, day: date) -> bool:
        """Whether program deadlines count this day."""
        return day.weekday() < 5 and day not in _federal(day.year)

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`; `day` itself does not count."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_business_day(day)
        return day

    def business_days_between(self, day: date, later: date) -> int:
        """The number of business days after `day`, up to and including `later`."""
        return sum(self.is_business_day(day + timedelta(days=n)) for n in range(1, (later - day).days + 1))


@cache
def _federal(year: int) -> frozenset[date]:
    """US federal holidays of a year as observed (library `holidays`, no state)."""
    import holidays  # only now: not every step counts business days, and it is slow to load

    federal_holidays = holidays.country_holidays("US", years=(year - 1, year, year + 1), observed=True)
    return frozenset(day for day in federal_holidays if day.year == year)
