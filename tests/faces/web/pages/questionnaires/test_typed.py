"""What is typed is read exactly or refused in words; the words never repeat it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carefhir.faces.web.pages.questionnaires.answered import MISSING, NOT_OFFERED, TOO_MANY
from carefhir.faces.web.pages.questionnaires.form import CHANGED
from carefhir.fhir.codec import encode
from tests.faces.web.pages.questionnaires.forms import (
    SD,
    UCUM,
    Json,
    answers_of,
    choice,
    coded,
    control,
    extension,
    flat,
    form,
    html,
    item,
    response_of,
    shipped,
    summary,
    units,
    what,
)
from tests.faces.web.pages.questionnaires.forms import QuestionnaireForm as Form

NEW_YORK = ZoneInfo("America/New_York")


def read(question: Json, *values: str, **parts: str) -> Any:
    """What one question makes of what was typed: its answers, or the words of its problem."""
    of = form(question)
    typed = {"q.x": list(values), **{f"q.x.{part}": [value] for part, value in parts.items()}}
    problems = of.problems(typed, zone=NEW_YORK)
    if problems:
        assert len(problems) == 1
        return problems[0].what
    return answers_of(response_of(of, typed, zone=NEW_YORK)).get("x")


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("boolean", "true", {"valueBoolean": True}),
        ("boolean", "false", {"valueBoolean": False}),
        ("integer", " 42 ", {"valueInteger": 42}),
        ("integer", "-3", {"valueInteger": -3}),
        ("decimal", "1.50", {"valueDecimal": Decimal("1.50")}),
        ("decimal", "180", {"valueDecimal": Decimal(180)}),
        ("decimal", "-.5", {"valueDecimal": Decimal("-0.5")}),
        ("date", "1952-02-11", {"valueDate": "1952-02-11"}),
        ("date", "2/11/1952", {"valueDate": "1952-02-11"}),
        ("date", "02/29/2024", {"valueDate": "2024-02-29"}),
        ("time", "07:05", {"valueTime": "07:05:00"}),
        ("time", "7:05 pm", {"valueTime": "19:05:00"}),
        ("time", "12:05AM", {"valueTime": "00:05:00"}),
        ("time", "12:05 PM", {"valueTime": "12:05:00"}),
        ("time", "23:59:58", {"valueTime": "23:59:58"}),
        ("dateTime", "2026-03-10T07:34", {"valueDateTime": "2026-03-10T07:34:00-04:00"}),
        ("dateTime", "2026-01-10T07:34", {"valueDateTime": "2026-01-10T07:34:00-05:00"}),
        ("dateTime", "03/10/2026 7:34 PM", {"valueDateTime": "2026-03-10T19:34:00-04:00"}),
        ("dateTime", "2026-03-10T07:34:05+02:00", {"valueDateTime": "2026-03-10T07:34:05+02:00"}),
        ("dateTime", "2026-03-10", {"valueDateTime": "2026-03-10"}),
        ("dateTime", "2026-11-01T01:30-05:00", {"valueDateTime": "2026-11-01T01:30:00-05:00"}),
        ("string", " two words ", {"valueString": "two words"}),
        ("text", "one\r\ntwo", {"valueString": "one\ntwo"}),
    ],
)
def test_what_is_typed_is_read_exactly(kind: str, typed: str, answer: Json) -> None:
    got = read(item("x", kind), typed)
    assert got == [answer]
    assert str(got) == str([answer])  # 1.50 == 1.5 for Decimal, but is not the same


def test_decimals_are_written_with_the_digits_that_were_typed() -> None:
    of = form(item("x", "decimal"), item("y", "quantity", extension=units("kg")))
    typed = {"q.x": ["1.50"], "q.y": ["70.0"], "q.y.unit": [f"{UCUM}|kg"]}
    written = encode(response_of(of, typed))
    assert b'"valueDecimal":1.50}' in written
    assert b'"value":70.0,' in written


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("boolean", "maybe", "this answer is not offered"),
        ("integer", "4.0", "whole number"),
        ("integer", "four", "whole number"),
        ("integer", "\u0664", "whole number"),
        ("integer", "1,000", "without a comma"),
        ("integer", "2147483648", "too large"),
        ("integer", "9" * 5000, "too large"),
        ("decimal", "1,5", "without a comma"),
        ("decimal", "1e3", "write a number"),
        ("decimal", "NaN", "write a number"),
        ("decimal", "5.", "write a number"),
        ("decimal", "12 lb", "write a number"),
        ("decimal", "1." + "0" * 18, "too many digits"),
        ("date", "11.02.1952", "month/day/year"),
        ("date", "1952-02", "month/day/year"),
        ("date", "02/30/2026", "no such day"),
        ("date", "13/01/2026", "no such day"),
        ("date", "0026-02-11", "check the year"),
        ("date", "20260211", "month/day/year"),
        ("time", "24:00", "no such time"),
        ("time", "23:59:60", "no such time"),
        ("time", "13:00 PM", "14:30 or 2:30 PM"),
        ("time", "half past", "14:30 or 2:30 PM"),
        ("dateTime", "tomorrow", "the day and the time"),
        ("dateTime", "2026-03-08T02:30", "the clocks go forward"),
        ("dateTime", "2026-11-01T01:30", "write -04:00 behind it for the first, -05:00 for the second"),
        ("dateTime", "2026-11-01T01:30+99:00", "no such offset"),
        ("string", "bell\x07", "cannot be kept"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(kind: str, typed: str, words: str) -> None:
    problem = read(item("x", kind), typed)
    assert words in problem
    assert typed not in problem


def test_what_was_typed_stays_as_it_was_typed_and_is_not_in_the_summary() -> None:
    of = form(*(item(kind, kind) for kind in ("integer", "date", "dateTime", "time", "string")))
    typed = {f"q.{kind}": ["Rosa\x07"] for kind in ("integer", "date", "dateTime", "time", "string")}
    problems = of.problems(typed)
    assert len(problems) == 5
    assert "Rosa" not in summary(problems) + repr(problems)
    shown = of.shown(typed, problems=problems)
    assert [each.value for each in shown] == ["Rosa\x07"] * 5
    # A picker of days would be blank, and what was typed gone.
    assert {each.control for each in shown} == {"number", "text"}
    assert html(shown).count("Rosa\x07") == 5


@pytest.mark.parametrize(
    ("kind", "value", "low", "high", "words"),
    [
        ("integer", "valueInteger", "2", "8", ("at least 3", "at most 7")),
        ("decimal", "valueDecimal", "2.99", "7.01", ("at least 3", "at most 7")),
    ],
)
def test_limits_are_allowed_themselves(kind: str, value: str, low: str, high: str, words: tuple[str, str]) -> None:
    limits = [extension(f"{SD}minValue", **{value: 3}), extension(f"{SD}maxValue", **{value: 7})]
    question = item("x", kind, extension=limits)
    assert read(question, "3")
    assert isinstance(read(question, "7"), list)
    assert (read(question, low), read(question, high)) == words


def test_limits_of_a_number_with_unit_and_of_a_day() -> None:
    limits = [*units("kg"), extension(f"{SD}maxValue", valueInteger=300)]
    assert read(item("x", "quantity", extension=limits), "301", unit=f"{UCUM}|kg") == "at most 300"
    limits = [extension(f"{SD}maxValue", valueDate="2026-02-11")]
    assert read(item("x", "date", extension=limits), "2026-02-12") == "Feb 11, 2026 or earlier"
    assert read(item("x", "date", extension=limits), "2026-02-11") == [{"valueDate": "2026-02-11"}]
    limits = [extension(f"{SD}minValue", valueTime="08:00:00")]
    assert read(item("x", "time", extension=limits), "7:59") == "08:00 or later"


def test_text_that_is_too_long_is_refused_and_not_cut_off() -> None:
    assert read(item("x", "text", maxLength=3), "abcde") == "shorten this by 2: at most 3 characters are taken"
    assert read(item("x", "text", maxLength=3), "a\r\nb") == [{"valueString": "a\nb"}]
    assert "maxlength" not in html(form(item("x", "text", maxLength=3)).shown({}))
    other = item("x", "open-choice", answerOption=coded("a"), maxLength=3)
    assert "shorten this by 1" in read(other, "*", other="abcd")


@pytest.mark.parametrize("kind", ["boolean", "integer", "string", "date"])
def test_several_answers_where_one_is_taken(kind: str) -> None:
    assert read(item("x", kind), "1", "2") == TOO_MANY
    assert read(choice("x"), "s|a", "s|b") == TOO_MANY


@pytest.mark.parametrize("blank", [(), ("",), ("  \r\n ",)])
def test_an_answer_that_is_required(blank: tuple[str, ...]) -> None:
    of = form(item("x", "string", required=True), item("y", "string"))
    problems = of.problems({"q.x": list(blank)})
    assert [(problem.html_id, problem.question, problem.what) for problem in problems] == [
        ("q-x", "Text of x", MISSING)
    ]
    assert problems[0].missing
    assert not of.problems({"q.x": ["words"]})


def test_a_group_that_is_required_needs_one_of_its_answers() -> None:
    of = form(item("g", "group", required=True, item=[item("a", "string"), item("b", "string")]))
    assert what(of.problems({})) == {"g": "answer at least one of these questions"}
    assert of.problems({"q.b": ["words"]}) == ()


def test_an_option_is_the_whole_coding_and_an_unknown_one_never_another() -> None:
    question = choice("x", "a", "b")
    question["answerOption"][1]["valueCoding"]["version"] = "2"
    assert read(question, "s|b") == [{"valueCoding": {"system": "s", "code": "b", "display": "B", "version": "2"}}]
    for odd in ("b", "1", "s|c", "t|b", "*", "-", "B"):
        assert read(question, odd) == NOT_OFFERED, odd


def test_an_artefact_that_changed_meanwhile_gives_the_same_answer_or_a_problem() -> None:
    typed = {"q.x": ["s|a"]}
    turned = form(choice("x", "b", "a"))
    assert answers_of(response_of(turned, typed)) == {"x": coded("a")}
    assert what(form(choice("x", "b", "c")).problems(typed)) == {"x": NOT_OFFERED}


def test_options_of_every_kind() -> None:
    options = [{"valueString": "words"}, {"valueInteger": 2}, {"valueDate": "2026-02-11"}, {"valueTime": "07:00:00"}]
    question = item("x", "choice", answerOption=options)
    for option in options:
        assert read(question, str(next(iter(option.values())))) == [option]
    texts = [option.text for option in form(question).shown({})[0].options]
    assert texts == ["words", "2", "Feb 11, 2026", "07:00", "not answered"]


def test_several_answers_to_a_question_that_repeats() -> None:
    question = choice("x", "a", "b", "c", repeats=True)
    assert read(question, "s|c", "s|a", "s|c") == coded("a", "c")
    assert read(question, "s|a", "s|z") == NOT_OFFERED


def test_an_answer_in_words_beside_the_options() -> None:
    question = item("x", "open-choice", answerOption=coded("a"))
    assert read(question, "s|a") == coded("a")
    assert read(question, "*", other="my own") == [{"valueString": "my own"}]
    assert read(question, other="my own") == [{"valueString": "my own"}]
    assert read(question, "*") == "write what the other answer is"
    assert read(question, "s|a", other="my own") == TOO_MANY
    several = {**question, "repeats": True}
    assert read(several, "s|a", other="my own") == [*coded("a"), {"valueString": "my own"}]
    # Words are words: that they spell an option's value chooses nothing.
    assert read(question, "*", other="s|a") == [{"valueString": "s|a"}]


def test_a_number_has_a_unit_that_is_offered() -> None:
    question = item("x", "quantity", extension=units("kg", "[lb_av]"))
    pounds = {"value": Decimal("180.0"), "unit": "[[lb_av]]", "system": UCUM, "code": "[lb_av]"}
    assert str(read(question, "180.0", unit=f"{UCUM}|[lb_av]")) == str([{"valueQuantity": pounds}])
    assert read(question, "180.0") == "choose the unit of this number"
    assert "unit that was sent is not offered" in read(question, "180.0", unit=f"{UCUM}|g")
    assert read(question, "1,5", unit=f"{UCUM}|kg") == "write the number without a comma; the decimal mark is a point"
    assert read(question, unit=f"{UCUM}|kg") is None
    two_units = {"q.x": ["180"], "q.x.unit": [f"{UCUM}|kg", f"{UCUM}|[lb_av]"]}
    assert "not offered" in what(form(question).problems(two_units))["x"]


def test_a_single_unit_is_sent_along_so_that_another_one_is_noticed() -> None:
    before, after = (form(item("x", "quantity", extension=units(unit))) for unit in ("mg/dL", "mmol/L"))
    assert f'name="q.x.unit" value="{UCUM}|mg/dL"' in html(before.shown({}))
    typed = {"q.x": ["96"], "q.x.unit": [f"{UCUM}|mg/dL"]}
    assert before.problems(typed) == ()
    assert "not offered" in what(after.problems(typed))["x"]


def test_the_unit_that_an_initial_value_names_is_chosen_and_is_no_answer() -> None:
    initial = [{"valueQuantity": {"system": UCUM, "code": "kg"}}]
    of = form(item("x", "quantity", extension=units("[lb_av]", "kg"), initial=initial))
    assert [unit.checked for unit in of.shown({})[0].units] == [False, True]
    assert "item" not in response_of(of, {})


def test_an_answer_to_a_question_that_is_gone_is_said_and_not_repeated() -> None:
    of = form(item("x", "string"), item("r", "string", readOnly=True, initial=[{"valueString": "fixed"}]))
    for name in ("q.gone", "q.gone.other", "q.r", "q.%"):
        problems = of.problems({name: ["Rosa"]})
        assert [problem.what for problem in problems] == [CHANGED], name
    assert CHANGED in summary(of.problems({"q.gone": ["Rosa"]}))
    assert of.problems({"q.gone": [""], "csrf": ["token"], "q.gone.unit": ["kg"], "q.gone.shown": ["1"]}) == ()


def test_the_summary_links_to_each_question() -> None:
    of = form(item("a", "integer"), choice("b", required=True))
    problems = of.problems({"q.a": ["x"]})
    page = summary(problems)
    assert "There is a problem" in page
    for problem in problems:
        assert f'href="#{problem.html_id}"' in page
        assert f'id="{problem.html_id}"' in html(of.shown({}))
    assert summary(()).strip() == ""


def test_texts_prefixes_help_and_units_stand_where_they_belong() -> None:
    of = form(
        item(
            "x",
            "integer",
            prefix="1.",
            item=[
                item("h", "display", extension=control("help"), text="in the last week"),
                item("u", "display", extension=control("unit"), text="steps"),
            ],
        ),
        item("t", "display", extension=control("header")),
    )
    number, header = of.shown({})
    assert (number.text, number.help, number.unit, number.children) == ("1. Text of x", "in the last week", "steps", ())
    assert header.control == "header"
    prefixed = choice("y")
    prefixed["answerOption"][0]["valueCoding"]["extension"] = [
        extension(f"{SD}questionnaire-optionPrefix", valueString="A.")
    ]
    prefixed["answerOption"][1]["extension"] = [extension(f"{SD}questionnaire-optionPrefix", valueString="B.")]
    assert [option.text for option in form(prefixed).shown({})[0].options][:2] == ["A. A", "B. B"]


def test_controls() -> None:
    many = "abcdefg"
    kinds = {
        "few": choice("few"),
        "six": choice("six", *many[:6]),
        "many": choice("many", *many),
        "buttons": choice("buttons", *many, extension=control("radio-button")),
        "list": choice("list", extension=control("drop-down")),
        "boxes": choice("boxes", repeats=True),
        "text": item("text", "text"),
        "string": item("string", "string", extension=control("text-box")),
        "decimal": item("decimal", "decimal"),
        "boolean": item("boolean", "boolean"),
        "fixed": item("fixed", "integer", readOnly=True, initial=[{"valueInteger": 1}]),
        "group": item("group", "group"),
    }
    controls = {each.link_id: each.control for each in flat(form(*kinds.values()).shown({}))}
    assert controls == {
        "few": "radios",
        "six": "radios",
        "many": "select",
        "buttons": "radios",
        "list": "select",
        "boxes": "checkboxes",
        "text": "textarea",
        "string": "text",
        "decimal": "number",
        "boolean": "radios",
        "fixed": "words",
        "group": "group",
    }


def test_an_initial_value_is_shown_until_it_is_removed() -> None:
    of = form(
        item("x", "string", initial=[{"valueString": "first"}]),
        item("y", "choice", answerOption=[*coded("a"), {**coded("b")[0], "initialSelected": True}]),
    )
    string, boxes = of.shown({})
    assert (string.value, [option.checked for option in boxes.options]) == ("first", [False, True, False])
    removed = {"q.x": [""], "q.x.shown": ["1"], "q.y": [""], "q.y.shown": ["1"]}
    string, boxes = of.shown(removed)
    assert (string.value, [option.checked for option in boxes.options]) == ("", [False, False, True])
    # What nobody has seen is in no response.
    assert "item" not in response_of(of, {})


def test_shipped_words_of_the_last_answer() -> None:
    of = Form.of(shipped("check-in-heart-failure"))
    typed = {"q.weight": ["180.0"], "q.weight.unit": [f"{UCUM}|[lb_av]"], "q.weighed-at": ["2026-03-10T07:34"]}
    was = of.in_words(response_of(of, typed, zone=NEW_YORK), zone=NEW_YORK)
    assert was == {"weight": "180.0 lb", "weighed-at": "Mar 10, 2026, 07:34"}
    weight, at, *_ = of.shown({}, was=was)
    assert (weight.was, at.was) == ("180.0 lb", "Mar 10, 2026, 07:34")
    assert "was 180.0 lb" in html((weight,))
