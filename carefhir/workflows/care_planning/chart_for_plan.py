"""What of a chart may enter a plan, and how findings stand behind it.

Restricted findings stay out of texts and addresses (clinical practice, rule 4), by their security label or by what they
are (violence, substance use). So does what nobody has confirmed (rule 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from carefhir.chart.chart import Chart
from carefhir.chart.facts import groups_of, unconfirmed
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
    """Whether a finding must stay out of shared plans: by its label (any of confidentiality R or V, or of sensitivity),
    or by the group it falls into."""
    confidentiality, codes = CONFIDENTIAL
    if any((system == confidentiality and code in codes) or system == ACT_CODE for system, code in condition.labels):
        return True
    groups = content.concepts(CONDITION_GROUP)
    return any(groups[group].properties.get("restricted") for group in groups_of(content, condition))


def ours(record: Record) -> bool:
    """Whether a step of ours made it."""
    return bool(keys_of(record))


def by_time(stamp: str, record: Record) -> tuple[datetime, str]:
    """When a record says it was made, whatever zone it says it in; to sort by."""
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
        """The social needs nobody has confirmed, in words."""
        groups = self.content.concepts(CONDITION_GROUP)
        needs = {group for condition in self.unconfirmed for group in self._needs(condition)}
        return tuple(groups[group].display for group in sorted(needs))

    def _needs(self, condition: ConditionView) -> list[str]:
        """The groups of a finding that are social needs."""
        groups = self.content.concepts(CONDITION_GROUP)
        return [group for group in groups_of(self.content, condition) if groups[group].properties.get("need")]

    def stays_out(self) -> tuple[str, ...]:
        """What is on record and not in the plan, in words that do not tell what is restricted."""
        why = [
            f"{need}: confirm it first (confirm-concern), it is not in the plan" for need in self.needs_unconfirmed()
        ]
        for condition in self.unconfirmed:
            if not self._needs(condition):
                name = condition.text or condition.record.reference
                why.append(f"{name} is unconfirmed: no goal rests on it")
        if self.restricted:
            plural = self.restricted > 1
            why.append(f"{self.restricted} restricted finding{'s stay' if plural else ' stays'} out of the plan")
        return tuple(why)

    def behind(self, groups: Iterable[str]) -> tuple[Record, ...]:
        """The patient's confirmed, current conditions of these groups, the one known longest first."""
        wanted = set(groups)
        conditions = [condition for condition in self.confirmed if wanted & set(groups_of(self.content, condition))]
        in_order = sorted(conditions, key=lambda condition: (condition.onset, condition.record.id))
        return tuple(condition.record for condition in in_order)

    def since(self, group: str) -> str:
        """The day the newest confirmed, current finding of a group began or was recorded; "" where nobody says."""
        onsets = (condition.onset for condition in self.confirmed if group in groups_of(self.content, condition))
        return max(onsets, default="")


def chart_for_plan(chart: Chart, content: Content) -> ChartForPlan:
    """The chart without restricted findings."""
    kept = tuple(condition for condition in chart.conditions if not restricted(content, condition))
    current = [condition for condition in chart.conditions if condition.holds and condition.current]
    return ChartForPlan(
        chart=replace(chart, conditions=kept),
        content=content,
        restricted=len([condition for condition in current if condition not in kept]),
        unconfirmed=tuple(condition for condition in current if condition in kept and unconfirmed(condition)),
    )


def current_goals(chart: Chart) -> dict[str, GoalView]:
    """Goals of ours that are agreed or pursued already, by code."""
    goals = [goal for goal in chart.goals if goal.status in CURRENT_GOAL and ours(goal.record)]
    return {code: goal for goal in goals for code in goal.codes}


def current_items(chart: Chart) -> dict[str, ItemView]:
    """Items of ours that have taken effect already, by code."""
    items = [item for item in chart.items if item.kind and item.status in CURRENT_ITEM and ours(item.record)]
    return {code: item for item in items for code in item.codes}
