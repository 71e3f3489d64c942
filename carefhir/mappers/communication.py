"""Communication: one attempt to reach a person, or one conversation with them; not done means not reached, with the
reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from carefhir.codes import (
    BASE,
    COMMUNICATION_CATEGORY,
    CONTACT_MEANS,
    CONTACT_OUTCOME,
    DISCIPLINE,
    PARTICIPATION_MODE,
)
from carefhir.content.loading import Concept, Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.fhir.search import Need, Of
from carefhir.mappers.provenance import DISCIPLINE_EXTENSION

TALK_LANGUAGE = f"{BASE}/StructureDefinition/talk-language"


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

    between_staff: bool = False
    """Whether it went to people who care for the person, and to nobody else: then nobody has talked with them."""

    @property
    def hands_over(self) -> bool:
        """Whether it only hands something over, a document say: nobody has spoken with the person by that."""
        return any(code == "notification" for _, code in codings(self.record.json, "category"))

    @property
    def means(self) -> str:
        """By which means (CodeSystem contact-means); "" where it does not say so in our codes."""
        return next((code for system, code in codings(self.record.json, "medium") if system == CONTACT_MEANS), "")

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
        between_staff=_between_staff(json),
    )


def _between_staff(json: Json) -> bool:
    """Whether everybody it names as recipient is staff."""
    people = [relative(one) or "" for one in references(json, "recipient")]
    return bool(people) and all(name.startswith(("Practitioner/", "PractitionerRole/")) for name in people)


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
    """The Task it is about; "" for a contact that no Task asked for."""
    sent: str
    recipient: Json
    not_reached: Concept | None = None
    instruction: bool = False
    topics: tuple[Json, ...] = ()
    """A CodeableConcept each."""
    sentences: tuple[str, ...] = ()
    hands_over: bool = False
    """Whether it only hands something over."""
    means: Concept | None = None
    """By which means, where that is said (CodeSystem contact-means)."""
    language: str = ""
    """In which language, in words."""
    interpreter: Concept | None = None
    """Who interpreted (CodeSystem interpreter-used)."""


def write(content: Content, patient: str, sender: str, discipline: str, talk: Conversation) -> Json:
    """Writes a Communication."""
    communication: Json = {"resourceType": "Communication"}
    if discipline in content.concepts(DISCIPLINE):
        coding = content.concept(DISCIPLINE, discipline).coding
        communication["extension"] = [{"url": DISCIPLINE_EXTENSION, "valueCoding": coding}]
    if talk.language or talk.interpreter:
        communication.setdefault("extension", []).append(_language(talk))
    if talk.based_on:
        communication["basedOn"] = [{"reference": talk.based_on}]
    communication["status"] = "not-done" if talk.not_reached else "completed"
    if talk.not_reached:
        communication["statusReason"] = {"coding": [talk.not_reached.coding]}
    if talk.hands_over:
        communication["category"] = [{"coding": [{"system": COMMUNICATION_CATEGORY, "code": "notification"}]}]
    if talk.instruction:
        communication["category"] = [{"coding": [{"system": COMMUNICATION_CATEGORY, "code": "instruction"}]}]
    communication["subject"] = {"reference": patient}
    if talk.means:
        medium = {"system": PARTICIPATION_MODE, "code": talk.means.properties["medium"]}
        communication["medium"] = [{"coding": [talk.means.coding, medium]}]
    if talk.topics:
        communication["topic"] = {"text": ", ".join(_words(talk.topics))}
    communication |= {"sent": talk.sent, "recipient": [talk.recipient], "sender": {"reference": sender}}
    if talk.topics:
        communication["reasonCode"] = list(talk.topics)
    if talk.sentences:
        communication["payload"] = [{"contentString": one} for one in talk.sentences]
    return communication


def _language(talk: Conversation) -> Json:
    """In which language it was held, and who interpreted."""
    parts: list[Json] = [{"url": "language", "valueString": talk.language}] if talk.language else []
    if talk.interpreter:
        parts.append({"url": "interpreter", "valueCoding": talk.interpreter.coding})
    return {"url": TALK_LANGUAGE, "extension": parts}


def _words(topics: Iterable[Json]) -> list[str]:
    return [str(first_text(one, "coding.display") or one.get("text", "")) for one in topics]
