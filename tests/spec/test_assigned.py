"""`assign-assessment`: which instrument for whom, and never one that is open or fresh."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, assign, stage
from tests.support.stage import done, enrolled, response
from tests.support.stories.revising import assigning

Json = dict[str, Any]
WHEN = "2026-03-09T10:00:00-05:00"
PHQ_9, FOOD = "PHQ-9", "Hunger Vital Sign"


@pytest.fixture
def rosa() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    return found


def run(found: Stage, when: str = WHEN, on_call: str = "", **changes: Any) -> Result:
    return carried_out(found, assigning(found, **changes), when, on_call=on_call)


def assigned(found: Stage) -> dict[str, Json]:
    """Our Tasks by the instrument they ask for."""
    tasks = Chart(found.backend, found.patient).written("Task")
    asking = [(given.get("valueCanonical", ""), one) for one in tasks for given in one.get("input", [])]
    return {form.partition("|")[0].rpartition("/")[2]: one for form, one in asking if form}


def answered(found: Stage, name: str, **changes: Any) -> str:
    """Answers on record; gives their reference."""
    result = done(found, RecordAssessment(patient=found.patient, response=response(name, found.mark, **changes)))
    assert isinstance(result, Done), result
    (one,) = [one for one in Chart(found.backend, found.patient).all("QuestionnaireResponse") if name[5:9] in str(one)]
    return f"QuestionnaireResponse/{one['id']}"


def test_one_task_each(rosa: Stage) -> None:
    assert isinstance(run(rosa), Done)
    tasks = assigned(rosa)
    assert set(tasks) == {"phq-9", "hunger-vital-sign"}
    for task in tasks.values():
        assert task["owner"]["reference"] == rosa.nurse
        assert task["restriction"]["period"]["end"] == "2026-03-23"
        assert task["input"][0]["valueCanonical"].count("|") == 1
    assert "Only the patient answers, nobody for them" in tasks["phq-9"]["description"]
    assert "Only the patient" not in tasks["hunger-vital-sign"]["description"]


def test_the_answers_complete_it(rosa: Stage) -> None:
    run(rosa, instruments=["phq-9"])
    answered(rosa, "rosa-phq-9")
    assert assigned(rosa)["phq-9"]["status"] == "completed"


def test_never_one_that_is_open(rosa: Stage) -> None:
    """Another system's Task counts, too."""
    task = assign(rosa, "phq-9")
    result = run(rosa)
    assert isinstance(result, Done)
    assert set(assigned(rosa)) == {"hunger-vital-sign"}
    assert any(f"is already asked for ({task}, requested)" in line for line in result.told.says), result.told


def test_never_one_twice(rosa: Stage) -> None:
    run(rosa)
    again = run(rosa, reason="again", when="2026-03-10T10:00:00-05:00")
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert len([one for one in Chart(rosa.backend, rosa.patient).written("Task") if one.get("input")]) == 2


@pytest.mark.parametrize(
    ("name", "last_fresh", "first_old"),
    [("phq-9", "2026-03-23", "2026-03-24"), ("hunger-vital-sign", "2026-09-05", "2026-09-06")],
)
def test_how_long_answers_count(rosa: Stage, name: str, last_fresh: str, first_old: str) -> None:
    """14 days for the PHQ-9, 180 for food, from 2026-03-09 on (PlanDefinition assigning)."""
    reference = answered(rosa, f"rosa-{name}")
    result = run(rosa, f"{last_fresh}T23:00:00-05:00", instruments=[name])
    assert isinstance(result, Refused)
    assert f"was answered on 2026-03-09 ({reference}): it is asked again from {first_old} on" in result.why[0]
    assert isinstance(run(rosa, f"{first_old}T08:00:00-05:00", instruments=[name]), Done)
    assert assigned(rosa)[name]["status"] == "requested"


def test_somebody_elses_answers_are_none(rosa: Stage) -> None:
    """A PHQ-9 that a relative answered is not the patient's (rules 3 and 33)."""
    json = response("rosa-phq-9", rosa.mark, subject={"reference": rosa.patient}, source={"reference": rosa.nurse})
    rosa.backend.create(json)
    assert isinstance(run(rosa, instruments=["phq-9"]), Done)
    assert set(assigned(rosa)) == {"phq-9"}


def test_filled_in_alone_only_where_somebody_is_on_call(rosa: Stage) -> None:
    result = run(rosa, filled_in_by="patient")
    assert isinstance(result, Refused)
    assert "nobody is on call" in result.why[0]
    assert isinstance(run(rosa, filled_in_by="patient", on_call=rosa.physician), Done)
    assert {one["owner"]["reference"] for one in assigned(rosa).values()} == {rosa.patient}


def test_an_instrument_nobody_knows(rosa: Stage) -> None:
    result = run(rosa, instruments=["phq-10"])
    assert isinstance(result, Refused)
    assert "the instruments are: " in result.why[0]
    assert "hunger-vital-sign, " in result.why[0]
    assert not assigned(rosa)
