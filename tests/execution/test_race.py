"""R3, R4: many at once. One act, fifty runs: one graph, and every caller told the truth; where single conditional
creates at once make several, one of each stands. A version moved between gather and commit. Two people's different
changes. On real servers, HAPI with its search cache on and off."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from carefhir.catalog import step_for
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Done, Refused, Result
from carefhir.engine.step import Command
from carefhir.fhir.codec import encode
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record
from carefhir.fhir.wire import Request, together
from carefhir.fhir.withdrawn import withdrawn
from carefhir.transport.requests_driver import RequestsDriver
from tests.execution.test_shapes import one_of_each
from tests.support.backends import Backend, http_backend
from tests.support.graph import canonical_graph, everything, graph
from tests.support.hapi import running
from tests.support.real_servers import real
from tests.support.scenarios import CASES, SCENARIOS, Scenario, Stage, enroll, stage, with_each


@pytest.fixture(scope="module")
def uncached(base_of: Callable[[str], str]) -> Iterator[Backend]:
    """A second HAPI, its search cache off. (Asking for the first one makes sure that HAPI is wanted.)"""
    assert base_of("hapi")
    with running(search_cache=False) as base:
        yield http_backend(base, "hapi without search cache")


@pytest.fixture(params=[*real(), pytest.param("uncached", marks=pytest.mark.hapi)])
def contended(request: pytest.FixtureRequest, backend_of: Callable[[str], Backend]) -> Backend:
    """A real server, whose runs are processes to it: they come over connections of their own."""
    if request.param == "uncached":
        found: Backend = request.getfixturevalue("uncached")
        return found
    return backend_of(request.param)


def at_once(found: Stage, scenario: Scenario, commands: list[Command], way: CommitWay) -> list[Result]:
    """Runs of separate processes, as far as the server can tell: each its own connections and no shared lock."""
    gate = threading.Barrier(len(commands))

    def one(command: Command) -> Result:
        with RequestsDriver(Home.at(found.backend.base), lanes=1, timeout=(5.0, 120.0)) as driver:
            server = replace(found.backend.server(commit=way), jitter=random.random, budget=60.0)
            gate.wait()
            result: Result = driver.run(runner.run(step_for(command), command, found.occasion(scenario.now), server))
            return result

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(one, commands))


@pytest.mark.parametrize("way", ["transaction", "single writes"])
@pytest.mark.parametrize(
    "scenario",
    [
        s
        for s in SCENARIOS
        if s.name in ("enroll", "home from hospital", "answers that were asked for, item 9 positive")
    ],
    ids=lambda s: s.step,
)
def test_fifty_runs_of_one_act_leave_one_graph(contended: Backend, scenario: Scenario, way: CommitWay) -> None:
    calm = scenario.staged(contended)
    contended.run(
        runner.run(
            step_for(scenario.command(calm)), scenario.command(calm), calm.occasion(scenario.now), contended.server()
        )
    )
    wanted = graph(contended, calm.patient)

    found = scenario.staged(contended)
    count = 50 if way == "transaction" else 12
    results = at_once(found, scenario, [scenario.command(found)] * count, way)

    assert all(isinstance(one, Done) for one in results), Counter(type(one).__name__ for one in results)
    ours = [one for one in results if isinstance(one, Done) and one.by == "us"]
    if way == "transaction" or contended.capabilities.one_of_each:
        assert graph(contended, found.patient) == wanted
        assert len({one.receipt for one in results if isinstance(one, Done)}) == 1
        assert len(ours) == 1, Counter(one.by for one in results if isinstance(one, Done))
    else:
        assert ours
        one_of_each(found)
        assert standing(found) == set(wanted)


def standing(found: Stage) -> set[str]:
    """What is not withdrawn, each line of the graph once: receipts cannot be withdrawn, and say the same."""
    resources = everything(found.backend, found.patient)
    return set(canonical_graph([one for one in resources if not withdrawn(Record(encode(one)))]))


@pytest.mark.parametrize(
    ("backend", "scenario", "way"), with_each(CASES, ("transaction", "single writes")), indirect=["backend"]
)
def test_three_runs_in_lockstep_leave_one_graph(backend: Backend, scenario: Scenario, way: CommitWay) -> None:
    """All gather before any commits: the receipt protects nobody, only the conditions on each create do."""
    calm = scenario.begun(backend)
    command = scenario.command(calm)
    calm.backend.run(runner.run(step_for(command), command, calm.occasion(scenario.now), calm.backend.server()))
    wanted = graph(calm.backend, calm.patient)

    found = scenario.begun(backend)
    command = scenario.command(found)
    server = found.backend.server(commit=way)
    flows = [runner.run(step_for(command), command, found.occasion(scenario.now), server) for _ in range(3)]
    results: list[Result] = found.backend.run(together(flows))
    assert graph(found.backend, found.patient) == wanted
    told = [one.kept if isinstance(one, Refused) else one for one in results]
    assert all(isinstance(one, Done) for one in told), results
    assert sum(one.by == "us" for one in told if isinstance(one, Done)) == 1


def test_two_people_enrolling_differently_at_once(contended: Backend) -> None:
    """One enrolment stands, whole; the others are told that theirs does not."""
    scenario = SCENARIOS[0]
    found = stage(contended, "rosa")
    social_worker = contended.find("Practitioner", "social-worker")
    commands: list[Command] = [
        enroll(found),
        enroll(found, care_manager=social_worker, care_manager_discipline="SW"),
    ] * 6
    results = at_once(found, scenario, commands, "transaction")

    stands = everything(contended, found.patient)
    episode = [one for one in stands if one["resourceType"] == "EpisodeOfCare"]
    team = [one for one in stands if one["resourceType"] == "CareTeam"]
    assert len(episode) == len(team) == 1
    manager = episode[0]["careManager"]["reference"]
    assert team[0]["participant"][0]["member"]["reference"] == manager
    for command, result in zip(commands, results, strict=True):
        mine = command.care_manager == manager  # type: ignore[attr-defined]
        assert isinstance(result, Done if mine else Conflict | Refused), (mine, result)


def touch(backend: Backend, reference: str) -> None:
    """Somebody else edits a resource."""
    resource = backend.get(reference)
    resource.setdefault("note", []).append({"text": "changed by somebody else"})
    backend.put(resource)


@pytest.mark.parametrize("way", ["transaction", "single writes"])
def test_a_version_moved_between_gather_and_commit(backend: Backend, way: CommitWay) -> None:
    """The assigned Task is edited after we read it: decided again, and the edit survives."""
    scenario = next(one for one in SCENARIOS if "asked for" in one.name)
    found = scenario.staged(backend)
    command = scenario.command(found)
    task = next(one for one in everything(backend, found.patient) if one.get("code", {}).get("text") == "please answer")
    name = f"Task/{task['id']}"
    edited = []

    def meddling(request: Request) -> object:
        writes = request.method == "PUT" or (request.method == "POST" and b'"transaction"' in request.body)
        if writes and not edited:
            edited.append(True)
            touch(backend, name)
        return backend.exchange(request)

    other = replace_exchange(backend, meddling)
    result = other.run(runner.run(step_for(command), command, found.occasion(scenario.now), backend.server(commit=way)))
    assert isinstance(result, Done), result
    now = backend.get(name)
    assert edited
    assert now["status"] == "completed"
    assert now["note"][0]["text"] == "changed by somebody else"


@pytest.mark.parametrize("way", ["transaction", "single writes"])
def test_a_version_moved_where_the_person_must_be_asked(backend: Backend, way: CommitWay) -> None:
    """The same with a step that says so: a conflict with both versions, and nothing overwritten."""
    scenario = next(one for one in SCENARIOS if "asked for" in one.name)
    found = scenario.staged(backend)
    command = scenario.command(found)
    task = next(one for one in everything(backend, found.patient) if one.get("code", {}).get("text") == "please answer")
    name = f"Task/{task['id']}"

    def meddling(request: Request) -> object:
        if request.method == "PUT" or (request.method == "POST" and b'"transaction"' in request.body):
            touch(backend, name)
        return backend.exchange(request)

    other = replace_exchange(backend, meddling)
    step = replace(step_for(command), when_stale="ask the person")
    result = other.run(runner.run(step, command, found.occasion(scenario.now), backend.server(commit=way)))
    assert isinstance(result, Conflict), result
    moved = {one.reference: one for one in result.moved}
    assert moved[name].had == task["meta"]["versionId"]
    assert int(moved[name].now) > int(moved[name].had)
    assert backend.get(name)["status"] == "requested"


def replace_exchange(backend: Backend, exchange: object) -> Backend:
    made = object.__new__(Backend)
    made.name, made.base, made.capabilities = backend.name, backend.base, backend.capabilities
    made.exchange = exchange  # type: ignore[assignment]
    return made
