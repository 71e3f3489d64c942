"""Coverage: who pays for a person's care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.fhir.record import Record, first_text, moments, references, relative, words_of
from carefhir.fhir.search import Need, Of


def find() -> Need:
    """All of a patient's coverages."""
    return Need("coverages", "Coverage", (Of("beneficiary", "beneficiary"),), optional=True)


@dataclass(frozen=True, slots=True)
class CoverageView:
    """One coverage: whose, by which payer, and whether it is in force."""

    record: Record
    status: str
    payer: str
    """The payer, by reference; "" where it is only named."""
    words: str
    ends: date | None
    starts: date | None

    @property
    def reference(self) -> str:
        return self.record.reference

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        begun = self.starts is None or self.starts <= day
        return self.status == "active" and begun and (self.ends is None or day <= self.ends)


def read(record: Record) -> CoverageView:
    """A coverage, leniently."""
    json = record.json
    start, end = moments(first_text(json, "period.start")), moments(first_text(json, "period.end"))
    payer = first_text(json, "payor.display") or ""
    return CoverageView(
        record,
        first_text(json, "status") or "",
        next((r for one in references(json, "payor") if (r := relative(one))), ""),
        ", ".join(filter(None, (payer, words_of(json.get("type"))))) or "a coverage without words",
        end[0].date() if end else None,
        start[0].date() if start else None,
    )
