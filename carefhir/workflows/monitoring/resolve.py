"""`resolve`: closes a Task with its outcome in words, or proposes to close it if the person acting may not close it.

Who may close a Task depends on its kind: property `closedBy` of CodeSystem care-task names a line of the supervision
table. A nurse, for example, proposes to close an escalation, and a provider closes it. Closing a Task also closes what
depends on it: its copy with another owner, the reminder to tell the provider, the Flag of a safety review (unless
another review of the same finding is open), and the issue that conflicting advice or a discrepancy was recorded as. A
provider can lower the color of the check-in at the same time; the first color stays on record beside the lower one.

**A review of self-harm** closes, and its Flag is lifted, only with the answers to a suicide screener, by themselves or
in the form of a clinician (see `suicide_review`, `screener_form`). A difference between medication lists is closed with
what becomes of the medicine, and moves the reconciled list (see `medicine_decision`).

A call is closed only with what became of it, in `contact`: one that did not reach the person is an attempt, noted on
its Task, which stays open (see `attempted`).

A Task that another step completes is refused, and the refusal names that step. Tasks of a patient who has died can
still be closed (rule 10). The cause is the Task, which is closed once. A proposal to close it is an act of its own,
whose cause is the Task and the moment, so a Task can be proposed for closing and then closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import TRIAGE
from carefhir.content import supervision
from carefhir.content.check_in import WORST_LAST
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, Moment, PatientCommand, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Follow
from carefhir.mappers import check_in, medication_list, patient
from carefhir.mappers.check_in import TriageView
from carefhir.mappers.medication_list import ListView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring import attempted, open_task, screener_form, suicide_review
from carefhir.workflows.monitoring.closing import Settlement, TaskClosing
from carefhir.workflows.monitoring.medicine_decision import MedicineDecision, ResolveDecided
from carefhir.workflows.monitoring.screener_form import ScreenerForm
from carefhir.workflows.monitoring.suicide_review import Screener
from carefhir.workflows.pen import Pen


class Resolve(PatientCommand):
    """Closes a Task, or proposes to close it."""

    task: TaskRef = Field(description="the Task to close: Task/ID")
    outcome: str = Field(min_length=1, description="what was found out or done, in plain words")
    at: Moment = Field(description="when, with its UTC offset, for example 2026-03-09T15:00:00-05:00")
    lowered_to: str = Field(default="", description="a lower color for the check-in; only a provider can give one")
    screener: Screener | None = Field(
        default=None,
        description="for a review of self-harm: instrument, ideation, intent, plan, behavior_3_months and means (each "
        "yes, no or unknown), safety_plan (made, reviewed or none); needed to close one",
    )
    screener_form: dict[str, Any] | None = Field(
        default=None,
        description="in place of screener: the QuestionnaireResponse, as JSON, to the form suicide-screener-result",
    )
    decided: tuple[ResolveDecided, ...] = Field(
        default=(),
        description="what becomes of a medicine, where the Task asks for that, a list of: what (stop, continue, "
        "change, hold, start), instruction, medicine; only a prescriber can say it",
    )
    contradiction: str = Field(
        default="",
        description="for a review of self-harm: why the screener says no to thoughts of suicide, where the answers "
        "that raised the review say that they come often",
    )
    instead: bool = Field(
        default=False,
        description="whether decided takes the place of an earlier decision about the same medicine, which the refusal "
        "names",
    )
    contact: Literal["", "reached", "voicemail", "no-answer", "wrong-number", "refused"] = Field(
        default="",
        description="for a call: whether it reached the person, or a caregiver who may speak for them; needed to close "
        "one, and whatever is not reached closes nothing",
    )
    added_later: ClassVar[tuple[str, ...]] = (
        "screener",
        "screener_form",
        "decided",
        "contradiction",
        "instead",
        "contact",
    )


RAISED_BY = Follow("focus", "QuestionnaireResponse")
"""The answers that a Task came from."""
(_tasks,) = charts.needs("tasks")
NEEDS = (
    *charts.needs("patient", "care_teams"),
    replace(_tasks, follow=(*_tasks.follow, RAISED_BY)),
    *charts.needs("flags", "issues", "medication_statements"),
    check_in.find_triages(),
    medication_list.find(),
)


@dataclass(frozen=True, slots=True)
class ClosedOnce:
    """A Task is closed once."""

    task: str

    def spelled(self) -> tuple[str, ...]:
        return (self.task, "closed")


@dataclass(frozen=True, slots=True)
class ProposedAt:
    """Closing a Task is proposed at a moment, and can be proposed again later."""

    task: str
    at: datetime

    def spelled(self) -> tuple[str, ...]:
        return (self.task, "proposed", instant(self.at))


@dataclass(frozen=True, slots=True)
class TaskOnRecord:
    """The Task to close, its kind, and the colors of the check-in that it came from."""

    command: Resolve
    occasion: Occasion
    chart: Chart
    task: TaskView | None
    kind: Concept | None
    triages: tuple[TriageView, ...]
    """The colors of the check-in, the lowered ones too."""
    lists: tuple[ListView, ...] = ()
    raised_by: Record | None = None
    """The answers that the Task came from, where they can be seen."""

    form: ScreenerForm | None = None
    """The form of a suicide screener, read."""

    @property
    def screener(self) -> Screener | None:
        """The answers to a suicide screener, as they were given: in the form, or by themselves."""
        return self.form.screener if self.form else self.command.screener

    @property
    def contradiction(self) -> str:
        """Why a screener says no where the answers before it say that thoughts of death come often."""
        return self.command.contradiction or (self.form.contradiction if self.form else "")

    def kept(self, plan: Plan, pen: Pen) -> Plan:
        """A plan that keeps the form of the screener, too, where one was given."""
        return screener_form.kept_with(plan, self.form, pen)

    @property
    def urgent(self) -> tuple[str, ...]:
        """What must be done now by the screener's answers, whatever becomes of the Task."""
        return at_once(self.command, self.occasion)

    def in_the_way(self, act: Act) -> tuple[str, ...]:
        """Says why nobody can close it; that the patient has died is no reason, work is still closed then."""
        person = self.chart.patient
        dead = person is not None and person.deceased and not person.replaced_by
        return (
            *(() if dead else patient.in_the_way(person, self.command.patient)),
            *open_task.in_the_way(self.occasion.content, self.task, self.command.task, act),
            *open_task.not_yet(self.command.at, self.occasion),
            *(self.form.why if self.form else ()),
            *(("give screener or screener_form, not both",) if self.form and self.command.screener else ()),
        )

    def not_so(self, settlement: Settlement, act: Act) -> tuple[str, ...]:
        """Says why it is not closed in this way."""
        why: tuple[str, ...] = ()
        escalation = settlement.kind.code == "escalation"
        if escalation and not (act.did(settlement.task.record) or open_task.acknowledged(settlement.task)):
            why = (f"{self.command.task} is not acknowledged yet: reach the provider, and record it with acknowledge",)
        medicines = settlement.medicines.not_so(Pen(self.occasion, act, self.command.patient))
        return (
            *why,
            *attempted.not_closed(self),
            *suicide_review.not_closed(self, act),
            *medicines,
            *self._not_lowered(settlement.triage),
        )

    def _not_lowered(self, triage: TriageView | None) -> tuple[str, ...]:
        """Says why the color is not lowered."""
        lower = self.command.lowered_to
        if not lower:
            return ()
        refused = supervision.refusals(self.occasion.content, "lower-triage", self.occasion.actor.discipline)
        if refused:
            return refused
        if lower not in self.occasion.content.concepts(TRIAGE) or lower == "cannot-say":
            return ("lowered_to is not a color to lower to: give green, yellow or red-urgent",)
        if triage is None or triage.color not in WORST_LAST:
            return (f"no check-in can be seen that {self.command.task} came from: leave lowered_to out",)
        if WORST_LAST.index(lower) >= WORST_LAST.index(triage.color):
            return (f"the check-in is {triage.color}, and {lower} is not lower: give a lower color, or none",)
        return ()

    def settlement(self, act: Act) -> Settlement | Refusal:
        """How the Task is closed; or why this step does not close it."""
        why = self.in_the_way(act)
        if why or self.task is None or self.kind is None:
            return Refusal(why, self.urgent)
        step = self.kind.properties.get("settledBy")
        if step:
            why = (f"{self.command.task} ({self.kind.display}) is completed by another step: use {step}",)
            return Refusal(why, self.urgent)
        before = [triage for triage in self.triages if not act.did(triage.record)]
        return Settlement(
            chart=self.chart,
            task=self.task,
            kind=self.kind,
            triage=max(before, key=lambda triage: (triage.at, triage.record.id), default=None),
            outcome="; ".join(filter(None, (self.command.contact, self.command.outcome, self.contradiction))),
            at=self.command.at,
            lowered_to=self.command.lowered_to,
            screener=self.screener,
            medicines=MedicineDecision(
                chart=self.chart,
                lists=self.lists,
                task=self.task,
                kind=self.kind,
                decided=self.command.decided,
                instead=self.command.instead,
            ),
        )


