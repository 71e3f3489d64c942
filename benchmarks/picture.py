"""Draws cost against size: what reading a patient costs, by how much there is of them.

    .venv/bin/python benchmarks/picture.py samples.json docs/performance.svg

`samples.json` is what `p1_context.py --save` has written. Both axes are logarithmic, so a straight line is cost that
grows with size; each point is the median of its samples.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 760, 340, 60, 50, 34, 20
BETWEEN = 70
COLORS = {"carefhir, together": "#0b6e4f", "fhirclient in sequence": "#b23a48"}
PANELS = (("requests", "requests"), ("cpu", "client CPU, ms"), ("wall", "wall time, ms"))

Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """One diagram: a line for each subject, by resources read."""

    title: str
    lines: Mapping[str, Line]


def panels(saved: Mapping[str, dict[str, object]]) -> list[Panel]:
    """What was measured, by what was measured."""
    made = []
    for kind, title in PANELS:
        lines: dict[str, Line] = {subject: [] for subject in COLORS}
        for patient in saved.values():
            for subject, line in lines.items():
                line.append((float(patient["resources"]), _value(patient, subject, kind)))  # type: ignore[arg-type]
        made.append(Panel(title, {subject: sorted(line) for subject, line in lines.items()}))
    return made


def _value(patient: dict[str, object], subject: str, kind: str) -> float:
    if kind == "requests":
        return float(patient["requests"][subject])  # type: ignore[index]
    return statistics.median(patient["samples"][subject][kind])  # type: ignore[index]


def _ticks(low: float, high: float) -> Iterable[float]:
    """1, 10, 100 … from the last below to the first above."""
    return (10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1))


@dataclass(frozen=True)
class Scale:
    """From a number to a place on the paper, by its logarithm."""

    ticks: tuple[float, ...]
    start: float
    end: float

    def at(self, value: float) -> float:
        low, high = math.log10(self.ticks[0]), math.log10(self.ticks[-1])
        return self.start + (math.log10(value) - low) / (high - low) * (self.end - self.start)


def drawn(panel: Panel, left: float, width: float) -> Iterable[str]:
    points = [point for line in panel.lines.values() for point in line]
    across = Scale(tuple(_ticks(min(x for x, _ in points), max(x for x, _ in points))), left, left + width)
    up = Scale(tuple(_ticks(min(y for _, y in points), max(y for _, y in points))), HEIGHT - BOTTOM, TOP)
    yield f'<text x="{left}" y="{TOP - 14}" class="title">{escape(panel.title)}</text>'
    for tick in across.ticks:
        x = across.at(tick)
        yield f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" class="grid"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" class="across">{tick:,.0f}</text>'
    for tick in up.ticks:
        y = up.at(tick)
        yield f'<path d="M{left} {y:.1f}H{left + width:.1f}" class="grid"/>'
        yield f'<text x="{left - 6}" y="{y + 4:.1f}" class="up">{tick:,.0f}</text>'
    yield f'<text x="{left + width / 2:.1f}" y="{HEIGHT - BOTTOM + 34}" class="across">resources of the patient</text>'
    for subject, line in panel.lines.items():
        places = [(across.at(x), up.at(y)) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path d="M{path}" fill="none" stroke="{COLORS[subject]}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLORS[subject]}"/>' for x, y in places)


def picture(saved: Mapping[str, dict[str, object]]) -> str:
    """The whole drawing."""
    some = panels(saved)
    width = (WIDTH - LEFT - RIGHT - BETWEEN * (len(some) - 1)) / len(some)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="Requests, client CPU and wall time by resources of the patient">',
        "<style>text{font:11px sans-serif;fill:#333}.title{font-weight:bold}.across{text-anchor:middle}"
        ".up{text-anchor:end}.grid{stroke:#ddd;fill:none}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for number, panel in enumerate(some):
        parts += drawn(panel, LEFT + number * (width + BETWEEN), width)
    for number, (subject, color) in enumerate(COLORS.items()):
        x = LEFT + number * 170
        parts.append(f'<circle cx="{x}" cy="{HEIGHT - 6}" r="4" fill="{color}"/>')
        parts.append(f'<text x="{x + 10}" y="{HEIGHT - 2}">{escape(subject)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    samples, target = map(Path, sys.argv[1:])
    target.write_text(picture(json.loads(samples.read_text())), encoding="utf-8")


if __name__ == "__main__":
    main()
