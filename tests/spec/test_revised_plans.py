"""`revise-plan`: what takes effect at once, what waits for a signature, and what stays on record."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.planning import goals_of, plan_of, proposed
from tests.support.stories.revising import in_force, revise, sign_revision, the_item, waiting

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


def of(found: Stage, type_: str, code: str) -> Json:
    return next(one for one in Chart(found.backend, found.patient).all(type_) if code in str(one))


def aims(found: Stage) -> list[tuple[str, Any, Any]]:
    """Status, and the ends of the number, of each goal for the A1c, oldest first."""
    goals = [one for one in Chart(found.backend, found.patient).all("Goal") if "'a1c'" in str(one["description"])]
    targets = [(one["lifecycleStatus"], one["target"][0]) for one in sorted(goals, key=lambda one: int(one["id"]))]
    return [
        (status, each.get("detailQuantity", {}).get("value"), each.get("detailRange", {}).get("high", {}).get("value"))
        for status, each in targets
    ]


def test_what_a_nurse_does_and_what_waits(rosa: Stage) -> None:
    """The target and the item of class plan wait; her own goal and the items of class now take effect at once."""
    vaccines, medicines = the_item(rosa, "vaccination"), the_item(rosa, "medication-management")
    a1c = rosa.backend.get(goals_of(rosa)["a1c"])
    result = run(rosa, revise(rosa))
    assert isinstance(result, Done), result
    assert rosa.backend.get(f"Goal/{a1c['id']}") == a1c
    assert rosa.backend.get(vaccines)["restriction"]["period"]["end"] != "2026-06-01"
    own = of(rosa, "Goal", "To bake with her granddaughter")
    assert own["lifecycleStatus"] == "active"
    assert rosa.backend.get(medicines)["status"] == "cancelled"
    assert rosa.backend.get(medicines)["statusReason"]["text"] == "the pharmacist does it now"
    asked = Chart(rosa.backend, rosa.patient).tasks()["sign-revision"]
    assert asked["owner"]["reference"] == rosa.physician
    assert asked["restriction"]["period"]["end"] == "2026-05-11"
    assert "nothing that waits for the signature has taken effect" in result.told.says
    plan = rosa.backend.get(plan_of(rosa))
    assert f"Goal/{own['id']}" in [one["reference"] for one in plan["goal"]]
    assert plan["status"] == "active"


def test_signed_as_proposed(rosa: Stage) -> None:
    """Only then the old target ends, with the reason, and the new one says which goal it takes the place of."""
    run(rosa, revise(rosa))
    ((_, old, _),) = aims(rosa)
    first = goals_of(rosa)["a1c"]
    result = run(rosa, sign_revision(rosa), "physician", NEXT_DAY)
    assert isinstance(result, Done), result
    assert aims(rosa) == [("cancelled", old, None), ("active", None, 8.5)]
    assert rosa.backend.get(first)["statusReason"] == "changed: three lows in April"
    new = Chart(rosa.backend, rosa.patient).all("Goal")[-1]
    assert first in str(new["extension"])
    assert new["target"][0]["detailRange"]["high"]["unit"] == "%"
    assert rosa.backend.get(the_item(rosa, "vaccination"))["restriction"]["period"]["end"] == "2026-06-01"
    assert rosa.backend.get(waiting(rosa))["status"] == "completed"
    linked = [one["reference"] for one in rosa.backend.get(plan_of(rosa))["goal"]]
    assert {first, f"Goal/{new['id']}"} <= set(linked)


def test_a_provider_needs_no_signature(rosa: Stage) -> None:
    result = run(rosa, revise(rosa), "physician")
    assert isinstance(result, Done)
    assert [status for status, _, _ in aims(rosa)] == ["cancelled", "active"]
    assert "sign-revision" not in Chart(rosa.backend, rosa.patient).tasks()


def test_what_changed_can_be_read_on_the_plan(rosa: Stage) -> None:
    result = run(rosa, revise(rosa), "physician")
    assert isinstance(result, Done)
    note = rosa.backend.get(plan_of(rosa))["note"][-1]
    assert note["authorReference"]["reference"] == rosa.physician
    assert note["text"].startswith("Plan changed. Why: two months on\n- Goal changed: ")
    for line in result.told.says[:5]:
        assert line in note["text"]
    (change,) = [line for line in result.told.says if line.startswith("Goal changed")]
    assert "< 8 %" in change
    assert "at most 8.5 %" in change
    assert change.endswith("Why: three lows in April")


def test_a_goal_that_changed_since_is_not_signed(rosa: Stage) -> None:
    run(rosa, revise(rosa))
    goal = rosa.backend.get(goals_of(rosa)["a1c"])
    rosa.backend.put({**goal, "note": [{"text": "the endocrinologist asks for 7.5"}]})
    result = run(rosa, sign_revision(rosa), "physician", NEXT_DAY)
    assert isinstance(result, Refused)
    assert "has changed since it was proposed" in result.why[0]
    assert [status for status, _, _ in aims(rosa)] == ["active"]


def test_a_nurse_does_not_sign(rosa: Stage) -> None:
    run(rosa, revise(rosa))
    result = run(rosa, sign_revision(rosa), when=NEXT_DAY)
    assert isinstance(result, Refused)
    assert [status for status, _, _ in aims(rosa)] == ["active"]
    assert any("setting a clinical target is not for registered nurse" in why for why in result.why), result.why


def test_an_order_added_by_a_nurse_waits_and_the_prescriber_places_it(rosa: Stage) -> None:
    items = [{"does": "add", "code": "scale", "reason": "the old one is broken"}]
    before = len(Chart(rosa.backend, rosa.patient).written("DeviceRequest"))
    assert isinstance(run(rosa, revise(rosa, goals=[], items=items)), Done)
    assert len(Chart(rosa.backend, rosa.patient).written("DeviceRequest")) == before
    assert isinstance(run(rosa, sign_revision(rosa), "physician", NEXT_DAY), Done)
    new = Chart(rosa.backend, rosa.patient).written("DeviceRequest")[-1]
    assert new["status"] == "draft", "a signature on a plan is not an order"
    placing = [one for one in Chart(rosa.backend, rosa.patient).written("Task") if "place-order" in str(one["code"])]
    assert f"DeviceRequest/{new['id']}" in [one["focus"]["reference"] for one in placing]


def test_the_task_that_asked_is_answered(rosa: Stage) -> None:
    ask = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "review-plan"}]},
        "for": {"reference": rosa.patient},
        "owner": {"reference": rosa.nurse},
        "description": "the plan is due for review",
    }
    mine, other = rosa.backend.create(ask), rosa.backend.create({**ask, "owner": {"reference": rosa.physician}})
    refused = run(rosa, revise(rosa, answers=[mine, other]))
    assert isinstance(refused, Refused)
    assert refused.why == (f"{other} is somebody else's to answer: leave it out, or let them revise the plan",)
    result = run(rosa, revise(rosa, answers=[mine]))
    assert isinstance(result, Done)
    assert rosa.backend.get(mine)["status"] == "completed"
    assert f"still open: the plan is due for review ({other})" in result.told.says
    assert rosa.backend.get(other)["status"] == "requested"


def test_what_goes_on_without_a_goal_is_named(rosa: Stage) -> None:
    goals = [{"does": "stop", "goal": goals_of(rosa)["yearly-checks"], "reason": "hospice"}]
    result = run(rosa, revise(rosa, goals=goals, items=[], patient_agrees=False), "physician")
    assert isinstance(result, Done)
    assert any(line.startswith("goes on although its goals were stopped: ") for line in result.told.warnings)


def _goal(found: Stage, **changes: Any) -> list[Json]:
    return [{"does": "change", "goal": goals_of(found)["own"], "reason": "why not", **changes}]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"patient_agrees": False}, "talk it over with the patient first"),
        ({"goals": [], "items": []}, "nothing is added, changed or stopped"),
        ({"revised": "2026-05-06T09:00:00-05:00"}, "revised is in the future"),
        ({"goals": [{"does": "stop", "goal": "Goal/none", "reason": "x"}]}, "Goal/none is not a goal of"),
        ({"goals": [{"does": "add", "reason": "x"}]}, "a goal that is added needs words"),
        ({"goals": [{"does": "add", "words": "LDL", "at_most": "70", "reason": "x"}]}, "give what measures it"),
        ({"items": [{"does": "add", "code": "yoga", "reason": "x"}]}, "no pathway has the item 'yoga'"),
        ({"items": [{"does": "stop", "item": "Task/none", "reason": "x"}]}, "Task/none is not an item of"),
        ({"answers": ["Task/none"]}, "Task/none does not ask anybody to look at the plan"),
        ({"proposal": "Task/none"}, "a proposal is signed as it is"),
    ],
)
def test_why_nothing_is_revised(rosa: Stage, changes: Json, why: str) -> None:
    before = Chart(rosa.backend, rosa.patient).resources
    result = run(rosa, revise(rosa, **changes), "physician")
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert Chart(rosa.backend, rosa.patient).resources == before


@pytest.mark.parametrize(
    ("changes", "why"),
    [({}, "say what changes"), ({"at_most": "3"}, "has no unit so far"), ({"at_least": 9, "at_most": 3}, "is above")],
)
def test_how_a_goal_is_not_changed(rosa: Stage, changes: Json, why: str) -> None:
    result = run(rosa, revise(rosa, goals=_goal(rosa, **changes)), "physician")
    assert isinstance(result, Refused)
    assert any(why in sentence for sentence in result.why), result.why


def test_a_draft_is_not_revised() -> None:
    found = stage(sandbox_backend(), "rosa")
    proposed(found)
    result = run(found, revise(found))
    assert isinstance(result, Refused)
    assert "only a plan in force is revised; change a draft with record-agreement" in result.why[0]
