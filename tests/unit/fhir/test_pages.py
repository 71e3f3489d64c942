"""Bundles read entry by entry: one odd entry spoils nothing, and is named without its content (rules R5, R9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from carefhir.fhir.codec import NotJson
from carefhir.fhir.homes import Home
from carefhir.fhir.pages import batch, count_of, read_answers, read_page
from carefhir.fhir.record import Record

COMPANION = Home("https://companion.example/fhir", "companion")
MAIN_HOME = Home("https://fhir.example/r4")
FLAG = {"resourceType": "Flag", "id": "f1"}


def page(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": list(entries), **more}).encode()


def test_a_page_gives_records_with_their_home_total_and_next() -> None:
    links = [{"relation": "self", "url": "a"}, {"relation": "next", "url": "b"}]
    found = read_page(page({"resource": FLAG}, total=7, link=links), COMPANION)
    assert [(one.reference, one.home) for one in found.records] == [("Flag/f1", "companion")]
    assert (found.total, found.next, found.odd) == (7, "b", ())


@pytest.mark.parametrize("more", [{"total": 0}, {}])
def test_an_empty_page_is_a_page(more: dict[str, Any]) -> None:
    body = json.dumps({"resourceType": "Bundle", "type": "searchset", **more}).encode()
    found = read_page(body, MAIN_HOME)
    assert (found.records, found.next, found.total) == ((), None, more.get("total"))


@pytest.mark.parametrize(
    "odd",
    [
        {"resource": {"id": "Rosa"}},
        {"resource": {"resourceType": "Flag"}},
        {"resource": {"resourceType": "Flag", "id": [5]}},
        {"resource": {"resourceType": "Flag", "id": 5.5}},
        {"resource": "Rosa"},
        {"resource": {"resourceType": "Flag", "id": "1", "meta": "Rosa"}},
        "Rosa",
        None,
        5,
        {"resource": FLAG, "search": "Rosa"},
    ],
)
def test_an_odd_entry_is_named_and_the_others_stay(odd: Any) -> None:
    found = read_page(page({"resource": FLAG}, odd, {"resource": {**FLAG, "id": "f2"}}), MAIN_HOME)
    assert [one.id for one in found.records] == ["f1", "f2"]
    assert len(found.odd) == 1
    assert "Rosa" not in found.odd[0]


def test_what_came_before_byte_by_byte_is_the_same_record_and_all_else_is_read() -> None:
    known: dict[bytes, Record] = {}
    newer = {**FLAG, "meta": {"versionId": "2"}}
    (before,) = read_page(page({"resource": FLAG}), MAIN_HOME, known).records
    again, changed = read_page(page({"resource": FLAG}, {"resource": newer}), MAIN_HOME, known).records
    assert again is before
    assert (changed.version, changed.json) == ("2", newer)
    (elsewhere,) = read_page(page({"resource": FLAG}), MAIN_HOME).records
    assert elsewhere is not before


@pytest.mark.parametrize("odd", [{"resourceType": "Flag"}, {"resourceType": "Flag", "id": [5]}])
def test_an_odd_entry_that_comes_twice_is_odd_twice(odd: dict[str, Any]) -> None:
    known: dict[bytes, Record] = {}
    assert [len(read_page(page({"resource": odd}), MAIN_HOME, known).odd) for _ in range(2)] == [1, 1]


def test_outcomes_among_the_entries_are_no_records() -> None:
    outcome = {"resource": {"resourceType": "OperationOutcome", "id": "x"}, "search": {"mode": "outcome"}}
    found = read_page(page(outcome, {"resource": FLAG}, {"fullUrl": "nothing"}), MAIN_HOME)
    assert [one.reference for one in found.records] == ["Flag/f1"]
    assert found.odd == ()


def test_numbers_in_a_page_keep_their_digits() -> None:
    body = (
        b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Flag","id":"1","x":1.50}}]}'
    )
    assert str(read_page(body, MAIN_HOME).records[0].json["x"]) == "1.50"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Rosa</html>",
        b"[]",
        b'{"resourceType":"OperationOutcome"}',
        b'{"resourceType":"Bundle","type":"batch-response"}',
        b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Patient","id":"Rosa',
        b'{"resourceType":"Bundle","type":"searchset","link":[{"relation":"\xffRosa"}]}',
    ],
)
def test_what_is_no_searchset_is_refused_without_a_word_of_it(body: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        read_page(body, MAIN_HOME)
    assert "Rosa" not in str(caught.value)


def answers(*entries: Any, type_: str = "transaction-response") -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": type_, "entry": list(entries)}).encode()


def test_answers_are_read_in_order_whatever_stands_after_the_status() -> None:
    found = read_answers(
        answers(
            {"response": {"status": "201 Created", "location": "Task/1/_history/1", "etag": 'W/"1"'}},
            {"response": {"status": "200", "outcome": {"resourceType": "OperationOutcome"}}},
            {"resource": FLAG, "response": {"status": "200 OK"}},
            {"response": {}},
            {},
        ),
        5,
    )
    assert [one.status for one in found] == [201, 200, 200, 0, 0]
    assert (found[0].location, found[0].etag) == ("Task/1/_history/1", 'W/"1"')
    assert json.loads(found[1].body) == {"resourceType": "OperationOutcome"}
    assert json.loads(found[2].body) == FLAG


@pytest.mark.parametrize("status", ["abc", "²00", "", " 20"])
def test_a_status_that_is_no_number_is_no_status(status: str) -> None:
    assert read_answers(answers({"response": {"status": status}}), 1)[0].status == 0


@pytest.mark.parametrize("expected", [0, 2])
def test_another_number_of_answers_is_no_answer(expected: int) -> None:
    with pytest.raises(NotJson, match=f"1 answers to {expected} entries"):
        read_answers(answers({"response": {"status": "200"}}), expected)


@pytest.mark.parametrize("body", [answers(5), answers({"response": "x"}), answers(type_="searchset"), b"{}", b"\xff"])
def test_what_holds_no_answers_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        read_answers(body, 1)


def test_a_batch_reads_every_target() -> None:
    made = batch(["Flag?patient=1", "Task?patient=1"])
    assert made["type"] == "batch"
    assert [one["request"] for one in made["entry"]] == [
        {"method": "GET", "url": "Flag?patient=1"},
        {"method": "GET", "url": "Task?patient=1"},
    ]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b'{"total":3}', 3),
        (b'{"total":0}', 0),
        (b"{}", None),
        (b'{"total":"3"}', None),
        (b"[]", None),
        (b"<html>", None),
    ],
)
def test_the_count_is_a_whole_number_or_unknown(body: bytes, count: int | None) -> None:
    assert count_of(body) == count


def told(**issue: Any) -> bytes:
    """A searchset with a Flag, and what the server says beside it."""
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", **issue}]}
    beside = {"resource": outcome, "search": {"mode": "outcome"}}
    return page({"resource": FLAG, "search": {"mode": "match"}}, beside)


@pytest.mark.parametrize(
    ("issue", "withheld"),
    [
        ({"code": "suppressed"}, True),
        ({"code": "security"}, True),
        ({"code": "forbidden"}, True),
        ({"code": "incomplete"}, True),
        ({"code": "processing", "details": {"coding": [{"code": "59204"}]}}, True),
        ({"code": "processing", "details": {"coding": [{"code": "4119"}]}}, False),
        ({"code": "processing", "details": {"coding": [{"code": "4101"}]}}, False),
        ({"code": "not-found"}, False),
        ({"code": "informational"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_a_server_that_says_that_it_left_something_out_is_heard(issue: dict[str, Any], withheld: bool) -> None:
    answer = read_page(told(**issue), MAIN_HOME)
    assert (answer.withheld, [record.id for record in answer.records]) == (withheld, ["f1"])
