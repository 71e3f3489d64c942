"""`order-sign`: what speaks against a draft order, by the rules of reconciliation and of conflicting advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faces.web.hooks.conftest import ORDERS, Hooks

Json = dict[str, Any]
PENICILLIN = "allergy to penicillin (hives; low risk)"
"""Rosa's, as it stands on record."""
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def order(hooks: Hooks, name: str, **changes: Any) -> Json:
    """A draft order; None takes an element away."""
    draft = {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": hooks.ward.patient},
        "medicationCodeableConcept": {"text": name},
        **changes,
    }
    return {name: value for name, value in draft.items() if value is not None}


def cards_of(hooks: Hooks, *drafts: Json, **more: Any) -> list[Json]:
    """The cards for these orders."""
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": draft} for draft in drafts]}
    return hooks.cards(ORDERS, context={"draftOrders": bundle}, **more)


def _summaries(cards: list[Json]) -> list[tuple[str, str]]:
    return [(card["indicator"], card["summary"]) for card in cards]


@pytest.mark.parametrize(
    ("name", "summary"),
    [
        ("amoxicillin 500 MG", ("critical", f"amoxicillin 500 MG: {PENICILLIN}: the same class: penicillins")),
        ("Augmentin 875 MG", ("critical", f"Augmentin 875 MG: {PENICILLIN}: the same class: penicillins")),
        (
            "cephalexin 500 MG",
            (
                "critical",
                f"cephalexin 500 MG: {PENICILLIN}: may cross-react, less certain: penicillins and cephalosporins",
            ),
        ),
        ("ibuprofen 400 MG", ("warning", "ibuprofen 400 MG: A medicine that can worsen heart failure, and 1 more")),
        ("pioglitazone 15 MG", ("warning", "pioglitazone 15 MG: A medicine that can worsen heart failure")),
        ("Entresto 24/26 MG", ("critical", "Entresto 24/26 MG: sacubitril with an ACE inhibitor")),
    ],
)
def test_what_speaks_against_an_order(hooks: Hooks, name: str, summary: tuple[str, str]) -> None:
    """Rosa: penicillin allergy, heart failure, lisinopril, sertraline (which bleeds beside ibuprofen)."""
    cards = cards_of(hooks, order(hooks, name))
    assert _summaries(cards) == [summary]
    assert "does not mean that the order is safe" in cards[0]["detail"]
    assert {reason["code"] for reason in cards[0]["overrideReasons"]} == {
        "looked-at",
        "already-handled",
        "record-is-wrong",
    }


def test_the_allergy_is_told_as_it_stands_on_record(hooks: Hooks) -> None:
    (card,) = cards_of(hooks, order(hooks, "amoxicillin 500 MG"))
    assert "allergy to penicillin" in card["detail"]
    assert "AllergyIntolerance/" not in card["detail"]


def test_two_orders_that_do_not_go_together(hooks: Hooks) -> None:
    """Neither is on record yet: they are signed at once."""
    cards = cards_of(hooks, order(hooks, "warfarin 5 MG"), order(hooks, "apixaban 5 MG"))
    assert _summaries(cards) == [
        ("critical", "warfarin 5 MG: two anticoagulants, and 1 more"),
        ("critical", "apixaban 5 MG: two anticoagulants, and 1 more"),
    ]


