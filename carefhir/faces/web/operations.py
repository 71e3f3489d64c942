"""Steps and readings over HTTP, from the catalog alone: FHIR operations with Parameters, and the same as plain JSON.

The patient of the address is the only one: a body that names another is refused, and so is a token for another. A rule
about care is in none of these lines; what protects a patient is said in every answer, a refusal of ours included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from carefhir import catalog
from carefhir.engine import runner
from carefhir.engine.results import plain
from carefhir.engine.step import AnyReading, AnyStep, Command, Step
from carefhir.errors import BadInput, ServerUnfit, ServerUnreachable
from carefhir.faces import fields
from carefhir.faces.async_care import AsyncCare
from carefhir.faces.web import parameters
from carefhir.faces.web.bearer import Bearers, Caller, token_of
from carefhir.faces.web.companion import Companion
from carefhir.faces.web.monitoring import Monitoring
from carefhir.faces.web.rate_limits import RateLimits
from carefhir.faces.web.score import scored
from carefhir.faces.web.settings import EhrSettings
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.changes import strings_in
from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.workflows.care_planning.plan_choices import ChoicesForPlan
from carefhir.workflows.case_management.authorization_request import Submission
from carefhir.workflows.looking.check_in_questions import Questions
from carefhir.workflows.looking.compare_assessments import ComparedAssessments
from carefhir.workflows.looking.list_rows import List
from carefhir.workflows.looking.overview import Picture
from carefhir.workflows.looking.plan_progress import ShownProgress
from carefhir.workflows.looking.pre_fill import Prefilled
from carefhir.workflows.looking.stratify import Stratified
from carefhir.workflows.looking.time_statement import MonthOfTime
from carefhir.workflows.whole_picture.packet_sheet import PacketSheet
from carefhir.workflows.whole_picture.plan_sheet import PlanSheet
from carefhir.workflows.whole_picture.sign_off_summary import PlanSummary
from carefhir.workflows.whole_picture.timeline import Timeline

IS_THERE: Mapping[type, str] = {
    Picture: "found",
    List: "known",
    Questions: "on_record",
    Stratified: "there",
    MonthOfTime: "there",
    PlanSheet: "on_record",
    ChoicesForPlan: "on_record",
    ShownProgress: "on_record",
    ComparedAssessments: "on_record",
    Prefilled: "on_record",
    Submission: "on_record",
    PlanSummary: "on_record",
    PacketSheet: "on_record",
    Timeline: "on_record",
}
"""Where each reading says whether whom it is about is on the server: an empty page would say that all is well."""

SEEN_WITHIN = timedelta(minutes=15)
"""How old a preview may be that is carried out for its moment: long enough to read it, too short to backdate an act."""

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_patient = re.compile(r"(?:\S*/)?Patient/([A-Za-z0-9\-.]{1,64})(?:/_history/\S+)?")


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read off HTTP."""

    fhir: bool
    """Whether in FHIR's words, or in plain JSON."""
    authorization: str
    body: bytes = b""
    query: tuple[tuple[str, str], ...] = ()
    expect: str = ""
    moment: str = ""
    address: str = ""
    """The client's IP address; "" where nobody can tell."""
    caller: Caller | None = None
    """Who calls, where that is known already: in a session of a launch."""


