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

from carefhir.codes import FINDING
from carefhir.content import check_in, scoring
from carefhir.content.scoring import Judgement, Score
from carefhir.engine.adapter import FromContext, adapted
from carefhir.fhir.changes import (
    Act,
    Amend,
    Change,
    Create,
    Plan,
    Refusal,
    add,
    amend,
    carries_key,
    own_identifier,
    put,
    refer,
)
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Canonical, Identified, Need
from carefhir.mappers import care_team, condition, flag, patient, task
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.care_team import TeamView
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.flag import FlagView
from carefhir.mappers.observation import write_score
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows import answers as form
from carefhir.workflows import safety


class RecordAssessment(form.ResponseCommand):
    """Records the answers to a questionnaire, whether or not anybody was assigned it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What recording is decided from."""

    patient: PatientView | None
    team: TeamView
    tasks: tuple[TaskView, ...]
    flags: tuple[FlagView, ...]
    conditions: tuple[ConditionView, ...]
    responses: tuple[Record, ...]
    named_alike: tuple[Record, ...]
    questionnaires: tuple[Record, ...]
    not_visible: tuple[str, ...] = ()


NEEDS = (
    patient.find(),
    # A safety finding is acted on though parts of the chart cannot be seen; what cannot is said.
    *(
        replace(need, optional=True)
        for need in (care_team.find(), flag.find(), task.find(), condition.find(), qr.find())
    ),
    Need("named_alike", "QuestionnaireResponse", (Identified("{command.identity}"),), optional=True),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
)


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return Context(
        patient.read(records.one("patient")),
        care_team.read(records["care_teams"], occasion.today),
        tuple(task.read(one) for one in records["tasks"]),
        tuple(flag.read(one) for one in records["flags"]),
        tuple(condition.read(one) for one in records["conditions"]),
        records["responses"],
        records["named_alike"],
        records["questionnaires"],
        tuple(f"{gap.type} not visible: {gap.why}" for gap in records.gaps if gap.need != "questionnaires"),
    )


