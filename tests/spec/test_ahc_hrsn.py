"""AHC-HRSN, core questions: every answer of every domain, what is not answered, who heard it, and whose finding it is.

Given: answers. When: the form is recorded. Then: a result for each domain that was answered, its concern, and nothing
for the others. The needs are those that CMS underlines in the tool; HITS counts from 11 on, asked alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from carefhir import Done, Refused
from tests.spec.instruments import answered, concerns, is_restricted, joins, recorded, scores, tasks
from tests.spec.tables import Chart, Json, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage

YES, NO = "LA33-6", "LA32-8"
PROBLEMS = ("LA31996-4", "LA28580-1", "LA31997-2", "LA31998-0", "LA31999-8", "LA32000-4", "LA32001-2")
HITS = ("95618-5", "95617-7", "95616-9", "95615-1")
HOW_OFTEN = (None, "LA6270-8", "LA10066-1", "LA10082-8", "LA16644-9", "LA6482-9")
SAFE = {"safe-number": "555 0100, mornings"}
NO_NEED = {
    "71802-3": "LA31993-1",
    "96778-6": "LA9-3",
    "88122-7": "LA28398-8",
    "88123-5": "LA28398-8",
    "93030-5": NO,
    "96779-4": NO,
}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    one_more = stage(server.backend, "kim")
    carried_out(one_more, enroll(one_more), "2026-02-02T10:00:00-06:00")
    return one_more


def hits(*points: int | None, alone: str | None = YES, **more: str) -> dict[str, str | Sequence[str] | None]:
    answers = {item: HOW_OFTEN[one] if one else None for item, one in zip(HITS, points, strict=True)}
    return {"asked-alone": alone, **answers, **{name.replace("_", "-"): text for name, text in more.items()}}


def ahc(answers: dict[str, str | Sequence[str] | None]) -> Json:
    return answered("ahc-hrsn", answers)


def found_tasks(kim: Stage) -> list[tuple[str, str, str]]:
    return [(kind, finding, day) for kind, finding, _, day in tasks(kim) if finding]


@pytest.mark.parametrize(
    ("item", "answer", "result", "code"),
    [
        ("71802-3", "LA31993-1", "a steady place to live", None),
        ("71802-3", "LA31994-9", "worried about losing the home", "Z59.811"),
        ("71802-3", "LA31995-6", "no steady place to live", "Z59.00"),
        ("93030-5", NO, "transport is no problem", None),
        ("93030-5", YES, "no reliable transport", "Z59.82"),
        ("96779-4", NO, "no threat to shut off services", None),
        ("96779-4", YES, "threatened to be shut off", "Z59.87"),
        ("96779-4", "LA32002-0", "already shut off", "Z59.12"),
    ],
)
def test_every_answer_of_a_domain(kim: Stage, item: str, answer: str, result: str, code: str | None) -> None:
    """The answer itself is the value; a need is a concern that nobody has confirmed; no other domain is called fine."""
    assert isinstance(recorded(kim, ahc({item: answer})), Done)
    (observation,) = Chart(kim.backend, kim.patient).written("Observation")
    assert observation["code"]["coding"][0]["code"] == item
    assert observation["valueCodeableConcept"]["coding"][0]["code"] == answer
    assert observation["valueCodeableConcept"]["text"] == result
    assert {one for one in concerns(kim) if one.startswith("Z")} == ({code} if code else set())
    conditions = Chart(kim.backend, kim.patient).written("Condition")
    assert all(one["verificationStatus"]["coding"][0]["code"] == "unconfirmed" for one in conditions)
    assert not any(map(is_restricted, (observation, *conditions)))


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        (("LA9-3",), "no-risk"),
        *(
            ((code,), "at-risk")
            for code in "LA31996-4 LA28580-1 LA31997-2 LA31998-0 LA31999-8 LA32000-4 LA32001-2".split()
        ),
        (("LA28580-1", "LA32001-2"), "at-risk"),
        (("LA9-3", "LA28580-1"), "at-risk"),
    ],
)
def test_problems_with_the_home(kim: Stage, answers: tuple[str, ...], band: str) -> None:
    """Several may be given; where "none" is among them, the problem counts."""
    assert isinstance(recorded(kim, ahc({"96778-6": answers})), Done)
    assert scores(kim)["housing-problems"][1] == band
    assert ("Z59.10" in concerns(kim)) is (band == "at-risk")


@pytest.mark.parametrize(
    ("first", "second", "band"),
    [
        ("LA28397-0", "LA28398-8", "at-risk"),
        ("LA28398-8", "LA6729-3", "at-risk"),
        ("LA28398-8", "LA28398-8", "no-risk"),
        ("LA6729-3", None, "at-risk"),
        ("LA28398-8", None, None),
    ],
)
def test_food_is_scored_as_the_hunger_vital_sign(kim: Stage, first: str, second: str | None, band: str | None) -> None:
    assert isinstance(recorded(kim, ahc({"88122-7": first, "88123-5": second})), Done)
    written = scores(kim)
    assert (written["88124-3"][1] if band else written) == (band or {})


def test_a_domain_without_an_answer_is_said_and_is_not_none(kim: Stage) -> None:
    result = recorded(kim, ahc({"93030-5": NO}))
    assert isinstance(result, Done)
    assert set(scores(kim)) == {"93030-5"}
    for definition in ("ahc-housing", "housing-problems", "hunger-vital-sign-result", "ahc-utilities", "hits-total"):
        assert any(one.startswith(f"no result for {definition}: unanswered") for one in result.told.says), definition


@pytest.mark.parametrize("answer", ["LA30189-7", "LA30190-5"])
def test_the_answers_of_prapare_to_the_same_item_are_asked_again(kim: Stage, answer: str) -> None:
    """A near miss: 71802-3 is in both forms, each with answers of its own; LA30190-5 is "no housing" there."""
    result = recorded(kim, ahc({**NO_NEED, "71802-3": answer}))
    assert isinstance(result, Refused)
    assert "linkId 71802-3: answer code is not one of its options" in result.why
    assert scores(kim) == {}


def test_the_food_questions_inside_are_no_other_instrument(kim: Stage) -> None:
    """A form of somebody else with the panel's code: its food is scored here, and nobody is sent to ask it again."""
    items = [{"linkId": code, "code": [{"system": "http://loinc.org", "code": code}]} for code in NO_NEED]
    panel = {"system": "http://loinc.org", "code": "96777-8"}
    form = {"resourceType": "Questionnaire", "id": "form", "status": "active", "code": [panel]}
    asked = [{**item, "type": "choice", "text": item["linkId"]} for item in items]
    theirs = {"questionnaire": "https://elsewhere.example/ahc", "contained": [{**form, "item": asked}]}
    result = recorded(kim, {**ahc(NO_NEED), **theirs})
    assert isinstance(result, Done), result
    assert scores(kim)["88124-3"][1] == "no-risk"
    assert not [one for one in result.told.warnings if "also asks" in one]


