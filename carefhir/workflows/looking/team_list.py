"""`team-list`: shows the open work about everybody whose care team one belongs to, whoever owns it. It only reads.

Three lists make a day: mine (`worklist`), my team's, and nobody's: what has no owner is done by nobody until somebody
sees it. A Task about a person in none of one's teams is not looked for: on somebody else's server it may be anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pydantic import Field

from carefhir.engine.step import Command, Reading
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Codes, Need, Of, Slots, filled
from carefhir.mappers import care_team
from carefhir.mappers import task as task_mapper
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.looking.list_rows import AROUND, OF_TEAM, OWNER, List, OwnersOfTasks, beside, list_of

PEOPLE_WHO_WORK = ("Practitioner", "PractitionerRole", "RelatedPerson", "Patient", "Device")
"""What can own a Task and do it; an organization or a team is nobody in particular."""


class TeamList(Command):
    """Shows the open Tasks about the people whose care teams whoever acts belongs to, a row for each patient."""

    whose: Literal["team", "nobody"] = Field(
        default="team",
        description="team: all of these people's open Tasks, whoever owns them; nobody: those that no person owns",
    )


@dataclass(frozen=True, slots=True)
class InTeam(Of):
    """Is a team to which the person in the slot belongs today: whoever has left one is shown nobody of it."""

    def holds(self, resource: Json, slots: Slots) -> bool:
        who, today = filled(self.slot, slots) or "", date.fromisoformat(slots.get("today", "9999-12-31")[:10])
        return care_team.belongs(resource, who, today)


def _about_teams_people(need: Need) -> Need:
    return replace(need, beside=OF_TEAM)


NEEDS = (
    Need(
        "teams",
        "CareTeam",
        (InTeam("participant", "participant.member", "{actor}"), Codes("status", "status", ("active",))),
        follow=(OF_TEAM,),
    ),
    OWNER,
    *map(_about_teams_people, (beside("tasks", Codes("status", "status", task_mapper.TO_DO)), *AROUND)),
)


@dataclass(frozen=True, slots=True)
class Teammates:
    """Whose a Task is, as somebody of the team says it."""

    actor: str
    """`Practitioner/ID`."""
    names: Mapping[str, str]
    """By reference."""

    def owner(self, task: TaskView) -> str:
        """By name; "" for one's own."""
        if task.owner == self.actor:
            return ""
        return self.names.get(task.owner) or task.owner_words or task.owner or "nobody"


def read(records: Records, command: TeamList, occasion: Occasion) -> List:
    """The list."""
    tasks = tuple(task for task in map(task_mapper.read, records["tasks"]) if command.whose == "team" or nobodys(task))
    teams = care_team.read((*records["teams"], *records["care_teams"]), occasion.today)
    mates = Teammates(occasion.actor.reference, teams.names)
    return list_of(records, NEEDS, tasks, OwnersOfTasks(mates.owner, lambda patient: ()), occasion)


def nobodys(task: TaskView) -> bool:
    """Whether no person owns a Task: it has no owner, or a team or an organization has it."""
    return task.owner.partition("/")[0] not in PEOPLE_WHO_WORK


TEAM_LIST = Reading(
    "team-list", "What is to be done for the people of your care teams, by whomever", TeamList, NEEDS, read
)
