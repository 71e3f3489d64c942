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
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import FINDING
from carefhir.content import check_in, scoring
from carefhir.content.scoring import Judgment, Score
from carefhir.engine.step import Case, Step
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, Refusal, add, amend, own_identifier, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Canonical, Identified, Need
from carefhir.mappers import condition, patient
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.observation import write_score
from carefhir.occasion import Occasion
from carefhir.workflows import answers, safety
from carefhir.workflows.answers import ResponseCause
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import Measures, Safety


class RecordAssessment(answers.ResponseCommand):
    """Records the answers to a questionnaire, whether or not anybody was assigned it."""


NEEDS = (
    # A safety finding is acted on even where parts of the chart cannot be seen; a warning names those parts.
    *charts.needs("patient", "care_teams", "flags", "tasks", "conditions"),
    replace(qr.find(), optional=True),
    Need("named_alike", "QuestionnaireResponse", (Identified("{command.identity}"),), optional=True),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
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
    stored: Record | None
    """The response with the same identifier that is already on the server."""
    unkeepable: tuple[str, ...]
    """Why the response cannot be kept at all."""
    objections: tuple[str, ...]
    """What keeps it from being scored."""

    @property
    def cause(self) -> ResponseCause:
        return answers.cause_of(self.command.response, whole=not self.unkeepable and not self.objections)

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes everything that follows from the answers; or says why not, and what to do now all the same."""
        why = patient.in_the_way(self.chart.patient, self.command.patient)
        why = why or answers.not_theirs(self.command.response, self.command.patient)
        if self.instrument["url"] in check_in.forms(self.occasion.content):
            why = why or ("this is a check-in: record it with record-check-in, which also says how urgent it is",)
        if why:
            return Refusal(why, safety.instructions(self.occasion, self.judgment.dangers))
        recording = Recording(self, Pen(self.occasion, act, self.command.patient))
        if self.unkeepable:
            return recording.heard(self.unkeepable)
        return recording.kept() if self.objections else recording.recorded()


def open_cases(records: Records, command: RecordAssessment, occasion: Occasion) -> tuple[Case]:
    """Recognizes and scores the response."""
    visible = records.without_gaps_of("questionnaires")
    response, content = command.response, occasion.content
    other = answers.contained(response) or answers.newest(records["questionnaires"])
    instrument = scoring.recognize(content, answers.canonical(response), other, response)
    if instrument is None:
        return (UnknownForm(command, occasion),)
    judgment = answers.judged(content, response, instrument, other)
    stored = qr.same_identity(records["responses"], own_identifier(response))
    unkeepable = answers.not_r4(response, command.patient)
    unkeepable = unkeepable or answers.clashes(stored, records["named_alike"], response, command.patient)
    objections = answers.objections(content, response, instrument, other, command.patient)
    return (
        AssessmentCase(
            command=command,
            occasion=occasion,
            chart=charts.read(visible, occasion),
            instrument=instrument,
            judgment=judgment,
            stored=stored,
            unkeepable=unkeepable,
            objections=(*objections, *judgment.objections),
        ),
    )


def at_once(command: RecordAssessment, occasion: Occasion) -> tuple[str, ...]:
    """Says what must be done now by the answers alone, even if no server can be reached."""
    return answers.dangers_in_words(command.response, occasion)


@dataclass(frozen=True, slots=True)
class Recording:
    """Writes one response and what follows from it."""

    case: AssessmentCase
    pen: Pen

    @property
    def title(self) -> str:
        return scoring.short_name(self.case.instrument)

    def kept(self) -> Plan:
        """Keeps the response as a draft without scores; writes what protects the patient all the same."""
        response, reference = self._response("in-progress")
        says = (f"{self.title} is kept as in-progress and is not scored",)
        plan = self._plan((response,), says, self._measures(reference), incomplete=self.case.objections)
        return self._or_at_least(plan)

    def heard(self, why: tuple[str, ...]) -> Plan | Refusal:
        """Writes what protects the patient, for a response that cannot be kept at all."""
        measures = self._measures(None)
        if not measures.changes:
            return Refusal(why)
        return self._plan((), (f"{self.title} is not kept",), measures, incomplete=why)

    def recorded(self) -> Plan:
        """Writes the response, its scores and findings, the Task it answers, and what protects the patient."""
        response, reference = self._response("completed")
        judgment = self.case.judgment
        scores = tuple(self._score(score, reference) for score in judgment.scores)
        findings: list[Create] = []
        says = [f"{self.title}: {_in_words(score)}" for score in judgment.scores]
        says += list(judgment.unscored)
        for score, observation in zip(judgment.scores, scores, strict=True):
            if score.finding:
                concern, sentence = self._concern(score, observation)
                findings += [concern] if concern else []
                says.append(sentence)
        changes = (response, *scores, *findings, *self._assigned(reference))
        return self._or_at_least(self._plan(changes, tuple(says), self._measures(reference)))

    def _or_at_least(self, plan: Plan) -> Plan:
        """Adds what to write at least where a server does not take all of the plan: what protects the patient."""
        least = self.heard(())
        return replace(plan, instead=least if isinstance(least, Plan) else None)

    def _measures(self, response: Json | None) -> Measures:
        chart = self.case.chart
        protection = Safety(self.pen, chart.team, chart.tasks, chart.flags)
        return protection.measures(self.case.judgment.dangers, self.title, response)

    def _plan(
        self,
        changes: tuple[Change, ...],
        says: tuple[str, ...],
        measures: Measures,
        incomplete: tuple[str, ...] = (),
    ) -> Plan:
        chart, content = self.case.chart, self.pen.content
        instrument = f"{self.case.instrument['url']}|{self.case.instrument.get('version', '')}"
        scores = () if incomplete else self.case.judgment.scores
        return Plan(
            # First what protects the patient: where single writes are interrupted, it is there before the scores.
            changes=(*changes[:1], *measures.changes, *changes[1:]),
            says=says,
            instructions=measures.instructions,
            warnings=(*measures.warnings, *chart.not_visible),
            decided_from=(*([chart.person] if chart.person else []), *chart.team.records),
            artefacts=(
                instrument,
                *(content.canonical("ObservationDefinition", score.definition) for score in scores),
            ),
            incomplete=incomplete,
            reason=f"{self.title} recorded",
            acting_as=chart.team.disciplines.get(self.pen.author, ""),
            labels=tuple(qr.security(self.case.command.response)),
        )

    def _response(self, status: str) -> tuple[Change, Json]:
        """The response, created or completed on the server, and a reference to it."""
        pen, stored = self.pen, self.case.stored
        resource = qr.write(self.case.command.response, pen.patient, pen.author, pen.stamp, status=status)
        because = f"the answers to {self.title}"
        if stored is None:
            create = Create("response", resource, because)
            return create, pen.refer(create)
        return answers.completing(stored, resource, because), pen.refer(stored)

    def _score(self, score: Score, response: Json) -> Create:
        effective = qr.authored(self.case.command.response, self.pen.stamp)
        resource = write_score(self.pen.patient, score, effective, self.pen.author, response)
        return Create(f"score/{score.definition}", resource, f"{self.title}: {_in_words(score)}")

    def _concern(self, score: Score, observation: Create) -> tuple[Create | None, str]:
        """Writes a concern for a person to confirm, unless a Condition with the same code is already on record."""
        finding = self.pen.content.concept(FINDING, score.finding)
        label = f"{finding.properties.get('label', finding.display)} ({self.title}: {_in_words(score)})"
        codes = set(condition.concern_codes(finding))
        for recorded in self.case.chart.conditions:
            if recorded.holds and recorded.current and codes & set(recorded.codes):
                return (
                    None,
                    f"{finding.display} is already on record ({recorded.record.reference}); nothing was added",
                )
        pen = self.pen
        evidence = pen.refer(observation)
        resource = condition.write_concern(
            pen.patient, finding, label, recorded=pen.stamp, recorder=pen.author, evidence=evidence
        )
        because = f"{finding.display}: unconfirmed until somebody confirms it with confirm-concern"
        return Create(f"concern/{finding.code}", resource, because), because

    def _assigned(self, response: Json) -> tuple[Amend, ...]:
        """Completes the Tasks that asked for this questionnaire."""
        url = self.case.instrument["url"]
        output = {"type": {"text": "response"}, "valueReference": response}
        edits = (put("status", "completed"), self.pen.changed_now(), add("output", output))
        because = f"{self.title} was assigned and is now answered"
        return tuple(
            amend(f"assigned/{task.record.id}", task.record, because, *edits)
            for task in self.case.chart.tasks
            if task.open and any(canonical.partition("|")[0] == url for canonical in task.instruments)
        )


def _in_words(score: Score) -> str:
    return f"{score.points}, {score.label}" if score.value_type == "integer" else score.label


RECORD_ASSESSMENT = Step(
    name="record-assessment",
    title="Record the answers to a questionnaire",
    command=RecordAssessment,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("QuestionnaireResponse", "Observation", "Condition", "Task", "Flag"),
    amends=("QuestionnaireResponse", "Task"),
    at_once=at_once,
    supervised="administer-screen",
)
