"""A goal's readings as a picture: its target as a band, a line through the readings, days below.

Drawn here as SVG and not in the browser: it prints, it needs no script, and the page's policy allows no inline style.
Whoever does not see it hears the trend's sentence and finds the numbers in a table beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from carefhir.workflows.looking.goal_trends import GoalTrend

WIDTH, HEIGHT = 384, 132
LEFT, RIGHT, TOP, BOTTOM = 40, 300, 10, 112
"""Where the readings lie in it; to the right of them the newest is named."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One reading in the picture."""

    x: float
    y: float
    outside: bool
    """Whether it lies outside the target: then it has another shape, too."""


@dataclass(frozen=True, slots=True)
class GoalChart:
    """The picture of one goal."""

    trend: GoalTrend
    points: tuple[ChartPoint, ...]
    band: tuple[float, float] | None
    """Top and bottom of the target; None where the goal has none."""
    ticks: tuple[tuple[float, str], ...]
    """Height and number of each line beside the picture."""

    @property
    def line(self) -> str:
        """The line through the readings."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def first_day(self) -> date:
        """The day of the first reading."""
        return self.trend.points[0].day

    @property
    def last_day(self) -> date:
        """The day of the newest."""
        return self.trend.points[-1].day

    @classmethod
    def of(cls, trend: GoalTrend) -> GoalChart | None:
        """The picture of a trend; None where one reading or none says nothing of it."""
        if len(trend.points) < 2:
            return None
        low, high = _range(trend)
        first, last = trend.points[0].day, trend.points[-1].day
        span = max((last - first).days, 1)

        def across(day: date) -> float:
            return round(LEFT + 10 + (RIGHT - LEFT - 20) * (day - first).days / span, 1)

        def down(value: Decimal) -> float:
            return round(float(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low)), 1)

        points = (ChartPoint(across(point.day), down(point.value), point.met is False) for point in trend.points)
        ends = [end for end in (trend.high, trend.low) if end is not None]
        band: tuple[float, float] | None = None
        if ends:
            band = (down(min(trend.high, high)) if trend.high is not None else TOP, BOTTOM)
            if trend.low is not None:
                band = (band[0], down(max(trend.low, low)))
        shown = dict.fromkeys((*ends, *((low, high) if not ends else ())))
        return cls(trend, tuple(points), band, tuple((down(value), f"{value.normalize():f}") for value in shown))


def _range(trend: GoalTrend) -> tuple[Decimal, Decimal]:
    """The lowest and the highest number in the picture, with room around them."""
    values = [point.value for point in trend.points]
    values += [end for end in (trend.low, trend.high) if end is not None]
    room = max((max(values) - min(values)) / 10, Decimal("0.5"))
    return min(values) - room, max(values) + room
