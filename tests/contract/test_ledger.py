"""The ledger itself; runs last."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import ledger
from .client import Server


def test_each_entry_is_a_difference_with_reason_and_source() -> None:
    assert len({each.id for each in ledger.LEDGER}) == len(ledger.LEDGER)
    for each in ledger.LEDGER:
        assert each.sandbox != each.hapi, f"{each.id}: the two agree, so it is no difference"
        assert all((each.what, each.why, each.source)), f"{each.id} is not explained"


def test_fails_when_a_listed_difference_has_gone(server: Server) -> None:
    [entry] = [each for each in ledger.LEDGER if each.id == "stale-if-match"]
    other = entry.hapi if server.name == "sandbox" else entry.sandbox
    with pytest.raises(AssertionError, match="stale-if-match"):
        ledger.expect(entry.id, server, other)


def test_each_entry_was_exercised(server: Server, request: pytest.FixtureRequest) -> None:
    folder = Path(__file__).parent
    ran = {item.path for item in request.session.items}
    left_out = [each.name for each in folder.glob("test_*.py") if each not in ran]
    if left_out or request.config.getoption("-k") or any("::" in each for each in request.config.args):
        pytest.skip("only a part of the suite was run")
    assert ledger.unexercised(server) == []
