"""When a real server is asked for; and the page that a run of it leaves."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tests.contract.unkept import UNKEPT
from tests.support.real_servers import BY_NAME, REAL_SERVERS, RealServer
from tests.support.results import Run, page


@pytest.mark.parametrize("mine", REAL_SERVERS, ids=lambda mine: mine.name)
def test_asked_for_by_its_marker_by_a_base_or_in_ci(mine: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(mine.variable, raising=False)
    monkeypatch.delenv("CI", raising=False)
    assert mine.asked_for(mine.name)
    assert mine.asked_for(f"{mine.name} and not deep")
    assert not mine.asked_for("")
    assert not mine.asked_for(f"not {mine.name}")
    assert not mine.asked_for(f"not {mine.name} and not other")
    assert not any(one.asked_for(mine.name) for one in REAL_SERVERS if one is not mine and not one.base_given)
    monkeypatch.setenv(mine.variable, "http://127.0.0.1:1/fhir")
    assert mine.asked_for("")
    monkeypatch.delenv(mine.variable)
    monkeypatch.setenv("CI", "true")
    assert mine.asked_for("")


def test_a_page_says_when_what_how_many_and_what_differs() -> None:
    ended = Counter({("tests/x/test_a.py", "passed"): 1203, ("tests/x/test_a.py", "failed"): 2})
    said = page(Run(BY_NAME["helios"], "Helios 9", date(2026, 2, 3), 61, ended, ("kills: 12 tried",)))
    assert "on 2026-02-03: Helios 9" in said
    assert "1,203 passed, 2 failed" in said
    assert "| test_a | 1203 | 2 |" in said
    assert "- kills: 12 tried" in said
    assert all(each.what.replace("|", "\\|") in said for each in UNKEPT if each.server == "helios")
