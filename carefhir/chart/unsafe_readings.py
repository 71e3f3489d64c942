"""Readings beyond what is safe: no goal counts as reached by them, and somebody looks (clinical practice, rule 23).

A systolic pressure of 78 is under 130, and nothing to be glad of. The limits are the actions of PlanDefinition
unsafe-reading; here is only which readings they are asked about: those of the newest day that a goal is judged by. Of
several on that day the lowest and the highest count. A number that is not plausible is judged all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from carefhir.chart.trajectory import TERMS, measure_of
from carefhir.codes import LOINC, TASK
from carefhir.content import quantities
from carefhir.content.loading import Content, parameters
from carefhir.content.quantities import Kind, Measured
from carefhir.content.rules import Facts, Rule, read_rules
from carefhir.fhir.record import codings
from carefhir.mappers import reading
from carefhir.mappers.goal import GoalView
from carefhir.mappers.reading import Measurement
from carefhir.occasion import Occasion

PLAN = "unsafe-reading"
POUND = "[lb_av]"
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class UnsafeReading:
    """A goal's newest readings, and the rule that says someone looks at them."""

    rule: Rule
    position: int
    """Which action of the PlanDefinition it is."""
    rests_on: tuple[Measurement, ...]


def look_at(
    goal: GoalView, readings: Sequence[Measurement], chart_facts: Facts, occasion: Occasion
) -> UnsafeReading | None:
    """The first rule that the newest readings of a goal meet; None where they are safe, or too old to say."""
    measure = measure_of(occasion.content, goal)
    codes = _measured_by(occasion.content, goal)
    return look_at_quantity(codes, readings, chart_facts, occasion, direction=measure.direction if measure else "")


def look_at_quantity(
    codes: Sequence[str],
    readings: Sequence[Measurement],
    chart_facts: Facts,
    occasion: Occasion,
    *,
    direction: str = "",
) -> UnsafeReading | None:
    """The same for what these LOINC codes measure, whether a goal watches it or not."""
    content = occasion.content
    newest = reading.of(readings, *codes)[-1:]
    days = parameters(content.get("PlanDefinition", TERMS))["trend-days"]
    if not newest or (occasion.today - occasion.local_date(newest[0].at)).days > days:
        return None
    day = occasion.local_date(newest[0].at)
    that_day = [each for each in reading.of(readings, *codes) if occasion.local_date(each.at) == day]
    records = {each.record.reference for each in that_day}
    beside = [each for each in readings if each.record.reference in records]
    facts = {
        **chart_facts,
        **_of_quantities(content, beside),
        **_of_weight(content, _since_home(readings, chart_facts, occasion), that_day),
        "goal_direction": [direction] if direction else [],
    }
    for position, rule in enumerate(read_rules(content, PLAN, TASK)):
        if rule.holds(facts):
            return UnsafeReading(rule, position, tuple(that_day))
    return None


def _measured_by(content: Content, goal: GoalView) -> tuple[str, ...]:
    """The LOINC codes, as we write them, of what a goal is measured by: by its own code, or by its targets."""
    measure = measure_of(content, goal)
    named = [code for system, code in codings(goal.record.json, "target.measure") if system == LOINC]
    codes = [*([measure.loinc] if measure else []), *named]
    kinds = [kind for code in codes if (kind := quantities.kind_of_loinc(content, code)) is not None]
    panels = (reading.PRESSURE, *reading.OTHER_PANELS)
    pressures = (reading.SYSTOLIC, reading.DIASTOLIC) if set(named) & set(panels) else ()
    return tuple(dict.fromkeys((*(kind.loinc[0] for kind in kinds), *pressures)))


def _of_quantities(content: Content, readings: Iterable[Measurement]) -> dict[str, list[Any]]:
    """The lowest and the highest of each quantity, empty where it was not measured."""
    some = tuple(readings)
    facts: dict[str, list[Any]] = {}
    for code, kind in quantities.kinds(content).items():
        values = sorted(_values(content, kind, some))
        name = code.replace("-", "_")
        facts[f"{name}_lowest"], facts[f"{name}_highest"] = values[:1], values[-1:]
    return facts


def _values(content: Content, kind: Kind, readings: Iterable[Measurement]) -> Iterable[Decimal]:
    for each in readings:
        if each.code == kind.loinc[0]:
            value = quantities.converted(content, Measured(each.value, each.unit), kind.unit.ucum)
            if value is not None:
                yield value


def _since_home(readings: Sequence[Measurement], chart_facts: Facts, occasion: Occasion) -> list[Measurement]:
    """The readings since the last discharge: what somebody lost on purpose in a hospital is no loss at home."""
    days = min(chart_facts.get("days_since_discharge", ()), default=None)
    if days is None:
        return list(readings)
    home = occasion.today - timedelta(days=days)
    return [each for each in readings if occasion.local_date(each.at) >= home]


def _of_weight(
    content: Content, readings: Sequence[Measurement], newest: Sequence[Measurement]
) -> dict[str, list[Any]]:
    """How far the weight fell, in pounds: from the heaviest of the week before, and of the time that is compared; and
    by how many percent from the heaviest of 30 days."""
    weights = [each for each in newest if each.code == reading.WEIGHT]
    facts: dict[str, list[Any]] = {"weight_fall_7_days": [], "weight_fall": [], "weight_fall_percent_30_days": []}
    if not weights:
        return facts
    last = min(weights, key=lambda each: _pounds(content, each))
    days = parameters(content.get("PlanDefinition", TERMS))["baseline-days"]
    for name, span in (("weight_fall_7_days", timedelta(days=7)), ("weight_fall", timedelta(days=days))):
        before = [each for each in reading.of(readings, reading.WEIGHT) if last.at - span <= each.at <= last.at]
        heaviest = max((_pounds(content, each) for each in before), default=_pounds(content, last))
        facts[name] = [(heaviest - _pounds(content, last)).quantize(TENTH, ROUND_HALF_UP)]
    facts["weight_fall_percent_30_days"] = [_percent_fallen(content, readings, last)]
    return facts


def _percent_fallen(content: Content, readings: Sequence[Measurement], last: Measurement) -> Decimal:
    """By how much of the heaviest weight of 30 days the last one is lower, in percent."""
    since = last.at - timedelta(days=30)
    month = [each for each in reading.of(readings, reading.WEIGHT) if since <= each.at <= last.at]
    weights = [_pounds(content, each) for each in (*month, last)]
    heaviest = max(weights)
    fallen = 100 * (heaviest - weights[-1]) / heaviest if heaviest > 0 else Decimal(0)
    return fallen.quantize(TENTH, ROUND_HALF_UP)


def _pounds(content: Content, weight: Measurement) -> Decimal:
    pounds = quantities.converted(content, Measured(weight.value, weight.unit), POUND)
    assert pounds is not None  # only weights in a unit of mass are measurements
    return pounds
