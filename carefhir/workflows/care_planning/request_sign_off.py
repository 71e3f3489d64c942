"""`request-sign-off`: asks the supervising provider to read and sign a plan the patient has agreed to.

The Task names the very versions of plan, goals and items that are to be signed, so that nothing else is; it closes the
care manager's Task to revise the plan, where there is one. The act's cause is the plan and the last request that ended
without a signature: one request at a time, and a new one after a return.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import CarePlanRef, PatientCommand
from carefhir.fhir.changes import Act, Amend, Create, Plan, Refusal, amend, carries_key, marked, refer
from carefhir.mappers import task
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning import plan_on_desk as desks
from carefhir.workflows.care_planning.against import title_of
from carefhir.workflows.care_planning.plan_on_desk import AGREED, NEEDS, UNANSWERED, Desk


class RequestSignOff(PatientCommand):
    """Asks the supervising provider to sign the plan."""

    plan: CarePlanRef = Field(description="the plan to be signed: CarePlan/ID")


UNSIGNED = frozenset({"rejected", "cancelled", "failed", "entered-in-error"})


def causes(chart: Chart, command: RequestSignOff, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The plan, and the last request for it that ended without a signature."""
    desk = desks.laid_out(chart, command.plan)
    if desk is None:
        return ()
    unsigned = [one for one in desk.sign_offs if one.status in UNSIGNED]
    return ((command.plan, unsigned[-1].record.reference if unsigned else "first"),)


def decide(chart: Chart, command: RequestSignOff, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The request, or why it is too early or too late."""
    desk = desks.laid_out(chart, command.plan)
    why = desks.in_the_way(chart, command.patient, command.plan)
    if desk is None or why:
        return Refusal(why)
    why = _refusals(desk, act)
    return Refusal(why) if why else _requested(desk, command, occasion, act)


def _requested(desk: Desk, command: RequestSignOff, occasion: Occasion, act: Act) -> Plan:
    """The Task with what is to be signed, to the version."""
    chart = desk.chart
    provider = chart.team.supervising_provider
    due = occasion.today + timedelta(days=desks.number(occasion.content, "sign-off-days"))
    agreed = [one for one in desk.goals if one.status in AGREED]
    items = [one for one in desk.items if one.kind in ("plan", "order") and not one.over]
    signed = [desk.plan.record, *(one.record for one in agreed), *(one.record for one in items)]
    undecided = [one for one in desk.issues if one.open]
    words = f"Read and sign {desk.plan.title or 'the care plan'}, or return it with a reason. "
    goals, waiting = desks.counted(len(agreed), "goal"), desks.counted(len(items), "item")
    words += f"Agreed with the patient: {goals}. Waiting for the signature: {waiting}."
    if undecided:
        words += " Decide: " + "; ".join(map(title_of, undecided))
    work = task.Work(
        "sign-off",
        words,
        occasion.today,
        due,
        provider,
        focus=refer(desk.plan.record),
        based_on=refer(desk.plan.record),
        inputs=tuple(desks.pinned(one) for one in signed),
    )
    made = task.write(occasion.content, command.patient, occasion.actor.reference, occasion.stamp, work)
    request = Create("sign-off", made, f"to be signed by {due}, version {desk.plan.record.version} of the plan")
    says = [f"{provider} is asked to sign version {desk.plan.record.version} of the plan by {due}"]
    says += [f"{goals} agreed, {waiting} with the signature or as orders"]
    says += [f"to be decided with it: {title_of(one)} ({one.reference})" for one in undecided]
    return Plan(
        (request, *_revised(desk, occasion, act)),
        tuple(says),
        warnings=chart.not_visible,
        decided_from=(*signed, *chart.team.records),
        reason="the patient has agreed to the plan",
        acting_as=occasion.actor.discipline,
    )


def _refusals(desk: Desk, act: Act) -> tuple[str, ...]:
    """Everything in the way, by name."""
    plan, why = desk.plan, []
    if plan.status != "draft":
        why.append(f"{plan.reference} is {plan.status}: only a draft is signed")
    if not any(one.status in AGREED for one in desk.goals):
        why.append("no goal is agreed with the patient: record-agreement first")
    open_ones = [one.reference for one in desk.goals if one.status in UNANSWERED]
    if open_ones:
        why.append(f"not yet answered by the patient: {', '.join(open_ones)}; record-agreement first")
    if desk.lost:
        why.append(f"the plan links what cannot be seen here: {', '.join(desk.lost)}")
    if not desk.chart.team.supervising_provider:
        why.append("the care team names no supervising provider: nobody could sign")
    asked = desk.open_request
    if asked is not None and not carries_key(asked.record, act.part_key("sign-off")):
        why.append(f"{asked.record.reference} asks for the signature already: sign, return or cancel that one")
    if any(not one.version for one in desk.records):
        why.append("this server gives no versions: what is signed could not be told from what is changed later")
    return tuple(why)


def _revised(desk: Desk, occasion: Occasion, act: Act) -> list[Amend]:
    """The care manager's Tasks to revise this plan: done, now that it is handed in again."""
    done = []
    for one in desk.tasks_on("revise-plan", desk.plan.reference):
        part = f"revised/{one.record.id}"
        if one.open:
            edits = (*desks.closing(occasion, "completed", "done"), marked(act, part))
            done.append(amend(part, one.record, "the plan was revised, and is handed in again", *edits))
        elif carries_key(one.record, act.part_key(part)):
            done.append(amend(part, one.record, "the plan was revised, and is handed in again"))
    return done


REQUEST_SIGN_OFF = adapted(
    name="request-sign-off",
    title="Ask the supervising provider to sign a plan",
    command=RequestSignOff,
    needs=NEEDS,
    cause=FromContext(causes),
    read=charts.read,
    decide=decide,
    when_stale="decide again",
    creates=("Task",),
    amends=("Task",),
    supervised="propose-plan",
)
