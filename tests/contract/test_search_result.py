"""What shapes a search's answer: http://hl7.org/fhir/R4/search.html#return"""

from __future__ import annotations

from datetime import datetime

import pytest

from . import ledger
from .client import Server, issue, key, known_as, patient
from .conftest import Shelf


def test_a_searchset(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    reply = server.get(f"Patient?{known_as(mine)}")
    assert reply.status == 200
    assert reply.json["type"] == "searchset"
    assert reply.link("self") is not None
    assert reply.link("next") is None
    [entry] = reply.entries
    assert entry["fullUrl"] == f"{server.base}/Patient/{id_}"
    assert entry["search"]["mode"] == "match"
    ledger.expect("total-unasked", server, reply.json.get("total"))


def test_nothing_found_is_an_empty_searchset(server: Server) -> None:
    reply = server.get(f"Patient?{known_as(key())}")
    assert reply.status == 200
    assert reply.entries == []


def test_post_search_finds_the_same(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert server.call("POST", "Patient/_search", known_as(mine), **form).ids == [id_]


def test_summary_count(server: Server, shelf: Shelf) -> None:
    reply = server.get(f"Observation?patient={shelf.patient}&_summary=count")
    assert reply.json["total"] == 7
    assert reply.entries == []


def test_total_when_asked(server: Server, shelf: Shelf) -> None:
    reply = server.get(f"Observation?patient={shelf.patient}&_total=accurate&_count=2")
    assert reply.json["total"] == 7
    assert len(reply.entries) == 2


def test_elements_are_tagged_as_partial(server: Server, shelf: Shelf) -> None:
    [found] = server.get(f"Patient?_id={shelf.patient}&_elements=gender").resources()
    assert set(found) == {"resourceType", "id", "meta", "gender"}
    assert "SUBSETTED" in [each["code"] for each in found["meta"]["tag"]]


@pytest.mark.parametrize(("sort", "order"), [("date", "efabcdg"), ("-date", "dcbafeg")])
def test_sort(shelf: Shelf, sort: str, order: str) -> None:
    assert shelf.found(f"_sort={sort}") == order


@pytest.mark.parametrize("sort", ["_lastUpdated", "-_lastUpdated"])
def test_sort_by_when_it_was_written(shelf: Shelf, sort: str) -> None:
    """By the instants the answer itself states: nothing makes two writes fall into two milliseconds, and of two in one
    either may come first. With a clock of its own the sandbox's whole order is held in `tests/unit/sandbox`."""
    found = shelf.resources(f"_sort={sort}")
    assert sorted(each["identifier"][0]["value"] for each in found) == list("abcdefg")
    written = [datetime.fromisoformat(each["meta"]["lastUpdated"]) for each in found]
    assert written == sorted(written, reverse=sort.startswith("-"))


@pytest.mark.parametrize("wrong", ["nonsense=1", "_sort=nonsense", "_include=Patient:nonsense", "_count=many"])
def test_what_is_not_understood_is_refused(server: Server, wrong: str) -> None:
    reply = server.get(f"Patient?{wrong}")
    assert reply.status == 400
    assert issue(reply)["severity"] == "error"


def test_leniency_can_be_asked_for(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    reply = server.get(f"Patient?{known_as(mine)}&nonsense=1", Prefer="handling=lenient")
    assert reply.ids == [id_]
    assert "nonsense" not in (reply.link("self") or "")


def test_an_empty_value_is_no_criterion(server: Server, shelf: Shelf) -> None:
    assert shelf.found("date=") == shelf.found("")
