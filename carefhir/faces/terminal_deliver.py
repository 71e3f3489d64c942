"""Deliveries at a terminal: what the EHR has taken, what it has refused, and what waits."""

from __future__ import annotations

from carefhir.faces.terminal import say, tell
from carefhir.workflows.delivery.deliver import AGAIN, Deliveries, SettledDelivery


def page(deliveries: Deliveries) -> None:
    """What came of all that waited."""
    by_outcome = {
        outcome: [entry for entry in deliveries.settled if entry.attempt.outcome == outcome]
        for outcome in ("refused", "waits", "accepted")
    }
    counted = ", ".join(
        f"{len(some)} {words}"
        for some, words in (
            (by_outcome["accepted"], "taken"),
            (by_outcome["refused"], "refused"),
            (by_outcome["waits"], "still waiting"),
        )
        if some
    )
    if not counted:
        counted = "what waits could not be seen" if deliveries.not_visible else "nothing waits"
    say(f"Into the EHR: {counted}", "bold")
    for entry in by_outcome["refused"]:
        _one(entry, f"refused, a Task asks for it by hand: {entry.attempt.why}", "bold red")
    for entry in by_outcome["waits"]:
        _one(entry, f"not yet there: {entry.attempt.why}", "yellow")
    for entry in by_outcome["accepted"]:
        twice = f"; it stands there more than once: {', '.join(entry.attempt.twins)}" if entry.attempt.twins else ""
        _one(entry, f"taken: {entry.attempt.place}{twice}", "yellow" if twice else "green")
    if by_outcome["waits"]:
        tell(AGAIN, "dim")
    for gap in deliveries.not_visible:
        tell(f"whether anything else waits is not known: {gap}", "yellow")


def _one(entry: SettledDelivery, became: str, style: str) -> None:
    say("")
    say(f"{entry.patient}, {entry.task}: {entry.what}")
    tell(became, style, indent=2)
    if entry.not_recorded:
        tell(f"not recorded yet: {entry.not_recorded}", "yellow", indent=2)
