"""What of a chart may be given away: nothing restricted, and nothing that would reveal it (clinical practice, rule 4).

A restricted record is one that carries such a label, or a condition that is violence, substance use or the like. What
refers to it (a goal that addresses it, a request because of it, a medicine for it, a visit booked for such a request)
would tell of it, and stays out as well; and so does what refers to a condition that was not seen: servers leave out
what a reader may not see without a word, and these are the conditions that others must not learn of. More stays out
than must rather than less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of_codes
from carefhir.codes import CONDITION_GROUP
from carefhir.content.loading import Content
from carefhir.fhir.record import Record, codings, relative
from carefhir.mappers import labels
from carefhir.mappers.condition import ConditionView


def restricted(condition: ConditionView, content: Content) -> bool:
    """Whether a condition is violence, substance use or the like: other systems seldom label it (rule 4)."""
    return labels.restricted(condition.record) or restricted_codes(condition.codes, content)


def restricted_codes(codes: Iterable[tuple[str, str]], content: Content) -> bool:
    """Whether one of these codes is of a group that is restricted."""
    groups = content.concepts(CONDITION_GROUP)
    return any(groups[kind].properties.get("restricted") for kind in groups_of_codes(content, codes))


@dataclass(frozen=True, slots=True)
class Shareable:
    """A chart without what is restricted, and what was left out."""

    chart: Chart
    """Only what may be shown."""
    withheld: tuple[Record, ...]
    """For the sender's eyes: what was left out."""


def shareable(chart: Chart, content: Content) -> Shareable:
    """The chart as others than the care team may see it."""
    records = {record.reference: record for record in _records(chart)}
    closed = {condition.record.reference for condition in chart.conditions if restricted(condition, content)}
    closed |= {name for name, record in records.items() if labels.restricted(record) or _because(record, content)}
    pointing = {name: frozenset(pointed_to(record.json)) for name, record in records.items()}
    on_chart = {condition.record.reference for condition in chart.conditions}
    closed |= {name for targets in pointing.values() for name in targets if name.startswith("Condition/")} - on_chart
    grown = -1
    while grown != len(closed):
        grown = len(closed)
        closed |= {name for name, targets in pointing.items() if targets & closed}
    shown = replace(
        chart,
        conditions=tuple(one for one in chart.conditions if one.record.reference not in closed),
        medicines=tuple(one for one in chart.medicines if one.reference not in closed),
        goals=tuple(one for one in chart.goals if one.reference not in closed),
        items=tuple(one for one in chart.items if one.reference not in closed),
        appointments=tuple(one for one in chart.appointments if one.reference not in closed),
        tasks=tuple(one for one in chart.tasks if one.record.reference not in closed),
        issues=tuple(one for one in chart.issues if one.record.reference not in closed),
    )
    everything = {**records, **{one.record.reference: one.record for one in chart.conditions}}
    return Shareable(shown, tuple(everything[name] for name in sorted(closed & set(everything))))


def _records(chart: Chart) -> Iterator[Record]:
    for some in (chart.medicines, chart.goals, chart.items, chart.appointments, chart.tasks, chart.issues):
        yield from (one.record for one in some)


def _because(record: Record, content: Content) -> bool:
    """Whether its own code, or its reason, says something restricted."""
    codes = [pair for path in ("code", "reasonCode") for pair in codings(record.json, path)]
    return restricted_codes(codes, content)


def pointed_to(value: Any) -> Iterator[str]:
    """Everything it refers to, wherever in it."""
    if isinstance(value, dict):
        written = value.get("reference")
        if isinstance(written, str) and (target := relative(written)):
            yield target
        for part in value.values():
            yield from pointed_to(part)
    elif isinstance(value, list):
        for part in value:
            yield from pointed_to(part)
