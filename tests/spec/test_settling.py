"""`acknowledge` and `resolve`: who may settle what, by discipline, and what goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from carefhir import Conflict, Done, Refused
from carefhir.catalog import step_for
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.workflows.monitoring.acknowledge import Acknowledge
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend, Interrupted, Killed, sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import AT, CALM, CALM_SCREENER, RED, check_in, resolve, task_of, weighed

Json = dict[str, Any]
WHEN = "2026-03-09T10:00:00-05:00"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    """One more Rosa on the same sandbox, in care management, weighed yesterday."""
    found = stage(server.backend, "rosa")
    assert isinstance(carried_out(found, enroll(found), "2026-03-09T09:00:00-05:00"), Done)
    weighed(found, "2026-03-08T09:30:00-05:00", "180.0")
    return found


def run(found: Stage, command: Command, who: str = "nurse") -> Done | Refused:
    result = carried_out(found, command, WHEN, actor=found.backend.find("Practitioner", who))
    assert isinstance(result, Done | Refused), result
    return result


def called(found: Stage, **answers: Any) -> None:
    numbers = {**CALM, **answers.pop("numbers", {})}
    run(found, RecordCheckIn(patient=found.patient, response=check_in(numbers=numbers, authored=AT, **answers)))


def acknowledge(found: Stage, task: str, by: str = "physician", **more: Any) -> Acknowledge:
    values = {
        "patient": found.patient, "task": task, "acknowledged_by": found.backend.find("Practitioner", by),
        "how": "voice", "at": "2026-03-09T09:45:00-05:00", **more,
    }  # fmt: skip
    return Acknowledge.model_validate(values)


def escalated(found: Stage) -> str:
    called(found, **RED)
    return task_of(found, "escalation", found.physician)


# ---- acknowledge


def test_who_knew_what_when(rosa: Stage) -> None:
    task = escalated(rosa)
    copy = task_of(rosa, "escalation", rosa.nurse)
    result = run(rosa, acknowledge(rosa, task))
    assert isinstance(result, Done), result
    for one in (rosa.backend.get(task), rosa.backend.get(copy)):
        assert one["status"] == "accepted"
        assert one["businessStatus"]["coding"][0]["code"] == "acknowledged"
        assert one["note"][-1]["authorReference"]["reference"] == rosa.physician
        assert one["note"][-1]["time"] == "2026-03-09T09:45:00-05:00"
    again = run(rosa, acknowledge(rosa, task))
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    other = run(rosa, acknowledge(rosa, copy, "nurse-practitioner"))
    assert isinstance(other, Refused)
    assert "already acknowledged" in other.why[0]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"how": "message"}, "by voice or in person"),
        ({"by": "nurse"}, "may not acknowledge it"),
        ({"by": "social-worker"}, "may not acknowledge it"),
        ({"at": "2026-03-09T11:00:00-05:00"}, "future"),
    ],
)
def test_what_is_no_acknowledgement(rosa: Stage, changes: Json, word: str) -> None:
    result = run(rosa, acknowledge(rosa, escalated(rosa), **changes))
    assert isinstance(result, Refused)
    assert any(word in one for one in result.why)


def test_everyday_work_is_not_acknowledged(rosa: Stage) -> None:
    result = run(rosa, acknowledge(rosa, task_of(rosa, "first-assessment")))
    assert isinstance(result, Refused)
    assert "only escalations and safety reviews" in result.why[0]


# ---- resolve


@pytest.mark.parametrize(
    ("who", "outcome"),
    [
        ("nurse", "proposed"),
        ("social-worker", "proposed"),
        ("physician", "closed"),
        ("nurse-practitioner", "closed"),
    ],
)
def test_who_closes_a_red(rosa: Stage, who: str, outcome: str) -> None:
    task = escalated(rosa)
    run(rosa, acknowledge(rosa, task))
    result = run(rosa, resolve(rosa, task), who)
    assert isinstance(result, Done), result
    found = rosa.backend.get(task)
    if outcome == "closed":
        assert found["status"] == "completed"
        copies = [one for one in Chart(rosa.backend, rosa.patient).written("Task") if _is(one, "escalation")]
        assert {one["status"] for one in copies} == {"completed"}
        return
    assert found["status"] == "accepted"
    assert found["businessStatus"]["coding"][0]["code"] == "proposed-for-closing"
    later = run(rosa, resolve(rosa, task), "physician")
    assert isinstance(later, Done)
    assert later.by == "us"
    assert rosa.backend.get(task)["status"] == "completed"


@pytest.mark.parametrize(("who", "may"), [("nurse", True), ("social-worker", False), ("physician", True)])
def test_who_closes_a_yellow(rosa: Stage, who: str, may: bool) -> None:
    called(rosa, yes=("swelling",))
    task, reminder = task_of(rosa, "nurse-call"), task_of(rosa, "inform-provider")
    result = run(rosa, resolve(rosa, task), who)
    assert isinstance(result, Done) is may, result
    assert rosa.backend.get(task)["status"] == ("completed" if may else "requested")
    assert rosa.backend.get(reminder)["status"] == ("cancelled" if may else "requested")
    if isinstance(result, Refused):
        assert "registered nurse" in result.why[0]


def test_a_red_is_acknowledged_first(rosa: Stage) -> None:
    result = run(rosa, resolve(rosa, escalated(rosa)), "physician")
    assert isinstance(result, Refused)
    assert "is not acknowledged yet" in result.why[0]


@pytest.mark.parametrize(
    ("who", "lower", "word"),
    [
        ("physician", "yellow", ""),
        ("physician", "emergency", "not lower"),
        ("physician", "orange", "not a color to lower to"),
        ("physician", "cannot-say", "not a color to lower to"),
        ("nurse", "yellow", "lowering a triage color"),
    ],
)
def test_only_a_provider_lowers_a_color(rosa: Stage, who: str, lower: str, word: str) -> None:
    task = escalated(rosa)
    run(rosa, acknowledge(rosa, task))
    result = run(rosa, resolve(rosa, task, lowered_to=lower), who)
    if word:
        assert isinstance(result, Refused)
        assert any(word in one for one in result.why)
        return
    assert isinstance(result, Done), result
    triages = [one for one in Chart(rosa.backend, rosa.patient).written("Observation") if _is(one, "triage")]
    first, second = sorted(triages, key=lambda one: one["effectiveDateTime"])
    assert [one["valueCodeableConcept"]["coding"][0]["code"] for one in (first, second)] == ["red-urgent", "yellow"]
    assert second["derivedFrom"] == [{"reference": f"Observation/{first['id']}"}]


def test_a_flag_stays_while_another_review_of_the_finding_is_open(rosa: Stage) -> None:
    for number in (1, 2):
        response = check_in(numbers=CALM, authored=f"2026-03-09T09:{number}0:00-05:00")
        coding = {"system": "http://loinc.org", "code": "LA6569-3"}
        response["item"].append({"linkId": "thoughts-of-death", "answer": [{"valueCoding": coding}]})
        run(rosa, RecordCheckIn(patient=rosa.patient, response=response))

    def flags() -> list[str]:
        return [one["status"] for one in Chart(rosa.backend, rosa.patient).written("Flag")]

    assert flags() == ["active"]
    run(rosa, resolve(rosa, task_of(rosa, "safety-review"), screener=CALM_SCREENER))
    assert flags() == ["active"]
    run(rosa, resolve(rosa, task_of(rosa, "safety-review"), screener=CALM_SCREENER))
    assert flags() == ["inactive"]


@pytest.mark.parametrize(
    ("code", "step"), [("check-in", "record-check-in"), ("first-assessment", "conclude-assessment")]
)
def test_what_has_a_step_of_its_own_is_refused_naming_it(rosa: Stage, code: str, step: str) -> None:
    called(rosa)
    result = run(rosa, resolve(rosa, task_of(rosa, code)))
    assert isinstance(result, Refused)
    assert step in result.why[0]


def test_closing_goes_on_for_the_dead(rosa: Stage) -> None:
    called(rosa, yes=("swelling",))
    person = rosa.backend.get(rosa.patient)
    rosa.backend.put({**person, "deceasedBoolean": True})
    assert isinstance(run(rosa, resolve(rosa, task_of(rosa, "nurse-call"))), Done)


def test_half_done_with_one_outcome_and_run_with_another(rosa: Stage) -> None:
    """The Task holds the first outcome, and no receipt says that it is done: only the first words finish it."""
    called(rosa, yes=("swelling",))
    task = task_of(rosa, "nurse-call")
    first, second = "called back, weight is down", "went to see her"
    fork = rosa.backend.fork()
    assert fork is not None
    counted = Interrupted(fork, 0, "never")
    assert isinstance(settled_singly(replace(rosa, backend=fork), task, first, counted), Done)
    killed = Interrupted(rosa.backend, counted.writes[0], "killed after")
    with pytest.raises(Killed):
        settled_singly(rosa, task, first, killed)

    conflict = settled_singly(rosa, task, second, rosa.backend)
    assert isinstance(conflict, Conflict), conflict
    assert task in conflict.why
    assert rosa.backend.get(task)["note"][-1]["text"] == f"Resolved: reached; {first}"
    assert receipts_of(rosa, task) == []

    done = settled_singly(rosa, task, first, rosa.backend)
    assert isinstance(done, Done), done
    assert done.by == "us"
    assert [note["text"] for note in rosa.backend.get(task)["note"]] == [f"Resolved: reached; {first}"]
    assert receipts_of(rosa, task) == [f"reached; {first}"]


def settled_singly(found: Stage, task: str, outcome: str, driver: Backend | Interrupted) -> Result:
    """Resolves a Task by single writes, as a server without transactions has it."""
    command = resolve(found, task, outcome=outcome)
    server = found.backend.server(commit="single writes")
    occasion = found.occasion(datetime.fromisoformat(WHEN))
    return driver.run(runner.run(step_for(command), command, occasion, server))


def receipts_of(found: Stage, task: str) -> list[str]:
    """The reasons of the receipts that name a Task as what they were decided from."""
    receipts = Chart(found.backend, found.patient).all("Provenance")
    about = [receipt for receipt in receipts if f"'{task}'" in str(receipt.get("entity", ()))]
    return [receipt["reason"][0]["text"] for receipt in about]


def test_another_persons_task_and_a_settled_one(rosa: Stage) -> None:
    called(rosa, yes=("swelling",))
    task = task_of(rosa, "nurse-call")
    other = stage(rosa.backend, "rosa")
    theirs = run(other, resolve(other, task))
    assert isinstance(theirs, Refused)
    assert "not a Task of this patient" in theirs.why[0]
    rosa.backend.put({**rosa.backend.get(task), "status": "cancelled"})
    settled = run(rosa, resolve(rosa, task))
    assert isinstance(settled, Refused)
    assert "already cancelled" in settled.why[0]


def _is(resource: Json, code: str) -> bool:
    return any(one["code"] == code for one in resource["code"]["coding"])
