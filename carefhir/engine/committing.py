"""Commits a plan, and goes on until it is known what is on the server (rules R3, R4).

The runner, and nobody else, says what a failed write meant, and says it from what it *reads*, never from the text of an
answer: the receipt is there (done by us, or by another run), a version moved (decide again, or ask the person), a key
has two resources (named, never retried), or nothing moved: a race, the same bytes again with jitter, within a budget
of time; else the server refused. A half-written plan is a result that names what was and was not written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from carefhir.engine.proving import Proof, prove
from carefhir.engine.results import NOT_FOUND, Briefing, Conflict, Done, Line, Partial, Refused, Result
from carefhir.engine.step import AnyStep
from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.bundle import RECEIPT, Entry, Prepared
from carefhir.fhir.changes import Plan
from carefhir.fhir.commit import (
    LOST,
    CommitWay,
    Resumed,
    Sent,
    Stopped,
    Wrote,
    read_back,
    send_singly,
    send_transaction,
)
from carefhir.fhir.diagnosis import OnServer, look
from carefhir.fhir.outcome import in_words
from carefhir.fhir.record import Record, first_text
from carefhir.fhir.retry import wait_asked_for
from carefhir.fhir.server import Server
from carefhir.fhir.twins import Settled, settle
from carefhir.fhir.wire import Failure, Flow, Response, pause
from carefhir.lifecycle import STATUS, ended
from carefhir.mappers import provenance

NONE_HERE = (404, 405, 501)
"""Answers to a transaction of a server that has none, whatever it states."""
TOO_MUCH = (400, 413, 422)
"""Answers to a transaction after which its entries are sent singly: it may be too large (Medplum takes 8 entries with
conditional creates, tried 2026-11), or one entry is not taken, and the others need not wait for it."""


@dataclass(frozen=True, slots=True)
class Commission:
    """What is to be written, and where."""

    step: AnyStep
    plan: Plan
    prepared: Prepared
    server: Server

    @property
    def told(self) -> Briefing:
        return told_by(self.plan)

    def standing(
        self, relied_on: Sequence[Record], wrote: Mapping[str, Wrote] = MappingProxyType({})
    ) -> Flow[OnServer]:
        """What is on the server now."""
        return look(self.prepared, relied_on, self.server.capabilities, self.server.home, wrote)

    def settled(self, standing: OnServer) -> Flow[Settled]:
        """Settles what is there more than once."""
        return settle(_twins(standing), self.prepared.command_digest, self.server.home)

    def halves(self, sent: Sent) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """What is written, and what is not."""
        entries = self.prepared.entries
        written = [
            line_of(one, sent.wrote[one.part].how, sent.wrote[one.part]) for one in entries if one.part in sent.wrote
        ]
        return tuple(written), tuple(line_of(one, "not written") for one in entries if one.part not in sent.wrote)

    def conflict(self, why: str, sent: Sent, **more: Any) -> Conflict:
        """A conflict that names what was written before it was noticed."""
        return Conflict(self.step.name, why, written=self.halves(sent)[0], told=self.told, **more)


@dataclass(frozen=True, slots=True)
class Round:
    """What one commit came to."""

    result: Result | None
    """None: what was decided from has moved, decide again."""
    waited: float
    """Seconds."""
    written: tuple[Line, ...] = ()
    """What was written before it had to be decided again."""


def commit(asked: Commission, budget: float, *, finishing: Resumed | None = None) -> Flow[Round]:
    """Sends until it is known what is on the server, or `budget` seconds were waited. `finishing`: what is there of an
    act that has its receipt and lacks parts."""
    prepared, server = asked.prepared, asked.server
    way = server.commit_way_for(prepared) if finishing is None else "single writes"
    accept = _acceptance(prepared) if finishing is None else _anything
    resumed = finishing or Resumed()
    notes: list[str] = []
    spent, attempt, most = 0.0, -1, 0
    while True:
        if way == "transaction":
            sent = yield from send_transaction(prepared, server.home, server.able)
        else:
            sent = yield from send_singly(prepared, server.home, server.able, accept, resumed=resumed)
        resumed = replace(resumed, wrote=sent.wrote)
        sent.notes[:0] = notes
        if sent.stopped is None:
            return Round((yield from _complete(asked, sent, way)), spent)
        if sent.stopped.why and sent.stopped.answer is None:
            return Round(asked.conflict(sent.stopped.why, sent), spent)
        standing = yield from asked.standing(asked.plan.decided_from, sent.wrote)
        server.learned.checks_versions |= _refused_a_stale_version(sent.stopped, standing)
        if way == "transaction" and (singly := _why_singly(asked, sent, standing)):
            way, notes, resumed = "single writes", [singly], _resumed_by(standing)
            continue
        if standing.duplicates and not standing.unreadable:
            settled = yield from asked.settled(standing)
            if settled.stuck:
                return Round(_twice(asked, sent, settled), spent)
            standing = yield from asked.standing(asked.plan.decided_from, sent.wrote)
        if standing.receipt is not None and not standing.unreadable:
            went_on = resumed.completes_receipt
            return Round((yield from _receipt_stands(asked, standing, sent, way=way, went_on=went_on)), spent)
        verdict = _verdict(asked, sent, standing)
        if verdict == "again" and way == "transaction" and standing.in_place:
            # Somebody else brought it to the value we want: under our old version the same bytes can never go through.
            verdict = "decide again"
        if verdict == "again" and spent < budget:
            asked_to_wait = wait_asked_for(sent.stopped.answer) if isinstance(sent.stopped.answer, Response) else None
            stands = {**_resumed_by(standing).wrote, **sent.wrote}
            # Who gets on, with others at the same records, waits no longer each time: two runs may meet at every one.
            attempt = 0 if len(stands) > most else attempt + 1
            most = max(most, len(stands))
            spent += yield from wait_for_others(server, attempt, asked_to_wait or 0.0)
            resumed = replace(resumed, wrote=stands)
            continue
        if verdict == "decide again":
            result = None if spent < budget else _moved_on(asked, sent, standing)
            return Round(result, spent, asked.halves(sent)[0])
        if isinstance(verdict, str):
            return Round(_given_up(asked, sent, standing), spent)
        return Round(verdict, spent)


def wait_for_others(server: Server, attempt: int, at_least: float = 0.0) -> Flow[float]:
    """Lets others finish, longer each time, and not all at the same time; as long as a server has asked for. Gives the
    seconds."""
    seconds: float = max(at_least, min(0.05 * 2**attempt, 2.0)) * (0.5 + server.jitter())
    yield from pause(seconds)
    return seconds


def _refused_a_stale_version(stopped: Stopped, standing: OnServer) -> bool:
    """Whether the server itself refused a write because a version had moved: it checks If-Match."""
    refused = isinstance(stopped.answer, Response) and stopped.answer.status in (400, 409, 412) and not stopped.why
    return refused and bool(standing.moved)


def _why_singly(asked: Commission, sent: Sent, standing: OnServer) -> str:
    """Why the same is written singly after a transaction was not carried out; "" where that would not help."""
    answer, count = (sent.stopped.answer if sent.stopped else None), len(asked.prepared.entries)
    if sent.in_part and _whole(asked.prepared, standing):
        # All of it was carried out, only the answer was wrong: as if it had been lost.
        sent.in_part, sent.stopped = False, Stopped("the transaction", Failure("broken", True))
        return ""
    asked.server.learned.no_transactions |= sent.in_part
    if standing.unreadable or not isinstance(answer, Response):
        return ""
    if sent.in_part:
        return "the server answered a transaction and carried out a part of it: the rest was written singly"
    if _whole(asked.prepared, standing) or standing.moved:
        # It was carried out, or refused because a version has moved: Helios says 400 to that (tried 2026-11).
        return ""
    asked.server.learned.no_transactions |= answer.status in NONE_HERE
    if answer.status in (*TOO_MUCH, *NONE_HERE):
        return f"{in_words(answer)} to a transaction of {count} entries: they were written singly"
    return ""


def _whole(prepared: Prepared, standing: OnServer) -> bool:
    """Whether every part is on the server."""
    return not standing.unreadable and all(
        standing.under_keys.get(entry.part) if entry.creates else entry.part in standing.in_place
        for entry in prepared.entries
    )


def _resumed_by(standing: OnServer) -> Resumed:
    """What single writes go on from."""
    wrote = {
        part: Wrote(part, record.reference, record.version, "amended") for part, record in standing.in_place.items()
    }
    return Resumed(wrote, standing.unlinked, completes_receipt=True)


def _verdict(asked: Commission, sent: Sent, standing: OnServer) -> Result | str:
    """Says what a stop meant, from what is on the server."""
    stopped = sent.stopped or Stopped("")
    if standing.unreadable:
        return "give up"
    if standing.moved:
        return "decide again" if asked.step.when_stale == "decide again" else _moved_on(asked, sent, standing)
    if isinstance(stopped.answer, Response) and stopped.answer.status not in LOST:
        return "give up"
    return "again"


def _receipt_stands(
    asked: Commission, standing: OnServer, sent: Sent, *, way: CommitWay, went_on: bool
) -> Flow[Result]:
    """What a stop means where the receipt of the act is there: done, if all that it names is there, too."""
    prepared = asked.prepared
    receipt = standing.receipt
    assert receipt is not None
    was = provenance.command_of(receipt)
    if was and was != prepared.command_digest:
        why = f"another run did this act with different details ({receipt.reference})"
        why += "" if sent.wrote else f"; {NOT_FOUND}"
        return asked.conflict(why, sent)
    proof = yield from prove(receipt, prepared.act, asked.server)
    rest = [one for one in prepared.entries if one.part not in {**sent.wrote, **standing.in_place}]
    if proof.lacks or (went_on and any(not one.creates for one in rest)):
        return _lacking(asked, standing, sent, proof)
    stopped = sent.stopped or Stopped("")
    perhaps_ours = isinstance(stopped.answer, Failure) or (stopped.answer is not None and stopped.answer.status >= 500)
    ours = perhaps_ours and receipt.json.get("recorded") == prepared.receipt.resource.get("recorded")
    lines = []
    record: Record | None
    for entry in prepared.entries:
        record = standing.in_place.get(entry.part) or next(iter(standing.under_keys.get(entry.part, ())), None)
        record = receipt if entry is prepared.receipt else record
        if record is not None:
            wrote = Wrote(entry.part, record.reference, record.version, "created" if entry.creates else "amended")
            lines.append(line_of(entry, wrote.how, wrote))
    done = Done(
        asked.step.name,
        prepared.act.key,
        "us" if ours else "another run",
        receipt.reference,
        tuple(lines),
        prepared.sha256(),
        way,
        asked.told,
        (*(("the answer was lost; what was written was read back",) if ours else ()), *proof.unseen()),
    )
    return _with_incomplete(asked, done)


def _lacking(asked: Commission, standing: OnServer, sent: Sent, proof: Proof) -> Partial:
    """The receipt is there, and parts that it names are not."""
    for entry in asked.prepared.entries:
        record = next(iter(standing.under_keys.get(entry.part, ())), None) or standing.in_place.get(entry.part)
        if record is not None:
            sent.wrote.setdefault(entry.part, Wrote(entry.part, record.reference, record.version, "found"))
    answer = sent.stopped.answer if sent.stopped else None
    because = f": writing {sent.stopped.part}, {in_words(answer)}" if sent.stopped and answer else ""
    written, unwritten = asked.halves(sent)
    words = proof.words() or "parts of it were not written"
    return Partial(asked.step.name, f"{words}{because}", written, unwritten, told=asked.told)


def _complete(asked: Commission, sent: Sent, way: CommitWay) -> Flow[Result]:
    """Says, when everything was answered, who wrote it: us or another run; and looks at what had our keys already."""
    prepared, server = asked.prepared, asked.server
    lines = tuple(line_of(one, sent.wrote[one.part].how, sent.wrote[one.part]) for one in prepared.entries)
    records = yield from read_back([one for one in sent.wrote.values() if one.how == "found"], server.home)
    receipt = sent.wrote[RECEIPT]
    if receipt.how == "found":
        record = records.get(RECEIPT)
        was = provenance.command_of(record) if record else ""
        if was and was != prepared.command_digest:
            why = f"another run did this act with different details ({receipt.reference})"
            ours = tuple(line for line in lines if line.how != "found")
            return Conflict(asked.step.name, why, written=ours, told=asked.told)
    accept = _acceptance(prepared)
    objections = [
        objection
        for entry in prepared.entries
        if entry.part in records and entry is not prepared.receipt and receipt.how != "found"
        if (objection := accept(entry, records[entry.part]))
    ]
    if objections:
        return asked.conflict("; ".join(objections), sent)
    notes = tuple(dict.fromkeys(sent.notes))
    if not _kept_apart(asked):
        looked = yield from _looked_after(asked, sent, lines)
        if not isinstance(looked, tuple):
            return looked
        lines, more = looked
        notes = (*notes, *more)
    done = Done(
        asked.step.name,
        prepared.act.key,
        "another run" if receipt.how == "found" else "us",
        receipt.reference,
        lines,
        prepared.sha256(),
        way,
        asked.told,
        notes,
    )
    return _with_incomplete(asked, done)


def _looked_after(
    asked: Commission, sent: Sent, lines: tuple[Line, ...]
) -> Flow[Result | tuple[tuple[Line, ...], tuple[str, ...]]]:
    """Looks for every part where the server is not known to keep conditional creates apart: what is there twice is
    settled, and what its key does not find is read at its place. Gives the lines and notes, or why it is not done."""
    standing = yield from asked.standing(())
    settled = yield from asked.settled(standing)
    if settled.stuck or standing.unreadable:
        return _twice(asked, sent, settled, standing.unreadable)
    unfound = [
        sent.wrote[entry.part]
        for entry in asked.prepared.entries
        if entry.creates and not standing.under_keys.get(entry.part)
    ]
    there = yield from read_back(unfound, asked.server.home)
    missing = [one for one in unfound if one.part not in there]
    if missing:
        for lost in missing:
            del sent.wrote[lost.part]
        written, unwritten = asked.halves(sent)
        why = "the server said that all of it was written, and a part cannot be found"
        return Partial(asked.step.name, why, written, unwritten, told=asked.told)
    kept = {part: record.reference for part, record in settled.kept.items()}
    twins, hidden = ", ".join(settled.withdrawn), ", ".join(one.reference for one in unfound)
    notes = (
        *((f"another run wrote the same at once: {twins} are marked entered-in-error",) if twins else ()),
        *((f"written, but this server does not find it by its key: {hidden}",) if hidden else ()),
    )
    return tuple(replace(line, reference=kept.get(line.part, line.reference)) for line in lines), notes


def _kept_apart(asked: Commission) -> bool:
    """Whether the server is known to leave one of each where several create it at once."""
    created = {entry.type for entry in asked.prepared.entries if entry.creates}
    return all(map(asked.server.capabilities.keeps_apart, created))


def _twins(standing: OnServer) -> dict[str, tuple[Record, ...]]:
    """What is there more than once, and everything that may point to it."""
    twice = any(len(records) > 1 for records in standing.withdrawn_too.values())
    return dict(standing.withdrawn_too) if twice else {}


def _twice(asked: Commission, sent: Sent, settled: Settled, unreadable: str = "") -> Conflict:
    """Says that something is there twice, or that nobody can tell."""
    why = f"whether anything is there twice could not be read ({unreadable})" if unreadable else TWICE
    return asked.conflict(why, sent, duplicates=settled.stuck)


TWICE = "two resources have the same key"


def _with_incomplete(asked: Commission, done: Done) -> Result:
    """Turns a done act into a refusal, where only what protects the patient was written."""
    if asked.plan.incomplete:
        return Refused(asked.step.name, asked.plan.incomplete, kept=done, told=done.told)
    return done


def _anything(entry: Entry, record: Record) -> str | None:
    """An act that has its receipt is finished beside whatever has become of its parts since."""
    return None


def _acceptance(prepared: Prepared) -> Callable[[Entry, Record], str | None]:
    """Judges a resource that has our key although there is no receipt."""

    def accept(entry: Entry, record: Record) -> str | None:
        was = provenance.command_of(record)
        if was and was != prepared.command_digest:
            return f"{record.reference} has this act's key and was written by a run with different details"
        element = STATUS.get(record.type, ("status", frozenset()))[0]
        status = first_text(record.json, element) or ""
        wanted = entry.resource.get(element)
        if ended(record.type, status) and status != wanted:
            return f"{record.reference} has this act's key and is {status} already"
        return None

    return accept


def _moved_on(asked: Commission, sent: Sent, standing: OnServer) -> Conflict:
    names = ", ".join(one.reference for one in standing.moved)
    return asked.conflict(f"somebody else changed {names} meanwhile", sent, moved=standing.moved)


def _given_up(asked: Commission, sent: Sent, standing: OnServer) -> Result:
    """Gives up: a half-written plan is a result that says so, an unwritten one is the server's error."""
    stopped = sent.stopped or Stopped("")
    answer = stopped.answer or Failure("broken", True)
    problem = f"writing {stopped.part}: {in_words(answer)}"
    under = {part: records[0] for part, records in standing.under_keys.items() if records}
    for part, record in {**under, **standing.in_place}.items():
        sent.wrote.setdefault(part, Wrote(part, record.reference, record.version, "found"))
    written, unwritten = asked.halves(sent)
    sure = not (isinstance(answer, Failure) and not answer.sent)
    uncertain = bool(standing.unreadable) and sure
    if written or uncertain:
        if uncertain:
            problem += f"; and what is on the server now could not be read ({standing.unreadable})"
            unwritten = tuple(replace(one, how="not known") for one in unwritten)
        return Partial(asked.step.name, problem, written, unwritten, uncertain=uncertain, told=asked.told)
    if isinstance(answer, Failure) and not answer.sent:
        raise ServerUnreachable(f"{problem}; nothing was written", sent=False)
    # It went out: what the server does with it later, nobody knows.
    if isinstance(answer, Failure):
        raise ServerUnreachable(f"{problem}; {NOT_FOUND}, run it again to be sure", sent=True)
    raise ServerUnfit(f"{problem}; {NOT_FOUND}")


def line_of(entry: Entry, how: Any, wrote: Wrote | None = None) -> Line:
    reference = wrote.reference if wrote else entry.reference
    return Line(entry.part, entry.type, how, entry.because, reference, wrote.version if wrote else entry.version)


def told_by(plan: Plan) -> Briefing:
    return Briefing(plan.says, plan.instructions, plan.warnings)
