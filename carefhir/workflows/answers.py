"""What is wrong with a response before its answers are read: whom it is about, which form it answers, who answered.

None of this decides whether a safety item is acted on; `safety.py` does, and it is always asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from typing import Any, Literal, TypeAlias

from pydantic import Field, computed_field, field_validator

from carefhir.codes import BASE
from carefhir.content import scoring
from carefhir.content.loading import Content
from carefhir.content.scoring import Judgment, Whose
from carefhir.engine.resuming import BegunAct
from carefhir.engine.step import PatientCommand, digest_of
from carefhir.fhir import r4
from carefhir.fhir.changes import (
    Act,
    Amend,
    Create,
    Plan,
    Refusal,
    amend,
    amendable,
    leave_out,
    marks_of,
    own_identifier,
    put,
    retraction,
)
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.record import Record, codings, dig, moments
from carefhir.mappers import prefilled, superseded
from carefhir.mappers import questionnaire_response as qr
from carefhir.occasion import Occasion
from carefhir.workflows import safety
from carefhir.workflows.pen import Pen

OF_A_SERVER = frozenset({"versionId", "lastUpdated", "source"})
"""What a server writes into `meta`."""


def _is_ours(system: object) -> bool:
    return isinstance(system, str) and system.startswith(f"{BASE}/")


class ResponseCommand(PatientCommand):
    """A command that brings the answers to a questionnaire."""

    response: dict[str, Any] = Field(description="the QuestionnaireResponse, as JSON")

    @field_validator("response")
    @classmethod
    def _as_answered(cls, response: dict[str, Any]) -> dict[str, Any]:
        """Without what servers and our own steps write into `meta`: read again, it is the same request."""
        meta = response.get("meta")
        if not isinstance(meta, dict):
            return response
        kept = {name: value for name, value in meta.items() if name not in OF_A_SERVER}
        tags = meta.get("tag")
        if isinstance(tags, list):
            kept["tag"] = [tag for tag in tags if not (isinstance(tag, dict) and _is_ours(tag.get("system")))]
        kept = {name: value for name, value in kept.items() if value != [] or name != "tag"}
        rest = {name: value for name, value in response.items() if name != "meta"}
        return {**rest, "meta": kept} if kept else rest

    @computed_field(repr=False)  # type: ignore[prop-decorator]  # pydantic's own pattern
    @property
    def questionnaire(self) -> str:
        """The url of the questionnaire, without version."""
        return canonical(self.response).partition("|")[0]

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def identity(self) -> str:
        """The response's own identifier, `system|value`; "" when it has none."""
        identifier = own_identifier(self.response)
        return "|".join(identifier) if identifier else ""


def contained(response: Json) -> Json | None:
    """The Questionnaire that a response contains."""
    inside = response.get("contained")
    for resource in inside if isinstance(inside, list) else []:
        if isinstance(resource, dict) and resource.get("resourceType") == "Questionnaire":
            return resource
    return None


def newest(questionnaires: tuple[Record, ...]) -> Json | None:
    """The newest active Questionnaire among those the server has under the form's url."""
    active = [record.json for record in questionnaires if record.json.get("status") == "active"]
    return max(active, key=lambda questionnaire: str(questionnaire.get("version", "")), default=None)


def canonical(response: Json) -> str:
    """The questionnaire that a response names; "" when it names none."""
    url = response.get("questionnaire")
    return url if isinstance(url, str) else ""


def not_theirs(response: Json, patient: str) -> tuple[str, ...]:
    """Why this response cannot be recorded for this patient at all."""
    if response.get("resourceType") != "QuestionnaireResponse":
        return ("the response is not a QuestionnaireResponse: give the answers as one, in JSON",)
    about = qr.subject(response)
    if about and about != patient:
        return (f"the response is about {about}, not {patient}: check which patient it belongs to",)
    if "subject" in response and not about:
        return (f"the response's subject cannot be compared with {patient}: give it as Patient/ID, or leave it out",)
    if response.get("status") == "entered-in-error":
        return ("the response is marked entered-in-error: record the corrected one instead",)
    return ()


def not_r4(response: Json, patient: str) -> tuple[str, ...]:
    """What is not valid R4 in the response, its meta included: an odd security label is never dropped."""
    whole: dict[str, Any] = {**qr.write(response, patient, patient, "2000-01-01", status="in-progress")}
    if "meta" in response:
        whole["meta"] = response["meta"]
    return tuple(f"not a valid R4 QuestionnaireResponse: {objection}" for objection in r4.objections(whole))


