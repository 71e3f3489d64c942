"""`pause` and `resume`: what waits, what goes on, and on which day it is due afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Conflict, Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.workflows.care_planning.propose_plan import ProposePlan
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import CALM, check_in
from tests.support.stories.supervision import busy, paused, pausing, resuming

Json = dict[str, Any]
DAY, LATER = "2026-03-09T10:00:00-05:00", "2026-03-23T10:00:00-05:00"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    """In care, home from hospital, with an answer that raised a review."""
    found = stage(server.backend, "rosa")
    busy(found)
    return found


@pytest.fixture
def away(server: Stage) -> Stage:
    """The same, and her program paused."""
    found = stage(server.backend, "rosa")
    paused(found)
    return found


def run(found: Stage, command: Command, when: str = DAY, who: str = "nurse") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def tasks(found: Stage) -> dict[str, list[str]]:
    """The codes of our Tasks, by status."""
    by_status: dict[str, list[str]] = {}
    for task in Chart(found.backend, found.patient).written("Task"):
        by_status.setdefault(task["status"], []).append(task["code"]["coding"][0]["code"])
    return {status: sorted(codes) for status, codes in by_status.items()}


def task(found: Stage, code: str) -> Json:
    (only,) = [
        each
        for each in Chart(found.backend, found.patient).written("Task")
        if each["code"]["coding"][0]["code"] == code
    ]
    return only


def episode(found: Stage) -> Json:
    (only,) = Chart(found.backend, found.patient).all("EpisodeOfCare")
    return only


# ---- pause


def test_what_waits_and_what_goes_on(rosa: Stage) -> None:
    """What protects the person goes on, and what follows the discharge; the rest is held with the reason."""
    before = tasks(rosa)["requested"]
    result = run(rosa, pausing(rosa))
    assert isinstance(result, Done)
    after = tasks(rosa)
    assert after["on-hold"] == ["first-assessment"]
    assert after["requested"] == sorted([code for code in before if code != "first-assessment"] + ["review-pause"])
    assert "safety-review" in after["requested"]
    assert "contact-patient" in after["requested"]
    held = task(rosa, "first-assessment")
    assert held["businessStatus"]["coding"][0]["code"] == "paused"
    assert held["statusReason"]["text"] == "paused: at her sister's for two weeks"
    assert "not paused: safety review" in " ".join(result.told.says)


def test_the_program_says_since_when_and_why(away: Stage) -> None:
    standing = episode(away)
    assert standing["status"] == "onhold"
    parts = {part["url"]: part for part in standing["extension"][0]["extension"]}
    assert parts["since"]["valueDateTime"] == DAY
    assert parts["reason"]["valueString"] == "at her sister's for two weeks"
    assert [entry["status"] for entry in standing["statusHistory"]] == ["active"]
    assert standing["statusHistory"][0]["period"]["end"] == DAY


def test_somebody_is_asked_to_look_again(away: Stage) -> None:
    review = task(away, "review-pause")
    assert review["restriction"]["period"]["end"] == "2026-03-23"
    assert review["owner"]["reference"] == away.nurse


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"program": "case-management"}, "this person is not in the program"),
        ({"program": "gardening"}, "there is no program 'gardening'"),
        ({"look_again": "2026-03-09"}, "look_again is not after today"),
        ({"at": "2026-03-09T10:01:00-05:00"}, "at is in the future"),
    ],
    ids=["another program", "no program", "look again today", "in the future"],
)
def test_why_nothing_is_paused(rosa: Stage, changes: dict[str, str], why: str) -> None:
    before = tasks(rosa)
    result = run(rosa, pausing(rosa, **changes))
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert tasks(rosa) == before
    assert episode(rosa)["status"] == "active"


def test_a_repeat_is_done_and_another_pause_is_refused(away: Stage) -> None:
    again = run(away, pausing(away))
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    other = run(away, pausing(away, at="2026-03-09T09:00:00-05:00"))
    assert isinstance(other, Refused)
    assert "is already paused since 2026-03-09: resume it first" in other.why[0]
    same_moment = run(away, pausing(away, reason="another reason"))
    assert isinstance(same_moment, Conflict)


def test_what_another_programs_care_manager_does_goes_on(rosa: Stage) -> None:
    """Two programs run side by side: only what belongs to the one that is paused waits."""
    manager = rosa.backend.find("Practitioner", "social-worker")
    command = enroll(rosa, program="case-management", care_manager=manager, care_manager_discipline="SW")
    assert isinstance(run(rosa, command), Done)
    assert isinstance(run(rosa, pausing(rosa)), Done)
    theirs, hers = (
        {
            each["status"]
            for each in Chart(rosa.backend, rosa.patient).written("Task")
            if each["owner"]["reference"] == owner and each["code"]["coding"][0]["code"] == "first-assessment"
        }
        for owner in (manager, rosa.nurse)
    )
    assert (theirs, hers) == ({"requested"}, {"on-hold"})


def test_what_others_have_open_is_theirs(rosa: Stage) -> None:
    theirs = rosa.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"text": "water the plants"},
            "for": {"reference": rosa.patient},
        }
    )
    assert isinstance(run(rosa, pausing(rosa)), Done)
    assert rosa.backend.get(theirs)["status"] == "requested"


def test_a_check_in_meanwhile_is_judged_and_sets_no_next_one(away: Stage) -> None:
    """She calls all the same: what she says is heard as ever, and nothing falls due."""
    answers = check_in(authored=DAY, numbers=CALM, yes=("breath-at-rest",))
    result = run(away, RecordCheckIn(patient=away.patient, response=answers))
    assert isinstance(result, Done), result
    assert result.told.instructions
    assert "the program is paused: no next check-in is set" in result.told.says
    written = tasks(away)["requested"]
    assert "escalation" in written
    assert "check-in" not in written


def test_a_plan_is_not_drafted_meanwhile(away: Stage) -> None:
    result = run(away, ProposePlan(patient=away.patient, own_goal="walk to church"))
    assert isinstance(result, Refused)
    assert any("resume" in sentence for sentence in result.why), result.why


# ---- resume


def test_what_was_held_is_released(away: Stage) -> None:
    result = run(away, resuming(away), LATER)
    assert isinstance(result, Done)
    after = tasks(away)
    assert "on-hold" not in after
    assert after["completed"] == ["review-pause"]
    released = task(away, "first-assessment")
    assert released["status"] == "requested"
    assert "statusReason" not in released
    standing = episode(away)
    assert standing["status"] == "active"
    assert "extension" not in standing
    assert [(entry["status"], entry["period"].get("end")) for entry in standing["statusHistory"]] == [
        ("active", DAY),
        ("onhold", LATER),
    ]


@pytest.mark.parametrize(
    ("due", "afterwards"),
    [
        ("2026-03-08", "2026-03-08"),
        ("2026-03-09", "2026-03-23"),
        ("2026-03-22", "2026-04-05"),
        ("2026-03-23", "2026-03-23"),
    ],
    ids=["before the pause", "on its first day", "on its last day", "afterwards"],
)
def test_a_day_that_passed_meanwhile_moves_by_as_long_as_the_pause_was(rosa: Stage, due: str, afterwards: str) -> None:
    first = task(rosa, "first-assessment")
    rosa.backend.put({**first, "restriction": {"period": {"start": "2026-03-01", "end": due}}})
    assert isinstance(run(rosa, pausing(rosa)), Done)
    assert isinstance(run(rosa, resuming(rosa), LATER), Done)
    assert task(rosa, "first-assessment")["restriction"]["period"]["end"] == afterwards


def test_what_had_begun_has_begun_afterwards(rosa: Stage) -> None:
    rosa.backend.put({**task(rosa, "first-assessment"), "status": "in-progress"})
    assert isinstance(run(rosa, pausing(rosa)), Done)
    assert isinstance(run(rosa, resuming(rosa), LATER), Done)
    assert task(rosa, "first-assessment")["status"] == "in-progress"


def test_a_hold_of_another_kind_is_not_lifted(away: Stage) -> None:
    """A transition that waits for the end of a stay goes on waiting."""
    contact = task(away, "contact-patient")
    away.backend.put({**contact, "status": "on-hold"})
    assert isinstance(run(away, resuming(away), LATER), Done)
    assert task(away, "contact-patient")["status"] == "on-hold"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"at": "2026-03-09T09:59:00-05:00"}, "at is before the pause"),
        ({"program": "case-management"}, "this person is not in the program"),
        ({"at": "2026-03-24T10:00:00-05:00"}, "at is in the future"),
    ],
    ids=["before the pause", "another program", "in the future"],
)
def test_why_nothing_is_resumed(away: Stage, changes: dict[str, str], why: str) -> None:
    result = run(away, resuming(away, **changes), LATER)
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert episode(away)["status"] == "onhold"


def test_what_is_not_paused_is_not_resumed(rosa: Stage) -> None:
    result = run(rosa, resuming(rosa), LATER)
    assert isinstance(result, Refused)
    assert "is active: it is not paused" in result.why[0]


def test_paused_again_is_another_pause(away: Stage) -> None:
    assert isinstance(run(away, resuming(away), LATER), Done)
    again = pausing(away, at="2026-03-23T11:00:00-05:00", look_again="2026-04-10")
    result = run(away, again, "2026-03-23T12:00:00-05:00")
    assert isinstance(result, Done)
    assert result.by == "us"
    assert episode(away)["status"] == "onhold"
