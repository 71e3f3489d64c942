"""`plan-progress` (read only): how a care plan is getting on, in numbers and a plain table.

Goals as `evaluate-goals` judged them, scores of instruments over time, check-ins and their colors, the use of hospitals
in two equal windows before and since the plan began, and Tasks kept or late. Nothing is judged here: what speaks for
the plan, what speaks against it and what nobody can say stand side by side, and a person concludes (`evaluate-plan`).
What was not visible is never "none"; restricted records stay out, and that they do is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import plan_progress, whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.plan_progress import CheckInTaken, Gathered, GoalProgress, PlanProgress, TasksKept
from carefhir.chart.scores import ComparedScore, ScoreSeries
from carefhir.codes import PLAN_JUDGMENT, TRIAGE
from carefhir.content.loading import Content
from carefhir.engine.step import CarePlanRef, PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.mappers import check_in
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.superseded import find_survey_results
from carefhir.occasion import Occasion
from carefhir.workflows.looking import person
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.section import Section, Sentence, section

CAUTION = (
    "before and after prove no cause: people come into care management after a bad time, and a bad time is often "
    "followed by a better one without it"
)
"""What everybody must know who puts before and after side by side (PlanDefinition evaluating)."""


class ShowPlanProgress(PatientCommand):
    """Shows how a care plan is getting on."""

    plan: CarePlanRef = Field(description="the plan: CarePlan/ID")


BESIDE = (find_survey_results(), check_in.find_triages(), qr.find())
"""What is read beside the chart."""

NEEDS = (
    *charts.with_organizations(
        tuple(
            {
                need.name: need
                for need in (
                    *charts.needs("patient", "care_plans", "goals", "tasks", "care_teams", "readings"),
                    *charts.needs("medication_requests", "medication_statements", "appointments", "issues"),
                    *charts.needs("device_requests", "communication_requests", *whereabouts.NEEDS),
                )
            }.values()
        )
    ),
    *BESIDE,
)


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal of the plan."""

    goal: str
    """`Goal/ID`."""
    words: str
    achievement: str
    """How far it is, in words, as it was judged."""
    judged: bool
    judged_until: str
    history: tuple[tuple[str, str], ...]

    @property
    def cells(self) -> tuple[str, ...]:
        until = f"by readings up to {self.judged_until}" if self.judged_until else ""
        return (self.words, self.achievement, until, "; ".join(f"{day}: {text}" for day, text in self.history))


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """All scores of one kind that can be compared, and what became of them since the plan began."""

    name: str
    points: tuple[tuple[str, int | None, str], ...]
    """Day, points and band of each, oldest first."""
    direction: str
    """better, worse, no change, cannot say; "" where nothing can be compared."""
    words: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.name, self.words)


@dataclass(frozen=True, slots=True)
class CheckInMonth:
    """The check-ins of one month, by color."""

    month: str
    colors: tuple[tuple[str, int], ...]
    """Color in words, and how many check-ins had it."""

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.month, ", ".join(f"{count} {color}" for color, count in self.colors))


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """One check-in that was not green: its symptoms."""

    day: str
    color: str
    later: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        later = f" (later {', '.join(self.later)})" if self.later else ""
        return (self.day, f"{self.color}{later}", "; ".join(self.reasons) or "no reasons on record")


@dataclass(frozen=True, slots=True)
class UseRow:
    """One kind of use, in the window before and the window since."""

    what: str
    before: int
    since: int

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.what, f"before: {self.before}", f"since: {self.since}")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """The Tasks of one kind that fell due."""

    kind: str
    due: int
    kept: int
    late: int
    overdue: int
    ended: int
    held: int
    unknown: int

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (
            ("kept", self.kept),
            ("late", self.late),
            ("overdue", self.overdue),
            ("ended without being done", self.ended),
            ("on hold", self.held),
            ("done, no record says when", self.unknown),
        )
        return (self.kind, f"{self.due} due", ", ".join(f"{count} {word}" for word, count in counts if count))


@dataclass(frozen=True, slots=True)
class JudgmentRow:
    """What somebody judged the plan to be."""

    day: str
    judgment: str
    words: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.day, self.judgment, self.words)


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """How one plan is getting on. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    on_record: bool
    """Whether the person and the plan are on this server and visible."""
    plan: str
    status: str = ""
    """The plan's status, as FHIR has it."""
    began: str = ""
    """The day on which it came into force."""
    began_by: str = ""
    """How that day is known."""
    days: int = 0
    """The length of each of the two windows, in days."""
    where: tuple[str, ...] = ()
    """In a hospital, hospice, paused: what to know before anything is read from the numbers."""
    sections: tuple[Section, ...] = ()
    """`for`, `against`, `unknown`, `goals`, `scores`, `check-ins`, `symptoms`, `use`, `tasks`, `judgments`."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""


def gathered(records: Records) -> Gathered:
    """What is read beside the chart, as `progress_of` takes it."""
    results, triages, responses = (records[need.name] for need in BESIDE)
    return Gathered(triages=triages, survey_results=results, responses=responses)


def plan_of(chart: Chart, reference: str) -> CarePlanView | None:
    """This patient's plan with that reference."""
    return next((plan for plan in chart.care_plans if plan.reference == reference), None)


def read(records: Records, command: ShowPlanProgress, occasion: Occasion) -> ShownProgress:
    """The plan, and how it is getting on, today."""
    chart = charts.read(records, occasion)
    plan = plan_of(chart, command.plan)
    identity = person.identity(chart, command.patient, occasion.today)
    if chart.person is None or plan is None:
        return ShownProgress(command.patient, identity, False, command.plan, not_visible=records.not_visible)
    progress = plan_progress.progress_of(chart, plan, gathered(records), occasion.today, occasion)
    return ShownProgress(
        patient=command.patient,
        identity=identity,
        on_record=True,
        plan=command.plan,
        status=plan.status,
        began=progress.windows.began.isoformat(),
        began_by=progress.began_by,
        days=progress.windows.days,
        where=person.whereabouts_of(chart, occasion),
        sections=sections(progress, occasion.content),
        not_visible=records.not_visible,
    )


