"""Bundles of type transaction and batch: http://hl7.org/fhir/R4/http.html#transaction.

A transaction is all or nothing. Ids are given first, so that links can be replaced in any direction; then the writes;
then every reference is checked against what would now be stored. Any failure undoes all of it and names its entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

from carefhir.sandbox.demands import check_new
from carefhir.sandbox.interactions import Interactions, Reply, SandboxRequest, referenced, resource_of
from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.references import resolve
from carefhir.sandbox.showing import place, shown
from carefhir.sandbox.store import Version
from carefhir.sandbox.wire import Json, embedded, encode

_CONDITIONS = {"ifMatch": "if-match", "ifNoneExist": "if-none-exist", "ifNoneMatch": "if-none-match"}


@dataclass(slots=True)
class TransactionEntry:
    """One entry on its way through a transaction."""

    place: str
    full_url: str
    request: SandboxRequest
    key: str = ""
    """`Type/id`, once known."""
    existing: bool = False
    """A conditional create that found its resource, in the store or in an earlier entry."""
    reply: Reply | None = None

    @property
    def type(self) -> str:
        return self.request.segments[0]

    @property
    def condition(self) -> str:
        return self.request.headers.get("if-none-exist", "")


def process(interactions: Interactions, bundle: Any, base: str, headers: Mapping[str, str]) -> bytes:
    """The response Bundle."""
    bundle = resource_of(bundle, "Bundle")
    kind = bundle.get("type")
    knobs = interactions.knobs
    if not (knobs.transaction or knobs.batch):
        raise RequestRefused(405, "not-supported", "This server takes no Bundles.")
    if kind == "transaction" and knobs.transaction:
        entries = _items(bundle)
        if knobs.most_entries is not None and len(entries) > knobs.most_entries:
            raise RequestRefused(400, "invalid", f"A transaction has at most {knobs.most_entries} entries.")
    if kind == "transaction" and knobs.transaction and not knobs.atomic:
        answered = _each_for_itself(interactions, bundle, base, headers)
    elif kind == "transaction" and knobs.transaction:
        answered = Transaction(interactions, _entries(bundle, base, headers)).run()
    elif kind == "batch" and knobs.batch:
        answered = _batch(interactions, bundle, base, headers)
    elif kind in ("transaction", "batch"):
        raise RequestRefused(400, "not-supported", f"This server takes no Bundle of type {kind}.", "Bundle.type")
    else:
        raise RequestRefused(400, "invalid", "Bundle.type must be transaction or batch.", "Bundle.type")
    return encode({"resourceType": "Bundle", "type": f"{kind}-response", "entry": answered})


def _items(bundle: Json) -> list[Any]:
    items = bundle.get("entry", [])
    if not isinstance(items, list):
        raise RequestRefused(400, "structure", "Bundle.entry is not a list.", "Bundle.entry")
    return items


def _entries(bundle: Json, base: str, headers: Mapping[str, str]) -> list[TransactionEntry]:
    entries = [_entry(each, f"Bundle.entry[{number}]", base, headers) for number, each in enumerate(_items(bundle))]
    return [replace(each, request=replace(each.request, in_transaction=True)) for each in entries]


def _entry(item: Any, place: str, base: str, outer: Mapping[str, str]) -> TransactionEntry:
    asked = item.get("request") if isinstance(item, dict) else None
    if not isinstance(asked, dict) or not all(isinstance(asked.get(each), str) for each in ("method", "url")):
        raise RequestRefused(400, "required", f"{place}.request needs method and url.", f"{place}.request")
    headers = {name: outer[name] for name in ("prefer", "cache-control") if name in outer}
    headers |= {header: str(asked[name]) for name, header in _CONDITIONS.items() if name in asked}
    path, _, query = asked["url"].removeprefix(base).partition("?")
    segments = tuple(unquote(each) for each in path.strip("/").split("/"))
    pairs = parse_qsl(query, keep_blank_values=True)
    request = SandboxRequest(asked["method"], segments, pairs, base, headers, resource=item.get("resource"))
    if segments[0] not in TYPES:
        raise RequestRefused(400, "not-supported", "the url names no resource type.").at(place)
    full_url = item.get("fullUrl")
    return TransactionEntry(place, full_url if isinstance(full_url, str) else "", request)


def _batch(interactions: Interactions, bundle: Json, base: str, headers: Mapping[str, str]) -> list[Json]:
    """Each entry for itself; a failing one is answered with its own outcome."""
    answered: list[Json] = []
    for number, item in enumerate(_items(bundle)):
        place = f"Bundle.entry[{number}]"
        try:
            entry = _entry(item, place, base, headers)
            reply = interactions.perform(replace(entry.request, in_batch=True))
            interactions.store.settle()
            answered.append(_answer(reply, entry.request, interactions.knobs))
        except RequestRefused as failure:
            named = failure if failure.diagnostics.startswith(place) else failure.at(place)
            answered.append({"response": {"status": _status(named.status), "outcome": named.resource()}})
    return answered


def _linked(value: Any, places: Mapping[str, str]) -> Any:
    """A copy in which links to what is there by now are replaced."""
    if isinstance(value, str):
        return places.get(value, value)
    if isinstance(value, dict):
        return {name: _linked(each, places) for name, each in value.items()}
    return [_linked(each, places) for each in value] if isinstance(value, list) else value


def _each_for_itself(interactions: Interactions, bundle: Json, base: str, headers: Mapping[str, str]) -> list[Json]:
    """A transaction that is none: links to what was written before are replaced, a failing entry stops nothing."""
    places: dict[str, str] = {}
    answered: list[Json] = []
    for item in _items(bundle):
        linked = _linked(item, places)
        (answer,) = _batch(interactions, {"entry": [linked]}, base, headers)
        answered.append(answer)
        location = str(answer["response"].get("location", "")).partition("/_history")[0]
        if item.get("fullUrl") and location:
            places[item["fullUrl"]] = "/".join(location.rsplit("/", 2)[-2:])
    return answered


class Transaction:
    """One transaction under way."""

    def __init__(self, interactions: Interactions, entries: list[TransactionEntry]) -> None:
        self._do = interactions
        self._entries = entries
        self._links: dict[str, str] = {}
        self._planned: dict[tuple[str, str], TransactionEntry] = {}
        self._found: dict[tuple[str, str], str] = {}
        self._written: list[tuple[TransactionEntry, frozenset[str]]] = []

    def run(self) -> list[Json]:
        """All of it, or a Failure and nothing."""
        mark = self._do.store.mark()
        try:
            self._check_shape()
            deleted = [self._guarded(each, self._delete) for each in self._of("DELETE")]
            self._plan()
            for method in ("POST", "PUT"):
                for entry in self._of(method):
                    self._guarded(entry, self._write)
            self._check_references(deleted)
            for entry in self._of("GET"):
                self._guarded(entry, self._get)
        except RequestRefused:
            self._do.store.rollback(mark)
            raise
        self._do.store.settle()
        return [_answer(each.reply, each.request, self._do.knobs) for each in self._entries if each.reply]

    def _of(self, method: str) -> list[TransactionEntry]:
        return [each for each in self._entries if each.request.method == method]

    def _guarded(self, entry: TransactionEntry, act: Callable[[TransactionEntry], None]) -> str:
        try:
            act(entry)
        except RequestRefused as failure:
            raise failure.at(entry.place) from None
        return entry.key

    def _check_shape(self) -> None:
        changed_keys: set[str] = set()
        for entry in self._entries:
            method, segments = entry.request.method, entry.request.segments
            if entry.condition and not self._do.knobs.conditions_in_transaction:
                words = "this transaction takes no condition."
                raise RequestRefused(400, "not-supported", words).at(entry.place)
            length = {"POST": 1, "PUT": 2, "DELETE": 2}.get(method)
            if method == "GET":
                continue
            if length is None or len(segments) != length or entry.request.pairs:
                problem = RequestRefused(
                    400, "not-supported", "this method and url are not supported in a transaction."
                )
                raise problem.at(entry.place)
            entry.key = "/".join(segments) if length == 2 else ""
            if entry.key and entry.key in changed_keys:
                raise RequestRefused(400, "invalid", f"{entry.key} is changed twice in this transaction.").at(
                    entry.place
                )
            changed_keys.add(entry.key)

    def _delete(self, entry: TransactionEntry) -> None:
        """Deletes without asking who refers to it: that is checked when all is written."""
        type_, id_ = entry.request.segments
        self._do.check_taken(entry.request, type_, "delete")
        self._do.check_version(type_, id_, entry.request.headers.get("if-match", ""))
        entry.reply = Reply(204, self._do.store.delete(type_, id_, self._do.now()))

    # Ids first

    def _plan(self) -> None:
        for entry in self._of("PUT"):
            self._link(entry)
        waiting = []
        for entry in self._of("POST"):
            if entry.condition and self._do.knobs.conditional_create:
                waiting.append(entry)
            else:
                entry.key = f"{entry.type}/{self._do.new_id()}"
                self._link(entry)
        self._plan_conditional(waiting)

    def _plan_conditional(self, waiting: list[TransactionEntry]) -> None:
        """A condition may itself hold a link to another conditional entry, so ready ones go first."""
        ours = {each.full_url for each in waiting if each.full_url.startswith("urn:")}
        while waiting:
            ready = [each for each in waiting if not any(url in each.condition for url in ours - {each.full_url})]
            for entry in ready or waiting:  # a ring of conditions: then as they come
                self._guarded(entry, self._match)
                ours.discard(entry.full_url)
            waiting = [each for each in waiting if not each.key]

    def _match(self, entry: TransactionEntry) -> None:
        condition = entry.condition
        for url, key in self._links.items():
            if url in condition:
                condition = condition.replace(url, key)
        same = self._planned.get((entry.type, condition))
        if same is not None:  # equal keys in one Bundle: one resource
            entry.key, entry.existing = same.key, True
        else:
            existing_id = self._do.existing(entry.type, condition)
            entry.key = f"{entry.type}/{existing_id or self._do.new_id()}"
            entry.existing = existing_id is not None
            self._planned[(entry.type, condition)] = entry
        self._link(entry)

    def _link(self, entry: TransactionEntry) -> None:
        if not entry.full_url:
            return
        if self._links.get(entry.full_url, entry.key) != entry.key:
            raise RequestRefused(400, "invalid", f"{entry.place}.fullUrl stands on another entry too.", entry.place)
        self._links[entry.full_url] = entry.key

    def _find(self, type_: str, condition: str) -> str:
        """A conditional reference: to a resource this Bundle makes under that condition, or to a stored one."""
        asked = (type_, condition)
        if asked not in self._found:
            planned = self._planned.get(asked)
            self._found[asked] = planned.key if planned else self._do.find(type_, condition)
        return self._found[asked]

    # Then the writes

    def _write(self, entry: TransactionEntry) -> None:
        request, store = entry.request, self._do.store
        resource = self._do.writable(request, entry.type)
        type_, _, id_ = entry.key.partition("/")
        before = store.current(type_, id_)
        if request.method == "PUT":
            self._do.check_id(type_, id_, resource)
            self._do.check_there(type_, id_)
            self._do.check_version(type_, id_, request.headers.get("if-match", ""), in_transaction=True)
        elif entry.existing:
            entry.reply = self._answered(200, store.living(type_, id_))
            return
        else:
            check_new(resource, self._do.knobs, store)
        targets = resolve(resource, self._links, self._find)
        version = store.write(type_, id_, resource, targets, request.method, self._do.now())
        self._written.append((entry, targets))
        self._do.created_by[version.key] = self._do.requests
        entry.reply = self._answered(200 if before and before.resource is not None else 201, version)

    def _answered(self, status: int, version: Version) -> Reply:
        return Reply(status, version, b"", place(version, self._do.knobs))

    def _check_references(self, deleted: list[str]) -> None:
        for entry, targets in self._written:
            try:
                self._do.check_targets(entry.type, targets, entry.key)
            except RequestRefused as failure:
                raise failure.at(entry.place) from None
        places = {each.key: each.place for each in self._of("DELETE")}
        for key in deleted:
            if not self._do.store.exists(key) and (by := self._do.store.referrers(key)):
                raise referenced(key, min(by)).at(places[key])

    def _get(self, entry: TransactionEntry) -> None:
        entry.reply = self._do.perform(entry.request)


def _status(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def _answer(reply: Reply, request: SandboxRequest, knobs: Knobs) -> Json:
    """The response entry: for a GET what was read, for a write where it is now."""
    response: Json = {"status": _status(reply.status)}
    if reply.location:
        response["location"] = reply.location
    if reply.version:
        if knobs.versions:
            response["etag"] = f'W/"{reply.version.number}"'
        response["lastModified"] = reply.version.updated
    wanted = request.method == "GET" or request.segments[-1] == "_search"
    body = reply.body if wanted else b""
    if "return=representation" in request.headers.get("prefer", "") and reply.version and reply.version.body:
        body = shown(reply.version, knobs)
    return {"resource": embedded(body), "response": response} if body else {"response": response}