def clash(stored: Record | None, response: Json) -> str:
    """Why a response on the server is in the way: it has this identifier and is complete, so it is not overwritten."""
    if stored is None or stored.json.get("status") in ("in-progress", None):
        return ""
    if stored.json.get("status") == "entered-in-error":
        return f"{stored.reference} has the same identifier and is entered-in-error: give this response a new one"
    if stored.json.get("item") == response.get("item"):
        return ""
    return f"{stored.reference} has the same identifier and different answers: give this response a new identifier"


def objections(content: Content, response: Json, instrument: Json, other: Json | None, patient: str) -> tuple[str, ...]:
    """What keeps a response from being scored, its answers aside: the form, its version, a draft, who answered."""
    why = []
    url, _, version = canonical(response).partition("|")
    ours = f"{instrument['url']}|{instrument.get('version', '')}"
    if url != instrument["url"] and not scoring.made_for(instrument, other):
        why.append(f"questionnaire {canonical(response) or '(none named)'} is not one of ours; the closest is {ours}")
    elif url == instrument["url"] and version not in ("", instrument.get("version")):
        why.append(f"questionnaire {url} is scored in version {instrument.get('version')}, not in {version}")
    why += unconfirmed(response, instrument)
    status = response.get("status")
    if status not in ("completed", "amended"):
        why.append(f"the response is {status or 'without status'}: it is checked for safety and not scored yet")
    return (*why, *not_the_patients(response, instrument, patient))


def unconfirmed(response: Json, instrument: Json) -> list[str]:
    """Says which answers were filled in from the record (`pre-fill`) and count as nobody's: those that no person has
    confirmed, and a safety item, which is never filled in."""
    answers, safety = prefilled.read(response), scoring.safety_items(instrument)
    by_nobody = dict.fromkeys(answer.link_id for answer in answers if not answer.confirmed)
    copied = dict.fromkeys(answer.link_id for answer in answers if answer.link_id in safety)
    why = [
        f"linkId {link_id}: filled in from the record and confirmed by nobody: ask the person, and set confirmed"
        for link_id in by_nobody
    ]
    return why + [f"linkId {link_id}: a safety item is never filled in from the record: ask it" for link_id in copied]


def not_the_patients(response: Json, instrument: Json, patient: str) -> tuple[str, ...]:
    """Why the answers to a patient-only instrument are not the patient's own (rules 3 and 33)."""
    named = qr.respondent(response)
    if scoring.respondent(instrument) != "patient" or not named.element or named.who == patient:
        return ()
    name, who = scoring.short_name(instrument), named.who or "somebody without a reference"
    if named.element == "source":
        how = f"this response names {who} as its source"
    else:
        how = f"this response names no source, and {who} as its author"
    return (
        f"{name} is scored only when the patient answers; {how}: if the patient answered, give source as {patient}",
    )


def nobody_named(response: Json, instrument: Json, patient: str) -> tuple[str, ...]:
    """Warns that a response to a patient-only instrument does not say who answered."""
    if scoring.respondent(instrument) != "patient" or qr.respondent(response).element:
        return ()
    return (
        "the response does not say who answered: it counts as the patient's own answers; "
        f"only {patient} may answer {scoring.short_name(instrument)}, so ask, and give source",
    )


@dataclass(frozen=True, slots=True)
class ResponseCause:
    """The response that is recorded: by its identifier, else by its hash; by both where it is not complete.

    Keeping a draft is an act of its own. Otherwise the complete response, which has the same identifier, would be
    taken for already recorded, and a finding in it would be lost.
    """

    identity: tuple[str, str] | None
    """System and value of the response's own identifier."""
    hashed: str
    """The sha-256 of the response."""
    whole: bool
    """Complete, and no other response has its identifier."""

    def spelled(self) -> tuple[str, ...]:
        named = ("identifier", *self.identity) if self.identity else ("hash", self.hashed)
        return named if self.whole else (*named, "kept", self.hashed)


def cause_of(response: Json, *, whole: bool, stored: Record | None = None) -> ResponseCause:
    """What makes recording this response an act of its own. `stored` is the response on the server, if it is there."""
    return ResponseCause(identity_of(response, stored), digest(response), whole)


