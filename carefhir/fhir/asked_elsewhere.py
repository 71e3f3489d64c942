"""How another home is asked, and how what comes is named on the main one (rule R7).

Another home is asked in its own words: with the ids that it has for people and places, by the search parameters that it
states, in the categories by which it wants to be asked. A need that it could not be asked for by whom it is about is
not asked at all: the answer would be everybody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from carefhir.codes import ELSEWHERE
from carefhir.errors import CarefhirError
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import Json, NotJson
from carefhir.fhir.elsewhere import OtherNames, read_as_ours
from carefhir.fhir.gather import PAGE, Gap, Records, gather, searching
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.pages import read_page
from carefhir.fhir.record import Record, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import (
    ChangedSince,
    Codes,
    Excluded,
    Filter,
    Named,
    Need,
    Of,
    OfEach,
    Since,
    Slots,
    filled,
    query_text,
    token,
)
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.unused import EVIDENCE
from carefhir.fhir.wire import Failure, Flow, Request, exchange, get, post_search, together

NOT_LET = "whoever is signed in there was not granted to read this"
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


# ---- who is who


@dataclass(frozen=True, slots=True)
class Links:
    """Where some people and places of the main home are on another one."""

    places: Mapping[str, str] = field(default_factory=dict)
    """By their reference here."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Of whom the record here could not be read, and why: whether they are linked is not known."""
    twice: frozenset[str] = frozenset()
    """Who is linked to several records there: it is not known which they are."""
    moved: frozenset[str] = frozenset()
    """Who is linked to another record there than was known before."""

    def of(self, who: str, names: OtherNames) -> str | None:
        """The place of somebody there, by their name here."""
        return names.place_of(who) or self.places.get(who)

    def with_(self, others: Links) -> Links:
        """These and others."""
        return Links(
            {**self.places, **others.places},
            {**self.unread, **others.unread},
            self.twice | others.twice,
            self.moved | others.moved,
        )

    def as_before(self, before: Mapping[str, str]) -> Links:
        """These, where it is known from before where somebody is there (`OtherHome.links`): that counts while the main
        home cannot say, and whoever is linked otherwise now is nobody's chart."""
        moved = {who for who, place in self.places.items() if before.get(who, place) != place}
        kept = {who: place for who, place in self.places.items() if who not in moved}
        unread = {who: why for who, why in self.unread.items() if who not in before}
        from_before = {who: before[who] for who in self.unread if who in before}
        return Links({**kept, **from_before}, unread, self.twice, frozenset(self.moved | moved))

    def why_not(self, who: str, names: OtherNames) -> str:
        """Why it is not known where somebody is there, and what to do."""
        if place := names.place_of(who):
            return f"{who} is not linked to a record here: carefhir link {place}"
        if who in self.unread:
            return f"whether {who} is linked to a record there could not be read: {self.unread[who]}"
        if who in self.moved:
            return f"{who} is linked to another record there than when this was opened: launch again"
        if who in self.twice:
            return f"{who} is linked to several records there: a person must decide which of these it is"
        return f"{who} is not linked to a record there: carefhir link {who.partition('/')[0]}/ID-THERE --to {who}"


def links_of(people: Iterable[str], other: OtherHome, server: Server) -> Flow[Links]:
    """Looks up where people and places are on another home: one search of the main one for each type and so many."""
    ids: dict[str, dict[str, None]] = {}
    for who in people:
        type_, _, id_ = who.partition("/")
        if relative(who) and type_ in SHADOWED and not other.names.place_of(who):
            ids.setdefault(type_, {})[id_] = None
    asked = [
        (type_, [*some][start : start + AT_ONCE])
        for type_, some in sorted(ids.items())
        for start in range(0, len(some), AT_ONCE)
    ]
    if not asked:
        return Links()
    if server.silent:
        everybody = (f"{type_}/{id_}" for type_, some in asked for id_ in some)
        return Links(unread=dict.fromkeys(everybody, server.silent)).as_before(other.links)
    answers = yield from _read_whole([_by_id(type_, some, server.home) for type_, some in asked], server.home)
    shadows: list[Record] = []
    unread: dict[str, str] = {}
    for (type_, some), (records, trouble) in zip(asked, answers, strict=True):
        shadows += [record for record in records if record.type == type_ and record.id in some]
        if trouble:
            missed = {f"{type_}/{id_}" for id_ in some} - {record.reference for record in records}
            unread |= dict.fromkeys(sorted(missed), trouble)
    return replace(links_in(shadows, other), unread=unread).as_before(other.links)


