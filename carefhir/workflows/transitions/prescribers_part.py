"""Writes an issue and a Task for each difference a prescriber must decide, and closes both once one has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.content import high_alert, supervision
from carefhir.fhir.changes import Amend, Create, add, amend, put
from carefhir.fhir.codec import Json
from carefhir.mappers import detected_issue
from carefhir.mappers.detected_issue import Difference, IssueView
from carefhir.mappers.task import Work
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions.discrepancies import Discrepancy, prescribers_today
from carefhir.workflows.transitions.reconciliation import Reconciliation
from carefhir.workflows.transitions.reconciliation_decisions import Verdict


@dataclass(frozen=True, slots=True)
class PrescribersPart:
    """The differences of one reconciliation that a prescriber decides, or has decided."""

    reconciliation: Reconciliation
    pen: Pen

    def passed_on(self, statements: dict[str, Create]) -> list[Create]:
        """Writes an issue and a Task for each open difference, and a closed issue for each one a prescriber decided."""
        creates: list[Create] = []
        for verdict in self.reconciliation.verdicts:
            wanted = verdict.open or verdict.why in ("unintended", "unknown") or verdict.discrepancy.by_rule
            if not wanted or self.earlier(verdict.discrepancy) is not None:
                continue
            issue = self._issue(verdict, statements)
            creates += [issue, self._task(verdict, issue)] if verdict.open else [issue]
        return creates

    def sent(self) -> tuple[str, ...]:
        """Says which differences the prescriber must decide, and by when."""
        return tuple(
            f"{each.medicine} ({each.what.replace('-', ' ')}), due {self._due(each)}"
            for each in (verdict.discrepancy for verdict in self.reconciliation.verdicts if verdict.open)
        )

    def _issue(self, verdict: Verdict, statements: dict[str, Create]) -> Create:
        discrepancy, pen = verdict.discrepancy, self.pen
        stated = (pen.refer(statements[key]) for key in sorted(discrepancy.keys) if key in statements)
        words = f"{discrepancy.told}. Why: {verdict.why}."
        words += f" Suggested: {verdict.action}." if verdict.action and verdict.open else ""
        difference = Difference(
            what=discrepancy.what,
            medicine=discrepancy.medicine,
            words=words,
            implicated=tuple(pen.refer(record) for record in discrepancy.records) or tuple(stated),
            severity="high" if self._today(discrepancy) else "moderate",
            extension=verdict.extension,
            mitigation=None if verdict.open else self._mitigation(verdict),
        )
        resource = detected_issue.write_discrepancy(
            pen.content, pen.patient, pen.stamp, author=pen.author, difference=difference
        )
        because = f"{discrepancy.medicine} ({discrepancy.what}): {verdict.why}"
        return Create(f"issue/{discrepancy.part}", resource, because)

    def _task(self, verdict: Verdict, issue: Create) -> Create:
        discrepancy = verdict.discrepancy
        name, what = discrepancy.medicine, discrepancy.what
        due = self._due(discrepancy)
        words = f"Decide: {name}, {what.replace('-', ' ')} ({verdict.why}). {discrepancy.told}."
        words += f" Suggested: {verdict.action}." if verdict.action else ""
        work = Work(
            code="resolve-discrepancy",
            words=words,
            start=min(self.pen.today, due),
            end=due,
            owner=self.owner(discrepancy) or self.pen.author,
            priority="stat" if self.on_call_now and self._today(discrepancy) else "urgent",
            focus=self.pen.refer(issue),
            part_of=self.pen.refer(self.reconciliation.parent.record),
        )
        return self.pen.task(f"task/{discrepancy.part}", work, f"{name} ({what}): the prescriber must decide by {due}")

    @property
    def prescriber(self) -> str:
        """Who decides the open differences; "" if nobody is on record."""
        team = self.reconciliation.chart.team
        return team.supervising_provider or self.pen.occasion.on_call(team.on_call)

    def owner(self, discrepancy: Discrepancy) -> str:
        """Who decides a difference: out of hours the provider on call, if it cannot wait; "" if nobody is on record."""
        team = self.reconciliation.chart.team
        on_call = self.pen.occasion.on_call(team.on_call)
        waits = not (self.on_call_now and self._today(discrepancy))
        return self.prescriber if waits else on_call or self.prescriber

    @property
    def on_call_now(self) -> bool:
        """Whether the office is closed now: a day off, a weekend, or outside the hours in the clock."""
        occasion = self.pen.occasion
        now = occasion.now.astimezone(occasion.zone)
        return high_alert.office_closed(self.reconciliation.clock, occasion.calendar, now)

    def warnings(self) -> Iterator[str]:
        """Says who cannot be found, and that a Task alone reaches nobody at night."""
        waiting = [verdict.discrepancy for verdict in self.reconciliation.verdicts if verdict.open]
        if waiting and not self.prescriber:
            yield "no supervising provider is on record: the Tasks are assigned to you; contact a prescriber"
        now = [discrepancy.medicine for discrepancy in waiting if self._today(discrepancy)]
        if not now or not self.on_call_now:
            return
        team = self.reconciliation.chart.team
        on_call = self.pen.occasion.on_call(team.on_call)
        names = ", ".join(dict.fromkeys(now))
        if on_call:
            yield f"the office is closed: call {team.called(on_call)}, who is on call, now, about {names}"
        else:
            nobody = self.pen.occasion.nobody_on_call
            yield f"the office is closed and {nobody}: reach a prescriber by voice now: {names}"

    def _due(self, discrepancy: Discrepancy) -> date:
        """The due day: the same day, on weekends too, for what cannot wait; else the next business day (set in the
        clock)."""
        risk = "high" if self._today(discrepancy) else "not-high"
        items = self.reconciliation.clock.tasks(risk)
        item = next(item for item in items if item.code == "resolve-discrepancy" and item.risk == risk)
        return item.on(self.pen.today, self.pen.occasion.calendar)

    def _today(self, discrepancy: Discrepancy) -> bool:
        return prescribers_today(self.pen.content, discrepancy)

    def _mitigation(self, verdict: Verdict) -> Json:
        return detected_issue.mitigation(verdict.action or verdict.why, self.pen.stamp, self.pen.author)

    def earlier(self, discrepancy: Discrepancy) -> IssueView | None:
        """The issue an earlier reconciliation wrote for the same difference, if it is open; or if this same act,
        interrupted, has closed it and the server has no history to show it as it was."""
        return next(
            (
                issue
                for issue in self.reconciliation.chart.issues
                if issue.is_of(discrepancy.what, discrepancy.medicine)
                and (issue.open or self.pen.act.did(issue.record, "amended"))
            ),
            None,
        )

    def settled(self) -> Iterator[Amend]:
        """Closes the issue and the Task of each earlier difference that a prescriber decides now."""
        if not supervision.may(self.pen.content, "change-medicine", self.pen.occasion.actor.discipline):
            return
        for verdict in self.reconciliation.verdicts:
            issue = self.earlier(verdict.discrepancy)
            if issue is not None:
                why = f"{verdict.discrepancy.medicine}: decided by a prescriber"
                edits = (put("status", "final"), add("mitigation", self._mitigation(verdict)))
                yield amend(f"settled/{issue.reference}", issue.record, why, *edits)
                yield from self._asked(issue, why)

    def _asked(self, issue: IssueView, why: str) -> Iterator[Amend]:
        """Completes the Tasks that asked for a decision on an issue."""
        for task in self.reconciliation.chart.tasks:
            if task.open and "resolve-discrepancy" in task.codes and task.focus == issue.reference:
                record = task.record
                yield amend(f"settled/{record.reference}", record, why, *self.pen.ended("completed", "done"))
