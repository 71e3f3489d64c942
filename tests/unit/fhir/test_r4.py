"""The strict look at what we are about to write: paths and rules, no values (rules R5, R9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from carefhir.fhir.r4 import objections

TASK: dict[str, Any] = {"resourceType": "Task", "status": "requested", "intent": "order"}
PLAN: dict[str, Any] = {
    "resourceType": "CarePlan",
    "status": "active",
    "intent": "plan",
    "subject": {"reference": "Patient/1"},
    "activity": [{"detail": {"status": "in-progress", "description": "walk"}}],
}


@pytest.mark.parametrize("resource", [TASK, PLAN, {**TASK, "restriction": {"repetitions": 1}}])
def test_what_r4_allows_may_be_written(resource: dict[str, Any]) -> None:
    assert objections(resource) == ()


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ({**TASK, "status": "Rosa"}, "Task.status"),
        ({"resourceType": "Task", "status": "requested"}, "Task.intent"),
        ({**TASK, "Rosa": 1}, "Task.Rosa"),
        ({**TASK, "authoredOn": "Rosa"}, "Task.authoredOn"),
        ({**PLAN, "subject": "Rosa"}, "CarePlan.subject"),
        ({"resourceType": "Nonsense"}, "Nonsense is not a resource type"),
        ({}, "a resource without type"),
    ],
)
def test_what_it_does_not_is_named_by_path_and_rule(resource: dict[str, Any], path: str) -> None:
    found = objections(resource)
    assert found
    assert any(path in one for one in found)
    assert "Rosa" not in " ".join(found).replace("Task.Rosa", "")


def test_digits_are_no_objection() -> None:
    quantity = {"value": Decimal("1.50"), "unit": "mg"}
    code = {"coding": [{"system": "s", "code": "c"}]}
    resource = {"resourceType": "Observation", "status": "final", "code": code, "valueQuantity": quantity}
    assert objections(resource) == ()
