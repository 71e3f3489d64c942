"""`request-sign-off`: asks the supervising provider to read and sign a plan that the patient has agreed to.

The Task names the exact versions of the plan, the goals and the items to be signed, so that nothing else is signed. The
care manager's Task to revise the plan is closed, where there is one. The act's cause is the plan and the last request
that ended without a signature: there is one request at a time, and a new one after a return.
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
    """One plan that is to be sent for signature."""

    command: RequestSignOff
    plan: LinkedPlan

    @property
    def cause(self) -> InState:
        """The plan, and the last request for it that ended without a signature, or that the plan has left behind."""
        overtaken = self.plan.open_request if self.plan.moved else None
        unsigned = [task for task in self.plan.sign_offs if task.status in UNSIGNED or task is overtaken]
        return InState(self.command.plan, unsigned[-1].record.reference if unsigned else "first")

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the request; or says why it is too early, too late or impossible."""
        why = self.why or (*self._too_early_or_late(), *self._impossible(act))
        if why:
            return Refusal(why)
        return SignatureRequest(self.plan, Pen(self.occasion, act, self.command.patient)).plan_of_changes()

    def _too_early_or_late(self) -> list[str]:
        """Says what the patient has not answered yet, or that the plan is no longer a draft."""
        plan, why = self.plan, []
        if plan.status != "draft":
            why.append(f"the plan ({plan.reference}) is {plan.status}: only a draft can be signed")
        if not any(goal.status in AGREED for goal in plan.goals):
            why.append("the patient has not agreed to any goal yet: record-agreement first")
        unanswered = [goal.reference for goal in plan.goals if goal.status in UNANSWERED]
        if unanswered:
            why.append(f"the patient has not answered yet: {', '.join(unanswered)}; record-agreement first")
        return why

    def _impossible(self, act: Act) -> list[str]:
        """Says why nobody can be asked to sign; the act's own request is no reason when it is asked for again."""
        plan, request, why = self.plan, self.plan.open_request, []
        if plan.lost:
            why.append(f"the plan links resources that we cannot see: {', '.join(plan.lost)}; ask for access to them")
        if not plan.chart.team.supervising_provider:
            why.append("the care team has no supervising provider, so nobody can sign: add one to the care team")
        if request is not None and not plan.moved and not act.did(request.record):
            name = request.record.reference
            why.append(f"a signature is already asked for ({name}): sign-off, return-plan, or cancel that Task first")
        if any(not record.version for record in plan.records):
            why.append("this server gives no versions: a later change could not be told from what was signed")
        return why


def open_cases(records: Records, command: RequestSignOff, occasion: Occasion) -> tuple[SignatureRequestCase] | Refusal:
    """Reads the plan to be signed; or says why there is none."""
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
        """The day by which to sign: before the first of what waits for the signature is due."""
        waits = [item.until for item in self.waiting if item.until]
        return max(min([days_from_today(self.pen.occasion, "sign-off-days"), *waits]), self.pen.today)

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
        """Plans the Task with the exact versions to be signed, and closes the Tasks to revise the plan."""
        chart, version = self.plan.chart, self.plan.record.version
        who = chart.team.called(self.provider)
        says = [f"{who} is asked to sign version {version} of the plan by {self.due}"]
        says += [f"{self._goals()} agreed; waiting for the signature or an order: {self._items()}"]
        says += [f"to be decided with the signature: {title_of(issue)} ({issue.reference})" for issue in self.undecided]
        return Plan(
            changes=(self._request(), *self._overtaken(), *self._revised()),
            says=(*says, *self._told_overtaken()),
            warnings=chart.not_visible,
            decided_from=(*self.signed, *chart.team.records),
            reason="the patient's answers to the goals are on record",
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

    def _overtaken(self) -> list[Amend]:
        """Takes back the request that names other versions than today's: nobody could sign by it."""
        request = self.plan.open_request
        if request is None or not self.plan.moved:
            return []
        because = "the plan has changed since; the signature is asked for again"
        edits = self.pen.ended("cancelled", "ended-early", because)
        return [amend("overtaken", request.record, because, *edits)]

    def _told_overtaken(self) -> list[str]:
        return [
            f"the earlier request ({change.record.reference}) is taken back, because the plan has changed since: "
            f"{', '.join(self.plan.moved)}"
            for change in self._overtaken()
        ]

    def _revised(self) -> list[Amend]:
        """Closes the care manager's Tasks to revise this plan, now that it is sent for signature again."""
        because = "the plan was revised, and is sent for signature again"
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
