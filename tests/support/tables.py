"""Counts of what tests have tried, by table, row, column and how it ended; added up over a whole run for the documents.

`--write-tables` puts what a deep run has counted into `docs/servers.md`, between the marks of each table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.real_servers import REAL_SERVERS

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


# -- as the documents show them ------------------------------------------------------------------------------------


def rendered(cells: Counter[Cell]) -> dict[str, list[str]]:
    """Each table in Markdown, by its name; only those that something was tried for."""
    made = {
        "guarantees": _how_often(cells, "guarantees", "abilities of the server"),
        "shapes": _outcomes(cells, "shapes", "step"),
        "at once": _outcomes(cells, "at once", "step"),
        "ehrs": _outcomes(cells, "ehrs", "step"),
        "two homes": _outcomes(cells, "two homes", "step"),
        "faults": _numbers(cells, "faults"),
        "faults between two homes": _numbers(cells, "faults between two homes"),
        **{name: _numbers(cells, name) for name in (f"faults on {server.name}" for server in REAL_SERVERS)},
        "odd records": _counts(cells, "odd records", "oddity"),
    }
    return {name: lines for name, lines in made.items() if lines}


def _of(cells: Counter[Cell], table: str) -> Counter[Cell]:
    return Counter({cell: times for cell, times in cells.items() if cell.table == table})


def _outcomes(cells: Counter[Cell], table: str, corner: str) -> list[str]:
    """Rows become columns: what was tried on is read across, how it ended stands in the cell."""
    mine = _of(cells, table)
    across = sorted({cell.row for cell in mine})
    lines = _head([corner, *across])
    for column in sorted({cell.column for cell in mine}):
        texts = []
        for row in across:
            ended = Counter({cell.how: n for cell, n in mine.items() if (cell.row, cell.column) == (row, column)})
            texts.append("; ".join(f"{how} ({n})" if n > 1 else how for how, n in sorted(ended.items())))
        lines.append(_row([column, *texts]))
    return lines if mine else []


def _how_often(cells: Counter[Cell], table: str, corner: str) -> list[str]:
    mine = _of(cells, table)
    columns = sorted({cell.column for cell in mine})
    lines = _head([corner, *columns])
    for row in sorted({cell.row for cell in mine}):
        texts = []
        for column in columns:
            ended = Counter({cell.how: n for cell, n in mine.items() if (cell.row, cell.column) == (row, column)})
            texts.append(
                "; ".join(f"{how} {n:,} times" if n > 1 else f"{how} once" for how, n in sorted(ended.items()))
            )
        lines.append(_row([row, *texts]))
    return lines if mine else []


def _counts(cells: Counter[Cell], table: str, corner: str) -> list[str]:
    mine = _of(cells, table)
    columns = sorted({cell.column for cell in mine})
    lines = _head([corner, *columns])
    total: Counter[str] = Counter()
    for row in sorted({cell.row for cell in mine}):
        counts = Counter({cell.column: n for cell, n in mine.items() if cell.row == row})
        total += counts
        lines.append(_row([row, *(f"{counts[column]:,}" if counts[column] else "" for column in columns)]))
    return [*lines, _row(["**all**", *(f"**{total[column]:,}**" for column in columns)])] if mine else []


def _numbers(cells: Counter[Cell], table: str) -> list[str]:
    """Faults are read across by number, steps down; a cell is how often that was tried. All of them ended right: a test
    fails where one does not."""
    mine = _of(cells, table)
    faults = list(dict.fromkeys(cell.row for cell in sorted(mine, key=lambda cell: cell.row)))
    steps = sorted({cell.column for cell in mine})
    lines = _head(["fault", "tried", "as without it", "finished when run again", "wrong"])
    for number, fault in enumerate(faults, 1):
        by_end = Counter(dict.fromkeys(ENDS, 0))
        for cell, times in mine.items():
            if cell.row == fault:
                by_end[cell.how] += times
        lines.append(
            _row([f"{number}. {fault}", f"{sum(by_end.values()):,}", *(f"{by_end[how]:,}" for how in ENDS), "0"])
        )
    lines += ["", *_head(["step", *(str(number) for number in range(1, len(faults) + 1))])]
    for step in steps:
        counts = (sum(n for cell, n in mine.items() if (cell.row, cell.column) == (fault, step)) for fault in faults)
        lines.append(_row([step, *(str(count or "") for count in counts)]))
    return lines if mine else []


ENDS = ("as it was", "finished when run again")


def _head(titles: list[str]) -> list[str]:
    return [_row(titles), "|" + "---|" * len(titles)]


def _row(texts: list[str]) -> str:
    return "| " + " | ".join(texts) + " |"


def put_into(document: str, tables: dict[str, list[str]]) -> str:
    """A document with these tables in the place of those between their marks."""
    for name, lines in tables.items():
        begin, end = f"<!-- table: {name} -->", "<!-- end of table -->"
        before, found, rest = document.partition(begin)
        if found:
            _, _, after = rest.partition(end)
            document = f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{after}"
    return document
