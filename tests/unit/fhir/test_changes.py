"""Acts, keys and amendments. The golden values here are promises: they must never change between releases (R3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from carefhir.errors import NotAmendable
from carefhir.fhir.changes import (
    Act,
    Create,
    add,
    amend,
    basis,
    derived,
    match_query,
    own_identifier,
    put,
    refer,
    strings_in,
)
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record

ACT = Act("enroll", "Patient/1", ("care-management", "none"))
STRANGE = Act("é", 'Pa"t', ("ü|,\\",))


def record(**more: Any) -> Record:
    return Record(json.dumps({"resourceType": "Task", "id": "1", "meta": {"versionId": "3"}, **more}).encode())


# Keys, for ever -----------------------------------------------------------------------------------------------------


def test_the_key_of_an_act_never_changes() -> None:
    assert ACT.key == "24735018-cf04-5b68-b01c-b4cbc0e03f36"
    assert STRANGE.key == "f33cda41-feb2-5d89-a33f-68a93f8320c7"


def test_the_key_of_a_part_never_changes() -> None:
    assert ACT.part_key("episode") == "881ffbeeec49316a03a9d51119eff88fc272a565"
    assert ACT.part_key("goal/a1c") == "c26479324bf3151efbd24ba2a2780acefa34b654"
    assert STRANGE.part_key("ß") == "c19ffe3bddef46e043871b58a2d900ae7e6b5856"


def test_the_urn_of_a_part_never_changes() -> None:
    assert ACT.urn("episode") == "urn:uuid:47f1abc6-90af-530e-ba30-57e1a4a64cbb"
    assert STRANGE.urn("ß") == "urn:uuid:334fbe2e-e070-56b0-b497-8af0e5ecab88"


def test_a_derived_id_never_changes() -> None:
    assert derived("x", 1) == "20cffd1b-75f6-5f7f-9601-0302350b3a49"


@pytest.mark.parametrize(
    ("system", "value", "parameter", "query"),
    [
        (
            "https://carefhir.org/fhir/sid/step",
            "abc",
            "identifier",
            "identifier=https%3A%2F%2Fcarefhir.org%2Ffhir%2Fsid%2Fstep%7Cabc",
        ),
        (
            "https://carefhir.org/fhir/sid/act",
            "abc",
            "_tag",
            "_tag=https%3A%2F%2Fcarefhir.org%2Ffhir%2Fsid%2Fact%7Cabc",
        ),
        ("", "x y&z", "identifier", "identifier=%7Cx%20y%26z"),
        ("s", "2026,17", "identifier", "identifier=s%7C2026%5C%2C17"),
        ("s", "a|b$c\\d", "identifier", "identifier=s%7Ca%5C%7Cb%5C%24c%5C%5Cd"),
        ("s", "é/+", "identifier", "identifier=s%7C%C3%A9%2F%2B"),
    ],
)
def test_the_spelling_of_a_condition_never_changes(system: str, value: str, parameter: str, query: str) -> None:
    assert match_query(system, value, parameter) == query


@pytest.mark.parametrize(
    "other",
    [
        Act("enrol", "Patient/1", ("care-management", "none")),
        Act("enroll", "Patient/11", ("care-management", "none")),
        Act("enroll", "Patient/1", ("care-management",)),
        Act("enroll", "Patient/1", ("none", "care-management")),
        Act("enroll", "Patient/1", ("care-management,none",)),
        Act("enroll", "Patient/1care-management", ("none",)),
    ],
)
def test_another_act_has_other_keys(other: Act) -> None:
    assert other.key != ACT.key
    assert other.part_key("episode") != ACT.part_key("episode")
    assert other.urn("episode") != ACT.urn("episode")


def test_a_key_is_opaque() -> None:
    act = Act("record-assessment", "Patient/rosa", ("identifier", "mrn", "1951-08-14"))
    assert not any(word in act.key + act.part_key("rosa") + act.urn("rosa") for word in ("rosa", "1951", "mrn"))


# Amending -----------------------------------------------------------------------------------------------------------

RAW = (
    b'{"resourceType":"Task","id":"1","meta":{"versionId":"3"},"z":1.50,"status":"requested",'
    b'"input":[{"b":10.0,"a":null},{"c":1e2}],"note":[{"text":"\xc3\xa9"}],"a":123456789012345678901234567890}'
)


def test_amending_keeps_every_other_value_its_order_and_its_digits() -> None:
    change = amend("done", Record(RAW), "it was done", put("status", "completed"))
    assert encode(change.becomes) == RAW.replace(b"requested", b"completed").replace(b"1e2", b"1E+2")
    assert (change.type, change.home, change.changes_anything) == ("Task", "main", True)


def test_amending_leaves_what_was_read_alone() -> None:
    source = Record(RAW)
    amend("x", source, "y", put("status", "completed"), add("input", {"d": 1}), lambda one: one["note"][0].clear())
    assert source == Record(RAW)


def test_an_amendment_that_changes_nothing_says_so() -> None:
    assert not amend("x", Record(RAW), "y", put("status", "requested")).changes_anything
    assert not amend("x", Record(RAW), "y").changes_anything


def test_adding_keeps_the_others_and_adds_nothing_twice() -> None:
    change = amend("x", record(note=[{"text": "a"}]), "y", add("note", {"text": "b"}), add("note", {"text": "a"}))
    assert change.becomes["note"] == [{"text": "a"}, {"text": "b"}]
    assert amend("x", record(), "y", add("note", {"text": "b"})).becomes["note"] == [{"text": "b"}]


def test_a_narrow_view_is_read_only() -> None:
    with pytest.raises(NotAmendable, match="Task/1 was read in part"):
        amend("x", record(meta={"tag": [{"code": "SUBSETTED"}]}), "y", put("status", "completed"))
    with pytest.raises(NotAmendable):
        amend("x", Record(RAW, narrow=True), "y", put("status", "completed"))


def test_a_modifier_extension_stops_the_change() -> None:
    with pytest.raises(NotAmendable, match="Task/1 has a modifierExtension"):
        amend("x", record(modifierExtension=[{"url": "u"}]), "y", put("status", "completed"))


def test_a_modifier_extension_inside_what_is_changed_stops_the_change_too() -> None:
    one = record(restriction={"modifierExtension": [{"url": "u"}], "repetitions": 1})
    with pytest.raises(NotAmendable, match="modifierExtension"):
        amend("x", one, "y", put("restriction", {"repetitions": 2}))
    assert amend("x", one, "y", put("status", "completed")).changes_anything


# References ---------------------------------------------------------------------------------------------------------


def test_references_are_relative_or_urns_of_the_same_act() -> None:
    assert refer(record()) == {"reference": "Task/1"}
    flag = Create("flag", {"resourceType": "Flag"}, "because")
    assert refer(flag, ACT) == {"reference": ACT.urn("flag")}
    with pytest.raises(AssertionError, match="needs its act"):
        refer(flag)


def test_a_basis_names_the_version_where_servers_do_not_strip_it() -> None:
    assert basis(record()) == {
        "reference": "Task/1",
        "identifier": {"system": "https://carefhir.org/fhir/sid/version", "value": "Task/1/_history/3"},
    }


@pytest.mark.parametrize(
    ("identifier", "found"),
    [
        ({"system": "s", "value": "v"}, ("s", "v")),
        ({"value": "v"}, ("", "v")),
        ({"system": "s"}, None),
        ({"system": "s", "value": ""}, None),
        ({"value": 5}, None),
        ([{"value": "v"}], None),
        ("v", None),
        (None, None),
    ],
)
def test_the_identifier_a_single_identifier_resource_came_with(identifier: Any, found: Any) -> None:
    assert own_identifier({"identifier": identifier}) == found


def test_every_string_in_a_value() -> None:
    assert list(strings_in({"a": "x", "b": [1, {"c": "y"}, "z", None]})) == ["x", "y", "z"]
