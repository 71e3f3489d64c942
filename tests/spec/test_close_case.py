"""`close-case`: what remains of a case goes to the care manager by name, and what ends, ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.workflows.looking.overview import OVERVIEW, Overview
from carefhir.workflows.undo.retract import Retract
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, done, stage
from tests.support.stories.case_management import (
    ANSWERED,
    GOAL,
    JANUARY,
    case_of,
    closing,
    opening,
    ordered,
    plan_of,
    request,
    signed,
)
from tests.support.stories.supervision import death

Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "earl")


@pytest.fixture
def earl(server: Stage) -> Stage:
    """His case beside his chronic care; the payer has not answered."""
    found = stage(server.backend, "earl")
    signed(found)
    return found


@pytest.fixture
def alone(server: Stage) -> Stage:
    """A case, and no care manager."""
    found = stage(server.backend, "earl")
    ordered(found)
    done(found, opening(found, supervising_provider=found.physician), JANUARY)
    return found


def run(found: Stage, command: Command, when: str = ANSWERED, who: str = "social-worker") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def told(result: Result) -> str:
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def chart(found: Stage) -> Chart:
    return Chart(found.backend, found.patient)


def standing_plan(found: Stage) -> Json:
    (only,) = [one for one in chart(found).all("CarePlan") if one["title"].startswith("Care plan")]
    return only


def test_what_is_open_goes_to_the_care_manager(earl: Stage) -> None:
    words = told(run(earl, closing(earl)))
    tasks = chart(earl).tasks()
    mine = ("authorization", "first-assessment")
    assert {tasks[code]["owner"]["reference"] for code in mine} == {earl.nurse}
    assert {tasks[code]["status"] for code in mine} == {"requested"}
    plan = {"reference": f"CarePlan/{standing_plan(earl)['id']}"}
    assert plan in tasks["authorization"]["basedOn"]
    assert tasks["close-case"]["status"] == "completed"
    assert f"not settled (waiting): total replacement of the left hip ({request(earl)})" in words
    assert "handed over to Dana Whitfield" in words


def test_goals_go_on_in_the_standing_plan(earl: Stage) -> None:
    words = told(run(earl, closing(earl)))
    (goal,) = chart(earl).written("Goal")
    assert goal["lifecycleStatus"] == "active"
    assert standing_plan(earl)["goal"] == [{"reference": f"Goal/{goal['id']}"}]
    assert f"goal that goes on in Care plan: high blood pressure: {GOAL}" in words


def test_what_ends(earl: Stage) -> None:
    told(run(earl, closing(earl)))
    case = earl.backend.get(case_of(earl))
    assert (case["status"], case["period"]["end"]) == ("finished", ANSWERED)
    assert case["statusHistory"][-1]["status"] == "active"
    assert earl.backend.get(plan_of(earl))["status"] == "completed"
    team = earl.backend.get(case["team"][0]["reference"])
    ends = {one["role"][0]["coding"][0]["code"]: one.get("period", {}).get("end") for one in team["participant"]}
    assert (team["status"], team["period"]["end"]) == ("inactive", ANSWERED)
    assert ends == {"case-manager": ANSWERED, "supervising-provider": None, "patient": None}
    standing = [one for one in chart(earl).written("EpisodeOfCare") if one["id"] != case["id"]]
    assert [one["status"] for one in standing] == ["active"]


def test_the_care_manager_is_told_once(earl: Stage) -> None:
    told(run(earl, closing(earl)))
    (message,) = chart(earl).written("Communication")
    assert message["recipient"] == [{"reference": earl.nurse}]
    assert message["about"] == [{"reference": case_of(earl)}]
    said = "\n".join(one["contentString"] for one in message["payload"])
    assert "he is home and walks with a cane" in said
    assert "not settled (waiting): total replacement of the left hip" in said
    assert GOAL in said
    again = run(earl, closing(earl))
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert len(chart(earl).written("Communication")) == 1


def test_telling_the_care_manager_is_no_talk_with_the_person(earl: Stage) -> None:
    """The overview says when somebody last talked with him: nobody has."""
    told(run(earl, closing(earl)))
    occasion = earl.occasion(JANUARY.replace(month=2))
    picture = earl.backend.run(runner.show(OVERVIEW, Overview(patient=earl.patient), occasion, earl.backend.server()))
    assert picture.last_contact.day is None


def test_a_plan_that_nobody_signed_is_withdrawn(earl: Stage) -> None:
    plan = earl.backend.get(plan_of(earl))
    earl.backend.put({**plan, "status": "draft"})
    goal = earl.backend.get(plan["goal"][0]["reference"])
    earl.backend.put({**goal, "lifecycleStatus": "proposed"})
    words = told(run(earl, closing(earl)))
    assert earl.backend.get(plan_of(earl))["status"] == "revoked"
    assert "it is withdrawn, not completed" in words
    assert f"goal that was not signed (proposed): {GOAL}" in words
    assert "goal" not in standing_plan(earl)


def test_without_a_plan_in_force_goals_are_in_none(earl: Stage) -> None:
    earl.backend.put({**standing_plan(earl), "status": "revoked"})
    words = told(run(earl, closing(earl)))
    assert "the goals of the case are in no plan until a new one is signed" in words


def test_what_does_not_belong_to_the_case_stays(earl: Stage) -> None:
    """A social worker's other Tasks for the person are theirs."""
    worker = earl.backend.find("Practitioner", "social-worker")
    task = chart(earl).tasks()["authorization"]
    other = {key: value for key, value in task.items() if key not in ("id", "meta", "basedOn", "focus", "identifier")}
    code = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "coordinate"}]}
    reference = earl.backend.create({**other, "code": code})
    words = told(run(earl, closing(earl)))
    assert earl.backend.get(reference)["owner"]["reference"] == worker
    assert "stays with the case manager, for it is not of this case" in words
    assert reference in words


