"""RelatedPerson: a caregiver named in a command."""

from __future__ import annotations

from carefhir.fhir.record import Record, refers_to
from carefhir.fhir.search import Named, Need


def find(field: str) -> Need:
    """The person a field of the command names, whoever's they are."""
    return Need(field, "RelatedPerson", (Named(f"{{command.{field}}}"),), optional=True)


def is_of(record: Record, patient: str) -> bool:
    """Whether this is somebody of that patient's."""
    return refers_to(record.json, "patient", patient)
