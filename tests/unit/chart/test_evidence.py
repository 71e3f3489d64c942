"""What facts rest on: nothing is decided from a fact without the records behind it, and nothing is cited for naught."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from carefhir.chart import evidence
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.content import tiers
from carefhir.content.loading import load
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import conclusion, condition, reading, task
from carefhir.occasion import Actor, Occasion

Json = dict[str, Any]
NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
OCCASION = Occasion(NOW, Actor("Practitioner/1"), load(), NOW.tzinfo)  # type: ignore[arg-type]
LOINC = "http://loinc.org"


def record(type_: str, id_: str, **elements: Any) -> Record:
    return Record(encode({"resourceType": type_, "id": id_, **elements}))


def observed(id_: str, code: str, value: str, day: str, unit: str = "%", **more: Any) -> Record:
    coded = {"coding": [{"system": LOINC, "code": code}]}
    quantity = {"value": float(value), "code": unit}
    return record("Observation", id_, status="final", code=coded, effectiveDateTime=day, valueQuantity=quantity, **more)


def chart(*observations: Record, **more: Any) -> Chart:
    return Chart(
        readings=tuple(found for one in observations for found in reading.read(one, OCCASION.content, OCCASION.zone)),
        **more,
    )


def test_a_change_rests_on_two_readings_and_a_value_on_the_newest() -> None:
    found = chart(observed("old", "4548-4", "8.1", "2025-09-02"), observed("new", "4548-4", "9.2", "2026-03-01"))
    behind = evidence.behind_facts(found, OCCASION)
    assert [one.id for one in behind["a1c"]] == ["new"]
    assert [one.id for one in behind["a1c_change"]] == ["old", "new"]


def test_an_a1c_in_other_units_is_converted_before_it_is_compared() -> None:
    found = chart(observed("ifcc", "4548-4", "70", "2026-03-01", unit="mmol/mol"))
    assert facts_of(found, OCCASION)["a1c"] == [Decimal("8.6")]  # 0.09148 x 70 + 2.152
    assert facts_of(chart(observed("odd", "4548-4", "70", "2026-03-01", unit="g/L")), OCCASION)["a1c"] == []


def test_a_reading_to_come_is_none() -> None:
    found = chart(observed("new", "4548-4", "9.2", "2026-04-01"))
    assert "a1c" not in evidence.behind_facts(found, OCCASION)


def test_conditions_that_rules_look_at_are_cited_and_others_not() -> None:
    snomed = "http://snomed.info/sct"
    diabetes, stuffy = (
        condition.read(record("Condition", id_, code={"coding": [{"system": snomed, "code": code}]}))
        for id_, code in (("diabetes", "44054006"), ("sinusitis", "40055000"))
    )
    behind = evidence.behind_facts(Chart(conditions=(diabetes, stuffy)), OCCASION)
    assert [one.id for one in behind["chronic_count"]] == ["diabetes"]


def test_an_open_safety_review_is_cited_a_settled_one_not() -> None:
    coded = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "safety-review"}]}
    tasks = tuple(task.read(record("Task", status, status=status, code=coded)) for status in ("requested", "completed"))
    assert [one.id for one in evidence.behind_facts(Chart(tasks=tasks), OCCASION)["safety_open"]] == ["requested"]
    assert facts_of(Chart(tasks=tasks[1:]), OCCASION)["safety_open"] == [False]


def concluded(id_: str, domain: str, day: str, **more: Any) -> conclusion.ConclusionView:
    content = load()
    made = conclusion.write(content, "Patient/1", _domain(domain), "words", day, "Practitioner/1", **more)
    found = conclusion.read(Record(encode({"id": id_, **made})), OCCASION.zone, load())
    assert found is not None
    return found


def _domain(code: str) -> Any:
    return load().concept("https://carefhir.org/fhir/CodeSystem/assessment-domain", code)


def test_the_newest_look_and_the_newest_losses() -> None:
    looks = (
        concluded("old", "function", "2025-01-01T09:00:00Z", losses=[("adl", 2), ("iadl", 0)]),
        concluded("new", "function", "2026-01-01T09:00:00Z"),
        concluded("mood", "behavioural", "2026-03-04T09:00:00Z"),
    )
    known = facts_of(Chart(conclusions=looks), OCCASION)
    assert (known["adl_losses"], known["iadl_losses"]) == ([2], [0])
    assert known["behavioural_age_days"] == [5]
    assert known["social_age_days"] == []
    behind = evidence.behind_facts(Chart(conclusions=looks), OCCASION)
    assert [one.id for one in behind["adl_losses"]] == ["old"]
    assert [one.id for one in behind["behavioural_age_days"]] == ["mood"]


def test_a_score_is_a_look_at_mood_and_a_screen_at_social_needs() -> None:
    hunger = record("Observation", "hvs", status="final", code={"coding": [{"system": LOINC, "code": "88124-3"}]})
    assert conclusion.read(hunger, OCCASION.zone, load()) is not None
    known = facts_of(chart(observed("phq", "44261-6", "4", "2026-03-08", unit="{score}")), OCCASION)
    assert known["behavioural_age_days"] == [1]


def test_the_rules_ask_for_facts_that_are_computed() -> None:
    assert set(tiers.asked(load())) <= set(facts_of(Chart(), OCCASION))


def test_the_search_for_conclusions_names_every_domain() -> None:
    assert list(load().concepts("https://carefhir.org/fhir/CodeSystem/assessment-domain")) == list(conclusion.DOMAINS)
