"""`review-utilization`: a stay against authorized days and level of care. Nothing authorized is never assumed."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, done, stage
from tests.support.stories.case_management import (
    ADMITTED,
    FRIDAY,
    TUESDAY,
    admitted,
    answering,
    asked_for,
    asking,
    reviewing,
)

Json = dict[str, Any]
SECOND, THIRD, FIFTH = (f"2027-02-{day}T10:00:00-06:00" for day in (16, 17, 19))
DAYS = {"first_day": "2027-02-15", "last_day": "2027-02-18"}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "earl")


@pytest.fixture
def earl(server: Stage) -> Stage:
    """In hospital since Monday, 2027-02-15; a payer was asked and has not answered."""
    found = stage(server.backend, "earl")
    asked_for(found)
    admitted(found)
    return found


def approve(found: Stage, **answer: Any) -> None:
    done(found, answering(found, "approved", number="PA-7781", **{"level": "acute", **answer}), FRIDAY)


def run(found: Stage, command: Command, when: str, who: str = "social-worker") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def reviewed(found: Stage, when: str = SECOND, **changes: Any) -> str:
    result = run(found, reviewing(found, at=when, **changes), when)
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def reviews(found: Stage) -> list[tuple[str, str, str]]:
    """Status, due day and priority of the Tasks of reviews, in order."""
    tasks = Chart(found.backend, found.patient).written("Task")
    mine = [one for one in tasks if one["code"]["coding"][0]["code"] == "utilization-review"]
    return sorted((one["status"], one["restriction"]["period"]["end"], one["priority"]) for one in mine)


def test_days_used_and_days_left(earl: Stage) -> None:
    approve(earl, **DAYS)
    words = reviewed(earl)
    assert "the stay since Mon 2027-02-15: 2 days so far" in words
    assert "2 days of it authorized: authorization PA-7781" in words
    assert "2 days left after today, through Thu 2027-02-18" in words
    assert "the first day not covered is Fri 2027-02-19" in words
    assert "level" not in words
    assert reviews(earl) == [("completed", "2027-02-16", "routine"), ("requested", "2027-02-17", "routine")]


def test_the_task_that_asked_is_done_by_the_review(earl: Stage) -> None:
    approve(earl, **DAYS)
    reviewed(earl)
    reviewed(earl, THIRD)
    assert reviews(earl) == [
        ("completed", "2027-02-16", "routine"),
        ("completed", "2027-02-17", "routine"),
        ("requested", "2027-02-18", "routine"),
    ]


def test_a_day_that_nobody_authorized(earl: Stage) -> None:
    """The fifth of four days: today's work, and urgent."""
    approve(earl, **DAYS)
    words = reviewed(earl, FIFTH)
    assert "not authorized: 2027-02-19" in words
    assert "the first day not covered is Fri 2027-02-19" in words
    assert ("requested", "2027-02-19", "urgent") in reviews(earl)


def test_no_authorization_is_said(earl: Stage) -> None:
    """The payer was asked; that is no authorization."""
    words = reviewed(earl)
    assert "no authorization for this stay was found: no day is authorized" in words
    assert ("requested", "2027-02-16", "urgent") in reviews(earl)


def test_a_request_about_the_stay_that_nobody_answered(earl: Stage) -> None:
    stay = earl.backend.find("Encounter", f"earl-surgery{earl.mark}")
    at = "2027-02-15T08:00:00-06:00"
    assert isinstance(run(earl, asking(earl, about=stay, at=at, provider=earl.physician), at), Done)
    assert "asked for, and not answered: replacement of the left hip" in reviewed(earl)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({}, "may be for this stay: name it in authorizations if it is; it is not counted"),
        ({"first_day": "2027-02-15"}, "may be for this stay"),
        ({"first_day": "2027-03-01", "last_day": "2027-03-04"}, "no authorization for this stay was found"),
    ],
    ids=["nothing stated", "no last day", "other days"],
)
def test_what_is_not_stated_is_not_assumed(earl: Stage, answer: dict[str, str], says: str) -> None:
    approve(earl, **answer)
    words = reviewed(earl)
    assert says in words
    assert "no authorization for this stay was found" in words


