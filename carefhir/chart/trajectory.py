"""Judges a goal by its readings: a trend is more than noise (clinical practice, rule 15).

Which reading to use, in which unit, which direction is better and how far a reading must move to be more than noise is
in CodeSystem care-goal. A reading is compared with the last one before the goal began, else with the first since; only
readings of the last 90 days tell of a trend (rule 35; PlanDefinition care-planning holds the number). A
goal of stability (weight in heart failure) is at its target or away from it; it is never better for being lower.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from carefhir.codes import CARE_GOAL
from carefhir.content.loading import Concept, Content, parameters
from carefhir.content.number_words import number_in_words, unit_in_words
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig, first_text, moments
from carefhir.mappers import reading
from carefhir.mappers.goal import GoalView
from carefhir.mappers.reading import Measurement, Unread


@dataclass(frozen=True, slots=True)
class Measure:
    """How a goal is measured."""

    concept: Concept
    loinc: str
    unit: str
    direction: str
    noise: Decimal
    content: Content
    """The tables of units."""

    @property
    def beside(self) -> str:
        """The LOINC code of the other number of the same reading; "" if it has one number."""
        return str(self.concept.properties.get("beside", ""))

    def beside_below(self, target: Target) -> Decimal:
        """What the other number must be below for the goal to be reached."""
        properties = self.concept.properties
        near = target.high is not None and target.high <= Decimal(str(properties["besideFor"]))
        return Decimal(str(properties["besideBelow" if near else "besideElse"]))


@dataclass(frozen=True, slots=True)
class Target:
    """The range a goal aims for, in the measure's unit; None is an open end."""

    low: Decimal | None
    low_counts: bool
    high: Decimal | None
    high_counts: bool
    words: str
    due: date | None

    def met(self, value: Decimal) -> bool:
        """Whether a value is in the range."""
        above = self.low is None or value > self.low or (self.low_counts and value == self.low)
        below = self.high is None or value < self.high or (self.high_counts and value == self.high)
        return above and below

    def away(self, value: Decimal) -> Decimal:
        """How far a value is from it."""
        under = self.low - value if self.low is not None else Decimal(0)
        over = value - self.high if self.high is not None else Decimal(0)
        return max(under, over, Decimal(0))


