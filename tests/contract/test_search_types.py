"""The searches care management lives on, each tried once on the type it is for."""

from __future__ import annotations

from typing import Any

import pytest

from .client import CODES, SYSTEM, Server, key, patient

CODE = {"coding": [{"system": CODES, "code": "x"}]}
PERIOD = {"start": "2026-03-01", "end": "2026-03-10"}

CASES: list[tuple[dict[str, Any], str, str]] = [
    # the resource (its patient is put at {patient}), a criterion that finds it, one that does not
    (
        {"resourceType": "CarePlan", "status": "active", "intent": "plan", "category": [CODE], "period": PERIOD},
        "status=active&category=x&date=ge2026-03-05",
        "status=draft",
    ),
    (
        {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "g"}, "startDate": "2026-03-01"},
        "lifecycle-status=active&start-date=le2026-03-01",
        "lifecycle-status=completed",
    ),
    (
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": CODE,
            "authoredOn": "2026-03-01T10:00:00Z",
            "executionPeriod": PERIOD,
            "businessStatus": CODE,
        },
        "status=requested&code=x&authored-on=2026-03-01&period=lt2026-04&business-status=x",
        "period=gt2026-03-10",
    ),
    (
        {"resourceType": "CareTeam", "status": "active", "category": [CODE]},
        "status=active&category=x",
        "status=inactive",
    ),
    (
        {"resourceType": "EpisodeOfCare", "status": "active", "type": [CODE], "period": PERIOD},
        "status=active&type=x&date=ge2026-03-01",
        "status=finished",
    ),
    (
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"system": CODES, "code": "IMP"},
            "period": PERIOD,
        },
        "status=finished&class=IMP&date=ge2026-03-10",
        "class=AMB",
    ),
    (
        {"resourceType": "Condition", "clinicalStatus": CODE, "code": CODE, "onsetDateTime": "2020"},
        "clinical-status=x&code=x&onset-date=2020",
        "onset-date=gt2020",
    ),
    (
        {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationCodeableConcept": CODE},
        "status=active&intent=order&code=x",
        "intent=plan",
    ),
    (
        {
            "resourceType": "Appointment",
            "status": "booked",
            "start": "2026-03-01T10:00:00Z",
            "end": "2026-03-01T11:00:00Z",
        },
        "status=booked&date=2026-03-01",
        "date=2026-03-02",
    ),
    (
        {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "code": CODE, "priority": "urgent"},
        "status=active&code=x&priority=urgent",
        "priority=routine",
    ),
    ({"resourceType": "Communication", "status": "completed", "sent": "2026-03-01"}, "sent=2026-03", "sent=2026-04"),
    (
        {"resourceType": "Consent", "status": "active", "scope": CODE, "category": [CODE]},
        "status=active",
        "status=draft",
    ),
    ({"resourceType": "Flag", "status": "active", "code": CODE, "period": PERIOD}, "date=2026-03", "date=2026-04"),
    (
        {"resourceType": "RiskAssessment", "status": "final", "prediction": [{"probabilityDecimal": 0.4}]},
        "probability=gt0.3",
        "probability=gt0.5",
    ),
    (
        {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": "2026-03-01T10:00:00Z"},
        "status=completed&authored=ge2026-03-01",
        "authored=lt2026-03-01",
    ),
    (
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "type": CODE,
            "date": "2026-03-01T10:00:00Z",
            "content": [{"attachment": {"contentType": "text/plain"}}],
        },
        "status=current&type=x&date=2026-03-01",
        "type=y",
    ),
]

_SUBJECT = {"Task": "for", "Consent": "patient", "EpisodeOfCare": "patient"}


def of(person: str, resource: dict[str, Any]) -> dict[str, Any]:
    """The resource, about this patient."""
    reference = {"reference": f"Patient/{person}"}
    if resource["resourceType"] == "Appointment":
        return {**resource, "participant": [{"actor": reference, "status": "accepted"}]}
    return {**resource, _SUBJECT.get(resource["resourceType"], "subject"): reference}


@pytest.mark.parametrize(
    ("resource", "finds", "misses"), CASES, ids=lambda each: each["resourceType"] if isinstance(each, dict) else ""
)
def test_found_by_patient_and_criteria(server: Server, resource: dict[str, Any], finds: str, misses: str) -> None:
    person = server.made(patient(key()))
    id_ = server.made(of(person, resource))
    name = resource["resourceType"]
    assert server.get(f"{name}?patient={person}").ids == [id_]
    assert server.get(f"{name}?patient={person}&{finds}").ids == [id_]
    assert server.get(f"{name}?patient={person}&{misses}").ids == []


def test_provenance_is_found_by_its_tag_and_its_target(server: Server) -> None:
    person, tag = server.made(patient(key())), key()
    target = {"reference": f"Patient/{person}"}
    agent = [{"who": target}]
    id_ = server.made(
        {
            "resourceType": "Provenance",
            "meta": {"tag": [{"system": SYSTEM, "code": tag}]},
            "target": [target],
            "recorded": "2026-03-01T10:00:00Z",
            "agent": agent,
        }
    )
    assert server.get(f"Provenance?_tag={SYSTEM}|{tag}").ids == [id_]
    assert server.get(f"Provenance?target=Patient/{person}&recorded=2026-03").ids == [id_]
    assert server.get(f"Patient?_id={person}&_revinclude=Provenance:target").resources("include")[0]["id"] == id_
