"""The searchset Bundle and its pages: a snapshot of ids behind an opaque token, so that no page loses a match.

http://hl7.org/fhir/R4/http.html#paging. A page shows each resource as it is when the page is fetched.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.outcome import RequestRefused, outcome
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.query import Query
from carefhir.sandbox.search import Searcher
from carefhir.sandbox.showing import check_whole, cut, shown
from carefhir.sandbox.store import Store, Version
from carefhir.sandbox.wire import Json, embedded, encode

_KEPT = 1000  # snapshots; the oldest is forgotten, and its next link then answers 410
_SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The matches of one search, as they were when it was asked."""

    query: Query
    ids: tuple[str, ...]
    taken: str
    left_out: bool = False
    """Whether something was left out that this client may not see."""


class Pages:
    """Makes searchset Bundles, and remembers what the next page will need."""

    def __init__(self, store: Store, searcher: Searcher, knobs: Knobs, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._searcher = searcher
        self._knobs = knobs
        self._monotonic = monotonic
        self._snapshots: OrderedDict[str, Snapshot] = OrderedDict()
        self._cache: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, tuple[str, ...]]] = {}

    def first(self, query: Query, base: str, taken: str, *, fresh: bool) -> Json:
        """The first page of a search."""
        self._searcher.left_out = False
        ids = self._found(query, fresh)
        snapshot = Snapshot(query, ids, taken, self._searcher.left_out)
        link = f"{base}/{query.type}"
        if query.understood:
            link += "?" + urlencode(query.understood)
        return self._page(snapshot, None, query.offset, self._size(query.count), base, link)

    def further(self, token: str, offset: int, count: int | None, base: str) -> Json:
        """A page that a `next` link asked for."""
        snapshot = self._snapshots.get(token)
        if snapshot is None:
            raise RequestRefused(410, "not-found", "This page is no longer kept; search again.")
        size = self._size(count)
        return self._page(snapshot, token, offset, size, base, _page_url(base, token, offset, size))

    def _size(self, count: int | None) -> int:
        return min(count or self._knobs.page_default, self._knobs.page_max)

    def _found(self, query: Query, fresh: bool) -> tuple[str, ...]:
        life = self._knobs.search_cache_seconds
        if not life:
            return tuple(self._searcher.run(query))
        key = (query.type, tuple(sorted(query.understood)))
        now = self._monotonic()
        kept = self._cache.get(key)
        if kept and not fresh and kept[0] > now:
            return kept[1]
        ids = tuple(self._searcher.run(query))
        self._cache[key] = (now + life, ids)
        return ids

    def _page(self, snapshot: Snapshot, token: str | None, offset: int, size: int, base: str, link: str) -> Json:
        query = snapshot.query
        bundle: Json = {
            "resourceType": "Bundle",
            "id": str(uuid.uuid4()),
            "meta": {"lastUpdated": snapshot.taken},
            "type": "searchset",
        }
        if query.total or query.summary == "count":
            bundle["total"] = len(snapshot.ids)
        bundle["link"] = links = [{"relation": "self", "url": link}]
        if query.summary == "count":
            return bundle
        ids = snapshot.ids[offset : offset + size]
        if offset + size < len(snapshot.ids):
            token = token or self._keep(snapshot)
            links.append({"relation": "next", "url": _page_url(base, token, offset + size, size)})
        if offset and token:
            links.append({"relation": "previous", "url": _page_url(base, token, max(0, offset - size), size)})
        entries = [self._entry(query.type, id_, "match", query, base) for id_ in ids]
        entries += [self._entry(*key, "include", None, base) for key in self._searcher.included(query, ids)]
        if present := [each for each in entries if each]:
            bundle["entry"] = present
        elif self._knobs.outcome_when_empty:
            nothing = outcome("warning", "not-found", "Nothing was found.")
            bundle["entry"] = [{"resource": nothing, "search": {"mode": "outcome"}}]
        if snapshot.left_out and self._knobs.says_hidden:
            hint = outcome("warning", "suppressed", "Some of it may not be seen by this client.")
            bundle["entry"] = [*bundle.get("entry", []), {"resource": hint, "search": {"mode": "outcome"}}]
        return bundle

    def _keep(self, snapshot: Snapshot) -> str:
        token = str(uuid.uuid4())
        self._snapshots[token] = snapshot
        if len(self._snapshots) > _KEPT:
            self._snapshots.popitem(last=False)
        return token

    def _entry(self, type_: str, id_: str, mode: str, query: Query | None, base: str) -> Json | None:
        version = self._store.current(type_, id_)
        if version is None or version.resource is None:
            return None  # deleted since the snapshot was taken
        if self._knobs.fails_on_missing:
            check_whole(version)
        in_part = query is not None and (query.elements or query.summary)
        body = narrowed(version, query, self._knobs) if query and in_part else shown(version, self._knobs)
        return {"fullUrl": f"{base}/{version.key}", "resource": embedded(body), "search": {"mode": mode}}


def _page_url(base: str, token: str, offset: int, count: int) -> str:
    return f"{base}?_getpages={token}&_getpagesoffset={offset}&_count={count}&_bundletype=searchset"


def narrowed(version: Version, query: Query, knobs: Knobs) -> bytes:
    """The resource cut to `_elements` or `_summary`, tagged SUBSETTED so that nobody writes it back."""
    resource: dict[str, Any] = cut(version.resource or {"resourceType": version.type}, knobs)
    table = TYPES[version.type]
    match query.summary:
        case "true":
            kept = table.summary | table.required
        case "text":
            kept = table.required | {"text"}
        case "data":
            kept = frozenset(resource) - {"text"}
        case _:
            kept = frozenset()
    if query.elements:
        kept = query.elements | table.required
    meta = dict(resource["meta"])
    given = meta.get("tag")
    meta["tag"] = [*(given if isinstance(given, list) else []), _SUBSETTED]
    rest = {name: value for name, value in resource.items() if name in kept or name.removeprefix("_") in kept}
    return encode({"resourceType": version.type, "id": version.id, "meta": meta} | rest)
