"""`request-sign-off`: asks the supervising provider to read and sign a plan the patient has agreed to.

The Task names the very versions of plan, goals and items that are to be signed, so that nothing else is; it closes the
care manager's Task to revise the plan, where there is one. The act's cause is the plan and the last request that ended
without a signature: one request at a time, and a new one after a return.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.engine.step import CarePlanRef, InState, Step
from carefhir.fhir.changes import Act, Amend, Create, Plan, Refusal, amend
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import pinned
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.conflicting_advice import title_of
from carefhir.workflows.care_planning.linked_plan import (
    AGREED,
    NEEDS,
    UNANSWERED,
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.care_planning.planning_terms import counted, days_from_today
from carefhir.workflows.pen import Pen


class RequestSignOff(PlanCommand):
    """Asks the supervising provider to sign the plan."""

    plan: CarePlanRef = Field(description="the plan to be signed: CarePlan/ID")


UNSIGNED = frozenset({"rejected", "cancelled", "failed", "entered-in-error"})


@dataclass(frozen=True, slots=True)
class SignatureRequestCase(PlanCase):
    """One plan that is to be handed in for signature."""

    command: RequestSignOff
    plan: LinkedPlan

    @property
    def cause(self) -> InState:
        """The plan, and the last request for it that ended without a signature."""
        unsigned = [task.record.reference for task in self.plan.sign_offs if task.status in UNSIGNED]
        return InState(self.command.plan, unsigned[-1] if unsigned else "first")

    def decide(self, act: Act) -> Plan | Refusal:
        """The request, or why it is too early or too late."""
        why = self.why or (*self._too_early_or_late(), *self._impossible(act))
        if why:
            return Refusal(why)
        return SignatureRequest(self.plan, Pen(self.occasion, act, self.command.patient)).plan_of_changes()

    def _too_early_or_late(self) -> list[str]:
        """What the patient, the provider or an earlier signature leaves open."""
        plan, why = self.plan, []
        if plan.status != "draft":
            why.append(f"{plan.reference} is {plan.status}: only a draft is signed")
        if not any(goal.status in AGREED for goal in plan.goals):
            why.append("no goal is agreed with the patient: record-agreement first")
        unanswered = [goal.reference for goal in plan.goals if goal.status in UNANSWERED]
        if unanswered:
            why.append(f"not yet answered by the patient: {', '.join(unanswered)}; record-agreement first")
        return why

    def _impossible(self, act: Act) -> list[str]:
        """What nobody could sign, or nobody could be asked to; the act's own request is no reason when it is asked for
        again."""
        plan, request, why = self.plan, self.plan.open_request, []
        if plan.lost:
            why.append(f"the plan links what cannot be seen here: {', '.join(plan.lost)}")
        if not plan.chart.team.supervising_provider:
            why.append("the care team names no supervising provider: nobody could sign")
        if request is not None and not act.did(request.record):
            asking = request.record.reference
            why.append(f"{asking} asks for the signature already: sign, return or cancel that one")
        if any(not record.version for record in plan.records):
            why.append("this server gives no versions: what is signed could not be told from what is changed later")
        return why


def open_cases(records: Records, command: RequestSignOff, occasion: Occasion) -> tuple[SignatureRequestCase] | Refusal:
    """The plan to be signed; or why there is none."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    why = in_the_way(chart, plan, command)
    if plan is None:
        return Refusal(why)
    return (SignatureRequestCase(command=command, occasion=occasion, plan=plan, why=why),)


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """Writing down one request for a signature."""

    plan: LinkedPlan
    pen: Pen

    @property
    def provider(self) -> str:
        return self.plan.chart.team.supervising_provider

    @property
    def due(self) -> date:
        return days_from_today(self.pen.occasion, "sign-off-days")

    @property
    def agreed(self) -> list[GoalView]:
        """The goals that are signed."""
        return [goal for goal in self.plan.goals if goal.status in AGREED]

    @property
    def waiting(self) -> list[ItemView]:
        """The items that wait for the signature, or are orders."""
        return [item for item in self.plan.items if item.kind in ("plan", "order") and not item.over]

    @property
    def signed(self) -> tuple[Record, ...]:
        """Everything that is to be signed."""
        parts = (*(goal.record for goal in self.agreed), *(item.record for item in self.waiting))
        return (self.plan.record, *parts)

    @property
    def undecided(self) -> list[IssueView]:
        return [issue for issue in self.plan.issues if issue.open]

    def plan_of_changes(self) -> Plan:
        """The Task with what is to be signed, to the version; the Tasks to revise the plan, done."""
        chart, version = self.plan.chart, self.plan.record.version
        says = [f"{self.provider} is asked to sign version {version} of the plan by {self.due}"]
        says += [f"{self._goals()} agreed, {self._items()} with the signature or as orders"]
        says += [f"to be decided with it: {title_of(issue)} ({issue.reference})" for issue in self.undecided]
        return Plan(
            changes=(self._request(), *self._revised()),
            says=tuple(says),
            warnings=chart.not_visible,
            decided_from=(*self.signed, *chart.team.records),
            reason="the patient has agreed to the plan",
            acting_as=self.pen.occasion.actor.discipline,
        )

    def _goals(self) -> str:
        return counted(len(self.agreed), "goal")

    def _items(self) -> str:
        return counted(len(self.waiting), "item")

    def _words(self) -> str:
        words = f"Read and sign {self.plan.view.title or 'the care plan'}, or return it with a reason. "
        words += f"Agreed with the patient: {self._goals()}. Waiting for the signature: {self._items()}."
        if self.undecided:
            words += " Decide: " + "; ".join(map(title_of, self.undecided))
        return words

    def _request(self) -> Create:
        work = Work(
            code="sign-off",
            words=self._words(),
            start=self.pen.today,
            end=self.due,
            owner=self.provider,
            focus=self.pen.refer(self.plan.record),
            based_on=self.pen.refer(self.plan.record),
            inputs=tuple(map(pinned.write, self.signed)),
        )
        because = f"to be signed by {self.due}, version {self.plan.record.version} of the plan"
        return self.pen.task("sign-off", work, because)

    def _revised(self) -> list[Amend]:
        """The care manager's Tasks to revise this plan: done, now that it is handed in again."""
        because = "the plan was revised, and is handed in again"
        return [
            amend(f"revised/{task.record.id}", task.record, because, *self.pen.ended("completed", "done"))
            for task in self.plan.tasks_on("revise-plan", self.plan.reference)
            if task.open
        ]


REQUEST_SIGN_OFF = Step(
    name="request-sign-off",
    title="Ask the supervising provider to sign a plan",
    command=RequestSignOff,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    amends=("Task",),
    supervised="propose-plan",
)
