"""What another home knows of several people at once: those on a list, or on a panel (rule R7).

Several are asked about in one search where the server is known to take that; R4 does not ask it of anybody, and US Core
leaves it open (`multipleOr`: MAY). Else each is asked about alone, all at once. Who is not linked, and what is refused,
is a gap of whom it concerns, with the home's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from carefhir.errors import CarefhirError
from carefhir.fhir.asked_elsewhere import (
    AT_ONCE,
    AskedTogether,
    asked,
    gap_of,
    keeps,
    links_in,
    links_of,
    not_asked,
    slots_there,
)
from carefhir.fhir.gather import Gap, Records, gather
from carefhir.fhir.outcome import in_words
from carefhir.fhir.record import Record, references, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Follow, Named, Need, OfEach, Slots
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Failure, Flow, ask, get, together

SLOT = "{people}"
SEVERAL = 23
"""People in one search, as on the main home (`each_person`)."""
NOT_THERE = (401, 429, 502, 503, 504)
"""Answers of a server that answers nothing else either."""


def people_there(
    other: OtherHome,
    needs: Sequence[Need],
    people: Sequence[str],
    slots: Slots,
    server: Server,
    *,
    read: Mapping[str, Record] = MappingProxyType({}),
) -> Flow[Records]:
    """What another home has of these people (`Patient/ID`), named as the main home names it. The needs are about
    everybody in the slot `{people}`; all may fail, and what failed is a gap. `read` are the records of the main home
    that say who somebody is there, where they are read already."""
    kept = [need for need in needs if keeps(other, need)]
    if other.away:
        return Records({}, tuple(gap_of(other, need, other.away) for need in kept))
    gaps = [gap_of(other, need, why) for need in kept if (why := not_asked(other, need))]
    wanted = [need for need in kept if not not_asked(other, need)]
    gaps += [gap_of(other, need, other.partly[need.type]) for need in wanted if need.type in other.partly]
    if not wanted or not people:
        return Records({}, tuple(gaps))
    links = links_in((read[who] for who in people if who in read), other)
    links = links.with_(
        (yield from links_of((*(who for who in people if who not in read), *slots.values()), other, server))
    )
    there = {who: place for who in people if (place := links.of(who, other.names))}
    gaps += [
        gap_of(other, need, links.why_not(who, other.names), about=(who,), unlinked=True)
        for who in people
        if who not in there
        for need in wanted
    ]
    if not there:
        return Records({}, tuple(gaps))
    silent = yield from _silent(other, next(iter(there.values())))
    if silent:
        return Records({}, (*gaps, *(gap_of(other, need, silent) for need in wanted)))
    theirs = slots_there(other.names, slots, links)
    records = yield from asked(other, [*_questions(other, wanted, there, theirs)], links, server)
    return replace(_joined(records, there), gaps=(*gaps, *_joined(records, there).gaps))


def _silent(other: OtherHome, place: str) -> Flow[str]:
    """Why a home answers nothing now; "" where it does. Asked once, before hundreds of searches run into the same."""
    if not other.keeps("Patient"):
        return ""
    answer = yield from retrying(ask(get(place, home=other.home.name)))
    if isinstance(answer, Failure) or answer.status in NOT_THERE:
        return in_words(answer)
    return ""


def _questions(
    other: OtherHome, needs: Sequence[Need], there: Mapping[str, str], slots: Slots
) -> Iterator[AskedTogether]:
    """The people themselves by their ids, so many at once; what is about them as the server takes it."""
    who = tuple(need for need in needs if _by_id(need))
    about = tuple(need for need in needs if not _by_id(need))
    several = SEVERAL if other.capabilities.several_patients else 1
    for some, size in ((who, AT_ONCE if several > 1 else 1), (about, several)):
        people = [*there] if some else []
        for start in range(0, len(people), size):
            chunk = people[start : start + size]
            named = " ".join(there[each] for each in chunk)
            yield AskedTogether(some, {**slots, "people": named}, about=tuple(chunk))


def _by_id(need: Need) -> bool:
    return any(isinstance(each, Named) and each.slot == SLOT for each in need.where)


def _joined(parts: Sequence[Records], people: Iterable[str]) -> Records:
    """What several questions brought. A gap that everybody has is said once, of all."""
    by_need: dict[str, dict[str, Record]] = {}
    about: dict[Gap, dict[str, None]] = {}
    for records in parts:
        for name, some in records.by_need.items():
            by_need.setdefault(name, {}).update({record.reference: record for record in some})
        for gap in records.gaps:
            about.setdefault(replace(gap, about=()), {}).update(dict.fromkeys(gap.about))
    everybody = set(people)
    return Records(
        {name: tuple(some.values()) for name, some in by_need.items()},
        tuple(
            gap if set(who) >= everybody and len(everybody) > 1 else replace(gap, about=tuple(who))
            for gap, who in about.items()
        ),
        tuple(sorted({text for records in parts for text in records.odd})),
    )


# ---- lists: whom a reference leads to


def people_of_lists(
    needs: Sequence[Need], slots: Slots, server: Server, main: Records, gathered: Records
) -> Flow[list[Records]]:
    """What is known about everybody on a list: what other homes have of them, and what the main home has of those whom
    another one brought to the list. `main` is what the main home gave, `gathered` what all gave so far."""
    flows = []
    for follow in dict.fromkeys(need.beside for need in needs if need.beside is not None):
        people = _led_to(follow, needs, gathered)
        asked_about = [_about_people(need) for need in needs if need.beside == follow]
        who = Need(follow.name, "Patient", (Named(SLOT),), optional=True)
        read = {record.reference: record for record in gathered[follow.name] if record.home == server.home.name}
        flows += [people_there(other, (who, *asked_about), people, slots, server, read=read) for other in server.beside]
        on_main = {*_led_to(follow, needs, main)}
        new = [one for one in people if one not in on_main and not any(o.names.place_of(one) for o in server.beside)]
        if new:
            flows.append(_here((who, *asked_about), new, slots, server))
    return (yield from together(flows))


def _about_people(need: Need) -> Need:
    where = tuple(replace(each, slot=SLOT) if isinstance(each, OfEach) else each for each in need.where)
    return replace(need, where=where, beside=None, optional=True)


def _led_to(follow: Follow, needs: Iterable[Need], records: Records) -> list[str]:
    """The people to whom a reference leads, in order."""
    from_ = [need.name for need in needs if follow in need.follow]
    named = (
        relative(text) for name in from_ for record in records[name] for text in references(record.json, follow.path)
    )
    return sorted({one for one in named if one and one.startswith(f"{follow.type}/")})


def _here(needs: Sequence[Need], people: Sequence[str], slots: Slots, server: Server) -> Flow[Records]:
    """The main home about people whom only another one brought to the list."""
    slots = {**slots, "people": " ".join(people)}
    try:
        return (yield from gather(needs, slots, server.capabilities, server.home, way=server.way))
    except CarefhirError as error:
        return Records({}, tuple(Gap(need.name, need.type, error.message, about=tuple(people)) for need in needs))
