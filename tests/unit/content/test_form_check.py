"""Checking somebody's form: each fault alone in a form that is clean without it, and near misses that are none.

The clean forms are written out here by hand, from the published ones; the faults are those that public forms and
scorers were seen with (docs/check-instrument.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from carefhir.content.form_check import FormReport, check_form
from carefhir.content.loading import load

Json = dict[str, Any]
LOINC = "http://loinc.org"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
NOTICE = "This material contains content from LOINC (https://loinc.org)."
OFTEN = (
    ("LA6568-5", "Not at all", 0),
    ("LA6569-3", "Several days", 1),
    ("LA6570-1", "More than half the days", 2),
    ("LA6571-9", "Nearly every day", 3),
)
CONTENT = load()


def option(code: str, words: str, points: float | None) -> Json:
    weight = {"extension": [{"url": ORDINAL, "valueDecimal": points}]} if points is not None else {}
    return {**weight, "valueCoding": {"system": LOINC, "code": code, "display": words}}


def question(code: str, text: str, answers: tuple[tuple[str, str, float | None], ...] = OFTEN) -> Json:
    return {
        "linkId": f"/{code}",
        "code": [{"system": LOINC, "code": code}],
        "text": text,
        "type": "choice",
        "required": True,
        "answerOption": [option(*answer) for answer in answers],
    }


def form(title: str, panel: str, notice: str, *items: Json) -> Json:
    return {
        "resourceType": "Questionnaire",
        "url": "https://site.example/Questionnaire/form",
        "version": "1",
        "title": title,
        "status": "active",
        "code": [{"system": LOINC, "code": panel}],
        "copyright": f"{notice} {NOTICE}",
        "item": list(items),
    }


GAD_7 = form(
    "GAD-7",
    "69737-5",
    "Copyright Pfizer Inc.",
    question("69725-0", "Feeling nervous, anxious, or on edge"),
    question(
        "68509-9",
        "Not being able to stop or control worrying",
        (OFTEN[0], OFTEN[1], ("LA18938-3", "More days than not", 2), OFTEN[3]),
    ),
    question("69733-4", "Worrying too much about different things"),
    question("69734-2", "Trouble relaxing"),
    question("69735-9", "Being so restless that it is hard to sit still"),
    question("69689-8", "Becoming easily annoyed or irritable"),
    question("69736-7", "Feeling afraid, as if something awful might happen"),
    {
        "linkId": "/70274-6",
        "code": [{"system": LOINC, "code": "70274-6"}],
        "text": "Total score",
        "type": "integer",
        "readOnly": True,
    },
)
AUDIT_C = form(
    "Alcohol Use Disorders Identification Test - Consumption [AUDIT-C]",
    "72109-2",
    "World Health Organization.",
    question(
        "68518-0",
        "How often do you have a drink containing alcohol?",
        (
            ("LA6270-8", "Never", 0),
            ("LA18926-8", "Monthly or less", 1),
            ("LA18927-6", "2-4 times a month", 2),
            ("LA18928-4", "2-3 times a week", 3),
            ("LA18929-2", "4 or more times a week", 4),
        ),
    ),
    question(
        "68519-8",
        "How many drinks containing alcohol do you have on a typical day?",
        (
            ("LA15694-5", "1 or 2", 0),
            ("LA15695-2", "3 or 4", 1),
            ("LA18930-0", "5 or 6", 2),
            ("LA18931-8", "7 to 9", 3),
            ("LA18932-6", "10 or more", 4),
        ),
    ),
    question(
        "68520-6",
        "How often do you have 6 or more drinks on one occasion?",
        (
            ("LA6270-8", "Never", 0),
            ("LA18933-4", "Less than monthly", 1),
            ("LA18876-5", "Monthly", 2),
            ("LA18891-4", "Weekly", 3),
            ("LA18934-2", "Daily or almost daily", 4),
        ),
    ),
    {"linkId": "/75626-2", "code": [{"system": LOINC, "code": "75626-2"}], "text": "Total score", "type": "integer"},
)
FOOD = (("LA28397-0", "Often true", 1), ("LA6729-3", "Sometimes true", 1), ("LA28398-8", "Never true", 0))
HUNGER = form(
    "Hunger Vital Sign",
    "88121-9",
    "Hager et al., Children's HealthWatch.",
    question("88122-7", "We worried whether our food would run out before we got money to buy more.", FOOD),
    question("88123-5", "The food we bought just didn't last.", (*FOOD, ("LA15775-2", "Don't know/refused", None))),
)
HOUSING = question(
    "71802-3",
    "What is your living situation today?",
    (("LA31993-1", "Steady", 0), ("LA31994-9", "Worried", 1), ("LA31995-6", "None", 1)),
)
PRAPARE = form(
    "PRAPARE",
    "93025-5",
    "NACHC.",
    {
        **question(
            "71802-3",
            "What is your housing situation?",
            (("LA30189-7", "yes", None), ("LA30190-5", "no", None), ("LA30122-8", "not said", None)),
        )
    },
)
CLEAN = {"GAD-7": GAD_7, "AUDIT-C": AUDIT_C, "Hunger Vital Sign": HUNGER}


def findings(report: FormReport, *levels: str) -> set[tuple[str, str]]:
    return {(each.code, each.where) for each in report.findings if each.level in (levels or ("fault", "doubt"))}


@pytest.mark.parametrize("name", list(CLEAN))
def test_a_clean_form_is_clean_and_says_what_was_not_checked(name: str) -> None:
    report = check_form(CONTENT, CLEAN[name])
    assert report.instrument == name
    assert findings(report) == set()
    assert report.usable
    assert any("key words" in line for line in report.checked)
    assert any("wording" in line for line in report.unchecked)


Change = Callable[[Json], None]


def put(place: str, value: Any) -> Change:
    """Sets what stands at a place, `item.1.type`; None takes it away."""

    def change(form: Json) -> None:
        *above, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
        element: Any = form
        for part in above:
            element = element[part]
        if value is None:
            del element[last]
        elif isinstance(last, int) and last == len(element):
            element.append(value)
        else:
            element[last] = value

    return change


def swapped(first: int, second: int) -> Change:
    def change(form: Json) -> None:
        items = form["item"]
        items[first], items[second] = items[second], items[first]

    return change


def swapped_codes(first: int, second: int) -> Change:
    def change(form: Json) -> None:
        items = form["item"]
        items[first]["code"], items[second]["code"] = items[second]["code"], items[first]["code"]

    return change


def inverted(item: int) -> Change:
    def change(form: Json) -> None:
        for answer in form["item"][item]["answerOption"]:
            weight = answer["extension"][0]
            weight["valueDecimal"] = 3 - weight["valueDecimal"]

    return change


def without_points(form: Json) -> None:
    for item in form["item"]:
        for answer in item.get("answerOption", []):
            answer.pop("extension", None)


def several(*changes: Change) -> Change:
    def change(form: Json) -> None:
        for each in changes:
            each(form)

    return change


def extension(name: str, **value: Any) -> list[Json]:
    return [{"url": f"{SDC}{name}", **value}]


ASKED = {"language": "text/fhirpath", "expression": "1"}
OTHER_ITEM = {
    "linkId": "x",
    "code": [{"system": LOINC, "code": "44250-9"}],
    "text": "Little interest",
    "type": "choice",
}

POINTING = {"resourceType": "ValueSet", "id": "v", "compose": {"include": [{"valueSet": ["urn:x"]}]}}

FAULTS: dict[str, tuple[Json, Change, set[tuple[str, str]]]] = {
    "an answer offered and never scored (LA18938-3)": (
        GAD_7,
        put("item.1.answerOption.2.extension", None),
        {("answer-unscored", "/68509-9")},
    ),
    "inverted points": (GAD_7, inverted(2), {("points-inverted", "/69733-4")}),
    "points of one answer": (
        GAD_7,
        put("item.2.answerOption.3.extension.0.valueDecimal", 4),
        {("points-wrong", "/69733-4")},
    ),
    "a steady home counted as a need": (
        form("AHC", "96777-8", "Sherin.", HOUSING),
        put("item.0.answerOption.0.extension.0.valueDecimal", 1),
        {("points-wrong", "/71802-3")},
    ),
    "the last two questions in the other order": (GAD_7, swapped(5, 6), {("order", "/69689-8")}),
    "the codes of the last two questions swapped": (
        GAD_7,
        swapped_codes(5, 6),
        {("item-code-wrong", "/69689-8"), ("item-code-wrong", "/69736-7"), ("order", "/69736-7")},
    ),
    "the text of another question": (
        GAD_7,
        put("item.3.text", "Feeling nervous, anxious, or on edge"),
        {("item-code-wrong", "/69734-2")},
    ),
    "a code that no instrument has": (
        GAD_7,
        put("item.3.code.0.code", "8480-6"),
        {("item-code-wrong", "/69734-2"), ("item-missing", "")},
    ),
    "no code": (GAD_7, put("item.3.code", None), {("item-code-missing", "/69734-2"), ("item-missing", "")}),
    "a check digit": (
        GAD_7,
        put("item.3.code.0.code", "69734-3"),
        {("loinc-digit", "/69734-2"), ("item-code-wrong", "/69734-2"), ("item-missing", "")},
    ),
    "68517-2 as the first question of AUDIT-C": (
        AUDIT_C,
        put("item.0.code.0.code", "68517-2"),
        {("item-of-another", "/68518-0"), ("item-missing", "")},
    ),
    "76504-0 as the total of AUDIT-C": (
        AUDIT_C,
        put("item.3.code.0.code", "76504-0"),
        {("total-of-another", "/75626-2")},
    ),
    "a panel code of another instrument": (GAD_7, put("code.0.code", "44249-1"), {("panel-of-another", "")}),
    "no panel code": (GAD_7, put("code", None), {("panel-missing", "")}),
    "an ICD-10-CM code in the header": (
        GAD_7,
        put("code.1", {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F41.1"}),
        {("header-diagnosis", "")},
    ),
    "a diagnosis without a system in the header": (GAD_7, put("code.1", {"code": "F41.1"}), {("header-diagnosis", "")}),
    "no copyright": (GAD_7, put("copyright", None), {("notice-missing", "")}),
    "a copyright that is not the owner's": (GAD_7, put("copyright", f"Ours. {NOTICE}"), {("notice-missing", "")}),
    "no notice of LOINC": (GAD_7, put("copyright", "Copyright Pfizer Inc."), {("loinc-notice", "")}),
    "no copyright of a form we do not know": (
        form("Our own", "8480-6", "", {"linkId": "a", "type": "string", "text": "How are you?"}),
        put("copyright", None),
        {("copyright-missing", "")},
    ),
    "a question left out": (GAD_7, put("item.4", None), {("item-missing", "")}),
    "a question that may be skipped": (GAD_7, put("item.4.required", None), {("not-required", "/69735-9")}),
    "a question asked twice": (
        GAD_7,
        put("item.8", {**GAD_7["item"][0], "linkId": "again"}),
        {("item-twice", "again"), ("order", "again")},
    ),
    "a linkId twice": (GAD_7, put("item.4.linkId", "/69734-2"), {("link-id", "/69734-2")}),
    "no linkId": (GAD_7, put("item.4.linkId", None), {("link-id", "?")}),
    "a question as free text": (GAD_7, put("item.4.type", "string"), {("type", "/69735-9")}),
    "an answer left out": (GAD_7, put("item.4.answerOption.1", None), {("answers-missing", "/69735-9")}),
    "an answer twice": (
        GAD_7,
        put("item.4.answerOption.4", option("LA6571-9", "Nearly every day", 3)),
        {("answer-twice", "/69735-9")},
    ),
    "the words of another answer": (
        GAD_7,
        put("item.4.answerOption.1.valueCoding.display", "Nearly every day"),
        {("answer-words", "/69735-9")},
    ),
    "words with points before them, of another answer": (
        GAD_7,
        put("item.4.answerOption.1.valueCoding.display", "3 - Nearly every day"),
        {("answer-words", "/69735-9")},
    ),
    "a wrong answer code": (
        GAD_7,
        put("item.4.answerOption.1.valueCoding.code", "LA33-6"),
        {("answer-code", "/69735-9"), ("answers-missing", "/69735-9")},
    ),
    "an unknown answer with points": (
        GAD_7,
        put("item.4.answerOption.4", option("LA15775-2", "I would rather not say", 0)),
        {("points-wrong", "/69735-9")},
    ),
    "a refusal with points": (
        HUNGER,
        put("item.1.answerOption.3.extension", [{"url": ORDINAL, "valueDecimal": 0}]),
        {("points-wrong", "/88123-5")},
    ),
    "answers elsewhere": (
        GAD_7,
        several(put("item.4.answerOption", None), put("item.4.answerValueSet", "http://site.example/ValueSet/x")),
        {("answers-not-read", "/69735-9")},
    ),
    "answers in a value set that points to another one": (
        GAD_7,
        several(
            put(
                "contained",
                [{"resourceType": "ValueSet", "id": "v", "compose": {"include": [{"valueSet": ["urn:x"]}]}}],
            ),
            put("item.4.answerOption", None),
            put("item.4.answerValueSet", "#v"),
        ),
        {("answers-not-read", "/69735-9")},
    ),
    "text of a gated instrument": (PRAPARE, put("title", "PRAPARE"), {("gated-text", "")}),
    "text of a gated instrument, by its name": (
        form("Montreal Cognitive Assessment", "72133-2", "MoCA.", {"linkId": "a", "type": "string", "text": "Name it"}),
        put("status", "active"),
        {("gated-text", "")},
    ),
    "half of the answers scored in a form we do not know": (
        form("Our own", "8480-6", "Ours.", question("8480-6", "How?", (("a", "a", 1), ("b", "b", None)))),
        put("status", "active"),
        {("points-partial", "/8480-6")},
    ),
    "no Questionnaire": (GAD_7, put("resourceType", "Bundle"), {("not-a-questionnaire", "")}),
    "no items": (GAD_7, put("item", None), {("not-a-questionnaire", "")}),
    "an element that R4 has not": (GAD_7, put("item.2.disabledDisplay", "hidden"), {("element", "/69733-4")}),
    "a type that R4 has not": (GAD_7, put("item.7.type", "coding"), {("element", "/70274-6")}),
}

UNSUPPORTED: dict[str, tuple[Change, str]] = {
    "enableWhen": (put("item.2.enableWhen", [{"question": "/69725-0", "operator": "exists"}]), "/69733-4"),
    "enableWhen, not =": (
        put("item.2.enableWhen", [{"question": "/69725-0", "operator": "=", "answerBoolean": True}]),
        "/69733-4",
    ),
    "item.repeats": (put("item.2.repeats", True), "/69733-4"),
    "item.initial": (put("item.7.initial", [{"valueInteger": 0}]), "/70274-6"),
    "initialSelected": (put("item.2.answerOption.0.initialSelected", True), "/69733-4"),
    "valueString": (put("item.2.answerOption.4", {"valueString": "other"}), "/69733-4"),
    "open-choice": (put("item.2.type", "open-choice"), "/69733-4"),
    "effectivePeriod": (put("effectivePeriod", {"start": "2026"}), ""),
    "derivedFrom": (put("derivedFrom", ["http://site.example/Questionnaire/a"]), ""),
    "implicitRules": (put("implicitRules", "http://site.example/rules"), ""),
    "modifierExtension": (put("modifierExtension", [{"url": "urn:x", "valueBoolean": True}]), ""),
    "modifierExtension, anywhere": (
        put("item.2.answerOption.0.modifierExtension", [{"url": "urn:x", "valueBoolean": True}]),
        "/69733-4",
    ),
    "calculatedExpression": (
        put("item.7.extension", extension("sdc-questionnaire-calculatedExpression", valueExpression=ASKED)),
        "/70274-6",
    ),
    "initialExpression": (
        put("item.7.extension", extension("sdc-questionnaire-initialExpression", valueExpression=ASKED)),
        "/70274-6",
    ),
    "enableWhenExpression": (
        put("item.2.extension", extension("sdc-questionnaire-enableWhenExpression", valueExpression=ASKED)),
        "/69733-4",
    ),
    "launchContext": (put("extension", extension("sdc-questionnaire-launchContext", extension=[])), ""),
    "questionnaire-hidden": (
        put(
            "item.2.extension",
            [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}],
        ),
        "/69733-4",
    ),
    "questionnaire-minOccurs": (
        put(
            "item.2.extension",
            [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs", "valueInteger": 2}],
        ),
        "/69733-4",
    ),
    "sdc-questionnaire-of-next-year": (
        put("extension", extension("sdc-questionnaire-of-next-year", valueCode="x")),
        "",
    ),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_fault_is_named_where_it_is_and_nothing_else(name: str) -> None:
    clean, change, wanted = FAULTS[name]
    seeded = deepcopy(clean)
    change(seeded)
    before = findings(check_form(CONTENT, clean))
    assert findings(check_form(CONTENT, seeded)) - (before - wanted) == wanted
    assert all(finding.remedy for finding in check_form(CONTENT, seeded).findings)


@pytest.mark.parametrize("name", list(UNSUPPORTED))
def test_each_unsupported_feature_is_refused_by_name(name: str) -> None:
    change, where = UNSUPPORTED[name]
    seeded = deepcopy(GAD_7)
    change(seeded)
    report = check_form(CONTENT, seeded)
    refused = [each for each in report.findings if each.code == "feature"]
    assert [each.where for each in refused] == [where]
    assert name in refused[0].what
    assert not report.usable


NEAR_MISSES: dict[str, tuple[Json, Change]] = {
    "the other code for 2 in GAD-7": (
        GAD_7,
        put("item.1.answerOption.2", option("LA6570-1", "More than half the days", 2)),
    ),
    "both codes for 2": (GAD_7, put("item.1.answerOption.4", option("LA6570-1", "More than half the days", 2))),
    "points as 2.0": (GAD_7, put("item.2.answerOption.2.extension.0.valueDecimal", 2.0)),
    "points on the coding, as SDC has them": (
        GAD_7,
        put(
            "item.2.answerOption.2",
            {
                "valueCoding": {
                    "system": LOINC,
                    "code": "LA6570-1",
                    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/itemWeight", "valueDecimal": 2}],
                }
            },
        ),
    ),
    "points before the words": (GAD_7, put("item.2.answerOption.2.valueCoding.display", "2 - More than half the days")),
    "an answer in another language": (GAD_7, put("item.2.answerOption.2.valueCoding.display", "Más de la mitad")),
    "a refusal without points": (GAD_7, put("item.2.answerOption.4", option("LA30122-8", "I choose not to", None))),
    "another weight of the same risk": (HUNGER, put("item.0.answerOption.0.extension.0.valueDecimal", 2)),
    "no points at all": (HUNGER, without_points),
    "a linkId of another form": (GAD_7, put("item.2.linkId", "57491")),
    "a question of another form at the end": (GAD_7, put("item.8", OTHER_ITEM)),
    "another code of the form beside the panel": (GAD_7, put("code.1", {"system": "urn:site", "code": "Z-12"})),
    "a stem": (GAD_7, put("item.8", {"linkId": "stem", "text": "Over the last 2 weeks", "type": "display"})),
    "what only shows the form": (
        GAD_7,
        put(
            "item.2.extension",
            [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl", "valueString": "radio"}],
        ),
    ),
    "a condition by a coded answer": (
        GAD_7,
        put("item.2.enableWhen", [{"question": "/69725-0", "operator": "!=", "answerCoding": {"code": "LA6568-5"}}]),
    ),
    "repeats that is false": (GAD_7, put("item.2.repeats", False)),
    "once at least": (
        GAD_7,
        put(
            "item.2.extension",
            [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs", "valueInteger": 1}],
        ),
    ),
    "no total": (GAD_7, put("item.7", None)),
}


@pytest.mark.parametrize("name", list(NEAR_MISSES))
def test_what_is_no_fault_is_not_called_one(name: str) -> None:
    clean, change = NEAR_MISSES[name]
    form = deepcopy(clean)
    change(form)
    assert findings(check_form(CONTENT, form)) == set()


def test_an_answer_that_scorers_left_out_is_named_where_the_form_has_no_points() -> None:
    form = deepcopy(GAD_7)
    without_points(form)
    assert findings(check_form(CONTENT, form)) == {("answer-needs-care", "/68509-9")}
    assert ("points-absent", "") in findings(check_form(CONTENT, form), "note")


def test_several_answers_are_taken_where_the_instrument_asks_so() -> None:
    problems = {"linkId": "p", "code": [{"system": LOINC, "code": "96778-6"}], "type": "choice", "repeats": True}
    ahc = form("AHC", "96777-8", "Sherin.", {**problems, "text": "Think about the place you live."})
    assert "feature" not in {code for code, _ in findings(check_form(CONTENT, ahc))}


def test_a_question_deep_inside_is_named_by_its_way() -> None:
    form = deepcopy(GAD_7)
    form["item"] = [{"linkId": "g", "type": "group", "text": "All", "item": form["item"]}]
    form["item"][0]["item"][1]["answerOption"][2].pop("extension")
    assert findings(check_form(CONTENT, form)) == {("answer-unscored", "g//68509-9")}


@pytest.mark.parametrize("questionnaire", sorted(key[1] for key in CONTENT.artefacts if key[0] == "Questionnaire"))
def test_our_own_forms_have_no_fault(questionnaire: str) -> None:
    report = check_form(CONTENT, CONTENT.get("Questionnaire", questionnaire))
    assert findings(report, "fault") == set()


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"resourceType": "Questionnaire", "item": ["x", None, 3]},
        {
            "resourceType": "Questionnaire",
            "item": [{"linkId": 3, "code": "x", "answerOption": "y", "type": ["a"]}],
        },
        {"resourceType": "Questionnaire", "item": [{"answerOption": [{"valueCoding": "x"}, 3]}], "contained": [3]},
        {"resourceType": "Questionnaire", "code": 3, "copyright": 3, "title": 3, "extension": "x", "item": []},
    ],
)
def test_what_is_odd_is_no_crash(odd: Json) -> None:
    check_form(CONTENT, odd)


ODD_VALUES: tuple[Any, ...] = (None, 3, "x", True, [], {}, [3], ["x"], [None], [[]], {"coding": 3}, [{"url": 3}])


def spoiled(form: Json) -> Iterator[Json]:
    """The form with one part after the other made odd."""
    places: list[tuple[Any, ...]] = [()]
    while places:
        place = places.pop()
        element: Any = form
        for part in place:
            element = element[part]
        keys = element if isinstance(element, dict) else range(len(element)) if isinstance(element, list) else ()
        for key in keys:
            places.append((*place, key))
            for odd in ODD_VALUES:
                changed = deepcopy(form)
                holder: Any = changed
                for part in place:
                    holder = holder[part]
                holder[key] = odd
                yield changed


def test_no_odd_part_is_a_crash() -> None:
    contained = {"resourceType": "ValueSet", "id": "v", "compose": {"include": [{"concept": [{"code": "LA6568-5"}]}]}}
    small = {**GAD_7, "item": [deepcopy(GAD_7["item"][1])], "contained": [contained], "extension": [{"url": "urn:x"}]}
    small["item"][0]["answerValueSet"] = "#v"
    count = 0
    for form in spoiled(json.loads(json.dumps(small))):
        check_form(CONTENT, form)
        count += 1
    assert count > 500
