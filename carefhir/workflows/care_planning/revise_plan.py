"""`revise-plan`: changes a plan in force: goals and items are added, changed and stopped, each with a reason.

**A goal is changed by ending the old Goal, with the reason, and writing a new one** that says which one it takes the
place of (R4's goal-relationship). An amendment would make what was agreed and signed before look as if it had never
been so: readings, check-ins and `evaluate-goals` refer to the goal they were judged by, and servers without history
would have lost it. Items are different: moving a day is an amendment, with the old day in a note.

What needs a signature is the supervision table's to say. A goal with a number or from a pathway is the provider's, an
item of class *plan* too; an order is drafted, and the prescriber places it. Where whoever acts may only propose, all of
that goes into one Task for the supervising provider (`sign-revision`), word for word, and **nothing of it takes effect
before**: no goal, no target, no item. The provider signs by `revise-plan` with that Task as `proposal`, or declines it
by `resolve`. A proposal counts only for the versions it was made from. Items of class *now* and the patient's own goals
take effect at once.

What changed is kept in a note on the CarePlan, in words that a patient and a provider can read. The act's cause is the
plan and the moment of the revision; for a signature, the proposal, which is signed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.content import supervision
from carefhir.engine.step import AtMoment, CarePlanRef, Cause, Moment, Once, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import pinned
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.linked_plan import (
    NEEDS,
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.care_planning.revised_plan import ASK_TO_LOOK, SIGN, Revising, proposed
from carefhir.workflows.care_planning.revision import AskedOfPlan, GoalRevision, ItemRevision, Proposed
from carefhir.workflows.pen import Pen


class RevisePlan(PlanCommand):
    """Changes a plan in force, or signs a change that was proposed."""

    plan: CarePlanRef = Field(description="the plan in force: CarePlan/ID")
    revised: Moment = Field(description="when it was decided, with its UTC offset: 2026-05-04T09:00:00-05:00")
    reason: str = Field(min_length=1, description="why the plan is revised, in plain words")
    patient_agrees: bool = Field(description="whether it was talked over with the patient, and they agree")
    goals: tuple[GoalRevision, ...] = Field(default=(), description="goals added, changed and stopped")
    items: tuple[ItemRevision, ...] = Field(default=(), description="items added, moved and stopped")
    proposal: TaskRef | None = Field(
        default=None, description="the proposed change that is signed: Task/ID; then no goals and items"
    )
    answers: tuple[TaskRef, ...] = Field(
        default=(), description="the open Tasks to look at the plan that this answers: Task/ID"
    )


@dataclass(frozen=True, slots=True)
class RevisionCase(PlanCase):
    """One plan that is to be revised."""

    command: RevisePlan
    revisions: Proposed
    """What is to be done: as asked for now, or as it was proposed."""
    proposal: TaskView | None

    @property
    def cause(self) -> Cause:
        signed = self.command.proposal
        return Once(signed) if signed else AtMoment(self.command.plan, self.command.revised)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.revised), self.command.model_dump(mode="json", exclude={"revised"})]

    def decide(self, act: Act) -> Plan | Refusal:
        """Changes the plan, and asks for the signature where one is needed; or says why not."""
        plan = self.plan
        if plan is None or self.why:
            return Refusal(self.why)
        why = (*self._untimely(plan), *self._unsigned(plan, act), *self._unfit(plan, act))
        why = why or tuple(dict.fromkeys(self._not_allowed(plan)))
        if why:
            return Refusal(why)
        now, later = self._sorted(plan)
        pen = Pen(self.occasion, act, self.command.patient)
        return Revising(
            plan=plan,
            reason=self.command.reason,
            pen=pen,
            now=now,
            later=later,
            proposal=self.proposal,
            answered=self._answered(plan),
        ).plan_of_changes()

    # ---- what is in the way

    def _untimely(self, plan: LinkedPlan) -> Iterator[str]:
        if plan.status != "active":
            how = {"draft": "change a draft with record-agreement", "on-hold": "resume it first"}
            instead = how.get(plan.status, "propose a new one (propose-plan)")
            yield f"the plan ({plan.reference}) is {plan.status}: only a plan in force is revised; {instead}"
        if self.command.revised > self.occasion.now:
            yield "revised is in the future: record it when that time has come"
        if not (self.revisions.goals or self.revisions.items) and not self.command.proposal:
            yield "nothing is added, changed or stopped: give goals or items"
        does = {*(goal.does for goal in self.revisions.goals), *(item.does for item in self.revisions.items)}
        grows = bool(does - {"stop"})
        if grows and not self.command.patient_agrees:
            yield "talk it over with the patient first: without their yes something can only be stopped"

    def _unsigned(self, plan: LinkedPlan, act: Act) -> Iterator[str]:
        """Why the proposal cannot be signed."""
        named, task = self.command.proposal, self.proposal
        if not named:
            return
        if self.command.goals or self.command.items:
            yield "a proposal is signed as it is: leave out goals and items, or revise the plan without proposal"
        if task is None or SIGN not in task.codes or task.focus != plan.reference:
            yield f"{named} is no proposed change of {plan.reference}, or is not visible to us"
            return
        if act.did(task.record):
            return
        if not task.open:
            yield f"{named} is already {task.status}: nothing is left to sign"
        done = {record.reference for record in plan.records if act.did(record)}
        for reference, (was, now) in plan.moved_since(pinned.read(task.record)).items():
            if reference in done:
                continue
            state = f"is now version {now}, it was {was}" if now else "can no longer be seen"
            yield f"{reference} has changed since it was proposed ({state}): have it proposed again"

    def _unfit(self, plan: LinkedPlan, act: Act) -> Iterator[str]:
        yield from AskedOfPlan(plan, self.occasion.content, self.occasion.today).unfit(self.revisions, act)
        for name in self.command.answers:
            task = plan.chart.task(name)
            if task is not None and act.did(task.record):
                continue
            if task is None or not ASK_TO_LOOK & set(task.codes):
                yield f"{name} does not ask anybody to look at the plan, or is not visible to us: leave it out"
            elif not task.open:
                yield f"{name} is already {task.status}: leave it out"
            elif task.owner != self.occasion.actor.reference and not self._may("activate-plan"):
                yield f"{name} is somebody else's to answer: leave it out, or let them revise the plan"

    def _not_allowed(self, plan: LinkedPlan) -> Iterator[str]:
        """What whoever acts may neither do nor propose; a proposal is signed only by who may do all of it."""
        content, discipline = self.occasion.content, self.occasion.actor.discipline
        for action in self._actions(plan):
            degree = supervision.degree(content, action, discipline)
            if self.command.proposal or degree not in (*supervision.DOES, "propose", "draft"):
                yield from supervision.refusals(content, action, discipline)

    def _actions(self, plan: LinkedPlan) -> list[str]:
        asked = AskedOfPlan(plan, self.occasion.content, self.occasion.today)
        actions = [*map(asked.action_on_goal, self.revisions.goals), *map(asked.action_on_item, self.revisions.items)]
        return list(dict.fromkeys(actions))

    def _may(self, action: str) -> bool:
        return supervision.may(self.occasion.content, action, self.occasion.actor.discipline)

    # ---- what is done now, and what waits

    def _sorted(self, plan: LinkedPlan) -> tuple[Proposed, Proposed]:
        """What takes effect at once, and what waits for a signature."""
        asked = AskedOfPlan(plan, self.occasion.content, self.occasion.today)
        goals = [(each, self._may(asked.action_on_goal(each))) for each in self.revisions.goals]
        items = [(each, self._may(asked.action_on_item(each))) for each in self.revisions.items]
        return (
            Proposed(goals=tuple(g for g, may in goals if may), items=tuple(i for i, may in items if may)),
            Proposed(goals=tuple(g for g, may in goals if not may), items=tuple(i for i, may in items if not may)),
        )

    def _answered(self, plan: LinkedPlan) -> tuple[TaskView, ...]:
        tasks = (plan.chart.task(name) for name in self.command.answers)
        return tuple(task for task in tasks if task is not None)


def open_cases(records: Records, command: RevisePlan, occasion: Occasion) -> tuple[RevisionCase]:
    """Reads the plan, and what is to become of it."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    task = chart.task(command.proposal) if command.proposal else None
    why = in_the_way(chart, plan, command)
    revisions = Proposed(goals=command.goals, items=command.items)
    if command.proposal and not (command.goals or command.items):
        revisions = proposed(task.record if task else None)
        if task is not None and not (revisions.goals or revisions.items):
            why = (*why, f"what {command.proposal} proposes cannot be read: have it proposed again")
    return (RevisionCase(command=command, occasion=occasion, plan=plan, why=why, revisions=revisions, proposal=task),)


REVISE_PLAN = Step(
    name="revise-plan",
    title="Change a plan in force",
    command=RevisePlan,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Goal", "Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment"),
    amends=("CarePlan", "Goal", "Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment"),
    supervised=("own-goals", "clinical-target", "activate-plan", "order"),
)