def _read_whole(requests: Sequence[Request], home: Home) -> Flow[list[tuple[list[Record], str]]]:
    """What searches find, each to the end of its pages; and why one could not be read, "" where it was."""
    records: list[list[Record]] = [[] for _ in requests]
    troubles = [""] * len(requests)
    following: dict[int, Request] = dict(enumerate(requests))
    targets = {request.target for request in requests}
    while following:
        answers = yield from retrying(exchange(following.values()))
        numbers, following = [*following], {}
        for number, answer in zip(numbers, answers, strict=True):
            try:
                page = None if isinstance(answer, Failure) or answer.status != 200 else read_page(answer.body, home)
            except NotJson:
                page = None
            if page is None:
                troubles[number] = in_words(answer)
                continue
            records[number] += page.records
            target = home.target_of(page.next) if page.next else None
            if target is not None and target not in targets:
                targets.add(target)
                following[number] = get(target, home=home.name)
            elif page.next:
                troubles[number] = "its next page cannot be followed"
    return list(zip(records, troubles, strict=True))


def links_in(records: Iterable[Record], other: OtherHome) -> Links:
    """What some records of the main home say of where they are on another one."""
    places_of = {record.reference: _places_in(record, other.names) for record in records}
    return Links(
        places={who: places[0] for who, places in places_of.items() if len(places) == 1},
        twice=frozenset(who for who, places in places_of.items() if len(places) > 1),
    )


def _places_in(record: Record, names: OtherNames) -> tuple[str, ...]:
    """The places of a record's own type on another home that it says it is."""
    places = (place for place in names.places_of(record.json) if place.startswith(f"{record.type}/"))
    return tuple(dict.fromkeys(places))


def _by_id(type_: str, ids: Sequence[str], home: Home) -> Request:
    named = " ".join(f"{type_}/{id_}" for id_ in ids)
    return searching(Need("links", type_, (Named(named),)), {}, home)


def slots_there(names: OtherNames, slots: Slots, links: Links) -> dict[str, str]:
    """What the slots stand for on the other home; a record of the main home stands for nothing there."""
    theirs = {}
    for slot, value in slots.items():
        if relative(value) is None:
            theirs[slot] = value
        elif place := links.of(value, names):
            theirs[slot] = place
    return theirs


def unknown_there(need: Need, slots: Slots, links: Links, other: OtherHome) -> Iterator[str]:
    """Why a need about somebody (the Tasks of whoever acts) is not asked for there: who they are there is not known.
    Who somebody is, is known without."""
    for each in need.where:
        who = filled(each.slot, slots) if isinstance(each, Of) else None
        if who and relative(who) and who.partition("/")[0] in SHADOWED and not links.of(who, other.names):
            yield links.why_not(who, other.names)


# ---- what can be asked there


def keeps(other: OtherHome, need: Need) -> bool:
    """Whether a home keeps what is needed, as it says itself, and is to be asked for it."""
    of_ours = any(not isinstance(each, Of | OfEach | Codes | Since | Named | ChangedSince) for each in need.where)
    return other.keeps(need.type) and need.type not in OURS and not of_ours


def not_asked(other: OtherHome, need: Need) -> str:
    """Why a home is not asked for a need that it keeps: it could only be asked about everybody, or whoever asks was not
    granted it. "" where it is."""
    if need.type in other.withheld:
        return NOT_LET
    whose = [each for each in need.where if isinstance(each, Of | OfEach | Named)]
    if not whose:
        return "is not asked for lists of people"
    parameters = other.capabilities.of(need.type).parameters | {"_id"}
    if all(each.param in parameters or OTHERWISE.get(each.param) in parameters for each in whose):
        return ""
    unknown = next(each.param for each in whose if each.param not in parameters)
    return f"cannot be asked for by {unknown}, and is not read of everybody"


