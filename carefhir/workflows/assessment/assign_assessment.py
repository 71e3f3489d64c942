"""`assign-assessment`: asks for instruments that nobody has open and nobody has answered lately, one Task each.

Each Task names the instrument (its input holds url and version), and `record-assessment` completes it. An instrument is
never assigned twice: where a Task already asks for it, or it was answered within the days that content gives it
(PlanDefinition assigning), that is said with the record, and nothing is written. What only the patient may answer
(rule 3) says so, and answers of somebody else do not count as answered.

**Who owns the Task.** In an interview the care manager asks and the patient answers. To be filled in by the patient
alone, the Task is the patient's; that is refused where nobody is on call, because a danger in it would be read too late
(rule 1).

The act's cause is the instruments asked for, each with its newest answers or its last Task that has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import SUICIDE_FORM
from carefhir.content import check_in, scoring
from carefhir.content.loading import Content, extensions, parameters, value_of
from carefhir.engine.step import Case, PatientCommand, Step
from carefhir.fhir.bundle import created_by_a_step
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moment
from carefhir.mappers import patient
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.questionnaire_response import ResponseView
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows import answers
from carefhir.workflows.pen import Pen

TIMES = "assigning"
"""The PlanDefinition that holds the numbers."""


class AssignAssessment(PatientCommand):
    """Asks for the answers to instruments."""

    reason: str = Field(min_length=1, description="why they are asked for now, in plain words")
    instruments: tuple[str, ...] = Field(
        default=(), description="which: phq-9, gad-7, hunger-vital-sign …; if left out, the usual ones"
    )
    filled_in_by: Literal["interview", "patient"] = Field(
        default="interview", description="interview: the care manager asks; patient: the patient alone fills it in"
    )


NEEDS = (
    *charts.needs("patient", "care_teams", "episodes"),
    *charts.needs("tasks", optional=False),
    replace(qr.find(), optional=True),
)


def instruments_of(content: Content) -> dict[str, Json]:
    """The instruments of an assessment, by id; check-ins and the form that closes a review have steps of their own."""
    forms = {*check_in.forms(content), SUICIDE_FORM}
    return {
        id_: form
        for (type_, id_), form in sorted(content.artefacts.items())
        if type_ == "Questionnaire" and form["url"] not in forms
    }


def usual(instruments: Mapping[str, Json]) -> tuple[str, ...]:
    """The instruments that are asked where nobody names any: those that are not asked only by name."""
    return tuple(
        id_
        for id_, form in instruments.items()
        if not any(value_of(extension) for extension in extensions(form, "only-by-name"))
    )


@dataclass(frozen=True, slots=True)
class InstrumentsAsked:
    """The instruments asked for, each with what was last known of it."""

    instruments: tuple[tuple[str, str], ...]

    def spelled(self) -> tuple[str, ...]:
        return tuple(part for pair in self.instruments for part in pair)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument, and what is on record of it."""

    id: str
    form: Json
    tasks: tuple[TaskView, ...]
    """The Tasks that ask for it, oldest first."""
    newest: ResponseView | None
    """The newest complete answers that count."""

    @property
    def name(self) -> str:
        return scoring.short_name(self.form)

    @property
    def last(self) -> str:
        """What was last known of it before it is assigned."""
        ended = [task.record.reference for task in self.tasks if not task.open]
        return (self.newest.record.reference if self.newest else "") or next(reversed(ended), "never")


