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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import FINDING, TASK
from carefhir.content import check_in, scoring
from carefhir.content.scoring import Judgment, Score
from carefhir.engine.step import Case, Step
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, Refusal, add, amend, own_identifier, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moment, references, relative
from carefhir.fhir.search import Canonical, Identified, Need
from carefhir.mappers import condition, observation, patient, reading, superseded
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.observation import write_score
from carefhir.occasion import Occasion
from carefhir.workflows import answers, safety
from carefhir.workflows.answers import AmendedCause, Beside, EarlierResults, Replaced, ResponseCause
from carefhir.workflows.assessment import mood
from carefhir.workflows.assessment.mood import MoodFollowUp
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
    superseded.find_survey_results(),
    replace(reading.find_of(reading.PHQ_9), optional=True),
)


AT_LEAST = "some answers are missing"


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
    judgment = answers.judged(content, response, instrument, other)
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
        chart=charts.read(visible, occasion),
        instrument=instrument,
        judgment=judgment,
        beside=beside,
        amended=None,
        earlier=earlier,
        concluded=superseded.resting_on(rests_on, results),
        scores_visible=records.visible("survey_results"),
        unkeepable=unkeepable,
        objections=(*objections, *judgment.objections),
    )
    return tuple(replace(first, amended=cause) for cause in beside.causes)


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
        return self._or_at_least(self._with_moods(plan, self._moods(reference, self._bounds)))

    def heard(self, why: tuple[str, ...]) -> Plan | Refusal:
        """Writes what protects the patient, for a response that cannot be kept at all."""
        measures = self._measures(None)
        plan = self._plan((), (f"{self.title} is not kept",), measures, incomplete=why)
        plan = self._with_moods(plan, self._moods(None, (*self.case.judgment.scores, *self._bounds)))
        return plan if plan.changes else Refusal(why)

    def recorded(self) -> Plan:
        """Writes the response, its scores and findings, the Task it answers, and what protects the patient."""
        response, reference = self._response("completed")
        judgment = self.case.judgment
        scores = tuple(self._score(score, reference) for score in judgment.scores)
        replaced = answers.replacing(self.pen, self.case.replaces, scores, reference)
        scores = replaced.creates
        findings: list[Create] = []
        says = [f"{self.title}: {_in_words(score)}" for score in judgment.scores]
        says += [*judgment.unscored, *self._replaced_in_words(replaced)]
        for score, result in zip(judgment.scores, scores, strict=True):
            if score.finding:
                concern, sentence = self._concern(score, result)
                findings += [concern] if concern else []
                says.append(sentence)
        changes = (response, *scores, *findings, *replaced.amends, *self._assigned(reference))
        moods = self._moods(reference, judgment.scores)
        plan = self._plan(changes, tuple(says), self._measures(reference))
        plan = replace(plan, warnings=(*plan.warnings, *replaced.warnings))
        plan = self._with_moods(plan, moods, tuple(sentence for each in moods for sentence in each.says()))
        return self._or_at_least(plan)

    def _with_moods(self, plan: Plan, moods: tuple[MoodFollowUp, ...], says: tuple[str, ...] = ()) -> Plan:
        """A plan with what follows from depression scores."""
        follow, warnings = _together(each.tasks() for each in moods)
        sooner = tuple(change for each in moods for change in each.sooner())
        because = (*(create.because for create in follow), *(change.because for change in sooner))
        return replace(
            plan,
            changes=(*plan.changes, *follow, *sooner),
            says=(*plan.says, *says, *because),
            warnings=(*plan.warnings, *warnings),
            artefacts=(*plan.artefacts, *dict.fromkeys(each.canonical for each in moods if each.canonical)),
        )

    @property
    def _bounds(self) -> tuple[Score, ...]:
        """What the answers that were given add up to, where others are missing."""
        return tuple(replace(score, label=f"or more: {AT_LEAST}") for score in self._unfinished)

    @property
    def _unfinished(self) -> tuple[Score, ...]:
        scored = {score.definition for score in self.case.judgment.scores}
        return tuple(score for score in self.case.judgment.at_least if score.definition not in scored)

    def _moods(self, response: Json | None, scores: Iterable[Score]) -> tuple[MoodFollowUp, ...]:
        """What follows from depression scores (rule 30)."""
        case, occasion = self.case, self.pen.occasion
        written = moment(qr.authored(case.command.response, self.pen.stamp), occasion.zone) or occasion.now
        replaced = {record.reference for record in case.earlier} if case.amended else set()
        return tuple(
            MoodFollowUp(
                pen=self.pen,
                chart=case.chart,
                mood=mood.beside_earlier(self.pen.content, case.chart, score, written, without=replaced),
                title=self.title,
                response=response,
                reviewed=bool(case.judgment.dangers),
            )
            for score in scores
            if mood.is_depression(score)
        )

    def _replaced_in_words(self, replaced: Replaced) -> tuple[str, ...]:
        """Says that the answers were amended, which results no longer count, and which concern rests on them."""
        if self.case.amended is None:
            return ()
        says = ["the answers are amended: they replace the earlier answers"]
        earlier = {change.record.reference: change.record.json for change in replaced.amends}
        says += [f"superseded: {observation.in_words(result)} ({name})" for name, result in earlier.items()]
        for concern in self.case.chart.conditions:
            rests_on = {relative(each) for each in references(concern.record.json, "evidence.detail")}
            if concern.holds and concern.current and concern.unconfirmed and rests_on & set(earlier):
                where = concern.record.reference
                says.append(f"{concern.text} ({where}) rests on the earlier answers: decide it with confirm-concern")
        says += [f"{name} was asked for by the earlier answers and stays open" for name in self._asked_before()]
        if self.case.concluded:
            names = ", ".join(record.reference for record in self.case.concluded)
            says.append(f"what was concluded from the earlier answers ({names}) is not changed: look at it again")
        return tuple(says)

    def _asked_before(self) -> tuple[str, ...]:
        """The open Tasks that the earlier answers asked for, by kind: a person decides whether they go on."""
        kinds, stored = self.pen.content.concepts(TASK), self.case.beside.stored
        return tuple(
            f"{', '.join(kinds[code].display for code in task.codes if code in kinds)} ({task.record.reference})"
            for task in self.case.chart.tasks
            if task.open and stored is not None and task.focus == stored.reference and set(task.codes) & set(kinds)
        )

    def _or_at_least(self, plan: Plan) -> Plan:
        """Adds what to write at least where a server does not take all of the plan: what protects the patient."""
        response = self.case.command.response
        stored = self.case.beside.stored
        return answers.or_at_least(
            plan, self.pen, response, lambda pen: replace(self, pen=pen).heard(()), stored=stored
        )

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
            warnings=(*measures.warnings, *self._unnamed(incomplete), *chart.not_visible),
            decided_from=(*([chart.person] if chart.person else []), *chart.team.records),
            artefacts=(
                instrument,
                *(content.canonical("ObservationDefinition", score.definition) for score in scores),
            ),
            incomplete=incomplete,
            reason=f"{self.title} recorded",
            acting_as=chart.team.disciplines.get(self.pen.author, ""),
            labels=answers.labels(self.case.command.response, self.case.beside.stored),
        )

    def _unnamed(self, incomplete: tuple[str, ...]) -> tuple[str, ...]:
        """Warns where a score counts as the patient's, and the response does not say who answered."""
        command = self.case.command
        return () if incomplete else answers.nobody_named(command.response, self.case.instrument, command.patient)

    def _response(self, status: str) -> tuple[Change, Json]:
        """The response, created or completed on the server, and a reference to it."""
        pen, stored = self.pen, self.case.beside.stored
        resource = qr.write(self.case.command.response, pen.patient, pen.author, pen.stamp, status=status)
        because = f"the answers to {self.title}"
        if stored is None:
            create = Create("response", resource, because)
            return create, pen.refer(create)
        if self.case.amended is not None:
            return answers.amending(stored, resource, f"the amended answers to {self.title}"), pen.refer(stored)
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


def _together(
    follow: Iterable[tuple[tuple[Create, ...], tuple[str, ...]]],
) -> tuple[tuple[Create, ...], tuple[str, ...]]:
    """The Tasks that follow from every score, and the warnings about who got them."""
    pairs = tuple(follow)
    creates = tuple(create for some, _ in pairs for create in some)
    return creates, tuple(dict.fromkeys(warning for _, some in pairs for warning in some))


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
    amends=("QuestionnaireResponse", "Observation", "Task"),
    at_once=at_once,
    supervised="administer-screen",
    again="if the answers are this person's after all, give the response a new identifier",
)
