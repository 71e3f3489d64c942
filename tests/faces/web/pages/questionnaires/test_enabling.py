"""enableWhen as FHIR R4 has it: operators, all and any, chains, and what a disabled question is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.faces.web.pages.questionnaires.forms import (
    SD,
    UCUM,
    Json,
    answers_of,
    choice,
    extension,
    form,
    ids,
    item,
    posted,
    response_of,
    units,
    what,
    when,
)

YES = {"answerBoolean": True}
NO = {"answerBoolean": False}


def enabled(question: Json, typed: dict[str, list[str]], *conditions: Json, **more: Any) -> bool:
    """Whether a question is shown that depends on another one."""
    of = form(question, item("x", "string", enableWhen=list(conditions), **more))
    return "x" in ids(of.shown(typed))


A = {"answerCoding": {"system": "s", "code": "a", "display": "another word"}}


@pytest.mark.parametrize(
    ("question", "typed", "condition", "expected"),
    [
        (choice("q"), "s|a", when("q", "=", **A), True),
        (choice("q"), "s|b", when("q", "=", **A), False),
        (choice("q"), "", when("q", "=", **A), False),
        (choice("q"), "s|b", when("q", "!=", **A), True),
        (choice("q"), "s|a", when("q", "!=", **A), False),
        (choice("q"), "", when("q", "!=", **A), True),
        (choice("q"), "s|a", when("q", "=", answerCoding={"code": "a"}), False),
        (choice("q"), "s|z", when("q", "exists", **YES), False),
        (item("q", "boolean"), "false", when("q", "exists", **YES), True),
        (item("q", "boolean"), "", when("q", "exists", **YES), False),
        (item("q", "boolean"), "", when("q", "exists", **NO), True),
        (item("q", "boolean"), "true", when("q", "exists", **NO), False),
        (item("q", "boolean"), "false", when("q", "=", **NO), True),
        (item("q", "integer"), "5", when("q", ">", answerInteger=5), False),
        (item("q", "integer"), "6", when("q", ">", answerInteger=5), True),
        (item("q", "integer"), "5", when("q", ">=", answerInteger=5), True),
        (item("q", "integer"), "5", when("q", "<", answerInteger=5), False),
        (item("q", "integer"), "4", when("q", "<", answerInteger=5), True),
        (item("q", "integer"), "5", when("q", "<=", answerInteger=5), True),
        (item("q", "integer"), "", when("q", "<", answerInteger=5), False),
        (item("q", "integer"), "many", when("q", "exists", **YES), False),
        (item("q", "integer"), "10", when("q", ">", answerInteger=9), True),
        (item("q", "decimal"), "1.50", when("q", "=", answerDecimal=Decimal("1.5")), True),
        (item("q", "date"), "02/11/2026", when("q", ">", answerDate="2026-02-10"), True),
        (item("q", "date"), "2026-02-10", when("q", ">", answerDate="2026-02-10"), False),
        (item("q", "time"), "9:30", when("q", "<", answerTime="10:00:00"), True),
        (item("q", "dateTime"), "2026-02-10T07:00", when("q", "<", answerDateTime="2026-02-10T08:00:00+02:00"), False),
        (item("q", "string"), "word", when("q", "=", answerString="word"), True),
        (item("q", "string"), "Word", when("q", "=", answerString="word"), False),
    ],
)
def test_each_operator(question: Json, typed: str, condition: Json, expected: bool) -> None:
    assert enabled(question, {"q.q": [typed]}, condition) is expected


def test_numbers_with_units_are_compared_in_their_unit() -> None:
    pounds = item("q", "quantity", extension=units("[lb_av]"))
    condition = when("q", ">", answerQuantity={"value": 300, "code": "[lb_av]", "system": UCUM})
    typed = {"q.q.unit": [f"{UCUM}|[lb_av]"]}
    assert enabled(pounds, {**typed, "q.q": ["301.5"]}, condition)
    assert not enabled(pounds, {**typed, "q.q": ["300"]}, condition)


def test_any_of_several_answers_counts_and_none_may_for_not_equal() -> None:
    several = choice("q", "a", "b", "c", repeats=True)
    assert enabled(several, {"q.q": ["s|b", "s|a"]}, when("q", "=", **A))
    assert not enabled(several, {"q.q": ["s|b", "s|a"]}, when("q", "!=", **A))
    assert enabled(several, {"q.q": ["s|b", "s|c"]}, when("q", "!=", **A))


@pytest.mark.parametrize(
    ("typed", "behavior", "expected"),
    [("1", "all", False), ("1", "any", True), ("7", "all", True), ("20", "any", True), ("20", "all", False)],
)
def test_all_conditions_or_any(typed: str, behavior: str, expected: bool) -> None:
    conditions = (when("q", ">", answerInteger=5), when("q", "<", answerInteger=10))
    assert enabled(item("q", "integer"), {"q.q": [typed]}, *conditions, enableBehavior=behavior) is expected


CHAIN = (
    item("a", "boolean"),
    item("b", "integer", enableWhen=[when("a", "=", **YES)]),
    item("c", "string", enableWhen=[when("b", ">", answerInteger=3)], required=True),
    item("d", "string", enableWhen=[when("b", "exists", **NO)]),
)


def test_a_question_that_is_disabled_counts_as_unanswered_down_the_chain() -> None:
    of = form(*CHAIN)
    typed = {"q.a": ["true"], "q.b": ["7"], "q.c": ["words"], "q.d": ["more"]}
    assert ids(of.shown(typed)) == ["a", "b", "c"]
    assert set(answers_of(response_of(of, typed))) == {"a", "b", "c"}
    off = {**typed, "q.a": ["false"]}
    assert ids(of.shown(off)) == ["a", "d"]
    assert set(answers_of(response_of(of, off))) == {"a", "d"}


def test_what_is_disabled_is_neither_required_nor_checked() -> None:
    of = form(*CHAIN)
    assert of.problems({"q.a": ["false"], "q.b": ["no number"]}) == ()
    assert list(what(of.problems({"q.a": ["true"], "q.b": ["7"]}))) == ["c"]


def test_an_order_in_the_form_is_not_needed() -> None:
    of = form(*reversed(CHAIN))
    assert ids(of.shown({"q.a": ["true"], "q.b": ["7"]})) == ["c", "b", "a"]


def test_what_stands_in_something_disabled_is_disabled() -> None:
    inner = item("g", "group", enableWhen=[when("a", "=", **YES)], item=[item("x", "string", required=True)])
    of = form(item("a", "boolean"), inner, item("y", "string", enableWhen=[when("x", "exists", **YES)]))
    typed = {"q.x": ["words"], "q.y": ["words"]}
    assert ids(of.shown({**typed, "q.a": ["true"]})) == ["a", "g", "x", "y"]
    assert ids(of.shown({**typed, "q.a": ["false"]})) == ["a"]
    assert set(answers_of(response_of(of, {**typed, "q.a": ["false"]}))) == {"a"}
    assert of.problems({"q.a": ["false"]}) == ()


def test_what_hangs_on_an_answer_needs_one() -> None:
    of = form(item("a", "boolean", item=[item("x", "string", required=True), item("note", "display")]))
    assert ids(of.shown({})) == ["a", "note"]
    assert of.problems({}) == ()
    assert ids(of.shown({"q.a": ["false"]})) == ["a", "x", "note"]
    assert list(what(of.problems({"q.a": ["false"]}))) == ["x"]


def test_an_enabled_question_is_announced_until_the_page_has_had_it() -> None:
    of = form(*CHAIN)
    first = posted(of.shown({}))
    assert of.new_questions(first) == ()
    typed = {**first, "q.a": ["true"]}
    assert [problem.link_id for problem in of.new_questions(typed)] == ["b"]
    again = {**posted(of.shown(typed)), **typed}
    assert of.new_questions(again) == ()
    assert [problem.link_id for problem in of.new_questions({**again, "q.b": ["4"]})] == ["c"]


def test_a_calculated_value_enables_too() -> None:
    calculated = extension(
        "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression", valueExpression={}
    )
    total = item("total", "integer", extension=[calculated])
    of = form(total, item("x", "string", enableWhen=[when("total", ">", answerInteger=9)]))
    assert ids(of.shown({}, calculated={"total": "12"})) == ["total", "x"]
    assert ids(of.shown({"q.total": ["12"]})) == ["total"]


def test_a_hidden_value_enables_too() -> None:
    hidden = [extension(f"{SD}questionnaire-hidden", valueBoolean=True)]
    of = form(
        item("h", "integer", extension=hidden, initial=[{"valueInteger": 1}]),
        item("x", "string", enableWhen=[when("h", "=", answerInteger=1)]),
    )
    assert ids(of.shown({})) == ["x"]
    assert set(answers_of(response_of(of, {"q.x": ["words"]}))) == {"h", "x"}


def test_so_is_what_comes_with_a_group_or_hangs_on_an_answer() -> None:
    group = item("g", "group", enableWhen=[when("a", "=", **YES)], item=[item("x", "string")])
    of = form(item("a", "boolean", item=[item("y", "string")]), group)
    typed = {"q.a": ["true"]}
    assert [problem.link_id for problem in of.new_questions(typed)] == ["y", "x"]
    assert of.new_questions({**posted(of.shown(typed)), **typed}) == ()
