"""gather → decide → commit, as one flow over one server (rules R2, R3, R4, R6).

The runner, and nobody else, says what a failed write meant, and says it from what it *reads*: the receipt is there
(done by us, or by another run), a version moved (decide again or ask the person), a key has two resources (never
retried), or nothing moved: a race, the same bytes again with jitter, within a budget of time; else the server refused.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from carefhir.errors import CarefhirError, ContentError, ServerUnfit, ServerUnreachable
from carefhir.fhir import r4
from carefhir.fhir.bundle import RECEIPT, Entry, Prepared, prepare
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.codec import digest
from carefhir.fhir.commit import (
    CommitWay,
    Sent,
    Stopped,
    Wrote,
    best_commit_way,
    read_back,
    send_singly,
    send_transaction,
)
from carefhir.fhir.diagnosis import Standing, look
from carefhir.fhir.gather import Gap, Records, Way, gather
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.record import Record, first_text
from carefhir.fhir.search import Named, Need
from carefhir.fhir.wire import Failure, Flow, Response, pause
from carefhir.lifecycle import STATUS, ended
from carefhir.mappers import provenance
from carefhir.occasion import Occasion
from carefhir.results import Conflict, Done, Line, Moved, Partial, Preview, Refused, Result, Told
from carefhir.steps import AnyReading, AnyStep, Command, FromCommand

LOST = frozenset({408, 409, 412, 429, 500, 502, 503, 504})
"""Statuses after which nothing is known until it has been read; anything else in 4xx is the server's plain no."""


@dataclass(frozen=True, slots=True)
class Server:
    """One home with what is known of it, and how it is to be used."""

    home: Home
    capabilities: Capabilities
    way: Way | None = None
    commit_way: CommitWay | None = None
    budget: float = 30.0
    """Seconds of waiting a contended commit may take."""
    jitter: Callable[[], float] = field(default=random.random)


@dataclass(frozen=True, slots=True)
class _Considered:
    """What gather and decide gave."""

    records: Records
    act: Act | None
    receipts: tuple[Record, ...]
    decision: Plan | Refusal


def run(
    step: AnyStep, command: Command, occasion: Occasion, server: Server, *, expect: str | None = None
) -> Flow[Result]:
    """Carries a step out. Safe to run again after anything: what stands is not written twice.

    Raises `ServerUnreachable` or `ServerUnfit` when nothing was written and the server is the reason.
    """
    budget = server.budget
    while True:
        seen = yield from _consider(step, command, occasion, server)
        settled = _settled(step, command, seen, server)
        if settled is not None:
            return settled
        plan, prepared = _prepared(step, command, occasion, seen)
        if expect is not None and expect != prepared.sha256():
            return Refused(step.name, (_other_than_expected(expect, prepared),))
        outcome, spent = yield from _commit(step, plan, prepared, server, budget)
        if outcome is not None:
            return outcome
        budget -= spent + 0.1


def preview(step: AnyStep, command: Command, occasion: Occasion, server: Server) -> Flow[Preview | Result]:
    """The step without the commit: what would be sent, with its digest; or why nothing would."""
    seen = yield from _consider(step, command, occasion, server)
    settled = _settled(step, command, seen, server)
    if settled is not None:
        return settled
    plan, prepared = _prepared(step, command, occasion, seen)
    way = server.commit_way or best_commit_way(server.capabilities, prepared)
    lines = tuple(_line(one, "create" if one.creates else "amend") for one in prepared.entries)
    return Preview(
        step.name, prepared.act, prepared.sha256(), prepared.body(), way, lines, _told(plan), plan.incomplete
    )


def show(reading: AnyReading, command: Command, occasion: Occasion, server: Server) -> Flow[Any]:
    """Runs a read-only step."""
    slots = slots_for(command, occasion)
    records = yield from gather(reading.needs, slots, server.capabilities, server.home, way=server.way)
    return reading.read(records, command, occasion)


def slots_for(command: Command, occasion: Occasion) -> dict[str, str]:
    """What a declaration's slots stand for on this occasion."""
    fields = (*type(command).model_fields, *type(command).model_computed_fields)
    values = ((name, getattr(command, name)) for name in fields)
    slots = {f"command.{name}": value for name, value in values if isinstance(value, str)}
    slots["patient"] = slots.get("command.patient", "")
    slots["actor"] = occasion.actor.reference
    slots["today"] = occasion.today.isoformat()
    return slots


def command_digest(step: AnyStep, command: Command) -> str:
    """The digest of what was asked for, whoever asks and whenever."""
    return digest([step.name, command.model_dump()])


