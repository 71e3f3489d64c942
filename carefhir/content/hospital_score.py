"""HOSPITAL: the risk of a potentially avoidable readmission within 30 days, 0-13, or 0-12 in its simplified form.

Donzé J et al., JAMA Intern Med 2013;173:632 and 2016. Three published forms count earlier admissions from different
numbers on, so which one is meant is named and has no default. The numbers are in `profiles/` (PlanDefinition
hospital-score). A missing input makes a range, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from carefhir.content.lace import Points
from carefhir.content.loading import Content, parameters
from carefhir.content.scoring import banded
from carefhir.errors import ContentError

Variant: TypeAlias = Literal["original", "international", "simplified"]


@dataclass(frozen=True, slots=True)
class HospitalInputs:
    """What is known of a stay; None where it is not."""

    hemoglobin: Decimal | None
    """At discharge, in g/dL."""
    oncology: bool | None
    """Discharged from an oncology service; in the simplified form also a diagnosis of cancer."""
    sodium: Decimal | None
    """At discharge, in mmol/L."""
    procedure: bool | None
    """Whether any procedure was coded during the stay."""
    urgent: bool | None
    days: int | None
    """Length of stay."""
    admissions: int | None
    """Admissions in the 12 months before."""


@dataclass(frozen=True, slots=True)
class HospitalScore:
    """The score with its parts; `low` and `high` differ where an input is missing."""

    variant: Variant
    parts: dict[str, Points]
    low: int
    high: int
    low_band: str
    high_band: str

    @property
    def words(self) -> str:
        """`HOSPITAL (original form) 7, high`, or `HOSPITAL (original form) 4-6, low to intermediate`."""
        total = str(self.low) if self.low == self.high else f"{self.low}-{self.high}"
        bands = self.low_band if self.low_band == self.high_band else f"{self.low_band} to {self.high_band}"
        return f"HOSPITAL ({self.variant} form) {total}, {bands}"


def hospital(content: Content, inputs: HospitalInputs, *, variant: Variant) -> HospitalScore:
    """Adds up the points of one form of the score. Raises `ContentError` for a form that is not known."""
    if variant not in get_args(Variant):
        raise ContentError(f"HOSPITAL has no form {variant!r}; its forms are: {', '.join(get_args(Variant))}")
    numbers = parameters(content.get("PlanDefinition", "hospital-score"))
    anemic = _under(inputs.hemoglobin, numbers["hemoglobin-under"])
    parts = {
        "H": _points(anemic, numbers["hemoglobin-points"], "hemoglobin at discharge"),
        "O": _points(inputs.oncology, numbers["oncology-points"], "oncology"),
        "S": _points(_under(inputs.sodium, numbers["sodium-under"]), numbers["sodium-points"], "sodium at discharge"),
        "P": _points(inputs.procedure, numbers[f"procedure-points-{variant}"], "procedure"),
        "IT": _points(inputs.urgent, numbers["urgent-points"], "urgent admission"),
        "A": _admissions(inputs.admissions, numbers, variant),
        "L": _points(
            None if inputs.days is None else inputs.days >= numbers["length-from"],
            numbers["length-points"],
            "length of stay",
        ),
    }
    low, high = (sum(getattr(points, end) for points in parts.values()) for end in ("low", "high"))
    definition = "hospital-simplified-total" if variant == "simplified" else "hospital-total"
    bands = [banded(content, definition, total).label for total in (low, high)]
    return HospitalScore(variant, parts, low, high, *bands)


def _under(value: Decimal | None, limit: int) -> bool | None:
    return None if value is None else value < limit


def _points(holds: bool | None, most: int, what: str) -> Points:
    if holds is None:
        return Points(0, most, f"{what}: not known" if most else f"{what}: not counted in this form")
    return Points(most * holds, most * holds, what)


def _admissions(count: int | None, numbers: dict[str, int], variant: str) -> Points:
    what = "admissions in the 12 months before"
    if count is None:
        return Points(0, numbers["many-admissions-points"], f"{what}: not known")
    some = numbers["some-admissions-points"] * (count >= numbers[f"some-admissions-from-{variant}"])
    points = numbers["many-admissions-points"] if count >= numbers["many-admissions-from"] else some
    return Points(points, points, f"{what}: {count}")
