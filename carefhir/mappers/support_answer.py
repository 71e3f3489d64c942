"""Observation: the answer to who helps a patient at home, where it is that nobody does."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import OBSERVATION_CATEGORY, SUPPORT_ANSWER, concept
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, first_text, has_code
from carefhir.fhir.search import Codes, Need, Of

QUESTION, NOBODY = "who-helps", "nobody-helps"


def find() -> Need:
    """What a patient answered to who helps them."""
    coded = Codes("code", "code", (f"{SUPPORT_ANSWER}|{QUESTION}",))
    return Need("support_answers", "Observation", (Of("patient", "subject"), coded))


@dataclass(frozen=True, slots=True)
class NobodyHelps:
    """The patient was asked, and said that nobody helps."""

    record: Record
    at: str
    """When, as FHIR writes it."""


def read(record: Record) -> NobodyHelps | None:
    """The answer; None for one that does not count or says something else."""
    json = record.json
    counts = first_text(json, "status") in ("final", "amended", "corrected")
    if not counts or not has_code(json, "valueCodeableConcept", SUPPORT_ANSWER, NOBODY):
        return None
    return NobodyHelps(record=record, at=first_text(json, "effectiveDateTime") or "")


def write(content: Content, patient: str, performer: str, at: str) -> Json:
    """That the patient said so, to whom, and when."""
    question, answer = (content.concept(SUPPORT_ANSWER, code) for code in (QUESTION, NOBODY))
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [concept(OBSERVATION_CATEGORY, "social-history")],
        "code": {"coding": [question.coding]},
        "subject": {"reference": patient},
        "effectiveDateTime": at,
        "performer": [{"reference": performer}],
        "valueCodeableConcept": {"coding": [answer.coding]},
    }
