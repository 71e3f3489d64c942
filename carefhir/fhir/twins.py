"""Two resources under one key of an act, where a server did not keep conditional creates apart (R3).

Two runs of one act at once may each write a part. They settle on the same one without talking to each other: the lowest
id is kept, by length and then by letters (an id tells no time). The others are marked entered-in-error, and whatever
points to one of them points to the kept one from then on. Only what the same command wrote is settled so; anything else
is for a person to look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from carefhir.codes import COMMAND_KEY, CONDITION_VERIFICATION, concept
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.codec import Json
from carefhir.fhir.commit import put, relinked, succeeded
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import Failure, Flow, ask, get
from carefhir.fhir.withdrawn import IN_ERROR, WITHOUT_STATUS, in_order, not_withdrawn, withdrawn
from carefhir.lifecycle import STATUS


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of resources that were there twice."""

    kept: dict[str, Record] = field(default_factory=dict)
    """By part."""
    withdrawn: tuple[str, ...] = ()
    """What is marked entered-in-error now."""
    stuck: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By part: what is still there twice."""


def settle(under_keys: Mapping[str, tuple[Record, ...]], asked: str, home: Home) -> Flow[Settled]:
    """Keeps one of each part, marks the others, and puts right what points to them. `asked`: the command's digest."""
    settled = Settled()
    others: dict[str, str] = {}
    gone: list[str] = []
    for part, records in under_keys.items():
        if not records:
            continue
        kept, *twins = in_order(not_withdrawn(records))
        settled.kept[part] = kept
        others |= {record.reference: kept.reference for record in records if record not in (kept, *twins)}
        others_wrote = twins and any(asked not in tags_of(record.json, COMMAND_KEY) for record in (kept, *twins))
        for twin in twins:
            becomes = _withdrawn(twin)
            if others_wrote or (becomes is None and twin.type != "Provenance"):
                settled.stuck[part] = tuple(record.reference for record in in_order(records))
                continue
            others[twin.reference] = kept.reference
            if becomes is not None:
                answer = yield from put(twin, becomes, home)
                if not succeeded(answer) and not (yield from _withdrawn_meanwhile(twin, home)):
                    settled.stuck[part] = tuple(record.reference for record in in_order(records))
                else:
                    gone.append(twin.reference)
    pointing = [
        record
        for record in chain.from_iterable(under_keys.values())
        if not withdrawn(record)
        and record.reference not in gone
        and any(record.mentions(f'{other}"') for other in others)
    ]
    yield from relinked(pointing, others, home)
    return Settled(settled.kept, tuple(gone), settled.stuck)


def _withdrawn_meanwhile(twin: Record, home: Home) -> Flow[bool]:
    """Whether another run has marked a twin while this one was about to."""
    answer = yield from retrying(ask(get(twin.reference, home=home.name)))
    if isinstance(answer, Failure) or answer.status != 200:
        return False
    return withdrawn(Record(answer.body, home=home.name, bases=home.bases, others=home.others))


def _withdrawn(record: Record) -> Json | None:
    """A resource marked entered-in-error, or not active where its type has no status; None where it cannot say so."""
    if record.type in WITHOUT_STATUS:
        return {**record.json, "active": False}
    if record.type == "Condition":
        # R4's con-5: a condition that was entered in error has no clinical status.
        rest = {name: value for name, value in record.json.items() if name != "clinicalStatus"}
        return {**rest, "verificationStatus": concept(CONDITION_VERIFICATION, IN_ERROR)}
    element, codes = STATUS.get(record.type, ("status", frozenset()))
    return {**record.json, element: IN_ERROR} if IN_ERROR in codes else None
