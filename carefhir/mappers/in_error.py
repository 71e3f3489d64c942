"""Entered in error: how each type says that it should never have been written, and why."""

from __future__ import annotations

from carefhir.codes import CONDITION_VERIFICATION, concept
from carefhir.fhir.changes import Edit, add, leave_out, put
from carefhir.fhir.record import Record
from carefhir.fhir.withdrawn import IN_ERROR, WITHOUT_STATUS, withdrawn
from carefhir.lifecycle import STATUS
from carefhir.mappers import status

ENTERED_IN_ERROR = IN_ERROR

NOTED = frozenset({"Communication", "Condition", "Observation", "RiskAssessment", "Task"})
"""The types that have a note in R4."""


def possible(record: Record) -> bool:
    """Whether its type has a way to say it: a status for it, or that it is not active."""
    return (
        record.type in ("Condition", *WITHOUT_STATUS)
        or ENTERED_IN_ERROR in STATUS.get(record.type, ("", frozenset()))[1]
    )


def stands(record: Record) -> bool:
    """Whether it is not marked so yet."""
    return not withdrawn(record)


def edits(record: Record, why: str, *, author: str, stamp: str) -> tuple[Edit, ...]:
    """Marks it, with the reason where R4 has a place for one; nothing is deleted."""
    words = f"entered in error: {why}"
    note = {"authorReference": {"reference": author}, "time": stamp, "text": words}
    noted = (add("note", note),) if record.type in NOTED else ()
    if record.type == "Condition":
        # R4's con-5: a condition that was entered in error has no clinical status.
        verification = put("verificationStatus", concept(CONDITION_VERIFICATION, ENTERED_IN_ERROR))
        return verification, leave_out("clinicalStatus"), *noted
    if record.type in WITHOUT_STATUS:
        return (put("active", False),)
    marked = status.becomes(record, ENTERED_IN_ERROR)
    if record.type == "Task":
        return marked, put("statusReason", {"text": words}), put("lastModified", stamp), *noted
    return marked, *noted
