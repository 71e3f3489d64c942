"""R3: killed after any exchange, or with any answer lost, and run again: the graph of the undisturbed run.

Runs over the catalogue by itself. On the sandbox every scenario is stopped after every exchange in turn, by transaction
and by single writes; after some of them where a run goes less deep (`scripts/test` without `--deep`). On HAPI one
scenario of every step, and those marked `hapi`, are stopped after exchanges that write: a transaction, and up to `MOST`
of the single writes, the first, the last and others evenly between.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, tzinfo
from typing import Literal

import pytest

from carefhir.catalog import STEPS, step_for
from carefhir.engine import runner
from carefhir.engine.results import Done, Refused, Result
from carefhir.fhir.commit import CommitWay
from carefhir.sandbox import Knobs
from tests.support.backends import Backend, Interrupted, Killed, sandbox_backend
from tests.support.deep import depth, some
from tests.support.faults import Proxy
from tests.support.graph import graph
from tests.support.scenarios import CASES, SCENARIOS, SOME, Scenario, Stage, with_each
from tests.support.tables import Tally

WAYS: tuple[CommitWay, ...] = ("transaction", "single writes")
MOST = 3
ABILITIES = {
    "transaction": "transactions, conditional creates, If-Match",
    "single writes": "conditional creates, If-Match",
}
STOPPED = "stopped, or an answer lost, then run again: the graph of the undisturbed run"
Driver = Backend | Interrupted | Proxy
How = Literal["killed after", "answer lost"]


def act(
    found: Stage, scenario: Scenario, way: CommitWay, driver: Driver, minutes: int = 0, zone: tzinfo | None = None
) -> Result:
    """Runs the act; a resumed run may come from another zone, a laptop's or a server's."""
    command = scenario.command(found)
    now = scenario.now + timedelta(minutes=minutes)
    occasion = found.occasion(now.astimezone(zone) if zone else now)
    return driver.run(runner.run(step_for(command), command, occasion, found.backend.server(commit=way)))


def stands(result: Result) -> bool:
    """Done, or refused for its form with what protects the patient written."""
    return isinstance(result, Done) or (isinstance(result, Refused) and result.kept is not None)


def points(places: list[int], most: int) -> list[int]:
    """Where to stop: everywhere, or at `most` places from the first to the last."""
    if len(places) <= most:
        return places
    return sorted({places[round(n * (len(places) - 1) / (most - 1))] for n in range(most)})


def stops(undisturbed: Interrupted) -> list[int]:
    """Where to stop on a sandbox: after every exchange; or less deep: after the first and the last write."""
    everywhere = list(range(1, undisturbed.count + 1))
    return depth(points(undisturbed.writes, 2), everywhere)


def test_the_points_reach_from_the_first_to_the_last() -> None:
    assert points([4, 7], 3) == [4, 7]
    assert points([4, 7, 8, 9, 12], 3) == [4, 8, 12]


def test_every_step_has_a_scenario() -> None:
    assert {one.name for one in STEPS} == {one.step for one in SCENARIOS}


@pytest.mark.parametrize(
    ("backend", "scenario", "way", "how"), with_each(CASES, WAYS, ("killed after", "answer lost")), indirect=["backend"]
)
def test_the_graph_of_the_undisturbed_run(
    backend: Backend, scenario: Scenario, way: CommitWay, how: How, tally: Tally
) -> None:
    calm = scenario.begun(backend)
    backend = calm.backend
    before = backend.fork()

    def staged() -> Stage:
        """The same story up to the act: a copy of the sandbox, or on another server another person's."""
        fork = before.fork() if before else None
        return replace(calm, backend=fork) if fork else scenario.staged(backend)

    count = Interrupted(backend, 0, "never")
    assert stands(act(calm, scenario, way, count))
    wanted = graph(backend, calm.patient)
    assert count.count >= 2

    for at in stops(count) if before else points(count.writes, MOST):
        resumed(scenario, way, staged(), wanted, at=at, of=count.count, how=how)
        tally.add("guarantees", row=ABILITIES[way], column=STOPPED, how="held")


WITHOUT_HISTORY = [scenario for scenario in some(SOME, 4) if not scenario.rests_on_history]


@pytest.mark.parametrize("scenario", WITHOUT_HISTORY, ids=lambda scenario: scenario.name)
def test_a_server_without_history(scenario: Scenario, tally: Tally) -> None:
    """Amended records cannot be read back as they were: the act knows its own work by its marks alone."""
    told = scenario.begun(sandbox_backend())
    calm = replace(told, backend=told.backend.otherwise(Knobs(history=False)))
    before = calm.backend.fork()
    assert before is not None
    count = Interrupted(calm.backend, 0, "never")
    assert stands(act(calm, scenario, "single writes", count))
    wanted = graph(calm.backend, calm.patient)
    for at in depth(points(count.writes, 2), count.writes):
        fork = before.fork()
        assert fork is not None
        staged = replace(calm, backend=fork)
        resumed(scenario, "single writes", staged, wanted, at=at, of=count.count, how="killed after")
        tally.add("guarantees", row="conditional creates, If-Match; no history", column=STOPPED, how="held")


def resumed(scenario: Scenario, way: CommitWay, found: Stage, wanted: list[str], *, at: int, of: int, how: How) -> None:
    """Stops the act at an exchange, runs it again, and compares what stands with the undisturbed run."""
    driver = Interrupted(found.backend, at, how)
    try:
        result = act(found, scenario, way, driver)
        assert stands(result), (at, result)
        told = result.kept if isinstance(result, Refused) else result
        assert isinstance(told, Done)
        assert told.by == "us", (at, "written by this run, whatever answer was lost")
    except Killed:
        pass
    again = act(found, scenario, way, found.backend, minutes=7, zone=UTC if at % 2 else None)
    assert stands(again), (at, again)
    assert graph(found.backend, found.patient) == wanted, f"after exchange {at} of {of}"
    third = act(found, scenario, way, found.backend, minutes=9)
    stood = third.kept if isinstance(third, Refused) else third
    assert isinstance(stood, Done), (at, third)
    assert stood.by == "an earlier run"
