"""`close-plan`: closes a plan that has done its work or is given up, or proposes to.

A provider closes; a nurse or a social worker proposes it, which is a Task (`close-plan`) for the supervising provider.
Nothing dangles: every goal and item that is not over is named, and somebody says what becomes of it. A goal is reached,
cancelled with a reason, or carried on: it stays in force, and the next plan links it instead of proposing it again. An
item is done, cancelled with a reason, or left with an owner. What is carried on as a request gets a Task, so that it is
not forgotten. Tasks that ask about the plan itself (to sign, to revise, to review it) end with it.

The plan becomes `completed`, or `revoked` where it is given up; a draft can only be given up. The provider may answer a
proposal by `goes-on`: then the plan stays as it is. The act's causes: the plan, which is closed once; for a proposal
and for the answer that it goes on, the plan and the last Task that proposed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.content import supervision
from carefhir.engine.step import CarePlanRef, Cause, Once, Step
from carefhir.fhir.changes import Act, Amend, Change, Plan, Refusal, amend, period_ends, put
from carefhir.fhir.gather import Records
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import by_time
from carefhir.workflows.care_planning.linked_plan import (
    NEEDS,
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.care_planning.plan_endings import GoalEnding, ItemEnding, PlanEndings
from carefhir.workflows.care_planning.planning_terms import counted, days_from_today
from carefhir.workflows.pen import Pen

ABOUT_THE_PLAN = frozenset({"sign-off", "sign-revision", "revise-plan", "review-plan", "close-plan"})
"""Kinds of Task that ask about a plan itself, and have nothing left to ask when it is closed."""


class ClosePlan(PlanCommand):
    """Closes a plan, or proposes to."""

    plan: CarePlanRef = Field(description="the plan to close: CarePlan/ID")
    becomes: Literal["completed", "revoked", "goes-on"] = Field(
        description="completed: it has done its work; revoked: it is given up; goes-on: the proposal to close it is "
        "declined"
    )
    reason: str = Field(min_length=1, description="why, in plain words")
    goals: tuple[GoalEnding, ...] = Field(default=(), description="what becomes of each goal that is not over")
    items: tuple[ItemEnding, ...] = Field(default=(), description="what becomes of each item that is not over")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about closing a plan, and the last Task that proposed it before."""

    plan: str
    what: Literal["proposed", "goes-on"]
    last: str

    def spelled(self) -> tuple[str, ...]:
        return (self.plan, self.what, self.last)


