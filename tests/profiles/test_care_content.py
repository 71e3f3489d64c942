"""What holds for pathways, contradictions and goals of care: sources, facts that exist, codes that exist, words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.content.rules import names_in
from tests.support.charts import occasion

Json = dict[str, Any]
DEFINITIONS = Path(__file__).resolve().parents[2] / "profiles" / "definitions"
BASE = "https://carefhir.org/fhir"
PATHWAYS = tuple(
    path.stem.removeprefix("PlanDefinition-")
    for path in sorted((DEFINITIONS / "PlanDefinition").glob("PlanDefinition-pathway-*.json"))
)
OF_ILLNESS = tuple(id_ for id_ in PATHWAYS if id_ != "pathway-social-needs")
FACTS = frozenset(facts_of(Chart(), occasion()))


def artefact(type_: str, id_: str) -> Json:
    return json.loads((DEFINITIONS / type_ / f"{type_}-{id_}.json").read_text(encoding="utf-8"))


def own(element: Json, name: str) -> list[Json]:
    return [one for one in element.get("extension", []) if one["url"] == f"{BASE}/StructureDefinition/{name}"]


def sources(element: Json) -> list[dict[str, str]]:
    return [
        {part["url"]: part.get("valueString") or part["valueCode"] for part in one["extension"]}
        for one in own(element, "source")
    ]


def elements() -> Iterator[tuple[str, Json]]:
    for id_ in (*PATHWAYS, "contradictions"):
        plan = artefact("PlanDefinition", id_)
        if id_ in PATHWAYS:
            yield id_, plan
        for kind in ("goal", "action"):
            for n, one in enumerate(plan.get(kind, [])):
                yield f"{id_}.{kind}[{n}]", one


ELEMENTS = list(elements())


def expressions(element: Json) -> Iterator[str]:
    for one in own(element, "applies"):
        yield one["valueExpression"]["expression"]
    for one in element.get("condition", []):
        yield one["expression"]["expression"]


@pytest.mark.parametrize(("where", "element"), ELEMENTS, ids=[where for where, _ in ELEMENTS])
def test_every_goal_and_action_says_where_it_comes_from(where: str, element: Json) -> None:
    (found,) = sources(element)
    assert found["mark"] in set("VSDK"), where
    assert len(found["text"]) > 10, where


@pytest.mark.parametrize(("where", "element"), ELEMENTS, ids=[where for where, _ in ELEMENTS])
def test_every_expression_names_only_facts_that_somebody_computes(where: str, element: Json) -> None:
    """FHIRPath itself would silently call another name empty."""
    for one in expressions(element):
        assert names_in(one), f"{where}: {one} asks nothing"
        assert set(names_in(one)) <= FACTS, where
        assert "intersect" not in one, f"{where}: the engine does not intersect lists of text"


@pytest.mark.parametrize(("where", "element"), ELEMENTS, ids=[where for where, _ in ELEMENTS])
def test_every_code_an_expression_compares_with_exists(where: str, element: Json) -> None:
    """A slip of the pen in `'heart-failure' in conditions` would be a rule that never fires."""
    known = {
        "conditions": codes("condition-group"),
        "conditions_or_concerns": codes("condition-group"),
        "needs": codes("condition-group"),
        "findings": codes("finding"),
        "medicines": codes("ingredient"),
        "medicine_classes": classes(),
        "goals": codes("care-goal"),
        "items": codes("care-item"),
        "orders": codes("care-item"),
        "states": codes("whereabouts"),
    }
    for one in expressions(element):
        words = one.replace("(", " ").replace(")", " ").split()
        for n, word in enumerate(words):
            if word == "in":
                assert words[n - 1].strip("'") in known[words[n + 1].partition(".")[0]], f"{where}: {words[n - 1]}"


def codes(system: str) -> set[str]:
    return {one["code"] for one in artefact("CodeSystem", system)["concept"]}


def classes() -> set[str]:
    return {
        name
        for one in artefact("CodeSystem", "ingredient")["concept"]
        for part in one["property"]
        if part["code"] == "classes"
        for name in part["valueString"].split()
    }


def test_every_goal_and_item_code_is_proposed_or_left_to_people() -> None:
    """What no pathway proposes is there for people's own goals, and for what other systems order."""
    plans = [artefact("PlanDefinition", id_) for id_ in PATHWAYS]
    goals = {one["description"]["coding"][0]["code"] for plan in plans for one in plan.get("goal", [])}
    items = {one["code"][0]["coding"][0]["code"] for plan in plans for one in plan["action"]}
    of_the_team = {"visit-after-discharge", "therapy-review"}  # in plans written before they became Tasks alone
    assert codes("care-goal") - goals == {"weight-loss", "exercise"} | of_the_team
    assert codes("care-item") - items == {"fluid-limit", "constipation-advice", "exercise"}
    named = {one["code"][0]["coding"][0]["code"] for one in artefact("PlanDefinition", "contradictions")["action"]}
    assert named == codes("contradiction")


