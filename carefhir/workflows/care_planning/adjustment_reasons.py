"""What has happened since a plan was signed or last adjusted, so that it may not fit any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.content.loading import parameters
from carefhir.fhir.record import Record, first_text, moment
from carefhir.mappers.check_in import TriageView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import chart_for_plan
from carefhir.workflows.care_planning.linked_plan import LinkedPlan

NUMBERS = "adjusting"
"""The PlanDefinition that holds the numbers."""
ADJUSTED = frozenset({"sign-revision", "review-plan", "revise-plan"})
"""Kinds of Task whose completion means that somebody has looked at the plan."""
RED = ("red-urgent", "emergency")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to look at the plan again."""

    words: str
    record: Record
    evidence: str
    """The reference it is told apart by: the record, or the newest thing it rests on."""


@dataclass(frozen=True, slots=True)
class AdjustmentReasons:
    """Looks for reasons in one person's chart."""

    plan: LinkedPlan
    chart: Chart
    triages: tuple[TriageView, ...]
    occasion: Occasion

    @property
    def since(self) -> datetime | None:
        """When the plan was signed or last adjusted; None where nothing tells."""
        looked = [task for task in self.chart.tasks if ADJUSTED & set(task.codes) and task.focus == self.plan.reference]
        done = [task for task in (*self.plan.sign_offs, *looked) if task.status == "completed"]
        moments = [when for task in done if (when := moment(task.changed or task.authored))]
        return max(moments, default=None) or moment(self.plan.view.created or self.plan.view.since)

    def found(self) -> tuple[Reason, ...]:
        """All reasons, in the order in which a nurse would read them."""
        return (
            *self._enough("red-check-ins", self._red()),
            *self._conditions(),
            *self._worsening(),
            *self._enough("missed-visits", self._missed_visits()),
            *self._enough("missed-check-ins", self._missed_check_ins()),
        )

    def _enough(self, name: str, some: Iterator[Reason]) -> tuple[Reason, ...]:
        """Those reasons, where there are as many as content asks for."""
        number = parameters(self.occasion.content.get("PlanDefinition", NUMBERS))[name]
        reasons = tuple(some)
        return reasons if len(reasons) >= number else ()

    def _after(self, text: str | None) -> bool:
        """Whether a moment is later than the last look; a day alone counts as a whole, so that nothing is missed."""
        when, since = moment(text), self.since
        if when is None:
            return False
        if text is not None and len(text) == len("2026-03-09") and since is not None:
            return when.date() >= self.occasion.local_date(since)
        return since is None or when > since

    def _red(self) -> Iterator[Reason]:
        for triage in sorted(self.triages, key=lambda one: one.at):
            if triage.color in RED and self._after(triage.at):
                words = f"a check-in was {triage.color.replace('-', ', ')} on {triage.at[:10]}"
                yield Reason(words, triage.record, triage.record.reference)

    def _conditions(self) -> Iterator[Reason]:
        """Confirmed findings recorded since. What is restricted stays out of a plan's Tasks (rule 4). A finding
        that was recorded before and confirmed since is not seen: no record says when it was confirmed."""
        for condition in chart_for_plan(self.chart, self.occasion.content).confirmed:
            new = self._after(first_text(condition.record.json, "recordedDate"))
            if new and condition.verification:
                word = "a new need" if condition.sdoh else "a new condition"
                name = condition.text or condition.record.reference
                yield Reason(f"{word} is on record: {name}", condition.record, condition.record.reference)

    def _worsening(self) -> Iterator[Reason]:
        for goal in self.plan.goals:
            if goal.achievement == "worsening" and not goal.over:
                newest = goal.outcomes[-1] if goal.outcomes else goal.reference
                yield Reason(f"a goal is getting worse: {goal.words}", goal.record, newest)

    def _missed_visits(self) -> Iterator[Reason]:
        for visit in self.chart.appointments:
            when = visit.start
            if visit.status == "noshow" and when and (self.since is None or when > self.since):
                day = self.occasion.local_date(when)
                words = f"a visit was missed on {day}: {visit.words or visit.reference}"
                yield Reason(words, visit.record, visit.reference)

    def _missed_check_ins(self) -> Iterator[Reason]:
        for task in self.chart.tasks:
            late = "check-in" in task.codes and task.to_do and task.due is not None and task.due < self.occasion.today
            if late or ("missed-check-in" in task.codes and self._after(task.authored)):
                yield Reason(f"a check-in did not take place, due {task.due}", task.record, task.record.reference)
