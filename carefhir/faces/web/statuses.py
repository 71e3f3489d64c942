"""One table: what became of a request -> its HTTP status, and what is said of what was sent.

Nothing here holds patient data: errors name elements and references, never values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from carefhir.engine.results import Conflict, Done, Partial, Preview, Refused
from carefhir.errors import BadInput, CarefhirError, ContentError, NotAmendable, ServerUnfit, ServerUnreachable
from carefhir.fhir.codec import Json

NOT_SENT = "nothing was sent to the FHIR server"
NOT_WRITTEN = "nothing was written"
MAYBE_WRITTEN = "something may have been written: send the same again, nothing is written twice"
NOT_KNOWN_WRITTEN = "nothing is known to be written: send the same again to be sure, nothing is written twice"
WRITTEN = "what is listed is written"
REST_LACKS = "part of it is written: send the same again, it writes the rest and nothing twice"
PROTECTED = "what protects the patient is written"
READ_ONLY = "nothing is ever written by this"


@dataclass(frozen=True, slots=True)
class HttpStatus:
    """One line of the table."""

    status: int
    code: str
    """A FHIR issue type (http://hl7.org/fhir/issue-type)."""
    meaning: str
    sent: str
    """What is said of what was sent or written."""


TABLE: dict[str, HttpStatus] = {
    "done": HttpStatus(200, "informational", "the step is done, now or by an earlier run", WRITTEN),
    "preview": HttpStatus(200, "informational", "what the step would write", NOT_WRITTEN),
    "read": HttpStatus(200, "informational", "what is on record, and what could not be seen", READ_ONLY),
    "bad-input": HttpStatus(400, "invalid", "a field, a header or the body cannot be understood", NOT_SENT),
    "not-signed-in": HttpStatus(401, "login", "no token, or one that does not hold", NOT_SENT),
    "not-granted": HttpStatus(
        403, "forbidden", "the token lacks scopes, a person who acts, or is for another patient", NOT_SENT
    ),
    "unknown": HttpStatus(404, "not-found", "there is no such EHR, step or address", NOT_SENT),
    "absent": HttpStatus(
        404, "not-found", "whom or what it is about is not on the FHIR server, or not visible", READ_ONLY
    ),
    "wrong-method": HttpStatus(405, "not-supported", "a step is posted, a reading is got", NOT_SENT),
    "conflict": HttpStatus(
        409, "conflict", "somebody else changed what the step relied on, or did it otherwise", NOT_WRITTEN
    ),
    "lacks-data": HttpStatus(
        412, "incomplete", "a hook was called without what it needs, and that cannot be fetched", READ_ONLY
    ),
    "too-large": HttpStatus(413, "too-long", "the body is larger than the service takes", NOT_SENT),
    "not-json": HttpStatus(415, "not-supported", "the body is not JSON", NOT_SENT),
    "refused": HttpStatus(422, "business-rule", "a rule said no; each reason says what to do", NOT_WRITTEN),
    "not-amendable": HttpStatus(422, "business-rule", "a record must not be written back", NOT_WRITTEN),
    "rate-limited": HttpStatus(429, "throttled", "too many requests in a short time; Retry-After says when", NOT_SENT),
    "unexpected": HttpStatus(500, "exception", "a fault of the service", MAYBE_WRITTEN),
    "content": HttpStatus(500, "business-rule", "the clinical content of the site cannot be used", NOT_WRITTEN),
    "partly-written": HttpStatus(502, "incomplete", "the FHIR server took a part", REST_LACKS),
    "unfit": HttpStatus(
        502, "not-supported", "the FHIR server answered, not as one that can do this", NOT_KNOWN_WRITTEN
    ),
    "unreachable": HttpStatus(
        503,
        "transient",
        "the FHIR server, whoever checks the token, or what keeps sessions cannot be reached",
        NOT_KNOWN_WRITTEN,
    ),
    "no-answer": HttpStatus(504, "timeout", "the FHIR server did not answer in time", MAYBE_WRITTEN),
}
"""Every status that the service answers with; OpenAPI and docs/service.md are made from it."""


class Denied(CarefhirError):
    """A request that never became a step: not signed in, not granted, not found, too large, one too many."""

    code = "forbidden"

    def __init__(self, kind: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        """`headers` go with the answer: when the same request may be taken, or with which method."""
        super().__init__(message)
        self.kind = kind
        self.headers = dict(headers or {})


def kind_of_error(error: CarefhirError) -> str:
    """Its line in the table."""
    if isinstance(error, Denied):
        return error.kind
    if isinstance(error, ServerUnreachable):
        return "no-answer" if error.sent else "unreachable"
    kinds: tuple[tuple[type[CarefhirError], str], ...] = (
        (BadInput, "bad-input"),
        (ContentError, "content"),
        (ServerUnfit, "unfit"),
        (NotAmendable, "not-amendable"),
    )
    return next((kind for type_, kind in kinds if isinstance(error, type_)), "unexpected")


def kind_of_result(result: object) -> str:
    """Its line in the table. A preview of what would be refused is no success, and looking at what is to be answered is
    no refusal (as on the command line)."""
    if isinstance(result, Preview):
        return "refused" if result.incomplete else "preview"
    kinds: dict[type, str] = {Done: "done", Refused: "refused", Conflict: "conflict", Partial: "partly-written"}
    return kinds.get(type(result), "read")


def said_of_error(kind: str, *, writes: bool) -> str:
    """What is said of what was sent. `writes` is whether the request could write at all."""
    sent = TABLE[kind].sent
    return NOT_WRITTEN if sent in (MAYBE_WRITTEN, NOT_KNOWN_WRITTEN) and not writes else sent


def said_of_result(result: object) -> str:
    """What is said of what was written."""
    if isinstance(result, Refused) and result.kept is not None:
        return PROTECTED
    if isinstance(result, Conflict) and result.written:
        return WRITTEN
    if isinstance(result, Partial) and result.uncertain:
        return MAYBE_WRITTEN
    return TABLE[kind_of_result(result)].sent


def outcome(
    kind: str, messages: Iterable[str], *, sent: str, instructions: Iterable[str] = (), warnings: Iterable[str] = ()
) -> Json:
    """An OperationOutcome: what a person must do now comes first, then why, then what was sent."""
    line = TABLE[kind]
    fine = line.status < 400
    severity = "information" if fine else "error"
    issues = [
        *(_issue("warning", "informational", text) for text in instructions),
        *(_issue(severity, line.code, text) for text in messages),
        *(_issue("warning", "incomplete", text) for text in warnings),
        _issue("information", "informational", sent),
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(severity: str, code: str, text: str) -> dict[str, Any]:
    return {"severity": severity, "code": code, "details": {"text": text}}
