"""What belongs to one program of a person, told apart from what belongs to another one that goes on.

A Task does not say for which program it was written. Where no other program runs, everything of ours belongs to the one
that ends; else only what its care manager alone has to do, and what is part of its plan. What cannot be told stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import TASK
from carefhir.content.loading import Content
from carefhir.fhir.changes import Act, amendable, keys_of, marks_of
from carefhir.fhir.record import Record
from carefhir.lifecycle import ended
from carefhir.mappers import status
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView
from carefhir.mappers.team_cover import covers_of

DANGER = ("escalation", "safety-review")
"""Kinds of Task that say that somebody may be in danger: a red check-in, a safety finding."""
ORDERS = ("ServiceRequest", "DeviceRequest")
"""Requests that are a prescriber's order, once they are in force."""


@dataclass(frozen=True, slots=True)
class ProgramParts:
    """Everything of ours that belongs to one program, as far as it is not over, or this act ended it."""

    episode: EpisodeView
    chart: Chart
    consents: tuple[Record, ...]
    content: Content
    act: Act

    def live(self, record: Record) -> bool:
        """Whether it is ours to end: not over yet, or ended by this very act."""
        over = ended(record.type, status.read(record))
        ours = bool(keys_of(record)) and amendable(record)
        return ours and (not over or self.act.did(record, "amended"))

    @property
    def cannot_be_changed(self) -> tuple[Record, ...]:
        """What is ours and open, and was read in part or has a modifierExtension."""
        chart = self.chart
        records = (
            *(plan.record for plan in chart.care_plans),
            *(goal.record for goal in chart.goals),
            *(task.record for task in chart.tasks),
            *chart.care_teams,
        )
        open_of_ours = (each for each in records if keys_of(each) and not ended(each.type, status.read(each)))
        return tuple(record for record in open_of_ours if not amendable(record))

    # ---- which program

    @property
    def others(self) -> tuple[EpisodeView, ...]:
        """The programs of ours that go on."""
        return tuple(
            each for each in self.chart.episodes if each is not self.episode and each.programs and not each.over
        )

    def _of_others(self) -> frozenset[str]:
        """The enrollments and teams of the programs that go on."""
        return frozenset(name for each in self.others for name in (each.record.reference, *each.teams))

    def _mine(self, names: Iterable[str]) -> bool:
        """Whether what points to these belongs to this program and to no other that goes on."""
        linked = frozenset(names)
        own = {self.episode.record.reference, *self.episode.teams}
        return not linked & self._of_others() and (not self.others or bool(linked & own))

    # ---- its parts

    @property
    def plans(self) -> tuple[CarePlanView, ...]:
        """The plans of the program."""
        return tuple(
            plan
            for plan in self.chart.care_plans
            if self.live(plan.record) and self._mine((*plan.supporting, *plan.teams))
        )

    @property
    def shared_plans(self) -> tuple[CarePlanView, ...]:
        """The plans that another program goes on with, too."""
        own = {self.episode.record.reference, *self.episode.teams}
        return tuple(
            plan
            for plan in self.chart.care_plans
            if plan not in self.plans and not plan.over and own & {*plan.supporting, *plan.teams}
        )

    def _parts_of_plans(self) -> frozenset[str]:
        """What the plans of the program link to, and no plan that goes on."""
        names = {name for plan in self.plans for name in (*plan.goals, *plan.activities)}
        going_on = [plan for plan in self.chart.care_plans if plan not in self.plans and not plan.over]
        return frozenset(names - {name for plan in going_on for name in (*plan.goals, *plan.activities)})

    @property
    def goals(self) -> tuple[GoalView, ...]:
        """The goals of its plans."""
        return tuple(
            goal for goal in self.chart.goals if self.live(goal.record) and goal.reference in self._parts_of_plans()
        )

    @property
    def requests(self) -> tuple[ItemView, ...]:
        """The requests of its plans that are nobody's order: drafts, and messages."""
        return tuple(item for item in self._requests() if not self._ordered(item))

    @property
    def orders(self) -> tuple[ItemView, ...]:
        """The requests of its plans that are in force: a prescriber's to stop."""
        return tuple(item for item in self._requests() if self._ordered(item))

    def _requests(self) -> list[ItemView]:
        kinds = (*ORDERS, "CommunicationRequest")
        parts = self._parts_of_plans()
        return [
            item
            for item in self.chart.items
            if item.record.type in kinds and item.reference in parts and self.live(item.record)
        ]

    def _ordered(self, item: ItemView) -> bool:
        return item.record.type in ORDERS and item.status != "draft" and not self.act.did(item.record)

    @property
    def tasks(self) -> tuple[TaskView, ...]:
        """The Tasks that end with it."""
        return tuple(task for task in self._tasks() if self.belongs(task) and not self.protects(task))

    @property
    def standing_tasks(self) -> tuple[TaskView, ...]:
        """The Tasks that stay open though the program's people own them: they protect the person, follow a discharge,
        or may be another program's."""
        team = {self.episode.care_manager, *self.chart.team.roles.values()}
        ends = self.tasks
        return tuple(
            task
            for task in self.chart.tasks
            if task.open and task not in ends and (not self.others or task.owner in team or self.protects(task))
        )

    def _tasks(self) -> list[TaskView]:
        return [task for task in self.chart.tasks if self.live(task.record)]

    def belongs(self, task: TaskView) -> bool:
        """Whether a Task belongs to this program, as far as can be told."""
        own = {self.episode.record.reference, *(plan.reference for plan in self.plans)}
        if task.focus in own or task.record.reference in self._parts_of_plans():
            return True
        if not self.others:
            return True
        managers = {each.care_manager for each in self.others}
        about = {task.focus, *task.part_of} & self._of_others()
        mine = {self.episode.care_manager, *self._stand_ins()}
        return task.owner in mine - managers and not about

    def _stand_ins(self) -> frozenset[str]:
        """Whoever stands in for the care manager, or did: their Tasks of that time are the program's."""
        teams = (team for team in self.chart.care_teams if team.reference in self.episode.teams)
        covers = (cover for team in teams for cover in covers_of(team))
        return frozenset(cover.covering for cover in covers if cover.covered == self.episode.care_manager)

    def protects(self, task: TaskView) -> bool:
        """Whether a Task protects the person or follows a discharge (CodeSystem care-task), and so does not end."""
        kinds = self.content.concepts(TASK)
        properties = [kinds[code].properties for code in task.codes if code in kinds]
        return any(one.get("whilePaused") == "goes-on" and one.get("whenLeaving") != "ends" for one in properties)

    @property
    def danger(self) -> tuple[TaskView, ...]:
        """What is open because somebody may be in danger."""
        return tuple(task for task in self.chart.tasks if task.open and set(DANGER) & set(task.codes))

    @property
    def teams(self) -> tuple[Record, ...]:
        """The teams of the program that are no other program's."""
        mine = set(self.episode.teams) - self._of_others()
        return tuple(team for team in self.chart.care_teams if team.reference in mine and self.live(team))

    @property
    def consent(self) -> tuple[Record, ...]:
        """The consent with which the person was enrolled: the same act wrote it."""
        acts = _acts_that_created(self.episode.record)
        return tuple(record for record in self.consents if self.live(record) and acts & _acts_that_created(record))


def _acts_that_created(record: Record) -> frozenset[str]:
    return frozenset(mark.partition("/")[0] for mark in marks_of(record) if mark.endswith("/created"))
