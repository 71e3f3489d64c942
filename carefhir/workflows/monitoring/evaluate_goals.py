"""`evaluate-goals`: judges each measured goal by its readings, and names the rule that gave the answer.

Each active goal that readings measure gets its achievementStatus, references to the readings it rests on
(outcomeReference), and a note with the rule. Readings that cannot be compared are named and not used. Where there are
too few readings, or none of the last 90 days, the step says so and leaves the goal as it is (rule 35). While the person
is in a hospital nothing is judged (rule 25). Where a hospice cares for them, goals against the disease are proposed for
stopping first, with a Task for the supervising provider (rule 24). A reading beyond what is safe reaches no goal,
however close it is to the target: it is said, and somebody looks, by a Task (rule 23). The cause is every goal with the
newest reading it is judged by, so evaluating again without new readings writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from carefhir.chart import chart as charts
from carefhir.chart import facts, trajectory, unclear_places, unsafe_readings, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.chart.trajectory import TERMS, JudgedGoal
from carefhir.chart.unsafe_readings import UnsafeReading
from carefhir.chart.whereabouts import Hospice
from carefhir.codes import CARE_GOAL, GOAL_ACHIEVEMENT, WHEREABOUTS, concept
from carefhir.content.loading import Content, parameters
from carefhir.engine.step import Case, PatientCommand, Step
from carefhir.fhir.changes import Act, Amend, Create, Plan, Refusal, add, amend, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import patient
from carefhir.mappers.goal import GoalView
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring.goal_looks import GoalLooks
from carefhir.workflows.pen import Pen


class EvaluateGoals(PatientCommand):
    """Judges each goal by its readings."""


NEEDS = charts.with_organizations(
    tuple(
        {
            need.name: need
            for need in (
                *charts.needs("patient", "goals", "readings", "conditions", "medication_requests"),
                *charts.needs("medication_statements", "tasks", "care_teams"),
                *charts.needs(*whereabouts.NEEDS),
            )
        }.values()
    )
)


@dataclass(frozen=True, slots=True)
class EvaluatedGoal:
    """One goal, and how far it is."""

    goal: GoalView
    judged: JudgedGoal
    unsafe: UnsafeReading | None = None
    """Why somebody looks at it first; None where its newest readings are safe."""


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
        why = (*patient.in_the_way(self.chart.patient, self.command.patient), *_away(self.chart, self.occasion))
        if why:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        unsafe = tuple((each.goal, each.unsafe) for each in self.goals if each.unsafe)
        looks = GoalLooks(pen, self.chart, unsafe)
        tasks, warnings = looks.tasks()
        return Plan(
            changes=(*(_judged(each, pen) for each in self.goals), *tasks),
            says=(*(each.judged.words for each in self.goals), *self.left),
            instructions=looks.instructions(),
            warnings=(*warnings, *_unsure(self.chart, self.occasion), *self._aside(), *self.chart.not_visible),
            decided_from=(*(each.goal.record for each in self.goals), *self._readings()),
            artefacts=(self.occasion.content.canonical("CodeSystem", CARE_GOAL.rpartition("/")[2]), *looks.artefacts()),
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


@dataclass(frozen=True, slots=True)
class HospiceGoals:
    """The goals against the disease, which are proposed for stopping once, when a hospice cares for the person."""

    goals: tuple[str, ...]

    def spelled(self) -> tuple[str, ...]:
        return ("hospice", *self.goals)


@dataclass(frozen=True, slots=True)
class HospiceCase(Case):
    """A hospice cares for the person: goals against the disease are proposed for stopping, not judged (rule 24)."""

    command: EvaluateGoals
    occasion: Occasion
    chart: Chart
    hospice: Hospice
    goals: tuple[GoalView, ...]
    """The active goals against the disease."""

    @property
    def cause(self) -> HospiceGoals:
        return HospiceGoals(tuple(goal.reference for goal in self.goals))

    def decide(self, act: Act) -> Plan | Refusal:
        """Proposes to stop the goals, and asks the supervising provider; or says why nothing may be written."""
        why = (*patient.in_the_way(self.chart.patient, self.command.patient), *_away(self.chart, self.occasion))
        if why:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        names = "; ".join(_name(self.occasion.content, goal) for goal in self.goals)
        return Plan(
            changes=(*(self._proposed(goal, pen) for goal in self.goals), self._review(pen, names)),
            says=(
                self.hospice.cares,
                f"proposed for stopping, not judged: {names}",
                "comfort and the person's own goals go on: run evaluate-goals again for the goals that go on",
            ),
            warnings=(self.hospice.call_first, *self.hospice.doubts, *self.chart.not_visible),
            decided_from=(*(goal.record for goal in self.goals), *self.hospice.records),
            artefacts=(self.occasion.content.canonical("CodeSystem", WHEREABOUTS.rpartition("/")[2]),),
            reason="a hospice cares for the person",
            acting_as=self.occasion.actor.discipline,
        )

    def _proposed(self, goal: GoalView, pen: Pen) -> Amend:
        """Says on a goal that it is proposed for stopping; nobody has stopped it yet."""
        words = f"Proposed for stopping: {self.hospice.cares}."
        return amend(f"goal/{goal.record.id}", goal.record, words, pen.noted(words))

    def _review(self, pen: Pen, names: str) -> Create:
        team = self.chart.team
        days = parameters(pen.content.get("PlanDefinition", TERMS))["decision-days"]
        work = Work(
            code="review-plan",
            words=(
                f"{_sentence(self.hospice.cares)} Decide with them which of these goals to stop: {names}. "
                f"{_sentence(self.hospice.call_first)}"
            ),
            start=pen.today,
            end=pen.today + timedelta(days=days),
            owner=team.supervising_provider or self.chart.care_manager or pen.author,
        )
        return pen.task("hospice-review", work, "goals against the disease are proposed for stopping")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _away(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Why nothing is judged now: readings taken in a hospital tell of no trend at home (rule 25)."""
    stay = whereabouts.in_hospital(chart, occasion)
    if stay is None:
        return ()
    open_ = [task.record.reference for task in chart.tasks if "transition" in task.codes and task.to_do]
    hold = f"; put the transition on hold (suspend-transition of {', '.join(open_)})" if open_ else ""
    return (f"the person is {stay.words}: no trend is judged until they are home; evaluate the goals then{hold}",)


