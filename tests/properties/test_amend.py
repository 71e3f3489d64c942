"""R5 over real-looking data: what is read and written back has the same values, order and decimal text.

The synthetic patients stand beside the checkout, or where CAREFHIR_SHARED says; where they are absent the tests say so
and are skipped, under CI=true they fail. Hand-made JSON of every shape is tried besides, by hypothesis.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefhir.fhir.changes import amend, put
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record


class _Entry(msgspec.Struct):
    resource: msgspec.Raw


class _Bundle(msgspec.Struct):
    entry: list[_Entry]


@cache
def resources(shared: Path) -> tuple[bytes, ...]:
    """Every resource of the synthetic bundles, its bytes as they stand in the file."""

    def read() -> Iterator[bytes]:
        with tarfile.open(shared / "data" / "synthea" / "patients-25.tar.xz") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.name.endswith(".json") else None
                if file is not None:
                    yield from (bytes(one.resource) for one in msgspec.json.decode(file.read(), type=_Bundle).entry)

    return tuple(read())


def literal(text: bytes) -> Any:
    """A second reading of our own, in which every number is the text it was written with and order counts."""
    return json.loads(
        text, parse_float=lambda one: f"float {one}", parse_int=lambda one: f"int {one}", object_pairs_hook=list
    )


@pytest.mark.shared
def test_every_resource_is_written_back_as_it_was_read(shared: Path) -> None:
    some = resources(shared)
    assert len(some) > 1000
    different = [one for one in some if literal(encode(Record(one).json)) != literal(one)]
    assert len(different) == 0, f"{len(different)} of {len(some)} differ"


@pytest.mark.shared
def test_amending_one_element_changes_no_other(shared: Path) -> None:
    tag = {"text": "amended"}
    wrong = 0
    for raw in resources(shared):
        becomes = amend("x", Record(raw), "y", put("amendedByTest", tag)).becomes
        wrong += literal(encode(becomes)) != [*literal(raw), ("amendedByTest", [("text", "amended")])]
    assert wrong == 0


@pytest.mark.shared
def test_the_data_has_decimals_to_lose(shared: Path) -> None:
    """Were there none that a float would change, the two tests above would prove less than they say."""

    def changed_by_a_float(text: bytes) -> bool:
        return json.dumps(json.loads(text)) != json.dumps(json.loads(text, parse_float=lambda one: f"{one}"))

    assert any(changed_by_a_float(one) for one in resources(shared))


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**12), max_value=10**12).filter(
    lambda one: one.as_tuple().exponent < 0  # type: ignore[operator]
)
VALUES = st.recursive(
    st.booleans() | st.integers() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
ELEMENTS = st.dictionaries(
    st.text(min_size=1).filter(lambda one: one not in ("resourceType", "id", "meta", "status", "modifierExtension")),
    VALUES,
    max_size=5,
)


def same(one: Any, other: Any) -> bool:
    """Equal in value, kind, order and precision: repr tells 1.50 from 1.5 and 1 from True."""
    return repr(one) == repr(other)


@given(ELEMENTS, ELEMENTS, st.sampled_from(["active", "completed"]))
def test_amending_keeps_every_other_value_order_and_digit(before: Any, after: Any, status: str) -> None:
    resource = {**before, "resourceType": "Task", "id": "1", "status": "active", **after}
    record = Record(encode(resource))
    change = amend("x", record, "y", put("status", status))
    assert same(change.becomes, {**resource, "status": status})
    assert change.changes_anything is (status != "active")
    assert same(record.json, resource)


@given(st.lists(NUMBERS, min_size=1))
def test_numbers_keep_their_precision(numbers: list[Decimal]) -> None:
    resource = {"resourceType": "Observation", "id": "1", "x": numbers}
    again = Record(encode(resource)).json["x"]
    assert [one.as_tuple() for one in again] == [one.as_tuple() for one in numbers]
