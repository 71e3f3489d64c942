"""gather → decide → commit, as one flow over one server (rules R2, R3, R6). What a commit meant: `committing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from carefhir.content import supervision
from carefhir.engine import afterwards, finishing, resuming
from carefhir.engine.committing import Commission, commit, line_of, told_by, wait_for_others
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
from carefhir.engine.step import AnyReading, AnyStep, Case, Cause, Command, digest_of
from carefhir.errors import CarefhirError, ContentError, ServerUnfit
from carefhir.fhir import r4
from carefhir.fhir.bundle import RECEIPT, Prepared, prepare
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import Act, Amend, Create, Plan, Refusal, retraction, strings_in
from carefhir.fhir.gather import Records, gather
from carefhir.fhir.history import histories_of
from carefhir.fhir.record import Record
from carefhir.fhir.search import Named, Need, Slots
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow, together
from carefhir.fhir.withdrawn import in_order, without_withdrawn
from carefhir.lifecycle import impossible
from carefhir.mappers import care_team, practitioner, provenance
from carefhir.occasion import Occasion


@dataclass(slots=True)
class _Considered:
    """What gathering and deciding gave."""

    act: Act
    receipts: tuple[Record, ...]
    decision: Plan | Refusal
    occasion: Occasion
    """The occasion with the discipline the records give whoever acts."""
    half_done: Records | None = None
    """The records as they are now, where an earlier run of the act was interrupted."""
    begun_otherwise: tuple[str, ...] = ()
    """What an interrupted run of this act wrote for a command with other details."""
    taken_back: Record | None = None
    """The receipt of the retraction that took back what the receipt says was done."""
    opened: tuple[Records, Case] | None = None
    """What was gathered, and the case, of an act that has its receipt: to decide it once more, should parts lack."""


def run(
    step: AnyStep, command: Command, occasion: Occasion, server: Server, *, expect: str | None = None
) -> Flow[Result]:
    """Carries a step out. It is safe to run it again after anything: nothing is written twice. When its writes stand,
    it looks at what others may have done at the same time (`afterwards`).

    Raises `ServerUnreachable` or `ServerUnfit` when nothing was written and the server is the reason.
    """
    course: list[_Considered] = []
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
    course: list[_Considered],
) -> Flow[Result]:
    """Carries a step out. `course`: takes what each round of reading and deciding gave."""
    before: tuple[Line, ...] = ()
    budget, attempt = server.budget, 0
    while True:
        considered = yield from _consider(step, command, occasion, server)
        course.append(considered)
        settled = _settled(step, considered, server)
        if settled is not None:
            if considered.begun_otherwise and expect is None:
                return (yield from _at_least_beside(step, considered, settled, server))
            proof = yield from _proof(considered, settled, server)
            if proof is not None and (proof.lacks or proof.unmarked):
                finished = yield from _finish(step, command, considered, proof, server)
                return finished or _still_so(settled, proof)
            return _still_so(settled, proof)
        plan, prepared = _prepared(step, considered)
        if expect is not None and expect != prepared.sha256():
            return Refused(step.name, (_other_than_expected(expect, prepared),))
        try:
            this = yield from commit(Commission(step, plan, prepared, server), budget)
        except ServerUnfit as error:
            least = _at_least(plan, error)
            if least is None or expect is not None:
                raise
            _at_least_only(considered, least)
            plan, prepared = _prepared(step, considered)
            this = yield from commit(Commission(step, plan, prepared, server), budget)
        before = (*before, *this.written)
        if this.result is not None:
            whole = with_earlier(this.result, before)
            return whole if expect is not None else (yield from _at_least_beside(step, considered, whole, server))
        # Each round of reading and deciding counts, however short its wait: the budget bounds the whole run.
        budget -= this.waited + (yield from wait_for_others(server, attempt))
        attempt += 1


def _proof(considered: _Considered, settled: Result, server: Server) -> Flow[Proof | None]:
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
    step: AnyStep, command: Command, considered: _Considered, proof: Proof, server: Server
) -> Flow[Result | None]:
    """Writes what an act lacks that has its receipt; None where nothing lacks."""
    told = Briefing(instructions=considered.decision.instructions)
    if considered.opened is None:
        return finishing.cannot(step.name, proof, told) if proof.lacks else None
    records, case = considered.opened
    anew = yield from _considered_anew(step, command, considered.occasion, server, records, considered.act, case)
    if anew.begun_otherwise or isinstance(anew.decision, Refusal):
        return finishing.cannot(step.name, proof, told) if proof.lacks else None
    plan, prepared = _prepared(step, anew)
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


def _at_least_beside(step: AnyStep, considered: _Considered, result: Result, server: Server) -> Flow[Result]:
    """Writes what protects the patient beside an act that conflicts, or of which the server has not taken a part."""
    plan = considered.decision
    if not isinstance(result, Conflict | Partial) or not isinstance(plan, Plan) or plan.instead is None:
        return result
    if not plan.instead_as or not _held_back(considered.act, plan, result):
        return result
    alone = replace(considered, half_done=None)
    _at_least_only(alone, plan.instead)
    smaller_plan, prepared = _prepared(step, alone)
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


def _at_least_only(considered: _Considered, least: Plan) -> None:
    """Puts the least in the place of the whole, as the act that it is."""
    whole = considered.decision
    if isinstance(whole, Plan) and whole.instead_as:
        considered.act = replace(considered.act, cause=whole.instead_as)
    considered.decision = least


def preview(step: AnyStep, command: Command, occasion: Occasion, server: Server) -> Flow[Preview | Result]:
    """The step without the commit: what would be sent, with its digest; or why nothing would."""
    considered = yield from _consider(step, command, occasion, server)
    settled = _settled(step, considered, server)
    if settled is not None:
        proof = yield from _proof(considered, settled, server)
        return _still_so(settled, proof)
    plan, prepared = _prepared(step, considered)
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
    slots["now"] = occasion.stamp
    return slots


def command_digest(step: AnyStep, command: Command, details: Any = None) -> str:
    """The digest of what was asked for; the same for everybody, at any time."""
    return digest_of(step.name, command, details)


def _consider(step: AnyStep, command: Command, occasion: Occasion, server: Server) -> Flow[_Considered]:
    """Gathers and decides. Whatever was decided, it tells what was not visible: a refusal may be for want of it."""
    slots = slots_for(command, occasion)
    needs = (*step.needs, *_about_the_actor(step, occasion.actor.reference))
    early = _act(step, slots, step.early(command, occasion)) if step.early else None
    if early is not None:
        slots["act"] = early.key
        needs = (*needs, provenance.find())
    records = yield from gather(needs, slots, server.capabilities, server.home, way=server.way)
    records = replace(records, by_need={name: without_withdrawn(some) for name, some in records.by_need.items()})
    if step.supervised:
        occasion = occasion.acting_as(discipline_of_actor(records, occasion))
    occasion = yield from _with_who_is_on_call(records, occasion, server)
    stranger = records.visible("actor") and records.one("actor") is None
    records = records.without_gaps_of("actor", practitioner.ROLES)
    if step.history is not None:
        histories = yield from histories_of(step.history(records, command, occasion), server.home)
        records = replace(records, histories=histories)
    considered = yield from _decided(
        step, command, occasion, server, slots=slots, early=early, gathered=(records, stranger)
    )
    considered.decision = _telling_what_was_unseen(considered.decision, records)
    return considered


def _telling_what_was_unseen(decision: Plan | Refusal, records: Records) -> Plan | Refusal:
    unsaid = tuple(words for words in records.warnings if words not in decision.warnings)
    return replace(decision, warnings=(*decision.warnings, *unsaid)) if unsaid else decision


def _decided(
    step: AnyStep,
    command: Command,
    occasion: Occasion,
    server: Server,
    *,
    slots: dict[str, str],
    early: Act | None,
    gathered: tuple[Records, bool],
) -> Flow[_Considered]:
    """Opens the cases, and decides the first that has no receipt. `gathered` is what was found, and whether the person
    who acts is not on this server."""
    records, stranger = gathered
    opened = step.open(records, command, occasion)
    if isinstance(opened, Refusal):
        return _Considered(early or Act(step.name, slots["patient"], ()), records["receipt"], opened, occasion)
    acts = [_act_of(step, slots, command, case) for case in opened]
    receipts: list[tuple[Record, ...]] = [records["receipt"]]
    if early is None:
        receipts = yield from together([_receipts({**slots, "act": act.key}, server) for act in acts])
    receipts = yield from together(
        [_receipt_of_begun(act, found, records, server) for act, found in zip(acts, receipts, strict=True)]
    )
    index = next((index for index, found in enumerate(receipts) if not found), len(acts) - 1)
    act, receipt, case = acts[index], receipts[index], opened[index]
    if receipt:
        act, receipt, retracted = yield from _standing(act, receipt, slots, server)
        if receipt:
            return _Considered(act, receipt, case.decide(act), occasion, opened=(records, case))
        if retracted is not None and retracted.reference != slots.get("command.again_after"):
            return _Considered(act, (), case.decide(act), occasion, taken_back=retracted)
    considered = yield from _considered_anew(step, command, occasion, server, records, act, case)
    if isinstance(considered.decision, Plan):
        plan = considered.decision
        no = (*not_permitted(step, occasion, plan), *impossible_moves(plan))
        if stranger:
            no = (f"the person acting, {occasion.actor.reference}, is not on this server",)
        considered.decision = Refusal(no, plan.instructions) if no else plan
    return considered


def _with_who_is_on_call(records: Records, occasion: Occasion, server: Server) -> Flow[Occasion]:
    """The occasion, knowing who of those named as on call cannot be found: a Task for them would reach nobody. Not to
    be seen is not to be absent. Where nobody is named, nothing is asked."""
    team = care_team.read(records["care_teams"], occasion.today)
    named = tuple(dict.fromkeys(who for who in (team.on_call, occasion.site.on_call) if who))
    needs = tuple(practitioner.find_on_call(who) for who in named)
    if not needs:
        return occasion
    people = yield from gather(needs, {}, server.capabilities, server.home, way=server.way)
    missing = (who for who in named if people.visible(who) and practitioner.missing(people.one(who), "", who))
    return occasion.without(tuple(missing))


def _standing(
    act: Act, receipt: tuple[Record, ...], slots: Slots, server: Server
) -> Flow[tuple[Act, tuple[Record, ...], Record | None]]:
    """The act as it stands: what was taken back is not done, and doing the same again after that is another act. Also
    gives the newest retraction."""
    retracted = None
    while receipt:
        retracting = retraction(act.subject, act.key)
        taken_back = yield from _receipts({**slots, "act": retracting.key}, server)
        if not taken_back:
            break
        act, retracted = act.again(retracting), taken_back[0]
        receipt = yield from _receipts({**slots, "act": act.key}, server)
    return act, receipt, retracted


def _considered_anew(
    step: AnyStep,
    command: Command,
    occasion: Occasion,
    server: Server,
    records: Records,
    act: Act,
    case: Case,
) -> Flow[_Considered]:
    """Decides an act that has no receipt; one that was begun before, as if it had not been."""
    recorded_now = occasion
    otherwise = resuming.begun_otherwise(records, act)
    if otherwise or not resuming.begun(records, act):
        return _Considered(act, (), case.decide(act), occasion, begun_otherwise=otherwise)
    first = resuming.first_decided(records, act)
    if first is not None:
        # What is still to be written is due by the day on which the rest was decided.
        occasion, act = occasion.at(first), replace(act, decided_at=occasion.at(first).stamp)
    before = yield from resuming.unwritten(records, act, server.home)
    views = (before, resuming.uncreated(records, act))
    # Seen as it was, a case can be gone (the discharge was corrected again meanwhile): then it is seen as it stands.
    case_to_decide = next((again for view in views if (again := _same_case(step, command, occasion, view, case))), case)
    decision = case_to_decide.decide(resuming.taken_up(records, act))
    return _Considered(act, (), decision, recorded_now, half_done=records)


def _same_case(step: AnyStep, command: Command, occasion: Occasion, records: Records, case: Case) -> Case | None:
    """The case of the same act, opened on other records."""
    opened = step.open(records, command, occasion)
    cases = () if isinstance(opened, Refusal) else opened
    return next((again for again in cases if again.cause.spelled() == case.cause.spelled()), None)


def discipline_of_actor(records: Records, occasion: Occasion) -> str:
    """The discipline the records give whoever acts: by their PractitionerRole, else by the patient's care team."""
    roles = practitioner.disciplines(records[practitioner.ROLES], occasion.content)
    team = care_team.read(records["care_teams"], occasion.today).disciplines.get(occasion.actor.reference, "")
    return team if team in roles or not roles else roles[0]


