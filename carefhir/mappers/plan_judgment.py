"""Whether a care plan works, as a person judged it: an Observation on the plan (decision 0033)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.codes import OBSERVATION_CATEGORY, PLAN_EVALUATION, PLAN_JUDGMENT, concept
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, first_text, has_code, references, relative

DERIVABLE = frozenset({"Observation", "QuestionnaireResponse"})
"""Types that `derivedFrom` takes in R4, of those a judgment rests on; all of them are in its Provenance."""


@dataclass(frozen=True, slots=True)
class JudgmentView:
    """One judgment of a plan."""

    record: Record
    plan: str
    judgment: str
    """A code of CodeSystem plan-judgment; "" where it is not one of ours."""
    words: str
    at: str


def read(record: Record) -> JudgmentView | None:
    """A judgment that stands; None for anything else."""
    json = record.json
    if not has_code(json, "code", PLAN_EVALUATION, "works") or json.get("status") in ("cancelled", "entered-in-error"):
        return None
    codes = (code for system, code in codings(json, "valueCodeableConcept") if system == PLAN_JUDGMENT)
    return JudgmentView(
        record=record,
        plan=next((name for each in references(json, "basedOn") if (name := relative(each))), ""),
        judgment=next(codes, ""),
        words=first_text(json, "valueCodeableConcept.text") or "",
        at=first_text(json, "effectiveDateTime") or "",
    )


@dataclass(frozen=True, slots=True)
class GivenJudgment:
    """What a person judged, and the figures as they stood."""

    judgment: str
    words: str
    on: str
    """The day it was judged, `2026-06-08`."""
    lines: tuple[str, ...]
    """The figures, a sentence each."""


def write(
    content: Content, patient: str, performer: str, plan: Json, given: GivenJudgment, rests_on: Iterable[Record]
) -> Json:
    """A judgment, final."""
    observation: Json = {
        "resourceType": "Observation",
        "status": "final",
        "basedOn": [plan],
        "category": [concept(OBSERVATION_CATEGORY, "survey")],
        "code": {"coding": [content.concept(PLAN_EVALUATION, "works").coding]},
        "subject": {"reference": patient},
        "effectiveDateTime": given.on,
        "performer": [{"reference": performer}],
        "valueCodeableConcept": {
            "coding": [content.concept(PLAN_JUDGMENT, given.judgment).coding],
            "text": given.words,
        },
        "note": [{"text": line} for line in given.lines],
    }
    evidence = [{"reference": record.reference} for record in rests_on if record.type in DERIVABLE]
    if evidence:
        observation["derivedFrom"] = evidence
    return observation
