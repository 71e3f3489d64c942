"""A review of self-harm closes only with the answers to a suicide screener (clinical practice, rule 31).

A review says *that* somebody must be asked; closing it says *what* they answered. So each answer is given by itself,
and is written down: thoughts, intent, plan, behavior within three months, means within reach, and the safety plan. What
nobody knows counts as a yes until somebody has asked. Intent, a plan or behavior is an emergency (Columbia triage
guidance): the answers are kept, the review stays open, and what to do now is said. Thoughts without these need a safety
plan and a provider who knows. What each answer means is in CodeSystem suicide-screener.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from carefhir.chart.chart import Chart
from carefhir.codes import FINDING, SUICIDE_SCREENER
from carefhir.content import suicide_form, supervision
from carefhir.content.loading import Concept, Content
from carefhir.engine.step import Case, instant
from carefhir.fhir.changes import Act, Create, Edit, Plan, Refusal, add, amend
from carefhir.fhir.record import Record
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers import suicide_screener
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring import open_task, screener_doubts
from carefhir.workflows.pen import Pen

ANSWERS = "suicide-screener"
"""The part that the answers play in an act."""


def _plainly(value: Any) -> Any:
    """Yes and no as people and programs spell them; everything else is left to be refused by name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strip().lower() if isinstance(value, str) else value


Answer: TypeAlias = Annotated[Literal["yes", "no", "unknown"], BeforeValidator(_plainly)]


