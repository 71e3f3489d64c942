"""What came back, in words that are safe to print: statuses and codes, never a server's own text (rule R9)."""

from __future__ import annotations

import json

import pytest

from carefhir.fhir.outcome import in_words, issue_codes, outcome
from carefhir.fhir.wire import Failure, Response

TELLING = {
    "resourceType": "OperationOutcome",
    "issue": [
        {"code": "processing", "diagnostics": "Patient Rosa Delgado 1951"},
        {"code": "processing"},
        {"code": "conflict", "details": {"text": "Rosa"}},
    ],
}


def test_issue_codes_of_an_outcome() -> None:
    assert issue_codes(json.dumps(TELLING).encode()) == ("processing", "processing", "conflict")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"resourceType":"Patient","issue":[{"code":"x"}]}', b'{"issue":7}']
)
def test_anything_else_has_no_issue_codes(body: bytes) -> None:
    assert issue_codes(body) == ()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response(409, {}, json.dumps(TELLING).encode()), "the server answered 409 (processing, conflict)"),
        (Response(500, {"content-type": "text/html; charset=utf-8"}, b"<p>Rosa</p>"), "a web page, not FHIR"),
        (Response(403), "this API is not granted"),
        (Response(204), "the server answered 204 with an empty body"),
        (Response(418, {"content-type": "text/plain"}, b"Rosa"), "the server answered 418"),
        (Failure("unreachable", False), "could not be reached"),
        (Failure("timeout", True), "gave no answer in time"),
        (Failure("broken", True, "Rosa"), "broke off its answer"),
        (Failure("too-large", True), "more than the size cap"),
    ],
)
def test_answers_in_words_hold_no_content(answer: Response | Failure, words: str) -> None:
    said = in_words(answer)
    assert words in said
    assert "Rosa" not in said


def test_an_outcome_of_ours() -> None:
    assert outcome("invalid", "no such field", expression=("Task.status",)) == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "invalid",
                "details": {"text": "no such field"},
                "expression": ["Task.status"],
            }
        ],
    }
    assert "expression" not in outcome("informational", "x", severity="information")["issue"][0]
