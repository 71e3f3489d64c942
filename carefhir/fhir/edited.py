"""What an edit touches, and what it takes by the rules: element by element, down to the values (`three_versions`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from carefhir.fhir.codec import Json
from carefhir.fhir.matching import matched
from carefhir.fhir.three_versions import Compared, MergeRule, MergeRules, bare, same, units_of


@dataclass(frozen=True, slots=True)
class Touch:
    """One place that an edit changed."""

    path: str
    """As R4 names it, without numbers of items: `CarePlan.activity.detail.quantity.value`."""
    was: Any
    becomes: Any
    beside: frozenset[str] = frozenset()
    """What else must be allowed for: its place says one thing together with what needs it."""

    def rules(self, rules: MergeRules) -> Iterator[tuple[str, MergeRule]]:
        """The rules of the place, and of everything that it is in, the nearest first; each with its element."""
        path = self.path
        while path:
            yield path, rules.of(path)
            path = path.rpartition(".")[0]

    def within(self, *paths: str) -> bool:
        """Whether it is one of these places, or in one."""
        return any(self.path == path or self.path.startswith(f"{path}.") for path in paths)


def touched(base: Json, becomes: Json, rules: MergeRules) -> tuple[Touch, ...]:
    """Everything that an edit changed. An item that came or went is changed in all that it holds."""
    return tuple(_touched(str(base.get("resourceType", "")), base, becomes, rules, frozenset()))


def _touched(path: str, base: Json, becomes: Json, rules: MergeRules, beside: frozenset[str]) -> Iterator[Touch]:
    units = units_of(rules, Compared(path, path, base, becomes, becomes))
    for unit in units.values():
        if not unit.by_me:
            continue
        together = rules.of(unit.path).together
        mates = (mate for mate in units.values() if together and mate is not unit)
        mates = (mate for mate in mates if rules.of(mate.path).together == together)
        more = beside | {need for mate in mates for need in _needs_within(mate, rules)}
        for was, now in _pairs(bare(unit.base), bare(unit.mine)):
            if isinstance(was, dict) or isinstance(now, dict):
                yield from _touched(unit.path, was or {}, now or {}, rules, more)
            else:
                yield Touch(unit.path, was, now, more)


def _pairs(was: Any, now: Any) -> Iterator[tuple[Any, Any]]:
    """The values that differ: of lists, item by item."""
    if not isinstance(was, list) and not isinstance(now, list):
        yield was, now
        return
    before, after = matched(was if isinstance(was, list) else [], now if isinstance(now, list) else [])
    pairs = [(item, after[token]) for token, item in before.items() if token in after]
    gone = [item for token, item in before.items() if token not in after]
    new = [item for token, item in after.items() if token not in before]
    # What came beside what went is held against it: what both say alike is not changed, whatever else is.
    pairs += zip_longest(gone, new)
    differing = [pair for pair in pairs if not same(*pair)]
    yield from differing or [(None, None)]  # nothing but their order


def _needs_within(unit: Compared, rules: MergeRules) -> Iterator[str]:
    """What the element, as it was or becomes, needs anywhere in it."""
    if need := rules.of(unit.path).needs:
        yield need
    prefix = f"{unit.path}."
    inside = [path for path, rule in rules.by_path.items() if rule.needs and path.startswith(prefix)]
    for version in (bare(unit.base), bare(unit.mine)):
        for item in version if isinstance(version, list) else [version]:
            names = {rules.unit(unit.path, key) for key in item} if isinstance(item, dict) else set()
            yield from (rules.by_path[path].needs for path in inside if path.removeprefix(prefix) in names)
