"""For every step of the catalog: people it is about, what stands before, and the command. Kill, race and validation
tests run over all of them; a step without a scenario fails the suite."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest

from tests.support.deep import depth
from tests.support.real_servers import REAL_SERVERS, SANDBOX, marked
from tests.support.stage import LATER, NOW, Scenario, Stage, assign, done, enroll, response, stage
from tests.support.stories import (
    assessment,
    case_management,
    contacts,
    coordination,
    editing,
    medications,
    monitoring,
    panel,
    people,
    planning,
    revising,
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
    "SOME_CASES",
    "Scenario",
    "Stage",
    "assign",
    "done",
    "enroll",
    "move_discharge",
    "response",
    "scenarios_on",
    "stage",
    "with_each",
]

SCENARIOS: tuple[Scenario, ...] = (
    *spine.SCENARIOS,
    *assessment.SCENARIOS,
    *planning.SCENARIOS,
    *editing.SCENARIOS,
    *revising.SCENARIOS,
    *coordination.SCENARIOS,
    *transitions.SCENARIOS,
    *medications.SCENARIOS,
    *monitoring.SCENARIOS,
    *panel.SCENARIOS,
    *supervision.SCENARIOS,
    *case_management.SCENARIOS,
    *people.SCENARIOS,
    *contacts.SCENARIOS,
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

SOME_CASES: list[Any] = [pytest.param(one, id=one.name) for one in SOME]


def with_each(cases: Sequence[Any], *others: Sequence[Any]) -> list[Any]:
    """Cases with others. The first story of every step with each of them, further stories with one of them, in turn;
    on a real server with half of them, in turn. Where a run goes less deep everything goes in turn: every step is
    tried, and every one of the others, and not every pair."""
    pairs = list(product(*others))
    return [
        pytest.param(*case.values, *pair, id=f"{case.id}-{'-'.join(map(str, pair))}", marks=case.marks)
        for number, case in enumerate(cases)
        for pair in _in_turn(case, pairs, number)
    ]


def _in_turn(case: Any, pairs: list[Any], number: int) -> list[Any]:
    if depth(False, True) and case.marks:
        return pairs[number % 2 :: 2]
    first = any(value in FIRST_OF_EACH_STEP for value in case.values if isinstance(value, Scenario))
    return pairs if depth(False, True) and first else [pairs[number % len(pairs)]]


CASES: list[Any] = [
    *(pytest.param(SANDBOX, one, id=f"{SANDBOX}-{one.name}") for one in SOME),
    *(marked(each.name, one, id=f"{each.name}-{one.name}") for each in REAL_SERVERS for one in _on_real_servers()),
]
"""Backend and scenario: `SOME` on the sandbox, one of every step (and those marked) on each real server."""
