"""Delivery: a Task that holds what another system is to get of an act, written together with the act (rule R7).

It is the entry of an outbox. What a step decided of a record that an EHR keeps, or a note for those who read there,
cannot be in the transaction of the companion; so the Task for it is, and is open until the EHR has taken or refused it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from carefhir.codes import DELIVERY_PART, TASK
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json, NotJson, decode_object, encode
from carefhir.fhir.record import Record, codings, dig, first_text
from carefhir.fhir.search import Codes, Named, Need, Of
from carefhir.mappers.task import TO_DO, TaskView, Work
from carefhir.mappers.task import read as read_task

KIND = "deliver"
"""CodeSystem care-task."""
BY_HAND = "do-elsewhere"
"""What is asked of a person, where the EHR does not take it."""
TEXT = "application/json"
_waiting = tuple(status for status in TO_DO if status != "on-hold")


def find_waiting() -> Need:
    """All that has not been delivered yet, of anybody."""
    return Need("waiting", "Task", (Codes("code", "code", (f"{TASK}|{KIND}",)), Codes("status", "status", _waiting)))


def find_waiting_of() -> Need:
    """The open Tasks of one patient, deliveries among them (`Delivery.is_one`): not by their code, for a server may
    take that and find nothing by it, and nothing would seem to wait."""
    return Need("waiting", "Task", (Of("patient", "for"), Codes("status", "status", _waiting)))


def find_one() -> Need:
    """The Task of one delivery."""
    return Need("delivery", "Task", (Named("{command.task}"),))


@dataclass(frozen=True, slots=True)
class ElementChange:
    """One element of a record that becomes otherwise; None where it was not there, or is not to be."""

    element: str
    was: Any
    becomes: Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one home is to get, as its Task holds it. References are named as the main home names them."""

    task: TaskView
    home: str
    """The short name of the home that is to get it: `ehr`."""
    changes: tuple[ElementChange, ...]
    """What becomes otherwise in the record that is the Task's focus."""
    note: Json | None
    """A DocumentReference that is to stand there."""

    @property
    def is_one(self) -> bool:
        """Whether the Task is a delivery at all."""
        return KIND in self.task.codes

    @property
    def record(self) -> str:
        """The record that is changed (`Appointment/ehr.9`); "" for a note."""
        return "" if self.note is not None else self.task.focus

    @property
    def legible(self) -> bool:
        """Whether it can be read what is to be delivered."""
        return bool(self.home) and (self.note is not None or bool(self.changes and self.task.focus))

    @property
    def waits(self) -> bool:
        """Whether it has not been taken or refused, or done by a person."""
        return self.task.to_do

    @property
    def in_line(self) -> tuple[str, str, str]:
        """What keeps the deliveries of one record in the order in which they were decided."""
        return (self.home, self.record or "DocumentReference", f"{self.task.authored} {self.task.record.id:>20}")


def read(record: Record) -> Delivery:
    """A delivery, leniently: what cannot be read is not there."""
    parts = dict(_inputs(record.json))
    note = _document(parts.get("note"))
    changes = _document(parts.get("changes")) or {}
    return Delivery(
        read_task(record),
        first_text(parts.get("home", {}), "valueString") or "",
        tuple(
            ElementChange(element, value.get("was"), value.get("becomes"))
            for element, value in changes.items()
            if isinstance(value, dict)
        ),
        note if note and note.get("resourceType") == "DocumentReference" else None,
    )


def _inputs(task: Json) -> Iterator[tuple[str, Json]]:
    for given in dig(task, "input"):
        if isinstance(given, dict):
            yield from ((code, given) for system, code in codings(given, "type") if system == DELIVERY_PART)


def _document(given: Json | None) -> Json | None:
    data = first_text(given or {}, "valueAttachment.data")
    try:
        return decode_object(base64.b64decode(data, validate=True)) if data else None
    except (binascii.Error, NotJson):
        return None


def of_changes(
    content: Content, home: str, focus: str, changes: tuple[ElementChange, ...], words: str, to: tuple[str, date, date]
) -> Work:
    """A delivery of a change. `to`: who sees to it, from which day on, and until when."""
    held = {
        each.element: {
            name: value for name, value in (("was", each.was), ("becomes", each.becomes)) if value is not None
        }
        for each in changes
    }
    return _work(content, home, "changes", held, words, to, focus={"reference": focus})


def of_note(content: Content, home: str, note: Json, words: str, to: tuple[str, date, date]) -> Work:
    """A delivery of a note."""
    return _work(content, home, "note", note, words, to)


def _work(
    content: Content,
    home: str,
    part: str,
    held: Json,
    words: str,
    to: tuple[str, date, date],
    *,
    focus: Json | None = None,
) -> Work:
    owner, start, end = to
    data = base64.b64encode(encode(held)).decode()
    inputs = (
        {"type": _part(content, "home"), "valueString": home},
        {"type": _part(content, part), "valueAttachment": {"contentType": TEXT, "data": data}},
    )
    return Work(code=KIND, words=words, start=start, end=end, owner=owner, focus=focus, inputs=inputs)


def delivered_at(content: Content, place: str) -> Json:
    """What a Task says of where it stands now: as an output."""
    return {"type": _part(content, "place"), "valueString": place}


def _part(content: Content, code: str) -> Json:
    return {"coding": [content.concept(DELIVERY_PART, code).coding]}
