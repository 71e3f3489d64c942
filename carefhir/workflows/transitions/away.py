"""Says what it means that a person was not at home when something was done for them (rules 25 and 35)."""

from __future__ import annotations

from carefhir.chart import unclear_places, whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.whereabouts import CurrentStay
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.transition import Transition


def offer(stay: CurrentStay, transition: Transition) -> str:
    """Says what fits: to put the transition on hold, once an emergency visit has become a stay."""
    if transition.suspended:
        return "the transition is on hold already"
    if stay.setting.code == "emergency":
        return "find out whether they are admitted; if they are, put the transition on hold (suspend-transition)"
    return f"put the transition on hold (suspend-transition with {stay.encounter.reference})"


def now(chart: Chart, transition: Transition, occasion: Occasion) -> tuple[str, ...]:
    """Warns that the person is in a hospital now, while the transition goes on as if they were at home."""
    stay = None if transition.suspended else whereabouts.in_hospital(chart, occasion)
    return (f"the person is {stay.words} now: {offer(stay, transition)}",) if stay else ()


def unsure(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Warns that nobody can say whether the person was at home."""
    hidden = whereabouts.unseen(chart, *whereabouts.HOSPITAL_NEEDS)
    if not hidden:
        return unclear_places.asked(chart, occasion)
    return (
        "stays in hospitals could not be seen, so nobody can say whether the person was at home: ask where they are",
    )
