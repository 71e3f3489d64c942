"""Failures as OperationOutcomes: a code, and diagnostics that name element and position but never a value.

Codes are from http://hl7.org/fhir/R4/valueset-issue-type.html. Contents stay out because a log that holds them is a
leak of patient data.
"""

from __future__ import annotations

from typing import Any


class RequestRefused(Exception):
    """A request refused: HTTP status, issue code, a sentence, and the FHIRPath of the place."""

    def __init__(
        self, status: int, code: str, diagnostics: str, expression: str | None = None, severity: str = "error"
    ) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.code = code
        self.diagnostics = diagnostics
        self.expression = expression
        self.severity = severity

    def at(self, place: str) -> RequestRefused:
        """The same refusal, named as belonging to one entry of a Bundle."""
        inner = f"{place}.resource{_tail(self.expression)}" if self.expression else place
        return RequestRefused(self.status, self.code, f"{place}: {self.diagnostics}", inner, self.severity)

    def resource(self) -> dict[str, Any]:
        """The OperationOutcome."""
        return outcome(self.severity, self.code, self.diagnostics, self.expression)


def outcome(severity: str, code: str, diagnostics: str, expression: str | None = None) -> dict[str, Any]:
    """One OperationOutcome with one issue."""
    issue: dict[str, Any] = {"severity": severity, "code": code, "diagnostics": diagnostics}
    if expression:
        issue["expression"] = [expression]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _tail(expression: str | None) -> str:
    """`Task.for.reference` -> `.for.reference`: inside a Bundle the type's name is not repeated."""
    _, dot, rest = (expression or "").partition(".")
    return dot + rest


def unknown_type(name: str) -> RequestRefused:
    """No such resource type here; what was asked for is named only when it looks like a type's name."""
    shown = f' "{name}"' if name.isalpha() and len(name) < 40 else ""
    return RequestRefused(404, "not-supported", f"Unknown resource type{shown}.")


def missing(key: str) -> RequestRefused:
    """Nothing was ever stored under this id."""
    return RequestRefused(404, "not-found", f"{key} is not known.")


def gone(key: str) -> RequestRefused:
    """It was here and has been deleted."""
    return RequestRefused(410, "deleted", f"{key} has been deleted.")
