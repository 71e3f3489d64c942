"""The dosage of a MedicationRequest or MedicationStatement: in words, and as coded."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text

_UNITS = {"min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month"}


def words(record: Record) -> str:
    """The dose in words: as written, else from its quantity and timing; "" where nothing says it."""
    texts = [text for text in _at(record, "text") if isinstance(text, str) and text.strip()]
    if texts:
        return "; ".join(texts)
    return ", ".join((*_quantities(record), *_timings(record)))


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
