"""What an index holds."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from carefhir.sandbox.values import (
    BEGINNING,
    END,
    Amount,
    Link,
    Range,
    ReferencedIdentifier,
    Text,
    Token,
    day_range,
    extract,
    fold,
)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # years to microseconds


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026", at(2026, 1, 1), at(2027, 1, 1)),
        ("2026-12", at(2026, 12, 1), at(2027, 1, 1)),
        ("2026-02-28", at(2026, 2, 28), at(2026, 3, 1)),
        ("2026-02-28T10:30", at(2026, 2, 28, 10, 30), at(2026, 2, 28, 10, 31)),
        ("2026-02-28T10:30:15Z", at(2026, 2, 28, 10, 30, 15), at(2026, 2, 28, 10, 30, 16)),
        ("2026-02-28T10:30:15.5Z", at(2026, 2, 28, 10, 30, 15, 500000), at(2026, 2, 28, 10, 30, 15, 600000)),
        ("2026-02-28T23:30:00-05:00", at(2026, 3, 1, 4, 30), at(2026, 3, 1, 4, 30, 1)),
        ("9999", at(9999, 1, 1), END),
    ],
)
def test_a_date_is_a_range(text: str, low: datetime, high: datetime) -> None:
    assert day_range(text) == Range(low, high)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13", "2026-02-30", "26", "2026-1-1", "0000"])
def test_what_is_no_date(text: str) -> None:
    assert day_range(text) is None


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("token", "final", [Token(None, "final")]),
        ("token", True, [Token(None, "true")]),
        ("token", {"system": "s", "value": "v"}, [Token("s", "v")]),
        ("token", {"coding": [{"system": "s", "code": "c"}, {"code": "d"}]}, [Token("s", "c"), Token("", "d")]),
        ("token", {"text": "only words"}, []),
        ("token", 7, []),
        ("string", "Ångström", [Text("Ångström", "angstrom")]),
        ("string", {"family": "A", "given": ["B"], "use": "official"}, [Text("A", "a"), Text("B", "b")]),
        ("date", {"start": "2026"}, [Range(at(2026, 1, 1), END)]),
        ("date", {"end": "2026"}, [Range(BEGINNING, at(2027, 1, 1))]),
        ("date", {"event": ["2026"]}, [Range(at(2026, 1, 1), at(2027, 1, 1))]),
        ("date", {}, []),
        ("reference", {"reference": "Patient/1"}, [Link("Patient", "1")]),
        ("reference", {"reference": "Patient/1/_history/2"}, [Link("Patient", "1")]),
        ("reference", {"reference": "#inside"}, []),
        ("reference", {"identifier": {"system": "s", "value": "v"}}, [ReferencedIdentifier("s", "v")]),
        ("reference", "http://x|1", [Link("", "http://x"), Link("", "http://x|1")]),
        ("quantity", {"value": Decimal("1.50"), "code": "mg"}, [Amount(Decimal("1.50"), "", "mg", "")]),
        ("quantity", {"value": "1"}, []),
        ("number", 3, [Amount(Decimal(3), "", "", "")]),
        ("uri", "http://x", ["http://x"]),
        ("uri", 5, []),
    ],
)
def test_extract(kind: str, value: Any, found: list[Any]) -> None:
    assert list(extract(kind, value)) == found


def test_fold_takes_case_and_accents() -> None:
    assert fold("Béa ÅRHUS") == "bea arhus"
