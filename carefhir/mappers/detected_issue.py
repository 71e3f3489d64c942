"""DetectedIssue: what a person must decide: conflicting advice, or a difference between medication lists."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import DISCREPANCY_WHAT
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, references, relative
from carefhir.fhir.search import Need, Of


def find() -> Need:
    """All issues on a patient's record."""
    return Need("issues", "DetectedIssue", (Of("patient", "patient"),), bounded=True)


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue; open until a person has decided it (`final`, with a mitigation)."""

    record: Record
    status: str
    codes: tuple[tuple[str, str], ...]
    words: str
    implicated: tuple[str, ...]
    decided: bool

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def open(self) -> bool:
        return self.status in ("registered", "preliminary") and not self.decided


def read(record: Record) -> IssueView:
    """An issue, leniently."""
    json = record.json
    return IssueView(
        record,
        first_text(json, "status") or "",
        tuple(codings(json, "code")),
        first_text(json, "detail") or first_text(json, "code.text") or "",
        tuple(r for one in references(json, "implicated") if (r := relative(one))),
        any(isinstance(one, dict) for one in dig(json, "mitigation")),
    )


def write_discrepancy(
    content: Content, patient: str, what: str, at: str, author: str, implicated: tuple[Json, ...], words: str
) -> Json:
    """A difference between medication lists, preliminary until a prescriber has decided it."""
    return {
        "resourceType": "DetectedIssue",
        "status": "preliminary",
        "code": {"coding": [content.concept(DISCREPANCY_WHAT, what).coding]},
        "patient": {"reference": patient},
        "identifiedDateTime": at,
        "author": {"reference": author},
        "implicated": list(implicated),
        "detail": words,
    }
