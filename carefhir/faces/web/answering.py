"""Results and errors as HTTP answers, in FHIR's words or in plain JSON, by the one table of statuses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from carefhir.engine.results import Conflict, Done, Partial, Preview, Refused
from carefhir.errors import CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.monitoring import RECORD
from carefhir.faces.web.operations import told
from carefhir.faces.web.parameters import parameters
from carefhir.faces.web.statuses import TABLE, Denied
from carefhir.fhir.codec import Json, encode

FHIR, JSON = "application/fhir+json", "application/json"
RETRY_AFTER = "5"
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a caller wants to be answered."""

    fhir: bool
    prefer: str = ""
    """`minimal`, `representation`, `OperationOutcome` or "" ."""
    writes: bool = False
    """Whether the request could have written something."""
    headers: dict[str, str] = field(default_factory=dict)


def preferred(header: str) -> str:
    """What a `Prefer` header wants returned; what is not known is not heeded (RFC 7240)."""
    match = re.search(r"\breturn=(minimal|representation|OperationOutcome)\b", header)
    return match[1] if match else ""


class CountedAnswer(Response):
    """An answer that is counted under its line in the table."""

    def __init__(self, content: bytes, *, status: int, headers: dict[str, str], media: str, kind: str) -> None:
        super().__init__(content, status, headers, media)
        self.kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it."""
        if RECORD in scope:
            scope[RECORD].outcome = self.kind
        await super().__call__(scope, receive, send)


def answer(status: int, document: Json, spoken: Spoken, kind: str) -> Response:
    """A JSON answer; `kind` is its line in the table."""
    media = FHIR if spoken.fhir else JSON
    headers = dict(spoken.headers)
    if kind == "not-signed-in":
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER
    return CountedAnswer(encode(document), status=status, headers=headers, media=media, kind=kind)


def of_result(result: object, spoken: Spoken) -> Response:
    """What became of a step, or what a reading shows."""
    kind = statuses.kind_of_result(result)
    if isinstance(result, Refused) and result.to_fill_in and not spoken.writes:
        kind = "preview"  # looking at what is to be answered is no refusal
    status = TABLE[kind].status
    document = told(result, spoken.prefer)
    sent = statuses.said_of_result(result)
    if not spoken.fhir:
        return answer(status, {**document, "sent": sent}, spoken, kind)
    if status >= 400 or spoken.prefer == "OperationOutcome":
        return answer(status, _outcome(kind, result, document, sent), spoken, kind)
    return answer(status, parameters({**document, "sent": sent}), spoken, kind)


def _outcome(kind: str, result: object, document: Json, sent: str) -> Json:
    messages = messages_of(result) or (TABLE[kind].meaning,)
    briefing: Any = getattr(result, "told", None)
    return statuses.outcome(
        kind,
        messages,
        sent=sent,
        instructions=briefing.instructions if briefing else document.get("instructions", ()),
        warnings=(*(briefing.warnings if briefing else document.get("not_scored", ())), *document.get("notes", ())),
    )


def messages_of(result: object) -> tuple[str, ...]:
    """What is said of a result; of a refusal every reason, and what was written all the same."""
    if isinstance(result, Refused):
        kept = result.kept.written if result.kept else ()
        return (*result.why, *(f"written all the same: {line.reference or line.type}" for line in kept))
    if isinstance(result, Conflict):
        return (result.why, *(f"written: {line.reference or line.type}" for line in result.written))
    if isinstance(result, Partial):
        written = (f"written: {line.reference or line.type}" for line in result.written)
        return (result.why, *written, *(f"not written: {line.type}" for line in result.unwritten))
    if isinstance(result, Preview):
        return result.incomplete or result.told.says
    if isinstance(result, Done):
        return (*result.told.says, f"{result.step} is done, by {result.by}: {result.receipt}")
    return ()


def of_error(error: CarefhirError, spoken: Spoken) -> Response:
    """Why a request came to nothing, and what a person must do now all the same."""
    kind = statuses.kind_of_error(error)
    if isinstance(error, Denied):
        spoken = replace(spoken, headers={**spoken.headers, **error.headers})
    return problem(kind, error.message, spoken, error.instructions)


def problem(kind: str, message: str, spoken: Spoken, instructions: tuple[str, ...] = ()) -> Response:
    """An error, by its line in the table."""
    line = TABLE[kind]
    sent = statuses.said_of_error(kind, writes=spoken.writes)
    if spoken.fhir:
        return answer(
            line.status, statuses.outcome(kind, (message,), sent=sent, instructions=instructions), spoken, kind
        )
    document = {
        "outcome": "error",
        "code": line.code,
        "message": message,
        "instructions": list(instructions),
        "sent": sent,
    }
    return answer(line.status, document, spoken, kind)
