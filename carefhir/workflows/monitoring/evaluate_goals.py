"""`evaluate-goals`: judges each measured goal by its readings, and names the rule that gave the answer.

Each active goal that readings measure gets its achievementStatus, references to the readings it rests on
(outcomeReference), and a note with the rule. Readings that cannot be compared are named and not used. Where there are
too few readings, the step says so and leaves the goal as it is. The cause is every goal with the newest reading it is
judged by, so evaluating again without new readings writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carefhir.chart import chart as charts
from carefhir.chart import trajectory
from carefhir.chart.chart import Chart
from carefhir.chart.trajectory import JudgedGoal
from carefhir.codes import CARE_GOAL, GOAL_ACHIEVEMENT, concept
from carefhir.content.loading import Content
from carefhir.engine.step import Case, PatientCommand, Step
from carefhir.fhir.changes import Act, Amend, Plan, Refusal, add, amend, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import patient
from carefhir.mappers.goal import GoalView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen


class EvaluateGoals(PatientCommand):
    """Judges each goal by its readings."""


NEEDS = charts.needs("patient", "care_teams", "goals", "readings")


@dataclass(frozen=True, slots=True)
class EvaluatedGoal:
    """One goal, and how far it is."""

    goal: GoalView
    judged: JudgedGoal


@dataclass(frozen=True, slots=True)
class LeftGoal:
    """One goal that cannot be judged, and why."""

    goal: GoalView
    why: str


@dataclass(frozen=True, slots=True)
class NewestReadings:
    """Every goal that can be judged, with the newest reading it is judged by."""

    pairs: tuple[tuple[str, str], ...]
    """Goal and reading, as references."""

    def spelled(self) -> tuple[str, ...]:
        return tuple(reference for pair in self.pairs for reference in pair)


@dataclass(frozen=True, slots=True)
class GoalsCase(Case):
    """The active goals that readings measure, judged."""

    command: EvaluateGoals
    occasion: Occasion
    chart: Chart
    goals: tuple[EvaluatedGoal, ...]
    left: tuple[str, ...]
    """Why the other goals cannot be judged."""

    @property
    def cause(self) -> NewestReadings:
        return NewestReadings(
            tuple((each.goal.reference, each.judged.rests_on[-1].record.reference) for each in self.goals)
        )

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes how far the goals are; or says why nothing may be written."""
        why = patient.in_the_way(self.chart.patient, self.command.patient)
        if why:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        return Plan(
            changes=tuple(_judged(each, pen) for each in self.goals),
            says=(*(each.judged.words for each in self.goals), *self.left),
            warnings=(*self._aside(), *self.chart.not_visible),
            decided_from=(*(each.goal.record for each in self.goals), *self._readings()),
            artefacts=(self.occasion.content.canonical("CodeSystem", CARE_GOAL.rpartition("/")[2]),),
            reason="goals evaluated by their readings",
            acting_as=self.occasion.actor.discipline,
        )

    def _aside(self) -> tuple[str, ...]:
        """Names the readings that cannot be compared."""
        return tuple(
            f"{_name(self.occasion.content, each.goal)}: a reading was not used because it cannot be compared: {name}"
            for each in self.goals
            for name in each.judged.aside
        )

    def _readings(self) -> tuple[Record, ...]:
        """The readings that the judgment rests on, each once."""
        readings = (reading for each in self.goals for reading in each.judged.rests_on)
        return tuple({reading.record.reference: reading.record for reading in readings}.values())


def open_cases(records: Records, command: EvaluateGoals, occasion: Occasion) -> Sequence[Case] | Refusal:
    """The goals that readings measure, judged; or why there are none."""
    chart = charts.read(records, occasion)
    goals, unjudged = _every(chart, occasion)
    left = _left(occasion.content, unjudged)
    if goals:
        return (GoalsCase(command=command, occasion=occasion, chart=chart, goals=goals, left=left),)
    why = patient.in_the_way(chart.patient, command.patient)
    return Refusal(
        why or (*(left or ("no active goal is on record: there is nothing to evaluate",)), *chart.not_visible)
    )


def _every(chart: Chart, occasion: Occasion) -> tuple[tuple[EvaluatedGoal, ...], tuple[LeftGoal, ...]]:
    """Every active goal: how far it is, or why that cannot be said."""
    past = [reading for reading in chart.readings if reading.at <= occasion.now]
    goals: list[EvaluatedGoal] = []
    left: list[LeftGoal] = []
    for goal in sorted(chart.goals, key=lambda goal: goal.reference):
        if goal.status == "active":
            judged = trajectory.judge(
                occasion.content, goal, past, occasion.today, zone=occasion.zone, unread=chart.unread
            )
            if isinstance(judged, JudgedGoal):
                goals.append(EvaluatedGoal(goal, judged))
            else:
                left.append(LeftGoal(goal, judged.why))
    return tuple(goals), tuple(left)


def _left(content: Content, goals: tuple[LeftGoal, ...]) -> tuple[str, ...]:
    """Why goals cannot be judged: a line for each, and one line for all goals that no reading measures."""
    measured = [each for each in goals if trajectory.measure_of(content, each.goal)]
    lines = tuple(f"{each.why} ({each.goal.reference})" for each in measured)
    names = [_name(content, each.goal) for each in goals if each not in measured]
    return (*lines, f"no readings can measure these goals: {', '.join(names)}") if names else lines


def _name(content: Content, goal: GoalView) -> str:
    """A goal by its name; by reference where it has none of ours."""
    concepts = content.concepts(CARE_GOAL)
    return ", ".join(concepts[code].display for code in goal.codes if code in concepts) or goal.reference


def _judged(each: EvaluatedGoal, pen: Pen) -> Amend:
    """Writes how far a goal is, the readings it rests on, and the rule as a note."""
    judged, record = each.judged, each.goal.record
    return amend(
        f"goal/{record.id}",
        record,
        judged.words,
        put("achievementStatus", concept(GOAL_ACHIEVEMENT, judged.achievement)),
        *(add("outcomeReference", pen.refer(reading.record)) for reading in judged.rests_on),
        pen.noted(judged.words),
    )


EVALUATE_GOALS = Step(
    name="evaluate-goals",
    title="Evaluate goals by their readings",
    command=EvaluateGoals,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=(),
    amends=("Goal",),
    supervised="evaluate-goals",
)
