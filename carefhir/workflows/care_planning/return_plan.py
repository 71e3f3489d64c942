"""`return-plan`: returns a plan unsigned, with a reason, and asks the care manager to revise it.

The act's cause is the open request for the signature, so each request can be returned once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.engine.step import CarePlanRef, Once, Step
from carefhir.fhir.changes import Act, Create, Plan, Refusal, amend
from carefhir.fhir.gather import Records
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.care_roles import care_roles
from carefhir.workflows.care_planning.linked_plan import (
    INSTEAD,
    NEEDS,
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.care_planning.planning_terms import days_from_today
from carefhir.workflows.pen import Pen


class ReturnPlan(PlanCommand):
    """Returns a plan unsigned, with a reason."""

    plan: CarePlanRef = Field(description="the plan that is not signed: CarePlan/ID")
    reason: str = Field(min_length=1, description="why it is not signed and what has to change, in plain words")


@dataclass(frozen=True, slots=True)
class ReturnCase(PlanCase):
    """One request for a signature that is to be returned."""

    command: ReturnPlan
    plan: LinkedPlan
    request: TaskView
    """The open request; else the newest one that was returned, so that returning it twice is the same act."""

    @property
    def cause(self) -> Once:
        return Once(self.request.record.reference)

    def decide(self, act: Act) -> Plan | Refusal:
        """Returns the request and writes a Task to revise the plan; or says why not."""
        if self.why:
            return Refusal(self.why)
        if not self.request.open and not act.did(self.request.record):
            return Refusal((_nothing_to_return(self.command),))
        if self.plan.status != "draft":
            status = f"the plan ({self.plan.reference}) is {self.plan.status}"
            return Refusal((f"{status}: only a draft can be returned. {INSTEAD}",))
        pen = Pen(self.occasion, act, self.command.patient)
        due = days_from_today(self.occasion, "revise-days")
        chart, reason = self.plan.chart, self.command.reason
        edits = pen.ended("rejected", "returned", reason)
        returned = amend("sign-off", self.request.record, "not signed: returned with a reason", *edits)
        return Plan(
            changes=(self._revise(pen, due), returned),
            says=(f"returned unsigned: {reason}", f"the care manager revises the plan by {due}"),
            warnings=(*chart.not_visible, *care_roles(chart, pen).vacant({"care-manager"})),
            decided_from=(self.plan.record, *chart.team.records),
            reason=reason,
            acting_as=self.occasion.actor.discipline,
        )

    def _revise(self, pen: Pen, due: date) -> Create:
        """Writes the care manager's Task to revise the plan."""
        words = f"The plan came back unsigned: {self.command.reason}."
        work = Work(
            code="revise-plan",
            words=f"{words} Talk it over with the patient again, then ask for the signature again.",
            start=pen.today,
            end=due,
            owner=care_roles(self.plan.chart, pen).of("care-manager"),
            focus=pen.refer(self.plan.record),
            based_on=pen.refer(self.plan.record),
        )
        return pen.task("revise-plan", work, f"the care manager revises the plan by {due}")


def open_cases(records: Records, command: ReturnPlan, occasion: Occasion) -> tuple[ReturnCase] | Refusal:
    """Reads the request to be returned; or says why there is none."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    why = in_the_way(chart, plan, command)
    request = (plan.open_request or plan.newest_request("rejected")) if plan else None
    if plan is None or request is None:
        return Refusal(why or (_nothing_to_return(command),))
    return (ReturnCase(command=command, occasion=occasion, plan=plan, why=why, request=request),)


def _nothing_to_return(command: ReturnPlan) -> str:
    return f"nobody has asked for a signature on {command.plan}: there is nothing to return"


RETURN_PLAN = Step(
    name="return-plan",
    title="Return a plan unsigned, with a reason",
    command=ReturnPlan,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    amends=("Task",),
    supervised="activate-plan",
)