@dataclass(frozen=True, slots=True)
class ClosingCase(PlanCase):
    """One plan that is to be closed."""

    command: ClosePlan
    proposes: bool
    asked_before: tuple[TaskView, ...]
    """The Tasks that proposed to close it, oldest first."""

    @property
    def cause(self) -> Cause:
        ended = [task for task in self.asked_before if not task.open]
        if self.command.becomes == "goes-on":
            return Decision(self.command.plan, "goes-on", self._last(self.asked_before))
        if self.proposes:
            return Decision(self.command.plan, "proposed", self._last(tuple(ended)))
        return Once(self.command.plan)

    @staticmethod
    def _last(tasks: tuple[TaskView, ...]) -> str:
        return tasks[-1].record.reference if tasks else "first"

    def decide(self, act: Act) -> Plan | Refusal:
        """Closes the plan, proposes it, or declines the proposal; or says why not."""
        plan = self.plan
        if plan is None or self.why:
            return Refusal(self.why)
        pen = Pen(self.occasion, act, self.command.patient)
        if self.command.becomes == "goes-on":
            return self._goes_on(plan, pen)
        why = tuple(self._in_the_way(plan, act))
        if why:
            return Refusal(why)
        if self.proposes:
            return self._proposed(plan, pen)
        endings = self._endings(plan)
        unfit = tuple(endings.unfit(act))
        undecided = tuple(endings.undecided(act))
        if undecided or unfit:
            return Refusal((*unfit, *undecided), to_fill_in={} if unfit else self._blanks(endings))
        return self._closed(plan, endings, pen)

    def _endings(self, plan: LinkedPlan) -> PlanEndings:
        goals = {each.goal: each for each in self.command.goals}
        return PlanEndings(plan=plan, goals=goals, items={each.item: each for each in self.command.items})

    def _in_the_way(self, plan: LinkedPlan, act: Act) -> Iterator[str]:
        """Why it cannot be closed now, or not so."""
        if not self.proposes:
            yield from supervision.refusals(self.occasion.content, "close-plan", self.occasion.actor.discipline)
        if plan.view.over and not act.did(plan.record):
            yield f"the plan ({plan.reference}) is already {plan.status}: nothing is left to close"
        if plan.status == "draft" and self.command.becomes == "completed":
            yield f"the plan ({plan.reference}) was never in force: it is given up (becomes revoked), not completed"
        asked = next((task for task in self.asked_before if task.open and not act.did(task.record)), None)
        if self.proposes and asked:
            yield f"it is already proposed to close it ({asked.record.reference}): wait for the answer"
        if plan.lost and not self.proposes:
            yield f"the plan links resources that we cannot see: {', '.join(plan.lost)}; ask for access to them"
        named = [*(each.goal for each in self.command.goals), *(each.item for each in self.command.items)]
        for name in dict.fromkeys(each for each in named if named.count(each) > 1):
            yield f"{name} is named twice: say once what becomes of it"

    def _blanks(self, endings: PlanEndings) -> dict[str, Any]:
        """What was said, and a blank for each goal and item that nobody has said anything about."""
        goals = [each.model_dump(exclude_defaults=True) for each in self.command.goals]
        items = [each.model_dump(exclude_defaults=True) for each in self.command.items]
        goals += [
            {"goal": goal.reference, "becomes": "", "reason": ""}
            for goal in endings.open_goals()
            if goal.reference not in endings.goals
        ]
        items += [
            {"item": item.reference, "becomes": "", "reason": ""}
            for item in endings.open_items()
            if item.reference not in endings.items
        ]
        return {"goals": goals, "items": items}

    # ---- what is written

    def _plan(self, plan: LinkedPlan, changes: tuple[Change, ...], *says: str) -> Plan:
        undecided = [issue for issue in plan.issues if issue.open]
        lost = [f"the plan links what we cannot see: {', '.join(plan.lost)}"] if plan.lost else []
        open_ = [f"conflicting advice of this plan is still undecided: {issue.reference}" for issue in undecided]
        return Plan(
            changes=changes,
            says=says,
            warnings=(*plan.chart.not_visible, *lost, *open_),
            decided_from=(plan.record, *plan.chart.team.records),
            reason=self.command.reason,
            acting_as=self.occasion.actor.discipline,
        )

    def _proposed(self, plan: LinkedPlan, pen: Pen) -> Plan:
        """A Task for the supervising provider, which says what is still open."""
        chart, endings = plan.chart, self._endings(plan)
        due = days_from_today(self.occasion, "decision-days")
        open_ = f"{counted(len(endings.open_goals()), 'goal')} and {counted(len(endings.open_items()), 'item')}"
        owner = chart.team.supervising_provider or chart.care_manager or pen.author
        work = Work(
            code="close-plan",
            words=f"Decide whether to close {plan.view.title or 'the plan'} ({self.command.becomes}): "
            f"{self.command.reason}. Still open: {open_}. Say what becomes of each (close-plan), or that it goes on.",
            start=pen.today,
            end=due,
            owner=owner,
            focus=pen.refer(plan.record),
            based_on=pen.refer(plan.record),
        )
        task = pen.task("close-plan", work, f"proposed to close the plan, to be decided by {due}")
        told = f"proposed: {chart.team.called(owner)} decides by {due} whether the plan is closed"
        return self._plan(plan, (task,), told, f"still open in it: {open_}; the plan stays {plan.status}")

    def _goes_on(self, plan: LinkedPlan, pen: Pen) -> Plan | Refusal:
        """The proposal is declined."""
        why = supervision.refusals(self.occasion.content, "close-plan", self.occasion.actor.discipline)
        asked = [task for task in self.asked_before if task.open or pen.act.did(task.record)]
        if not asked:
            why = (*why, f"nobody has proposed to close {plan.reference}: it goes on as it is")
        if why:
            return Refusal(why)
        ends = pen.ended("rejected", "declined", f"the plan goes on: {self.command.reason}")
        changes = tuple(amend(f"asked/{task.record.id}", task.record, "the plan goes on", *ends) for task in asked)
        return self._plan(plan, changes, f"the plan goes on: {self.command.reason}")

    def _closed(self, plan: LinkedPlan, endings: PlanEndings, pen: Pen) -> Plan:
        """The plan closed, with every goal and item as it ends."""
        becomes, reason = self.command.becomes, self.command.reason
        lines = tuple(endings.says(pen))
        text = f"Plan closed ({becomes}). Why: {reason}" + "".join(f"\n- {line}" for line in lines)
        edits = () if pen.act.did(plan.record) else (put("status", becomes), period_ends(pen.stamp), pen.noted(text))
        closed = amend("plan", plan.record, f"closed: {reason}", *edits)
        changes = (*endings.changes(pen), *self._with_it(plan, pen), closed)
        return self._plan(plan, changes, f"the plan is {becomes}: {reason}", *lines)

    def _with_it(self, plan: LinkedPlan, pen: Pen) -> Iterator[Amend]:
        """Ends the Tasks about the plan itself, and those about an item that ends with it."""
        kept = {each.item for each in self.command.items if each.becomes == "carry"}
        ended = {item.reference for item in plan.items} - kept
        mine = {item.reference for item in plan.items}
        for task in plan.chart.tasks:
            if not (task.open or pen.act.did(task.record)) or task.record.reference in mine:
                continue
            if task.focus == plan.reference and ABOUT_THE_PLAN & set(task.codes):
                how = ("completed", "done") if "close-plan" in task.codes else ("cancelled", "ended-early")
            elif task.focus in ended and {"coordinate", "place-order"} & set(task.codes):
                how = ("cancelled", "ended-early")
            else:
                continue
            ends = pen.ended(*how, f"the plan was closed: {self.command.reason}")
            yield amend(f"with/{task.record.id}", task.record, "the plan was closed", *ends)


def open_cases(records: Records, command: ClosePlan, occasion: Occasion) -> tuple[ClosingCase]:
    """Reads the plan to be closed."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    asked = plan.tasks_on("close-plan", plan.reference) if plan else ()
    degree = supervision.degree(occasion.content, "close-plan", occasion.actor.discipline)
    return (
        ClosingCase(
            command=command,
            occasion=occasion,
            plan=plan,
            why=in_the_way(chart, plan, command),
            proposes=degree == "propose",
            asked_before=tuple(sorted(asked, key=lambda task: by_time(task.authored, task.record))),
        ),
    )


CLOSE_PLAN = Step(
    name="close-plan",
    title="Close a plan, or propose to",
    command=ClosePlan,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    amends=("CarePlan", "Goal", "Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment"),
    supervised=("close-plan",),
)
