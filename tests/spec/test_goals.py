"""`evaluate-goals`: a trend is not noise, stability is no weight loss, and too little data says so (rule 15)."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.workflows.monitoring.evaluate_goals import EvaluateGoals
from tests.spec.tables import carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.monitoring import goal, measured, quantity

Json = dict[str, Any]
START = "2026-03-15"
BEFORE = "2026-03-10T08:00:00-05:00"
SINCE = ("2026-05-01T08:00:00-05:00", "2026-06-08T08:00:00-05:00", "2026-07-08T08:00:00-05:00")
WHEN = "2026-07-10T10:00:00-05:00"
LOINC = {"a1c": "4548-4", "phq-9": "44261-6", "dry-weight": "29463-7", "blood-pressure": "8480-6"}
UNIT = {"a1c": "%", "phq-9": "{score}", "dry-weight": "[lb_av]", "blood-pressure": "mm[Hg]"}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    """One more Kim on the same sandbox."""
    return stage(server.backend, "kim")


def aim(found: Stage, code: str, target: str, sign: str = "", **more: Any) -> str:
    detail = {**quantity(target, UNIT[code]), **({"comparator": sign} if sign else {})}
    return goal(found, code, LOINC[code], {"detailQuantity": detail, **more}, START)


def readings(found: Stage, code: str, values: tuple[str, ...], unit: str = "") -> list[str]:
    """The first before the goal began, the others since."""
    return [
        measured(found, LOINC[code], at, value, unit or UNIT[code])
        for at, value in zip((BEFORE, *SINCE), values, strict=False)
    ]


def evaluated(found: Stage, when: str = WHEN) -> Done | Refused:
    result = carried_out(found, EvaluateGoals(patient=found.patient), when)
    assert isinstance(result, Done | Refused), result
    return result


def stands(found: Stage, reference: str) -> str:
    coded = found.backend.get(reference).get("achievementStatus", {}).get("coding", [{}])
    return str(coded[0].get("code", ""))


@pytest.mark.parametrize(
    ("code", "target", "sign", "values", "status"),
    [
        ("a1c", "7.0", "<", ("8.6", "8.2"), "no-change"),  # 0.4
        ("a1c", "7.0", "<", ("8.6", "8.1"), "improving"),  # 0.5
        ("a1c", "7.0", "<", ("8.6", "8.0"), "improving"),
        ("a1c", "7.0", "<", ("8.6", "9.1"), "worsening"),
        ("a1c", "7.0", "<", ("8.6", "9.0"), "no-change"),
        ("a1c", "8.0", "<", ("8.6", "8.0"), "improving"),  # 8.0 is not under 8.0
        ("a1c", "8.0", "<", ("8.6", "7.9"), "achieved"),
        ("a1c", "8.0", "<", ("8.6", "7.9", "7.8"), "sustaining"),
        ("a1c", "8.0", "<", ("8.6", "7.9", "8.4"), "no-change"),  # against the beginning
        ("phq-9", "5", "<", ("14", "9"), "improving"),
        ("phq-9", "5", "<", ("14", "10"), "no-change"),
        ("phq-9", "5", "<", ("14", "19"), "worsening"),
        ("phq-9", "5", "<", ("14", "4"), "achieved"),
        ("dry-weight", "180", "", ("180.0", "176.0"), "achieved"),  # within 5 lb either way
        ("dry-weight", "180", "", ("180.0", "181.0", "179.0"), "sustaining"),
        ("dry-weight", "180", "", ("180.0", "174.0"), "worsening"),  # lower is not better
        ("dry-weight", "180", "", ("180.0", "186.0"), "worsening"),
        ("dry-weight", "180", "", ("196.0", "190.0"), "in-progress"),  # nearing it; never "improving"
        ("dry-weight", "180", "", ("190.0", "188.0"), "no-change"),
        ("blood-pressure", "130", "<", ("150", "141"), "no-change"),
        ("blood-pressure", "130", "<", ("150", "140"), "improving"),
    ],
)
def test_where_a_goal_stands(
    kim: Stage, code: str, target: str, sign: str, values: tuple[str, ...], status: str
) -> None:
    reference = aim(kim, code, target, sign)
    read = readings(kim, code, values)
    result = evaluated(kim)
    assert isinstance(result, Done), result
    found = kim.backend.get(reference)
    assert stands(kim, reference) == status
    assert [one["reference"] for one in found["outcomeReference"]] == [read[0], read[-1]]
    assert found["note"][0]["text"].startswith(f"{found['description']['text']}: {status}.")


def test_its_day_has_passed_without_progress(kim: Stage) -> None:
    reference = aim(kim, "a1c", "7.0", "<", dueDate="2026-06-15")
    readings(kim, "a1c", ("8.6", "8.4"))
    evaluated(kim)
    assert stands(kim, reference) == "no-progress"


def test_one_reading_tells_no_trend_and_changes_nothing(kim: Stage) -> None:
    reference = aim(kim, "phq-9", "5", "<")
    measured(kim, LOINC["phq-9"], SINCE[0], "14", "{score}")
    result = evaluated(kim)
    assert isinstance(result, Refused)
    assert "only one reading" in result.why[0]
    assert "achievementStatus" not in kim.backend.get(reference)


def test_one_reading_at_the_target_is_enough(kim: Stage) -> None:
    reference = aim(kim, "phq-9", "5", "<")
    measured(kim, LOINC["phq-9"], SINCE[0], "4", "{score}")
    evaluated(kim)
    assert stands(kim, reference) == "achieved"


def test_kilograms_and_pounds_are_compared_and_other_units_named(kim: Stage) -> None:
    weight = aim(kim, "dry-weight", "180")
    readings(kim, "dry-weight", ("81.6", "86.2"), "kg")  # 179.9 to 190.0 lb
    a1c = aim(kim, "a1c", "7.0", "<")
    readings(kim, "a1c", ("8.6", "8.0"))
    odd = measured(kim, LOINC["a1c"], BEFORE, "64", "g/L")
    result = evaluated(kim)
    assert isinstance(result, Done)
    assert stands(kim, weight) == "worsening"
    assert stands(kim, a1c) == "improving"
    assert any(odd in one and "not understood" in one for one in result.told.warnings)


@pytest.mark.parametrize(("value", "unit"), [("64", "g/L"), ("9", "furlong")])
def test_a_goal_is_not_judged_while_its_newest_reading_cannot_be_read(kim: Stage, value: str, unit: str) -> None:
    a1c = aim(kim, "a1c", "7.0", "<")
    readings(kim, "a1c", ("8.6", "6.8"))
    odd = measured(kim, LOINC["a1c"], SINCE[2], value, unit)
    result = evaluated(kim)
    words = " ".join(result.told.says if isinstance(result, Done) else result.why)
    assert odd in words
    assert "cannot be read" in words
    assert "achievementStatus" not in kim.backend.get(a1c)


def test_goals_that_no_reading_tells_of_are_named_in_one_line(kim: Stage) -> None:
    """Not a line each: a list of ids is nothing to read."""
    for code in ("less-salt", "yearly-checks"):
        goal(kim, code, "", {}, START)
    result = evaluated(kim)
    assert isinstance(result, Refused)
    (line,) = [one for one in result.why if "no readings can measure these goals" in one]
    assert sorted(line.partition(": ")[2].split(", ")) == ["less salt", "yearly checks"]


def test_no_goal_is_refused_by_name(kim: Stage) -> None:
    result = evaluated(kim)
    assert isinstance(result, Refused)
    assert result.why == ("no active goal is on record: there is nothing to evaluate",)


def test_nothing_new_is_nothing_to_do_and_a_new_reading_is(kim: Stage) -> None:
    reference = aim(kim, "a1c", "7.0", "<")
    readings(kim, "a1c", ("8.6", "8.0"))
    assert evaluated(kim, "2026-05-02T10:00:00-05:00").by == "us"  # type: ignore[union-attr]
    again = evaluated(kim, "2026-05-03T10:00:00-05:00")
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    measured(kim, LOINC["a1c"], SINCE[1], "6.9", "%")
    assert evaluated(kim).by == "us"  # type: ignore[union-attr]
    assert stands(kim, reference) == "achieved"
    assert len(kim.backend.get(reference)["note"]) == 2


@pytest.mark.parametrize(
    ("target", "lower", "status", "words"),
    [
        ("130", "98", "not-achieved", "the other number, 98 mmHg, is not below 80"),
        ("130", "80", "not-achieved", "the other number, 80 mmHg, is not below 80"),
        ("130", "79", "achieved", ""),
        ("140", "89", "achieved", ""),
        ("140", "90", "not-achieved", "the other number, 90 mmHg, is not below 90"),
        ("130", "", "achieved", "the other number of this reading is not on record"),
    ],
)
def test_a_pressure_is_at_its_goal_by_both_numbers(
    kim: Stage, target: str, lower: str, status: str, words: str
) -> None:
    reference = aim(kim, "blood-pressure", target, "<")
    measured(kim, "8480-6", SINCE[-1], "124", "mm[Hg]")
    if lower:
        measured(kim, "8462-4", SINCE[-1], lower, "mm[Hg]")
    told = evaluated(kim).told.says
    assert stands(kim, reference) == status
    assert words in " ".join(told)
    assert bool(words) is ("the other number" in " ".join(told))
