"""Feedback on cards: what a clinician did with one, kept as counts and nothing else.

No card, no person, no comment is kept or logged. The same feedback again counts once, and a card that nobody knows any
more is fine: cards are not kept, so every card is unknown.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from carefhir.codes import BASE
from carefhir.errors import BadInput
from carefhir.faces.web.metrics import Counting, Meter
from carefhir.fhir.codec import Json, digest

REASON_SYSTEM = f"{BASE}/CodeSystem/override-reason"
OVERRIDE_REASONS: tuple[Json, ...] = tuple(
    {"system": REASON_SYSTEM, "code": code, "display": display}
    for code, display in (
        ("looked-at", "I looked at it, and the order stands"),
        ("already-handled", "It is already taken care of"),
        ("record-is-wrong", "What is on record is wrong or out of date"),
    )
)
"""What a card offers, and what is counted by name; anything else a client sends is `other`."""
REMEMBERED = 10_000
"""Reports of feedback by which a repeat is recognized; the oldest is forgotten first, and would count again."""
FEEDBACK = "cds_feedback"
CARDS = "cds_cards"


def meters(ehrs: Iterable[str], services: Iterable[str]) -> tuple[Meter, Meter]:
    """What is counted of cards: how many were shown, and what became of them."""
    where = {"ehr": frozenset(ehrs), "service": frozenset(services)}
    reasons = frozenset(reason["code"] for reason in OVERRIDE_REASONS)
    outcomes = frozenset({"accepted", "overridden"})
    return (
        Meter(CARDS, "Cards that were shown", {**where, "indicator": frozenset({"info", "warning", "critical"})}),
        Meter(FEEDBACK, "What became of cards", {**where, "outcome": outcomes, "reason": reasons | {"-"}}),
    )


class CardFeedback:
    """Takes feedback for the services of one EHR."""

    def __init__(self, ehr: str, counter: Counting) -> None:
        self._ehr, self._counter = ehr, counter
        self._reports: OrderedDict[str, None] = OrderedDict()

    def take(self, service: str, document: Json) -> None:
        """Counts what is new in it. Raises `BadInput` for what CDS Hooks does not allow, before anything is counted."""
        given = document.get("feedback")
        if not isinstance(given, list) or not given:
            raise BadInput("feedback: expected a list of at least one")
        reports = [_read(each, number) for number, each in enumerate(given, 1)]
        for card, outcome, reason in reports:
            if self._first(digest([service, card, outcome, reason])):
                labels = {"ehr": self._ehr, "service": service, "outcome": outcome}
                self._counter.count(FEEDBACK, {**labels, **({"reason": reason} if reason else {})})

    def _first(self, report: str) -> bool:
        if report in self._reports:
            return False
        self._reports[report] = None
        if len(self._reports) > REMEMBERED:
            self._reports.popitem(last=False)
        return True


def _read(given: Any, number: int) -> tuple[str, str, str]:
    """The card, what became of it, and why it was overridden (a code of ours, `other`, or "")."""
    where = f"feedback, number {number}"
    if not isinstance(given, dict):
        raise BadInput(f"{where}: expected an object")
    card, outcome = given.get("card"), given.get("outcome")
    if not isinstance(card, str) or not card.strip():
        raise BadInput(f"{where}: card: is missing")
    if outcome == "accepted":
        _accepted(given.get("acceptedSuggestions"), where)
        return card, outcome, ""
    if outcome != "overridden":
        raise BadInput(f"{where}: outcome: expected accepted or overridden")
    reason = given.get("overrideReason")
    coding = reason.get("reason") if isinstance(reason, dict) else None
    return card, outcome, _reason(coding)


def _accepted(suggestions: Any, where: str) -> None:
    ids = [each.get("id") for each in suggestions if isinstance(each, dict)] if isinstance(suggestions, list) else []
    if not ids or not all(isinstance(each, str) and each for each in ids):
        raise BadInput(f"{where}: acceptedSuggestions: is missing; accepted needs the suggestions, with their id")


def _reason(coding: Any) -> str:
    if not isinstance(coding, dict):
        return ""
    ours = {(each["system"], each["code"]) for each in OVERRIDE_REASONS}
    given = (coding.get("system"), coding.get("code"))
    return str(given[1]) if given in ours else "other"
