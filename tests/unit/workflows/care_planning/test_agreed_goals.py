"""One goal as answered: which answers are too late, and that nobody else's acceptance is touched."""

from __future__ import annotations

import copy
import json
from datetime import datetime
from typing import Any

import pytest

from carefhir.fhir.record import Record
from carefhir.mappers import goal
from carefhir.mappers.goal import ACCEPTANCE, GoalView
from carefhir.workflows.care_planning.agreed_goals import accepted, too_late

TALKED = datetime.fromisoformat("2026-03-09T23:30:00-05:00")
Json = dict[str, Any]


def view(status: str, **more: Any) -> GoalView:
    made = {"resourceType": "Goal", "id": "1", "lifecycleStatus": status, **more}
    return goal.read(Record(json.dumps(made).encode()))


def after(found: GoalView, answer: str, priority: str | None = None, words: str = "") -> Json:
    made = copy.deepcopy(found.record.json)
    for edit in accepted(found, answer, patient="Patient/1", priority=priority, words=words, talked=TALKED):
        edit(made)
    return made


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        ("proposed", "agree", ""),
        ("proposed", "disagree", ""),
        ("proposed", "later", ""),
        ("planned", "agree", ""),
        ("accepted", "agree", ""),
        ("accepted", "disagree", ""),
        ("accepted", "later", "is already agreed to and cannot be put off"),
        ("rejected", "disagree", ""),
        ("rejected", "agree", "cannot be agreed to any more"),
        ("rejected", "later", "cannot be agreed to any more"),
        ("active", "agree", ""),
        ("active", "disagree", "under an earlier plan"),
        ("on-hold", "later", "under an earlier plan"),
        ("completed", "agree", "is completed and can no longer be answered"),
        ("cancelled", "disagree", "is cancelled and can no longer be answered"),
        ("entered-in-error", "agree", "is entered-in-error and can no longer be answered"),
    ],
)
def test_which_answers_are_too_late(status: str, answer: str, words: str) -> None:
    said = too_late(view(status), answer)
    assert (words in said) if words else said == ""


@pytest.mark.parametrize(
    ("status", "answer", "becomes", "code"),
    [
        ("proposed", "agree", "accepted", "agree"),
        ("proposed", "disagree", "rejected", "disagree"),
        ("proposed", "later", "proposed", "pending"),
        ("active", "agree", "active", "agree"),
    ],
)
def test_where_an_answer_takes_a_goal(status: str, answer: str, becomes: str, code: str) -> None:
    made = after(view(status), answer)
    assert made["lifecycleStatus"] == becomes
    assert made["extension"][0]["extension"][1] == {"url": "status", "valueCode": code}
    assert made.get("statusDate") == ("2026-03-09" if becomes != status else None), "the day as the talk was told"


def test_saying_it_again_changes_nothing() -> None:
    once = after(view("proposed"), "agree", "high")
    again = after(goal.read(Record(json.dumps(once).encode())), "agree", "high")
    assert again == once


def test_a_new_priority_goes_where_the_old_one_stood_and_others_keep_theirs() -> None:
    theirs = {
        "url": ACCEPTANCE,
        "extension": [
            {"url": "individual", "valueReference": {"reference": "RelatedPerson/2"}},
            {"url": "status", "valueCode": "disagree"},
        ],
    }
    once = after(view("proposed", extension=[theirs]), "agree", "high")
    made = after(goal.read(Record(json.dumps(once).encode())), "disagree", "low", "too much")
    assert made["extension"][0] == theirs
    _, status, priority = made["extension"][1]["extension"]
    assert status["valueCode"] == "disagree"
    assert priority["valueCodeableConcept"]["coding"][0]["code"] == "low-priority"
    assert (made["lifecycleStatus"], made["statusReason"]) == ("rejected", "too much")
