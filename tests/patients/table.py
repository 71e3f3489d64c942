"""The journey of the 25 synthetic patients as a table: what was concluded and proposed for each, then totals.

    .venv/bin/python -m tests.patients.table [--server URL] [--lines KEY]

On a sandbox of its own, or on the server named, where what an earlier run left is made fresh. `--lines` prints instead
everything that was said about one patient, step by step. Patients are known by the first eight characters of their
Synthea id; no name is printed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from carefhir.engine.results import Done, Refused
from tests.patients.columns import outcome
from tests.patients.synthea import ARCHIVE
from tests.patients.ward import Story, Ward, ward_of
from tests.support.backends import http_backend, sandbox_backend

COLUMNS = (
    "patient",
    "age",
    "last stay",
    "LACE",
    "tier",
    "pathways",
    "goals",
    "items",
    "first",
    "against",
    "medicines",
    "check-in",
)
RIGHT = ("age", "goals", "items", "first")
NOT_HERE = 2
"""The exit code where the synthetic patients are not beside the checkout."""
out = Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def row_of(story: Story) -> tuple[str, ...]:
    """One patient in one line."""
    found = outcome(story)
    if found["enroll"].startswith("refused"):
        return (story.who.key, age_of(story), found["stay"], "-", "refused: on record as dead", *["-"] * 7)
    goals = len(found["goals"].split()) if found["goals"] != "-" else 0
    lace = found["lace"].partition(" = ")[2] or "-"
    stay = f"{found['stay']} to {found['discharge']}" if found["discharge"] != "-" else "none"
    shown = (found[name] for name in ("against", "medicines", "check-in"))
    return (
        story.who.key,
        age_of(story),
        stay,
        lace,
        found["tier"],
        found["pathways"],
        str(goals),
        found["items"],
        found["first"],
        *shown,
    )


def age_of(story: Story) -> str:
    """Their age on the day of the story."""
    born = next(one["birthDate"] for one in story.seen if one["resourceType"] == "Patient")
    today = story.who.now.date().isoformat()
    return str(int(today[:4]) - int(born[:4]) - (today[5:] < born[5:]))


def totals(rows: list[tuple[str, ...]], ward: Ward) -> list[str]:
    """What the whole ward comes to, a line each."""
    at = {name: [row[n] for row in rows] for n, name in enumerate(COLUMNS)}
    tiers = Counter(one.removeprefix("at least ").partition(" ")[0].rstrip(":") for one in at["tier"])
    needs = Counter(word for one in at["tier"] for word in one.split() if word in tuple("ABCDE"))
    against = Counter(word for one in at["against"] for word in one.split() if word != "-")
    busiest = [(day, count, key) for key, story in ward.stories.items() for day, count in _due(story).items()]
    day, count, key = max(busiest, key=lambda one: one[1], default=("-", 0, "-"))
    goals, items, first = (list(map(int, _numbers(at[name]))) for name in ("goals", "items", "first"))
    return [
        f"{len(rows)} patients; tiers: {_counted(tiers)}",
        f"categories of need: {_counted(needs)}",
        f"pathways: {_counted(Counter(one.replace('-', 'none') for one in at['pathways']))}",
        f"goals {sum(goals)}, items {sum(items)}",
        f"items that start in weeks one and two: {sum(first)}, at most {max(first)} for one patient",
        f"contradictions: {_counted(against) or 'none'}",
        f"check-ins: {_counted(Counter(one for one in at['check-in'] if one != '-'))}",
        f"most Tasks due on one day for one patient: {count} ({key}, {day})",
    ]


def _due(story: Story) -> Counter[str]:
    """How many open Tasks fall due, by day."""
    tasks = [one for one in story.written if one["resourceType"] == "Task" and one["status"] == "requested"]
    return Counter(one["restriction"]["period"]["end"] for one in tasks if "restriction" in one)


def _numbers(cells: list[str]) -> list[str]:
    return [one for one in cells if one.isdigit()]


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items(), key=lambda one: (-one[1], one[0])))


def table(ward: Ward) -> None:
    """Prints all of it."""
    rows = [row_of(one) for one in ward.stories.values()]
    shown = Table(title=f"The journey of {len(rows)} patients, on {ward.backend.name}", title_justify="left")
    for name in COLUMNS:
        shown.add_column(name, justify="right" if name in RIGHT else "left", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    out.print(shown)
    for line in totals(rows, ward):
        out.print(line)


def lines(story: Story) -> None:
    """Everything that was said about one patient."""
    out.print(f"{story.who.key}, {age_of(story)} years, {story.who.now:%Y-%m-%d %H:%M}", style="bold")
    for act in story.acts:
        result: Any = act.result
        out.print(f"{act.name}: {'done' if isinstance(result, Done) else 'refused'}", style="bold", markup=False)
        said = result.why if isinstance(result, Refused) else result.told.says
        for one in (*result.told.instructions, *said, *(f"(!) {one}" for one in result.told.warnings)):
            out.print(f"  {one}", markup=False)


def main() -> int:
    """The table, or one patient's lines; says so where the patients are missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.patients.table", description=__doc__)
    parser.add_argument("--server", default="", help="a FHIR server's base; else a sandbox of its own")
    parser.add_argument("--lines", default="", metavar="KEY", help="everything said about this patient instead")
    asked = parser.parse_args()
    given = os.environ.get("CAREFHIR_SHARED")
    shared = Path(given) if given else Path(__file__).resolve().parents[3] / "shared"
    if not (shared / ARCHIVE).is_file():
        print(f"the synthetic patients are not beside the checkout ({shared}); CAREFHIR_SHARED names their folder")
        return NOT_HERE
    backend = http_backend(asked.server, "server") if asked.server else sandbox_backend()
    ward = ward_of(backend, shared, twice=False)
    if asked.lines:
        lines(ward.stories[asked.lines])
    else:
        table(ward)
    return 0


if __name__ == "__main__":
    sys.exit(main())
