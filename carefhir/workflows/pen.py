"""Writing for one act: Tasks, Flags, and references to what the act itself creates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from carefhir.codes import TASK_STATE
from carefhir.content.loading import Concept, Content
from carefhir.fhir.changes import Act, Create, Edit, add, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import flag
from carefhir.mappers.task import Work
from carefhir.mappers.task import write as write_task
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Pen:
    """What every line written for an act needs: the occasion, the act, and whom it is about."""

    occasion: Occasion
    act: Act
    patient: str
    """`Patient/ID`."""

    @property
    def content(self) -> Content:
        return self.occasion.content

    @property
    def author(self) -> str:
        """Whoever acts, as a reference."""
        return self.occasion.actor.reference

    @property
    def stamp(self) -> str:
        """Now, as FHIR writes it."""
        return self.occasion.stamp

    @property
    def today(self) -> date:
        return self.occasion.today

    def refer(self, to: Record | Create) -> Json:
        """A Reference to a record, or to a resource that this act creates."""
        return refer(to, self.act)

    def task(self, part: str, work: Work, because: str) -> Create:
        """A Task of ours, requested by whoever acts."""
        resource = write_task(self.content, self.patient, self.author, self.stamp, work)
        return Create(part, resource, because)

    def flag(self, part: str, finding: Concept, because: str) -> Create:
        """An active Flag that everybody who opens the chart sees."""
        return Create(part, flag.write(self.patient, finding, self.stamp, self.author), because)

    def state(self, code: str) -> Edit:
        """Sets a Task's business status (CodeSystem care-task-state)."""
        return put("businessStatus", {"coding": [self.content.concept(TASK_STATE, code).coding]})

    def because(self, why: str) -> Edit:
        """Says why a Task is in the state it is in."""
        return put("statusReason", {"text": why})

    def changed_now(self) -> Edit:
        """Says that a Task was changed now."""
        return put("lastModified", self.stamp)

    def noted(self, text: str, *, author: str = "", at: datetime | None = None) -> Edit:
        """Adds a note: who said it, and when; whoever acts, now, where nobody says otherwise."""
        time = at.astimezone(self.occasion.zone).isoformat(timespec="seconds") if at else self.stamp
        return add("note", {"authorReference": {"reference": author or self.author}, "time": time, "text": text})

    def ended(self, status: str, state: str, why: str = "") -> tuple[Edit, ...]:
        """Takes a Task to its end: its status, its business status, and why where that is not plain."""
        edits = (put("status", status), self.state(state), self.changed_now())
        return (*edits, self.because(why)) if why else edits
