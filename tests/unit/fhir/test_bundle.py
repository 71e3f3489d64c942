"""A plan made ready to send: keys, order, receipt; equal input, equal bytes (rules R2, R3)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefhir.codes import ACT_KEY, ACT_MARK, COMMAND_KEY, STEP_KEY
from carefhir.errors import ContentError
from carefhir.fhir.bundle import Prepared, prepare, resolved, tags_of
from carefhir.fhir.changes import Act, Amend, Change, Create, amend, put
from carefhir.fhir.codec import canonical, digest
from carefhir.fhir.record import Record

ACT = Act("note", "Patient/1", ("why",), "d1g")
RECEIPT = {"resourceType": "Provenance", "target": [{"reference": "Patient/1"}], "recorded": "2026-03-07T10:00:00Z"}


def create(part: str, type_: str = "Task", **more: Any) -> Create:
    return Create(part, {"resourceType": type_, **more}, f"because of {part}")


def link(part: str) -> dict[str, str]:
    return {"reference": ACT.urn(part)}


def stored(id_: str = "t1", **more: Any) -> Record:
    return Record(json.dumps({"resourceType": "Task", "id": id_, "meta": {"versionId": "3"}, **more}).encode())


def ready(*changes: Change) -> Prepared:
    return prepare(ACT, changes, RECEIPT)


def parts(prepared: Prepared) -> list[str]:
    return [one.part for one in prepared.entries]


def test_a_created_resource_carries_the_key_of_its_part_and_the_commands_digest() -> None:
    prepared = ready(create("task", identifier=[{"value": "theirs"}], meta={"tag": [{"code": "kept"}]}))
    made = prepared.entries[0].resource
    key = ACT.part_key("task")
    mark = {"system": ACT_MARK, "value": f"{ACT.key}/d1g/created"}
    assert made["identifier"] == [{"value": "theirs"}, {"system": STEP_KEY, "value": key}, mark]
    assert made["meta"]["tag"] == [{"code": "kept"}, {"system": COMMAND_KEY, "code": "d1g"}]
    assert prepared.entries[0].match == f"identifier=https%3A%2F%2Fcarefhir.org%2Ffhir%2Fsid%2Fstep%7C{key}"


def test_the_plan_itself_is_not_touched() -> None:
    change = create("task", identifier=[{"value": "theirs"}])
    ready(change)
    assert change.resource == {"resourceType": "Task", "identifier": [{"value": "theirs"}]}
    assert RECEIPT["target"] == [{"reference": "Patient/1"}]


@pytest.mark.parametrize("type_", ["QuestionnaireResponse", "Composition", "Bundle"])
def test_a_single_identifier_is_the_authors_and_the_condition(type_: str) -> None:
    theirs = {"system": "http://author.example", "value": "2026,17", "use": "official"}
    one = ready(create("response", type_, identifier=theirs)).entries[0]
    assert one.resource["identifier"] == theirs
    assert one.match == "identifier=http%3A%2F%2Fauthor.example%7C2026%5C%2C17"


def test_a_single_identifier_without_system_is_kept_too() -> None:
    one = ready(create("response", "QuestionnaireResponse", identifier={"value": "17"})).entries[0]
    assert one.resource["identifier"] == {"value": "17"}
    assert one.match == "identifier=%7C17"


def test_a_single_identifier_that_the_author_did_not_give_is_ours() -> None:
    one = ready(create("response", "QuestionnaireResponse")).entries[0]
    assert one.resource["identifier"] == {"system": STEP_KEY, "value": ACT.part_key("response")}


def test_the_receipt_is_last_keyed_by_its_tag_and_targets_everything() -> None:
    prepared = ready(create("a"), create("b", focus=link("a")))
    receipt = prepared.receipt.resource
    assert prepared.entries[-1] is prepared.receipt
    assert receipt["target"] == [link("a"), link("b")]
    assert list(tags_of(receipt, ACT_KEY)) == [ACT.key]
    assert list(tags_of(receipt, COMMAND_KEY)) == ["d1g"]
    assert prepared.receipt.match == f"_tag=https%3A%2F%2Fcarefhir.org%2Ffhir%2Fsid%2Fact%7C{ACT.key}"


def test_an_amendment_goes_out_under_the_version_read() -> None:
    entry = ready(amend("done", stored(status="requested"), "it is", put("status", "completed"))).body()["entry"][0]
    assert entry["request"] == {"method": "PUT", "url": "Task/t1", "ifMatch": 'W/"3"'}
    assert entry["resource"]["status"] == "completed"
    assert "fullUrl" not in entry


def test_an_unchanged_amendment_is_left_out_and_still_targeted_by_the_receipt() -> None:
    prepared = ready(create("a"), amend("done", stored(status="completed"), "it is", put("status", "completed")))
    assert parts(prepared) == ["a", "receipt"]
    assert prepared.receipt.resource["target"] == [link("a"), {"reference": "Task/t1"}]


def test_a_resumed_act_has_the_receipt_of_an_undisturbed_one() -> None:
    before = amend("done", stored(status="requested"), "it is", put("status", "completed"))
    after = amend("done", stored(status="completed"), "it is", put("status", "completed"))
    assert ready(create("a"), before).receipt.resource == ready(create("a"), after).receipt.resource


def test_a_receipt_of_nothing_targets_the_patient() -> None:
    assert ready().receipt.resource["target"] == [{"reference": "Patient/1"}]


@pytest.mark.parametrize(
    "changes",
    [
        (create("same"), create("same")),
        (create("same"), create("same", "Flag")),
        (create("receipt"),),
        (create("response", "QuestionnaireResponse", identifier={"value": "1"}),) * 2,
        (
            create("one", "QuestionnaireResponse", identifier={"value": "1"}),
            create("two", "QuestionnaireResponse", identifier={"value": "1"}),
        ),
        (create("mine", "Provenance"),),
        (
            amend("one", stored(), "x", put("status", "completed")),
            amend("two", stored(), "x", put("status", "rejected")),
        ),
    ],
)
def test_two_entries_under_one_key_are_refused_before_anything_is_sent(changes: tuple[Change, ...]) -> None:
    with pytest.raises(ContentError, match="under one key"):
        ready(*changes)


def test_creates_come_so_that_links_point_backwards_then_amendments() -> None:
    done = amend("done", stored(), "x", put("focus", link("a")))
    prepared = ready(
        create("d", focus=link("b"), basedOn=[link("c")]), done, create("c", focus=link("a")), create("b"), create("a")
    )
    assert parts(prepared) == ["b", "a", "c", "d", "done", "receipt"]


def test_where_order_is_free_it_is_the_one_given() -> None:
    assert parts(ready(create("z"), create("a"), create("m"))) == ["z", "a", "m", "receipt"]


@pytest.mark.parametrize("circle", [["a", "b"], ["a", "b", "c"]])
def test_links_in_a_circle_are_refused(circle: list[str]) -> None:
    changes = [create(part, focus=link(circle[n - 1])) for n, part in enumerate(circle)]
    with pytest.raises(ContentError, match="in a circle"):
        ready(*changes)


def test_a_link_to_itself_is_no_circle() -> None:
    assert parts(ready(create("a", focus=link("a")))) == ["a", "receipt"]


def test_the_transaction_as_it_is_sent() -> None:
    entry = ready(create("a")).body()["entry"]
    assert entry[0]["fullUrl"] == ACT.urn("a")
    assert entry[0]["request"]["method"] == "POST"
    assert entry[0]["request"]["url"] == "Task"
    assert entry[0]["request"]["ifNoneExist"].startswith("identifier=")


def test_resolving_replaces_whole_urns_only_and_copies() -> None:
    value = {"focus": link("a"), "note": [f"see {ACT.urn('a')}", ACT.urn("a")], "n": 1}
    assert resolved(value, {ACT.urn("a"): "Task/9"}) == {
        "focus": {"reference": "Task/9"},
        "note": [f"see {ACT.urn('a')}", "Task/9"],
        "n": 1,
    }
    assert value["focus"] == link("a")


@pytest.mark.parametrize("meta", [{}, {"tag": []}, {"tag": [None, "x", {"system": "s"}, {"system": "t", "code": "c"}]}])
def test_tags_of_another_system_or_odd_ones_are_not_seen(meta: dict[str, Any]) -> None:
    assert list(tags_of({"meta": meta}, "s")) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def shuffled(value: Any) -> Any:
    """The same value with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(one) for one in value] if isinstance(value, list) else value