def identity_of(response: Json, stored: Record | None) -> tuple[str, str] | None:
    """The response's own identifier; where it has none and was read from the server, its place there."""
    return own_identifier(response) or (("read from", stored.reference) if stored is not None else None)


def or_at_least(
    plan: Plan, pen: Pen, response: Json, heard: Callable[[Pen], Plan | Refusal], *, stored: Record | None
) -> Plan:
    """Adds to the recording of a response what to write at least, where a server does not take all of it: what protects
    the patient. That is the act of keeping the response, and not of recording it."""
    kept = cause_of(response, whole=False, stored=stored).spelled()
    least = heard(replace(pen, act=replace(pen.act, cause=kept)))
    return replace(plan, instead=least, instead_as=kept) if isinstance(least, Plan) else plan


@dataclass(frozen=True, slots=True)
class AmendedCause:
    """Other answers under the identifier of a complete response: an act of its own for every response that is sent.

    The hash is of the whole response, so that a person who changes an answer, and changes it back on another day, is
    heard each time; and the same response sent twice is one act.
    """

    identity: tuple[str, str]
    """System and value of the response's own identifier."""
    hashed: str
    """The sha-256 of the response."""

    def spelled(self) -> tuple[str, ...]:
        return ("identifier", *self.identity, "amended", self.hashed)


Relation: TypeAlias = Literal["first", "standing", "amended", "repeated", "draft", "older", "taken back"]
"""How a response relates to the one on the server with the same identifier:

- `first`: there is none, or it is a draft of this one, or it has these very answers and was never amended;
- `standing`: it was amended, and has these very answers now: they were recorded before, or somebody else amended the
  response on the server, and then nobody has judged them;
- `amended`: it is complete and has other answers; these answers replace them;
- `repeated`: these answers were recorded before, by this very request, and were amended since;
- `draft`: it is complete, and this is only a draft with other answers;
- `older`: it is complete and was answered later than this one, which does not say that it is amended;
- `taken back`: it was recorded, and taken back with retract: these answers belong to somebody else.
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """A response, beside the one on the server with the same identifier."""

    relation: Relation
    stored: Record | None
    causes: tuple[AmendedCause | None, ...]
    """What the acts of this response are, in the order in which the engine is given their cases; None stands for the
    act of a first recording (`cause_of`), whose cause never changes."""

    @property
    def complete(self) -> bool:
        """Whether complete answers with this identifier are on the server."""
        return self.stored is not None and self.stored.json.get("status") in COMPLETE

    def in_the_way(self) -> tuple[str, ...]:
        """Why this response can neither be recorded nor replace the answers on record."""
        if self.stored is None:
            return ()
        where = self.stored.reference
        if self.relation in ("amended", "standing") and not amendable(self.stored):
            return (f"{where} has the same identifier and an element that changes its meaning: correct it there",)
        when = qr.authored(self.stored.json, "an unknown time")
        return {
            "draft": (
                f"{where} has the same identifier and complete answers, which a draft does not replace: send the "
                "changed answers complete, with status amended",
            ),
            "older": (
                f"{where} has the same identifier and was answered later ({when}): older answers do not replace it; "
                "if these answers are right, send them with status amended",
            ),
        }.get(self.relation, ())

    def amended_since(self) -> tuple[str, ...]:
        """Says that these answers were recorded before, and that other answers have replaced them."""
        if self.relation != "repeated" or self.stored is None:
            return ()
        return (
            f"these answers were recorded before and have been amended since: {self.stored.reference} has the answers "
            "that count; if these are right again, send them with status amended and the new time",
        )


COMPLETE = ("completed", "amended")


def beside(stored: Record | None, step: str, command: ResponseCommand, zone: tzinfo) -> Beside:
    """Finds out how a response relates to the one with the same identifier, and which acts that makes."""
    identity = identity_of(command.response, stored)
    if stored is not None and _taken_back(stored, step, command):
        return Beside("taken back", stored, (None,))
    if stored is None or identity is None or stored.json.get("status") not in COMPLETE:
        return Beside("first", stored, (None,))
    changed = AmendedCause(identity, digest(command.response))
    asked = digest_of(step, command)
    amended_before = Act(step, command.patient, changed.spelled(), asked).did(stored)
    if stored.json.get("item") == command.response.get("item"):
        if stored.json.get("status") != "amended":
            return Beside("first", stored, (None,))
        # The first recording comes first: where another system has amended the response before we ever saw it.
        return Beside("standing", stored, (changed,) if amended_before else (None, changed))
    recorded = Act(step, command.patient, cause_of(command.response, whole=True, stored=stored).spelled(), asked)
    if recorded.did(stored) or amended_before:
        return Beside("repeated", stored, (changed if amended_before else None,))
    if command.response.get("status") not in COMPLETE:
        return Beside("draft", stored, (None,))
    if command.response.get("status") != "amended" and _older(command.response, stored.json, zone):
        return Beside("older", stored, (None,))
    return Beside("amended", stored, (changed,))


def _taken_back(stored: Record, step: str, command: ResponseCommand) -> bool:
    """Whether the recording of this response was taken back; then it is that act which is asked for once more."""
    recorded = Act(step, command.patient, cause_of(command.response, whole=True, stored=stored).spelled())
    key = retraction(command.patient, recorded.key).key
    in_error = stored.json.get("status") == "entered-in-error"
    return in_error and any(mark.startswith(f"{key}/") for mark in marks_of(stored))


def _older(response: Json, stored: Json, zone: tzinfo) -> bool:
    """Whether a response says that it was answered before the one on the server was."""
    mine, theirs = moments(qr.authored(response, ""), zone), moments(qr.authored(stored, ""), zone)
    return mine is not None and theirs is not None and mine[1] <= theirs[0]


def changed_since(act: Act, response: Json) -> tuple[str, ...]:
    """Says that an interrupted recording must not be finished, because the response it had written was amended."""
    for record in act.created if isinstance(act, BegunAct) else ():
        if record.type == "QuestionnaireResponse" and record.json.get("item") != response.get("item"):
            return (f"these answers have been amended since ({record.reference}): they are not scored",)
    return ()


def amending(stored: Record, resource: Json, because: str) -> Amend:
    """Replaces the answers of a complete response: its status says that they were amended, its time says when, and who
    answered is who answered now. The server's history keeps the answers of before."""
    edits = [
        put(element, resource[element]) if element in resource else leave_out(element)
        for element in ("authored", "author", "source", "item")
    ]
    return amend("response", stored, because, put("status", "amended"), *edits)


