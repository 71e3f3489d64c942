"""Says which pathways are not proposed, because they are not for this person (clinical practice, rules 24 and 38).

Under 18, a newborn, pregnant or up to 12 weeks after a birth, type 1 diabetes, dialysis, a hospice. Where comfort comes
first, goals and items that no longer serve are left out, and named. What could not be seen is said too: it is never
"no". A reason that is restricted is not named, because everybody reads the plan (rule 4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart import person_states, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.chart.person_states import PersonState
from carefhir.chart.whereabouts import Hospice
from carefhir.codes import CARE_GOAL, WHEREABOUTS
from carefhir.content.loading import Content
from carefhir.content.pathways import Proposal
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import restricted


@dataclass(frozen=True, slots=True)
class ForWhom:
    """What a person is, as far as it decides which pathways are for them."""

    chart: Chart
    content: Content
    states: tuple[PersonState, ...]
    hospice: Hospice | None
    comfort_said: bool = False
    """Whether the person, or who decides for them, says now that comfort comes first."""

    @property
    def holding(self) -> frozenset[str]:
        """The codes (CodeSystem whereabouts) of what they are."""
        codes = {state.code for state in self.states if state.holds}
        codes |= {person_states.COMFORT} if self.comfort_said else set()
        codes |= {"hospice"} if self.hospice else set()
        codes |= {"hospice-cares"} if self.hospice and self.hospice.sure else set()
        return frozenset(codes)

    def says(self, proposal: Proposal) -> tuple[str, ...]:
        """Names each pathway that is not proposed, and why; then what is left out of those that are."""
        whole = [
            f"{pathway.title} is not proposed: it is not for somebody {self._words(pathway.states)}; "
            "ask the supervising provider what to do instead"
            for pathway in proposal.withheld
        ]
        whys = dict.fromkeys(part.states for part in proposal.parts_withheld)
        left_out = [
            f"left out, because it does not serve somebody {self._words(states)}: "
            f"{'; '.join(part.title for part in proposal.parts_withheld if part.states == states)}. "
            "Ask the person, or who decides for them, whether any of it is still wanted"
            for states in whys
        ]
        return (*whole, *left_out)

    def _words(self, codes: Iterable[str]) -> str:
        return " and ".join(dict.fromkeys(self._reason(code) for code in codes))

    def _reason(self, code: str) -> str:
        """One reason in words, with the records that say so."""
        if code in ("hospice", "hospice-cares") and self.hospice is not None:
            cares = "cares for" if self.hospice.sure else "may care for"
            return f"whom a hospice {cares} ({self.hospice.why})"
        state = next(state for state in self.states if state.code == code)
        if code == person_states.COMFORT and not state.holds:
            return f"{_SPOKEN[code]} (as they say)"
        hidden = {one.record for one in self.chart.conditions if restricted(self.content, one)}
        if state.records and set(state.records) <= hidden:
            return "with something restricted on record"
        why = f" ({state.why})" if state.why else ""
        return f"{_SPOKEN.get(code, self.content.concept(WHEREABOUTS, code).display)}{why}"

    def warnings(self) -> tuple[str, ...]:
        """Says what could not be seen, and what follows from a hospice."""
        unknown = [state for state in self.states if state.holds is None and state.code in _ASKED]
        whys = dict.fromkeys(state.why for state in unknown)
        lines = [
            f"{why}: ask whether the person is "
            f"{' or '.join(_ASKED[state.code] for state in unknown if state.why == why)}, because the pathways are not "
            "for them then"
            for why in whys
        ]
        hidden = whereabouts.unseen(self.chart, *whereabouts.NEEDS)
        if hidden:
            lines.append(f"{', '.join(hidden)} could not be seen: ask whether a hospice cares for the person")
        if self.hospice is None:
            return tuple(lines)
        return (*lines, self.hospice.call_first, *self.hospice.doubts, *self._goals())

    def _goals(self) -> tuple[str, ...]:
        """Names the goals against the disease that are still pursued under a hospice."""
        goals = [
            f"{goal.words} ({goal.reference})"
            for goal in self.chart.goals
            if not goal.over
            and any("against-disease" in wording.meaning(self.content, CARE_GOAL, code) for code in goal.codes)
        ]
        if not goals:
            return ()
        return (
            f"goals against the disease go on under a hospice: {', '.join(goals)}; run evaluate-goals, which "
            "proposes to stop them",
        )


_SPOKEN = {
    "minor": "under 18",
    "newborn": "who is a newborn",
    "pregnant": "who is pregnant",
    "after-birth": "who gave birth within 12 weeks",
    "type-1-diabetes": "with type 1 diabetes",
    "dialysis": "on dialysis",
    "comfort-first": "for whom comfort comes first",
}
"""What somebody is, after "it is not for somebody"."""

_ASKED = {
    "minor": "under 18",
    "newborn": "a newborn",
    "pregnant": "pregnant",
    "after-birth": "within 12 weeks after a birth",
    "type-1-diabetes": "one with type 1 diabetes",
    "dialysis": "on dialysis",
}
"""What somebody is, after "ask whether the person is"."""


def for_whom(chart: Chart, occasion: Occasion, *, comfort_said: bool = False) -> ForWhom:
    """Finds out what a person is, from the whole chart, and from what they say now."""
    return ForWhom(
        chart=chart,
        content=occasion.content,
        states=person_states.states_of(chart, occasion),
        hospice=whereabouts.hospice_of(chart, occasion),
        comfort_said=comfort_said,
    )