def test_named_and_yet_without_days(earl: Stage) -> None:
    approve(earl, first_day="2027-02-15")
    task = _authorization(earl)
    words = reviewed(earl, authorizations=(task,))
    assert "names neither days nor a first and a last one: it is not counted; ask" in words
    assert "not authorized: 2027-02-15 to 2027-02-16" in words


def test_days_without_a_first_one_count_from_admission(earl: Stage) -> None:
    approve(earl, days=1)
    words = reviewed(earl, authorizations=(_authorization(earl),))
    assert "names no first day: its days are counted from the day of admission; ask" in words
    assert "the first day not covered is Tue 2027-02-16" in words


def test_fewer_days_than_its_ends_allow(earl: Stage) -> None:
    """Two days between the 15th and the 18th are two days."""
    approve(earl, days=2, **DAYS)
    words = reviewed(earl, THIRD)
    assert "not authorized: 2027-02-17" in words


def test_more_days_are_authorized_later(earl: Stage) -> None:
    """One authorization after another: the days add up, and none is used twice."""
    approve(earl, days=2, **DAYS)
    done(earl, asking(earl, at="2027-01-19T10:00:00-06:00"), TUESDAY.replace(day=19))
    more = answering(earl, "approved", at="2027-01-20T10:00:00-06:00", number="PA-2", days=2, level="acute", **DAYS)
    done(earl, more, TUESDAY.replace(day=20))
    words = reviewed(earl, THIRD)
    assert "3 days of it authorized" in words
    assert "1 day left after today, through Thu 2027-02-18" in words


@pytest.mark.parametrize(
    ("level", "says"),
    [
        ("observation", "the level of care differs: authorization PA-7781"),
        ("", "names no level of care: ask which one it is for"),
    ],
)
def test_another_level_of_care(earl: Stage, level: str, says: str) -> None:
    approve(earl, level=level, **DAYS)
    assert says in reviewed(earl)


def test_a_stay_is_the_whole_chain(earl: Stage) -> None:
    """Operating room, then ward: one stay. The day of discharge does not count (PlanDefinition authorization-clock)."""
    approve(earl, **DAYS)
    room = earl.backend.get(earl.backend.find("Encounter", f"earl-surgery{earl.mark}"))
    earl.backend.put({**room, "status": "finished", "period": {"start": ADMITTED, "end": "2027-02-15T12:00:00-06:00"}})
    over = {"start": "2027-02-15T12:30:00-06:00", "end": "2027-02-19T09:00:00-06:00"}
    admitted(earl, "ward", status="finished", period=over)
    words = reviewed(earl, FIFTH)
    assert "the stay since Mon 2027-02-15: 4 days until Fri 2027-02-19" in words
    assert "4 days of it authorized" in words
    assert "no further review is due" in words
    assert reviews(earl) == [("completed", "2027-02-19", "routine")]


def test_the_case_manager_reviews_next(earl: Stage) -> None:
    approve(earl, **DAYS)
    reviewed(earl)
    tasks = Chart(earl.backend, earl.patient).tasks()
    assert tasks["utilization-review"]["owner"]["reference"] == earl.backend.find("Practitioner", "social-worker")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"encounter": "Encounter/none"}, "another patient's: check the ID"),
        ({"at": "2027-02-16T10:01:00-06:00"}, "at is in the future"),
        ({"authorizations": ("Task/none",)}, "is no Task in which a payer has authorized anything"),
    ],
    ids=["no stay", "in the future", "no authorization"],
)
def test_why_nothing_is_reviewed(earl: Stage, changes: dict[str, Any], why: str) -> None:
    result = run(earl, reviewing(earl, **changes), SECOND)
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert reviews(earl) == []


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ({"status": "planned"}, "no stay has begun yet"),
        ({"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}}, "is a visit"),
        ({"period": {}}, "does not say when it began"),
    ],
    ids=["planned", "a visit", "without a start"],
)
def test_what_is_no_stay(earl: Stage, elements: Json, why: str) -> None:
    stay = earl.backend.get(earl.backend.find("Encounter", f"earl-surgery{earl.mark}"))
    earl.backend.put({**stay, **elements})
    result = run(earl, reviewing(earl), SECOND)
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why


def _authorization(found: Stage) -> str:
    (task,) = [
        one
        for one in Chart(found.backend, found.patient).written("Task")
        if one["code"]["coding"][0]["code"] == "authorization"
    ]
    return f"Task/{task['id']}"
