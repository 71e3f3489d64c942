"""Stays: what an Encounter is part of, where it was, and where the person went (rule 8).

A stay is a chain of finished Encounters of one kind of facility that overlap, lie at most a gap apart (programme
clock), or are part of one another: Synthea and many hospitals write ward, intensive care and theatre as Encounters of
their own. Hospital to hospital is one stay; a move to a skilled nursing facility ends one stay and begins another. The
anchor is the Encounter that ends last; its identifier is the stay's identity, whatever happens to its times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from carefhir.codes import DESTINATION, SETTING
from carefhir.content.loading import Concept, Content
from carefhir.mappers.encounter import EncounterView

FACILITY = (
    "acute",
    "observation",
    "psychiatric",
    "rehabilitation",
    "substance-use-treatment",
    "skilled-nursing",
    "long-term-care-hospital",
    "partial-hospitalization",
)
"""Settings one stays in; everything else is a visit."""

_AS_DESTINATION = {
    "acute": "hospital",
    "observation": "hospital",
    "partial-hospitalization": "other",
    "substance-use-treatment": "rehabilitation",
}
"""Where a setting is called otherwise as a destination."""

GONE = frozenset({"cancelled", "entered-in-error"})


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay: its Encounters by start, the setting they share, the times of the whole."""

    encounters: tuple[EncounterView, ...]
    setting: Concept

    @property
    def start(self) -> datetime:
        return min(one.start for one in self.encounters if one.start)

    @property
    def end(self) -> datetime:
        return max(one.end for one in self.encounters if one.end)

    @property
    def anchor(self) -> EncounterView:
        """The Encounter that ends last."""
        return max(self.encounters, key=lambda one: (one.end or self.start, one.reference))

    @property
    def references(self) -> frozenset[str]:
        return frozenset(one.reference for one in self.encounters)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the person went, and how we know."""

    concept: Concept
    why: str

    @property
    def community(self) -> bool:
        return bool(self.concept.properties.get("community"))


def setting_of(content: Content, encounter: EncounterView) -> Concept:
    """The setting of an Encounter: its type where the map knows it, else its class, else `other`."""
    for system, code in (*encounter.types, encounter.class_code):
        for found in content.mapped("care-setting-from-encounter", system, code):
            return content.concept(SETTING, found)
    return content.concept(SETTING, "other")


def is_facility(setting: Concept) -> bool:
    """Whether one stays there overnight or for days."""
    return setting.code in FACILITY


def stay_of(
    content: Content, encounter: EncounterView, encounters: Sequence[EncounterView], gap_hours: int
) -> Stay | None:
    """The stay an Encounter belongs to; None for one that is no stay, or has no times."""
    setting = setting_of(content, encounter)
    if not is_facility(setting) or encounter.start is None:
        return None
    kind = _kind(setting)
    gap = timedelta(hours=gap_hours)
    candidates = [
        one
        for one in encounters
        if one.start is not None and one.status not in GONE and _kind(setting_of(content, one)) == kind
    ]
    members = [encounter]
    grown = True
    while grown:
        grown = False
        for one in candidates:
            if one not in members and any(_belong_together(one, member, gap) for member in members):
                members.append(one)
                grown = True
    members.sort(key=lambda one: (one.start or datetime.max.replace(tzinfo=UTC), one.reference))
    return Stay(tuple(members), setting)


def _kind(setting: Concept) -> str:
    """Acute and observation beds are one kind: hospital to hospital is one stay."""
    return "hospital" if setting.properties.get("hospitalLevel") else setting.code


def _belong_together(one: EncounterView, other: EncounterView, gap: timedelta) -> bool:
    if one.part_of == other.reference or other.part_of == one.reference:
        return True
    if one.start is None or other.start is None:
        return False
    one_end, other_end = one.end or one.start, other.end or other.start
    return one.start <= other_end + gap and other.start <= one_end + gap


def following(content: Content, stay: Stay, encounters: Iterable[EncounterView]) -> tuple[EncounterView, ...]:
    """Facility Encounters after the stay, soonest first (not its own)."""
    later = [
        one
        for one in encounters
        if one.reference not in stay.references
        and one.status not in GONE
        and one.start is not None
        and one.start >= stay.end - timedelta(hours=1)
        and is_facility(setting_of(content, one))
    ]
    return tuple(sorted(later, key=lambda one: (one.start or stay.end, one.reference)))


def destination_of(content: Content, stay: Stay, encounters: Sequence[EncounterView], gap_hours: int) -> Destination:
    """Where the person went: the next facility within the gap, else the disposition, else not stated.

    An admission that follows at once is a fact; a disposition is a code that is sometimes wrong.
    """
    for one in following(content, stay, encounters):
        if one.start is not None and one.start <= stay.end + timedelta(hours=gap_hours):
            setting = setting_of(content, one)
            code = _AS_DESTINATION.get(setting.code, setting.code)
            return Destination(
                content.concept(DESTINATION, code), f"{one.reference} ({setting.display}) followed at once"
            )
    for system, code in stay.anchor.dispositions:
        for found in content.mapped("destination-from-disposition", system, code):
            return Destination(content.concept(DESTINATION, found), f"discharge disposition {code}")
    return Destination(content.concept(DESTINATION, "not-stated"), "no disposition is recorded")
