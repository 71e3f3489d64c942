"""Trials of writing: what they tell of weak servers, and that nothing is left that was not announced."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from carefhir import catalog
from carefhir.doctor.bench import trial_type
from carefhir.doctor.probe import Observed
from carefhir.doctor.probe_bundles import SIZES
from carefhir.doctor.probe_writes import RACERS, SINGLE_TRIALS, Left, leaves, try_writes
from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Answer, Ask, Failure, Request, Response, Wait
from carefhir.sandbox import Knobs
from tests.support.backends import Backend, sandbox_backend

SYSTEM = "https://carefhir.org/fhir/sid/trial"


TYPES = sorted({type_ for step in catalog.STEPS for type_ in step.creates})
MOST = sum(SIZES) + RACERS + SINGLE_TRIALS


def tried(backend: Backend, mark: str = "a-mark") -> tuple[dict[str, Observed], Left]:
    home = Home.at(backend.base)
    flow = try_writes(backend.capabilities, home, system=SYSTEM, mark=mark, types=TYPES)
    observed, left, _ = backend.run(flow)
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
        "race": True,
        "transaction size": True,
        "If-Match inside a transaction": True,
        "paged batch": True,
        "create of types": True,
    }
    made = [one.partition("/")[0] for one in left.marked]
    assert {one for one in made if one != "Task"} == set(TYPES) - {"Task"}
    assert sum(SIZES) < made.count("Task") <= MOST
    assert [one.partition("/")[0] for one in left.standing] == ["Provenance"]


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        (
            Knobs(conditional_create=False, boasts=True),
            {"conditional create": False, "receipt once": False, "race": False, "transaction": True},
        ),
        (Knobs(if_match=False, boasts=True), {"If-Match": False, "transaction": True}),
        (Knobs(atomic=False), {"transaction": False, "If-Match": True, "transaction size": True}),
        (Knobs(atomic=False, if_match=False, boasts=True), {"transaction": False, "If-Match": False}),
        (Knobs(atomic=False, conditional_create=False, boasts=True), {"transaction": False}),
        (Knobs(most_entries=8), {"transaction size": False, "transaction": True}),
        (Knobs(most_entries=9), {"transaction size": False, "transaction": True}),
        (Knobs(not_granted=frozenset({"Consent"})), {"create of types": False}),
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
            assert len(stand) <= MOST
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
    there = backend.search("Task")
    assert {one["status"] for one in there} == {"entered-in-error"}
    assert {f"Task/{one['id']}" for one in there} <= set(left.marked)


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
    answered = found["transaction"].answered
    assert "412 (conflict)" in answered
    assert answered.endswith("to one with a stale version, and the rest of it was written")
    assert {f"Task/{one['id']}" for one in backend.search("Task")} <= set(left.marked)


def test_what_cannot_be_amended_stays_and_is_named() -> None:
    backend = spoiled(lambda one: one.method == "PUT", Response(500))
    found, left = tried(backend)
    assert found["update"].holds is False
    standing = {one for one in left.standing if one.startswith("Task/")}
    assert standing == {f"Task/{one['id']}" for one in backend.search("Task") if one["status"] == "draft"}
    assert standing


def test_strict_servers_refuse_an_unknown_element() -> None:
    def odd(one: Request) -> bool:
        return b"carefhirNoSuchElement" in one.body

    found, _ = tried(spoiled(odd, Response(400)))
    assert found["unknown element"].holds is True
    assert found["tag kept"].holds is True


# -- as real servers were seen to be -----------------------------------------------------------------------------------


def answering(change: Callable[[Request, Callable[[Request], Response | Failure]], Response | Failure]) -> Backend:
    """A sandbox whose every exchange goes through a function."""
    backend = sandbox_backend()
    real = backend.exchange
    backend.exchange = lambda one: change(one, real)
    return backend


def test_creates_that_hold_one_after_the_other_and_not_at_once() -> None:
    """WSO2 FHIR 1.0, 2026-11: 12 conditional creates at once left 7."""
    keys: Counter[str] = Counter()

    def racing(one: Request, real: Callable[[Request], Response | Failure]) -> Response | Failure:
        match = dict(one.headers).get("If-None-Exist", "")
        keys[match] += bool(match)
        unheeded = tuple(each for each in one.headers if each[0] != "If-None-Exist")
        return real(replace(one, headers=unheeded) if one.target == "Task" and keys[match] in (3, 4) else one)

    found, _ = tried(answering(racing))
    assert (found["conditional create"].holds, found["race"].holds, found["race"].value) == (True, False, "3")


def test_a_stale_version_inside_a_transaction_answered_400() -> None:
    """Helios 0.2.7, 2026-11."""

    def helios(one: Request, real: Callable[[Request], Response | Failure]) -> Response | Failure:
        answer = real(one)
        stale = one.target == "" and isinstance(answer, Response) and answer.status == 412
        return Response(400) if stale else answer

    found, _ = tried(answering(helios))
    inside = found["If-Match inside a transaction"]
    assert (inside.holds, inside.value, found["transaction"].holds) == (False, "", True)


def test_a_stale_version_inside_a_transaction_is_written() -> None:
    def careless(one: Request, real: Callable[[Request], Response | Failure]) -> Response | Failure:
        if one.target or b"ifMatch" not in one.body:
            return real(one)
        bundle = json.loads(one.body)
        for entry in bundle["entry"]:
            entry["request"].pop("ifMatch", None)
        return real(replace(one, body=json.dumps(bundle).encode()))

    found, _ = tried(answering(careless))
    inside = found["If-Match inside a transaction"]
    assert (found["If-Match"].holds, inside.holds, inside.value) == (True, False, "written")


def large(one: Request) -> bool:
    return one.target == "" and one.body.count(b"ifNoneExist") >= 9


@pytest.mark.parametrize(
    ("answer", "carried_out", "transaction", "value"),
    [
        (Response(413), False, True, "8"),
        (Response(400), True, True, "8"),
        (Response(500), False, True, "none"),
        (Failure("timeout", True), False, True, ""),
    ],
)
def test_how_a_large_transaction_is_refused(
    answer: Response | Failure, carried_out: bool, transaction: bool, value: str
) -> None:
    found, left = tried(spoiled(large, answer, carried_out=carried_out))
    assert (found["transaction"].holds, found["transaction size"].value) == (transaction, value)
    assert len([one for one in left.marked if one.startswith("Task/")]) <= MOST


def test_a_part_of_a_large_transaction() -> None:
    """Carried out to the fifth entry, then an error."""

    def halfway(one: Request, real: Callable[[Request], Response | Failure]) -> Response | Failure:
        if not large(one):
            return real(one)
        bundle = json.loads(one.body)
        real(replace(one, body=json.dumps({**bundle, "entry": bundle["entry"][:5]}).encode()))
        return Response(500)

    found, _ = tried(answering(halfway))
    assert found["transaction"].holds is False
    assert "to 9 entries, of which 5 were written" in found["transaction"].answered


def test_what_is_found_only_later_is_waited_for() -> None:
    """Else "nothing was kept" would only mean that it is not found yet."""
    backend = sandbox_backend(Knobs(atomic=False))
    real, waits = backend.exchange, [0]

    def slow(one: Request) -> Response | Failure:
        searched = one.method == "GET" and one.target.startswith("Task?")
        return real(replace(one, target="Task?_id=nobody") if searched and waits[0] < 2 else one)

    backend.exchange = slow
    answer = backend.answer

    def waiting(one: Ask) -> Answer:
        waits[0] += isinstance(one, Wait) and one.seconds > 0
        return answer(one)

    backend.answer = waiting  # type: ignore[method-assign]
    found, _ = tried(backend)
    assert (found["found at once"].value, found["found at once"].answered) == (
        "late",
        "found only after 4 s, even with Cache-Control: no-cache",
    )
    assert found["transaction"].holds is False


def test_where_nothing_is_ever_found_nothing_is_believed() -> None:
    def never(one: Request, real: Callable[[Request], Response | Failure]) -> Response | Failure:
        return real(replace(one, target="Task?_id=nobody") if one.target.startswith("Task?") else one)

    found, left = tried(answering(never))
    assert (found["found at once"].holds, found["found at once"].value) == (False, "never")
    assert found["transaction"].holds is None
    assert found["race"].holds is None
    assert left.marked


def test_a_key_that_is_never_found_is_looked_for_by_its_tag() -> None:
    def by_tag_only(one: Request, real: Callable[[Request], Response | Failure]) -> Response | Failure:
        return real(replace(one, target="Task?_id=nobody") if one.target.startswith("Task?identifier") else one)

    found, _ = tried(answering(by_tag_only))
    assert (found["transaction"].holds, found["race"].holds) == (True, True)
