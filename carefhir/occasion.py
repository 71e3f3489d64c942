"""Time, people and content as arguments (rule R1): what a decision may know besides records and command."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from carefhir.content.calendar import Calendar
from carefhir.content.loading import Content


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a reference (`Practitioner/1`), and their discipline if it is known."""

    reference: str
    discipline: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What a site has decided: who is on call when the care team names no one."""

    on_call: str = ""
    """`Practitioner/ID`."""
    not_found: tuple[str, ...] = ()
    """Who is named as on call, by the site or the care team, and is not on the server or not active there: a Task for
    them would reach nobody, or would not be written at all."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, by whom and with which content is decided: the same occasion, records and command give the same plan, to
    the byte."""

    now: datetime
    actor: Actor
    content: Content
    zone: tzinfo
    calendar: Calendar = field(default_factory=Calendar)
    site: Site = Site()
    zone_is_set: bool = True
    """Whether the site has set its time zone. If not, `zone` is a guess (that of `now`), and the day of a time in UTC
    may be another one."""

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

    def at(self, moment: datetime) -> Occasion:
        """The same occasion at another moment, in the zone of the site; if that is a guess, in the zone of the
        moment."""
        return replace(self, now=moment, zone=self.zone if self.zone_is_set else moment.tzinfo or self.zone)

    def acting_as(self, discipline: str) -> Occasion:
        """The same occasion with the discipline the records give the actor; a claimed discipline counts only where the
        records name none."""
        return replace(self, actor=replace(self.actor, discipline=discipline)) if discipline else self

    def on_call(self, by_team: str) -> str:
        """Who is on call: whom the care team names, else whom the site names; "" where neither can be found."""
        named = (by_team, self.site.on_call)
        return next((who for who in named if who and who not in self.site.not_found), "")

    @property
    def nobody_on_call(self) -> str:
        """Says that nobody is on call: nobody is named, or who is named cannot be found."""
        names = " and ".join(self.site.not_found)
        if not names:
            return "nobody is on record as on call"
        return (
            f"who is on call could not be found: {names} is not on this server or not active there (correct "
            "CAREFHIR_ON_CALL, or the on-call member of the care team)"
        )

    def without(self, not_found: tuple[str, ...]) -> Occasion:
        """The same occasion, where those named as on call cannot be found."""
        return replace(self, site=replace(self.site, not_found=not_found)) if not_found else self

    def local_date(self, moment: datetime) -> date:
        """The local date of a moment."""
        return moment.astimezone(self.zone).date()

    def days_of(self, moment: datetime) -> Days:
        """The day of a moment that a record or a command names (rule 37)."""
        return days_of(moment, self.zone, self.zone_is_set)


@dataclass(frozen=True, slots=True)
class Days:
    """The day of a moment, as far as it can be known: one day, or the earliest and the latest it may be."""

    earliest: date
    latest: date

    def __str__(self) -> str:
        return str(self.earliest) if self.sure else f"{self.earliest} or {self.latest}"

    @property
    def sure(self) -> bool:
        return self.earliest == self.latest

    def unsure(self, what: str, counts: date) -> tuple[str, ...]:
        """Says that the day may be another one, with both days and the one that counts."""
        if self.sure:
            return ()
        return (
            f"{what} is written in UTC, which names no place, and the site's time zone is not set (CAREFHIR_ZONE): the "
            f"day is {self.earliest:%a} {self.earliest} or {self.latest:%a} {self.latest}; {counts:%a} {counts} counts",
        )


FARTHEST_WEST = timezone(timedelta(hours=-10))
"""Hawaii's time, the westernmost of the states: a day of UTC may still be the day before there."""


def days_of(moment: datetime, zone: tzinfo, zone_is_set: bool) -> Days:
    """The day of a moment: as written where it has an offset of its own; in `zone` where it is in UTC. Where the site
    has not set its zone, a time in UTC may be of the day before or after."""
    if moment.utcoffset():
        return Days(moment.date(), moment.date())
    here = moment.astimezone(zone).date()
    if zone_is_set:
        return Days(here, here)
    days = (here, moment.astimezone(UTC).date(), moment.astimezone(FARTHEST_WEST).date())
    return Days(min(days), max(days))
