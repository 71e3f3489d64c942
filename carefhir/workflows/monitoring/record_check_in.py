"""`record-check-in`: what somebody says between visits becomes a colour with its reasons, and what follows from it.

In one commit: the response; the numbers given as Observations; the result as an Observation with each reason; the
Tasks of that colour; the check-in that was asked for done, and the next one by tier. The colour is the worst of all
pathways in force; green needs evidence, and without it the result is *cannot say* (clinical practice, rule 1).

**An incomplete form never hides a red answer.** It is kept as `in-progress`, judged by what is there, and the step says
what is missing. Answers about death are heard as item 9 of the PHQ-9 is. What is urgent carries its instruction, so
nobody is refused for their discipline then, and instructions are said even where no server can be reached.

The act's cause is the response's identifier, else its hash; a response kept incomplete is an act of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import check_in_facts, facts
from carefhir.chart.chart import Chart
from carefhir.chart.check_in_facts import Scale
from carefhir.content import check_in
from carefhir.content.check_in import Answers, CheckInPathway, Triage
from carefhir.content.rules import Facts
from carefhir.engine.step import Case, Moment, Step
from carefhir.fhir.changes import Act, Refusal, own_identifier
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moment
from carefhir.fhir.search import Canonical, Identified, Need
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.questionnaire_response import ResponseView
from carefhir.occasion import Occasion
from carefhir.workflows import answers as form_answers
from carefhir.workflows.answers import ResponseCause
from carefhir.workflows.monitoring.check_in_recording import CheckInCase


class RecordCheckIn(form_answers.ResponseCommand):
    """Records the answers of a check-in and says what they come to."""

    started: Moment | None = Field(default=None, description="when the call began, where the response does not say")


NEEDS = (
    *charts.needs(
        "patient",
        "episodes",
        "care_teams",
        "conditions",
        "medication_requests",
        "medication_statements",
        "readings",
        "encounters",
        "tasks",
        "flags",
        "goals",
        "risks",
    ),
    replace(qr.find(), optional=True),
    Need("named_alike", "QuestionnaireResponse", (Identified("{command.identity}"),), optional=True),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class UnknownCheckIn(Case):
    """A response to no check-in of ours: it has no colour."""

    command: RecordCheckIn
    occasion: Occasion

    @property
    def cause(self) -> ResponseCause:
        return form_answers.cause_of(self.command.response, whole=False)

    def decide(self, act: Act) -> Refusal:
        """Why it is not recorded, and what to do now if a form of another kind says so."""
        response = self.command.response
        known = ", ".join(sorted(check_in.forms(self.occasion.content)))
        named = form_answers.canonical(response) or "(none named)"
        why = form_answers.nobody_elses(response, self.command.patient)
        why = why or (f"no check-in of ours: {named}; there are {known}; other instruments: record-assessment",)
        return Refusal(why, form_answers.dangers_in_words(response, self.occasion))


@dataclass(frozen=True, slots=True)
class CheckInRecords:
    """What is on record when a check-in is judged."""

    chart: Chart
    responses: tuple[Record, ...] = ()
    named_alike: tuple[Record, ...] = ()
    questionnaires: tuple[Record, ...] = ()


def open_cases(records: Records, command: RecordCheckIn, occasion: Occasion) -> tuple[Case]:
    """The response, recognized and judged."""
    chart = charts.read(records.without_gaps_of("questionnaires"), occasion)
    on_record = CheckInRecords(
        chart=chart,
        responses=records["responses"],
        named_alike=records["named_alike"],
        questionnaires=records["questionnaires"],
    )
    return (_case(on_record, command, occasion) or UnknownCheckIn(command, occasion),)


def at_once(command: RecordCheckIn, occasion: Occasion) -> tuple[str, ...]:
    """What the answers alone ask for, whatever a server says."""
    nothing = CheckInRecords(Chart(unseen=frozenset({"encounters"})))
    case = _case(nothing, command, occasion)
    return case.instructions if case else form_answers.dangers_in_words(command.response, occasion)


def _case(on_record: CheckInRecords, command: RecordCheckIn, occasion: Occasion) -> CheckInCase | None:
    """The response judged; None where it answers no check-in of ours."""
    response = command.response
    other = form_answers.contained(response) or form_answers.newest(on_record.questionnaires)
    form = check_in.recognize(occasion.content, form_answers.canonical(response), other)
    return _judged(on_record, command, occasion, form=form, other=other) if form else None


def _judged(
    on_record: CheckInRecords, command: RecordCheckIn, occasion: Occasion, *, form: Json, other: Json | None
) -> CheckInCase:
    """What the answers to one of our forms say, and what they come to."""
    content, response, chart = occasion.content, command.response, on_record.chart
    judgment = form_answers.judged(content, response, form, other)
    answers = check_in.read_answers(content, form, response, form_answers.foreign(response, form, other))
    stored = qr.same_identity(on_record.responses, own_identifier(response))
    objections = form_answers.objections(content, response, form, other, command.patient)
    drafted = tuple(reading for reading in chart.readings if stored and stored.reference in reading.derived_from)
    at = _moment_of(command, occasion)
    own = frozenset(reading.record.reference for reading in drafted)
    scale = check_in_facts.scale_of(chart, answers, at, own=own, occasion=occasion)
    chart_facts = facts.facts_of(chart, occasion)
    return CheckInCase(
        patient=command.patient,
        response=response,
        occasion=occasion,
        chart=chart,
        facts=chart_facts,
        form=form,
        answers=answers,
        stored=stored,
        objections=(*objections, *judgment.objections, *answers.odd),
        unkeepable=_unkeepable(on_record, command, stored),
        dangers=tuple(danger for danger in judgment.dangers if danger.link_id in answers.asked),
        result=_triage(chart, chart_facts, form, answers, scale=scale, occasion=occasion),
        scale=scale,
        at=at,
        authored=command.started.isoformat(timespec="seconds") if command.started else occasion.stamp,
        drafted=drafted,
        done_before=_done_before(chart, map(qr.read, on_record.responses), response, occasion=occasion),
    )


def _unkeepable(on_record: CheckInRecords, command: RecordCheckIn, stored: Record | None) -> tuple[str, ...]:
    """Why the response cannot be kept at all."""
    wrong = form_answers.not_r4(command.response, command.patient)
    return wrong or form_answers.clashes(stored, on_record.named_alike, command.response, command.patient)


def _moment_of(command: RecordCheckIn, occasion: Occasion) -> datetime:
    """The moment the answers speak of: as written, else the start of the call, else now."""
    authored = moment(qr.authored(command.response, ""), occasion.zone)
    at = authored or command.started or occasion.now
    return min(at, occasion.now).astimezone(occasion.zone)


def _triage(
    chart: Chart, chart_facts: Facts, form: Json, answers: Answers, *, scale: Scale, occasion: Occasion
) -> Triage:
    """What the answers come to, by every pathway in force."""

    def facts_for(pathway: CheckInPathway) -> Facts:
        return check_in_facts.facts_for(pathway, chart_facts, answers, scale, occasion=occasion)

    result = check_in.triage(check_in.in_force(occasion.content, form, chart_facts), facts_for)
    if result.color == "green" and "conditions" in chart.unseen:
        return replace(result, color="cannot-say", missing=("green takes: the conditions on record, not visible here",))
    return result


def _done_before(chart: Chart, responses: Iterable[ResponseView], response: Json, *, occasion: Occasion) -> int:
    """Check-ins since enrolment or the last discharge, whichever is later, this one aside."""
    zone = occasion.zone
    starts = [moment(each.started, zone) for each in chart.episodes if each.programs and not each.over]
    since = [at for at in (*starts, facts.last_discharge(chart, occasion)) if at is not None]
    forms, mine = check_in.forms(occasion.content), own_identifier(response)
    times = [
        at
        for each in responses
        if each.complete and each.questionnaire in forms and (mine is None or each.identity != mine)
        if (at := moment(each.authored, zone)) is not None
    ]
    return len([at for at in times if not since or at >= max(since)])


RECORD_CHECK_IN = Step(
    name="record-check-in",
    title="Record a check-in and say what it comes to",
    command=RecordCheckIn,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("QuestionnaireResponse", "Observation", "Task", "Flag"),
    amends=("QuestionnaireResponse", "Task"),
    at_once=at_once,
    supervised="triage",
)
