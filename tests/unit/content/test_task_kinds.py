"""Kinds of Task say how they are settled: by a step that exists, or else by anybody who may, with `resolve`."""

from __future__ import annotations

from carefhir.catalog import STEPS
from carefhir.codes import SUPERVISED, TASK
from carefhir.content.loading import load


def test_every_step_that_settles_a_kind_of_task_exists() -> None:
    steps = {step.name for step in STEPS}
    kinds = load().concepts(TASK)
    unknown = {code: kind.properties.get("settledBy") for code, kind in kinds.items()}
    assert {code: step for code, step in unknown.items() if step and step not in steps} == {}


def test_every_action_that_closing_needs_is_in_the_supervision_table() -> None:
    content = load()
    actions = content.concepts(SUPERVISED)
    needed = {kind.properties.get("closedBy", "close-work") for kind in content.concepts(TASK).values()}
    assert needed <= set(actions)
