"""Communication that alerts: who was told of a red finding that nobody had answered, when, and how. It is no talk with
the person."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.codes import COMMUNICATION_CATEGORY, concept
from carefhir.fhir.codec import Json


def write(
    patient: str, sender: str, recipient: str, *, sent: str, how: str, about: Iterable[Json], sentence: str
) -> Json:
    """An alert that took place; `about` are the Tasks, `how` the way in words, `sent` when."""
    return {
        "resourceType": "Communication",
        "status": "completed",
        "category": [concept(COMMUNICATION_CATEGORY, "alert")],
        "priority": "stat",
        "medium": [{"text": how}],
        "subject": {"reference": patient},
        "about": list(about),
        "sent": sent,
        "recipient": [{"reference": recipient}],
        "sender": {"reference": sender},
        "payload": [{"contentString": sentence}],
    }
