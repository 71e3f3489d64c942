"""The face: one call for one exchange."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

import carefhir.sandbox
from carefhir.sandbox import Sandbox
from carefhir.sandbox.interactions import Interactions

from .calls import ask, bundle, ids, make, post, said, send


def test_time_comes_from_the_clock_given() -> None:
    sandbox = Sandbox(clock=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    answer = send(sandbox, "POST", "Patient", {"resourceType": "Patient"})
    assert b'"lastUpdated":"2026-03-01T12:00:00.000+00:00"' in answer.body
    assert answer.headers["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_places_are_named_as_the_client_called_the_server() -> None:
    answer = send(Sandbox(), "POST", "Patient", {"resourceType": "Patient"}, Host="h.example:81")
    assert answer.headers["Location"] == "http://h.example:81/fhir/Patient/1/_history/1"


def test_many_threads_lose_nothing() -> None:
    sandbox = Sandbox()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: make(sandbox, {"resourceType": "Patient"}), range(200)))
    assert len(set(made)) == 200
    assert ask(sandbox, "Patient?_summary=count")["total"] == 200


def test_not_modified() -> None:
    sandbox = Sandbox()
    make(sandbox, {"resourceType": "Patient"})
    answer = send(sandbox, "GET", "Patient/1", If_None_Match='W/"1"')
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("PATCH", "Patient/1", 405),
        ("PUT", "", 405),
        ("GET", "", 400),
        ("PUT", "Patient?identifier=x", 400),
        ("DELETE", "Patient?identifier=x", 400),
        ("GET", "Patient/$everything", 405),
        ("GET", "Patient/1/$everything", 405),
        ("GET", "Patient/_history", 405),
    ],
)
def test_what_is_not_supported_says_so(method: str, target: str, status: int) -> None:
    answer = send(Sandbox(), method, target, {"resourceType": "Patient"})
    assert answer.status == status
    assert said(answer)["code"] == "not-supported"


def test_xml_is_refused() -> None:
    assert send(Sandbox(), "POST", "Patient", {}, Content_Type="application/fhir+xml").status == 415


def test_a_fault_of_the_sandbox_leaves_the_store_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox()

    def broken(*_: object) -> None:
        raise KeyError("Mustermann")

    monkeypatch.setattr(Interactions, "check_targets", broken)
    person = {"resourceType": "Patient", "name": [{"family": "Mustermann"}]}
    answer = send(sandbox, "POST", "", bundle("transaction", post(person)))
    assert answer.status == 500
    assert "Mustermann" not in answer.body.decode()
    assert ids(ask(sandbox, "Patient")) == []


def test_shares_no_code_with_the_client() -> None:
    folder = Path(carefhir.sandbox.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith("carefhir") or name.startswith("carefhir.sandbox"), f"{path.name}: {name}"
