"""The page of steps, types and statuses cannot drift: what a story does is in its table."""

from __future__ import annotations

import pytest

from carefhir.catalog import STEPS
from carefhir.engine.step import AnyStep
from carefhir.lifecycle import impossible
from scripts.rendering.matrix import collected, declared
from tests.support.changes_made import NONE, changes_of
from tests.support.scenarios import SCENARIOS
from tests.support.stage import Scenario

ONE_OF_EACH = list({scenario.step: scenario for scenario in reversed(SCENARIOS)}.values())


@pytest.mark.parametrize("scenario", ONE_OF_EACH, ids=lambda one: one.step)
def test_what_a_story_does_is_in_the_table(scenario: Scenario) -> None:
    """If it fails: scripts/record-changes, then scripts/render-docs."""
    assert changes_of(scenario) <= set(collected()[scenario.step])


@pytest.mark.parametrize("step", STEPS, ids=lambda one: one.name)
def test_a_step_writes_only_what_it_declares_and_the_lifecycles_allow(step: AnyStep) -> None:
    rows = collected()[step.name]
    assert {type_ for type_, _, _ in rows} - {"Provenance"} <= declared(step)
    undo = step.name == "retract"
    for type_, was, becomes in rows:
        element = "lifecycleStatus" if type_ == "Goal" else "status"
        if was and was != NONE and type_ != "Condition":
            assert not impossible(type_, "it", {element: was}, {element: becomes}, released=undo)
