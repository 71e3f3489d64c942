"""token parameters: http://hl7.org/fhir/R4/search.html#token"""

from __future__ import annotations

import pytest

from . import ledger
from .client import CODES, SYSTEM, Server, key, patient
from .conftest import Shelf

STATUS = "http://hl7.org/fhir/observation-status"


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ("code=weight", "abcdeg"),
        (f"code={CODES}|weight", "abcdeg"),
        ("code=http://other.example|weight", ""),
        ("code=|bare", "f"),
        ("code=|weight", ""),
        (f"code={CODES}|", "abcdeg"),
        ("code=weight,bare", "abcdefg"),
        ("status=amended", "d"),
        ("status=AMENDED", ""),
        ("status=amended,final", "abcdefg"),
        (f"status={STATUS}|amended", "d"),
        ("status=http://other.example|amended", ""),
        ("status=|amended", ""),
        ("status:not=final", "d"),
        ("status:not=final&status:not=amended", ""),
        ("category:not=vital", "acdefg"),
        ("category:missing=true", "acdefg"),
        ("category:missing=false", "b"),
        ("status=final&status=amended", ""),
        ("status=final&code=bare", "f"),
        (f"identifier={SYSTEM}|a,{SYSTEM}|c", "ac"),
        (f"identifier={SYSTEM}|a&status=final", "a"),
    ],
)
def test_finds(shelf: Shelf, criteria: str, found: str) -> None:
    assert "".join(sorted(shelf.found(criteria))) == found


def test_by_id(shelf: Shelf) -> None:
    assert shelf.found(f"_id={shelf.ids['c']}") == "c"
    assert "".join(sorted(shelf.found(f"_id={shelf.ids['c']},{shelf.ids['a']}"))) == "ac"


@pytest.mark.parametrize("criterion", ["gender=female", "telecom=555", "phone=555", "active:missing=true"])
def test_people(shelf: Shelf, criterion: str) -> None:
    assert shelf.people(criterion) == 1


def test_by_tag(server: Server) -> None:
    tag = key()
    id_ = server.made(patient(key(), meta={"tag": [{"system": SYSTEM, "code": tag}]}))
    assert server.get(f"Patient?_tag={SYSTEM}|{tag}").ids == [id_]
    assert server.get(f"Patient?_tag={SYSTEM}|{key()}").ids == []


def test_by_security_label(server: Server) -> None:
    label = key()
    id_ = server.made(patient(key(), meta={"security": [{"system": SYSTEM, "code": label}]}))
    assert server.get(f"Patient?_security={SYSTEM}|{label}").ids == [id_]


def test_an_unknown_modifier(server: Server) -> None:
    ledger.expect("unknown-modifier", server, server.get("Patient?gender:colour=x").status)
