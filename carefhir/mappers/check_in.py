"""Check-ins as Observations: the numbers that were given, and the color that is the result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from carefhir.codes import CHECK_IN_ITEM, LOINC, MEASURED_QUANTITY, OBSERVATION_CATEGORY, TRIAGE, UCUM
from carefhir.content import check_in, quantities
from carefhir.content.loading import Content
from carefhir.content.number_words import unit_in_words
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, has_code, references, relative
from carefhir.fhir.search import Codes, Need, Of
from carefhir.mappers import reading
from carefhir.mappers.superseded import superseded

KINDS = {
    "weight": (reading.WEIGHT, "Body weight", "vital-signs"),
    "heart-rate": (reading.HEART_RATE, "Heart rate", "vital-signs"),
    "glucose": (reading.GLUCOSE, "Glucose", "laboratory"),
}
"""Questions whose answer is one Observation: LOINC code, words, category. Those of other quantities: `kinds`."""
_PRESSURE = (reading.SYSTOLIC, reading.DIASTOLIC)

ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def find_triages() -> Need:
    """The results of all of a patient's check-ins."""
    codes = Codes("code", "code", (f"{CHECK_IN_ITEM}|triage",))
    return Need("triages", "Observation", (Of("patient", "subject"), codes), optional=True)


@dataclass(frozen=True, slots=True)
class TriageView:
    """The result of a check-in: the color, and the response or earlier result it is based on. One that does not count
    (cancelled, in error, superseded by amended answers) has no color."""

    record: Record
    color: str
    rests_on: tuple[str, ...]
    at: str
    unclear: bool = False
    """Whether it is a result of a check-in that counts, and has no color in our codes."""


def read(record: Record) -> TriageView:
    """A triage, leniently."""
    json = record.json
    counts = first_text(json, "status") in ("final", "preliminary", "amended", "corrected") and not superseded(json)
    colors = (code for system, code in codings(json, "valueCodeableConcept") if system == TRIAGE)
    color = next(colors, "") if counts else ""
    return TriageView(
        record,
        color,
        tuple(r for one in references(json, "derivedFrom") if (r := relative(one))),
        first_text(json, "effectiveDateTime") or "",
        unclear=counts and not color and has_code(json, "code", CHECK_IN_ITEM, "triage"),
    )


def reasons_of(record: Record) -> tuple[str, ...]:
    """Why it has its color, a sentence each, as it was written."""
    return tuple(text for note in dig(record.json, "note") if (text := first_text(note, "text")))


@dataclass(frozen=True, slots=True)
class Given:
    """Whose numbers, when, who took them, and where they come from."""

    patient: str
    at: str
    performer: str
    derived_from: Json


def kinds(content: Content) -> dict[str, tuple[str, str, str]]:
    """The same for every question of our check-ins that is a reading of its own; a blood pressure is written whole."""
    named = {
        link_id: (kind.loinc[0], kind.display.capitalize(), kind.category)
        for link_id, kind in check_in.written_as(content).items()
        if kind.loinc[0] not in _PRESSURE
    }
    return {**KINDS, **{link_id: kind for link_id, kind in named.items() if link_id not in KINDS}}


def write_number(content: Content, link_id: str, value: Decimal, unit: str, given: Given) -> Json:
    """One number as an Observation."""
    code, words, category = kinds(content)[link_id]
    observation = _observation(code, words, category, given)
    if (kind := quantities.kind_of_loinc(content, code)) is not None:
        observation["code"]["coding"] += content.published_codes(content.concept(MEASURED_QUANTITY, kind.code))
    return {**observation, "valueQuantity": _quantity(value, unit)}


def write_pressure(systolic: Decimal, diastolic: Decimal | None, given: Given) -> Json:
    """A blood pressure; a lower number that was not given is recorded as missing."""
    low: Json = {"code": _code(reading.DIASTOLIC, "Diastolic blood pressure")}
    if diastolic is None:
        low["dataAbsentReason"] = {"coding": [{"system": ABSENT, "code": "unknown", "display": "Unknown"}]}
    else:
        low["valueQuantity"] = _quantity(diastolic, "mm[Hg]")
    high = {"code": _code(reading.SYSTOLIC, "Systolic blood pressure"), "valueQuantity": _quantity(systolic, "mm[Hg]")}
    return {**_observation(reading.PRESSURE, "Blood pressure", "vital-signs", given), "component": [high, low]}


def write_triage(
    content: Content, color: str, notes: Iterable[str], given: Given, derived_from: Iterable[Json], *, final: bool
) -> Json:
    """The color, with its reasons as notes, a sentence each."""
    concept = content.concept(TRIAGE, color)
    observation: Json = {
        "resourceType": "Observation",
        "status": "final" if final else "preliminary",
        "category": [{"coding": [{"system": OBSERVATION_CATEGORY, "code": "survey", "display": "Survey"}]}],
        "code": {"coding": [content.concept(CHECK_IN_ITEM, "triage").coding]},
        "subject": {"reference": given.patient},
        "effectiveDateTime": given.at,
        "performer": [{"reference": given.performer}],
        "valueCodeableConcept": {"coding": [concept.coding], "text": concept.display},
    }
    reasons = [{"text": one} for one in notes]
    if reasons:
        observation["note"] = reasons
    observation["derivedFrom"] = list(derived_from)
    return observation


def _observation(code: str, words: str, category: str, given: Given) -> Json:
    display = {"vital-signs": "Vital Signs", "laboratory": "Laboratory", "survey": "Survey"}[category]
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": OBSERVATION_CATEGORY, "code": category, "display": display}]}],
        "code": _code(code, words),
        "subject": {"reference": given.patient},
        "effectiveDateTime": given.at,
        "performer": [{"reference": given.performer}],
        "derivedFrom": [given.derived_from],
    }


def _code(code: str, words: str) -> Json:
    return {"coding": [{"system": LOINC, "code": code}], "text": words}


def _quantity(value: Decimal, unit: str) -> Json:
    return {"value": value, "unit": unit_in_words(unit) or unit, "system": UCUM, "code": unit}
