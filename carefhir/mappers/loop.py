"""A loop: something arranged outside the team, followed by a Task `coordinate` until it is closed.

What happened stands in the Task's outputs, coded by CodeSystem loop-event, each with its moment and, where it made or
found a resource, with a reference to that.
"""

from __future__ import annotations

from collections.abc import Iterator

from carefhir.codes import LOOP_EVENT, TASK_CODE, concept
from carefhir.content.loading import Content
from carefhir.fhir.changes import Edit, add
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig, has_code
from carefhir.fhir.search import Codes, Need, Of, Since
from carefhir.mappers.task import TaskView


def find_schedules() -> Need:
    """The schedules of the practitioner the command names."""
    return Need("schedules", "Schedule", (Of("actor", "actor", "{command.with_practitioner}"),), optional=True)


def find_free_slots() -> Need:
    """The free times of the schedule the command names, from today on."""
    where = (
        Of("schedule", "schedule", "{command.schedule}"),
        Codes("status", "status", ("free",)),
        Since("start", ("start",), "{today}"),
    )
    return Need("slots", "Slot", where, optional=True)


def happened(task: TaskView) -> tuple[str, ...]:
    """The events on record, as codes of CodeSystem loop-event, in the order in which they were recorded."""
    return tuple(code for output in dig(task.record.json, "output") for code in _events(output))


def _events(output: object) -> Iterator[str]:
    return (code for system, code in codings(output, "type") if system == LOOP_EVENT)


def asks_a_service(task: TaskView) -> bool:
    """Whether it is a Task that asks a community service to help: it fulfills a request, and is nobody's of ours."""
    return has_code(task.record.json, "code", TASK_CODE, "fulfill")


def event(content: Content, code: str, at: str, reference: Json | None = None) -> tuple[Edit, ...]:
    """Puts an event among the outputs of a Task: when it was, and what it made or found."""
    type_ = {"coding": [content.concept(LOOP_EVENT, code).coding]}
    when = add("output", {"type": type_, "valueDateTime": at})
    return (when, add("output", {"type": type_, "valueReference": reference})) if reference else (when,)


def write_request(patient: str, requester: str, authored: str, *, order: Json, service: Json, words: str) -> Json:
    """Asks a community service to help (SDOH Clinical Care, Task for a referral)."""
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": "routine",
        "code": concept(TASK_CODE, "fulfill"),
        "description": words,
        "focus": order,
        "for": {"reference": patient},
        "authoredOn": authored,
        "requester": {"reference": requester},
        "owner": service,
    }


def write_delivery(patient: str, what: str, at: str, supplier: Json) -> Json:
    """A delivery of equipment. R4 bases a SupplyDelivery on a SupplyRequest only: the Task refers to both."""
    return {
        "resourceType": "SupplyDelivery",
        "status": "completed",
        "patient": {"reference": patient},
        "suppliedItem": {"itemCodeableConcept": {"text": what}},
        "occurrenceDateTime": at,
        "supplier": supplier,
    }
