"""Rules: what is not known fires nothing, and what cannot be judged is refused instead of passed over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from carefhir.codes import BASE, CARE_ITEM
from carefhir.content.loading import Content
from carefhir.content.rules import Rule, applies, condition_of, holds, names_in, read_rules
from carefhir.errors import ContentError

FACTS = {
    "age": [74],
    "a1c": [Decimal("8.0")],
    "nyha": [],
    "conditions": ["heart-failure", "depression"],
    "none": [],
    "flag": [True],
    "two": [3, 8],
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", True),
        ("age >= 65", True),
        ("age > 74", False),
        ("a1c <= 8", True),
        ("a1c < 8.0", False),
        ("nyha >= 3", False),
        ("(nyha >= 3).not()", False),  # empty, and its negation empty: why rules write where(…).exists()
        ("nyha.where($this >= 3).exists()", False),
        ("nyha.where($this >= 3).exists().not()", True),
        ("nyha.empty()", True),
        ("'heart-failure' in conditions", True),
        ("'heart' in conditions", False),
        ("'anything' in none", False),
        ("('anything' in none).not()", True),
        ("'heart-failure' in conditions and nyha >= 3", False),
        ("'heart-failure' in conditions or nyha >= 3", True),
        ("two.where($this > 5).exists()", True),
        ("two.where($this > 8).exists()", False),
        ("flag", True),
        ("'nyha and age' in none", False),
    ],
)
def test_what_is_not_known_is_not_true(expression: str, expected: bool) -> None:
    assert holds(expression, FACTS) is expected


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("weight > 3", "weight"),
        ("'heart-failure' in condition", "condition"),
        ("age >= limit", "limit"),
        ("age.value >= 3", "value"),
    ],
)
def test_a_fact_that_nobody_computes_is_named(expression: str, said: str) -> None:
    with pytest.raises(ContentError, match=f"'{said}'"):
        holds(expression, FACTS)


@pytest.mark.parametrize("expression", ["age", "conditions", "two", "'yes'", "conditions.count()"])
def test_what_is_no_question_is_refused(expression: str) -> None:
    """Python calls 1 equal to True, and FHIRPath calls any single value true: neither may start a treatment."""
    with pytest.raises(ContentError, match="true or false"):
        holds(expression, {**FACTS, "age": [1]})


@pytest.mark.parametrize("expression", ["age >=", "(age > 3", "two > 3", "age > 'old'", "age ? 3"])
def test_what_cannot_be_evaluated_is_refused_without_the_facts(expression: str) -> None:
    with pytest.raises(ContentError) as caught:
        holds(expression, FACTS)
    assert "74" not in caught.value.message


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("age >= 65 and 'age of iron' in conditions", ("age", "conditions")),
        ("nyha.where($this >= 3).exists() or nyha.empty()", ("nyha",)),
        ("true and false or not_a_function", ("not_a_function",)),
        (r"'it\'s nyha' in conditions", ("conditions",)),
    ],
)
def test_the_facts_an_expression_names(expression: str, names: tuple[str, ...]) -> None:
    assert names_in(expression) == names


def condition(**more: Any) -> dict[str, Any]:
    expression = {"language": "text/fhirpath", "expression": "age > 3", **more.pop("expression", {})}
    return {"kind": "applicability", "expression": expression, **more}


@pytest.mark.parametrize(
    "found",
    [
        [condition(kind="start")],
        [condition(expression={"language": "text/cql"})],
        [condition(expression={"expression": ""})],
        [condition(expression={"expression": "  "})],
        [{"kind": "applicability"}],
        [condition(), condition()],
    ],
)
def test_a_condition_is_one_question_in_fhirpath(found: list[dict[str, Any]]) -> None:
    """One without a text would hold for everybody."""
    with pytest.raises(ContentError, match="PlanDefinition/x"):
        condition_of({"condition": found}, "PlanDefinition/x")


def test_without_a_condition_everybody() -> None:
    assert condition_of({}, "x") == ""
    assert condition_of({"condition": [condition()]}, "x") == "age > 3"


def extension(**value: Any) -> dict[str, Any]:
    return {"url": f"{BASE}/StructureDefinition/applies", **value}


@pytest.mark.parametrize(
    "found",
    [
        [extension(valueString="age > 3")],
        [extension(valueExpression={"language": "text/cql", "expression": "age > 3"})],
        [extension(valueExpression={"language": "text/fhirpath"})],
        [extension(valueExpression={"language": "text/fhirpath", "expression": "age > 3"})] * 2,
    ],
)
def test_applies_is_one_question_in_fhirpath(found: list[dict[str, Any]]) -> None:
    with pytest.raises(ContentError, match="applies"):
        applies({"extension": found}, "x")


def test_the_rules_of_a_plan() -> None:
    def plan(*actions: dict[str, Any]) -> Content:
        return Content({("PlanDefinition", "x"): {"action": list(actions)}})

    code = [{"coding": [{"system": "http://other", "code": "a"}, {"system": CARE_ITEM, "code": "scale"}]}]
    found = read_rules(plan({"code": code, "title": "t", "condition": [condition()]}), "x", CARE_ITEM)
    assert [(one.id, one.code, one.title, one.holds({"age": [4]})) for one in found] == [("scale", "scale", "t", True)]
    assert isinstance(found[0], Rule)
    with pytest.raises(ContentError, match="without a code of care-item"):
        read_rules(plan({"title": "t"}), "x", CARE_ITEM)
