"""The response: valid R4, nested as the Questionnaire, with silence that means what it means elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from carefhir.content import scoring
from carefhir.content.loading import load
from carefhir.faces.web.pages.questionnaires import QuestionnaireForm
from carefhir.fhir.r4 import objections
from tests.faces.web.pages.questionnaires.forms import (
    SD,
    SDC,
    SHIPPED,
    UCUM,
    Json,
    answers_of,
    choice,
    coded,
    extension,
    form,
    html,
    ids,
    item,
    response_of,
    shipped,
    units,
)

CALCULATED = [extension(f"{SDC}calculatedExpression", valueExpression={"language": "text/fhirpath", "expression": "1"})]
HIDDEN = [extension(f"{SD}questionnaire-hidden", valueBoolean=True)]
PHQ_9 = QuestionnaireForm.of(shipped("phq-9"))
SELF_HARM = "44260-8"
NEVER, DAILY = "http://loinc.org|LA6568-5", "http://loinc.org|LA6571-9"


def test_the_head_of_a_response() -> None:
    of = form(item("x", "string"))
    head = of.response({}, patient="Patient/1", authored="2026-03-10", author="Practitioner/2", source="Patient/1")
    assert head == {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://example.org/Questionnaire/x|1",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "authored": "2026-03-10",
        "author": {"reference": "Practitioner/2"},
        "source": {"reference": "Patient/1"},
    }
    assert response_of(of, {}, status="in-progress")["status"] == "in-progress"


NESTED = (
    item("g", "group", prefix="1.", item=[item("a", "boolean", item=[item("b", "quantity", extension=units("kg"))])]),
    item("empty", "group", item=[item("c", "string")]),
    choice("d", "a", "b", repeats=True, item=[item("note", "display")]),
    item("e", "dateTime"),
    item("f", "open-choice", answerOption=coded("a")),
)
TYPED = {
    "q.a": ["true"],
    "q.b": ["1.50"],
    "q.b.unit": [f"{UCUM}|kg"],
    "q.d": ["s|b", "s|a"],
    "q.e": ["2026-03-10T07:34"],
    "q.f": ["*"],
    "q.f.other": ["words"],
}


def test_items_are_nested_and_only_what_was_answered_is_there() -> None:
    response = response_of(form(*NESTED), TYPED)
    quantity = {"value": Decimal("1.50"), "unit": "[kg]", "system": UCUM, "code": "kg"}
    below = {"linkId": "b", "text": "Text of b", "answer": [{"valueQuantity": quantity}]}
    assert response["item"] == [
        {
            "linkId": "g",
            "text": "Text of g",
            "item": [{"linkId": "a", "text": "Text of a", "answer": [{"valueBoolean": True, "item": [below]}]}],
        },
        {"linkId": "d", "text": "Text of d", "answer": coded("a", "b")},
        {"linkId": "e", "text": "Text of e", "answer": [{"valueDateTime": "2026-03-10T07:34:00+00:00"}]},
        {"linkId": "f", "text": "Text of f", "answer": [{"valueString": "words"}]},
    ]
    assert objections(response) == ()


def test_a_response_shares_nothing_with_its_questionnaire() -> None:
    of = form(choice("x"))
    answers_of(response_of(of, {"q.x": ["s|a"]}))["x"][0]["valueCoding"]["display"] = "changed"
    assert answers_of(response_of(of, {"q.x": ["s|a"]})) == {"x": coded("a")}


def test_what_nobody_can_change_has_its_own_value_whatever_was_sent() -> None:
    of = form(
        item("h", "integer", extension=HIDDEN, initial=[{"valueInteger": 1}]),
        item("r", "choice", answerOption=coded("a", "b"), readOnly=True, initial=coded("a")),
        item("n", "string", readOnly=True),
        item("g", "group", extension=HIDDEN, item=[item("i", "string", initial=[{"valueString": "inside"}])]),
    )
    sent = {"q.h": ["2"], "q.r": ["s|b"], "q.n": ["words"], "q.i": ["words"]}
    for typed in ({}, sent):
        assert answers_of(response_of(of, typed)) == {
            "h": [{"valueInteger": 1}],
            "r": coded("a"),
            "g": [],
            "i": [{"valueString": "inside"}],
        }
    assert ids(of.shown(sent)) == ["r", "n"]
    out_of_sight = item("in", "group", required=True, item=[item("x", "string")])
    assert form(item("out", "group", extension=HIDDEN, item=[out_of_sight])).problems({}) == ()
    page = html(of.shown(sent))
    assert "<input" not in page
    assert "no answer" in page


def test_a_calculated_value_is_what_the_server_says() -> None:
    of = form(item("total", "integer", extension=CALCULATED, required=True), item("x", "string"))
    assert "worked out by the server" in html(of.shown({}))
    assert of.problems({}) == ()
    assert answers_of(response_of(of, {"q.total": ["99"]})) == {}
    assert answers_of(response_of(of, {}, calculated={"total": "12"})) == {"total": [{"valueInteger": 12}]}
    shown = of.shown({}, calculated={"total": "12"})[0]
    assert (shown.value, shown.control, shown.read_only) == ("12", "words", True)
    with pytest.raises(ValueError, match="linkId total"):
        response_of(of, {}, calculated={"total": "a dozen"})


def phq_9(*choices: str) -> dict[str, list[str]]:
    asked = [question.link_id for question in PHQ_9.questions if question.required]
    return {f"q.{link_id}": [chosen] for link_id, chosen in zip(asked, choices, strict=True)}


@pytest.mark.parametrize(
    ("daily", "total", "band"), [(0, 0, "minimal"), (4, 12, "moderate"), (8, 24, "severe"), (9, 27, "severe")]
)
def test_phq_9_scores_to_its_total(daily: int, total: int, band: str) -> None:
    typed = phq_9(*[DAILY] * daily, *[NEVER] * (9 - daily))
    assert PHQ_9.problems(typed) == ()
    response = response_of(PHQ_9, typed)
    judgment = scoring.judge(load(), shipped("phq-9"), response)
    assert judgment.objections == ()
    assert [(score.points, band in score.band) for score in judgment.scores] == [(total, True)]
    assert [danger.finding for danger in judgment.dangers] == (["self-harm-item-positive"] if daily == 9 else [])
    assert objections(response) == ()


@pytest.mark.parametrize("sent", [[], [""], ["s|unknown"], [NEVER, DAILY]])
def test_a_safety_item_that_must_be_asked_is_heard_when_it_has_no_answer(sent: list[str]) -> None:
    typed = {**phq_9(*[NEVER] * 9), f"q.{SELF_HARM}": sent}
    response = response_of(PHQ_9, typed, status="in-progress")
    assert answers_of(response)[SELF_HARM] == []
    judgment = scoring.judge(load(), shipped("phq-9"), response)
    assert [danger.finding for danger in judgment.dangers] == ["self-harm-item-unanswered"]
    assert [problem.link_id for problem in PHQ_9.problems(typed)] == [SELF_HARM]


@pytest.mark.parametrize("id_", [id_ for id_ in SHIPPED if id_.startswith("check-in")])
def test_a_safety_item_that_need_not_be_asked_is_silent_unless_it_was(id_: str) -> None:
    of, instrument = QuestionnaireForm.of(shipped(id_)), shipped(id_)
    name = "q.thoughts-of-death"
    for typed in ({}, {name: [""]}):
        assert scoring.safety_asked(instrument, response_of(of, typed)) == frozenset()
    for typed in ({name: ["-"]}, {name: ["s|unknown"]}, {name: [NEVER, DAILY]}, {name: ["-", NEVER]}):
        response = response_of(of, typed)
        assert scoring.safety_asked(instrument, response) == {"thoughts-of-death"}
        assert answers_of(response)["thoughts-of-death"] == []
        assert objections(response) == ()
    assert [problem for problem in of.problems({name: ["-"]}) if not problem.missing] == []
    assert [problem for problem in of.problems({name: ["-", NEVER]}) if not problem.missing]


def test_a_safety_item_that_is_not_enabled_was_not_asked() -> None:
    safety = [extension("https://carefhir.org/fhir/StructureDefinition/safety-item", extension=[])]
    condition = [{"question": "q", "operator": "=", "answerBoolean": True}]
    of = form(item("q", "boolean"), choice("x", required=True, extension=safety, enableWhen=condition))
    assert set(answers_of(response_of(of, {"q.q": ["false"]}))) == {"q"}
    assert answers_of(response_of(of, {"q.q": ["true"]}))["x"] == []


def test_a_problem_is_left_out_and_the_rest_is_kept() -> None:
    of = form(item("x", "integer"), item("y", "integer"))
    typed = {"q.x": ["many"], "q.y": ["2"]}
    assert answers_of(response_of(of, typed)) == {"y": [{"valueInteger": 2}]}
    assert [problem.missing for problem in of.problems(typed)] == [False]


def test_a_form_without_canonical_names_none() -> None:
    plain: Json = {"resourceType": "Questionnaire", "status": "active", "item": [item("x", "string")]}
    assert "questionnaire" not in response_of(QuestionnaireForm.of(plain), {})


def test_only_a_safety_item_that_need_not_be_asked_offers_that_it_was_asked_in_vain() -> None:
    safety = [extension("https://carefhir.org/fhir/StructureDefinition/safety-item", extension=[])]
    of = form(choice("may", extension=safety), choice("must", extension=safety, required=True), choice("other"))
    texts = {each.link_id: [option.text for option in each.options][2:] for each in of.shown({})}
    assert texts == {"may": ["asked, not answered", "not asked"], "must": [], "other": ["not answered"]}
    assert of.typed_of({"questionnaire": of.url, **response_of(of, {})}).typed == {}
    asked = response_of(of, {"q.may": ["-"]})
    assert of.typed_of(asked).typed == {"q.may": ["-"]}


def test_what_nobody_can_change_is_not_marked_as_required() -> None:
    of = form(item("r", "integer", readOnly=True, required=True, initial=[{"valueInteger": 1}]))
    assert "(required)" not in html(of.shown({}))
    assert of.problems({}) == ()
