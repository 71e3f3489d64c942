"""Searching the store: criteria to ids, in order, with what `_include` and `_revinclude` bring along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from carefhir.sandbox.demands import check_search
from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.matching import matching
from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.query import Clause, Include, Query, parse
from carefhir.sandbox.showing import withheld
from carefhir.sandbox.store import Store
from carefhir.sandbox.values import Amount, Link, Range, Text, Token

Key = tuple[str, str]
"""(type, id)"""


class Searcher:
    """Answers queries from one store."""

    def __init__(self, store: Store, knobs: Knobs, created_by: Mapping[str, int]) -> None:
        self._store = store
        self._knobs = knobs
        self._created_by = created_by
        self.left_out = False
        """Whether the last search has left out what this client may not see."""
        """What was created here, by `Type/id`."""

    def run(self, query: Query) -> list[str]:
        """The ids that match, sorted as asked, else in order of creation."""
        check_search(query, self._knobs)
        self.left_out = False
        matches: set[str] | None = None
        for clause in query.clauses:
            ids = self._ids(query.type, clause)
            matches = ids if matches is None else matches & ids
            if not matches:
                return []
        if matches is None:
            ordered = list(self._store.all_ids(query.type))
        else:
            ordered = sorted(matches, key=lambda id_: self._store.order(query.type, id_))
        if self._knobs.hidden_labels or query.type in self._knobs.hides_new:
            every, ordered = ordered, [id_ for id_ in ordered if self._visible((query.type, id_))]
            self.left_out = len(ordered) < len(every)
        for code, descending in reversed(query.sort):
            ordered = self._sorted(query.type, ordered, code, descending)
        return ordered

    def match(self, type_: str, text: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """The ids a conditional create or reference means: every criterion must be understood."""
        query = parse(type_, tuple(pairs), self._knobs, lenient=False)
        if not query.clauses:
            raise RequestRefused(400, "invalid", f"A condition on {type_} has no criteria.")
        return self.run(query)

    def included(self, query: Query, ids: Sequence[str]) -> list[Key]:
        """What the includes bring to these matches: each once, none that is a match itself."""
        matches = {(query.type, id_) for id_ in ids}
        visited_keys = dict.fromkeys(matches)
        brought: dict[Key, None] = {}
        for include in query.includes:
            self._bring(include, list(matches), visited_keys, brought)
        fresh = list(brought)
        iterating = [each for each in query.includes if each.iterate]
        while fresh and iterating:
            next_: dict[Key, None] = {}
            for include in iterating:
                self._bring(include, fresh, visited_keys, next_)
            brought |= next_
            fresh = list(next_)
        return list(brought)

    def _visible(self, key: Key) -> bool:
        """Whether a search may find it."""
        type_, id_ = key
        waits = type_ in self._knobs.hides_new and f"{type_}/{id_}" in self._created_by
        return not waits and not (self._knobs.hidden_labels and withheld(self._store.living(type_, id_), self._knobs))

    def _ids(self, type_: str, clause: Clause) -> set[str]:
        if f"{type_}.{clause.parameter.code}" in self._knobs.never_finds:
            return set()
        index = self._store.index(type_, clause.parameter.code)
        if clause.modifier == "missing":
            present = set(index.values)
            return set(self._store.all_ids(type_)) - present if "true" in clause.values else present
        matches = matching(clause, index)
        return set(self._store.all_ids(type_)) - matches if clause.modifier == "not" else matches

    def _sorted(self, type_: str, ids: list[str], code: str, descending: bool) -> list[str]:
        """Stable; what has no value comes last, whichever way."""
        values = self._store.index(type_, code).values
        pick = max if descending else min
        keyed = {id_: pick(_order(each) for each in values[id_]) for id_ in ids if id_ in values}
        first = sorted((id_ for id_ in ids if id_ in keyed), key=keyed.__getitem__, reverse=descending)
        return first + [id_ for id_ in ids if id_ not in keyed]

    def _bring(
        self, include: Include, keys: list[Key], visited_keys: dict[Key, None], brought: dict[Key, None]
    ) -> None:
        linked_keys = self._reverse(include, keys) if include.reverse else self._forward(include, keys)
        ordered = sorted(
            (each for each in linked_keys if each not in visited_keys and self._visible(each)),
            key=lambda each: self._store.order(*each),
        )
        cap = self._knobs.include_cap
        for key in ordered[:cap]:  # the oldest stay: silently cut, as seen on real servers
            visited_keys[key] = brought[key] = None

    def _codes(self, include: Include) -> list[str]:
        if include.code != "*":
            return [include.code]
        return [code for code, each in TYPES[include.source].params.items() if each.kind == "reference"]

    def _forward(self, include: Include, keys: list[Key]) -> set[Key]:
        linked_keys: set[Key] = set()
        for code in self._codes(include):
            index = self._store.index(include.source, code)
            allowed = index.parameter.targets
            for type_, id_ in keys:
                for link in index.values.get(id_, ()) if type_ == include.source else ():
                    if not isinstance(link, Link) or include.target not in ("", link.type):
                        continue
                    if (not allowed or link.type in allowed) and self._store.exists(f"{link.type}/{link.id}"):
                        linked_keys.add((link.type, link.id))
        return linked_keys

    def _reverse(self, include: Include, keys: list[Key]) -> set[Key]:
        linked_keys: set[Key] = set()
        for code in self._codes(include):
            index = self._store.index(include.source, code)
            allowed = index.parameter.targets
            for type_, id_ in keys:
                if include.target not in ("", type_) or (allowed and type_ not in allowed):
                    continue
                wanted = Link(type_, id_)
                linked_keys |= {(include.source, each) for each in index.posted(id_) if wanted in index.values[each]}
        return linked_keys


def _order(value: Any) -> Any:
    """What a value is sorted by."""
    match value:
        case Range(low, _):
            return low
        case Text(_, folded):
            return folded
        case Amount(number):
            return number
        case Token(_, code):
            return code.zfill(20) if code.isdecimal() else code
        case Link(type_, id_):
            return f"{type_}/{id_}"
    return str(value)
