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
from carefhir.codes import ACT_CODE, CARE_GOAL, CARE_ITEM, CONDITION_GROUP, RESTRICTED
from carefhir.content.loading import Content
from carefhir.fhir.changes import Act, keys_of
from carefhir.fhir.record import Record, codings, first_text, moment
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView

CONFIDENTIAL = (RESTRICTED["system"], frozenset({"R", "V"}))
"""HL7's confidentiality codes for restricted and very restricted."""

GOAL_STANDS = frozenset({"planned", "accepted", "active", "on-hold"})
ITEM_STANDS = frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold", "active", "booked"})


def restricted(content: Content, one: ConditionView) -> bool:
    """Whether a finding must stay out of shared plans: by its label (any of confidentiality R or V, or of sensitivity),
    or by the group it falls into."""
    system, codes = CONFIDENTIAL
    labels = list(codings(one.record.json, "meta.security"))
    if any((of == system and code in codes) or of == ACT_CODE for of, code in labels):
        return True
    groups = content.concepts(CONDITION_GROUP)
    return any(groups[group].properties.get("restricted") for group in groups_of(content, one))


def ours(record: Record) -> bool:
    """Whether a step of ours made it."""
    return bool(keys_of(record))


def by_time(record: Record, element: str) -> tuple[datetime, str]:
    """When a record says it was made, whatever zone it says it in; to sort by."""
    return moment(first_text(record.json, element)) or datetime.min.replace(tzinfo=UTC), record.id


@dataclass(frozen=True, slots=True)
class Seen:
    """The chart as a plan may use it, and what stays out."""

    chart: Chart
    restricted: int
    unconfirmed: tuple[ConditionView, ...]

    def needs_unconfirmed(self, content: Content) -> tuple[str, ...]:
        """The social needs nobody has confirmed, in words."""
        groups = content.concepts(CONDITION_GROUP)
        found = {
            group
            for one in self.unconfirmed
            for group in groups_of(content, one)
            if groups[group].properties.get("need")
        }
        return tuple(groups[one].display for one in sorted(found))

    def stays_out(self, content: Content) -> tuple[str, ...]:
        """What is on record and not in the plan, in words that do not tell what is restricted."""
        found = [f"{one}: confirm it first (confirm-concern), it is not in the plan" for one in
                 self.needs_unconfirmed(content)]  # fmt: skip
        groups = content.concepts(CONDITION_GROUP)
        for one in self.unconfirmed:
            if not any(groups[group].properties.get("need") for group in groups_of(content, one)):
                found.append(f"{one.text or one.record.reference} is unconfirmed: no goal rests on it")
        if self.restricted:
            plural = self.restricted > 1
            found.append(f"{self.restricted} restricted finding{'s stay' if plural else ' stays'} out of the plan")
        return tuple(found)

    def behind(self, content: Content, groups: Iterable[str]) -> tuple[Record, ...]:
        """The patient's confirmed, current conditions of these groups, the one known longest first."""
        wanted = set(groups)
        found = [
            one
            for one in self.chart.conditions
            if one.holds and one.current and not unconfirmed(one) and wanted & set(groups_of(content, one))
        ]
        return tuple(one.record for one in sorted(found, key=lambda one: (one.onset, one.record.id)))

    def since(self, content: Content, group: str) -> str:
        """The day the newest confirmed, current finding of a group began or was recorded; "" where nobody says."""
        counted = [one for one in self.chart.conditions if one.holds and one.current and not unconfirmed(one)]
        return max((one.onset for one in counted if group in groups_of(content, one)), default="")


def seen(chart: Chart, content: Content, act: Act) -> Seen:
    """The chart without restricted findings, and without what an interrupted run of this act wrote itself."""
    kept = tuple(one for one in chart.conditions if not restricted(content, one))
    counted = [one for one in chart.conditions if one.holds and one.current]
    own = {act.part_key(f"goal/{code}") for code in content.concepts(CARE_GOAL)}
    own |= {act.part_key(f"item/{code}") for code in content.concepts(CARE_ITEM)}
    without = replace(
        chart,
        conditions=kept,
        goals=tuple(one for one in chart.goals if not keys_of(one.record) & own),
        items=tuple(one for one in chart.items if not keys_of(one.record) & own),
    )
    left_out = len([one for one in counted if one not in kept])
    return Seen(without, left_out, tuple(one for one in kept if one.holds and one.current and unconfirmed(one)))


def standing_goals(chart: Chart) -> dict[str, GoalView]:
    """Goals of ours that are agreed or pursued already, by code."""
    return {code: one for one in chart.goals if one.status in GOAL_STANDS and ours(one.record) for code in one.codes}


def standing_items(chart: Chart) -> dict[str, ItemView]:
    """Items of ours that have taken effect already, by code."""
    return {
        code: one
        for one in chart.items
        if one.kind and one.status in ITEM_STANDS and ours(one.record)
        for code in one.codes
    }
