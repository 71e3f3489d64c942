"""Barthel, Katz, falls, health literacy: every band edge, every unanswered item; what is asked without any score.

Points and bands are those of clinical-content and clinical practice (rule 13), by hand.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from carefhir import Done, Refused
from carefhir.chart.facts import facts_of
from carefhir.commands import ConcludeAssessment
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.fhir.record import codings
from carefhir.mappers.conclusion import FUNCTION_RESULTS
from carefhir.workflows.looking.stratify import STRATIFY, Stratify
from tests.spec.instruments import MONDAY, answered, concerns, recorded, scores, tasks
from tests.spec.tables import Chart, Json, carried_out
from tests.support.backends import sandbox_backend
from tests.support.charts import chart_of, occasion
from tests.support.scenarios import Stage, enroll, stage

BARTHEL = {
    "83184-2": 10,
    "83185-9": 15,
    "96767-9": 5,
    "83183-4": 10,
    "83181-8": 5,
    "83186-7": 15,
    "96758-8": 10,
    "83182-6": 10,
    "96759-6": 10,
    "96760-4": 10,
}
"""Feeding, transfer, grooming, toilet, bathing, mobility, stairs, dressing, bowels, bladder: the most of each."""
KATZ = tuple(f"katz-{name}" for name in ("bathing", "dressing", "toileting", "transferring", "continence", "feeding"))
FALLS = ("fallen", "unsteady", "worried-about-falling")
YES, NO = "LA33-6", "LA32-8"
RESULTS = "https://carefhir.org/fhir/CodeSystem/instrument-result"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    one_more = stage(server.backend, "kim")
    carried_out(one_more, enroll(one_more), "2026-02-02T10:00:00-06:00")
    return one_more


def barthel(total: int) -> dict[str, str]:
    """Answers that add up to a total, the first items first."""
    answers = {}
    for item, most in BARTHEL.items():
        points = min(most, total)
        total -= points
        answers[item] = f"#points-{points}"
    return answers


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "total"),
        (20, "total"),
        (25, "severe"),
        (60, "severe"),
        (65, "moderate"),
        (90, "moderate"),
        (95, "slight"),
        (100, "independent"),
    ],
)
def test_barthel_at_every_band_edge(kim: Stage, total: int, band: str) -> None:
    """Points come in fives: 20 and 25 stand beside one limit, 60 and 65, 90 and 95, 95 and 100 beside the others."""
    assert isinstance(recorded(kim, answered("barthel", barthel(total))), Done)
    assert scores(kim) == {"96761-2": (total, band)}
    assert concerns(kim) == set()


@pytest.mark.parametrize("item", BARTHEL)
def test_every_unanswered_item_of_the_barthel(kim: Stage, item: str) -> None:
    result = recorded(kim, answered("barthel", {**barthel(100), item: None}))
    assert isinstance(result, Refused)
    assert f"linkId {item}: required, and not answered" in result.why
    assert scores(kim) == {}


@pytest.mark.parametrize("item", [item for item, most in BARTHEL.items() if most < 15])
def test_no_item_gives_more_than_its_points(kim: Stage, item: str) -> None:
    result = recorded(kim, answered("barthel", {**barthel(100), item: "#points-15"}))
    assert isinstance(result, Refused)
    assert scores(kim) == {}


@pytest.mark.parametrize(
    ("item", "answer", "total"),
    [
        ("96759-6", "LA31625-9", 100),
        ("96759-6", "LA31626-7", 95),
        ("96760-4", "LA31627-5", 90),
        ("96758-8", "LA24937-7", 90),
        ("96758-8", "LA31629-1", 95),
        ("96767-9", "LA31643-2", 95),
        ("96767-9", "LA31644-0", 100),
    ],
)
def test_loinc_answers_that_tell_the_points(kim: Stage, item: str, answer: str, total: int) -> None:
    assert isinstance(recorded(kim, answered("barthel", {**barthel(100), item: answer})), Done)
    assert scores(kim)["96761-2"][0] == total


def test_an_answer_that_stands_for_different_points_in_different_forms_is_asked_again(kim: Stage) -> None:
    """LA12302-8, "independent", is 0 in one public list and 10 in its next line: it is never guessed."""
    assert isinstance(recorded(kim, answered("barthel", {**barthel(100), "83184-2": "LA12302-8"})), Refused)
    assert scores(kim) == {}


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "severe-impairment"),
        (2, "severe-impairment"),
        (3, "not-labeled"),
        (4, "moderate-impairment"),
        (5, "not-labeled"),
        (6, "full-function"),
    ],
)
def test_katz_at_every_band_edge(kim: Stage, total: int, band: str) -> None:
    answers = {item: "#independent" if place < total else "#dependent" for place, item in enumerate(KATZ)}
    assert isinstance(recorded(kim, answered("katz", answers)), Done)
    assert scores(kim) == {"katz-total": (total, band)}


@pytest.mark.parametrize("item", KATZ)
def test_every_unanswered_item_of_the_katz(kim: Stage, item: str) -> None:
    assert isinstance(recorded(kim, answered("katz", dict.fromkeys(KATZ, "#independent") | {item: None})), Refused)
    assert scores(kim) == {}


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ((NO, NO, NO), "negative"),
        ((YES, NO, NO), "positive"),
        ((NO, YES, NO), "positive"),
        ((NO, NO, YES), "positive"),
        ((YES, YES, YES), "positive"),
    ],
)
def test_falls(kim: Stage, answers: tuple[str, ...], band: str) -> None:
    assert isinstance(recorded(kim, answered("falls", dict(zip(FALLS, answers, strict=True)))), Done)
    assert scores(kim) == {"falls-screen": (band, band)}
    assert concerns(kim) == ({"falls-screen-positive"} if band == "positive" else set())
    asked = [one for one in tasks(kim) if one[1] == "falls-screen-positive"]
    assert asked == [("screen-follow-up", "falls-screen-positive", kim.nurse, "2026-03-16")] * (band == "positive")


@pytest.mark.parametrize("left_out", FALLS)
def test_a_question_about_falls_that_nobody_answered_is_no_no(kim: Stage, left_out: str) -> None:
    assert isinstance(recorded(kim, answered("falls", dict.fromkeys(FALLS, NO) | {left_out: None})), Refused)
    assert scores(kim) == {}


@pytest.mark.parametrize(
    ("answer", "band"),
    [
        ("LA6270-8", "negative"),
        ("LA10066-1", "negative"),
        ("LA10082-8", "positive"),
        ("LA10044-8", "positive"),
        ("LA9933-8", "positive"),
    ],
)
def test_health_literacy(kim: Stage, answer: str, band: str) -> None:
    assert isinstance(recorded(kim, answered("health-literacy", {"help-with-reading": answer})), Done)
    assert scores(kim)["health-literacy"][1] == band
    assert concerns(kim) == ({"low-health-literacy"} if band == "positive" else set())


@pytest.mark.parametrize(
    ("form", "item"), [("what-matters", "matters-most"), ("supports", "who-helps")], ids=["what matters", "supports"]
)
def test_open_questions_are_kept_and_not_scored(kim: Stage, form: str, item: str) -> None:
    assert isinstance(recorded(kim, answered(form, {item: "my garden, and my sister on Sundays"})), Done)
    (response,) = Chart(kim.backend, kim.patient).written("QuestionnaireResponse")
    assert response["status"] == "completed"
    assert scores(kim) == {}


# activities that need help: what the tier and the pathways ask for ----------------------------------------------------


def lost(kim: Stage, when: str = MONDAY) -> list[int]:
    """The fact adl_losses, as a rule is asked with it."""
    chart = Chart(kim.backend, kim.patient)
    seen = chart_of(*chart.all("Observation"), when=when)
    return list(facts_of(seen, occasion(when))["adl_losses"])


@pytest.mark.parametrize(
    ("dependent", "count"),
    [
        ((), 0),
        ((0,), 1),
        ((0, 4), 2),
        ((0, 1, 2, 3, 4, 5), 6),
    ],
)
def test_katz_counts_activities_lost(kim: Stage, dependent: tuple[int, ...], count: int) -> None:
    answers = {item: "#dependent" if n in dependent else "#independent" for n, item in enumerate(KATZ)}
    assert isinstance(recorded(kim, answered("katz", answers)), Done)
    (observation,) = Chart(kim.backend, kim.patient).written("Observation")
    assert [part["valueInteger"] for part in observation["component"]] == [count]
    assert lost(kim) == [count]


@pytest.mark.parametrize(
    ("points", "count"),
    [
        ({}, 0),
        ({"83184-2": 5}, 1),
        ({"83184-2": 0}, 1),
        ({"83185-9": 10}, 1),
        ({"83181-8": 0, "96767-9": 0}, 1),  # bathing, and grooming with it
        ({"96759-6": 5, "96760-4": 0}, 1),  # bowels and bladder: continence, once
        ({"96758-8": 0}, 0),  # stairs are no activity of daily living
        ({"83181-8": 0, "83182-6": 5}, 2),
        (dict.fromkeys(BARTHEL, 0), 7),
    ],
)
def test_barthel_counts_activities_lost(kim: Stage, points: dict[str, int], count: int) -> None:
    answers = {item: f"#points-{points.get(item, most)}" for item, most in BARTHEL.items()}
    assert isinstance(recorded(kim, answered("barthel", answers)), Done)
    assert lost(kim) == [count]


def test_a_form_that_is_not_complete_counts_nothing(kim: Stage) -> None:
    answers: dict[str, str | None] = dict.fromkeys(KATZ, "#dependent")
    assert isinstance(recorded(kim, answered("katz", {**answers, KATZ[0]: None})), Refused)
    assert lost(kim) == []


@pytest.mark.parametrize(
    ("system", "code", "value", "count"),
    [
        (RESULTS, "katz-total", 6, [0]),
        (RESULTS, "katz-total", 4, [2]),
        (RESULTS, "katz-total", 0, [6]),
        (RESULTS, "katz-total", 7, []),
        ("http://loinc.org", "96761-2", 100, [0]),
        ("http://loinc.org", "96761-2", 95, []),  # of which activity nobody knows
        ("http://loinc.org", "44261-6", 4, []),
    ],
)
def test_a_total_alone_counts_only_what_it_tells(system: str, code: str, value: int, count: list[int]) -> None:
    seen = chart_of(total(system, code, value, "2026-03-01"), when=MONDAY)
    assert facts_of(seen, occasion(MONDAY))["adl_losses"] == count


def test_the_newest_counts_and_of_two_at_once_the_worse() -> None:
    """A Katz says nothing of household tasks: what was concluded of them before stands."""
    adl, iadl = (part("adl", 1), part("iadl", 3))
    concluded = {
        **total("https://carefhir.org/fhir/CodeSystem/assessment-domain", "function", 0, "2026-01-05"),
        "component": [adl, iadl],
    }
    newer, same_day = total(RESULTS, "katz-total", 4, "2026-02-05"), total(RESULTS, "katz-total", 3, "2026-02-05")
    facts = facts_of(chart_of(concluded, newer, same_day, when=MONDAY), occasion(MONDAY))
    assert (facts["adl_losses"], facts["iadl_losses"]) == ([3], [3])


def test_two_lost_activities_are_a_complex_need(kim: Stage) -> None:
    """Category C of the tier, by the screen alone; the tier cites it."""
    answers = {item: "#dependent" if n < 2 else "#independent" for n, item in enumerate(KATZ)}
    assert isinstance(recorded(kim, answered("katz", answers)), Done)
    seen = kim.backend.run(
        runner.show(
            STRATIFY, Stratify(patient=kim.patient), kim.occasion(datetime.fromisoformat(MONDAY)), kim.backend.server()
        )
    )
    assert "C" in seen.categories


def test_the_totals_that_are_read_are_those_that_content_counts_by() -> None:
    content = load()
    counting = {
        id_
        for (type_, id_), artefact in content.artefacts.items()
        if type_ == "ObservationDefinition"
        if any(each["url"].endswith("/function-loss-by-points") for each in artefact.get("extension", []))
    }
    assert set(FUNCTION_RESULTS.values()) == counting
    for (system, code), id_ in FUNCTION_RESULTS.items():
        assert (system, code) in set(codings(content.get("ObservationDefinition", id_), "code"))


def total(system: str, code: str, value: int, day: str) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": system, "code": code}]},
        "effectiveDateTime": day,
        "valueInteger": value,
    }


def part(kind: str, count: int) -> Json:
    coding = {"system": "https://carefhir.org/fhir/CodeSystem/function-loss", "code": kind}
    return {"code": {"coding": [coding]}, "valueInteger": count}


# what matters, and supports: the domain that they tell of ------------------------------------------------------------


def asked_to_assess(kim: Stage, domain: str) -> str:
    """An open Task to assess a domain."""
    kind = {"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "assessment"}
    about = {"system": "https://carefhir.org/fhir/CodeSystem/assessment-domain", "code": domain}
    return kim.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [kind]},
            "reasonCode": {"coding": [about]},
            "for": {"reference": kim.patient},
            "owner": {"reference": kim.nurse},
        }
    )


@pytest.mark.parametrize(
    ("form", "answers", "domain", "other"),
    [
        ("what-matters", {"matters-most": "to walk to church"}, "what-matters", "supports"),
        ("supports", {"who-helps": "her son, with the shopping", "helper-asked": NO}, "supports", "what-matters"),
    ],
)
def test_answers_support_their_domain_and_conclude_nothing(
    kim: Stage, form: str, answers: dict[str, str | None], domain: str, other: str
) -> None:
    """Whoever has the Task finds the answers there; it stays open until somebody concludes the domain in words."""
    mine, others = asked_to_assess(kim, domain), asked_to_assess(kim, other)
    result = recorded(kim, answered(form, answers))
    assert isinstance(result, Done)
    assert any("conclude it with conclude-assessment" in line for line in result.told.says)
    (response,) = Chart(kim.backend, kim.patient).all("QuestionnaireResponse")
    task = kim.backend.get(mine)
    assert task["status"] == "requested"
    assert [each["valueReference"]["reference"] for each in task["output"]] == [
        f"QuestionnaireResponse/{response['id']}"
    ]
    assert "output" not in kim.backend.get(others)
    domains = [each for each in Chart(kim.backend, kim.patient).written("Observation") if domain in str(each["code"])]
    assert domains == []


def test_a_draft_of_it_supports_nothing_yet(kim: Stage) -> None:
    task = asked_to_assess(kim, "what-matters")
    recorded(kim, answered("what-matters", {"matters-most": "to walk"}, status="in-progress"))
    assert "output" not in kim.backend.get(task)


@pytest.mark.parametrize(("form", "domain"), [("what-matters", "what-matters"), ("supports", "supports")])
def test_the_domain_is_concluded_from_the_answers(kim: Stage, form: str, domain: str) -> None:
    """The conclusion cites them, and the Task is done."""
    task = asked_to_assess(kim, domain)
    words = {"what-matters": "matters-most", "supports": "who-helps"}[form]
    assert isinstance(recorded(kim, answered(form, {words: "her garden"})), Done)
    (response,) = Chart(kim.backend, kim.patient).all("QuestionnaireResponse")
    evidence = f"QuestionnaireResponse/{response['id']}"
    command = ConcludeAssessment.model_validate(
        {
            "patient": kim.patient,
            "concluded": "2026-03-09T11:00:00-05:00",
            "conclusions": [{"domain": domain, "words": "her garden, with her son", "evidence": [evidence]}],
        }
    )
    assert isinstance(carried_out(kim, command, "2026-03-09T11:00:00-05:00"), Done)
    assert kim.backend.get(task)["status"] == "completed"
    (concluded,) = [each for each in Chart(kim.backend, kim.patient).written("Observation") if each.get("valueString")]
    assert [each["reference"] for each in concluded["derivedFrom"]] == [evidence]
