"""Communication: one attempt to reach a person, or one conversation with them; not done means not reached, with the
reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from carefhir.codes import COMMUNICATION_CATEGORY, CONTACT_OUTCOME, DISCIPLINE
from carefhir.content.loading import Concept, Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.fhir.search import Need, Of
from carefhir.mappers.provenance import DISCIPLINE_EXTENSION


def find() -> Need:
    """All of a patient's attempts and conversations."""
    return Need("communications", "Communication", (Of("patient", "subject"),))


@dataclass(frozen=True, slots=True)
class TalkView:
    """One attempt or conversation; `sent` is None if the record gives no readable time."""

    record: Record
    status: str
    sent: datetime | None
    sender: str
    discipline: str
    outcome: str
    """Why it did not take place, in our codes; "" if it did, or if nothing says why."""
    topics: tuple[str, ...]
    """Codes, or the words if there is no code."""
    based_on: tuple[str, ...]
    instruction: bool
    with_others: bool = False
    """Whether somebody other than the patient was called, a caregiver say."""

    @property
    def reference(self) -> str:
        return self.record.reference


def read(record: Record, zone: tzinfo) -> TalkView:
    """Reads an attempt or conversation leniently."""
    json = record.json
    extensions = [one for one in dig(json, "extension") if isinstance(one, dict)]
    disciplines = (first_text(one, "valueCoding.code") for one in extensions if one.get("url") == DISCIPLINE_EXTENSION)
    topics = (
        first_text(reason, "coding.code") or first_text(reason, "text")
        for reason in dig(json, "reasonCode")
        if isinstance(reason, dict)
    )
    return TalkView(
        record,
        first_text(json, "status") or "",
        moment(first_text(json, "sent"), zone),
        next((r for one in references(json, "sender") if (r := relative(one))), ""),
        next((one for one in disciplines if one), ""),
        next((code for system, code in codings(json, "statusReason") if system == CONTACT_OUTCOME), ""),
        tuple(one for one in topics if one),
        tuple(r for one in references(json, "basedOn") if (r := relative(one))),
        any(code == "instruction" for _, code in codings(json, "category")),
        with_others=_with_others(json),
    )


def _with_others(json: Json) -> bool:
    """Whether it names who was called, and the patient is not among them."""
    people = [one for one in dig(json, "recipient") if isinstance(one, dict)]
    names = [relative(str(one.get("reference", ""))) or "" for one in people]
    subject = next((r for one in references(json, "subject") if (r := relative(one))), "")
    return bool(people) and not any(name == subject or name.startswith("Patient/") for name in names)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The content of a new attempt or conversation."""

    based_on: str
    sent: str
    recipient: Json
    not_reached: Concept | None = None
    instruction: bool = False
    topics: tuple[Json, ...] = ()
    """A CodeableConcept each."""
    sentences: tuple[str, ...] = ()


def write(content: Content, patient: str, sender: str, discipline: str, talk: Conversation) -> Json:
    """Writes a Communication."""
    communication: Json = {"resourceType": "Communication"}
    if discipline in content.concepts(DISCIPLINE):
        coding = content.concept(DISCIPLINE, discipline).coding
        communication["extension"] = [{"url": DISCIPLINE_EXTENSION, "valueCoding": coding}]
    communication["basedOn"] = [{"reference": talk.based_on}]
    communication["status"] = "not-done" if talk.not_reached else "completed"
    if talk.not_reached:
        communication["statusReason"] = {"coding": [talk.not_reached.coding]}
    if talk.instruction:
        communication["category"] = [{"coding": [{"system": COMMUNICATION_CATEGORY, "code": "instruction"}]}]
    communication["subject"] = {"reference": patient}
    if talk.topics:
        communication["topic"] = {"text": ", ".join(_words(talk.topics))}
    communication |= {"sent": talk.sent, "recipient": [talk.recipient], "sender": {"reference": sender}}
    if talk.topics:
        communication["reasonCode"] = list(talk.topics)
    if talk.sentences:
        communication["payload"] = [{"contentString": one} for one in talk.sentences]
    return communication


def _words(topics: Iterable[Json]) -> list[str]:
    return [str(first_text(one, "coding.display") or one.get("text", "")) for one in topics]
