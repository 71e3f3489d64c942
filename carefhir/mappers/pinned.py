"""What a request for a signature names: the very version of each thing that is to be signed."""

from __future__ import annotations

from carefhir.codes import VERSION_KEY
from carefhir.fhir.changes import basis
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig


def write(record: Record) -> Json:
    """One input of the Task: this version of this resource is to be signed."""
    return {"type": {"text": "to be signed"}, "valueReference": basis(record)}


def read(task: Record) -> dict[str, str]:
    """The versions a Task asks to have signed, by reference."""
    versions = {}
    for value in dig(task.json, "input.valueReference"):
        for identifier in dig(value, "identifier"):
            if not isinstance(identifier, dict) or identifier.get("system") != VERSION_KEY:
                continue
            if isinstance(identifier.get("value"), str):
                reference, _, version = identifier["value"].partition("/_history/")
                versions[reference] = version
    return versions