OTHERWISE = {"patient": "subject", "subject": "patient"}
"""Parameters of R4 that find the same where the subject is a patient; some servers state one of them."""


def stops(need: Need) -> bool:
    """Whether a step that must know a need stops where a home cannot be asked for it by whom it is about. What
    decisions rest on as it is written (a condition, a medicine, a stay) may be there; of the rest the home offers
    nothing about a person, as one that does not state the type: that is said, and the step goes on."""
    return not need.optional and need.type in EVIDENCE


def _as_taken(each: Filter, parameters: frozenset[str]) -> Filter:
    other = OTHERWISE.get(each.param, "")
    if isinstance(each, Of | OfEach) and each.param not in parameters and other in parameters:
        return replace(each, param=other)
    return each


def variants(need: Need, capabilities: Capabilities) -> Iterator[Need]:
    """The searches that bring all of a need from a home: by parameters that it takes, in each category that it wants
    to be asked by."""
    parameters = capabilities.of(need.type).parameters | {"_id"}
    taken = (_as_taken(each, parameters) for each in need.where)
    asked = tuple(each for each in taken if each.param in parameters and not isinstance(each, Excluded))
    wanted = capabilities.asked_by.get(need.type)
    enough = (*wanted.enough, "_id") if wanted else ()
    if wanted is None or any(each.param in enough for each in asked):
        yield replace(need, where=asked, bounded=False)
        return
    for number, (param, value) in enumerate(wanted.values):
        where: tuple[Filter | Any, ...] = (*asked, SaidAlong(param, value))
        yield replace(need, name=f"{need.name} {number}", where=where, bounded=False)


# ---- asking


@dataclass(frozen=True, slots=True)
class AskedTogether:
    """What another home is asked at once."""

    needs: tuple[Need, ...]
    slots: Slots
    """As they are there."""
    about: tuple[str, ...] = ()
    """Whom it is about, as the main home names them; () where gaps concern whoever is asked about."""


def asked(other: OtherHome, questions: Sequence[AskedTogether], links: Links, server: Server) -> Flow[list[Records]]:
    """Asks another home several things at once. What comes is named as the main home names it and held against the
    needs once more; what does not come is a gap with the home's name."""
    brought: list[Records] = yield from together([_brought(other, question) for question in questions])
    shadows = {place: ours for ours, place in links.places.items()}
    shadows |= yield from _shadows(brought, other, server, shadows)
    return [_named(other, question, each, shadows) for question, each in zip(questions, brought, strict=True)]


def asked_of_other(need: Need, slots: Slots, other: OtherHome) -> Flow[tuple[Record, ...]]:
    """What another home has of one need, by its own names; `slots` are those that it knows. Raises `ServerUnreachable`
    and `ServerUnfit` where it cannot be seen."""
    searches = [*variants(need, other.capabilities)]
    records = yield from gather(searches, slots, other.capabilities, other.home)
    every = {record.id: record for each in searches for record in records[each.name] if need.wants(record.json, slots)}
    return tuple(every.values())


def gap_of(other: OtherHome, need: Need, why: str, **more: Any) -> Gap:
    """A gap with the home's name."""
    return Gap(need.name, need.type, f"{other.home.name}: {why}", home=other.home.name, **more)