def causes(context: Context, command: RecordAssessment, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The response's identifier, else its hash; both, unless it is complete and nobody's else by that name.

    A response kept incomplete, or one whose identifier stands on other answers already, is an act of its own: taken
    for done, it would take its safety finding with it.
    """
    identity = own_identifier(command.response)
    hashed = digest(command.response)
    named = ("identifier", *identity) if identity else ("hash", hashed)
    stored = qr.same_identity(context.responses, identity)
    whole = _well_formed(context, command, occasion) and not _clashes(context, command, stored)
    return (named if whole else (*named, "kept", hashed),)


def _well_formed(context: Context, command: RecordAssessment, occasion: Occasion) -> bool:
    """Whether the response can be scored as it stands."""
    response, other = command.response, _made_for(context, command)
    instrument = scoring.recognize(occasion.content, form.canonical(response), other)
    if instrument is None or form.not_r4(response, command.patient):
        return False
    judgement = scoring.judge(occasion.content, instrument, response, _foreign(response, instrument, other))
    wrong = form.objections(occasion.content, response, instrument, other, command.patient)
    return not judgement.objections and not wrong


def _made_for(context: Context, command: RecordAssessment) -> Json | None:
    """The Questionnaire a response was made for, where it is at hand."""
    return form.contained(command.response) or form.newest(context.questionnaires)


def _foreign(response: Json, instrument: Json, other: Json | None) -> Json | None:
    """That Questionnaire, unless it is our own."""
    return None if form.canonical(response).partition("|")[0] == instrument["url"] else other


def decide(context: Context, command: RecordAssessment, occasion: Occasion, act: Act) -> Plan | Refusal:
    """Everything the answers set going; or why nothing may be written, and what to do now all the same."""
    response = command.response
    other = _made_for(context, command)
    instrument = scoring.recognize(occasion.content, form.canonical(response), other, response)
    if instrument is None:
        known = sorted(a["url"] for (t, _), a in occasion.content.artefacts.items() if t == "Questionnaire")
        theirs = form.nobody_elses(response, command.patient)
        named = form.canonical(response) or "(none named)"
        return Refusal(theirs or (f"no instrument of ours: {named}; there are {', '.join(known)}",))
    judgement = scoring.judge(occasion.content, instrument, response, _foreign(response, instrument, other))
    why = patient.in_the_way(context.patient, command.patient) or form.nobody_elses(response, command.patient)
    if instrument["url"] in check_in.forms(occasion.content):
        why = why or ("this is a check-in: record it with record-check-in, which judges the answers too",)
    if why:
        return Refusal(why, safety.instructions(occasion, judgement.dangers))
    desk = _Desk(context, command, occasion, act, instrument, judgement)
    stored = qr.same_identity(context.responses, own_identifier(response))
    unkeepable = form.not_r4(response, command.patient) or _clashes(context, command, stored)
    if unkeepable:
        return desk.heard(unkeepable)
    objections = form.objections(occasion.content, response, instrument, other, command.patient)
    objections += judgement.objections
    return desk.kept(objections, stored) if objections else desk.recorded(stored)


def at_once(command: RecordAssessment, occasion: Occasion) -> tuple[str, ...]:
    """What the answers alone ask for, whatever a server says."""
    response, other = command.response, form.contained(command.response)
    instrument = scoring.recognize(occasion.content, form.canonical(response), other, response)
    if instrument is None:
        return ()
    judgement = scoring.judge(occasion.content, instrument, response, _foreign(response, instrument, other))
    return safety.instructions(occasion, judgement.dangers)


def _clashes(context: Context, command: RecordAssessment, stored: Record | None) -> tuple[str, ...]:
    """The response's identifier stands on another response already: with other answers, or another person's."""
    for one in context.named_alike:
        if qr.subject(one.json) != command.patient:
            return (f"{one.reference} has this response's identifier and is not {command.patient}'s",)
    clash = form.clash(stored, command.response)
    return (clash,) if clash else ()


@dataclass(frozen=True, slots=True)
class _Desk:
    """One response on the desk, with everything needed to write down what follows from it."""

    context: Context
    command: RecordAssessment
    occasion: Occasion
    act: Act
    instrument: Json
    judgement: Judgement

    @property
    def title(self) -> str:
        return scoring.short_name(self.instrument)

    @property
    def canonical(self) -> str:
        return f"{self.instrument['url']}|{self.instrument.get('version', '')}"

    def kept(self, objections: tuple[str, ...], stored: Record | None) -> Plan:
        """The response as a draft, without scores; what protects the patient all the same."""
        answers, reference = self._response(stored, "in-progress")
        says = (f"{self.title} kept as in-progress, not scored",)
        plan = self._plan((answers,), says, self._measures(reference), incomplete=objections)
        least = self.heard(())
        return replace(plan, instead=least if isinstance(least, Plan) else None)

    def heard(self, why: tuple[str, ...]) -> Plan | Refusal:
        """A response that cannot be kept at all; what protects the patient all the same."""
        measures = self._measures(None)
        if not measures.changes:
            return Refusal(why)
        return self._plan((), (f"{self.title} was not kept",), measures, incomplete=why)

    def recorded(self, stored: Record | None) -> Plan:
        """The response, its scores and findings, the Task it answers, and what protects the patient."""
        answers, reference = self._response(stored, "completed")
        scores = tuple(self._score(score, reference) for score in self.judgement.scores)
        findings: list[Create] = []
        says = [f"{self.title}: {_in_words(score)}" for score in self.judgement.scores]
        says += list(self.judgement.unscored)
        for score, made in zip(self.judgement.scores, scores, strict=True):
            if score.finding:
                concern, sentence = self._concern(score, made)
                findings += [concern] if concern else []
                says.append(sentence)
        changes = (answers, *scores, *findings, *self._assigned(reference))
        plan = self._plan(changes, tuple(says), self._measures(reference))
        least = self.heard(())
        return replace(plan, instead=least if isinstance(least, Plan) else None)

    def _measures(self, response: Json | None) -> safety.Measures:
        context = self.context
        desk = safety.Safety(self.command.patient, context.team, context.tasks, context.flags, self.occasion, self.act)
        return desk.measures(self.judgement.dangers, self.title, response)

    def _plan(
        self,
        changes: tuple[Change, ...],
        says: tuple[str, ...],
        measures: safety.Measures,
        incomplete: tuple[str, ...] = (),
    ) -> Plan:
        # Safety before scores: on a server that takes only part of it, that part.
        changes = (*changes[:1], *measures.changes, *changes[1:])
        sources = [self.context.patient.record] if self.context.patient else []
        sources += self.context.team.records
        content, scores = self.occasion.content, () if incomplete else self.judgement.scores
        return Plan(
            changes,
            says,
            measures.instructions,
            (*measures.warnings, *self.context.not_visible),
            tuple(sources),
            (self.canonical, *(content.canonical("ObservationDefinition", one.definition) for one in scores)),
            incomplete,
            f"{self.title} recorded",
            self.context.team.disciplines.get(self.occasion.actor.reference, ""),
            tuple(qr.security(self.command.response)),
        )

    def _response(self, stored: Record | None, status: str) -> tuple[Change, Json]:
        """The response as it will stand: created, or the stored one completed; and how others refer to it."""
        command, occasion = self.command, self.occasion
        made = qr.write(command.response, command.patient, occasion.actor.reference, occasion.stamp, status=status)
        if stored is None:
            create = Create("response", made, f"the answers to {self.title}")
            return create, refer(create, self.act)
        edits = []
        if stored.json.get("status") != status and stored.json.get("status") not in ("completed", "amended"):
            edits.append(put("status", status))
        if stored.json.get("item") != made.get("item") and made.get("item"):
            edits.append(put("item", made["item"]))
        return amend("response", stored, f"the answers to {self.title}", *edits), refer(stored)

    def _score(self, score: Score, response: Json) -> Create:
        effective = qr.authored(self.command.response, self.occasion.stamp)
        made = write_score(self.command.patient, score, effective, self.occasion.actor.reference, response)
        return Create(f"score/{score.definition}", made, f"{self.title}: {_in_words(score)}")

    def _concern(self, score: Score, made: Create) -> tuple[Create | None, str]:
        """A concern for a person to confirm, unless one of the same code is on record already."""
        finding = self.occasion.content.concept(FINDING, score.finding)
        label = f"{finding.properties.get('label', finding.display)} ({self.title}: {_in_words(score)})"
        codes = set(condition.concern_codes(finding))
        own = self.act.part_key(f"concern/{finding.code}")
        for known in self.context.conditions:
            if known.holds and known.current and codes & set(known.codes) and not carries_key(known.record, own):
                return None, f"{finding.display} is on record already ({known.record.reference}); nothing added"
        resource = condition.write_concern(
            self.command.patient,
            finding,
            label,
            self.occasion.stamp,
            self.occasion.actor.reference,
            refer(made, self.act),
        )
        because = f"{finding.display}: unconfirmed until a person confirms it"
        return Create(f"concern/{finding.code}", resource, because), because

    def _assigned(self, response: Json) -> tuple[Amend, ...]:
        """The Tasks that asked for this questionnaire, done now (or by this act's earlier, interrupted run)."""
        done = []
        url = self.instrument["url"]
        for one in self.context.tasks:
            if not any(canonical.partition("|")[0] == url for canonical in one.instruments):
                continue
            part = f"assigned/{one.record.id}"
            output = {"type": {"text": "response"}, "valueReference": response}
            if one.open:
                edits = (put("status", "completed"), put("lastModified", self.occasion.stamp), add("output", output))
                done.append(amend(part, one.record, f"{self.title} was asked for, and is answered", *edits))
            elif one.status == "completed" and set(one.outputs) & self._own_responses():
                done.append(amend(part, one.record, f"{self.title} was asked for, and is answered"))
        return tuple(done)

    def _own_responses(self) -> set[str]:
        """The response this act wrote in an earlier run."""
        identity = own_identifier(self.command.response)
        own = self.act.part_key("response")
        return {
            one.reference
            for one in self.context.responses
            if (identity and own_identifier(one.json) == identity) or carries_key(one, own)
        }


def _in_words(score: Score) -> str:
    return f"{score.points}, {score.label}" if score.value_type == "integer" else score.label


RECORD_ASSESSMENT = adapted(
    name="record-assessment",
    title="Record the answers to a questionnaire",
    command=RecordAssessment,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("QuestionnaireResponse", "Observation", "Condition", "Task", "Flag"),
    amends=("QuestionnaireResponse", "Task"),
    at_once=at_once,
    supervised="administer-screen",
)