# HITS ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "band"),
    [
        ((1, 1, 1, 1), "negative"),
        ((3, 3, 3, 1), "negative"),
        ((5, 3, 1, 1), "negative"),
        ((3, 3, 3, 2), "positive"),
        ((5, 4, 1, 1), "positive"),
        ((5, 5, 5, 5), "positive"),
    ],
)
def test_hits_at_every_band_edge(kim: Stage, points: tuple[int, ...], band: str) -> None:
    assert isinstance(recorded(kim, ahc({**NO_NEED, **hits(*points), **SAFE})), Done)
    assert scores(kim)["95614-4"] == (sum(points), band)
    assert concerns(kim) == ({"violence-screen-positive"} if band == "positive" else set())
    assert found_tasks(kim) == ([("private-contact", "violence-screen-positive", "2026-03-09")] * (band == "positive"))


@pytest.mark.parametrize("alone", [NO, None])
def test_a_negative_hits_that_was_not_asked_alone_is_no_result(kim: Stage, alone: str | None) -> None:
    result = recorded(kim, ahc({**NO_NEED, **hits(1, 1, 1, 1, alone=alone)}))
    assert isinstance(result, Done)
    assert "95614-4" not in scores(kim)
    assert any("repeat in private" in one for one in result.told.says)
    assert set(scores(kim)) == {"71802-3", "housing-problems", "88124-3", "93030-5", "96779-4"}


TELLING = ("violence", "hits", "hurt", "threat", "abuse", "afraid", "safety", "harm")


