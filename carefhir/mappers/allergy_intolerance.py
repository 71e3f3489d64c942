"""AllergyIntolerance: what a person must not be given, and what happened when they were."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.fhir.record import Record, codings, dig, first_text, words_of
from carefhir.fhir.search import Need, Of

DANGER = {"high": "HIGH RISK", "low": "low risk", "unable-to-assess": "risk not known"}
"""R4's criticality, as a ward says it."""


def find() -> Need:
    """All of a patient's allergies."""
    return Need("allergies", "AllergyIntolerance", (Of("patient", "patient"),), bounded=True)


@dataclass(frozen=True, slots=True)
class AllergyView:
    """One allergy; `holds` is False where it was refuted, resolved or entered in error."""

    record: Record
    holds: bool
    substance: str
    reactions: tuple[str, ...]
    danger: str
    unconfirmed: bool
    over: bool = False
    """Whether it was true, and is recorded as inactive or resolved."""


def read(record: Record) -> AllergyView:
    """An allergy, leniently."""
    json = record.json
    clinical = {code for _, code in codings(json, "clinicalStatus")}
    verification = {code for _, code in codings(json, "verificationStatus")}
    criticality = first_text(json, "criticality") or ""
    never = verification & {"entered-in-error", "refuted"}
    over = clinical & {"inactive", "resolved"}
    reactions = (_reaction(reaction) for reaction in dig(json, "reaction"))
    return AllergyView(
        record=record,
        holds=not never and not over,
        substance=words_of(json.get("code")),
        reactions=tuple(dict.fromkeys(filter(None, reactions))),
        danger=DANGER.get(criticality, criticality),
        unconfirmed="unconfirmed" in verification,
        over=bool(over and not never),
    )


def _reaction(reaction: object) -> str:
    """What happened, and how severe it was."""
    manifestations = ", ".join(filter(None, (words_of(each) for each in dig(reaction, "manifestation"))))
    severity = first_text(reaction, "severity") or ""
    return f"{manifestations} ({severity})" if manifestations and severity else manifestations or severity
