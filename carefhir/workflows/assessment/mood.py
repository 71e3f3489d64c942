"""What follows from a depression score: a contact and a provider who is told, by the total and by how far it rose.

Numbers and days are in PlanDefinition mood-follow-up (clinical practice, rule 30). The total is compared with the
newest earlier one that stands; where there is none, or none can be seen, that is said: a rise that nobody can see is
not "no rise".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from carefhir.chart.chart import Chart
from carefhir.codes import LOINC, TASK
from carefhir.content import clocks, quantities
from carefhir.content.clocks import ClockItem
from carefhir.content.loading import Content
from carefhir.content.rules import Facts, read_rules
from carefhir.content.scoring import Score, banded
from carefhir.errors import ContentError
from carefhir.fhir.changes import Amend, Create, amend
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings
from carefhir.mappers import reading, request
from carefhir.mappers.reading import Measurement
from carefhir.mappers.task import TaskView, Work, due_from
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import ROLES, urgent_owners

PLAN = "mood-follow-up"
SCORE = "score"
"""The dimension of plain numbers (CodeSystem measure-unit)."""
FOLLOW_UP = "depression-follow-up"
"""The mood follow-up of a care plan (CodeSystem care-item)."""


@dataclass(frozen=True, slots=True)
class MoodScore:
    """A depression score, beside the one before it."""

    score: Score
    at: datetime
    before: Measurement | None
    """The newest earlier score that stands."""
    visible: bool
    """Whether earlier scores could be seen."""

    @property
    def rise(self) -> Decimal | None:
        """How far it rose, negative where it fell; None where there is nothing to compare with."""
        return Decimal(self.score.points) - self.before.value if self.before else None

    @property
    def facts(self) -> Facts:
        """What the rules ask about."""
        return {"phq_9": [Decimal(self.score.points)], "phq_9_change": [] if self.rise is None else [self.rise]}


def is_depression(score: Score) -> bool:
    """Whether a score is the PHQ-9 total."""
    return (LOINC, reading.PHQ_9) in codings({"code": score.code}, "code")


def beside_earlier(
    content: Content, chart: Chart, score: Score, at: datetime, *, without: Collection[str]
) -> MoodScore:
    """A score beside the newest earlier one; `without` are results that amended answers replace now. Of several at one
    moment the lowest counts: the rise is then not understated."""
    earlier = [
        measured
        for measured in reading.of(chart.readings, reading.PHQ_9)
        if measured.at <= at and measured.record.reference not in without and _possible(content, score, measured)
    ]
    newest = max((measured.at for measured in earlier), default=None)
    lowest = min((each for each in earlier if each.at == newest), key=lambda each: each.value, default=None)
    return MoodScore(score, at, lowest, "readings" not in chart.unseen)


def _possible(content: Content, score: Score, measured: Measurement) -> bool:
    """Whether a number can be such a total at all. A unit that nobody knows hides none: a rise would be missed."""
    units = quantities.units_of(content, measured.unit)
    of_a_score = not units or any(unit.dimension == SCORE for unit in units)
    if not of_a_score or measured.value != int(measured.value):
        return False
    try:
        banded(content, score.definition, int(measured.value))
    except ContentError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class MoodFollowUp:
    """Writes what follows from one depression score."""

    pen: Pen
    chart: Chart
    mood: MoodScore
    title: str
    response: Json | None
    """A reference to the response; None where it cannot be kept."""
    reviewed: bool
    """Whether a safety review is written for the same answers: it tells the provider now."""

    @property
    def canonical(self) -> str:
        return self.pen.content.canonical("PlanDefinition", PLAN)

    def says(self) -> tuple[str, ...]:
        """Whether it rose, by how much and since when; or that it cannot be compared."""
        mood, before = self.mood, self.mood.before
        if before is None:
            how = "no earlier score is on record" if mood.visible else "earlier scores are not visible here"
            return (f"{how}: whether {self.title} rose cannot be said",)
        since = f"{before.value.normalize():f} on {self.pen.occasion.local_date(before.at)}"
        if mood.rise is not None and mood.rise >= self._clock.number("rise"):
            return (f"{self.title} rose by {mood.rise.normalize():f}: {since}, now {mood.score.points}",)
        return ()

    def tasks(self) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        """Writes the Tasks that the score asks for, and gives warnings about who got them."""
        creates: list[Create] = []
        warnings: tuple[str, ...] = ()
        for item in self._items():
            due = item.on(self.pen.today, self.pen.occasion.calendar)
            if item.code != "escalation":
                creates += self._contact(item, due)
            elif not self.reviewed:
                owners, warnings = urgent_owners(self.chart.team, self.pen.occasion, "escalation")
                creates += [
                    self._escalation(item, due, role, owner)
                    for role, owner in owners
                    if not self._told_already(item, owner)
                ]
        return tuple(creates), warnings

    def sooner(self) -> tuple[Amend, ...]:
        """Brings the plan's mood follow-up forward, where a high score does not let it wait that long."""
        if self.mood.score.points < self._clock.number("follow-up-from"):
            return ()
        day = self.pen.today + timedelta(days=self._clock.number("follow-up-days"))
        return tuple(
            amend(
                f"follow-up/{task.record.id}",
                task.record,
                f"{self._score}: the mood follow-up is due by {day}",
                due_from(self.pen.today, day),
                self.pen.changed_now(),
            )
            for task in self.chart.tasks
            if task.open and (task.due is None or task.due > day) and FOLLOW_UP in request.read(task.record).codes
        )

    @property
    def _clock(self) -> clocks.Clock:
        return clocks.read_clock(self.pen.content, PLAN, self.pen.today)

    def _items(self) -> Iterator[ClockItem]:
        """Of each kind of Task the first whose condition holds."""
        kinds: set[str] = set()
        rules = read_rules(self.pen.content, PLAN, TASK)
        for rule, item in zip(rules, self._clock.items, strict=True):
            if item.code not in kinds and rule.holds(self.mood.facts):
                kinds.add(item.code)
                yield item

    @property
    def _score(self) -> str:
        """The score as a Task tells it: with what it was before, where that is known."""
        now = f"{self.title} {self.mood.score.points}, {self.mood.score.label}"
        before = self.mood.before
        return f"{now}, before {before.value.normalize():f}" if before else now

    def _contact(self, item: ClockItem, due: date) -> Iterator[Create]:
        """Writes the contact, unless one that is due as early is open."""
        if any(self._covers(task, item, due) for task in self.chart.tasks):
            return
        work = Work(
            code=item.code,
            words=f"{self._score}. {item.words}",
            start=self.pen.today,
            end=due,
            owner=self.chart.care_manager or self.pen.author,
            priority="urgent",
            focus=self.response,
        )
        yield self.pen.task(f"mood/{item.code}", work, f"{self._score}: contact the person by {due}")

    def _told_already(self, item: ClockItem, owner: str) -> bool:
        """Whether earlier answers of this response already told the provider, who has not settled it."""
        about = (self.response or {}).get("reference", "")
        return bool(about) and any(
            task.open and item.code in task.codes and task.focus == about and task.owner == owner
            for task in self.chart.tasks
            if not self.pen.act.did(task.record)
        )

    def _covers(self, task: TaskView, item: ClockItem, due: date) -> bool:
        return task.open and not task.held and item.code in task.codes and task.due is not None and task.due <= due

    def _escalation(self, item: ClockItem, due: date, role: str, owner: str) -> Create:
        work = Work(
            code=item.code,
            words=f"RED, URGENT: {self._score}. {item.words}",
            start=self.pen.today,
            end=due,
            owner=owner,
            priority="stat",
            focus=self.response,
        )
        because = f"{self._score}: the provider is told today (Task for {ROLES[role]})"
        return self.pen.task(f"mood/{item.code}/{role}", work, because)
