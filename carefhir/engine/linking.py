"""Joins a record of an EHR with one on the main home: the link that everything else rests on (rule R7).

Never by name: by the identifier of an earlier link, by one that both records have, or because a person says so. What is
not one and the same beyond doubt stops, and a person decides. Where nobody is on the main home yet, a record is made
there that says who it is and whence: a shadow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from carefhir.errors import BadInput, ServerUnfit, ServerUnreachable
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import Json, NotJson, copied, encode
from carefhir.fhir.commit import put, record_of, succeeded
from carefhir.fhir.elsewhere import OtherNames
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.pages import read_page
from carefhir.fhir.record import Record, dig, first_text, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import query_text
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import FHIR_JSON, Failure, Flow, Request, ask, get, post_search

LINKED = ("Patient", "Practitioner")
SAID = frozenset(
    "resourceType identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime address "
    "communication".split()
)
"""What a shadow says: who somebody is, and how to reach them; nothing that points elsewhere."""
CONTRADICTING = ("birthDate", "gender")
"""What must not differ where two records have one number."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A record of an EHR, and the one here that it is."""

    place: str
    """Where it is on the EHR: `Patient/ID`."""
    reference: str
    """The record on the main home: `Patient/ID`."""
    how: Literal["linked before", "joined", "made"]


def link(place: str, server: Server, other: OtherHome, *, to: str = "") -> Flow[Linked]:
    """Finds or makes the link of a Patient or Practitioner of an EHR. `to` is the record here, where a person knows it.

    Raises `BadInput` where it is not clear who it is, naming all who it may be; `ServerUnreachable`, `ServerUnfit`.
    """
    type_ = place.partition("/")[0]
    if relative(place) != place or type_ not in LINKED:
        raise BadInput(f"link: expected {' or '.join(f'{each}/ID' for each in LINKED)}, as the EHR has it")
    theirs = yield from _read(place, other.home)
    key = other.names.identifier(place)
    before = yield from _found(type_, [key], server.home)
    if len(before) > 1:
        raise BadInput(f"{place} is linked to {_names(before)}: a person must decide which of these it is")
    if before and to and before[0].reference != to:
        raise BadInput(f"{place} is linked to {before[0].reference} already, and not to {to}")
    if before:
        return Linked(place, before[0].reference, "linked before")
    if to:
        ours = yield from _read(to, server.home)
        return (yield from _joined(theirs, ours, other, server.home))
    numbers = [one for one in dig(theirs.json, "identifier") if isinstance(one, dict) and one.get("system")]
    same = yield from _found(type_, numbers, server.home)
    if len(same) > 1:
        raise BadInput(f"{place} has a number of {_names(same)}: a person must decide which of these it is (--to)")
    if same:
        return (yield from _joined(theirs, same[0], other, server.home))
    shadow = yield from _made(theirs, other, server.home, server.capabilities)
    return Linked(place, shadow, "made")


def linked(place: str, server: Server, names: OtherNames) -> Flow[str]:
    """Who somebody of an EHR is on the main home: `Patient/ID`; "" where nobody is linked. Raises `BadInput` where
    several are, naming them; `ServerUnreachable`, `ServerUnfit`."""
    before = yield from _found(place.partition("/")[0], [names.identifier(place)], server.home)
    if len(before) > 1:
        raise BadInput(f"{place} is linked to {_names(before)}: a person must decide which of these it is")
    return before[0].reference if before else ""


def _names(records: list[Record]) -> str:
    return " and ".join(record.reference for record in records)


def _read(place: str, home: Home) -> Flow[Record]:
    answer = yield from retrying(ask(get(place, home=home.name)))
    record = record_of(answer, home)
    if record is not None and record.reference == place:
        return record
    if isinstance(answer, Failure):
        raise ServerUnreachable(f"{home.name}: reading {place}: {in_words(answer)}", sent=answer.sent)
    if answer.status in (404, 410):
        raise BadInput(f"{place} is not on {home.name}, or is not visible to us")
    raise ServerUnfit(f"{home.name}: reading {place}: {in_words(answer)}")


def _found(type_: str, identifiers: list[Json], home: Home) -> Flow[list[Record]]:
    """The records with one of these identifiers; held against them, for a server may ignore what it does not know."""
    wanted = {(one.get("system"), one.get("value")) for one in identifiers if one.get("value")}
    if not wanted:
        return []
    tokens = ",".join(f"{system}|{value}" for system, value in sorted(wanted))
    answer = yield from retrying(ask(post_search(type_, query_text((("identifier", tokens),)), home=home.name)))
    if isinstance(answer, Failure):
        raise ServerUnreachable(f"looking for a link: {in_words(answer)}", sent=answer.sent)
    try:
        page = read_page(answer.body, home) if answer.status == 200 else None
    except NotJson:
        page = None
    if page is None:
        raise ServerUnfit(f"looking for a link: {in_words(answer)}")
    return [record for record in page.records if record.type == type_ and wanted & set(_numbers(record))]


def _numbers(record: Record) -> Iterator[tuple[Any, Any]]:
    for identifier in dig(record.json, "identifier"):
        if isinstance(identifier, dict):
            yield identifier.get("system"), identifier.get("value")


def _joined(theirs: Record, ours: Record, other: OtherHome, home: Home) -> Flow[Linked]:
    """Puts the place of the EHR's record on ours; both must be able to be one person."""
    if theirs.type != ours.type:
        raise BadInput(f"{theirs.reference} is no {ours.type}: {ours.reference} cannot be the same")
    if elsewhere := [place for place in other.names.places_of(ours.json) if place != theirs.reference]:
        raise BadInput(f"{ours.reference} is linked to {elsewhere[0]} of {other.home.name} already")
    for element in CONTRADICTING:
        texts = {text for record in (theirs, ours) if (text := first_text(record.json, element))}
        if len(texts) > 1:
            raise BadInput(f"{theirs.reference} and {ours.reference} have another {element}: they are not linked")
    becomes = copied(ours.json)
    becomes["identifier"] = [*dig(becomes, "identifier"), other.names.identifier(theirs.reference)]
    answer = yield from put(ours, becomes, home)
    if not succeeded(answer):
        raise ServerUnfit(f"linking {ours.reference}: {in_words(answer)}; link it again")
    return Linked(theirs.reference, ours.reference, "joined")


def _made(theirs: Record, other: OtherHome, home: Home, capabilities: Capabilities) -> Flow[str]:
    key = other.names.identifier(theirs.reference)
    shadow = {name: value for name, value in copied(theirs.json).items() if name in SAID}
    shadow["identifier"] = [*dig(shadow, "identifier"), key]
    shadow["meta"] = {"source": f"{other.names.base}/{theirs.reference}"}
    match = query_text((("identifier", f"{key['system']}|{key['value']}"),))
    condition = (("If-None-Exist", match),) if capabilities.of(theirs.type).conditional_create else ()
    headers = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON), *condition)
    answer = yield from ask(Request("POST", theirs.type, headers, encode(shadow), home=home.name))
    # Whatever was answered: what the server holds is read, and two of it are named.
    standing = yield from _found(theirs.type, [key], home)
    if len(standing) > 1:
        raise BadInput(f"{theirs.reference} was linked twice at once: {_names(standing)}; a person must remove one")
    if not standing:
        raise ServerUnfit(f"making a record for {theirs.reference}: {in_words(answer)}")
    return standing[0].reference
