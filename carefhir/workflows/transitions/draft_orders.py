"""Draft orders that an EHR is about to sign, read by the same mapper as those on record.

They have no place on a server yet: one without an id gets its number in the list instead, and what refers to a
Medication in the same list finds it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from carefhir.content.loading import Content
from carefhir.errors import BadInput
from carefhir.fhir.codec import Json, NotJson, encode
from carefhir.fhir.record import Record, dig, references, relative
from carefhir.mappers import medication
from carefhir.mappers.medication import MedicineView

WITHDRAWN = frozenset({"cancelled", "entered-in-error", "stopped", "revoked"})
"""Statuses of what nobody signs as an order."""


def resources(bundle: Any) -> tuple[Json, ...]:
    """The resources of a Bundle of draft orders. Raises `BadInput` for anything else, without its values."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BadInput("draftOrders: expected a Bundle of the orders that are about to be signed")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise BadInput("draftOrders.entry: expected a list of entries")
    drafts = [each["resource"] for each in entries if "resource" in each]
    if not all(isinstance(each, dict) and isinstance(each.get("resourceType"), str) for each in drafts):
        raise BadInput("draftOrders.entry.resource: each must be a resource")
    return tuple(drafts)


def of_others(drafts: Iterable[Json], patient: str) -> bool:
    """Whether one of the orders is for somebody else than this patient."""
    named = (relative(text) for draft in drafts for text in references(draft, "subject"))
    return any(reference is not None and reference != patient for reference in named)


def medications_elsewhere(drafts: Iterable[Json]) -> tuple[str, ...]:
    """The Medications that orders refer to and that are not among them: `Medication/ID` each."""
    drafts = tuple(drafts)
    here = {f"Medication/{draft.get('id')}" for draft in drafts if draft.get("resourceType") == "Medication"}
    named = (relative(text) or "" for draft in drafts for text in references(draft, "medicationReference"))
    return tuple(dict.fromkeys(each for each in named if each.startswith("Medication/") and each not in here))


def medicines(
    drafts: Iterable[Json], referenced: Mapping[str, Record], content: Content
) -> tuple[tuple[MedicineView, ...], int]:
    """The medicines that are ordered, and how many orders could not be read at all. Each counts as an order in force:
    what is judged is what will be when it is signed. What says *not* to take something is not among them."""
    drafts = tuple(drafts)
    inside = [record for draft in drafts if (record := _record(draft, 0)) and record.type == "Medication"]
    by_reference = {**referenced, **{record.reference: record for record in inside}}
    views, illegible = [], 0
    for number, draft in enumerate(drafts, 1):
        if draft.get("resourceType") != "MedicationRequest" or draft.get("status") in WITHDRAWN:
            continue
        record = _record(draft, number)
        if record is None:
            illegible += 1
            continue
        view = medication.read(record, by_reference, content)
        if not view.forbidden:
            views.append(replace(view, status="active", intent="order"))
    return tuple(views), illegible


def _record(draft: Json, number: int) -> Record | None:
    try:
        return Record(encode(draft if draft.get("id") else {**draft, "id": f"draft-{number}"}))
    except NotJson:
        return None


def coded(view: MedicineView) -> bool:
    """Whether the order has a code of the medicine at all, or only words."""
    return any(True for _ in dig(view.record.json, "medicationCodeableConcept.coding.code"))
