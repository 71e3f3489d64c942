"""`resolve`: a Task is settled, with its outcome in words; or proposed for closing by whoever may not close it.

Who may close is a line of the supervision table, named by the kind of Task (`closedBy` of CodeSystem care-task). With
the Task goes what hung on it: the copy with another owner, the reminder to tell the provider, the Flag of a safety
review when no other review of that finding is open, the issue that a contradiction or discrepancy stands for. A
provider may lower the colour of the check-in; the first result stays, the lower one is added beside it.

Tasks with a step of their own are refused, naming it. Closing goes on for the dead (rule 10). The cause is the Task and
whether it is closed; a proposal is an act of its own, by its moment, so that the provider's closing is another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from carefhir.chart import chart
from carefhir.chart.chart import Chart
from carefhir.codes import FINDING, STEP_KEY, TRIAGE
from carefhir.content import supervision
from carefhir.content.check_in import WORST_LAST
from carefhir.content.loading import Concept
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import Moment, PatientCommand, TaskRef, instant
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, Refusal, add, amend, carries_key, put, refer
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, refers_to
from carefhir.mappers import check_in, patient
from carefhir.mappers.check_in import TriageView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring import open_task


class Resolve(PatientCommand):
    """Settles a Task, or proposes to."""

    task: TaskRef = Field(description="what is settled: Task/ID")
    outcome: str = Field(min_length=1, description="what was found out or done, in plain words")
    at: Moment = Field(description="when, with its offset, for example 2026-03-09T15:00:00-05:00")
    lowered_to: str = Field(default="", description="a lower colour for the check-in; a provider's to give")


@dataclass(frozen=True, slots=True)
class Context:
    """What it is decided from."""

    chart: Chart
    triages: tuple[TriageView, ...]


NEEDS = (*chart.needs("patient", "care_teams", "tasks", "flags", "issues"), check_in.find_triages())


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return Context(chart.read(records, occasion), tuple(check_in.read(one) for one in records["triages"]))


def causes(context: Context, command: Resolve, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The Task, and whether it is closed or only proposed to be."""
    one = context.chart.task(command.task)
    concept = open_task.kind(occasion.content, one) if one else None
    if concept is not None and _only_proposes(concept, occasion):
        return ((command.task, "proposed", instant(command.at)),)
    return ((command.task, "closed"),)


def _only_proposes(concept: Concept, occasion: Occasion) -> bool:
    action, discipline = open_task.closed_by(concept), occasion.actor.discipline
    return supervision.degree(occasion.content, action, discipline) == "propose"


