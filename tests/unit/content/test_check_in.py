"""Check-ins as content: rules ask only for facts that are computed, forms ask each question once, weights by window."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from carefhir.chart import check_in_facts
from carefhir.chart.chart import Chart
from carefhir.chart.check_in_facts import Scale, Weight
from carefhir.chart.facts import facts_of
from carefhir.codes import TRIAGE
from carefhir.content import check_in
from carefhir.content.answering import Answers
from carefhir.content.check_in import CheckInPathway
from carefhir.content.loading import load
from carefhir.content.rules import names_in
from carefhir.occasion import Actor, Occasion

NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
CONTENT = load()
OCCASION = Occasion(NOW, Actor("Practitioner/n", "registered-nurse"), CONTENT, NOW.tzinfo)  # type: ignore[arg-type]
PATHWAYS = {one.id: one for one in check_in.pathways(CONTENT)}
HEART = PATHWAYS["check-in-rules-heart-failure"]


def facts(pathway: CheckInPathway, *weights: tuple[float, str], dry: str = "", **answers: Any) -> dict[str, Any]:
    """Facts of weights so many hours ago."""
    found = tuple(Weight(NOW - timedelta(hours=hours), Decimal(pounds)) for hours, pounds in weights)
    scale = Scale(found, Decimal(dry) if dry else None, NOW, None)
    return dict(check_in_facts.facts_for(pathway, facts_of(Chart(), OCCASION), Answers(**answers), scale, OCCASION))


@pytest.mark.parametrize("pathway", PATHWAYS.values(), ids=list(PATHWAYS))
def test_rules_ask_only_for_what_is_computed(pathway: CheckInPathway) -> None:
    known = set(facts(pathway))
    for rule in pathway.rules:
        assert rule.expression
        assert set(names_in(rule.expression)) <= known, rule.id
        rule.holds(facts(pathway))
        assert rule.code != "emergency" or "911" in rule.action["textEquivalent"]
    assert [one.code for one in pathway.rules][-1] == "green"
    assert {one.code for one in pathway.rules} <= set(CONTENT.concepts(TRIAGE))
    assert len({one.id for one in pathway.rules}) == len(pathway.rules)


FOUR = ("heart-failure", "diabetes-type-2", "hypertension", "depression")


def test_the_merged_form_asks_every_question_of_the_four_once() -> None:
    merged = [one["linkId"] for one in CONTENT.get("Questionnaire", "check-in")["item"]]
    assert len(merged) == len(set(merged))
    single = [set(PATHWAYS[f"check-in-rules-{id_}"].items) for id_ in FOUR]
    assert set(merged) == set.union(*single)
    shared = {"confused", "missed-blood-thinner", "cannot-afford-medicine", "thoughts-of-death", "own-words"}
    assert shared == set.intersection(*single)


@pytest.mark.parametrize(
    ("conditions", "form"),
    [
        (["heart-failure"], "check-in-heart-failure"),
        (["diabetes-type-2"], "check-in-diabetes-type-2"),
        (["heart-failure", "diabetes-type-2"], "check-in.diabetes-type-2.heart-failure"),
        (FOUR, "check-in"),
        ((*FOUR, "falls"), "check-in.depression.diabetes-type-2.falls.heart-failure.hypertension"),
        (["copd"], "check-in-copd"),
        (["copd", "heart-failure"], "check-in.copd.heart-failure"),
        (["heart-failure", "copd", "diabetes-type-2"], "check-in.copd.diabetes-type-2.heart-failure"),
        (["palliative-care"], "check-in-comfort"),
        (["palliative-care", "copd"], "check-in.comfort.copd"),
        ([], ""),
    ],
)
def test_one_form_for_all_a_person_has(conditions: list[str], form: str) -> None:
    found = check_in.form_for(CONTENT, {"conditions_or_concerns": list(conditions), "age": [70], "goals": []})
    assert (found["id"] if found else "") == form


@pytest.mark.parametrize(
    ("weights", "name", "value"),
    [
        (((24, "180.0"), (0, "183.0")), "weight_gain_1_day", "3.0"),
        (((30, "181.0"), (20, "180.0"), (0, "183.0")), "weight_gain_1_day", "3.0"),  # against the lowest
        (((17, "180.0"), (0, "183.0")), "weight_gain_1_day", None),
        (((37, "180.0"), (0, "183.0")), "weight_gain_1_day", None),
        (((37, "180.0"), (0, "183.0")), "weight_gain_since_last", "3.0"),
        (((97, "180.0"), (0, "183.0")), "weight_gain_since_last", None),
        (((60, "180.0"), (24, "182.0"), (0, "183.0")), "weight_gain_since_last", None),  # weighed in between
        (((170, "178.0"), (24, "182.0"), (0, "183.0")), "weight_gain_7_days", "5.0"),
        (((181, "170.0"), (24, "182.0"), (0, "183.0")), "weight_gain_7_days", "1.0"),
        (((170, "188.0"), (24, "183.0"), (0, "183.0")), "weight_loss_7_days", "5.0"),
        (((61, "180.0"), (37, "190.0")), "weight_gain_1_day", None),  # the newest is not of today
        (((0, "183.0"),), "weight_age_hours", "0"),
        (((36, "183.0"),), "weight_age_hours", "36"),
        ((), "weight_age_hours", None),
    ],
)
def test_weights_by_window(weights: tuple[tuple[float, str], ...], name: str, value: str | None) -> None:
    assert facts(HEART, *weights)[name] == ([] if value is None else [Decimal(value)])


def test_the_dry_weight_that_is_not_known_is_not_compared() -> None:
    assert facts(HEART, (0, "183.0"))["weight_over_dry"] == []
    assert facts(HEART, (0, "183.0"), dry="178.0")["weight_over_dry"] == [Decimal("5.0")]


def test_two_questions_for_one_symptom_count_once() -> None:
    found = facts(HEART, yes=("breath-lying", "new-pillow", "dizzy", "thirst"))
    assert found["symptoms"] == ["orthopnoea", "dizziness"]  # thirst is none of heart failure's
