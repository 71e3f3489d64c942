"""What is wrong with a response before its answers are looked at: whose it is, which form it is of, who answered.

None of this ever decides whether a safety item is heard; that is `safety.py`, and it is always asked.
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
        found = own_identifier(self.response)
        return "|".join(found) if found else ""


def contained(response: Json) -> Json | None:
    """The Questionnaire a response carries inside itself."""
    inside = response.get("contained")
    for one in inside if isinstance(inside, list) else []:
        if isinstance(one, dict) and one.get("resourceType") == "Questionnaire":
            return one
    return None


def newest(questionnaires: tuple[Record, ...]) -> Json | None:
    """The newest active Questionnaire of that url on the server."""
    active = [one.json for one in questionnaires if one.json.get("status") == "active"]
    return max(active, key=lambda one: str(one.get("version", "")), default=None)


def canonical(response: Json) -> str:
    """The questionnaire a response names, "" when it names none."""
    found = response.get("questionnaire")
    return found if isinstance(found, str) else ""


def nobody_elses(response: Json, patient: str) -> tuple[str, ...]:
    """Why this cannot be taken as this patient's response at all."""
    if response.get("resourceType") != "QuestionnaireResponse":
        return ("the response is no QuestionnaireResponse",)
    about = qr.subject(response)
    if about and about != patient:
        return (f"the response is about {about}, not {patient}",)
    if "subject" in response and not about:
        return (f"the response's subject cannot be compared with {patient}: give it as a reference, or leave it out",)
    if response.get("status") == "entered-in-error":
        return ("the response is marked entered-in-error",)
    return ()


def not_r4(response: Json, patient: str) -> tuple[str, ...]:
    """What R4 has against the response, its meta included: a security label that is odd is never dropped."""
    whole: dict[str, Any] = {**qr.write(response, patient, patient, "2000-01-01", status="in-progress")}
    if "meta" in response:
        whole["meta"] = response["meta"]
    return tuple(f"not a QuestionnaireResponse R4 allows: {one}" for one in r4.objections(whole))


def clash(stored: Record | None, response: Json) -> str:
    """A response of that identifier with other answers, already complete, is not ours to overwrite."""
    if stored is None or stored.json.get("status") in ("in-progress", None):
        return ""
    if stored.json.get("status") == "entered-in-error":
        return f"{stored.reference} has this response's identifier and was marked entered-in-error"
    if stored.json.get("item") == response.get("item"):
        return ""
    return f"{stored.reference} has this response's identifier and other answers; amend it, or give a new identifier"


def objections(content: Content, response: Json, instrument: Json, other: Json | None, patient: str) -> tuple[str, ...]:
    """What keeps a response from being scored besides its answers: the form's version, a draft, who answered."""
    found = []
    url, _, version = canonical(response).partition("|")
    ours = f"{instrument['url']}|{instrument.get('version', '')}"
    if url != instrument["url"] and not scoring.made_for(instrument, other):
        found.append(f"questionnaire {canonical(response) or '(none named)'} is not one of ours; the nearest is {ours}")
    elif url == instrument["url"] and version not in ("", instrument.get("version")):
        found.append(f"questionnaire {url} is known here in version {instrument.get('version')}, not {version}")
    status = response.get("status")
    if status not in ("completed", "amended"):
        found.append(f"the response is {status or 'without status'}: a draft is checked for safety, not scored")
    who = qr.source(response)
    if who and who != patient and scoring.respondent(instrument) == "patient":
        name = scoring.short_name(instrument)
        found.append(f"{name} counts only when the patient answers; this one names {who} as source")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ResponseCause:
    """Recording a response: its identifier, else its hash; both where it is not whole, for a response kept incomplete
    is an act of its own: taken for done, it would take its finding with it."""

    identity: tuple[str, str] | None
    """System and value of the response's own identifier."""
    hashed: str
    """The sha-256 of the response."""
    whole: bool
    """Complete, and nobody else's by that name."""

    def spelled(self) -> tuple[str, ...]:
        named = ("identifier", *self.identity) if self.identity else ("hash", self.hashed)
        return named if self.whole else (*named, "kept", self.hashed)


def cause_of(response: Json, *, whole: bool) -> ResponseCause:
    """What makes recording a response an act."""
    return ResponseCause(own_identifier(response), digest(response), whole)


def clashes(stored: Record | None, named_alike: tuple[Record, ...], response: Json, patient: str) -> tuple[str, ...]:
    """The response's identifier stands on another response already: with other answers, or another person's."""
    for one in named_alike:
        if qr.subject(one.json) != patient:
            return (f"{one.reference} has this response's identifier and is not {patient}'s",)
    found = clash(stored, response)
    return (found,) if found else ()


def completing(stored: Record, made: Json, because: str) -> Amend:
    """The stored response as it will stand: its status moved on, its answers completed; nothing else is touched."""
    edits = []
    status = stored.json.get("status")
    if status != made["status"] and status not in ("completed", "amended"):
        edits.append(put("status", made["status"]))
    if stored.json.get("item") != made.get("item") and made.get("item"):
        edits.append(put("item", made["item"]))
    return amend("response", stored, because, *edits)


def judged(content: Content, response: Json, instrument: Json, other: Json | None) -> Judgment:
    """What the answers say; `other` is the Questionnaire they were given to, where that is not ours."""
    return scoring.judge(content, instrument, response, foreign(response, instrument, other))


def foreign(response: Json, instrument: Json, other: Json | None) -> Json | None:
    """The Questionnaire the answers were given to, where that is not ours."""
    return None if canonical(response).partition("|")[0] == instrument["url"] else other


def dangers_in_words(response: Json, occasion: Occasion) -> tuple[str, ...]:
    """What the answers alone ask for at once, whatever a server says."""
    other = contained(response)
    instrument = scoring.recognize(occasion.content, canonical(response), other, response)
    if instrument is None:
        return ()
    return safety.instructions(occasion, judged(occasion.content, response, instrument, other).dangers)
