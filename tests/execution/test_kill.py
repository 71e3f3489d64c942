"""R3: killed after any exchange, or with any answer lost, and run again: the graph of the undisturbed run.

Runs over the catalogue by itself: every step has scenarios, every scenario is stopped after every exchange in turn, by
transaction and by single writes, on the sandbox; and on HAPI at every exchange of a transaction, and of single writes
at up to `MOST` of them, the first, the last and others evenly between (a plan of thirty resources has sixty).
"""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo
from typing import Literal

import pytest

from carefhir import runner
from carefhir.catalog import STEPS, step_for
from carefhir.fhir.commit import CommitWay
from carefhir.results import Done, Refused, Result
from tests.support.backends import Backend, Interrupted, Killed
from tests.support.graph import graph
from tests.support.scenarios import SCENARIOS, Scenario, Stage

WAYS: tuple[CommitWay, ...] = ("transaction", "single writes")
MOST = 8
Driver = Backend | Interrupted


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


def points(exchanges: int, most: int) -> list[int]:
    """Where to stop: at every exchange, or at `most` of them from the first to the last."""
    if exchanges <= most:
        return list(range(1, exchanges + 1))
    return sorted({1 + round(n * (exchanges - 1) / (most - 1)) for n in range(most)})


def test_the_points_reach_from_the_first_to_the_last() -> None:
    assert points(3, 8) == [1, 2, 3]
    assert points(61, 8) == [1, 10, 18, 27, 35, 44, 52, 61]


def test_every_step_has_a_scenario() -> None:
    assert {one.name for one in STEPS} == {one.step for one in SCENARIOS}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
@pytest.mark.parametrize("how", ["killed after", "answer lost"])
def test_the_graph_of_the_undisturbed_run(
    backend: Backend, scenario: Scenario, way: CommitWay, how: Literal["killed after", "answer lost"]
) -> None:
    calm = scenario.staged(backend)
    count = Interrupted(backend, 0, "never")
    assert stands(act(calm, scenario, way, count))
    wanted = graph(backend, calm.patient)
    assert count.count >= 2

    for at in points(count.count, MOST if backend.name == "hapi" else count.count):
        found = scenario.staged(backend)
        driver = Interrupted(backend, at, how)
        try:
            result = act(found, scenario, way, driver)
            assert stands(result), (at, result)
            told = result.kept if isinstance(result, Refused) else result
            assert isinstance(told, Done)
            assert told.by == "us", (at, "written by this run, whatever answer was lost")
        except Killed:
            pass
        again = act(found, scenario, way, backend, minutes=7, zone=UTC if at % 2 else None)
        assert stands(again), (at, again)
        assert graph(backend, found.patient) == wanted, f"after exchange {at} of {count.count}"
        third = act(found, scenario, way, backend, minutes=9)
        before = third.kept if isinstance(third, Refused) else third
        assert isinstance(before, Done), (at, third)
        assert before.by == "an earlier run"
