"""What of a chart may enter a plan, and which findings its parts are based on.

Restricted findings stay out of a plan's texts and of what it addresses (clinical practice, rule 4): findings with a
security label, and those that are restricted by what they are (violence, substance use). Findings that nobody has
confirmed stay out too (rule 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of, unconfirmed
from carefhir.codes import ACT_CODE, CONDITION_GROUP, RESTRICTED
from carefhir.content.loading import Content
from carefhir.fhir.changes import keys_of
from carefhir.fhir.record import Record, moment
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView

CONFIDENTIAL = (RESTRICTED["system"], frozenset({"R", "V"}))
"""HL7's confidentiality codes for restricted and very restricted."""

CURRENT_GOAL = frozenset({"planned", "accepted", "active", "on-hold"})
CURRENT_ITEM = frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold", "active", "booked"})


def restricted(content: Content, condition: ConditionView) -> bool:
    """Whether a finding must stay out of shared plans: because of a label (confidentiality R or V, or any sensitivity),
    or because of the group it falls into."""
    confidentiality, codes = CONFIDENTIAL
    if any((system == confidentiality and code in codes) or system == ACT_CODE for system, code in condition.labels):
        return True
    groups = content.concepts(CONDITION_GROUP)
    return any(groups[group].properties.get("restricted") for group in groups_of(content, condition))


def ours(record: Record) -> bool:
    """Whether a step of ours created it."""
    return bool(keys_of(record))


def by_time(stamp: str, record: Record) -> tuple[datetime, str]:
    """When a record says it was written, in whatever zone; to sort by."""
    return moment(stamp) or datetime.min.replace(tzinfo=UTC), record.id


@dataclass(frozen=True, slots=True)
class ChartForPlan:
    """The chart as a plan may use it, and what stays out."""

    chart: Chart
    content: Content
    restricted: int
    unconfirmed: tuple[ConditionView, ...]

    @property
    def confirmed(self) -> tuple[ConditionView, ...]:
        """The confirmed, current conditions."""
        return tuple(
            condition
            for condition in self.chart.conditions
            if condition.holds and condition.current and not unconfirmed(condition)
        )

    def needs_unconfirmed(self) -> tuple[str, ...]:
        """Names the social needs that nobody has confirmed."""
        groups = self.content.concepts(CONDITION_GROUP)
        needs = {group for condition in self.unconfirmed for group in self._needs(condition)}
        return tuple(groups[group].display for group in sorted(needs))

    def _needs(self, condition: ConditionView) -> list[str]:
        """Finds the groups of a finding that are social needs."""
        groups = self.content.concepts(CONDITION_GROUP)
        return [group for group in groups_of(self.content, condition) if groups[group].properties.get("need")]

    def stays_out(self) -> tuple[str, ...]:
        """Says what is on record and not in the plan, without telling what is restricted."""
        why = [
            f"{need} is not confirmed and not in the plan: confirm it first (confirm-concern)"
            for need in self.needs_unconfirmed()
        ]
        for condition in self.unconfirmed:
            if not self._needs(condition):
                name = condition.text or condition.record.reference
                why.append(f"{name} is not confirmed: no goal is based on it")
        if self.restricted:
            plural = self.restricted > 1
            why.append(f"{self.restricted} restricted finding{'s stay' if plural else ' stays'} out of the plan")
        return tuple(why)

    def behind(self, groups: Iterable[str]) -> tuple[Record, ...]:
        """Finds the confirmed, current conditions of these groups, the one known longest first."""
        wanted = set(groups)
        conditions = [condition for condition in self.confirmed if wanted & set(groups_of(self.content, condition))]
        in_order = sorted(conditions, key=lambda condition: (condition.onset, condition.record.id))
        return tuple(condition.record for condition in in_order)

    def since(self, group: str) -> str:
        """The day the newest confirmed, current finding of a group began or was recorded; "" where there is no date."""
        onsets = (condition.onset for condition in self.confirmed if group in groups_of(self.content, condition))
        return max(onsets, default="")


def chart_for_plan(chart: Chart, content: Content) -> ChartForPlan:
    """Takes the restricted findings out of a chart."""
    kept = tuple(condition for condition in chart.conditions if not restricted(content, condition))
    current = [condition for condition in chart.conditions if condition.holds and condition.current]
    return ChartForPlan(
        chart=replace(chart, conditions=kept),
        content=content,
        restricted=len([condition for condition in current if condition not in kept]),
        unconfirmed=tuple(condition for condition in current if condition in kept and unconfirmed(condition)),
    )


def current_goals(chart: Chart) -> dict[str, GoalView]:
    """Finds the goals of ours that are already agreed to or pursued, by code."""
    goals = [goal for goal in chart.goals if goal.status in CURRENT_GOAL and ours(goal.record)]
    return {code: goal for goal in goals for code in goal.codes}


def current_items(chart: Chart) -> dict[str, ItemView]:
    """Finds the items of ours that are already in effect, by code."""
    items = [item for item in chart.items if item.kind and item.status in CURRENT_ITEM and ours(item.record)]
    return {code: item for item in items for code in item.codes}
