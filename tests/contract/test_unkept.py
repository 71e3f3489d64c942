"""The list of what a server does not keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.real_servers import BY_NAME

from .unkept import UNKEPT, Unkept, entry_for

HERE = Path(__file__).parent
ONE = Unkept("one", "helios", "it", ("test_x.py::test_y[a]", "test_x.py::test_z*"), "assert 201 == 400", "so")


def test_each_entry_names_a_server_and_tests_that_are_there() -> None:
    assert len({(each.server, each.id) for each in UNKEPT}) == len(UNKEPT)
    for each in UNKEPT:
        assert each.server in BY_NAME
        assert all((each.what, each.why, each.source, each.failing, each.tests)), each.id
        for test in each.tests:
            file, _, name = test.partition("::")
            assert f"def {name.partition('[')[0].rstrip('*')}(" in (HERE / file).read_text(), each.id


def test_no_test_is_listed_twice() -> None:
    listed = [(each.server, test.rstrip("*")) for each in UNKEPT for test in each.tests]
    assert len(listed) == len(set(listed))


def test_a_test_is_found_by_its_name_and_parameters() -> None:
    assert ONE.concerns("helios", "test_x.py::test_y[a]")
    assert ONE.concerns("helios", "test_x.py::test_z[b]")
    assert not ONE.concerns("helios", "test_x.py::test_y[ab]")
    assert not ONE.concerns("hapi", "test_x.py::test_y[a]")
    assert entry_for("sandbox", UNKEPT[0].tests[0]) is None


def test_it_must_fail_and_as_listed() -> None:
    ONE.settle(AssertionError("assert 201 == 400\n +  where 201 = ..."))
    with pytest.raises(AssertionError, match="keeps this now"):
        ONE.settle(None)
    other = AssertionError("assert 500 == 400")
    with pytest.raises(AssertionError) as raised:
        ONE.settle(other)
    assert raised.value is other
