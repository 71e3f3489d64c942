"""Time, people and content as arguments (rule R1): what a decision may know besides records and command."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo

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
        """The same occasion with the discipline the records give the actor; a claimed discipline counts only where the
        records name none."""
        return replace(self, actor=replace(self.actor, discipline=discipline)) if discipline else self

    def local_date(self, moment: datetime) -> date:
        """The local date of a moment."""
        return moment.astimezone(self.zone).date()
