"""How each kind of resource of ours ends when the patient dies: its last status, and what else it then says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from carefhir.content.loading import Content
from carefhir.fhir.bundle import created_by_a_step
from carefhir.fhir.changes import Amend, Edit, amend, amendable, end_of_period, part_in, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.lifecycle import ended, moves
from carefhir.mappers import status, task
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
"""How each type ends when the patient dies: the first of these that its lifecycle allows from its present status."""

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

NOUNS = {
    "Task": "Task",
    "Appointment": "appointment",
    "ServiceRequest": "service request",
    "DeviceRequest": "device request",
    "CommunicationRequest": "message",
    "CarePlan": "care plan",
    "Goal": "goal",
    "EpisodeOfCare": "enrollment",
    "Flag": "flag",
    "CareTeam": "care team",
    "Consent": "consent",
}
"""What each type is called where a person reads of it."""

PERIODS = {"CarePlan": "period", "EpisodeOfCare": "period", "Flag": "period"}
"""The element in which a type says until when it was in force."""


def ours(record: Record) -> bool:
    """Whether an act of ours created it, and it can be changed.

    A resource that must be left alone (it was read in part, or has a modifierExtension) is skipped and named, so that
    it does not keep the others from being ended.
    """
    return amendable(record) and created_by_a_step(record)


def ending(record: Record) -> str:
    """The status it is taken to; "" where it has ended already, or cannot end."""
    now = status.read(record)
    if ended(record.type, now):
        return ""
    # A draft was never carried out, so it is withdrawn and not completed.
    onward = moves(record.type, now)
    return next((code for code in ENDINGS[record.type] if code in onward), "")


def open_of_ours(records: Iterable[Record], content: Content) -> tuple[Record, ...]:
    """What a death is about: all of ours, ended or not, but what is to be done because of it: calls to the family, and
    what another system has yet to be told."""
    return tuple(record for record in records if ours(record) and not _stays(record, content))


def _stays(record: Record, content: Content) -> bool:
    """Whether it is about what is left to do when somebody has died (property whenDead of CodeSystem care-task)."""
    kinds = task.kinds_of(content, record.json) if record.type == "Task" else ()
    return any(kind.properties.get("whenDead") == "stays" for kind in kinds)


def counted(ends: Iterable[Amend]) -> tuple[str, ...]:
    """Counts what is ended, by kind; () where nothing is."""
    counts = Counter(change.type for change in ends)
    words = [f"{count} {NOUNS[type_]}{'' if count == 1 else 's'}" for type_, count in counts.items()]
    return (f"ended: {', '.join(words)}",) if words else ()


@dataclass(frozen=True, slots=True)
class DeathEndings:
    """Writing the end of what is ours, for one death."""

    pen: Pen
    died: str
    """The day or the moment, as FHIR writes it; "" where it is not known."""

    def end(self, record: Record) -> Amend:
        """Ends one resource of ours."""
        to = ending(record)
        edits = (status.becomes(record, to), *self._more(record))
        return amend(f"{record.type}/{record.id}", record, f"the person has died: {to}", *edits)

    def as_it_is(self, record: Record) -> Amend:
        """Names what an interrupted run has ended already, where no history tells what it was before."""
        return amend(f"{record.type}/{record.id}", record, "the person has died")

    def _more(self, record: Record) -> tuple[Edit, ...]:
        """What a type says besides its status."""
        words = {"text": "the person has died"}
        if record.type == "Task":
            return (put("statusReason", words), self.pen.state("died"), self.pen.changed_now())
        if record.type == "Goal":
            # A Goal's is a string, where the others have a code or words.
            return (put("statusReason", words["text"]), put("statusDate", self.pen.today.isoformat()))
        if record.type == "Appointment":
            return (put("cancelationReason", words),)
        if record.type in PERIODS:
            return (self._until(PERIODS[record.type]),)
        return (put("statusReason", words),) if record.type == "CommunicationRequest" else ()

    def _until(self, element: str) -> Edit:
        """Ends a period at the death; now, where the death is not known or not after the period's start."""

        def edit(resource: Json) -> None:
            period = part_in(resource, element)
            after = self.died[:10] > str(period.get("start", ""))[:10]
            period.setdefault("end", end_of_period(period, self.died if self.died and after else self.pen.stamp))

        return edit


def written(died: datetime | date | None) -> str:
    """Writes a day or a moment as FHIR does; "" where it is not known."""
    if isinstance(died, datetime):
        return died.isoformat(timespec="seconds")
    return died.isoformat() if died else ""
