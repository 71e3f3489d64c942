"""Patient: who it is about, and what stands in the way of writing about them (rule R10)."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.fhir.record import Record, dig, first_text, references, relative
from carefhir.fhir.search import Named, Need


def find() -> Need:
    """The patient by id."""
    return Need("patient", "Patient", (Named("{patient}"),))


@dataclass(frozen=True, slots=True)
class PatientView:
    """What decisions may know of a patient; names stay in the record, for pages only."""

    record: Record
    deceased: bool
    inactive: bool
    replaced_by: str


def read(record: Record | None) -> PatientView | None:
    """A patient's standing."""
    if record is None:
        return None
    json = record.json
    replaced = (
        relative(reference)
        for link in dig(json, "link")
        if isinstance(link, dict) and link.get("type") == "replaced-by"
        for reference in references(link, "other")
    )
    died = json.get("deceasedBoolean") is True or isinstance(json.get("deceasedDateTime"), str)
    return PatientView(record, died, json.get("active") is False, next((one for one in replaced if one), ""))


def in_the_way(patient: PatientView | None, asked: str) -> tuple[str, ...]:
    """Why nothing may be written about this patient; () when something may."""
    if patient is None:
        return (f"{asked} is not on this server, or not visible to us",)
    name = patient.record.reference
    if patient.replaced_by:
        return (f"{name} was merged into {patient.replaced_by}: use that record",)
    if patient.deceased:
        return (f"{name} is recorded as deceased: nothing but record-death and closing steps may follow",)
    if patient.inactive:
        return (f"{name} is marked inactive: have the record checked before working from it",)
    return ()


def display(record: Record | None) -> str:
    """A name for a page or a table; never for a log or an error."""
    if record is None:
        return "(not visible)"
    for name in dig(record.json, "name"):
        if isinstance(name, dict):
            if isinstance(name.get("text"), str):
                return str(name["text"])
            given = " ".join(str(one) for one in dig(name, "given"))
            return f"{given} {name.get('family', '')}".strip() or "(no name)"
    return first_text(record.json, "id") or "(no name)"