def decide(context: Context, command: Resolve, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The Task completed with all that hung on it, or proposed for closing; or why not."""
    one = context.chart.task(command.task)
    why = (
        *_gone(context.chart, command),
        *open_task.in_the_way(context.chart, one, command.task, act, occasion),
        *open_task.not_yet(command.at, occasion),
    )
    if why or one is None:
        return Refusal(why)
    desk = _Desk(context, command, occasion, act, one)
    why = desk.refusals()
    if why:
        return Refusal(why)
    return desk.proposed() if _only_proposes(desk.concept, occasion) else desk.closed()


def _gone(seen: Chart, command: Resolve) -> tuple[str, ...]:
    """What stands against writing about this person, death aside."""
    if seen.patient is not None and seen.patient.deceased and not seen.patient.replaced_by:
        return ()
    return patient.in_the_way(seen.patient, command.patient)


@dataclass(frozen=True, slots=True)
class _Desk:
    """One Task on the desk, with what hangs on it."""

    context: Context
    command: Resolve
    occasion: Occasion
    act: Act
    task: TaskView

    @property
    def concept(self) -> Concept:
        found = open_task.kind(self.occasion.content, self.task)
        assert found is not None  # in_the_way has looked
        return found

    @property
    def done_before(self) -> bool:
        """Whether an earlier, interrupted run of this act settled it."""
        return carries_key(self.task.record, open_task.own_key(self.act, self.task))

    @property
    def triage(self) -> TriageView | None:
        """What the check-in this Task came from came to, as it stood before this act."""
        own = self.act.part_key("triage")
        mine = [one for one in self.context.triages if self.task.focus and self.task.focus in one.rests_on]
        ids = {one.record.reference for one in mine}
        mine += [one for one in self.context.triages if ids & set(one.rests_on) and not carries_key(one.record, own)]
        return max(mine, key=lambda one: (one.at, one.record.id), default=None)

    def refusals(self) -> tuple[str, ...]:
        """What is against it, by name."""
        content, discipline = self.occasion.content, self.occasion.actor.discipline
        step = self.concept.properties.get("settledBy")
        if step:
            return (f"{self.command.task} ({self.concept.display}) is settled by its own step: {step}",)
        found: list[str] = []
        if not _only_proposes(self.concept, self.occasion):
            found += supervision.refusals(content, open_task.closed_by(self.concept), discipline)
        if self.concept.code == "escalation" and not (self.done_before or open_task.acknowledged(self.task)):
            found.append(f"{self.command.task} has not been acknowledged: reach the provider first, then acknowledge")
        return (*found, *self._lowering())

    def _lowering(self) -> tuple[str, ...]:
        """What is against the lower colour."""
        lower = self.command.lowered_to
        if not lower:
            return ()
        refused = supervision.refusals(self.occasion.content, "lower-triage", self.occasion.actor.discipline)
        if refused:
            return refused
        known = self.occasion.content.concepts(TRIAGE)
        if lower not in known or lower == "cannot-say":
            return ("there is no colour of that name to lower to; there are: green, yellow, red-urgent",)
        stands = self.triage
        if stands is None or stands.color not in WORST_LAST:
            return (f"{self.command.task} came from no check-in that can be seen: there is no colour to lower",)
        if WORST_LAST.index(lower) >= WORST_LAST.index(stands.color):
            return (f"the check-in came to {stands.color}: {lower} is not lower",)
        return ()

    def proposed(self) -> Plan:
        """The Task stays open, with the proposal; whoever may closes it."""
        edits = (
            open_task.state(self.occasion.content, "proposed-for-closing"),
            self._note("Proposed for closing"),
            put("lastModified", self.occasion.stamp),
        )
        change = open_task.amended(self.act, self.task, "proposed for closing", *edits)
        who = self.context.chart.team.supervising_provider or "a provider"
        says = (f"{self.command.task} stays open, proposed for closing: {who} closes it with resolve",)
        return self._plan((change,), says)

    def closed(self) -> Plan:
        """The Task completed, with all that hung on it."""
        every = (self.task, *open_task.copies(self.context.chart, self.task, self.act))
        edits = (
            put("status", "completed"),
            open_task.state(self.occasion.content, "done"),
            self._note("Resolved"),
            put("lastModified", self.occasion.stamp),
        )
        changes: list[Change] = [open_task.amended(self.act, one, "settled", *edits) for one in every]
        says = [f"{self.command.task} ({self.concept.display}) is settled"]
        says += [f"so is {one.record.reference}, the same matter with {one.owner}" for one in every[1:]]
        for change, said in (*self._reminders(), *self._flags(every), *self._issue(), *self._lowered()):
            changes.append(change)
            says.append(said)
        return self._plan(tuple(changes), tuple(says))

    def _note(self, what: str) -> Any:
        words = f"{what}: {self.command.outcome}"
        return open_task.noted(self.occasion.actor.reference, self.command.at, words, self.occasion)

    def _reminders(self) -> list[tuple[Change, str]]:
        """The reminder to tell the provider, for what is settled now."""
        found: list[tuple[Change, str]] = []
        for one in self.context.chart.tasks:
            hangs = "inform-provider" in one.codes and refers_to(one.record.json, "partOf", self.command.task)
            if hangs and (one.open or carries_key(one.record, open_task.own_key(self.act, one))):
                why = "settled in time"
                edits = (put("status", "cancelled"), put("statusReason", {"text": why}))
                change = open_task.amended(self.act, one, why, *edits, put("lastModified", self.occasion.stamp))
                found.append((change, f"{one.record.reference} is not needed any more: {why}"))
        return found

    def _flags(self, closing: tuple[TaskView, ...]) -> list[tuple[Change, str]]:
        """The Flags of a safety review, where no other open one asks about the same finding."""
        if self.concept.code != "safety-review":
            return []
        mine = {one.record.reference for one in closing}
        others = [
            one
            for one in self.context.chart.tasks
            if one.open and "safety-review" in one.codes and one.record.reference not in mine
        ]
        still = {code for one in others for code in one.findings}
        found: list[tuple[Change, str]] = []
        names = self.occasion.content.concepts(FINDING)
        for flag in self.context.chart.flags:
            settled = set(flag.findings) & set(self.task.findings) - still
            part = f"flag/{flag.record.id}"
            own = carries_key(flag.record, self.act.part_key(part))
            if settled and (flag.active or own):
                period = {**flag.record.json.get("period", {}), "end": self.occasion.stamp}
                change = self._marked(part, flag.record, put("status", "inactive"), put("period", period))
                what = ", ".join(names[code].display for code in sorted(settled) if code in names)
                found.append((change, f"the flag ({what}) is lifted"))
        return found

    def _issue(self) -> list[tuple[Change, str]]:
        """The contradiction or discrepancy the Task stands for, decided."""
        if self.concept.code not in ("settle-contradiction", "weigh-advice", "resolve-discrepancy"):
            return []
        for one in self.context.chart.issues:
            part = f"issue/{one.record.id}"
            own = carries_key(one.record, self.act.part_key(part))
            if one.reference == self.task.focus and (one.open or own):
                mitigation = {
                    "action": {"text": self.command.outcome},
                    "date": self.occasion.stamp,
                    "author": {"reference": self.occasion.actor.reference},
                }
                change = self._marked(part, one.record, put("status", "final"), add("mitigation", mitigation))
                return [(change, f"{one.reference} is decided")]
        return []

    def _marked(self, part: str, record: Record, *edits: Any) -> Amend:
        """Amended and marked; as it stands where this act did so before."""
        own = self.act.part_key(part)
        if carries_key(record, own):
            return amend(part, record, "settled")
        return amend(part, record, "settled", *edits, add("identifier", {"system": STEP_KEY, "value": own}))

    def _lowered(self) -> list[tuple[Change, str]]:
        """The lower colour, beside the first result."""
        stands, lower = self.triage, self.command.lowered_to
        if not lower or stands is None:
            return []
        at = self.command.at.astimezone(self.occasion.zone).isoformat(timespec="seconds")
        given = check_in.Given(self.command.patient, at, self.occasion.actor.reference, {})
        notes = (f"lowered from {stands.color} by a provider: {self.command.outcome}",)
        made = check_in.write_triage(self.occasion.content, lower, notes, given, (refer(stands.record),), final=True)
        said = f"the check-in's colour is lowered from {stands.color} to {lower}"
        return [(Create("triage", made, said), said)]

    def _plan(self, changes: tuple[Change, ...], says: tuple[str, ...]) -> Plan:
        return Plan(
            changes,
            says,
            warnings=self.context.chart.not_visible,
            decided_from=(self.task.record, *self.context.chart.team.records),
            reason=self.command.outcome,
            acting_as=self.occasion.actor.discipline,
            labels=tuple(self.task.record.json.get("meta", {}).get("security", ())),
        )


RESOLVE = adapted(
    name="resolve",
    title="Settle a task, or propose to close it",
    command=Resolve,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Observation",),
    amends=("Task", "Flag", "DetectedIssue"),
    supervised="close-work",
)
