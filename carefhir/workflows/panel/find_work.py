"""`find-work`: writes down what nobody has noticed about one person, a Task for each find.

It looks at stays, visits, answers, Tasks and plans as they are on the server (`finds`). A find gets one Task, with an
owner and a due day; the Task points to the record that shows it. Each find is an act of its own, whose cause is the
kind of find and the identity of what shows it: running the step again, at the same time, or after a month writes
nothing twice, not even where the Task was closed meanwhile. A Task of a find that other work has settled (the
transition was opened, the check-in took place) is closed, saying so. `carefhir sweep` runs the step for everybody it
may concern.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import RESTRICTED
from carefhir.content.clocks import read_clock
from carefhir.engine.step import Case, InState, Once, PatientCommand, Step
from carefhir.fhir.changes import Act, Plan, Refusal, amend
from carefhir.fhir.gather import Records
from carefhir.mappers import patient
from carefhir.mappers.questionnaire_response import labels_of
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.panel.finds import FOLLOWS, WATCH, Find, Watch, numbers_of
from carefhir.workflows.panel.unheard import RESPONSES, RESULTS, AnswersOnRecord
from carefhir.workflows.panel.unjudged import READINGS, NumbersOnRecord
from carefhir.workflows.pen import Pen

NAME = "find-work"


class FindWork(PatientCommand):
    """Looks for what nobody has noticed about a patient, and writes a Task for each find."""


NEEDS = (
    *charts.needs("patient", "encounters", "tasks", "episodes", optional=False),
    *charts.needs("care_teams", "care_plans", "conditions", "goals"),
    READINGS,
    RESPONSES,
    RESULTS,
)
NOTHING_FOUND = "nothing was found that is not on somebody's list already"


@dataclass(frozen=True, slots=True)
class FoundCase(Case):
    """One find about one person."""

    command: FindWork
    occasion: Occasion
    watch: Watch
    find: Find
    why: tuple[str, ...]
    """Why nothing may be written about this person."""

    @property
    def cause(self) -> InState:
        return InState(self.find.code, self.find.identity)

    @property
    def asked(self) -> Any:
        return [self.find.code, self.find.identity]

    def decide(self, act: Act) -> Plan | Refusal:
        """The Task that asks for it."""
        if self.why:
            return Refusal(self.why)
        pen, find = Pen(self.occasion, act, self.command.patient), self.find
        due = find.item.on(self.occasion.today, self.occasion.calendar)
        work = Work(
            code=find.code,
            words=f"{find.item.title}: {find.words}. {find.item.words}",
            start=self.occasion.today,
            end=due,
            owner=find.owner,
            priority=find.priority,
            focus=pen.refer(find.about),
            inputs=tuple({"type": {"text": find.kind}, "valueReference": pen.refer(record)} for record in find.numbers),
        )
        told_from = tuple({record.reference: record for record in (find.about, *find.numbers)}.values())
        chart = self.watch.chart
        return Plan(
            changes=(pen.task(f"found/{find.code}", work, find.words),),
            says=(f"{find.item.title}: {find.words}", f"for {chart.team.called(find.owner)}, due {due}"),
            instructions=(*find.instructions, *self.watch.at_the_top()),
            warnings=chart.not_visible,
            decided_from=tuple(record for record in (chart.person, *told_from) if record is not None),
            artefacts=(self.watch.clock.canonical,),
            reason=find.item.title,
            acting_as=self.occasion.actor.discipline,
            labels=(
                *(label for record in told_from for label in labels_of(record)),
                *((RESTRICTED,) if find.restricted else ()),
            ),
        )


@dataclass(frozen=True, slots=True)
class SettledCase(Case):
    """One find that other work has settled."""

    command: FindWork
    occasion: Occasion
    watch: Watch
    task: TaskView
    by: str
    why: tuple[str, ...]

    @property
    def cause(self) -> Once:
        return Once(f"settled {self.task.record.reference}")

    @property
    def asked(self) -> Any:
        return ["settled", self.task.record.reference]

    def decide(self, act: Act) -> Plan | Refusal:
        """Closes its Task."""
        if self.why:
            return Refusal(self.why)
        pen = Pen(self.occasion, act, self.command.patient)
        reference = self.task.record.reference
        return Plan(
            changes=(amend("settled", self.task.record, self.by, *pen.ended("completed", "done", self.by)),),
            says=(f"{reference} is closed: {self.by}",),
            warnings=self.watch.chart.not_visible,
            decided_from=(self.task.record,),
            reason=self.by,
            acting_as=self.occasion.actor.discipline,
            labels=labels_of(self.task.record),
        )


def open_cases(records: Records, command: FindWork, occasion: Occasion) -> Sequence[Case] | Refusal:
    """A case for each Task that other work has settled, and one for each find."""
    chart = charts.read(records, occasion)
    clock = read_clock(occasion.content, WATCH, occasion.today)
    watch = Watch(
        chart=chart,
        occasion=occasion,
        clock=clock,
        answers=AnswersOnRecord.of(records, chart),
        numbers=NumbersOnRecord(chart, occasion, records[RESULTS.name]),
    )
    why = (*patient.in_the_way(chart.patient, command.patient), *_no_program(chart))
    settled = [
        SettledCase(command=command, occasion=occasion, watch=watch, task=task, by=by, why=why)
        for task in chart.tasks
        if (by := settled_by(task, watch)) and (task.open or task.why == by)  # closed by this step: its receipt says so
    ]
    finds = [
        FoundCase(command=command, occasion=occasion, watch=watch, find=find, why=why)
        for find in ([] if why else watch.finds())
    ]
    return (*settled, *finds) or Refusal((*why, NOTHING_FOUND), instructions=watch.at_the_top())


def _no_program(chart: Chart) -> tuple[str, ...]:
    if any(episode.programs and not episode.over for episode in chart.episodes):
        return ()
    return (
        "this person is in no program: nobody watches over them; enroll them first",
        *(episode.unclear for episode in chart.episodes if episode.unclear),
    )


def settled_by(task: TaskView, watch: Watch) -> str:
    """What has settled a find since; "" where it stands."""
    kind, chart = next(iter(task.codes), ""), watch.chart
    if kind == "overdue-work" and watch.up_to_date():
        return "nothing is overdue any more"
    if kind == "follow-discharge":
        following = [one for one in chart.tasks if FOLLOWS & set(one.codes) and task.focus in (one.focus, one.reason)]
        return f"{following[0].record.reference} follows that stay" if following else ""
    if kind in ("hear-answers", "score-answers"):
        return watch.answers.heard(task, watch.occasion)
    if kind == "look-at-number" and watch.numbers is not None:
        return watch.numbers.judged(reference for _, reference in numbers_of(task))
    about = chart.task(task.focus)
    if kind == "missed-check-in" and about is not None and about.status == "completed":
        return f"{about.record.reference}, the check-in, took place"
    if kind == "consider-enrollment":
        running = [episode for episode in chart.episodes if episode.programs and not episode.over]
        return f"the person is in a program ({running[0].record.reference})" if running else ""
    if kind == "readmission":
        held = [one for one in chart.tasks if "transition" in one.codes and one.held and one.reason == task.focus]
        return f"{held[0].record.reference} is on hold because of that stay" if held else ""
    return ""


FIND_WORK = Step(
    name=NAME,
    title="Look for what nobody has noticed about a patient",
    command=FindWork,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    amends=("Task",),
    supervised="sweep",
)
