"""Sends what was prepared: as one transaction, or as ordered single writes (rules R3, R4, R6).

This module sends and reports; it never decides what a failure meant. If the server returns 409 or 412, or does not
answer, the runner finds that out by reading (`diagnosis.look`), never from the text of an answer: HAPI words one race
in three ways, all with the code `processing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from carefhir.codes import COMMAND_KEY
from carefhir.fhir.bundle import Entry, Prepared, resolved
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import match_query, strings_in
from carefhir.fhir.codec import Json, NotJson, decode_object, digest, encode
from carefhir.fhir.elsewhere import written_out
from carefhir.fhir.homes import Home
from carefhir.fhir.pages import OtherNumber, read_answers, read_page
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import FHIR_JSON, Failure, Flow, Request, Response, ask, exchange, get, post_search
from carefhir.fhir.withdrawn import in_order, not_withdrawn

How: TypeAlias = Literal["created", "found", "amended"]
CommitWay: TypeAlias = Literal["transaction", "single writes"]


@dataclass(frozen=True, slots=True)
class Wrote:
    """The result of one entry: `found` means that a resource with our key already existed."""

    part: str
    reference: str
    version: str
    how: How
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where sending stopped, and why: an answer, or a reason of our own (`why`)."""

    part: str
    answer: Response | Failure | None = None
    why: str = ""


@dataclass(slots=True)
class Sent:
    """What a commit wrote: complete if nothing stopped it."""

    wrote: dict[str, Wrote] = field(default_factory=dict)
    stopped: Stopped | None = None
    in_part: bool = False
    """Whether a transaction was answered with 200 and carried out in part: this server has none."""
    notes: list[str] = field(default_factory=list)


Accept: TypeAlias = Callable[[Entry, Record], str | None]
"""Judges a resource found with our key: None to go on, else why the act must stop."""


def best_commit_way(capabilities: Capabilities, prepared: Prepared) -> CommitWay:
    """One Bundle where the server states transactions, and conditional creates for the types concerned; else single
    writes, where their absence can be made up for. Versions are compared before either, if nothing better is known."""
    safe = all(capabilities.of(entry.type).conditional_create for entry in prepared.entries if entry.creates)
    return "transaction" if capabilities.transaction and safe else "single writes"


def unproven(prepared: Prepared, capabilities: Capabilities) -> list[Entry]:
    """The amendments of types whose versions the server is not known to check."""
    amended = (entry for entry in prepared.entries if not entry.creates)
    return [entry for entry in amended if not entry.version or not capabilities.of(entry.type).if_match]


def moved_before(entries: Sequence[Entry], home: Home) -> Flow[Stopped | None]:
    """Compares the versions of what is to be amended, just before it is; where there are none, all that it says."""
    answers = yield from retrying(exchange(get(one.reference, home=home.name) for one in entries))
    for entry, answer in zip(entries, answers, strict=True):
        now = record_of(answer, home)
        if now is None or now.version != entry.version or (entry.was and digest(now.json) != entry.was):
            return Stopped(entry.part, Response(412), why="its version moved just before it was to be written")
    return None


NO_VERSIONS = "the server gives no versions; what it says was compared just before writing"
COMPARED = "whether the server checks versions is not proven; compared just before writing"


def send_transaction(prepared: Prepared, home: Home, capabilities: Capabilities) -> Flow[Sent]:
    """POSTs the Bundle: all or nothing."""
    sent = Sent()
    doubtful = unproven(prepared, capabilities)
    sent.stopped = yield from moved_before(doubtful, home)
    if sent.stopped is not None:
        return sent
    sent.notes += [f"{', '.join(one.reference for one in doubtful)}: {COMPARED}"] if doubtful else []
    headers = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON))
    answer = yield from ask(Request("POST", "", headers, encode(prepared.body()), home=home.name))
    if isinstance(answer, Failure) or answer.status != 200:
        sent.stopped = Stopped("the transaction", answer)
        return sent
    try:
        answers = read_answers(answer.body, len(prepared.entries))
    except OtherNumber:
        sent.stopped, sent.in_part = Stopped("the transaction", answer), True
        return sent
    except NotJson:
        sent.stopped = Stopped("the transaction", Failure("broken", True, "the answer could not be read"))
        return sent
    if not all(200 <= one.status < 300 for one in answers):
        sent.stopped, sent.in_part = Stopped("the transaction", answer), True
        return sent
    for entry, entry_answer in zip(prepared.entries, answers, strict=True):
        reference, version = _place(entry_answer.location, entry.reference)
        how: How = "amended" if not entry.creates else "found" if entry_answer.status == 200 else "created"
        sent.wrote[entry.part] = Wrote(entry.part, reference, version or _bare(entry_answer.etag), how)
    return sent


