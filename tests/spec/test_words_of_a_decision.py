"""What a nurse closes is what is understood as harmless; words that are not understood are the prescriber's (rule 11).
And a decision whose instruction says the opposite is asked again (rule 27). Expected values are written by hand."""

from __future__ import annotations

import pytest

from carefhir.chart import medicine_actions
from carefhir.workflows.transitions.list_comparison import compare
from carefhir.workflows.transitions.reconciliation_decisions import ReconcileMedicationsDecision, Verdict, judge
from tests.spec.test_reconciliation import CONTENT, MORNING, b, d, lists

HARMLESS = (
    "", "no change", "No change.", "as is", "unchanged", "as ordered", "taught", "TAUGHT",
    "taught again with the pill box",
    "taught: the new tablets", "taught: one of 40 mg", "taught to weigh daily", "explained the label to her daughter",
    "teach-back done", "correct the list", "list corrected", "list updated; no order change", "clerical error",
    "no change, she tolerates it", "continue", "continues 40 mg in the morning", "same medicine, other name",
    "the same in other words", "do not stop", "ok per Dr. Smith", "matches the discharge summary",
    "reviewed with her son",
)  # fmt: skip
THE_PRESCRIBERS = (
    "d/c", "D/C", "d/c'd", "dc", "dc'd", "DC'd it", "d/ced", "discontinued", "stopped", "stopped by cardiology", "held",
    "holding", "on hold", "hold til Monday", "take half", "taking half", "half a tablet", "½ tab", "1/2 tab",
    "switched to torsemide", "changed over to torsemide", "torsemide", "skip", "skips it at night", "skip if dizzy",
    "cut back", "cut down to 20", "cut in half", "back to 20 mg", "60 mg", "continue 60 mg", "two tablets",
    "taught to take half", "taught: two a day", "taught: skip it at night", "taught to use torsemide",
    "taught: every other day", "taught, off the Lasix", "explained that she should come off it", "wean", "nix it",
    "gone", "quit", "not any more", "on the shelf for now", "see note", "leave it", "not fine",
    "continue but not at night",
    "no change until Friday, then off", "told her not to bother", "prn", "only when swollen", "tomar la mitad",
)  # fmt: skip


def verdict(action: str, *, why: str = "intended", prescriber: bool = False) -> Verdict:
    """A furosemide that went from 20 to 40 mg, decided with these words."""
    orders = lists(b("furosemide 20 MG Oral Tablet", MORNING), d("furosemide 40 MG Oral Tablet", MORNING))
    differences = compare(CONTENT, orders, ()).discrepancies
    decision = {"medicine": "furosemide", "what": "dose-changed", "why": why, "action": action}
    judged = judge(
        CONTENT, differences, (ReconcileMedicationsDecision.model_validate(decision),), prescriber=prescriber
    )
    (only,) = judged.verdicts
    return only


@pytest.mark.parametrize("why", ["match", "intended"])
@pytest.mark.parametrize("action", HARMLESS)
def test_what_is_understood_as_harmless_a_nurse_closes(action: str, why: str) -> None:
    assert not verdict(action, why=why).open


@pytest.mark.parametrize("why", ["match", "intended"])
@pytest.mark.parametrize("action", THE_PRESCRIBERS)
def test_what_is_not_is_the_prescribers(action: str, why: str) -> None:
    assert verdict(action, why=why).open


@pytest.mark.parametrize("action", THE_PRESCRIBERS)
def test_a_prescriber_decides_in_any_words(action: str) -> None:
    assert not verdict(action, prescriber=True).open


def test_only_its_words_send_it_to_the_prescriber() -> None:
    assert verdict("see note").unclear
    assert not verdict("take half").unclear
    assert not verdict("taught", why="unknown").unclear


INSTRUCTIONS: list[tuple[str, str, str]] = [
    # decision, instruction, what it says against it
    ("change", "stop it", "stop"),
    ("change", "STOP.", "stop"),
    ("change", "d/c", "stop"),
    ("change", "hold for a week", "hold"),
    ("continue", "hold", "hold"),
    ("continue", "held until seen", "hold"),
    ("continue", "do not continue", "stop"),
    ("continue", "cut back to 20 mg", "change"),
    ("continue", "increase to 60 mg", "change"),
    ("start", "do not take", "stop"),
    ("stop", "continue 40 mg daily", "continue"),
    ("stop", "increase to 60 mg", "change"),
    ("hold", "keep taking it", "continue"),
    ("change", "40 mg twice a day", ""),
    ("change", "increase to 60 mg", ""),
    ("change", "stop the 20 mg tablets; take 40 mg daily", ""),
    ("change", "40 mg daily; hold if systolic is under 100", ""),
    ("change", "20 mg until Friday, then stop", ""),
    ("change", "40 mg daily and stop the potassium chloride", ""),
    ("continue", "", ""),
    ("continue", "do not stop", ""),
    ("continue", "40 mg in the morning, no change", ""),
    ("start", "2.5 mg with breakfast", ""),
    ("stop", "do not restart", ""),
    ("stop", "start torsemide 20 mg instead", ""),
    ("hold", "until the visit", ""),
    ("hold", "3 days, then restart", ""),
]


@pytest.mark.parametrize(("what", "instruction", "opposite"), INSTRUCTIONS)
def test_an_instruction_against_its_decision(what: str, instruction: str, opposite: str) -> None:
    assert medicine_actions.against(CONTENT, what, instruction, "furosemide") == opposite
