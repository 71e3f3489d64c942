"""gather → decide: what an act is, whether it was done or begun before, and what is decided about it now (R2, R3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from carefhir.chart.derived_labels import with_labels_passed_on
from carefhir.content import supervision
from carefhir.engine import resuming
from carefhir.engine.step import AnyStep, Case, Cause, Command, digest_of
from carefhir.errors import ServerUnfit
from carefhir.fhir.both_homes import gathered
from carefhir.fhir.changes import Act, Amend, Plan, Refusal, retraction
from carefhir.fhir.gather import Records, gather
from carefhir.fhir.history import histories_of
from carefhir.fhir.record import Record
from carefhir.fhir.search import Named, Need, Slots
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow, together
from carefhir.fhir.withdrawn import in_order, without_withdrawn
from carefhir.lifecycle import impossible
from carefhir.mappers import care_team, practitioner, provenance, reading
from carefhir.mappers.names import names_of
from carefhir.occasion import Occasion


@dataclass(slots=True)
class Considered:
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
    author: str = ""
    """The name of whoever acts, where it is on record."""
    records_read: tuple[Record, ...] = ()
    """Everything that was read."""

    def only(self, least: Plan) -> None:
        """Puts the least in the place of the whole, as the act that it is."""
        whole = self.decision
        if isinstance(whole, Plan) and whole.instead_as:
            self.act = replace(self.act, cause=whole.instead_as)
        self.decision = least


def slots_for(command: Command, occasion: Occasion) -> dict[str, str]:
    """What a declaration's slots stand for on this occasion."""
    fields = (*type(command).model_fields, *type(command).model_computed_fields)
    values = ((name, getattr(command, name)) for name in fields)
    slots = {f"command.{name}": value for name, value in values if isinstance(value, str)}
    slots["patient"] = slots.get("command.patient", "")
    slots["actor"] = occasion.actor.reference
    slots["today"] = occasion.today.isoformat()
    slots["now"] = occasion.stamp
    return {**slots, **reading.slots(occasion.content)}


def command_digest(step: AnyStep, command: Command, details: Any = None) -> str:
    """The digest of what was asked for; the same for everybody, at any time."""
    return digest_of(step.name, command, details)


def consider(step: AnyStep, command: Command, occasion: Occasion, server: Server) -> Flow[Considered]:
    """Gathers and decides. Whatever was decided, it tells what was not visible: a refusal may be for want of it."""
    slots = slots_for(command, occasion)
    needs = (*step.needs, *_about_the_actor(step, occasion.actor.reference))
    early = _act(step, slots, step.early(command, occasion)) if step.early else None
    if early is not None:
        slots["act"] = early.key
        needs = (*needs, provenance.find())
    records = yield from gathered(needs, slots, server)
    records = replace(records, by_need={name: without_withdrawn(some) for name, some in records.by_need.items()})
    if step.supervised:
        occasion = occasion.acting_as(discipline_of_actor(records, occasion))
    occasion = yield from _with_who_is_on_call(records, occasion, server)
    actor = records.one("actor")
    stranger = records.visible("actor") and actor is None
    records = records.without_gaps_of("actor", practitioner.ROLES)
    if step.history is not None:
        histories = yield from histories_of(step.history(records, command, occasion), server.home)
        records = replace(records, histories=histories)
    considered = yield from _decided(
        step, command, occasion, server, slots=slots, early=early, gathered=(records, stranger)
    )
    considered.decision = _telling_what_was_unseen(considered.decision, records)
    considered.records_read = tuple(record for some in records.by_need.values() for record in some)
    considered.author = names_of((actor,)).by_reference.get(occasion.actor.reference, "")
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
) -> Flow[Considered]:
    """Opens the cases, and decides the first that has no receipt. `gathered` is what was found, and whether the person
    who acts is not on this server."""
    records, stranger = gathered
    opened = step.open(records, command, occasion)
    if isinstance(opened, Refusal):
        return Considered(early or Act(step.name, slots["patient"], ()), records["receipt"], opened, occasion)
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
            return Considered(act, receipt, case.decide(act), occasion, opened=(records, case))
        if retracted is not None and retracted.reference != slots.get("command.again_after"):
            return Considered(act, (), case.decide(act), occasion, taken_back=retracted)
    considered = yield from considered_anew(step, command, occasion, server, records, act, case)
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
    people = yield from gathered(needs, {}, server)
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


def considered_anew(
    step: AnyStep,
    command: Command,
    occasion: Occasion,
    server: Server,
    records: Records,
    act: Act,
    case: Case,
) -> Flow[Considered]:
    """Decides an act that has no receipt; one that was begun before, as if it had not been."""
    recorded_now = occasion
    otherwise = resuming.begun_otherwise(records, act)
    if otherwise or not resuming.begun(records, act):
        decision = _with_labels(case.decide(act), act, records, occasion)
        return Considered(act, (), decision, occasion, begun_otherwise=otherwise)
    first = resuming.first_decided(records, act)
    if first is not None:
        # What is still to be written is due by the day on which the rest was decided.
        occasion, act = occasion.at(first), replace(act, decided_at=occasion.at(first).stamp)
    before = yield from resuming.unwritten(records, act, server.home)
    views = (before, resuming.uncreated(records, act))
    # Seen as it was, a case can be gone (the discharge was corrected again meanwhile): then it is seen as it stands.
    case_to_decide = next((again for view in views if (again := _same_case(step, command, occasion, view, case))), case)
    decision = _with_labels(case_to_decide.decide(resuming.taken_up(records, act)), act, records, occasion)
    return Considered(act, (), decision, recorded_now, half_done=records)


def _with_labels(decision: Plan | Refusal, act: Act, records: Records, occasion: Occasion) -> Plan | Refusal:
    """The decision, with the labels of restricted records on whatever it writes that points to them."""
    if isinstance(decision, Refusal):
        return decision
    every = [record for some in records.by_need.values() for record in some]
    return with_labels_passed_on(decision, act, occasion.content, every)


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
