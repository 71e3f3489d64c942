"""Consent to care management: that it was asked for, how it was given, when."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import CONSENT_FORM, CONSENT_SCOPE, concept
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, words_of
from carefhir.fhir.search import Need, Of


def find() -> Need:
    """All of a patient's consents."""
    return Need("consents", "Consent", (Of("patient", "patient"),), bounded=True)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What was agreed to or declined; one that was withdrawn shows it by its status."""

    record: Record
    status: str
    about: str
    """What it is about; "" where only its kind is known."""
    kind: str
    declined: bool
    at: str


def read(record: Record) -> ConsentView:
    """A consent, leniently."""
    json = record.json
    return ConsentView(
        record=record,
        status=first_text(json, "status") or "",
        about=first_text(json, "policyRule.text") or words_of(json.get("scope")),
        kind=", ".join(filter(None, (words_of(each) for each in dig(json, "category")))),
        declined=first_text(json, "provision.type") == "deny",
        at=first_text(json, "dateTime") or "",
    )


def write(content: Content, patient: str, form: str, at: str, policy: str, *, given_by: str = "") -> Json:
    """An active consent; `policy` says in words what was agreed to (R4 wants a policy or a rule). `given_by` is the
    guardian, where it is not the patient."""
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": concept(CONSENT_SCOPE, "treatment"),
        "category": [{"coding": [content.concept(CONSENT_FORM, form).coding]}],
        "patient": {"reference": patient},
        "dateTime": at,
        "performer": [{"reference": given_by or patient}],
        "policyRule": {"text": policy},
    }
