"""For every step of the catalog: people it is about, what stands before, and the command. Kill, race and validation
tests run over all of them; a step without a scenario fails the suite."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.deep import depth
from tests.support.real_servers import REAL_SERVERS, SANDBOX, marked
from tests.support.stage import LATER, NOW, Scenario, Stage, assign, done, enroll, response, stage
from tests.support.stories import (
    assessment,
    editing,
    medications,
    monitoring,
    planning,
    spine,
    supervision,
    transitions,
    undo,
)
from tests.support.stories.spine import move_discharge

__all__ = [
    "CASES",
    "FEW",
    "FIRST_OF_EACH_STEP",
    "LATER",
    "NOW",
    "SCENARIOS",
    "SOME",
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
    *editing.SCENARIOS,
    *transitions.SCENARIOS,
    *medications.SCENARIOS,
    *monitoring.SCENARIOS,
    *supervision.SCENARIOS,
    *undo.SCENARIOS,
)


def scenarios_on(server: str) -> list[Scenario]:
    """All on the sandbox; elsewhere the first of every step, and those marked."""
    return list(SCENARIOS) if server == SANDBOX else _on_real_servers()


def _first_of_each_step() -> tuple[Scenario, ...]:
    first: dict[str, Scenario] = {}
    for one in SCENARIOS:
        first.setdefault(one.step, one)
    return tuple(first.values())


FIRST_OF_EACH_STEP: tuple[Scenario, ...] = _first_of_each_step()


def _on_real_servers() -> list[Scenario]:
    """The first scenario of every step, and those marked."""
    return [one for one in SCENARIOS if one.on_real_servers or one in FIRST_OF_EACH_STEP]


SOME: tuple[Scenario, ...] = depth(FIRST_OF_EACH_STEP, SCENARIOS)
"""What is tried where each scenario costs much: all of them, or one of every step where a run goes less deep."""

_FEW = {"enroll", "record-check-in"}
FEW: tuple[Scenario, ...] = depth(tuple(one for one in FIRST_OF_EACH_STEP if one.step in _FEW), FIRST_OF_EACH_STEP)
"""What is tried many times over: one story of every step, or of two steps where a run goes less deep."""

CASES: list[Any] = [
    *(pytest.param(SANDBOX, one, id=f"{SANDBOX}-{one.name}") for one in SOME),
    *(marked(each.name, one, id=f"{each.name}-{one.name}") for each in REAL_SERVERS for one in _on_real_servers()),
]
"""Backend and scenario: `SOME` on the sandbox, one of every step (and those marked) on each real server."""
