"""Condition: what is on record, and concerns raised by a screen (a screen is not a diagnosis: rule 5)."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import (
    CONDITION_CATEGORY,
    CONDITION_CLINICAL,
    CONDITION_VERIFICATION,
    ICD10CM,
    SDOH_CATEGORY,
    SNOMED,
    US_CORE_CATEGORY,
    US_CORE_CONDITION_CATEGORY,
    concept,
)
from carefhir.content.loading import Concept
from carefhir.fhir.changes import Edit, items_in, part_in, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, first_text, has_code
from carefhir.fhir.search import Need, Of

_GONE = frozenset({"refuted", "entered-in-error"})
_OVER = frozenset({"inactive", "remission", "resolved"})
UNSETTLED = frozenset({"unconfirmed", "provisional", "differential"})
"""Verification statuses of what nobody has confirmed yet."""


def find() -> Need:
    """All of a patient's conditions."""
    return Need("conditions", "Condition", (Of("patient", "subject"),))


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One condition: whether it counts, whether it is current, since when."""

    record: Record
    codes: tuple[tuple[str, str], ...]
    text: str
    holds: bool
    current: bool
    onset: str
    labels: tuple[tuple[str, str], ...] = ()
    """Its security labels, as (system, code)."""
    verification: frozenset[str] = frozenset()
    """How sure it is (HL7's condition-ver-status)."""
    sdoh: bool = False
    """Whether its category says that it is a social need."""

    @property
    def unconfirmed(self) -> bool:
        return "unconfirmed" in self.verification

    @property
    def confirmed(self) -> bool:
        """Whether it counts as confirmed: nothing says that it is not."""
        return not self.verification & UNSETTLED


def read(record: Record) -> ConditionView:
    """A condition; one without a clinical status that R4 knows counts as current (R4 lets it be absent)."""
    json = record.json
    verification = {code for _, code in codings(json, "verificationStatus")}
    clinical = {code for system, code in codings(json, "clinicalStatus") if system in ("", CONDITION_CLINICAL)}
    onset = first_text(json, "onsetDateTime") or first_text(json, "onsetPeriod.start") or ""
    return ConditionView(
        record,
        tuple(codings(json, "code")),
        first_text(json, "code.text") or first_text(json, "code.coding.display") or "",
        not verification & _GONE,
        not clinical & _OVER or bool(clinical - _OVER),
        onset or first_text(json, "recordedDate") or "",
        tuple(codings(json, "meta.security")),
        frozenset(verification),
        has_code(json, "category", US_CORE_CATEGORY, "sdoh"),
    )


def concern_codes(finding: Concept) -> tuple[tuple[str, str], ...]:
    """The codes a concern is written with, and recognized by: leaf codes for a social need, our finding otherwise."""
    if finding.properties.get("kind") == "social-need":
        pairs = ((SNOMED, finding.properties.get("snomed")), (ICD10CM, finding.properties.get("icd10")))
        return tuple((system, str(code)) for system, code in pairs if code)
    return ((finding.system, finding.code),)


def write_concern(patient: str, finding: Concept, label: str, recorded: str, recorder: str, evidence: Json) -> Json:
    """An unconfirmed health concern: a social need with its codes, or a positive screen without a diagnosis code."""
    categories = [concept(US_CORE_CONDITION_CATEGORY, "health-concern")]
    domain = finding.properties.get("domain")
    if finding.properties.get("kind") == "social-need":
        categories.append(concept(US_CORE_CATEGORY, "sdoh"))
        if domain:
            categories.append(concept(SDOH_CATEGORY, str(domain)))
    return {
        "resourceType": "Condition",
        "clinicalStatus": concept(CONDITION_CLINICAL, "active"),
        "verificationStatus": concept(CONDITION_VERIFICATION, "unconfirmed"),
        "category": categories,
        "code": {
            "coding": [{"system": system, "code": code} for system, code in concern_codes(finding)],
            "text": label,
        },
        "subject": {"reference": patient},
        "recordedDate": recorded,
        "recorder": {"reference": recorder},
        "evidence": [{"detail": [evidence]}],
    }


def coded(system: str, code: str) -> Edit:
    """Puts a code beside those a condition has."""

    def edit(resource: Json) -> None:
        items_in(part_in(resource, "code"), "coding").append({"system": system, "code": code})

    return edit


def write_problem(
    patient: str, code: tuple[str, str], words: str, recorded: str, asserter: str, evidence: Json
) -> Json:
    """A problem that a provider has confirmed; its evidence is the concern it began as."""
    system, value = code
    return {
        "resourceType": "Condition",
        "clinicalStatus": concept(CONDITION_CLINICAL, "active"),
        "verificationStatus": concept(CONDITION_VERIFICATION, "confirmed"),
        "category": [concept(CONDITION_CATEGORY, "problem-list-item")],
        "code": {"coding": [{"system": system, "code": value}], "text": words},
        "subject": {"reference": patient},
        "recordedDate": recorded,
        "recorder": {"reference": asserter},
        "asserter": {"reference": asserter},
        "evidence": [{"detail": [evidence]}],
    }


def resolve(at: str) -> tuple[Edit, ...]:
    """Says that a condition is over since a moment; one that says itself since when keeps that."""

    def since(resource: Json) -> None:
        if not any(element.startswith("abatement") for element in resource):
            resource["abatementDateTime"] = at

    return put("clinicalStatus", concept(CONDITION_CLINICAL, "resolved")), since
