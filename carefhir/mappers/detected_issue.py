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
    title: str = ""
    """Its code in words."""

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def open(self) -> bool:
        return self.status in ("registered", "preliminary") and not self.decided

    @property
    def what(self) -> str:
        """The kind of difference between medication lists it is about; "" if it is about something else."""
        return next((code for system, code in self.codes if system == DISCREPANCY_WHAT), "")

    @property
    def medicine(self) -> str:
        """The medicine that a difference is about, by which its words begin; "" if it is about something else."""
        return self.words.partition(": ")[0] if self.what else ""

    @property
    def identified(self) -> str:
        """When it was found, as the record writes it."""
        return first_text(self.record.json, "identifiedDateTime") or ""

    @property
    def decided_at(self) -> str:
        """When it was decided last, as the record writes it; "" if it is not."""
        return first_text(self._mitigation, "date") or ""

    @property
    def decided_by(self) -> str:
        """Who decided it last, as a reference."""
        return next((r for one in references(self._mitigation, "author") if (r := relative(one))), "")

    @property
    def decision(self) -> str:
        """What was decided last, in words."""
        return first_text(self._mitigation, "action.text") or "no reason is written down"

    @property
    def _mitigation(self) -> Json:
        written = [each for each in dig(self.record.json, "mitigation") if isinstance(each, dict)]
        return written[-1] if written and self.status == "final" else {}

    def is_of(self, what: str, medicine: str) -> bool:
        """Whether it is about that kind of difference (CodeSystem discrepancy-what) of that medicine."""
        return self.codes == ((DISCREPANCY_WHAT, what),) and self.words.startswith(f"{medicine}: ")


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
        first_text(json, "code.text") or "",
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new issue says of a difference between medication lists."""

    what: str
    """A code of CodeSystem discrepancy-what."""
    medicine: str
    words: str
    implicated: tuple[Json, ...]
    severity: str
    extension: Json
    mitigation: Json | None = None
    """What was decided about it; None where that is still to be done."""


def write_discrepancy(content: Content, patient: str, at: str, author: str, difference: Difference) -> Json:
    """A difference between medication lists: preliminary until a prescriber has decided it. Its words begin with the
    medicine, by which `is_of` knows it again."""
    issue: Json = {
        "resourceType": "DetectedIssue",
        "extension": [difference.extension],
        "status": "final" if difference.mitigation else "preliminary",
        "code": {"coding": [content.concept(DISCREPANCY_WHAT, difference.what).coding]},
        "severity": difference.severity,
        "patient": {"reference": patient},
        "identifiedDateTime": at,
        "author": {"reference": author},
        "implicated": list(difference.implicated),
        "detail": f"{difference.medicine}: {difference.words}",
    }
    if difference.mitigation:
        issue["mitigation"] = [difference.mitigation]
    return issue


def mitigation(action: str, at: str, author: str) -> Json:
    """What was decided about an issue, when and by whom."""
    return {"action": {"text": action}, "date": at, "author": {"reference": author}}
