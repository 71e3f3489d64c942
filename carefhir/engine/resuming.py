"""Taking up an act that was interrupted between its writes (rule R3).

Everything an act creates or amends carries its mark, made of the act and of the command. A run that finds marks of its
own act, and no receipt, is the same act begun before: what it created is put out of sight, and what it amended is read
as it stood before, from the server's history. So a step decides exactly as the undisturbed run did, and never asks
whether it was begun; its plan then goes out again. Creates are conditional, so they are found; amendments that were
made are kept as they stand (`bound`).

A server without history shows amended records as they are now; `Act.did` is then how a case knows its own work. Only
single writes can be interrupted: a transaction stands whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from carefhir.fhir.changes import Act, Amend, Change, Plan, decided_at
from carefhir.fhir.gather import Records
from carefhir.fhir.history import histories_of
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record
from carefhir.fhir.wire import Flow


@dataclass(frozen=True, slots=True)
class BegunAct(Act):
    """An act that was interrupted before. What it created then is out of sight of its case, and here for the rare
    decision that rests on it: a visit is booked for a time to come, and the very one it booked may have begun since."""

    created: tuple[Record, ...] = field(default=(), compare=False, repr=False)


def begun(records: Records, act: Act) -> bool:
    """Whether an earlier run of this very request wrote anything of what was gathered."""
    return bool(written_by(records, act))


def written_by(records: Records, act: Act) -> tuple[Record, ...]:
    """What this very request created or amended before, of what was gathered."""
    return tuple(record for record in _every(records) if act.did(record))


def begun_otherwise(records: Records, act: Act) -> tuple[str, ...]:
    """What an earlier run of this act wrote for a command with other details."""
    return tuple(sorted({record.reference for record in _every(records) if act.begun_otherwise(record)}))


def unwritten(records: Records, act: Act, home: Home) -> Flow[Records]:
    """The records as they stood before the act began, as far as the server tells."""
    amended = {record.reference: record for record in _every(records) if act.did(record, "amended")}
    histories = yield from histories_of(amended, home)
    before = {
        reference: restored
        for reference, versions in histories.items()
        if (restored := _before(versions, act)) is not None
    }
    return _with(uncreated(records, act), before)


def uncreated(records: Records, act: Act) -> Records:
    """The records without those that the act created."""
    kept = {
        need: tuple(record for record in need_records if not act.did(record, "created"))
        for need, need_records in records.by_need.items()
    }
    return replace(records, by_need=kept)


def first_decided(records: Records, act: Act) -> datetime | None:
    """The moment for which an interrupted act was first decided; None where nothing that it wrote says so."""
    texts = (decided_at(act, record) for record in written_by(records, act))
    moments = [moment for text in texts if text and (moment := _moment(text))]
    return min(moments, default=None)


def _moment(text: str) -> datetime | None:
    """A moment with an offset; None for anything else that stands there."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def taken_up(records: Records, act: Act) -> BegunAct:
    """The act as its case decides it again."""
    created = tuple(record for record in _every(records) if act.did(record, "created"))
    return BegunAct(act.step, act.subject, act.cause, act.asked, act.decided_at, created)


def bound(plan: Plan, act: Act, records: Records) -> Plan:
    """The plan of a resumed act, on the records as they stand: what it has amended stays as it is, and all of it is
    among the receipt's targets, though a decision without history may not name it again."""
    current = {record.reference: record for record in _every(records)}
    done = {reference: record for reference, record in current.items() if act.did(record, "amended")}
    kept = tuple(_bound(change, done, current) for change in plan.changes)
    named = {change.record.reference for change in kept if isinstance(change, Amend)}
    more = tuple(
        Amend(f"before/{reference}", record, record.json, "amended before this act was interrupted")
        for reference, record in done.items()
        if reference not in named
    )
    least = bound(plan.instead, act, records) if plan.instead else None
    return replace(plan, changes=(*kept, *more), instead=least)


def _bound(change: Change, done: Mapping[str, Record], current: Mapping[str, Record]) -> Change:
    if isinstance(change, Amend) and change.record.reference in done:
        now = done[change.record.reference]
        return replace(change, record=now, becomes=now.json)
    return change


def as_they_stand(sources: Iterable[Record], records: Records) -> tuple[Record, ...]:
    """The records a decision rests on in the versions that stand now: what a commit compares with."""
    current = {record.reference: record for record in _every(records)}
    return tuple(current.get(record.reference, record) for record in sources)


def _every(records: Records) -> Iterator[Record]:
    for need_records in records.by_need.values():
        yield from need_records


def _with(records: Records, before: Mapping[str, Record]) -> Records:
    if not before:
        return records
    by_need = {
        need: tuple(before.get(record.reference, record) for record in some) for need, some in records.by_need.items()
    }
    return replace(records, by_need=by_need)


def _before(versions: Sequence[Record], act: Act) -> Record | None:
    """The newest version that is older than the act's own."""
    ours = False
    for record in versions:
        if act.did(record):
            ours = True
        elif ours:
            return record
    return None
