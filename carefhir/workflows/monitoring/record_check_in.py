"""`record-check-in`: gives the answers of a check-in a color with its reasons, and creates the Tasks for that color.

Writes in one commit: the response; the numbers given, as Observations; the color, as an Observation with each reason;
the Tasks that this color asks for; the check-in that was asked for, completed; and the next check-in, whose day depends
on the tier of care. Every pathway that applies to the person gives a color, and the worst one counts. Green needs
evidence: without enough answers the color is *cannot say* (clinical practice, rule 1).

**An incomplete form never hides a red answer.** It is kept as `in-progress` and judged by the answers it has, and the
step says what is missing. Answers about death are acted on in the same way as item 9 of the PHQ-9. Anything urgent
comes with an instruction. In that case nobody is refused because of their discipline, and the instruction is shown even
if the server cannot be reached.

The act's cause is the response's identifier or, without one, a hash of its JSON. Keeping an incomplete response is an
act of its own.

**Amended answers are a new fact** (rule 26): the same identifier with other answers is judged anew, in an act of its
own, and the color and the numbers of the earlier answers are marked as superseded. So is the color of a check-in whose
own words somebody has read since.

Two check-ins recorded at once each set a next one. Each looks when its writes stand, and the earliest of them stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import check_in_facts, facts, unclear_places, whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.check_in_facts import Scale
from carefhir.content import answering, cadence, check_in, scoring
from carefhir.content.answering import Answers
from carefhir.content.check_in import CheckInPathway, Triage
from carefhir.content.rules import Facts
from carefhir.engine.step import Case, Moment, Step, digest_of
from carefhir.fhir.changes import Act, Refusal, own_identifier
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moment
from carefhir.fhir.search import Canonical, Identified, Need
from carefhir.mappers import prefilled, superseded
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.questionnaire_response import ResponseView
from carefhir.mappers.reading import Measurement
from carefhir.occasion import Occasion
from carefhir.workflows import answers as form_answers
from carefhir.workflows.answers import AmendedCause, Beside, ResponseCause
from carefhir.workflows.check_in_dangers import check_in_dangers
from carefhir.workflows.monitoring.check_in_recording import CheckInCase, WordsRead
from carefhir.workflows.monitoring.hospice_order import for_hospice
from carefhir.workflows.monitoring.next_check_in import ONE_NEXT_CHECK_IN


class RecordCheckIn(form_answers.ResponseCommand):
    """Records the answers of a check-in and says how urgent they are."""

    added_later = ("words_read",)

    started: Moment | None = Field(default=None, description="when the call began, if the response does not say")
    words_read: Literal["", "nothing-urgent", "call-today", "provider-today", "emergency", "thoughts-of-death"] = Field(
        default="",
        description="how urgent the person's own words are, as judged by somebody who has read them; leave it out "
        "while nobody has: the check-in is then not green, and words that alarm count as what they may mean",
    )


NEEDS = (
    *charts.with_organizations(
        charts.needs(
            "patient",
            "episodes",
            "care_teams",
            "conditions",
            "medication_requests",
            "medication_statements",
            "readings",
            "encounters",
            "service_requests",
            "tasks",
            "flags",
            "goals",
            "risks",
        )
    ),
    replace(qr.find(), optional=True),
    superseded.find_survey_results(),
    Need("named_alike", "QuestionnaireResponse", (Identified("{command.identity}"),), optional=True),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
)


NAME = "record-check-in"


@dataclass(frozen=True, slots=True)
class UnknownCheckIn(Case):
    """A response to a form that is not one of our check-ins: it has no color."""

    command: RecordCheckIn
    occasion: Occasion

    @property
    def cause(self) -> ResponseCause:
        return form_answers.cause_of(self.command.response, whole=False)

    def decide(self, act: Act) -> Refusal:
        """Says why it is not recorded, and what to do now if the answers to another form ask for it."""
        response = self.command.response
        ours = ", ".join(sorted(check_in.forms(self.occasion.content)))
        named = form_answers.canonical(response)
        what = f"{named} is not one of our check-ins" if named else "the response names no questionnaire"
        why = form_answers.not_theirs(response, self.command.patient)
        why = why or (f"{what}; ours are: {ours}; record other questionnaires with record-assessment",)
        return Refusal(why, form_answers.dangers_in_words(response, self.occasion))


@dataclass(frozen=True, slots=True)
class CheckInRecords:
    """What a check-in is judged with, beside its answers."""

    chart: Chart
    responses: tuple[Record, ...] = ()
    named_alike: tuple[Record, ...] = ()
    questionnaires: tuple[Record, ...] = ()
    results: tuple[Record, ...] = ()
    """The results of all questionnaires on record."""
    results_visible: bool = True


def open_cases(records: Records, command: RecordCheckIn, occasion: Occasion) -> Sequence[Case]:
    """Recognizes and judges the response."""
    chart = charts.read(records.without_gaps_of("questionnaires"), occasion)
    on_record = CheckInRecords(
        chart=chart,
        responses=records["responses"],
        named_alike=records["named_alike"],
        questionnaires=records["questionnaires"],
        results=records["survey_results"],
        results_visible=records.visible("survey_results"),
    )
    case = _case(on_record, command, occasion)
    if case is None:
        return (UnknownCheckIn(command, occasion),)
    return tuple(replace(case, amended=cause) for cause in _causes(case.beside, command))


def _causes(beside: Beside, command: RecordCheckIn) -> tuple[AmendedCause | WordsRead | None, ...]:
    """Which acts this response makes: its first recording (None), an amendment of its answers, or that its own words
    have been read since they were recorded."""
    stored = beside.stored
    identity = form_answers.identity_of(command.response, stored)
    if not command.words_read or identity is None or stored is None or not beside.complete:
        return beside.causes
    unread = digest_of(NAME, command.model_copy(update={"words_read": ""}))
    hashed = digest(command.response)
    first = form_answers.cause_of(command.response, whole=True, stored=stored)
    before = (first, AmendedCause(identity, hashed))
    if any(Act(NAME, command.patient, cause.spelled(), unread).did(stored) for cause in before):
        return (WordsRead(identity, hashed, command.words_read),)
    return beside.causes


def at_once(command: RecordCheckIn, occasion: Occasion) -> tuple[str, ...]:
    """Says what must be done now by the answers alone, even if no server can be reached."""
    nothing = CheckInRecords(Chart(unseen=frozenset({"encounters"})))
    case = _case(nothing, command, occasion)
    return case.instructions if case else form_answers.dangers_in_words(command.response, occasion)


def _case(on_record: CheckInRecords, command: RecordCheckIn, occasion: Occasion) -> CheckInCase | None:
    """Judges the response; gives None where it answers none of our check-ins."""
    response = command.response
    other = form_answers.contained(response) or form_answers.newest(on_record.questionnaires)
    link_ids = scoring.link_ids(response)
    form = check_in.recognize(occasion.content, form_answers.canonical(response), other, link_ids)
    return _judged(on_record, command, occasion, form=form, other=other) if form else None


def _judged(
    on_record: CheckInRecords, command: RecordCheckIn, occasion: Occasion, *, form: Json, other: Json | None
) -> CheckInCase:
    """Judges the answers to one of our forms."""
    content, response, chart = occasion.content, command.response, on_record.chart
    judgment = form_answers.judged(content, response, form, other)
    answers = answering.read_answers(content, form, response, form_answers.foreign(response, form, other))
    stored = qr.same_identity(on_record.responses, own_identifier(response)) or qr.read_from(
        on_record.responses, response
    )
    beside = form_answers.beside(stored, NAME, command, occasion.zone)
    drafted = tuple(reading for reading in chart.readings if stored and stored.reference in reading.derived_from)
    at = _moment_of(command, occasion)
    from_record = check_in_facts.from_record(chart, answers, prefilled.read(response), content)
    # A number that was filled in from the record is the one just given, and not one to compare it with.
    own = frozenset(reading.record.reference for reading in (*drafted, *from_record.values()))
    scale = check_in_facts.scale_of(chart, answers, at, own=own, occasion=occasion)
    if check_in_facts.implausible_change(content, scale):
        answers = answers.asking_again("weight", "the weight is too far from the last one to be plausible")
    if odd := check_in_facts.odd_moment(answers, scale, occasion):
        answers = replace(answers, odd=(*answers.odd, odd))
    objections = (*form_answers.objections(content, response, form, other, command.patient), *answers.odd)
    chart_facts = facts.facts_of(chart, occasion)
    return CheckInCase(
        patient=command.patient,
        response=response,
        occasion=occasion,
        chart=chart,
        facts=chart_facts,
        form=form,
        answers=answers,
        beside=beside,
        amended=None,
        earlier=_earlier(on_record, stored, drafted, answers),
        results_visible=on_record.results_visible,
        objections=objections,
        unkeepable=_unkeepable(on_record, command, beside),
        dangers=check_in_dangers(
            content, form, response, answers=answers, judgment=judgment, words_read=command.words_read
        ),
        stay=whereabouts.in_hospital(chart, occasion),
        result=_triage(
            on_record,
            command,
            occasion,
            form=form,
            answers=answers,
            scale=scale,
            chart_facts=chart_facts,
            objections=objections,
        ),
        words_read=command.words_read,
        scale=scale,
        at=at,
        authored=command.started.isoformat(timespec="seconds") if command.started else occasion.stamp,
        drafted=drafted,
        from_record=from_record,
        done_before=_done_before(chart, map(qr.read, on_record.responses), response, occasion=occasion),
    )


def _earlier(
    on_record: CheckInRecords, stored: Record | None, drafted: tuple[Measurement, ...], answers: Answers
) -> tuple[Record, ...]:
    """What amended answers replace: the results of the answers on the server, and the numbers that they no longer
    hold."""
    if stored is None:
        return ()
    values = {way.value for link_id in answers.numbers for way in answers.ways(link_id)}
    gone = {number.record.reference: number.record for number in drafted if number.value not in values}
    return (*superseded.results_of(stored.reference, on_record.results), *gone.values())


def _unkeepable(on_record: CheckInRecords, command: RecordCheckIn, beside: Beside) -> tuple[str, ...]:
    """Says why the response cannot be kept at all."""
    invalid = form_answers.not_r4(command.response, command.patient)
    invalid = invalid or form_answers.obstacles(beside, on_record.named_alike, command.response, command.patient)
    return invalid or form_answers.changed_on_record(on_record.responses, command.response)


def _moment_of(command: RecordCheckIn, occasion: Occasion) -> datetime:
    """The moment that the answers are about: as the response says, else the start of the call, else now."""
    authored = moment(qr.authored(command.response, ""), occasion.zone)
    at = authored or command.started or occasion.now
    return min(at, occasion.now).astimezone(occasion.zone)


def _triage(
    on_record: CheckInRecords,
    command: RecordCheckIn,
    occasion: Occasion,
    *,
    form: Json,
    answers: Answers,
    scale: Scale,
    chart_facts: Facts,
    objections: tuple[str, ...],
) -> Triage:
    """Judges the answers by every pathway that holds for the person."""

    def facts_for(pathway: CheckInPathway) -> Facts:
        return check_in_facts.facts_for(
            pathway, chart_facts, answers, scale, occasion=occasion, words_judged=command.words_read
        )

    unproven = [] if not objections else ["a complete response, every answer of it understood"]
    unproven += _still_open(on_record.chart)
    if occasion.now - _moment_of(command, occasion) > timedelta(hours=_fresh_hours(occasion)):
        unproven.append(f"answers of the last {_fresh_hours(occasion)} hours")
    if form_answers.from_the_future(command.response, occasion):
        unproven.append("a time in authored that is not in the future: ask when it was answered")
    unproven += [
        f"that the person is at home ({what}: ask where they are)"
        for what in unclear_places.unclear(on_record.chart, occasion)
    ]
    if "conditions" in on_record.chart.unseen:
        unproven.append("the conditions on record, which are not visible here")
    pathways = check_in.in_force(occasion.content, form, chart_facts, answers.asked)
    result = check_in.triage(pathways, facts_for, unproven)
    return for_hospice(result, on_record.chart, occasion)


def _fresh_hours(occasion: Occasion) -> int:
    """How old answers may be to say how the person is."""
    return cadence.numbers(occasion.content)["answers-fresh-hours"]


def _still_open(chart: Chart) -> list[str]:
    """What is not settled yet of an earlier danger: until then nobody is green."""
    urgent = [task for task in chart.tasks if task.open and {"escalation", "safety-review"} & set(task.codes)]
    names = ", ".join(task.record.reference for task in urgent)
    return [f"that an earlier escalation or safety review is settled ({names})"] if urgent else []


def _done_before(chart: Chart, responses: Iterable[ResponseView], response: Json, *, occasion: Occasion) -> int:
    """Counts the check-ins since enrollment or the last discharge, whichever is later, without this one."""
    zone = occasion.zone
    starts = [moment(each.started, zone) for each in chart.episodes if each.programs and not each.over]
    since = [at for at in (*starts, facts.last_discharge(chart, occasion)) if at is not None]
    mine, content = own_identifier(response), occasion.content
    times = [
        at
        for each in responses
        if each.complete
        and check_in.is_check_in(content, each.questionnaire)
        and (mine is None or each.identity != mine)
        if (at := moment(each.authored, zone)) is not None
    ]
    return len([at for at in times if not since or at >= max(since)])


RECORD_CHECK_IN = Step(
    name=NAME,
    title="Record a check-in and say how urgent it is",
    command=RecordCheckIn,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("QuestionnaireResponse", "Observation", "Task", "Flag"),
    amends=("QuestionnaireResponse", "Observation", "Task"),
    at_once=at_once,
    supervised="triage",
    again="if the answers are this person's after all, give the response a new identifier",
    afterwards=(ONE_NEXT_CHECK_IN,),
)
