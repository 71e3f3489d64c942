"""The use of hospitals in two windows of equal length: before a day, and since.

A stay counts where it began; its nights count where they were. What before and after can tell is little: people come
into care management after a bad time (PlanDefinition evaluating). So a window that is not whole is said, and an
Encounter that cannot be placed is named and not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart import facts, stays, wording
from carefhir.chart.all_stays import every_stay
from carefhir.chart.stays import Stay
from carefhir.content.loading import Content, parameters
from carefhir.mappers.encounter import BEGUN, EncounterView


@dataclass(frozen=True, slots=True)
class Windows:
    """Two windows of equal length. The first day of each counts, the last does not, but for the day of looking."""

    began: date
    on: date
    """The day of looking."""
    days: int
    """The length of each, in days."""
    least: int
    """Below so many days before and after tell nothing."""

    @property
    def before(self) -> tuple[date, date]:
        """The days before, as first day and the day after the last."""
        return (self.began - timedelta(days=self.days), self.began)

    @property
    def since(self) -> tuple[date, date]:
        """The last days up to the day of looking, as first day and the day after the last."""
        return (self.on - timedelta(days=self.days), self.on)

    @property
    def short(self) -> bool:
        return self.days < self.least


def windows(content: Content, began: date, on: date) -> Windows:
    """Equal windows before and since a plan began: as long as it has run, a year at most."""
    numbers = parameters(content.get("PlanDefinition", "evaluating"))
    days = max(0, min((on - began).days, numbers["most-days"]))
    return Windows(began, on, days, numbers["least-days"])


@dataclass(frozen=True, slots=True)
class Used:
    """What was used within one window."""

    stays: tuple[Stay, ...]
    unplanned: int
    urgency_unknown: int
    nights: int
    """Nights in any of these stays; of one that nobody has ended, until the day of looking."""
    visits: tuple[EncounterView, ...]
    """Visits to an emergency department, those that led to a stay among them."""

    @property
    def in_hospitals(self) -> int:
        """Stays of the level of a hospital: acute and observation beds."""
        return len([stay for stay in self.stays if stay.setting.properties.get("hospitalLevel")])

    @property
    def elsewhere(self) -> int:
        """Stays in other facilities: psychiatric, rehabilitation, nursing."""
        return len(self.stays) - self.in_hospitals


@dataclass(frozen=True, slots=True)
class HospitalUse:
    """The use of hospitals before and since; and what may be missing from it, a sentence each."""

    before: Used
    since: Used
    doubts: tuple[str, ...]

    @property
    def more(self) -> bool:
        """Whether there was more of it since than before."""
        pairs = ((len(self.before.stays), len(self.since.stays)), (len(self.before.visits), len(self.since.visits)))
        return any(since > before for before, since in pairs)

    @property
    def encounters(self) -> tuple[EncounterView, ...]:
        """What was counted."""
        counted = (self.before, self.since)
        return (
            *(encounter for used in counted for stay in used.stays for encounter in stay.encounters),
            *(visit for used in counted for visit in used.visits),
        )


def hospital_use(content: Content, encounters: tuple[EncounterView, ...], looked_at: Windows) -> HospitalUse:
    """Counts stays, nights and emergency visits in both windows."""
    begun = tuple(each for each in encounters if each.status in BEGUN)
    # Taken out first: an Encounter that nobody ended would swallow every stay since.
    left_open = [each for each in begun if _left_open(content, each, looked_at.on)]
    kept = every_stay(content, tuple(each for each in begun if each not in left_open))
    before, since = (
        _used(content, begun, kept, window, looked_at.on) for window in (looked_at.before, looked_at.since)
    )
    names = ", ".join(sorted(each.reference for each in left_open))
    doubts = [f"not counted, for they were never ended: {names}: find out, and have them ended"] if names else []
    return HospitalUse(before, since, (*_doubts(content, encounters, looked_at), *doubts))


def _left_open(content: Content, encounter: EncounterView, on: date) -> bool:
    """Whether nobody has ended an Encounter in a facility for so long that it was forgotten."""
    if encounter.end is not None or encounter.start_day is None:
        return False
    long = (on - encounter.start_day).days > wording.number(content, "acute", "days")
    return long and stays.is_facility(stays.setting_of(content, encounter))


def _used(
    content: Content,
    encounters: tuple[EncounterView, ...],
    every: Iterable[Stay],
    window: tuple[date, date],
    on: date,
) -> Used:
    mine = tuple(stay for stay in every if _within(stay.start_day, window, on))
    urgency = [facts.unplanned(content, stay, encounters) for stay in mine]
    visits = tuple(
        visit
        for visit in encounters
        if _within(visit.start_day, window, on) and stays.setting_of(content, visit).code == "emergency"
    )
    return Used(
        stays=mine,
        unplanned=urgency.count(True),
        urgency_unknown=urgency.count(None),
        nights=sum(_nights(stay, window, on) for stay in every),
        visits=visits,
    )


def _within(day: date | None, window: tuple[date, date], on: date) -> bool:
    """Whether a day is in a window; the day of looking belongs to the window that ends with it."""
    first, after = window
    return day is not None and (first <= day < after or (after == on and day == on))


def _nights(stay: Stay, window: tuple[date, date], on: date) -> int:
    """The nights of a stay within a window; one that nobody has ended lasts until the day of looking."""
    until = stay.end_day if any(each.end for each in stay.encounters) else on
    return max(0, (min(until, window[1]) - max(stay.start_day, window[0])).days)


def _doubts(content: Content, encounters: tuple[EncounterView, ...], looked_at: Windows) -> Iterable[str]:
    """What may be missing from the numbers."""
    if looked_at.short:
        yield (
            f"the plan began {looked_at.days} days before {looked_at.on}: fewer than {looked_at.least} days "
            "tell nothing about before and after"
        )
    days = [each.start_day for each in encounters if each.start_day]
    first = min(days, default=None)
    if first is None or first > looked_at.before[0]:
        since = f"the first Encounter on record is of {first}" if first else "no Encounter is on record"
        yield (
            f"the window before, from {looked_at.before[0]}, may not be whole: {since}; what happened elsewhere is "
            "not here: ask the person"
        )
    undated = [each.reference for each in encounters if each.status in BEGUN and each.start_day is None]
    if undated:
        yield f"not counted, for they have no readable beginning: {', '.join(sorted(undated))}"
    unknown = [
        each.reference
        for each in encounters
        if each.status in BEGUN and each.start_day is not None and not stays.class_is_known(content, each)
    ]
    if unknown:
        yield f"not counted, for their class is not one we know: {', '.join(sorted(unknown))}"
