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

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field, computed_field

from carefhir.codes import FINDING
from carefhir.content import scoring
from carefhir.content.loading import Concept
from carefhir.content.scoring import Danger, Judgement, Score
from carefhir.fhir import r4
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, Refusal, add, amend, own_identifier, put, refer
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Canonical, Need
from carefhir.mappers import care_team, condition, flag, patient, task
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.care_team import TeamView
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.flag import FlagView
from carefhir.mappers.observation import write_score
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.steps import FromCommand, PatientCommand, Step


class RecordAssessment(PatientCommand):
    """Records the answers to a questionnaire, whether or not anybody was assigned it."""

    response: dict[str, Any] = Field(description="the QuestionnaireResponse, as JSON")

    @computed_field(repr=False)  # type: ignore[prop-decorator]  # pydantic's own pattern
    @property
    def questionnaire(self) -> str:
        """The url of the questionnaire, without version."""
        return str(self.response.get("questionnaire", "")).partition("|")[0]


@dataclass(frozen=True, slots=True)
class Context:
    """What recording is decided from."""

    patient: PatientView | None
    team: TeamView
    tasks: tuple[TaskView, ...]
    flags: tuple[FlagView, ...]
    conditions: tuple[ConditionView, ...]
    responses: tuple[Record, ...]
    questionnaires: tuple[Record, ...]


NEEDS = (
    patient.find(),
    care_team.find(),
    flag.find(),
    task.find(),
    condition.find(),
    qr.find(),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
)


def read(records: Records) -> Context:
    """The context."""
    return Context(
        patient.read(records.one("patient")),
        care_team.read(records["care_teams"]),
        tuple(task.read(one) for one in records["tasks"]),
        tuple(flag.read(one) for one in records["flags"]),
        tuple(condition.read(one) for one in records["conditions"]),
        records["responses"],
        records["questionnaires"],
    )


def cause(command: RecordAssessment, occasion: Occasion) -> tuple[str, ...]:
    """The response's identifier or hash; its hash besides, unless it is known to be complete."""
    identity = own_identifier(command.response)
    hashed = digest(command.response)
    named = ("identifier", *identity) if identity else ("hash", hashed)
    return named if _well_formed(command, occasion) else (*named, "kept", hashed)


def _well_formed(command: RecordAssessment, occasion: Occasion) -> bool:
    """Whether the response can be scored as it stands; judged without the server, so that the cause never changes."""
    response = command.response
    instrument = scoring.recognize(occasion.content, str(response.get("questionnaire", "")), _contained(response))
    if instrument is None:
        return False
    judgement = scoring.judge(occasion.content, instrument, response, _contained(response))
    return not judgement.objections and not _objections_to_form(command, instrument)


def _contained(response: Json) -> Json | None:
    """The Questionnaire a response carries inside itself."""
    return next(
        (
            one
            for one in response.get("contained", [])
            if isinstance(one, dict) and one.get("resourceType") == "Questionnaire"
        ),
        None,
    )


def decide(context: Context, command: RecordAssessment, occasion: Occasion) -> Plan | Refusal:
    """Everything the answers set going; or why nothing may be written."""
    response = command.response
    act = Act("record-assessment", command.patient, cause(command, occasion))
    why = patient.in_the_way(context.patient, command.patient) or _not_theirs(command)
    if why:
        return Refusal(why)
    other = _contained(response) or _newest(context.questionnaires)
    instrument = scoring.recognize(occasion.content, str(response.get("questionnaire", "")), other)
    if instrument is None:
        known = sorted(a["url"] for (t, _), a in occasion.content.artefacts.items() if t == "Questionnaire")
        return Refusal((f"no instrument of ours: {command.questionnaire or '(none named)'}; there are {known}",))
    ours = response.get("questionnaire", "").partition("|")[0] == instrument["url"]
    judgement = scoring.judge(occasion.content, instrument, response, None if ours else other)
    objections = (*_objections_to_form(command, instrument), *judgement.objections)
    stored = qr.same_identity(context.responses, own_identifier(response))
    clash = _clash(stored, response)
    if clash:
        return Refusal((clash,))
    desk = _Desk(context, command, occasion, act, instrument, judgement)
    return desk.kept(objections, stored) if objections else desk.recorded(stored)


