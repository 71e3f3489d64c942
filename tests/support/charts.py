"""Charts without a server: resources by hand, or an example bundle, read as a gather would have found them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from carefhir.chart.chart import NEEDS, Chart
from carefhir.chart.chart import read as read_chart
from carefhir.content.loading import load
from carefhir.fhir.codec import encode
from carefhir.fhir.gather import Gap, Records
from carefhir.fhir.record import Record
from carefhir.mappers.medication import FOLLOWED
from carefhir.occasion import Actor, Occasion

Json = dict[str, Any]
EXAMPLES = Path(__file__).resolve().parents[2] / "profiles" / "examples"
NOW = "2026-03-09T10:00:00-05:00"


def occasion(when: str = NOW) -> Occasion:
    """A moment, with our own content."""
    now = datetime.fromisoformat(when)
    assert now.tzinfo is not None
    return Occasion(now, Actor("Practitioner/nurse"), load(), now.tzinfo)


def record(resource: Json) -> Record:
    """A resource as a server would have answered it."""
    return Record(encode({"id": "1", **resource}))


def records_of(*resources: Json, unseen: tuple[str, ...] = ()) -> Records:
    """What a gather would have found where only this is on record; needs in `unseen` could not be seen."""
    numbered = [record({"id": f"n{n}", **one}) for n, one in enumerate(resources)]
    found: dict[str, tuple[Record, ...]] = {
        name: tuple(one for one in numbered if one.type == need.type and name not in unseen)
        for name, need in NEEDS.items()
    }
    found[FOLLOWED.name] = tuple(one for one in numbered if one.type == "Medication")
    gaps = tuple(Gap(name, NEEDS[name].type, "not permitted") for name in unseen)
    return Records(found, gaps)


def chart_of(*resources: Json, unseen: tuple[str, ...] = (), when: str = NOW) -> Chart:
    """The chart of a person of whom only this is on record."""
    return read_chart(records_of(*resources, unseen=unseen), occasion(when))


@cache
def example(person: str) -> tuple[Json, ...]:
    """Everything on record about somebody of the examples, its links between its own resources made."""
    text = (EXAMPLES / f"Bundle-{person}.json").read_text(encoding="utf-8")
    for entry in json.loads(text)["entry"]:
        id_ = entry["fullUrl"].rpartition(":")[2]
        text = text.replace(
            f'"reference": "{entry["fullUrl"]}"', f'"reference": "{entry["resource"]["resourceType"]}/{id_}"'
        )
    return tuple({**one["resource"], "id": one["fullUrl"].rpartition(":")[2]} for one in json.loads(text)["entry"])


def condition(code: str, system: str = "http://snomed.info/sct", **more: Any) -> Json:
    """A confirmed, active condition unless said otherwise."""
    return {"resourceType": "Condition", "code": {"coding": [{"system": system, "code": code}]}, **more}


def taking(text: str, **more: Any) -> Json:
    """A medicine ordered, by name."""
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": text},
        **more,
    }


def observed(code: str, value: Any, unit: str = "", at: str = "2026-03-01", **more: Any) -> Json:
    """A number, final."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "effectiveDateTime": at,
        "valueQuantity": {"value": value, "code": unit},
        **more,
    }
