"""Readings: Observations with a number, as trends, tiers and triage look at them.

Several LOINC codes name one quantity, and units are spelled in many ways: CodeSystem measured-quantity and measure-unit
say which. A number of a quantity that we know, but in a unit that we do not, is no measurement; it is *unread*, and
whoever compares readings is told (clinical practice, rule 22).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from carefhir.codes import LOINC
from carefhir.content import named_facts, quantities
from carefhir.content.loading import Content
from carefhir.content.quantities import Kind, Measured
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.fhir.search import Codes, Need, Of
from carefhir.mappers.superseded import superseded

A1C, WEIGHT, PRESSURE, SYSTOLIC, DIASTOLIC = "4548-4", "29463-7", "85354-9", "8480-6", "8462-4"
HEART_RATE, GLUCOSE, EJECTION_FRACTION, PHQ_9 = "8867-4", "2339-0", "10230-1", "44261-6"
BEHAVIORAL = (PHQ_9, "55758-7", "70274-6")
"""Totals of behavioral scores: PHQ-9, PHQ-2, GAD-7."""
DRY_WEIGHT = "8341-0"
OTHER_CODES = (
    *("3141-9", "3142-7", "75292-3", "8335-2", "8350-1", "8351-9", "79348-9"),
    *("8459-0", "8460-8", "8461-6", "76534-7", "76215-3", "75997-7"),
    *("8453-3", "8454-1", "8455-8", "76535-4", "76213-8", "75995-1", DIASTOLIC),
    *("8893-0", "68999-9", "69000-8", "69001-6", "8889-8", "76282-3"),
    *("2345-7", "41653-7", "2340-8", "14743-9", "15074-8", "14749-6", "32016-8", "74774-1"),
    *("17856-6", "4549-2", "59261-8", "71875-9", "17855-8"),
    *("8806-2", "8808-8", "18043-0", "8807-0"),
)
"""Further LOINC codes of weight, blood pressure, heart rate, glucose, A1c and LVEF. They are asked for whatever content
is at work; a test holds them to CodeSystem measured-quantity. What else that system names is asked for by a slot of
the search (`measures`), so that a new quantity needs no code here."""
OTHER_PANELS = ("55284-4", "35094-2", "96607-7")
"""Other codes for a blood pressure with both numbers."""
READ = (
    A1C,
    WEIGHT,
    PRESSURE,
    SYSTOLIC,
    HEART_RATE,
    GLUCOSE,
    EJECTION_FRACTION,
    *BEHAVIORAL,
    DRY_WEIGHT,
    *OTHER_CODES,
    *OTHER_PANELS,
)
"""LOINC codes of what is read: A1c, weight, blood pressure, heart rate, glucose, LVEF, behavioral totals and dry
weight."""

_EFFECTIVE = ("effectiveDateTime", "effectiveInstant", "effectivePeriod.start")
_KNOWN = frozenset(READ)


def find() -> Need:
    """The readings of a patient, all of them: trends need a baseline, and codes keep them few."""
    codes = Codes("code", "code", tuple(f"{LOINC}|{code}" for code in READ), more="{measures}")
    return Need("readings", "Observation", (Of("patient", "subject"), codes))


def find_of(code: str) -> Need:
    """The readings of one kind, for a step that looks at no others."""
    return Need("readings", "Observation", (Of("patient", "subject"), Codes("code", "code", (f"{LOINC}|{code}",))))


DISCHARGE_KINDS = ("hemoglobin", "sodium")
"""What a laboratory measures before a discharge (CodeSystem measured-quantity)."""


def find_before_discharge() -> Need:
    """Hemoglobin and sodium of a patient: the HOSPITAL score asks for the last ones of a stay."""
    codes = Codes("code", "code", (f"{LOINC}|718-7", f"{LOINC}|2951-2"), more="{discharge_measures}")
    return Need("discharge_readings", "Observation", (Of("patient", "subject"), codes), optional=True)


def slots(content: Content) -> dict[str, str]:
    """What the slots of searches for readings stand for: the LOINC codes that only the content at work names."""
    if ("CodeSystem", "measured-quantity") not in content.artefacts:
        return {}
    kinds = quantities.kinds(content)
    codes = [code for kind in kinds.values() for code in kind.loinc]
    codes += [code for fact in named_facts.named_facts(content).values() for code in fact.loinc]
    before_discharge = (code for name in DISCHARGE_KINDS if name in kinds for code in kinds[name].loinc)
    return {
        "measures": " ".join(f"{LOINC}|{code}" for code in dict.fromkeys(codes) if code not in _KNOWN),
        "discharge_measures": " ".join(f"{LOINC}|{code}" for code in before_discharge),
    }


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


@dataclass(frozen=True, slots=True)
class Unread:
    """A number on record that cannot be read: of what, since when, and why."""

    record: Record
    code: str
    at: datetime | None
    """None where the record says no time that can be read."""
    why: str


def read(record: Record, content: Content, zone: tzinfo = UTC) -> tuple[Measurement, ...]:
    """The numbers of an Observation, its components' too, by the first LOINC code of what they measure and in UCUM;
    none where it does not count (cancelled, in error, not yet final, superseded by amended answers) or says no time."""
    at = _moment(record, zone)
    if at is None or not record.once(_counts):
        return ()
    sources = tuple(r for one in references(record.json, "derivedFrom") if (r := relative(one)))
    measurements = []
    for part, code in _coded(record, content):
        kind = quantities.kind_of_loinc(content, code)
        number = _clear(part, content, kind) if kind else _number(part)
        if code and number is not None:
            name = kind.loinc[0] if kind else code
            measurements.append(Measurement(record, name, number.value, number.unit, at=at, derived_from=sources))
    return tuple(measurements)


def unread(record: Record, content: Content, zone: tzinfo = UTC) -> tuple[Unread, ...]:
    """The numbers of an Observation that counts, which cannot be read: no unit or an unknown one, a limit in place of a
    number, words, or no time."""
    if not record.once(_counts):
        return ()
    numbers = []
    for part, code in _coded(record, content):
        kind = quantities.kind_of_loinc(content, code)
        if kind is None or not any(name.startswith("value") for name in part):
            continue
        at = _moment(record, zone)
        if _clear(part, content, kind) is None:
            numbers.append(Unread(record, kind.loinc[0], at, "its number or unit is not understood"))
        elif at is None:
            numbers.append(Unread(record, kind.loinc[0], at, "its time is not understood"))
    return tuple(numbers)


def _counts(record: Record) -> bool:
    return first_text(record.json, "status") in ("final", "amended", "corrected") and not superseded(record.json)


def _moment(record: Record, zone: tzinfo) -> datetime | None:
    return next((when for path in _EFFECTIVE if (when := moment(first_text(record.json, path), zone))), None)


def _coded(record: Record, content: Content) -> Iterator[tuple[Json, str]]:
    """The Observation itself and its components, with the LOINC code of each: one that we know, else one that the
    content at work knows, else the first."""
    for part, codes in record.once(_parts):
        ours = (code for code in codes if code in _KNOWN)
        named = (code for code in codes if quantities.kind_of_loinc(content, code))
        yield part, next(ours, "") or next(named, "") or next(iter(codes), "")


def _parts(record: Record) -> tuple[tuple[Json, tuple[str, ...]], ...]:
    """The Observation itself and its components, with the LOINC codes of each."""
    parts = (record.json, *(part for part in dig(record.json, "component") if isinstance(part, dict)))
    return tuple((part, tuple(code for system, code in codings(part, "code") if system == LOINC)) for part in parts)


def _clear(part: Json, content: Content, kind: Kind) -> Measured | None:
    """A number that can be read in one way only. A score or a count may be a whole number without a unit."""
    whole = part.get("valueInteger")
    if kind.counted and isinstance(whole, int) and not isinstance(whole, bool):
        return Measured(Decimal(whole), kind.unit.ucum)
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict) and not isinstance(quantity.get("value"), str):
        return quantities.read_quantity(content, kind, quantity).clear
    return None


def _number(part: Json) -> Measured | None:
    """A number of a quantity that the tables do not hold, a score for example, as it is written."""
    quantity, whole = part.get("valueQuantity"), part.get("valueInteger")
    value = quantity.get("value") if isinstance(quantity, dict) else whole
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if not isinstance(quantity, dict):
        return Measured(Decimal(value), "")
    if quantity.get("comparator"):
        return None
    return Measured(Decimal(value), str(quantity.get("code") or quantity.get("unit") or ""))


def of(readings: Iterable[Measurement], *codes: str) -> tuple[Measurement, ...]:
    """Those with one of these codes, oldest first."""
    chosen = [one for one in readings if one.code in codes]
    return tuple(sorted(chosen, key=lambda one: (one.at, one.record.id)))


def doubtful(content: Content, measurement: Measurement) -> bool:
    """Whether a reading is more likely a slip than a person (CodeSystem measured-quantity)."""
    kind = quantities.kind_of_loinc(content, measurement.code)
    number = Measured(measurement.value, measurement.unit)
    return kind is not None and quantities.implausible(content, kind, number)


UNITLESS = ("", "1", "{score}")
"""How a plain number is written: with no unit, as UCUM's unity, as a score."""


def in_unit(content: Content, value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """A number in another unit; None if the units cannot be compared."""
    if unit == wanted or {unit, wanted} <= set(UNITLESS):
        return value
    return quantities.converted(content, Measured(value, unit), wanted)