def _consider(step: AnyStep, command: Command, occasion: Occasion, server: Server) -> Flow[_Considered]:
    slots = slots_for(command, occasion)
    cause = None
    needs = (*step.needs, _actor(occasion))
    if isinstance(step.cause, FromCommand):
        cause = step.cause.of(command, occasion)
        slots["act"] = _act(step, slots, cause).key
        needs = (*needs, provenance.find())
    records = yield from gather(needs, slots, server.capabilities, server.home, way=server.way)
    context = step.read(records)
    receipts = records["receipt"]
    if not isinstance(step.cause, FromCommand):
        cause = step.cause.of(context, command, occasion)
        if cause is not None:
            slots["act"] = _act(step, slots, cause).key
            receipts = yield from _receipts(slots, server)
    act = _act(step, slots, cause) if cause is not None else None
    decision = step.decide(context, command, occasion)
    if not receipts and isinstance(decision, Plan) and records.visible("actor") and records.one("actor") is None:
        decision = Refusal((f"who acts, {occasion.actor.reference}, is not on this server",), decision.instructions)
    return _Considered(records, act, receipts, decision)


def _receipts(slots: dict[str, str], server: Server) -> Flow[tuple[Record, ...]]:
    try:
        late = yield from gather((provenance.find(),), slots, server.capabilities, server.home, way="searches")
    except ServerUnfit as error:
        why = f"whether this was done before cannot be told, for receipts are Provenances found by tag: {error.message}"
        raise ServerUnfit(why) from None
    return late["receipt"]


def _actor(occasion: Occasion) -> Need:
    """Who acts must be on the server, for the receipt points to them; not to be seen is not to be absent."""
    type_ = occasion.actor.reference.partition("/")[0]
    return Need("actor", type_, (Named("{actor}"),), optional=True)


def _act(step: AnyStep, slots: dict[str, str], cause: tuple[str, ...]) -> Act:
    return Act(step.name, slots["patient"], cause)


def _settled(step: AnyStep, command: Command, seen: _Considered, server: Server) -> Result | None:
    """A result that needs no commit: done before, done otherwise, refused, or more than this server can take."""
    if len(seen.receipts) > 1:
        names = tuple(one.reference for one in seen.receipts)
        return Conflict(step.name, "two receipts stand for one act", duplicates={RECEIPT: names})
    if seen.receipts:
        done = _done_before(step, command, seen.receipts[0], seen.decision.instructions)
        if isinstance(done, Done) and isinstance(seen.decision, Plan) and seen.decision.incomplete:
            return Refused(step.name, seen.decision.incomplete, kept=done, told=done.told)
        return done
    if isinstance(seen.decision, Refusal):
        return Refused(step.name, seen.decision.why, told=Told(instructions=seen.decision.instructions))
    wanted = {(one.type, "create" if isinstance(one, Create) else "update") for one in seen.decision.changes}
    closed = sorted(
        f"{interaction} of {type_}"
        for type_, interaction in wanted | {("Provenance", "create")}
        if not server.capabilities.can(type_, interaction)
    )
    if closed:
        why = f"this server states no {', no '.join(closed)}; nothing was written"
        return Refused(step.name, (why,), told=Told(instructions=seen.decision.instructions))
    return None


def _done_before(step: AnyStep, command: Command, receipt: Record, instructions: tuple[str, ...]) -> Result:
    """The receipt is there: done, unless it was for other particulars. What must be done now is said again."""
    told = Told(instructions=instructions)
    asked = command_digest(step, command)
    was = provenance.command_of(receipt)
    if was and was != asked:
        why = (
            f"this was done already, with other particulars ({receipt.reference}, recorded "
            f"{provenance.recorded(receipt)}); nothing of this request was written"
        )
        return Conflict(step.name, why, told=told)
    return Done(
        step.name,
        provenance.act_of(receipt),
        "an earlier run",
        receipt.reference,
        told=told,
        notes=(f"recorded {provenance.recorded(receipt)}",),
    )


def _prepared(step: AnyStep, command: Command, occasion: Occasion, seen: _Considered) -> tuple[Plan, Prepared]:
    plan = seen.decision
    assert isinstance(plan, Plan) and seen.act is not None  # noqa: PT018 — settled before
    receipt = provenance.write(plan, occasion, seen.act.subject)
    prepared = prepare(seen.act, command_digest(step, command), plan.changes, receipt)
    for one in prepared.entries:
        wrong = r4.objections(one.resource) if one.creates else ()
        if wrong:
            raise ContentError(
                f"{step.name} would write what R4 does not allow ({one.part}): {wrong[0]}; nothing was sent"
            )
    return plan, prepared


def _other_than_expected(expect: str, prepared: Prepared) -> str:
    return (
        f"what would be written is no longer what you saw: expected sha-256 {expect[:12]}…, it is now "
        f"{prepared.sha256()[:12]}…; look at a new preview"
    )


