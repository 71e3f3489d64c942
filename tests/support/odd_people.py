"""One sane record of each type that the readings ask for, with words of its own, about one person: oddities are done to
these."""

from __future__ import annotations

from typing import Any

from tests.support.backends import Backend, sandbox_backend
from tests.support.stage import Stage

Json = dict[str, Any]
CAREFHIR = "https://carefhir.org/fhir/CodeSystem"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"


def _coded(system: str, code: str, text: str = "") -> Json:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def _clinical(kind: str) -> Json:
    return {
        "clinicalStatus": _coded(f"{TERMINOLOGY}/{kind}-clinical", "active"),
        "verificationStatus": _coded(
            f"{TERMINOLOGY}/{'condition-ver-status' if kind == 'condition' else 'allergyintolerance-verification'}",
            "confirmed",
        ),
    }


def exemplars(found: Stage) -> dict[str, Json]:
    """The records by name: the type, and what it is where a type has several."""
    patient, nurse, physician = ({"reference": one} for one in (found.patient, found.nurse, found.physician))
    survey = [_coded(f"{TERMINOLOGY}/observation-category", "survey")]
    made: dict[str, Json] = {
        "Condition": {
            **_clinical("condition"),
            "code": _coded("http://hl7.org/fhir/sid/icd-10-cm", "E11.9", "Zebra diabetes"),
            "subject": patient,
            "onsetDateTime": "2020-05-01",
            "recordedDate": "2020-05-02",
        },
        "AllergyIntolerance": {
            **_clinical("allergyintolerance"),
            "criticality": "high",
            "code": {"text": "Zebra penicillin"},
            "patient": patient,
            "reaction": [{"manifestation": [{"text": "Zebra hives"}], "severity": "severe"}],
        },
        "MedicationRequest": {
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "warfarin 5 mg"},
            "subject": patient,
            "authoredOn": "2026-03-01",
            "dosageInstruction": [{"text": "1 tablet each evening"}],
        },
        "MedicationRequest, not to take": {
            "status": "active",
            "intent": "order",
            "doNotPerform": True,
            "medicationCodeableConcept": {"text": "ibuprofen 400 mg"},
            "subject": patient,
            "authoredOn": "2026-03-01",
        },
        "MedicationRequest, by reference": {
            "status": "active",
            "intent": "order",
            "medicationReference": {"reference": "#drug"},
            "contained": [{"resourceType": "Medication", "id": "drug", "code": {"text": "digoxin 125 mcg"}}],
            "subject": patient,
            "authoredOn": "2026-03-01",
        },
        "MedicationStatement": {
            "status": "active",
            "medicationCodeableConcept": {"text": "amiodarone 200 mg"},
            "subject": patient,
            "dateAsserted": "2026-03-02",
            "dosage": [{"text": "1 tablet in the morning"}],
        },
        "Goal": {
            "lifecycleStatus": "active",
            "achievementStatus": _coded(f"{TERMINOLOGY}/goal-achievement", "in-progress"),
            "description": {"text": "Zebra goal: walk to church"},
            "subject": patient,
            "startDate": "2026-03-01",
        },
        "CarePlan": {
            "status": "active",
            "intent": "plan",
            "title": "Zebra plan",
            "subject": patient,
            "period": {"start": "2026-03-01"},
        },
        "CareTeam": {
            "status": "active",
            "name": "Zebra team",
            "subject": patient,
            "period": {"start": "2026-03-01"},
            "participant": [
                {"role": [_coded(f"{CAREFHIR}/care-team-role", "supervising-provider")], "member": physician}
            ],
        },
        "Task": {
            "status": "requested",
            "intent": "order",
            "priority": "urgent",
            "code": _coded(f"{CAREFHIR}/care-task", "escalation", "Zebra escalation"),
            "description": "Zebra: she is short of breath",
            "for": patient,
            "owner": nurse,
            "authoredOn": "2026-03-09T08:00:00-05:00",
            "restriction": {"period": {"end": "2026-03-09"}},
        },
        "Encounter": {
            "status": "in-progress",
            "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "IMP"},
            "type": [{"text": "Zebra ward"}],
            "subject": patient,
            "period": {"start": "2026-03-08T10:00:00-05:00"},
        },
        "EpisodeOfCare": {
            "status": "active",
            "type": [_coded(f"{CAREFHIR}/care-program", "care-management")],
            "patient": patient,
            "period": {"start": "2026-03-01"},
            "careManager": nurse,
        },
        "Consent": {
            "status": "active",
            "scope": _coded(f"{TERMINOLOGY}/consentscope", "treatment"),
            "category": [{"text": "Zebra consent"}],
            "patient": patient,
            "dateTime": "2026-03-01T09:00:00-05:00",
            "policyRule": {"text": "Zebra rule"},
            "provision": {"type": "deny"},
        },
        "Appointment": {
            "status": "booked",
            "description": "Zebra visit",
            "start": "2026-03-12T09:00:00-05:00",
            "end": "2026-03-12T09:30:00-05:00",
            "participant": [{"actor": patient, "status": "accepted"}, {"actor": physician, "status": "accepted"}],
        },
        "ServiceRequest": {
            "status": "active",
            "intent": "order",
            "code": {"text": "Referral to hospice"},
            "subject": patient,
            "authoredOn": "2026-03-01",
            "occurrencePeriod": {"start": "2026-03-01"},
        },
        "Flag": {
            "status": "active",
            "code": {"text": "Zebra flag: falls"},
            "subject": patient,
            "period": {"start": "2026-03-01", "end": "2026-12-01"},
        },
        "QuestionnaireResponse": {
            "status": "completed",
            "questionnaire": "https://example.org/Questionnaire/zebra",
            "subject": patient,
            "authored": "2026-03-08T09:00:00-05:00",
            "item": [{"linkId": "own-words", "answer": [{"valueString": "Zebra words"}]}],
        },
        "DetectedIssue": {
            "status": "preliminary",
            "code": {"text": "Zebra issue"},
            "patient": patient,
            "detail": "Zebra: two doses differ",
            "identifiedDateTime": "2026-03-01",
        },
        "Communication": {
            "status": "completed",
            "subject": patient,
            "sent": "2026-03-07T09:00:00-05:00",
            "recipient": [patient],
            "sender": nurse,
        },
        "List": {
            "status": "current",
            "mode": "snapshot",
            "code": _coded("http://loinc.org", "10160-0"),
            "identifier": [{"system": "https://carefhir.org/fhir/sid/step", "value": "zebra"}],
            "subject": patient,
            "date": "2026-03-05T09:00:00-05:00",
            "note": [{"text": "Zebra: reconciled with the daughter"}],
        },
        "RiskAssessment": {
            "status": "final",
            "method": {"text": "Zebra score"},
            "subject": patient,
            "occurrenceDateTime": "2026-03-01T09:00:00-05:00",
            "prediction": [{"qualitativeRisk": _coded(f"{TERMINOLOGY}/risk-probability", "high")}],
        },
        "Observation, measured": {
            "status": "final",
            "category": [_coded(f"{TERMINOLOGY}/observation-category", "vital-signs")],
            "code": _coded("http://loinc.org", "8867-4", "Heart rate"),
            "subject": patient,
            "effectiveDateTime": "2026-03-09T08:00:00-05:00",
            "valueQuantity": {"value": 111, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
        },
        "Observation, score": {
            "status": "final",
            "category": survey,
            "code": _coded("http://loinc.org", "44261-6", "Zebra PHQ-9"),
            "subject": patient,
            "effectiveDateTime": "2026-03-08T08:00:00-05:00",
            "valueInteger": 17,
            "interpretation": [_coded(f"{CAREFHIR}/score-band", "moderately-severe")],
        },
        "Observation, color": {
            "status": "final",
            "category": survey,
            "code": _coded(f"{CAREFHIR}/check-in-item", "triage"),
            "subject": patient,
            "effectiveDateTime": "2026-03-09T08:00:00-05:00",
            "valueCodeableConcept": _coded(f"{CAREFHIR}/check-in-triage", "red-urgent"),
            "note": [{"text": "Zebra: weight up 4 lb"}],
        },
        "Observation, conclusion": {
            "status": "final",
            "category": survey,
            "code": _coded(f"{CAREFHIR}/assessment-domain", "function"),
            "subject": patient,
            "effectiveDateTime": "2026-03-07T08:00:00-05:00",
            "valueString": "Zebra: needs help on stairs",
        },
    }
    return {name: {"resourceType": name.partition(",")[0], **resource} for name, resource in made.items()}


