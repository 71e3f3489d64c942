"""The HTML: every control has a name, a label and an id of its own; nothing that comes from outside is markup."""

from __future__ import annotations

from collections import Counter

import pytest

from carefhir.faces.web.pages.questionnaires import FormItem, QuestionnaireForm
from tests.faces.web.pages.questionnaires.forms import (
    SD,
    SHIPPED,
    UCUM,
    Elements,
    choice,
    coded,
    control,
    extension,
    flat,
    form,
    html,
    item,
    shipped,
    summary,
    units,
)
from tests.faces.web.pages.questionnaires.test_round_trip import ALL_KINDS

WHOLE = {id_: shipped(id_) for id_ in SHIPPED} | {"all": ALL_KINDS}
HOSTILE = """<script>alert("1")</script>'"&amp; {{ 7*7 }} \t\u202e""" + "x" * 300


def states(of: QuestionnaireForm) -> list[tuple[FormItem, ...]]:
    """A form as it comes, with everything wrong, and with earlier answers."""
    wrong = {f"q.{each.link_id}": ["?"] for each in flat(of.shown({}))}
    was = {each.link_id: "something" for each in flat(of.shown({}))}
    return [of.shown({}), of.shown(wrong, problems=of.problems(wrong), was=was), of.shown({}, problems=of.problems({}))]


def check(page: Elements) -> None:
    every = Counter(values["id"] for _, values in page.elements if "id" in values)
    assert max(every.values()) == 1, every.most_common(1)
    assert not any(" " in name for name in every)
    labels = [values["for"] for values in page.all("label")]
    for tag, values in page.elements:
        for attribute in ("aria-labelledby", "aria-describedby"):
            assert set(values.get(attribute, "").split()) <= set(every), values
        assert not {"style", "onclick"} & set(values)
        if tag in ("input", "select", "textarea") and values.get("type") != "hidden":
            assert labels.count(values["id"]) == 1, values
            assert values["name"].startswith("q.")
    assert set(labels) <= set(every)


@pytest.mark.parametrize("id_", WHOLE)
def test_ids_are_unique_and_every_control_has_a_label(id_: str) -> None:
    of = QuestionnaireForm.of(WHOLE[id_])
    for items in states(of):
        page = Elements(html(items))
        check(page)
        assert not {"script", "style"} & {tag for tag, _ in page.elements}
        rows = [values["id"] for values in page.all("div") if values.get("class", "").startswith("question")]
        assert len(rows) == len([each for each in flat(items) if each.kind not in ("group", "display")])


@pytest.mark.parametrize("id_", WHOLE)
def test_the_buttons_of_a_question_share_a_name_that_no_other_has(id_: str) -> None:
    items = QuestionnaireForm.of(WHOLE[id_]).shown({})
    buttons = [values for values in Elements(html(items)).all("input") if values["type"] == "radio"]
    by_name = Counter(values["name"] for values in buttons)
    wanted = {each.name: len(each.options) for each in flat(items) if each.control == "radios"}
    assert by_name == wanted
    assert len({(values["name"], values["value"]) for values in buttons}) == len(buttons)


@pytest.mark.parametrize("id_", WHOLE)
def test_the_texts_of_the_questions_are_there(id_: str) -> None:
    items = QuestionnaireForm.of(WHOLE[id_]).shown({})
    text = Elements(html(items)).text
    for each in flat(items):
        assert " ".join(each.text.split()) in text


def test_a_page_of_the_longest_form_is_small_enough() -> None:
    for of in map(QuestionnaireForm.of, WHOLE.values()):
        wrong = states(of)[1]
        assert len(html(wrong).encode()) < 70_000


def one_element(tag: str, page: str, **attributes: str) -> dict[str, str]:
    (values,) = [
        values
        for values in Elements(page).all(tag)
        if all(values.get(name) == value for name, value in attributes.items())
    ]
    return values


def test_what_is_required_wrong_and_earlier_is_said_to_a_screen_reader() -> None:
    of = form(choice("x", required=True), item("y", "integer", required=True), item("z", "integer"))
    page = html(of.shown({}, problems=of.problems({}), was={"x": "A"}))
    group = one_element("div", page, role="radiogroup")
    assert group["aria-labelledby"] == "q-x.label"
    assert group["aria-required"] == group["aria-invalid"] == "true"
    assert group["aria-describedby"] == "q-x.was q-x.problem"
    number = one_element("input", page, name="q.y")
    assert (number["type"], number["inputmode"]) == ("text", "decimal")
    assert number["aria-required"] == number["aria-invalid"] == "true"
    plain = one_element("input", page, name="q.z")
    assert not {"aria-required", "aria-invalid", "aria-describedby", "required"} & set(plain)
    assert Elements(page).text.count("(required)") == 2


