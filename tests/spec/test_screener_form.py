"""The form of a suicide screener: what a review of self-harm is closed with, read for the worst (rules 2 and 31).

Given: item 9 of a PHQ-9 was positive, and a review is open. When: a clinician gives the form. Then: the review closes
only where no answer and no level tells of a risk; what is missing counts as a yes, and is named; the form is kept.
"""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import Acknowledge, AssignAssessment, RecordAssessment, Resolve
from carefhir.content.loading import load
from carefhir.engine.results import Result
from tests.spec.instruments import is_restricted
from tests.spec.tables import Chart, Json, carried_out, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import CALM_SCREENER, screener_form, task_of

ANSWERED, WHEN = "2026-03-09T09:00:00-05:00", "2026-03-09T10:00:00-05:00"
FORM = "https://carefhir.org/fhir/Questionnaire/suicide-screener-result"
OPEN, CLOSED = ({"requested"}, ["active"]), ({"completed"}, ["inactive"])


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    return raised(server, 1)


def raised(server: Stage, ninth: int, **more: Any) -> Stage:
    found = stage(server.backend, "kim")
    carried_out(found, enroll(found), ANSWERED)
    response = phq_9(1, 0, 0, 0, 0, 0, 0, 0, ninth, source={"reference": found.patient}, authored=ANSWERED, **more)
    assert isinstance(carried_out(found, RecordAssessment(patient=found.patient, response=response), ANSWERED), Done)
    return found


def closing(kim: Stage, form: Json | None, who: str = "nurse", **more: Any) -> Result:
    values = {
        "patient": kim.patient,
        "task": task_of(kim, "safety-review", kim.physician),
        "outcome": "asked her alone",
        "at": WHEN,
        "screener_form": form,
        **more,
    }
    return carried_out(kim, Resolve.model_validate(values), WHEN, actor=kim.backend.find("Practitioner", who))


def stands(kim: Stage) -> tuple[set[str], list[str]]:
    chart = Chart(kim.backend, kim.patient)
    reviews = [one for one in chart.written("Task") if one["code"]["coding"][0]["code"] == "safety-review"]
    return {one["status"] for one in reviews}, [one["status"] for one in chart.written("Flag")]


def forms(kim: Stage) -> list[Json]:
    every = Chart(kim.backend, kim.patient).all("QuestionnaireResponse")
    return [one for one in every if one["questionnaire"].startswith(FORM)]


def answers(kim: Stage) -> list[Json]:
    observations = Chart(kim.backend, kim.patient).written("Observation")
    return [one for one in observations if "suicide-screener" in one["code"]["coding"][0]["system"]]


def test_a_form_without_any_risk_closes_it_and_is_kept(kim: Stage) -> None:
    assert isinstance(closing(kim, screener_form()), Done)
    assert stands(kim) == CLOSED
    (form,) = forms(kim)
    assert form["status"] == "completed"
    assert form["author"]["reference"] == kim.nurse
    (observation,) = answers(kim)
    assert f"QuestionnaireResponse/{form['id']}" in {each["reference"] for each in observation["derivedFrom"]}
    assert observation["code"]["text"] == "C-SSRS"
    given = {
        part["code"]["coding"][0]["code"]: part["valueCodeableConcept"]["coding"][0]["code"]
        for part in observation["component"]
    }
    assert given == {
        **dict.fromkeys(("ideation", "intent", "plan", "behavior-3-months", "means"), "no"),
        "safety-plan": "made",
        "level": "no-risk",
    }


@pytest.mark.parametrize(
    "changed",
    [{name: answer} for name in ("intent", "plan", "behavior-3-months") for answer in ("yes", "unknown", None, "maybe")]
    + [{"level": "high-risk"}],
    ids=str,
)
def test_an_emergency_keeps_it_open_and_says_what_to_do(kim: Stage, changed: dict[str, str | None]) -> None:
    """An answer that is missing or cannot be read counts as a yes, and is named; the answers are kept."""
    result = closing(kim, screener_form(**changed), "physician")
    assert isinstance(result, Refused), result
    assert "911" in result.told.instructions[0]
    assert stands(kim) == OPEN
    assert len(forms(kim)) == len(answers(kim)) == 1
    ((name, answer),) = changed.items()
    if answer in (None, "maybe"):
        assert any(f"not answered in the form: {name}" in line for line in result.told.warnings)


@pytest.mark.parametrize(
    "changed", [{"ideation": "yes"}, {"ideation": None}, {"level": "low-risk"}, {"level": "moderate-risk"}]
)
def test_a_lower_risk_needs_a_provider_who_knows(kim: Stage, changed: dict[str, str | None]) -> None:
    alone = closing(kim, screener_form(**changed))
    assert isinstance(alone, Refused)
    assert any("reach a provider first" in why for why in alone.why)
    assert stands(kim) == OPEN
    values = {
        "patient": kim.patient,
        "task": task_of(kim, "safety-review", kim.physician),
        "acknowledged_by": kim.physician,
        "how": "voice",
        "at": ANSWERED,
    }
    assert isinstance(carried_out(kim, Acknowledge.model_validate(values), WHEN), Done)
    assert isinstance(closing(kim, screener_form(**changed)), Done)
    assert stands(kim) == CLOSED


