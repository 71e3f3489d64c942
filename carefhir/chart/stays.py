"""Stays: what an Encounter is part of, where it was, and where the person went (rule 8).

A stay is a chain of Encounters of one kind of facility that overlap, lie at most a gap apart (program clock), or are
part of one another; a planned Encounter is not part of one. Synthea and many hospitals write ward, intensive care and
operating room as Encounters of their own. Hospital to hospital is one stay; a move to a skilled nursing facility ends
one stay and begins another. The anchor is the Encounter that ends last; its identifier is the stay's identity, whatever
happens to its times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from carefhir.chart import dispositions, wording
from carefhir.codes import DESTINATION, SETTING
from carefhir.content.loading import Concept, Content
from carefhir.mappers.encounter import BEGUN, EncounterView

FACILITY = (
    "acute",
    "observation",
    "psychiatric",
    "rehabilitation",
    "substance-use-treatment",
    "skilled-nursing",
    "long-term-care-hospital",
    "partial-hospitalization",
    "non-acute-facility",
)
"""Settings of a stay; everything else is a visit."""

_AS_DESTINATION = {
    "acute": "hospital",
    "observation": "hospital",
    "partial-hospitalization": "other",
    "substance-use-treatment": "rehabilitation",
    "non-acute-facility": "other",
}
"""Settings that have another code as a destination."""

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
    def start_day(self) -> date:
        """The day of admission, as the record writes it."""
        first = min(
            (one for one in self.encounters if one.start), key=lambda one: (one.start or self.end, one.reference)
        )
        return first.start_day or self.start.date()

    @property
    def end_day(self) -> date:
        """The day of discharge, as the record writes it."""
        return self.anchor.end_day or self.end.date()

    @property
    def anchor(self) -> EncounterView:
        """The Encounter that ends last."""
        return max(self.encounters, key=lambda one: (one.end or self.start, one.reference))

    @property
    def references(self) -> frozenset[str]:
        return frozenset(one.reference for one in self.encounters)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the person went, and how that is known."""

    concept: Concept
    why: str

    @property
    def community(self) -> bool:
        return bool(self.concept.properties.get("community"))


def setting_of(content: Content, encounter: EncounterView) -> Concept:
    """The setting of an Encounter: its type where the map knows it, else its class, else `other`."""
    for system, code in (*encounter.types, encounter.class_code):
        for setting in content.mapped("care-setting-from-encounter", system, code):
            return content.concept(SETTING, setting)
    return content.concept(SETTING, "other")


def class_is_known(content: Content, encounter: EncounterView) -> bool:
    """Whether the map knows the Encounter's class or one of its types."""
    return any(is_mapped(content, system, code) for system, code in (*encounter.types, encounter.class_code))


def is_mapped(content: Content, system: str, code: str) -> bool:
    """Whether the map of settings knows a class or a type."""
    return bool(content.mapped("care-setting-from-encounter", system, code))


def is_facility(setting: Concept) -> bool:
    """Whether one stays there overnight or for days."""
    return setting.code in FACILITY


def stay_of(
    content: Content, encounter: EncounterView, encounters: Sequence[EncounterView], gap_hours: int
) -> Stay | None:
    """The stay an Encounter belongs to, the same for each of its Encounters; None if it is not part of a stay."""
    setting = setting_of(content, encounter)
    if not is_facility(setting) or encounter.start is None:
        return None
    kind = _kind(setting)
    gap = timedelta(hours=gap_hours)
    candidates = [
        other
        for other in encounters
        if other.start is not None
        and other.status in BEGUN
        and _kind(setting_of(content, other)) == kind
        and not _forgotten(content, other, encounter)
    ]
    members = [encounter]
    grown = True
    while grown:
        grown = False
        for candidate in candidates:
            if candidate not in members and any(_belong_together(candidate, member, gap) for member in members):
                members.append(candidate)
                grown = True
    members.sort(key=lambda one: (one.start or _never, one.reference))
    settings = [setting_of(content, one) for one in members]
    return Stay(tuple(members), next((one for one in settings if one.code == "acute"), settings[-1]))


