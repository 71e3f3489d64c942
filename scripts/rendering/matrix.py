"""`docs/matrix.md`: steps by resource types and statuses, as the scenarios of the tests show them
(scripts/record-changes collects them)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from carefhir.catalog import STEPS
from carefhir.engine.step import AnyStep
from scripts.rendering import markdown
from scripts.rendering.markdown import table

FILE = Path(__file__).with_name("changes.json")
EVERY_STEP = "Provenance"
"""What every step writes: its receipt."""


@cache
def collected() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """By step: (type, status before or "", status after or "")."""
    raw = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {step: tuple((type_, was, becomes) for type_, was, becomes in rows) for step, rows in raw.items()}


def declared(step: AnyStep) -> set[str]:
    """The types a step says that it may write."""
    return {*step.creates, *step.amends} - {EVERY_STEP}


def untold(step: AnyStep) -> list[str]:
    """The types that a step may write and no scenario shows it writing."""
    return sorted(declared(step) - {type_ for type_, _, _ in collected().get(step.name, ())})


def page() -> str:
    """The whole page: a table for each type, and what no scenario shows."""
    types = sorted({type_ for rows in collected().values() for type_, _, _ in rows} - {EVERY_STEP})
    rows = [(f"`{step.name}`", ", ".join(missing)) for step in STEPS if (missing := untold(step))]
    return markdown.page(
        "scripts/rendering/changes.json and the catalog",
        "# Steps, types and statuses",
        "What each step does to each type of resource, as the stories of the tests show it: with which status "
        "it creates one (`new`), and from which status to which it takes one; `same` is a change that leaves "
        "the status as it is. A Condition's status is its verificationStatus. Every step also writes its "
        "receipt, a Provenance. What may follow what: [lifecycles](lifecycles.md).",
        *(f"## {type_}\n\n{_of_type(type_)}" for type_ in types),
        "## Not shown by any story",
        table(("step", "may write"), rows) if rows else "Every type that a step may write is written in a story.",
    )


def _of_type(type_: str) -> str:
    rows = []
    for step in STEPS:
        mine = [(was, becomes) for each, was, becomes in collected().get(step.name, ()) if each == type_]
        if mine:
            new = [f"`{becomes}`" if becomes else "yes" for was, becomes in mine if not was]
            moved = [f"`{was}` → `{becomes}`" for was, becomes in mine if was and becomes and was != becomes]
            kept = [
                "same" if was == "none" else f"same (`{was}`)" for was, becomes in mine if was and becomes in ("", was)
            ]
            rows.append((f"`{step.name}`", ", ".join(new) or "—", ", ".join((*moved, *kept)) or "—"))
    return table(("step", "new", "changed"), rows)
