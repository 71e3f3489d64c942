"""Counts of what tests have tried, by table, row, column and how it ended; added up over a whole run for the documents.

`--write-tables` puts what a deep run has counted into `docs/servers.md`, between the marks of each table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PROPERTY = "tally"
_BETWEEN = "\t"


@dataclass
class Tally:
    """What one test has tried."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, *, row: str, column: str, how: str, times: int = 1) -> None:
        key = _BETWEEN.join((table, row, column, how))
        self.counts[key] = self.counts.get(key, 0) + times


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that was tried."""

    table: str
    row: str
    column: str
    how: str


def added_up(properties: Iterable[tuple[str, Any]]) -> Counter[Cell]:
    """What all tests of a run have tried, from what their reports carry."""
    cells: Counter[Cell] = Counter()
    for name, counts in properties:
        if name == PROPERTY:
            for key, times in counts.items():
                cells[Cell(*key.split(_BETWEEN))] += times
    return cells
