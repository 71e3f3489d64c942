"""`resume`: resumes a paused program and releases the Tasks that were on hold.

Each Task goes back to the status it had before the pause. A due day that passed during the pause moves later by the
length of the pause, so that nothing is overdue only because the program was paused. Other due days stay as they are.
The act's cause is the program and the moment at which it is resumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.engine.step import Step
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, amend, leave_out, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import moment
from carefhir.lifecycle import moves
from carefhir.mappers import episode_of_care
from carefhir.mappers.task import TaskView, due_from
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.programs import NEEDS, ProgramCase, ProgramCommand, cause_of, counted, seen


class Resume(ProgramCommand):
    """Resumes a paused program."""


@dataclass(frozen=True, slots=True)
class ResumeCase(ProgramCase):
    """One program of one person, to be resumed."""

    def decide(self, act: Act) -> Plan | Refusal:
        """The program active and its Tasks released; or why not."""
        why = (*self.refusals(), *self._not_paused(act))
        if why or self.episode is None:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        held = [task for task in self.chart.tasks if task.held and task.state == "paused"]
        # The enrollment goes last: while it is on hold, a Task may still have to be released.
        changes = (
            *self._reviewed(pen),
            *(self._released(task, pen) for task in held),
            amend("episode", self.episode.record, "the program goes on", *episode_of_care.resume(self.stamp)),
        )
        later = sum(self._due(task) != task.due for task in held)
        moved = (
            (f"{later} of them are due {self._days} days later, because they fell due during the pause",)
            if later
            else ()
        )
        says = (f"{self.title} goes on: {self.command.reason}", f"{counted(len(held))} released", *moved)
        return self.plan(changes, says)

    def _not_paused(self, act: Act) -> tuple[str, ...]:
        """Why this enrollment cannot be resumed."""
        if self.episode is None or act.did(self.episode.record):
            return ()
        if not self.episode.paused:
            return (f"the program ({self.episode.record.reference}) is {self.episode.status}: it is not paused",)
        if self._paused and self.command.at < self._paused:
            return (f"at is before the pause ({self.episode.paused_since}): check the time",)
        return ()

    @property
    def _paused(self) -> datetime | None:
        """When the pause began; None where somebody else put the program on hold and did not say."""
        return moment(self.episode.paused_since, self.occasion.zone) if self.episode else None

    @property
    def _days(self) -> int:
        """How many days the pause was long."""
        began = self._paused
        return (self.occasion.local_date(self.command.at) - self.occasion.local_date(began)).days if began else 0

    def _due(self, task: TaskView) -> date | None:
        """The day a released Task is due."""
        began = self._paused
        if task.due and began and self.occasion.local_date(began) <= task.due < self.occasion.today:
            return task.due + timedelta(days=self._days)
        return task.due

    def _released(self, task: TaskView, pen: Pen) -> Amend:
        status = task.was if task.was in moves("Task", "on-hold") else "requested"
        edits: list[Edit] = [put("status", status), pen.state("waiting"), leave_out("statusReason"), pen.changed_now()]
        due = self._due(task)
        if due and due != task.due:
            edits.append(due_from(pen.today, due))
        return amend(f"released/{task.record.id}", task.record, "the program goes on", *edits)

    def _reviewed(self, pen: Pen) -> tuple[Amend, ...]:
        """The Task to ask whether to go on, answered."""
        episode = self.episode.record.reference if self.episode else ""
        return tuple(
            amend(f"review/{task.record.id}", task.record, "the program goes on", *pen.ended("completed", "done"))
            for task in self.chart.tasks
            if task.open and "review-pause" in task.codes and task.focus == episode
        )


def open_cases(records: Records, command: Resume, occasion: Occasion) -> tuple[ResumeCase]:
    """The enrollment to be resumed."""
    chart, episode = seen(records, command, occasion)
    return (ResumeCase(command=command, occasion=occasion, chart=chart, episode=episode),)


RESUME = Step(
    name="resume",
    title="Resume a paused program",
    command=Resume,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=(),
    amends=("EpisodeOfCare", "Task"),
    supervised="pause-program",
)