class Screener(BaseModel):
    """What the person answered to a suicide screener; what was not asked, or not answered, is `unknown`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    instrument: str = Field(min_length=1, description="which screener was asked, for example C-SSRS")
    ideation: Answer = Field(description="a wish to be dead, or thoughts of killing oneself")
    intent: Answer = Field(description="some intention of acting on them")
    plan: Answer = Field(description="a plan how, when or where")
    behavior_3_months: Answer = Field(description="an attempt or preparations within the last 3 months")
    means: Answer = Field(description="firearms, pills or other means within reach")
    safety_plan: Annotated[Literal["made", "reviewed", "none"], BeforeValidator(_plainly)] = Field(
        description="made now, the one on record reviewed now, or none"
    )

    @property
    def answers(self) -> Mapping[str, str]:
        """Each answer by the code of its item (CodeSystem suicide-screener)."""
        given = self.model_dump(exclude={"instrument"})
        return {name.replace("_", "-"): answer for name, answer in given.items()}


@dataclass(frozen=True, slots=True)
class ScreenedAt:
    """A screener about the person of a Task is answered at a moment, and can be answered again later."""

    task: str
    at: datetime

    def spelled(self) -> tuple[str, ...]:
        return (self.task, "screened", instant(self.at))


class Answered(Protocol):
    """What `resolve` was asked for."""

    @property
    def patient(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class ReviewOnRecord(Protocol):
    """The Task that is to be closed, as `resolve` found it."""

    @property
    def command(self) -> Answered: ...
    @property
    def occasion(self) -> Occasion: ...
    @property
    def chart(self) -> Chart: ...
    @property
    def task(self) -> TaskView | None: ...
    @property
    def kind(self) -> Concept | None: ...
    @property
    def raised_by(self) -> Record | None: ...
    @property
    def screener(self) -> Screener | None: ...
    @property
    def contradiction(self) -> str: ...
    def kept(self, plan: Plan, pen: Pen) -> Plan: ...
    def in_the_way(self, act: Act) -> tuple[str, ...]: ...


def is_one(content: Content, kind: Concept | None, task: TaskView | None) -> bool:
    """Whether a Task is a review of self-harm. A safety review that does not say what it is about counts as one."""
    if kind is None or task is None or kind.code != "safety-review":
        return False
    findings = content.concepts(FINDING)
    named = [findings[code] for code in task.findings if code in findings]
    return not named or any(finding.properties.get("screener") == "suicide" for finding in named)


def positive(content: Content, screener: Screener, risk: str) -> tuple[str, ...]:
    """The items of a risk (`emergency`, `lower`) that were answered with yes, or not at all, in words."""
    return tuple(suicide_form.at_risk(content, screener.answers, risk))


def instructions(content: Content, screener: Screener | None) -> tuple[str, ...]:
    """What must be done now, where the answers are an emergency."""
    if screener is None or not positive(content, screener, "emergency"):
        return ()
    emergency = content.concept(SUICIDE_SCREENER, "emergency")
    return (f"{emergency.display}. {emergency.definition}",)


def not_closed(on_record: ReviewOnRecord, act: Act) -> tuple[str, ...]:
    """Says why a Task is not closed with the answers given, or without any; () where they are enough."""
    screener, task, kind = on_record.screener, on_record.task, on_record.kind
    content, where = on_record.occasion.content, on_record.command.task
    if not is_one(content, kind, task):
        return (f"{where} is no review of self-harm: leave screener out",) if screener else ()
    person = on_record.chart.patient
    if screener is None and person is not None and person.deceased:
        return ()  # nobody can be asked any more; what was open is still closed (rule 10)
    if screener is None:
        return (
            f"{where} is a review of self-harm and closes only with the answers to a suicide screener: give screener "
            "(instrument, ideation, intent, plan, behavior_3_months, means, safety_plan; unknown counts as yes)",
        )
    why = _emergency(content, screener, where)
    if why or task is None:
        return why
    why = screener_doubts.doubts(on_record)
    if why:
        return why
    provider = supervision.refusals(content, "close-red", on_record.occasion.actor.discipline)
    was = any(system == SUICIDE_SCREENER and code == "emergency" for system, code, _ in task.results)
    if was and provider:
        return tuple(f"{where} was an emergency at an earlier screener: {refusal}" for refusal in provider)
    lower = positive(content, screener, "lower")
    if not lower:
        return ()
    named = ", ".join(lower)
    if screener.safety_plan == "none":
        why = (*why, f"{named}: make a safety plan with the person first, and say so in safety_plan")
    if provider and not (open_task.acknowledged(task) or act.did(task.record)):
        why = (*why, f"{named}: reach a provider first, and record it with acknowledge for {where}")
    return why


def _emergency(content: Content, screener: Screener, where: str) -> tuple[str, ...]:
    """Says that the answers are an emergency, and which ones."""
    answers = positive(content, screener, "emergency")
    if not answers:
        return ()
    unknown = " (unknown counts as yes until somebody has asked)" if "unknown" in " ".join(answers) else ""
    return (f"{', '.join(answers)}: this is an emergency, and {where} stays open{unknown}",)


def answered(pen: Pen, screener: Screener, task: TaskView, at: datetime) -> Create:
    """Writes the answers, derived from the response that the review came from."""
    resource = suicide_screener.write(
        pen.content,
        pen.patient,
        screener.instrument,
        screener.answers,
        at=at.astimezone(pen.occasion.zone).isoformat(timespec="seconds"),
        performer=pen.author,
        derived_from=task.focus,
    )
    return Create(ANSWERS, resource, f"the answers to the {screener.instrument}")


def output(pen: Pen, answers: Create, code: str) -> Edit:
    """Puts the answers on a Task: as the `screener` it was closed with, or as an `emergency`."""
    concept = pen.content.concept(SUICIDE_SCREENER, code)
    return add("output", {"type": {"coding": [concept.coding]}, "valueReference": pen.refer(answers)})


@dataclass(frozen=True, slots=True)
class EmergencyCase(Case):
    """Answers that are an emergency: the review stays open, and they are kept on it."""

    on_record: ReviewOnRecord

    @property
    def cause(self) -> ScreenedAt:
        return ScreenedAt(self.on_record.command.task, self.on_record.command.at)

    def decide(self, act: Act) -> Plan | Refusal:
        """Keeps the answers on the review; says why it is not closed, and what to do now."""
        on_record, screener = self.on_record, self.on_record.screener
        task, urgent = on_record.task, instructions(on_record.occasion.content, screener)
        why = on_record.in_the_way(act)
        if why or task is None or screener is None:
            return Refusal(why, urgent)
        pen = Pen(on_record.occasion, act, on_record.command.patient)
        return on_record.kept(self._kept_open(screener, task, urgent, act, pen), pen)

    def _kept_open(self, screener: Screener, task: TaskView, urgent: tuple[str, ...], act: Act, pen: Pen) -> Plan:
        on_record = self.on_record
        content = on_record.occasion.content
        answers = answered(pen, screener, task, on_record.command.at)
        dangers = ", ".join(positive(content, screener, "emergency"))
        edits = (
            pen.noted(f"EMERGENCY at the {screener.instrument}: {dangers}. {on_record.command.outcome}"),
            output(pen, answers, "emergency"),
            pen.changed_now(),
        )
        because = f"{dangers}: an emergency; the review stays open"
        reviews = (task, *open_task.copies(on_record.chart, task))
        return Plan(
            changes=(
                answers,
                *(amend(open_task.part_of(review), review.record, because, *edits) for review in reviews),
            ),
            says=(f"the answers are kept on {task.record.reference}, which stays open; its Flag stays, too",),
            instructions=urgent,
            warnings=(*screener_doubts.denied(screener.answers), *on_record.chart.not_visible),
            decided_from=tuple(review.record for review in reviews),
            artefacts=(content.canonical("CodeSystem", SUICIDE_SCREENER.rpartition("/")[2]),),
            incomplete=not_closed(on_record, act),
            reason=because,
            acting_as=on_record.occasion.actor.discipline,
            labels=qr.labels_of(task.record),
        )


def emergency(on_record: ReviewOnRecord) -> EmergencyCase | None:
    """The case of answers that are an emergency; None where they are none, or where no review of self-harm is named."""
    screener, content = on_record.screener, on_record.occasion.content
    if screener is None or not is_one(content, on_record.kind, on_record.task):
        return None
    return EmergencyCase(on_record) if positive(content, screener, "emergency") else None
