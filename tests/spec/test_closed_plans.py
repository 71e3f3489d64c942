"""`close-plan`: who closes, and what becomes of everything that is still open."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.workflows.care_planning.propose_plan import ProposePlan
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.planning import goals_of, plan_of, proposed
from tests.support.stories.revising import close, decline_closing, in_force, parts_open, revise

Json = dict[str, Any]
WHEN, NEXT_DAY = "2026-05-04T10:00:00-05:00", "2026-05-05T10:00:00-05:00"


@pytest.fixture(scope="module")
def told() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    in_force(found)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    """Rosa, whose plan is signed."""
    return told.copied()


def run(found: Stage, command: Command, who: str = "nurse", when: str = WHEN) -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def tasks(found: Stage, code: str) -> list[Json]:
    return [one for one in Chart(found.backend, found.patient).written("Task") if f"'{code}'" in str(one["code"])]


def test_a_nurse_proposes_and_nothing_ends(rosa: Stage) -> None:
    before = {name: rosa.backend.get(name) for some in parts_open(rosa) for name in some}
    result = run(rosa, close(rosa, goals=[], items=[]))
    assert isinstance(result, Done), result
    (asked,) = tasks(rosa, "close-plan")
    assert asked["owner"]["reference"] == rosa.physician
    assert asked["restriction"]["period"]["end"] == "2026-05-11"
    assert rosa.backend.get(plan_of(rosa))["status"] == "active"
    assert {name: rosa.backend.get(name) for name in before} == before


def test_a_provider_closes(rosa: Stage) -> None:
    """Her own goal goes on; everything else has ended, or has somebody who sees to it."""
    run(rosa, close(rosa, goals=[], items=[]))
    run(rosa, revise(rosa))
    parts = parts_open(rosa)
    first = parts[0][0]
    own = goals_of(rosa)["own"]
    assert isinstance(run(rosa, close(rosa, parts), "physician", NEXT_DAY), Done)
    plan = rosa.backend.get(plan_of(rosa))
    assert (plan["status"], plan["period"]["end"]) == ("completed", "2026-05-05")
    assert rosa.backend.get(first)["lifecycleStatus"] == "completed"
    goals, items = parts_open(rosa)
    assert goals == [own]
    followed = {one["focus"]["reference"] for code in ("coordinate", "place-order") for one in tasks(rosa, code)}
    assert items
    assert set(items) <= followed
    for code, status in (("close-plan", "completed"), ("sign-revision", "cancelled")):
        assert [one["status"] for one in tasks(rosa, code)] == [status]


def test_what_became_of_each_is_kept_on_the_plan(rosa: Stage) -> None:
    result = run(rosa, close(rosa), "physician")
    assert isinstance(result, Done)
    text = rosa.backend.get(plan_of(rosa))["note"][-1]["text"]
    assert text.startswith("Plan closed (completed). Why: a year on, and stable\n- reached: ")
    assert "cancelled: Vaccines (moved to her daughter's town)" in text


def test_what_nobody_decided_is_named_one_by_one(rosa: Stage) -> None:
    goals, items = parts_open(rosa)
    result = run(rosa, close(rosa, goals=[], items=[]), "physician")
    assert isinstance(result, Refused)
    for name in (*goals, *items):
        assert [why for why in result.why if name in why], name
    assert [one["goal"] for one in result.to_fill_in["goals"]] == goals
    assert [one["item"] for one in result.to_fill_in["items"]] == items
    assert rosa.backend.get(plan_of(rosa))["status"] == "active"


def test_the_provider_declines(rosa: Stage) -> None:
    run(rosa, close(rosa, goals=[], items=[]))
    assert isinstance(run(rosa, decline_closing(rosa), "physician", NEXT_DAY), Done)
    assert rosa.backend.get(plan_of(rosa))["status"] == "active"
    assert [one["status"] for one in tasks(rosa, "close-plan")] == ["rejected"]
    again = run(rosa, close(rosa, goals=[], items=[]), when="2026-05-06T10:00:00-05:00")
    assert isinstance(again, Done)
    assert again.by == "us"


def test_the_next_plan_links_what_was_carried(rosa: Stage) -> None:
    goals, _ = parts_open(rosa)
    ends = [{"goal": goal, "becomes": "carry"} for goal in goals]
    assert isinstance(run(rosa, close(rosa, goals=ends), "physician"), Done)
    result = run(rosa, ProposePlan(patient=rosa.patient, own_goal="declined"), when=NEXT_DAY)
    assert isinstance(result, Done), result
    (draft,) = [one for one in Chart(rosa.backend, rosa.patient).written("CarePlan") if one["status"] == "draft"]
    linked = {one["reference"] for one in draft["goal"]}
    assert goals_of(rosa)["a1c"] in linked & set(goals)


def test_an_item_is_left_with_somebody_else(rosa: Stage) -> None:
    given = close(rosa)
    (task, *_) = [one.item for one in given.items if one.item.startswith("Task/")]
    items = [
        {"item": task, "becomes": "carry", "owner": rosa.physician}
        if one.item == task
        else one.model_dump(exclude_defaults=True)
        for one in given.items
    ]
    result = run(rosa, close(rosa, items=items), "physician")
    assert isinstance(result, Done)
    assert rosa.backend.get(task)["owner"]["reference"] == rosa.physician
    assert rosa.backend.get(task)["status"] == "requested"


@pytest.mark.parametrize(
    ("changes", "who", "why"),
    [
        ({"goals": [{"goal": "Goal/none", "becomes": "carry"}]}, "physician", "Goal/none is not open in"),
        ({"plan": "CarePlan/none"}, "physician", "is not on this server"),
        ({"becomes": "goes-on"}, "physician", "nobody has proposed to close"),
        ({"becomes": "goes-on"}, "nurse", "closing a plan is not for registered nurse"),
    ],
)
def test_why_nothing_is_closed(rosa: Stage, changes: Json, who: str, why: str) -> None:
    result = run(rosa, close(rosa, **changes), who)
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert rosa.backend.get(plan_of(rosa))["status"] == "active"


def test_without_a_reason_nothing_is_cancelled(rosa: Stage) -> None:
    goals, _ = parts_open(rosa)
    result = run(rosa, close(rosa, goals=[{"goal": one, "becomes": "cancel"} for one in goals]), "physician")
    assert isinstance(result, Refused)
    assert f"{goals[0]}: give the reason why it is cancelled" in result.why


def test_a_draft_is_given_up_not_completed() -> None:
    found = stage(sandbox_backend(), "rosa")
    proposed(found)
    goals, items = parts_open(found)
    ends: Json = {
        "goals": [{"goal": one, "becomes": "cancel", "reason": "she moves away"} for one in goals],
        "items": [{"item": one, "becomes": "cancel", "reason": "she moves away"} for one in items],
    }
    result = run(found, close(found, **ends), "physician")
    assert isinstance(result, Refused)
    assert "was never in force: it is given up" in result.why[0]
    assert isinstance(run(found, close(found, becomes="revoked", **ends), "physician"), Done)
    assert rosa_status(found) == "revoked"
    assert parts_open(found) == ([], [])


def rosa_status(found: Stage) -> str:
    return str(found.backend.get(plan_of(found))["status"])
