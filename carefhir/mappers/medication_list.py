"""List: the medicines after one reconciliation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carefhir.codes import BASE, LOINC
from carefhir.fhir.changes import Edit, keys_of, part_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, references, refers_to, relative
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

    @property
    def items(self) -> tuple[str, ...]:
        """What its entries point to."""
        return tuple(r for one in references(self.record.json, "entry.item") if (r := relative(one)))


def read(record: Record) -> ListView:
    """A list, leniently."""
    return ListView(
        record=record,
        status=first_text(record.json, "status") or "",
        date=first_text(record.json, "date") or "",
        ours=bool(keys_of(record)),
    )


def note_of(record: Record) -> str:
    """What a list says of the reconciliation that made it, in its words; "" if nothing."""
    return first_text(record.json, "note.text") or ""


def decided(entry_of: str, flag: str, action: str, item: Json | None = None) -> Edit:
    """Says on the entry of a statement what was decided about it: its flag, the discrepancies it was open for, and
    another statement in place of the old one where that one is at its end."""

    def edit(resource: Json) -> None:
        for entry in dig(resource, "entry"):
            if not refers_to(entry, "item", entry_of):
                continue
            part_in(entry, "flag")["text"] = flag
            for discrepancy in dig(entry, "extension"):
                _settled(discrepancy, action)
            entry["item"] = item or entry["item"]

    return edit


def _settled(discrepancy: Any, action: str) -> None:
    """Closes the extension `discrepancy` of an entry, with what was done about it."""
    parts = [part for part in dig(discrepancy, "extension") if isinstance(part, dict)]
    if (
        not isinstance(discrepancy, dict)
        or discrepancy.get("url") != f"{BASE}/StructureDefinition/discrepancy"
        or not any(part.get("url") == "open" and part.get("valueBoolean") is True for part in parts)
    ):
        return
    kept = [
        part for part in dig(discrepancy, "extension") if part not in parts or part.get("url") not in ("open", "action")
    ]
    done = {"url": "action", "valueString": action}
    discrepancy["extension"] = [*kept, done, {"url": "open", "valueBoolean": False}]


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
