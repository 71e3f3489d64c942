"""What stands on the server now: receipt, keys, versions; found by reading, never from the text of an answer (R4)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from carefhir.codes import ACT_KEY, STEP_KEY
from carefhir.fhir.bundle import Prepared, prepare
from carefhir.fhir.changes import Act, Create, amend, put
from carefhir.fhir.commit import Wrote
from carefhir.fhir.diagnosis import ChangedMeanwhile, OnServer, index_name, look, same_but_meta
from carefhir.fhir.record import Record
from carefhir.fhir.wire import Failure, Response
from tests.unit.engine.tiny import CAPABLE, HOME, without
from tests.unit.fake import Fake

ACT = Act("note", "Patient/p", ("why",), "d1g")
TASK = Record(b'{"resourceType":"Task","id":"t1","meta":{"versionId":"1"},"status":"requested"}')
RELIED = Record(b'{"resourceType":"CareTeam","id":"c1","meta":{"versionId":"1"}}')
THEIRS = {"system": "http://author.example", "value": "2026,17"}


def ready() -> Prepared:
    changes = (
        Create("flag", {"resourceType": "Flag"}, "b"),
        Create("response", {"resourceType": "QuestionnaireResponse", "identifier": THEIRS}, "b"),
        amend("done", TASK, "b", put("status", "completed")),
    )
    return prepare(ACT, changes, {"resourceType": "Provenance", "target": [{"reference": "Patient/p"}]})


def standing(*resources: dict[str, Any], **more: Any) -> OnServer:
    server = Fake({"resourceType": "Task", "id": "t1", "status": "requested"}, {"resourceType": "CareTeam", "id": "c1"})
    for one in resources:
        server.put(one)
    return server.run(look(ready(), [RELIED], more.pop("capabilities", CAPABLE), HOME, **more))  # type: ignore[no-any-return]


def flag(id_: str) -> dict[str, Any]:
    return {"resourceType": "Flag", "id": id_, "identifier": [{"system": STEP_KEY, "value": ACT.part_key("flag")}]}


def receipt(id_: str) -> dict[str, Any]:
    return {"resourceType": "Provenance", "id": id_, "meta": {"tag": [{"system": ACT_KEY, "code": ACT.key}]}}


@pytest.mark.parametrize("batch", [True, False])
def test_where_nothing_was_written_nothing_is_found(batch: bool) -> None:
    found = standing(capabilities=without(batch=batch))
    assert (found.receipt, found.duplicates, found.in_place, found.moved, found.unreadable) == (None, {}, {}, (), "")


@pytest.mark.parametrize("batch", [True, False])
def test_what_was_written_is_found_by_its_keys(batch: bool) -> None:
    response = {"resourceType": "QuestionnaireResponse", "id": "q", "identifier": THEIRS}
    found = standing(flag("f"), receipt("r"), response, capabilities=without(batch=batch))
    assert found.receipt is not None
    assert found.receipt.reference == "Provenance/r"
    assert [one.id for one in found.under_keys["flag"]] == ["f"]
    assert [one.id for one in found.under_keys["response"]] == ["q"]


def test_twins_under_a_key_are_named() -> None:
    assert standing(flag("a"), flag("b")).duplicates == {"flag": ("Flag/a", "Flag/b")}
    twice = standing(receipt("a"), receipt("b"))
    assert twice.duplicates == {"receipt": ("Provenance/a", "Provenance/b")}
    assert twice.receipt is None


def test_versions_that_moved_are_named_with_both() -> None:
    found = standing(
        {"resourceType": "CareTeam", "id": "c1", "x": 1}, {"resourceType": "Task", "id": "t1", "status": "on-hold"}
    )
    assert set(found.moved) == {ChangedMeanwhile("CareTeam/c1", "1", "2"), ChangedMeanwhile("Task/t1", "1", "2")}


def test_an_amendment_that_is_there_already_did_not_move() -> None:
    found = standing({"resourceType": "Task", "id": "t1", "status": "completed"})
    assert found.moved == ()
    assert found.in_place["done"].version == "2"


def test_our_own_write_is_in_place_though_the_server_added_to_it() -> None:
    added = {"resourceType": "Task", "id": "t1", "status": "completed", "text": {"status": "generated"}}
    assert standing(added).moved == (ChangedMeanwhile("Task/t1", "1", "2"),)
    found = standing(added, wrote={"done": Wrote("done", "Task/t1", "2", "amended")})
    assert (found.moved, [*found.in_place]) == ((), ["done"])


def test_what_is_gone_has_no_version() -> None:
    server = Fake({"resourceType": "CareTeam", "id": "c1"})
    found = server.run(look(ready(), [RELIED], CAPABLE, HOME))
    assert found.moved == (ChangedMeanwhile("Task/t1", "1", ""),)


@pytest.mark.parametrize("answer", [Failure("unreachable", False), Response(403)])
def test_where_it_cannot_be_read_that_is_said(answer: Response | Failure) -> None:
    server = Fake()
    for _ in range(60):
        server.fault("GET", ".*", answer)
    assert server.run(look(ready(), [RELIED], CAPABLE, HOME)).unreadable


def test_no_identifier_of_an_author_stands_in_a_url() -> None:
    server = Fake({"resourceType": "Task", "id": "t1"}, {"resourceType": "CareTeam", "id": "c1"})
    server.run(look(ready(), [], CAPABLE, HOME))
    assert not any("author.example" in one.target or "2026" in one.target for one in server.asked)


def test_meta_is_the_servers_own_bookkeeping() -> None:
    one = {"resourceType": "Task", "meta": {"versionId": "1"}, "a": 1}
    assert same_but_meta(one, {**one, "meta": {"versionId": "2"}})
    assert same_but_meta(one, {"resourceType": "Task", "a": 1})
    assert not same_but_meta(one, {**one, "a": 2})
    assert json.dumps(one) == '{"resourceType": "Task", "meta": {"versionId": "1"}, "a": 1}'


def test_slot_names_are_letters_and_all_different() -> None:
    names = [index_name(number) for number in range(1200)]
    assert len(set(names)) == 1200
    assert all(one.isalpha() and one.islower() for one in names)
