"""The answers to a suicide screener, as an Observation: one component for each item."""

from __future__ import annotations

from collections.abc import Mapping

from carefhir.codes import OBSERVATION_CATEGORY, SUICIDE_ANSWER, SUICIDE_SCREENER
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json

DERIVABLE = ("Observation", "QuestionnaireResponse", "DocumentReference")
"""The types that an Observation can be derived from in R4, of those that a review may be about."""


def write(
    content: Content,
    patient: str,
    instrument: str,
    answers: Mapping[str, str],
    *,
    at: str,
    performer: str,
    derived_from: str,
) -> Json:
    """The answers, final, by item and answer (CodeSystems suicide-screener and suicide-screener-answer)."""
    observation: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": OBSERVATION_CATEGORY, "code": "survey", "display": "Survey"}]}],
        "code": {"coding": [content.concept(SUICIDE_SCREENER, "screener").coding], "text": instrument},
        "subject": {"reference": patient},
        "effectiveDateTime": at,
        "performer": [{"reference": performer}],
    }
    if derived_from.partition("/")[0] in DERIVABLE:
        observation["derivedFrom"] = [{"reference": derived_from}]
    observation["component"] = [
        {
            "code": {"coding": [content.concept(SUICIDE_SCREENER, item).coding]},
            "valueCodeableConcept": {"coding": [content.concept(SUICIDE_ANSWER, answer).coding]},
        }
        for item, answer in answers.items()
    ]
    return observation
