"""Who may do what: the table of clinical practice, by hand."""

from __future__ import annotations

import pytest

from carefhir.codes import DISCIPLINE, SUPERVISED
from carefhir.content.loading import load
from carefhir.content.supervision import degree, may, refusals
from carefhir.errors import ContentError

CONTENT = load()
WHO = ("registered-nurse", "social-worker", "community-health-worker", "physician", "nurse-practitioner")

# The columns RN, social worker, CHW / assistant as in the table; "signature" and "prescriber only" are the providers'.
TABLE = {
    "contact": ("yes", "yes", "under-protocol", "yes"),  # enrol, consent talk, contacts, booking, community referral
    "administer-screen": ("yes", "yes", "under-protocol", "yes"),  # CHW: reads it out
    "judge-safety-item": ("yes", "no", "no", "yes"),  # social worker: with a license, see below
    "triage": ("yes", "no", "no", "yes"),
    "lower-triage": ("no", "no", "no", "yes"),
    "confirm-need": ("yes", "yes", "propose", "yes"),
    "confirm-diagnosis": ("propose", "propose", "no", "yes"),
    "activate-plan": ("propose", "propose", "no", "yes"),
    "clinical-target": ("propose", "propose", "no", "yes"),
    "own-goals": ("yes", "yes", "record", "yes"),
    "reconcile-list": ("yes", "no", "collect", "yes"),
    "change-medicine": ("no", "no", "no", "yes"),
    "order": ("draft", "draft", "no", "yes"),
    "close-red": ("propose", "propose", "no", "yes"),
    "override-tier": ("yes", "no", "no", "yes"),  # "Override either way by RN or provider with reason"
}


@pytest.mark.parametrize(
    ("action", "discipline", "expected"),
    [(action, discipline, (*row, row[-1])[n]) for action, row in TABLE.items() for n, discipline in enumerate(WHO)],
)
def test_the_table_of_clinical_practice(action: str, discipline: str, expected: str) -> None:
    assert degree(CONTENT, action, discipline) == expected
    assert may(CONTENT, action, discipline) is (expected in ("yes", "under-protocol", "record"))


def test_a_social_worker_judges_a_safety_item_with_a_license_and_is_otherwise_as_any_other() -> None:
    for action in CONTENT.concepts(SUPERVISED):
        licensed, other = (degree(CONTENT, action, who) for who in ("licensed-social-worker", "social-worker"))
        needs_license = action in ("judge-safety-item", "retract-danger")
        assert (licensed, other) == ("yes", "no") if needs_license else licensed == other


def test_a_pharmacist_signs_a_reconciliation_and_changes_no_medicine() -> None:
    """Rule 11: it counts by prescriber, clinical pharmacist or nurse."""
    assert may(CONTENT, "reconcile-list", "pharmacist")
    assert not may(CONTENT, "change-medicine", "pharmacist")
    assert not may(CONTENT, "close-red", "pharmacist")


@pytest.mark.parametrize("action", sorted(CONTENT.concepts(SUPERVISED)))
def test_every_action_says_it_for_everybody(action: str) -> None:
    """Somebody whose discipline is not on record may never more than a registered nurse may."""
    line = CONTENT.concept(SUPERVISED, action).properties
    assert set(line) == {*CONTENT.concepts(DISCIPLINE), "unknown"}
    assert set(line.values()) <= {"yes", "under-protocol", "record", "propose", "draft", "collect", "no"}
    assert may(CONTENT, action, "physician")
    assert not may(CONTENT, action, "") or may(CONTENT, action, "registered-nurse")


@pytest.mark.parametrize("discipline", ["", "cook"])
def test_nobody_unknown_does_clinical_acts(discipline: str) -> None:
    for action in ("judge-safety-item", "triage", "activate-plan", "change-medicine", "reconcile-list", "close-red"):
        assert degree(CONTENT, action, discipline) == "no", action


def test_a_refusal_says_who_may() -> None:
    assert refusals(CONTENT, "triage", "registered-nurse") == ()
    (why,) = refusals(CONTENT, "close-red", "registered-nurse")
    assert "registered nurse may propose it" in why
    assert "physician" in why
    (why,) = refusals(CONTENT, "reconcile-list", "social-worker")
    assert "registered nurse, pharmacist, physician, nurse practitioner" in why
    (why,) = refusals(CONTENT, "triage", "")
    assert "discipline is not on record" in why


def test_an_action_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(ContentError, match="dance"):
        may(CONTENT, "dance", "physician")
