"""What is wrong with a response before its answers are read: whom it is about, which form it answers, who answered.

None of this decides whether a safety item is acted on; `safety.py` does, and it is always asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field, computed_field

from carefhir.content import scoring
from carefhir.content.loading import Content
from carefhir.content.scoring import Judgment
from carefhir.engine.step import PatientCommand
from carefhir.fhir import r4
from carefhir.fhir.changes import Amend, amend, own_identifier, put
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.record import Record
from carefhir.mappers import questionnaire_response as qr
from carefhir.occasion import Occasion
from carefhir.workflows import safety


class ResponseCommand(PatientCommand):
    """A command that brings the answers to a questionnaire."""

    response: dict[str, Any] = Field(description="the QuestionnaireResponse, as JSON")

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
    status = response.get("status")
    if status not in ("completed", "amended"):
        why.append(f"the response is {status or 'without status'}: it is checked for safety and not scored yet")
    who = qr.source(response)
    if who and who != patient and scoring.respondent(instrument) == "patient":
        name = scoring.short_name(instrument)
        why.append(f"{name} is scored only when the patient answers; this response names {who} as its source")
    return tuple(why)


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


def cause_of(response: Json, *, whole: bool) -> ResponseCause:
    """What makes recording this response an act of its own."""
    return ResponseCause(own_identifier(response), digest(response), whole)


def clashes(stored: Record | None, named_alike: tuple[Record, ...], response: Json, patient: str) -> tuple[str, ...]:
    """Why another response is in the way: it has the same identifier, and different answers or another patient."""
    for other in named_alike:
        if qr.subject(other.json) != patient:
            return (f"{other.reference} has the same identifier and is not {patient}'s: give this response a new one",)
    why = clash(stored, response)
    return (why,) if why else ()


def completing(stored: Record, resource: Json, because: str) -> Amend:
    """Completes the response on the server: its status and its answers change, and nothing else does."""
    edits = []
    status = stored.json.get("status")
    if status != resource["status"] and status not in ("completed", "amended"):
        edits.append(put("status", resource["status"]))
    if stored.json.get("item") != resource.get("item") and resource.get("item"):
        edits.append(put("item", resource["item"]))
    return amend("response", stored, because, *edits)


def judged(content: Content, response: Json, instrument: Json, other: Json | None) -> Judgment:
    """Scores the answers; `other` is the Questionnaire they were given to, where that is not ours."""
    return scoring.judge(content, instrument, response, foreign(response, instrument, other))


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
