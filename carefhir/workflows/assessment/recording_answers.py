"""Writes one response to an instrument, and what follows from it (`record-assessment`).

What is restricted (rule 4) is labeled as it is written: all of an instrument whose every score is restricted; else the
response, if it holds such answers, the score, the concern and the Task, and nothing beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from carefhir.codes import DOMAIN, FINDING, RESTRICTED, TASK
from carefhir.content import scoring
from carefhir.content.loading import extensions, value_of
from carefhir.content.scoring import Score
from carefhir.fhir.changes import Amend, Change, Create, Plan, Refusal, add, amend, labeled, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import moment, references, relative
from carefhir.mappers import condition, observation
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.observation import write_score
from carefhir.workflows import answers
from carefhir.workflows.answers import Replaced
from carefhir.workflows.assessment import mood
from carefhir.workflows.assessment.mood import MoodFollowUp
from carefhir.workflows.assessment.screen_follow_up import ScreenFollowUp
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import Measures, Safety

if TYPE_CHECKING:
    from carefhir.workflows.assessment.record_assessment import AssessmentCase

AT_LEAST = "some answers are missing"


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
        plan = self._with_moods(plan, self._moods(reference, self._bounds))
        return self._or_at_least(self._with_screens(plan, reference, pressing=True))

    def heard(self, why: tuple[str, ...]) -> Plan | Refusal:
        """Writes what protects the patient, for a response that cannot be kept at all."""
        measures = self._measures(None)
        plan = self._plan((), (f"{self.title} is not kept",), measures, incomplete=why)
        plan = self._with_moods(plan, self._moods(None, (*self.case.judgment.scores, *self._bounds)))
        plan = self._with_screens(plan, None, pressing=True)
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
        supported, told = self._supported(reference)
        says += told
        changes = (response, *scores, *findings, *replaced.amends, *self._assigned(reference), *supported)
        moods = self._moods(reference, judgment.scores)
        plan = self._plan(changes, tuple(says), self._measures(reference))
        plan = replace(plan, warnings=(*plan.warnings, *replaced.warnings))
        plan = self._with_moods(plan, moods, tuple(sentence for each in moods for sentence in each.says()))
        return self._or_at_least(self._with_screens(plan, reference))

    def _with_screens(self, plan: Plan, response: Json | None, *, pressing: bool = False) -> Plan:
        """A plan with what follows from the findings of screens; `pressing`: only what cannot wait."""
        follow_up = ScreenFollowUp(self.pen, self.case.chart, self.title, response)
        scores = (*self.case.judgment.scores, *self._unfinished)
        follow, warnings = follow_up.tasks(scores, pressing=pressing)
        if not pressing:
            alone, more = follow_up.asked_again_alone(self.case.judgment.not_alone, beside=follow)
            follow, warnings = (*follow, *alone), (*warnings, *more)
        if not follow:
            return plan
        return replace(
            plan,
            changes=(*plan.changes, *follow),
            says=(*plan.says, *(create.because for create in follow)),
            warnings=(*plan.warnings, *warnings),
            artefacts=(*plan.artefacts, follow_up.canonical),
        )

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
            warnings=(*measures.warnings, *self._unnamed(incomplete), *self._beside_it(), *chart.not_visible),
            decided_from=(*([chart.person] if chart.person else []), *chart.team.records),
            artefacts=(
                instrument,
                *(content.canonical("ObservationDefinition", score.definition) for score in scores),
            ),
            incomplete=incomplete,
            reason=f"{self.title} recorded",
            acting_as=chart.team.disciplines.get(self.pen.author, ""),
            labels=self._labels,
        )

    @property
    def _labels(self) -> tuple[Json, ...]:
        """The labels of all that is written: those of the answers; and restricted, where all of the instrument is."""
        labels = answers.labels(self.case.command.response, self.case.beside.stored)
        closed = scoring.wholly_restricted(self.case.instrument) and RESTRICTED not in labels
        return (*labels, RESTRICTED) if closed else labels

    def _closed_create(self, create: Create, restricted: bool) -> Create:
        """What is created, with the restricted label where it tells of what is restricted."""
        return replace(create, resource=labeled(create.resource, (RESTRICTED,))) if restricted else create

    def _beside_it(self) -> tuple[str, ...]:
        """Warns of the instruments that the form asks, too: their answers are not scored here."""
        return tuple(
            f"the form also asks {name}, which is not scored with {self.title}: record those answers as {name}"
            for name in self.case.beside_it
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
        closed = self.case.judgment.restricted
        if stored is None:
            create = self._closed_create(Create("response", resource, because), closed)
            return create, pen.refer(create)
        if self.case.amended is not None:
            amended = answers.amending(stored, resource, f"the amended answers to {self.title}")
        else:
            amended = answers.completing(stored, resource, because)
        return replace(amended, becomes=labeled(amended.becomes, (RESTRICTED,) * closed)), pen.refer(stored)

    def _score(self, score: Score, response: Json) -> Create:
        effective = qr.authored(self.case.command.response, self.pen.stamp)
        resource = write_score(self.pen.patient, score, effective, self.pen.author, response)
        create = Create(f"score/{score.definition}", resource, f"{self.title}: {_in_words(score)}")
        return self._closed_create(create, score.restricted)

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
        create = Create(f"concern/{finding.code}", resource, because)
        return self._closed_create(create, score.restricted), because

    def _supported(self, response: Json) -> tuple[tuple[Amend, ...], tuple[str, ...]]:
        """Puts the answers on the open Tasks that ask to assess a domain which they tell of. The domain stays open
        until a person concludes it in words: raw answers are no conclusion."""
        amends: list[Amend] = []
        says: list[str] = []
        for domain in (str(value_of(each)) for each in extensions(self.case.instrument, "supports-domain")):
            concept = self.pen.content.concept(DOMAIN, domain)
            output = {"type": {"text": "answers"}, "valueReference": response}
            because = f"{self.title} is answered: conclude the domain {concept.display} with conclude-assessment"
            asking = [
                task
                for task in self.case.chart.tasks
                if task.open and "assessment" in task.codes and domain in task.domains
            ]
            amends += [
                amend(f"domain/{task.record.id}", task.record, because, add("output", output)) for task in asking
            ]
            says.append(f"these answers support the domain {concept.display}: conclude it with conclude-assessment")
        return tuple(amends), tuple(says)

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
    words = f"{score.points}, {score.label}" if score.value_type == "integer" else score.label
    return f"{words} ({score.note})" if score.note else words