def _brought(other: OtherHome, question: AskedTogether) -> Flow[Records]:
    """What it answers, in its own names, by the names of the needs."""
    by_variant = {need.name: [*variants(need, other.capabilities)] for need in question.needs}
    searches = [replace(each, optional=True) for some in by_variant.values() for each in some]
    try:
        records = yield from gather(searches, question.slots, other.capabilities, other.home)
    except CarefhirError as error:
        return Records({}, tuple(gap_of(other, need, error.message) for need in question.needs))
    by_need: dict[str, tuple[Record, ...]] = {}
    for need in question.needs:
        own = {
            (record.type, record.id): record
            for each in by_variant[need.name]
            for record in records[each.name]
            if need.wants(record.json, question.slots)
        }
        by_need[need.name] = tuple(own.values())
    names = {each.name for some in by_variant.values() for each in some}
    by_need |= {name: records[name] for name in records.by_need.keys() - names}  # what references led to
    base = {each.name: name for name, some in by_variant.items() for each in some}
    gaps = (
        replace(gap, need=base.get(gap.need, gap.need), why=f"{other.home.name}: {gap.why}", home=other.home.name)
        for gap in records.gaps
    )
    return Records(by_need, tuple(dict.fromkeys((*gaps, *_gone(other, question, by_need, records.gaps)))), records.odd)


def _gone(
    other: OtherHome, question: AskedTogether, by_need: Mapping[str, Sequence[Record]], gaps: Sequence[Gap]
) -> Iterator[Gap]:
    """Who was asked for by id and did not come: whoever is linked to nothing has not no records there."""
    for need in question.needs:
        named = [each for each in need.where if isinstance(each, Named)]
        if need.type != "Patient" or not named or any(gap.type == "Patient" for gap in gaps):
            continue
        wanted = {place for each in named for place in (filled(each.slot, question.slots) or "").split()}
        for place in sorted(wanted - {record.reference for record in by_need[need.name]}):
            yield gap_of(other, need, "the record that this person is linked to is not shown", about=(place,))


def _named(other: OtherHome, question: AskedTogether, records: Records, shadows: Mapping[str, str]) -> Records:
    by_need = {
        name: tuple(_ours(record, other.names, shadows) for record in some) for name, some in records.by_need.items()
    }
    gaps = (replace(gap, about=_whom(gap, question, other.names, shadows)) for gap in records.gaps)
    return Records(by_need, tuple(dict.fromkeys(gaps)), records.odd)


def _whom(gap: Gap, question: AskedTogether, names: OtherNames, shadows: Mapping[str, str]) -> tuple[str, ...]:
    """Whom a gap is about, by their names here. Where one person is asked about it is this one's, whatever it names."""
    if len(question.about) < 2 or not gap.about:
        return question.about
    return tuple(shadows.get(place) or names.named(place) for place in gap.about)


def _ours(record: Record, names: OtherNames, shadows: Mapping[str, str]) -> Record:
    """A record of the other home, as the main one names it."""
    name = shadows.get(record.reference) or names.named(record.reference)
    return record.seen_as(name, read_as_ours(record.json, names, shadows), home=names.home)


def _shadows(
    brought: Iterable[Records], other: OtherHome, server: Server, linked: Mapping[str, str]
) -> Flow[dict[str, str]]:
    """Who of those that the records name has a record on the main home: by the place on the other one."""
    places: dict[str, dict[str, None]] = {}
    for record in (record for records in brought for some in records.by_need.values() for record in some):
        for text in (record.reference, *_references(record.json)):
            place = relative(text.removeprefix(f"{other.names.base}/"))
            if place and place not in linked and place.partition("/")[0] in SHADOWED:
                places.setdefault(place.partition("/")[0], {})[place] = None
    searches = [
        _lookup(type_, [*some][start : start + AT_ONCE], other.names, server.home)
        for type_, some in sorted(places.items())
        for start in range(0, len(some), AT_ONCE)
    ]
    if not searches:
        return {}
    answers = yield from _read_whole(searches, server.home)
    # What could not be looked up is named by its place then, which says the same.
    return {
        place: record.reference
        for records, _ in answers
        for record in records
        for place in other.names.places_of(record.json)
    }


def _lookup(type_: str, places: Sequence[str], names: OtherNames, home: Home) -> Request:
    wanted = ",".join(token(ELSEWHERE, f"{names.base}/{place}") for place in places)
    return post_search(type_, query_text((("identifier", wanted), ("_count", PAGE))), home=home.name)


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
