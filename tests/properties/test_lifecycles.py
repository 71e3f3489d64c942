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
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carefhir.catalog import STEPS, step_for
from carefhir.codes import ACT_KEY
from carefhir.engine import considering, runner
from carefhir.engine.results import Conflict, Done, Refused
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.changes import Plan, amend, marks_of, put, retraction
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.lifecycle import MOVES, STATUS, impossible
from tests.support.anything import ANY, Chance
from tests.support.backends import Backend, sandbox_backend
from tests.support.deep import depth
from tests.support.stage import NOW, Stage, stage
from tests.support.stories import planning, transitions

Json = dict[str, Any]
Asked = tuple[str, int, int, bool]
"""A step, the die of its command, the minutes since the act before, and whether a provider acts."""

NAMES = sorted(set(ANY) - {"record-death"}) * 3 + ["record-death"]
DICE = 10**6
MINUTES = (10, 60, 1440, 1440 * 14)
SHORTEST, LONGEST = 3, 14
FINDS = 20
"""More than `find-work` can find about one person in these stories."""
acts = st.tuples(st.sampled_from(NAMES), st.integers(0, DICE), st.sampled_from(MINUTES), st.booleans())


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


@settings(max_examples=depth(20, 60))
@given(beginning=st.integers(0, 3), sequence=st.lists(acts, min_size=SHORTEST, max_size=LONGEST))
def test_no_sequence_moves_a_resource_where_it_cannot_go(
    beginnings: tuple[Stage, ...], beginning: int, sequence: list[Asked]
) -> None:
    found = _forked(beginnings[beginning])
    _told(found, sequence)
    assert list(_wrong(found.backend)) == []


@pytest.mark.deep
def test_the_sequences_move_much(beginnings: tuple[Stage, ...]) -> None:
    """What such sequences never move, they cannot prove anything of: some of the same kind, the same at every run."""
    die = Random(1)
    moved: set[str] = set()
    for number in range(90):
        found = _forked(beginnings[number % len(beginnings)])
        before = Counter(_moves(found.backend))
        _told(found, [_thrown(die) for _ in range(die.randint(SHORTEST, LONGEST))])
        moved |= (Counter(_moves(found.backend)) - before).keys()
        assert list(_wrong(found.backend)) == []
    assert {one.partition(":")[0] for one in moved} >= {"CarePlan", "Goal", "Task"}, moved
    assert len(moved) >= 12, moved


def _thrown(die: Random) -> Asked:
    return die.choice(NAMES), die.randint(0, DICE), die.choice(MINUTES), die.random() < 0.5


def _told(found: Stage, sequence: list[Asked]) -> None:
    now = NOW
    for name, seed, minutes, provider in sequence:
        now += timedelta(minutes=minutes)
        _asked(found, name, seed, now, provider)


def _back_in_hospital(found: Stage) -> None:
    transitions.opened(found)
    transitions.readmitted(found)


def _forked(found: Stage) -> Stage:
    fork = found.backend.fork()
    assert fork is not None
    return replace(found, backend=fork)


def _asked(found: Stage, name: str, seed: int, now: datetime, provider: bool) -> None:
    """Asked for, carried out or refused, and asked for again: the second time nothing is written.

    `find-work` writes one find at a time: it is asked for until nothing is left, and then writes nothing.
    """
    command = ANY[name](Chance(found, seed, now))
    occasion = found.occasion(now, found.physician if provider else found.nurse)
    server = found.backend.server()
    result = found.backend.run(runner.run(step_for(command), command, occasion, server))
    assert isinstance(result, Done | Refused | Conflict), (name, result)
    if isinstance(result, Done):
        again = found.backend.run(runner.run(step_for(command), command, occasion, server))
        for _ in range(FINDS if name == "find-work" else 0):
            if isinstance(again, Done) and again.by != "an earlier run":
                again = found.backend.run(runner.run(step_for(command), command, occasion, server))
        assert isinstance(again, Done | Refused), (name, again)
        assert not isinstance(again, Done) or again.by == "an earlier run", (name, again)


def _versions(backend: Backend) -> Iterator[tuple[str, Json, Json]]:
    """Every two versions that followed each other on the server, with their type."""
    assert backend.sandbox is not None
    for type_, records in backend.sandbox._store.types.items():
        for one in records.values():
            for was, becomes in pairwise(version.resource or {} for version in one.versions):
                yield type_, was, becomes


def _wrong(backend: Backend) -> Iterator[str]:
    """Every change of status on the server that the table does not have; what a retraction wrote may go back."""
    retractions = tuple(f"{key}/" for key in _retractions(backend))
    for type_, was, becomes in _versions(backend):
        new = set(_marks(becomes)) - set(_marks(was))
        released = any(mark.startswith(retractions) for mark in new)
        reason = impossible(type_, f"{type_}/{was.get('id')}", was, becomes, released=released)
        if reason:
            yield reason


def _retractions(backend: Backend) -> set[str]:
    """The keys of all acts that would take back an act on the server."""
    receipts = backend.search("Provenance?_count=1000")
    keys = {key for one in receipts for key in tags_of(one, ACT_KEY)}
    patients = [f"Patient/{one['id']}" for one in backend.search("Patient?_count=200")]
    return {retraction(patient, key).key for patient in patients for key in keys}


def _marks(resource: Json) -> Iterator[str]:
    return marks_of(Record(encode(resource))) if resource.get("resourceType") else iter(())


def _moves(backend: Backend) -> Iterator[str]:
    """Every change of status on the server, in words."""
    for type_, was, becomes in _versions(backend):
        element = STATUS.get(type_, ("status", frozenset()))[0]
        if type_ in MOVES and was.get(element) != becomes.get(element):
            yield f"{type_}: {was.get(element)} to {becomes.get(element)}"


def test_what_is_taken_back_goes_the_way_it_came() -> None:
    """And no other way: a completed Task is not received again, because no step takes one from there."""
    task = {"resourceType": "Task", "id": "t", "meta": {"versionId": "1"}, "status": "failed", "intent": "order"}
    for status, why in (("on-hold", ""), ("draft", "Task/t is failed and cannot become draft")):
        change = replace(amend("part", Record(encode(task)), "back", put("status", status)), releases=True)
        assert considering.impossible_moves(Plan((change,))) == ((why,) if why else ())


def test_a_step_that_would_is_refused_by_name() -> None:
    """A wrong step of ours, not a wrong command: the runner holds it."""
    task = {"resourceType": "Task", "id": "t", "meta": {"versionId": "1"}, "status": "completed", "intent": "order"}
    change = amend("part", Record(encode(task)), "again", put("status", "requested"))
    assert considering.impossible_moves(Plan((change,))) == ("Task/t is completed and cannot become requested",)
