"""`disenroll`: what ends with a program, what stays, and who may do it."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.codes import STEP_KEY
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.lifecycle import STATUS, ended
from carefhir.workflows.looking.overview import OVERVIEW, Overview
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.people import in_two_programs, leaving, signed
from tests.support.stories.supervision import busy, paused, planted

Json = dict[str, Any]
DAY = "2026-03-09T10:00:00-05:00"
LATER = "2026-03-10T10:00:00-05:00"
DANGER = {"safety-review", "contact-patient"}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


def having(server: Stage, before: Any) -> Stage:
    found = stage(server.backend, "rosa")
    before(found)
    return found


def run(found: Stage, command: Command, when: str = DAY, who: str = "nurse") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def left(found: Stage, who: str = "nurse", when: str = DAY, **changes: Any) -> Done:
    result = run(found, leaving(found, **changes), when, who)
    assert isinstance(result, Done), result
    return result


def ours(found: Stage, type_: str) -> list[Json]:
    """Of that type, what carries a key of a step of ours."""
    return [
        each
        for each in Chart(found.backend, found.patient).all(type_)
        if any(key.get("system") == STEP_KEY for key in each.get("identifier", ()))
    ]


def statuses(found: Stage, type_: str) -> set[str]:
    return {str(each[STATUS[type_][0]]) for each in ours(found, type_)}


def code(task: Json) -> str:
    return str(task["code"]["coding"][0]["code"])


def open_kinds(found: Stage) -> set[str]:
    return {code(each) for each in ours(found, "Task") if not ended("Task", each["status"])}


def episode(found: Stage, program: str = "care-management") -> Json:
    (only,) = [
        each
        for each in Chart(found.backend, found.patient).all("EpisodeOfCare")
        if each["type"][0]["coding"][0]["code"] == program
    ]
    return only


# ---- what ends


@pytest.mark.parametrize(
    ("before", "who", "why", "plan"),
    [
        (signed, "nurse", "moved", "revoked"),
        (signed, "nurse", "goals-met", "completed"),
        (busy, "physician", "declined", "revoked"),
        (paused, "physician", "not-reached", "revoked"),
    ],
    ids=["moved away", "goals met", "busy", "paused"],
)
def test_nothing_of_the_program_dangles(server: Stage, before: Any, who: str, why: str, plan: str) -> None:
    found = having(server, before)
    left(found, who, why=why)
    assert episode(found)["status"] == "finished"
    assert statuses(found, "CareTeam") == {"inactive"}
    assert statuses(found, "Consent") == {"inactive"}
    assert plan in statuses(found, "CarePlan")
    assert all(ended("CarePlan", each) for each in statuses(found, "CarePlan"))
    on_hold = [code(each) for each in ours(found, "Task") if each["status"] in ("on-hold", "draft")]
    assert on_hold == []
    linked = {entry["reference"] for each in ours(found, "CarePlan") for entry in each.get("goal", ())}
    goals = {f"Goal/{each['id']}": each["lifecycleStatus"] for each in ours(found, "Goal")}
    assert {goals[reference] for reference in linked} <= {"cancelled", "completed", "rejected"}


def test_the_reason_stands_by_code_and_in_words(server: Stage) -> None:
    found = having(server, signed)
    left(found)
    (reason,) = [each["valueCodeableConcept"] for each in episode(found)["extension"]]
    assert reason["coding"][0]["code"] == "moved"
    assert reason["text"] == "lives with her son in another state now"
    assert episode(found)["period"]["end"] == DAY
    assert [entry["status"] for entry in episode(found)["statusHistory"]] == ["active"]
    (first,) = [each for each in ours(found, "Task") if code(each) == "first-assessment"]
    assert first["status"] == "cancelled"
    assert first["statusReason"]["text"] == "left the program: moved away: lives with her son in another state now"


def test_the_pause_ends_with_the_program(server: Stage) -> None:
    found = having(server, paused)
    left(found, "physician")
    assert [each["url"].rpartition("/")[2] for each in episode(found)["extension"]] == ["leaving"]
    assert [each["status"] for each in episode(found)["statusHistory"]] == ["active", "onhold"]
    assert "review-pause" not in open_kinds(found)


# ---- what stays


def test_what_protects_the_person_stays_open_and_is_named_with_its_owner(server: Stage) -> None:
    found = having(server, busy)
    before = {each["id"]: each["owner"] for each in ours(found, "Task")}
    result = left(found, "physician")
    standing = [each for each in ours(found, "Task") if not ended("Task", each["status"])]
    assert {code(each) for each in standing} >= DANGER
    said = " ".join(result.told.says)
    for task in standing:
        assert task["owner"] == before[task["id"]]
        assert f"(Task/{task['id']}), owner" in said
    assert any("still open: safety review" in each for each in result.told.warnings)


def test_flags_visits_and_orders_that_stay_are_named(server: Stage) -> None:
    found = having(server, busy)
    result = left(found, "physician")
    flags = [each["id"] for each in ours(found, "Flag") if each["status"] == "active"]
    visits = [each["id"] for each in Chart(found.backend, found.patient).all("Appointment")]
    assert flags
    assert visits
    said = " ".join(result.told.says)
    assert all(f"(Flag/{each})" in said for each in flags)
    assert all(f"(Appointment/{each})" in said for each in visits)


def test_an_order_in_force_is_the_prescribers(server: Stage) -> None:
    found = having(server, signed)
    words = {"text": "home health"}
    order = planted(found, "ServiceRequest", status="active", intent="order", code=words)
    (plan,) = ours(found, "CarePlan")
    found.backend.put({**plan, "activity": [*plan["activity"], {"reference": {"reference": order}}]})
    result = left(found)
    assert found.backend.get(order)["status"] == "active"
    assert any(f"stays in force: home health ({order})" in each for each in result.told.says)


def test_what_others_have_open_is_theirs_and_named(server: Stage) -> None:
    found = having(server, signed)
    words = {"text": "bring meals"}
    theirs = found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": words,
            "for": {"reference": found.patient},
        }
    )
    result = left(found)
    assert found.backend.get(theirs)["status"] == "requested"
    assert any(theirs in each and "not written by our steps" in each for each in result.told.warnings)


# ---- another program


def test_another_program_is_untouched(server: Stage) -> None:
    found = having(server, in_two_programs)
    theirs = [f"EpisodeOfCare/{episode(found, 'case-management')['id']}"]
    theirs += [each["reference"] for each in episode(found, "case-management")["team"]]
    manager = episode(found, "case-management")["careManager"]["reference"]
    theirs += [f"Task/{each['id']}" for each in ours(found, "Task") if each["owner"]["reference"] == manager]
    before = {each: found.backend.get(each) for each in theirs}
    left(found)
    assert len(theirs) > 2
    assert {each: found.backend.get(each) for each in theirs} == before
    assert episode(found)["status"] == "finished"


def test_a_task_that_may_be_the_other_programs_stays(server: Stage) -> None:
    """One nurse manages both: only what is linked to the program that ends can be told."""
    found = having(server, signed)
    assert isinstance(run(found, enroll(found, program="case-management")), Done)
    before = {each["id"] for each in ours(found, "Task") if code(each) == "first-assessment"}
    result = left(found)
    after = {each["id"]: each["status"] for each in ours(found, "Task") if code(each) == "first-assessment"}
    assert len(before) == 2
    assert set(after.values()) == {"requested"}
    assert all(any(f"(Task/{each})" in sentence for sentence in result.told.says) for each in after)


def test_a_plan_that_both_programs_work_by_goes_on(server: Stage) -> None:
    found = having(server, signed)
    assert isinstance(run(found, enroll(found, program="case-management")), Done)
    (plan,) = ours(found, "CarePlan")
    teams = [*plan["careTeam"], *episode(found, "case-management")["team"]]
    found.backend.put({**plan, "careTeam": teams})
    result = left(found)
    assert found.backend.get(f"CarePlan/{plan['id']}")["status"] == "active"
    assert any("another program works by it" in each for each in result.told.says)


# ---- who, and when not


@pytest.mark.parametrize("who", ["nurse", "social-worker"])
def test_in_danger_only_a_provider_disenrolls(server: Stage, who: str) -> None:
    found = having(server, busy)
    result = run(found, leaving(found), who=who)
    assert isinstance(result, Refused), result
    assert "a red check-in or a safety review is open" in result.why[0]
    assert "resolve" in result.why[0]
    assert episode(found)["status"] == "active"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"program": "case-management"}, "this person is not in the program"),
        ({"why": "bored"}, "there is no reason 'bored'; the reasons are: goals-met"),
        ({"at": "2026-03-09T10:01:00-05:00"}, "at is in the future"),
        ({"at": "2026-03-01T10:00:00-05:00"}, "at is before the enrollment began"),
    ],
    ids=["another program", "no such reason", "in the future", "before it began"],
)
def test_why_nobody_leaves(server: Stage, changes: dict[str, str], why: str) -> None:
    found = having(server, signed)
    result = run(found, leaving(found, **changes))
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert episode(found)["status"] == "active"


def test_who_left_is_not_in_the_program_and_can_be_enrolled_again(server: Stage) -> None:
    found = having(server, signed)
    left(found)
    again = run(found, leaving(found))
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    other = run(found, leaving(found, at=LATER), LATER)
    assert isinstance(other, Refused)
    assert isinstance(run(found, enroll(found), LATER), Done)


def test_the_overview_says_why_it_ended(server: Stage) -> None:
    found = having(server, signed)
    left(found)
    occasion = found.occasion()
    shown = runner.show(OVERVIEW, Overview(patient=found.patient), occasion, found.backend.server())
    rows = found.backend.run(shown).section("people").rows
    assert any("finished (moved away: lives with her son" in row.detail for row in rows), rows
