"""Medicines: whatever way they are written they are known by what is in them, and none is ever lost."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.content.loading import load
from carefhir.fhir.record import Record
from carefhir.mappers.medication import MedicineView, own_name, read
from tests.support.charts import record, taking

CONTENT = load()
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def seen(resource: dict[str, Any], *referenced: Record) -> MedicineView:
    return read(record(resource), {one.reference: one for one in referenced}, CONTENT)


def coded(*codes: str, **more: Any) -> dict[str, Any]:
    return {"coding": [{"system": RXNORM, "code": code} for code in codes], **more}


@pytest.mark.parametrize(
    ("text", "ingredients", "classes"),
    [
        ("insulin glargine 100 UNT/ML Injectable Solution", ("insulin-glargine",), {"insulin"}),
        ("Lantus SoloStar", ("insulin-glargine",), {"insulin"}),
        ("Tresiba FlexTouch 200 units/mL", ("insulin-degludec",), {"insulin"}),
        ("insulin, as she needs it", ("insulin",), {"insulin"}),
        ("GLIPIZIDE 5 MG Oral Tablet", ("glipizide",), {"sulfonylurea"}),
        ("sacubitril 24 MG / valsartan 26 MG Oral Tablet", ("valsartan", "sacubitril"), {"arb", "arni"}),
        ("lisinopril-hydrochlorothiazide 10-12.5", ("hydrochlorothiazide", "lisinopril"), None),
        ("Ibuprofen 200 mg (over the counter)", ("ibuprofen",), {"nsaid"}),
        ("losartan potassium 50 MG", ("losartan",), {"arb"}),
        ("NoSalt, at every meal", ("salt-substitute",), {"potassium"}),
        ("salt substitute", ("salt-substitute",), {"potassium"}),
        ("Cholecalciferol 1000 UNT", ("cholecalciferol",), set()),
        ("mycophenolate mofetil 500 MG", ("mycophenolate-mofetil",), set()),
        ("0.9% sodium chloride", ("0-9-sodium-chloride",), set()),
    ],
)
def test_by_name(text: str, ingredients: tuple[str, ...], classes: set[str] | None) -> None:
    found = seen(taking(text))
    assert found.ingredients == ingredients
    assert found.key == "+".join(ingredients)
    if classes is not None:
        assert found.classes == classes


@pytest.mark.parametrize(
    ("concept", "ingredients"),
    [
        (coded("4821"), ("glipizide",)),
        (coded("4821", text="her sugar pill"), ("glipizide",)),
        (coded("310489", text="glipizide 5 MG"), ("glipizide",)),
        ({"coding": [{"system": RXNORM, "code": "1", "display": "furosemide 20 MG"}]}, ("furosemide",)),
        ({"coding": [{"system": "http://other", "code": "4821", "display": "Zinc"}]}, ("zinc",)),
        (coded("999999"), ("code-999999",)),
    ],
)
def test_by_code_else_by_what_the_code_is_called(concept: dict[str, Any], ingredients: tuple[str, ...]) -> None:
    assert seen(taking("", medicationCodeableConcept=concept)).ingredients == ingredients


def test_two_codes_that_nobody_knows_are_two_medicines() -> None:
    keys = {seen(taking("", medicationCodeableConcept=coded(code))).key for code in ("999998", "999999")}
    assert len(keys) == 2


class TestWhereverItStands:
    def test_in_a_medication_elsewhere(self) -> None:
        medication = record({"resourceType": "Medication", "id": "m", "code": coded("4821")})
        for reference in ("Medication/m", "Medication/m/_history/3"):
            request = taking("", medicationCodeableConcept=None, medicationReference={"reference": reference})
            assert seen(request, medication).key == "glipizide"

    def test_contained(self) -> None:
        request = taking("", medicationCodeableConcept=None, medicationReference={"reference": "#m"})
        request["contained"] = [
            {"resourceType": "Medication", "id": "other", "code": coded("6809")},
            {"resourceType": "Medication", "id": "m", "code": coded("4821")},
        ]
        assert seen(request).key == "glipizide"

    @pytest.mark.parametrize("contained", [True, False])
    def test_mixed_by_the_pharmacy_without_a_code_of_its_own(self, contained: bool) -> None:
        mixture = {
            "resourceType": "Medication",
            "id": "m",
            "ingredient": [
                {"itemCodeableConcept": {"text": "spironolactone"}},
                {"itemCodeableConcept": coded("4603")},
                {"itemReference": {"reference": "Substance/1"}},
            ],
        }
        at = "#m" if contained else "Medication/m"
        request = taking("", medicationCodeableConcept=None, medicationReference={"reference": at})
        found = (
            seen({**request, "contained": [mixture]})
            if contained
            else seen(request, record(mixture), record({**mixture, "id": "x"}))
        )
        assert found.ingredients == ("furosemide", "spironolactone")
        assert found.classes >= {"loop-diuretic", "mra"}

    def test_nowhere(self) -> None:
        found = seen(taking("", medicationCodeableConcept=None, medicationReference={"reference": "Medication/gone"}))
        assert (found.name, found.key, found.active) == ("", "", True)


@pytest.mark.parametrize(
    ("more", "active"),
    [
        ({}, True),
        ({"intent": "original-order"}, True),
        ({"intent": "proposal"}, False),
        ({"intent": "plan"}, False),
        ({"intent": "option"}, False),
        ({"status": "on-hold"}, False),
        ({"status": "stopped"}, False),
        ({"status": "completed"}, False),
        ({"status": "entered-in-error"}, False),
        ({"doNotPerform": True}, False),
        ({"doNotPerform": False}, True),
        ({"resourceType": "MedicationStatement", "intent": None}, True),
        ({"resourceType": "MedicationStatement", "intent": None, "status": "not-taken"}, False),
        ({"resourceType": "MedicationStatement", "intent": None, "status": "intended"}, False),
    ],
)
def test_what_is_taken(more: dict[str, Any], active: bool) -> None:
    """An order *not* to take something is active and means the opposite."""
    assert seen(taking("ibuprofen", **more)).active is active


@pytest.mark.parametrize(
    ("dosage", "dose"),
    [
        ({"text": "1 tablet in the morning"}, "1 tablet in the morning"),
        ({"doseAndRate": [{"doseQuantity": {"value": 24, "unit": "units"}}]}, "24 units"),
        ({"text": "  "}, ""),
        ({}, ""),
    ],
)
@pytest.mark.parametrize("type_", ["MedicationRequest", "MedicationStatement"])
def test_the_dose_as_stated(type_: str, dosage: dict[str, Any], dose: str) -> None:
    """A dose that is not stated is no dose of nothing: it is not known."""
    element = "dosageInstruction" if type_ == "MedicationRequest" else "dosage"
    assert seen(taking("glipizide", resourceType=type_, **{element: [dosage]})).dose == dose


def test_a_dose_that_is_only_coded_is_told_with_how_often() -> None:
    dosage = {
        "doseAndRate": [{"doseQuantity": {"value": 5, "code": "mg"}}],
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    }
    assert seen(taking("glipizide", dosageInstruction=[dosage])).dose.startswith("5 mg, 2 times")


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Vitamin D3 1000 UNT", "vitamin-d3"),
        ("Fish Oil", "fish-oil"),
        ("  zinc   50 MG", "zinc"),
        ("70/30 mix", "70-30-mix"),
        ("Zinc!", "zinc"),
    ],
)
def test_a_name_as_lists_are_matched_by(name: str, own: str) -> None:
    assert own_name(name) == own
