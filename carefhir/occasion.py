"""Time, people and content as arguments (rule R1): what a decision may know beside its context and command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cache

import holidays

from carefhir.content.loading import Content


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business days: Monday to Friday less US *federal* holidays, observed days included (clinical practice, rule 6).

    `closed` are further days a site's office is shut; they may only make an internal due date earlier, so programme
    deadlines never look at them.
    """

    closed: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Whether programme deadlines count this day."""
        return day.weekday() < 5 and day not in _federal(day.year)

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`; `day` itself does not count."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_business_day(day)
        return day

    def business_days_between(self, day: date, later: date) -> int:
        """How many business days lie after `day` up to and including `later`."""
        return sum(self.is_business_day(day + timedelta(days=n)) for n in range(1, (later - day).days + 1))


@cache
def _federal(year: int) -> frozenset[date]:
    """US federal holidays of a year as observed (library `holidays`, no state)."""
    found = holidays.country_holidays("US", years=(year - 1, year, year + 1), observed=True)
    return frozenset(day for day in found if day.year == year)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a reference (`Practitioner/1`), and the discipline they act in where it is known."""

    reference: str
    discipline: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What a site has settled: who is on call when the care team names nobody."""

    on_call: str = ""
    """`Practitioner/ID`."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion of deciding: the same occasion, context and command give the same plan, to the byte."""

    now: datetime
    actor: Actor
    content: Content
    zone: tzinfo
    calendar: Calendar = Calendar()
    site: Site = Site()

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now needs a time zone; without one the machine's own would decide")

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()

    @property
    def stamp(self) -> str:
        """Now as FHIR writes it, whole seconds, with its offset."""
        return self.now.astimezone(self.zone).isoformat(timespec="seconds")

    def acting_as(self, discipline: str) -> Occasion:
        """The same occasion with the discipline the records give whoever acts; what was claimed counts where they are
        silent."""
        return replace(self, actor=replace(self.actor, discipline=discipline)) if discipline else self

    def local_date(self, moment: datetime) -> date:
        """The local date of a moment."""
        return moment.astimezone(self.zone).date()
