"""Whoever was reached is reached: the Tasks that ask to reach them are met by any talk with them (metBy)."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.codes import STEP_KEY, TASK
from carefhir.commands import RecordCheckIn, Resolve, Retract
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from tests.spec.tables import Chart, carried_out
from tests.spec.test_record_call import going_home
from tests.support.backends import Backend, sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stage import NOW, done
from tests.support.stories import contacts, coordination, monitoring, people
from tests.support.stories.transitions import call

Json = dict[str, Any]
AFTERWARDS = "2026-03-09T09:40:00-05:00"


@pytest.fixture(scope="module")
def server() -> Backend:
    return sandbox_backend()


@pytest.fixture
def rosa(server: Backend) -> Stage:
    return stage(server, "rosa")


def run(found: Stage, command: Command) -> Result:
    return carried_out(found, command, NOW.isoformat())


def statuses(found: Stage, *codes: str) -> set[str]:
    tasks = Chart(found.backend, found.patient).all("Task")
    return {task["status"] for task in tasks if task["code"]["coding"][0]["code"] in codes}


def after_a_discharge(found: Stage) -> None:
    """Home from hospital, and before that not reached by the whole protocol."""
    contacts.unreachable(found)
    done(found, going_home(found))


def visited(found: Stage, ended: str) -> None:
    """Treated in the emergency department, and somebody is to ask what happened."""
    visit = found.backend.create(
        {
            "resourceType": "Encounter", "status": "finished", "subject": {"reference": found.patient},
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER"},
            "period": {"start": "2026-03-08T20:00:00-05:00", "end": ended},
        }
    )  # fmt: skip
    found.backend.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": found.patient},
            "code": {"coding": [{"system": TASK, "code": "follow-emergency-visit"}]}, "focus": {"reference": visit},
            "identifier": [{"system": STEP_KEY, "value": f"planted-visit{found.mark}"}],
        }
    )  # fmt: skip


def answered(found: Stage, **answers: Any) -> RecordCheckIn:
    given = monitoring.check_in(authored="2026-03-09T09:00:00-05:00", numbers=monitoring.CALM, **answers)
    return RecordCheckIn(patient=found.patient, response=given)


def test_a_talk_after_a_discharge_reaches_them(rosa: Stage) -> None:
    """What asked to reach them, and what asked the provider to decide about it, are met."""
    after_a_discharge(rosa)
    result = run(rosa, call(rosa, AFTERWARDS, "reached", topics=["medicines"]))
    assert isinstance(result, Done), result
    assert statuses(rosa, "inform-provider") == {"completed"}
    assert any("reached on 2026-03-09 (record-contact)" in words for words in result.told.says)


def test_a_voicemail_reaches_nobody(rosa: Stage) -> None:
    after_a_discharge(rosa)
    assert isinstance(run(rosa, call(rosa, AFTERWARDS, "voicemail")), Done)
    assert statuses(rosa, "inform-provider") == {"requested"}


@pytest.mark.parametrize(
    ("source", "after"), [("", "completed"), ("patient", "completed"), ("daughter", "in-progress")]
)
def test_answers_of_their_own_reach_them(rosa: Stage, source: str, after: str) -> None:
    """Answers that somebody else gave do not."""
    contacts.tried(rosa)
    who = {"patient": rosa.patient, "daughter": people.daughter(rosa)}.get(source)
    command = answered(rosa)
    if who:
        response = {**command.response, "source": {"reference": who}}
        command = command.model_copy(update={"response": response})
    result = run(rosa, command)
    assert isinstance(result, Done), result
    assert statuses(rosa, "reach-person") == {after}


@pytest.mark.parametrize(
    ("topics", "ended", "after"),
    [
        (("medicines",), "2026-03-08T23:00:00-05:00", "completed"),
        (("scheduling",), "2026-03-08T23:00:00-05:00", "requested"),
        (("medicines",), "2026-03-09T09:30:00-05:00", "requested"),
    ],
    ids=["about care, after the visit", "about an appointment", "before the visit ended"],
)
def test_a_call_about_care_follows_an_emergency_visit(
    rosa: Stage, topics: tuple[str, ...], ended: str, after: str
) -> None:
    contacts.enrolled(rosa)
    visited(rosa, ended)
    assert isinstance(run(rosa, contacts.calling(rosa, topics=topics)), Done)
    assert statuses(rosa, "follow-emergency-visit") == {after}


def test_what_a_talk_settled_is_open_again_when_it_is_taken_back(rosa: Stage) -> None:
    after_a_discharge(rosa)
    talk = run(rosa, call(rosa, AFTERWARDS, "reached", topics=["medicines"]))
    assert isinstance(talk, Done)
    back = run(rosa, Retract(patient=rosa.patient, what=talk.receipt, reason="it was her sister"))
    assert isinstance(back, Done)
    assert statuses(rosa, "inform-provider") == {"requested"}


def test_discharge_information_is_not_closed_in_words(rosa: Stage) -> None:
    """Only a check of what came closes it: that nobody sent anything is no packet."""
    coordination.opened(rosa)
    tasks = Chart(rosa.backend, rosa.patient).all("Task")
    (task,) = [each for each in tasks if each["code"]["coding"][0]["code"] == "receive-packet"]
    result = run(rosa, Resolve(patient=rosa.patient, task=f"Task/{task['id']}", outcome="nothing came", at=NOW))
    assert isinstance(result, Refused)
    assert "is completed by another step: use receive-packet" in result.why[0]


def test_nobody_follows_whoever_has_left_every_program(rosa: Stage) -> None:
    """Their check-in is judged; that no next one is set, and that nobody follows it, is said."""
    people.signed(rosa)
    assert isinstance(carried_out(rosa, people.leaving(rosa), NOW.isoformat(), actor=rosa.physician), Done)
    result = run(rosa, answered(rosa, yes=("new-pillow",)))
    assert isinstance(result, Done), result
    assert any("has left every program: nobody follows this check-in" in words for words in result.told.says)
    assert "requested" not in statuses(rosa, "check-in")
    assert statuses(rosa, "nurse-call", "escalation") == {"requested"}, "what it calls for is written all the same"