def _commit(
    step: AnyStep, plan: Plan, prepared: Prepared, server: Server, budget: float
) -> Flow[tuple[Result | None, float]]:
    """Sends until it is known what stands. No result means: decide again. Also gives the seconds spent waiting."""
    way = server.commit_way or best_commit_way(server.capabilities, prepared)
    accept = _acceptance(prepared)
    wrote: dict[str, Wrote] = {}
    spent, attempt = 0.0, 0
    while True:
        if way == "transaction":
            sent = yield from send_transaction(prepared, server.home)
        else:
            sent = yield from send_singly(prepared, server.home, server.capabilities, accept, wrote)
        wrote = sent.wrote
        if sent.stopped is None:
            return (yield from _complete(step, plan, prepared, server, sent, way)), spent
        if sent.stopped.why and sent.stopped.answer is None:
            return _objection(step, plan, prepared, sent, sent.stopped), spent
        standing = yield from look(prepared, plan.decided_from, server.capabilities, server.home, wrote)
        verdict = _verdict(step, plan, prepared, sent, standing, way)
        if verdict == "again" and way == "transaction" and standing.in_place:
            # Somebody else brought it to the value we want: under our old version the same bytes can never go through.
            verdict = "decide again"
        if verdict == "again" and spent < budget:
            wait = min(0.05 * 2**attempt, 2.0) * (0.5 + server.jitter())
            yield from pause(wait)
            spent, attempt = spent + wait, attempt + 1
            for part, record in standing.in_place.items():
                wrote.setdefault(part, Wrote(part, record.reference, record.version, "amended"))
            continue
        if verdict == "decide again":
            return (None if spent < budget else _moved_on(step, plan, prepared, sent, standing)), spent
        if isinstance(verdict, str):
            return _given_up(step, plan, prepared, sent, standing), spent
        return verdict, spent


def _verdict(
    step: AnyStep, plan: Plan, prepared: Prepared, sent: Sent, standing: Standing, way: CommitWay
) -> Result | str:
    """What a stop meant, from what stands."""
    stopped = sent.stopped or Stopped("")
    if standing.unreadable:
        return "give up"
    if standing.receipt is not None:
        lost = isinstance(stopped.answer, Failure) or (stopped.answer is not None and stopped.answer.status >= 500)
        return _receipt_stands(step, plan, prepared, standing, way, perhaps_ours=lost)
    if standing.duplicates:
        why = "two resources stand under one key"
        return Conflict(step.name, why, duplicates=standing.duplicates, told=_told(plan))
    if standing.moved:
        return "decide again" if step.when_stale == "decide again" else _moved_on(step, plan, prepared, sent, standing)
    if isinstance(stopped.answer, Response) and stopped.answer.status not in LOST:
        return "give up"
    return "again"


def _receipt_stands(
    step: AnyStep, plan: Plan, prepared: Prepared, standing: Standing, way: CommitWay, *, perhaps_ours: bool
) -> Result:
    receipt = standing.receipt
    assert receipt is not None
    was = provenance.command_of(receipt)
    if was and was != prepared.command_digest:
        why = f"another run did this act with other particulars ({receipt.reference}); nothing of this one was written"
        return Conflict(step.name, why, told=_told(plan))
    ours = perhaps_ours and receipt.json.get("recorded") == prepared.receipt.resource.get("recorded")
    lines = []
    record: Record | None
    for one in prepared.entries:
        record = standing.in_place.get(one.part) or next(iter(standing.under_keys.get(one.part, ())), None)
        record = receipt if one is prepared.receipt else record
        if record is not None:
            wrote = Wrote(one.part, record.reference, record.version, "created" if one.creates else "amended")
            lines.append(_line(one, wrote.how, wrote))
    done = Done(
        step.name,
        prepared.act.key,
        "us" if ours else "another run",
        receipt.reference,
        tuple(lines),
        prepared.sha256(),
        way,
        _told(plan),
        ("the answer was lost; what stands was read back",) if ours else (),
    )
    return _with_incomplete(step, plan, done)


def _complete(
    step: AnyStep, plan: Plan, prepared: Prepared, server: Server, sent: Sent, way: CommitWay
) -> Flow[Result]:
    """Everything was answered: says whether by us or by another run, and looks at what was found under our keys."""
    lines = tuple(_line(one, sent.wrote[one.part].how, sent.wrote[one.part]) for one in prepared.entries)
    found = yield from read_back(prepared, sent, server.home)
    receipt = sent.wrote[RECEIPT]
    if receipt.how == "found":
        record = found.get(RECEIPT)
        was = provenance.command_of(record) if record else ""
        if was and was != prepared.command_digest:
            why = f"another run did this act with other particulars ({receipt.reference})"
            return Conflict(step.name, why, written=tuple(one for one in lines if one.how != "found"), told=_told(plan))
    accept = _acceptance(prepared)
    objections = [
        objection
        for one in prepared.entries
        if one.part in found and one is not prepared.receipt and receipt.how != "found"
        if (objection := accept(one, found[one.part]))
    ]
    if objections:
        return Conflict(step.name, "; ".join(objections), written=lines, told=_told(plan))
    done = Done(
        step.name,
        prepared.act.key,
        "another run" if receipt.how == "found" else "us",
        receipt.reference,
        lines,
        prepared.sha256(),
        way,
        _told(plan),
        tuple(dict.fromkeys(sent.notes)),
    )
    return _with_incomplete(step, plan, done)


