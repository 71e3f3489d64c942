"""The protocol for a person who cannot be reached outside transitions (PlanDefinition reach-person-protocol).

So many separate attempts, over so many days, by different means and at different times of day; then a letter; then the
supervising provider decides. Attempts are counted from the Communications on the server. An attempt is never a contact:
what is still to be tried is said until the person is reached, declines, or nothing is left to try.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.chart import whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONTACT_MEANS, CONTACT_OUTCOME, TASK
from carefhir.content.clocks import Clock, ClockItem, read_clock
from carefhir.content.loading import Concept
from carefhir.content.rules import read_rules
from carefhir.fhir.changes import Act, keys_of
from carefhir.mappers.communication import TalkView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.opted_out import Unwanted
from carefhir.workflows.talking import separate

PROTOCOL = "reach-person-protocol"
LETTER = "letter"
MISSED_CONTACTS = "missed-contacts"
"""The action of the protocol by which the supervising provider hears of missed contacts before it ends."""


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt in which the person was not reached."""

    at: datetime
    outcome: Concept
    means: str
    """Code of CodeSystem contact-means; "" where the record does not say."""
    away: bool
    """Whether the person was in a hospital then: nobody could reach them at home."""

    @property
    def counts(self) -> bool:
        return bool(self.outcome.properties.get("counts")) and not self.away


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """All attempts for one Task to reach the person, oldest first, and what the protocol still asks for."""

    all: tuple[Try, ...]
    lacks: tuple[str, ...]
    """What is still to be tried before the letter, in words."""
    letter: bool
    """Whether a letter was sent, or the person wants none."""

    @property
    def letter_next(self) -> bool:
        """Whether everything but the letter was tried."""
        return not self.lacks and not self.letter

    @property
    def finished(self) -> bool:
        """Whether nothing is left to try."""
        return not self.lacks and self.letter


@dataclass(frozen=True, slots=True)
class Reaching:
    """The protocol as far as it is on record for one person."""

    protocols: tuple[TaskView, ...]
    """Every Task of ours to reach them, open or not."""
    asked: tuple[TaskView, ...]
    """The Tasks in which the supervising provider was asked to decide, open or not."""
    act: Act | None
    """The act that goes on with it; None before there is one."""
    clock: Clock
    occasion: Occasion
    unwanted: Unwanted
    """The means by which the person does not want to be contacted."""

    @property
    def task(self) -> TaskView | None:
        """The open Task to reach them; or the one that this very act has ended already."""
        return next((task for task in self.protocols if self._stands(task)), None)

    @property
    def decisions(self) -> tuple[TaskView, ...]:
        """The open Tasks in which the supervising provider decides, and those that this very act has settled."""
        return tuple(task for task in self.asked if self._stands(task))

    def _stands(self, task: TaskView) -> bool:
        return task.open or (self.act is not None and self.act.did(task.record, "amended"))

    def item(self, code: str) -> ClockItem:
        """What a Task of the protocol asks for, and when it is due."""
        return next(item for item in self.clock.tasks() if (item.id or item.code) == code)

    def told_early(self, tried: AttemptCount, chart: Chart) -> ClockItem | None:
        """What asks the supervising provider to decide before the protocol ends, once for a Task to reach the person:
        content says after how many attempts, and for whom. None where nothing does."""
        if tried.finished or self.asked:
            return None
        counted = separate((attempt for attempt in tried.all if attempt.counts), self.clock.number("apart-minutes"))
        facts = facts_of(chart, self.occasion, attempts_in_vain=len(counted))
        rules = read_rules(self.occasion.content, PROTOCOL, TASK)
        early = next((rule for rule in rules if rule.id == MISSED_CONTACTS), None)
        return self.item(MISSED_CONTACTS) if early is not None and early.holds(facts) else None

    def due(self, code: str) -> date:
        """The day on which a Task of the protocol is due, counted from today."""
        return self.item(code).on(self.occasion.today, self.occasion.calendar)

    def tried(self, before: Iterable[Try], new: Try) -> AttemptCount:
        """Counts the attempts, with the new one."""
        ordered = tuple(sorted((*before, new), key=lambda attempt: attempt.at))
        counted = separate((attempt for attempt in ordered if attempt.counts), self.clock.number("apart-minutes"))
        letter = any(attempt.means == LETTER for attempt in counted) or not self._wanted(LETTER)
        return AttemptCount(all=ordered, lacks=tuple(self._lacks(counted)), letter=letter)

    def _wanted(self, means: str) -> bool:
        return means not in {each.code for each in self.unwanted.means}

    def _lacks(self, counted: tuple[Try, ...]) -> Iterable[str]:
        """What the attempts that count do not amount to yet."""
        number = self.clock.number
        left = number("attempts") - len(counted)
        if left > 0:
            yield "1 more attempt" if left == 1 else f"{left} more attempts"
        days = (counted[-1].at - counted[0].at) // timedelta(days=1) if counted else 0
        if days < number("days"):
            yield f"attempts over {number('days')} days (until now {days})"
        concepts = self.occasion.content.concepts(CONTACT_MEANS)
        means = dict.fromkeys(attempt.means for attempt in counted if attempt.means)
        if len(means) < min(number("different-means"), len(concepts) - len(self.unwanted.means)):
            yield f"another means than {_named(concepts[code].display for code in means if code in concepts)}"
        times = dict.fromkeys(self._time_of_day(attempt.at) for attempt in counted)
        if len(times) < number("different-times"):
            yield f"another time of day than the {_named(times)}"

    def _time_of_day(self, at: datetime) -> str:
        hour = at.astimezone(self.occasion.zone).hour
        if hour < self.clock.number("afternoon-from-hour"):
            return "morning"
        return "afternoon" if hour < self.clock.number("evening-from-hour") else "evening"


def _named(names: Iterable[str]) -> str:
    return ", ".join(names) or "those tried"


def reaching(chart: Chart, occasion: Occasion, unwanted: Unwanted) -> Reaching:
    """The protocol as far as it is on record for a person."""
    ours = [task for task in chart.tasks if keys_of(task.record)]
    protocols = [task for task in ours if "reach-person" in task.codes]
    names = {task.record.reference for task in protocols}
    return Reaching(
        protocols=tuple(protocols),
        asked=tuple(task for task in ours if "inform-provider" in task.codes and names & set(task.part_of)),
        act=None,
        clock=read_clock(occasion.content, PROTOCOL, occasion.today),
        occasion=occasion,
        unwanted=unwanted,
    )


def tries_for(task: TaskView, talks: Iterable[TalkView], chart: Chart, occasion: Occasion) -> tuple[Try, ...]:
    """The attempts on the server for a Task to reach the person."""
    outcomes = occasion.content.concepts(CONTACT_OUTCOME)
    return tuple(
        Try(
            at=talk.sent,
            outcome=outcomes[talk.outcome],
            means=talk.means,
            away=whereabouts.in_hospital(chart, occasion, talk.sent) is not None,
        )
        for talk in talks
        if talk.sent and talk.status == "not-done" and talk.outcome in outcomes
        if task.record.reference in talk.based_on
    )