@pytest.mark.parametrize("id_", PATHWAYS)
def test_every_goal_has_somebody_who_does_something_for_it(id_: str) -> None:
    plan = artefact("PlanDefinition", id_)
    served = {goal for one in plan["action"] for goal in one.get("goalId", [])}
    assert {one["id"] for one in plan.get("goal", [])} - served <= {"blood-pressure"}, "the visits' own work"


@pytest.mark.parametrize("id_", OF_ILLNESS)
def test_a_pathway_has_what_every_plan_of_care_holds(id_: str) -> None:
    """Clinical practice, rule 18: expected outcome, symptom action plan, who does it, medicines; orders are the
    prescriber's."""
    plan = artefact("PlanDefinition", id_)
    assert len(plan["purpose"]) > 20
    items = {one["code"][0]["coding"][0]["code"]: one for one in plan["action"]}
    assert "medication-management" in items
    assert [code for code in items if code.startswith("action-plan")]
    for code, one in items.items():
        assert len(one["description"]) > 40, code
        (kind,), (who,) = own(one, "item-class"), own(one, "done-by")
        if kind["valueCode"] == "order":
            assert who["valueCode"] == "supervising-provider", code


def test_every_measured_goal_says_what_is_better_and_what_is_noise() -> None:
    """Rule 15: A1c 0.5 (D), PHQ-9 5 (K); weight in heart failure is stable, never better because lower."""
    found = {}
    for one in artefact("CodeSystem", "care-goal")["concept"]:
        if "property" not in one:
            continue
        parts = {part["code"]: next(value for key, value in part.items() if key != "code") for part in one["property"]}
        two_numbers = {name: parts.pop(name) for name in sorted(parts) if name.startswith("beside")}
        assert set(parts) == {"measure", "unit", "direction", "noise"}, one["code"]
        pressure = {"beside": "8462-4", "besideBelow": 80, "besideElse": 90, "besideFor": 130}
        assert two_numbers == (pressure if one["code"] == "blood-pressure" else {})
        (source,) = sources(one)
        found[one["code"]] = (parts["measure"], parts["unit"], parts["direction"], parts["noise"], source["mark"])
    assert found == {
        "a1c": ("4548-4", "%", "lower", 0.5, "D"),
        "phq-9": ("44261-6", "{score}", "lower", 5, "K"),
        "blood-pressure": ("8480-6", "mm[Hg]", "lower", 10, "D"),
        "dry-weight": ("29463-7", "[lb_av]", "stable", 5, "D"),
        "weight-loss": ("29463-7", "[lb_av]", "lower", 5, "D"),
    }


def test_a_measured_goal_is_measured_as_its_pathway_says() -> None:
    concepts = {one["code"]: one for one in artefact("CodeSystem", "care-goal")["concept"]}
    for id_ in PATHWAYS:
        for one in artefact("PlanDefinition", id_).get("goal", []):
            for target in one.get("target", []):
                if "measure" not in target:
                    continue
                parts = {
                    part["code"]: part.get("valueString")
                    for part in concepts[one["description"]["coding"][0]["code"]]["property"]
                }
                assert target["measure"]["coding"][0]["code"] == parts["measure"]
                if "detailQuantity" in target:
                    assert target["detailQuantity"]["code"] == parts["unit"]
