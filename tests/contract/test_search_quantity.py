"""quantity parameters: http://hl7.org/fhir/R4/search.html#quantity  (a: 5.4 mg, b: 5.44 mg, g: -1 g)"""

from __future__ import annotations

import pytest

from . import ledger
from .client import Server
from .conftest import Shelf

UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        (f"value-quantity=5.40|{UCUM}|mg", "a"),
        (f"value-quantity=5.40|{UCUM}|g", ""),
        ("value-quantity=5.40||mg", "a"),
        ("value-quantity=gt5.4", "b"),
        ("value-quantity=ge5.4", "ab"),
        ("value-quantity=lt5.4", "g"),
        ("value-quantity=le5.44", "abg"),
        ("value-quantity=-1", "g"),
        ("value-quantity:missing=true", "cdef"),
    ],
)
def test_finds(shelf: Shelf, criterion: str, found: str) -> None:
    assert "".join(sorted(shelf.found(criterion))) == found


def test_fewer_digits_mean_a_wider_range(server: Server, shelf: Shelf) -> None:
    names = {"a": "5.4", "b": "5.44"}
    found = " ".join(names[each] for each in sorted(shelf.found("value-quantity=5.4")))
    ledger.expect("quantity-precision", server, found)