def read_back(wrote: Sequence[Wrote], home: Home) -> Flow[dict[str, Record]]:
    """Reads what was written or found at its place, by part; what can't be read is left out."""
    answers = yield from retrying(exchange(get(one.reference, home=home.name) for one in wrote))
    records = ((one.part, record_of(answer, home)) for one, answer in zip(wrote, answers, strict=True))
    return {part: record for part, record in records if record is not None}


@dataclass(frozen=True, slots=True)
class Resumed:
    """What is known when single writes go on after something else has written a part of them."""

    wrote: Mapping[str, Wrote] = field(default_factory=dict)
    """By part: what is in place."""
    unlinked: Mapping[str, Record] = field(default_factory=dict)
    """By part: what was amended with links that lead nowhere; it is amended once more."""
    completes_receipt: bool = False
    """Whether a receipt that is found gets the targets it lacks."""


def send_singly(
    prepared: Prepared, home: Home, capabilities: Capabilities, accept: Accept, *, resumed: Resumed = Resumed()
) -> Flow[Sent]:
    """Writes the entries one by one, links resolved as they come, receipt last; goes on after what `resumed` holds.

    Where the server refuses the very first, nothing is written. Later, what it refuses for what it is keeps back what
    links to it, every amendment and the receipt, and nothing else: a Task that is to be done today is created beside a
    score that the server will not have.

    What is found under our keys may hold links of this act that lead nowhere, where a server carried a transaction out
    in part: they are put right.
    """
    sent = Sent(dict(resumed.wrote))
    lacking: set[str] = set()
    for entry in prepared.entries:
        if entry.part in sent.wrote:
            continue
        if lacking and (not entry.creates or lacking & set(strings_in(entry.resource))):
            continue
        references_by_urn = {
            one.urn: sent.wrote[one.part].reference for one in prepared.entries if one.part in sent.wrote
        }
        if entry.creates:
            reached = yield from _create(entry, references_by_urn, home, capabilities, sent)
        else:
            now = resumed.unlinked.get(entry.part)
            entry = entry if now is None else replace(entry, version=now.version)
            reached = yield from _update(entry, references_by_urn, home, capabilities, sent)
        if isinstance(reached, Wrote) and reached.how == "found" and entry.creates:
            complete = resumed.completes_receipt and entry is prepared.receipt
            reached = yield from _put_right(entry, reached, references_by_urn, home, complete=complete)
        if isinstance(reached, Stopped):
            sent.stopped = sent.stopped or reached
            if not (entry.creates and _refused(reached) and sent.wrote):
                return sent
            lacking.add(entry.urn)
            continue
        if reached.how == "found" and reached.record is not None and entry is not prepared.receipt:
            objection = accept(entry, reached.record)
            if objection:
                sent.stopped = Stopped(entry.part, why=objection)
                return sent
        sent.wrote[entry.part] = reached
    return sent


LOST = frozenset({408, 409, 412, 429, 500, 502, 503, 504})
"""Statuses after which nothing is known until it has been read; anything else in 4xx is the server's plain no."""


def _refused(stopped: Stopped) -> bool:
    """Whether the server said no to this very resource."""
    answer = stopped.answer
    return isinstance(answer, Response) and 400 <= answer.status < 500 and answer.status not in (401, *LOST)


