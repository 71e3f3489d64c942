"""Writes what follows from a signature: the plan and its parts in effect, orders as Tasks, conflicts decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, add, amend, put
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.care_planning.agreed_items import OUTSIDE
from carefhir.workflows.care_planning.conflicting_advice import title_of
from carefhir.workflows.care_planning.linked_plan import LinkedPlan
from carefhir.workflows.care_planning.planning_terms import days_from_today
from carefhir.workflows.pen import Pen


class Decided(Protocol):
    """What the prescriber decided about one conflict."""

    @property
    def issue(self) -> str: ...

    @property
    def decision(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Signing:
    """Writing down what follows from one signature."""

    plan: LinkedPlan
    request: TaskView
    versions: Mapping[str, str]
    """What is signed, and in which version."""
    decisions: tuple[Decided, ...]
    version: str
    """The version of the plan that was read."""
    pen: Pen

    @property
    def items(self) -> tuple[ItemView, ...]:
        """The items named for signature that are not over."""
        return tuple(item for item in self.plan.items if item.reference in self.versions and not item.over)

    def plan_of_changes(self) -> Plan:
        """Plans everything that takes effect; of the records it amends, the plan comes first and the request last."""
        chart = self.plan.chart
        changes: tuple[Change, ...] = (
            *self._orders(),
            amend("plan", self.plan.record, "signed: takes effect", *self._in_effect()),
            *self._goals(),
            *self._items(),
            *self._decided(),
            amend("sign-off", self.request.record, "signed", *self.pen.ended("completed", "done")),
        )
        return Plan(
            changes=changes,
            says=self._says(),
            warnings=(*chart.not_visible, *self._covering()),
            decided_from=chart.team.records,
            reason=f"version {self.version} of the plan was signed",
            acting_as=self.pen.occasion.actor.discipline,
        )

    def _in_effect(self) -> tuple[Edit, ...]:
        return (put("status", "active"),) if self.plan.status == "draft" else ()

    def _goals(self) -> list[Amend]:
        """Makes the agreed goals active."""
        amendments = []
        today = self.pen.today.isoformat()
        for goal in self.plan.goals:
            if goal.reference not in self.versions or goal.over:
                continue
            accepted = goal.status == "accepted"
            edits = (put("lifecycleStatus", "active"), put("statusDate", today)) if accepted else ()
            amendments.append(amend(f"goal/{goal.record.id}", goal.record, "agreed and signed", *edits))
        return amendments

    def _items(self) -> list[Amend]:
        """Amends the items that take effect with the signature."""
        amendments = []
        for item in self.items:
            if item.kind != "plan":
                continue
            part = f"item/{item.record.type}/{item.record.id}"
            edits = self._takes_effect(item) if item.status == "draft" else ()
            amendments.append(amend(part, item.record, "signed: takes effect", *edits))
        return amendments

    def _takes_effect(self, item: ItemView) -> tuple[Edit, ...]:
        if item.record.type == "Task":
            return (put("status", "requested"), self.pen.changed_now())
        return (put("status", "active"),)

    def _orders(self) -> list[Create]:
        """Writes a Task for the prescriber for each order: a signature on a plan places no order."""
        return [self._order(item) for item in self.items if item.kind == "order"]

    def _order(self, item: ItemView) -> Create:
        due = self._place_by(item)
        work = Work(
            code="place-order",
            words=f"Place, change or decline: {item.words}",
            title=f"place order: {item.words}" if item.words else "",
            start=self.pen.today,
            end=due,
            owner=self.request.owner or self.pen.author,
            focus=self.pen.refer(item.record),
            based_on=self.pen.refer(self.plan.record),
        )
        part = f"order/{item.record.type}/{item.record.id}"
        return self.pen.task(part, work, f"{item.words}: the prescriber places this order by {due}")

    def _place_by(self, item: ItemView) -> date:
        """The day by which an order is placed: when it starts, a few days at least, and never after it is due."""
        due = max(days_from_today(self.pen.occasion, "order-days"), item.start or self.pen.today)
        return max(min(due, item.until or due), self.pen.today)

    def _decided(self) -> list[Amend]:
        """Closes the issues as decided, and the Tasks that waited for the decision."""
        amendments: list[Amend] = []
        issues = {issue.reference: issue for issue in self.plan.issues}
        for decision in self.decisions:
            issue = issues.get(decision.issue)
            if issue is None:
                continue
            edits = self._decision(decision) if issue.open else ()
            because = f"decided: {title_of(issue)}"
            amendments.append(amend(f"issue/{issue.record.id}", issue.record, because, *edits))
            amendments += map(self._settled, self._waiting(issue.reference))
        return amendments

    def _decision(self, decision: Decided) -> tuple[Edit, ...]:
        mitigation = {
            "action": {"text": decision.decision},
            "date": self.pen.stamp,
            "author": {"reference": self.pen.author},
        }
        return (put("status", "final"), add("mitigation", mitigation))

    def _settled(self, task: TaskView) -> Amend:
        """Closes a Task that waited for a decision."""
        edits = self.pen.ended("completed", "done") if task.open else ()
        return amend(f"settled/{task.record.id}", task.record, "decided with the signature", *edits)

    def _waiting(self, issue: str) -> tuple[TaskView, ...]:
        """Finds the Tasks to decide an issue, and those that tell the signer about it."""
        telling = [task for task in self.plan.tasks_on("inform-provider", issue) if task.owner == self.pen.author]
        deciding = (self.plan.tasks_on(code, issue) for code in ("settle-contradiction", "weigh-advice"))
        return (*(task for tasks in deciding for task in tasks), *telling)

    def _covering(self) -> tuple[str, ...]:
        if self.request.owner in ("", self.pen.author):
            return ()
        return (f"you signed for {self.plan.chart.team.called(self.request.owner)}, who was asked to sign",)

    def _says(self) -> tuple[str, ...]:
        title = self.plan.view.title or self.plan.reference
        signed = [goal for goal in self.plan.goals if goal.reference in self.versions and not goal.over]
        says = [f"signed: version {self.version} of {title}"]
        says += [f"goal active: {goal.words}" for goal in signed]
        says += [f"takes effect: {item.words}" for item in self.items if item.kind == "plan"]
        says += [f"for the prescriber to order: {item.words}" for item in self.items if item.kind == "order"]
        says += [
            f"waits for the patient's own yes (record-agreement): {item.words} ({item.reference})"
            for item in self.plan.items
            if item.kind == "now" and item.record.type in OUTSIDE and item.status == "draft"
        ]
        titles = {issue.reference: title_of(issue) for issue in self.plan.issues}
        says += [f"decided: {titles.get(decision.issue, decision.issue)}" for decision in self.decisions]
        return tuple(says)
