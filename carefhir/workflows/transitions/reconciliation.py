"""One reconciliation: the lists, what is taken, the differences, and what was decided about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.content.clocks import Clock
from carefhir.mappers.medication_list import ListView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.asked import Asked
from carefhir.workflows.transitions.discrepancies import Comparison, TakenMedicine
from carefhir.workflows.transitions.medication_lists import MedicationLists
from carefhir.workflows.transitions.medicine_outcomes import MedicineOutcome
from carefhir.workflows.transitions.reconciliation_decisions import Verdict


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Everything known about one reconciliation before it is written."""

    chart: Chart
    lists_on_record: tuple[ListView, ...]
    started: datetime
    """When the talk about the medicines began."""
    day: date
    """The day of the talk."""
    parent: TaskView
    """The parent Task of the transition."""
    stay: Stay
    clock: Clock
    """The numbers of this step (PlanDefinition medication-reconciliation)."""
    deadline: date
    """The last day on which it counts."""
    lists: MedicationLists
    taken: tuple[TakenMedicine, ...]
    comparison: Comparison
    verdicts: tuple[Verdict, ...]
    outcomes: tuple[MedicineOutcome, ...]
    asked: Asked
    """Whether somebody was asked about every medicine: if not, it does not count."""

    @property
    def tasks(self) -> tuple[TaskView, ...]:
        """The Tasks of this transition that ask for a reconciliation."""
        parent = self.parent.record.reference
        asking = (task for task in self.chart.tasks if "reconcile-medications" in task.codes)
        return tuple(task for task in asking if parent in task.part_of)

    def visit(self, occasion: Occasion) -> tuple[date, str] | None:
        """The day and reference of the first visit after the discharge, booked or done, by the deadline."""
        gone = ("cancelled", "noshow", "entered-in-error", "proposed")
        booked = (visit for visit in self.chart.appointments if visit.status not in gone)
        days = [(occasion.local_date(visit.start), visit.reference) for visit in booked if visit.start]
        return min((day for day in days if self.stay.end_day <= day[0] <= self.deadline), default=None)

    @property
    def still_ordered(self) -> tuple[str, ...]:
        """Active orders of medicines that were stopped or put on hold, and old orders of medicines that changed."""
        return tuple(dict.fromkeys(order for outcome in self.outcomes for order in self._still_ordered(outcome)))

    def _still_ordered(self, outcome: MedicineOutcome) -> list[str]:
        over = outcome.status in ("stopped", "on-hold")
        changed = any(verdict.discrepancy.what.endswith("-changed") for verdict in outcome.verdicts)
        before = self.lists.before.get(outcome.key)
        views = [*before.views, *before.again] if before and (over or changed) else []
        views += [outcome.view] if outcome.view and over else []
        orders = (view for view in views if view.is_order and view.status == "active")
        return [view.reference for view in orders if outcome.status != "active" or view != outcome.view]
