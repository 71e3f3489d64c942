"""Writes what a payer answered into the Task that follows the request, and what a denial asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from carefhir.chart.chart import Chart
from carefhir.codes import AUTHORIZATION_ANSWER, SETTING
from carefhir.content.clocks import Clock
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, add, amend, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import authorization
from carefhir.mappers.claim import ClaimView
from carefhir.mappers.task import TaskView, Work, due_from
from carefhir.workflows.case_management import authorizations
from carefhir.workflows.case_management.authorization_command import PayersAnswer, RequestAuthorization
from carefhir.workflows.case_management.authorizations import in_words, on_day, on_the_wall
from carefhir.workflows.pen import Pen

NONE = "none"
"""What is recorded where the payer has not answered in time."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Writing down what a payer answered."""

    command: RequestAuthorization
    chart: Chart
    request: ClaimView
    task: TaskView
    """The Task that follows the request."""
    answer: PayersAnswer | None
    """None where the payer has not answered in time."""
    response: Record | None
    """The payer's answer on this server, where it was read."""
    unseen: bool
    """Whether the payer's answers on this server could not be seen."""
    pen: Pen

    @property
    def clock(self) -> Clock:
        return authorizations.clock_of(self.pen.occasion)

    @property
    def day(self) -> date:
        """The day of the answer."""
        return on_the_wall(self.command.at, self.pen.occasion).date()

    @property
    def outcome(self) -> str:
        return self.answer.outcome if self.answer else NONE

    @property
    def reason(self) -> str:
        return self.answer.reason if self.answer else ""

    def plan(self) -> Plan:
        """Plans what becomes of the Task, and what a denial asks for."""
        records = (self.chart.person, self.request.record, self.response)
        return Plan(
            changes=tuple(self._changes()),
            says=tuple(self._says()),
            warnings=(*self._warnings(), *self.chart.not_visible),
            decided_from=tuple(record for record in records if record),
            artefacts=(self.clock.canonical,),
            reason=self.command.reason,
            acting_as=self.pen.occasion.actor.discipline,
        )

    def _changes(self) -> Iterator[Change]:
        if self.outcome == NONE:
            yield self._moved("no-answer", (put("priority", "urgent"), self.pen.because(self._words)))
            return
        settled = {"approved": "approved", "partly-approved": "partly-approved", "denied": "denied"}
        if self.outcome in settled:
            yield self._settled(settled[self.outcome])
            if self.outcome != "approved":
                yield self._to_decide()
        elif self.outcome == "pended":
            yield self._moved(
                "more-asked-for", (due_from(self.pen.today, self.next_day), self.pen.because(self._words))
            )
        else:
            yield self._appealed()

    @property
    def next_day(self) -> date:
        """The day by which what follows the answer is due: as the payer names it, else as content counts."""
        named = self.answer.by if self.answer else None
        if named:
            return max(named, self.pen.today)
        return max(self.day + timedelta(days=self.clock.number("more-asked-for-days")), self.pen.today)

    @property
    def _words(self) -> str:
        """What became of it, in a sentence."""
        answer = self.answer
        if answer is None:
            by = authorization.answer_by(self.task, self.pen.occasion.zone)
            when = in_words(by, self.pen.occasion) if by else "its time"
            return f"No answer by {when}: nothing is approved. Call the payer."
        words = self.pen.content.concept(AUTHORIZATION_ANSWER, answer.outcome).display
        more = {"denied": answer.reason, "partly-approved": answer.reason, "pended": answer.asked_for}
        return f"{words}: {more[answer.outcome]}" if more.get(answer.outcome) else words

    def _outputs(self) -> list[Json]:
        """The answer as details of the Task."""
        answer, content = self.answer, self.pen.content
        if answer is None:
            return []
        at = authorizations.stamp(self.command.at, self.pen.occasion)
        stated: list[tuple[str, str, Any]] = [
            ("answered", "valueDateTime", at),
            ("number", "valueString", answer.number),
            ("first-day", "valueDate", answer.first_day and answer.first_day.isoformat()),
            ("last-day", "valueDate", answer.last_day and answer.last_day.isoformat()),
            ("days", "valueInteger", answer.days),
            ("units", "valueDecimal", answer.units),
            ("reason", "valueString", answer.reason),
            ("asked-for", "valueString", answer.asked_for if answer.outcome == "pended" else ""),
        ]
        details = [authorization.detail(content, code, element, value) for code, element, value in stated if value]
        if answer.level:
            details.append(authorization.coded(content, "level", SETTING, answer.level))
        if self.response is not None:
            reference = {"reference": self.response.reference}
            details.append(authorization.detail(content, "response", "valueReference", reference))
        return [authorization.coded(content, "answer", AUTHORIZATION_ANSWER, answer.outcome), *details]

    def _settled(self, state: str) -> Amend:
        """The Task ended, because the payer has decided."""
        edits = (*self.pen.ended("completed", state, self._words), *self._told())
        return amend("task", self.task.record, self._words, *edits)

    def _moved(self, state: str, edits: Iterable[Edit]) -> Amend:
        """The Task still open, in another state."""
        moved = (put("status", "in-progress"), self.pen.state(state), *edits, *self._told(), self.pen.changed_now())
        return amend("task", self.task.record, self._words, *moved)

    def _told(self) -> tuple[Edit, ...]:
        """What the payer answered, and how we know."""
        at = self.command.at
        note = self.pen.noted(f"{self._words} ({self.command.reason})", at=at)
        return (*(add("output", one) for one in self._outputs()), note)

    def _appealed(self) -> Amend:
        """An appeal that was made: the payer decides once more, by a day of its own."""
        by = self._appeal_decided_by()
        stamp = authorizations.stamp(by, self.pen.occasion)
        due = authorizations.replaced(
            "input", authorization.detail(self.pen.content, "answer-by", "valueDateTime", stamp)
        )
        day = max(on_the_wall(by, self.pen.occasion).date(), self.pen.today)
        return self._moved("appealed", (due, due_from(self.pen.today, day), self.pen.because(self._words)))

    def _appeal_decided_by(self) -> datetime:
        named, at = self.answer.by if self.answer else None, self.command.at
        if named:
            return datetime(
                named.year, named.month, named.day, 23, 59, tzinfo=on_the_wall(at, self.pen.occasion).tzinfo
            )
        return authorizations.answered_by(self.clock, at, expedited=self.request.expedited, appeal=True)

    @property
    def last_day_to_appeal(self) -> date | None:
        """As the payer's letter names it; for a first denial else as content counts; None where only the letter can
        tell: each level of appeal has its own time."""
        named = self.answer.by if self.answer else None
        if named or "appeal" in self.task.codes:
            return named
        return self.day + timedelta(days=self.clock.number("appeal-days"))

    def _to_decide(self) -> Create:
        """Somebody decides whether to appeal: a denial that nobody looks at is final."""
        pen, last = self.pen, self.last_day_to_appeal
        soon = pen.today + timedelta(days=self.clock.number("decide-appeal-days"))
        when = f"The last day to appeal is {on_day(last)}." if last else "The letter names the last day to appeal."
        what = "Denied once more, on appeal" if "appeal" in self.task.codes else "Denied"
        what = "Approved only in part" if self.outcome == "partly-approved" else what
        work = Work(
            code="appeal",
            words=f"{what}: {self.request.words}. The payer says: {self.reason}. Decide with the prescriber whether to "
            f"appeal, and tell the person. {when}",
            start=pen.today,
            end=max(min(soon, last) if last else soon, pen.today),
            owner=self.task.owner or pen.author,
            priority="urgent",
            focus=pen.refer(self.request.record),
            based_on=self._based_on(),
            inputs=(authorization.detail(pen.content, "appeal-by", "valueDate", last.isoformat()),) if last else (),
        )
        return pen.task("appeal", work, f"denied: decide by {on_day(work.end)} whether to appeal")

    def _based_on(self) -> Json | None:
        written = self.task.based_on
        return {"reference": written[0]} if written else None

    def _says(self) -> Iterator[str]:
        answer = self.answer
        yield f"{self.request.words}: {self._words}"
        if answer is None:
            return
        if answer.outcome in authorization.GRANTED:
            yield f"authorized: {', '.join(_granted(answer)) or 'no number, no days and no units are stated'}"
        if answer.outcome in ("denied", "partly-approved"):
            last = self.last_day_to_appeal
            yield f"the last day to appeal is {on_day(last)}" if last else "the letter names the last day to appeal"
        if answer.outcome == "pended":
            yield f"send it by {on_day(self.next_day)}; until the payer decides, nothing is approved"
        if answer.outcome == "appealed":
            by = in_words(self._appeal_decided_by(), self.pen.occasion)
            yield f"the payer must decide the appeal by {by}; until it does, nothing is approved"

    def _warnings(self) -> Iterator[str]:
        answer = self.answer
        if answer is None and self.unseen:
            yield "the payer's answers on this server could not be seen: one may be there"
        if answer is None:
            return
        if answer.outcome in authorization.GRANTED and not answer.number:
            yield "no authorization number is on record: ask for it before the service"
        if answer.outcome in authorization.GRANTED and not (answer.first_day and answer.last_day):
            yield "it is not stated from which day to which it holds: ask before you rely on it"
        first_denial = answer.outcome in ("denied", "partly-approved") and "appeal" not in self.task.codes
        if first_denial and not answer.by:
            yield "the time to appeal is counted from content, not from the letter: read the letter"


def _granted(answer: PayersAnswer) -> Iterator[str]:
    """What is authorized, in words."""
    if answer.number:
        yield f"number {answer.number}"
    if answer.first_day or answer.last_day:
        first = f"from {answer.first_day}" if answer.first_day else ""
        yield f"{first} through {answer.last_day}".strip() if answer.last_day else first
    if answer.days:
        yield f"{answer.days} days"
    if answer.units:
        yield f"{answer.units} units"
    if answer.level:
        yield answer.level.replace("-", " ")
