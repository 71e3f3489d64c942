"""Lifecycles hold whatever is asked in whatever order (`carefhir/lifecycle.py`).

Generated sequences of commands, by a nurse or a physician, sensible or not; afterwards every version of every resource
is read back from the sandbox's history and held against the table. What cannot be is refused by name, nothing is ever
raised, and a sequence told twice says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carefhir.catalog import STEPS, step_for
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Done, Refused
from carefhir.fhir.changes import Plan, amend, put
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.lifecycle import MOVES, STATUS, impossible
from tests.support.anything import ANY, Chance
from tests.support.backends import Backend, sandbox_backend
from tests.support.stage import NOW, Stage, stage
from tests.support.stories import planning, transitions

Json = dict[str, Any]
SEEN: Counter[str] = Counter()
"""Which moves the sequences made."""

acts = st.tuples(
    st.sampled_from(sorted(set(ANY) - {"record-death"}) * 3 + ["record-death"]),
    st.integers(0, 10**6),
    st.sampled_from((10, 60, 1440, 1440 * 14)),
    st.booleans(),
)


def test_every_step_can_be_asked_for_anything() -> None:
    assert ANY.keys() == {one.name for one in STEPS}


@pytest.fixture(scope="module")
def beginnings() -> tuple[Stage, ...]:
    """Rosa with her transition open; back in hospital; with a plan agreed; with one handed in a second time."""
    made = []
    for before in (transitions.opened, _back_in_hospital, planning.agreed, planning.requested_again):
        found = stage(sandbox_backend(), "rosa")
        before(found)
        made.append(found)
    return tuple(made)


@settings(max_examples=60)
@given(beginning=st.integers(0, 3), sequence=st.lists(acts, min_size=3, max_size=14))
def test_no_sequence_moves_a_resource_where_it_cannot_go(
    beginnings: tuple[Stage, ...], beginning: int, sequence: list[tuple[str, int, int, bool]]
) -> None:
    found = _forked(beginnings[beginning])
    now = NOW
    for name, seed, minutes, provider in sequence:
        now += timedelta(minutes=minutes)
        _asked(found, name, seed, now, provider)
    assert list(_wrong(found.backend)) == []


def _back_in_hospital(found: Stage) -> None:
    transitions.opened(found)
    transitions.readmitted(found)


def _forked(found: Stage) -> Stage:
    fork = found.backend.fork()
    assert fork is not None
    return replace(found, backend=fork)


def _asked(found: Stage, name: str, seed: int, now: datetime, provider: bool) -> None:
    """Asked for, carried out or refused, and asked for again: the second time nothing is written."""
    command = ANY[name](Chance(found, seed, now))
    occasion = found.occasion(now, found.physician if provider else found.nurse)
    server = found.backend.server()
    result = found.backend.run(runner.run(step_for(command), command, occasion, server))
    assert isinstance(result, Done | Refused | Conflict), (name, result)
    if isinstance(result, Done):
        again = found.backend.run(runner.run(step_for(command), command, occasion, server))
        assert isinstance(again, Done | Refused), (name, again)
        assert not isinstance(again, Done) or again.by == "an earlier run", (name, again)


def _wrong(backend: Backend) -> Iterator[str]:
    """Every change of status on the server that the table does not have."""
    assert backend.sandbox is not None
    for type_, records in backend.sandbox._store.types.items():
        for one in records.values():
            known = [version.resource or {} for version in one.versions]
            for was, becomes in pairwise(known):
                reason = impossible(type_, f"{type_}/{was.get('id')}", was, becomes)
                element = STATUS.get(type_, ("status", frozenset()))[0]
                if type_ in MOVES and was.get(element) != becomes.get(element):
                    SEEN[f"{type_}: {was.get(element)} to {becomes.get(element)}"] += 1
                if reason:
                    yield reason


def test_the_sequences_move_much() -> None:
    """Runs after the sequences: what they never move, they cannot prove anything of."""
    assert {one.partition(":")[0] for one in SEEN} >= {"CarePlan", "Goal", "Task"}, SEEN
    assert len(SEEN) >= 12, SEEN


def test_a_step_that_would_is_refused_by_name() -> None:
    """A wrong step of ours, not a wrong command: the runner holds it."""
    task = {"resourceType": "Task", "id": "t", "meta": {"versionId": "1"}, "status": "completed", "intent": "order"}
    change = amend("part", Record(encode(task)), "again", put("status", "requested"))
    assert runner.impossible_moves(Plan((change,))) == ("Task/t is completed and cannot become requested",)
