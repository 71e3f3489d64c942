"""reference parameters: http://hl7.org/fhir/R4/search.html#reference"""

from __future__ import annotations

import pytest

from . import ledger
from .client import SYSTEM, Server
from .conftest import Shelf


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("patient={id}", "abcdefg"),
        ("patient=Patient/{id}", "abcdefg"),
        ("subject={id}", "abcdefg"),
        ("subject:Patient={id}", "abcdefg"),
        ("subject:Group={id}", ""),
        ("patient=Patient/nobody-has-this-id", ""),
        ("patient:missing=true", ""),
    ],
)
def test_finds(shelf: Shelf, criterion: str, found: str) -> None:
    assert "".join(sorted(shelf.found(criterion.format(id=shelf.patient)))) == found


def test_by_the_identifier_in_the_reference(server: Server) -> None:
    ledger.expect("reference-identifier", server, server.get(f"Observation?patient:identifier={SYSTEM}|x").status)


def test_through_a_reference(server: Server) -> None:
    ledger.expect("chained-search", server, server.get("Observation?patient.gender=female").status)