class Ehr:
    """One EHR at work: its client, whose tokens are taken, and what may be asked."""

    def __init__(
        self,
        settings: EhrSettings,
        care: AsyncCare,
        bearers: Bearers,
        *,
        limits: RateLimits,
        monitoring: Monitoring,
    ) -> None:
        self.settings = settings
        self.care = care
        self.companion = Companion(settings.companion, settings, care) if settings.companion is not None else None
        self._bearers = bearers
        self._limits = limits
        self._monitoring = monitoring

    async def step(self, name: str, patient_id: str, call: Call) -> object:
        """Previews a step or carries it out. Raises `Denied`, and what `AsyncCare.run` raises."""
        caller = await self._caller(call)
        step = _entry(name, patient=patient_id)
        if not isinstance(step, Step):
            raise Denied("wrong-method", f"{name} only reads: use GET", headers={"Allow": method_of(name)})
        values = _body(call, step.command)
        asked = values.pop("preview", None)
        preview = _flag([value for key, value in call.query if key == "preview"], asked)
        other = dict(call.query).keys() - {"preview"}
        if other:
            raise BadInput("the address: its query holds something else than preview; give fields in the body")
        command = _command(step, values, patient_id)
        occasion = self.care.occasion()
        with runner.hearing(step, command, occasion):
            caller = await self._known(caller, call)
            _confined(caller, patient_id, values)
            self._granted(caller, step, only="rs" if preview else "cruds")
            if not caller.acting:
                raise Denied(
                    "not-granted",
                    "the token names nobody who acts: ask for openid and fhirUser, and sign in as a Practitioner of "
                    "this FHIR server",
                )
            care = self._care(caller, _moment(call, occasion.now))
            await self._counted(caller)
        with self._monitoring.step(self.settings.alias, name), self._in_words():
            if preview:
                return await care.preview(command)
            return await care.run(command, expect=call.expect or None)

    async def reading(self, name: str, patient_id: str, call: Call) -> object:
        """What a reading shows. Raises `Denied`, and what `AsyncCare.show` raises."""
        caller = await self._caller(call)
        reading = _entry(name, patient=patient_id)
        if isinstance(reading, Step):
            raise Denied("wrong-method", f"{name} is a step: use POST", headers={"Allow": method_of(name)})
        values: dict[str, Any] = {}
        for key, value in call.query:
            field = reading.command.model_fields.get(key)
            if field is not None and parameters.shape_of(field.annotation).many:
                values.setdefault(key, []).append(value)
            elif key in values:
                raise BadInput("the address: a field stands there twice that takes one value")
            else:
                values[key] = value
        command = _command(reading, values, patient_id)
        caller = await self._known(caller, call)
        _confined(caller, patient_id, values)
        self._granted(caller, reading)
        if not patient_id and not caller.acting:
            raise Denied("not-granted", f"{name} is of whoever acts, and the token names nobody who does (fhirUser)")
        await self._counted(caller)
        with self._monitoring.step(self.settings.alias, name), self._in_words():
            shown: Any = await self._care(caller).show(command)
        if not getattr(shown, IS_THERE[type(shown)]):
            raise Denied("absent", "whom or what this is about is not on the FHIR server, or not visible to us")
        return shown

    async def score(self, call: Call) -> object:
        """Scores answers: any caller may, since nothing is read from the FHIR server and nothing written; and as often
        as they like, since what endangers somebody must be said."""
        caller = await self._caller(call)
        document = _decoded(call)
        if call.fhir and document.get("resourceType") == "Parameters":
            document = parameters.values_of(document, ScoreFields)
        response = document.get("response", document)
        result = scored(self.care.occasion(), response)
        if caller.patient and _others(response, caller.patient.partition("/")[2]):
            raise _for_another()
        return result

    async def _caller(self, call: Call) -> Caller:
        if call.caller is not None:
            return call.caller
        await self._limits.look_at_address(self.settings.alias, call.address)
        try:
            return await self._bearers.caller(token_of(call.authorization))
        except Denied as denied:
            if denied.kind == "not-signed-in":
                await self._limits.sign_in_failed(self.settings.alias, call.address)
            raise

    async def _known(self, caller: Caller, call: Call) -> Caller:
        """A caller as the FHIR server knows them that is written; in a session they are known already."""
        if self.companion is None or call.caller is not None:
            return caller
        return await self.companion.known(caller)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Says which of two servers it is that does not answer."""
        try:
            yield
        except (ServerUnreachable, ServerUnfit) as error:
            if self.companion is None or not self.care._does_not_answer():
                raise
            raise self.companion.away(error) from error

    async def _counted(self, caller: Caller) -> None:
        """Raises `Denied` where it is one request too many of this caller."""
        await self._limits.take_caller(self.settings.alias, caller.subject or caller.acting or caller.token)

    def _granted(self, caller: Caller, entry: AnyStep | AnyReading, *, only: str = "cruds") -> None:
        """Raises `Denied` naming the scopes that are missing, of those letters that the request comes to use."""
        asked = catalog.asked_of(entry)
        asked = {type_: "".join(letter for letter in letters if letter in only) for type_, letters in asked.items()}
        if lacks := caller.lacking(asked, shown=not isinstance(entry, Step)):
            raise Denied("not-granted", f"{entry.name} needs more scopes than the token has: {' '.join(lacks)}")
        if lacks := caller.lacking_of_ours(asked):
            raise Denied("not-granted", f"{entry.name} needs more than the companion grants: {' '.join(lacks)}")

    def _care(self, caller: Caller, now: datetime | None = None) -> AsyncCare:
        if self.companion is not None:
            return self.companion.care_for(caller, now)
        token = caller.bearer if self.settings.passes_token_on and caller.token else ""
        return self.care.on_behalf_of(caller.acting, token=token, now=now)


class ScoreFields(BaseModel):
    """What `$score` is given."""

    response: dict[str, Any]


def method_of(name: str) -> str:
    """With which methods a step or reading is asked for, as the header `Allow` has it (RFC 9110, section 10.2.1)."""
    return "POST" if any(step.name == name for step in catalog.STEPS) else "GET, HEAD"


def _entry(name: str, *, patient: str) -> AnyStep | AnyReading:
    """A step or reading by its name, of a patient or of nobody. Raises `Denied` for what is not there."""
    entry = next((each for each in catalog.ENTRIES if each.name == name), None)
    if entry is None or parameters.is_patients(entry.command) != bool(patient):
        about = [each.name for each in catalog.ENTRIES if parameters.is_patients(each.command) == bool(patient)]
        raise Denied("unknown", f"there is no such step here; there are: {', '.join(about)}")
    if patient and not ID.fullmatch(patient):
        raise Denied("unknown", "the patient of the address is not an id of FHIR")
    return entry


def _command(entry: AnyStep | AnyReading, values: Mapping[str, Any], patient_id: str) -> Any:
    """The command. Raises `BadInput`, naming fields and never their values."""
    given = dict(values)
    if patient_id:
        named = given.get("patient", patient_id)
        if named not in (patient_id, f"Patient/{patient_id}"):
            raise _for_another()
        given["patient"] = f"Patient/{patient_id}"
    command: Command = fields.command(entry.command, given, how=parameters.how_given, whole="the body")
    return command


def _body(call: Call, command: type[Command]) -> dict[str, Any]:
    document = _decoded(call)
    if not call.fhir:
        return document
    return parameters.values_of(document, command)


def _decoded(call: Call) -> Json:
    """The body as a JSON object; none at all is an empty one."""
    if not call.body.strip():
        return {"resourceType": "Parameters"} if call.fhir else {}
    try:
        document = decode(call.body)
    except NotJson:
        raise BadInput("the body: it is not JSON") from None
    if not isinstance(document, dict):
        raise BadInput("the body: a JSON object was expected")
    return document


def _flag(query: list[str], given: Any) -> bool:
    """Whether only a preview is asked for, in the address or in the body. Anything unclear is refused: it must never
    come to a write that nobody wanted."""
    flags = {*query, *([] if given is None else ["true" if given is True else "false" if given is False else "?"])}
    if not flags <= {"true", "false"} or len(flags) > 1:
        raise BadInput("preview: expected true or false, once")
    return flags == {"true"}


def _confined(caller: Caller, patient_id: str, values: Mapping[str, Any]) -> None:
    """Nobody but the patient of the address, and that one only where the token is for them or for nobody in
    particular."""
    if caller.patient and caller.patient != f"Patient/{patient_id}":
        raise Denied("not-granted", "the token is for another patient than the address, or this is about several")
    if patient_id and _others(values, patient_id):
        raise _for_another()


def _for_another() -> Denied:
    return Denied("not-granted", "the body names another patient than the address: check whose it is")


def _others(values: Any, patient_id: str) -> bool:
    """Whether anything in it is a reference to another patient."""
    matches = (_patient.fullmatch(text.strip()) for text in strings_in(dict(values)))
    return any(match is not None and match[1] != patient_id for match in matches)


def _moment(call: Call, clock: datetime) -> datetime | None:
    """The moment of the preview that is carried out."""
    if not call.moment:
        return None
    if not call.expect:
        raise BadInput("Carefhir-Now: only together with Carefhir-Expect, the sha-256 of the preview of that moment")
    try:
        moment = datetime.fromisoformat(call.moment)
    except ValueError:
        raise BadInput("Carefhir-Now: expected the moment that the preview names (now)") from None
    if moment.tzinfo is None:
        raise BadInput("Carefhir-Now: expected the moment that the preview names, with its offset")
    if abs(moment.astimezone(UTC) - clock.astimezone(UTC)) > SEEN_WITHIN:
        raise BadInput("Carefhir-Now: the preview is older than 15 minutes: look at a new one")
    return moment


def told(result: object, prefer: str) -> dict[str, Any]:
    """A result in plain words; with `return=minimal` only what became of it and what a person must be told: that is
    never left out."""
    document = plain(result)
    if prefer == "minimal" and "told" in document:
        wanted = ("outcome", "step", "receipt", "why", "told", "notes", "sha256", "incomplete")
        return {name: document[name] for name in wanted if name in document}
    return document
