"""Whose Tasks somebody sees beside their own: of whom they cover for, and of whoever covers, or covered, for them.

During a cover the covering care manager sees the open Tasks of the one who is away. Whoever was away sees what went to
the covering care manager, during the cover and afterwards, until it is done: nothing has to be given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Codes, Need, Of, Slots, filled
from carefhir.mappers import task as task_mapper
from carefhir.mappers.task import TaskView
from carefhir.mappers.team_cover import CoverView, covers_of
from carefhir.occasion import Occasion

COVERED = "covered_"
"""What the names of needs begin with that are asked about people somebody covers for."""


def plain(need: str) -> str:
    """The name a need has where it is asked about one's own people."""
    return need.removeprefix(COVERED)


@dataclass(frozen=True, slots=True)
class InCover(Of):
    """Is a team in which somebody covers for the person in the slot, or the other way round: of all the teams somebody
    belongs to, the people of no other are read."""

    def holds(self, resource: Json, slots: Slots) -> bool:
        who, today = filled(self.slot, slots) or "", date.fromisoformat(slots.get("today", "9999-12-31")[:10])
        return any(_concerns(cover, who, today) for cover in covers_of(resource))


def _concerns(cover: CoverView, who: str, today: date) -> bool:
    """Whether somebody has to see the other one's Tasks."""
    return (cover.covering == who and cover.in_force(today)) or (cover.covered == who and cover.begun(today))


def find() -> Need:
    """The active care teams with a cover that concerns whoever acts."""
    where = (InCover("participant", "participant.member", "{actor}"), Codes("status", "status", ("active",)))
    return Need("covers", "CareTeam", where, optional=True)


@dataclass(frozen=True, slots=True)
class Covers:
    """The covers that concern whoever acts, and the Tasks of others that they bring."""

    actor: str
    """`Practitioner/ID`."""
    covers: tuple[CoverView, ...]
    tasks: tuple[TaskView, ...]
    """The other ones' open Tasks about these people."""

    def owner(self, task: TaskView) -> str:
        """Whose Task it is, by name; "" for one's own."""
        if not task.owner or task.owner == self.actor:
            return ""
        for cover in self.covers:
            if task.owner == cover.covered:
                return cover.covered_name or cover.covered
            if task.owner == cover.covering:
                return cover.covering_name or cover.covering
        return task.owner_words or task.owner

    def notes(self, patient: str, occasion: Occasion) -> tuple[str, ...]:
        """What a row says of a cover: for whom and until when."""
        return tuple(
            self._note(cover, occasion.today)
            for cover in self.covers
            if cover.patient == patient and (cover.covering == self.actor or self._has_tasks(cover))
        )

    def _note(self, cover: CoverView, today: date) -> str:
        until = f"until {cover.last:%a} {cover.last}"
        if cover.covering == self.actor:
            return f"covering for {cover.covered_name or cover.covered} {until}"
        who = cover.covering_name or cover.covering
        if cover.in_force(today):
            return f"{who} covers for you {until}"
        return f"{who} covered for you {until}, and still has Tasks"

    def _has_tasks(self, cover: CoverView) -> bool:
        return any(task.owner == cover.covering and task.patient == cover.patient for task in self.tasks)


def read(records: Records, occasion: Occasion) -> Covers:
    """The covers, and the Tasks that belong to the other one of each."""
    actor = occasion.actor.reference
    every = (cover for team in records["covers"] for cover in covers_of(team))
    covers = tuple(cover for cover in every if _concerns(cover, actor, occasion.today))
    others = {(cover.patient, cover.covered if cover.covering == actor else cover.covering) for cover in covers}
    tasks = map(task_mapper.read, records[f"{COVERED}tasks"])
    return Covers(actor, covers, tuple(task for task in tasks if (task.patient, task.owner) in others))
