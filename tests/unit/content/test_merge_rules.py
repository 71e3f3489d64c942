"""The rules of merging are sound: elements of R4, codes of its status value sets, actions that the table has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carefhir.codes import MERGE_RULE, SUPERVISED
from carefhir.content import merge_rules
from carefhir.content.loading import load
from carefhir.lifecycle import ENDED, STATUS

CONTENT = load()
RULES = merge_rules.read(CONTENT)
PROFILES = Path(__file__).parents[3] / "profiles" / "definitions" / "StructureDefinition"
GENERAL = ("Resource", "DomainResource")
ACTIVITY_STATUS = frozenset(
    "not-started scheduled in-progress on-hold completed cancelled stopped unknown entered-in-error".split()
)
"""http://hl7.org/fhir/R4/valueset-care-plan-activity-status.html"""


def elements() -> set[str]:
    """Every element of the three types, from the snapshots of our profiles."""
    paths: set[str] = set()
    for type_ in ("CarePlan", "Goal", "Task"):
        for file in PROFILES.glob("*.json"):
            profile = json.loads(file.read_text())
            if profile.get("type") == type_ and profile.get("derivation") == "constraint":
                paths |= {element["path"].removesuffix("[x]") for element in profile["snapshot"]["element"]}
    return paths


@pytest.mark.parametrize("path", sorted(RULES.by_path))
def test_every_rule_is_about_an_element_of_r4(path: str) -> None:
    first, _, rest = path.partition(".")
    known = elements()
    assert path in known if first not in GENERAL else f"Goal.{rest}" in known


@pytest.mark.parametrize("path", sorted(RULES.by_path))
def test_every_rule_says_why_and_names_actions_of_the_table(path: str) -> None:
    rule, concept = RULES.by_path[path], CONTENT.concept(MERGE_RULE, path)
    assert concept.definition.endswith(".")
    assert {rule.needs, rule.in_effect} - {""} <= CONTENT.concepts(SUPERVISED).keys()
    assert rule.how in ("parts", "whole", "fixed", "labels", "narrative", "writer")
    assert rule.ours in ("", "step", "stop", "earlier")


def test_what_stops() -> None:
    """Every final code, and on-hold."""
    for type_, (element, codes) in STATUS.items():
        if type_ in ("CarePlan", "Goal", "Task"):
            assert RULES.of(f"{type_}.{element}").stops == ENDED[type_] | {"on-hold"}
            assert RULES.of(f"{type_}.{element}").stops < codes
    assert RULES.of("CarePlan.activity.detail.status").stops < ACTIVITY_STATUS


def test_every_type_has_somebody_who_may_edit_it() -> None:
    assert {RULES.of(type_).needs for type_ in ("CarePlan", "Goal", "Task")} == {"edit-record"}


@pytest.mark.parametrize(
    ("parent", "key", "unit"),
    [
        ("Goal", "startDate", "start"),
        ("Goal", "startCodeableConcept", "start"),
        ("Goal", "_startDate", "start"),
        ("Goal", "statusDate", "statusDate"),
        ("CarePlan.activity.detail", "scheduledTiming", "scheduled"),
        ("CarePlan.activity.detail", "productReference", "product"),
        ("Task", "description", "description"),
    ],
)
def test_which_element_a_key_belongs_to(parent: str, key: str, unit: str) -> None:
    assert RULES.unit(parent, key) == unit


def test_an_element_without_a_rule_merges_as_a_whole() -> None:
    assert RULES.of("Goal.priority").how == "whole"
    assert RULES.of("Task.owner").needs == ""
