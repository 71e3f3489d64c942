"""`evaluate-goals`: a reading beyond what is safe reaches no goal, and somebody looks the same day (rule 23)."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.chart.unsafe_readings import PLAN
from carefhir.codes import TASK
from carefhir.content.loading import load
from carefhir.content.rules import read_rules
from carefhir.workflows.monitoring.evaluate_goals import EvaluateGoals
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.monitoring import goal, measured, quantity

WHEN = "2026-07-10T10:00:00-05:00"
LOINC = {
    "systolic": ("8480-6", "mm[Hg]"),
    "diastolic": ("8462-4", "mm[Hg]"),
    "glucose": ("2339-0", "mg/dL"),
    "a1c": ("4548-4", "%"),
    "weight": ("29463-7", "[lb_av]"),
    "pulse": ("8867-4", "/min"),
}
CODE = {"systolic": "blood-pressure", "a1c": "a1c", "weight": "weight-loss"}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    """One more Kim on the same sandbox."""
    return stage(server.backend, "kim")


def aimed(kim: Stage, what: str, target: str, sign: str = "<", code: str = "") -> str:
    loinc, unit = LOINC[what]
    detail = {"detailQuantity": {**quantity(target, unit), **({"comparator": sign} if sign else {})}}
    if what in CODE or code:
        return goal(kim, code or CODE[what], loinc, detail, "2026-03-15")
    return kim.backend.create(
        {
            "resourceType": "Goal",
            "lifecycleStatus": "active",
            "description": {"text": f"{what} in range"},
            "subject": {"reference": kim.patient},
            "target": [{"measure": {"coding": [{"system": "http://loinc.org", "code": loinc}]}, **detail}],
        }
    )


def read(kim: Stage, what: str, *values: tuple[str, str], unit: str = "") -> None:
    for day, value in values:
        measured(kim, LOINC[what][0], f"{day}T08:00:00-05:00", value, unit or LOINC[what][1])


def failing(kim: Stage) -> None:
    kim.backend.create(
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.22"}]},
            "subject": {"reference": kim.patient},
        }
    )


def evaluated(kim: Stage) -> Any:
    result = carried_out(kim, EvaluateGoals(patient=kim.patient), WHEN)
    assert isinstance(result, Done | Refused), result
    return result


def stands(kim: Stage, reference: str) -> str:
    codes = kim.backend.get(reference).get("achievementStatus", {}).get("coding", [{}])
    return str(codes[0].get("code", ""))


def looks(kim: Stage, reference: str) -> dict[str, str]:
    """The Tasks about a goal, with the day each is due."""
    return {
        task["code"]["coding"][0]["code"]: task["restriction"]["period"]["end"]
        for task in Chart(kim.backend, kim.patient).written("Task")
        if task.get("focus", {}).get("reference") == reference
    }


@pytest.mark.parametrize(
    ("what", "target", "value", "unit", "task"),
    [
        ("systolic", "130", "78", "", "escalation"),
        ("systolic", "130", "89", "mmHg", "escalation"),
        ("systolic", "130", "10.4", "kPa", "escalation"),  # 78 mmHg
        ("systolic", "130", "40", "", "escalation"),  # not plausible, and judged all the same
        ("systolic", "200", "190", "", "escalation"),
        ("a1c", "7", "4.1", "", "nurse-call"),
        ("a1c", "7", "21", "mmol/mol", "nurse-call"),  # 4.1 %
        ("glucose", "130", "45", "", "escalation"),
        ("glucose", "130", "2.5", "mmol/L", "escalation"),
        ("glucose", "130", "65", "", "nurse-call"),
        ("diastolic", "80", "44", "", "nurse-call"),
        ("pulse", "100", "38", "", "escalation"),
    ],
)
def test_a_reading_beyond_what_is_safe_reaches_no_goal(
    kim: Stage, what: str, target: str, value: str, unit: str, task: str
) -> None:
    reference = aimed(kim, what, target)
    read(kim, what, ("2026-06-01", value), ("2026-07-09", value), unit=unit)
    result = evaluated(kim)
    assert isinstance(result, Done), result
    assert stands(kim, reference) == "not-achieved"
    assert "what is safe" in " ".join(result.told.says)
    assert looks(kim, reference) == {task: "2026-07-10"}
    assert bool(result.told.instructions) is (task == "escalation")


@pytest.mark.parametrize(
    ("what", "target", "value"), [("systolic", "130", "112"), ("a1c", "7", "6.2"), ("systolic", "130", "90")]
)
def test_a_safe_reading_still_reaches_its_goal(kim: Stage, what: str, target: str, value: str) -> None:
    reference = aimed(kim, what, target)
    read(kim, what, ("2026-07-09", value))
    assert isinstance(evaluated(kim), Done)
    assert stands(kim, reference) == "achieved"
    assert looks(kim, reference) == {}


def test_of_several_readings_of_a_day_the_worst_counts(kim: Stage) -> None:
    reference = aimed(kim, "systolic", "130")
    measured(kim, "8480-6", "2026-07-09T08:00:00-05:00", "78", "mm[Hg]")
    measured(kim, "8480-6", "2026-07-09T18:00:00-05:00", "118", "mm[Hg]")
    evaluated(kim)
    assert stands(kim, reference) == "not-achieved"


@pytest.mark.parametrize("value", ["1.5", "28"])
def test_a_goal_waits_where_its_newest_reading_is_more_likely_a_slip(kim: Stage, value: str) -> None:
    reference = aimed(kim, "a1c", "7")
    read(kim, "a1c", ("2026-06-01", "6.9"), ("2026-07-09", value))
    result = evaluated(kim)
    if value == "28":
        assert isinstance(result, Refused)
        assert "more likely a slip" in " ".join(result.why)
    assert stands(kim, reference) in ("", "not-achieved")


@pytest.mark.parametrize(
    ("days", "fails", "status", "tasks"),
    [
        (("2026-07-04", "2026-07-09"), True, "not-achieved", {"nurse-call": "2026-07-10"}),
        (("2026-05-01", "2026-07-09"), True, "not-achieved", {"review-plan": "2026-07-17"}),
        (("2026-05-01", "2026-07-09"), False, "improving", {}),
    ],
)
def test_a_weight_that_fell_in_heart_failure_is_no_progress(
    kim: Stage, days: tuple[str, str], fails: bool, status: str, tasks: dict[str, str]
) -> None:
    if fails:
        failing(kim)
    reference = aimed(kim, "weight", "170")
    read(kim, "weight", (days[0], "192"), (days[1], "180"))
    evaluated(kim)
    assert stands(kim, reference) == status
    assert looks(kim, reference) == tasks


@pytest.mark.parametrize(
    ("day", "before", "now", "unit", "status"),
    [
        ("2026-07-03", "200", "170", "", "not-achieved"),
        ("2026-07-03", "200", "60", "", "not-achieved"),
        ("2026-06-10", "100", "95", "kg", "not-achieved"),  # 5 percent in 29 days
        ("2026-06-08", "200", "170", "", "improving"),  # 31 days
        ("2026-06-10", "200", "191", "", "improving"),
        ("2026-06-10", "200", "210", "", "worsening"),
    ],
)
def test_a_loss_that_is_too_fast_is_no_progress_in_anybody(
    kim: Stage, day: str, before: str, now: str, unit: str, status: str
) -> None:
    reference = aimed(kim, "weight", "150" if now != "60" else "170")
    read(kim, "weight", (day, before), ("2026-07-09", now), unit=unit)
    evaluated(kim)
    assert stands(kim, reference) == status
    assert looks(kim, reference) == ({"nurse-call": "2026-07-10"} if status == "not-achieved" else {})


def test_a_second_look_writes_no_second_task(kim: Stage) -> None:
    reference = aimed(kim, "systolic", "130")
    read(kim, "systolic", ("2026-07-08", "78"))
    evaluated(kim)
    read(kim, "systolic", ("2026-07-09", "80"))
    evaluated(kim)
    tasks = [
        task
        for task in Chart(kim.backend, kim.patient).written("Task")
        if task.get("focus", {}).get("reference") == reference
    ]
    assert len({task["owner"]["reference"] for task in tasks}) == len(tasks)


def test_every_rule_has_a_task_and_a_condition() -> None:
    rules = read_rules(load(), PLAN, TASK)
    assert {rule.code for rule in rules} == {"escalation", "nurse-call", "review-plan"}
    assert all(rule.expression and rule.title and rule.words for rule in rules)
