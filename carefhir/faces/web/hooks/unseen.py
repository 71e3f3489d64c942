"""What could not be seen, in words for whoever reads a card: never "none", and never the name of a search."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.faces.web.hooks.cards import Card, listed, paragraphs, plain_text

NEEDS_IN_WORDS: dict[str, str] = {
    "tasks": "open tasks",
    "episodes": "programs",
    "care_teams": "the care team",
    "flags": "flags",
    "encounters": "stays and visits",
    "conditions": "diagnoses",
    "allergies": "allergies",
    "medication_requests": "medicines ordered",
    "medication_statements": "medicines taken",
    "draft_medications": "medicines that the orders point to",
    "pregnancy_statuses": "a pregnancy",
    "issues": "differences that nobody has decided",
    "goals": "goals",
    "service_requests": "referrals and other orders",
    "readings": "measurements",
    "conclusions": "assessments",
    "risks": "risk and tier on record",
    "appointments": "appointments",
}
"""By the name of a need. One that is not here is called by its name."""
LOOK = "What is not shown here may be there: look in the chart, or ask the care manager."


def in_words(needs: Iterable[str]) -> str:
    """The needs, as a person calls what they bring."""
    return ", ".join(NEEDS_IN_WORDS.get(need, need.replace("_", " ")) for need in sorted(needs))


def could_not_see(what: str, why: tuple[str, ...], *more: str) -> Card:
    """The card that says what is not known. `more` are sentences that belong to it."""
    return Card(
        f"Care management could not see {what}",
        "warning",
        paragraphs(plain_text(f"Not known: {what}."), listed((*more, *why)), LOOK),
    )