def test_a_low_level_takes_nothing_back(kim: Stage) -> None:
    result = closing(kim, screener_form(intent="yes", level="no-risk"), "physician")
    assert isinstance(result, Refused)
    assert stands(kim) == OPEN
    assert any("the worse one counts" in line for line in result.told.warnings)


@pytest.mark.parametrize(("why", "closes"), [(None, False), ("she took the item for worry about her sister", True)])
def test_it_lowers_nothing_that_item_9_raised(server: Stage, why: str | None, closes: bool) -> None:
    """Thoughts nearly every day, and the form says that there are none: only with a reason."""
    kim = raised(server, 3)
    result = closing(kim, screener_form(contradiction=why), "physician")
    assert isinstance(result, Done if closes else Refused), result
    assert stands(kim) == (CLOSED if closes else OPEN)


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"screener": None}, "screener"), ({"safety-plan": None}, "safety-plan"), ({"done": None}, "done")],
)
def test_what_else_is_missing_is_named(kim: Stage, changed: dict[str, str | None], named: str) -> None:
    result = closing(kim, screener_form(**changed))
    assert any(f"not answered in the form: {named}" in line for line in result.told.warnings)
    assert isinstance(result, Refused if named == "screener" else Done)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"status": "in-progress"}, "not complete yet"),
        ({"questionnaire": "https://carefhir.org/fhir/Questionnaire/phq-9"}, "is not an answer to"),
        ({"subject": {"reference": "Patient/another"}}, "about Patient/another"),
        ({"resourceType": "Observation"}, "not a QuestionnaireResponse"),
    ],
)
def test_what_is_no_such_form_closes_nothing(kim: Stage, more: Json, word: str) -> None:
    result = closing(kim, {**screener_form(), **more})
    assert isinstance(result, Refused)
    assert word in " ".join(result.why)
    assert stands(kim) == OPEN
    assert forms(kim) == []


def test_both_at_once_are_refused(kim: Stage) -> None:
    result = closing(kim, screener_form(), screener=CALM_SCREENER)
    assert isinstance(result, Refused)
    assert "give screener or screener_form, not both" in result.why


def test_two_answers_to_one_question_are_none(kim: Stage) -> None:
    form = screener_form()
    (intent,) = [item for item in form["item"] if item["linkId"] == "intent"]
    intent["answer"] *= 2
    assert isinstance(closing(kim, form, "physician"), Refused)
    assert stands(kim) == OPEN


def test_the_form_of_a_restricted_review_is_restricted(server: Stage) -> None:
    """The answers that raised the review are labeled; so is all that closes it."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    kim = raised(server, 1, meta={"security": [label]})
    assert isinstance(closing(kim, screener_form()), Done)
    assert [is_restricted(one) for one in (*forms(kim), *answers(kim))] == [True, True]


def test_a_restricted_form_restricts_what_is_written_of_it(kim: Stage) -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    assert isinstance(closing(kim, {**screener_form(), "meta": {"security": [label]}}), Done)
    assert [is_restricted(one) for one in (*forms(kim), *answers(kim))] == [True, True]
    receipts = [one for one in Chart(kim.backend, kim.patient).all("Provenance") if "asked her alone" in str(one)]
    assert [is_restricted(one) for one in receipts] == [True]


# ---- by itself it is nothing, and no danger in it goes unheard


@pytest.mark.parametrize(("intent", "urgent"), [("yes", True), ("no", False)])
def test_recorded_as_an_assessment_it_is_refused_and_heard(kim: Stage, intent: str, urgent: bool) -> None:
    command = RecordAssessment(patient=kim.patient, response=screener_form(intent=intent))
    result = carried_out(kim, command, WHEN)
    assert isinstance(result, Refused)
    assert "give it to resolve as screener_form" in " ".join(result.why)
    assert bool(result.told.instructions) is urgent
    assert forms(kim) == []
    assert stands(kim) == OPEN


def test_nobody_is_asked_to_fill_it_in(kim: Stage) -> None:
    command = AssignAssessment(patient=kim.patient, reason="x", instruments=("suicide-screener-result",))
    assert isinstance(carried_out(kim, command, WHEN), Refused)


def test_it_holds_no_wording_of_a_screener_and_every_screener_that_closes_a_review() -> None:
    content = load()
    form = content.get("Questionnaire", "suicide-screener-result")
    (used,) = [item for item in form["item"] if item["linkId"] == "screener"]
    known = content.concepts("https://carefhir.org/fhir/CodeSystem/suicide-instrument")
    offered = {option["valueCoding"]["code"] for option in used["answerOption"]}
    assert offered == set(known) - {"qualifier"}
    assert "license" not in str(form.get("extension"))


def test_a_command_without_the_form_is_the_same_act_as_before() -> None:
    values = {"patient": "Patient/1", "task": "Task/1", "outcome": "x", "at": WHEN, "screener": CALM_SCREENER}
    assert "screener_form" not in Resolve.model_validate(values).details()
    assert "level" not in Resolve.model_validate(values).details()["screener"]
