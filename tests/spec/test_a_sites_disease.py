"""A disease that no code of ours knows, in a site's folder: its plan is proposed, its check-in judged and its numbers
written and read, with what the package brings beside it. Only content is added.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.chart.facts import facts_of
from carefhir.commands import ProposePlan, RecordCheckIn
from carefhir.content import check_in
from carefhir.content.loading import load
from carefhir.content.named_facts import named_facts
from carefhir.content.pathways import contradictions, propose
from carefhir.engine import runner
from carefhir.errors import ContentError
from carefhir.workflows.looking.check_in_questions import CHECK_IN_QUESTIONS, CheckInQuestions
from tests.spec.tables import Chart
from tests.support import site_disease
from tests.support.backends import sandbox_backend
from tests.support.charts import chart_of, occasion
from tests.support.stage import Stage, done, enroll, stage
from tests.support.stories.monitoring import measured, quantity

Json = dict[str, Any]
NOW = datetime.fromisoformat("2026-04-20T10:00:00-05:00")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_disease.written(tmp_path_factory.mktemp("site"))


@pytest.fixture
def kim(folder: Path) -> Stage:
    """Kim, who has type 2 diabetes, and glass throat as well."""
    found = replace(stage(sandbox_backend(), "kim"), site=(folder,))
    coding = {"system": site_disease.ICD, "code": "J30.9"}
    found.backend.create(
        {
            "resourceType": "Condition",
            "subject": {"reference": found.patient},
            "code": {"coding": [coding], "text": "Glass throat"},
            "clinicalStatus": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
            },
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/condition-category",
                            "code": "problem-list-item",
                        }
                    ]
                }
            ],
        }
    )
    assert isinstance(done(found, enroll(found), NOW), Done)
    return found


def proposed(found: Stage) -> tuple[set[str], set[str], str]:
    """The items that are in the plan, its goals, and what was said."""
    result = done(found, ProposePlan(patient=found.patient, own_goal="to sing"), NOW)
    assert isinstance(result, Done), result
    chart = Chart(found.backend, found.patient)
    tasks = [one for one in chart.written("Task") if "reasonCode" in one]
    items = {one["reasonCode"]["coding"][0]["code"] for one in tasks}
    goals = {coding["code"] for one in chart.written("Goal") for coding in one["description"].get("coding", [])}
    return items, goals, " ".join(result.told.says)


@pytest.mark.parametrize(("flow", "review"), [("299", True), ("300", False), (None, False)])
def test_its_plan_is_proposed_beside_ours(kim: Stage, flow: str | None, review: bool) -> None:
    if flow:
        measured(kim, site_disease.PEAK_FLOW, "2026-04-19T08:00:00-05:00", flow, "L/min")
    items, goals, _ = proposed(kim)
    assert ("throat-review" in items) is review
    assert {"honey", "foot-check"} <= items
    assert {"clear-throat", "yearly-checks"} <= goals
    issues = [one["code"]["coding"][0]["code"] for one in Chart(kim.backend, kim.patient).written("DetectedIssue")]
    assert "honey-sugar" in issues


def test_an_old_number_is_no_number(kim: Stage) -> None:
    measured(kim, site_disease.PEAK_FLOW, "2026-01-10T08:00:00-05:00", "150", "L/min")  # 100 days: more than 90
    assert "throat-review" not in proposed(kim)[0]


def test_one_call_asks_for_both(kim: Stage) -> None:
    shown = kim.backend.run(
        runner.show(CHECK_IN_QUESTIONS, CheckInQuestions(patient=kim.patient), kim.occasion(NOW), kim.backend.server())
    )
    assert shown.form.partition("|")[0].endswith("/Questionnaire/check-in.diabetes-type-2.glass-throat")
    asked = [row.link_id for row in shown.sections[-1].rows]
    assert {"no-voice", "peak-flow", "lows-in-a-row"} <= set(asked)
    assert len(asked) == len(set(asked))


def answered(found: Stage, *yes: str, flow: str = "350", left_out: str = "") -> Json:
    form = load(*found.site).get("Questionnaire", "check-in.diabetes-type-2.glass-throat")
    numbers = {"peak-flow": (flow, "L/min"), "glucose-lowest": ("110", "mg/dL"), "glucose-highest": ("180", "mg/dL")}
    items: list[Json] = []
    for item in form["item"]:
        link_id = item["linkId"]
        if link_id in numbers:
            items.append({"linkId": link_id, "answer": [{"valueQuantity": quantity(*numbers[link_id])}]})
        elif item.get("required") and link_id != left_out:
            code = "yes" if link_id in yes else "no"
            coding = {"system": "https://carefhir.org/fhir/CodeSystem/check-in-answer", "code": code}
            items.append({"linkId": link_id, "answer": [{"valueCoding": coding}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": form["url"],
        "status": "completed",
        "subject": {"reference": found.patient},
        "authored": NOW.isoformat(),
        "item": items,
    }


def color(found: Stage, response: Json) -> str:
    result = done(found, RecordCheckIn(patient=found.patient, response=response), NOW)
    assert isinstance(result, Done | Refused), result
    triages = [
        one
        for one in Chart(found.backend, found.patient).written("Observation")
        if one["code"]["coding"][0]["code"] == "triage"
    ]
    return str(triages[-1]["valueCodeableConcept"]["coding"][0]["code"])


@pytest.mark.parametrize(
    ("yes", "flow", "came_to"),
    [
        ((), "350", "green"),
        (("glass-feeling",), "350", "yellow"),
        ((), "200", "green"),
        ((), "199", "red-urgent"),
        (("no-voice",), "350", "emergency"),
        (("thirst",), "350", "yellow"),  # the diabetes rules hold as well
    ],
)
def test_its_check_in_is_judged_with_ours(kim: Stage, yes: tuple[str, ...], flow: str, came_to: str) -> None:
    assert color(kim, answered(kim, *yes, flow=flow)) == came_to


def test_what_was_not_asked_of_it_is_never_green(kim: Stage) -> None:
    assert color(kim, answered(kim, left_out="no-voice")) == "cannot-say"


def test_its_number_is_written_and_is_a_fact_of_the_next_plan(kim: Stage) -> None:
    color(kim, answered(kim, flow="250"))
    (flow,) = [
        one
        for one in Chart(kim.backend, kim.patient).written("Observation")
        if one["code"]["coding"][0]["code"] == site_disease.PEAK_FLOW
    ]
    assert flow["valueQuantity"]["code"] == "L/min"
    assert Decimal(str(flow["valueQuantity"]["value"])) == 250
    assert flow["category"][0]["coding"][0]["code"] == "vital-signs"
    assert "throat-review" in proposed(kim)[0]


def test_the_package_itself_knows_nothing_of_it() -> None:
    content = load()
    assert "glass-throat" not in content.concepts("https://carefhir.org/fhir/CodeSystem/condition-group")
    assert not [form for form in check_in.forms(content) if "glass" in form]


def test_a_fragment_that_repeats_a_code_or_adds_to_nothing_is_refused(tmp_path: Path) -> None:
    for artefact, why in (
        (site_disease.fragment("care-goal", site_disease.concept("a1c", "again")), "has a code a1c already"),
        (site_disease.fragment("care-gaol", site_disease.concept("x", "x")), "is not there"),
    ):
        path = tmp_path / f"CodeSystem-{artefact['id']}.json"
        path.write_text(json.dumps(artefact), encoding="utf-8")
        load.cache_clear()
        with pytest.raises(ContentError, match=why):
            load(tmp_path)
        path.unlink()


def test_what_a_fact_cannot_take_is_refused(folder: Path, tmp_path: Path) -> None:
    whole = load(folder)
    for given, why in (
        ({"takes": "mode", "quantity": "peak-flow"}, "takes is mode"),
        ({"takes": "newest", "quantity": "peak-float"}, "no code peak-float"),
        ({"takes": "lowest", "quantity": "peak-flow"}, "withinDays is missing"),
        ({"takes": "stays", "groups": "glass-throat"}, "withinDays is missing"),
        ({"takes": "stays", "withinDays": 30}, "groups is missing"),
        ({"takes": "newest", "quantity": "peak-flow", "unit": "kg"}, "not measured in kg"),
        ({"takes": "newest", "quantity": "peak-flow", "since": "x"}, "since is not supported"),
    ):
        key = ("CodeSystem", "named-fact")
        one = site_disease.concept("odd_fact", "odd", **given)
        system = {**whole.artefacts[key], "concept": [*whole.artefacts[key]["concept"], one]}
        with pytest.raises(ContentError, match=why):
            named_facts(replace(whole, artefacts={**whole.artefacts, key: system}))


def test_its_conflict_is_named_only_where_both_sides_are(folder: Path) -> None:
    here = replace(occasion(), content=load(folder))
    known = facts_of(chart_of(), here, items=("honey",), conditions=("diabetes-type-2",))
    assert [one.code for one in contradictions(here.content, known)] == ["honey-sugar"]
    near = facts_of(chart_of(), here, items=("honey",), conditions=("heart-failure",))
    assert [one.code for one in contradictions(here.content, near)] == []
    assert not propose(here.content, facts_of(chart_of(), here)).pathways
