"""One plan of ours with what it links: its goals and items, its conflicting advice, and the requests to sign it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.engine.step import CarePlanRef, Case, PatientCommand
from carefhir.fhir.record import Record
from carefhir.mappers import patient, pinned
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import by_time, ours
from carefhir.workflows.care_planning.conflicting_advice import code_of

NEEDS = (
    *charts.needs("patient", "care_plans", "goals", "tasks", "issues", optional=False),
    *charts.needs("care_teams", "episodes", "service_requests", "device_requests", "communication_requests"),
    *charts.needs("appointments"),
)

V = TypeVar("V", GoalView, ItemView)
UNANSWERED = frozenset({"proposed", "planned"})
AGREED = frozenset({"accepted", "active", "on-hold"})
INSTEAD = "To change a plan that is in effect: revise-plan"
"""What can be done today where a plan can no longer be changed."""


@dataclass(frozen=True, slots=True)
class LinkedPlan:
    """A plan of ours with everything that belongs to it."""

    chart: Chart
    view: CarePlanView
    goals: tuple[GoalView, ...]
    items: tuple[ItemView, ...]
    issues: tuple[IssueView, ...]
    sign_offs: tuple[TaskView, ...]
    """The Tasks that ask for a signature, oldest first."""

    @property
    def record(self) -> Record:
        return self.view.record

    @property
    def reference(self) -> str:
        return self.view.reference

    @property
    def status(self) -> str:
        return self.view.status

    @property
    def records(self) -> tuple[Record, ...]:
        """The plan, its goals and its items."""
        return (self.record, *(goal.record for goal in self.goals), *(item.record for item in self.items))

    @property
    def lost(self) -> tuple[str, ...]:
        """What the plan links but we cannot see."""
        visible = {record.reference for record in self.records}
        links = (*self.view.goals, *self.view.activities)
        return tuple(reference for reference in links if reference not in visible)

    @property
    def open_request(self) -> TaskView | None:
        """The open Task that asks for a signature."""
        return next((task for task in reversed(self.sign_offs) if task.open), None)

    @property
    def moved(self) -> dict[str, tuple[str, str]]:
        """What has changed since the open request for a signature named it: its version then, and its version now (""
        if it can no longer be seen)."""
        request = self.open_request
        return self.moved_since(pinned.read(request.record)) if request else {}

    def moved_since(self, versions: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """What has another version now than the one that was named."""
        current = {record.reference: record.version for record in self.records}
        return {
            reference: (version, current.get(reference, ""))
            for reference, version in versions.items()
            if current.get(reference, "") != version
        }

    def newest_request(self, status: str) -> TaskView | None:
        """Finds the newest Task that asked for a signature and ended in a status."""
        return next((task for task in reversed(self.sign_offs) if task.status == status), None)

    def goal(self, reference: str) -> GoalView | None:
        return next((goal for goal in self.goals if goal.reference == reference), None)

    def item(self, reference: str) -> ItemView | None:
        return next((item for item in self.items if item.reference == reference), None)

    def tasks_on(self, code: str, focus: str) -> tuple[TaskView, ...]:
        """Finds the Tasks of one kind about one resource."""
        return tuple(task for task in self.chart.tasks if code in task.codes and task.focus == focus)


class PlanCommand(PatientCommand):
    """A command about one plan of one patient."""

    plan: CarePlanRef


@dataclass(frozen=True, slots=True)
class PlanCase(Case):
    """One plan of one person; and, where nothing can be done about it, why not."""

    command: PlanCommand
    occasion: Occasion
    plan: LinkedPlan | None
    why: tuple[str, ...]


def linked_plan(chart: Chart, reference: str) -> LinkedPlan | None:
    """Finds the plan of that reference, if it is this patient's and one of ours."""
    view = next((plan for plan in chart.care_plans if plan.reference == reference and ours(plan.record)), None)
    if view is None:
        return None
    issues = [issue for issue in chart.issues if view.reference in issue.implicated and code_of(issue)]
    signing = [task for task in chart.tasks if "sign-off" in task.codes and task.focus == view.reference]
    return LinkedPlan(
        chart=chart,
        view=view,
        goals=_in_order(chart.goals, view.goals),
        items=_in_order(chart.items, view.activities),
        issues=tuple(sorted(issues, key=lambda issue: (code_of(issue), issue.record.id))),
        sign_offs=tuple(sorted(signing, key=lambda task: by_time(task.authored, task.record))),
    )


def _in_order(views: Iterable[V], references: tuple[str, ...]) -> tuple[V, ...]:
    """Keeps those that are linked, in the plan's own order."""
    linked = {view.reference: view for view in views}
    return tuple(linked[reference] for reference in dict.fromkeys(references) if reference in linked)


def in_the_way(chart: Chart, plan: LinkedPlan | None, command: PlanCommand) -> tuple[str, ...]:
    """Says why nothing can be done about this plan; () when something can."""
    why = patient.in_the_way(chart.patient, command.patient)
    if plan is not None:
        return why
    if any(theirs.reference == command.plan for theirs in chart.care_plans):
        return (*why, f"{command.plan} was not written by propose-plan: these steps work only on plans that it drafted")
    return (*why, f"{command.plan} is not on this server, is not visible to us, or is another patient's")
