"""Consent to care management: that it was asked for, how it was given, when."""

from __future__ import annotations

from carefhir.codes import CONSENT_FORM, CONSENT_SCOPE, concept
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json


def write(content: Content, patient: str, form: str, at: str, policy: str) -> Json:
    """An active consent; `policy` says in words what was agreed to (R4 wants a policy or a rule)."""
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": concept(CONSENT_SCOPE, "treatment"),
        "category": [{"coding": [content.concept(CONSENT_FORM, form).coding]}],
        "patient": {"reference": patient},
        "dateTime": at,
        "performer": [{"reference": patient}],
        "policyRule": {"text": policy},
    }
