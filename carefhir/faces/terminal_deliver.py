"""Deliveries at a terminal: what the EHR has taken, what it has refused, and what waits."""

from __future__ import annotations

from carefhir.faces.terminal import say, tell
from carefhir.workflows.delivery.deliver import AGAIN, Deliveries, Settled


def page(deliveries: Deliveries) -> None:
    """What came of all that waited."""
    by_outcome = {
        outcome: [one for one in deliveries.settled if one.attempt.outcome == outcome]
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
    for one in by_outcome["refused"]:
        _one(one, f"refused, a Task asks for it by hand: {one.attempt.why}", "bold red")
    for one in by_outcome["waits"]:
        _one(one, f"not yet there: {one.attempt.why}", "yellow")
    for one in by_outcome["accepted"]:
        twice = f"; it stands there more than once: {', '.join(one.attempt.twins)}" if one.attempt.twins else ""
        _one(one, f"taken: {one.attempt.place}{twice}", "yellow" if twice else "green")
    if by_outcome["waits"]:
        tell(AGAIN, "dim")
    for gap in deliveries.not_visible:
        tell(f"whether anything else waits is not known: {gap}", "yellow")


def _one(one: Settled, became: str, style: str) -> None:
    say("")
    say(f"{one.patient}, {one.task}: {one.what}")
    tell(became, style, indent=2)
    if one.not_recorded:
        tell(f"not recorded yet: {one.not_recorded}", "yellow", indent=2)
