"""List: the medicines after one reconciliation."""

from __future__ import annotations

from carefhir.codes import LOINC
from carefhir.fhir.codec import Json
from carefhir.fhir.search import Codes, Need, Of

MEDICATION_USE = "10160-0"
"""LOINC "History of medication use" (K), as medication sections and lists are coded."""
EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"


def find() -> Need:
    """All of a patient's lists of medicines."""
    codes = Codes("code", "code", (f"{LOINC}|{MEDICATION_USE}",))
    return Need("medication_lists", "List", (Of("patient", "subject"), codes), optional=True)


def write(patient: str, encounter: str, at: str, source: str, entries: tuple[Json, ...]) -> Json:
    """Writes the list as of now. R4 allows `entry.deleted` and `entry.date` in other modes only (lst-2, lst-3), so a
    flag says what has been stopped."""
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
    }
    if entries:
        resource["entry"] = list(entries)
    else:
        resource["emptyReason"] = {"coding": [{"system": EMPTY_REASON, "code": "nilknown"}]}
    return resource
