"""`record-assessment`: answers to a questionnaire become scores, findings and, where a life may be at risk, action now.

Writes in one commit: the response; an Observation for each score, with its band; what the scores found (a social need
as an unconfirmed Condition with a leaf code, a positive screen without any diagnosis code: rule 5); the Task that asked
for the questionnaire, completed; and for a safety finding a Task, a Flag and instructions (rules 1, 2, 14).

**A safety finding is acted on whatever else is wrong.** A response that is incomplete, malformed or a draft is kept as
`in-progress` without scores, and the step says what is missing. If its safety item is positive *or unanswered*, the
Task and the Flag are still written. If nobody is on call, they go to the supervising provider and the care manager, and
a warning says so.

The act's cause is the response's identifier or, without one, a hash of its JSON. Keeping an incomplete response is an
act of its own, so that the complete response can be recorded later.

**Amended answers are a new fact** (rule 26): the same identifier with other answers. They replace the answers on the
server, whose status becomes `amended`; they are scored and judged anew, in an act of its own; and every result of the
earlier answers is marked as superseded. An amended response that is incomplete, or not the patient's own, replaces
nothing; what protects the patient is written all the same, and the step says that the earlier score stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import SUICIDE_FORM, SUICIDE_SCREENER
from carefhir.content import check_in, scoring, suicide_form
from carefhir.content.scoring import Judgment
from carefhir.engine.step import Case, Step
from carefhir.fhir.changes import Act, Plan, Refusal, own_identifier
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Canonical, Identified, Need
from carefhir.mappers import patient, reading, superseded
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.observation import write_score
from carefhir.occasion import Occasion
from carefhir.workflows import answers, safety
from carefhir.workflows.answers import AmendedCause, Beside, EarlierResults, ResponseCause
from carefhir.workflows.assessment.recording_answers import Recording
from carefhir.workflows.pen import Pen


class RecordAssessment(answers.ResponseCommand):
    """Records the answers to a questionnaire, whether or not anybody was assigned it."""


NEEDS = (
    # A safety finding is acted on even where parts of the chart cannot be seen; a warning names those parts.
    *charts.needs("patient", "care_teams", "flags", "tasks", "conditions"),
    replace(qr.find(), optional=True),
    Need("named_alike", "QuestionnaireResponse", (Identified("{command.identity}"),), optional=True),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
    superseded.find_survey_results(),
    replace(reading.find_of(reading.PHQ_9), optional=True),
)


CLOSES_A_REVIEW = (
    "this form is what a review of self-harm is closed with: give it to resolve as screener_form, with the Task of the "
    "review; nothing is recorded by itself"
)


@dataclass(frozen=True, slots=True)
class UnknownForm(Case):
    """A response to a questionnaire that is not one of ours: nothing can be read from it."""

    command: RecordAssessment
    occasion: Occasion

    @property
    def cause(self) -> ResponseCause:
        return answers.cause_of(self.command.response, whole=False)

    def decide(self, act: Act) -> Refusal:
        """Says why it is not recorded."""
        questionnaires = [
            artefact["url"]
            for (type_, _), artefact in self.occasion.content.artefacts.items()
            if type_ == "Questionnaire"
        ]
        named = answers.canonical(self.command.response)
        what = f"{named} is not one of our questionnaires" if named else "the response names no questionnaire"
        why = answers.not_theirs(self.command.response, self.command.patient)
        return Refusal(why or (f"{what}; ours are: {', '.join(sorted(questionnaires))}",))


@dataclass(frozen=True, slots=True)
class AssessmentCase(Case):
    """One response to an instrument of ours, scored."""

    command: RecordAssessment
    occasion: Occasion
    chart: Chart
    instrument: Json
    judgment: Judgment
    beside: Beside
    """How it relates to the response with the same identifier that is already on the server."""
    amended: AmendedCause | None
    """The cause, where it is an act of amending; None where it is a first recording."""
    earlier: tuple[Record, ...]
    """The results of the answers on the server, which amended answers replace."""
    concluded: tuple[Record, ...]
    """What a person concluded from them."""
    scores_visible: bool
    """Whether the server showed the results on record."""
    unkeepable: tuple[str, ...]
    """Why the response cannot be kept at all."""
    objections: tuple[str, ...]
    """What keeps it from being scored."""
    beside_it: tuple[str, ...]
    """The instruments that its form asks, too, and whose answers are not scored with it, as people call them."""

    @property
    def cause(self) -> ResponseCause | AmendedCause:
        whole = (not self.unkeepable and not self.objections) or self.beside.relation == "taken back"
        if self.amended and whole:
            return self.amended
        return answers.cause_of(self.command.response, whole=whole, stored=self.beside.stored)

    @property
    def replaces(self) -> EarlierResults | None:
        """The results that these answers replace; None where it is a first recording."""
        unseen = "" if self.scores_visible else "scores"
        return EarlierResults(self.earlier, unseen) if self.amended is not None else None

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes everything that follows from the answers; or says why not, and what to do now all the same."""
        why = patient.in_the_way(self.chart.patient, self.command.patient)
        why = why or answers.not_theirs(self.command.response, self.command.patient)
        if self.instrument["url"] in check_in.forms(self.occasion.content):
            why = why or ("this is a check-in: record it with record-check-in, which also says how urgent it is",)
        if self.instrument["url"] == SUICIDE_FORM:
            return Refusal(why or (CLOSES_A_REVIEW,), self._told_in_form())
        why = why or self.beside.amended_since() or self._on_record(act)
        if why:
            return Refusal(why, safety.instructions(self.occasion, self.judgment.dangers))
        recording = Recording(self, Pen(self.occasion, act, self.command.patient))
        changed = answers.changed_since(act, self.command.response)
        if self.unkeepable or changed:
            return recording.heard(self.unkeepable or changed)
        if self.objections and self.beside.complete:
            return recording.heard((*self.objections, *self._stays()))
        return recording.kept() if self.objections else recording.recorded()

    def _told_in_form(self) -> tuple[str, ...]:
        """What to do now, where the form of a suicide screener tells of an emergency."""
        content = self.occasion.content
        told = suicide_form.read(content, self.command.response).answers
        if not any(suicide_form.at_risk(content, told, "emergency")):
            return ()
        emergency = content.concept(SUICIDE_SCREENER, "emergency")
        return (f"{emergency.display}. {emergency.definition}",)

    def _stays(self) -> tuple[str, ...]:
        """Says that the answers on record, and their score, are not replaced."""
        where = self.beside.stored.reference if self.beside.stored else "the response"
        return (f"{where} keeps its earlier answers, and their result still stands: ask again, and record it complete",)

    def _on_record(self, act: Act) -> tuple[str, ...]:
        """Says that these amended answers are on record already, with the results and the reviews they call for."""
        stored = self.beside.stored
        if self.amended is None or self.beside.relation != "standing" or stored is None or act.did(stored):
            return ()
        results = {answers.result_of(record.json) for record in self.earlier}
        reviewed = {
            finding
            for task in self.chart.tasks
            if "safety-review" in task.codes and task.focus == stored.reference
            for finding in task.findings
        }
        scored = {answers.result_of(write_score("", score, "", "", {})) for score in self.judgment.scores}
        dangers = {danger.finding for danger in self.judgment.dangers}
        if results == scored and dangers <= reviewed:
            return (f"these amended answers are on record already ({stored.reference}): nothing is new",)
        return ()