@given(st.dictionaries(st.text(min_size=1, max_size=5), VALUES, max_size=3), st.text(max_size=5))
def test_equal_input_has_an_equal_digest_whatever_the_order_of_its_keys(values: dict[str, Any], part: str) -> None:
    resource = {"resourceType": "Task", "x": values}
    one = prepare(ACT, (Create(f"p{part}", resource, "b"),), RECEIPT)
    other = prepare(ACT, (Create(f"p{part}", shuffled(resource), "b"),), shuffled(RECEIPT))
    assert one.sha256() == other.sha256() == digest(one.body())
    assert canonical(one.body()) == canonical(other.body())


def test_the_digest_tells_apart_what_differs() -> None:
    sums = {
        ready(create("a")).sha256(),
        ready(create("b")).sha256(),
        ready(create("a", status="x")).sha256(),
        prepare(replace(ACT, asked="other"), (create("a"),), RECEIPT).sha256(),
        prepare(Act("note", "Patient/2", ("why",), "d1g"), (create("a"),), RECEIPT).sha256(),
    }
    assert len(sums) == 5


def test_an_amendment_is_taken_as_it_is_with_the_acts_mark_on_it() -> None:
    one = Amend("x", stored(status="a"), {"resourceType": "Task", "id": "t1", "status": "b"}, "y")
    mark = {"system": ACT_MARK, "value": f"{ACT.key}/d1g/amended"}
    wanted = {"resourceType": "Task", "id": "t1", "status": "b", "identifier": [mark]}
    assert ready(one).entries[0].resource == wanted


def test_a_patient_carries_no_mark() -> None:
    """Registration reads a Patient's identifiers as numbers of that person."""
    stood = Record(b'{"resourceType": "Patient", "id": "1", "active": true}')
    one = Amend("x", stood, {"resourceType": "Patient", "id": "1", "deceasedBoolean": True}, "y")
    assert ready(one).entries[0].resource == {"resourceType": "Patient", "id": "1", "deceasedBoolean": True}
