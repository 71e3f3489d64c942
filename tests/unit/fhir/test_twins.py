"""Twins under one key of an act: which one is kept, and what is left to a person."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.codes import COMMAND_KEY
from carefhir.fhir.codec import decode_object, encode
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record
from carefhir.fhir.twins import settle
from carefhir.fhir.wire import Request, Response
from carefhir.fhir.withdrawn import in_order, not_withdrawn, without_withdrawn
from tests.support.backends import run_flow

HOME = Home.at("https://fhir.example/r4")
KEY = {"system": "https://carefhir.org/fhir/sid/step", "value": "k"}


def flag(id_: str, command: str = "c", status: str = "active", **more: Any) -> Record:
    tag = {"system": COMMAND_KEY, "code": command}
    meta = {"versionId": "1", "tag": [tag]}
    return Record(
        encode({"resourceType": "Flag", "id": id_, "status": status, "identifier": [KEY], "meta": meta, **more})
    )


@pytest.mark.parametrize(
    ("ids", "kept"),
    [(("10", "9"), "9"), (("b", "a"), "a"), (("aa", "b"), "b"), (("7f", "7e", "80"), "7e")],
)
def test_the_lowest_id_is_kept_by_length_and_then_by_letters(ids: tuple[str, ...], kept: str) -> None:
    assert in_order(flag(id_) for id_ in ids)[0].id == kept
    assert in_order(flag(id_) for id_ in reversed(ids))[0].id == kept, "whoever looks, and in whichever order"


def settled(*records: Record, answer: int = 200, others: tuple[Record, ...] = ()) -> tuple[Any, list[Request]]:
    sent: list[Request] = []

    def answered(asks: Any) -> tuple[Response, ...]:
        sent.extend(asks)
        return tuple(Response(answer, {}, ask.body) for ask in asks)

    under_keys = {"flag": tuple(records), "task": others}
    return run_flow(settle(under_keys, "c", HOME), answered), sent  # type: ignore[arg-type]


def test_the_other_one_is_marked_and_what_points_to_it_points_to_the_kept_one() -> None:
    task = Record(
        encode({"resourceType": "Task", "id": "t", "meta": {"versionId": "1"}, "focus": {"reference": "Flag/10"}})
    )
    result, sent = settled(flag("10"), flag("9"), others=(task,))
    assert (result.kept["flag"].id, result.withdrawn, result.stuck) == ("9", ("Flag/10",), {})
    assert [(one.method, one.target, dict(one.headers)["If-Match"]) for one in sent] == [
        ("PUT", "Flag/10", 'W/"1"'),
        ("PUT", "Task/t", 'W/"1"'),
    ]
    assert decode_object(sent[0].body)["status"] == "entered-in-error"
    assert decode_object(sent[1].body)["focus"] == {"reference": "Flag/9"}


@pytest.mark.parametrize(
    ("twin", "answer"), [(flag("10", command="another"), 200), (flag("10", command=""), 200), (flag("10"), 403)]
)
def test_what_cannot_be_settled_is_named_with_both(twin: Record, answer: int) -> None:
    result, _ = settled(twin, flag("9"), answer=answer)
    assert result.stuck == {"flag": ("Flag/9", "Flag/10")}
    assert result.withdrawn == ()


def test_a_withdrawn_twin_never_was_and_what_ended_alone_did() -> None:
    kept, twin = flag("9"), flag("10", status="entered-in-error")
    assert without_withdrawn((kept, twin)) == (kept,)
    assert without_withdrawn((twin,)) == (twin,)
    assert not_withdrawn((kept, twin)) == (kept,)
    assert not_withdrawn((twin,)) == (twin,)
