"""`hand-over`: another care manager takes a person over, in one commit.

The enrollment names the new care manager; in the team the time of the one ends and that of the other begins, and a
cover for the one ends with it. Every open Task of the program that the one owned is the other's, with the reason. One
new Task asks the new care manager to read the record and introduce themselves (PlanDefinition after-hand-over). The
act's cause is the program and the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.content.clocks import read_clock
from carefhir.engine.step import PractitionerRef, Step
from carefhir.fhir.changes import Act, Amend, Create, Edit, Plan, Refusal, amend, keys_of, put
from carefhir.fhir.gather import Records
from carefhir.mappers import care_team
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.care_managers import NextCareManager, needs_of, next_care_manager
from carefhir.workflows.supervision.leaving import ProgramParts
from carefhir.workflows.supervision.programs import ProgramCase, ProgramCommand, cause_of, counted, seen

CLOCK = "after-hand-over"


class HandOver(ProgramCommand):
    """Hands a person over to another care manager."""

    to: PractitionerRef = Field(description="the new care manager: Practitioner/ID")
    discipline: str = Field(
        default="", description="their discipline, where no role on record says it: RN, SW, or a code"
    )


NEEDS = (
    *charts.needs("patient", "episodes", "tasks", "care_teams", optional=False),
    *charts.needs("care_plans"),
    *needs_of("to"),
)


@dataclass(frozen=True, slots=True)
class HandOverCase(ProgramCase):
    """One program of one person, to be handed over."""

    command: HandOver
    successor: NextCareManager

    def decide(self, act: Act) -> Plan | Refusal:
        """Everything the one care manager had for the person is the other's; or why not."""
        role = "new care manager"
        why = (*self.refusals(), *self._same(act), *self.successor.unfit(self.chart, self.occasion.content, role))
        if why or self.episode is None:
            return Refusal(why)
        parts = ProgramParts(
            episode=self.episode, chart=self.chart, consents=(), content=self.occasion.content, act=act
        )
        pen = Pen(self.occasion, act, self.command.patient)
        return Handover(case=self, parts=parts, pen=pen, was=self._was(act)).plan()

    def _was(self, act: Act) -> str:
        """Who has been the care manager until now: by the enrollment, else, where this act has changed that already and
        no history tells what it was before, by the team."""
        assert self.episode is not None  # asked before
        if not act.did(self.episode.record):
            return self.episode.care_manager
        teams = [team for team in self.chart.care_teams if team.reference in self.episode.teams]
        return care_team.last_before(teams, self.command.to) or self.episode.care_manager

    def _same(self, act: Act) -> tuple[str, ...]:
        if self.episode is None or act.did(self.episode.record) or self.episode.care_manager != self.command.to:
            return ()
        return (f"{self.successor.called} is the care manager already: name another one",)


