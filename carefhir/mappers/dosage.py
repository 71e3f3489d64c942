"""The dosage of a MedicationRequest or MedicationStatement: in words, and as coded."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text

_UNITS = {"min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month"}


def words(record: Record) -> str:
    """The dose in words: as written, else from its quantity and timing; "" where nothing says it."""
    texts = written(record)
    if texts:
        return "; ".join(texts)
    return ", ".join((*_quantities(record), *(tuple(_timings(record)) or timing_words(record))))


def written(record: Record) -> tuple[str, ...]:
    """The dosage as somebody wrote it."""
    return tuple(text for text in _at(record, "text") if isinstance(text, str) and text.strip())


def _quantities(record: Record) -> Iterator[str]:
    for quantity in _at(record, "doseAndRate.doseQuantity"):
        if isinstance(quantity, dict) and "value" in quantity:
            yield f"{_number(quantity['value'])} {quantity.get('unit') or quantity.get('code') or ''}".strip()


def _timings(record: Record) -> Iterator[str]:
    for repeat in _at(record, "timing.repeat"):
        if isinstance(repeat, dict) and "frequency" in repeat:
            yield _how_often(repeat)


def route(record: Record) -> str:
    """The route in words; "" where none is stated."""
    return first_text(record.json, _path(record, "route.text")) or _route_display(record)


def _route_display(record: Record) -> str:
    return first_text(record.json, _path(record, "route.coding.display")) or ""


def route_codes(record: Record) -> frozenset[tuple[str, str]]:
    """(system, code) of every route stated."""
    return frozenset(found for concept in _at(record, "route") for found in codings({"it": concept}, "it"))


_HOURS = {"s": Fraction(1, 3600), "min": Fraction(1, 60), "h": Fraction(1), "d": Fraction(24), "wk": Fraction(24 * 7)}
_HOURS |= {"mo": Fraction(24 * 30), "a": Fraction(24 * 365)}
"""Hours in UCUM's units of time, as R4's Timing uses them; a month of 30 days, a year of 365."""


def hours_between(record: Record) -> frozenset[Fraction]:
    """The hours from one dose to the next, as coded: by frequency and period, or by the days of the week."""
    hours = set()
    for repeat in _at(record, "timing.repeat"):
        if isinstance(repeat, dict):
            hours |= {found for found in (_hours_between(repeat),) if found}
    return frozenset(hours)


def _hours_between(repeat: Json) -> Fraction | None:
    days = {day for day in dig(repeat, "dayOfWeek") if isinstance(day, str)}
    unit, period = _HOURS.get(str(repeat.get("periodUnit", ""))), _fraction(repeat.get("period"))
    times = _fraction(repeat.get("frequency", 1))
    if unit and period and times:
        span = unit * period / times
        # Every day, but only on some days of the week: those days say how often.
        return _HOURS["wk"] / len(days) if days and span <= _HOURS["d"] else span
    return _HOURS["wk"] / len(days) if days else None


def _fraction(number: object) -> Fraction | None:
    """A positive number exactly; None for anything else."""
    if isinstance(number, bool) or not isinstance(number, int | Decimal) or number <= 0:
        return None
    return Fraction(number)


def timing_codes(record: Record) -> frozenset[str]:
    """The codes of the timing (BID, QD, WK)."""
    return frozenset(code for concept in _at(record, "timing.code") for _, code in codings({"it": concept}, "it"))


def timing_words(record: Record) -> tuple[str, ...]:
    """How often, where only the code of the timing says it in words."""
    return tuple(text for text in _at(record, "timing.code.text") if isinstance(text, str) and text.strip())


def instructions(record: Record) -> tuple[str, ...]:
    """What else an order says of how to take it, for the person or in addition."""
    paths = ("patientInstruction", "additionalInstruction.text", "additionalInstruction.coding.display")
    return tuple(text for path in paths for text in _at(record, path) if isinstance(text, str) and text.strip())


def frequencies(record: Record) -> frozenset[str]:
    """How often, as coded: comparable, not for people."""
    return frozenset(
        f"{repeat['frequency']} per {repeat['period']} {repeat.get('periodUnit', '')}"
        for repeat in _at(record, "timing.repeat")
        if isinstance(repeat, dict) and "frequency" in repeat and "period" in repeat
    )


def amounts(record: Record) -> frozenset[str]:
    """How much at a time, as coded: comparable, not for people."""
    return frozenset(
        f"{quantity['value']} {quantity.get('code') or quantity.get('unit') or ''}".strip()
        for quantity in _at(record, "doseAndRate.doseQuantity")
        if isinstance(quantity, dict) and "value" in quantity
    )


def _path(record: Record, element: str) -> str:
    return f"{'dosageInstruction' if record.type == 'MedicationRequest' else 'dosage'}.{element}"


def _at(record: Record, element: str) -> Iterator[Any]:
    return dig(record.json, _path(record, element))


def _how_often(repeat: Json) -> str:
    """`once a day`, `2 times every 8 hours`."""
    times = "once" if _number(repeat["frequency"]) == "1" else f"{_number(repeat['frequency'])} times"
    unit, period = str(repeat.get("periodUnit", "")), _number(repeat.get("period", "?"))
    if unit not in _UNITS:
        return f"{times} every {period} {unit}".strip()
    return f"{times} a {_UNITS[unit]}" if period == "1" else f"{times} every {period} {_UNITS[unit]}s"


def _number(value: object) -> str:
    """A number for people: `1`, where a server writes `1.0`."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
