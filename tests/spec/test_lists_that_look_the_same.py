"""What looks like the same medicine on both lists and is not (rules 11 and 28): an order that is on hold or over, a
strength without a unit, a brand of another form, an order not to take it. Expected values are written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.codes import RXNORM
from carefhir.fhir.record import Record
from carefhir.workflows.transitions.discrepancies import TakenMedicine, prescribers_today
from carefhir.workflows.transitions.list_comparison import compare
from tests.spec.test_reconciliation import CONTENT, LISINOPRIL, MORNING, b, d, differing, lists, request, told

Rows = list[tuple[str, list[Record], list[tuple[str, str]]]]
WARFARIN = "warfarin 5 MG Oral Tablet"


def at_discharge(name: str, status: str, n: int = 1, **more: Any) -> Record:
    return request(n, name, on="discharge", status=status, **more)


NOT_TO_BE_TAKEN_NOW: Rows = [
    ("on hold", [b(WARFARIN), at_discharge(WARFARIN, "on-hold")], [("warfarin", "held")]),
    ("completed", [b(WARFARIN), at_discharge(WARFARIN, "completed")], [("warfarin", "completed")]),
    ("stopped", [b(WARFARIN), at_discharge(WARFARIN, "stopped")], [("warfarin", "omitted")]),
    ("by a brand, in odd spelling", [b("COUMADIN 5mg"), at_discharge("warfarin 5 MG", "on-hold")],
     [("warfarin", "held")]),
    ("stopped, and not before", [b(LISINOPRIL), d(LISINOPRIL), at_discharge("apixaban 5 MG", "stopped", 2)],
     [("apixaban", "stopped")]),
    ("on hold, and not before", [b(LISINOPRIL), d(LISINOPRIL), at_discharge("apixaban 5 MG", "on-hold", 2)],
     [("apixaban", "held")]),
    ("stopped is nobody's substitute", [b(LISINOPRIL), at_discharge("enalapril 5 MG", "stopped")],
     [("enalapril", "stopped"), ("lisinopril", "omitted")]),
    ("on hold before, active now", [request(1, WARFARIN, status="on-hold"), d(WARFARIN)], [("warfarin", "held")]),
    ("on hold before and now", [request(1, WARFARIN, status="on-hold"), at_discharge(WARFARIN, "on-hold")], []),
    ("active before and now", [b(WARFARIN), d(WARFARIN)], []),
    ("stopped, and another order in its place", [b(WARFARIN), at_discharge(WARFARIN, "stopped"), d(WARFARIN, n=2)], []),
    ("no discharge list, the order is on hold now", [request(1, WARFARIN, status="on-hold")], [("warfarin", "held")]),
    ("put on hold since", [b(WARFARIN), d(WARFARIN), request(1, WARFARIN, on="since", status="on-hold")],
     [("warfarin", "held")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "expected"), [row[1:] for row in NOT_TO_BE_TAKEN_NOW], ids=[row[0] for row in NOT_TO_BE_TAKEN_NOW]
)
def test_an_order_that_is_not_in_force_is_a_difference(records: list[Record], expected: list[tuple[str, str]]) -> None:
    compared = compare(CONTENT, lists(*records), ())
    assert differing(compared) == expected
    assert not set(compared.matched) & {medicine for medicine, _ in expected}
    high = [each for each in compared.discrepancies if each.medicine in ("warfarin", "apixaban")]
    assert all(prescribers_today(CONTENT, each) for each in high)


def rx(name: str, code: str, on: str, dose: str = "", n: int = 1) -> Record:
    concept = {"text": name, "coding": [{"system": RXNORM, "code": code}]}
    more = {"dosageInstruction": [{"text": dose}]} if dose else {}
    return request(n, name, on=on, medicationCodeableConcept=concept, **more)


def held_in_medication(strength: str, on: str) -> Record:
    ratio = {"numerator": {"value": float(strength), "unit": "mg"}, "denominator": {"value": 1, "unit": "tablet"}}
    inside = {
        "resourceType": "Medication", "id": "m", "code": {"text": "warfarin"},
        "ingredient": [{"itemCodeableConcept": {"text": "warfarin"}, "strength": ratio}],
    }  # fmt: skip
    pointing = {"medicationCodeableConcept": None, "medicationReference": {"reference": "#m"}}
    return request(1, "", on=on, contained=[inside], **pointing)


DOSE = [("warfarin", "dose-changed")]
STRENGTHS: Rows = [
    ("without a unit", [b("warfarin 2.5"), d("warfarin 5")], DOSE),
    ("a unit on one side", [b("warfarin 2.5"), d("warfarin 5 MG Oral Tablet")], DOSE),
    ("a unit on one side, the same", [b("warfarin 5"), d("warfarin 5 MG Oral Tablet")], []),
    ("written together", [b("warfarin2.5"), d("warfarin5")], DOSE),
    ("with a comma", [b("warfarin 2,5"), d("warfarin 5")], DOSE),
    ("zeros add nothing", [b("warfarin 5.0 mg"), d("warfarin 5 MG")], []),
    ("the unit spelled out", [b("digoxin 125 micrograms"), d("digoxin 125 MCG")], []),
    ("a combination by its numbers", [b("Percocet 5-325"), d("Percocet 10-325")],
     [("acetaminophen+oxycodone", "dose-changed")]),
    ("the same combination", [b("Percocet 5-325"), d("acetaminophen 325 MG / oxycodone 5 MG")], []),
    ("no strength on one side", [b("warfarin"), d("warfarin 5")], []),
    ("the number of a vitamin", [b("vitamin D3 1000 units"), d("Vitamin D3 1000 UNT Oral Tablet")], []),
    ("codes of two products", [rx("warfarin", "855332", "before"), rx("warfarin", "855318", "discharge")], DOSE),
    ("the same code", [rx("warfarin", "855332", "before"), rx("Coumadin", "855332", "discharge")], []),
    ("the ingredient's code", [rx("warfarin", "11289", "before"), rx("warfarin", "855332", "discharge")], []),
    ("two codes, the same strength in words",
     [rx("Lasix 20 MG", "200809", "before"), rx("furosemide 20 MG", "310429", "discharge")], []),
    ("two codes, the same dose with its unit",
     [rx("warfarin", "855332", "before", "5 mg daily"), rx("warfarin", "855333", "discharge", "5 mg daily")], []),
    ("strength in the Medication", [held_in_medication("2.5", "before"), held_in_medication("5", "discharge")], DOSE),
    ("the same in the Medication", [held_in_medication("5", "before"), held_in_medication("5", "discharge")], []),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), [row[1:] for row in STRENGTHS], ids=[row[0] for row in STRENGTHS])
def test_another_strength_is_a_difference(records: list[Record], expected: list[tuple[str, str]]) -> None:
    assert differing(compare(CONTENT, lists(*records), ())) == expected


FORMS: list[tuple[str, str, bool]] = [
    # before, at discharge, whether they differ
    ("oxycodone 10 MG", "OxyContin 10 MG", True),
    ("oxycodone 10 MG Oral Tablet", "OXYCONTIN 10mg", True),
    ("OxyContin 10 MG", "oxycodone 10 MG 12 HR Extended Release Oral Tablet", False),
    ("Lopressor 50 MG", "Toprol XL 50 MG", True),
    ("Toprol-XL 50 mg", "24 HR metoprolol succinate 50 MG Extended Release Oral Tablet", False),
    ("metoprolol succinate 50 MG", "Toprol XL 50 MG", False),
    ("Lopressor 50 MG", "metoprolol tartrate 50 MG Oral Tablet", False),
    ("metoprolol 50 MG", "Lopressor 50 MG", False),
    ("metoprolol 50 MG", "metoprolol XL 50 MG", True),
    ("metoprolol tart 25 MG", "metoprolol succ 25 MG", True),
    ("Humulin R", "Humulin R U-500", True),
    ("Humulin R 100 UNT/ML", "Humulin R 500 UNT/ML", True),
    ("Humulin R U-500", "insulin regular, human 500 UNT/ML", False),
    ("Humulin R", "Novolin R", False),
    ("Lantus", "Toujeo", True),
    ("Lantus 100 units/mL", "insulin glargine 100 UNT/ML", False),
    ("metformin 500 MG", "metformin ER 500 MG", True),
    ("metformin XR 500 MG", "metformin ER 500 MG", False),
    ("Wellbutrin SR 150 MG", "Wellbutrin XL 150 MG", True),
    ("diltiazem 120 MG", "Cardizem CD 120 MG", True),
    ("verapamil 120 MG", "verapamil SR 120 MG", True),
    ("propranolol 80 MG", "Inderal LA 80 MG", True),
    ("carbamazepine 200 MG", "carbamazepine CR 200 MG", True),
    ("morphine 15 MG", "MS Contin 15 MG", True),
    ("tacrolimus 1 MG", "Envarsus XR 1 MG", True),
    ("cyclosporine 100 MG", "Neoral 100 MG", True),
    ("omeprazole 20 MG", "omeprazole 20 MG Delayed Release Oral Capsule", False),
    ("aspirin 81 MG", "aspirin 81 MG EC", False),
    ("lisinopril 10 MG", "Zestril 10 MG", False),
    ("Zestril 10 MG", "Prinivil 10 MG", False),
]


@pytest.mark.parametrize(("before", "after", "differ"), FORMS)
def test_another_form_is_a_difference(before: str, after: str, differ: bool) -> None:
    for old, new in ((before, after), (after, before)):
        kinds = [what for _, what in differing(compare(CONTENT, lists(b(old), d(new)), ()))]
        assert kinds == ["dose-changed"] * differ, (old, new)


TAKEN: list[tuple[str, TakenMedicine, bool]] = [
    ("oxycodone 10 MG", told("OxyContin"), True),
    ("24 HR metoprolol succinate 50 MG Extended Release", told("metoprolol"), False),
    ("Humulin R", told("Humulin R U-500"), True),
    (WARFARIN, told("warfarin 2.5"), True),
    (WARFARIN, told("Coumadin"), False),
    (WARFARIN, told("warfarin 5"), False),
]


@pytest.mark.parametrize(("order", "answer", "differs"), TAKEN)
def test_another_product_in_the_hand_is_a_difference(order: str, answer: TakenMedicine, differs: bool) -> None:
    compared = compare(CONTENT, lists(b(order), d(order)), (answer,))
    assert [what for _, what in differing(compared)] == ["adherence"] * differs


def never(name: str, on: str = "discharge", n: int = 9, **more: Any) -> Record:
    return request(n, name, on=on, doNotPerform=True, **more)


CONTRADICTED: Rows = [
    ("active on both lists", [b(WARFARIN), d(WARFARIN), never("warfarin")], [("warfarin", "not-to-be-taken")]),
    ("by a brand", [b(WARFARIN), d(WARFARIN), never("COUMADIN")], [("warfarin", "not-to-be-taken")]),
    ("ordered since", [b(LISINOPRIL), d(LISINOPRIL), never("apixaban"), request(1, "Eliquis 5 MG", on="since")],
     [("apixaban", "added"), ("apixaban", "not-to-be-taken")]),
    ("an old order that nobody has stopped", [b("ibuprofen 400 MG"), d(LISINOPRIL), b(LISINOPRIL, n=2),
     never("ibuprofen")], [("ibuprofen", "omitted"), ("ibuprofen", "not-to-be-taken")]),
    ("inside a combination", [b("Percocet 5-325"), d("Percocet 5-325"), never("oxycodone")],
     [("acetaminophen+oxycodone", "not-to-be-taken")]),
    ("the whole class", [b("ibuprofen 400 MG"), d("ibuprofen 400 MG"), never("NSAIDs")],
     [("ibuprofen", "not-to-be-taken")]),
    ("a combination does not forbid its part alone", [b("acetaminophen 325 MG"), d("acetaminophen 325 MG"),
     never("Percocet")], []),
    ("another medicine", [b(WARFARIN), d(WARFARIN), never("ibuprofen")], []),
    ("no longer in force", [b(WARFARIN), d(WARFARIN), never("warfarin", status="stopped")], []),
    ("entered in error", [b(WARFARIN), d(WARFARIN), never("warfarin", status="entered-in-error")], []),
    ("a name that nobody knows", [b("Zorvastat 5 MG"), d("zorvastat 5 MG"), never("Zorvastat")],
     [("zorvastat", "not-to-be-taken")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "expected"), [row[1:] for row in CONTRADICTED], ids=[row[0] for row in CONTRADICTED]
)
def test_an_order_not_to_take_it_is_a_contradiction(records: list[Record], expected: list[tuple[str, str]]) -> None:
    compared = compare(CONTENT, lists(*records), ())
    assert sorted(differing(compared)) == sorted(expected)
    contradictions = [each for each in compared.discrepancies if each.what == "not-to-be-taken"]
    assert all(prescribers_today(CONTENT, each) for each in contradictions)


def test_what_is_taken_though_an_order_forbids_it() -> None:
    compared = compare(CONTENT, lists(b(LISINOPRIL), d(LISINOPRIL), never("ibuprofen")), (told("Advil"),))
    assert ("ibuprofen", "not-to-be-taken") in differing(compared)


def test_a_medicine_by_its_kind_only_is_asked_about() -> None:
    """My sugar pill: it may be one of the list, and nobody has said which."""
    compared = compare(CONTENT, lists(b(LISINOPRIL, MORNING), d(LISINOPRIL, MORNING)), (told("my sugar pill"),))
    assert differing(compared) == [("glucose-lowering", "not-matched")]
    assert "ask for its name" in compared.discrepancies[0].words
