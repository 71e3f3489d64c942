"""Medicines by their ingredients: as coded, as named, as told."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.content.loading import load
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import medication

CONTENT = load()
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def order(**more: Any) -> Record:
    return Record(encode({"resourceType": "MedicationRequest", "id": "m", "status": "active", **more}))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("furosemide 40 MG Oral Tablet", "furosemide"),
        ("Lasix", "furosemide"),
        ("Lisinopril 10 MG / Hydrochlorothiazide 12.5 MG Oral Tablet", "hydrochlorothiazide+lisinopril"),
        ("Acetaminophen 300 MG / Codeine Phosphate 15 MG Oral Tablet", "acetaminophen+codeine"),
        ("60 ACTUAT Fluticasone 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT", "fluticasone+salmeterol"),
        ("nitroglycerin 0.4 MG/ACTUAT Mucosal Spray", "nitroglycerin"),
        ("2 ML Ondansetron 2 MG/ML Injection", "ondansetron"),
        ("vitamin B12 5 MG/ML Injectable Solution", "vitamin-b12"),
        ("Herbal Tonic", "herbal-tonic"),
    ],
)
def test_the_key_lists_are_matched_by(name: str, key: str) -> None:
    assert medication.named(CONTENT, name).key == key
    read = medication.read(order(medicationCodeableConcept={"text": name}), {}, CONTENT)
    assert read.key == key


@pytest.mark.parametrize(
    ("words", "key", "known"),
    [
        ("4603", "furosemide", True),
        ("insulin-glargine", "insulin-glargine", True),
        ("hydrochlorothiazide+lisinopril", "hydrochlorothiazide+lisinopril", True),
        ("the little white one", "the-little-white-one", False),
    ],
)
def test_as_somebody_names_it(words: str, key: str, known: bool) -> None:
    found = medication.named(CONTENT, words)
    assert (found.key, found.in_code_system) == (key, known)


def test_what_another_resource_may_repeat() -> None:
    code = {"coding": [{"system": RXNORM, "code": "4603"}]}
    inside = [{"resourceType": "Medication", "id": "i", "code": code}]
    coded = order(medicationCodeableConcept=code)
    contained = order(contained=inside, medicationReference={"reference": "#i"})
    pointed = order(medicationReference={"reference": "Medication/7/_history/2"})
    assert medication.medicine_of(coded) == {"medicationCodeableConcept": code}
    assert medication.medicine_of(contained) == {"medicationCodeableConcept": code}
    assert medication.medicine_of(pointed) == {"medicationReference": {"reference": "Medication/7"}}
    assert medication.medicine_of(order()) == {"medicationCodeableConcept": {"text": "(not named)"}}


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        ({"text": "1 tablet in the morning"}, "1 tablet in the morning"),
        ({"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}, "once a day"),
        ({"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}, "2 times a day"),
        ({"timing": {"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}}}, "once every 8 hours"),
        ({"timing": {"repeat": {"frequency": 1, "period": 2, "periodUnit": "a"}}}, "once every 2 a"),
        ({"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}, "1 tablet"),
        ({"asNeededBoolean": True}, ""),
    ],
)
def test_the_dose_in_words(dosage: dict[str, Any], words: str) -> None:
    assert medication.read(order(dosageInstruction=[dosage]), {}, CONTENT).dose == words


def test_a_number_as_people_write_it() -> None:
    dosage = b'[{"doseAndRate":[{"doseQuantity":{"value":1.0}}]}]'
    raw = b'{"resourceType":"MedicationRequest","id":"m","dosageInstruction":' + dosage + b"}"
    assert medication.read(Record(raw), {}, CONTENT).dose == "1"
