"""One place in three versions of a resource, and the rules of merging it (`merging`; the rules are data)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from carefhir.fhir.codec import Json, meaning

How: TypeAlias = Literal["parts", "whole", "fixed", "labels", "narrative", "writer"]


@dataclass(frozen=True, slots=True)
class BothSides:
    """One place that could not be merged: what it was, and what each side made of it; None where it is not there."""

    path: str
    """Where, as R4 names it; an item of a list by what identifies it: `Goal.target[http://loinc.org|4548-4]`."""
    started_from: Any
    """What it was in the version that was edited."""
    mine: Any
    """What the edit made of it."""
    theirs: Any
    """What the server holds now."""
    why: str
    """Why it is not merged."""


@dataclass(frozen=True, slots=True)
class MergeRule:
    """How one element merges, and what it takes to edit it (CodeSystem merge-rule has the meanings)."""

    how: How = "whole"
    together: str = ""
    choice: bool = False
    stops: frozenset[str] = frozenset()
    one_side: bool = False
    """Whether items that both sides add merge only where each has an identity."""
    needs: str = ""
    in_effect: str = ""
    ours: str = ""


_DEFAULT = MergeRule()
_FIXED = MergeRule(how="fixed")


@dataclass(frozen=True, slots=True)
class MergeRules:
    """The rules, by element path."""

    by_path: Mapping[str, MergeRule]

    def of(self, path: str) -> MergeRule:
        """The rule of an element; the default, as a whole, where there is none."""
        parent, _, name = path.rpartition(".")
        if name == "resourceType":
            return _FIXED
        by_name = (path, f"Resource.{name}", f"DomainResource.{name}") if parent and "." not in parent else (path,)
        return next((self.by_path[each] for each in by_name if each in self.by_path), _DEFAULT)

    def unit(self, parent: str, key: str) -> str:
        """The element a JSON key belongs to: `_status` to status, `scheduledTiming` to scheduled."""
        name = key.removeprefix("_")
        for length in range(1, len(name)):
            rule = self.by_path.get(f"{parent}.{name[:length]}") if name[length].isupper() else None
            if rule is not None and rule.choice:
                return name[:length]
        return name


def same(one_value: Any, other: Any) -> bool:
    """Whether two values are the same to the digit; the order of keys does not count, 1.50 and 1.5 are two. An absolute
    reference to the own base is the relative one."""
    return meaning(one_value) == meaning(other)


@dataclass(frozen=True, slots=True)
class Compared:
    """One place in three versions."""

    path: str
    """As the rules name it."""
    where: str
    """As a person is told it."""
    base: Any
    mine: Any
    theirs: Any

    def deeper(self, name: str, base: Any, mine: Any, theirs: Any) -> Compared:
        return Compared(f"{self.path}.{name}", f"{self.where}.{name}", base, mine, theirs)

    @property
    def name(self) -> str:
        """The element's name."""
        return self.path.rpartition(".")[2]

    @property
    def by_me(self) -> bool:
        return not same(self.base, self.mine)

    @property
    def by_them(self) -> bool:
        return not same(self.base, self.theirs)

    @property
    def equal(self) -> bool:
        return same(self.mine, self.theirs)


Units: TypeAlias = dict[str, Compared]
"""The elements of an object, each with all JSON keys that belong to it, in three versions."""


def units_of(rules: MergeRules, place: Compared) -> Units:
    names: dict[str, None] = {}
    versions: list[dict[str, Json]] = []
    for version in (place.base, place.mine, place.theirs):
        elements: dict[str, Json] = {}
        for key, value in version.items():
            elements.setdefault(rules.unit(place.path, key), {})[key] = value
        names |= dict.fromkeys(elements)
        versions.append(elements)
    base, mine, theirs = versions
    return {name: place.deeper(name, base.get(name, {}), mine.get(name, {}), theirs.get(name, {})) for name in names}


def bare(keys: Json) -> Any:
    """The value of an element that is one JSON key; None where it is not there; else the keys it consists of."""
    return None if not keys else next(iter(keys.values())) if len(keys) == 1 else dict(keys)


def code_of(keys: Json) -> str:
    """The code an element holds; "" where it is not there or is no code."""
    return next((value for key, value in keys.items() if isinstance(value, str) and not key.startswith("_")), "")