def _not_theirs(command: RecordAssessment) -> tuple[str, ...]:
    response = command.response
    if response.get("resourceType") != "QuestionnaireResponse":
        return ("the response is no QuestionnaireResponse",)
    about = qr.subject(response)
    if about and about != command.patient:
        return (f"the response is about {about}, not {command.patient}",)
    if response.get("status") == "entered-in-error":
        return ("the response is marked entered-in-error",)
    problems = r4.objections(qr.write(response, command.patient, command.patient, "2000-01-01", status="in-progress"))
    return tuple(f"not a QuestionnaireResponse R4 allows: {one}" for one in problems)


def _objections_to_form(command: RecordAssessment, instrument: Json) -> tuple[str, ...]:
    """What keeps a response from being scored besides its answers: a draft, or the wrong person answering."""
    found = []
    status = command.response.get("status")
    if status not in ("completed", "amended"):
        found.append(f"the response is {status or 'without status'}: a draft is checked for safety, not scored")
    who = qr.source(command.response)
    if who and who != command.patient and scoring.respondent(instrument) == "patient":
        found.append(f"{_short(instrument)} counts only when the patient answers; this one names {who} as source")
    return tuple(found)


def _newest(questionnaires: tuple[Record, ...]) -> Json | None:
    active = [one.json for one in questionnaires if one.json.get("status") == "active"]
    return max(active, key=lambda one: str(one.get("version", "")), default=None)


