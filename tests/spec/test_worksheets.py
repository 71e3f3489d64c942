"""Looking is not being refused: what a step needs from a person comes as a worksheet with the fields to fill in."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import CloseTransition, ReconcileMedications, RecordAgreement, SignOff
from tests.spec.tables import carried_out
from tests.support.backends import Backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories import medications
from tests.support.stories import planning as story
from tests.support.stories.transitions import all_cancelled, closing

Json = dict[str, Any]
WHEN, LATER, OVER = "2026-03-09T10:00:00-05:00", "2026-03-09T11:00:00-05:00", "2026-04-05T09:50:00-05:00"


def with_story(backend: Backend, *before: Any) -> Stage:
    found = stage(backend, "rosa")
    for tell in before:
        tell(found)
    return found


def asked(result: object) -> dict[str, Any]:
    """The fields to fill in; a worksheet is no refusal with a reason."""
    assert isinstance(result, Refused), result
    assert result.to_fill_in, result.why
    return dict(result.to_fill_in)


# ---- medicines


def test_the_differences_of_the_lists_are_fields_and_can_be_filled_in(backend: Backend) -> None:
    rosa = with_story(backend, medications.home)
    first = medications.reconcile(rosa, taking=(), decisions=())
    blanks = asked(carried_out(rosa, first, WHEN))
    assert {(each["medicine"], each["what"]) for each in blanks["decisions"]} == {
        ("furosemide", "dose-changed"),
        ("glipizide", "omitted"),
    }
    assert {each["taking"] for each in blanks["taking"]} == {""}
    filled = {
        "taking": [{**each, "taking": "yes", "how": "as ordered"} for each in blanks["taking"]],
        "decisions": [{**each, "why": "unknown", "action": "for the prescriber"} for each in blanks["decisions"]],
    }
    command = ReconcileMedications.model_validate({**first.model_dump(), **filled})
    assert isinstance(carried_out(rosa, command, WHEN), Done)


def test_what_was_answered_already_stays_in_the_worksheet(backend: Backend) -> None:
    rosa = with_story(backend, medications.home)
    given = medications.reconcile(rosa, taking=medications.ROSA_ASKED, decisions=(dict(medications.FUROSEMIDE),))
    blanks = asked(carried_out(rosa, given, WHEN))
    assert [each["medicine"] for each in blanks["decisions"] if each["why"]] == ["furosemide"]
    assert [each["medicine"] for each in blanks["decisions"] if not each["why"]] == ["glipizide"]


def test_what_is_wrong_is_a_refusal_and_no_worksheet(backend: Backend) -> None:
    """The near miss: a decision about nothing."""
    rosa = with_story(backend, medications.home)
    wrong = {"medicine": "aspirin", "what": "omitted", "why": "intended", "action": "no"}
    result = carried_out(rosa, medications.reconcile(rosa, taking=medications.ROSA_ASKED, decisions=(wrong,)), WHEN)
    assert isinstance(result, Refused), result
    assert result.to_fill_in == {}


# ---- a plan


def test_the_goals_to_talk_about_are_named_and_can_be_filled_in(backend: Backend) -> None:
    found = stage(backend, "rosa")
    carried_out(found, enroll(found), "2026-03-09T09:00:00-05:00")
    story.proposed(found)
    empty = story.agreeing(found, answers=[])
    result = carried_out(found, empty, WHEN)
    blanks = asked(result)
    assert isinstance(result, Refused)
    assert {each["goal"] for each in blanks["answers"]} == set(story.goals_of(found).values())
    assert any(line.startswith("goal: A1c below 8 percent") for line in result.why)
    answers = [{"goal": each["goal"], "answer": "agree"} for each in blanks["answers"]]
    command = RecordAgreement.model_validate({**empty.model_dump(), "answers": answers})
    assert isinstance(carried_out(found, command, WHEN), Done)


def test_the_advice_to_decide_is_a_field_of_the_signature(backend: Backend) -> None:
    found = stage(backend, "rosa")
    carried_out(found, enroll(found), "2026-03-09T09:00:00-05:00")
    story.requested(found)
    unsigned = story.signing(found, decisions=[])
    blanks = asked(carried_out(found, unsigned, LATER, actor=found.physician))
    assert blanks["decisions"]
    assert {each["decision"] for each in blanks["decisions"]} == {""}
    decisions = [{**each, "decision": "talked over"} for each in blanks["decisions"]]
    command = SignOff.model_validate({**unsigned.model_dump(), "decisions": decisions})
    assert isinstance(carried_out(found, command, LATER, actor=found.physician), Done)


# ---- closing


def test_the_open_tasks_of_a_transition_are_fields(backend: Backend) -> None:
    rosa = with_story(backend, medications.home)
    first = closing(rosa, "moved")
    blanks = asked(carried_out(rosa, first, OVER))
    tasks = {each["task"] for each in blanks["open_tasks"]}
    assert tasks == {each["task"] for each in all_cancelled(rosa)}
    filled = [{"task": task, "becomes": "cancelled", "reason": "moved away"} for task in sorted(tasks)]
    command = CloseTransition.model_validate({**first.model_dump(), "open_tasks": filled})
    assert isinstance(carried_out(rosa, command, OVER), Done)


@pytest.mark.parametrize("outcome", ["completed"])
def test_too_early_is_a_refusal_whatever_is_open(backend: Backend, outcome: str) -> None:
    rosa = with_story(backend, medications.home)
    result = carried_out(rosa, closing(rosa, outcome), "2026-03-20T09:50:00-05:00")
    assert isinstance(result, Refused), result
    assert result.to_fill_in == {}
