"""What the records of a population mean, worked out once for each different way of saying it.

A million conditions are coded in a few thousand ways. Each way is made into a small resource and read by the mappers
that read one patient's records; views count what comes of it. So nothing about codes, units or words is said twice.
Where a way of saying it cannot be told from columns (`odd`), the whole chart of that person is read instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any, TypeAlias

from carefhir.chart import facts, screened, stays
from carefhir.chart.condition_groups import by_words, groups_of, unconfirmed
from carefhir.content.loading import Content
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import conclusion, condition, encounter, medication, reading

Row: TypeAlias = Mapping[str, Any]
BETWEEN = "\x1f"
"""Stands between the codes of one concept in a column (ASCII's unit separator)."""
MIDDAY = "2000-01-01T12:00:00Z"
"""A time for what is read without its time."""


class Unaligned(Exception):
    """A concept whose codes and systems cannot be told apart any more."""


def concept(row: Row, name: str, *, text: str | None = None, displays: str | None = None) -> dict[str, Any]:
    """A CodeableConcept of the columns that begin with `name`. Raises `Unaligned` where a code has no system or a
    system no code."""
    if row.get(f"{name}_bare"):
        raise Unaligned
    systems, codes = ((row[f"{name}_{part}"] or "") for part in ("systems", "codes"))
    pairs = list(zip(systems.split(BETWEEN), codes.split(BETWEEN), strict=False)) if codes else []
    if len(systems.split(BETWEEN)) != len(codes.split(BETWEEN)):
        raise Unaligned
    coding: list[dict[str, Any]] = [{"system": system, "code": code} for system, code in pairs]
    words = displays.split(BETWEEN) if displays else []
    if words and len(words) != len(coding):
        raise Unaligned
    for each, display in zip(coding, words, strict=False):
        each["display"] = display
    built: dict[str, Any] = {"coding": coding} if coding else {}
    return {**built, "text": text} if text else built


def record_of(type_: str, **elements: Any) -> Record:
    """A small resource as a server would give it."""
    return Record(encode({"resourceType": type_, "id": "1", **{k: v for k, v in elements.items() if v is not None}}))


def odd_or(row: Row, meaning: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The key of a row and what it means; `odd` where that cannot be told."""
    try:
        return {"key": row["key"], "odd": False, **dict(meaning)}
    except Unaligned:
        return {"key": row["key"], "odd": True}


def of_condition(content: Content, row: Row) -> Iterator[tuple[str, Any]]:
    """Which groups a condition puts somebody in: `held` for certain, `feared` perhaps; `failing`: a failing heart."""
    code = concept(row, "code", text=row["words"])
    if row["display"] and code.get("coding"):
        code["coding"][0]["display"] = row["display"]
    view = condition.read(
        record_of(
            "Condition",
            code=code,
            clinicalStatus=concept(row, "clinical"),
            verificationStatus=concept(row, "verification"),
        )
    )
    counted, groups = view.holds and view.current, groups_of(content, view)
    yield "held", sorted(groups) if counted and not unconfirmed(view) else []
    yield "feared", sorted({*groups, *by_words(content, view)}) if counted else []
    yield "failing", "heart-failure" in groups


def of_encounter(content: Content, row: Row) -> Iterator[tuple[str, Any]]:
    """What kind of encounter it is; `urgent`: whether it says that it was an emergency, or that it was not."""
    kind = {"system": row["class_system"], "code": row["class_code"]}
    record = record_of(
        "Encounter",
        status=row["status"],
        period={"start": MIDDAY, "end": MIDDAY},
        type=[concept(row, "type")],
        priority=concept(row, "priority"),
        hospitalization={"admitSource": concept(row, "source")},
        **{"class": {name: value for name, value in kind.items() if value}},
    )
    view = encounter.read(record, UTC)
    setting = stays.setting_of(content, view)
    yield "begun", view.status in encounter.BEGUN
    yield "facility", stays.is_facility(setting)
    yield "emergency", setting.code == "emergency"
    yield "psychiatric", setting.code == "psychiatric"
    yield "scored", bool(setting.properties.get("lace"))
    yield "urgent", facts.unplanned(content, stays.Stay((view,), setting), (view,))


def of_medicine(content: Content, type_: str, row: Row) -> Iterator[tuple[str, Any]]:
    """Whether a medicine is taken, and which one it is; `medicine` is "" where its words name none."""
    if row["elsewhere"]:
        raise Unaligned
    code = concept(row, "medicine", text=row["words"], displays=row["displays"])
    record = record_of(
        type_,
        status=row["status"],
        intent=row.get("intent"),
        doNotPerform=True if row.get("forbidden") else None,
        reportedBoolean=None,
        medicationCodeableConcept=code,
    )
    if row.get("reported") and row.get("intent") in ("proposal", "plan", "option"):
        raise Unaligned
    view = medication.read(record, {}, content)
    if row.get("pointed") and not (row["words"] or row["displays"]):
        raise Unaligned  # the reference may have words of its own
    yield "taken", view.active
    yield "medicine", view.key


MEASURED = {"a1c": (reading.A1C, "%"), "phq_9": (reading.PHQ_9, "{score}")}
"""Readings that rules ask for, with their unit, as `chart.facts` gives them."""


def of_observation(content: Content, row: Row) -> Iterator[tuple[str, Any]]:
    """What an observation is: a measurement that rules ask for, a look at mood or at social needs, or a screen that
    found a need."""
    quantity = {
        "value": None if row["value"] is None else Decimal(row["value"]).normalize() + 0,
        "unit": row["unit"],
        "system": row["unit_system"],
        "code": row["unit_code"],
        "comparator": row["comparator"],
    }
    quantity = {name: value for name, value in quantity.items() if value is not None}
    answer, told = concept(row, "answer"), concept(row, "reading")
    record = record_of(
        "Observation",
        status=row["status"],
        code=concept(row, "code"),
        effectiveDateTime=MIDDAY,
        valueQuantity=quantity or None,
        valueInteger=row["whole"],
        valueCodeableConcept=answer or None,
        interpretation=[told] if told else None,
    )
    measurements = reading.read(record, content)
    for name, (code, unit) in MEASURED.items():
        values = [reading.in_unit(content, each.value, each.unit, unit) for each in measurements if each.code == code]
        value = values[0] if values else None
        if value is not None and measurements[0].unit != unit:
            value = value.quantize(facts.TENTH)
        yield name, None if value is None else str(value)
    yield "mood", any(each.code in reading.BEHAVIORAL for each in measurements)
    looked = conclusion.read(record, UTC, content)
    if looked is not None and (looked.concluded or looked.adl_losses is not None or looked.iadl_losses is not None):
        raise Unaligned
    yield "social", looked is not None and looked.domain == "social" and not row["part"]
    yield "need", looked is not None and any(screened.needs_of(content, record.json))
