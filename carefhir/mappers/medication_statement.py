"""MedicationStatement: whether and how one medicine is taken, as a reconciliation found."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.fhir.changes import Edit, items_in, period_ends
from carefhir.fhir.codec import Json


@dataclass(frozen=True, slots=True)
class Statement:
    """What a new statement says of one medicine."""

    status: str
    medicine: Json
    """The element `medication[x]` (`medicine_of`)."""
    context: str
    start: str
    source: str
    derived_from: tuple[Json, ...] = ()
    note: Json | None = None
    dose: str = ""


def write(patient: str, asserted: str, statement: Statement) -> Json:
    """A statement of whether and how one medicine is taken."""
    resource: Json = {
        "resourceType": "MedicationStatement",
        "status": statement.status,
        **statement.medicine,
        "subject": {"reference": patient},
        "context": {"reference": statement.context},
        "effectivePeriod": {"start": statement.start},
        "dateAsserted": asserted,
        "informationSource": {"reference": statement.source},
    }
    if statement.derived_from:
        resource["derivedFrom"] = list(statement.derived_from)
    if statement.note:
        resource["note"] = [statement.note]
    if statement.dose:
        resource["dosage"] = [{"text": statement.dose}]
    return resource


def decided(status: str, note: Json, dose: str = "") -> Edit:
    """Moves a statement to what a prescriber decided, with the new instruction in place of the old dosage."""

    def edit(resource: Json) -> None:
        resource["status"] = status
        notes = items_in(resource, "note")
        if note not in notes:
            notes.append(note)
        if dose:
            resource["dosage"] = [{"text": dose}]

    return edit


def ended(at: str) -> Edit:
    """Ends a statement at that moment."""

    def edit(resource: Json) -> None:
        resource["status"] = "completed"
        period_ends(at, "effectivePeriod")(resource)

    return edit
