"""What needs no commit: an act that was done before, otherwise, or is refused; and the plan of one that needs it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from carefhir.chart.derived_labels import labels_of_receipt
from carefhir.engine import resuming
from carefhir.engine.considering import Considered
from carefhir.engine.kept_elsewhere import Teller, told_elsewhere
from carefhir.engine.results import (
    UNWRITTEN,
    Briefing,
    Conflict,
    Done,
    Line,
    Refused,
    Result,
)
from carefhir.engine.step import AnyStep
from carefhir.errors import ContentError
from carefhir.fhir import r4
from carefhir.fhir.bundle import RECEIPT, Prepared, prepare
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import Amend, Create, Plan, Refusal, labeled
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.server import Server
from carefhir.mappers import provenance


def needs_no_commit(step: AnyStep, considered: Considered, server: Server) -> Result | None:
    """A result that needs no commit: done before, done otherwise, refused, or more than this server can take."""
    commands = set(map(provenance.command_of, considered.receipts))
    if len(considered.receipts) > 1 and (len(commands) > 1 or "" in commands):
        names = tuple(one.reference for one in considered.receipts)
        return Conflict(step.name, "there are two receipts for one act", duplicates={RECEIPT: names})
    if considered.begun_otherwise:
        why = (
            "this was begun before with other details, and interrupted: it wrote "
            f"{', '.join(considered.begun_otherwise)}; "
            f"run it again with the first details to finish it; {UNWRITTEN}"
        )
        return Conflict(step.name, why, told=Briefing(instructions=considered.decision.instructions))
    if considered.taken_back is not None:
        told = Briefing(instructions=considered.decision.instructions)
        return Refused(step.name, (_taken_back(step, considered.taken_back),), told=told)
    if considered.receipts:
        done = _done_before(step, considered)
        if isinstance(done, Done) and isinstance(considered.decision, Plan) and considered.decision.incomplete:
            return Refused(step.name, considered.decision.incomplete, kept=done, told=done.told)
        return done
    if isinstance(considered.decision, Refusal) and considered.half_done is not None:
        return _stuck_half_way(step, considered, considered.decision, considered.half_done)
    if isinstance(considered.decision, Refusal):
        refusal = considered.decision
        told = Briefing(instructions=refusal.instructions, warnings=refusal.warnings)
        if refusal.sides:
            why = f"{'; '.join(refusal.why)}; {UNWRITTEN}"
            return Conflict(step.name, why, told=told, sides=refusal.sides)
        return Refused(step.name, refusal.why, told=told, to_fill_in=refusal.to_fill_in)
    closed = closed_to(considered.decision, server)
    if closed and considered.decision.instead is not None and not closed_to(considered.decision.instead, server):
        why = f"this server's CapabilityStatement has no {', no '.join(closed)}"
        least = replace(considered.decision.instead, incomplete=(*considered.decision.incomplete, why))
        considered.only(least)
        return None
    if closed:
        why = f"this server's CapabilityStatement has no {', no '.join(closed)}; nothing was written"
        return Refused(step.name, (why,), told=Briefing(instructions=considered.decision.instructions))
    return None


def _stuck_half_way(step: AnyStep, considered: Considered, refusal: Refusal, records: Records) -> Conflict:
    """An act that was interrupted, and cannot be finished as things are now: what it has written is named."""
    wrote = {record.reference: record for record in resuming.written_by(records, considered.act)}
    lines = tuple(
        Line(
            record.reference,
            record.type,
            "created" if considered.act.did(record, "created") else "amended",
            "written by the run that was interrupted",
            record.reference,
            record.version,
        )
        for record in wrote.values()
    )
    why = (
        f"this was begun before, and interrupted when a part of it was written; it cannot be finished now: "
        f"{'; '.join(refusal.why)}. Once that is put right, the same command finishes it; else look at what is "
        "listed, and correct it by hand"
    )
    told = Briefing(instructions=refusal.instructions, warnings=refusal.warnings)
    return Conflict(step.name, why, written=lines, told=told, sides=refusal.sides)


def closed_to(plan: Plan, server: Server) -> list[str]:
    """What a plan would need and the server does not state."""
    wanted = {(one.type, "create" if isinstance(one, Create) else "update") for one in plan.changes}
    return closed(wanted | {("Provenance", "create")}, server.capabilities)


def closed(wanted: Iterable[tuple[str, str]], capabilities: Capabilities) -> list[str]:
    """Of (type, interaction), in words, what a server does not state."""
    return sorted(f"{how} of {type_}" for type_, how in set(wanted) if not capabilities.can(type_, how))


def _done_before(step: AnyStep, considered: Considered) -> Result:
    """The receipt is there: done, unless it was written for different details. What must be done now is said again."""
    receipt, told = considered.receipts[0], Briefing(instructions=considered.decision.instructions)
    was = provenance.command_of(receipt)
    if was and considered.act.asked and was != considered.act.asked:
        why = (
            f"this was done already, with different details ({receipt.reference}, recorded "
            f"{provenance.recorded(receipt)}); {UNWRITTEN}"
        )
        return Conflict(step.name, why, told=told)
    notes = [f"recorded {provenance.recorded(receipt)}"]
    if len(considered.receipts) > 1:
        notes.append(
            f"there are {len(considered.receipts)} receipts for it: two runs wrote at once, and settled on one"
        )
    if isinstance(considered.decision, Refusal):
        notes += [f"today it would be refused: {why}" for why in considered.decision.why]
    return Done(
        step.name, provenance.act_of(receipt), "an earlier run", receipt.reference, told=told, notes=tuple(notes)
    )


def _taken_back(step: AnyStep, retracted: Record) -> str:
    """Says that this was done and is not in force any more, since when, by whom, and what to do if it is right."""
    day, who = provenance.recorded(retracted)[:10], provenance.author(retracted)
    return f"this was recorded, and taken back on {day} by {who} ({retracted.reference}): {step.again}"


def prepared_of(step: AnyStep, considered: Considered, server: Server) -> tuple[Plan, Prepared]:
    plan = considered.decision
    assert isinstance(plan, Plan)  # settled before
    if considered.half_done is not None:
        plan = resuming.bound(plan, considered.act, considered.half_done)
    decided = considered.act.decided_at
    occasion = considered.occasion.at(datetime.fromisoformat(decided)) if decided else considered.occasion
    teller = Teller(
        considered.act,
        occasion,
        server.beside,
        title=step.title,
        author=considered.author,
        records_read=considered.records_read,
    )
    plan = told_elsewhere(plan, teller)
    receipt = provenance.write(plan, considered.occasion, considered.act.subject)
    receipt = labeled(receipt, labels_of_receipt(plan))
    prepared = prepare(considered.act, plan.changes, receipt, plan.labels, server.home.others)
    stands = {change.part: change.record.json for change in plan.changes if isinstance(change, Amend)}
    for entry in prepared.entries:
        # What others have written stays as it is, whatever R4 says of it; nothing may be added to that.
        was = set(map(_unnumbered, r4.objections(stands[entry.part]))) if entry.part in stands else set()
        wrong = [one for one in r4.objections(entry.resource) if _unnumbered(one) not in was]
        if wrong:
            sources = ", ".join(record.reference for record in plan.decided_from)
            raise ContentError(
                f"{step.name} would write what R4 does not allow ({entry.part}): {wrong[0]}; it was decided from "
                f"{sources or 'no record'}: have these checked; nothing was sent"
            )
    if considered.half_done is not None:
        plan = replace(plan, decided_from=resuming.as_they_stand(plan.decided_from, considered.half_done))
    return plan, prepared


def _unnumbered(objection: str) -> str:
    """An objection without the numbers of items, which move when one is added before them."""
    return re.sub(r"\.\d+(?=[.:])", "", objection)


def other_than_expected(expect: str, prepared: Prepared) -> str:
    return (
        f"what would be written is no longer what you saw: expected sha-256 {expect[:12]}…, it is now "
        f"{prepared.sha256()[:12]}…; look at a new preview"
    )
