"""gather → decide → commit, as one flow over one server (rules R2, R3, R6). What a commit meant: `committing`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from carefhir.engine import afterwards, finishing
from carefhir.engine.committing import Commission, commit, line_of, told_by, wait_for_others
from carefhir.engine.considering import Considered, command_digest, consider, considered_anew, slots_for
from carefhir.engine.proving import Proof, prove
from carefhir.engine.results import (
    NOT_FOUND,
    UNWRITTEN,
    Briefing,
    Conflict,
    Done,
    Line,
    Partial,
    Preview,
    Refused,
    Result,
    with_earlier,
)
from carefhir.engine.settling import needs_no_commit, other_than_expected, prepared_of
from carefhir.engine.step import AnyReading, AnyStep, Command
from carefhir.errors import CarefhirError, ServerUnfit
from carefhir.fhir.both_homes import gathered
from carefhir.fhir.changes import Act, Create, Plan, Refusal, strings_in
from carefhir.fhir.history import histories_of
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow
from carefhir.occasion import Occasion


def run(
    step: AnyStep, command: Command, occasion: Occasion, server: Server, *, expect: str | None = None
) -> Flow[Result]:
    """Carries a step out. It is safe to run it again after anything: nothing is written twice. When its writes stand,
    it looks at what others may have done at the same time (`afterwards`).

    Raises `ServerUnreachable` or `ServerUnfit` when nothing was written and the server is the reason.
    """
    course: list[Considered] = []
    result = yield from _carried_out(step, command, occasion, server, expect=expect, course=course)
    if not step.afterwards:
        return result
    last, asked = course[-1], command_digest(step, command)
    act = replace(last.act, asked=last.act.asked or asked)
    return (yield from afterwards.looked(result, step, act, occasion=last.occasion, server=server, run=run))


def _carried_out(
    step: AnyStep,
    command: Command,
    occasion: Occasion,
    server: Server,
    *,
    expect: str | None,
    course: list[Considered],
) -> Flow[Result]:
    """Carries a step out. `course`: takes what each round of reading and deciding gave."""
    before: tuple[Line, ...] = ()
    budget, attempt, left = server.budget, 0, 0
    while True:
        considered = yield from consider(step, command, occasion, server)
        course.append(considered)
        settled = needs_no_commit(step, considered, server)
        if settled is not None:
            if considered.begun_otherwise and expect is None:
                return (yield from _at_least_beside(step, considered, settled, server))
            proof = yield from _proof(considered, settled, server)
            if proof is not None and (proof.lacks or proof.unmarked):
                finished = yield from _finish(step, command, considered, proof, server)
                return finished or _still_so(settled, proof)
            return _still_so(settled, proof)
        plan, prepared = prepared_of(step, considered, server)
        if expect is not None and expect != prepared.sha256():
            return Refused(step.name, (other_than_expected(expect, prepared),))
        try:
            this = yield from commit(Commission(step, plan, prepared, server), budget)
        except ServerUnfit as error:
            least = _at_least(plan, error)
            if least is None or expect is not None:
                raise
            considered.only(least)
            plan, prepared = prepared_of(step, considered, server)
            this = yield from commit(Commission(step, plan, prepared, server), budget)
        before = (*before, *this.written)
        if this.result is not None:
            whole = with_earlier(this.result, before)
            return whole if expect is not None else (yield from _at_least_beside(step, considered, whole, server))
        # Who gets on, with others at the same records, waits no longer each time: two runs may meet at every one.
        attempt = attempt + 1 if left and len(prepared.entries) >= left else 0
        left = len(prepared.entries)
        # Each round of reading and deciding counts, however short its wait: the budget bounds the whole run.
        budget -= this.waited + (yield from wait_for_others(server, attempt))


def _proof(considered: Considered, settled: Result, server: Server) -> Flow[Proof | None]:
    """Whether all is there that the receipt of an act names; None where no receipt says that it is done."""
    if isinstance(settled, Conflict) or not considered.receipts:
        return None
    return (yield from prove(considered.receipts[0], considered.act, server))


def _still_so(settled: Result, proof: Proof | None) -> Result:
    """What a done act says of its parts: that one is missing, or that somebody has removed one since."""
    if proof is None or not (proof.lacks or proof.removed or proof.hidden):
        return settled
    if proof.lacks:
        return finishing.cannot(settled.step, proof, settled.told)
    gone = f"removed by somebody since, and not written again: {', '.join(proof.removed)}"
    notes = (*((gone,) if proof.removed else ()), *proof.unseen())
    done = settled.kept if isinstance(settled, Refused) else settled
    if not isinstance(done, Done):
        return settled
    noted = replace(done, notes=(*done.notes, *notes))
    return replace(settled, kept=noted) if isinstance(settled, Refused) else noted


def _finish(
    step: AnyStep, command: Command, considered: Considered, proof: Proof, server: Server
) -> Flow[Result | None]:
    """Writes what an act lacks that has its receipt; None where nothing lacks."""
    told = Briefing(instructions=considered.decision.instructions)
    if considered.opened is None:
        return finishing.cannot(step.name, proof, told) if proof.lacks else None
    records, case = considered.opened
    anew = yield from considered_anew(step, command, considered.occasion, server, records, considered.act, case)
    if anew.begun_otherwise or isinstance(anew.decision, Refusal):
        return finishing.cannot(step.name, proof, told) if proof.lacks else None
    plan, prepared = prepared_of(step, anew, server)
    if not finishing.anything_to_do(prepared, proof):
        return None
    return (yield from finishing.finish(step, plan, prepared, proof, server))


def _at_least(plan: Plan, error: ServerUnfit) -> Plan | None:
    """What protects the patient, where the server refuses the whole plan: a response names somebody who is not on the
    server, say. It is an act of its own, so that the corrected response is another act and not done already."""
    if plan.instead is None or not (plan.incomplete or plan.instead_as):
        return None
    why = error.message.removesuffix(f"; {NOT_FOUND}")
    return replace(plan.instead, incomplete=(*plan.incomplete, f"{why}; only what protects the patient is written"))


def _at_least_beside(step: AnyStep, considered: Considered, result: Result, server: Server) -> Flow[Result]:
    """Writes what protects the patient beside an act that conflicts, or of which the server has not taken a part."""
    plan = considered.decision
    if not isinstance(result, Conflict | Partial) or not isinstance(plan, Plan) or plan.instead is None:
        return result
    if not plan.instead_as or not _held_back(considered.act, plan, result):
        return result
    alone = replace(considered, half_done=None)
    alone.only(plan.instead)
    smaller_plan, prepared = prepared_of(step, alone, server)
    try:
        outcome = (yield from commit(Commission(step, smaller_plan, prepared, server), server.budget)).result
    except CarefhirError:
        return result
    done = outcome.kept if isinstance(outcome, Refused) else outcome
    if not isinstance(done, Done):
        return result
    why = f"{result.why.removesuffix(f'; {UNWRITTEN}')}; what protects the patient is written"
    return replace(result, why=why, written=(*result.written, *done.written))


def _held_back(act: Act, plan: Plan, result: Conflict | Partial) -> bool:
    """Whether anything of what protects the patient is not written, and could be without the rest: it was not refused
    itself, but rests on what was, or was never come to."""
    assert plan.instead is not None
    written = {line.part for line in result.written}
    lacking = {
        change.part: change for change in plan.changes if isinstance(change, Create) and change.part not in written
    }
    urns = {act.urn(part) for part in lacking}
    wanted = {change.part for change in plan.instead.changes if isinstance(change, Create)} & lacking.keys()
    if isinstance(result, Conflict):
        return bool(wanted)
    return any((set(strings_in(lacking[part].resource)) & urns) - {act.urn(part)} for part in wanted)


def preview(step: AnyStep, command: Command, occasion: Occasion, server: Server) -> Flow[Preview | Result]:
    """The step without the commit: what would be sent, with its digest; or why nothing would."""
    considered = yield from consider(step, command, occasion, server)
    settled = needs_no_commit(step, considered, server)
    if settled is not None:
        proof = yield from _proof(considered, settled, server)
        return _still_so(settled, proof)
    plan, prepared = prepared_of(step, considered, server)
    way = server.commit_way_for(prepared)
    lines = tuple(line_of(one, "create" if one.creates else "amend") for one in prepared.entries)
    return Preview(
        step.name,
        replace(prepared.act, asked=""),
        prepared.sha256(),
        prepared.body(),
        way,
        lines,
        told_by(plan),
        occasion.now,
        plan.incomplete,
    )


def show(reading: AnyReading, command: Command, occasion: Occasion, server: Server) -> Flow[Any]:
    """Runs a read-only step."""
    slots = slots_for(command, occasion)
    records = yield from gathered(reading.needs, slots, server, to_show=True)
    later = reading.later(records, command, occasion) if reading.later is not None else ()
    if later:
        more = yield from gathered(later, slots, server, to_show=True)
        records = replace(
            records,
            by_need={**records.by_need, **more.by_need},
            gaps=tuple(dict.fromkeys((*records.gaps, *more.gaps))),
            odd=tuple(sorted({*records.odd, *more.odd})),
        )
    before = reading.history(records, command, occasion) if reading.history is not None else ()
    if before:
        records = replace(records, histories=(yield from histories_of(before, server.home)))
    return reading.read(records, command, occasion)


@contextmanager
def hearing(step: AnyStep, command: Command, occasion: Occasion) -> Iterator[None]:
    """Puts what must be done now on every error that keeps a step from being written."""
    try:
        yield
    except CarefhirError as error:
        error.instructions = error.instructions or step.at_once(command, occasion)
        raise
