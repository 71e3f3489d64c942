"""Versions, undo, indexes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.store import Store
from carefhir.sandbox.values import Token

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOBODY: frozenset[str] = frozenset()


def write(store: Store, id_: str, status: str, targets: frozenset[str] = NOBODY) -> int:
    return store.write("Task", id_, {"resourceType": "Task", "status": status}, targets, "PUT", NOW).number


def test_versions_count_up_and_the_same_content_makes_none() -> None:
    store = Store()
    assert [write(store, "a", each) for each in ("active", "inactive", "inactive", "active")] == [1, 2, 2, 3]
    assert [each.number for each in store.versions("Task", "a")] == [1, 2, 3]


def test_stamps_identity_and_time() -> None:
    store = Store()
    write(store, "a", "active")
    assert store.living("Task", "a").body == (
        b'{"resourceType":"Task","id":"a","meta":{"versionId":"1","lastUpdated":"2026-03-01T12:00:00.000+00:00"},'
        b'"status":"active"}'
    )


def test_a_precision_changed_is_a_change() -> None:
    store = Store()
    from carefhir.sandbox.wire import decode

    for text in (b'{"valueDecimal":1.5}', b'{"valueDecimal":1.50}'):
        version = store.write("Basic", "a", decode(text), NOBODY, "PUT", NOW)
    assert version.number == 2


def test_absent_and_deleted() -> None:
    store = Store()
    with pytest.raises(RequestRefused) as absent:
        store.living("Task", "a")
    assert absent.value.status == 404
    write(store, "a", "active")
    store.delete("Task", "a", NOW)
    assert store.delete("Task", "a", NOW) is None
    with pytest.raises(RequestRefused) as deleted:
        store.living("Task", "a")
    assert deleted.value.status == 410
    assert not store.exists("Task/a")


def test_an_index_follows_writes() -> None:
    store = Store()
    write(store, "a", "active")
    index = store.index("Task", "status")
    assert index.values == {"a": (Token(None, "active"),)}
    write(store, "a", "inactive")
    write(store, "b", "active")
    assert set(index.posted("active")) == {"b"}
    assert set(index.posted("inactive")) == {"a"}
    store.delete("Task", "a", NOW)
    assert set(index.posted("inactive")) == set()


def test_referrers_follow_writes() -> None:
    store = Store()
    write(store, "a", "active", frozenset({"Patient/1"}))
    assert store.referrers("Patient/1") == {"Task/a"}
    write(store, "a", "inactive")
    assert store.referrers("Patient/1") == set()


def picture(store: Store) -> object:
    """All that can be seen of a store."""
    index = store.index("Task", "status")
    return (
        {id_: [each.body for each in store.versions("Task", id_)] for id_ in store.types["Task"]},
        {id_: store.order("Task", id_) for id_ in store.types["Task"]},
        {code: set(index.posted(code)) for code in ("active", "inactive")},
        {target: store.referrers(target) for target in ("Patient/1", "Patient/2")},
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["active", "inactive", "delete"]),
        st.frozensets(st.sampled_from(["Patient/1", "Patient/2"])),
    ),
    max_size=12,
)


@given(before=STEPS, undone=STEPS)
def test_rollback_leaves_no_trace(before: list[tuple[str, str, frozenset[str]]], undone: list[object]) -> None:
    store = Store()

    def act(steps: object) -> None:
        for id_, status, targets in steps:  # type: ignore[attr-defined]  # a list of triples
            if status == "delete":
                store.delete("Task", id_, NOW)
            else:
                write(store, id_, status, targets)

    act(before)
    store.settle()
    seen = picture(store)
    mark = store.mark()
    act(undone)
    store.rollback(mark)
    assert picture(store) == seen


def test_a_copy_goes_its_own_way() -> None:
    store = Store()
    write(store, "a", "active")
    other = store.copy()
    write(other, "a", "inactive")
    write(other, "b", "active", frozenset({"Patient/1"}))
    assert [one.number for one in store.versions("Task", "a")] == [1]
    assert not store.exists("Task/b")
    assert store.referrers("Patient/1") == NOBODY
    assert (other.new_number(), store.new_number()) == (1, 1)
