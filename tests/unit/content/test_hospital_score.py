"""HOSPITAL: every part at its limit, in each form; the form is never left open; what is missing makes a range."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from carefhir.content.hospital_score import HospitalInputs, Variant, hospital
from carefhir.content.loading import load
from carefhir.errors import ContentError

CONTENT = load()
NONE = HospitalInputs(
    hemoglobin=Decimal("13.0"),
    oncology=False,
    sodium=Decimal(140),
    procedure=False,
    urgent=False,
    days=2,
    admissions=0,
)
ALL = HospitalInputs(
    hemoglobin=Decimal("9.1"), oncology=True, sodium=Decimal(130), procedure=True, urgent=True, days=9, admissions=7
)
FORMS: tuple[Variant, ...] = ("original", "international", "simplified")


def total(variant: Variant, **more: Any) -> int:
    score = hospital(CONTENT, replace(NONE, **more), variant=variant)
    assert score.low == score.high
    return score.low


@pytest.mark.parametrize(("variant", "most"), [("original", 13), ("international", 13), ("simplified", 12)])
def test_the_most_and_the_least(variant: Variant, most: int) -> None:
    assert hospital(CONTENT, ALL, variant=variant).low == most
    assert total(variant) == 0


@pytest.mark.parametrize(
    ("more", "points"),
    [
        ({"hemoglobin": Decimal("12.0")}, 0),
        ({"hemoglobin": Decimal("11.9")}, 1),
        ({"oncology": True}, 2),
        ({"sodium": Decimal(135)}, 0),
        ({"sodium": Decimal("134.9")}, 1),
        ({"urgent": True}, 1),
        ({"days": 4}, 0),
        ({"days": 5}, 2),
    ],
)
@pytest.mark.parametrize("variant", FORMS)
def test_a_part_at_its_limit(variant: Variant, more: dict[str, Any], points: int) -> None:
    assert total(variant, **more) == points


@pytest.mark.parametrize(
    ("admissions", "original", "later"), [(0, 0, 0), (1, 2, 0), (2, 2, 2), (5, 2, 2), (6, 5, 5), (20, 5, 5)]
)
def test_earlier_admissions_count_by_the_form(admissions: int, original: int, later: int) -> None:
    assert [total(variant, admissions=admissions) for variant in FORMS] == [original, later, later]


def test_the_procedure_counts_by_the_form() -> None:
    assert [total(variant, procedure=True) for variant in FORMS] == [1, 1, 0]


@pytest.mark.parametrize(
    ("variant", "points", "band"),
    [
        ("original", 4, "low"),
        ("original", 5, "intermediate"),
        ("original", 6, "intermediate"),
        ("original", 7, "high"),
        ("simplified", 4, "unlikely"),
        ("simplified", 5, "likely"),
    ],
)
def test_every_band_edge(variant: Variant, points: int, band: str) -> None:
    more: dict[int, dict[str, Any]] = {
        4: {"oncology": True, "days": 5},
        5: {"oncology": True, "days": 5, "urgent": True},
        6: {"oncology": True, "days": 5, "urgent": True, "sodium": Decimal(130)},
        7: {"admissions": 6, "days": 5},
    }
    score = hospital(CONTENT, replace(NONE, **more[points]), variant=variant)
    assert (score.low, score.low_band) == (points, band)
    assert score.words == f"HOSPITAL ({variant} form) {points}, {band}"


@pytest.mark.parametrize(
    ("missing", "width"),
    [
        ("hemoglobin", 1),
        ("oncology", 2),
        ("sodium", 1),
        ("procedure", 1),
        ("urgent", 1),
        ("days", 2),
        ("admissions", 5),
    ],
)
def test_what_is_missing_makes_a_range(missing: str, width: int) -> None:
    score = hospital(CONTENT, replace(NONE, **{missing: None}), variant="original")
    assert (score.low, score.high) == (0, width)
    assert any("not known" in part.why for part in score.parts.values())


def test_a_range_over_a_limit_says_both_bands() -> None:
    known = replace(NONE, oncology=True, days=5, admissions=None)
    assert hospital(CONTENT, known, variant="original").words == "HOSPITAL (original form) 4-9, low to high"


def test_the_form_is_named_and_has_no_default() -> None:
    with pytest.raises(TypeError):
        hospital(CONTENT, NONE)  # type: ignore[call-arg]
    with pytest.raises(ContentError, match="its forms are: original, international, simplified"):
        hospital(CONTENT, NONE, variant="modified")  # type: ignore[arg-type]
