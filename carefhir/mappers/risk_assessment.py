"""RiskAssessment: the LACE index with everything it rests on."""

from __future__ import annotations

from carefhir.codes import BASE, METHOD, RISK
from carefhir.content.lace import Lace
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.fhir.search import Need, Of

LACE_EXTENSION = f"{BASE}/StructureDefinition/lace"


def find() -> Need:
    """All of a patient's risk assessments."""
    return Need("risks", "RiskAssessment", (Of("patient", "subject"),), bounded=True, optional=True)


def write_lace(content: Content, patient: str, stay: Record, at: str, performer: str, result: Lace) -> Json:
    """A final assessment; a qualitative risk only where both ends of the range lie in one band."""
    points = {
        "length": result.length,
        "acuity": result.acuity,
        "comorbidity": result.comorbidity,
        "emergency": result.emergency,
    }
    parts: list[Json] = [{"url": "total", "valueInteger": result.low}] if result.low == result.high else []
    parts += [{"url": "low", "valueInteger": result.low}, {"url": "high", "valueInteger": result.high}]
    parts += [{"url": name, "valueString": str(one)} for name, one in points.items()]
    basis = {stay.reference: None} | {record.reference: None for one in points.values() for record in one.rests_on}
    prediction: Json = {"outcome": {"text": "death or unplanned readmission within 30 days of discharge"}}
    if result.low_band == result.high_band:
        prediction["qualitativeRisk"] = {"coding": [{"system": RISK, "code": result.low_band}]}
    prediction["rationale"] = "; ".join(f"{letter} {one}: {one.why}" for letter, one in result.parts.items())
    return {
        "resourceType": "RiskAssessment",
        "extension": [{"url": LACE_EXTENSION, "extension": parts}],
        "status": "final",
        "method": {"coding": [content.concept(METHOD, "lace").coding]},
        "subject": {"reference": patient},
        "encounter": {"reference": stay.reference},
        "occurrenceDateTime": at,
        "performer": {"reference": performer},
        "basis": [{"reference": reference} for reference in basis],
        "prediction": [prediction],
    }
