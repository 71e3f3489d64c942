"""List: the medicines after one reconciliation."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import LOINC
from carefhir.fhir.changes import keys_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, first_text
from carefhir.fhir.search import Codes, Need, Of

MEDICATION_USE = "10160-0"
"""LOINC "History of medication use" (K), as medication sections and lists are coded."""
EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"


def find() -> Need:
    """All of a patient's lists of medicines."""
    codes = Codes("code", "code", (f"{LOINC}|{MEDICATION_USE}",))
    return Need("medication_lists", "List", (Of("patient", "subject"), codes), optional=True)


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as decisions see it."""

    record: Record
    status: str
    date: str
    """When it was made, as the record writes it."""
    ours: bool
    """Whether a reconciliation of ours made it."""

    @property
    def reference(self) -> str:
        return self.record.reference


def read(record: Record) -> ListView:
    """A list, leniently."""
    return ListView(
        record=record,
        status=first_text(record.json, "status") or "",
        date=first_text(record.json, "date") or "",
        ours=bool(keys_of(record)),
    )


def write(patient: str, encounter: str, at: str, *, source: str, entries: tuple[Json, ...], note: Json) -> Json:
    """The list as of now. R4 allows `entry.deleted` and `entry.date` in other modes only (lst-2, lst-3), so a flag says
    what has been stopped."""
    resource: Json = {
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "title": "Reconciled medicines",
        "code": {"coding": [{"system": LOINC, "code": MEDICATION_USE}]},
        "subject": {"reference": patient},
        "encounter": {"reference": encounter},
        "date": at,
        "source": {"reference": source},
        "note": [note],
    }
    if entries:
        resource["entry"] = list(entries)
    else:
        resource["emptyReason"] = {"coding": [{"system": EMPTY_REASON, "code": "nilknown"}]}
    return resource
