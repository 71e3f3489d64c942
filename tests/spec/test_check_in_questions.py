"""What to ask at the next check-in, as a reading: the form that fits, what to know, and the answers to fill in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from carefhir import Done
from carefhir.commands import RecordCheckIn
from carefhir.content import check_in
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.workflows.looking.check_in_questions import CHECK_IN_QUESTIONS, CheckInQuestions, Questions
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.charts import records_of
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import in_hospice

Json = dict[str, Any]
NOW = "2026-03-09T10:00:00-05:00"


def person(who: str) -> Stage:
    return stage(sandbox_backend(), who)


def nobody_known() -> Stage:
    """Somebody of whom nothing is on record."""
    found = person("kim")
    patient = found.backend.create({"resourceType": "Patient", "name": [{"family": "Nobody"}]})
    return replace(found, patient=patient)


def asked(found: Stage) -> Questions:
    occasion = found.occasion(datetime.fromisoformat(NOW))
    command = CheckInQuestions(patient=found.patient)
    shown = found.backend.run(runner.show(CHECK_IN_QUESTIONS, command, occasion, found.backend.server()))
    assert isinstance(shown, Questions)
    return shown


def link_ids(questions: Questions) -> list[str]:
    (section,) = [each for each in questions.sections if each.name == "questions"]
    return [row.cells[-1] for row in section.rows]


def with_condition(found: Stage, code: str) -> None:
    coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}
    found.backend.create(
        {"resourceType": "Condition", "subject": {"reference": found.patient}, "code": {"coding": [coding]}}
    )


@pytest.mark.parametrize(
    ("codes", "form"),
    [
        (("I50.9",), "check-in-heart-failure"),
        (("E11.9",), "check-in-diabetes-type-2"),
        (("I50.9", "E11.9"), "check-in.diabetes-type-2.heart-failure"),
        (("I50.9", "E11.9", "I10", "F32.9"), "check-in"),
    ],
)
def test_the_form_asks_for_all_pathways_and_no_more(codes: tuple[str, ...], form: str) -> None:
    found = nobody_known()
    for code in codes:
        with_condition(found, code)
    questions = asked(found)
    assert questions.form == load().canonical("Questionnaire", form)
    assert link_ids(questions) == [item["linkId"] for item in load().get("Questionnaire", form)["item"]]
    assert all("everything is asked" not in section.note for section in questions.sections)


def asks_everything(questions: Questions) -> bool:
    """Whether every question of every check-in is asked."""
    every = {item["linkId"] for form in check_in.forms(load()).values() for item in form["item"]}
    return {row.link_id for row in questions.sections[-1].rows} == every


def test_nobody_is_asked_less_because_nothing_is_known() -> None:
    questions = asked(nobody_known())
    assert asks_everything(questions)
    assert "no pathway with a check-in of its own is known to apply" in questions.sections[-1].note


def test_nobody_is_asked_less_because_conditions_cannot_be_seen() -> None:
    occasion = person("kim").occasion(datetime.fromisoformat(NOW))
    records = records_of({"resourceType": "Patient", "id": "1"}, unseen=("conditions",))
    questions = CHECK_IN_QUESTIONS.read(records, CheckInQuestions(patient="Patient/1"), occasion)
    assert asks_everything(questions)
    assert "the conditions could not be seen" in questions.sections[-1].note


def test_what_to_know_before_the_call_comes_first() -> None:
    rosa = person("rosa")
    in_hospice(rosa)
    first = asked(rosa).sections[0]
    assert first.name == "before"
    assert "HOSPICE" in first.rows[0].cells[0]


@pytest.mark.parametrize(("answer", "color"), [("no", "yellow"), ("yes", "emergency")])
def test_the_form_to_fill_in_needs_only_its_answers(answer: str, color: str) -> None:
    """Every question but one answered no. Two days home without a weight is yellow by itself."""
    rosa = person("rosa")
    assert isinstance(carried_out(rosa, enroll(rosa), NOW), Done)
    fields = dict(asked(rosa).to_fill_in)
    system = "https://carefhir.org/fhir/CodeSystem/check-in-answer"
    for item in fields["response"]["item"]:
        code = {"chest-pain": answer, "same-scale": "yes"}.get(item["linkId"], "no")
        if {"code": "yes", "system": system}.items() <= _first_option(item["linkId"]).items():
            item["answer"] = [{"valueCoding": {"system": system, "code": code}}]
    result = carried_out(rosa, RecordCheckIn.model_validate(fields), NOW)
    colors = [
        one["valueCodeableConcept"]["coding"][0]["code"]
        for one in Chart(rosa.backend, rosa.patient).written("Observation")
        if one["code"]["coding"][0]["code"] == "triage"
    ]
    assert colors == [color], result


def _first_option(link_id: str) -> Json:
    (item,) = [item for item in load().get("Questionnaire", "check-in")["item"] if item["linkId"] == link_id]
    options = item.get("answerOption", [])
    first: Json = options[0]["valueCoding"] if options else {}
    return first
