"""Each step on real servers: what stands there is what stands on the sandbox, and the act run again is done already."""

from __future__ import annotations

import pytest

from carefhir.engine.results import Done, Refused
from tests.execution.test_kill import act, stands
from tests.support.backends import Backend, sandbox_backend
from tests.support.graph import graph
from tests.support.scenarios import SCENARIOS, Scenario, scenarios_on

KEEPS_TAGS = {
    ("hapi", "a corrected discharge"),
    ("hapi", "a visit is booked for a referral"),
    ("hapi", "the tier as the rules give it now"),
}
"""HAPI keeps tags that an amendment leaves out (`tags-after-put` in the ledger): a Task whose last day has moved has
the tag of the earlier day, too."""


def acted(scenario: Scenario, backend: Backend) -> list[str]:
    """The story and its act, twice: the second time nothing is written."""
    found = scenario.begun(backend)
    first = act(found, scenario, "transaction", found.backend)
    assert stands(first), first
    after = graph(found.backend, found.patient)
    again = act(found, scenario, "transaction", found.backend, minutes=5)
    told = again.kept if isinstance(again, Refused) else again
    assert isinstance(told, Done), again
    assert told.by == "an earlier run"
    assert graph(found.backend, found.patient) == after
    return after


@pytest.mark.parametrize("scenario", scenarios_on("a real server"), ids=lambda scenario: scenario.name)
def test_a_step_leaves_what_it_leaves_on_the_sandbox(scenario: Scenario, real_server: Backend) -> None:
    theirs = acted(scenario, real_server)
    ours = acted(scenario, sandbox_backend())
    assert (theirs == ours) != ((real_server.name, scenario.name) in KEEPS_TAGS)


def test_the_stories_are_one_of_each_step_and_more() -> None:
    assert {one.step for one in scenarios_on("a real server")} == {one.step for one in SCENARIOS}