@dataclass(frozen=True, slots=True)
class AssigningCase(Case):
    """The instruments that are asked for."""

    command: AssignAssessment
    occasion: Occasion
    chart: Chart
    instruments: tuple[Instrument, ...]
    unknown: tuple[str, ...]

    @property
    def cause(self) -> InstrumentsAsked:
        return InstrumentsAsked(tuple((one.id, one.last) for one in self.instruments))

    @property
    def asked(self) -> Any:
        """The same instruments are the same request, whatever the reason."""
        return [self.command.patient, sorted(self.command.instruments), self.command.filled_in_by]

    def decide(self, act: Act) -> Plan | Refusal:
        """A Task for each that is neither open nor answered lately; or why there is none."""
        why = tuple(self._in_the_way())
        skipped = {one.id: reason for one in self.instruments if (reason := self._skipped(one, act))}
        assigned = [one for one in self.instruments if one.id not in skipped]
        if why or not assigned:
            return Refusal(why or (*skipped.values(), "nothing is assigned"), warnings=self.chart.not_visible)
        pen = Pen(self.occasion, act, self.command.patient)
        tasks = tuple(self._task(one, pen) for one in assigned)
        who = self.chart.team.called(self._owner(pen)) if self.command.filled_in_by == "interview" else "the patient"
        says = [f"assigned to {who}, to be answered by {self._due}: {one.name}" for one in assigned]
        return Plan(
            changes=tasks,
            says=(*says, *(f"not assigned: {reason}" for reason in skipped.values())),
            warnings=(*self._nobody(), *self.chart.not_visible),
            decided_from=tuple(one.newest.record for one in self.instruments if one.newest),
            artefacts=(self.occasion.content.canonical("PlanDefinition", TIMES),),
            reason=self.command.reason,
            acting_as=self.occasion.actor.discipline,
        )

    def _in_the_way(self) -> Iterator[str]:
        yield from patient.in_the_way(self.chart.patient, self.command.patient)
        names = ", ".join(instruments_of(self.occasion.content))
        for name in self.unknown:
            yield f"there is no instrument {name!r}; the instruments are: {names}"
        if self.command.filled_in_by == "patient" and not self.occasion.on_call(self.chart.team.on_call):
            yield "nobody is on call, so that a danger in it would be read too late: have it asked (interview)"

    def _skipped(self, instrument: Instrument, act: Act) -> str:
        """Why it is not assigned; "" where it is."""
        task = next((task for task in instrument.tasks if task.open and not act.did(task.record)), None)
        if task is not None:
            due = f", due {task.due}" if task.due else ""
            return f"{instrument.name} is already asked for ({task.record.reference}, {task.status}{due})"
        day = self._answered_on(instrument)
        numbers = parameters(self.occasion.content.get("PlanDefinition", TIMES))
        days = numbers.get(f"fresh-days-{instrument.id}", numbers["fresh-days"])
        if day is None or instrument.newest is None or (self.occasion.today - day).days > days:
            return ""
        again = day + timedelta(days=days + 1)
        where = instrument.newest.record.reference
        return f"{instrument.name} was answered on {day} ({where}): it is asked again from {again} on"

    def _answered_on(self, instrument: Instrument) -> date | None:
        when = moment(instrument.newest.authored) if instrument.newest else None
        return self.occasion.local_date(when) if when else None

    @property
    def _due(self) -> date:
        days = parameters(self.occasion.content.get("PlanDefinition", TIMES))["answer-days"]
        return self.occasion.today + timedelta(days=days)

    def _owner(self, pen: Pen) -> str:
        """Who asks: the care manager; the patient where they fill it in alone."""
        if self.command.filled_in_by == "patient":
            return pen.patient
        return self.chart.care_manager or pen.author

    def _nobody(self) -> tuple[str, ...]:
        asks = self.command.filled_in_by == "interview" and not self.chart.care_manager
        return ("no care manager is on record: whoever assigns it asks",) if asks else ()

    def _task(self, instrument: Instrument, pen: Pen) -> Create:
        only = scoring.respondent(instrument.form) == "patient"
        alone = " Only the patient answers, nobody for them; an interpreter may help." if only else ""
        asks = "Ask" if self.command.filled_in_by == "interview" else "Please answer"
        canonical = f"{instrument.form['url']}|{instrument.form.get('version', '')}"
        work = Work(
            code="assessment",
            words=f"{asks} {instrument.name}.{alone} {self.command.reason}",
            title=f"answer {instrument.name}",
            start=pen.today,
            end=self._due,
            owner=self._owner(pen),
            inputs=({"type": {"text": "form"}, "valueCanonical": canonical},),
        )
        return pen.task(f"assigned/{instrument.id}", work, f"{instrument.name} is asked for: {self.command.reason}")


def open_cases(records: Records, command: AssignAssessment, occasion: Occasion) -> tuple[AssigningCase]:
    """The instruments asked for, each with its Tasks and its newest answers."""
    chart = charts.read(records, occasion)
    all_of_them = instruments_of(occasion.content)
    names = tuple(dict.fromkeys(command.instruments)) or usual(all_of_them)
    responses = [record for record in records[qr.find().name] if _counts(record.json, occasion)]
    instruments = []
    for name in sorted(set(names) & set(all_of_them)):
        form = all_of_them[name]
        tasks = [task for task in chart.tasks if any(one.partition("|")[0] == form["url"] for one in task.instruments)]
        mine = [
            view
            for view in map(qr.read, responses)
            if view.questionnaire == form["url"] and view.complete and _theirs(view.record, form, command.patient)
        ]
        newest = max(mine, key=lambda view: (moment(view.authored) is not None, view.authored), default=None)
        ordered = sorted(tasks, key=lambda task: (task.authored, task.record.reference))
        instruments.append(Instrument(id=name, form=form, tasks=tuple(ordered), newest=newest))
    return (
        AssigningCase(
            command=command,
            occasion=occasion,
            chart=chart,
            instruments=tuple(instruments),
            unknown=tuple(name for name in names if name not in all_of_them),
        ),
    )


def _theirs(response: Record, form: Json, person: str) -> bool:
    """Whether whoever may answer did: what a step of ours keeps as complete was held to that when it was recorded."""
    return created_by_a_step(response) or not answers.not_the_patients(response.json, form, person)


def _counts(response: Json, occasion: Occasion) -> bool:
    """Whether answers are not from a time to come: such ones are mistyped, and say nothing of now."""
    when = moment(qr.authored(response, ""))
    return when is not None and when <= occasion.now


ASSIGN_ASSESSMENT = Step(
    name="assign-assessment",
    title="Ask for the answers to instruments",
    command=AssignAssessment,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    supervised="administer-screen",
)
