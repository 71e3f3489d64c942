"""`return-plan`: the provider does not sign, and says why; the care manager is asked to revise the plan.

The act's cause is the open request for the signature, so each request can be returned once.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import CarePlanRef, PatientCommand
from carefhir.fhir.changes import Act, Create, Plan, Refusal, amend, carries_key, marked, refer
from carefhir.mappers import task
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning import plan_on_desk as desks
from carefhir.workflows.care_planning.people import people_of
from carefhir.workflows.care_planning.plan_on_desk import NEEDS, Desk


class ReturnPlan(PatientCommand):
    """Returns a plan unsigned, with a reason."""

    plan: CarePlanRef = Field(description="the plan that is not signed: CarePlan/ID")
    reason: str = Field(min_length=1, description="what has to change, in plain words")


NAME = "return-plan"
PART = "sign-off"


def causes(chart: Chart, command: ReturnPlan, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The open request; or the one this very act has returned already."""
    desk = desks.laid_out(chart, command.plan)
    asked = _request(desk, command.patient) if desk else None
    return ((asked.record.reference,),) if asked else ()


def _request(desk: Desk, patient: str) -> TaskView | None:
    """The newest request that is open, or that was returned by an act of ours."""
    for one in reversed(desk.sign_offs):
        act = Act(NAME, patient, (one.record.reference,))
        if one.open or carries_key(one.record, act.part_key(PART)):
            return one
    return None


def decide(chart: Chart, command: ReturnPlan, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The request returned and a Task to revise, or why not."""
    desk = desks.laid_out(chart, command.plan)
    why = desks.in_the_way(chart, command.patient, command.plan)
    asked = _request(desk, command.patient) if desk else None
    if desk is None or why:
        return Refusal(why)
    if asked is None:
        return Refusal((f"nobody has asked for a signature under {command.plan}: there is nothing to return",))
    if desk.plan.status != "draft":
        return Refusal((f"{command.plan} is {desk.plan.status}: what was signed changes by revise-plan",))
    due = occasion.today + timedelta(days=desks.number(occasion.content, "revise-days"))
    people = people_of(chart, occasion.content, command.patient, occasion.actor.reference)
    work = task.Work(
        "revise-plan",
        f"The plan came back unsigned: {command.reason}. Change it with the patient, and ask for the signature again.",
        occasion.today,
        due,
        people.of("care-manager"),
        focus=refer(desk.plan.record),
        based_on=refer(desk.plan.record),
    )
    made = task.write(occasion.content, command.patient, occasion.actor.reference, occasion.stamp, work)
    revise = Create("revise-plan", made, f"the care manager revises the plan by {due}")
    because = "not signed: returned with a reason"
    edits = (*desks.closing(occasion, "rejected", "returned", command.reason), marked(act, PART)) if asked.open else ()
    return Plan(
        (revise, amend(PART, asked.record, because, *edits)),
        (f"returned unsigned: {command.reason}", f"the care manager revises the plan by {due}"),
        warnings=(*chart.not_visible, *people.vacant({"care-manager"})),
        decided_from=(desk.plan.record, *chart.team.records),
        reason=command.reason,
        acting_as=occasion.actor.discipline,
    )


RETURN_PLAN = adapted(
    name=NAME,
    title="Return a plan unsigned, with a reason",
    command=ReturnPlan,
    needs=NEEDS,
    cause=FromContext(causes),
    read=charts.read,
    decide=decide,
    when_stale="decide again",
    creates=("Task",),
    amends=("Task",),
    supervised="activate-plan",
)
