"""Searches as data: what is wanted, how to ask for it, and how to check the answers again.

A `Need` is a declaration with slots (`{patient}`, `{command.encounter}`), never a function, so that the planner can
choose how to run it and other faces can read it (SMART scopes, CDS Hooks prefetch, the capability check). Its filters
are evaluated again here on everything that came back: a server that filters badly, or a way that cannot filter
(`_revinclude`), gives the same context as any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote

from carefhir.fhir.codec import Json
from carefhir.fhir.legible import days_unreadable
from carefhir.fhir.record import codings, dig, moments, references, refers_to, relative
from carefhir.lifecycle import STATUS

Slots: TypeAlias = Mapping[str, str]
"""The values of the slots: `patient` -> "Patient/1", `command.encounter` -> "Encounter/2", `today` -> 2026-03-07."""


def escaped(text: str) -> str:
    """A token or reference value in a search: what FHIR gives a meaning there is escaped (R4 search, "Escaping")."""
    return re.sub(r"([\\\\,|$])", r"\\\1", text)


_slot = re.compile(r"\{([a-z_.]+)(?:-(\d+)d)?\}")


def filled(text: str, slots: Slots) -> str | None:
    """Puts values into slots; `{today-365d}` counts back. None if a slot has no value, so that there is nothing to
    ask."""
    only = _only_slot(text)
    if only:  # this is asked of every record
        value_of_only = slots.get(only[0]) or None
        return _days_before(value_of_only, only[1]) if value_of_only and only[1] else value_of_only
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        slot_value = slots.get(match[1], "")
        if not slot_value:
            missing = True
        elif match[2]:
            slot_value = _days_before(slot_value, int(match[2]))
        return slot_value

    result = _slot.sub(value, text)
    return None if missing else result


@lru_cache(maxsize=256)
def _only_slot(text: str) -> tuple[str, int] | None:
    """Where the whole text is one slot: its name, and how many days it counts back."""
    match = _slot.fullmatch(text)
    return (match[1], int(match[2] or 0)) if match else None


@lru_cache(maxsize=64)
def _split(text: str, but: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a slot that spaces separate, those left out that are named already."""
    return tuple(value for value in dict.fromkeys(text.split()) if value not in but)


@lru_cache(maxsize=256)
def _days_before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def token(system: str, value: str) -> str:
    """`system|value` as a search value."""
    return f"{escaped(system)}|{escaped(value)}"


@dataclass(frozen=True, slots=True)
class Of:
    """Belongs to a person: the reference at `path` points to the resource in the slot."""

    param: str
    path: str
    slot: str = "{patient}"

    def query(self, slots: Slots) -> str | None:
        return filled(self.slot, slots)

    def holds(self, resource: Json, slots: Slots) -> bool:
        wanted = filled(self.slot, slots)
        return wanted is not None and refers_to(resource, self.path, wanted)


@dataclass(frozen=True, slots=True)
class OfEach:
    """Belongs to one of several people: the reference at `path` points to one of the resources in the slot, which
    spaces separate."""

    param: str
    path: str
    slot: str = "{people}"

    def query(self, slots: Slots) -> str | None:
        wanted = filled(self.slot, slots)
        return ",".join(wanted.split()) if wanted else None

    def holds(self, resource: Json, slots: Slots) -> bool:
        people = (filled(self.slot, slots) or "").split()
        return any(refers_to(resource, self.path, person) for person in people)

    def of(self, resource: Json) -> tuple[str, ...]:
        """Whom a resource belongs to: `Patient/ID`."""
        return tuple(target for text in references(resource, self.path) if (target := relative(text)))


