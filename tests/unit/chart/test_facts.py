"""Facts: each says what is, is empty where nothing is known, and is never a guess."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of
from carefhir.chart.facts import STAYS, facts_of
from carefhir.content.loading import load
from carefhir.mappers.condition import read as read_condition
from tests.support.charts import chart_of, condition, example, observed, occasion, record, taking

Json = dict[str, Any]
CONTENT = load()
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def facts(*resources: Json, unseen: tuple[str, ...] = (), when: str = "2026-03-09T10:00:00-05:00", **more: Any) -> Any:
    return facts_of(chart_of(*resources, unseen=unseen, when=when), occasion(when), **more)


def test_of_nobody_nothing_is_known() -> None:
    """Counts of what was looked for and is not there are 0; everything else is empty."""
    found = facts_of(Chart(), occasion())
    assert all(value in ([], [0], [False]) for value in found.values())
    counts = ("chronic_count", "coexisting_count", "medicine_count", "stays_12_months", "emergency_visits_12_months")
    for name in counts:
        assert found[name] == [0], name
    for name in ("age", "conditions", "needs", "nyha", "a1c", "days_since_discharge", "goals", "a1c_targets"):
        assert found[name] == [], name


@pytest.mark.parametrize(
    ("unseen", "names"),
    [
        ("conditions", ["chronic_count", "coexisting_count"]),
        ("medication_requests", ["medicine_count"]),
        ("medication_statements", ["medicine_count"]),
        ("encounters", list(STAYS)),
    ],
)
def test_what_could_not_be_seen_is_not_none(unseen: str, names: list[str]) -> None:
    found = facts(unseen=(unseen,))
    assert {name: found[name] for name in names} == {name: [] for name in names}


def test_rosa() -> None:
    found = facts_of(chart_of(*example("rosa")), occasion())
    expected: Json = {
        "age": [74],
        "chronic_count": [4],
        "coexisting_count": [3],  # heart failure, hypertension, depression
        "nyha": [2],
        "a1c": [Decimal("8.6")],
        "a1c_change": [Decimal("0.5")],
        "ejection_fraction": [Decimal(35)],
        "medicine_count": [6],  # furosemide stands twice, in two strengths
        "unplanned_stays_90_days": [1],
        "heart_failure_stays_12_months": [1],
        "emergency_visits_12_months": [1],
        "days_since_discharge": [3],
        "days_since_unplanned_discharge": [3],
        "needs": [],
    }
    assert {name: found[name] for name in expected} == expected
    assert {"insulin", "sulfonylurea", "ace-inhibitor", "diuretic"} <= set(found["medicine_classes"])
    assert {"heart-failure", "heart-failure-reduced", "diabetes-type-2", "depression"} <= set(found["conditions"])


@pytest.mark.parametrize(
    ("born", "when", "age"),
    [
        ("1961-03-09", "2026-03-09T10:00:00-05:00", [65]),
        ("1961-03-10", "2026-03-09T10:00:00-05:00", [64]),
        ("1961-03-10", "2026-03-10T00:30:00-05:00", [65]),
        ("1960-02-29", "2026-02-28T12:00:00-05:00", [65]),
        ("1951", "2026-03-09T10:00:00-05:00", [75]),
        ("2062-01-01", "2026-03-09T10:00:00-05:00", []),
        ("unknown", "2026-03-09T10:00:00-05:00", []),
        (None, "2026-03-09T10:00:00-05:00", []),
    ],
)
def test_age_on_the_day(born: str | None, when: str, age: list[int]) -> None:
    assert facts({"resourceType": "Patient", "birthDate": born}, when=when)["age"] == age


@pytest.mark.parametrize(
    ("clinical", "verification", "confirmed", "concern"),
    [
        (None, None, True, True),
        ("active", "confirmed", True, True),
        ("recurrence", "confirmed", True, True),
        ("active", "unconfirmed", False, True),
        ("active", "provisional", False, True),
        ("active", "differential", False, True),
        ("active", "refuted", False, False),
        ("active", "entered-in-error", False, False),
        ("resolved", "confirmed", False, False),
        ("remission", "confirmed", False, False),
        ("inactive", "confirmed", False, False),
    ],
)
def test_a_condition_counts(clinical: str | None, verification: str | None, confirmed: bool, concern: bool) -> None:
    """Only what somebody confirmed is a condition; a concern is enough to be careful."""
    base = "http://terminology.hl7.org/CodeSystem/condition"
    more: Json = {}
    if clinical:
        more["clinicalStatus"] = {"coding": [{"system": f"{base}-clinical", "code": clinical}]}
    if verification:
        more["verificationStatus"] = {"coding": [{"system": f"{base}-ver-status", "code": verification}]}
    found = facts(condition("84114007", **more))
    assert ("heart-failure" in found["conditions"]) is confirmed
    assert ("heart-failure" in found["conditions_or_concerns"]) is concern
    assert found["chronic_count"] == [int(confirmed)]


@pytest.mark.parametrize(
    ("code", "system", "groups"),
    [
        ("I50.22", ICD, {"heart-failure", "heart-failure-reduced"}),
        ("I50.23", ICD, {"heart-failure", "heart-failure-reduced", "heart-failure-acute"}),
        ("I5033", ICD, {"heart-failure", "heart-failure-acute"}),
        ("I50.32", ICD, {"heart-failure"}),
        ("I50.42", ICD, {"heart-failure", "heart-failure-reduced"}),
        ("443253003", "http://snomed.info/sct", {"heart-failure", "heart-failure-reduced", "heart-failure-acute"}),
        ("E11.22", ICD, {"diabetes-type-2", "kidney-disease"}),
        ("E11.9", ICD, {"diabetes-type-2"}),
        ("160734000", "http://snomed.info/sct", {"long-term-care"}),
        ("Z59.3", ICD, {"long-term-care"}),
        ("Z59.41", ICD, {"food-need"}),
        ("J06.9", ICD, set()),
    ],
)
def test_the_groups_a_code_falls_into(code: str, system: str, groups: set[str]) -> None:
    assert set(groups_of(CONTENT, read_condition(record(condition(code, system))))) == groups


def test_what_coexists_with_diabetes() -> None:
    """Diabetes itself does not count, nor what the ADA does not name (high lipids, sleep apnoea); falls do."""
    codes = ("44054006", "55822004", "78275009", "161898004", "59621000")
    found = facts(*(condition(code) for code in codes))
    assert found["conditions"] == ["diabetes-type-2", "falls", "hyperlipidaemia", "hypertension", "sleep-apnoea"]
    assert found["chronic_count"] == [4]
    assert found["coexisting_count"] == [2]


@pytest.mark.parametrize(
    ("stage", "nyha"),
    [
        ({"text": "NYHA class II"}, [2]),
        ({"text": "NYHA II"}, [2]),
        ({"text": "nyha functional class iii"}, [3]),
        ({"text": "ACC/AHA stage C, NYHA Class IIIb"}, [3]),
        ({"text": "NYHA class II-III"}, [3]),
        ({"text": "NYHA class 2"}, [2]),
        ({"text": "NYHA: IV"}, [4]),
        ({"text": "class II"}, []),
        ({"text": "NYHA not assessed; I will ask"}, []),
        ({"text": "stage III cancer"}, []),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "420913000"}]}, [3]),
        ({}, []),
        ("NYHA II", []),
    ],
)
def test_the_nyha_class(stage: Any, nyha: list[int]) -> None:
    assert facts(condition("84114007", stage=[{"summary": stage}]))["nyha"] == nyha


def test_the_worst_nyha_class_on_record_counts() -> None:
    some = [condition("84114007", stage=[{"summary": {"text": f"NYHA class {one}"}}]) for one in ("II", "III")]
    assert facts(*some)["nyha"] == [3]
    resolved = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]}
    assert facts(some[0], {**some[1], "clinicalStatus": resolved})["nyha"] == [2]


def test_newest_readings_in_the_unit_that_rules_compare_with() -> None:
    found = facts(
        observed("4548-4", 7.1, "%", "2025-11-01"),
        observed("4548-4", 8.3, "%", "2026-02-01"),
        observed("4548-4", 67, "mmol/mol", "2026-03-01"),
        observed("4548-4", 9.9, "%", "2026-03-20"),
        observed("10230-1", 0.35, "1", "2026-02-01"),
        observed("8480-6", 17, "kPa", "2026-02-01"),
    )
    # 67 mmol/mol is 8.28 %: 0.09148 x 67 + 2.152 (NGSP); 17 kPa is 127.5 mmHg
    assert (found["a1c"], found["a1c_change"]) == ([Decimal("8.3")], [Decimal("0.0")])
    assert (found["ejection_fraction"], found["systolic"]) == ([], [Decimal("127.5")])


@pytest.mark.parametrize("reported", [{"reportedBoolean": True}, {"reportedReference": {"display": "the patient"}}])
def test_a_plan_that_was_reported_is_a_medicine(reported: Json) -> None:
    """US Core: what a patient takes on their own, as a MedicationRequest with intent plan."""
    assert facts(taking("Jardiance", intent="plan", **reported))["medicines"] == ["empagliflozin"]
    assert facts(taking("Jardiance", intent="plan"))["medicines"] == []


def test_medicines_and_their_classes() -> None:
    forbidden = taking("ibuprofen", doNotPerform=True)
    found = facts(
        taking("Lantus"), taking("insulin glargine 100 UNT/ML"), taking("glipizide", status="stopped"), forbidden
    )
    assert found["medicines"] == ["insulin-glargine"]
    assert found["medicine_classes"] == ["insulin"]
    assert found["medicine_count"] == [1]


def goal(**more: Any) -> Json:
    return {"resourceType": "Goal", "lifecycleStatus": "active", **more}


def a1c_target(**detail: Any) -> Json:
    return {"measure": {"coding": [{"system": LOINC, "code": "4548-4"}]}, **detail}


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (a1c_target(detailQuantity={"value": 7, "comparator": "<", "code": "%"}), [7]),
        (a1c_target(detailQuantity={"value": 6.5, "unit": "%"}), [Decimal("6.5")]),
        (a1c_target(detailRange={"low": {"value": 6, "code": "%"}, "high": {"value": 7, "code": "%"}}), [7]),
        (a1c_target(detailQuantity={"value": 53, "code": "mmol/mol"}), []),
        (a1c_target(detailQuantity={"value": True, "code": "%"}), []),
        (a1c_target(detailString="below 7"), []),
        ({"detailQuantity": {"value": 7, "code": "%"}}, []),
        ("odd", []),
    ],
)
def test_the_a1c_a_goal_on_record_allows(target: Any, found: list[Any]) -> None:
    assert facts(goal(target=[target]))["a1c_targets"] == found
    assert facts(goal(lifecycleStatus="cancelled", target=[target]))["a1c_targets"] == []


def test_goals_of_other_systems_are_known_by_what_they_measure() -> None:
    ours = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-goal", "code": "dry-weight"}]}
    weight = {"measure": {"coding": [{"system": LOINC, "code": "29463-7"}]}}
    assert facts(goal(description=ours, target=[weight]))["other_goal_measures"] == []
    assert facts(goal(description=ours, target=[weight]))["goals"] == ["dry-weight"]
    assert facts(goal(description={"text": "lose 20 lb"}, target=[weight]))["other_goal_measures"] == ["29463-7"]


def stay(start: str, end: str, **more: Any) -> Json:
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": ACT, "code": "IMP"},
        "period": {"start": start, "end": end},
        **more,
    }


EMERGENT = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EM"}]}


def test_stays_within_their_times() -> None:
    found = facts(
        stay("2026-02-01T10:00:00Z", "2026-02-05T10:00:00Z", priority=EMERGENT),
        stay("2025-11-01", "2025-11-03", priority=EMERGENT),
        stay("2025-06-01", "2025-06-03"),
        stay("2024-06-01", "2024-06-03", priority=EMERGENT),
        stay("2026-03-20", "2026-03-23", status="planned"),
    )
    assert found["stays_12_months"] == [3]
    assert found["unplanned_stays_90_days"] == [1]
    assert found["unplanned_stays_12_months"] == [2]
    assert found["unclear_stays_90_days"] == [0]
    assert found["days_since_discharge"] == [32]


@pytest.mark.parametrize(
    ("left", "unplanned"),
    [("2026-02-01T08:00:00Z", [1]), ("2026-01-31T10:00:00Z", [1]), ("2026-01-31T09:59:00Z", [0])],
)
def test_an_emergency_visit_within_a_day_before_makes_a_stay_unplanned(left: str, unplanned: list[int]) -> None:
    """24 hours, as the transition clock says."""
    visit = stay("2026-01-31T06:00:00Z", left, **{"class": {"system": ACT, "code": "EMER"}})
    found = facts(visit, stay("2026-02-01T10:00:00Z", "2026-02-05T10:00:00Z"))
    assert found["unplanned_stays_90_days"] == unplanned


@pytest.mark.parametrize("reference", ["Condition/hf", "Condition/hf/_history/2"])
def test_a_stay_for_heart_failure(reference: str) -> None:
    reason = [{"condition": {"reference": reference}}]
    found = facts({**condition("84114007"), "id": "hf"}, stay("2026-02-01", "2026-02-05", diagnosis=reason))
    assert found["heart_failure_stays_12_months"] == [1]
    assert facts(condition("84114007"), stay("2026-02-01", "2026-02-05"))["heart_failure_stays_12_months"] == [0]


def test_what_a_step_knows_besides() -> None:
    found = facts(age=80, goals=("a1c",), needs={"food-need"}, weight_gain=Decimal(3))
    assert (found["age"], found["goals"], found["needs"]) == ([80], ["a1c"], ["food-need"])
    assert found["weight_gain"] == [Decimal(3)]