def _clash(stored: Record | None, response: Json) -> str:
    """A response of that identifier with other answers, already complete, is not ours to overwrite."""
    if stored is None or stored.json.get("status") in ("in-progress", None):
        return ""
    if stored.json.get("item") == response.get("item"):
        return ""
    return (
        f"{stored.reference} has this response's identifier and other answers; amend that one, or give a new identifier"
    )


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
        return _short(self.instrument)

    @property
    def canonical(self) -> str:
        return f"{self.instrument['url']}|{self.instrument.get('version', '')}"

    def kept(self, objections: tuple[str, ...], stored: Record | None) -> Plan:
        """The response as a draft, without scores; what protects the patient all the same."""
        answers, reference = self._response(stored, "in-progress")
        safety, instructions, warnings = self._safety(reference)
        return self._plan(
            (answers, *safety),
            says=(f"{self.title} kept as in-progress, not scored",),
            instructions=instructions,
            warnings=warnings,
            incomplete=objections,
            artefacts=(self.canonical,),
        )

    def recorded(self, stored: Record | None) -> Plan:
        """The response, its scores and findings, the Task it answers, and what protects the patient."""
        answers, reference = self._response(stored, "completed")
        safety, instructions, warnings = self._safety(reference)
        scores = tuple(self._score(score, reference) for score in self.judgement.scores)
        findings: list[Create] = []
        says = [f"{self.title}: {_in_words(score)}" for score in self.judgement.scores]
        says += list(self.judgement.unscored)
        for score, made in zip(self.judgement.scores, scores, strict=True):
            if score.finding:
                concern, sentence = self._concern(score, made)
                findings += [concern] if concern else []
                says.append(sentence)
        artefacts = [self.canonical]
        artefacts += [
            self.occasion.content.canonical("ObservationDefinition", s.definition) for s in self.judgement.scores
        ]
        return self._plan(
            (answers, *scores, *findings, *safety, *self._assigned(reference)),
            says=tuple(says),
            instructions=instructions,
            warnings=warnings,
            incomplete=(),
            artefacts=tuple(artefacts),
        )

    def _plan(
        self,
        changes: tuple[Change, ...],
        *,
        says: tuple[str, ...],
        instructions: tuple[str, ...],
        warnings: tuple[str, ...],
        incomplete: tuple[str, ...],
        artefacts: tuple[str, ...],
    ) -> Plan:
        labels = qr.security(self.command.response)
        if labels:
            changes = tuple(_labelled(change, labels) for change in changes)
        sources = [self.context.patient.record] if self.context.patient else []
        sources += self.context.team.records
        actor = self.occasion.actor.reference
        return Plan(
            changes,
            says,
            instructions,
            warnings,
            tuple(sources),
            artefacts,
            incomplete,
            f"{self.title} recorded",
            self.context.team.disciplines.get(actor, ""),
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
            if known.holds and known.current and codes & set(known.codes) and not _keyed(known.record, own):
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
            if (identity and own_identifier(one.json) == identity) or _keyed(one, own)
        }

    def _safety(self, response: Json) -> tuple[tuple[Create, ...], tuple[str, ...], tuple[str, ...]]:
        """Tasks and Flags for every danger, the instructions to read out now, and what to know about who owns them."""
        made: list[Create] = []
        instructions: list[str] = []
        warnings: list[str] = []
        for danger in self.judgement.dangers:
            finding = self.occasion.content.concept(FINDING, danger.finding)
            instructions.append(
                f"{str(finding.properties.get('label', finding.display)).upper()}. {danger.instruction}"
            )
            made += self._reviews(danger, finding, response, warnings)
            if not self._flagged(finding):
                resource = flag.write(self.command.patient, finding, self.occasion.stamp, self.occasion.actor.reference)
                made.append(
                    Create(
                        f"flag/{finding.code}",
                        resource,
                        f"{finding.display}: everybody who opens the chart must see it",
                    )
                )
        return tuple(made), tuple(instructions), tuple(warnings)

    def _reviews(self, danger: Danger, finding: Concept, response: Json, warnings: list[str]) -> list[Create]:
        owners = self._owners(warnings)
        response_now = response.get("reference", "")
        made = []
        for role, owner in owners:
            part = f"safety/{finding.code}/{role}"
            if self._reviewed_already(response_now, owner, finding, part):
                continue
            today: date = self.occasion.today
            words = f"Now: {finding.properties.get('label', finding.display)} in {self.title}. {danger.instruction}"
            work = task.Work(
                "safety-review", words, today, today, owner, priority="stat", focus=response, finding=finding
            )
            resource = task.write(
                self.occasion.content, self.command.patient, self.occasion.actor.reference, self.occasion.stamp, work
            )
            made.append(Create(part, resource, f"{finding.display}: due now, never the next business day"))
        return made

    def _owners(self, warnings: list[str]) -> tuple[tuple[str, str], ...]:
        """Who must act now: on call; else supervising provider and care manager; else whoever is here."""
        team = self.context.team
        on_call = team.on_call or self.occasion.site.on_call
        if on_call:
            return (("on-call", on_call),)
        pair = (("supervising-provider", team.supervising_provider), ("care-manager", team.care_manager))
        known = tuple((role, owner) for role, owner in pair if owner)
        if known:
            warnings.append(
                "nobody is named as on call; the safety review goes to " + " and ".join(r for r, _ in known)
            )
            return known
        warnings.append("no care team is on record and nobody is on call: the safety review is yours, now")
        return (("actor", self.occasion.actor.reference),)

    def _flagged(self, finding: Concept) -> bool:
        """Whether an active flag of another act says so already."""
        own = self.act.part_key(f"flag/{finding.code}")
        return any(
            one.active and finding.code in one.findings and not _keyed(one.record, own) for one in self.context.flags
        )

    def _reviewed_already(self, response: str, owner: str, finding: Concept, part: str) -> bool:
        """Whether the saved draft of this very response already has its review with this owner."""
        own = self.act.part_key(part)
        return any(
            "safety-review" in one.codes
            and finding.code in one.findings
            and one.focus == response
            and one.owner == owner
            and not _keyed(one.record, own)
            for one in self.context.tasks
        )


def _short(instrument: Json) -> str:
    """What people call it: the abbreviation in its title, else the title."""
    title = str(instrument.get("title", "questionnaire"))
    _, _, inside = title.partition("(")
    return inside.rstrip(")") or title


def _keyed(record: Record, key: str) -> bool:
    """Whether a resource carries this key of ours."""
    found = record.json.get("identifier")
    items = found if isinstance(found, list) else [found]
    return any(isinstance(one, dict) and one.get("value") == key for one in items)


def _in_words(score: Score) -> str:
    return f"{score.points}, {score.label}" if score.value_type == "integer" else score.label


def _labelled(change: Change, labels: list[Json]) -> Change:
    if isinstance(change, Amend):
        return change
    resource = dict(change.resource)
    resource["meta"] = {**resource.get("meta", {}), "security": labels}
    return Create(change.part, resource, change.because, change.home)


RECORD_ASSESSMENT = Step(
    name="record-assessment",
    title="Record the answers to a questionnaire",
    command=RecordAssessment,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    writes=("QuestionnaireResponse", "Observation", "Condition", "Task", "Flag"),
)
