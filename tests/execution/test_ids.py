"""An id tells no time and no rank: the same story with ids that rise, that fall, or that are in no order says the same,
but for the order of a list."""

from __future__ import annotations

import re

import pytest

from carefhir.sandbox import Knobs
from tests.execution.test_kill import act, stands
from tests.support.backends import sandbox_backend
from tests.support.graph import graph
from tests.support.scenarios import FEW, Scenario


def words(scenario: Scenario, knobs: Knobs) -> list[list[str]]:
    """What stands after the story, a list of words for each resource: without ids and links, in whatever order."""
    found = scenario.staged(sandbox_backend(knobs))
    assert stands(act(found, scenario, "transaction", found.backend))
    bare = (re.sub(r"-> (\w+) [0-9a-f]{16}", r"\1", line) for line in graph(found.backend, found.patient))
    return sorted(sorted(re.findall(r"[\w%-]+(?:\.\w+)*", line)) for line in bare)


@pytest.mark.parametrize("ids", ["falling", "scattered"])
@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_an_id_tells_no_time(scenario: Scenario, ids: str) -> None:
    assert words(scenario, Knobs(ids=ids)) == words(scenario, Knobs())  # type: ignore[arg-type]
