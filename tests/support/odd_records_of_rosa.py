"""People whose records are odd: no name, no birth date, very long words, other scripts, markup, unknown codes."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe"
MARKUP = '<script>alert("x")</script><b>Bo</b>'
OF_ROSA: dict[str, Json] = {
    "no-name": {"name": None},
    "empty-name": {"name": [{"use": "official"}]},
    "no-birth-date": {"birthDate": None},
    "nothing": dict.fromkeys(("name", "birthDate", "gender", "identifier", "telecom", "communication", "address")),
    "long-words": {"name": [{"family": LONG, "given": [LONG[:40]]}]},
    "right-to-left": {"name": [{"text": "محمد بن عبد الرحمن الخوارزمي"}]},
    "chinese": {"name": [{"family": "歐陽", "given": ["娜娜"]}]},
    "markup": {"name": [{"text": MARKUP}], "telecom": [{"system": "phone", "value": MARKUP}]},
    "unknown-codes": {
        "communication": [{"language": {"coding": [{"system": "urn:made-up", "code": "tlh"}]}, "preferred": True}],
        "maritalStatus": {"coding": [{"code": "?"}]},
    },
}
"""What is changed in Rosa's record; an element that is None is taken away."""


def odd_records(patient: str) -> tuple[Json, ...]:
    """Records about somebody that no system of ours would write, each in words that are markup and very long."""
    subject = {"reference": patient}
    words = f"{MARKUP} {LONG}"
    return (
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": "urn:made-up", "code": "0-0"}], "text": words},
            "subject": subject,
        },
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
            "valueQuantity": {"value": 12, "unit": "stone", "system": "urn:made-up", "code": "stone"},
            "effectiveDateTime": "2026-03-08",
            "subject": subject,
        },
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": {"coding": [{"code": "?"}]},
            "code": {"text": words},
            "patient": subject,
        },
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": words},
            "subject": subject,
        },
        {"resourceType": "Encounter", "status": "finished", "class": {"code": "??"}, "subject": subject},
    )
