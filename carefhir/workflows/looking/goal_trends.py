"""What the plan measures, over time: the readings of each goal with its target, for a picture and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from carefhir.chart import trajectory
from carefhir.chart.chart import Chart
from carefhir.chart.trajectory import Measure
from carefhir.content.loading import parameters
from carefhir.content.number_words import number_in_words, unit_in_words
from carefhir.mappers import reading
from carefhir.mappers.goal import GoalView
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One reading, in the unit of its goal."""

    day: date
    value: Decimal
    met: bool | None
    """Whether it lies in the target; None where the goal has none."""

    @property
    def words(self) -> str:
        """The number, as people write it."""
        return number_in_words(self.value)


@dataclass(frozen=True, slots=True)
class GoalTrend:
    """One goal that is measured, and its readings: the oldest first."""

    goal: str
    """`Goal/ID`."""
    words: str
    """What the goal says."""
    measure: str
    """What is measured, in words."""
    unit: str
    target: str
    """The target in words; "" where none is set."""
    low: Decimal | None
    high: Decimal | None
    points: tuple[TrendPoint, ...]
    """Readings of as many days as tell of a trend (clinical practice, rule 35)."""

    @property
    def off_target(self) -> bool:
        """Whether the newest reading is outside the target."""
        return bool(self.points) and self.points[-1].met is False

    @property
    def sentence(self) -> str:
        """The newest reading, the one before, and where it lies: the picture, for whoever does not see it."""
        if not self.points:
            return f"{self.measure}: no reading in this time"
        newest, *_ = reversed(self.points)
        before = f", was {self.points[-2].words} on {self.points[-2].day}" if len(self.points) > 1 else ""
        lies = {True: "in its target", False: "outside its target", None: ""}[newest.met]
        aim = f" ({self.target})" if self.target else ""
        told = f"{self.measure}: {newest.words} {self.unit} on {newest.day}".strip()
        return "; ".join(filter(None, (f"{told}{before}", f"{lies}{aim}".strip())))


def goal_trends(chart: Chart, occasion: Occasion) -> tuple[GoalTrend, ...]:
    """The goals that are measured and not over, those off their target first."""
    trends = [
        _trend(chart, goal, measure, occasion)
        for goal in chart.goals
        if not goal.over and (measure := trajectory.measure_of(occasion.content, goal)) is not None
    ]
    return tuple(sorted(trends, key=lambda trend: (not trend.off_target, trend.words, trend.goal)))


def _trend(chart: Chart, goal: GoalView, measure: Measure, occasion: Occasion) -> GoalTrend:
    target = trajectory.target_of(goal, measure)
    days = parameters(occasion.content.get("PlanDefinition", trajectory.TERMS))["trend-days"]
    since = occasion.today - timedelta(days=days)
    points = []
    for measurement in reading.of(chart.readings, measure.loinc):
        value = reading.in_unit(measure.content, measurement.value, measurement.unit, measure.unit)
        day = occasion.days_of(measurement.at).earliest
        if value is not None and since <= day and measurement.at <= occasion.now:
            points.append(TrendPoint(day, value, target.met(value) if target else None))
    return GoalTrend(
        goal=goal.reference,
        words=goal.words or "(no text)",
        measure=measure.concept.display,
        unit=unit_in_words(measure.unit),
        target=target.words if target else "",
        low=target.low if target else None,
        high=target.high if target else None,
        points=tuple(points),
    )
