"""batch: http://hl7.org/fhir/R4/http.html#transaction"""

from __future__ import annotations

from . import ledger
from .client import Server, ask, key, known_as, observation, patient, post, status_of


def test_each_entry_for_itself(server: Server) -> None:
    mine, other = key(), key()
    id_ = server.made(patient(mine))
    reply = server.bundle(
        "batch",
        ask("GET", f"Patient/{id_}"),
        post(observation(key(), "Patient/nobody-has-this-id")),
        post(patient(other)),
        ask("GET", "Patient/nobody-has-this-id"),
    )
    assert reply.status == 200
    assert reply.json["type"] == "batch-response"
    assert [status_of(each) for each in reply.entries] == [200, 400, 201, 404]
    assert reply.entries[0]["resource"]["id"] == id_
    for failed in (1, 3):
        assert reply.entries[failed]["response"]["outcome"]["issue"][0]["severity"] == "error"
    assert server.count(f"Patient?{known_as(other)}") == 1


def test_searches_are_answered_by_searchsets(server: Server) -> None:
    mine = key()
    ids = {server.made(patient(mine)) for _ in range(3)}
    reply = server.bundle(
        "batch",
        ask("GET", f"Patient?{known_as(mine)}&_count=2"),
        ask("GET", f"Patient?{known_as(key())}"),
        ask("GET", f"Patient?{known_as(mine)}&_summary=count"),
    )
    first, none, counted = (each["resource"] for each in reply.entries)
    assert first["type"] == "searchset"
    assert "entry" not in none
    assert counted["total"] == 3
    [following] = [each["url"] for each in first["link"] if each["relation"] == "next"]
    assert {each["resource"]["id"] for each in first["entry"]} | set(server.get(following).ids) == ids


def test_conditional_creates(server: Server) -> None:
    mine = key()
    create = post(patient(mine), ifNoneExist=known_as(mine))
    assert [status_of(each) for each in server.bundle("batch", create).entries] == [201]
    assert [status_of(each) for each in server.bundle("batch", create).entries] == [200]


def test_an_unknown_parameter_fails_its_entry_alone(server: Server) -> None:
    reply = server.bundle("batch", ask("GET", "Patient?nonsense=1"), ask("GET", "Patient?_summary=count"))
    assert [status_of(each) for each in reply.entries] == [400, 200]


def test_post_search_as_an_entry(server: Server) -> None:
    reply = server.bundle("batch", ask("POST", f"Patient/_search?{known_as(key())}"))
    ledger.expect("post-search-in-batch", server, status_of(reply.entries[0]))


def test_the_base_with_a_slash_is_the_base(server: Server) -> None:
    reply = server.call("POST", server.base + "/", {"resourceType": "Bundle", "type": "batch", "entry": []})
    assert reply.status == 200
