"""Medicines: whatever way they are written they are known by what is in them, and none is ever lost."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.content.loading import load
from carefhir.fhir.record import Record
from carefhir.mappers.medication import MedicineView, medicine_of, own_name, read
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
        (
            "sacubitril 24 MG / valsartan 26 MG Oral Tablet",
            ("valsartan", "sacubitril"),
            {"arb", "arni", "harms-in-pregnancy"},
        ),
        ("lisinopril-hydrochlorothiazide 10-12.5", ("hydrochlorothiazide", "lisinopril"), None),
        ("Ibuprofen 200 mg (over the counter)", ("ibuprofen",), {"nsaid", "nsaid-or-aspirin", "harms-in-pregnancy"}),
        ("losartan potassium 50 MG", ("losartan",), {"arb", "harms-in-pregnancy"}),
        ("NoSalt, at every meal", ("salt-substitute",), {"potassium"}),
        ("salt substitute", ("salt-substitute",), {"potassium"}),
        ("Cholecalciferol 1000 UNT", ("cholecalciferol",), set()),
        ("mycophenolate mofetil 500 MG", ("mycophenolate-mofetil",), {"immunosuppressant", "harms-in-pregnancy"}),
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


@pytest.mark.parametrize(
    ("text", "ingredients", "class_"),
    [
        ("Coumadin®", ("warfarin",), "anticoagulant"),
        ("warfarin5mg", ("warfarin",), "anticoagulant"),
        ("JANTOVEN 5mg tabs", ("warfarin",), "anticoagulant"),
        ("MS-Contin 15 mg", ("morphine",), "opioid"),
        ("Tylenol #3", ("acetaminophen", "codeine"), "opioid"),
        ("Percocet 5-325", ("acetaminophen", "oxycodone"), "opioid"),
        ("hydrocodone/acetaminophen 5/325", ("acetaminophen", "hydrocodone"), "opioid"),
        ("Fentanyl 25 mcg/hr patch", ("fentanyl",), "opioid"),
        ("Duragesic", ("fentanyl",), "opioid"),
        ("Suboxone film", ("buprenorphine", "naloxone"), "opioid"),
        ("HumuLIN R U-500 KwikPen", ("insulin-human",), "insulin"),
        ("Humulin-N", ("insulin-isophane",), "insulin"),
        ("Humulin 70/30", ("insulin-isophane", "insulin-human"), "insulin"),
        ("Humulin pen", ("insulin",), "insulin"),
        ("Humalog Mix 75-25", ("insulin-lispro", "insulin-lispro-protamine"), "insulin"),
        ("Apidra SoloStar", ("insulin-glulisine",), "insulin"),
        ("metformin and insulin", ("insulin", "metformin"), "insulin"),
        ("Bactrim DS", ("sulfamethoxazole", "trimethoprim"), "sulfonamide-antibiotic"),
        ("sulfa", ("sulfonamide-antibiotic",), "sulfonamide-antibiotic"),
        ("penicillins", ("penicillin",), "penicillin"),
        ("penicillin V potassium 500 MG", ("penicillin-v",), "penicillin"),
        ("Augmentin 875", ("amoxicillin", "clavulanate"), "beta-lactam"),
        ("her blood thinner", ("blood-thinner",), "anticoagulant"),
        ("Depakote ER", ("valproate",), "harms-in-pregnancy"),
    ],
)
def test_a_brand_or_a_word_for_a_class(text: str, ingredients: tuple[str, ...], class_: str) -> None:
    medicine = seen(taking(text))
    assert medicine.ingredients == ingredients
    assert class_ in medicine.classes


@pytest.mark.parametrize(
    "text",
    [
        "clopidogrel 75 mg (blood thinner)",
        "Lasix, water pill",
        "simvastatin 20 mg, a statin",
        "NSAID: ibuprofen 200 mg",
    ],
)
def test_a_word_for_a_class_beside_a_medicine_of_it_adds_nothing(text: str) -> None:
    assert len(seen(taking(text)).ingredients) == 1


@pytest.mark.parametrize(
    "text",
    ["Codeinex", "Normethadone", "Lantusin", "Opiumate cream", "Heparinoid cream", "statinol", "soloinsulin"],
)
def test_a_name_inside_another_word_is_another_medicine(text: str) -> None:
    assert seen(taking(text)).classes == frozenset()


@pytest.mark.parametrize(
    ("code", "ingredients"),
    [
        ("855332", ("warfarin",)),
        ("405155", ("warfarin",)),
        ("114194", ("warfarin",)),
        ("857002", ("acetaminophen", "hydrocodone")),
        ("310489", ("glipizide",)),
        ("253181", ("insulin-isophane",)),
        ("1605101", ("insulin-isophane",)),
        ("1008501", ("insulin-isophane", "insulin-human")),
        ("261184", ("fentanyl",)),
        ("202421", ("warfarin",)),
        ("833528", ("amiodarone",)),
    ],
)
def test_by_the_code_of_a_product_without_a_word(code: str, ingredients: tuple[str, ...]) -> None:
    """RxNorm: a clinical drug, a brand, a salt, a combination."""
    assert seen(taking("", medicationCodeableConcept=coded(code))).ingredients == ingredients


def test_a_number_of_another_system_is_no_product() -> None:
    concept = {"coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "855332"}]}
    assert seen(taking("", medicationCodeableConcept=concept)).classes == frozenset()


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
        (
            {
                "doseAndRate": [{"doseQuantity": {"value": 5, "code": "mg"}}],
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
            },
            "5 mg, 2 times a day",
        ),
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


RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CODED = {"system": RXNORM, "code": "36437", "display": "sertraline"}


@pytest.mark.parametrize(
    ("concept", "repeated"),
    [
        ({"coding": [CODED], "text": "sertraline"}, {"coding": [CODED], "text": "sertraline"}),
        ({"coding": [None, CODED]}, {"coding": [CODED]}),
        ({"coding": CODED}, {"coding": [CODED]}),
        (
            {"coding": [{**CODED, "display": 7, "userSelected": True}]},
            {"coding": [{"system": RXNORM, "code": "36437", "userSelected": True}]},
        ),
        ({"coding": ["sertraline"], "text": "sertraline"}, {"text": "sertraline"}),
        ({"coding": [{"code": 7}], "text": ["x"]}, {"text": "(not named)"}),
        ({}, {"text": "(not named)"}),
    ],
)
def test_a_medicine_is_repeated_as_r4_allows(concept: dict[str, Any], repeated: dict[str, Any]) -> None:
    """What another system has sent against R4 must not keep a whole reconciliation from being written."""
    order = record({"resourceType": "MedicationRequest", "medicationCodeableConcept": concept})
    assert medicine_of(order) == {"medicationCodeableConcept": repeated}