PERSON: Json = {
    "resourceType": "Patient",
    "identifier": [
        {
            "use": "usual",
            "type": _coded(f"{TERMINOLOGY}/v2-0203", "MR"),
            "system": "https://example.org/mrn",
            "value": "Z-4711",
        }
    ],
    "active": True,
    "name": [{"use": "official", "family": "Zebra", "given": ["Zoe"]}],
    "telecom": [{"system": "phone", "value": "555-0100", "use": "home", "rank": 1}],
    "gender": "female",
    "birthDate": "1951-08-14",
    "deceasedDateTime": "2026-03-08",
    "communication": [{"language": _coded("urn:ietf:bcp:47", "es", "Spanish"), "preferred": True}],
    "contact": [
        {
            "relationship": [{"text": "hospice"}],
            "name": {"text": "Zebra Hospice"},
            "telecom": [{"system": "phone", "value": "555-0199"}],
        }
    ],
}
"""Whom all of it is about; and a death that nobody may miss."""


def world() -> tuple[Stage, dict[str, str]]:
    """A person with one record of each kind, and the references of these by name."""
    backend: Backend = sandbox_backend()
    backend.load("team")
    nurse, physician = (backend.find("Practitioner", one) for one in ("nurse", "physician"))
    found = Stage(backend, backend.create(PERSON), nurse, physician, "")
    references = {name: backend.create(resource) for name, resource in exemplars(found).items()}
    response, color = references["QuestionnaireResponse"], references["Observation, color"]
    colored = backend.get(color)
    backend.put({**colored, "derivedFrom": [{"reference": response}]})
    return found, {**references, "Patient": found.patient, "Practitioner": nurse}
