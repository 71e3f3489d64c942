"""`record-assessment`: somebody's answers become scores, findings and, where life may be at risk, action at once.

In one commit: the response; an Observation per score with its band; findings (social needs as unconfirmed Conditions
with a leaf code, positive screens without any diagnosis code: rule 5); the assigned Task completed; and for a safety
finding its Task, Flag and instructions (rules 1, 2, 14).

**No refusal swallows a safety finding.** A response that is incomplete, malformed, or a saved draft is kept as
`in-progress` without scores and the step says what is missing; if its safety item is positive *or unanswered*, Task and
Flag are written all the same. Nor is one refused for want of an on-call owner: it then goes to supervising provider and
care manager, saying so.

The act's cause is the response's identifier, else a hash of its JSON; a response kept incomplete is an act of its own,
so that its completion later is not taken for done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from carefhir.chart import chart
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
    # A safety finding is acted on though parts of the chart cannot be seen; what cannot is said.
    *chart.needs("patient", "care_teams", "flags", "tasks", "conditions"),
    replace(qr.find(), optional=True),
    Need("named_alike", "QuestionnaireResponse", (Identified("{command.identity}"),), optional=True),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class UnknownForm(Case):
    """A response to no instrument of ours: nothing can be read from it."""

    command: RecordAssessment
    occasion: Occasion

    @property
    def cause(self) -> ResponseCause:
        return answers.cause_of(self.command.response, whole=False)

    def decide(self, act: Act) -> Refusal:
        """Why it is not recorded."""
        questionnaires = [
            artefact["url"]
            for (type_, _), artefact in self.occasion.content.artefacts.items()
            if type_ == "Questionnaire"
        ]
        named = answers.canonical(self.command.response) or "(none named)"
        theirs = answers.nobody_elses(self.command.response, self.command.patient)
        return Refusal(theirs or (f"no instrument of ours: {named}; there are {', '.join(sorted(questionnaires))}",))


@dataclass(frozen=True, slots=True)
class AssessmentCase(Case):
    """One response to an instrument of ours, judged."""

    command: RecordAssessment
    occasion: Occasion
    chart: Chart
    instrument: Json
    judgment: Judgment
    stored: Record | None
    """The response with this one's identifier that is on the server already."""
    unkeepable: tuple[str, ...]
    """Why the response cannot be kept at all."""
    objections: tuple[str, ...]
    """What keeps it from being scored."""

    @property
    def cause(self) -> ResponseCause:
        return answers.cause_of(self.command.response, whole=not self.unkeepable and not self.objections)

    def decide(self, act: Act) -> Plan | Refusal:
        """Everything the answers set going; or why nothing may be written, and what to do now all the same."""
        why = patient.in_the_way(self.chart.patient, self.command.patient)
        why = why or answers.nobody_elses(self.command.response, self.command.patient)
        if self.instrument["url"] in check_in.forms(self.occasion.content):
            why = why or ("this is a check-in: record it with record-check-in, which judges the answers too",)
        if why:
            return Refusal(why, safety.instructions(self.occasion, self.judgment.dangers))
        recording = Recording(self, Pen(self.occasion, act, self.command.patient))
        if self.unkeepable:
            return recording.heard(self.unkeepable)
        return recording.kept() if self.objections else recording.recorded()


def open_cases(records: Records, command: RecordAssessment, occasion: Occasion) -> tuple[Case]:
    """The response, recognized and judged."""
    seen = records.without_gaps_of("questionnaires")
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
            chart=chart.read(seen, occasion),
            instrument=instrument,
            judgment=judgment,
            stored=stored,
            unkeepable=unkeepable,
            objections=(*objections, *judgment.objections),
        ),
    )


def at_once(command: RecordAssessment, occasion: Occasion) -> tuple[str, ...]:
    """What the answers alone ask for, whatever a server says."""
    return answers.dangers_in_words(command.response, occasion)


@dataclass(frozen=True, slots=True)
class Recording:
    """Writing down one response and what follows from it."""

    case: AssessmentCase
    pen: Pen

    @property
    def title(self) -> str:
        return scoring.short_name(self.case.instrument)

    def kept(self) -> Plan:
        """The response as a draft, without scores; what protects the patient all the same."""
        response, reference = self._response("in-progress")
        says = (f"{self.title} kept as in-progress, not scored",)
        plan = self._plan((response,), says, self._measures(reference), incomplete=self.case.objections)
        return self._or_at_least(plan)

    def heard(self, why: tuple[str, ...]) -> Plan | Refusal:
        """A response that cannot be kept at all; what protects the patient all the same."""
        measures = self._measures(None)
        if not measures.changes:
            return Refusal(why)
        return self._plan((), (f"{self.title} was not kept",), measures, incomplete=why)

    def recorded(self) -> Plan:
        """The response, its scores and findings, the Task it answers, and what protects the patient."""
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
        """The plan; where a server does not take all of it, what protects the patient."""
        least = self.heard(())
        return replace(plan, instead=least if isinstance(least, Plan) else None)

    def _measures(self, response: Json | None) -> Measures:
        found = self.case.chart
        protection = Safety(self.pen, found.team, found.tasks, found.flags)
        return protection.measures(self.case.judgment.dangers, self.title, response)

    def _plan(
        self,
        changes: tuple[Change, ...],
        says: tuple[str, ...],
        measures: Measures,
        incomplete: tuple[str, ...] = (),
    ) -> Plan:
        found, content = self.case.chart, self.pen.content
        instrument = f"{self.case.instrument['url']}|{self.case.instrument.get('version', '')}"
        scores = () if incomplete else self.case.judgment.scores
        return Plan(
            # Safety before scores: on a server that takes only part of it, that part.
            changes=(*changes[:1], *measures.changes, *changes[1:]),
            says=says,
            instructions=measures.instructions,
            warnings=(*measures.warnings, *found.not_visible),
            decided_from=(*([found.person] if found.person else []), *found.team.records),
            artefacts=(
                instrument,
                *(content.canonical("ObservationDefinition", score.definition) for score in scores),
            ),
            incomplete=incomplete,
            reason=f"{self.title} recorded",
            acting_as=found.team.disciplines.get(self.pen.author, ""),
            labels=tuple(qr.security(self.case.command.response)),
        )

    def _response(self, status: str) -> tuple[Change, Json]:
        """The response as it will stand: created, or the stored one completed; and how others refer to it."""
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
        """A concern for a person to confirm, unless one of the same code is on record already."""
        finding = self.pen.content.concept(FINDING, score.finding)
        label = f"{finding.properties.get('label', finding.display)} ({self.title}: {_in_words(score)})"
        codes = set(condition.concern_codes(finding))
        for known in self.case.chart.conditions:
            if known.holds and known.current and codes & set(known.codes):
                return None, f"{finding.display} is on record already ({known.record.reference}); nothing added"
        pen = self.pen
        evidence = pen.refer(observation)
        resource = condition.write_concern(
            pen.patient, finding, label, recorded=pen.stamp, recorder=pen.author, evidence=evidence
        )
        because = f"{finding.display}: unconfirmed until a person confirms it"
        return Create(f"concern/{finding.code}", resource, because), because

    def _assigned(self, response: Json) -> tuple[Amend, ...]:
        """The Tasks that asked for this questionnaire, done now."""
        url = self.case.instrument["url"]
        output = {"type": {"text": "response"}, "valueReference": response}
        edits = (put("status", "completed"), self.pen.changed_now(), add("output", output))
        because = f"{self.title} was asked for, and is answered"
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
