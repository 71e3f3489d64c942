"""Merges two edits of one resource that started from the same version (decision 0026). Pure; its rules are data.

Mine is the edit that is to be saved, theirs what the server holds now, base the version both started from. What one
side changed is taken, what both changed in the same way is taken once, and what both changed differently is a clash
that names both sides. A clash merges nothing: a person decides.

Elements are compared one by one only where a rule says so (`parts`). Everything else merges as a whole, for the parts
of a dose, a period or a target say one thing together: twice a day from one side and the double amount from the other
is what nobody wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from carefhir.fhir.codec import Json
from carefhir.fhir.matching import CONTENT, Items, Token, identity, in_words, matched, put_together, shared_orders
from carefhir.fhir.three_versions import BothSides, Compared, MergeRules, Units, bare, code_of, same, units_of


@dataclass(frozen=True, slots=True)
class Merged:
    """Both edits in one resource."""

    resource: Json
    notes: tuple[str, ...] = ()
    """What to know about it: what was left out, and what was decided by a rule."""


@dataclass(frozen=True, slots=True)
class Clash:
    """What cannot be merged; nothing is."""

    sides: tuple[BothSides, ...]


def merge(base: Json, mine: Json, theirs: Json, rules: MergeRules) -> Merged | Clash:
    """Both edits in one resource, in the order theirs has; or what cannot be merged."""
    kind = str(theirs.get("resourceType", ""))
    merging = _Merging(rules)
    resource = merging.parts(Compared(kind, kind, base, mine, theirs))
    if merging.sides:
        merging.name_unwritten_stops()
        return Clash(tuple(merging.sides))
    return Merged(resource, tuple(merging.notes))


def changed(base: Json, side: Json, rules: MergeRules) -> tuple[str, ...]:
    """The elements of a resource that one side changed, without meta and narrative."""
    kind = str(base.get("resourceType", ""))
    units = units_of(rules, Compared(kind, kind, base, side, side))
    data = (name for name in units if rules.of(f"{kind}.{name}").how not in ("labels", "narrative", "writer"))
    return tuple(name for name in data if not same(units[name].base, units[name].mine))


def apart(mine: Json, theirs: Json, rules: MergeRules, why: str) -> tuple[BothSides, ...]:
    """Where two versions differ, element by element, if nobody can say what they started from."""
    kind = str(theirs.get("resourceType", ""))
    units = units_of(rules, Compared(kind, kind, mine, mine, theirs))
    return tuple(
        BothSides(f"{kind}.{name}", None, bare(units[name].mine), bare(units[name].theirs), why)
        for name in changed(mine, theirs, rules)
    )


@dataclass(slots=True)
class _Merging:
    """Goes through three versions, and gathers what cannot be merged."""

    rules: MergeRules
    sides: list[BothSides] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    my_stops: list[Compared] = field(default_factory=list)
    """Where the edit stops something."""

    def parts(self, place: Compared) -> Json:
        """An object whose elements merge one by one."""
        units = units_of(self.rules, place)
        taken: dict[str, Json] = self._stopped(place, units)
        for name in (name for name in units if name not in taken):
            if self.rules.of(units[name].path).how != "narrative":
                taken |= self._said_together(name, units, taken) or {name: self._unit(units[name])}
        narrative = next((name for name in units if self.rules.of(units[name].path).how == "narrative"), None)
        if narrative is not None and narrative not in taken:
            taken[narrative] = self._narrative(units, taken, narrative)
        values = {key: value for element in taken.values() for key, value in element.items()}
        base, mine, theirs = ([(key,) for key in version] for version in (place.base, place.mine, place.theirs))
        order = put_together(theirs, mine, base, frozenset((key,) for key in values))
        return {str(key): values[str(key)] for (key,) in order}

    # ---- what stops

    def _stopped(self, place: Compared, units: Units) -> dict[str, Json]:
        """What is settled because one side stopped what this is: whoever stops it wins over every other edit."""
        status = next((unit for unit in units.values() if self.rules.of(unit.path).stops), None)
        if status is None:
            return {}
        stops = self.rules.of(status.path).stops
        mine, theirs = (code_of(keys) in stops for keys in (status.mine, status.theirs))
        if status.by_them and theirs and not status.equal and not (status.by_me and mine):
            return self._not_applied(units, code_of(status.theirs))
        if status.by_me and mine and not status.equal and not (status.by_them and theirs):
            changed_by_them = [unit.where for unit in units.values() if unit.by_them and self._is_data(unit)]
            if changed_by_them:
                self.notes.append(f"stopped all the same, though changed meanwhile: {', '.join(changed_by_them)}")
            self.my_stops.append(status)
            return {name: unit.mine for name, unit in units.items() if self._with(status, unit)}
        return {}

    def name_unwritten_stops(self) -> None:
        """Names every stop that is not written because something else clashes."""
        for status in self.my_stops:
            self._clash(status, NOT_STOPPED)

    def _not_applied(self, units: Units, status: str) -> dict[str, Json]:
        """They stopped it: nothing else that I changed is applied, and all of it is named."""
        mine = [unit for unit in units.values() if unit.by_me and not unit.equal and self._is_data(unit)]
        stopped = [unit for unit in units.values() if self.rules.of(unit.path).stops and unit not in mine]
        for unit in stopped if mine else ():
            self._clash(unit, f"stopped meanwhile ({status})")
        for unit in mine:
            self._clash(unit, f"stopped meanwhile ({status}): your edit of it is not applied")
        return {name: unit.theirs for name, unit in units.items() if self._is_data(unit)}

    def _is_data(self, unit: Compared) -> bool:
        return self.rules.of(unit.path).how not in ("labels", "narrative", "writer")

    def _with(self, unit: Compared, other: Compared) -> bool:
        """Whether two elements say one thing together."""
        together = self.rules.of(unit.path).together
        return unit.path == other.path or (bool(together) and self.rules.of(other.path).together == together)

    # ---- what says one thing together

    def _said_together(self, name: str, units: Units, taken: Mapping[str, Json]) -> dict[str, Json]:
        """What is settled because each side changed another part of one statement; {} where that is not so."""
        group = {each: unit for each, unit in units.items() if self._with(units[name], unit) and each not in taken}
        mine = {each for each, unit in group.items() if unit.by_me}
        theirs = {each for each, unit in group.items() if unit.by_them}
        if not mine or not theirs or len(mine | theirs) == 1:
            return {}
        if all(group[each].equal for each in theirs):
            return {each: unit.mine for each, unit in group.items()}
        if all(group[each].equal for each in mine):
            return {each: unit.theirs for each, unit in group.items()}
        for each in (each for each in group if each in mine | theirs and not group[each].equal):
            others = ", ".join(other for other in group if other != each and other in mine | theirs)
            self._clash(group[each], f"says one thing together with {others}, and both sides changed it")
        return {each: unit.theirs for each, unit in group.items()}

    # ---- one element

    def _unit(self, unit: Compared) -> Json:
        """One element, with all its keys: what one side changed, or what can be merged of both."""
        how = self.rules.of(unit.path).how
        if how == "fixed":
            return self._clash(unit, "this never changes") if unit.by_me or unit.by_them else dict(unit.theirs)
        if how == "labels":
            return self._labels(unit)
        if unit.equal or not unit.by_me or (how == "writer" and unit.by_them):
            return dict(unit.theirs)
        if not unit.by_them:
            return dict(unit.mine)
        key = next(iter(unit.theirs or unit.mine))
        if {*unit.base, *unit.mine, *unit.theirs} != {key} or key.startswith("_"):
            return self._clash(unit, BOTH)
        versions = [keys.get(key) for keys in (unit.base, unit.mine, unit.theirs)]
        if all(isinstance(value, list) or value is None for value in versions):
            items = self.items(Compared(unit.path, unit.where, *(value or [] for value in versions)))
            return {key: items} if items else {}
        if how == "parts" and all(isinstance(value, dict) for value in versions):
            return {key: self.parts(Compared(unit.path, unit.where, *versions))}
        return self._clash(unit, BOTH)

    def _clash(self, unit: Compared, why: str) -> Json:
        self.sides.append(BothSides(unit.where, bare(unit.base), bare(unit.mine), bare(unit.theirs), why))
        return dict(unit.theirs)

    # ---- lists

    def items(self, place: Compared) -> list[Any]:
        """A list that both sides changed, item by item, in the order theirs has."""
        base, mine, theirs = matched(place.base, place.mine, place.theirs)
        if self._cannot_tell(place, base, mine, theirs):
            return list(place.theirs)
        values: Items = {}
        for token in dict.fromkeys((*theirs, *mine)):
            item = self._item(place, token, base, mine, theirs)
            if item is not None:
                values[token] = item
        of_base, of_mine, of_theirs = shared_orders(base, mine, theirs)
        if of_base not in (of_mine, of_theirs) and of_mine != of_theirs:
            self._clash_of_list(place, "both sides put the items in another order")
        frame, other = (mine, theirs) if of_theirs == of_base != of_mine else (theirs, mine)
        return [values[token] for token in put_together(tuple(frame), tuple(other), tuple(base), frozenset(values))]

    def _item(self, place: Compared, token: Token, base: Items, mine: Items, theirs: Items) -> Any:
        """What becomes of one item; None where it goes."""
        where = f"{place.where}[{in_words(token, _number(token, theirs, mine))}]"
        item = Compared(place.path, where, base.get(token), mine.get(token), theirs.get(token))
        if item.equal or not item.by_me:
            return item.theirs
        if not item.by_them:
            return item.mine
        versions = (item.base, item.mine, item.theirs)
        if all(isinstance(version, dict) for version in versions) and self.rules.of(place.path).how == "parts":
            return self.parts(item)
        gone = item.mine is None or item.theirs is None
        why = "one side took it out, the other changed it" if gone else BOTH if item.base is not None else BOTH_ADDED
        self.sides.append(BothSides(where, *versions, why))
        return item.theirs

    def _cannot_tell(self, place: Compared, base: Items, mine: Items, theirs: Items) -> bool:
        """Names what may be one item that both sides changed, and is known by nothing but its content."""
        by_me = {token: item for token, item in mine.items() if token not in base and token not in theirs}
        by_them = {token: item for token, item in theirs.items() if token not in base and token not in mine}
        gone = [token for token in base if token not in mine and token not in theirs]
        if gone and (by_me or by_them):
            why = "both sides took it out or changed it, and what came in its place cannot be told apart"
        elif by_me and by_them and self.rules.of(place.path).one_side and _nameless((*by_me, *by_them)):
            why = "both sides added items that nothing tells apart: they may be the same"
        elif set(map(identity, by_me.values())) & set(map(identity, by_them.values())) - {None}:
            why = BOTH_ADDED
        else:
            return False
        self._clash_of_list(place, why)
        return True

    def _clash_of_list(self, place: Compared, why: str) -> None:
        base, mine, theirs = (version or None for version in (place.base, place.mine, place.theirs))
        self.sides.append(BothSides(place.where, base, mine, theirs, why))

    # ---- meta and narrative

    def _labels(self, unit: Compared) -> Json:
        """Meta: version, time and source are the server's; labels of both sides are kept, and none is taken off."""
        base, mine, theirs = (keys.get("meta") or {} for keys in (unit.base, unit.mine, unit.theirs))
        if not mine:
            return dict(unit.theirs)
        meta = dict(theirs)
        for name in (name for name in {**base, **mine} if name not in OF_THE_SERVER):
            values = [version.get(name) for version in (base, mine, theirs)]
            lists = [value if isinstance(value, list) else [] for value in values]
            was, now, stands = matched(*lists)
            if any(token in stands and token not in now for token in was):
                self._clash(unit.deeper(name, *({name: value} for value in values)), "an edit takes no label off")
                continue
            if name not in LABELS and not same(values[0], values[1]):
                self._clash(unit.deeper(name, *({name: value} for value in values)), "an edit leaves it as it is")
                continue
            items = self.items(unit.deeper(name, *lists)) if name in LABELS else []
            meta |= {name: items} if items else {}
        return {**unit.theirs, "meta": meta} if meta else {}

    def _narrative(self, units: Units, taken: Mapping[str, Json], name: str) -> Json:
        """The narrative of whichever side the data are. One that was generated from other data is left out; one that
        was written by hand says more than the data, and is kept or clashes."""
        text = units[name]
        data = [unit for unit in units.values() if self._is_data(unit)]
        are_mine = all(same(taken[unit.name], unit.mine) for unit in data)
        are_theirs = all(same(taken[unit.name], unit.theirs) for unit in data)
        if are_mine and are_theirs:
            return self._unit(text)
        kept = text.mine if are_mine else text.theirs if are_theirs else {}
        edits = [side for side, edited in ((text.mine, text.by_me), (text.theirs, text.by_them)) if edited]
        lost = [side for side in edits if not same(side, kept)]
        if not (are_mine or are_theirs):
            lost += [side for side in (text.mine, text.theirs) if side]
        if any(map(_by_hand, lost)):
            self.notes.append(f"{text.where} was written by hand, and is not about all that is merged: look at it")
            return self._unit(text)
        if lost:
            self.notes.append(f"{text.where} was generated from other data, and is left out")
        return dict(kept)


LABELS = ("profile", "tag", "security")
OF_THE_SERVER = ("versionId", "lastUpdated", "source")
NOT_STOPPED = "your stop is not written either"
BOTH = "both sides changed it"
BOTH_ADDED = "both sides added it, each with other values"


def _nameless(tokens: Sequence[Token]) -> bool:
    return any(token[0] == CONTENT for token in tokens)


def _number(token: Token, *versions: Items) -> int:
    """The number of an item in the first of the versions that has it, from 1."""
    order = next((list(version) for version in versions if token in version), [])
    return order.index(token) + 1 if order else 0


def _by_hand(narrative: Json) -> bool:
    """Whether a narrative may say more than the data: R4's narrative-status `additional`."""
    text = narrative.get("text")
    return isinstance(text, dict) and text.get("status") == "additional"
