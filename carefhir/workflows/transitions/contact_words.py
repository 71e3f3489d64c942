"""Says what one attempt to reach a person means: whether the contact was made, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart.chart import Chart
from carefhir.content.clocks import Clock
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.talking import substantive
from carefhir.workflows.transitions import away
from carefhir.workflows.transitions.attempts import Attempt, Attempts
from carefhir.workflows.transitions.transition import Transition, next_business_day, spoken


@dataclass(frozen=True, slots=True)
class ContactWords:
    """What is said about one attempt."""

    attempt: Attempt
    tried: Attempts
    transition: Transition
    contact: TaskView
    """The Task for reaching the person."""
    moves: bool
    """Whether the attempt updates that Task."""
    chart: Chart
    clock: Clock
    occasion: Occasion

    def says(self) -> tuple[str, ...]:
        """Says which attempt it was, what it means for the contact, and what comes next."""
        tried, attempt = self.tried, self.attempt
        number = f"attempt {tried.all.index(attempt) + 1}: {attempt}"
        if tried.met is not None:
            beside = "the contact had already been made; this attempt is recorded beside it"
            return (number, self._in_time(tried.met), *(() if tried.met == attempt else (beside,)))
        if attempt.declined:
            return (
                number,
                "the person declined, so the contact Task is closed as declined: ask whether they still want the visit "
                "and help with their medicines",
            )
        count, by = times(len(tried.in_window)), spoken(self.transition.dates["contact-by"])
        enough = f"{count} by {by}: enough evidence for the program, but the person has not been reached"
        return (number, *((enough,) if tried.evidence else ()), self._what_next())

    def _in_time(self, met: Attempt) -> str:
        by = self.transition.dates["contact-by"]
        if met.day <= by:
            return f"contact made on {spoken(met.day)}, in time (due by {spoken(by)})"
        evidence = "; the attempts by then are enough evidence for the program" if self.tried.evidence else ""
        return f"contact made on {spoken(met.day)}, late (due by {spoken(by)}){evidence}"

    def _what_next(self) -> str:
        if self.transition.suspended:
            return "the transition is suspended: the attempt is recorded as evidence, and nothing is due"
        if not self.moves:
            task = self.contact
            return f"the contact Task ({task.record.reference}) is already {task.status} and stays as it is"
        if self.tried.exhausted:
            return (
                "no more attempts are due: a new Task asks the care manager to tell the supervising provider and decide"
            )
        return f"the contact Task stays open: try again by {spoken(try_again_by(self.tried, self.occasion))}"

    def warnings(self) -> tuple[str, ...]:
        """Says why an attempt does not count, and what to do about it."""
        attempt = self.attempt
        days = self.occasion.days_of(attempt.at)
        warnings = [*away.unsure(self.chart, self.occasion), *days.unsure("the time of the attempt", attempt.day)]
        if attempt.away is not None:
            what = "a talk there is not the contact at home" if attempt.reached else "nobody could reach them at home"
            warnings.append(
                f"the person was {attempt.away.words} at that moment, so {what}: "
                f"{away.offer(attempt.away, self.transition)}"
            )
        else:
            warnings += away.now(self.chart, self.transition, self.occasion)
        if attempt.reached and not substantive(self.occasion.content, attempt.topics):
            talk = "the talk was only about scheduling" if attempt.topics else "what the talk was about is not said"
            warnings.append(
                f"{talk}, so it counts as an attempt and not as the contact: ask how they are, what changed with their "
                "medicines and what they need, and name it in topics"
            )
        if not attempt.clinical:
            warnings.append(
                "only a call by clinical staff counts: this one is recorded and does not count; ask a nurse to call"
            )
        if attempt.outcome.code == "refused" and attempt.with_others:
            warnings.append(
                "a caregiver declined, and the person has not: this is an attempt, and the contact stays open; ask the "
                "person themselves"
            )
        warnings += self._too_close()
        if attempt.outcome.code == "wrong-number":
            warnings.append("a call to a wrong number is not a documented attempt: find the right number today")
        return tuple(warnings)

    def _too_close(self) -> tuple[str, ...]:
        """Says that an attempt is one with the one before it, for the program's evidence."""
        counted = any(attempt is self.attempt for attempt in (*self.tried.in_window, self.tried.met))
        before = [other for other in self.tried.all if other.counts and other.at <= self.attempt.at]
        if counted or not self.attempt.counts or len(before) < 2:
            return ()
        minutes = self.clock.number("attempts-apart-minutes")
        apart = self.attempt.at - before[-2].at
        if apart >= timedelta(minutes=minutes):
            return ()
        return (
            f"it began {apart // timedelta(minutes=1)} minutes after the one before, so the program counts the two as "
            f"one attempt: try again at least {minutes} minutes later",
        )


def try_again_by(tried: Attempts, occasion: Occasion) -> date:
    """When to try again: the next business day after the latest attempt."""
    return next_business_day(tried.all[-1].day, occasion)


def times(count: int) -> str:
    """`1 attempt`, `2 attempts`."""
    return "1 attempt" if count == 1 else f"{count} attempts"
