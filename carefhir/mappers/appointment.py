"""Appointment: a visit with a day and an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carefhir.fhir.record import Record, first_text, moment, references, relative
from carefhir.fhir.search import Need, Of
from carefhir.lifecycle import ended


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

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def over(self) -> bool:
        return ended("Appointment", self.status)


def read(record: Record) -> AppointmentView:
    """An appointment, leniently."""
    json = record.json
    return AppointmentView(
        record,
        first_text(json, "status") or "",
        moment(first_text(json, "start")),
        tuple(r for one in references(json, "participant.actor") if (r := relative(one))),
    )
