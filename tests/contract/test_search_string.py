"""string parameters: http://hl7.org/fhir/R4/search.html#string"""

from __future__ import annotations

import pytest

from . import ledger
from .client import Server
from .conftest import Shelf


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("family=Øster", 1),
        ("family=østergård", 1),
        ("family=gård", 0),
        ("name=bea", 1),
        ("given=an", 1),
        ("given:exact=Ann", 1),
        ("given:exact=ann", 0),
        ("given=Nobody", 0),
    ],
)
def test_people(shelf: Shelf, criterion: str, found: int) -> None:
    assert shelf.people(criterion) == found


@pytest.mark.parametrize(
    ("criterion", "found"),
    [("value-string=hello", "c"), ("value-string=world", ""), ("value-string:exact=Hello World", "c")],
)
def test_values(shelf: Shelf, criterion: str, found: str) -> None:
    assert shelf.found(criterion) == found


def test_contains(server: Server) -> None:
    ledger.expect("string-contains", server, server.get("Patient?family:contains=rgår").status)
