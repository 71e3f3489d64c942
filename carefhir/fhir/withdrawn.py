"""What is marked entered-in-error, and which of several resources under one key counts."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.codes import CONDITION_VERIFICATION
from carefhir.fhir.changes import keys_of
from carefhir.fhir.record import Record, has_code
from carefhir.lifecycle import STATUS

IN_ERROR = "entered-in-error"
WITHOUT_STATUS = frozenset({"RelatedPerson"})
"""Types that have no status: a twin is marked as not active."""


def in_order(records: Iterable[Record]) -> list[Record]:
    """The one to keep comes first."""
    return sorted(records, key=lambda record: (len(record.id), record.id))


def withdrawn(record: Record) -> bool:
    """Whether a resource is marked entered-in-error, or not active where its type has no status."""
    if record.type in WITHOUT_STATUS:
        return record.json.get("active") is False
    if record.type == "Condition":
        return has_code(record.json, "verificationStatus", CONDITION_VERIFICATION, IN_ERROR)
    element, _ = STATUS.get(record.type, ("status", frozenset()))
    return record.json.get(element) == IN_ERROR


def not_withdrawn(records: Iterable[Record]) -> tuple[Record, ...]:
    """What is not entered in error; where all is, all of it: it was, and ended."""
    every = tuple(records)
    return tuple(record for record in every if not withdrawn(record)) or every


def without_withdrawn(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Records without the withdrawn twins: what is entered in error beside another one under the same key never was.
    What is entered in error alone stays: it ended, and something may follow it."""
    looked_at = (record for record in records if record.type in WITHOUT_STATUS or record.mentions(IN_ERROR))
    suspects = [record for record in looked_at if withdrawn(record)]
    if not suspects:
        return records
    standing = {key for record in records if record not in suspects for key in keys_of(record)}
    twins = [record for record in suspects if keys_of(record) & standing]
    return tuple(record for record in records if record not in twins)
