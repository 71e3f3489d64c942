"""What cannot be shown is refused by name, all of it at once."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.errors import ContentError
from carefhir.faces.web.pages.questionnaires import SUPPORTED, QuestionnaireForm, unsupported
from carefhir.faces.web.pages.questionnaires.supported import CHANGES_NOTHING, READ, TYPES
from tests.faces.web.pages.questionnaires.forms import (
    OURS,
    SD,
    SDC,
    SHIPPED,
    Json,
    choice,
    coded,
    control,
    extension,
    item,
    questionnaire,
    shipped,
    units,
    when,
)

Q = item("q", "integer")
SAFETY = [extension(f"{OURS}safety-item", extension=[])]
HIDDEN = [extension(f"{SD}questionnaire-hidden", valueBoolean=True)]
EXPRESSION = {"language": "text/fhirpath", "expression": "true"}


@pytest.mark.parametrize("id_", SHIPPED)
def test_every_shipped_form_is_supported(id_: str) -> None:
    assert unsupported(shipped(id_)) == ()
    assert QuestionnaireForm.of(shipped(id_)).title


def x(type_: str, **more: Any) -> tuple[Json, ...]:
    return (item("x", type_, **more),)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (x("attachment"), "linkId x: type attachment"),
        (x("reference"), "linkId x: type reference"),
        (x("url"), "linkId x: type url"),
        (x("coding"), "linkId x: type coding"),
        (x("choice", answerValueSet="v"), "linkId x: answerValueSet"),
        (x("choice"), "linkId x: no answerOption"),
        (x("choice", answerOption=[{"valueReference": {"reference": "A/1"}}]), "answerOption with valueReference"),
        (x("choice", answerOption=[{"valueCoding": {"display": "A"}}]), "answerOption without code"),
        (x("choice", answerOption=[{"valueString": "*"}]), "cannot be posted"),
        (x("choice", answerOption=[{"valueString": " a "}]), "cannot be posted"),
        (x("choice", answerOption=[*coded("a"), *coded("a")]), "answerOptions that are the same"),
        (x("choice", answerOption=[{}]), "answerOption with no value"),
        (x("integer", answerOption=[{"valueInteger": 1}]), "answerOption on a question that is no choice"),
        (x("integer", modifierExtension=[{"url": "u"}]), "linkId x: modifierExtension"),
        (x("integer", code=[{"modifierExtension": [{"url": "u"}]}]), "linkId x: modifierExtension"),
        (
            x("integer", extension=[extension(f"{SDC}enableWhenExpression", valueExpression=EXPRESSION)]),
            f"linkId x: extension {SDC}enableWhenExpression",
        ),
        (x("integer", extension=[extension(f"{SD}regex", valueString=".")]), f"linkId x: extension {SD}regex"),
        (x("integer", _text={"extension": [extension("u")]}), "linkId x: extension u"),
        (x("integer", extension=control("slider")), "linkId x: item control slider on type integer"),
        (x("group", extension=control("table")), "linkId x: item control table on type group"),
        (x("integer", extension=control("help")), "item control help on type integer"),
        (x("display", extension=control("unit")), "takes no number"),
        (x("display", extension=control("help")), "it stands in no item"),
        (x("integer", extension=[*control("text-box"), *control("check-box")]), "several item controls"),
        (x("integer", disabledDisplay="hidden"), "linkId x: element disabledDisplay"),
        ((*x("integer"), *x("string")), "linkId x: stands on 2 items"),
        (({"type": "integer", "text": "t"},), "item 1: no linkId"),
        ((item("g", "group", item=[{"type": "integer"}]),), "item 1.1: no linkId"),
        (({"linkId": "x", "text": "t"},), "linkId x: no type"),
        (({"linkId": "x", "type": "integer"},), "linkId x: no text"),
        (("odd",), "item 1: no item"),  # type: ignore[arg-type]
        (x("integer", required="yes"), "linkId x: required is not what FHIR has there"),
        (x("string", maxLength=0), "linkId x: maxLength is not what FHIR has there"),
        (x("boolean", maxLength=1), "maxLength on type boolean"),
        (x("string", repeats=True), "linkId x: repeats on type string"),
        (x("group", repeats=True), "linkId x: repeats on type group"),
        ((choice("m", repeats=True, item=list(x("integer"))),), "linkId x: stands below a question that takes several"),
        (x("display", required=True), "a display item that asks"),
        (x("quantity"), "a quantity without unit"),
        (x("quantity", extension=units("kg", "kg")), "units that are the same"),
        (x("quantity", extension=[extension(f"{SD}questionnaire-unit", valueCoding={"code": "kg"})]), "without system"),
        (x("string", extension=units("kg")), "a unit on type string"),
        (x("integer", extension=units("kg", "g")), "a choice of units on type integer"),
        (x("integer", extension=[extension(f"{SD}minValue", valueDecimal=1)]), "minValue of another type"),
        (x("date", extension=[extension(f"{SD}maxValue", valueDate="soon")]), "maxValue that cannot be read"),
        (x("integer", extension=[extension(f"{SD}maxValue", valueInteger=1)] * 2), "several maxValue"),
        (
            x("quantity", extension=[*units("kg", "g"), extension(f"{SD}minValue", valueInteger=1)]),
            "minValue on a quantity with several units",
        ),
        (x("integer", initial=[{"valueString": "1"}]), "an initial value of another type"),
        (x("integer", initial=[{"valueInteger": 1}, {"valueInteger": 2}]), "several initial values"),
        (x("date", initial=[{"valueDate": "2026-02"}]), "an initial value that cannot be typed"),
        ((choice("x", initial=coded("z")),), "an initial value that is no answerOption"),
        (x("quantity", extension=units("kg"), initial=[{"valueQuantity": {"value": 1}}]), "whose unit is not offered"),
        (x("integer", required=True, extension=HIDDEN), "hidden, required, and without a value"),
        ((choice("x", extension=[*SAFETY, *HIDDEN]),), "linkId x: a safety item that is hidden"),
        ((item("g", "group", extension=HIDDEN, item=[choice("x", extension=SAFETY)]),), "a safety item that is hidden"),
        ((choice("x", extension=SAFETY, readOnly=True),), "a safety item that is read-only"),
        ((choice("x", extension=SAFETY, initial=coded("a")),), "a safety item that is filled in beforehand"),
        ((choice("x", extension=SAFETY, repeats=True),), "a safety item that is not one choice"),
        ((Q, *x("string", enableWhen=[when("z", "exists", answerBoolean=True)])), "a question that does not exist"),
        ((Q, *x("string", enableWhen=[when("q", "~", answerInteger=1)])), "enableWhen with the operator ~"),
        ((Q, *x("string", enableWhen=[when("q", "=", answerString="1")])), "with an answer of another type"),
        ((Q, *x("string", enableWhen=[when("q", "exists", answerInteger=1)])), "with an answer of another type"),
        ((Q, *x("string", enableWhen=[when("q", "=")])), "with an answer of another type"),
        (
            (choice("q"), *x("string", enableWhen=[when("q", ">", answerCoding={"code": "a"})])),
            "enableWhen with the operator > on a question of type choice",
        ),
        (
            (item("q", "group"), *x("string", enableWhen=[when("q", "exists", answerBoolean=True)])),
            "enableWhen names an item that takes no answer",
        ),
        (
            (Q, *x("string", enableWhen=[{**when("q", "=", answerInteger=1), "extension": [extension("u")]}])),
            "linkId x: an expression in enableWhen",
        ),
        (
            (Q, *x("string", enableWhen=[{**when("q", "=", answerInteger=1), "modifierExtension": []}])),
            "linkId x: an expression in enableWhen",
        ),
        (
            (Q, *x("string", enableWhen=[when("q", ">", answerInteger=1), when("q", "<", answerInteger=9)])),
            "enableBehavior is neither all nor any",
        ),
        (
            (
                item("q", "quantity", extension=units("kg", "g")),
                *x("string", enableWhen=[when("q", ">", answerQuantity={"value": 1, "code": "kg"})]),
            ),
            "enableWhen compares numbers of different units",
        ),
        (
            (
                item("q", "integer", enableWhen=[when("x", "exists", answerBoolean=True)]),
                *x("integer", enableWhen=[when("q", "exists", answerBoolean=True)]),
            ),
            "linkId x: enableWhen goes in a circle",
        ),
        (x("boolean", item=[item("y", "string")], enableWhen=[when("y", "exists", answerBoolean=True)]), "in a circle"),
    ],
)
def test_what_is_not_supported_is_named(items: tuple[Json, ...], words: str) -> None:
    problems = unsupported(questionnaire(*items))
    assert any(words in problem for problem in problems), problems
    with pytest.raises(ContentError, match="cannot be shown as a form"):
        QuestionnaireForm.of(questionnaire(*items))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"implicitRules": "https://example.org"}, "the questionnaire: implicitRules"),
        ({"modifierExtension": [{"url": "u"}]}, "the questionnaire: modifierExtension"),
        ({"extension": [extension(f"{SDC}launchContext")]}, f"the questionnaire: extension {SDC}launchContext"),
        ({"item": "none"}, "item list: no list"),
    ],
)
def test_so_is_what_is_odd_about_the_whole(more: Json, words: str) -> None:
    assert words in unsupported({**questionnaire(Q), **more})


def test_everything_is_named_at_once_with_the_name_of_the_questionnaire() -> None:
    odd = questionnaire(item("a", "attachment"), item("b", "reference"), Q)
    with pytest.raises(ContentError) as refusal:
        QuestionnaireForm.of(odd)
    for words in (odd["url"], "linkId a: type attachment", "linkId b: type reference"):
        assert words in str(refusal.value)


def test_each_type_that_is_supported_loads() -> None:
    more: dict[str, Json] = {
        "choice": {"answerOption": coded("a")},
        "open-choice": {"answerOption": coded("a")},
        "quantity": {"extension": units("kg")},
    }
    whole = questionnaire(*(item(kind, kind, **more.get(kind, {})) for kind in TYPES))
    assert unsupported(whole) == ()


def test_what_is_supported_is_one_table() -> None:
    names = [name for name, _ in SUPPORTED]
    assert len(set(names)) == len(names)
    assert all(name and how_far for name, how_far in SUPPORTED)
    assert not READ & CHANGES_NOTHING
