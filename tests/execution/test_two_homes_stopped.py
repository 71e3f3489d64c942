"""R3, R7: stopped between an EHR and its companion, and run again."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from carefhir.engine.results import Done, Refused
from tests.execution.test_kill import points
from tests.execution.test_two_homes import acted, stands
from tests.support.backends import Interrupted, Killed
from tests.support.deep import depth, some
from tests.support.scenarios import FIRST_OF_EACH_STEP, Scenario
from tests.support.two_homes import two_homes

STOPPED = [one for one in some(FIRST_OF_EACH_STEP, 12) if not one.rests_on_history]
MOST = 6
"""Exchanges after which a story is stopped: a step asks an EHR thirty things."""


@pytest.mark.parametrize("scenario", STOPPED, ids=lambda one: f"{one.step}: {one.name}")
def test_stopped_and_run_again(scenario: Scenario) -> None:
    """Killed after an exchange with either server, or the answer lost: the graph of the undisturbed run."""
    calm = scenario.staged(two_homes())
    before = calm.backend.fork()
    assert before is not None
    count = Interrupted(calm.backend, 0, "never")
    result = acted(calm, scenario, count)
    if not isinstance(result, Done) and not (isinstance(result, Refused) and result.kept):
        return
    wanted = stands(calm)
    spread = points(sorted({*count.writes, *range(1, count.count + 1, 7)}), MOST)
    for at in depth(count.writes[:2], spread):
        for how in ("killed after", "answer lost"):
            fork = before.fork()
            assert fork is not None
            found = replace(calm, backend=fork)
            with contextlib.suppress(Killed):
                acted(found, scenario, Interrupted(fork, at, how))
            acted(found, scenario)
            assert stands(found) == wanted, (at, how)
