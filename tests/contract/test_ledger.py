"""The ledger itself."""

from __future__ import annotations

import pytest

from tests.support.book import Book
from tests.support.real_servers import BY_NAME, SANDBOX

from . import ledger
from .client import Server


def test_each_entry_is_a_difference_with_reason_and_source() -> None:
    assert len({each.id for each in ledger.LEDGER}) == len(ledger.LEDGER)
    for each in ledger.LEDGER:
        others = {name: answer for name, answer in each.answers.items() if name != SANDBOX}
        assert SANDBOX in each.answers
        assert set(others) <= set(BY_NAME), f"{each.id} names a server that nobody runs"
        assert others, f"{each.id}: nobody differs, so it is no difference"
        for name, answer in others.items():
            assert answer != each.of(SANDBOX), f"{each.id}: {name} agrees with the sandbox"
        assert all((each.what, each.why, each.source)), f"{each.id} is not explained"


def test_fails_when_a_listed_difference_has_gone(server: Server) -> None:
    for entry in ledger.LEDGER:
        for other in set(entry.answers.values()) - {entry.of(server.name)}:
            with pytest.raises(AssertionError, match=entry.id):
                ledger.expect(entry.id, server, other)


def test_an_entry_that_no_test_stated_is_told() -> None:
    """Over all workers of a run, whichever of them stated it."""
    run, one, other = Book(), Book(), Book()
    for worker in (one, other):
        worker.want(["sandbox"], ["first", "second", "third"])
    one.state("sandbox", "first")
    other.state("sandbox", "second")
    other.state("hapi", "third")
    for worker in (one, other):
        run.add(worker.told())
    assert run.unstated() == ["third: no test stated it of sandbox"]
    run.state("sandbox", "third")
    assert run.unstated() == []