def _with_incomplete(step: AnyStep, plan: Plan, done: Done) -> Result:
    """A step refused for its form, whose protective part was written all the same."""
    if plan.incomplete:
        return Refused(step.name, plan.incomplete, kept=done, told=done.told)
    return done


def _acceptance(prepared: Prepared) -> Callable[[Entry, Record], str | None]:
    """Judges what already stands under our key when the receipt does not."""

    def accept(entry: Entry, record: Record) -> str | None:
        was = provenance.command_of(record)
        if was and was != prepared.command_digest:
            return f"{record.reference} stands under this act's key, written by a run with other particulars"
        element = STATUS.get(record.type, ("status", frozenset()))[0]
        status = first_text(record.json, element) or ""
        wanted = entry.resource.get(element)
        if ended(record.type, status) and status != wanted:
            return f"{record.reference} stands under this act's key and is {status} already"
        return None

    return accept


def _objection(step: AnyStep, plan: Plan, prepared: Prepared, sent: Sent, stopped: Stopped) -> Result:
    written, _ = _halves(prepared, sent)
    duplicates = {stopped.part: stopped.duplicates} if stopped.duplicates else {}
    return Conflict(step.name, stopped.why, duplicates=duplicates, written=written, told=_told(plan))


def _moved_on(step: AnyStep, plan: Plan, prepared: Prepared, sent: Sent, standing: Standing) -> Conflict:
    moved = tuple(Moved(one.reference, one.had, one.now) for one in standing.moved)
    names = ", ".join(one.reference for one in moved)
    written, _ = _halves(prepared, sent)
    return Conflict(step.name, f"somebody else changed {names} meanwhile", moved, written=written, told=_told(plan))


def _given_up(step: AnyStep, plan: Plan, prepared: Prepared, sent: Sent, standing: Standing) -> Result:
    """The server said no, or nothing: a half-written plan is told as such, an unwritten one is the server's error."""
    stopped = sent.stopped or Stopped("")
    answer = stopped.answer or Failure("broken", True)
    said = f"writing {stopped.part}: {in_words(answer)}"
    under = {part: records[0] for part, records in standing.under_keys.items() if records}
    for part, record in {**under, **standing.in_place}.items():
        sent.wrote.setdefault(part, Wrote(part, record.reference, record.version, "found"))
    written, unwritten = _halves(prepared, sent)
    sure = not (isinstance(answer, Failure) and not answer.sent)
    uncertain = bool(standing.unreadable) and sure
    if written or uncertain:
        if uncertain:
            said += f"; and what stands could not be read ({standing.unreadable})"
            unwritten = tuple(replace(one, how="not known") for one in unwritten)
        return Partial(step.name, said, written, unwritten, uncertain, _told(plan))
    if isinstance(answer, Failure):
        raise ServerUnreachable(f"{said}; nothing was written", sent=answer.sent)
    raise ServerUnfit(f"{said}; nothing was written")


def _halves(prepared: Prepared, sent: Sent) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    written = [
        _line(one, sent.wrote[one.part].how, sent.wrote[one.part]) for one in prepared.entries if one.part in sent.wrote
    ]
    rest = [_line(one, "not written") for one in prepared.entries if one.part not in sent.wrote]
    return tuple(written), tuple(rest)


def _line(one: Entry, how: Any, wrote: Wrote | None = None) -> Line:
    reference = wrote.reference if wrote else one.reference
    return Line(one.part, one.type, how, one.because, reference, wrote.version if wrote else one.version)


@contextmanager
def hearing(step: AnyStep, command: Command, occasion: Occasion) -> Iterator[None]:
    """Whatever keeps a step from being written, what must be done now is said: the error carries it."""
    try:
        yield
    except CarefhirError as error:
        error.instructions = error.instructions or step.at_once(command, occasion)
        raise


def _told(plan: Plan) -> Told:
    return Told(plan.says, plan.instructions, plan.warnings)


def in_sight(gaps: Sequence[Gap]) -> tuple[str, ...]:
    """Gaps in words: what could not be seen is "not visible", never "none" (R10)."""
    return tuple(f"{gap.type} not visible: {gap.why}" for gap in gaps)
