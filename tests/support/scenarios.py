"""For every step of the catalog: people it is about, what stands before, and the command. Kill, race and validation
tests run over all of them; a step without a scenario fails the suite."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stage import LATER, NOW, Scenario, Stage, assign, done, enroll, response, stage
from tests.support.stories import assessment, medications, monitoring, planning, spine, supervision, transitions, undo
from tests.support.stories.spine import move_discharge

__all__ = [
    "CASES",
    "LATER",
    "NOW",
    "SCENARIOS",
    "Scenario",
    "Stage",
    "assign",
    "done",
    "enroll",
    "move_discharge",
    "response",
    "scenarios_on",
    "stage",
]

SCENARIOS: tuple[Scenario, ...] = (
    *spine.SCENARIOS,
    *assessment.SCENARIOS,
    *planning.SCENARIOS,
    *transitions.SCENARIOS,
    *medications.SCENARIOS,
    *monitoring.SCENARIOS,
    *supervision.SCENARIOS,
    *undo.SCENARIOS,
)


def scenarios_on(server: str) -> list[Scenario]:
    """All on the sandbox; elsewhere the first of every step, and those marked."""
    return list(SCENARIOS) if server == "sandbox" else _on_hapi()


def _on_hapi() -> list[Scenario]:
    """The first scenario of every step, and those marked."""
    first: dict[str, Scenario] = {}
    for one in SCENARIOS:
        first.setdefault(one.step, one)
    return [one for one in SCENARIOS if one.hapi or one is first[one.step]]


CASES: list[Any] = [
    *(pytest.param("sandbox", one, id=f"sandbox-{one.name}") for one in SCENARIOS),
    *(pytest.param("hapi", one, marks=pytest.mark.hapi, id=f"hapi-{one.name}") for one in _on_hapi()),
]
"""Backend and scenario: all on the sandbox, one of every step (and those marked) on HAPI."""
