"""Amendments that carry our key: what an act has already amended, before it was interrupted, it knows again."""

from __future__ import annotations

from carefhir.codes import STEP_KEY
from carefhir.fhir.changes import Act, Amend, Edit, add, amend, carries_key
from carefhir.fhir.record import Record, dig


def marked(act: Act, name: str, record: Record, why: str, *edits: Edit) -> Amend:
    """The amendment, with our key on it; without edits where it was made already."""
    part = f"{name}/{record.reference}"
    if is_marked(act, name, record):
        return amend(part, record, why)
    return amend(part, record, why, *edits, add("identifier", {"system": STEP_KEY, "value": _key(act, name, record)}))


def is_marked(act: Act, name: str, record: Record) -> bool:
    """Whether this act has made this amendment before."""
    return carries_key(record, _key(act, name, record))


def keys_of(record: Record) -> set[str]:
    """Our keys on a record: none where it is not ours."""
    found = (one for one in dig(record.json, "identifier") if isinstance(one, dict) and one.get("system") == STEP_KEY)
    return {str(one.get("value")) for one in found}


def _key(act: Act, name: str, record: Record) -> str:
    return act.part_key(f"{name}/{record.id}")
