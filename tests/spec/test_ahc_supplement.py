"""AHC-HRSN, supplemental questions: every answer of every domain, exercise at its limit, what only the patient can say,
and that nothing about drink, tobacco and drugs is seen where others look.

Given: answers. When: the form is recorded. Then: a result for each domain that was answered, and nothing for the
others. Which answers are a need is written out by hand here.
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
NEVER, ONCE, MONTHLY, WEEKLY, DAILY = "LA6270-8", "LA26460-8", "LA18876-5", "LA18891-4", "LA18934-2"
NOT_AT_ALL, SEVERAL, HALF, NEARLY = "LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"
SUBSTANCES = ("68517-2", "96842-0", "95530-2", "68524-8")
DAYS = ("LA6111-4", "LA6112-2", "LA6113-0", "LA6114-8", "LA6115-5", "LA10137-0", "LA10138-8", "LA10139-6")
MINUTES = {
    0: "LA6111-4", 10: "LA13942-0", 20: "LA19282-5", 30: "LA28855-7", 40: "LA28858-1",
    50: "LA28854-0", 60: "LA28853-2", 90: "LA28891-2", 120: "LA32059-0", 150: "LA32060-8",
}  # fmt: skip
SINGLE = [
    # item, answer, band, finding or diagnosis code
    ("76513-1", "LA15832-1", "at-risk", "Z59.869"),
    ("76513-1", "LA22683-9", "at-risk", "Z59.869"),
    ("76513-1", "LA31980-8", "no-risk", ""),
    ("96780-2", "LA31981-6", "at-risk", "Z56.9"),
    ("96780-2", "LA31982-4", "at-risk", "Z56.9"),
    ("96780-2", "LA31983-2", "no-risk", ""),
    ("96781-0", "LA31976-6", "no-risk", ""),
    ("96781-0", "LA31977-4", "no-risk", ""),
    ("96781-0", "LA31978-2", "at-risk", "daily-help-lacking"),
    ("96781-0", "LA31979-0", "at-risk", "daily-help-lacking"),
    ("93159-2", "LA6270-8", "no-risk", ""),
    ("93159-2", "LA10066-1", "no-risk", ""),
    ("93159-2", "LA10082-8", "no-risk", ""),
    ("93159-2", "LA10044-8", "at-risk", "lonely"),
    ("93159-2", "LA9933-8", "at-risk", "lonely"),
    ("97027-7", YES, "at-risk", "other-language"),
    ("97027-7", NO, "no-risk", ""),
    ("96782-8", YES, "at-risk", "Z55.9"),
    ("96782-8", NO, "no-risk", ""),
    ("93038-8", NOT_AT_ALL, "no-risk", ""),
    ("93038-8", "LA13863-8", "no-risk", ""),
    ("93038-8", "LA13909-9", "at-risk", "stress"),
    ("93038-8", "LA13902-4", "at-risk", "stress"),
    ("93038-8", "LA13914-9", "at-risk", "stress"),
    ("69858-9", YES, "at-risk", "thinking-difficulty"),
    ("69858-9", NO, "no-risk", ""),
    ("69861-3", YES, "at-risk", "errands-difficulty"),
    ("69861-3", NO, "no-risk", ""),
]


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    one_more = stage(server.backend, "kim")
    carried_out(one_more, enroll(one_more), "2026-02-02T10:00:00-06:00")
    return one_more


def supplement(answers: dict[str, str | Sequence[str] | None]) -> Json:
    return answered("ahc-hrsn-supplemental", answers)


@pytest.mark.parametrize(("item", "answer", "band", "code"), SINGLE)
def test_every_answer_of_a_domain(kim: Stage, item: str, answer: str, band: str, code: str) -> None:
    """A result for what was asked alone; a need is a concern that nobody has confirmed; none of it is restricted."""
    assert isinstance(recorded(kim, supplement({item: answer})), Done)
    assert {name: band_ for name, (_, band_) in scores(kim).items()} == {item: band}
    assert code in concerns(kim) if code else concerns(kim) == set()
    chart = Chart(kim.backend, kim.patient)
    written = [*chart.written("Observation"), *chart.written("Condition"), *chart.written("QuestionnaireResponse")]
    assert not any(map(is_restricted, written))
    assert all(one["verificationStatus"]["coding"][0]["code"] == "unconfirmed" for one in chart.written("Condition"))


@pytest.mark.parametrize(
    ("days", "minutes", "total", "band"),
    [
        (0, 0, 0, "at-risk"),
        (1, 120, 120, "at-risk"),
        (1, 150, 150, "no-risk"),
        (3, 50, 150, "no-risk"),
        (7, 20, 140, "at-risk"),
        (5, 30, 150, "no-risk"),
        (7, 150, 1050, "no-risk"),
        (4, 0, 0, "at-risk"),
    ],
)
def test_exercise_is_days_times_minutes(kim: Stage, days: int, minutes: int, total: int, band: str) -> None:
    answers: dict[str, str | Sequence[str] | None] = {"89555-7": DAYS[days]}
    if days:
        answers["68516-4"] = MINUTES[minutes]
    assert isinstance(recorded(kim, supplement(answers)), Done)
    assert scores(kim) == {"77594-0": (total, band)}
    assert concerns(kim) == ({"low-physical-activity"} if band == "at-risk" else set())


@pytest.mark.parametrize("answers", [{"89555-7": DAYS[3]}, {"68516-4": MINUTES[60]}], ids=["no minutes", "no days"])
def test_half_of_an_answer_about_exercise_is_no_result(
    kim: Stage, answers: dict[str, str | Sequence[str] | None]
) -> None:
    result = recorded(kim, supplement({**answers, "96782-8": NO}))
    assert "77594-0" not in scores(kim)
    if isinstance(result, Done):
        assert any(line.startswith("no result for ahc-physical-activity: unanswered") for line in result.told.says)


def test_no_day_and_minutes_contradict_each_other(kim: Stage) -> None:
    result = recorded(kim, supplement({"89555-7": DAYS[0], "68516-4": MINUTES[60]}))
    assert isinstance(result, Refused)
    assert "linkId 68516-4: answered, and an earlier answer says otherwise" in result.why
    assert scores(kim) == {}


def test_the_limit_is_an_adults(kim: Stage) -> None:
    """Of a child nothing is said by it."""
    kim.backend.put({**kim.backend.get(kim.patient), "birthDate": "2012-05-01"})
    result = recorded(kim, supplement({"89555-7": DAYS[1], "68516-4": MINUTES[60]}))
    assert isinstance(result, Done)
    assert scores(kim) == {}
    assert any("its limits are not for somebody of 13" in line for line in result.told.says)


def test_without_a_birth_date_the_limit_holds(kim: Stage) -> None:
    person = kim.backend.get(kim.patient)
    del person["birthDate"]
    kim.backend.put(person)
    assert isinstance(recorded(kim, supplement({"89555-7": DAYS[1], "68516-4": MINUTES[60]})), Done)
    assert scores(kim) == {"77594-0": (60, "at-risk")}


# mood --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "total", "band"),
    [(NOT_AT_ALL, HALF, 2, "negative"), (SEVERAL, HALF, 3, "positive"), (NEARLY, NEARLY, 6, "positive")],
)
def test_mood_is_the_phq_2(kim: Stage, first: str, second: str, total: int, band: str) -> None:
    assert isinstance(recorded(kim, supplement({"44250-9": first, "44255-8": second})), Done)
    assert scores(kim) == {"55758-7": (total, band)}
    asked = [one for one in tasks(kim) if one[1] == "depression-screen-2-positive"]
    assert len(asked) == (band == "positive")


@pytest.mark.parametrize("answers", [(NEARLY, NEARLY), (NOT_AT_ALL, NOT_AT_ALL)])
def test_nobody_answers_for_the_patient_about_mood(kim: Stage, answers: tuple[str, str]) -> None:
    """A relative may tell of money, and not of the person's mood."""
    relative = kim.backend.create({"resourceType": "RelatedPerson", "patient": {"reference": kim.patient}})
    first, second = answers
    response = supplement({"76513-1": "LA15832-1", "44250-9": first, "44255-8": second})
    result = recorded(kim, {**response, "source": {"reference": relative}})
    assert isinstance(result, Done), result
    assert set(scores(kim)) == {"76513-1"}
    assert any("only the patient answers them; ask the patient" in line for line in result.told.says)


