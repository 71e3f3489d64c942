"""Pregnancy as an Observation: a status, a due date, or how many weeks along.

US Core and the International Patient Summary record pregnancy so, and no Condition need stand beside it. What a status
means is in CodeSystem pregnancy-status.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from carefhir.codes import LOINC, PREGNANCY_STATUS
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, moments
from carefhir.fhir.search import Codes, Need, Of

STATUS = "82810-3"
"""LOINC "Pregnancy status" (K)."""
DUE = ("11778-8", "11779-6", "11780-4")
"""LOINC delivery dates, estimated: ValueSet edd-method-uv-ips of the International Patient Summary 1.1 (V)."""
WEEKS = ("18185-9", "11884-4", "49051-6")
"""LOINC gestational age (K)."""
COUNTS = ("final", "amended", "corrected", "preliminary")
PREGNANT, NOT_PREGNANT = "pregnant", "not-pregnant"


def find() -> Need:
    """What says that a person is pregnant, as Observations."""
    codes = Codes("code", "code", tuple(f"{LOINC}|{code}" for code in (STATUS, *DUE, *WEEKS)))
    return Need("pregnancy_statuses", "Observation", (Of("patient", "subject"), codes))


@dataclass(frozen=True, slots=True)
class PregnancyView:
    """One Observation about a pregnancy."""

    record: Record
    at: datetime | None
    """None where nobody knows of when it is."""
    says: str = ""
    """A status: a code of CodeSystem pregnancy-status; "" if it is none, or its answer cannot be read."""
    due: date | None = None
    weeks: Decimal | None = None


def read(record: Record, content: Content, zone: tzinfo) -> PregnancyView | None:
    """An Observation about a pregnancy, leniently; None where it does not count, or says nothing."""
    json = record.json
    if first_text(json, "status") not in COUNTS:
        return None
    times = (first_text(json, path) for path in ("effectiveDateTime", "effectivePeriod.start", "issued"))
    at = next((when for text in times if (when := moment(text, zone))), None)
    codes = {code for _, code in codings(json, "code")}
    if codes & set(DUE):
        span = moments(first_text(json, "valueDateTime") or first_text(json, "valueString"), zone)
        return PregnancyView(record, at, due=span[0].date()) if span else None
    if codes & set(WEEKS):
        return PregnancyView(record, at, weeks=_weeks(json))
    meaning = _meaning(content, json)
    return PregnancyView(record, at, says=meaning) if meaning else None


def _weeks(json: Json) -> Decimal | None:
    """How many weeks along; None where the number or its unit cannot be read."""
    value, unit = next(dig(json, "valueQuantity.value"), None), first_text(json, "valueQuantity.code")
    unit = unit or first_text(json, "valueQuantity.unit") or ""
    if not isinstance(value, int | float | Decimal) or not unit.lower().strip("{}").startswith(("w", "d")):
        return None
    number = Decimal(str(value))
    return number / 7 if unit.lower().startswith("d") else number


def _meaning(content: Content, json: Json) -> str:
    """What a status says, by its code, or else by its words: a code of CodeSystem pregnancy-status; "" if nothing."""
    if isinstance(json.get("valueBoolean"), bool):
        return PREGNANT if json["valueBoolean"] else NOT_PREGNANT
    concepts = content.concepts(PREGNANCY_STATUS).values()
    codes = {code for _, code in codings(json, "valueCodeableConcept")}
    for concept in concepts:
        if codes & set(str(concept.properties.get("codes", "")).split()):
            return concept.code
    paths = ("valueCodeableConcept.text", "valueCodeableConcept.coding.display", "valueString")
    texts = [text for path in paths for text in dig(json, path) if isinstance(text, str)]
    spoken = f" {' '.join(' '.join(texts).lower().replace(',', ' ').replace('.', ' ').split())} "
    phrases = [
        (len(phrase.strip()), concept.code)
        for concept in concepts
        for phrase in str(concept.properties.get("words", "")).split(";")
        if f" {phrase.strip()} " in spoken
    ]
    return max(phrases)[1] if phrases else ""
