"""What words come to: actions, dosages that are the same, reasons told."""

from __future__ import annotations

import pytest

from carefhir.chart import medicine_actions
from carefhir.content.loading import load
from carefhir.workflows.transitions.order_differences import plain
from carefhir.workflows.transitions.phrases import mentions

CONTENT = load()


@pytest.mark.parametrize(
    ("words", "leaves", "changes"),
    [
        ("", "", False),
        ("taught: one of the new tablets", "", False),
        ("no change", "", False),
        ("No change needed, continue", "active", False),
        ("do not stop", "active", False),
        ("correct the list", "", False),
        ("add to the list", "", False),
        ("stopped in hospital, taught", "stopped", True),
        ("stop", "stopped", True),
        ("STOP it today", "stopped", True),
        ("hold until the visit", "on-hold", True),
        ("restart at 2.5 mg", "active", True),
        ("increase to 40 mg", "active", True),
        ("continue 40 mg, stop the old tablets", "active", True),
        ("stop glipizide; start metformin", "stopped", True),
        ("changed by the cardiologist", "active", True),
        ("address the cost", "", False),
    ],
)
def test_an_action(words: str, leaves: str, changes: bool) -> None:
    action = medicine_actions.read(CONTENT, words)
    assert (action.leaves, action.changes) == (leaves, changes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 Tablet  in the morning.", "1 tab in the morning"),
        ("2 caps by mouth daily", "2 capsules PO daily"),
        ("Oral route", "oral"),
        ("1 tablet, daily", "1 tablet daily"),
    ],
)
def test_the_same_in_other_letters(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 tablet daily", "1 tablet twice a day"),
        ("1 tablet", "2 tablets"),
        ("10 units", "100 units"),
        ("0.5 mg", "5 mg"),
    ],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_words_are_whole() -> None:
    assert mentions("It costs too much", ("cost", "costs"))
    assert not mentions("the costume", ("cost",))
    assert mentions("didn't pick up", ("didn't pick up",))
