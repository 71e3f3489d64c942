"""Observation: scores computed from a response."""

from __future__ import annotations

from carefhir.codes import BAND
from carefhir.content.scoring import Score
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json


def write_score(patient: str, score: Score, effective: str, performer: str, derived_from: Json) -> Json:
    """A final score with its band as interpretation. Raises `ContentError` for a value type that is not known."""
    observation: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": [score.category],
        "code": score.code,
        "subject": {"reference": patient},
        "effectiveDateTime": effective,
        "performer": [{"reference": performer}],
    }
    band = [one for one in score.codings if one.get("system") == BAND]
    if score.value_type == "integer":
        observation["valueInteger"] = score.points
    elif score.value_type == "CodeableConcept":
        observation["valueCodeableConcept"] = {
            "coding": [one for one in score.codings if one.get("system") != BAND],
            "text": score.label,
        }
    else:
        raise ContentError(f"ObservationDefinition/{score.definition} has a data type that is not known")
    observation["interpretation"] = [{"coding": band, "text": score.label}]
    observation["derivedFrom"] = [derived_from]
    return observation
