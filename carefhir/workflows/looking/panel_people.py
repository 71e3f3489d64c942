"""Who is on a care manager's panel: everybody in a program of ours whose care manager they are."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.fhir.record import Record, references, relative
from carefhir.fhir.search import Codes, Need, Of
from carefhir.mappers import episode_of_care

RUNNING = (Of("care-manager", "careManager", "{actor}"), Codes("status", "status", ("active", "onhold")))
"""A program that runs, or waits, and whose care manager acts."""
PANEL = Need("panel", "EpisodeOfCare", RUNNING)


def people_of(episodes: Iterable[Record]) -> tuple[str, ...]:
    """Everybody in a program of ours among these episodes: `Patient/ID`, each once."""
    ours = [record for record in episodes if episode_of_care.read(record).programs]
    return tuple(dict.fromkeys(person for record in ours for person in about(record, "patient")))


def about(record: Record, path: str) -> list[str]:
    """The patients that a record says it is about."""
    named = (relative(text) for text in references(record.json, path))
    return [person for person in named if person and person.startswith("Patient/")]
