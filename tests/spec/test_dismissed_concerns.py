"""`dismiss-concern`: who may say that a concern does not hold, and what is left of it."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.workflows.assessment.dismiss_concern import DismissConcern
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stage import done, response
from tests.support.stories.assessment import confirm, newest, screened
from tests.support.stories.planning import carried_out as beforehand
from tests.support.stories.planning import proposing
from tests.support.stories.revising import NEED, SCREEN, dismiss, screen_asked_about

Json = dict[str, Any]
WHEN = "2026-03-10T09:00:00-05:00"


@pytest.fixture
def rosa() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    screened(found)
    return found


def dismissed(found: Stage, concern: str, who: str = "nurse") -> Result:
    return carried_out(found, dismiss(found, concern), WHEN, actor=found.backend.find("Practitioner", who))


def state(found: Stage, concern: str) -> tuple[str, str]:
    json = found.backend.get(newest(found, "Condition", concern))
    return json["verificationStatus"]["coding"][0]["code"], json["clinicalStatus"]["coding"][0]["code"]


UNJUDGED, GONE = ("unconfirmed", "active"), ("refuted", "inactive")


@pytest.mark.parametrize(
    ("concern", "who", "becomes", "asked"),
    [
        (NEED, "nurse", GONE, set()),
        (NEED, "social-worker", GONE, set()),
        (NEED, "physician", GONE, set()),
        (SCREEN, "nurse", UNJUDGED, {"confirm-diagnosis"}),
        (SCREEN, "social-worker", UNJUDGED, {"confirm-diagnosis"}),
        (SCREEN, "physician", GONE, set()),
    ],
)
def test_who_may(rosa: Stage, concern: str, who: str, becomes: tuple[str, str], asked: set[str]) -> None:
    assert isinstance(dismissed(rosa, concern, who), Done)
    assert state(rosa, concern) == becomes
    tasks = Chart(rosa.backend, rosa.patient).tasks()
    assert {code for code in tasks if code.startswith("confirm-")} == asked
    for code in asked:
        assert tasks[code]["owner"]["reference"] == rosa.physician
        assert "Proposed: dismiss it, it does not hold. " in tasks[code]["description"]


def test_the_reason_stays_on_record(rosa: Stage) -> None:
    assert isinstance(dismissed(rosa, NEED), Done)
    (note,) = rosa.backend.get(newest(rosa, "Condition", NEED))["note"]
    assert note["text"] == "Dismissed: she misread the question"
    assert note["authorReference"]["reference"] == rosa.nurse


def test_the_task_that_asked_is_closed(rosa: Stage) -> None:
    done(rosa, confirm(rosa, SCREEN))
    result = dismissed(rosa, SCREEN, "physician")
    assert isinstance(result, Done)
    task = Chart(rosa.backend, rosa.patient).tasks()["confirm-diagnosis"]
    assert task["status"] == "completed"
    assert task["statusReason"]["text"] == "dismissed: she misread the question"
    assert any(line.startswith("closed: the Task that asked about it") for line in result.told.says)


def test_nobody_is_asked_twice() -> None:
    """The nurse proposed to confirm it, and now proposes to dismiss it: one Task, which says both."""
    found = stage(sandbox_backend(), "rosa")
    screen_asked_about(found)
    assert isinstance(dismissed(found, SCREEN), Done)
    (task,) = [one for one in Chart(found.backend, found.patient).written("Task") if "confirm-diagnosis" in str(one)]
    assert task["status"] == "requested"
    assert task["note"][0]["text"] == "Proposed: dismiss it, it does not hold. she misread the question"


def test_what_rests_on_it_in_a_draft_plan_is_named(rosa: Stage) -> None:
    beforehand(rosa, proposing(rosa))
    mine = [one for one in Chart(rosa.backend, rosa.patient).written("Task") if "depression-follow-up" in str(one)]
    assert [one["status"] for one in mine] == ["draft"], "the follow-up of a positive screen is in the draft plan"
    before = {one["id"]: one for one in mine}
    result = dismissed(rosa, SCREEN, "physician")
    assert isinstance(result, Done)
    for one in mine:
        told = f"({one['resourceType']}/{one['id']}) is for it"
        assert any(line.startswith("in the draft plan ") and told in line for line in result.told.says), result.told
        assert rosa.backend.get(f"{one['resourceType']}/{one['id']}") == before[one["id"]]
    assert "nothing of the plan was changed" in result.told.says[-1]


def test_what_protects_the_person_stays_open(rosa: Stage) -> None:
    """The screen was positive because of item 9, too: its review is not closed by dismissing the concern."""
    done(rosa, RecordAssessment(patient=rosa.patient, response=response("rosa-phq-9-item-9", rosa.mark)))
    assert isinstance(dismissed(rosa, SCREEN, "physician"), Done)
    assert Chart(rosa.backend, rosa.patient).tasks()["safety-review"]["status"] == "requested"
    assert [one["status"] for one in Chart(rosa.backend, rosa.patient).written("Flag")] == ["active"]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("confirmed", "is confirmed, not proposed"),
        ("refuted", "is already refuted: nothing is left to dismiss"),
        ("entered-in-error", "is already entered-in-error"),
    ],
)
def test_what_is_judged_is_not_dismissed(rosa: Stage, status: str, why: str) -> None:
    reference = newest(rosa, "Condition", NEED)
    json = rosa.backend.get(reference)
    json["verificationStatus"]["coding"][0]["code"] = status
    if status == "entered-in-error":
        del json["clinicalStatus"]
    rosa.backend.put(json)
    result = dismissed(rosa, NEED)
    assert isinstance(result, Refused)
    assert any(why in sentence for sentence in result.why), result.why


def test_somebody_elses_concern(rosa: Stage) -> None:
    command = DismissConcern(patient=rosa.patient, concern="Condition/nowhere", reason="no")
    result = carried_out(rosa, command, WHEN)
    assert isinstance(result, Refused)
    assert "not among this patient's conditions" in result.why[0]