@dataclass(frozen=True, slots=True)
class JudgedGoal:
    """The judgment on a goal: its achievement code, the rule in words, the readings it is based on."""

    achievement: str
    words: str
    rests_on: tuple[Measurement, ...]
    aside: tuple[str, ...] = ()
    """Readings that could not be compared, by name."""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Why a goal cannot be judged."""

    why: str


def measure_of(content: Content, goal: GoalView) -> Measure | None:
    """How this goal is measured; None for a goal without a reading."""
    concepts = content.concepts(CARE_GOAL)
    for code in goal.codes:
        concept = concepts.get(code)
        if concept is not None and concept.properties.get("measure"):
            properties = concept.properties
            unit, direction = str(properties.get("unit", "")), str(properties.get("direction", ""))
            noise = Decimal(str(properties.get("noise", 0)))
            return Measure(concept, str(properties["measure"]), unit, direction=direction, noise=noise, content=content)
    return None


def target_of(goal: GoalView, measure: Measure) -> Target | None:
    """The goal's own target in the measure's unit; None if it has none that can be compared."""
    for target in dig(goal.record.json, "target"):
        if not isinstance(target, dict) or measure.loinc not in {code for _, code in codings(target, "measure")}:
            continue
        due = moments(first_text(target, "dueDate"))
        day = due[0].date() if due else None
        quantity, span = target.get("detailQuantity"), target.get("detailRange")
        if isinstance(quantity, dict):
            return _from_quantity(quantity, measure, day)
        if isinstance(span, dict):
            low, high = (_number(span.get(end), measure) for end in ("low", "high"))
            if low is not None or high is not None:
                words = f"{_plain(low)} to {_said(high, measure)}"
                return Target(low, True, high, True, words, day)
    return None


def _from_quantity(quantity: Json, measure: Measure, due: date | None) -> Target | None:
    value = _number(quantity, measure)
    if value is None:
        return None
    sign = str(quantity.get("comparator", ""))
    words = f"{sign or 'at'} {_said(value, measure)}"
    if measure.direction == "stable":
        return Target(value - measure.noise, True, value + measure.noise, True, f"around {words[3:]}", due)
    if sign.startswith("<") or (not sign and measure.direction == "lower"):
        return Target(None, False, value, sign != "<", words, due)
    return Target(value, sign != ">", None, False, words, due)


def _number(quantity: object, measure: Measure) -> Decimal | None:
    if not isinstance(quantity, dict) or isinstance(quantity.get("value"), bool):
        return None
    value = quantity.get("value")
    if not isinstance(value, int | Decimal):
        return None
    return reading.in_unit(
        measure.content, Decimal(value), str(quantity.get("code") or quantity.get("unit") or ""), measure.unit
    )


def beside(measure: Measure, target: Target | None, newest: Measurement, readings: Iterable[Measurement]) -> str:
    """Why a goal is not reached though this number is at its target: 124/98 is no pressure below 130/80. "" where there
    is no other number to look at, or it is in its range; that it is not on record, where it is not."""
    if target is None or not measure.beside or not target.met(_value(newest, measure)):
        return ""
    others = [
        value
        for each in reading.of(readings, measure.beside)
        if (each.record is newest.record or each.at == newest.at) and (value := _in(each, measure)) is not None
    ]
    limit = measure.beside_below(target)
    if not others:
        return NO_OTHER
    return f"the other number, {_said(max(others), measure)}, is not below {limit}" if max(others) >= limit else ""


NO_OTHER = "the other number of this reading is not on record"


def unsafe(name: str, why: str, readings: tuple[Measurement, ...]) -> JudgedGoal:
    """A goal whose newest readings are beyond what is safe: not reached, whatever its target says (rule 23)."""
    shown = ", ".join(f"{_plain(each.value)} {unit_in_words(each.unit)}".strip() for each in readings)
    return JudgedGoal("not-achieved", f"{name}: not-achieved. {shown}: {why}. Somebody looks at it first", readings)


def judge(
    content: Content,
    goal: GoalView,
    readings: Iterable[Measurement],
    today: date,
    zone: tzinfo,
    *,
    unread: Iterable[Unread] = (),
) -> JudgedGoal | NotJudged:
    """Judges a goal as of today; `unread` are numbers on record that cannot be read, to be named beside it."""
    measure = measure_of(content, goal)
    if measure is None:
        return NotJudged("no reading measures it")
    readings = tuple(readings)
    told = reading.of(readings, measure.loinc)
    slips = [each for each in told if reading.doubtful(content, each)]
    usable = [one for one in told if _in(one, measure) is not None and one not in slips]
    unread_here = [each for each in unread if each.code == measure.loinc]
    unclear = tuple(f"{each.record.reference}: {each.why}" for each in unread_here)
    aside = unclear + tuple(_unused(each, slips) for each in told if each not in usable)
    start = moments(goal.start, zone)
    began = start[0].date() if start else date.min
    since = [one for one in usable if one.at.astimezone(zone).date() >= began]
    before = [one for one in usable if one.at.astimezone(zone).date() < began][-1:]
    name = measure.concept.display
    if not since:
        left = f"; not comparable: {', '.join(aside)}" if aside else ""
        return NotJudged(f"{name}: no reading since it began{left}")
    newer = [each.record.reference for each in unread_here if each.at is None or each.at > since[-1].at]
    if newer:
        return NotJudged(f"{name}: the newest reading cannot be read ({', '.join(newer)})")
    if slips and slips[-1].at > since[-1].at:
        slip = slips[-1].record.reference
        return NotJudged(f"{name}: the newest reading is more likely a slip ({slip}): have it measured again")
    old = _too_old(content, since[-1], today, zone)
    if old:
        return NotJudged(f"{name}: {old}")
    target = target_of(goal, measure)
    points = _comparable(content, [*before, *since], zone)
    since = [one for one in since if one in points]
    if len(points) < 2 and not (target and target.met(_value(since[-1], measure))):
        return NotJudged(f"{name}: only one reading, too few to show a trend")
    code, rule = _status(measure, target, points, since, today)
    other = beside(measure, target, since[-1], readings)
    if other == NO_OTHER:
        rule = f"{rule}; {other}"
    elif other:
        code, rule = "not-achieved", f"{rule}, and {other}"
    return JudgedGoal(code, f"{name}: {code}. {_told(measure, target, points, zone)}. {rule}", _cited(points), aside)


def _unused(measurement: Measurement, slips: list[Measurement]) -> str:
    """Why a reading is not used."""
    name = measurement.record.reference
    if measurement in slips:
        return f"{name} is more likely a slip than a reading"
    return f"{name} is in {measurement.unit or 'no unit'}"


TERMS = "care-planning"
"""The PlanDefinition that says for how long readings tell of a trend."""


def _too_old(content: Content, newest: Measurement, today: date, zone: tzinfo) -> str:
    """Why the newest reading tells of no trend; "" if it does (rule 35)."""
    days = parameters(content.get("PlanDefinition", TERMS))["trend-days"]
    day = newest.at.astimezone(zone).date()
    if (today - day).days <= days:
        return ""
    return f"no reading in the last {days} days, so there is no trend (the newest is of {day}): have it measured"


def _comparable(content: Content, points: list[Measurement], zone: tzinfo) -> list[Measurement]:
    """The readings that may be compared with the newest one: those that are not much older."""
    days = parameters(content.get("PlanDefinition", TERMS))["baseline-days"]
    newest = points[-1].at.astimezone(zone).date()
    return [one for one in points if (newest - one.at.astimezone(zone).date()).days <= days]


def _cited(points: list[Measurement]) -> tuple[Measurement, ...]:
    """The first and the newest."""
    return (points[0], points[-1]) if len(points) > 1 else (points[0],)


def _status(
    measure: Measure, target: Target | None, points: list[Measurement], since: list[Measurement], today: date
) -> tuple[str, str]:
    """The achievement code, and the rule that gave it."""
    first, newest = _value(points[0], measure), _value(points[-1], measure)
    noise = _said(measure.noise, measure)
    if target is not None and target.met(newest):
        if len(since) > 1 and target.met(_value(since[-2], measure)):
            return "sustaining", f"At its target ({target.words}), as the time before"
        return "achieved", f"At its target ({target.words})"
    if measure.direction == "stable":
        return _stable(target, first, newest, measure, noise)
    better = first - newest if measure.direction == "lower" else newest - first
    if better >= measure.noise:
        return "improving", f"A change of {noise} or more counts"
    if better <= -measure.noise:
        return "worsening", f"A change of {noise} or more counts"
    if target is not None and target.due is not None and target.due < today:
        return "no-progress", f"A change under {noise} is none, and its day ({target.due}) has passed"
    return "no-change", f"A change under {noise} is none"


def _stable(target: Target | None, first: Decimal, newest: Decimal, measure: Measure, noise: str) -> tuple[str, str]:
    """Stability: at the target or away from it, never better for being lower."""
    if target is None:
        moved = abs(newest - first) >= measure.noise
        rule = f"Without a target, stable means within {noise} of the first"
        return ("worsening" if moved else "no-change"), rule
    was, now = target.away(first), target.away(newest)
    if now - was >= measure.noise or was == 0:
        return "worsening", f"Away from its target ({target.words})"
    if was - now >= measure.noise:
        return "in-progress", f"Still away from its target ({target.words}), and nearing it"
    return "no-change", f"Away from its target ({target.words}), as before"


def _told(measure: Measure, target: Target | None, points: list[Measurement], zone: tzinfo) -> str:
    """The readings in words."""
    shown = [f"{_said(_value(one, measure), measure)} ({one.at.astimezone(zone).date()})" for one in _cited(points)]
    aim = f", target {target.words}" if target else ""
    return " to ".join(shown) + aim


def _in(measurement: Measurement, measure: Measure) -> Decimal | None:
    return reading.in_unit(measure.content, measurement.value, measurement.unit, measure.unit)


def _value(measurement: Measurement, measure: Measure) -> Decimal:
    value = _in(measurement, measure)
    assert value is not None  # only comparable readings come here
    return value


def _said(value: Decimal | None, measure: Measure) -> str:
    return f"{_plain(value)} {unit_in_words(measure.unit)}".strip()


def _plain(value: Decimal | None) -> str:
    """A number as people write it; an open end as an ellipsis."""
    return "…" if value is None else number_in_words(value)
