"""Flag: what everyone who opens the chart must see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.codes import FINDING, FLAG_CATEGORY
from carefhir.content.loading import Concept
from carefhir.fhir.changes import Edit, end_of_period, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, first_text, moments
from carefhir.fhir.search import Need, Of


def find() -> Need:
    """All of a patient's flags."""
    return Need("flags", "Flag", (Of("patient", "subject"),), bounded=True)


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag, and our findings that it is about."""

    record: Record
    active: bool
    findings: tuple[str, ...]
    words: str
    ended: date | None = None
    """The last day on which it holds, where its period has an end."""

    def in_force(self, today: date) -> bool:
        """Whether everybody must see it now: it is active, and its period is not over."""
        return self.active and (self.ended is None or self.ended >= today)

    def lifted(self, stamp: str) -> tuple[Edit, ...]:
        """Ends it: nobody needs to see it from now on."""
        period = self.record.json.get("period", {})
        inactive = put("status", "inactive")
        return (
            (inactive, put("period", {**period, "end": end_of_period(period, stamp)}))
            if isinstance(period, dict)
            else (inactive,)
        )


def read(record: Record) -> FlagView:
    """A flag, leniently."""
    json = record.json
    return FlagView(
        record,
        first_text(json, "status") == "active",
        tuple(code for system, code in codings(json, "code") if system == FINDING),
        first_text(json, "code.text") or first_text(json, "code.coding.display") or "",
        end[0].date() if (end := moments(first_text(json, "period.end"))) else None,
    )


def write(patient: str, finding: Concept, start: str, author: str) -> Json:
    """An active safety flag."""
    return {
        "resourceType": "Flag",
        "status": "active",
        "category": [{"coding": [{"system": FLAG_CATEGORY, "code": "safety", "display": "Safety"}]}],
        "code": {"coding": [finding.coding], "text": str(finding.properties.get("label", finding.display))},
        "subject": {"reference": patient},
        "period": {"start": start},
        "author": {"reference": author},
    }
