"""How each kind of thing of ours ends when somebody dies: its last status, and what it says beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from carefhir.fhir.bundle import created_by_a_step
from carefhir.fhir.changes import Amend, Edit, amend, amendable, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.lifecycle import ended, moves
from carefhir.mappers import status
from carefhir.workflows.pen import Pen

ENDINGS: dict[str, tuple[str, ...]] = {
    "Task": ("cancelled",),
    "Appointment": ("cancelled",),
    "ServiceRequest": ("revoked",),
    "DeviceRequest": ("revoked",),
    "CommunicationRequest": ("revoked",),
    "CarePlan": ("completed", "revoked"),
    "Goal": ("cancelled",),
    "EpisodeOfCare": ("finished", "cancelled"),
    "Flag": ("inactive",),
}
"""How each type ends when somebody dies: the first status it may be taken to from where it is."""

SOURCES = {
    "Task": "tasks",
    "Appointment": "appointments",
    "ServiceRequest": "service_requests",
    "DeviceRequest": "device_requests",
    "CommunicationRequest": "communication_requests",
    "CarePlan": "care_plans",
    "Goal": "goals",
    "EpisodeOfCare": "episodes",
    "Flag": "flags",
}
"""The need each type is read by."""

PERIODS = {"CarePlan": "period", "EpisodeOfCare": "period", "Flag": "period"}
"""Where a type says until when it held."""


def ours(record: Record) -> bool:
    """Whether an act of ours created it, and nothing keeps us from changing it: one resource that must be left alone
    does not keep all others from being ended."""
    return amendable(record) and created_by_a_step(record)


def ending(record: Record) -> str:
    """The status it is taken to; "" where it has ended, or cannot."""
    now = status.read(record)
    if ended(record.type, now):
        return ""
    # A draft was never carried out: it is withdrawn, not completed.
    onward = moves(record.type, now)
    return next((code for code in ENDINGS[record.type] if code in onward), "")


@dataclass(frozen=True, slots=True)
class DeathEndings:
    """Ending what is ours, for one death."""

    pen: Pen
    died: str
    """The day or the moment, as FHIR writes it; "" where none is told."""

    def end(self, record: Record) -> Amend:
        """How one thing of ours ends."""
        to = ending(record)
        edits = (status.becomes(record, to), *self._more(record))
        return amend(f"{record.type}/{record.id}", record, f"the person has died: {to}", *edits)

    def _more(self, record: Record) -> tuple[Edit, ...]:
        """What a type says beside its status."""
        words = {"text": "the person has died"}
        if record.type == "Task":
            return (put("statusReason", words), self.pen.state("died"), self.pen.changed_now())
        if record.type == "Goal":
            return (put("statusReason", words), put("statusDate", self.pen.today.isoformat()))
        if record.type == "Appointment":
            return (put("cancelationReason", words),)
        if record.type in PERIODS:
            return (self._until(PERIODS[record.type]),)
        return (put("statusReason", words),) if record.type == "CommunicationRequest" else ()

    def _until(self, element: str) -> Edit:
        """Ends a period at the death; at this moment where that is not known, or not after its start."""

        def edit(resource: Json) -> None:
            period = resource.setdefault(element, {})
            after = self.died[:10] > str(period.get("start", ""))[:10]
            period.setdefault("end", self.died if self.died and after else self.pen.stamp)

        return edit


def written(died: datetime | date | None) -> str:
    """A day or a moment as FHIR writes it; "" where none is told."""
    if isinstance(died, datetime):
        return died.isoformat(timespec="seconds")
    return died.isoformat() if died else ""