def not_permitted(step: AnyStep, occasion: Occasion, plan: Plan) -> tuple[str, ...]:
    """Why the supervision table does not allow it. Nobody is kept from writing what protects a life (rule 2)."""
    if not isinstance(step.supervised, str) or not step.supervised or plan.instructions:
        return ()
    return supervision.refusals(occasion.content, step.supervised, occasion.actor.discipline)


def impossible_moves(plan: Plan) -> tuple[str, ...]:
    """Changes of status that the lifecycle tables do not have, by name."""
    amended = (change for change in plan.changes if isinstance(change, Amend))
    problems = (
        impossible(change.type, change.record.reference, change.record.json, change.becomes, released=change.releases)
        for change in amended
    )
    return tuple(problem for problem in problems if problem)


def _receipts(slots: Slots, server: Server) -> Flow[tuple[Record, ...]]:
    try:
        late = yield from gather((provenance.find(),), slots, server.capabilities, server.home, way="searches")
    except ServerUnfit as error:
        unknown = "whether this was done before is not known"
        why = f"{unknown}, because receipts (Provenance) must be found by their tag: {error.message}"
        raise ServerUnfit(why) from None
    return tuple(in_order(late["receipt"]))


def _receipt_of_begun(
    act: Act, receipt: tuple[Record, ...], records: Records, server: Server
) -> Flow[tuple[Record, ...]]:
    """The receipt of an act; where its tag finds none and the act was begun, the one that names what it wrote: a search
    may be behind what was written, or never find anything by a tag."""
    wrote = () if receipt else resuming.written_by(records, act)
    if not wrote:
        return receipt
    named = provenance.find_naming(wrote[0].reference)
    receipts = yield from gather((named,), {}, server.capabilities, server.home, way="searches")
    return tuple(in_order(one for one in receipts[named.name] if provenance.act_of(one) == act.key))


