"""What remains of a case when it is closed: its open Tasks, its requests to payers, and its goals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.fhir.changes import Act, keys_of
from carefhir.mappers.authorization import FOLLOWING
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.claim import ClaimView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.task import TaskView
from carefhir.workflows.case_management.cases import plans_of, standing_plan

SIGNED = ("active", "on-hold")
"""A goal that a provider has signed goes on in the standing plan, which is signed too."""
OF_THE_PLAN = ("sign-off", "revise-plan")
"""Tasks about the case's own plan, which end with it."""


@dataclass(frozen=True, slots=True)
class Remains:
    """What belongs to a case, and is not over."""

    tasks: tuple[TaskView, ...]
    """What is to be done: it goes to the care manager."""
    closing: tuple[TaskView, ...]
    """The Tasks that ask to close the case."""
    about_plan: tuple[TaskView, ...]
    """The Tasks about its plan: they end with it."""
    goals: tuple[GoalView, ...]
    """Signed goals that are not over."""
    unsigned: tuple[GoalView, ...]
    """Goals that nobody agreed to, or that nobody signed."""
    plans: tuple[CarePlanView, ...]
    """Its plans that are not over."""
    standing: CarePlanView | None
    """The plan of care management in force."""
    not_ours: tuple[TaskView, ...]
    """Open Tasks of the case manager for this person that do not belong to the case: they stay where they are."""
    requests: dict[str, str]
    """What was asked of payers, in words, by the reference of the request."""

    @property
    def payers(self) -> tuple[TaskView, ...]:
        """The requests to payers that are not settled."""
        return tuple(task for task in self.tasks if _follows(task))

    @property
    def anything(self) -> bool:
        """Whether anything has to be handed over."""
        return bool(self.tasks or self.goals or self.unsigned)

    @property
    def in_short(self) -> tuple[str, ...]:
        """What remains, counted."""
        counts: tuple[tuple[Sequence[object], str], ...] = (
            (self.tasks, "open Task"),
            (self.payers, "unsettled request"),
            (self.goals, "goal"),
            (self.unsigned, "goal not signed"),
        )
        return tuple(f"{len(some)} {word}{'s' if len(some) > 1 else ''}" for some, word in counts if some)


def remains_of(chart: Chart, case: EpisodeView, claims: Iterable[ClaimView], act: Act) -> Remains:
    """What belongs to a case and is not over; on a server without history also what this act has moved."""
    plans = plans_of(chart, case)
    asked = {one.reference: one for one in claims}
    requests = {name for name, one in asked.items() if case.event in (*one.about, name)}
    goals = [goal for plan in plans for goal in chart.goals if goal.reference in plan.goals and not goal.over]
    tasks = [task for task in chart.tasks if task.open or act.did(task.record, "amended")]
    mine = [task for task in tasks if keys_of(task.record) and _belongs(task, case, plans, requests)]
    closing = [task for task in mine if "close-case" in task.codes]
    about_plan = [task for task in mine if any(code in task.codes for code in OF_THE_PLAN)]
    return Remains(
        tasks=tuple(task for task in mine if task not in (*closing, *about_plan)),
        closing=tuple(closing),
        about_plan=tuple(about_plan),
        goals=tuple(goal for goal in goals if goal.status in SIGNED),
        unsigned=tuple(goal for goal in goals if goal.status not in SIGNED),
        plans=tuple(plan for plan in plans if not plan.over or act.did(plan.record, "amended")),
        standing=standing_plan(chart),
        not_ours=tuple(task for task in tasks if task not in mine and task.owner == case.care_manager and task.open),
        requests={task.focus: asked[task.focus].words for task in mine if _follows(task) and task.focus in asked},
    )


def _follows(task: TaskView) -> bool:
    return any(code in task.codes for code in FOLLOWING)


def _belongs(task: TaskView, case: EpisodeView, plans: tuple[CarePlanView, ...], requests: set[str]) -> bool:
    """Whether a Task belongs to the case: by its plan, by what it is about, or by what a payer was asked."""
    by_plan = {plan.reference for plan in plans}
    if by_plan & {*task.based_on, task.focus} or task.focus == case.record.reference:
        return True
    return _follows(task) and task.focus in requests
