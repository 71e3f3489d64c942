"""Everybody's journey on one server: told once, looked at, told once more, and looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carefhir.codes import ACT_KEY, STEP_KEY
from carefhir.engine.results import Done, Result
from tests.patients import synthea
from tests.patients.acts import journey
from tests.patients.journey import Act, Person, carried_out, person
from tests.support.backends import Backend

Json = dict[str, Any]


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


def ward_of(backend: Backend, shared: Path, *, twice: bool = True) -> Ward:
    """Loads a server and tells everybody's journey; `twice`: looks, tells it again, and looks again."""
    new = synthea.load(backend, shared, lanes=2 if backend.sandbox is None else 1)
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
    story = Story(who)
    for act in journey(backend, who):
        story.acts.append(act)
    story.seen = synthea.everything(backend, who.reference)
    story.written = written(backend, story.seen, story.results)
    if twice:
        story.again = [carried_out(backend, who, one.name, one.actor, one.command, later=7) for one in story.acts]
        story.seen_again = synthea.everything(backend, who.reference)
    return story


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
