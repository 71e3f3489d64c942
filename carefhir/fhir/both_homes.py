"""Reading from several homes as if they were one (rule R7).

Every need is asked for on the main home; what another home keeps, too, is asked for there in its own words: with the
ids that it has for the patient and for whoever acts, by the search parameters that it takes, in the categories by which
it wants to be asked. What comes is named as the main home names it (`fhir/elsewhere.py`) and held against the need once
more. So a step sees one set of records, and decides on it as on that of one server.

A home that does not answer, or to which the patient is not linked, is a gap with its name, never "none" (R10). So is
the main home, for what is only shown: a page goes on with what the other one has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from carefhir.codes import ELSEWHERE
from carefhir.errors import CarefhirError, ServerUnfit, ServerUnreachable
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import Json, NotJson
from carefhir.fhir.elsewhere import OtherNames, read_as_ours
from carefhir.fhir.gather import Gap, Records, gather, searching
from carefhir.fhir.homes import Home
from carefhir.fhir.pages import read_page
from carefhir.fhir.record import Record, dig, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Codes, Excluded, Filter, Follow, Identified, Named, Need, Of, Since, Slots
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Failure, Flow, exchange, get, together

COMPANION = "companion"
"""What the main home is called in a gap, where another one is read beside it."""
SHADOWED = ("Patient", "Practitioner", "Organization", "Encounter")
"""Types whose records can have one of their own on the main home."""
OURS = ("Provenance",)
"""Types that are asked for on the main home alone: the receipts of our acts."""
AT_ONCE = 40
"""Places looked up in one search."""


@dataclass(frozen=True, slots=True)
class SaidAlong:
    """What another home wants to be told with a search of a type; it leaves nothing out that is asked for otherwise."""

    param: str
    value: str

    def query(self, slots: Slots) -> str | None:
        return self.value

    def holds(self, resource: Json, slots: Slots) -> bool:
        return True


def gathered(needs: Sequence[Need], slots: Slots, server: Server, *, to_show: bool = False) -> Flow[Records]:
    """Reads everything the needs declare, from every home that has some of it. Raises `ServerUnreachable` or
    `ServerUnfit` when a required need fails; what is only shown (`to_show`) may lack what one of several homes keeps,
    and says so."""
    if not server.beside:
        return (yield from _of_main(needs, slots, server))
    flows = [
        _shown_of_main(needs, slots, server) if to_show else _of_main(needs, slots, server),
        *(_of_other(other, [_shown(need, to_show) for need in needs], slots, server) for other in server.beside),
    ]
    parts: list[Records] = yield from together(flows)
    merged = _merged(parts[0], parts[1:])
    if to_show:
        _somebody(needs, parts[0], merged)
    return merged


def _of_main(needs: Sequence[Need], slots: Slots, server: Server) -> Flow[Records]:
    return (yield from gather(needs, slots, server.capabilities, server.home, way=server.way))


def _shown_of_main(needs: Sequence[Need], slots: Slots, server: Server) -> Flow[Records]:
    """What the main home has of what is only shown; where it does not answer, everything of it is a gap. Who the
    patient is, another home can say; what else a page cannot do without, stops it as before."""
    try:
        if server.silent:
            raise ServerUnreachable(server.silent)
        wanted = [_shown(need, need.is_patient) for need in needs]
        records = yield from _of_main(wanted, slots, server)
    except CarefhirError as error:
        if any(not need.optional and not need.is_patient for need in needs):
            raise
        asked = (need for need in needs if need.beside is not None or need.query(slots) is not None)
        return Records({}, tuple(Gap(need.name, need.type, f"{COMPANION}: {error.message}") for need in asked))
    return replace(records, gaps=tuple(replace(gap, why=f"{COMPANION}: {gap.why}") for gap in records.gaps))


def of_companion(gap: Gap) -> bool:
    """Whether it is the main home that could not be read, beside another one."""
    return gap.why.startswith(f"{COMPANION}: ")


def _somebody(needs: Sequence[Need], main: Records, merged: Records) -> None:
    """Stops a page about somebody of whom no home could say who they are."""
    for need in needs:
        if need.is_patient and not need.optional and not merged[need.name] and not main.visible(need.name):
            whys = dict.fromkeys(gap.why for gap in merged.gaps if gap.need == need.name)
            raise ServerUnreachable(f"searching {need.type}: {'; '.join(whys)}")


def _shown(need: Need, to_show: bool) -> Need:
    return replace(need, optional=True) if to_show else need


def _of_other(other: OtherHome, needs: Sequence[Need], slots: Slots, server: Server) -> Flow[Records]:
    """What another home has of it, named as the main one names it."""
    if other.away:
        missed = [need for need in needs if need.type not in OURS and (not other.reads or need.type in other.reads)]
        return _complained(Records({}, tuple(_gap(other, need, other.away) for need in missed)), missed)
    wanted = [need for need in needs if _keeps(other, need)]
    listed = [need for need in wanted if need.beside is not None or not _about_somebody(need)]
    withheld = [need for need in wanted if need.type in other.withheld and need not in listed]
    wanted = [_without_withheld(need, other) for need in wanted if need not in listed and need not in withheld]
    gaps = (
        *(_gap(other, need, "is not asked for lists of people") for need in listed),
        *(_gap(other, need, NOT_LET) for need in withheld),
        *(Gap(each.name, each.type, f"{other.home.name}: {NOT_LET}") for each in _not_followed(needs, wanted, other)),
    )
    _complained(Records({}, gaps), withheld)
    if not wanted:
        return Records({}, gaps)
    if other.silent:
        return _complained(Records({}, (*gaps, *(_gap(other, need, other.silent) for need in wanted))), wanted)
    links, whys = yield from _links(other, slots, server)
    if slots.get("patient") and slots["patient"] not in links:
        unlinked = (_gap(other, need, whys.get(slots["patient"], UNLINKED)) for need in wanted)
        return _complained(Records({}, (*gaps, *unlinked)), wanted)
    theirs = _slots_there(other.names, slots, links)
    variants = {need.name: [*_variants(need, other.capabilities)] for need in wanted}
    asked = [replace(each, optional=True) for some in variants.values() for each in some]
    try:
        records = yield from gather(asked, theirs, other.capabilities, other.home)
    except CarefhirError as error:
        failed = (_gap(other, need, error.message) for need in wanted)
        return _complained(Records({}, (*gaps, *failed)), wanted)
    shadows = {place: ours for ours, place in links.items()}
    shadows |= yield from _shadows(records, other, server, shadows)
    by_need: dict[str, tuple[Record, ...]] = {}
    for need in wanted:
        own = {
            (record.type, record.id): record
            for each in variants[need.name]
            for record in records[each.name]
            if need.wants(record.json, theirs)
        }
        by_need[need.name] = tuple(_ours(record, other.names, shadows) for record in own.values())
    names = {each.name for some in variants.values() for each in some}
    for name in records.by_need.keys() - names:  # what references led to
        by_need[name] = tuple(_ours(record, other.names, shadows) for record in records[name])
    base = {each.name: name for name, some in variants.items() for each in some}
    gaps_there = tuple(
        replace(gap, need=base.get(gap.need, gap.need), why=f"{other.home.name}: {gap.why}", about=())
        for gap in records.gaps
    )
    return _complained(Records(by_need, (*gaps, *dict.fromkeys(gaps_there)), records.odd), wanted)


NOT_LET = "whoever is signed in there was not granted to read this"


def _without_withheld(need: Need, other: OtherHome) -> Need:
    return replace(need, follow=tuple(each for each in need.follow if each.type not in other.withheld))


def _not_followed(needs: Sequence[Need], wanted: Sequence[Need], other: OtherHome) -> Iterator[Follow]:
    """References that lead to what whoever asks may not read."""
    names = {need.name for need in wanted}
    for need in needs:
        if need.name in names:
            yield from (each for each in need.follow if each.type in other.withheld)


def _gap(other: OtherHome, need: Need, why: str) -> Gap:
    return Gap(need.name, need.type, f"{other.home.name}: {why}")


def _keeps(other: OtherHome, need: Need) -> bool:
    """Whether a home keeps what is needed, as it says itself, and is to be asked for it."""
    of_ours = any(not isinstance(each, Of | Codes | Since | Named) for each in need.where)
    return other.keeps(need.type) and need.type not in OURS and not of_ours


def _about_somebody(need: Need) -> bool:
    return any(isinstance(each, Of | Named) for each in need.where)


def _complained(records: Records, needs: Iterable[Need]) -> Records:
    """Stops a step if something that it must know could not be seen."""
    for need in needs:
        gap = next((gap for gap in records.gaps if gap.need == need.name), None)
        if gap is not None and not need.optional:
            raise ServerUnfit(f"searching {need.type}: {gap.why}")
    return records


UNLINKED = "the patient is not linked to a record there (carefhir link)"
UNKNOWN = "where the patient is there cannot be looked up now"
MOVED = "the patient is linked to another record there than when this was opened: launch again"


def _links(other: OtherHome, slots: Slots, server: Server) -> Flow[tuple[dict[str, str], dict[str, str]]]:
    """Of the people and places that the slots name: where they are on the other home, by their reference here. While
    the main home cannot say, as it was found before; and of whom it is not sure, and why."""
    named = (value for value in slots.values() if relative(value) and not other.names.place_of(value))
    people = tuple(dict.fromkeys(who for who in named if who.partition("/")[0] in SHADOWED))
    if server.silent:
        return _as_before(other, people)
    answers = yield from retrying(exchange(get(who, home=server.home.name) for who in people))
    links: dict[str, str] = {}
    unasked = []
    for who, answer in zip(people, answers, strict=True):
        if isinstance(answer, Failure) or answer.status not in (200, 404, 410):
            unasked.append(who)
            continue
        if answer.status != 200:
            continue
        try:
            record = Record(answer.body, home=server.home.name)
        except NotJson:
            continue
        places = [place for place in other.names.places_of(record.json) if place.startswith(f"{record.type}/")]
        if len(places) == 1:
            links[who] = places[0]
    moved = {who for who, place in links.items() if other.links.get(who, place) != place}
    links = {who: place for who, place in links.items() if who not in moved}
    before, unknown = _as_before(other, unasked)
    return {**links, **before}, {**unknown, **dict.fromkeys(moved, MOVED)}


def _as_before(other: OtherHome, people: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    links = {who: other.links[who] for who in people if who in other.links}
    return links, {who: UNKNOWN for who in people if who not in links}


def _slots_there(names: OtherNames, slots: Slots, links: Mapping[str, str]) -> dict[str, str]:
    """What the slots stand for on the other home; a record of the main home stands for nothing there."""
    theirs = {}
    for slot, value in slots.items():
        if relative(value) is None:
            theirs[slot] = value
        elif place := names.place_of(value) or links.get(value):
            theirs[slot] = place
    return theirs


def _variants(need: Need, capabilities: Capabilities) -> Iterator[Need]:
    """The searches that bring all of a need from a home: by parameters that it takes, in each category that it wants
    to be asked by."""
    parameters = capabilities.of(need.type).parameters | {"_id"}
    asked = tuple(each for each in need.where if each.param in parameters and not isinstance(each, Excluded))
    wanted = capabilities.asked_by.get(need.type)
    enough = (*wanted.enough, "_id") if wanted else ()
    if wanted is None or any(each.param in enough for each in asked):
        yield replace(need, where=asked, bounded=False)
        return
    for number, (param, value) in enumerate(wanted.values):
        where: tuple[Filter | Any, ...] = (*asked, SaidAlong(param, value))
        yield replace(need, name=f"{need.name} {number}", where=where, bounded=False)


def _ours(record: Record, names: OtherNames, shadows: Mapping[str, str]) -> Record:
    """A record of the other home, as the main one names it."""
    name = shadows.get(record.reference) or names.named(record.reference)
    return record.seen_as(name, read_as_ours(record.json, names, shadows), home=names.home)


def _shadows(records: Records, other: OtherHome, server: Server, linked: Mapping[str, str]) -> Flow[dict[str, str]]:
    """Who of those that the records name has a record on the main home: by the place on the other one."""
    places: dict[str, dict[str, None]] = {}
    for some in records.by_need.values():
        for record in some:
            for text in (record.reference, *_references(record.json)):
                place = relative(text.removeprefix(f"{other.names.base}/"))
                if place and place not in linked and place.partition("/")[0] in SHADOWED:
                    places.setdefault(place.partition("/")[0], {})[place] = None
    searches = [
        _lookup(type_, [*some][start : start + AT_ONCE], other.names, server.home)
        for type_, some in sorted(places.items())
        for start in range(0, len(some), AT_ONCE)
    ]
    if not searches or server.silent:
        return {}
    answers = yield from retrying(exchange(searches))
    found_there: dict[str, str] = {}
    for answer in answers:
        if isinstance(answer, Failure) or answer.status != 200:
            continue  # named by their place then, which says the same
        try:
            page = read_page(answer.body, server.home)
        except NotJson:
            continue
        for record in page.records:
            found_there |= dict.fromkeys(other.names.places_of(record.json), record.reference)
    return found_there


def _lookup(type_: str, places: Sequence[str], names: OtherNames, home: Home) -> Any:
    wanted = ",".join(f"{ELSEWHERE}|{names.base}/{place}" for place in places)
    need = Need("shadows", type_, (Identified("{places}"),))
    return searching(need, {"places": wanted}, home)


def _references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield str(value["reference"])
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _merged(main: Records, others: Sequence[Records]) -> Records:
    """The records of all homes. Of somebody who has a record on both, it is what the other home says, under the main
    one's name and version: there a step can write, and there is what another system keeps up to date."""
    by_need = {name: list(some) for name, some in main.by_need.items()}
    for records in others:
        for name, some in records.by_need.items():
            mine = by_need.setdefault(name, [])
            places = {record.reference: index for index, record in enumerate(mine)}
            for record in some:
                index = places.get(record.reference)
                if index is None:
                    mine.append(record)
                else:
                    mine[index] = _both(mine[index], record)
    return replace(
        main,
        by_need={
            name: tuple(sorted(some, key=lambda record: (record.type, record.id))) for name, some in by_need.items()
        },
        gaps=(*main.gaps, *(gap for records in others for gap in records.gaps)),
        odd=tuple(sorted({*main.odd, *(text for records in others for text in records.odd)})),
    )


def _both(shadow: Record, theirs: Record) -> Record:
    ours = [each for each in dig(shadow.json, "identifier") if each not in [*dig(theirs.json, "identifier")]]
    text = {**theirs.json, "id": shadow.id, "meta": shadow.json.get("meta", {})}
    text["identifier"] = [*dig(theirs.json, "identifier"), *ours]
    return shadow.seen_as(shadow.reference, text, home=shadow.home, version=shadow.version)
