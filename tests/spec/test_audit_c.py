"""AUDIT-C: every band edge for each gender on record, who is not asked further, and that all of it is restricted.

Given: a gender on record. When: an AUDIT-C is recorded. Then: points, band, concern, whose Task. Limits: 4 for men, 3
for women, as the form in HL7 US Core 7.0 quotes them; the lower one where the gender on record is neither.
"""

from __future__ import annotations

import pytest

from carefhir import Done, Refused
from tests.spec.instruments import answered, concerns, is_restricted, recorded, scores, tasks
from tests.spec.tables import Chart, Json, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage

ITEMS = ("68518-0", "68519-8", "68520-6")
OFTEN = ("LA6270-8", "LA18926-8", "LA18927-6", "LA18928-4", "LA18929-2")
HOW_MANY = ("LA15694-5", "LA15695-2", "LA18930-0", "LA18931-8", "LA18932-6")
SIX = ("LA6270-8", "LA18933-4", "LA18876-5", "LA18891-4", "LA18934-2")
NEVER = OFTEN[0]


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    one_more = stage(server.backend, "kim")
    carried_out(one_more, enroll(one_more), "2026-02-02T10:00:00-06:00")
    return one_more


def gender(kim: Stage, code: str | None) -> None:
    person = kim.backend.get(kim.patient)
    person.pop("gender", None)
    kim.backend.put({**person, "gender": code} if code else person)


def audit(*points: int | None) -> Json:
    lists = (OFTEN, HOW_MANY, SIX)
    codes = (None if one is None else some[one] for one, some in zip(points, lists, strict=True))
    return answered("audit-c", dict(zip(ITEMS, codes, strict=True)))


@pytest.mark.parametrize(
    ("recorded_gender", "points", "band"),
    [
        ("male", (1, 1, 1), "negative"),
        ("male", (2, 1, 1), "positive"),
        ("male", (4, 4, 4), "positive"),
        ("female", (1, 1, 0), "negative"),
        ("female", (1, 1, 1), "positive"),
        ("female", (4, 4, 4), "positive"),
        ("other", (1, 1, 0), "negative"),
        ("other", (1, 1, 1), "positive"),
        (None, (1, 0, 1), "negative"),
        (None, (3, 0, 0), "positive"),
        (None, (4, 0, 0), "positive"),
    ],
)
def test_every_band_edge(kim: Stage, recorded_gender: str | None, points: tuple[int, ...], band: str) -> None:
    gender(kim, recorded_gender)
    result = recorded(kim, audit(*points))
    assert isinstance(result, Done), result
    assert scores(kim) == {"75626-2": (sum(points), band)}
    assert concerns(kim) == ({"alcohol-screen-positive"} if band == "positive" else set())
    in_doubt = recorded_gender not in ("male", "female") and sum(points) == 3  # 4 is positive for everybody
    assert any("which applies is not on record" in one for one in result.told.says) is in_doubt


def test_who_never_drinks_is_not_asked_further(kim: Stage) -> None:
    assert isinstance(recorded(kim, audit(0, None, None)), Done)
    assert scores(kim) == {"75626-2": (0, "negative")}


@pytest.mark.parametrize(
    ("answers", "item"), [((0, 2, None), ITEMS[1]), ((0, None, 1), ITEMS[2]), ((0, 0, 4), ITEMS[2])]
)
def test_never_and_yet_six_drinks_is_asked_again(kim: Stage, answers: tuple[int | None, ...], item: str) -> None:
    """A near miss: two answers that cannot both be right are never added up."""
    result = recorded(kim, audit(*answers))
    assert isinstance(result, Refused)
    assert f"linkId {item}: answered, and an earlier answer says otherwise" in result.why
    assert scores(kim) == {}


@pytest.mark.parametrize("left_out", range(3))
def test_every_unanswered_item(kim: Stage, left_out: int) -> None:
    points: list[int | None] = [2, 2, 2]
    points[left_out] = None
    result = recorded(kim, audit(*points))
    assert isinstance(result, Refused)
    assert any(ITEMS[left_out] in why for why in result.why)
    assert scores(kim) == {}
    assert concerns(kim) == set()


def test_all_of_it_is_restricted(kim: Stage) -> None:
    """Answers, score, concern, Task and receipt; the Task is a social worker's, or says that there is none."""
    result = recorded(kim, audit(4, 4, 4))
    assert isinstance(result, Done)
    chart = Chart(kim.backend, kim.patient)
    written = [
        *chart.written("QuestionnaireResponse"),
        *chart.written("Observation"),
        *chart.written("Condition"),
        *(one for one in chart.written("Task") if one["code"]["coding"][0]["code"] == "screen-follow-up"),
    ]
    assert sorted(one["resourceType"] for one in written) == [
        "Condition",
        "Observation",
        "QuestionnaireResponse",
        "Task",
    ]
    assert all(map(is_restricted, written))
    receipts = [one for one in chart.all("Provenance") if "record-assessment" in str(one)]
    assert receipts
    assert all(map(is_restricted, receipts))
    assert any("no social worker is in the care team" in one for one in result.told.warnings)
    assert ("screen-follow-up", "alcohol-screen-positive", kim.nurse, "2026-03-16") in tasks(kim)


def test_incomplete_answers_are_kept_restricted(kim: Stage) -> None:
    recorded(kim, audit(4, None, 4))
    (kept,) = Chart(kim.backend, kim.patient).written("QuestionnaireResponse")
    assert kept["status"] == "in-progress"
    assert is_restricted(kept)


def test_the_question_of_another_instrument_is_not_the_first_of_this(kim: Stage) -> None:
    """The form of US Core 7.0 codes the first question as 68517-2, which asks for days of heavy drinking."""
    response = answered("audit-c", {"68517-2": OFTEN[1], ITEMS[1]: HOW_MANY[0], ITEMS[2]: SIX[0]})
    result = recorded(kim, response)
    assert isinstance(result, Refused)
    assert "linkId 68517-2: not an item of this questionnaire" in result.why
