"""How a care plan is getting on: what is on record about it, put side by side, and judged by nobody here.

Goals are as `evaluate-goals` judged them: nothing is judged a second time. What was never judged, what cannot be
compared and what cannot be seen is named, and is never taken for good news. Whether the plan works is a person's to
say (`evaluate-plan`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.chart import hospital_use, scores, shareable
from carefhir.chart.chart import Chart
from carefhir.chart.hospital_use import HospitalUse, Windows
from carefhir.chart.scores import ComparedScore, ScoreSeries
from carefhir.codes import TASK, TRIAGE
from carefhir.fhir.record import Record, dig, first_text, moment
from carefhir.mappers import check_in, labels, plan_judgment
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.check_in import TriageView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.plan_judgment import JudgmentView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

RED = frozenset({"red-urgent", "emergency"})
AGAINST = frozenset({"worsening", "not-achieved", "no-progress", "not-attainable"})
FOR = frozenset({"achieved", "sustaining", "improving"})
"""Codes of a goal's achievement (HL7 goal-achievement) that speak against a plan, and for it."""
URGENT = frozenset({"safety-review", "escalation"})
"""Kinds of Task that a provider must be told about at once."""
PLAIN = {"no-change": "no change", "no-progress": "no progress", "not-achieved": "not achieved"}


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """One goal of the plan, as it was judged."""

    goal: GoalView
    judged: bool
    """Whether it was judged by readings (evaluate-goals)."""
    judged_until: str
    """The day of the newest reading the judgment rests on; "" where that reading cannot be seen."""
    history: tuple[tuple[str, str], ...]
    """Day and words of each note on the goal since the plan began."""

    @property
    def achievement(self) -> str:
        """How far it is, in words."""
        code = self.goal.achievement
        status = PLAIN.get(code, code.replace("-", " ")) or "nothing recorded"
        if self.judged:
            return status
        return "never judged by readings" + (f" (recorded as {status})" if code else "")


@dataclass(frozen=True, slots=True)
class CheckInTaken:
    """One check-in: the color it was given first, and any later one."""

    first: TriageView
    later: tuple[str, ...]
    """Colors it was given afterwards, in words."""
    words: str
    reasons: tuple[str, ...]

    @property
    def day(self) -> str:
        return self.first.at[:10]


