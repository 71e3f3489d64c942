"""One plan of ours on the desk: what it links, what is against what in it, and who was asked to sign it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import TASK_STATE, VERSION_KEY
from carefhir.content.loading import Content, parameters
from carefhir.fhir.changes import Edit, basis, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig
from carefhir.mappers import patient
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.against import code_of
from carefhir.workflows.care_planning.chart_for_plan import by_time, ours

NEEDS = (
    *charts.needs("patient", "care_plans", "goals", "tasks", "issues", optional=False),
    *charts.needs("care_teams", "episodes", "service_requests", "device_requests", "communication_requests"),
    *charts.needs("appointments"),
)

V = TypeVar("V", GoalView, ItemView)
PARAMETERS = "care-planning"
UNANSWERED = frozenset({"proposed", "planned"})
AGREED = frozenset({"accepted", "active", "on-hold"})


@dataclass(frozen=True, slots=True)
class Desk:
    """A plan of ours with what belongs to it, of one patient's chart."""

    chart: Chart
    plan: CarePlanView
    goals: tuple[GoalView, ...]
    items: tuple[ItemView, ...]
    issues: tuple[IssueView, ...]
    sign_offs: tuple[TaskView, ...]
    """The Tasks that ask for a signature, oldest first."""

    @property
    def records(self) -> tuple[Record, ...]:
        """The plan, its goals and its items."""
        return (self.plan.record, *(one.record for one in self.goals), *(one.record for one in self.items))

    @property
    def lost(self) -> tuple[str, ...]:
        """What the plan links and cannot be seen."""
        known = {one.reference for one in self.records}
        return tuple(one for one in (*self.plan.goals, *self.plan.activities) if one not in known)

    @property
    def open_request(self) -> TaskView | None:
        """The open Task that asks for a signature."""
        return next((one for one in reversed(self.sign_offs) if one.open), None)

    def goal(self, reference: str) -> GoalView | None:
        return next((one for one in self.goals if one.reference == reference), None)

    def item(self, reference: str) -> ItemView | None:
        return next((one for one in self.items if one.reference == reference), None)

    def tasks_on(self, code: str, focus: str) -> tuple[TaskView, ...]:
        """The Tasks of a kind about something."""
        return tuple(one for one in self.chart.tasks if code in one.codes and one.focus == focus)


def laid_out(chart: Chart, asked: str) -> Desk | None:
    """The plan asked for, if it is this patient's and ours."""
    plan = next((one for one in chart.care_plans if one.reference == asked and ours(one.record)), None)
    if plan is None:
        return None
    against = [one for one in chart.issues if plan.reference in one.implicated and code_of(one)]
    signing = [one for one in chart.tasks if "sign-off" in one.codes and one.focus == plan.reference]
    return Desk(
        chart,
        plan,
        _in_order(chart.goals, plan.goals),
        _in_order(chart.items, plan.activities),
        tuple(sorted(against, key=lambda one: (code_of(one), one.record.id))),
        tuple(sorted(signing, key=lambda one: by_time(one.record, "authoredOn"))),
    )


def _in_order(some: Iterable[V], references: tuple[str, ...]) -> tuple[V, ...]:
    """Those that are linked, in the plan's own order."""
    known = {one.reference: one for one in some}
    return tuple(known[one] for one in dict.fromkeys(references) if one in known)


def in_the_way(chart: Chart, patient_asked: str, asked: str) -> tuple[str, ...]:
    """Why nothing can be done about this plan; () when something can."""
    why = patient.in_the_way(chart.patient, patient_asked)
    if laid_out(chart, asked) is not None:
        return why
    if any(one.reference == asked for one in chart.care_plans):
        return (*why, f"{asked} is no plan of ours: propose-plan drafts one")
    return (*why, f"{asked} is not on this server, not visible to us, or not {patient_asked}'s")


def counted(count: int, noun: str) -> str:
    """So many of something, in words."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def number(content: Content, name: str) -> int:
    """A number of care planning, from content."""
    return parameters(content.get("PlanDefinition", PARAMETERS))[name]


def pinned(record: Record) -> Json:
    """One entry of what is to be signed: the very version."""
    return {"type": {"text": "to be signed"}, "valueReference": basis(record)}


def pins(task: TaskView) -> dict[str, str]:
    """The versions a Task asks to be signed, by reference."""
    found = {}
    for value in dig(task.record.json, "input.valueReference"):
        for one in dig(value, "identifier"):
            if isinstance(one, dict) and one.get("system") == VERSION_KEY and isinstance(one.get("value"), str):
                reference, _, version = one["value"].partition("/_history/")
                found[reference] = version
    return found


def closing(occasion: Occasion, status: str, state: str, why: str = "") -> tuple[Edit, ...]:
    """Takes a Task of ours to its end, saying where it stands and why."""
    coding = occasion.content.concept(TASK_STATE, state).coding
    edits = [put("status", status), put("businessStatus", {"coding": [coding]}), put("lastModified", occasion.stamp)]
    return (*edits, put("statusReason", {"text": why})) if why else tuple(edits)
