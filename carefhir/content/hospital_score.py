"""HOSPITAL: the risk of a potentially avoidable readmission within 30 days, 0-13, or 0-12 in its simplified form.

Donzé J et al., JAMA Intern Med 2013;173:632 and 2016. Three published forms count earlier admissions from different
numbers on, so which one is meant is always named; content at work names the one that steps write (`form_of`). The
numbers are in `profiles/` (PlanDefinition hospital-score). A missing input makes a range, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, TypeAlias, cast, get_args

from carefhir.content.lace import Points
from carefhir.content.loading import Content, choices, parameters
from carefhir.content.scoring import banded
from carefhir.errors import ContentError
from carefhir.fhir.record import Record

PLAN = "hospital-score"
"""The PlanDefinition with the numbers of the score, and the form that steps write."""
HEMOGLOBIN, SODIUM = "hemoglobin", "sodium"
"""What the laboratory measures (CodeSystem measured-quantity), in g/dL and mmol/L."""
Variant: TypeAlias = Literal["original", "international", "simplified"]
LETTERS = {
    "H": "hemoglobin",
    "O": "oncology",
    "S": "sodium",
    "P": "procedure",
    "IT": "urgent",
    "A": "admissions",
    "L": "length",
}
"""The parts in the order of the name, and what each is about."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What one input of the score rests on, or why it is not known."""

    why: str
    records: tuple[Record, ...] = ()


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
    unclear_admissions: int = 0
    """Further Encounters of that time of which nobody can say whether they were admissions of their own."""
    basis: Mapping[str, Basis] = field(default_factory=dict)
    """By the letters of a part: what it rests on, where that is known."""


@dataclass(frozen=True, slots=True)
class HospitalScore:
    """The score with its parts; `low` and `high` differ where an input is missing."""

    variant: Variant
    parts: dict[str, Points]
    low: int
    high: int
    low_band: str
    """In the words of its form: `intermediate`, `likely`."""
    high_band: str
    risk: str
    """The band as a code (CodeSystem score-band); "" where the range lies in more than one."""

    @property
    def total(self) -> str:
        """The score, or its range: `7`, `4-6`."""
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    @property
    def words(self) -> str:
        """`HOSPITAL (original form) 7, high`, or `HOSPITAL (original form) 4-6, low to intermediate`."""
        bands = self.low_band if self.low_band == self.high_band else f"{self.low_band} to {self.high_band}"
        return f"HOSPITAL ({self.variant} form) {self.total}, {bands}"


def form_of(content: Content) -> Variant:
    """The form of the score that the content at work names. Raises `ContentError` where it names none of them."""
    form = choices(content.get("PlanDefinition", PLAN)).get("form", "")
    if form not in get_args(Variant):
        forms = ", ".join(get_args(Variant))
        raise ContentError(f"PlanDefinition/{PLAN}: the form is {form or 'missing'}; it must be one of {forms}")
    return cast(Variant, form)


def cancer_counts(content: Content, variant: Variant) -> bool:
    """Whether a diagnosis of cancer counts as a discharge from an oncology service does."""
    return bool(parameters(content.get("PlanDefinition", PLAN))[f"cancer-counts-{variant}"])


def hospital(content: Content, inputs: HospitalInputs, *, variant: Variant) -> HospitalScore:
    """Adds up the points of one form of the score. Raises `ContentError` for a form that is not known."""
    if variant not in get_args(Variant):
        raise ContentError(f"HOSPITAL has no form {variant!r}; its forms are: {', '.join(get_args(Variant))}")
    numbers = parameters(content.get("PlanDefinition", PLAN))
    anemic = _under(inputs.hemoglobin, numbers["hemoglobin-under"])
    parts = {
        "H": _points(anemic, numbers["hemoglobin-points"], "hemoglobin at discharge"),
        "O": _points(inputs.oncology, numbers["oncology-points"], "oncology"),
        "S": _points(_under(inputs.sodium, numbers["sodium-under"]), numbers["sodium-points"], "sodium at discharge"),
        "P": _points(inputs.procedure, numbers[f"procedure-points-{variant}"], "procedure"),
        "IT": _points(inputs.urgent, numbers["urgent-points"], "urgent admission"),
        "A": _admissions(inputs, numbers, variant),
        "L": _points(
            None if inputs.days is None else inputs.days >= numbers["length-from"],
            numbers["length-points"],
            "length of stay",
        ),
    }
    for letters, basis in inputs.basis.items():
        if letters != "P" or numbers[f"procedure-points-{variant}"]:
            parts[letters] = replace(parts[letters], why=basis.why, rests_on=basis.records)
    low, high = (sum(getattr(points, end) for points in parts.values()) for end in ("low", "high"))
    definition = "hospital-simplified-total" if variant == "simplified" else "hospital-total"
    lowest, highest = (banded(content, definition, total) for total in (low, high))
    return HospitalScore(
        variant=variant,
        parts=parts,
        low=low,
        high=high,
        low_band=lowest.label,
        high_band=highest.label,
        risk=lowest.band if lowest.band == highest.band else "",
    )


def _under(value: Decimal | None, limit: int) -> bool | None:
    return None if value is None else value < limit


def _points(holds: bool | None, most: int, what: str) -> Points:
    if holds is None:
        return Points(0, most, f"{what}: not known" if most else f"{what}: not counted in this form")
    return Points(most * holds, most * holds, what)


def _admissions(inputs: HospitalInputs, numbers: dict[str, int], variant: str) -> Points:
    what = "admissions in the 12 months before"
    if inputs.admissions is None:
        return Points(0, numbers["many-admissions-points"], f"{what}: not known")

    def points(count: int) -> int:
        some = numbers["some-admissions-points"] * (count >= numbers[f"some-admissions-from-{variant}"])
        return numbers["many-admissions-points"] if count >= numbers["many-admissions-from"] else some

    counted, unclear = inputs.admissions, inputs.unclear_admissions
    more = f", and {unclear} Encounters that may be admissions" if unclear else ""
    return Points(points(counted), points(counted + unclear), f"{what}: {counted}{more}")