def test_beside_what_is_taken(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    hooks.ward.front.create(order(hooks, "oxycodone 5 MG", status="active", authoredOn="2026-03-08"))
    assert _summaries(cards_of(hooks, order(hooks, "Xanax 0.5 MG"))) == [
        ("critical", "Xanax 0.5 MG: opioid with a benzodiazepine, and 2 more")
    ], "what slows breathing, and naloxone, are the prescriber's questions too"


def test_what_stands_on_record_is_not_held_against_another_order(hooking: Callable[..., Hooks]) -> None:
    """Two that do not go together are on record already; the new order is neither."""
    hooks = hooking()
    for name in ("oxycodone 5 MG", "Xanax 0.5 MG"):
        hooks.ward.front.create(order(hooks, name, status="active", authoredOn="2026-03-08"))
    assert cards_of(hooks, order(hooks, "atorvastatin 20 MG")) == []


def test_a_second_medicine_against_the_same_advice(hooking: Callable[..., Hooks]) -> None:
    """The advice conflicts already, because of the first one."""
    hooks = hooking()
    hooks.ward.front.create(order(hooks, "ibuprofen 400 MG", status="active", authoredOn="2026-03-08"))
    assert _summaries(cards_of(hooks, order(hooks, "naproxen 250 MG"))) == [
        ("warning", "naproxen 250 MG: A medicine that can worsen heart failure, and 1 more")
    ]
    assert cards_of(hooks, order(hooks, "atorvastatin 20 MG")) == []


@pytest.mark.parametrize(("status", "named"), [("stopped", True), ("cancelled", False), ("entered-in-error", False)])
def test_time_must_pass_after_what_ended_lately(hooking: Callable[..., Hooks], status: str, named: bool) -> None:
    hooks = hooking()
    for each in hooks.ward.front.search(f"MedicationRequest?patient={hooks.ward.patient}"):
        if "lisinopril" in str(each):
            hooks.ward.front.change(f"MedicationRequest/{each['id']}", status=status, authoredOn="2026-03-06")
    cards = cards_of(hooks, order(hooks, "Entresto 24/26 MG"))
    assert bool([card for card in cards if "sacubitril with an ACE inhibitor" in card["summary"]]) == named


def test_an_order_not_to_take_it(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    hooks.ward.front.create(order(hooks, "aspirin 81 MG", status="active", doNotPerform=True))
    assert ("critical", "aspirin 81 MG: ordered not to be taken") in _summaries(
        cards_of(hooks, order(hooks, "aspirin 81 MG"))
    )


def test_in_a_pregnancy(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    pregnant = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
        "subject": {"reference": hooks.ward.patient},
        "effectiveDateTime": "2026-03-01",
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "77386006"}]},
    }
    hooks.ward.front.create(pregnant)
    assert ("critical", "enalapril 5 MG: harms in pregnancy") in _summaries(
        cards_of(hooks, order(hooks, "enalapril 5 MG"))
    )


