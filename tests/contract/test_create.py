"""create: http://hl7.org/fhir/R4/http.html#create"""

from __future__ import annotations

from . import ledger
from .client import CODES, Server, issue, key, observation, patient


def test_answers_the_resource_with_its_place_and_version(server: Server) -> None:
    mine = patient(key(), gender="female")
    reply = server.create(mine)
    assert reply.status == 201
    made = reply.json
    assert reply.headers["Location"] == f"{server.base}/Patient/{made['id']}/_history/1"
    assert reply.headers["ETag"] == 'W/"1"'
    assert made["meta"]["versionId"] == "1"
    assert made["meta"]["lastUpdated"].startswith("20")
    assert {name: made[name] for name in mine} == mine


def test_ignores_an_id_in_the_body_or_gives_its_own(server: Server) -> None:
    reply = server.create({**patient(key()), "id": "mine"})
    assert reply.status == 201
    assert reply.json["id"] != "mine"


def test_minimal_answer_has_no_body(server: Server) -> None:
    reply = server.create(patient(key()), Prefer="return=minimal")
    assert reply.status == 201
    assert reply.text == ""
    assert "/Patient/" in reply.headers["Location"]


def test_decimals_keep_their_precision(server: Server) -> None:
    body = (
        '{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"%s","code":"x"}]},'
        '"valueQuantity":{"value":1.50,"unit":"mg"},"referenceRange":[{"low":{"value":0.10},"high":{"value":100}}]}'
    )
    made = server.call("POST", "Observation", body % CODES)
    assert made.status == 201
    for text in (made.text, server.get(f"Observation/{made.json['id']}").text):
        compact = "".join(text.split())
        assert '"value":1.50' in compact
        assert '"low":{"value":0.10}' in compact
        assert '"high":{"value":100}' in compact


def test_an_unknown_element_does_not_stop_a_create(server: Server) -> None:
    reply = server.create({**patient(key()), "favouriteColour": "blue"})
    assert reply.status == 201
    read = server.get(f"Patient/{reply.json['id']}").json
    ledger.expect("unknown-element", server, "favouriteColour" in read)


def test_a_large_body_is_taken(server: Server) -> None:
    note = [{"text": "x" * 1_000_000} for _ in range(3)]
    made = server.create(observation(key(), note=note))
    assert made.status == 201
    assert [len(each["text"]) for each in made.json["note"]] == [1_000_000] * 3


def test_a_body_without_resource_type(server: Server) -> None:
    reply = server.call("POST", "Patient", {"gender": "female"})
    assert reply.status == 400
    assert issue(reply)["severity"] == "error"


def test_a_body_of_another_type(server: Server) -> None:
    reply = server.call("POST", "Patient", observation(key()))
    assert reply.status == 400
    assert issue(reply)["diagnostics"]
