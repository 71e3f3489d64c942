"""One patient 24 hours after their last stay ended, who looks after them, and how a step is carried out for them.

Pathways are in force on any day here (`content`): ours begin in 2026, and most of these patients' last stays are older.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from carefhir.catalog import step_for
from carefhir.chart.stays import Stay
from carefhir.content.loading import Content, load
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record, codings
from carefhir.mappers import encounter
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Actor, Occasion
from tests.patients import rewind, synthea
from tests.support.backends import Backend

Json = dict[str, Any]

ZONE = ZoneInfo("America/New_York")
"""Where Synthea's Massachusetts is."""


@dataclass(frozen=True)
class Person:
    """One patient on one server, when their story is told, and who looks after them."""

    key: str
    reference: str
    stay: Stay | None
    named: EncounterView
    now: datetime
    care_manager: str
    provider: str


@dataclass(frozen=True)
class Act:
    """A step as it was carried out, and by whom."""

    name: str
    actor: str
    command: Command
    result: Result


@cache
def content() -> Content:
    """Our content, its pathways in force on any day."""
    found = load()
    return Content(
        {
            key: {name: part for name, part in one.items() if name != "effectivePeriod"}
            if any(code == "clinical-protocol" for _, code in codings(one, "type"))
            else one
            for key, one in found.artefacts.items()
        }
    )


def person(backend: Backend, key: str, synthea_id: str, care_manager: str, provider: str) -> Person:
    """The patient, their last stay as the stay finder sees it, and the moment 24 hours after it."""
    reference = synthea.find_patient(backend, synthea_id)
    views = [encounter.read(Record(encode(one))) for one in backend.search(f"Encounter?patient={reference}&_count=500")]
    stay, named, end = rewind.last_stay(content(), views)
    now = (end + rewind.AFTER).astimezone(ZONE)
    return Person(key, reference, stay, named, now, care_manager, provider)


def carried_out(backend: Backend, who: Person, name: str, actor: str, command: Command, later: int = 0) -> Act:
    """Runs one step, acted by whoever it is for."""
    occasion = Occasion(who.now + timedelta(minutes=later), Actor(actor), content(), ZONE)
    return Act(name, actor, command, backend.run(runner.run(step_for(command), command, occasion, backend.server())))
