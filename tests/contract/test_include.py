"""_include and _revinclude: http://hl7.org/fhir/R4/search.html#include"""

from __future__ import annotations

import pytest

from .client import Server, key, observation, patient, place_of, post
from .conftest import Shelf


@pytest.mark.parametrize("include", ["Observation:patient", "Observation:subject", "Observation:subject:Patient"])
def test_include_brings_the_target_once(server: Server, shelf: Shelf, include: str) -> None:
    reply = server.get(f"Observation?patient={shelf.patient}&_count=50&_include={include}")
    assert len(reply.resources()) == 7
    assert [each["id"] for each in reply.resources("include")] == [shelf.patient]


def test_include_of_another_type_brings_nothing(server: Server, shelf: Shelf) -> None:
    reply = server.get(f"Observation?patient={shelf.patient}&_include=Observation:subject:Group")
    assert reply.resources("include") == []


def test_each_page_has_its_own_includes(server: Server, shelf: Shelf) -> None:
    reply = server.get(f"Observation?patient={shelf.patient}&_count=2&_include=Observation:patient")
    following = server.get(str(reply.link("next")))
    for page in (reply, following):
        assert len(page.resources()) == 2
        assert [each["id"] for each in page.resources("include")] == [shelf.patient]


def test_revinclude_brings_all_that_refer(server: Server, shelf: Shelf) -> None:
    reply = server.get(f"Patient?_id={shelf.patient}&_revinclude=Observation:patient")
    assert reply.ids == [shelf.patient]
    assert {each["id"] for each in reply.resources("include")} == set(shelf.ids.values())


def test_iterate_follows_what_was_included(server: Server) -> None:
    organization = server.made({"resourceType": "Organization", "name": "Home"})
    person = server.made(patient(key(), managingOrganization={"reference": f"Organization/{organization}"}))
    id_ = server.made(observation(key(), f"Patient/{person}"))
    search = f"Observation?_id={id_}&_include=Observation:patient&_include:iterate=Patient:organization"
    found = server.get(search).resources("include")
    assert {(each["resourceType"], each["id"]) for each in found} == {
        ("Patient", person),
        ("Organization", organization),
    }


def test_two_revincludes(server: Server) -> None:
    person = server.made(patient(key()))
    mine = server.made(observation(key(), f"Patient/{person}"))
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "careful"}}
    flagged = server.made({**flag, "subject": {"reference": f"Patient/{person}"}})
    reply = server.get(f"Patient?_id={person}&_revinclude=Observation:patient&_revinclude=Flag:patient")
    assert {each["id"] for each in reply.resources("include")} == {mine, flagged}


def test_revinclude_stops_at_a_thousand_without_a_word(server: Server) -> None:
    """The reason why a revinclude may only bring what is known to be few: the newest is lost, and nothing says so."""
    person = server.made(patient(key()))
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "careful"}}
    mine = {**flag, "subject": {"reference": f"Patient/{person}"}}
    made = [place_of(each) for each in server.transaction(*(post(mine) for _ in range(1001))).entries]
    reply = server.get(f"Patient?_id={person}&_revinclude=Flag:patient")
    found = {f"Flag/{each['id']}" for each in reply.resources("include")}
    assert found == set(made[:1000])
    assert reply.link("next") is None
    assert server.count(f"Flag?patient={person}") == 1001
