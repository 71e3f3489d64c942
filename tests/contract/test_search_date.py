"""date parameters: http://hl7.org/fhir/R4/search.html#date

a: an instant on 1 March, b: 2 March, c: 3 to 10 March, d: from 5 March, e: until 1 February, f: 2026, g: none.
"""

from __future__ import annotations

import pytest

from . import ledger
from .client import Server
from .conftest import Shelf


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ("date=2026-03-01", "a"),
        ("date=2026-03", "abc"),
        ("date=2026", "abcf"),
        ("date=eq2026-03-02", "b"),
        ("date=ne2026-03-02", "acdef"),
        ("date=gt2026-03-02", "cdf"),
        ("date=ge2026-03-02", "bcdf"),
        ("date=lt2026-03-02", "aef"),
        ("date=le2026-03-02", "abef"),
        ("date=le2026-01-01", "ef"),
        ("date=sa2026-03-02", "cd"),
        ("date=eb2026-03-02", "ae"),
        ("date=eb2026-01-01", ""),
        ("date=gt2026", "d"),
        ("date=lt2026", "e"),
        ("date=gt2026-03", "df"),
        ("date=lt2026-03", "ef"),
        ("date=ge2027", "d"),
        ("date=ge2026-03-01&date=lt2026-03-03", "abf"),
        ("date=2026-03-01T10:00:00Z", "a"),
        ("date=2026-03-01T12:00:00%2B02:00", "a"),
        ("date=2026-03-01T10:00", "a"),
        ("date=gt2026-03-01T10:00:00Z", "bcdf"),
        ("date=ge2026-03-01T10:00:00Z", "abcdf"),
        ("date=lt2026-03-01T10:00:00Z", "ef"),
        ("date:missing=true", "g"),
        ("_lastUpdated=ge2020", "abcdefg"),
        ("_lastUpdated=lt2020", ""),
    ],
)
def test_finds(shelf: Shelf, criteria: str, found: str) -> None:
    assert "".join(sorted(shelf.found(criteria))) == found


@pytest.mark.parametrize(
    ("criterion", "found"), [("birthdate=1950", 1), ("birthdate=ge1950-02-03", 1), ("birthdate=lt1950-02-03", 0)]
)
def test_people(shelf: Shelf, criterion: str, found: int) -> None:
    assert shelf.people(criterion) == found


def test_at_or_after_and_at_or_before_a_month(server: Server, shelf: Shelf) -> None:
    for prefix in ("ge", "le"):
        found = "".join(sorted(shelf.found(f"date={prefix}2026-03")))
        ledger.expect(f"{prefix}-with-a-month", server, found)


def test_alternatives(server: Server) -> None:
    ledger.expect("dates-or", server, server.get("Observation?date=2026-03-01,2026-03-02").status)


def test_what_is_no_date_is_refused(server: Server) -> None:
    assert server.get("Patient?birthdate=yesterday").status == 400
