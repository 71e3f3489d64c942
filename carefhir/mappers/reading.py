"""Readings: Observations with a number, their unit kept (UCUM), as trends, tiers and triage look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from carefhir.codes import LOINC
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.fhir.search import Codes, Need, Of
from carefhir.mappers.superseded import superseded

A1C, WEIGHT, PRESSURE, SYSTOLIC, DIASTOLIC = "4548-4", "29463-7", "85354-9", "8480-6", "8462-4"
HEART_RATE, GLUCOSE, EJECTION_FRACTION, PHQ_9 = "8867-4", "2339-0", "10230-1", "44261-6"
BEHAVIORAL = (PHQ_9, "55758-7", "70274-6")
"""Totals of behavioral scores: PHQ-9, PHQ-2, GAD-7."""
DRY_WEIGHT = "8341-0"
OTHER_GLUCOSE = ("2345-7", "41653-7")
READ = (
    A1C,
    WEIGHT,
    PRESSURE,
    SYSTOLIC,
    HEART_RATE,
    GLUCOSE,
    *OTHER_GLUCOSE,
    EJECTION_FRACTION,
    *BEHAVIORAL,
    DRY_WEIGHT,
)
"""LOINC codes of what is read: A1c, weight, blood pressure, heart rate, glucose (three ways), LVEF, behavioral totals,
dry weight."""

POUND = Decimal("0.45359237")
"""Kilograms in an avoirdupois pound, exactly (UCUM `[lb_av]`)."""
TO_KILOGRAMS = {"kg": Decimal(1), "g": Decimal("0.001"), "[lb_av]": POUND}


_EFFECTIVE = ("effectiveDateTime", "effectiveInstant", "effectivePeriod.start")
_KNOWN = frozenset((*READ, DIASTOLIC))


def find() -> Need:
    """The readings of a patient, all of them: trends need a baseline, and codes keep them few."""
    codes = Codes("code", "code", tuple(f"{LOINC}|{code}" for code in READ))
    return Need("readings", "Observation", (Of("patient", "subject"), codes))


def find_of(code: str) -> Need:
    """The readings of one kind, for a step that looks at no others."""
    return Need("readings", "Observation", (Of("patient", "subject"), Codes("code", "code", (f"{LOINC}|{code}",))))


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number: of what (LOINC), how much, in which unit, when."""

    record: Record
    code: str
    value: Decimal
    unit: str
    at: datetime
    derived_from: tuple[str, ...] = ()
    """What it was taken from: the response of a check-in, say."""

    def pounds(self) -> Decimal | None:
        """A weight in pounds; None for a unit that is not a weight."""
        factor = TO_KILOGRAMS.get(self.unit)
        return self.value * factor / POUND if factor else None


def read(record: Record, zone: tzinfo = UTC) -> tuple[Measurement, ...]:
    """The numbers of an Observation, its components' too; none where it does not count (cancelled, in error, not yet
    final, superseded by amended answers) or says no time."""
    json = record.json
    if first_text(json, "status") not in ("final", "amended", "corrected") or superseded(json):
        return ()
    at = next((when for path in _EFFECTIVE if (when := moment(first_text(json, path), zone))), None)
    if at is None:
        return ()
    sources = tuple(r for one in references(json, "derivedFrom") if (r := relative(one)))
    found = []
    for part in (json, *(one for one in dig(json, "component") if isinstance(one, dict))):
        codes = [code for system, code in codings(part, "code") if system == LOINC]
        code = next((one for one in codes if one in _KNOWN), next(iter(codes), ""))
        number = _number(part)
        if code and number is not None:
            found.append(Measurement(record, code, number[0], number[1], at, sources))
    return tuple(found)


def _number(part: Json) -> tuple[Decimal, str] | None:
    quantity, whole = part.get("valueQuantity"), part.get("valueInteger")
    value = quantity.get("value") if isinstance(quantity, dict) else whole
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if not isinstance(quantity, dict):
        return Decimal(value), ""
    if quantity.get("comparator"):
        return None
    return Decimal(value), str(quantity.get("code") or quantity.get("unit") or "")


def of(readings: Iterable[Measurement], *codes: str) -> tuple[Measurement, ...]:
    """Those with one of these codes, oldest first."""
    chosen = [one for one in readings if one.code in codes]
    return tuple(sorted(chosen, key=lambda one: (one.at, one.record.id)))


UNITLESS = ("", "1", "{score}")
"""How a plain number is written: with no unit, as UCUM's unity, as a score."""


def in_unit(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """A number in another unit; None if the units cannot be compared."""
    if unit == wanted or {unit, wanted} <= set(UNITLESS):
        return value
    here, there = TO_KILOGRAMS.get(unit), TO_KILOGRAMS.get(wanted)
    return value * here / there if here is not None and there is not None else None
