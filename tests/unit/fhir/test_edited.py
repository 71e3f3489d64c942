"""What an edit touches, as a table: every place down to the values, and what must be allowed for it."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.content import merge_rules
from carefhir.content.loading import load
from carefhir.fhir.edited import Touch, touched

Json = dict[str, Any]
RULES = merge_rules.read(load())
MEASURE = {"coding": [{"system": "s", "code": "a1c"}]}
WALK = {"code": {"coding": [{"system": "s", "code": "walk"}]}, "scheduledString": "daily"}
PILLS = {**WALK, "dailyAmount": {"value": 1, "unit": "tablet"}}

TOUCHES: dict[str, tuple[str, Json, Json, dict[str, set[str]]]] = {
    "a text": (
        "Goal",
        {"description": {"text": "a"}},
        {"description": {"text": "b"}},
        {"Goal.description.text": set()},
    ),
    "a text beside a measured target": (
        "Goal",
        {"description": {"text": "a"}, "target": [{"measure": MEASURE}]},
        {"description": {"text": "b"}, "target": [{"measure": MEASURE}]},
        {"Goal.description.text": {"clinical-target"}},
    ),
    "the day of a target": (
        "Goal",
        {"target": [{"measure": MEASURE, "dueDate": "2026"}]},
        {"target": [{"measure": MEASURE, "dueDate": "2027"}]},
        {"Goal.target.dueDate": set()},
    ),
    "a target that goes": (
        "Goal",
        {"target": [{"measure": MEASURE, "dueDate": "2026"}]},
        {},
        {
            "Goal.target.measure.coding.system": set(),
            "Goal.target.measure.coding.code": set(),
            "Goal.target.dueDate": set(),
        },
    ),
    "how often somebody walks": (
        "CarePlan",
        {"activity": [{"detail": WALK}]},
        {"activity": [{"detail": {**WALK, "scheduledString": "weekly"}}]},
        {"CarePlan.activity.detail.scheduled": set()},
    ),
    "how often somebody takes a pill": (
        "CarePlan",
        {"activity": [{"detail": PILLS}]},
        {"activity": [{"detail": {**PILLS, "scheduledString": "weekly"}}]},
        {"CarePlan.activity.detail.scheduled": {"change-medicine"}},
    ),
    "nothing but the order": (
        "Goal",
        {"addresses": [{"reference": "Condition/1"}, {"reference": "Condition/2"}]},
        {"addresses": [{"reference": "Condition/2"}, {"reference": "Condition/1"}]},
        {"Goal.addresses": set()},
    ),
    "nothing": ("Goal", {"startDate": "2026"}, {"startDate": "2026"}, {}),
}


@pytest.mark.parametrize(("type_", "base", "becomes", "expected"), TOUCHES.values(), ids=TOUCHES.keys())
def test_what_is_touched(type_: str, base: Json, becomes: Json, expected: dict[str, set[str]]) -> None:
    found = touched({"resourceType": type_, **base}, {"resourceType": type_, **becomes}, RULES)
    assert {touch.path: set(touch.beside) for touch in found} == expected


def test_the_nearest_rule_comes_first() -> None:
    touch = Touch("CarePlan.activity.detail.dailyAmount.value", 1, 2)
    assert [rule.needs for _, rule in touch.rules(RULES) if rule.needs] == ["change-medicine", "edit-record"]
    assert touch.within("CarePlan.activity.detail")
    assert not touch.within("CarePlan.act", "CarePlan.activity.detail.dailyAmount.value.more")
