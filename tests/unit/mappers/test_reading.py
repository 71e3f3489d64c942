"""Readings: a number counts only with its time, its status and its unit."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carefhir.content.loading import load
from carefhir.content.named_facts import named_facts
from carefhir.content.quantities import kinds
from carefhir.fhir.record import Record
from carefhir.fhir.search import Codes
from carefhir.mappers.reading import (
    A1C,
    BEHAVIORAL,
    DIASTOLIC,
    OTHER_PANELS,
    PRESSURE,
    READ,
    SYSTOLIC,
    WEIGHT,
    find,
    in_unit,
    of,
    read,
    slots,
    unread,
)
from tests.support.charts import observed, record

LOINC = "http://loinc.org"
CONTENT = load()


def numbers(resource: dict[str, Any]) -> list[tuple[str, Decimal, str]]:
    return [(one.code, one.value, one.unit) for one in read(record(resource), CONTENT)]


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_final_number_counts(status: str) -> None:
    assert numbers(observed(A1C, 7.4, "%", status=status)) == [(A1C, Decimal("7.4"), "%")]


@pytest.mark.parametrize("status", ["registered", "preliminary", "cancelled", "entered-in-error", "unknown", None, 3])
def test_what_is_not_final_does_not(status: object) -> None:
    assert numbers(observed(A1C, 7.4, "%", status=status)) == []


@pytest.mark.parametrize(
    "quantity",
    [
        {"value": 7, "comparator": "<"},
        {"value": "7.4"},
        {"value": True},
        {"value": None},
        {"code": "%"},
        {},
        "7.4",
        [{"value": 7}],
    ],
)
def test_what_is_no_plain_number_is_not_read(quantity: object) -> None:
    assert numbers(observed(A1C, 0, valueQuantity=quantity)) == []


def test_a_score_is_a_whole_number() -> None:
    score = observed("44261-6", 0, valueQuantity=None, valueInteger=14)
    assert numbers(score) == [("44261-6", Decimal(14), "")]
    assert numbers({**score, "valueInteger": True}) == []


def test_trailing_noughts_stay() -> None:
    raw = b'{"resourceType":"Observation","id":"1","status":"final","effectiveDateTime":"2026-01-01","code":{"coding":'
    raw += b'[{"system":"http://loinc.org","code":"4548-4"}]},"valueQuantity":{"value":8.00,"code":"%"}}'
    assert str(read(Record(raw), CONTENT)[0].value) == "8.00"


@pytest.mark.parametrize(
    ("times", "at"),
    [
        ({"effectiveDateTime": "2026-03-01T08:00:00-06:00"}, "2026-03-01T14:00:00+00:00"),
        ({"effectiveInstant": "2026-03-01T14:00:00Z"}, "2026-03-01T14:00:00+00:00"),
        ({"effectivePeriod": {"start": "2026-03-01", "end": "2026-03-02"}}, "2026-03-01T06:00:00+00:00"),
        ({"effectiveDateTime": "yesterday", "effectiveInstant": "2026-03-01T14:00:00Z"}, "2026-03-01T14:00:00+00:00"),
        ({}, None),
        ({"effectiveDateTime": "yesterday"}, None),
        ({"effectiveTiming": {"event": ["2026-03-01"]}}, None),
    ],
)
def test_when(times: dict[str, Any], at: str | None) -> None:
    """A day without a place is a day here; what says no time cannot stand in a trend."""
    resource = {key: value for key, value in observed(A1C, 7, "%").items() if key != "effectiveDateTime"} | times
    found = read(record(resource), CONTENT, ZoneInfo("America/Chicago"))
    assert [one.at.astimezone(UTC).isoformat() for one in found] == ([at] if at else [])


def test_of_several_codes_the_one_that_is_looked_for() -> None:
    """US Core weights carry 29463-7 beside a code of their own, in any order; several codes name one quantity."""
    coding = [
        {"system": LOINC, "code": "3141-9"},
        {"system": LOINC, "code": WEIGHT},
        {"system": "http://x", "code": "w"},
    ]
    weight = observed("x", 82, "kg")
    for some, read_as in ((coding, WEIGHT), (coding[:1], WEIGHT), (coding[2:], "")):
        expected = [(read_as, Decimal(82), "kg")] if read_as else []
        assert numbers({**weight, "code": {"coding": some}}) == expected


def test_a_blood_pressure_by_its_parts() -> None:
    def part(code: str, **value: Any) -> dict[str, Any]:
        return {"code": {"coding": [{"system": LOINC, "code": code}]}, **value}

    panel = observed("85354-9", 0, valueQuantity=None)
    panel["component"] = [
        part(SYSTOLIC, valueQuantity={"value": 128, "code": "mm[Hg]"}),
        part(DIASTOLIC, dataAbsentReason={"text": "not heard"}),
        "odd",
    ]
    assert numbers(panel) == [(SYSTOLIC, Decimal(128), "mm[Hg]")]


@pytest.mark.parametrize(
    ("quantity", "pounds"),
    [
        ({"value": 83, "code": "kg"}, "182.98"),
        ({"value": 83000, "code": "g"}, "182.98"),
        ({"value": 183, "code": "[lb_av]"}, "183.00"),
        ({"value": 183, "unit": "lbs"}, "183.00"),
        ({"value": 183, "unit": " Pounds."}, "183.00"),
        ({"value": 13, "unit": "stone"}, "182.00"),
        ({"value": 183}, ""),
        ({"value": 183, "unit": "firkin"}, ""),
        ({"value": 183, "code": "kg", "unit": "lb"}, ""),
        ({"value": 183, "unit": "mmHg"}, ""),
        ({"value": 183, "code": "[lb_av]", "comparator": ">"}, ""),
        ({"value": "183", "code": "[lb_av]"}, ""),
    ],
)
def test_a_weight_in_a_unit_that_is_understood(quantity: dict[str, Any], pounds: str) -> None:
    """What is not understood is no measurement, and it is not passed over either: it is unread."""
    weight = record(observed(WEIGHT, 0, valueQuantity=quantity))
    measured, unclear = read(weight, CONTENT), unread(weight, CONTENT)
    values = [in_unit(CONTENT, each.value, each.unit, "[lb_av]") for each in measured]
    assert [f"{value:.2f}" for value in values if value is not None] == ([pounds] if pounds else [])
    assert [each.code for each in unclear] == ([] if pounds else [WEIGHT])


def test_what_is_searched_for_is_what_the_table_of_quantities_knows() -> None:
    """What is built in is asked for without content; the rest of the table fills the slot of the search."""
    scores_and_panels = {*BEHAVIORAL, PRESSURE, *OTHER_PANELS}
    more = {token.removeprefix("http://loinc.org|") for token in slots(CONTENT)["measures"].split()}
    assert not more & set(READ)
    tests = {code for fact in named_facts(CONTENT).values() for code in fact.loinc}
    assert tests == {"2823-3", "6298-4"}, "potassium: only when it was tested is asked, whatever it was"
    measured = {code for kind in kinds(CONTENT).values() for code in kind.loinc}
    assert set(READ) - scores_and_panels | more == measured | tests
    assert {"59408-5", "98979-8", "9318-7"} <= more
    (asked,) = [one for one in find().where if isinstance(one, Codes)]
    assert "http://loinc.org|59408-5" in str(asked.query(slots(CONTENT))).split(",")
    assert "http://loinc.org|59408-5" not in str(asked.query({})).split(",")
    oxygen = observed("59408-5", 91, "%")
    assert asked.holds(oxygen, slots(CONTENT))
    assert not asked.holds(oxygen, {})


def test_a_weight_without_a_time_is_unread() -> None:
    weight = observed(WEIGHT, 83, "kg")
    del weight["effectiveDateTime"]
    assert [(each.code, each.at) for each in unread(record(weight), CONTENT)] == [(WEIGHT, None)]
    absent = observed(WEIGHT, 0, valueQuantity=None, dataAbsentReason={"text": "no scale"})
    assert unread(record({k: v for k, v in absent.items() if v is not None}), CONTENT) == ()


def test_oldest_first_and_the_same_every_time() -> None:
    made = [
        read(record({**observed(A1C, n, "%", at=at), "id": id_}), CONTENT)[0]
        for n, at, id_ in ((1, "2026-03-01", "b"), (2, "2026-01-01", "z"), (3, "2026-03-01", "a"))
    ]
    assert [one.value for one in of(made, A1C)] == [2, 3, 1]
    assert of(made, WEIGHT) == ()