@dataclass(frozen=True, slots=True)
class TaskClosingCase(Case):
    """A Task that whoever acts closes, if they may."""

    on_record: TaskOnRecord

    @property
    def cause(self) -> ClosedOnce:
        return ClosedOnce(self.on_record.command.task)

    def decide(self, act: Act) -> Plan | Refusal:
        """Completes the Task, and closes what depends on it; or says why not."""
        settlement = self.on_record.settlement(act)
        if isinstance(settlement, Refusal):
            return settlement
        occasion = self.on_record.occasion
        action = open_task.closed_by(settlement.kind)
        why = supervision.refusals(occasion.content, action, occasion.actor.discipline)
        why = (*why, *self.on_record.not_so(settlement, act))
        pen = Pen(occasion, act, self.on_record.command.patient)
        if why:
            return Refusal(
                why, self.on_record.urgent, warnings=self.on_record.form.warnings if self.on_record.form else ()
            )
        return self.on_record.kept(TaskClosing(settlement, pen).closed(), pen)


@dataclass(frozen=True, slots=True)
class ClosingProposalCase(Case):
    """A Task that whoever acts may only propose to close."""

    on_record: TaskOnRecord

    @property
    def cause(self) -> ProposedAt:
        return ProposedAt(self.on_record.command.task, self.on_record.command.at)

    def decide(self, act: Act) -> Plan | Refusal:
        """Proposes closing the Task; or says why not."""
        settlement = self.on_record.settlement(act)
        if isinstance(settlement, Refusal):
            return settlement
        why = self.on_record.not_so(settlement, act)
        pen = Pen(self.on_record.occasion, act, self.on_record.command.patient)
        return Refusal(why, self.on_record.urgent) if why else TaskClosing(settlement, pen).proposed()


