"""What an attempt to reach somebody says, and a talk with them: whom, about what, and which attempts are separate.

`record-contact` (after a discharge) and `record-call` (at any other time) share it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias, TypeVar

from carefhir.chart import wording
from carefhir.codes import CONTACT_TOPIC
from carefhir.content import supervision
from carefhir.content.loading import Concept, Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import communication, related_person
from carefhir.mappers.communication import Conversation
from carefhir.occasion import Occasion

Outcome: TypeAlias = Literal["reached", "voicemail", "no-answer", "wrong-number", "refused"]
"""What can become of a call (CodeSystem contact-outcome)."""


@dataclass(frozen=True, slots=True)
class Callee:
    """Whom somebody tried to reach: the patient, or somebody else who is named or not."""

    patient: str
    """`Patient/ID`."""
    whom: str
    """The patient, or what the other person is to them: `caregiver`, `proxy`."""
    reference: str
    """The other person, `RelatedPerson/ID`; "" where nobody is named."""
    record: Record | None
    """The RelatedPerson, where they can be seen."""

    def unfit(self) -> tuple[str, ...]:
        """Why the named person does not fit. A Consent is never asked for: no call should wait for one."""
        if not self.reference:
            return ()
        if self.whom == "patient":
            return (
                "a caregiver is named, but with_whom says patient: set with_whom to caregiver, or leave caregiver out",
            )
        if self.record is None:
            return (f"{self.reference} is not on this server, or not visible to us: check the ID, or leave it out",)
        if not related_person.is_of(self.record, self.patient):
            return (f"{self.reference} is not a related person of {self.patient}: check the ID, or leave it out",)
        return ()

    @property
    def recipient(self) -> Json:
        """As the recipient of a Communication."""
        if self.whom == "patient":
            return {"reference": self.patient}
        return {"reference": self.reference} if self.reference else {"display": f"a {self.whom}"}


def written(occasion: Occasion, patient: str, talk: Conversation) -> Json:
    """A Communication of whoever acts, with their discipline."""
    actor = occasion.actor
    return communication.write(occasion.content, patient, actor.reference, discipline=actor.discipline, talk=talk)


def stamp(when: datetime, occasion: Occasion) -> str:
    """A moment as FHIR writes it: with its own offset; in the occasion's time zone when it is in UTC."""
    return (when if when.utcoffset() else when.astimezone(occasion.zone)).isoformat(timespec="seconds")


def coded(content: Content, topics: Iterable[str]) -> tuple[Json, ...]:
    """Topics as CodeableConcepts, each once: by code where one is meant, else in the words that were given."""
    return tuple(
        {"coding": [topic.coding]} if (topic := topic_of(content, words)) else {"text": words}
        for words in dict.fromkeys(topics)
    )


class AtSomeTime(Protocol):
    """What happened at a moment."""

    @property
    def at(self) -> datetime: ...


Made = TypeVar("Made", bound=AtSomeTime)


def separate(ordered: Iterable[Made], minutes: int) -> tuple[Made, ...]:
    """The attempts that are separate, of attempts by time: two voicemails a minute apart are one (rule 7)."""
    counted: list[Made] = []
    for attempt in ordered:
        if not counted or attempt.at - counted[-1].at >= timedelta(minutes=minutes):
            counted.append(attempt)
    return tuple(counted)


def is_clinical(content: Content, discipline: str) -> bool:
    """Whether contacts by this discipline count for the program."""
    return supervision.may(content, "contact-evidence", discipline)


def substantive(content: Content, topics: Iterable[str]) -> bool:
    """Whether a talk was about care: about something that is understood, and is more than scheduling."""
    meant = [concept for words in topics for concept in meanings_of(content, words)]
    return any(not concept.properties.get("schedulingOnly") for concept in meant)


def not_understood(content: Content, topics: Iterable[str]) -> tuple[str, ...]:
    """The words that say neither care nor scheduling, of a talk that is not known to have been about care."""
    topics = tuple(topics)
    if substantive(content, topics):
        return ()
    return tuple(words for words in topics if words.strip() and not meanings_of(content, words))


def meanings_of(content: Content, words: str) -> tuple[Concept, ...]:
    """What somebody's words mean: the topic they name, else the topics whose words are in them."""
    named = topic_of(content, words)
    if named is not None:
        return (named,)
    return tuple(topic for topic in content.concepts(CONTACT_TOPIC).values() if wording.names(topic, words))


def topic_of(content: Content, words: str) -> Concept | None:
    """The topic (CodeSystem contact-topic) that somebody's words name by code, display or alias; None if they name
    none."""
    name = words.strip().lower()
    for topic in content.concepts(CONTACT_TOPIC).values():
        aliases = str(topic.properties.get("aliases", "")).split(";")
        if name in {topic.code, topic.display, *(alias.strip() for alias in aliases)}:
            return topic
    return None
