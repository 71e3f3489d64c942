"""`propose-adjustment`: what speaks for another look at a plan, said once and with its record."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.planning import plan_of, proposed
from tests.support.stories.revising import adjusting, in_force, missed, worse

Json = dict[str, Any]
WHEN, LATER = "2026-05-04T10:00:00-05:00", "2026-05-11T10:00:00-05:00"
BASE = "https://carefhir.org/fhir/CodeSystem"


@pytest.fixture(scope="module")
def told() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    in_force(found)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    """Rosa, whose plan was signed on 2026-03-09."""
    return told.copied()


def run(found: Stage, when: str = WHEN) -> Result:
    return carried_out(found, adjusting(found), when)


def reviews(found: Stage) -> list[Json]:
    return [one for one in Chart(found.backend, found.patient).written("Task") if "'review-plan'" in str(one["code"])]


def condition(found: Stage, recorded: str, verification: str = "confirmed") -> str:
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    return found.backend.create(
        {
            "resourceType": "Condition",
            "subject": {"reference": found.patient},
            "code": {"text": "Chronic kidney disease, stage 3"},
            "verificationStatus": {"coding": [{"system": system, "code": verification}]},
            "recordedDate": recorded,
        }
    )


def triage(found: Stage, color: str, day: str) -> str:
    return found.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "subject": {"reference": found.patient},
            "code": {"coding": [{"system": f"{BASE}/check-in-item", "code": "triage"}]},
            "valueCodeableConcept": {"coding": [{"system": f"{BASE}/check-in-triage", "code": color}]},
            "effectiveDateTime": f"{day}T09:00:00-05:00",
        }
    )


def late_check_in(found: Stage, due: str) -> str:
    return found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": f"{BASE}/care-task", "code": "check-in"}]},
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
            "restriction": {"period": {"start": due, "end": due}},
        }
    )


def test_each_reason_with_its_record(rosa: Stage) -> None:
    ckd, visit, goal = condition(rosa, "2026-04-02"), missed(rosa), worse(rosa)
    red = triage(rosa, "red-urgent", "2026-04-10")
    result = run(rosa)
    assert isinstance(result, Done), result
    (task,) = reviews(rosa)
    cited = {one["valueReference"]["reference"] for one in task["input"]}
    assert {ckd, visit, goal, red} <= cited
    assert task["owner"]["reference"] == rosa.nurse
    assert task["restriction"]["period"]["end"] == "2026-05-11"
    assert task["focus"]["reference"] == plan_of(rosa)
    for words in (
        "a check-in was red, urgent on 2026-04-10",
        "a new condition is on record: Chronic kidney disease, stage 3",
        "a goal is getting worse: ",
        "a visit was missed on 2026-04-20: Heart failure clinic",
    ):
        assert words in task["description"]


def test_nothing_new_writes_nothing(rosa: Stage) -> None:
    before = Chart(rosa.backend, rosa.patient).resources
    result = run(rosa)
    assert isinstance(result, Refused)
    assert result.why[0].startswith("nothing new speaks for another plan since 2026-03-09: nothing was written")
    assert Chart(rosa.backend, rosa.patient).resources == before


def test_never_the_same_twice(rosa: Stage) -> None:
    """Only the new record is proposed; what the first Task cites is not, even where that Task was cancelled."""
    visit = missed(rosa)
    run(rosa)
    (first,) = reviews(rosa)
    rosa.backend.put({**first, "status": "cancelled"})
    again = run(rosa, LATER)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    red = triage(rosa, "emergency", "2026-05-08")
    assert isinstance(run(rosa, LATER), Done)
    (second,) = [one for one in reviews(rosa) if one["id"] != first["id"]]
    assert red in str(second["input"])
    assert visit not in str(second["input"])


@pytest.mark.parametrize("color", ["green", "yellow", "cannot-say"])
def test_other_colors_are_no_reason(rosa: Stage, color: str) -> None:
    triage(rosa, color, "2026-04-10")
    assert isinstance(run(rosa), Refused)


def test_what_was_before_the_signature_is_no_reason(rosa: Stage) -> None:
    triage(rosa, "red-urgent", "2026-03-08")
    missed(rosa, "2026-03-02")
    assert isinstance(run(rosa), Refused)


def test_what_nobody_has_confirmed_is_no_reason(rosa: Stage) -> None:
    condition(rosa, "2026-04-02", "unconfirmed")
    assert isinstance(run(rosa), Refused)


def test_two_missed_check_ins(rosa: Stage) -> None:
    late_check_in(rosa, "2026-04-20")
    assert isinstance(run(rosa), Refused)
    second = late_check_in(rosa, "2026-04-27")
    late_check_in(rosa, "2026-05-04")
    assert isinstance(run(rosa), Done)
    (task,) = reviews(rosa)
    assert second in str(task["input"])
    assert task["description"].count("a check-in did not take place") == 2, "one that is due today is not missed"


def test_a_draft_is_not_looked_at_again() -> None:
    found = stage(sandbox_backend(), "rosa")
    proposed(found)
    result = run(found)
    assert isinstance(result, Refused)
    assert "only a plan in force is looked at again" in result.why[0]