@dataclass(frozen=True, slots=True)
class TasksKept:
    """The Tasks of one kind that fell due since the plan began."""

    kind: str
    tasks: tuple[TaskView, ...]
    kept: int
    late: int
    overdue: int
    ended: int
    """Cancelled, rejected or failed."""
    held: int
    unknown: int
    """Done, and no record says when."""


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """What is on record about one plan, up to a day."""

    plan: CarePlanView
    began_by: str
    """How the day on which the plan began is known."""
    windows: Windows
    goals: tuple[GoalProgress, ...]
    scores: tuple[ScoreSeries, ...]
    compared: tuple[ComparedScore, ...]
    check_ins: tuple[CheckInTaken, ...]
    use: HospitalUse | None
    """None where Encounters cannot be seen."""
    tasks: tuple[TasksKept, ...]
    urgent: tuple[str, ...]
    """Safety reviews and escalations that are open now, as references."""
    judgments: tuple[JudgmentView, ...]
    """What people have judged the plan to be, oldest first."""
    restricted: int
    """How many records are left out because they are restricted (rule 4)."""
    unseen: frozenset[str]
    """The needs that could not be seen."""

    @property
    def measured(self) -> bool:
        """Whether anything at all was measured: without it, nobody can say that the plan works."""
        return any(goal.judged for goal in self.goals) or bool(self.compared)

    @property
    def speaks_for(self) -> tuple[str, ...]:
        """What speaks for the plan."""
        return (
            *(f"goal {each.achievement}: {each.goal.words}" for each in self.goals if _counts(each, FOR)),
            *(f"{each.now.name} better: {each.words}" for each in self.compared if each.direction == "better"),
        )

    @property
    def speaks_against(self) -> tuple[str, ...]:
        """What speaks against the plan."""
        return (
            *(f"goal {each.achievement}: {each.goal.words}" for each in self.goals if _counts(each, AGAINST)),
            *(f"{each.now.name} worse: {each.words}" for each in self.compared if each.direction == "worse"),
            *(f"check-in {each.words} on {each.day}" for each in self.check_ins if each.first.color in RED),
            *self._more_use(),
            *(f"open, and urgent: {name}" for name in self.urgent),
            *self._not_kept(),
        )

    def _more_use(self) -> Iterator[str]:
        if self.use is not None and self.use.more:
            before, since = self.use.before, self.use.since
            counts = {
                "hospital stays": (len(before.stays), len(since.stays)),
                "emergency visits": (len(before.visits), len(since.visits)),
            }
            more = [kind for kind, (earlier, later) in counts.items() if later > earlier]
            numbers = ", ".join(f"{kind} {earlier} to {later}" for kind, (earlier, later) in counts.items())
            yield f"more {' and '.join(more)} since than before: {numbers}"

    def _not_kept(self) -> Iterator[str]:
        overdue = sum(each.overdue for each in self.tasks)
        if overdue:
            yield f"overdue today: {overdue} Task{'' if overdue == 1 else 's'}"

    @property
    def unknown(self) -> tuple[str, ...]:
        """What nobody can say: it is not good news."""
        never = [each.goal.words or each.goal.reference for each in self.goals if not each.judged]
        lines = [f"goals that were never judged by readings: {'; '.join(never)}"] if never else []
        lines += [] if self.goals else ["the plan has no goal that is visible"]
        lines += [f"{each.name}: {why}" for each in self.scores for why in each.aside]
        compared = {each.now.name for each in self.compared}
        lines += [
            f"{each.name}: nothing since the plan began to compare ({each.scores[-1].words})"
            for each in self.scores
            if each.name not in compared
        ]
        lines += [] if self.scores or "survey_results" in self.unseen else ["no score of an instrument is on record"]
        lines += [f"the color of a check-in cannot be read: open {each.reference}" for each in self._unclear()]
        lines += [] if self.check_ins or "triages" in self.unseen else ["no check-in since the plan began is on record"]
        lines += list(self.use.doubts) if self.use else ["Encounters are not visible: use of hospitals is not known"]
        lines += [f"{what} not visible: {hidden}" for need, (what, hidden) in HIDES.items() if need in self.unseen]
        if self.restricted:
            lines.append(f"{self.restricted} restricted records are not shown here: open the chart")
        return tuple(lines)

    def _unclear(self) -> list[Record]:
        return [each.first.record for each in self.check_ins if each.first.unclear]

    @property
    def records(self) -> tuple[Record, ...]:
        """Everything that it rests on, each once."""
        every = (
            self.plan.record,
            *(each.goal.record for each in self.goals),
            *(score.record for each in self.compared for score in (each.then, each.now)),
            *(each.first.record for each in self.check_ins),
            *(each.record for each in (self.use.encounters if self.use else ())),
        )
        return tuple({record.reference: record for record in every}.values())


HIDES = {
    "tasks": ("Tasks are", "what is overdue, and whether anything urgent is open, is not known"),
    "survey_results": ("survey results are", "how scores have changed is not known"),
    "triages": ("check-ins are", "whether one was red is not known"),
}
"""By need: what is not visible, and what nobody can say without it."""


