"""Searchset and batch-response Bundles, read entry by entry so that one odd entry spoils nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record, codings, dig


class _PageLink(msgspec.Struct):
    relation: str = ""
    url: str = ""


class _Search(msgspec.Struct):
    mode: Any = ""


class _EntryResponse(msgspec.Struct, rename="camel"):
    status: str = ""
    location: str = ""
    etag: str = ""
    outcome: msgspec.Raw = msgspec.Raw()


class _PageEntry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw()
    search: _Search | None = None
    response: _EntryResponse | None = None


class _Bundle(msgspec.Struct, rename="camel"):
    resource_type: str
    type: str = ""
    total: Any = None
    link: msgspec.Raw = msgspec.Raw()
    entry: msgspec.Raw = msgspec.Raw()


_bundle = msgspec.json.Decoder(_Bundle)
_several = msgspec.json.Decoder(list[msgspec.Raw])
_link = msgspec.json.Decoder(_PageLink)
_entry = msgspec.json.Decoder(_PageEntry)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: its records, the link to the next, and what could not be understood (without contents)."""

    records: tuple[Record, ...]
    next: str | None
    total: int | None
    odd: tuple[str, ...] = ()
    included: frozenset[tuple[str, str]] = frozenset()
    """Type and id of what came along with what was searched for."""
    withheld: bool = False
    """Whether the server says that it has left something out: what came is not all that there is."""


LEFT_OUT = frozenset({"suppressed", "security", "forbidden", "incomplete"})
"""Issue types of R4 by which a server says in an answer that is well otherwise that it is not all: for want of access,
or because a source of its own did not answer."""
LEFT_OUT_BY_EPIC = frozenset({"59204"})
"""The same among Epic's own codes: "Results of this sub-type will not be returned" (seen in issue 278 of
onc-healthit/onc-certification-g10-test-kit). Its 4119, "may not contain the entire record", is on every answer."""


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """The answer to one entry of a batch or transaction."""

    status: int
    location: str
    etag: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Holding:
    """What a Bundle holds; a list that a server wrote as its only item is a list of one."""

    links: tuple[_PageLink, ...]
    entries: tuple[msgspec.Raw, ...]
    total: int | None


def _read(body: bytes, *types: str) -> _Holding:
    try:
        bundle = _bundle.decode(body)
        links = tuple(_link.decode(link) for link in _items(bundle.link))
        entries = _items(bundle.entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJson(f"no Bundle: {error}") from None
    if bundle.resource_type != "Bundle" or bundle.type not in types:
        raise NotJson(f"a Bundle of type {' or '.join(types)} was expected, this is {bundle.resource_type}")
    return _Holding(links, entries, _whole(bundle.total))


def _items(raw: msgspec.Raw) -> tuple[msgspec.Raw, ...]:
    """The items of a list; of one that a server wrote without brackets, the only one."""
    text = bytes(raw).strip()
    if text in (b"", b"null"):
        return ()
    return tuple(_several.decode(text)) if text.startswith(b"[") else (raw,)


def _whole(total: Any) -> int | None:
    """A total; some servers write it as a text."""
    if isinstance(total, str) and total.isascii() and total.isdigit():
        return int(total)
    return total if isinstance(total, int) and not isinstance(total, bool) else None


def read_history(body: bytes, home: Home) -> tuple[Record, ...]:
    """The versions of a resource, as its history gives them: newest first. Raises `NotJson` if it is not a history."""
    return _page(_read(body, "history"), home, {}).records


def read_page(body: bytes, home: Home, by_text: dict[bytes, Record] | None = None) -> Page:
    """Reads a searchset. Raises `NotJson` for anything else. Of what came before from the same home, byte by byte the
    same (a page that is asked for again, a measurement that two needs bring), `by_text` has the record, and takes
    it."""
    return _page(_read(body, "searchset"), home, {} if by_text is None else by_text)


def _page(bundle: _Holding, home: Home, by_text: dict[bytes, Record]) -> Page:
    records: list[Record] = []
    odd: list[str] = []
    included: set[tuple[str, str]] = set()
    withheld = False
    for raw in bundle.entries:
        try:
            entry = _entry.decode(raw)
            text = bytes(entry.resource)
            if entry.search and entry.search.mode == "outcome":
                withheld = withheld or _says_left_out(text)
                continue
            if not text:
                continue
            if text not in by_text:
                record = Record(text, home=home.name, bases=home.bases, others=home.others)
                _ = record.json  # what cannot be parsed to its end is odd, here and not later
                by_text[text] = record
            record = by_text[text]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, NotJson):
            odd.append("a resource that cannot be read")
            continue
        if not record.id:
            odd.append(f"a {record.type} without id")
            continue
        records.append(record)
        if entry.search and entry.search.mode == "include":
            included.add((record.type, record.id))
    following = next((link.url for link in bundle.links if link.relation == "next"), None)
    return Page(tuple(records), following, bundle.total, tuple(odd), frozenset(included), withheld)


def _says_left_out(text: bytes) -> bool:
    """Whether an OperationOutcome beside what was found says that something was left out of it."""
    try:
        outcome = decode(text) if text else None
    except NotJson:
        return False
    issues = [issue for issue in dig(outcome, "issue") if isinstance(issue, dict)]
    of_epic = {code for issue in issues for _, code in codings(issue, "details")}
    return any(issue.get("code") in LEFT_OUT for issue in issues) or not LEFT_OUT_BY_EPIC.isdisjoint(of_epic)


class OtherNumber(NotJson):
    """A Bundle answers another number of entries than were asked."""


def read_answers(body: bytes, expected: int) -> tuple[EntryAnswer, ...]:
    """Reads a batch or transaction response. Raises `NotJson` when it is none, `OtherNumber` when it answers another
    number of entries."""
    bundle = _read(body, "batch-response", "transaction-response")
    if len(bundle.entries) != expected:
        raise OtherNumber(f"{len(bundle.entries)} answers to {expected} entries")
    answers = []
    for raw in bundle.entries:
        try:
            entry = _entry.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NotJson(f"no response entry: {error}") from None
        response = entry.response or _EntryResponse()
        status = response.status[:3]
        body = bytes(entry.resource) or bytes(response.outcome)
        answers.append(
            EntryAnswer(
                int(status) if status.isascii() and status.isdigit() else 0, response.location, response.etag, body
            )
        )
    return tuple(answers)


def batch(targets: list[str]) -> Json:
    """A batch Bundle of reads."""
    return {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": "GET", "url": target}} for target in targets],
    }


def count_of(body: bytes) -> int | None:
    """The total of a `_summary=count` answer."""
    try:
        bundle = decode(body)
    except NotJson:
        return None
    total = bundle.get("total") if isinstance(bundle, dict) else None
    return total if isinstance(total, int) else None