# substance use -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", SUBSTANCES)
@pytest.mark.parametrize("answer", [ONCE, MONTHLY, WEEKLY, DAILY])
def test_anything_but_never_is_positive_and_all_that_follows_is_restricted(kim: Stage, item: str, answer: str) -> None:
    """Also where the other three were not answered. An ordinary domain beside it stays open."""
    social_worker = joins(kim, "social-worker", "social-worker")
    result = recorded(kim, supplement({item: answer, "76513-1": "LA15832-1"}))
    assert isinstance(result, Done)
    assert scores(kim)["ahc-substance-use"] == ("positive", "positive")
    chart = Chart(kim.backend, kim.patient)
    closed = {
        *(
            coding["code"]
            for one in chart.written("Condition")
            if is_restricted(one)
            for coding in one["code"]["coding"]
        ),
        *(one["code"]["coding"][0]["code"] for one in chart.written("Observation") if is_restricted(one)),
    }
    assert closed == {"substance-use-screen-positive", "ahc-substance-use"}
    assert [is_restricted(one) for one in chart.written("QuestionnaireResponse")] == [True]
    (task,) = [
        one for one in chart.written("Task") if one["owner"]["reference"] == social_worker and is_restricted(one)
    ]
    for word in ("drug", "tobacco", "alcohol", "substance", "drink"):
        assert word not in task["description"].lower().replace("what they use", "")
    assert [is_restricted(one) for one in chart.written("Condition") if "Z59.869" in str(one)] == [False]


@pytest.mark.parametrize("missing", [None, *SUBSTANCES])
def test_never_counts_only_where_all_four_are_answered(kim: Stage, missing: str | None) -> None:
    result = recorded(kim, supplement({item: NEVER for item in SUBSTANCES if item != missing}))
    assert isinstance(result, Done)
    assert scores(kim) == ({} if missing else {"ahc-substance-use": ("never, in all four", "negative")})
    if missing:
        assert f"no result for ahc-substance-use: unanswered {missing}" in result.told.says


def test_the_panel_of_another_form_is_recognized(kim: Stage) -> None:
    panel = {"system": "http://loinc.org", "code": "97023-6"}
    item = {"linkId": "q1", "type": "choice", "code": [{"system": "http://loinc.org", "code": "76513-1"}]}
    form = {"resourceType": "Questionnaire", "id": "form", "status": "active", "code": [panel], "item": [item]}
    response = answered("x", {"q1": "LA15832-1"}, contained=[form])
    response["questionnaire"] = "https://elsewhere.example/supplemental"
    assert isinstance(recorded(kim, response), Done)
    assert scores(kim)["76513-1"][1] == "at-risk"