@dataclass(frozen=True, slots=True)
class Replaced:
    """The results that amended answers replace."""

    creates: tuple[Create, ...]
    """The new results, each naming the one of its kind that it replaces."""
    amends: tuple[Amend, ...] = ()
    """The earlier results, marked as superseded."""
    warnings: tuple[str, ...] = ()
    """Results that cannot be marked, by name."""


@dataclass(frozen=True, slots=True)
class EarlierResults:
    """The results of the answers on record, where amended answers replace them."""

    records: tuple[Record, ...]
    unseen: str = ""
    """Which results the server did not show, as a noun; "" where it showed all."""


def replacing(pen: Pen, earlier: EarlierResults | None, creates: tuple[Create, ...], response: Json) -> Replaced:
    """Marks every earlier result as superseded: by the new result of the same kind, else by the amended response. None:
    the answers are the first ones.

    A result that cannot be amended is named in a warning: it still counts, and a person must know.
    """
    if earlier is None:
        return Replaced(creates)
    amends: list[Amend] = []
    warnings: list[str] = []
    named: dict[str, list[Json]] = {}
    for record in earlier.records:
        if not amendable(record):
            warnings.append(f"{record.reference} rests on the earlier answers and cannot be marked as superseded")
            continue
        kinds = set(codings(record.json, "code"))
        new = next((create for create in creates if kinds & set(codings(create.resource, "code"))), None)
        if new is not None:
            named.setdefault(new.part, []).append(pen.refer(record))
        note = "Superseded: the answers it was made from were amended."
        because = "superseded: the answers were amended"
        edits = (superseded.by(pen.refer(new) if new else response), pen.noted(note))
        amends.append(amend(f"superseded/{record.id}", record, because, *edits))
    if earlier.unseen:
        blind = f"earlier {earlier.unseen} are not visible here: those of the earlier answers are"
        warnings.append(f"{blind} not marked as superseded")
    return Replaced(
        creates=tuple(
            replace(create, resource=superseded.replacing(create.resource, named.get(create.part, ())))
            for create in creates
        ),
        amends=tuple(amends),
        warnings=tuple(warnings),
    )


