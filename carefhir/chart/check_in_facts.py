"""Facts of a check-in: what its answers and the earlier weights say, for the rules to judge.

Time windows are parameters in the rules' own artefact. Weights are compared in pounds, to a tenth, as scales show them.
Weights taken during a stay do not count at home, except the last one before the discharge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from carefhir.chart import facts
from carefhir.chart.chart import Chart
from carefhir.codes import CARE_GOAL
from carefhir.content import check_in
from carefhir.content.check_in import Answers, CheckInPathway
from carefhir.content.loading import Content, parameters
from carefhir.content.rules import Facts
from carefhir.fhir.record import Record, dig, moment
from carefhir.mappers import reading
from carefhir.mappers.goal import GoalView
from carefhir.mappers.reading import POUND, TO_KILOGRAMS
from carefhir.occasion import Occasion

MG_PER_MMOL = Decimal("18.0156")
"""Milligrams per deciliter of glucose in a millimole per liter: its molar mass is 180.156 g/mol."""
TENTH = Decimal("0.1")
CHANGES = (
    "weight_gain_1_day",
    "weight_gain_since_last",
    "weight_gain_7_days",
    "weight_loss_7_days",
    "weight_over_dry",
)
"""Facts that compare one weight with another."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight: when, how many pounds, and its record; a weight just given has none yet."""

    at: datetime
    pounds: Decimal
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The weights that count at the moment of a check-in."""

    weights: tuple[Weight, ...]
    """Oldest first, none later than the check-in."""
    dry: Decimal | None
    at: datetime
    discharged: datetime | None


def scale_of(chart: Chart, answers: Answers, at: datetime, own: frozenset[str], occasion: Occasion) -> Scale:
    """The weights on record and the one just given. `own` are Observations that this check-in wrote before."""
    discharged = facts.last_discharge(chart, occasion)
    before = [
        Weight(weighing.at, pounds, weighing.record)
        for weighing in reading.of(chart.readings, reading.WEIGHT)
        if weighing.record.reference not in own and (pounds := weighing.pounds()) is not None and weighing.at <= at
    ]
    at_home = [one for one in before if discharged is None or one.at > discharged]
    last_inside = [one for one in before if discharged is not None and one.at <= discharged][-1:]
    given = answers.number("weight")
    now = [Weight(_weighed_at(answers, at, occasion), given.value * TO_KILOGRAMS[given.unit] / POUND)] if given else []
    weights = sorted([*last_inside, *at_home, *now], key=lambda one: one.at)
    return Scale(tuple(weights), dry_weight(chart, occasion.content), at, discharged)


def _weighed_at(answers: Answers, at: datetime, occasion: Occasion) -> datetime:
    weighed = moment(answers.text("weighed-at"), occasion.zone)
    return weighed if weighed is not None and weighed <= at else at


def dry_weight(chart: Chart, content: Content) -> Decimal | None:
    """The dry weight a prescriber recorded, in pounds: as an Observation, else as the target of an active goal of ours
    that asks for a stable weight. A weight-loss goal, with the same LOINC code, does not count."""
    observed = [found for one in reading.of(chart.readings, reading.DRY_WEIGHT) if (found := one.pounds()) is not None]
    if observed:
        return observed[-1]
    aimed = [pounds for one in chart.goals if one.status == "active" for pounds in _stable_weight(one, content)]
    return aimed[-1] if aimed else None


def _stable_weight(goal: GoalView, content: Content) -> Iterable[Decimal]:
    if ("CodeSystem", "care-goal") not in content.artefacts:
        return
    concepts = content.concepts(CARE_GOAL)
    kinds = [concepts[code].properties for code in goal.codes if code in concepts]
    if not any(one.get("measure") == reading.WEIGHT and one.get("direction") == "stable" for one in kinds):
        return
    for quantity in dig(goal.record.json, "target.detailQuantity"):
        value, factor = quantity.get("value"), TO_KILOGRAMS.get(str(quantity.get("code", "")))
        if isinstance(value, int | Decimal) and factor is not None:
            yield Decimal(value) * factor / POUND


def facts_for(pathway: CheckInPathway, chart_facts: Facts, answers: Answers, scale: Scale, occasion: Occasion) -> Facts:
    """All facts that the rules of one pathway may use."""
    mine = set(check_in.items(pathway.form))
    content = occasion.content
    answered = {*answers.yes, *answers.no}
    return {
        **chart_facts,
        "yes_to": list(answers.yes),
        "no_to": list(answers.no),
        "unanswered": [one for one in pathway.questions if one not in answered],
        "symptoms": list(check_in.symptoms(content, (one for one in answers.yes if one in mine))),
        "systolic_now": _value(answers, "systolic"),
        "heart_rate_now": _value(answers, "heart-rate"),
        "lowest_glucose": _glucose(answers, "glucose-lowest", "glucose", min),
        "highest_glucose": _glucose(answers, "glucose-highest", "glucose", max),
        "holding": [],
        **_weights(scale, parameters(pathway.plan), occasion),
    }


def _value(answers: Answers, link_id: str) -> list[Decimal]:
    quantity = answers.number(link_id)
    return [quantity.value] if quantity else []


def _glucose(answers: Answers, link_id: str, now: str, choose: Any) -> list[Decimal]:
    """Of the last 7 days, the reading of today included, in mg/dL."""
    given = [found for one in (link_id, now) if (found := answers.number(one)) is not None]
    values = [one.value * (MG_PER_MMOL if one.unit == "mmol/L" else 1) for one in given]
    return [choose(values)] if values else []


def _weights(scale: Scale, numbers: dict[str, int], occasion: Occasion) -> dict[str, list[Any]]:
    """What the scale says; nothing is gained or lost where the newest weight is not of today."""
    values: dict[str, list[Any]] = {name: [] for name in CHANGES}
    newest = scale.weights[-1] if scale.weights else None
    values["weight_age_hours"] = [_hours(scale.at - newest.at)] if newest else []
    last_days = [occasion.local_date(one) for one in (newest.at if newest else None, scale.discharged) if one]
    today = occasion.local_date(scale.at)
    values["days_without_weight"] = [(today - max(last_days)).days] if last_days else []
    if newest is None or not numbers or _hours(scale.at - newest.at) > numbers["one-day-to-hours"]:
        return values
    earlier = [(one, _hours(newest.at - one.at)) for one in scale.weights[:-1]]
    day = [one for one, age in earlier if numbers["one-day-from-hours"] <= age <= numbers["one-day-to-hours"]]
    gap = [one for one, age in earlier if numbers["one-day-to-hours"] < age <= numbers["gap-to-hours"]]
    week = [one for one, age in earlier if age <= numbers["seven-days-hours"]]
    if day:
        values["weight_gain_1_day"] = [_change(newest, min(day, key=lambda one: one.pounds))]
    elif gap:
        values["weight_gain_since_last"] = [_change(newest, gap[-1])]
    if week:
        values["weight_gain_7_days"] = [_change(newest, min(week, key=lambda one: one.pounds))]
        values["weight_loss_7_days"] = [-_change(newest, max(week, key=lambda one: one.pounds))]
    if scale.dry is not None:
        values["weight_over_dry"] = [_tenth(newest.pounds - scale.dry)]
    return values


def _change(newest: Weight, before: Weight) -> Decimal:
    return _tenth(newest.pounds - before.pounds)


def _tenth(pounds: Decimal) -> Decimal:
    return pounds.quantize(TENTH, ROUND_HALF_UP)


def _hours(span: timedelta) -> Decimal:
    return Decimal(int(span.total_seconds())) / 3600
