"""Refusals are OperationOutcomes: http://hl7.org/fhir/R4/operationoutcome.html"""

from __future__ import annotations

import pytest

from .client import Server, issue


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("GET", "Nonsense", None, 404),
        ("GET", "Nonsense/1", None, 404),
        ("POST", "Nonsense", {"resourceType": "Nonsense"}, 404),
        ("POST", "Patient", '{"resourceType":', 400),
        ("POST", "Patient", "[]", 400),
        ("POST", "Patient", "", 400),
        ("PUT", "Patient/x", "{", 400),
        ("POST", "", "{", 400),
    ],
)
def test_refused(server: Server, method: str, target: str, body: object, status: int) -> None:
    reply = server.call(method, target, body)
    assert reply.status == status
    assert "fhir+json" in reply.headers["Content-Type"]
    found = issue(reply)
    assert found["severity"] == "error"
    assert found["code"]
    assert found["diagnostics"]