@pytest.mark.parametrize(("alone", "points"), [(NO, (1, 1, 1, 1)), (None, (1, 1, 1, 1)), (NO, (3, 1, 1, None))])
def test_what_was_asked_before_others_is_asked_again_alone(
    kim: Stage, alone: str | None, points: tuple[int | None, ...]
) -> None:
    """A Task for a social worker, restricted, that does not tell what it is about: nobody else reads why."""
    social_worker = joins(kim, "social-worker", "social-worker")
    result = recorded(kim, ahc({**NO_NEED, **hits(*points, alone=alone)}))
    assert isinstance(result, Done)
    (task,) = [one for one in Chart(kim.backend, kim.patient).written("Task") if "private-contact" in str(one["code"])]
    assert is_restricted(task)
    assert task["owner"]["reference"] == social_worker
    assert task["restriction"]["period"]["end"] == "2026-03-16"
    assert "reasonCode" not in task
    assert not [word for word in TELLING if word in task["description"].lower().replace("safe;", "")]
    assert not [word for word in TELLING if word in str(task["code"]).lower()]


def test_it_waits_once(kim: Stage) -> None:
    recorded(kim, ahc({**NO_NEED, **hits(1, 1, 1, 1, alone=NO)}))
    recorded(kim, ahc({**NO_NEED, **hits(1, 1, 2, 1, alone=NO)}), "2026-03-09T11:00:00-05:00")
    written = Chart(kim.backend, kim.patient).written("Task")
    assert len([one for one in written if "private-contact" in str(one["code"])]) == 1


@pytest.mark.parametrize(
    "answers",
    [hits(1, 1, 1, 1), hits(None, None, None, None, alone=NO), {**hits(5, 5, 1, 1, alone=NO), **SAFE}],
    ids=["asked alone", "not asked", "positive all the same"],
)
def test_it_is_not_asked_again_where_it_counts_or_was_not_asked(
    kim: Stage, answers: dict[str, str | Sequence[str] | None]
) -> None:
    """A positive answer is a social worker's today: no second Task beside that one."""
    assert isinstance(recorded(kim, ahc({**NO_NEED, **answers})), Done)
    written = Chart(kim.backend, kim.patient).written("Task")
    days = [one["restriction"]["period"]["end"] for one in written if "private-contact" in str(one["code"])]
    assert days == (["2026-03-09"] if answers.get("95618-5") == HOW_OFTEN[5] else [])


@pytest.mark.parametrize(
    ("answers", "labeled"),
    [(hits(1, 1, 1, 1), True), (hits(1, 1, 1, 1, alone=NO), True), (hits(5, 5, 5, 5, **SAFE), True), ({}, False)],
)
def test_the_receipt_of_an_act_that_is_restricted_in_part_is_restricted(
    kim: Stage, answers: dict[str, str | Sequence[str] | None], labeled: bool
) -> None:
    """It names everything that was written together; and an act without restricted answers has an open receipt."""
    assert isinstance(recorded(kim, ahc({**NO_NEED, **answers})), Done)
    receipts = [
        one for one in Chart(kim.backend, kim.patient).all("Provenance") if "AHC-HRSN" in str(one.get("reason"))
    ]
    assert [is_restricted(one) for one in receipts] == [labeled]
    everyday = [one for one in Chart(kim.backend, kim.patient).written("Observation") if not is_restricted(one)]
    assert len(everyday) == 5, "the ordinary domains stay open"


@pytest.mark.parametrize("alone", [NO, None])
def test_a_positive_hits_is_heard_whoever_else_heard_it(kim: Stage, alone: str | None) -> None:
    assert isinstance(recorded(kim, ahc({**hits(5, 5, 1, 1, alone=alone), **SAFE})), Done)
    assert scores(kim)["95614-4"] == (12, "positive")
    assert found_tasks(kim) == [("private-contact", "violence-screen-positive", "2026-03-09")]


def test_hits_answered_by_somebody_else_is_no_result(kim: Stage) -> None:
    """A relative may answer for the household's food; that nobody hurts the person only the person can say."""
    response = ahc({**NO_NEED, **hits(1, 1, 1, 1)}) | {"source": {"reference": "RelatedPerson/son"}}
    relative = kim.backend.create({"resourceType": "RelatedPerson", "patient": {"reference": kim.patient}})
    response["source"] = {"reference": relative}
    result = recorded(kim, response)
    assert isinstance(result, Done), result
    assert "95614-4" not in scores(kim)
    assert scores(kim)["88124-3"][1] == "no-risk"


