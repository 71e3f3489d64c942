"""`open-case`: what a case is around, who runs it, and what it starts; and when there is none."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.case_management import EXPECTED_END, GOAL, hip, in_care, opening, ordered, standing

Json = dict[str, Any]
DAY = "2027-01-11T09:00:00-06:00"
CASE = "https://carefhir.org/fhir/StructureDefinition/case"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "earl")


@pytest.fixture
def earl(server: Stage) -> Stage:
    """In care management, with an order for a new hip."""
    found = stage(server.backend, "earl")
    in_care(found)
    return found


def run(found: Stage, command: Command, when: str = DAY, who: str = "nurse") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def case_in(chart: Chart) -> Json:
    (only,) = [
        one for one in chart.written("EpisodeOfCare") if one["type"][0]["coding"][0]["code"] == "case-management"
    ]
    return only


def said(result: Result) -> str:
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def test_what_a_case_is(earl: Stage) -> None:
    """An episode of its own that names the event and its expected end; a team with the case manager."""
    result = run(earl, opening(earl))
    chart = Chart(earl.backend, earl.patient)
    case = case_in(chart)
    parts = {part["url"]: part for part in case["extension"][0]["extension"]}
    assert case["extension"][0]["url"] == CASE
    assert parts["event"]["valueReference"]["reference"] == hip(earl)
    assert parts["expectedEnd"]["valueDate"] == EXPECTED_END
    assert "end" not in case["period"]
    social_worker = earl.backend.find("Practitioner", "social-worker")
    assert case["careManager"]["reference"] == social_worker
    team = earl.backend.get(case["team"][0]["reference"])
    roles = {one["role"][0]["coding"][0]["code"]: one["member"]["reference"] for one in team["participant"]}
    assert roles == {"case-manager": social_worker, "supervising-provider": earl.physician, "patient": earl.patient}
    assert "stays the person's single point of contact" in said(result)
    assert "Dana Whitfield" in said(result)


def test_its_plan_and_its_first_tasks(earl: Stage) -> None:
    run(earl, opening(earl))
    chart = Chart(earl.backend, earl.patient)
    (plan,) = chart.written("CarePlan")
    (goal,) = chart.written("Goal")
    assert (plan["status"], goal["lifecycleStatus"]) == ("draft", "proposed")
    assert goal["description"]["text"] == GOAL
    assert [one["reference"] for one in plan["goal"]] == [f"Goal/{goal['id']}"]
    assert f"EpisodeOfCare/{case_in(chart)['id']}" in [one["reference"] for one in plan["supportingInfo"]]
    assert "partOf" not in plan
    mine = [one for one in chart.written("Task") if one.get("basedOn") == [{"reference": f"CarePlan/{plan['id']}"}]]
    due = {one["code"]["coding"][0]["code"]: one["restriction"]["period"]["end"] for one in mine}
    assert due == {"first-assessment": "2027-02-10", "close-case": EXPECTED_END}
    assert {one["owner"]["reference"] for one in mine} == {earl.backend.find("Practitioner", "social-worker")}


def test_it_is_part_of_the_plan_in_force(earl: Stage) -> None:
    whole = standing(earl)
    result = run(earl, opening(earl))
    (plan,) = Chart(earl.backend, earl.patient).written("CarePlan")
    assert plan["partOf"] == [{"reference": whole}]
    assert "part of Care plan: high blood pressure" in said(result)


def test_an_early_end_makes_the_first_tasks_earlier(earl: Stage) -> None:
    """Nothing of a case is due after the case."""
    run(earl, opening(earl, expected_end="2027-01-20"))
    tasks = [one for one in Chart(earl.backend, earl.patient).written("Task") if "basedOn" in one]
    assert {one["restriction"]["period"]["end"] for one in tasks} == {"2027-01-20"}


def test_there_is_one_case_around_an_event(earl: Stage) -> None:
    assert isinstance(run(earl, opening(earl)), Done)
    again = run(earl, opening(earl))
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    other = run(earl, opening(earl, event=earl.backend.find("Encounter", "earl-hospital" + earl.mark)))
    assert isinstance(other, Done)
    assert "another case runs beside this one" in said(other)


def test_two_encounters_of_one_stay_are_one_event(earl: Stage) -> None:
    """A hospital writes ward and operating room as Encounters of their own."""
    stay = earl.backend.get(earl.backend.find("Encounter", "earl-hospital" + earl.mark))
    room = {**stay, "identifier": [], "partOf": {"reference": f"Encounter/{stay['id']}"}}
    del room["id"], room["meta"]
    second = earl.backend.create(room)
    assert isinstance(run(earl, opening(earl, event=f"Encounter/{stay['id']}")), Done)
    result = run(earl, opening(earl, event=second))
    assert isinstance(result, Refused)
    assert "there is already a case around this event" in result.why[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"expected_end": "2027-01-11"}, "expected_end is not after today"),
        ({"told": ("what-it-is",)}, "the consent lacks what the patient was told"),
        ({"event": "Encounter/nobody"}, "another patient's: check the ID"),
        ({"case_manager": "Practitioner/nobody"}, "the case manager Practitioner/nobody is not on this server"),
        ({"case_manager_discipline": "gardener"}, "there is no discipline 'gardener'"),
    ],
    ids=["no end in sight", "not told", "no such event", "nobody", "no such discipline"],
)
def test_why_there_is_no_case(earl: Stage, changes: dict[str, Any], why: str) -> None:
    before = len(Chart(earl.backend, earl.patient).resources)
    result = run(earl, opening(earl, **changes))
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert len(Chart(earl.backend, earl.patient).resources) == before


def test_somebody_must_supervise(server: Stage) -> None:
    found = stage(server.backend, "earl")
    ordered(found)
    result = run(found, opening(found))
    assert isinstance(result, Refused)
    assert "name one in supervising_provider" in result.why[0]
    opened = run(found, opening(found, supervising_provider=found.physician))
    assert "there is no care manager: the case manager is the person's point of contact" in said(opened)


def test_an_order_that_was_revoked_is_no_event(server: Stage) -> None:
    found = stage(server.backend, "earl")
    ordered(found, status="revoked")
    result = run(found, opening(found, supervising_provider=found.physician))
    assert isinstance(result, Refused)
    assert "is revoked: name an event that takes place" in result.why[0]


def test_what_is_restricted_is_not_told(earl: Stage) -> None:
    """Everybody reads a plan's title (rule 4)."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    event = earl.backend.create(
        {
            "resourceType": "Condition",
            "meta": {"security": [label]},
            "code": {"text": "a matter nobody should read"},
            "subject": {"reference": earl.patient},
        }
    )
    result = run(earl, opening(earl, event=event))
    assert "a matter nobody should read" not in said(result)
    (plan,) = Chart(earl.backend, earl.patient).written("CarePlan")
    assert plan["title"] == "Case: a restricted matter"
    assert label["code"] in {one["code"] for one in plan["meta"]["security"]}


def test_beside_an_enrollment_without_an_event(earl: Stage) -> None:
    manager = earl.backend.find("Practitioner", "social-worker")
    run(earl, enroll(earl, program="case-management", care_manager=manager, care_manager_discipline="SW"))
    assert "also enrolled in case management without an event" in said(run(earl, opening(earl)))
