"""Lists that are kept as Groups: dated, written once, never edited; only what is sure."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from carefhir.codes import STEP_KEY
from carefhir.content.loading import load
from carefhir.fhir.wire import together
from carefhir.occasion import Actor, Occasion
from carefhir.sandbox import Knobs
from carefhir.workflows.looking import stratify_list
from carefhir.workflows.looking.stratify_list import StratifiedList
from carefhir.workflows.panel import keep_group
from carefhir.workflows.panel.keep_group import KeptList
from tests.spec.test_stratify import ill
from tests.support.backends import Interrupted, Killed, sandbox_backend
from tests.support.panel import NOW, Panel, gathered

Json = dict[str, Any]


def occasion(panel: Panel, now: datetime = NOW) -> Occasion:
    return Occasion(now, Actor(panel.nurse), load(), NOW.tzinfo)  # type: ignore[arg-type]


def some() -> Panel:
    """Four people: one high, one rising, and two of whom too little is known."""
    panel = gathered(sandbox_backend(), people=4)
    ill(panel, "p01", "F10.20", "T74.11XA")
    ill(panel, "p02", "F20.9", "Z59.41")
    return panel


def listed(panel: Panel, now: datetime = NOW) -> StratifiedList:
    people: StratifiedList = panel.backend.run(stratify_list.stratified(occasion(panel, now), panel.backend.server()))
    return people


def keep(panel: Panel, now: datetime = NOW) -> tuple[KeptList, ...]:
    people = listed(panel, now)
    lists: tuple[KeptList, ...] = panel.backend.run(
        keep_group.kept(people, occasion(panel, now), panel.backend.server())
    )
    return lists


def groups(panel: Panel) -> dict[str, list[str]]:
    """The members of each Group, by its code."""
    return {
        each["code"]["coding"][0]["code"]: [member["entity"]["reference"] for member in each["member"]]
        for each in panel.backend.search("Group?_count=50")
    }


def test_each_sure_tier_is_kept_and_what_is_not_sure_is_said() -> None:
    panel = some()
    lists = keep(panel)
    assert groups(panel) == {"high": [panel.people["p01"]], "rising": [panel.people["p02"]]}
    assert [(each.kind, each.kept) for each in lists] == [("rising", True), ("high", True), ("", False)]
    assert lists[-1].words == "2 not in the Group of a tier, for their tier is not sure"


def test_a_group_is_dated_and_has_a_receipt() -> None:
    panel = some()
    keep(panel)
    for group in panel.backend.search("Group?_count=50"):
        assert (group["actual"], group["type"], group["quantity"]) == (True, "person", len(group["member"]))
        assert group["managingEntity"]["reference"] == panel.nurse
        assert "as of 2026-03-09" in group["name"]
        (receipt,) = panel.backend.search(f"Provenance?target=Group/{group['id']}")
        assert receipt["agent"][0]["who"]["reference"] == panel.nurse


def test_the_same_list_is_kept_once_a_day_and_another_one_beside_it() -> None:
    panel = some()
    keep(panel)
    again = keep(panel, NOW + timedelta(hours=2))
    assert [each.by for each in again if each.kept] == ["an earlier run", "an earlier run"]
    before = panel.backend.search("Group?_count=50")
    assert len(before) == 2
    ill(panel, "p03", "F10.20", "T74.11XA")
    keep(panel, NOW + timedelta(hours=3))
    after = panel.backend.search("Group?_count=50")
    assert len(after) == 3
    assert all(each in after for each in before), "a Group is never edited"


def test_two_at_once_keep_one() -> None:
    panel = some()
    people = listed(panel)
    server = panel.backend.server()
    both = panel.backend.run(together([keep_group.kept(people, occasion(panel), server) for _ in range(2)]))
    assert all(each.kept for lists in both for each in lists if each.kind)
    assert len(panel.backend.search("Group?_count=50")) == 2


@pytest.mark.parametrize("transaction", [True, False], ids=["transaction", "single writes"])
@pytest.mark.parametrize("at", range(1, 11))
def test_killed_and_run_again_the_undisturbed_groups_stand(at: int, transaction: bool) -> None:
    panel = some()
    panel = replace(panel, backend=panel.backend.otherwise(Knobs(transaction=transaction)))
    people, server = listed(panel), panel.backend.server()
    with contextlib.suppress(Killed):
        Interrupted(panel.backend, at, "killed after").run(keep_group.kept(people, occasion(panel), server))
    panel.backend.run(keep_group.kept(people, occasion(panel), server))
    found = panel.backend.search("Group?_count=50")
    assert sorted(each["code"]["text"] for each in found) == ["high", "rising"]
    keys = [key["value"] for each in found for key in each["identifier"] if key["system"] == STEP_KEY]
    assert len(set(keys)) == 2
    assert all(len(panel.backend.search(f"Provenance?target=Group/{each['id']}")) == 1 for each in found)


def test_a_server_that_takes_no_group_is_said() -> None:
    panel = some()
    weak = replace(panel, backend=panel.backend.otherwise(Knobs(absent=frozenset({"Group"}))))
    lists = keep(weak)
    assert not any(each.kept for each in lists)
    assert all("Group" in each.words for each in lists if each.kind)