def test_without_a_care_manager_nothing_is_left_alone(alone: Stage) -> None:
    result = run(alone, closing(alone))
    assert isinstance(result, Refused)
    assert "there is no care manager to hand over to" in result.why[0]
    assert "1 open Task; 1 goal not signed" in result.why[0]
    assert alone.backend.get(case_of(alone))["status"] == "active"
    assert "handed over to Dana Whitfield" in told(run(alone, closing(alone, care_manager=alone.nurse)))


def test_where_nothing_remains_nobody_is_needed(alone: Stage) -> None:
    (goal,) = chart(alone).written("Goal")
    alone.backend.put({**goal, "lifecycleStatus": "cancelled"})
    task = chart(alone).tasks()["first-assessment"]
    alone.backend.put({**task, "status": "completed"})
    assert "nothing of the case is open" in told(run(alone, closing(alone)))
    assert chart(alone).written("Communication") == []


def test_why_nothing_is_closed(earl: Stage) -> None:
    programs = chart(earl).written("EpisodeOfCare")
    care = next(f"EpisodeOfCare/{one['id']}" for one in programs if "extension" not in one)
    for case, why in ((care, "is no case of this patient"), ("EpisodeOfCare/none", "is no case of this patient")):
        result = run(earl, closing(earl, case=case))
        assert isinstance(result, Refused)
        assert why in result.why[0]
    result = run(earl, closing(earl, care_manager="Practitioner/nobody"))
    assert isinstance(result, Refused)
    assert "the care manager Practitioner/nobody is not on this server" in result.why[0]


def test_a_case_that_somebody_else_has_ended(earl: Stage) -> None:
    earl.backend.put({**earl.backend.get(case_of(earl)), "status": "finished"})
    result = run(earl, closing(earl))
    assert isinstance(result, Refused)
    assert "is finished: it is closed already" in result.why[0]


def test_the_overview_shows_the_case(earl: Stage) -> None:
    picture = earl.backend.run(
        runner.show(OVERVIEW, Overview(patient=earl.patient), earl.occasion(JANUARY), earl.backend.server())
    )
    lines = [" ".join(row.cells) for row in picture.section("people").rows]
    assert any("case manager Maribel Santos, expected to be over on 2027-04-30" in line for line in lines), lines


def test_a_death_ends_the_case(earl: Stage) -> None:
    """The request to the payer stays as it was asked; nobody follows it for a person who has died."""
    told(run(earl, death(earl, died="2027-01-14"), who="nurse"))
    assert earl.backend.get(case_of(earl))["status"] == "finished"
    assert earl.backend.get(plan_of(earl))["status"] == "completed"
    mine = [one for one in chart(earl).written("Task") if one["code"]["coding"][0]["code"] != "bereavement"]
    assert {one["status"] for one in mine} == {"cancelled"}
    assert {one["lifecycleStatus"] for one in chart(earl).written("Goal")} == {"cancelled"}
    assert earl.backend.get(request(earl))["status"] == "active"
    result = run(earl, closing(earl))
    assert isinstance(result, Refused)


@pytest.mark.parametrize("of", [case_of, request, plan_of], ids=["the case", "the request", "the plan"])
def test_what_cannot_be_taken_back_is_said(earl: Stage, of: Callable[[Stage], str]) -> None:
    before = chart(earl).resources
    result = run(earl, Retract(patient=earl.patient, what=of(earl), reason="another patient"), who="nurse")
    assert isinstance(result, Refused)
    assert "Do this instead: " in " ".join(result.why), "it says what to do instead"
    assert chart(earl).resources == before


def test_afterwards_there_can_be_a_new_case_around_the_event(earl: Stage) -> None:
    told(run(earl, closing(earl)))
    when = "2027-01-18T09:00:00-06:00"
    again = run(earl, opening(earl), when)
    assert isinstance(again, Done)
    assert again.by == "us"