def open_cases(records: Records, command: Resolve, occasion: Occasion) -> Sequence[Case]:
    """The Task, to be closed or proposed for closing."""
    chart = charts.read(records, occasion)
    task = chart.task(command.task)
    kind = open_task.kind_of(occasion.content, task)
    triages = _of_check_in(task, map(check_in.read, records["triages"]))
    lists = tuple(map(medication_list.read, records["medication_lists"]))
    form = command.screener_form
    on_record = TaskOnRecord(
        command=command,
        occasion=occasion,
        chart=chart,
        task=task,
        kind=kind,
        triages=triages,
        lists=lists,
        form=screener_form.read(occasion.content, form, command.patient) if form is not None else None,
        raised_by=next((each for each in records[RAISED_BY.name] if task and each.reference == task.focus), None),
    )
    emergency = suicide_review.emergency(on_record)
    if emergency is not None:
        return (emergency,)
    attempt = attempted.attempt(on_record)
    if attempt is not None:
        return (attempt,)
    if kind is not None and _only_proposes(kind, occasion):
        return (ClosingProposalCase(on_record),)
    return (TaskClosingCase(on_record),)


def at_once(command: Resolve, occasion: Occasion) -> tuple[str, ...]:
    """Says what must be done now by the screener's answers alone, even if no server can be reached."""
    form = command.screener_form
    read = screener_form.read(occasion.content, form, command.patient) if form is not None else None
    return suicide_review.instructions(occasion.content, read.screener if read else command.screener)


def _only_proposes(kind: Concept, occasion: Occasion) -> bool:
    action, discipline = open_task.closed_by(kind), occasion.actor.discipline
    return supervision.degree(occasion.content, action, discipline) == "propose"


def _of_check_in(task: TaskView | None, triages: Iterable[TriageView]) -> tuple[TriageView, ...]:
    """The color of the check-in that a Task came from, and the colors it was lowered to since."""
    every = tuple(triages)
    first = [triage for triage in every if task and task.focus and task.focus in triage.rests_on]
    references = {triage.record.reference for triage in first}
    return (*first, *(triage for triage in every if references & set(triage.rests_on)))


RESOLVE = Step(
    name="resolve",
    title="Close a Task, or propose to close it",
    command=Resolve,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Observation", "QuestionnaireResponse", "Task", "MedicationStatement"),
    amends=("Task", "Flag", "DetectedIssue", "MedicationStatement", "List"),
    at_once=at_once,
    supervised="close-work",
)