def forgotten_of(content: Content, stay: Stay, encounters: Iterable[EncounterView]) -> tuple[EncounterView, ...]:
    """Encounters that nobody has ended, begun so long before a stay that they are no part of it: somebody who came and
    went since is not in that bed."""
    return tuple(
        other
        for other in encounters
        if other.reference not in stay.references
        and is_facility(setting_of(content, other))
        and _forgotten(content, other, stay.encounters[0])
    )


def _forgotten(content: Content, other: EncounterView, encounter: EncounterView) -> bool:
    if other.end is not None or other.start is None or encounter.start is None or other.status not in BEGUN:
        return False
    linked = encounter.part_of == other.reference or other.part_of == encounter.reference
    days = wording.number(content, "acute", "days")
    return other is not encounter and not linked and encounter.start - other.start > timedelta(days=days)


_never = datetime.max.replace(tzinfo=UTC)


def _kind(setting: Concept) -> str:
    """Acute and observation beds are one kind: hospital to hospital is one stay."""
    return "hospital" if setting.properties.get("hospitalLevel") else setting.code


def _belong_together(encounter: EncounterView, other: EncounterView, gap: timedelta) -> bool:
    if encounter.part_of == other.reference or other.part_of == encounter.reference:
        return True
    if encounter.start is None or other.start is None:
        return False
    return encounter.start <= _later(other, gap) and other.start <= _later(encounter, gap)


def _later(encounter: EncounterView, gap: timedelta) -> datetime:
    reach = encounter.reach or encounter.start or _never
    return reach if reach == _never else reach + gap


def following(content: Content, stay: Stay, encounters: Iterable[EncounterView]) -> tuple[EncounterView, ...]:
    """Facility Encounters that continue after the stay, soonest first: begun later, or a bed kept meanwhile."""
    later = [
        encounter
        for encounter in encounters
        if encounter.reference not in stay.references
        and encounter.status in BEGUN
        and encounter.start is not None
        and (encounter.reach or encounter.start) > stay.end
        and is_facility(setting_of(content, encounter))
        and not _forgotten(content, encounter, stay.encounters[0])
    ]
    return tuple(sorted(later, key=lambda encounter: (encounter.start or _never, encounter.reference)))


def destination_of(content: Content, stay: Stay, encounters: Sequence[EncounterView], gap_hours: int) -> Destination:
    """Where the person went: death first, then the next facility within the gap, else the disposition, else not stated.

    An admission that follows at once is a fact; a disposition is a code that is sometimes wrong. It often stands on a
    parent Encounter, so all of the stay's are read, the anchor's first.
    """
    by_end = sorted(
        stay.encounters, key=lambda encounter: (encounter.end or stay.start, encounter.reference), reverse=True
    )
    stated = dispositions.dispositions_of(content, (stay.anchor, *by_end))
    for disposition in stated:
        if disposition.code == dispositions.EXPIRED:
            why = f"discharge disposition {disposition.quoted} of {disposition.encounter.reference}"
            return Destination(content.concept(DESTINATION, disposition.code), why)
    for encounter in following(content, stay, encounters):
        if encounter.start is not None and encounter.start <= stay.end + timedelta(hours=gap_hours):
            setting = setting_of(content, encounter)
            code = _AS_DESTINATION.get(setting.code, setting.code)
            why = f"{encounter.reference} ({setting.display}) followed at once"
            return Destination(content.concept(DESTINATION, code), why)
    if not stated:
        return Destination(content.concept(DESTINATION, "not-stated"), "no disposition is recorded")
    disposition = stated[0]
    unread = disposition.code == dispositions.NOT_UNDERSTOOD
    why = f"discharge disposition {disposition.quoted}" + (" is not understood" if unread else "")
    return Destination(content.concept(DESTINATION, disposition.code), why)


def died_in(content: Content, encounters: Iterable[EncounterView]) -> EncounterView | None:
    """An Encounter that ended in death, as its disposition says in code or in words."""
    return next(
        (each for each in encounters if each.status not in GONE and dispositions.died(content, each)),
        None,
    )
