"""Communication that hands over: what a closed case leaves, told to the care manager. It is no talk with the person."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.codes import COMMUNICATION_CATEGORY, concept
from carefhir.fhir.codec import Json


def write(patient: str, sender: str, recipient: str, *, sent: str, about: Json, sentences: Iterable[str]) -> Json:
    """A hand-over; `about` is the case, `recipient` the care manager."""
    return {
        "resourceType": "Communication",
        "status": "completed",
        "category": [concept(COMMUNICATION_CATEGORY, "notification")],
        "subject": {"reference": patient},
        "about": [about],
        "sent": sent,
        "recipient": [{"reference": recipient}],
        "sender": {"reference": sender},
        "payload": [{"contentString": sentence} for sentence in sentences],
    }
