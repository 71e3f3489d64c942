"""Reads and makes OperationOutcomes.

Takes from one only what cannot contain patient data: issue codes, paths, and of its words those that can be about
nobody (`scrubbing`). The rest never reaches a log or an exception.
"""

from __future__ import annotations

from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.fhir.record import dig, first_text
from carefhir.fhir.scrubbing import scrubbed
from carefhir.fhir.wire import Failure, Response


def issue_codes(body: bytes) -> tuple[str, ...]:
    """The issue codes of an OperationOutcome; empty if the body is something else."""
    try:
        document = decode(body)
    except NotJson:
        return ()
    if not isinstance(document, dict) or document.get("resourceType") != "OperationOutcome":
        return ()
    return tuple(code for code in dig(document, "issue.code") if isinstance(code, str))


def said_by_the_server(body: bytes) -> str:
    """What the first error of an OperationOutcome says, scrubbed; "" where nothing can be shown."""
    try:
        document = decode(body)
    except NotJson:
        return ""
    issues = [issue for issue in dig(document, "issue") if isinstance(issue, dict)]
    errors = [issue for issue in issues if issue.get("severity") in ("error", "fatal")] or issues
    texts = (first_text(issue, path) for issue in errors[:1] for path in ("diagnostics", "details.text"))
    return next((short for text in texts if text and (short := scrubbed(text))), "")


def in_words(answer: Response | Failure) -> str:
    """One clause that says what came back and is safe to print: status, issue codes, what can be shown of the server's
    own words, kind of body."""
    if isinstance(answer, Failure):
        if answer.kind == "not signed in":
            return answer.detail
        words = {
            "unreachable": "could not be reached",
            "timeout": "gave no answer in time",
            "broken": "broke off its answer",
            "too-large": "answered more than the size cap allows",
            "token renewed": "refused the token, which has been renewed",
        }[answer.kind]
        return f"the server {words}"
    codes = issue_codes(answer.body)
    if codes:
        own_words = said_by_the_server(answer.body)
        own_words = f', saying "{own_words}"' if own_words else ""
        return f"the server answered {answer.status} ({', '.join(dict.fromkeys(codes))}){own_words}"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status == 401:
        detail = " (a token is missing, has ended, or is not one for this server)"
    elif not answer.body:
        detail = " with an empty body"
        if answer.status == 403:
            detail += " (on some servers that means: this API is not granted to this client)"
    elif "html" in kind:
        detail = " with a web page, not FHIR (a login page or a proxy, perhaps)"
    else:
        detail = ""
    return f"the server answered {answer.status}{detail}"


def outcome(code: str, text: str, *, severity: str = "error", expression: tuple[str, ...] = ()) -> Json:
    """An OperationOutcome with one issue."""
    issue: Json = {"severity": severity, "code": code, "details": {"text": text}}
    if expression:
        issue["expression"] = list(expression)
    return {"resourceType": "OperationOutcome", "issue": [issue]}
