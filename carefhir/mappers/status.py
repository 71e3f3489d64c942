"""The status of any resource whose lifecycle is followed, whatever element its type has for it."""

from __future__ import annotations

from carefhir.fhir.changes import Edit, put
from carefhir.fhir.record import Record, first_text
from carefhir.lifecycle import STATUS


def read(record: Record) -> str:
    """Its status; "" where it says none, or its type has none."""
    element, _ = STATUS.get(record.type, ("", frozenset()))
    return first_text(record.json, element) or "" if element else ""


def becomes(record: Record, status: str) -> Edit:
    """Takes it to a status."""
    return put(STATUS[record.type][0], status)
