"""The journey of one patient, 24 hours after their last stay ended, as far as their data go; and everybody on a server.

The steps of `acts`, one after the other; a step whose records an earlier one refused to make is left out. Pathways are
in force on any day here (`content`): ours begin in 2026, and most of these patients' last stays are older.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carefhir import runner
from carefhir.catalog import step_for
from carefhir.codes import ACT_KEY, STEP_KEY
from carefhir.content import stays
from carefhir.content.loading import Content, load
from carefhir.content.stays import Stay
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record, codings
from carefhir.mappers import encounter
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Actor, Occasion
from carefhir.results import Done, Result
from carefhir.steps import Command
from tests.patients import synthea
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


@dataclass
class Story:
    """One patient's journey, told once and once more."""

    who: Person
    acts: list[Act] = field(default_factory=list)
    again: list[Act] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)
    seen_again: list[Json] = field(default_factory=list)
    written: list[Json] = field(default_factory=list)
    """What carries our tags after the first run, receipts among it."""

    @property
    def results(self) -> dict[str, Result]:
        return {one.name: one.result for one in self.acts}


@dataclass
class Ward:
    """Everybody on one server."""

    backend: Backend
    stories: dict[str, Story] = field(default_factory=dict)


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


def ward_of(backend: Backend, shared: Path, *, twice: bool = True) -> Ward:
    """Loads a server and tells everybody's journey; `twice`: looks, tells it again, and looks again."""
    new = synthea.load(backend, shared, lanes=2 if backend.name == "hapi" else 1)
    team = [synthea.find_practitioner(backend, npi) for npi in synthea.npis(shared)]
    ward = Ward(backend)
    for key, id_ in synthea.patients(shared).items():
        who = person(backend, key, id_, *team)
        if not new:
            synthea.made_fresh(backend, who.reference)
        ward.stories[key] = told(backend, who, twice=twice)
    return ward


def told(backend: Backend, who: Person, *, twice: bool) -> Story:
    """One patient's journey."""
    from tests.patients.acts import journey

    story = Story(who)
    for act in journey(backend, who):
        story.acts.append(act)
    story.seen = synthea.everything(backend, who.reference)
    story.written = written(backend, story.seen, story.results)
    if twice:
        story.again = [carried_out(backend, who, one.name, one.actor, one.command, later=7) for one in story.acts]
        story.seen_again = synthea.everything(backend, who.reference)
    return story


def person(backend: Backend, key: str, synthea_id: str, care_manager: str, provider: str) -> Person:
    """The patient, their last stay as the stay finder sees it, and the moment 24 hours after it."""
    reference = synthea.find_patient(backend, synthea_id)
    ours = content()
    views = [encounter.read(Record(encode(one))) for one in backend.search(f"Encounter?patient={reference}&_count=500")]
    inside = [one for one in views if stays.is_facility(stays.setting_of(ours, one))]
    ended = [one for one in inside or views if one.end]
    last = max(ended, key=lambda one: (one.end, one.reference))
    stay = stays.stay_of(ours, last, views, 24)
    end = stay.end if stay else last.end
    assert end is not None
    # any Encounter of a stay names it: the first here, not the one it ends with
    named = stay.encounters[0] if stay else last
    now = (end + timedelta(hours=24)).astimezone(ZONE)
    return Person(key, reference, stay, named, now, care_manager, provider)


def carried_out(backend: Backend, who: Person, name: str, actor: str, command: Command, later: int = 0) -> Act:
    """Runs one step, acted by whoever it is for."""
    occasion = Occasion(who.now + timedelta(minutes=later), Actor(actor), content(), ZONE)
    return Act(name, actor, command, backend.run(runner.run(step_for(command), command, occasion, backend.server())))


def written(backend: Backend, seen: list[Json], results: dict[str, Result]) -> list[Json]:
    """What carries our tags among all that was seen of this patient; and the receipts, by the references given."""
    return [one for one in seen if synthea.is_ours(one)] + [
        backend.get(one.receipt) for one in results.values() if isinstance(one, Done)
    ]


def names(resources: list[Json]) -> list[str]:
    return sorted(f"{one['resourceType']}/{one['id']}" for one in resources)


def keys_of(resource: Json) -> Iterator[str]:
    """Our keys on a resource."""
    identifiers = resource.get("identifier", [])
    held = identifiers if isinstance(identifiers, list) else [identifiers]
    yield from (one["value"] for one in held if one.get("system") == STEP_KEY)
    yield from (one["code"] for one in resource.get("meta", {}).get("tag", []) if one.get("system") == ACT_KEY)