def clashes(stored: Record | None, named_alike: tuple[Record, ...], response: Json, patient: str) -> tuple[str, ...]:
    """Why another response is in the way: it has the same identifier, and different answers or another patient."""
    for other in named_alike:
        if qr.subject(other.json) != patient:
            return (f"{other.reference} has the same identifier and is not {patient}'s: give this response a new one",)
    why = clash(stored, response)
    return (why,) if why else ()


def labels(response: Json, stored: Record | None) -> tuple[Json, ...]:
    """The security labels of the answers, as they were sent and as they stand: neither takes one of the other away."""
    sent = qr.security(response)
    standing = qr.labels_of(stored) if stored is not None else ()
    return (*sent, *(label for label in standing if label not in sent))


def changed_on_record(responses: tuple[Record, ...], response: Json) -> tuple[str, ...]:
    """Says that a response was changed after it was read: these are not the answers that stand."""
    stored = qr.changed_since_read(responses, response)
    if stored is None:
        return ()
    return (
        f"{stored.reference} says something else than this response, which has its id: it was changed since it was "
        "read, or here; read it again and record it as it stands; other answers are recorded without an id",
    )


def obstacles(beside: Beside, named_alike: tuple[Record, ...], response: Json, patient: str) -> tuple[str, ...]:
    """Why a response can be neither recorded nor replace the answers on record, for a step that takes amended answers:
    its identifier is another patient's, or belongs to a response that ended; or `Beside.in_the_way`."""
    other = None if beside.complete else beside.stored
    return clashes(other, named_alike, response, patient) or beside.in_the_way()


CLOCKS_DIFFER = timedelta(minutes=15)
"""How much later than now another system's clock may say that something was answered (our default)."""


def from_the_future(response: Json, occasion: Occasion) -> tuple[str, ...]:
    """Why a response that says it was answered later than now is not recorded. Minutes are a clock's doubt; a day
    without a time of day is later when all of it is."""
    written = moments(qr.authored(response, ""), occasion.zone)
    if not written or written[0] <= occasion.now + CLOCKS_DIFFER:
        return ()
    return (
        "authored is in the future: no score can be compared with it. Ask when it was answered, correct authored, and "
        "record it again",
    )


def completing(stored: Record, resource: Json, because: str) -> Amend:
    """Completes the response on the server: its status and its answers change, and nothing else does."""
    edits = []
    status = stored.json.get("status")
    if status != resource["status"] and status not in ("completed", "amended"):
        edits.append(put("status", resource["status"]))
    if stored.json.get("item") != resource.get("item") and resource.get("item"):
        edits.append(put("item", resource["item"]))
    return amend("response", stored, because, *edits)


def judged(
    content: Content,
    response: Json,
    instrument: Json,
    other: Json | None,
    *,
    patient: str = "",
    gender: str = "",
    age: int | None = None,
) -> Judgment:
    """Scores the answers; `other` is the Questionnaire they were given to, where that is not ours."""
    named = qr.respondent(response)
    whose = Whose(gender=gender, by_other=bool(patient and named.element and named.who != patient), age=age)
    return scoring.judge(content, instrument, response, foreign(response, instrument, other), whose)


def result_of(observation: Json) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]], str]:
    """What makes two results the same: of what, in which band, how many points, and how many of what it counts."""
    parts = [part for part in dig(observation, "component") if isinstance(part, dict)]
    counted = sorted(f"{code}={part.get('valueInteger')}" for part in parts for _, code in codings(part, "code"))
    value = f"{observation.get('valueInteger')} {counted}"
    return frozenset(codings(observation, "code")), frozenset(codings(observation, "interpretation")), value


def foreign(response: Json, instrument: Json, other: Json | None) -> Json | None:
    """The Questionnaire the answers were given to, where that is not ours."""
    return None if canonical(response).partition("|")[0] == instrument["url"] else other


def dangers_in_words(response: Json, occasion: Occasion) -> tuple[str, ...]:
    """What must be done now by the answers alone, even if no server can be reached."""
    other = contained(response)
    instrument = scoring.recognize(occasion.content, canonical(response), other, response)
    if instrument is None:
        return ()
    return safety.instructions(occasion, judged(occasion.content, response, instrument, other).dangers)