@dataclass(frozen=True, slots=True)
class Codes:
    """Is coded with one of these: `code`, or `system|code`."""

    param: str
    path: str
    among: tuple[str, ...]
    more: str = ""
    """A slot with more of them, separated by spaces: those that only the content at work names."""

    def query(self, slots: Slots) -> str | None:
        return ",".join((*self.among, *self._also(slots)))

    def holds(self, resource: Json, slots: Slots) -> bool:
        more = self._also(slots)
        for system, code in codings(resource, self.path):
            token_of = f"{system}|{code}"
            if code in self.among or token_of in self.among or code in more or token_of in more:
                return True
        return False

    def _also(self, slots: Slots) -> tuple[str, ...]:
        text = filled(self.more, slots) if self.more else None
        return _split(text, self.among) if text else ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """Does not have this status. Only a way to ask (`Need.for_several`): no need is declared with it."""

    code: str
    path: str
    param: str = "status:not"

    def query(self, slots: Slots) -> str | None:
        return self.code

    def holds(self, resource: Json, slots: Slots) -> bool:
        return resource.get(self.path) != self.code


@dataclass(frozen=True, slots=True)
class BeforeTimeEnds:
    """Reaches into a time that everybody's lies in. Only a way to ask (`Need.for_several`), which leaves nothing out:
    with both ends HAPI on H2 finds some people's talks since a day in 0.02 s, and with the beginning alone in 2 s."""

    param: str

    def query(self, slots: Slots) -> str | None:
        return "lt9999-12-31"

    def holds(self, resource: Json, slots: Slots) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Identified:
    """Carries the identifier (`system|value` in the slot, the first `|` dividing)."""

    slot: str
    param: str = "identifier"
    path: str = "identifier"

    def query(self, slots: Slots) -> str | None:
        wanted = filled(self.slot, slots)
        return token(*wanted.partition("|")[::2]) if wanted is not None else None

    def holds(self, resource: Json, slots: Slots) -> bool:
        wanted = filled(self.slot, slots)
        return any(
            isinstance(identifier, dict) and f"{identifier.get('system', '')}|{identifier.get('value', '')}" == wanted
            for identifier in dig(resource, self.path)
        )


@dataclass(frozen=True, slots=True)
class Tagged:
    """Carries the tag (`system|code` in the slot) in its meta."""

    slot: str
    param: str = "_tag"

    def query(self, slots: Slots) -> str | None:
        wanted = filled(self.slot, slots)
        return token(*wanted.partition("|")[::2]) if wanted is not None else None

    def holds(self, resource: Json, slots: Slots) -> bool:
        return any(f"{system}|{code}" == filled(self.slot, slots) for system, code in codings(resource, "meta.tag"))


@dataclass(frozen=True, slots=True)
class Named:
    """Is the resource whose `Type/id` is in the slot; several are separated by spaces."""

    slot: str
    param: str = "_id"

    def query(self, slots: Slots) -> str | None:
        wanted = filled(self.slot, slots)
        return ",".join(one.rpartition("/")[2] for one in wanted.split()) if wanted else None

    def holds(self, resource: Json, slots: Slots) -> bool:
        wanted = self.query(slots)
        return wanted is not None and str(resource.get("id")) in wanted.split(",")


@dataclass(frozen=True, slots=True)
class Canonical:
    """Is the artefact with this url; its version is chosen afterward (HAPI finds nothing by `url|version`)."""

    slot: str
    param: str = "url"

    def query(self, slots: Slots) -> str | None:
        wanted = filled(self.slot, slots)
        return escaped(wanted) if wanted is not None else None

    def holds(self, resource: Json, slots: Slots) -> bool:
        wanted = filled(self.slot, slots)
        return wanted is not None and resource.get("url") == wanted


@dataclass(frozen=True, slots=True)
class Since:
    """Reaches into the time from a day on (FHIR's `ge`: any part of it at or after the start of that day, UTC)."""

    param: str
    paths: tuple[str, ...]
    slot: str

    def query(self, slots: Slots) -> str | None:
        day = filled(self.slot, slots)
        return f"ge{day}T00:00:00Z" if day else None

    def holds(self, resource: Json, slots: Slots) -> bool:
        day = filled(self.slot, slots)
        if day is None:
            return False
        start = _start_of(day)
        return any(_reaches(value, start) for path in self.paths for value in dig(resource, path))

    def unreadable(self, resource: Json) -> bool:
        """Whether it has no day, or one that cannot be read."""
        values = [value for path in self.paths for value in dig(resource, path)]
        return not values or any(days_unreadable(value) for value in values)


@lru_cache(maxsize=16)
def _start_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), tzinfo=UTC)


