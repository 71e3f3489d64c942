"""The discharge information that came: which items of it are on record, each with where it stands."""

from __future__ import annotations

from carefhir.codes import PACKET_ITEM, TASK
from carefhir.content.loading import Content
from carefhir.fhir.changes import Edit, add
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, has_code, refers_to
from carefhir.fhir.search import Need, Of
from carefhir.mappers.task import TaskView


def find_documents() -> Need:
    """All of a patient's documents."""
    return Need("documents", "DocumentReference", (Of("patient", "subject"),), optional=True)


def on_record(task: TaskView) -> frozenset[str]:
    """The items that came, as codes of CodeSystem packet-item, from the outputs of the receive-packet Task."""
    return frozenset(
        code
        for output in dig(task.record.json, "output")
        for system, code in codings(output, "type")
        if system == PACKET_ITEM
    )


def there(content: Content, item: str, *, document: str, where: str) -> Edit:
    """Puts an item among the outputs of the Task, with the document it stands in, or where it stands in words."""
    value: Json = {"valueReference": {"reference": document}} if document else {"valueString": where}
    return add("output", {"type": {"coding": [content.concept(PACKET_ITEM, item).coding]}, **value})


def asks_for_packet(record: Record, transition: str) -> bool:
    """Whether it is a message that asks for the discharge information of a transition."""
    mine = refers_to(record.json, "basedOn", transition)
    return mine and has_code(record.json, "category", TASK, "complete-packet")


def write_request(
    content: Content, patient: str, author: str, stamp: str, *, transition: str, to: str, words: str
) -> Json:
    """A message that asks whoever discharged the person for what is missing."""
    return {
        "resourceType": "CommunicationRequest",
        "basedOn": [{"reference": transition}],
        "status": "active",
        "category": [{"coding": [content.concept(TASK, "complete-packet").coding]}],
        "priority": "urgent",
        "subject": {"reference": patient},
        "payload": [{"contentString": words}],
        "authoredOn": stamp,
        "requester": {"reference": author},
        "recipient": [{"display": to}],
    }
