"""Reading from several homes as if they were one (rule R7).

Every need is asked for on the main home; what another home keeps, too, is asked for there in its own words: with the
ids that it has for the patient and for whoever acts, by the search parameters that it takes, in the categories by which
it wants to be asked. What comes is named as the main home names it (`fhir/elsewhere.py`) and held against the need once
more. So a step sees one set of records, and decides on it as on that of one server.

A home that does not answer, or to which the patient is not linked, is a gap with its name, never "none" (R10); so is
the main home, for what is only shown: a page shows what the other one keeps, and says what it lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from carefhir.errors import CarefhirError, ServerUnfit, ServerUnreachable
from carefhir.fhir.asked_elsewhere import (
    NOT_LET,
    OURS,
    AskedTogether,
    asked,
    gap_of,
    keeps,
    links_of,
    not_asked,
    slots_there,
    stops,
    unknown_there,
)
from carefhir.fhir.gather import Gap, Records, gather
from carefhir.fhir.lists_there import people_of_lists
from carefhir.fhir.record import Record, dig
from carefhir.fhir.search import Follow, Need, Slots
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Flow, together

COMPANION = "companion"
"""What the main home is called in a gap, where another one is read beside it."""


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
    records = merged(parts[0], parts[1:])
    if any(need.beside is not None for need in needs):
        records = merged(records, (yield from people_of_lists(needs, slots, server, parts[0], records)))
    if to_show:
        _somebody(needs, parts[0], records)
    return records


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
        could = (need for need in needs if need.beside is not None or need.query(slots) is not None)
        return Records({}, tuple(Gap(need.name, need.type, f"{COMPANION}: {error.message}") for need in could))
    return replace(records, gaps=tuple(replace(gap, why=f"{COMPANION}: {gap.why}") for gap in records.gaps))


def of_companion(gap: Gap) -> bool:
    """Whether it is the main home that could not be read, beside another one."""
    return gap.why.startswith(f"{COMPANION}: ")


def _somebody(needs: Sequence[Need], main: Records, every: Records) -> None:
    """Stops a page about somebody of whom no home could say who they are."""
    for need in needs:
        if need.is_patient and not need.optional and not every[need.name] and not main.visible(need.name):
            whys = dict.fromkeys(gap.why for gap in every.gaps if gap.need == need.name)
            raise ServerUnreachable(f"searching {need.type}: {'; '.join(whys)}")


def _shown(need: Need, to_show: bool) -> Need:
    return replace(need, optional=True) if to_show else need


def _of_other(other: OtherHome, needs: Sequence[Need], slots: Slots, server: Server) -> Flow[Records]:
    """What another home has of it, named as the main one names it; lists of people are read next (`lists_there`)."""
    if other.away:
        missed = [need for need in needs if need.type not in OURS and (not other.reads or need.type in other.reads)]
        return _complained(Records({}, tuple(gap_of(other, need, other.away) for need in missed)), missed)
    kept = [need for need in needs if need.beside is None and keeps(other, need)]
    why_not = {need.name: not_asked(other, need) for need in kept}
    allowed = [need for need in kept if not why_not[need.name]]
    wanted = [_without_withheld(need, other) for need in allowed]
    required = [need for need in kept if not why_not[need.name] or stops(need) or need.type in other.withheld]
    gaps = (
        *(Gap(each.name, each.type, f"{other.home.name}: {NOT_LET}") for each in _not_followed(allowed, other)),
        *(gap_of(other, need, why) for need in kept if (why := why_not[need.name])),
        *(gap_of(other, need, other.partly[need.type]) for need in wanted if need.type in other.partly),
    )
    if not wanted:
        return _complained(Records({}, gaps), required)
    if other.silent:
        silent = (gap_of(other, need, other.silent) for need in wanted)
        return _complained(Records({}, (*gaps, *silent)), required)
    links = yield from links_of(slots.values(), other, server)
    patient = slots.get("patient", "")
    if patient and patient not in links.places:
        why = links.why_not(patient, other.names)
        unlinked = (gap_of(other, need, why, about=(patient,), unlinked=True) for need in wanted)
        return _complained(Records({}, (*gaps, *unlinked)), required)
    gaps = (
        *gaps,
        *(
            gap_of(other, need, why, unlinked=True)
            for need in wanted
            for why in unknown_there(need, slots, links, other)
        ),
    )
    question = AskedTogether(tuple(wanted), slots_there(other.names, slots, links))
    (records,) = yield from asked(other, (question,), links, server)
    return _complained(replace(records, gaps=(*gaps, *records.gaps)), required)


def _without_withheld(need: Need, other: OtherHome) -> Need:
    return replace(need, follow=tuple(each for each in need.follow if each.type not in other.withheld))


def _not_followed(needs: Sequence[Need], other: OtherHome) -> Iterator[Follow]:
    """References that lead to what whoever asks may not read."""
    for need in needs:
        yield from (each for each in need.follow if each.type in other.withheld)


def _complained(records: Records, needs: Iterable[Need]) -> Records:
    """Stops a step if something that it must know could not be seen."""
    for need in needs:
        gap = next((gap for gap in records.gaps if gap.need == need.name), None)
        if gap is not None and not need.optional:
            raise ServerUnfit(f"searching {need.type}: {gap.why}")
    return records


def merged(main: Records, others: Sequence[Records]) -> Records:
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
