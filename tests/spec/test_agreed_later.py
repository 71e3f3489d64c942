"""`record-agreement` after the signature: the patient's word on a referral that waits for it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.workflows.care_planning.record_agreement import RecordAgreement
from carefhir.workflows.coordination.coordinate import Coordinate
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories import planning as story

Json = dict[str, Any]
DAY = "2026-03-09T10:00:00-05:00"


@pytest.fixture
def nora() -> Stage:
    found = stage(sandbox_backend(), "nora")
    story.signed(found)
    return found


def run(found: Stage, command: Command, who: str = "nurse") -> Result:
    return carried_out(found, command, DAY, actor=found.backend.find("Practitioner", who))


def everything_else(found: Stage) -> list[Json]:
    """All that is of the plan, but for the referral."""
    types = ("CarePlan", "Goal", "Task", "DeviceRequest", "ServiceRequest", "Appointment")
    records = [one for type_ in types for one in Chart(found.backend, found.patient).all(type_)]
    referral = story.waiting(found)["id"]
    return [one for one in records if (one["resourceType"], one["id"]) != ("ServiceRequest", referral)]


def test_a_yes_puts_it_in_effect_with_somebody_to_arrange_it(nora: Stage) -> None:
    before = everything_else(nora)
    result = run(nora, story.agreeing_later(nora))
    assert isinstance(result, Done)
    referral = story.waiting(nora)
    assert referral["status"] == "active"
    (arranging,) = [one for one in everything_else(nora) if one not in before]
    assert arranging["code"]["coding"][0]["code"] == "coordinate"
    assert arranging["focus"]["reference"] == f"ServiceRequest/{referral['id']}"
    assert arranging["owner"]["reference"] == nora.nurse
    assert [one for one in before if one not in everything_else(nora)] == [], "nothing else of the plan moves"
    sent = {"patient": nora.patient, "order": f"ServiceRequest/{referral['id']}", "event": "sent", "to": "Rides"}
    assert isinstance(run(nora, Coordinate.model_validate({**sent, "at": DAY, "consent": "verbal"})), Done)


def test_a_no_stops_it(nora: Stage) -> None:
    before = everything_else(nora)
    assert isinstance(run(nora, story.declining_later(nora)), Done)
    assert story.waiting(nora)["status"] == "revoked"
    assert everything_else(nora) == before


def test_the_signature_says_that_it_waits() -> None:
    found = stage(sandbox_backend(), "nora")
    story.requested(found)
    result = run(found, story.signing(found), "physician")
    assert isinstance(result, Done)
    (line,) = [line for line in result.told.says if line.startswith("waits for the patient's own yes")]
    assert f"ServiceRequest/{story.waiting(found)['id']}" in line


def test_with_no_answer_it_asks_for_that_alone(nora: Stage) -> None:
    result = run(nora, story.agreeing_later(nora, items=()))
    assert isinstance(result, Refused)
    item = {"item": f"ServiceRequest/{story.waiting(nora)['id']}", "answer": ""}
    assert result.to_fill_in == {"answers": [], "items": [item]}


def _with_a_goal(found: Stage) -> RecordAgreement:
    goal = {"goal": story.goals_of(found)["own"], "answer": "disagree"}
    return story.agreeing_later(found, answers=[goal])


def _with_something_in_effect(found: Stage) -> RecordAgreement:
    done = [one for one in Chart(found.backend, found.patient).all("Task") if "item-class" in str(one)]
    (first, *_) = [one for one in done if one["status"] == "requested"]
    return story.agreeing_later(found, items=[{"item": f"Task/{first['id']}", "answer": "decline"}])


def _ordered(found: Stage) -> RecordAgreement:
    services = [one for one in Chart(found.backend, found.patient).all("ServiceRequest") if "'order'" in str(one)]
    return story.agreeing_later(found, items=[{"item": f"ServiceRequest/{services[0]['id']}", "answer": "agree"}])


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (_with_a_goal, "is signed, and only this waits for the patient's word"),
        (_with_something_in_effect, "does not wait for the patient's word"),
        (_ordered, "does not wait for the patient's word"),
    ],
)
def test_nothing_else_of_a_signed_plan_is_talked_into_another_shape(nora: Stage, command: Any, why: str) -> None:
    before = Chart(nora.backend, nora.patient).resources
    result = run(nora, command(nora))
    assert isinstance(result, Refused)
    assert why in " ".join(result.why)
    assert "revise-plan" in " ".join(result.why)
    assert Chart(nora.backend, nora.patient).resources == before


def test_it_is_asked_once(nora: Stage) -> None:
    """When it is answered nothing waits any more, and the plan is not talked over again here."""
    assert isinstance(run(nora, story.agreeing_later(nora)), Done)
    again = run(nora, story.agreeing_later(nora, "decline", talked="2026-03-09T09:50:00-05:00"))
    assert isinstance(again, Refused)
    assert "only a draft can be changed" in " ".join(again.why)