def _reaches(value: Any, start: datetime) -> bool:
    if isinstance(value, dict):
        if not isinstance(value.get("end"), str):
            return isinstance(value.get("start"), str)
        value = value["end"]
    span = moments(value) if isinstance(value, str) else None
    return span is not None and (span[1] > start or span[0] + timedelta(microseconds=1) > start)


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """Was changed on the server at or after a moment (an instant in UTC); what does not say when counts as changed."""

    moment: str
    param: str = "_lastUpdated"

    def query(self, slots: Slots) -> str | None:
        return f"ge{self.moment}"

    def holds(self, resource: Json, slots: Slots) -> bool:
        changed = moments(next(dig(resource, "meta.lastUpdated"), None))
        return changed is None or changed[1] > datetime.fromisoformat(self.moment)


Filter: TypeAlias = (
    Of | OfEach | Codes | Excluded | Identified | Tagged | Named | Canonical | Since | BeforeTimeEnds | ChangedSince
)


@dataclass(frozen=True, slots=True)
class Follow:
    """References to be followed after the first stage: the resources at `path` that are of `type`."""

    path: str
    type: str

    @property
    def name(self) -> str:
        """The name under which what it brings is found among the records, as that of a need."""
        return f"{self.type} at {self.path}"


@dataclass(frozen=True, slots=True)
class Need:
    """What a step needs to know: all resources of a type that pass every filter.

    `bounded` types have so few per patient (Flags, care teams, programs) that they may be read together with the
    patient by `_revinclude`, if complete; all others *grow* and are searched, filtered and paged. An `optional` need
    that cannot be met is a named gap; a required one stops the step. `follow` is the second stage, and so is a need
    `beside` a reference: it is asked for about everybody whom that reference leads to (`OfEach`), and what it then
    follows is the third and last stage.
    """

    name: str
    type: str
    where: tuple[Filter, ...]
    bounded: bool = False
    optional: bool = False
    follow: tuple[Follow, ...] = ()
    beside: Follow | None = None

    def query(self, slots: Slots) -> tuple[tuple[str, str], ...] | None:
        """Parameters and values to ask with; None when a slot has no value, so that there is nothing to ask."""
        pairs = tuple((one.param, one.query(slots)) for one in self.where)
        if any(value is None for _, value in pairs):
            return None
        return tuple((param, value or "") for param, value in pairs)

    def wants(self, resource: Json, slots: Slots) -> bool:
        """Whether the resource is one of those asked for, by our own check."""
        return resource.get("resourceType") == self.type and all(one.holds(resource, slots) for one in self.where)

    def for_several(self) -> Need:
        """The same, asked for about several people as HAPI is quick: by the statuses that are not wanted, and with both
        ends of a time. It brings all that is wanted, and what has no status of R4, which `wants` leaves out again."""
        if not any(isinstance(one, OfEach) for one in self.where):
            return self
        element, r4_codes = STATUS.get(self.type, ("", frozenset()))
        where: list[Filter] = []
        for each in self.where:
            if isinstance(each, Codes) and each.path == each.param == element and r4_codes:
                where += [Excluded(code, element) for code in sorted(r4_codes - set(each.among))]
            else:
                where.append(each)
            if isinstance(each, Since):
                where.append(BeforeTimeEnds(each.param))
        return replace(self, where=tuple(where))

    @property
    def is_patient(self) -> bool:
        """Whether it asks for the patient, and nobody else."""
        return self.type == "Patient" and self.where == (Named("{patient}"),)

    @property
    def owner(self) -> Of | None:
        """The filter that ties it to the patient."""
        return next((one for one in self.where if isinstance(one, Of) and one.slot == "{patient}"), None)


def query_text(pairs: tuple[tuple[str, str], ...]) -> str:
    """A query, percent-encoded in one fixed way (comma and colon stay, because they have a meaning)."""
    return "&".join(f"{_encoded(name, ':')}={_encoded(value, ',:')}" for name, value in pairs)


@lru_cache(maxsize=512)
def _encoded(text: str, safe: str) -> str:
    """Kept, for each need asks with the same names, codes and days again, some of fifty codes."""
    return quote(text, safe=safe)
