"""Trials of writing: what they tell of weak servers, and that nothing is left that was not announced."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from carefhir.doctor.probe import Observed
from carefhir.doctor.probe_writes import Left, leaves, trial_type, try_writes
from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.sandbox import Knobs
from tests.support.backends import Backend, sandbox_backend

SYSTEM = "https://carefhir.org/fhir/sid/trial"


def tried(backend: Backend, mark: str = "a-mark") -> tuple[dict[str, Observed], Left]:
    observed, left = backend.run(try_writes(backend.capabilities, Home.at(backend.base), SYSTEM, mark))
    return {one.name: one for one in observed}, left


def test_a_sound_server() -> None:
    found, left = tried(sandbox_backend())
    told = {name: one.holds for name, one in found.items()}
    assert told == {
        "conditional create": True,
        "unknown element": False,
        "tag kept": True,
        "reference version": True,
        "If-Match": True,
        "transaction": True,
        "found at once": True,
        "receipt": True,
        "receipt once": True,
    }
    assert [one.partition("/")[0] for one in left.marked] == ["Task"] * 5
    assert [one.partition("/")[0] for one in left.standing] == ["Provenance"]


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        (Knobs(conditional_create=False, boasts=True), {"conditional create": False, "receipt once": False}),
        (Knobs(if_match=False, boasts=True), {"If-Match": False, "transaction": True}),
        (Knobs(transaction=False, boasts=True), {"transaction": False, "If-Match": True}),
        (Knobs(status_stale=409), {"If-Match": True, "transaction": True}),
        (Knobs(search_cache_seconds=3600), {"found at once": False, "conditional create": True}),
        (Knobs(tags_searchable=False), {"receipt": False}),
    ],
)
def test_weak_servers(knobs: Knobs, expected: dict[str, bool]) -> None:
    found, _ = tried(sandbox_backend(knobs))
    assert {name: found[name].holds for name in expected} == expected


@pytest.mark.parametrize(
    "knobs",
    [
        Knobs(),
        Knobs(conditional_create=False),
        Knobs(if_match=False, transaction=False),
        Knobs(search_cache_seconds=3600),
        Knobs(no_create=frozenset({"Task"})),
        Knobs(read_only=frozenset({"Provenance"})),
        Knobs(lenient=True, tags_searchable=False),
    ],
)
def test_what_is_left_is_what_was_announced(knobs: Knobs) -> None:
    backend = sandbox_backend(knobs)
    announced = " ".join(leaves(backend.capabilities))
    _, left = tried(backend)
    for type_ in ("Task", "Basic", "Provenance"):
        stand = backend.search(type_)
        assert (type_ in announced) or not stand
        if type_ == "Task":
            assert {one["status"] for one in stand} <= {"entered-in-error"}
            assert len(stand) <= 9
        names = {f"{type_}/{one['id']}" for one in stand}
        assert names == {one for one in (*left.marked, *left.standing) if one.startswith(f"{type_}/")}


def test_two_trials_do_not_meet() -> None:
    backend = sandbox_backend()
    first, second = tried(backend, "one")[1], tried(backend, "two")[1]
    assert not set(first.marked) & set(second.marked)


def test_another_type_where_tasks_cannot_be_written() -> None:
    backend = sandbox_backend(Knobs(absent=frozenset({"Task"})))
    assert trial_type(backend.capabilities) == "Basic"
    found, left = tried(backend)
    assert found["conditional create"].holds is True
    assert found["If-Match"].holds is True
    assert {one.partition("/")[0] for one in left.standing} == {"Basic", "Provenance"}


def test_nothing_to_try_with_writes_nothing() -> None:
    backend = sandbox_backend(Knobs(read_only=frozenset({"Task", "Basic"})))
    assert leaves(backend.capabilities) == ()
    found, left = tried(backend)
    assert (found["create"].holds, left) == (None, Left())
    assert backend.search("Provenance") == []


def spoiled(match: Callable[[Request], bool], answer: Response | Failure, *, carried_out: bool = False) -> Backend:
    backend = sandbox_backend()
    real = backend.exchange

    def exchange(one: Request) -> Response | Failure:
        if not match(one):
            return real(one)
        if carried_out:
            real(one)
        return answer

    backend.exchange = exchange
    return backend


def test_a_create_that_is_refused_ends_the_trial() -> None:
    found, left = tried(spoiled(lambda one: one.method == "POST" and one.target == "Task", Response(403)))
    assert set(found) == {"create"}
    assert (found["create"].holds, found["create"].value, left) == (False, "Task", Left())


def test_what_was_carried_out_without_an_answer_is_cleared_up_too() -> None:
    lost = Failure("broken", True)
    backend = spoiled(lambda one: one.method == "POST" and one.target == "Task", lost, carried_out=True)
    _, left = tried(backend)
    assert {one["status"] for one in backend.search("Task")} == {"entered-in-error"}
    assert len(left.marked) == 1


def test_a_server_that_only_says_that_it_rolled_back() -> None:
    """A transaction that answers 409 and keeps its create all the same."""
    backend = sandbox_backend()
    real = backend.exchange

    def exchange(one: Request) -> Response | Failure:
        answer = real(one)
        if one.target == "" and isinstance(answer, Response) and answer.status == 412:
            (entry, _) = json.loads(one.body)["entry"]
            backend.create(entry["resource"])
        return answer

    backend.exchange = exchange
    found, left = tried(backend)
    assert found["transaction"].holds is False
    assert "its create was kept" in found["transaction"].answered
    assert len(left.marked) == 6


def test_what_cannot_be_amended_stays_and_is_named() -> None:
    found, left = tried(spoiled(lambda one: one.method == "PUT", Response(500)))
    assert found["update"].holds is False
    assert left.marked == ()
    assert [one.partition("/")[0] for one in left.standing].count("Task") == 5


def test_strict_servers_refuse_an_unknown_element() -> None:
    def odd(one: Request) -> bool:
        return b"carefhirNoSuchElement" in one.body

    found, _ = tried(spoiled(odd, Response(400)))
    assert found["unknown element"].holds is True
    assert found["tag kept"].holds is True
