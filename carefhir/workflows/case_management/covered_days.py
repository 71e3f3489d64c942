"""A stay held against what a payer has authorized, day by day.

A day of the stay is covered where an authorization says so: by its first and last day, or by a number of days, of which
each is used once. What an authorization does not state is never assumed: one that names neither days nor both ends
covers nothing, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart.stays import Stay
from carefhir.content.loading import Concept
from carefhir.mappers.authorization import Authorized

AHEAD = 366
"""So many days after a stay's last known day are looked at, to say how long it stays covered."""


@dataclass(frozen=True, slots=True)
class StayDays:
    """The days of a stay up to a day."""

    first: date
    last: date
    """The last day that counts: today, while the stay goes on."""
    ongoing: bool

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


def days_of_stay(stay: Stay, today: date, *, discharge_day_counts: bool) -> StayDays:
    """The days of a stay; while it goes on, up to today."""
    ongoing = any(one.status != "finished" and one.end is None for one in stay.encounters)
    ended = not ongoing and any(one.end for one in stay.encounters)
    if not ended or stay.end_day > today:
        return StayDays(stay.start_day, max(today, stay.start_day), True)
    last = stay.end_day if discharge_day_counts else stay.end_day - timedelta(days=1)
    return StayDays(stay.start_day, max(last, stay.start_day), False)


@dataclass(frozen=True, slots=True)
class CoveredDays:
    """One authorization, as far as it covers days of this stay."""

    granted: Authorized
    counted_from: date | None
    """The first day it can cover; None where it states too little to cover any."""
    through: date | None
    """The last one; None where it counts days and names no end."""
    days: int | None

    def holds(self, day: date) -> bool:
        """Whether the day lies between its ends."""
        if self.counted_from is None or day < self.counted_from:
            return False
        return self.through is None or day <= self.through


def cover_of(granted: Authorized, stay: StayDays) -> CoveredDays:
    """What an authorization covers. One that counts days without a first day counts from the day of admission."""
    both = granted.first_day is not None and granted.last_day is not None
    enough = both or granted.days is not None
    start = (granted.first_day or stay.first) if enough else None
    return CoveredDays(granted, start, granted.last_day, granted.days)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which days of a stay are covered, and which are not."""

    stay: StayDays
    covers: tuple[CoveredDays, ...]
    covered: frozenset[date]
    """Days of the stay, and days to come, that are covered."""

    @property
    def used(self) -> int:
        """How many days of the stay so far are covered."""
        return len(self.covered.intersection(self.stay.days))

    @property
    def uncovered(self) -> tuple[date, ...]:
        """The days of the stay so far that no authorization covers."""
        return tuple(day for day in self.stay.days if day not in self.covered)

    @property
    def through(self) -> date | None:
        """The last day up to which every day from today on is covered; None where today is not."""
        day = self.stay.last
        if day not in self.covered:
            return None
        while day + timedelta(days=1) in self.covered:
            day += timedelta(days=1)
        return day

    @property
    def left(self) -> int:
        """How many days after today are covered, one after the other."""
        return (self.through - self.stay.last).days if self.through else 0

    @property
    def first_not_covered(self) -> date | None:
        """The first day, of those gone by or to come, that is not covered; None where all are and the stay is over."""
        if self.uncovered:
            return self.uncovered[0]
        return self.through + timedelta(days=1) if self.through and self.stay.ongoing else None

    @property
    def states_too_little(self) -> tuple[Authorized, ...]:
        """The authorizations that cover nothing, because they name neither days nor both ends."""
        return tuple(cover.granted for cover in self.covers if cover.counted_from is None)

    @property
    def without_first_day(self) -> tuple[Authorized, ...]:
        """Those whose days were counted from the day of admission, because they name no first day."""
        return tuple(one.granted for one in self.covers if one.counted_from and one.granted.first_day is None)

    def other_levels(self, setting: Concept) -> tuple[Authorized, ...]:
        """Those for another level of care than the stay's."""
        return tuple(one.granted for one in self.covers if one.granted.level not in ("", setting.code))

    @property
    def without_level(self) -> tuple[Authorized, ...]:
        """Those that name no level of care."""
        return tuple(one.granted for one in self.covers if not one.granted.level)


def covered_days(stay: StayDays, granted: Iterable[Authorized]) -> Coverage:
    """Gives each day of the stay, and the days to come, to an authorization that covers it: those with both ends first,
    for they cannot be used later."""
    covers = tuple(cover_of(one, stay) for one in granted)
    left = {number: cover.days for number, cover in enumerate(covers)}
    covered = set()
    for number_of_day in range((stay.last - stay.first).days + 1 + AHEAD):
        day = stay.first + timedelta(days=number_of_day)
        able = [number for number, cover in enumerate(covers) if cover.holds(day) and left[number] != 0]
        able.sort(key=lambda number: (left[number] is not None, covers[number].through or date.max))
        if able:
            covered.add(day)
            rest = left[able[0]]
            left[able[0]] = None if rest is None else rest - 1
    return Coverage(stay, covers, frozenset(covered))
