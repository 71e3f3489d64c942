"""What a person says of one event of a loop, with the records their words name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from carefhir.content.loading import Concept
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records

Event: TypeAlias = Literal[
    "sent",
    "accepted",
    "booked",
    "kept",
    "missed",
    "delivered",
    "in-use",
    "result",
    "declined",
    "cancelled",
    "late",
]
"""The codes of CodeSystem loop-event."""


@dataclass(frozen=True, slots=True)
class Account:
    """One event, as told; what an event does not need is empty."""

    patient: str
    event: Event
    kind: Concept
    """The event in CodeSystem loop-event."""
    at: datetime
    reason: str
    to: str
    organization: str
    consent: str
    start: datetime | None
    minutes: int
    practitioner: str
    place: str
    transport: str
    told: bool
    schedule: str
    encounter: str
    confirmed_by: str
    caregiver: str
    result: str
    report: str
    document: str
    need: str
    records: Records

    @property
    def ends(self) -> bool:
        """Whether nothing is waited for afterwards."""
        return bool(self.kind.properties.get("ends"))

    @property
    def recorded_in(self) -> str:
        """The record the result stands in; "" where none is named."""
        return self.report or self.document

    @property
    def doer(self) -> Json:
        """Who does it: by reference, by name, or both."""
        reference = self.practitioner if self.event == "booked" else self.organization
        return {
            **({"reference": reference} if reference else {}),
            **({"display": self.to} if self.to else {}),
        }

    @property
    def doer_words(self) -> str:
        return self.to or self.practitioner or self.organization
