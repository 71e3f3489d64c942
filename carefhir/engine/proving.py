"""Whether everything is there that a receipt names: a receipt alone is no proof (R3, R10).

A server that carries a transaction out in part writes the receipt beside what it did not write. So a receipt is held
against its targets. One that is not found was never written, or somebody removed it since: what was removed is not made
again. A read answered with 410, or a version that can still be read, tells that it was removed; where the server tells
neither, nobody knows, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import UNMARKED, Act
from carefhir.fhir.diagnosis import index_name
from carefhir.fhir.gather import gather
from carefhir.fhir.history import histories_of
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record, references, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Named, Need
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Failure, Flow, Response, exchange, get
from carefhir.mappers import provenance


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of the targets of a receipt."""

    there: dict[str, Record] = field(default_factory=dict)
    unlinked: tuple[str, ...] = ()
    """Links to parts that never got a place: they were not written."""
    absent: tuple[str, ...] = ()
    """Places that the server has never had anything at."""
    removed: tuple[str, ...] = ()
    """What was written, and removed by somebody since."""
    unsure: tuple[str, ...] = ()
    """What is not found, and nobody can tell why."""
    hidden: tuple[str, ...] = ()
    """What could not be looked at: not to be seen is not to be missing."""
    unmarked: tuple[str, ...] = ()
    """What is there without a mark of the act in any version (or, where a type is never marked, in the version that
    was decided from): it stood as wanted, or was not amended."""

    @property
    def lacks(self) -> bool:
        """Whether a part was not written, or may not have been."""
        return bool(self.unlinked or self.absent or self.unsure)

    def unseen(self) -> tuple[str, ...]:
        """Says what nobody could look at; () where all could be."""
        if not self.hidden:
            return ()
        return (f"not visible, so nobody looked whether it is still there: {', '.join(self.hidden)}",)

    def words(self) -> str:
        """What is missing, by name."""
        unsure = f"{', '.join(self.unsure)} cannot be found, and the server does not tell whether somebody removed it"
        return "; ".join(
            filter(
                None,
                (
                    f"{len(self.unlinked)} of its parts were not written" if self.unlinked else "",
                    f"{', '.join(self.absent)} were not written" if self.absent else "",
                    unsure if self.unsure else "",
                ),
            )
        )


def prove(receipt: Record, act: Act, server: Server) -> Flow[Proof]:
    """Looks for everything that the receipt of an act names."""
    named = list(dict.fromkeys(references(receipt.json, "target")))
    places = [place for one in named if (place := relative(one))]
    slots = {f"target.{index_name(index)}": place for index, place in enumerate(places)}
    needs = [
        Need(place, place.partition("/")[0], (Named(f"{{target.{index_name(index)}}}"),), optional=True)
        for index, place in enumerate(places)
    ]
    records = yield from gather(needs, slots, server.capabilities, server.home, way=server.way)
    there = {place: record for place in places if (record := records.one(place))}
    lost = [place for place in places if place not in there]
    fates = yield from _fates(lost, server.capabilities, server.home)
    decided_from = provenance.versions_of(receipt)
    never_marked = [place for place, record in there.items() if record.type in UNMARKED]
    unmarked = [place for place, record in there.items() if place not in never_marked and not act.did(record)]
    histories = yield from histories_of(unmarked, server.home)
    return Proof(
        there,
        unlinked=tuple(one for one in named if one.startswith("urn:")),
        absent=tuple(place for place in lost if fates[place] == "absent"),
        removed=tuple(place for place in lost if fates[place] == "removed"),
        unsure=tuple(place for place in lost if fates[place] == "unsure"),
        hidden=tuple(place for place in lost if fates[place] == "hidden"),
        unmarked=(
            *(place for place in never_marked if decided_from.get(place) == there[place].version),
            *(
                place
                for place in unmarked
                if histories[place] and not any(act.did(version) for version in histories[place])
            ),
        ),
    )


def _fates(lost: Sequence[str], capabilities: Capabilities, home: Home) -> Flow[dict[str, str]]:
    """What became of each place at which nothing is found."""
    if not lost:
        return {}
    answers = yield from retrying(exchange(get(place, home=home.name) for place in lost))
    histories = yield from histories_of(lost, home)
    firsts = yield from retrying(exchange(get(f"{place}/_history/1", home=home.name) for place in lost))
    fates = {}
    for place, answer, first in zip(lost, answers, firsts, strict=True):
        tells = {"vread", "history-instance"} & capabilities.of(place.partition("/")[0]).interactions
        if histories[place] or _status(answer) == 410 or _status(first) in (200, 410):
            fates[place] = "removed"
        elif _status(answer) in (0, 401, 403, 429) or _status(answer) >= 500:
            fates[place] = "hidden"
        elif _status(answer) == 404 and _status(first) == 404 and tells:
            fates[place] = "absent"
        else:
            fates[place] = "unsure"
    return fates


def _status(answer: Response | Failure) -> int:
    return 0 if isinstance(answer, Failure) else answer.status