def test_a_harmless_order_gets_no_card_and_no_praise(hooks: Hooks) -> None:
    assert cards_of(hooks, order(hooks, "acetaminophen 325 MG")) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"medicationCodeableConcept": {"text": "zorvastat 5 mg"}}, "it has no code: it was compared by its name only"),
        (
            {"medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "99999999"}]}},
            "its ingredients are not known here: it was compared by its name only",
        ),
        ({"medicationCodeableConcept": {}}, "it names no medicine that can be read: it was compared with nothing"),
        ({"medicationCodeableConcept": None}, "it names no medicine that can be read: it was compared with nothing"),
        (
            {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/nowhere"}},
            "it names no medicine that can be read: it was compared with nothing",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(hooks: Hooks, changes: Json, why: str) -> None:
    (card,) = cards_of(hooks, order(hooks, "", **changes))
    assert card["summary"].startswith("Not compared, or by name only: ")
    assert card["indicator"] == ("info" if "by its name only" in why else "warning")
    assert why in card["detail"]


def test_a_medication_among_the_orders_and_one_on_the_server(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    amoxicillin = {"resourceType": "Medication", "code": {"text": "amoxicillin 500 MG"}}
    stored = hooks.ward.front.create(amoxicillin)
    inside = {**amoxicillin, "id": "m1"}
    for reference, drafts in ((stored, ()), ("Medication/m1", (inside,))):
        draft = order(hooks, "", medicationCodeableConcept=None, medicationReference={"reference": reference})
        assert _summaries(cards_of(hooks, draft, *drafts)) == [
            ("critical", f"amoxicillin 500 MG: {PENICILLIN}: the same class: penicillins")
        ]


@pytest.mark.parametrize(
    "changes",
    [{"status": "cancelled"}, {"status": "entered-in-error"}, {"doNotPerform": True}],
)
def test_what_is_no_order_to_take_something(hooks: Hooks, changes: Json) -> None:
    assert cards_of(hooks, order(hooks, "amoxicillin 500 MG", **changes)) == []


def test_an_order_that_is_no_medicine_is_left_alone(hooks: Hooks) -> None:
    blood = {"resourceType": "ServiceRequest", "status": "draft", "subject": {"reference": hooks.ward.patient}}
    assert cards_of(hooks, {**blood, "code": {"text": "complete blood count"}}) == []


def test_while_medicines_are_being_reconciled(with_rosa_enrolled: Hooks) -> None:
    """Her reconciliation is open until April 5."""
    (card,) = cards_of(with_rosa_enrolled, order(with_rosa_enrolled, "acetaminophen 325 MG"))
    assert card["summary"] == "Medicines are being reconciled after a stay: this order changes what is compared"
    assert "- reconcile medications, by Sun 2026-04-05" in card["detail"]
    assert cards_of(with_rosa_enrolled) == []


def test_a_difference_that_nobody_has_decided(hooking: Callable[..., Hooks]) -> None:
    """Glipizide was left out at discharge, and the prescriber has not said why: ordering it now is that decision."""
    hooks = hooking()
    issue = {
        "resourceType": "DetectedIssue",
        "status": "preliminary",
        "code": {
            "coding": [{"system": "https://carefhir.org/fhir/CodeSystem/discrepancy-what", "code": "omitted"}],
            "text": "omitted",
        },
        "patient": {"reference": hooks.ward.patient},
        "detail": "glipizide: glipizide 5 MG before, not at discharge",
    }
    created = hooks.ward.front.create(issue)
    (card,) = [card for card in cards_of(hooks, order(hooks, "glipizide 5 MG")) if "glipizide" in card["summary"]]
    assert "Not decided yet:\n\n- omitted: glipizide: glipizide 5 MG before, not at discharge" in card["detail"]
    hooks.ward.front.change(created, status="final", mitigation=[{"action": {"text": "stop"}}])
    assert "Not decided yet" not in str(cards_of(hooks, order(hooks, "glipizide 5 MG")))


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("AllergyIntolerance", "no allergy list could be read: ask about allergies before anything is decided"),
        ("MedicationRequest", "other medicines could not be seen: these orders were not compared with them"),
        ("Task", "Task: the server answered 403"),
        ("Condition", "Condition: the server answered 403"),
        ("DetectedIssue", "DetectedIssue: the server answered 403"),
    ],
)
def test_what_could_not_be_seen_is_said(hooks: Hooks, type_: str, words: str) -> None:
    hooks.denied(type_)
    cards = cards_of(hooks, order(hooks, "acetaminophen 325 MG"))
    assert words in str([card["detail"] for card in cards])
    assert {card["indicator"] for card in cards} == {"warning"}


def test_no_allergy_on_record_is_not_no_allergy(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    (allergy,) = hooks.ward.front.search(f"AllergyIntolerance?patient={hooks.ward.patient}")
    reference = f"AllergyIntolerance/{allergy['id']}"
    hooks.ward.front.change(
        reference,
        verificationStatus={
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
                    "code": "entered-in-error",
                }
            ]
        },
        clinicalStatus=None,
    )
    (card,) = cards_of(hooks, order(hooks, "acetaminophen 325 MG"))
    assert "no allergy is on record, nor that there is none: ask about allergies" in card["detail"]
    hooks.ward.front.create(
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}], "text": "No known allergy"},
            "patient": {"reference": hooks.ward.patient},
        }
    )
    assert cards_of(hooks, order(hooks, "acetaminophen 325 MG")) == []


def test_a_patient_who_is_not_there(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    hooks.ehr.patient = "Patient/nobody"
    draft = order(hooks, "acetaminophen 325 MG", subject={"reference": "Patient/nobody"})
    assert _summaries(cards_of(hooks, draft)) == [
        ("warning", "Care management could not see this patient, so no order was compared with anything")
    ]
