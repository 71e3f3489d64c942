"""`acknowledge`: records that a provider knows of an escalation or a safety review and takes responsibility for it.

The person who reached the provider records who it was, how, and when. The Task then shows who knew, and since when. So
does its copy for the other owner. An escalation is acknowledged only by voice or in person, because a message may not
be read in time. The cause is the Task: it is acknowledged once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.content import supervision
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, Moment, Once, PatientCommand, PractitionerRef, Step, TaskRef
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, amend, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Need, Of
from carefhir.mappers import patient, practitioner
from carefhir.mappers.names import names_of
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring import open_task
from carefhir.workflows.pen import Pen

ROLES = "roles of whoever acknowledged"


class Acknowledge(PatientCommand):
    """Records that a provider acknowledged an escalation or a safety review."""

    task: TaskRef = Field(description="the escalation or safety review: Task/ID")
    acknowledged_by: PractitionerRef = Field(description="the provider who is responsible for it now: Practitioner/ID")
    how: Literal["voice", "in-person", "message"] = Field(
        description="how the provider was reached; a message is not enough for an escalation"
    )
    at: Moment = Field(description="when, with its UTC offset, for example 2026-03-09T10:20:00-05:00")

    @property
    def how_in_words(self) -> str:
        return {"voice": "by voice", "in-person": "in person", "message": "by message"}[self.how]


NEEDS = (
    *charts.needs("patient", "care_teams", "tasks"),
    practitioner.find("acknowledged_by"),
    Need(ROLES, "PractitionerRole", (Of("practitioner", "practitioner", "{command.acknowledged_by}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class AcknowledgmentCase(Case):
    """One Task, and the provider who was reached about it."""

    command: Acknowledge
    occasion: Occasion
    chart: Chart
    task: TaskView | None
    kind: Concept | None
    """The kind of Task; None where it is not one of ours."""
    provider: Record | None
    disciplines: tuple[str, ...]
    """The provider's disciplines, by their PractitionerRole, else by the care team."""

    @property
    def cause(self) -> Once:
        return _once(self.command, self.occasion)

    def decide(self, act: Act) -> Plan | Refusal:
        """Accepts the Task for the provider; or says why not."""
        command, task, kind = self.command, self.task, self.kind
        why = (
            *patient.in_the_way(self.chart.patient, command.patient),
            *open_task.in_the_way(self.occasion.content, task, command.task, act),
            *open_task.not_yet(command.at, self.occasion),
            *practitioner.missing(self.provider, "acknowledging provider", command.acknowledged_by),
        )
        if why or task is None or kind is None:
            return Refusal(why)
        why = self._not_for_them(task, kind, act)
        if why:
            return Refusal(why)
        return Acknowledging(self, task, Pen(self.occasion, act, command.patient)).plan()

    def _not_for_them(self, task: TaskView, kind: Concept, act: Act) -> tuple[str, ...]:
        """Says why this Task is not acknowledged by this provider, or in this way."""
        command = self.command
        if kind.code not in open_task.URGENT:
            return (f"{command.task} ({kind.display}): only escalations and safety reviews are acknowledged",)
        why = []
        if _heard_before(task, act):
            why.append(f"{command.task} ({kind.display}) is already acknowledged: its notes say by whom")
        if kind.code == "escalation" and command.how == "message":
            why.append("an escalation needs more than a message: reach the provider by voice or in person")
        return (*why, *self._not_theirs(kind))

    def _not_theirs(self, kind: Concept) -> tuple[str, ...]:
        """Says why this provider may not take responsibility for it; the provider on call always may."""
        content, provider = self.occasion.content, self.command.acknowledged_by
        on_call = self.occasion.on_call(self.chart.team.on_call)
        action = "close-red"  # a nurse is reached about it, too, and is no provider for that
        if provider == on_call or any(supervision.may(content, action, one) for one in self.disciplines):
            return ()
        refusals = supervision.refusals(content, action, self.disciplines[0] if self.disciplines else "")
        return tuple(f"{provider} may not acknowledge it: {refusal}" for refusal in refusals)


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """Writes down that a provider acknowledged a Task."""

    case: AcknowledgmentCase
    task: TaskView
    pen: Pen

    def plan(self) -> Plan:
        """Accepts the Task and its copies, each with a note of who is responsible."""
        command, team = self.case.command, self.case.chart.team
        copies = [
            copy for copy in open_task.copies(self.case.chart, self.task) if not _heard_before(copy, self.pen.act)
        ]
        every = (self.task, *copies)
        when = command.at.astimezone(self.pen.occasion.zone).isoformat(timespec="minutes")
        return Plan(
            changes=tuple(map(self._accepted, every)),
            says=(
                f"{self._provider} acknowledged {self._what} {command.how_in_words} at {when}",
                *(
                    f"{copy.record.reference}, its copy for {team.called(copy.owner)}, is acknowledged, too"
                    for copy in copies
                ),
                "it stays open until it is closed with resolve",
            ),
            warnings=self.case.chart.not_visible,
            decided_from=tuple(task.record for task in every),
            reason=self._because,
            acting_as=self.pen.occasion.actor.discipline,
        )

    @property
    def _because(self) -> str:
        return f"acknowledged by {self._provider} {self.case.command.how_in_words}"

    @property
    def _provider(self) -> str:
        """The provider by name."""
        return names_of([self.case.provider]).of(self.case.command.acknowledged_by)

    @property
    def _what(self) -> str:
        """The Task by its kind: `the escalation (Task/7)`."""
        kind = self.case.kind.display if self.case.kind else "Task"
        return f"the {kind} ({self.task.record.reference})"

    def _accepted(self, task: TaskView) -> Amend:
        """Notes on a Task who is responsible; a Task that is in progress stays in progress."""
        command = self.case.command
        note = self.pen.noted(f"Acknowledged {command.how_in_words}.", author=command.acknowledged_by, at=command.at)
        edits: tuple[Edit, ...] = (self.pen.state("acknowledged"), note, self.pen.changed_now())
        if task.status in ("requested", "received"):
            edits = (*edits, put("status", "accepted"))
        return amend(open_task.part_of(task), task.record, self._because, *edits)


def open_cases(records: Records, command: Acknowledge, occasion: Occasion) -> tuple[AcknowledgmentCase]:
    """The Task, and the provider who was reached."""
    chart = charts.read(records, occasion)
    task = chart.task(command.task)
    by_role = practitioner.disciplines(records[ROLES], occasion.content)
    by_team = chart.team.disciplines.get(command.acknowledged_by, "")
    return (
        AcknowledgmentCase(
            command=command,
            occasion=occasion,
            chart=chart,
            task=task,
            kind=open_task.kind_of(occasion.content, task),
            provider=records.one("acknowledged_by"),
            disciplines=by_role or ((by_team,) if by_team else ()),
        ),
    )


def _heard_before(task: TaskView, act: Act) -> bool:
    """Whether it was already acknowledged by another act than this one."""
    return open_task.acknowledged(task) and not act.did(task.record)


def _once(command: Acknowledge, occasion: Occasion) -> Once:
    """The cause: a Task is acknowledged once."""
    return Once(command.task)


ACKNOWLEDGE = Step(
    name="acknowledge",
    title="Record that a provider acknowledged an escalation",
    command=Acknowledge,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=(),
    early=_once,
    amends=("Task",),
    supervised="contact",
)