def _unsure(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Warns that nobody can say whether the person is in a hospital, or cared for by a hospice."""
    hidden = whereabouts.unseen(chart, *whereabouts.NEEDS)
    if not hidden:
        return unclear_places.asked(chart, occasion)
    return (f"{', '.join(hidden)} could not be seen: ask whether the person is in a hospital or has a hospice",)


def open_cases(records: Records, command: EvaluateGoals, occasion: Occasion) -> Sequence[Case] | Refusal:
    """The goals that readings measure, judged; under a hospice, first those against the disease; or why there are
    none."""
    chart = charts.read(records, occasion)
    hospice = whereabouts.hospice_of(chart, occasion)
    ending = _against_disease(chart, occasion.content) if hospice else ()
    kept = replace(chart, goals=tuple(goal for goal in chart.goals if goal not in ending))
    goals, unjudged = _every(kept, occasion)
    left = _left(occasion.content, unjudged)
    cases: list[Case] = []
    if hospice and ending:
        cases.append(HospiceCase(command=command, occasion=occasion, chart=chart, hospice=hospice, goals=ending))
    if goals:
        cases.append(GoalsCase(command=command, occasion=occasion, chart=kept, goals=goals, left=left))
    if cases:
        return cases
    why = (*patient.in_the_way(chart.patient, command.patient), *_away(chart, occasion))
    return Refusal(
        why or (*(left or ("no active goal is on record: there is nothing to evaluate",)), *chart.not_visible)
    )


def _against_disease(chart: Chart, content: Content) -> tuple[GoalView, ...]:
    """The active goals that are against a disease, and not for comfort."""
    return tuple(
        goal
        for goal in sorted(chart.goals, key=lambda goal: goal.reference)
        if goal.status in ("active", "accepted")
        and any("against-disease" in wording.meaning(content, CARE_GOAL, code) for code in goal.codes)
    )


def _every(chart: Chart, occasion: Occasion) -> tuple[tuple[EvaluatedGoal, ...], tuple[LeftGoal, ...]]:
    """Every active goal: how far it is, or why that cannot be said."""
    past = [reading for reading in chart.readings if reading.at <= occasion.now]
    chart_facts = facts.facts_of(chart, occasion)
    goals: list[EvaluatedGoal] = []
    left: list[LeftGoal] = []
    for goal in sorted(chart.goals, key=lambda goal: goal.reference):
        if goal.status == "active":
            unsafe = unsafe_readings.look_at(goal, past, chart_facts, occasion)
            if unsafe is not None:
                judged_unsafe = trajectory.unsafe(_name(occasion.content, goal), unsafe.rule.title, unsafe.rests_on)
                goals.append(EvaluatedGoal(goal, judged_unsafe, unsafe))
                continue
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
    creates=("Task",),
    amends=("Goal",),
    supervised="evaluate-goals",
)
