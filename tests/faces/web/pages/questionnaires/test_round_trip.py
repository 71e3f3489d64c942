"""What was typed becomes a response, and the response the same typed values again."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carefhir.faces.web.pages.questionnaires import FormItem, QuestionnaireForm
from carefhir.fhir.codec import decode_object, encode
from carefhir.fhir.r4 import objections
from tests.faces.web.pages.questionnaires.forms import (
    OURS,
    SD,
    SDC,
    SHIPPED,
    UCUM,
    Json,
    choice,
    coded,
    extension,
    form,
    item,
    posted,
    questionnaire,
    response_of,
    shipped,
    units,
    when,
)

NEW_YORK = ZoneInfo("America/New_York")
SAFETY = [extension(f"{OURS}safety-item", extension=[])]

ALL_KINDS = questionnaire(
    item("integer", "integer"),
    item("decimal", "decimal"),
    item("date", "date"),
    item("dateTime", "dateTime"),
    item("time", "time"),
    item("string", "string"),
    item("a group", "group", item=[item("text", "text"), item("boolean", "boolean")]),
    item("measured", "quantity", extension=units("kg", "g"), item=[item("below", "string")]),
    choice("choice", "a", "b", "c"),
    choice("many", "a", "b", "c", repeats=True),
    choice("list", *"abcdefgh"),
    item("open", "open-choice", answerOption=coded("a", "b")),
    item("open many", "open-choice", answerOption=coded("a", "b"), repeats=True),
    choice("safe", extension=SAFETY),
    item("first", "string", initial=[{"valueString": "initial"}]),
    item("when", "string", enableWhen=[when("boolean", "=", answerBoolean=True)]),
)
FORMS = {id_: QuestionnaireForm.of(shipped(id_)) for id_ in SHIPPED} | {"all": QuestionnaireForm.of(ALL_KINDS)}

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
SPOKEN = st.builds("\n".join, st.lists(WORDS, min_size=1, max_size=3)).map(str.strip).filter(bool)
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, places=2).map(lambda number: f"{number:f}")
MOMENTS = st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2199-01-01")).map(
    lambda moment: moment.replace(microsecond=0)
)


def _clear(moment: datetime) -> bool:
    """Whether the clocks neither skip nor repeat it."""
    wide = (moment - timedelta(hours=2), moment, moment + timedelta(hours=2))
    return len({each.replace(tzinfo=NEW_YORK).utcoffset() for each in wide}) == 1


VALUES = {
    "integer": st.integers(-(2**31), 2**31 - 1).map(str),
    "decimal": NUMBERS,
    "quantity": NUMBERS,
    "date": MOMENTS.map(lambda moment: moment.date().isoformat()),
    "time": MOMENTS.map(lambda moment: moment.time().isoformat().removesuffix(":00")),
    "dateTime": MOMENTS.filter(_clear).map(lambda moment: moment.isoformat().removesuffix(":00")),
    "string": SPOKEN,
    "text": SPOKEN,
}


@st.composite
def answers(draw: st.DrawFn, of: QuestionnaireForm) -> dict[str, list[str]]:
    """What somebody may type into a form, page by page until nothing new comes."""
    typed: dict[str, list[str]] = {}
    asked: set[str] = set()
    while True:
        items = [each for each in _flat(of.shown(typed, zone=NEW_YORK)) if each.link_id not in asked]
        if not items:
            # A later answer may have hidden a question that was answered before it.
            shown = _flat(of.shown(typed, zone=NEW_YORK))
            left = {name for each in shown for name in (each.name, each.mark, each.other_name, each.unit_name)}
            return {name: values for name, values in typed.items() if values and name in left}
        for each in items:
            asked.add(each.link_id)
            typed |= draw(_answer(each))
            typed |= {each.mark: ["1"]} if each.mark else {}


def _flat(items: tuple[FormItem, ...]) -> list[FormItem]:
    return [every for each in items for every in (each, *_flat(each.children))]


@st.composite
def _answer(draw: st.DrawFn, each: FormItem) -> dict[str, list[str]]:
    if each.kind in ("group", "display") or draw(st.booleans()):
        return {each.name: []}
    if each.kind in ("boolean", "choice", "open-choice"):
        return draw(_choice(each))
    typed = {each.name: [draw(VALUES[each.kind])]}
    return typed | ({each.unit_name: [draw(st.sampled_from(each.units)).value]} if each.units else {})


@st.composite
def _choice(draw: st.DrawFn, each: FormItem) -> dict[str, list[str]]:
    keys = [option.value for option in each.options if option.value]
    if each.control == "checkboxes":
        ticked = draw(st.sets(st.sampled_from(keys), min_size=1))
        chosen = [key for key in keys if key in ticked]  # A browser sends boxes as they stand on the page.
        other = [draw(SPOKEN)] if each.other_name and draw(st.booleans()) else []
        return {each.name: chosen, **({each.other_name: other} if other else {})}
    key = draw(st.sampled_from(keys))
    return {each.name: [key], **({each.other_name: [draw(SPOKEN)]} if key == "*" else {})}


@pytest.mark.parametrize("id_", FORMS)
@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_typed_to_response_to_typed_is_the_identity(id_: str, data: st.DataObject) -> None:
    of = FORMS[id_]
    typed = data.draw(answers(of))
    assert [problem for problem in of.problems(typed, zone=NEW_YORK) if not problem.missing] == []
    response = response_of(of, typed, zone=NEW_YORK)
    assert objections(response) == ()
    stored = decode_object(encode(response))
    again = of.typed_of(stored, zone=NEW_YORK)
    assert again.not_shown == ()
    assert again.typed == typed
    assert encode(response_of(of, again.typed, zone=NEW_YORK)) == encode(response)


@pytest.mark.parametrize("id_", FORMS)
@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_page_that_is_sent_as_it_came_changes_nothing(id_: str, data: st.DataObject) -> None:
    of = FORMS[id_]
    typed = data.draw(answers(of))
    sent = posted(of.shown(typed, zone=NEW_YORK))
    assert of.problems(sent, zone=NEW_YORK) == of.problems(typed, zone=NEW_YORK)
    assert encode(response_of(of, sent, zone=NEW_YORK)) == encode(response_of(of, typed, zone=NEW_YORK))


@given(st.dictionaries(st.sampled_from([f"q.{each.link_id}" for each in FORMS["all"].questions]), st.lists(st.text())))
def test_whatever_is_sent_is_read_or_is_a_problem(typed: dict[str, list[str]]) -> None:
    of = FORMS["all"]
    problems = of.problems(typed, zone=NEW_YORK)
    assert objections(response_of(of, typed, zone=NEW_YORK)) == ()
    of.shown(typed, problems=problems, zone=NEW_YORK)
    of.new_questions(typed, zone=NEW_YORK)


def saved(link_id: str, *given_answers: Any, **more: Any) -> Json:
    return {"item": [{"linkId": link_id, "answer": list(given_answers), **more}]}


KG = {"system": UCUM, "code": "kg", "unit": "[kg]"}


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (saved("gone", {"valueString": "Rosa"}), "linkId gone: not a question of this form"),
        (saved("a group", {"valueString": "Rosa"}), "linkId a group: not a question of this form"),
        (saved("integer", {"valueString": "Rosa"}), "linkId integer: an answer that cannot be typed as integer"),
        (saved("boolean", {"valueBoolean": "true"}), "linkId boolean: an answer that cannot be typed as boolean"),
        (saved("date", {"valueDate": "1952-02"}), "linkId date: an answer that cannot be typed as date"),
        (saved("string", {"valueString": "a"}, {"valueString": "b"}), "linkId string: several answers, and it takes"),
        (saved("choice", {"valueCoding": {"system": "s", "code": "z"}}), "none of its options"),
        (saved("choice", {"valueCoding": {"system": "s", "code": "a", "display": "not A"}}), "has other words"),
        (saved("choice", {"valueString": "a"}), "none of its options"),
        (saved("measured", {"valueQuantity": {"value": 1}}), "a number without one of its units"),
        (saved("measured", {"valueQuantity": {**KG, "value": 1, "unit": "lb"}}), "a number without one of its units"),
        (saved("measured", {"valueQuantity": {**KG, "value": 1, "comparator": "<"}}), "with a comparator"),
        (saved("measured", {"valueQuantity": {**KG, "value": "1"}}), "a number that is none"),
        (saved("integer", {"valueInteger": 1, "extension": [{"url": "u"}]}), "which may not be confirmed"),
        (saved("integer", {"valueInteger": 1}, modifierExtension=[{"url": "u"}]), "has modifierExtension"),
        (saved("integer", "Rosa"), "an answer that is none of FHIR's"),
        (saved("open many", {"valueString": "a"}, {"valueString": "b"}), "several answers in words"),
        ({"questionnaire": "https://example.org/other|1"}, "the response answers another form"),
        ({"modifierExtension": [{"url": "u"}]}, "the response has modifierExtension"),
        (
            {"item": [*saved("integer", {"valueInteger": 1})["item"], *saved("integer", {"valueInteger": 2})["item"]]},
            "linkId integer: stands there several times",
        ),
    ],
)
def test_what_cannot_be_shown_is_named(response: Json, why: str) -> None:
    of = FORMS["all"]
    again = of.typed_of({"questionnaire": of.canonical, **response})
    assert len(again.not_shown) == 1
    assert why in again.not_shown[0]
    assert "Rosa" not in again.not_shown[0]


def test_what_can_be_shown_beside_it_is_shown() -> None:
    of = FORMS["all"]
    response = {"questionnaire": of.url, "item": [*saved("x")["item"], *saved("integer", {"valueInteger": 1})["item"]]}
    again = of.typed_of(response)
    assert again.typed["q.integer"] == ["1"]
    assert again.not_shown == ()


def test_a_value_that_nobody_can_change_is_not_lost_when_it_is_another() -> None:
    of = form(item("r", "integer", readOnly=True, initial=[{"valueInteger": 1}]))
    head = {"questionnaire": of.url}
    assert of.typed_of({**head, **saved("r", {"valueInteger": 1})}).not_shown == ()
    assert "linkId r: another value" in of.typed_of({**head, **saved("r", {"valueInteger": 2})}).not_shown[0]
    calculated = extension(f"{SDC}calculatedExpression", valueExpression={})
    total = form(item("t", "integer", extension=[calculated]))
    assert total.typed_of({"questionnaire": total.url, **saved("t", {"valueInteger": 2})}).not_shown == ()


def test_an_initial_value_that_was_removed_stays_removed() -> None:
    of = FORMS["all"]
    again = of.typed_of(response_of(of, {"q.first": [""], "q.first.shown": ["1"]}))
    first = next(each for each in of.shown(again.typed) if each.link_id == "first")
    assert first.value == ""


def test_the_hour_that_comes_twice_comes_back_with_its_offset() -> None:
    of = form(item("x", "dateTime"))
    for offset in ("-04:00", "-05:00"):
        typed = {"q.x": [f"2026-11-01T01:30{offset}"]}
        response = response_of(of, typed, zone=NEW_YORK)
        again = of.typed_of(response, zone=NEW_YORK)
        assert response_of(of, again.typed, zone=NEW_YORK) == response
        assert [each.control for each in of.shown(again.typed, zone=NEW_YORK)] == ["text"]


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    of = form(item("x", "dateTime"))
    again = of.typed_of(
        {"questionnaire": of.url, **saved("x", {"valueDateTime": "2026-03-10T11:34:00Z"})}, zone=NEW_YORK
    )
    assert again.typed == {"q.x": ["2026-03-10T07:34"]}


def test_digits_survive_the_way_there_and_back() -> None:
    of = form(item("x", "decimal"), item("y", "quantity", extension=units("kg")))
    for digits in ("1.50", "0.0000001", "100000000000000000", "-0.10"):
        typed = {"q.x": [digits], "q.y": [digits], "q.y.unit": [f"{UCUM}|kg"]}
        assert of.typed_of(decode_object(encode(response_of(of, typed)))).typed == typed
        assert Decimal(digits) == Decimal(of.typed_of(response_of(of, typed)).typed["q.x"][0])


def test_hidden_values_are_no_answers_to_type() -> None:
    hidden = [extension(f"{SD}questionnaire-hidden", valueBoolean=True)]
    of = form(item("h", "integer", extension=hidden, initial=[{"valueInteger": 1}]))
    assert of.typed_of(response_of(of, {})).typed == {}
