"""Requests a plan is made of: ServiceRequest, DeviceRequest, CommunicationRequest. Their class (now, plan, order) says
when they take effect (clinical practice, rule 12) and stands in our extension `item-class`, on Tasks and Appointments
too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.codes import BASE, CARE_ITEM
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.fhir.search import Need, Of
from carefhir.lifecycle import STATUS, ended

ITEM_CLASS_EXTENSION = f"{BASE}/StructureDefinition/item-class"
PERTAINS_TO_GOAL = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"
"""R4's own extension: the goal an item serves."""


def find_services() -> Need:
    """All of a patient's service requests."""
    return Need("service_requests", "ServiceRequest", (Of("patient", "subject"),))


def find_devices() -> Need:
    """All of a patient's device requests."""
    return Need("device_requests", "DeviceRequest", (Of("patient", "subject"),), optional=True)


def find_communications() -> Need:
    """All of a patient's communication requests."""
    return Need("communication_requests", "CommunicationRequest", (Of("patient", "subject"),), optional=True)


@dataclass(frozen=True, slots=True)
class ItemView:
    """One thing to be done, of whichever type: a request, a Task or an Appointment of the plan."""

    record: Record
    status: str
    kind: str
    """now, plan or order; "" if it is not from one of our plans."""
    codes: tuple[str, ...]
    """Its codes in our CodeSystem care-item."""
    words: str
    goals: tuple[str, ...]
    until: date | None = None
    """The day by which it is to be done, where it says one."""
    start: date | None = None
    """The day on which it starts, where it says one."""

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def over(self) -> bool:
        return ended(self.record.type, self.status)

    @property
    def doer(self) -> str:
        """Who does it, as a reference; "" where it names nobody."""
        path = _DOERS.get(self.record.type, "performer")
        named = (r for text in references(self.record.json, path) if (r := relative(text)))
        return next((r for r in named if not r.startswith("Patient/")), "")


_DOERS = {"Task": "owner", "CommunicationRequest": "sender", "Appointment": "participant.actor"}
"""Where each type names who does it; the others have performers."""


def read(record: Record) -> ItemView:
    """Reads an item leniently; where its code is depends on its type."""
    json = record.json
    extensions = [extension for extension in dig(json, "extension") if isinstance(extension, dict)]
    code = {"DeviceRequest": "codeCodeableConcept", "Appointment": "serviceType", "CommunicationRequest": "category"}
    path = code.get(record.type, "code")
    coded = [found for where in (path, "reasonCode") for found in codings(json, where)]
    return ItemView(
        record,
        first_text(json, STATUS.get(record.type, ("status", frozenset()))[0]) or "",
        next(
            (
                str(extension.get("valueCode"))
                for extension in extensions
                if extension.get("url") == ITEM_CLASS_EXTENSION
            ),
            "",
        ),
        tuple(dict.fromkeys(value for system, value in coded if system == CARE_ITEM)),
        first_text(json, f"{path}.text") or first_text(json, "description") or first_text(json, "code.text") or "",
        tuple(
            r
            for extension in extensions
            if extension.get("url") == PERTAINS_TO_GOAL
            for text in references(extension, "valueReference")
            if (r := relative(text))
        ),
        _day(json, "end"),
        _day(json, "start"),
    )


def _day(json: Json, end: str) -> date | None:
    """One end of the period in which it is to be done."""
    paths = (f"{path}.{end}" for path in ("restriction.period", "occurrencePeriod", "requestedPeriod"))
    when = moment(next((text for path in paths if (text := first_text(json, path))), None))
    return when.date() if when else None
