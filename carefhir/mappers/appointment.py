"""Appointment: a visit with a day and a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from carefhir.codes import BASE
from carefhir.fhir.changes import Edit
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, moment, references, refers_to, relative, words_of
from carefhir.fhir.search import Need, Of
from carefhir.lifecycle import ended

APPOINTMENT_REASON = "http://terminology.hl7.org/CodeSystem/v2-0276"


TRANSPORT_EXTENSION = f"{BASE}/StructureDefinition/transport"


def find() -> Need:
    """All of a patient's appointments."""
    return Need("appointments", "Appointment", (Of("patient", "participant.actor"),))


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """One appointment; `start` is None where it has no time yet."""

    record: Record
    status: str
    start: datetime | None
    with_: tuple[str, ...]
    words: str = ""
    """What it is for."""

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def over(self) -> bool:
        return ended("Appointment", self.status)

    @property
    def booked_for(self) -> tuple[str, ...]:
        """What it was booked for: `Task/ID` of the transition it follows."""
        return tuple(r for one in references(self.record.json, "supportingInformation") if (r := relative(one)))

    @property
    def orders(self) -> tuple[str, ...]:
        """The referrals it was booked for: `ServiceRequest/ID`."""
        return tuple(r for one in references(self.record.json, "basedOn") if (r := relative(one)))

    @property
    def told(self) -> str:
        """What the person was told of it, in words."""
        return str(self.record.json.get("patientInstruction", ""))

    @property
    def transport(self) -> str:
        """How the person gets there, where a step of ours was told; "" where nothing says so."""
        extensions = (one for one in dig(self.record.json, "extension") if isinstance(one, dict))
        texts = (first_text(one, "valueString") for one in extensions if one.get("url") == TRANSPORT_EXTENSION)
        return next((words for words in texts if words), "")


def read(record: Record) -> AppointmentView:
    """An appointment, leniently."""
    json = record.json
    return AppointmentView(
        record,
        first_text(json, "status") or "",
        moment(first_text(json, "start")),
        tuple(r for one in references(json, "participant.actor") if (r := relative(one))),
        first_text(json, "description") or words_of(json.get("appointmentType")),
    )


def accepted_by(patient: str) -> Edit:
    """Accepts a visit for the patient: their own place among its participants, and nobody else's."""

    def edit(resource: Json) -> None:
        participants: Any = dig(resource, "participant")
        for participant in participants:
            if isinstance(participant, dict) and refers_to(participant, "actor", patient):
                participant["status"] = "accepted"

    return edit


@dataclass(frozen=True, slots=True)
class Visit:
    """The content of a new booked visit."""

    with_practitioner: str
    start: datetime
    minutes: int
    place: str
    transport: str
    told: bool
    """Whether the patient knows of it; if not, their participation still needs action."""
    task: str
    """What it was booked for."""


def write_visit(patient: str, created: str, visit: Visit) -> Json:
    """A booked follow-up visit: when, where, with whom, and how the person gets there."""
    end = visit.start + timedelta(minutes=visit.minutes)
    return {
        "resourceType": "Appointment",
        "status": "booked",
        "appointmentType": {"coding": [{"system": APPOINTMENT_REASON, "code": "FOLLOWUP"}]},
        "description": "Follow-up visit after discharge",
        "supportingInformation": [{"reference": visit.task}],
        "start": visit.start.isoformat(timespec="seconds"),
        "end": end.isoformat(timespec="seconds"),
        "minutesDuration": visit.minutes,
        "created": created,
        "patientInstruction": f"Where: {visit.place}. How to get there: {visit.transport}.",
        "participant": [
            {"actor": {"reference": patient}, "status": "accepted" if visit.told else "needs-action"},
            {"actor": {"reference": visit.with_practitioner}, "status": "accepted"},
        ],
    }


@dataclass(frozen=True, slots=True)
class ReferredVisit:
    """The content of a visit booked for a referral."""

    order: str
    """`ServiceRequest/ID`."""
    words: str
    whom: Json
    """Whom the person will see, as a reference or by name."""
    start: datetime
    minutes: int
    place: str
    transport: str
    """How the person gets there; "" where nobody has arranged it."""
    told: bool


def write_referred(patient: str, created: str, visit: ReferredVisit) -> Json:
    """A booked visit of a referral; how the person gets there also stands in our extension."""
    end = visit.start + timedelta(minutes=visit.minutes)
    there = visit.transport or "not arranged yet"
    extension = {"extension": [{"url": TRANSPORT_EXTENSION, "valueString": visit.transport}]} if visit.transport else {}
    return {
        "resourceType": "Appointment",
        **extension,
        "status": "booked",
        "description": visit.words,
        "basedOn": [{"reference": visit.order}],
        "start": visit.start.isoformat(timespec="seconds"),
        "end": end.isoformat(timespec="seconds"),
        "minutesDuration": visit.minutes,
        "created": created,
        "patientInstruction": f"Where: {visit.place}. How to get there: {there}.",
        "participant": [
            {"actor": {"reference": patient}, "status": "accepted" if visit.told else "needs-action"},
            {"actor": visit.whom, "status": "accepted"},
        ],
    }
