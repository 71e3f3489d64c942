"""LACE: its tables at every edge, what supersedes what, the cap, and ranges where an input is missing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from carefhir.content.lace import (
    COMORBIDITY,
    Illness,
    Lace,
    Points,
    acuity_points,
    comorbidity_points,
    emergency_points,
    lace,
    length_points,
)
from carefhir.content.loading import load
from carefhir.fhir.record import Record

CONTENT = load()
SNOMED = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CODES = {
    "previous-myocardial-infarction": "22298006",
    "cerebrovascular-disease": "230690007",
    "diabetes-uncomplicated": "44054006",
    "diabetes-end-organ": "127013003",
    "heart-failure": "84114007",
    "chronic-lung-disease": "13645005",
    "mild-liver-or-renal": "431855005",
    "moderate-severe-liver-or-renal": "431857002",
    "any-tumour": "363346000",
    "metastatic-tumour": "128462008",
    "dementia": "52448006",
    "aids": "62479008",
}


def condition(code: str, system: str = SNOMED) -> Record:
    body = {"resourceType": "Condition", "id": f"c{code}", "code": {"coding": [{"system": system, "code": code}]}}
    return Record(json.dumps(body).encode())


def ill(*groups: str, current: bool = True) -> list[Illness]:
    return [Illness(condition(CODES[one]), current) for one in groups]


def comorbidity(*groups: str, current: bool = True) -> Points:
    return comorbidity_points(CONTENT, ill(*groups, current=current), True)


def visits(count: int) -> list[Record]:
    return [Record(f'{{"resourceType":"Encounter","id":"e{n}"}}'.encode()) for n in range(count)]


def exact(points: int) -> Points:
    return Points(points, points, "given")


# Length -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "points"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 4), (6, 4), (7, 5), (10, 5), (13, 5), (14, 7), (15, 7), (400, 7)],
)
def test_length_at_every_edge(days: int, points: int) -> None:
    found = length_points(CONTENT, date(2026, 3, 1), date(2026, 3, 1) + timedelta(days=days))
    assert (found.low, found.high) == (points, points)
    assert found.why == f"{days} day{'' if days == 1 else 's'} in hospital"


# Acuity and emergency visits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("emergent", "low", "high"), [(True, 3, 3), (False, 0, 0), (None, 0, 3)])
def test_acuity_is_a_range_where_nothing_says_so(emergent: bool | None, low: int, high: int) -> None:
    found = acuity_points(CONTENT, emergent, "why", ())
    assert (found.low, found.high, found.why) == (low, high, "why")


@pytest.mark.parametrize(("count", "points"), [(0, 0), (1, 1), (3, 3), (4, 4), (5, 4), (40, 4)])
def test_emergency_visits_stop_at_four(count: int, points: int) -> None:
    found = emergency_points(CONTENT, visits(count), True)
    assert (found.low, found.high, len(found.rests_on)) == (points, points, count)


def test_encounters_not_visible_are_a_range_not_none() -> None:
    assert str(emergency_points(CONTENT, [], False)) == "0-4"


# Comorbidity --------------------------------------------------------------------------------------------------------

WEIGHTS = {
    "previous-myocardial-infarction": 1,
    "cerebrovascular-disease": 1,
    "peripheral-vascular-disease": 1,
    "diabetes-uncomplicated": 1,
    "heart-failure": 2,
    "diabetes-end-organ": 2,
    "chronic-lung-disease": 2,
    "mild-liver-or-renal": 2,
    "any-tumour": 2,
    "dementia": 3,
    "connective-tissue-disease": 3,
    "aids": 4,
    "moderate-severe-liver-or-renal": 4,
    "metastatic-tumour": 6,
}


def test_the_weights_are_laces_own_and_not_charlsons() -> None:
    assert {code: one.properties["weight"] for code, one in CONTENT.concepts(COMORBIDITY).items()} == WEIGHTS


@pytest.mark.parametrize(
    ("groups", "points"),
    [
        (("diabetes-uncomplicated",), 1),
        (("heart-failure",), 2),
        (("dementia",), 3),
        (("heart-failure", "diabetes-uncomplicated"), 3),
        (("aids",), 5),
        (("metastatic-tumour",), 5),
        (("heart-failure", "chronic-lung-disease"), 5),
        (("dementia", "heart-failure"), 5),
        (("dementia", "aids", "heart-failure", "metastatic-tumour"), 5),
        (("heart-failure", "heart-failure"), 2),
        (("diabetes-uncomplicated", "diabetes-end-organ"), 2),
        (("mild-liver-or-renal", "moderate-severe-liver-or-renal"), 5),
        (("any-tumour", "metastatic-tumour"), 5),
        (("diabetes-end-organ", "diabetes-uncomplicated", "previous-myocardial-infarction"), 3),
    ],
)
def test_comorbidity_sums_supersedes_and_caps(groups: tuple[str, ...], points: int) -> None:
    found = comorbidity(*groups)
    assert (found.low, found.high) == (points, points)


def test_what_is_over_counts_only_where_having_had_it_does() -> None:
    past = comorbidity("previous-myocardial-infarction", "cerebrovascular-disease", "dementia", current=False)
    assert past.low == past.high == 2


def test_a_superseding_illness_that_is_over_supersedes_nothing() -> None:
    illnesses = ill("diabetes-uncomplicated") + ill("diabetes-end-organ", current=False)
    assert comorbidity_points(CONTENT, illnesses, True).low == 1


def test_either_coding_of_a_condition_is_enough_and_neither_counts_twice() -> None:
    body = {"resourceType": "Condition", "id": "c", "code": {"coding": []}}
    body["code"] = {"coding": [{"system": SNOMED, "code": "443253003"}, {"system": ICD, "code": "I50.23"}]}
    found = comorbidity_points(CONTENT, [Illness(Record(json.dumps(body).encode()), True)], True)
    assert (found.low, len(found.rests_on)) == (2, 1)


def test_what_is_not_in_the_map_is_counted_and_said() -> None:
    found = comorbidity_points(CONTENT, [*ill("heart-failure"), Illness(condition("59621000"), True)], True)
    assert found.low == 2
    assert "1 of 2 conditions on record are not in the LACE map" in found.why


@pytest.mark.parametrize(("illnesses", "visible"), [([], True), ([], False), (ill("dementia"), False)])
def test_no_conditions_on_record_are_a_range_not_health(illnesses: Any, visible: bool) -> None:
    assert str(comorbidity_points(CONTENT, illnesses, visible)) == "0-5"


# The index ----------------------------------------------------------------------------------------------------------


def index(*points: Points) -> Lace:
    return lace(CONTENT, *points)


def test_the_published_vector() -> None:
    """Five days, emergent, a comorbidity sum that is capped to 5, two emergency visits: 14."""
    length = length_points(CONTENT, date(2026, 3, 1), date(2026, 3, 6))
    acuity = acuity_points(CONTENT, True, "", ())
    many = comorbidity("heart-failure", "chronic-lung-disease", "diabetes-uncomplicated")
    found = index(length, acuity, many, emergency_points(CONTENT, visits(2), True))
    assert (found.total, found.low_band, found.high_band) == ("14", "high", "high")
    assert {name: str(part) for name, part in found.parts.items()} == {"L": "4", "A": "3", "C": "5", "E": "2"}


def test_rosas_stay() -> None:
    """1 to 6 March, by ambulance, heart failure and diabetes, one emergency visit in December: 11."""
    length = length_points(CONTENT, date(2026, 3, 1), date(2026, 3, 6))
    acuity = acuity_points(CONTENT, True, "", ())
    found = index(length, acuity, comorbidity("heart-failure", "diabetes-uncomplicated"), exact(1))
    assert (found.total, found.low_band) == ("11", "high")


@pytest.mark.parametrize(
    ("total", "band"), [(0, "low"), (4, "low"), (5, "moderate"), (9, "moderate"), (10, "high"), (19, "high")]
)
def test_the_bands_at_every_edge(total: int, band: str) -> None:
    found = index(exact(total), exact(0), exact(0), exact(0))
    assert (found.low_band, found.high_band) == (band, band)


def test_the_most_there_is() -> None:
    most = index(exact(7), exact(3), exact(5), exact(4))
    assert (most.total, most.high_band) == ("19", "high")


def test_missing_inputs_make_a_range_with_both_bands() -> None:
    found = index(exact(4), Points(0, 3, ""), Points(0, 5, ""), exact(0))
    assert (found.total, found.low_band, found.high_band) == ("4-12", "low", "high")
