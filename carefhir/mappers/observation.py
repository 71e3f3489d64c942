"""Observation: scores computed from a response."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import BAND, FUNCTION_LOSS, concept
from carefhir.content.scoring import Score
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, first_text
from carefhir.mappers.superseded import superseded


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score of ours, or of anybody who gives it a band of ours."""

    name: str
    points: int | None
    band: str
    at: str


def read_score(record: Record) -> ScoreView | None:
    """A score with its band; None for any other observation, and for a score that does not count: one that amended
    answers have replaced, one that was cancelled or entered in error."""
    json = record.json
    if superseded(json) or first_text(json, "status") in ("cancelled", "entered-in-error"):
        return None
    band = next((code for system, code in codings(json, "interpretation") if system == BAND), None)
    if band is None:
        return None
    names = ("code.text", "code.coding.display", "code.coding.code")
    points = json.get("valueInteger")
    return ScoreView(
        name=next((name for path in names if (name := first_text(json, path))), "score"),
        points=points if isinstance(points, int) else None,
        band=band.replace("-", " "),
        at=first_text(json, "effectiveDateTime") or "",
    )


def write_score(patient: str, score: Score, effective: str, performer: str, derived_from: Json) -> Json:
    """A final score with its band as interpretation. Raises `ContentError` for a value type that is not known."""
    observation: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": list(score.categories),
        "code": score.code,
        "subject": {"reference": patient},
        "effectiveDateTime": effective,
        "performer": [{"reference": performer}],
    }
    band = [one for one in score.codings if one.get("system") == BAND]
    if score.value_type == "integer":
        observation["valueInteger"] = score.points
    elif score.value_type == "CodeableConcept":
        answer = [one for one in score.codings if one.get("system") != BAND]
        observation["valueCodeableConcept"] = {**({"coding": answer} if answer else {}), "text": score.label}
    else:
        raise ContentError(f"ObservationDefinition/{score.definition} has a data type that is not known")
    observation["interpretation"] = [{"coding": band, "text": score.label}]
    observation["derivedFrom"] = [derived_from]
    if score.losses:
        observation["component"] = [
            {"code": concept(FUNCTION_LOSS, kind), "valueInteger": count} for kind, count in score.losses
        ]
    return observation


def in_words(result: Json) -> str:
    """A result as a sentence names it: of what, how much, in which band."""
    names = ("code.text", "code.coding.display", "code.coding.code")
    name = next((name for path in names if (name := first_text(result, path))), "a result")
    points = result.get("valueInteger")
    band = first_text(result, "interpretation.text") or first_text(result, "valueCodeableConcept.text") or ""
    shown = ", ".join(filter(None, (str(points) if isinstance(points, int) else "", band)))
    return f"{name} {shown}".strip()