def open_cases(records: Records, command: RecordAssessment, occasion: Occasion) -> Sequence[Case]:
    """Recognizes and scores the response."""
    visible = records.without_gaps_of("questionnaires", "survey_results")
    response, content = command.response, occasion.content
    other = answers.contained(response) or answers.newest(records["questionnaires"])
    instrument = scoring.recognize(content, answers.canonical(response), other, response)
    if instrument is None:
        return (UnknownForm(command, occasion),)
    chart = charts.read(visible, occasion)
    judgment = answers.judged(
        content,
        response,
        instrument,
        other,
        patient=command.patient,
        gender=patient.gender(chart.patient),
        age=patient.age(chart.person, occasion.today),
    )
    stored = qr.same_identity(records["responses"], own_identifier(response)) or qr.read_from(
        records["responses"], response
    )
    beside = answers.beside(stored, RECORD_ASSESSMENT.name, command, occasion.zone)
    unkeepable = answers.not_r4(response, command.patient)
    unkeepable = unkeepable or answers.obstacles(beside, records["named_alike"], response, command.patient)
    unkeepable = unkeepable or answers.changed_on_record(records["responses"], response)
    unkeepable = unkeepable or answers.from_the_future(response, occasion)
    objections = answers.objections(content, response, instrument, other, command.patient)
    results = records["survey_results"]
    earlier = superseded.results_of(stored.reference, results) if stored else ()
    rests_on = [record.reference for record in (*earlier, *([stored] if stored else []))]
    first = AssessmentCase(
        command=command,
        occasion=occasion,
        chart=chart,
        instrument=instrument,
        judgment=judgment,
        beside=beside,
        amended=None,
        earlier=earlier,
        concluded=superseded.resting_on(rests_on, results),
        scores_visible=records.visible("survey_results"),
        unkeepable=unkeepable,
        objections=(*objections, *judgment.objections),
        beside_it=tuple(map(scoring.short_name, scoring.also_asked(content, instrument, other))),
    )
    return tuple(replace(first, amended=cause) for cause in beside.causes)


def at_once(command: RecordAssessment, occasion: Occasion) -> tuple[str, ...]:
    """Says what must be done now by the answers alone, even if no server can be reached."""
    return answers.dangers_in_words(command.response, occasion)


RECORD_ASSESSMENT = Step(
    name="record-assessment",
    title="Record the answers to a questionnaire",
    command=RecordAssessment,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("QuestionnaireResponse", "Observation", "Condition", "Task", "Flag"),
    amends=("QuestionnaireResponse", "Observation", "Task"),
    at_once=at_once,
    supervised="administer-screen",
    again="if the answers are this person's after all, give the response a new identifier",
)
