"""`pause`: puts a program and its Tasks on hold, because the person asks for it or is away.

The enrollment is put on hold with the reason, and so is every Task that is not needed to protect the person. One new
Task asks the care manager on a given day whether to resume, so that the person is not forgotten. Tasks that protect the
person and Tasks that follow a discharge are not paused (CodeSystem care-task, `whilePaused`). The act's cause is the
program and the moment of the pause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from carefhir.codes import TASK, TASK_STATUS
from carefhir.engine.step import Step
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, Refusal, amend, keys_of, put
from carefhir.fhir.gather import Records
from carefhir.mappers import episode_of_care
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.programs import NEEDS, ProgramCase, ProgramCommand, cause_of, counted, seen


class Pause(ProgramCommand):
    """Pauses a program for a time, with a reason."""

    look_again: date = Field(description="the day on which the care manager asks whether to resume")


@dataclass(frozen=True, slots=True)
class PauseCase(ProgramCase):
    """One program of one person, to be paused."""

    command: Pause

    def decide(self, act: Act) -> Plan | Refusal:
        """The program and its Tasks on hold, and a day to look again; or why not."""
        why = (*self.refusals(), *self._not_running(act))
        if why or self.episode is None:
            return Refusal(why)
        pen, reason = Pen(self.occasion, act, self.command.patient), f"paused: {self.command.reason}"
        held, going_on = self._tasks()
        # The enrollment goes last: while it runs, a Task may still have to be held.
        episode = amend("episode", self.episode.record, reason, *episode_of_care.pause(self.stamp, self.command.reason))
        changes: tuple[Change, ...] = (
            self._review(pen),
            *(self._held(task, pen, reason) for task in held),
            episode,
        )
        says = (
            f"{self.title} is paused: {self.command.reason}",
            f"{counted(len(held))} on hold: none of them is due during the pause",
            *(f"not paused: {self._kind(task)} ({task.record.reference})" for task in going_on),
            f"on {self.command.look_again} the care manager asks whether to resume",
        )
        return self.plan(changes, says)

    def _not_running(self, act: Act) -> tuple[str, ...]:
        """Why this enrollment cannot be paused on that day."""
        why = []
        if self.episode is not None and self.episode.status != "active" and not act.did(self.episode.record):
            since = f" since {self.episode.paused_since[:10]}" if self.episode.paused_since else ""
            status = f"already paused{since}: resume it first" if self.episode.paused else self.episode.status
            why.append(f"the program ({self.episode.record.reference}) is {status}")
        if self.command.look_again <= self.occasion.today:
            why.append("look_again is not after today: give a later day")
        return tuple(why)

    def _tasks(self) -> tuple[list[TaskView], list[TaskView]]:
        """The Tasks of ours that wait meanwhile, and those that go on: what protects the person, what belongs to a
        discharge, and what another program's care manager does."""
        kinds = self.occasion.content.concepts(TASK)
        others = {other.care_manager for other in self.chart.episodes if other is not self.episode and not other.over}
        ours = [task for task in self.chart.tasks if task.to_do and keys_of(task.record)]
        mine = self.episode.care_manager if self.episode else ""
        going_on = [
            task
            for task in ours
            if task.owner in others - {mine}
            or any(kinds[code].properties.get("whilePaused") == "goes-on" for code in task.codes if code in kinds)
        ]
        return [task for task in ours if task not in going_on], going_on

    def _kind(self, task: TaskView) -> str:
        kinds = self.occasion.content.concepts(TASK)
        return next((kinds[code].display for code in task.codes if code in kinds), "task")

    def _held(self, task: TaskView, pen: Pen, why: str) -> Amend:
        reason = {"coding": [{"system": TASK_STATUS, "code": task.status}], "text": why}
        edits = (put("status", "on-hold"), pen.state("paused"), put("statusReason", reason), pen.changed_now())
        return amend(f"held/{task.record.id}", task.record, why, *edits)

    def _review(self, pen: Pen) -> Create:
        """Without it nothing would bring the person up again."""
        assert self.episode is not None  # asked before
        work = Work(
            code="review-pause",
            words=f"Ask whether {self.title} goes on: resume it, or agree on another day. {self.command.reason}",
            start=pen.today,
            end=self.command.look_again,
            owner=self.chart.care_manager or pen.author,
            focus=pen.refer(self.episode.record),
        )
        return pen.task("review", work, f"ask on {self.command.look_again} whether to go on")


def open_cases(records: Records, command: Pause, occasion: Occasion) -> tuple[PauseCase]:
    """The enrollment to be paused."""
    chart, episode = seen(records, command, occasion)
    return (PauseCase(command=command, occasion=occasion, chart=chart, episode=episode),)


PAUSE = Step(
    name="pause",
    title="Pause a program",
    command=Pause,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task",),
    amends=("EpisodeOfCare", "Task"),
    supervised="pause-program",
)
