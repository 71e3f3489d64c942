"""`show-plan`: the plan by concern, what changed since it was returned, and the copy for the patient."""

from __future__ import annotations

import pytest

from carefhir.engine import runner
from carefhir.sandbox import Knobs
from carefhir.workflows.care_planning.return_plan import ReturnPlan
from carefhir.workflows.coordination import plan_in_words
from carefhir.workflows.looking.medicine_list import ListedMedicine
from carefhir.workflows.whole_picture.plan_sheet import MATTERS, SHOW_PLAN, WHOLE, PlanSheet, ShowPlan
from tests.support.backends import sandbox_backend
from tests.support.stage import Stage, stage
from tests.support.stories.planning import (
    OWN_GOAL,
    agreed,
    agreeing_again,
    carried_out,
    plan_of,
    proposed,
    requested,
    requesting,
    signing,
)

REASON = "say who reads the scale"


def shown(found: Stage, plan: str = "") -> PlanSheet:
    command = ShowPlan.model_validate({"patient": found.patient, **({"plan": plan} if plan else {})})
    sheet: PlanSheet = found.backend.run(runner.show(SHOW_PLAN, command, found.occasion(), found.backend.server()))
    return sheet


@pytest.fixture(scope="module")
def told() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    requested(found)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    """Rosa, whose plan waits for the signature."""
    return told.copied()


def returned(found: Stage) -> None:
    carried_out(found, ReturnPlan(patient=found.patient, plan=plan_of(found), reason=REASON), found.physician)


def test_without_a_plan() -> None:
    found = stage(sandbox_backend(), "rosa")
    sheet = shown(found)
    assert (sheet.on_record, sheet.reference, sheet.concerns, sheet.copy) == (True, "", (), None)


def test_a_draft_by_concern() -> None:
    found = stage(sandbox_backend(), "rosa")
    proposed(found)
    sheet = shown(found)
    assert (sheet.concerns[0].words, sheet.concerns[-1].words) == (MATTERS, WHOLE)
    assert [goal.words for goal in sheet.concerns[0].goals] == [OWN_GOAL]
    assert len(sheet.unanswered) == len(sheet.goals)
    assert {item.reference for item in sheet.items} == set(sheet.order)
    assert sheet.changed is None
    assert sheet.signature is None
    assert all(item.owner and "/" not in item.owner for item in sheet.items)


def test_what_waits_for_the_signature(rosa: Stage) -> None:
    sheet = shown(rosa)
    assert sheet.signature is not None
    assert (sheet.signature.owner, sheet.signature.version) == (rosa.physician, sheet.version)
    assert not sheet.signature.overtaken
    assert sheet.changed is None, "nobody was asked before"
    assert all(len(conflict.sides) == 2 for conflict in sheet.conflicts)


def test_what_changed_since_it_was_returned(rosa: Stage) -> None:
    returned(rosa)
    carried_out(rosa, agreeing_again(rosa))
    carried_out(rosa, requesting(rosa))
    changed = shown(rosa).changed
    assert changed is not None
    assert (changed.returned, changed.reason) == (True, REASON)
    differences = {(each.what, each.part): (each.was, each.now) for each in changed.changes}
    assert differences[(OWN_GOAL, "how much it matters to the patient")] == ("high", "medium")
    was, now = differences[(OWN_GOAL, "in the patient's words, and what gets in the way")]
    assert "Mass on Sundays" in now
    assert "Mass on Sundays" not in was
    answers = [each for each in changed.changes if each.part == "the patient's answer"]
    assert [(each.was, each.now) for each in answers] == [("agree", "disagree")]
    assert changed.untold == ()


def test_a_request_that_was_taken_back_is_compared_with_too(rosa: Stage) -> None:
    carried_out(rosa, agreeing_again(rosa))
    carried_out(rosa, requesting(rosa))
    changed = shown(rosa).changed
    assert changed is not None
    assert (changed.returned, changed.reason) == (False, "")
    assert changed.changes


def test_a_server_without_history_is_not_taken_for_no_change() -> None:
    found = stage(sandbox_backend(Knobs(history=False)), "rosa")
    requested(found)
    returned(found)
    carried_out(found, agreeing_again(found))
    changed = shown(found).changed
    assert changed is not None
    assert OWN_GOAL in changed.untold
    assert changed.changes == ()


def test_a_signed_plan_is_compared_with_nothing(rosa: Stage) -> None:
    carried_out(rosa, signing(rosa), rosa.physician)
    sheet = shown(rosa, plan_of(rosa))
    assert (sheet.status, sheet.changed, sheet.signature) == ("active", None, None)
    assert all(conflict.decision for conflict in sheet.conflicts)


def test_the_copy_holds_what_was_agreed_in_plain_words(rosa: Stage) -> None:
    copy = shown(rosa).copy
    assert copy is not None
    (goals,) = [section.lines for section in copy.sections if section.name == "goals"]
    assert "I weigh myself each morning and write it down" in goals
    assert "I eat less salt" not in goals, "it was not wanted"
    assert copy.draft
    assert copy.language == "Spanish"
    assert any("pink foam" in sign for sign in copy.emergencies)
    assert not any("One of your pills" in sign for sign in copy.emergencies), "she takes no SGLT2 inhibitor"
    assert [each.role for each in copy.people] == ["your care manager", "the provider who signs your plan"]


def test_a_plan_of_nobody(rosa: Stage) -> None:
    assert shown(rosa, "CarePlan/404").reference == ""


def test_agreed_without_a_request() -> None:
    found = stage(sandbox_backend(), "rosa")
    agreed(found)
    sheet = shown(found)
    assert sheet.unanswered == ()
    assert sheet.provider


@pytest.mark.parametrize(
    ("standing", "open_", "words"),
    [
        ("taken", False, "glipizide: 1 tablet"),
        ("taken", True, "glipizide: 1 tablet. Ask us about this one: something is still to be decided."),
        ("not known", True, "glipizide: not decided yet. Ask us before you take it."),
        ("stopped", True, "glipizide: not decided yet. Ask us before you take it."),
        ("stopped", False, "glipizide: do not take it (stopped)"),
        ("on hold", False, "glipizide: do not take it (on hold)"),
        ("not taken", False, "glipizide: you told us that you do not take it. Ask us about it."),
        ("not reconciled", False, "glipizide: 1 tablet"),
    ],
)
def test_no_dose_is_printed_of_what_nobody_has_decided(
    standing: str, open_: bool, words: str, monkeypatch: pytest.MonkeyPatch, rosa: Stage
) -> None:
    """A copy must not have somebody take again what they do not take, nor skip what they do."""
    medicine = ListedMedicine("glipizide", ("1 tablet",), standing, (), "", ("OPEN",) if open_ else ())
    monkeypatch.setattr(plan_in_words, "medicine_list", lambda *_: (medicine,))
    copy = shown(rosa).copy
    assert copy is not None
    assert [section.lines for section in copy.sections if section.name == "medicines"] == [(words,)]
