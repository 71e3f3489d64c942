"""One gather for several people: what is needed about one patient, asked for about each of them at once.

A step declares its needs for one patient. To look at sixty people one after the other takes sixty rounds; one search
for twenty-five of them takes one. What comes back is divided again, so that each person's records are those that a
gather about this person alone would have brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from carefhir.fhir.both_homes import merged
from carefhir.fhir.gather import Gap, Records, gather
from carefhir.fhir.lists_there import SLOT, people_there
from carefhir.fhir.record import Record
from carefhir.fhir.search import Filter, Named, Need, Of, OfEach, Slots
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow, together
from carefhir.fhir.withdrawn import without_withdrawn

AT_ONCE = 23
"""People in one search. Where each has one or two of something, that is never a round number: it would look as if the
server had cut the page (`gather`), and be asked for again."""


def gather_about_each(
    needs: Sequence[Need], people: Sequence[str], slots: Slots, server: Server
) -> Flow[dict[str, Records]]:
    """Reads what the needs declare about each of these people (`Patient/ID`), from every home. What could not be read
    is a gap of whoever it concerns, also where the need is required: whoever decides on it must look. Raises
    `ServerUnreachable`, and `ServerUnfit` where the server does not let us in at all."""
    asked = tuple(map(about_each, needs))
    chunks = [people[start : start + AT_ONCE] for start in range(0, len(people), AT_ONCE)]
    here = [
        gather(asked, {**slots, "people": " ".join(chunk)}, server.capabilities, server.home, way=server.way)
        for chunk in chunks
    ]
    there = [people_there(other, asked, people, slots, server) for other in server.beside]
    gathered: list[Records] = yield from together([*here, *there])
    elsewhere = gathered[len(chunks) :]
    return {
        person: records
        for chunk, whole in zip(chunks, gathered, strict=False)
        for person, records in divided(merged(whole, elsewhere) if elsewhere else whole, asked, chunk).items()
    }


def about_each(need: Need) -> Need:
    """The same need, asked for about everybody in the slot `{people}`."""
    return replace(need, where=tuple(map(_about_each, need.where)), bounded=False, optional=True)


def _about_each(filter_: Filter) -> Filter:
    if isinstance(filter_, Of) and filter_.slot == "{patient}":
        return OfEach(filter_.param, filter_.path, SLOT)
    if isinstance(filter_, Named) and filter_.slot == "{patient}":
        return Named(SLOT)
    return filter_


def divided(whole: Records, needs: Iterable[Need], people: Iterable[str]) -> dict[str, Records]:
    """What was found about each person; what references led to is everybody's."""
    by_person: Mapping[str, dict[str, list[Record]]] = {person: {} for person in people}
    named = set()
    for need in needs:
        named.add(need.name)
        for record in whole[need.name]:
            for person in _about(need, record):
                if person in by_person:
                    by_person[person].setdefault(need.name, []).append(record)
    followed = {name: some for name, some in whole.by_need.items() if name not in named}
    return {
        person: Records(
            by_need={**followed, **{name: without_withdrawn(tuple(some)) for name, some in own.items()}},
            gaps=tuple(gap for gap in whole.gaps if gap.concerns(person)),
            odd=whole.odd,
            way=whole.way,
        )
        for person, own in by_person.items()
    }


def _about(need: Need, record: Record) -> tuple[str, ...]:
    owners = [each for each in need.where if isinstance(each, OfEach)]
    people = tuple(person for each in owners for person in each.of(record.json))
    return tuple(dict.fromkeys(people)) or ((record.reference,) if record.type == "Patient" else ())


def of_anybody(records: Iterable[Records]) -> tuple[Gap, ...]:
    """Gaps that concern nobody in particular: what was not seen may be anybody's."""
    return tuple(dict.fromkeys(gap for some in records for gap in some.gaps if not gap.about))