def _put_right(
    entry: Entry, wrote: Wrote, references_by_urn: dict[str, str], home: Home, *, complete: bool
) -> Flow[Wrote | Stopped]:
    """Replaces the links of a resource that was found which lead nowhere; adds the targets that a receipt lacks."""
    record = wrote.record or record_of((yield from retrying(ask(get(wrote.reference, home=home.name)))), home)
    if record is None:
        return wrote
    becomes = resolved(record.json, references_by_urn)
    if complete:
        targets = becomes.get("target", [])
        wanted = resolved(entry.resource, references_by_urn)["target"]
        if any(one not in targets for one in wanted):
            becomes = {**becomes, "target": wanted + [one for one in targets if one not in wanted]}
    if becomes == record.json:
        return replace(wrote, record=record)
    answer = yield from put(record, becomes, home)
    if isinstance(answer, Failure) or not succeeded(answer):
        return Stopped(entry.part, answer)
    now = record_of(answer, home)
    _, version = _place(answer.headers.get("location", ""), "")
    return replace(wrote, version=version or (now.version if now else ""), record=now or record)


def put(record: Record, becomes: Json, home: Home) -> Flow[Response | Failure]:
    """Writes a resource over the version that was read."""
    headers = [("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON)]
    headers += [("If-Match", f'W/"{record.version}"')] if record.version else []
    return (
        yield from _sent(
            Request("PUT", record.reference, tuple(headers), encode(written_out(becomes, home.others)), home=home.name)
        )
    )


def succeeded(answer: Response | Failure) -> bool:
    """Whether an answer says that a write was carried out (`_sent` has looked who says so)."""
    return isinstance(answer, Response) and answer.status in (200, 201)


def _sent(request: Request) -> Flow[Response | Failure]:
    """Sends a write. A success that does not speak of a resource (a page to sign in at, an answer that ends in its
    middle) is no word of the FHIR server: nothing is known until it has been read."""
    answer = yield from ask(request)
    if succeeded(answer) and isinstance(answer, Response) and not _speaks_of(answer, request.target.partition("/")[0]):
        return Failure("broken", True, "the answer is not about the resource")
    return answer


def _speaks_of(answer: Response, type_: str) -> bool:
    """Whether an answer holds a resource of this type, or says where or at which version one is now."""
    if answer.body.strip():
        try:
            named = decode_object(answer.body).get("resourceType")
        except NotJson:
            return False
        if named != "OperationOutcome":
            return bool(named == type_)
    return bool(_place(answer.headers.get("location", ""), "")[0] or answer.headers.get("etag"))


def relinked(records: Iterable[Record], references_by_urn: Mapping[str, str], home: Home) -> Flow[tuple[str, ...]]:
    """Puts links right that lead nowhere; gives the references of those where that was not taken."""
    refused = []
    for record in records:
        becomes = resolved(record.json, references_by_urn)
        if becomes != record.json:
            answer = yield from put(record, becomes, home)
            if not succeeded(answer):
                refused.append(record.reference)
    return tuple(refused)


def _create(
    entry: Entry, references_by_urn: dict[str, str], home: Home, capabilities: Capabilities, sent: Sent
) -> Flow[Wrote | Stopped]:
    conditional = capabilities.of(entry.type).conditional_create
    if not capabilities.keeps_apart(entry.type):
        there = yield from _matching(entry, home)
        if isinstance(there, Stopped):
            return there
        if there:
            return Wrote(entry.part, there[0].reference, there[0].version, "found", there[0])
    headers = [("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON)]
    if conditional:
        headers.append(("If-None-Exist", entry.match))
    body = encode(resolved(entry.resource, references_by_urn))
    answer = yield from _sent(Request("POST", entry.type, tuple(headers), body, home=home.name))
    if isinstance(answer, Failure) or not succeeded(answer):
        return Stopped(entry.part, answer)
    record = record_of(answer, home)
    reference, version = _place(answer.headers.get("location", ""), record.reference if record else "")
    how: How = "found" if answer.status == 200 else "created"
    if not conditional or not reference or (how == "found" and record is None):
        there = yield from _matching(entry, home)
        if isinstance(there, Stopped):
            return there
        if not there and not reference:
            return Stopped(entry.part, Failure("broken", True, "no place was answered, and it is not found by its key"))
        if not there and not (yield from read_back([Wrote(entry.part, reference, version, how)], home)):
            return Stopped(entry.part, why="it was accepted, but cannot be found again")
        if there:
            record, reference, version = there[0], there[0].reference, there[0].version
        if not conditional:
            sent.notes.append(f"{entry.part}: the server has no conditional create; searched before and after writing")
    return Wrote(entry.part, reference, version or (record.version if record else ""), how, record)


def _update(
    entry: Entry, references_by_urn: dict[str, str], home: Home, capabilities: Capabilities, sent: Sent
) -> Flow[Wrote | Stopped]:
    headers = [("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON)]
    headers += [("If-Match", f'W/"{entry.version}"')] if entry.version else []
    if not capabilities.of(entry.type).if_match or not entry.version:
        stopped = yield from moved_before([entry], home)
        if stopped is not None:
            return stopped
        sent.notes.append(f"{entry.reference}: {COMPARED if entry.version else NO_VERSIONS}")
    body = encode(resolved(entry.resource, references_by_urn))
    answer = yield from _sent(Request("PUT", entry.reference, tuple(headers), body, home=home.name))
    if isinstance(answer, Failure) or not succeeded(answer):
        return Stopped(entry.part, answer)
    record = record_of(answer, home)
    _, version = _place(answer.headers.get("location", ""), "")
    etag = _bare(answer.headers.get("etag", ""))
    return Wrote(entry.part, entry.reference, version or etag or (record.version if record else ""), "amended", record)


def _matching(entry: Entry, home: Home) -> Flow[list[Record] | Stopped]:
    """The resources that have an entry's key now: searched by the key and, since a server may never find anything by
    it, by the tag that everything of this command carries."""
    if entry.ours:
        request = get(f"{entry.type}?{entry.match}", home=home.name)
    else:
        request = post_search(entry.type, entry.match, home=home.name)
    tagged = get(f"{entry.type}?{match_query(COMMAND_KEY, entry.command, '_tag')}", home=home.name)
    answer, other = yield from retrying(exchange((request, tagged)))
    if isinstance(answer, Failure) or answer.status != 200:
        return Stopped(entry.part, answer)
    try:
        records = read_page(answer.body, home).records
    except NotJson:
        return Stopped(entry.part, Failure("broken", True, "the answer could not be read"))
    carrying = {one.reference: one for one in (*records, *_shown(other, home)) if entry.carried_by(one.json)}
    # Of twins, what is not marked entered-in-error, the one to keep first; they are settled when all is written.
    return in_order(not_withdrawn(list(carrying.values())))


def _shown(answer: Response | Failure, home: Home) -> tuple[Record, ...]:
    """What a search brought; nothing where it was not taken."""
    if isinstance(answer, Failure) or answer.status != 200:
        return ()
    try:
        return read_page(answer.body, home).records
    except NotJson:
        return ()


def record_of(answer: Response | Failure, home: Home) -> Record | None:
    """The resource in an answer to a read or a write; None where there is none."""
    if isinstance(answer, Failure) or answer.status not in (200, 201) or not answer.body:
        return None
    try:
        record = Record(answer.body, home=home.name, bases=home.bases, others=home.others)
    except NotJson:
        return None
    return record if record.id and record.type != "OperationOutcome" else None


def place_of_created(answer: Response | Failure, home: Home) -> str:
    """Where what was created stands (`Type/ID`), as the answer says; "" where it does not."""
    if not succeeded(answer) or isinstance(answer, Failure):
        return ""
    record = record_of(answer, home)
    return record.reference if record else _place(answer.headers.get("location", ""), "")[0]


_location = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([^/?]+))?$")


def _place(location: str, otherwise: str) -> tuple[str, str]:
    """(Type/id, version) of a Location, which may be relative; what we know already where it says nothing."""
    match = _location.search(location)
    if not match:
        return otherwise, ""
    return f"{match[1]}/{match[2]}", match[3] or ""


def _bare(etag: str) -> str:
    """The version inside an ETag: HAPI's Bundle entries say `6`, its headers `W/"6"`."""
    return etag.removeprefix("W/").strip('"')