def test_several_answers_are_boxes_and_many_options_a_list() -> None:
    page = html(form(choice("m", repeats=True), choice("l", *"abcdefg")).shown({"q.m": ["s|b"], "q.l": ["s|g"]}))
    boxes = [values for values in Elements(page).all("input") if values["type"] == "checkbox"]
    assert [(values["value"], "checked" in values) for values in boxes] == [("s|a", False), ("s|b", True)]
    assert one_element("div", page, role="group")["aria-labelledby"] == "q-m.label"
    assert [values["value"] for values in Elements(page).all("option") if "selected" in values] == ["s|g"]


def test_a_choice_that_is_optional_can_be_taken_back() -> None:
    page = html(form(choice("x"), choice("y", required=True)).shown({}))
    checked = [values for values in Elements(page).all("input") if "checked" in values]
    assert [(values["name"], values["value"]) for values in checked] == [("q.x", "")]


def test_a_group_has_a_heading_and_groups_in_it_a_lower_one() -> None:
    inner = item("in", "group", text="Inner", required=True, item=[item("x", "string")])
    page = html(form(item("out", "group", text="Outer", item=[inner])).shown({}))
    sections = Elements(page).all("section")
    assert [values["aria-labelledby"] for values in sections] == ["q-out.label", "q-in.label"]
    assert '<h3 id="q-out.label">Outer</h3>' in page
    assert '<h4 id="q-in.label">Inner<span' in page


def test_a_unit_to_choose_and_one_to_read() -> None:
    of = form(item("x", "quantity", extension=units("kg", "g")), item("y", "quantity", extension=units("kg")))
    page = html(of.shown({"q.x.unit": [f"{UCUM}|g"]}))
    assert [values["value"] for values in Elements(page).all("option") if "selected" in values] == [f"{UCUM}|g"]
    assert one_element("input", page, name="q.y.unit")["value"] == f"{UCUM}|kg"
    assert one_element("span", page, id="q-y.unit")["class"] == "unit"
    assert one_element("input", page, name="q.y")["aria-describedby"] == "q-y.unit"


def test_pickers_of_days_and_times() -> None:
    of = form(item("d", "date"), item("m", "dateTime"), item("t", "time"))
    filled = {"q.d": ["2026-02-11"], "q.m": ["2026-02-11T07:34"], "q.t": ["07:34"]}
    for typed in ({}, filled):
        types = [values["type"] for values in Elements(html(of.shown(typed))).all("input")]
        assert types == ["date", "datetime-local", "time"]
    american = {"q.d": ["02/11/2026"], "q.m": ["02/11/2026 7:34 AM"], "q.t": ["7:34 AM"]}
    page = Elements(html(of.shown(american)))
    assert [(values["type"], values["value"]) for values in page.all("input")] == [
        ("text", "02/11/2026"),
        ("text", "02/11/2026 7:34 AM"),
        ("text", "7:34 AM"),
    ]
    assert page.text.count("write the") == 3


def test_what_is_hostile_is_text() -> None:
    options = [
        {"valueCoding": {"system": HOSTILE, "code": HOSTILE, "display": HOSTILE}},
        {"valueCoding": {"system": "s", "code": "a", "display": "A"}},
    ]
    of = form(
        item(HOSTILE, "choice", text=HOSTILE, prefix=HOSTILE, answerOption=options, required=True),
        item(f"{HOSTILE}.other", "open-choice", text=HOSTILE, answerOption=coded("a")),
        item("number", "quantity", text=HOSTILE, extension=units(HOSTILE)),
        item("group", "group", text=HOSTILE, item=[item("h", "display", text=HOSTILE, extension=control("help"))]),
        item("display", "display", text=HOSTILE),
        item("fixed", "string", text=HOSTILE, readOnly=True, initial=[{"valueString": HOSTILE.strip()}]),
        item("words", "text", text=HOSTILE),
        item("limit", "time", text=HOSTILE, extension=[extension(f"{SD}minValue", valueTime="07:00:00")]),
    )
    names = [each.name for each in flat(of.shown({}))]
    typed = {name: [HOSTILE] for name in names}
    problems = of.problems(typed)
    items = of.shown(typed, problems=problems, was={HOSTILE: HOSTILE})
    page = Elements(html(items) + summary(problems))
    check(Elements(html(items)))
    assert not {"script", "style"} & {tag for tag, _ in page.elements}
    assert "49" not in page.text
    assert page.posted["q.words"] == [HOSTILE]
    links = {values["href"].removeprefix("#") for values in page.all("a")}
    assert links <= {values.get("id", "") for _, values in page.elements}
    key = next(option.value for option in items[0].options if option.value != "s|a")
    assert of.problems({items[0].name: [key]}) == ()


def test_what_is_typed_first_in_a_text_is_not_lost() -> None:
    of = form(item("x", "text"))
    assert Elements(html(of.shown({"q.x": ["\n\nthird line"]}))).posted == {"q.x": ["\n\nthird line"]}
