"""Facts of a check-in: what its answers and the earlier weights say, for the rules to judge.

Every fact holds the worst that an answer can mean: a number that can be read in two ways gives its lowest and its
highest reading, an answer that is not understood counts as yes (clinical practice, rule 21). Time windows are
parameters in the rules' own artefact. Weights are compared in pounds, to a tenth, as scales show them. Weights taken
during a stay do not count at home, except the last one before the discharge.
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
from carefhir.content import alarms, answering, check_in, quantities
from carefhir.content.answering import Answers
from carefhir.content.check_in import CheckInPathway
from carefhir.content.loading import Content, parameters
from carefhir.content.named_facts import ANSWERS, named_facts
from carefhir.content.quantities import Measured
from carefhir.content.rules import Facts
from carefhir.fhir.record import Record, dig, moment
from carefhir.mappers import reading
from carefhir.mappers.goal import GoalView
from carefhir.mappers.prefilled import PrefilledAnswer
from carefhir.mappers.reading import Measurement
from carefhir.occasion import Occasion

POUND = "[lb_av]"
RECENT_HOURS = 14 * 24
"""Two weeks: over a longer time a large change can be true."""
TENTH = Decimal("0.1")
CHANGES = (
    "weight_gain_1_day",
    "weight_gain_since_last",
    "weight_gain_7_days",
    "weight_gain_14_days",
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
    """On record, oldest first, none later than the check-in."""
    dry: Decimal | None
    at: datetime
    discharged: datetime | None
    given: tuple[Weight, ...] = ()
    """The weight just given, in every way it can be read."""
    unread: tuple[datetime, ...] = ()
    """When weights were taken that are on record and cannot be read."""

    @property
    def last_two(self) -> tuple[Weight, ...]:
        """The newest weight and the one before it, as they are told."""
        return tuple(sorted([*self.weights, *self.given[:1]], key=lambda weight: weight.at)[-2:])

    @property
    def newest(self) -> Weight | None:
        """The newest weight; of one that can be read in several ways, the first."""
        every = [*self.given[:1], *self.weights]  # of two at the same moment the one just given counts
        return max(every, key=lambda weight: weight.at, default=None)


def scale_of(chart: Chart, answers: Answers, at: datetime, own: frozenset[str], occasion: Occasion) -> Scale:
    """The weights on record and the one just given. `own` are Observations that this check-in wrote before."""
    content = occasion.content
    discharged = facts.last_discharge(chart, occasion)
    kind = quantities.kinds(content)["body-weight"]
    on_record = [
        (weight, pounds)
        for weight in reading.of(chart.readings, reading.WEIGHT)
        if weight.record.reference not in own and weight.at <= at
        for pounds in [_pounds(content, Measured(weight.value, weight.unit))]
    ]
    readable = [
        Weight(weight.at, pounds, weight.record)
        for weight, pounds in on_record
        if pounds is not None and not quantities.implausible(content, kind, Measured(weight.value, weight.unit))
    ]
    read_at = {weight.record.reference for weight in readable if weight.record}
    unread = [weight.at for weight, _ in on_record if weight.record.reference not in read_at]
    unread += [each.at or at for each in chart.unread if each.code == reading.WEIGHT and (each.at or at) <= at]
    unread += [at for each in chart.unread if each.code == reading.DRY_WEIGHT]
    at_home = [weight for weight in readable if discharged is None or weight.at > discharged]
    last_inside = [weight for weight in readable if discharged is not None and weight.at <= discharged][-1:]
    taken = _weighed_at(answers, at, occasion)
    ways = [pounds for way in answers.ways("weight") if (pounds := _pounds(content, way)) is not None]
    return Scale(
        weights=tuple(sorted([*last_inside, *at_home], key=lambda weight: weight.at)),
        dry=dry_weight(chart, content),
        at=at,
        discharged=discharged,
        given=tuple(Weight(taken, pounds) for pounds in ways),
        unread=tuple(moment for moment in unread if discharged is None or moment > discharged),
    )


def from_record(
    chart: Chart, answers: Answers, filled: Iterable[PrefilledAnswer], content: Content
) -> dict[str, Measurement]:
    """The readings on record that answers were filled in from, by linkId: where the answer is still what the reading
    says. Of a blood pressure both numbers hold, or neither does."""
    sources = {answer.link_id: answer.source for answer in filled}
    matching = {
        link_id: measurement
        for link_id, source in sources.items()
        if (number := answers.number(link_id))
        for measurement in chart.readings
        if measurement.record.reference == source
        and quantities.converted(content, number, measurement.unit) == measurement.value
    }
    pressure = {"systolic", "diastolic"} & set(answers.numbers)
    whole = pressure <= set(matching) and len({matching[name].record for name in pressure if name in matching}) == 1
    return {name: reading for name, reading in matching.items() if whole or name not in pressure}


def implausible_change(content: Content, scale: Scale) -> bool:
    """Whether a weight just given is so far from the last one that it is more likely a slip of the pen or the scale. It
    is asked again and not filed; it is judged all the same (rule 23)."""
    limit = quantities.kinds(content)["body-weight"].change
    before = [weight for weight in scale.weights if _hours(scale.at - weight.at) <= RECENT_HOURS][-1:]
    if limit is None or not before:
        return False
    most = quantities.converted(content, Measured(limit, "kg"), POUND)
    return most is not None and any(abs(way.pounds - before[0].pounds) > most for way in scale.given)


def _pounds(content: Content, measured: Measured) -> Decimal | None:
    return quantities.converted(content, measured, POUND)


def _weighed_at(answers: Answers, at: datetime, occasion: Occasion) -> datetime:
    weighed = moment(answers.text(answering.WEIGHED_AT), occasion.zone)
    return weighed if weighed is not None and weighed <= at else at


def odd_moment(answers: Answers, scale: Scale, occasion: Occasion) -> str:
    """Why the time at which the weight was taken is not clear; "" where it is, or where none is given."""
    text = answers.text(answering.WEIGHED_AT)
    weighed = moment(text, occasion.zone) if text else None
    if text and (weighed is None or len(text) < len("2026-03-09")):
        return f"linkId {answering.WEIGHED_AT}: not a day or a time"
    if weighed is not None and weighed > scale.at:
        return f"linkId {answering.WEIGHED_AT}: in the future: ask again; the weight is judged as of now"
    if scale.given and scale.newest not in scale.given:
        return "linkId weight: a newer weight is on record: ask which one counts; both are judged"
    return ""


def dry_weight(chart: Chart, content: Content) -> Decimal | None:
    """The dry weight a prescriber recorded, in pounds: as an Observation, else as the target of an active goal of ours
    that asks for a stable weight. A weight-loss goal, with the same LOINC code, does not count."""
    observed = [
        pounds
        for weight in reading.of(chart.readings, reading.DRY_WEIGHT)
        if (pounds := _pounds(content, Measured(weight.value, weight.unit))) is not None
    ]
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
        aimed = quantities.read_quantity(content, quantities.kinds(content)["dry-weight"], quantity).clear
        if aimed is not None and (pounds := _pounds(content, aimed)) is not None:
            yield pounds


def facts_for(
    pathway: CheckInPathway,
    chart_facts: Facts,
    answers: Answers,
    scale: Scale,
    occasion: Occasion,
    *,
    words_judged: str = "",
) -> Facts:
    """All facts that the rules of one pathway may use."""
    mine = set(pathway.items)
    content = occasion.content
    answered = {*answers.yes, *answers.no, *answers.unclear}
    words = answers.own_words
    alarming_words = alarms.alarming(content, answers.all_words) if not words_judged else ()
    glucose = _values(content, answers, "glucose", "glucose-lowest", "glucose-highest", unit="mg/dL")
    systolic = _values(content, answers, "systolic", unit="mm[Hg]")
    diastolic = _values(content, answers, "diastolic", unit="mm[Hg]")
    rate = _values(content, answers, "heart-rate", unit="/min")
    return {
        **chart_facts,
        "yes_to": list(answers.worst_yes),
        "no_to": list(answers.no),
        "unanswered": [link_id for link_id in pathway.questions if link_id not in answered],
        "not_understood": list(answers.odd),
        "own_words": [words] if words else [],
        "own_words_judged": [words_judged] if words_judged else [],
        "alarming_words": list(alarming_words),
        "symptoms": list(check_in.symptoms(content, (item for item in answers.yes if item in mine))),
        "symptoms_perhaps": list(check_in.symptoms(content, (item for item in answers.worst_yes if item in mine))),
        "systolic_lowest": systolic[:1],
        "systolic_highest": systolic[-1:],
        "diastolic_lowest": diastolic[:1],
        "diastolic_highest": diastolic[-1:],
        "heart_rate_lowest": rate[:1],
        "heart_rate_highest": rate[-1:],
        "lowest_glucose": glucose[:1],
        "highest_glucose": glucose[-1:],
        "glucose_range_known": [True] if {"glucose-lowest", "glucose-highest"} <= set(answers.numbers) else [],
        "holding": [],
        **_answered(content, answers),
        **_weights(scale, parameters(pathway.plan), occasion),
    }


def _answered(content: Content, answers: Answers) -> dict[str, list[Decimal]]:
    """The facts of CodeSystem named-fact that are about the numbers given in this check-in."""
    measured = check_in.measured(content)
    values: dict[str, list[Decimal]] = {}
    for name, fact in named_facts(content).items():
        if fact.takes in ANSWERS and fact.kind:
            asked = [link_id for link_id, kind in measured.items() if kind.code == fact.kind.code]
            given = _values(content, answers, *asked, unit=fact.unit)
            values[name] = given[:1] if fact.takes == "answered-lowest" else given[-1:]
    return values


def _values(content: Content, answers: Answers, *link_ids: str, unit: str) -> list[Decimal]:
    """Every value that the numbers given can have, lowest first."""
    values = (quantities.converted(content, way, unit) for link_id in link_ids for way in answers.ways(link_id))
    return sorted(value for value in values if value is not None)


def _weights(scale: Scale, numbers: dict[str, int], occasion: Occasion) -> dict[str, list[Any]]:
    """What the scale says; nothing is gained or lost where the newest weight is not of today. Of a weight that can be
    read in several ways, the way that makes each change largest counts."""
    values: dict[str, list[Any]] = {name: [] for name in CHANGES}
    newest = scale.newest
    values["weight_given"] = [True] if scale.given else []
    values["weight_age_hours"] = [_hours(scale.at - newest.at)] if newest else []
    last_days = [occasion.local_date(at) for at in (newest.at if newest else None, scale.discharged) if at]
    today = occasion.local_date(scale.at)
    values["days_without_weight"] = [(today - max(last_days)).days] if last_days else []
    span = numbers.get("fourteen-days-hours", 0)
    values["unread_weights"] = [_hours(scale.at - at) for at in scale.unread if _hours(scale.at - at) <= span]
    # A weight just given is judged at its own time, and so is a newer one that is on record beside it.
    judged = dict.fromkeys((*scale.given, *([newest] if newest else [])))
    for way in judged:
        if not numbers or _hours(scale.at - way.at) > numbers["one-day-to-hours"]:
            continue
        others = scale.weights if way in scale.given else (*scale.weights, *scale.given)
        earlier = [weight for weight in others if weight is not way and weight.at <= way.at]
        for name, change in _changes(way, earlier, numbers).items():
            values[name] = [max([change, *values[name]])]
        if scale.dry is not None:
            values["weight_over_dry"] = [max([_tenth(way.pounds - scale.dry), *values["weight_over_dry"]])]
    return values


def _changes(newest: Weight, weights: list[Weight], numbers: dict[str, int]) -> dict[str, Decimal]:
    """How far a weight is from the earlier ones, by window."""
    earlier = [(weight, _hours(newest.at - weight.at)) for weight in weights]
    one_day = range(numbers["one-day-from-hours"], numbers["one-day-to-hours"] + 1)
    day = [weight for weight, age in earlier if one_day[0] <= age <= one_day[-1]]
    gap = [weight for weight, age in earlier if one_day[-1] < age <= numbers["gap-to-hours"]]
    week = [weight for weight, age in earlier if age <= numbers["seven-days-hours"]]
    two_weeks = [weight for weight, age in earlier if age <= numbers["fourteen-days-hours"]]
    changes = {}
    if day:
        changes["weight_gain_1_day"] = _change(newest, _lightest(day))
    elif gap:
        changes["weight_gain_since_last"] = _change(newest, gap[-1])
    if week:
        changes["weight_gain_7_days"] = _change(newest, _lightest(week))
        changes["weight_loss_7_days"] = -_change(newest, max(week, key=lambda weight: weight.pounds))
    if two_weeks:
        changes["weight_gain_14_days"] = _change(newest, _lightest(two_weeks))
    return changes


def _lightest(weights: list[Weight]) -> Weight:
    return min(weights, key=lambda weight: weight.pounds)


def _change(newest: Weight, before: Weight) -> Decimal:
    return _tenth(newest.pounds - before.pounds)


def _tenth(pounds: Decimal) -> Decimal:
    return pounds.quantize(TENTH, ROUND_HALF_UP)


def _hours(span: timedelta) -> Decimal:
    return Decimal(int(span.total_seconds())) / 3600