def needs_of(step: AnyStep, actor: str) -> tuple[Need, ...]:
    """All that carrying a step out asks a server for: what it declares, who acts, and the receipt."""
    return (*step.needs, *_about_the_actor(step, actor), provenance.find())


def _about_the_actor(step: AnyStep, actor: str) -> tuple[Need, ...]:
    """Who acts must be on the server, for the receipt points to them; not to be seen is not to be absent."""
    who = Need("actor", actor.partition("/")[0], (Named("{actor}"),), optional=True)
    return (who, practitioner.find_roles_of_actor()) if step.supervised else (who,)


def _act(step: AnyStep, slots: dict[str, str], cause: Cause, asked: str = "") -> Act:
    return Act(step.name, slots["patient"], cause.spelled(), asked, slots["now"])


def _act_of(step: AnyStep, slots: dict[str, str], command: Command, case: Case) -> Act:
    return _act(step, slots, case.cause, command_digest(step, command, case.asked))


def _settled(step: AnyStep, considered: _Considered, server: Server) -> Result | None:
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
        return Refused(step.name, refusal.why, told=told, to_fill_in=refusal.to_fill_in)
    closed = _closed(considered.decision, server)
    if closed and considered.decision.instead is not None and not _closed(considered.decision.instead, server):
        why = f"this server's CapabilityStatement has no {', no '.join(closed)}"
        least = replace(considered.decision.instead, incomplete=(*considered.decision.incomplete, why))
        _at_least_only(considered, least)
        return None
    if closed:
        why = f"this server's CapabilityStatement has no {', no '.join(closed)}; nothing was written"
        return Refused(step.name, (why,), told=Briefing(instructions=considered.decision.instructions))
    return None