@dataclass(frozen=True, slots=True)
class Handover:
    """Writing down one handover."""

    case: HandOverCase
    parts: ProgramParts
    pen: Pen
    was: str
    """Who has been the care manager: `Practitioner/ID`; "" where the enrollment named nobody."""

    @property
    def why(self) -> str:
        """The reason, as it stands with everything that is handed over."""
        return f"handed over to {self.case.successor.called}: {self.case.command.reason}"

    def plan(self) -> Plan:
        """Plans the handover, and names what stays with others."""
        tasks = [amend(f"owner/{task.record.id}", task.record, self.why, *self._owned(task)) for task in self._tasks()]
        before = self.case.chart.team.called(self.was) if self.was else "nobody"
        says = (
            f"{self.case.title}: {self.case.successor.called} is the care manager now; before: {before}",
            f"{counted(len(tasks))} handed over",
            *self._left(),
        )
        # The enrollment goes last: it says who was the care manager while something is still to be handed over.
        plan = self.case.plan((self._take_over(), *tasks, *self._teams(), self._episode()), says)
        people = (self.case.successor.record,) if self.case.successor.record else ()
        return replace(
            plan,
            artefacts=(self.pen.content.canonical("PlanDefinition", CLOCK),),
            decided_from=(*plan.decided_from, *people),
            warnings=(*self._doubts(), *plan.warnings),
        )

    def _tasks(self) -> list[TaskView]:
        """The open Tasks of the program that the one owned; and those that this act has handed over already."""
        return [
            task
            for task in self.case.chart.tasks
            if keys_of(task.record)
            and (
                self.pen.act.did(task.record, "amended")
                or (task.open and task.owner == self.was and task not in self._not_told())
            )
        ]

    def _not_told(self) -> list[TaskView]:
        """The Tasks of the one that may be another program's, which they go on managing."""
        if self.was not in {each.care_manager for each in self.parts.others}:
            return []
        return [
            task
            for task in self.case.chart.tasks
            if task.open and task.owner == self.was and not self.parts.belongs(task)
        ]

    def _owned(self, task: TaskView) -> tuple[Edit, ...]:
        if self.pen.act.did(task.record, "amended"):
            return ()
        return (
            put("owner", self.case.successor.as_reference),
            self.pen.noted(self.why, at=self.case.command.at),
            self.pen.changed_now(),
        )

    def _teams(self) -> Iterator[Amend]:
        joining = care_team.joining(
            self.pen.content,
            "care-manager",
            self.case.successor.as_reference,
            self.case.successor.discipline,
            start=self.case.stamp,
        )
        for team in self.case.chart.care_teams:
            if team.reference not in self.parts.episode.teams or not self.parts.live(team):
                continue
            edit = care_team.handed_over(self.was, joining, self.case.stamp)
            done = self.pen.act.did(team, "amended")
            yield amend(f"team/{team.id}", team, self.why, *(() if done else (edit,)))

    def _episode(self) -> Amend:
        manager = put("careManager", self.case.successor.as_reference)
        return amend("episode", self.parts.episode.record, self.why, manager)

    def _take_over(self) -> Create:
        clock = read_clock(self.pen.content, CLOCK, self.pen.today)
        item = next(iter(clock.tasks()))
        due = item.on(self.pen.today, self.pen.occasion.calendar)
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words} {self.case.command.reason}",
            start=self.pen.today,
            end=due,
            owner=self.case.command.to,
            focus=self.pen.refer(self.parts.episode.record),
        )
        return self.pen.task("take-over", work, f"{item.title}: due {due}")

    # ---- in words

    def _left(self) -> Iterator[str]:
        called = self.case.chart.team.called
        for task in self._not_told():
            yield (
                f"stays with {called(self.was)}: {task.title or task.description} ({task.record.reference}); which "
                "program it belongs to cannot be told"
            )

    def _doubts(self) -> Iterator[str]:
        theirs = [
            task.record.reference
            for task in self.case.chart.tasks
            if task.open and self.was and task.owner == self.was and not keys_of(task.record)
        ]
        if theirs:
            yield f"not written by our steps and still {self.was}'s: {', '.join(theirs)}; tell the people responsible"
        if not any(True for _ in self._teams()):
            yield "no care team of the program can be changed here: the team goes on naming whoever it named"
        if self.case.successor.unseen:
            yield f"the roles of {self.case.successor.called} could not be seen: their discipline is as you gave it"


def open_cases(records: Records, command: HandOver, occasion: Occasion) -> tuple[HandOverCase]:
    """The enrollment that is handed over, and whoever takes it over."""
    chart, episode = seen(records, command, occasion)
    successor = next_care_manager(
        records, "to", reference=command.to, given=command.discipline, content=occasion.content
    )
    return (HandOverCase(command=command, occasion=occasion, chart=chart, episode=episode, successor=successor),)


HAND_OVER = Step(
    name="hand-over",
    title="Hand a person over to another care manager",
    command=HandOver,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task",),
    amends=("EpisodeOfCare", "CareTeam", "Task"),
    supervised="hand-over",
)
