"""Vitals and labs: the newest reading of each, what was before, and what the plan aims for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from carefhir.chart import trajectory, unsafe_readings
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.chart.trajectory import Measure, Target
from carefhir.content import quantities
from carefhir.content.loading import Content, parameters
from carefhir.content.number_words import number_in_words, unit_in_words
from carefhir.mappers import reading
from carefhir.mappers.reading import Measurement, Unread
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Watched:
    """One quantity: its newest reading and the one before, and the goal that watches it."""

    quantity: str
    """What is measured, in words."""
    newest: str
    """Number and unit in words, `183.4 lb`; of a reading that cannot be read, that it cannot."""
    day: date | None
    """When the newest reading was taken; None where the record does not say."""
    before: str
    """The reading before, in words with its day; "" if there is none."""
    goal: str
    """What the plan aims for, in words; "" if no open goal watches it."""
    standing: str
    """What is not safe about it, as a rule says; else that it is too old to say, `at its goal`, or `above its goal`;
    "" where there is none of these."""

    @property
    def cells(self) -> tuple[str, ...]:
        aim = ", ".join(filter(None, (self.goal and f"goal {self.goal}", self.standing.upper())))
        return (self.quantity, self.newest, str(self.day or "no day"), self.before and f"before: {self.before}", aim)


def watched(chart: Chart, occasion: Occasion) -> tuple[Watched, ...]:
    """What the plan watches first; then what else was measured. A blood pressure is one line."""
    measures = dict(_measures(chart, occasion.content))
    facts = facts_of(chart, occasion)
    past = tuple(measurement for measurement in chart.readings if measurement.at <= occasion.now)
    rows = []
    for kind in quantities.kinds(occasion.content).values():
        code = kind.loinc[0]
        if code == reading.DIASTOLIC:
            continue
        readings = reading.of(past, code)
        unread = [number for number in chart.unread if number.code == code]
        if readings or unread:
            name = "blood pressure" if code == reading.SYSTOLIC else kind.display
            row = _row(name, chart, readings, unread, measures.get(code), occasion)
            codes = (code, reading.DIASTOLIC) if code == reading.SYSTOLIC else (code,)
            unsafe = unsafe_readings.look_at_quantity(codes, past, facts, occasion)
            rows.append((code in measures, replace(row, standing=unsafe.rule.title) if unsafe else row))
    watched_first = sorted(rows, key=lambda pair: not pair[0])
    return (*(row for _, row in watched_first), *_never_measured(chart, measures))


def _measures(chart: Chart, content: Content) -> Iterable[tuple[str, tuple[Measure, Target | None]]]:
    """By LOINC code: how an open goal is measured, and its target."""
    for goal in chart.goals:
        measure = trajectory.measure_of(content, goal) if not goal.over else None
        if measure is not None:
            yield measure.loinc, (measure, trajectory.target_of(goal, measure))


def _never_measured(chart: Chart, measures: dict[str, tuple[Measure, Target | None]]) -> Iterable[Watched]:
    """What the plan watches and nobody has measured yet."""
    there = {measured.code for measured in chart.readings} | {number.code for number in chart.unread}
    for code, (measure, target) in measures.items():
        if code not in there:
            words = target.words if target else measure.concept.display
            yield Watched(measure.concept.display, "not measured yet", None, before="", goal=words, standing="")


def _row(
    name: str,
    chart: Chart,
    readings: tuple[Measurement, ...],
    unread: list[Unread],
    aim: tuple[Measure, Target | None] | None,
    occasion: Occasion,
) -> Watched:
    measure, target = aim if aim else (None, None)
    unclear = [number for number in unread if not readings or number.at is None or number.at > readings[-1].at]
    goal = (target.words if target else f"{measure.concept.display}, no number is set") if measure else ""
    if unclear:
        newest = f"cannot be read: {unclear[-1].why} ({unclear[-1].record.reference})"
        at = unclear[-1].at
        before = _dated(chart, readings[-1], measure, occasion) if readings else ""
        return Watched(
            name, newest, occasion.days_of(at).earliest if at else None, before=before, goal=goal, standing=""
        )
    newest_reading = readings[-1]
    return Watched(
        quantity=name,
        newest=_in_words(chart, newest_reading, measure, occasion),
        day=occasion.days_of(newest_reading.at).earliest,
        before=_dated(chart, readings[-2], measure, occasion) if len(readings) > 1 else "",
        goal=goal,
        standing=_too_old(newest_reading, measure, occasion) or _standing(chart, newest_reading, measure, target),
    )


def _too_old(newest: Measurement, measure: Measure | None, occasion: Occasion) -> str:
    """That a reading says nothing of today; "" if it does, or if nothing watches it (rule 35)."""
    days = (occasion.today - occasion.local_date(newest.at)).days
    most = parameters(occasion.content.get("PlanDefinition", trajectory.TERMS))["trend-days"]
    return f"too old to say: {days} days" if measure is not None and days > most else ""


def _standing(chart: Chart, newest: Measurement, measure: Measure | None, target: Target | None) -> str:
    """Where the newest reading lies, as seen from the target."""
    if measure is None or target is None:
        return ""
    value = reading.in_unit(measure.content, newest.value, newest.unit, measure.unit)
    if value is None:
        return ""
    if target.met(value):
        other = trajectory.beside(measure, target, newest, chart.readings)
        if other == trajectory.NO_OTHER:
            return f"at its goal; {other}"
        return f"not at its goal: {other}" if other else "at its goal"
    return "below its goal" if target.low is not None and value <= target.low else "above its goal"


def _dated(chart: Chart, measurement: Measurement, measure: Measure | None, occasion: Occasion) -> str:
    return f"{_in_words(chart, measurement, measure, occasion)} ({occasion.days_of(measurement.at).earliest})"


def _in_words(chart: Chart, measurement: Measurement, measure: Measure | None, occasion: Occasion) -> str:
    """`183.4 lb`, `128/72 mmHg`: in the unit of the goal where there is one."""
    value, unit = measurement.value, measurement.unit
    if measure is not None:
        converted = reading.in_unit(measure.content, value, unit, measure.unit)
        value, unit = (value, unit) if converted is None else (converted, measure.unit)
    lower = _diastolic(chart, measurement) if measurement.code == reading.SYSTOLIC else ""
    return f"{number_in_words(value)}{lower} {unit_in_words(unit)}".strip()


def _diastolic(chart: Chart, systolic: Measurement) -> str:
    """The other number of the same blood pressure."""
    same = (
        each
        for each in chart.readings
        if each.code == reading.DIASTOLIC and each.record is systolic.record and each.unit == systolic.unit
    )
    return next((f"/{number_in_words(each.value)}" for each in same), "")
