"""Sending what was prepared, by hand-fed answers: what is reported, never what it meant."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from carefhir.codes import STEP_KEY
from carefhir.fhir.bundle import Prepared, prepare
from carefhir.fhir.changes import Act, Create, amend, put
from carefhir.fhir.commit import Resumed, Sent, Wrote, best_commit_way, read_back, send_singly, send_transaction
from carefhir.fhir.record import Record
from carefhir.fhir.wire import Failure, Response
from tests.unit.engine.tiny import CAPABLE, HOME, without
from tests.unit.fake import BASE, Fake, reply

ACT = Act("note", "Patient/p", ("why",), "d1g")
RECEIPT = {"resourceType": "Provenance", "target": [{"reference": "Patient/p"}]}
TASK = Record(b'{"resourceType":"Task","id":"t1","meta":{"versionId":"1"},"status":"requested"}')


def ready() -> Prepared:
    changes = (
        Create("flag", {"resourceType": "Flag", "status": "active"}, "b"),
        amend("done", TASK, "b", put("status", "completed")),
    )
    return prepare(ACT, changes, RECEIPT)


def answered(*entries: dict[str, Any]) -> Sent:
    server = Fake()
    entry = [{"response": one} for one in entries]
    server.fault("POST", "", reply({"resourceType": "Bundle", "type": "transaction-response", "entry": entry}))
    return server.run(send_transaction(ready(), HOME, CAPABLE))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("place", "etag"),
    [
        ("Flag/9/_history/4", ""),
        (f"{BASE}/Flag/9/_history/4", ""),
        ("https://inner.example/fhir/Flag/9/_history/4", 'W/"7"'),
        ("Flag/9", 'W/"4"'),
        ("/r4/Flag/9", "4"),
    ],
)
def test_places_and_versions_are_read_however_they_are_spelled(place: str, etag: str) -> None:
    done = {"status": "200 OK", "etag": "2"}
    sent = answered({"status": "201 Created", "location": place, "etag": etag}, done, {"status": "201"})
    assert sent.wrote["flag"] == Wrote("flag", "Flag/9", "4", "created")
    assert sent.wrote["done"] == Wrote("done", "Task/t1", "2", "amended")


def test_a_create_answered_200_was_found_not_made() -> None:
    sent = answered({"status": "200 OK", "location": "Flag/9/_history/1"}, {"status": "200"}, {"status": "201"})
    assert sent.wrote["flag"].how == "found"
    assert sent.stopped is None


@pytest.mark.parametrize("status", ["412 Precondition Failed", "500", "404", "302", ""])
def test_an_entry_that_was_not_carried_out_stops_it(status: str) -> None:
    sent = answered({"status": "201", "location": "Flag/9"}, {"status": status}, {"status": "201"})
    assert sent.stopped is not None
    assert sent.wrote == {}


@pytest.mark.parametrize("answer", [Response(409), Response(500), Response(201), Failure("timeout", True)])
def test_anything_but_200_stops_it_and_is_reported_as_it_came(answer: Response | Failure) -> None:
    server = Fake()
    server.fault("POST", "", answer)
    sent = server.run(send_transaction(ready(), HOME, CAPABLE))
    assert sent.stopped.answer == answer
    assert len(server.asked) == 1


def test_a_transaction_is_one_post_that_may_not_be_repeated() -> None:
    server = Fake({"resourceType": "Task", "id": "t1", "status": "requested"})
    sent = server.run(send_transaction(ready(), HOME, CAPABLE))
    (request,) = server.asked
    assert (request.method, request.target, request.repeatable) == ("POST", "", False)
    assert json.loads(request.body) == json.loads(json.dumps(ready().body()))
    assert sent.stopped is None


@pytest.mark.parametrize(
    ("lacking", "way"),
    [
        ({}, "transaction"),
        ({"transaction": False}, "single writes"),
        ({"conditional_create": False}, "single writes"),
        ({"if_match": False}, "transaction"),
        ({"conditional_create": False, "kinds": ("Provenance",)}, "single writes"),
        ({"if_match": False, "kinds": ("Flag",)}, "transaction"),
    ],
)
def test_the_best_way_needs_every_condition_the_entries_carry(lacking: Any, way: str) -> None:
    assert best_commit_way(without(**lacking), ready()) == way


def test_what_is_there_is_read_back_and_what_cannot_be_is_left_out() -> None:
    server = Fake({"resourceType": "Flag", "id": "9"})
    server.fault("GET", "Task/8", reply({"resourceType": "OperationOutcome", "id": "x"}))
    found = [
        Wrote("flag", "Flag/9", "1", "found"),
        Wrote("gone", "Flag/7", "1", "found"),
        Wrote("odd", "Task/8", "", "found"),
    ]
    records = server.run(read_back(found, HOME))
    assert {part: one.reference for part, one in records.items()} == {"flag": "Flag/9"}


def singly(server: Fake, before: dict[str, Wrote] | None = None, objection: str = "", **lacking: Any) -> Sent:
    seen: list[str] = []

    def accept(entry: Any, record: Record) -> str | None:
        seen.append(record.reference)
        return objection or None

    capabilities = without(**lacking) if lacking else CAPABLE
    return server.run(send_singly(ready(), HOME, capabilities, accept, resumed=Resumed(before or {})))  # type: ignore[no-any-return]


def stored() -> Fake:
    return Fake({"resourceType": "Task", "id": "t1", "status": "requested"})


def test_single_writes_go_on_after_what_stands() -> None:
    server = stored()
    server.put({"resourceType": "Flag", "id": "9"})
    sent = singly(server, {"flag": Wrote("flag", "Flag/9", "1", "created")})
    assert [(one.method, one.target) for one in server.asked] == [("PUT", "Task/t1"), ("POST", "Provenance")]
    assert json.loads(server.asked[-1].body)["target"] == [{"reference": "Flag/9"}, {"reference": "Task/t1"}]
    assert sent.stopped is None


def test_an_objection_stops_before_anything_more_is_written() -> None:
    server = stored()
    server.put({"resourceType": "Flag", "id": "9", "identifier": [{"system": STEP_KEY, "value": ACT.part_key("flag")}]})
    sent = singly(server, objection="no")
    assert (sent.stopped and sent.stopped.part, sent.stopped and sent.stopped.why) == ("flag", "no")
    assert [(one.method, one.target) for one in server.asked] == [("POST", "Flag")]


def test_a_version_comes_from_the_location_the_etag_or_the_body() -> None:
    body = json.dumps({"resourceType": "Task", "id": "t1", "meta": {"versionId": "7"}}).encode()
    answers = (
        Response(200, {"location": "Task/t1/_history/5"}),
        Response(200, {"etag": 'W/"6"'}),
        Response(200, {}, body),
    )
    for answer, version in zip(answers, "567", strict=True):
        server = stored()
        server.fault("PUT", "Task/t1", answer)
        assert singly(server).wrote["done"].version == version


def test_a_write_is_not_sent_again_by_itself() -> None:
    server = stored()
    server.fault("POST", "Flag", Response(503))
    sent = singly(server)
    assert sent.stopped is not None
    assert server.sent("POST") == ["Flag"]


def test_nothing_of_the_prepared_is_changed_by_sending() -> None:
    prepared = ready()
    before = json.dumps(prepared.body())
    stored().run(send_singly(prepared, HOME, replace(CAPABLE), lambda entry, record: None))
    assert json.dumps(prepared.body()) == before