def _counts(each: GoalProgress, codes: frozenset[str]) -> bool:
    return each.judged and each.goal.achievement in codes


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is read beside the chart."""

    triages: tuple[Record, ...]
    survey_results: tuple[Record, ...]
    responses: tuple[Record, ...]


def progress_of(chart: Chart, plan: CarePlanView, gathered: Gathered, on: date, occasion: Occasion) -> PlanProgress:
    """Puts together what is on record about a plan up to a day (inclusive)."""
    content = occasion.content
    began, began_by = began_on(chart, plan, occasion)
    looked_at = hospital_use.windows(content, began, on)
    open_chart = shareable.shareable(chart, content)
    linked = {goal.reference: goal for goal in open_chart.chart.goals}
    restricted_goals = len([name for name in plan.goals if any(each.reference == name for each in open_chart.withheld)])
    taken = scores.taken(content, gathered.survey_results, map(qr.read, gathered.responses), occasion.zone)
    every = scores.series(score for score in taken if occasion.local_date(score.at) <= on)
    triages = [record for record in gathered.triages if not labels.restricted(record)]
    restricted = (
        restricted_goals
        + scores.restricted_of(content, gathered.survey_results)
        + (len(gathered.triages) - len(triages))
    )
    return PlanProgress(
        plan=plan,
        began_by=began_by,
        windows=looked_at,
        goals=tuple(_goal(linked[name], chart, began, occasion) for name in plan.goals if name in linked),
        scores=every,
        compared=tuple(compared for each in every if (compared := each.since(began, occasion.zone))),
        check_ins=tuple(_check_ins(triages, began, on, occasion)),
        use=None if "encounters" in chart.unseen else hospital_use.hospital_use(content, chart.encounters, looked_at),
        tasks=tuple(_tasks(open_chart.chart.tasks, began, on, occasion)),
        urgent=tuple(sorted(task.record.reference for task in chart.tasks if task.open and URGENT & set(task.codes))),
        judgments=tuple(_judgments(gathered.survey_results, plan)),
        restricted=restricted,
        unseen=chart.unseen,
    )


def began_on(chart: Chart, plan: CarePlanView, occasion: Occasion) -> tuple[date, str]:
    """The day a plan came into force, and how it is known: its first signature, else what the plan says."""
    signed = [
        when
        for task in chart.tasks
        if "sign-off" in task.codes and task.focus == plan.reference and task.status == "completed"
        if (when := moment(task.changed or task.authored, occasion.zone))
    ]
    if signed:
        return occasion.local_date(min(signed)), "signed that day"
    since = moment(plan.since or plan.created, occasion.zone)
    if since is not None:
        signature = "signatures are not visible" if "tasks" in chart.unseen else "no signature is on record"
        return occasion.local_date(since), f"{signature}: the day the plan itself says"
    return occasion.today, "no record says when it began"


def _judgments(observations: Iterable[Record], plan: CarePlanView) -> list[JudgmentView]:
    views = [view for record in observations if (view := plan_judgment.read(record)) and view.plan == plan.reference]
    return sorted(views, key=lambda view: (view.at, view.record.id))


def _goal(goal: GoalView, chart: Chart, began: date, occasion: Occasion) -> GoalProgress:
    readings = {reading.record.reference: reading for reading in chart.readings}
    rests_on = [readings[name] for name in goal.outcomes if name in readings]
    notes = [
        (occasion.local_date(when).isoformat(), text)
        for note in dig(goal.record.json, "note")
        if (when := moment(first_text(note, "time"), occasion.zone)) and (text := first_text(note, "text"))
        if occasion.local_date(when) >= began
    ]
    newest = max((reading.at for reading in rests_on), default=None)
    return GoalProgress(
        goal=goal,
        judged=bool(goal.outcomes) and bool(goal.achievement),
        judged_until=occasion.local_date(newest).isoformat() if newest else "",
        history=tuple(sorted(notes)),
    )


def _check_ins(triages: Iterable[Record], began: date, on: date, occasion: Occasion) -> Iterator[CheckInTaken]:
    """The check-ins since the plan began, oldest first. A color that a provider lowered keeps the first one, too."""
    colors = occasion.content.concepts(TRIAGE)
    views = [view for view in map(check_in.read, triages) if view.color or view.unclear]
    names = {view.record.reference for view in views}
    for view in sorted(views, key=lambda each: (each.at, each.record.id)):
        when = moment(view.at, occasion.zone)
        if names & set(view.rests_on) or when is None or not began <= occasion.local_date(when) <= on:
            continue
        later = [each.color for each in views if view.record.reference in each.rests_on and each.color in colors]
        yield CheckInTaken(
            first=view,
            later=tuple(colors[color].display for color in later),
            words=colors[view.color].display if view.color in colors else "of a color that cannot be read",
            reasons=check_in.reasons_of(view.record),
        )


def _tasks(tasks: Iterable[TaskView], began: date, on: date, occasion: Occasion) -> Iterator[TasksKept]:
    """The Tasks that fell due since the plan began, by kind."""
    kinds = occasion.content.concepts(TASK)
    due: dict[str, list[TaskView]] = {}
    for task in tasks:
        code = next((code for code in task.codes if code in kinds), "")
        if code and not task.draft and task.due is not None and began <= task.due <= on:
            due.setdefault(code, []).append(task)
    for code, some in sorted(due.items()):
        states = Counter(_state(task, on, occasion) for task in some)
        yield TasksKept(
            kind=kinds[code].display,
            tasks=tuple(some),
            kept=states["kept"],
            late=states["late"],
            overdue=states["overdue"],
            ended=states["ended"],
            held=states["held"],
            unknown=states["unknown"],
        )


def _state(task: TaskView, on: date, occasion: Occasion) -> str:
    if task.status == "completed":
        changed = moment(task.changed, occasion.zone)
        if changed is None or task.due is None:
            return "unknown"
        return "kept" if occasion.local_date(changed) <= task.due else "late"
    if not task.open:
        return "ended"
    if task.held:
        return "held"
    return "overdue" if task.due is not None and task.due < on else "waiting"
