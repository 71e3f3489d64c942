"""Practitioners named in a command: there, and active."""

from __future__ import annotations

from carefhir.fhir.record import Record
from carefhir.fhir.search import Named, Need


def find(field: str) -> Need:
    """The practitioner a field of the command names."""
    return Need(field, "Practitioner", (Named(f"{{command.{field}}}"),))


def missing(record: Record | None, role: str, asked: str) -> tuple[str, ...]:
    """Why this practitioner cannot take the role."""
    if record is None:
        return (f"the {role} {asked} is not on this server, or not visible to us",)
    if record.json.get("active") is False:
        return (f"the {role} {asked} is marked inactive",)
    return ()
