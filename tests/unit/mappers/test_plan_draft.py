"""What a plan is first written as: every type of item, as R4 has it, with its class, its goals and its reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from carefhir.content.loading import load
from carefhir.content.pathways import GoalDraft, ItemDraft
from carefhir.errors import ContentError
from carefhir.fhir.r4 import objections
from carefhir.fhir.record import Record
from carefhir.mappers import request
from carefhir.mappers.plan_draft import Item, PlanDraft, Writing, write_goal, write_item, write_own_goal, write_plan

WRITING = Writing(load(), "Patient/1", "Practitioner/1", date(2026, 3, 9), "2026-03-09T10:00:00-05:00")
CONDITION = Record(json.dumps({"resourceType": "Condition", "id": "7"}).encode())
DRAFT = ItemDraft(
    "foot-check", "Foot check", "Look at the feet.", "plan", "Task", "care-manager", None, "", (), (), ()
)  # fmt: skip
ITEM = Item(DRAFT, "Foot check. For: type 2 diabetes.", "Practitioner/2", date(2026, 3, 23), date(2026, 4, 8),
            ({"reference": "Goal/3"},), (CONDITION,))  # fmt: skip


@pytest.mark.parametrize("makes", ["Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment"])
def test_an_item_of_every_type_is_r4_and_reads_back(makes: str) -> None:
    made = write_item(WRITING, replace(ITEM, draft=replace(DRAFT, makes=makes)))
    assert objections(made) == ()
    view = request.read(Record(json.dumps({**made, "id": "1"}).encode()))
    assert (view.kind, view.codes, view.words, view.goals) == ("plan", ("foot-check",), "Foot check", ("Goal/3",))
    assert view.status == ("proposed" if makes == "Appointment" else "draft")
    assert "Condition/7" in json.dumps(made)
    assert "2026-04-08" in json.dumps(made)
    assert (view.start, view.until) == (ITEM.start, ITEM.until)


def test_an_item_of_another_type_is_refused() -> None:
    with pytest.raises(ContentError, match="makes a Procedure"):
        write_item(WRITING, replace(ITEM, draft=replace(DRAFT, makes="Procedure")))


@pytest.mark.parametrize(
    ("draft", "target"),
    [
        (GoalDraft("less-salt", "Less salt.", "", (), "", {}, None, ()), None),
        (GoalDraft("less-salt", "Less salt.", "", (), "", {}, 30, ()), [{"dueDate": "2026-04-08"}]),
    ],
)
def test_a_goal_says_only_what_its_draft_says(draft: GoalDraft, target: object) -> None:
    made = write_goal(WRITING, draft, ())
    assert objections(made) == ()
    assert made.get("target") == target
    assert "priority" not in made
    assert "addresses" not in made


def test_a_goal_of_ones_own_and_an_empty_plan_are_r4() -> None:
    assert objections(write_own_goal(WRITING, "To walk to church")) == ()
    plan = write_plan(
        WRITING, PlanDraft("Care plan", (), (), (), ({"reference": "EpisodeOfCare/1"},), (), ("Review.",))
    )
    assert objections(plan) == ()
    assert not {"goal", "activity", "addresses", "careTeam"} & set(plan)