def _stuck_half_way(step: AnyStep, considered: _Considered, refusal: Refusal, records: Records) -> Conflict:
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
    return Conflict(step.name, why, written=lines, told=told)


def _closed(plan: Plan, server: Server) -> list[str]:
    """What a plan would need and the server does not state."""
    wanted = {(one.type, "create" if isinstance(one, Create) else "update") for one in plan.changes}
    return closed(wanted | {("Provenance", "create")}, server.capabilities)


def closed(wanted: Iterable[tuple[str, str]], capabilities: Capabilities) -> list[str]:
    """Of (type, interaction), in words, what a server does not state."""
    return sorted(f"{how} of {type_}" for type_, how in set(wanted) if not capabilities.can(type_, how))


def _done_before(step: AnyStep, considered: _Considered) -> Result:
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


def _prepared(step: AnyStep, considered: _Considered) -> tuple[Plan, Prepared]:
    plan = considered.decision
    assert isinstance(plan, Plan)  # settled before
    if considered.half_done is not None:
        plan = resuming.bound(plan, considered.act, considered.half_done)
    receipt = provenance.write(plan, considered.occasion, considered.act.subject)
    prepared = prepare(considered.act, plan.changes, receipt, plan.labels)
    for entry in prepared.entries:
        wrong = r4.objections(entry.resource) if entry.creates else ()
        if wrong:
            raise ContentError(
                f"{step.name} would write what R4 does not allow ({entry.part}): {wrong[0]}; nothing was sent"
            )
    if considered.half_done is not None:
        plan = replace(plan, decided_from=resuming.as_they_stand(plan.decided_from, considered.half_done))
    return plan, prepared


def _other_than_expected(expect: str, prepared: Prepared) -> str:
    return (
        f"what would be written is no longer what you saw: expected sha-256 {expect[:12]}…, it is now "
        f"{prepared.sha256()[:12]}…; look at a new preview"
    )


@contextmanager
def hearing(step: AnyStep, command: Command, occasion: Occasion) -> Iterator[None]:
    """Puts what must be done now on every error that keeps a step from being written."""
    try:
        yield
    except CarefhirError as error:
        error.instructions = error.instructions or step.at_once(command, occasion)
        raise
