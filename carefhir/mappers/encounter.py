"""Encounter: class *and* type are read, for skilled nursing and rehabilitation may show only in the type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.fhir.search import Named, Need, Of


def find() -> Need:
    """All of a patient's encounters."""
    return Need("encounters", "Encounter", (Of("patient", "subject"),))


def find_named() -> Need:
    """The encounter the command names, whoever's it is."""
    return Need("encounter", "Encounter", (Named("{command.encounter}"),))


@dataclass(frozen=True, slots=True)
class EncounterView:
    """One encounter; times are None where the record gives none that can be read."""

    record: Record
    status: str
    class_code: tuple[str, str]
    types: tuple[tuple[str, str], ...]
    start: datetime | None
    end: datetime | None
    part_of: str
    patient: str
    priorities: tuple[tuple[str, str], ...]
    admit_sources: tuple[tuple[str, str], ...]
    dispositions: tuple[tuple[str, str], ...]
    identifier: str

    @property
    def reference(self) -> str:
        return self.record.reference


def read(record: Record, zone: tzinfo = UTC) -> EncounterView:
    """An encounter, leniently."""
    json = record.json
    identifiers = sorted(
        f"{one.get('system', '')}|{one['value']}"
        for one in dig(json, "identifier")
        if isinstance(one, dict) and isinstance(one.get("value"), str)
    )
    return EncounterView(
        record,
        first_text(json, "status") or "",
        next(codings(json, "class"), ("", "")),
        tuple(codings(json, "type")),
        moment(first_text(json, "period.start"), zone),
        moment(first_text(json, "period.end"), zone),
        next((r for one in references(json, "partOf") if (r := relative(one))), ""),
        next((r for one in references(json, "subject") if (r := relative(one))), ""),
        tuple(codings(json, "priority")),
        tuple(codings(json, "hospitalization.admitSource")),
        tuple(codings(json, "hospitalization.dischargeDisposition")),
        identifiers[0] if identifiers else record.reference,
    )