@pytest.mark.parametrize("points", [(5, 5, 1, 1), (5, 5, 1, None)])
def test_a_positive_hits_without_a_safe_number(kim: Stage, points: tuple[int | None, ...]) -> None:
    """The answers are kept and not scored; that it is a social worker's today does not wait for the number."""
    result = recorded(kim, ahc({**NO_NEED, **hits(*points)}))
    assert isinstance(result, Refused)
    assert any(why.startswith("linkId safe-number: ask in private") for why in result.why)
    assert scores(kim) == {}
    assert found_tasks(kim) == [("private-contact", "violence-screen-positive", "2026-03-09")]


def test_answers_that_reach_the_limit_though_one_is_missing(kim: Stage) -> None:
    """5 + 5 + 1 is 11 whatever the fourth answer is: no score, and the Task."""
    result = recorded(kim, ahc({**hits(5, 5, 1, None), **SAFE}))
    assert isinstance(result, Done)
    assert "95614-4" not in scores(kim)
    assert any("no result for hits-total: unanswered 95615-1" in one for one in result.told.says)
    assert found_tasks(kim) == [("private-contact", "violence-screen-positive", "2026-03-09")]


def test_the_same_finding_twice_is_one_task(kim: Stage) -> None:
    recorded(kim, ahc({**NO_NEED, **hits(5, 5, 5, 5)}))
    recorded(kim, ahc({**NO_NEED, **hits(5, 5, 5, 5), **SAFE}), "2026-03-09T11:00:00-05:00")
    assert found_tasks(kim) == [("private-contact", "violence-screen-positive", "2026-03-09")]
    assert scores(kim)["95614-4"] == (20, "positive")


def test_violence_is_a_social_workers_and_restricted_and_the_rest_is_not(kim: Stage) -> None:
    social_worker = joins(kim, "social-worker", "social-worker")
    result = recorded(kim, ahc({**NO_NEED, "93030-5": YES, **hits(5, 5, 5, 5), **SAFE}))
    assert isinstance(result, Done)
    assert ("private-contact", "violence-screen-positive", social_worker, "2026-03-09") in tasks(kim)
    chart = Chart(kim.backend, kim.patient)
    closed = {
        *("violence-screen-positive" for one in chart.written("Condition") if is_restricted(one)),
        *(one["code"]["coding"][0]["code"] for one in chart.written("Observation") if is_restricted(one)),
        *(one["code"]["coding"][0]["code"] for one in chart.written("Task") if is_restricted(one)),
    }
    assert closed == {"violence-screen-positive", "95614-4", "private-contact"}
    assert [is_restricted(one) for one in chart.written("QuestionnaireResponse")] == [True]
    assert len(chart.written("Condition")) == 2
    assert chart.written("Flag") == []
    task = chart.tasks()["private-contact"]
    assert task["priority"] == "urgent"
    assert "violence" not in task["description"].lower()
    assert "safe number" in task["description"]


def test_no_social_worker_is_said(kim: Stage) -> None:
    result = recorded(kim, ahc({**hits(5, 5, 5, 5), **SAFE}))
    assert isinstance(result, Done)
    assert ("private-contact", "violence-screen-positive", kim.nurse, "2026-03-09") in tasks(kim)
    assert any("no social worker is in the care team" in one for one in result.told.warnings)


# homeless, and services shut off --------------------------------------------------------------------------------------


def test_no_steady_place_is_asked_about_tonight_and_the_provider_is_told(kim: Stage) -> None:
    assert isinstance(recorded(kim, ahc({"71802-3": "LA31995-6"})), Done)
    assert [one for one in tasks(kim) if one[1] == "homelessness"] == [
        ("inform-provider", "homelessness", kim.physician, "2026-03-09"),
        ("screen-follow-up", "homelessness", kim.nurse, "2026-03-09"),
    ]


@pytest.mark.parametrize("answer", ["LA31993-1", "LA31994-9"])
def test_a_place_today_is_not_homeless_tonight(kim: Stage, answer: str) -> None:
    recorded(kim, ahc({"71802-3": answer}))
    assert found_tasks(kim) == []


def test_services_shut_off_cannot_wait(kim: Stage) -> None:
    recorded(kim, ahc({"96779-4": "LA32002-0"}))
    assert found_tasks(kim) == [("screen-follow-up", "utilities-shut-off", "2026-03-09")]
