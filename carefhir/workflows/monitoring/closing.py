"""Closing a Task with everything that depends on it, or proposing to close it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.codes import FINDING
from carefhir.content.loading import Concept
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, add, amend, put
from carefhir.mappers import check_in
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.check_in import Given, TriageView
from carefhir.mappers.task import TaskView
from carefhir.workflows.monitoring import open_task, suicide_review
from carefhir.workflows.monitoring.medicine_decision import MedicineDecision
from carefhir.workflows.monitoring.suicide_review import Screener
from carefhir.workflows.pen import Pen

WITH_AN_ISSUE = ("settle-contradiction", "weigh-advice", "resolve-discrepancy")
"""Kinds of Task whose focus is an issue that somebody must decide."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One of our Tasks, and how it is closed."""

    chart: Chart
    task: TaskView
    kind: Concept
    triage: TriageView | None
    """The color of the check-in that the Task came from, before it is closed."""
    outcome: str
    at: datetime
    lowered_to: str
    """The lower color that a provider gives the check-in; "" where none is given."""
    medicines: MedicineDecision
    """What was decided about a medicine, where the Task asks for that."""
    screener: Screener | None = None
    """The answers that a review of self-harm is closed with."""


@dataclass(frozen=True, slots=True)
class TaskClosing:
    """Writes down that a Task is closed, or that closing it is proposed."""

    settlement: Settlement
    pen: Pen

    @property
    def task(self) -> TaskView:
        return self.settlement.task

    def proposed(self) -> Plan:
        """Leaves the Task open and notes the proposal on it, for somebody who may close it."""
        edits = (
            self.pen.state("proposed-for-closing"),
            self._note("Proposed for closing"),
            self.pen.changed_now(),
        )
        because = f"closing is proposed: {self.settlement.outcome}"
        change = amend(open_task.part_of(self.task), self.task.record, because, *edits)
        team = self.settlement.chart.team
        who = team.called(team.supervising_provider) if team.supervising_provider else "a provider"
        says = f"{self._what} stays open and is proposed for closing: {who} closes it with resolve"
        return self._plan((change,), (says,))

    def closed(self) -> Plan:
        """Completes the Task and its copies, and closes what depends on it."""
        copies = open_task.copies(self.settlement.chart, self.task)
        changes: list[Change] = [*self._screened(), *(self._completed(task) for task in (self.task, *copies))]
        team = self.settlement.chart.team
        says = [f"{self._what} is closed"]
        says += [f"{copy.record.reference}, its copy for {team.called(copy.owner)}, is closed, too" for copy in copies]
        depending = (*self._reminders(), *self._flags(copies), *self._issue(), *self._lowered(), *self._medicines())
        changes += [change for change, _ in depending]
        says += [sentence for _, sentence in depending]
        return self._plan(tuple(changes), tuple(says))

    @property
    def _what(self) -> str:
        """The Task by its name, else by its kind: `escalation (Task/7)`."""
        return f"{self.task.title or self.settlement.kind.display} ({self.task.record.reference})"

    def _completed(self, task: TaskView) -> Amend:
        edits = (*self.pen.ended("completed", "done"), self._note("Resolved"))
        edits += tuple(suicide_review.output(self.pen, answers, "screener") for answers in self._screened())
        return amend(open_task.part_of(task), task.record, f"resolved: {self.settlement.outcome}", *edits)

    def _screened(self) -> tuple[Create, ...]:
        """Writes the answers that a review of self-harm is closed with."""
        settlement = self.settlement
        if settlement.screener is None:
            return ()
        return (suicide_review.answered(self.pen, settlement.screener, settlement.task, settlement.at),)

    def _note(self, what: str) -> Edit:
        return self.pen.noted(f"{what}: {self.settlement.outcome}", at=self.settlement.at)

    def _reminders(self) -> Iterator[tuple[Change, str]]:
        """Cancels the reminder to tell the provider about this Task."""
        why = "the nurse call was settled in time"
        edits = (put("status", "cancelled"), put("statusReason", {"text": why}), self.pen.changed_now())
        for task in self.settlement.chart.tasks:
            if task.open and "inform-provider" in task.codes and self.task.record.reference in task.part_of:
                change = amend(open_task.part_of(task), task.record, why, *edits)
                yield change, f"the reminder to tell the provider ({task.record.reference}) is cancelled: {why}"

    def _flags(self, copies: tuple[TaskView, ...]) -> Iterator[tuple[Change, str]]:
        """Ends the Flags of a safety review, unless another open review is about the same finding."""
        if self.settlement.kind.code != "safety-review":
            return
        over = set(self.task.findings) - self._still_asked(copies)
        names = self.pen.content.concepts(FINDING)
        for flag in self.settlement.chart.flags:
            settled = over & set(flag.findings)
            if settled and flag.active:
                change = amend(
                    f"flag/{flag.record.id}", flag.record, "the safety review is closed", *flag.lifted(self.pen.stamp)
                )
                what = ", ".join(names[code].display for code in sorted(settled) if code in names)
                yield change, f"the flag for {what} ({flag.record.reference}) is no longer active"

    def _still_asked(self, copies: tuple[TaskView, ...]) -> set[str]:
        """The findings that other open safety reviews are about."""
        closing = {task.record.reference for task in (self.task, *copies)}
        return {
            finding
            for task in self.settlement.chart.tasks
            if task.open and "safety-review" in task.codes and task.record.reference not in closing
            for finding in task.findings
        }

    def _issue(self) -> Iterator[tuple[Change, str]]:
        """Decides the conflicting advice or the discrepancy that the Task is about."""
        if self.settlement.kind.code not in WITH_AN_ISSUE:
            return
        mitigation = {
            "action": {"text": self.settlement.outcome},
            "date": self.pen.stamp,
            "author": {"reference": self.pen.author},
        }
        edits = (put("status", "final"), add("mitigation", mitigation))
        for issue in self.settlement.chart.issues:
            if issue.open and issue.reference == self.task.focus:
                change = amend(f"issue/{issue.record.id}", issue.record, f"decided: {self.settlement.outcome}", *edits)
                yield change, f"{issue.title or 'the issue'} ({issue.reference}) is decided"

    def _medicines(self) -> Iterator[tuple[Change, str]]:
        """Moves the reconciled list to what was decided about a medicine."""
        return self.settlement.medicines.changes(self.pen, self.settlement.outcome)

    def _lowered(self) -> Iterator[tuple[Change, str]]:
        """Writes the lower color beside the first one."""
        before, lower = self.settlement.triage, self.settlement.lowered_to
        if not lower or before is None:
            return
        at = self.settlement.at.astimezone(self.pen.occasion.zone).isoformat(timespec="seconds")
        given = Given(patient=self.pen.patient, at=at, performer=self.pen.author, derived_from={})
        notes = (f"lowered from {before.color} by a provider: {self.settlement.outcome}",)
        rests_on = (self.pen.refer(before.record),)
        resource = check_in.write_triage(self.pen.content, lower, notes, given, rests_on, final=True)
        says = f"the color of the check-in is lowered from {before.color} to {lower}"
        yield Create("triage", resource, says), says

    def _plan(self, changes: tuple[Change, ...], says: tuple[str, ...]) -> Plan:
        chart = self.settlement.chart
        return Plan(
            changes=changes,
            says=says,
            warnings=(*self.settlement.medicines.warnings(self.pen), *chart.not_visible),
            decided_from=(self.task.record, *chart.team.records),
            reason=self.settlement.outcome,
            acting_as=self.pen.occasion.actor.discipline,
            labels=qr.labels_of(self.task.record),
        )