def sections(progress: PlanProgress, content: Content) -> tuple[Section, ...]:
    """The table: a section for each question, a row for each answer."""
    unseen = progress.unseen
    symptoms = [each for each in progress.check_ins if each.first.color != "green"]
    return (
        section("for", "Speaks for the plan", _said(progress.speaks_for), empty="nothing that was measured"),
        section("against", "Speaks against it", _said(progress.speaks_against), empty="nothing that was measured"),
        section("unknown", "Nobody can say", _said(progress.unknown), empty="everything looked at could be read"),
        section(
            "goals", "Goals, as they were judged", [_goal(each) for each in progress.goals], unseen=_of(unseen, "goals")
        ),
        section(
            "scores",
            "Scores",
            [_score(each, progress) for each in progress.scores],
            unseen=_of(unseen, "survey_results", "responses"),
        ),
        section("check-ins", "Check-ins by month", list(_months(progress, content)), unseen=_of(unseen, "triages")),
        section(
            "symptoms",
            "Check-ins that were not green",
            [_check_in(each) for each in symptoms],
            unseen=_of(unseen, "triages"),
        ),
        section(
            "use",
            "Use of hospitals",
            list(_use(progress)),
            note=f"{_days(progress.windows.before)} and {_days(progress.windows.since)}; {CAUTION}",
            unseen=_of(unseen, "encounters"),
        ),
        section(
            "judgments", "Judged before", list(_judgments(progress, content)), unseen=_of(unseen, "survey_results")
        ),
        section(
            "tasks",
            "Tasks that fell due since it began",
            [_task(each) for each in progress.tasks],
            unseen=_of(unseen, "tasks"),
        ),
    )


def _of(unseen: frozenset[str], *names: str) -> list[str]:
    return [name for name in names if name in unseen]


def _said(sentences: tuple[str, ...]) -> list[Sentence]:
    return [Sentence(words) for words in sentences]


def _days(window: tuple[date, date]) -> str:
    return f"{window[0]} to {window[1]}"


def _goal(each: GoalProgress) -> GoalRow:
    return GoalRow(
        goal=each.goal.reference,
        words=each.goal.words or each.goal.reference,
        achievement=each.achievement,
        judged=each.judged,
        judged_until=each.judged_until,
        history=each.history,
    )


def _score(each: ScoreSeries, progress: PlanProgress) -> ScoreRow:
    compared: ComparedScore | None = next(
        (newest for newest in progress.compared if newest.now is each.scores[-1]), None
    )
    return ScoreRow(
        name=each.name,
        points=tuple((score.day, score.points, score.label) for score in each.scores),
        direction=compared.direction if compared else "",
        words=compared.words if compared else f"{each.scores[-1].words}: nothing to compare it with",
    )


def _months(progress: PlanProgress, content: Content) -> Iterator[CheckInMonth]:
    """The first color of each check-in: what a provider made of it later is beside its symptoms."""
    order = [concept.display for concept in content.concepts(TRIAGE).values()]
    for month in sorted({each.day[:7] for each in progress.check_ins}):
        counts = Counter(each.words for each in progress.check_ins if each.day[:7] == month)
        in_order = [*(color for color in order if color in counts), *sorted(set(counts) - set(order))]
        yield CheckInMonth(month, tuple((color, counts[color]) for color in in_order))


def _check_in(each: CheckInTaken) -> CheckInRow:
    return CheckInRow(day=each.day, color=each.words, later=each.later, reasons=each.reasons)


def _use(progress: PlanProgress) -> Iterator[UseRow]:
    if progress.use is None:
        return
    before, since = progress.use.before, progress.use.since
    yield UseRow("stays in hospitals", before.in_hospitals, since.in_hospitals)
    yield UseRow("stays in other facilities", before.elsewhere, since.elsewhere)
    yield UseRow("of all stays, unplanned", before.unplanned, since.unplanned)
    yield UseRow("of all stays, nothing says whether planned", before.urgency_unknown, since.urgency_unknown)
    yield UseRow("nights in them", before.nights, since.nights)
    yield UseRow("visits to an emergency department", len(before.visits), len(since.visits))


def _judgments(progress: PlanProgress, content: Content) -> Iterator[JudgmentRow]:
    names = content.concepts(PLAN_JUDGMENT)
    for view in progress.judgments:
        judged = names[view.judgment].display if view.judgment in names else "a judgment that cannot be read"
        yield JudgmentRow(day=view.at[:10], judgment=judged, words=view.words)


def _task(each: TasksKept) -> TaskRow:
    return TaskRow(
        kind=each.kind,
        due=len(each.tasks),
        kept=each.kept,
        late=each.late,
        overdue=each.overdue,
        ended=each.ended,
        held=each.held,
        unknown=each.unknown,
    )


def in_lines(progress: PlanProgress, content: Content) -> tuple[str, ...]:
    """The table as sentences, as a judgment keeps it: title and cells, a line for each row."""
    lines: list[str] = []
    for part in sections(progress, content):
        lines += [f"{part.title}: {' | '.join(filter(None, row.cells))}" for row in part.rows]
        lines += [f"{part.title}: {part.not_visible}"] if part.not_visible else []
    return (*lines, CAUTION)


PLAN_PROGRESS = Reading("plan-progress", "How a care plan is getting on", ShowPlanProgress, NEEDS, read)
