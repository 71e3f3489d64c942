"""Validates FHIR resources with the HL7 validator of ``tests/validator``, many in one run of the JVM.

A run costs some ten seconds before its first answer, then milliseconds a resource: collect first, validate once.
Codes of systems that nobody ships here (LOINC, SNOMED CT, RxNorm) are not checked; everything else is.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.maven import build, java
from tests.support.process import ROOT, Unavailable, last_lines

__all__ = ["DEFINITIONS", "Issue", "Report", "Unavailable", "built", "validate"]

DEFINITIONS = ROOT / "profiles" / "definitions"
ERRORS = frozenset({"error", "fatal"})
JVM_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g")


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark of the validator."""

    severity: str
    location: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity} at {self.location or '?'}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """What the validator says of one resource."""

    resource_type: str
    id: str
    issues: tuple[Issue, ...]

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that make the resource invalid; warnings and information don't."""
        return tuple(issue for issue in self.issues if issue.severity in ERRORS)


def built() -> Path:
    """Return the validator's jar, built first when its sources have changed."""
    return build("validator", ROOT / "tests" / "validator") / "validator.jar"


def validate(
    resources: Iterable[Mapping[str, Any]],
    definitions: Sequence[Path] = (DEFINITIONS,),
    packages: Sequence[Path] = (),
) -> list[Report]:
    """Validate resources against base R4 and the profiles they claim; one report for each, in their order.

    ``definitions`` are folders or files of JSON, ``packages`` implementation guides as ``.tgz``, loaded before them so
    that a file can mend what a package lacks.
    """
    lines = [json.dumps(resource, default=_plain_number) for resource in resources]
    if not lines:
        return []
    command = [java(), *JVM_OPTIONS, "-jar", str(built())]
    for option, places in (("--us-core", packages), ("--definitions", definitions)):
        for place in places:
            command += [option, str(place)]
    done = subprocess.run(
        [*command, "--stdin"], input="\n".join(lines), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode not in (0, 1):
        raise Unavailable(f"the validator ended with {done.returncode}:\n{last_lines(done.stderr)}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(lines) + 1:
        raise Unavailable(f"the validator answered {len(answers) - 1} of {len(lines)}:\n{last_lines(done.stderr)}")
    return [_report(answer) for answer in answers[:-1]]


def _report(answer: dict[str, Any]) -> Report:
    issues = (
        Issue(issue["severity"] or "", issue["location"] or "", issue["message"] or "") for issue in answer["issues"]
    )
    return Report(answer["resourceType"], answer["id"], tuple(issues))


def _plain_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
