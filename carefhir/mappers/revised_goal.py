"""The Goal that takes the place of another, and the edit that ends the other: what was aimed for stays on record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from carefhir.codes import LOINC, UCUM, concept
from carefhir.fhir.changes import Edit, items_in, put
from carefhir.fhir.codec import Json, copied
from carefhir.fhir.record import Record, dig, first_text

RELATIONSHIP = "http://hl7.org/fhir/StructureDefinition/goal-relationship"
"""R4's own extension: how a goal relates to another one."""

_OLD_ONES = ("id", "meta", "identifier", "statusReason", "statusDate", "achievementStatus", "outcomeReference", "note")
"""What belongs to the old goal alone."""


def written(patient: str, words: str, expressed_by: str, today: date) -> Json:
    """A goal that the patient agrees to, without a number so far."""
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": words},
        "subject": {"reference": patient},
        "startDate": today.isoformat(),
        "statusDate": today.isoformat(),
        "expressedBy": {"reference": expressed_by},
    }


def instead_of(old: Record, words: str, today: date) -> Json:
    """A copy of a goal, active from today, that says which goal it takes the place of."""
    goal: Json = {name: copied(value) for name, value in old.json.items() if name not in _OLD_ONES}
    goal |= {"lifecycleStatus": "active", "startDate": today.isoformat(), "statusDate": today.isoformat()}
    if labels := list(dig(old.json, "meta.security")):
        goal["meta"] = {"security": copied(labels)}
    if words:
        goal["description"] = {**goal.get("description", {}), "text": words}
    parts = [
        {"url": "type", "valueCodeableConcept": {"text": "takes the place of"}},
        {"url": "target", "valueReference": {"reference": old.reference}},
    ]
    items_in(goal, "extension").append({"url": RELATIONSHIP, "extension": parts})
    return goal


def aimed(
    goal: Json, *, measure: str, at_least: Decimal | None, at_most: Decimal | None, unit: str, due: date | None
) -> None:
    """Sets the first target of a goal: what is given changes, the rest stays."""
    if not (measure or at_least is not None or at_most is not None or due):
        return
    targets = items_in(goal, "target")
    target: Any = targets[0] if targets else {}
    if not targets:
        targets.append(target)
    if measure:
        target["measure"] = concept(LOINC, measure)
    if at_least is not None or at_most is not None:
        for element in [name for name in target if name.startswith("detail")]:
            del target[element]
        target |= _number(at_least, at_most, unit)
    if due:
        target["dueDate"] = due.isoformat()


def _number(at_least: Decimal | None, at_most: Decimal | None, unit: str) -> Json:
    ends = {
        name: {"value": value, "unit": unit, "system": UCUM, "code": unit}
        for name, value in (("low", at_least), ("high", at_most))
        if value is not None
    }
    return {"detailRange": ends}


def aim_of(goal: Json) -> str:
    """What a goal aims for, in words: its number and its day; "" where it has neither."""
    parts = []
    for target in dig(goal, "target"):
        quantity = target.get("detailQuantity") if isinstance(target, dict) else None
        if isinstance(quantity, dict):
            parts.append(f"{quantity.get('comparator', '')} {_value(quantity)}".strip())
        low, high = (next(iter(dig(target, f"detailRange.{end}")), None) for end in ("low", "high"))
        parts += [f"{word} {_value(end)}" for word, end in (("at least", low), ("at most", high)) if end]
        if due := first_text(target, "dueDate"):
            parts.append(f"by {due}")
    return ", ".join(parts)


def _value(quantity: Json) -> str:
    return f"{quantity.get('value', '?')} {quantity.get('unit', quantity.get('code', ''))}".strip()


def stopped(reason: str, today: date) -> tuple[Edit, ...]:
    """Ends a goal that is not pursued any more, with the reason."""
    return (put("lifecycleStatus", "cancelled"), put("statusReason", reason), put("statusDate", today.isoformat()))
