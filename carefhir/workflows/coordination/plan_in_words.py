"""What a plan says to the person it is about, line by line: goals, what is done, visits, medicines, people.

It says only what the chart that it is given holds: what must not be shared is taken out before (`chart.shareable`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import CARE_GOAL, CARE_ITEM
from carefhir.mappers.care_plan import CarePlanView
from carefhir.occasion import Occasion
from carefhir.workflows.looking.medicine_list import medicine_list
from carefhir.workflows.looking.person import visits_to_come

_AGREED = frozenset({"accepted", "active", "on-hold"})
_IN_EFFECT = frozenset({"active", "requested", "received", "accepted", "ready", "in-progress"})


@dataclass(frozen=True, slots=True)
class PlanInWords:
    """One plan, and what may be shared of its person's chart."""

    chart: Chart
    plan: CarePlanView
    patient: str
    """`Patient/ID`."""
    occasion: Occasion
    plain: bool = False
    """Whether goals and items are said in the words that content has for the person themselves."""

    def goals(self) -> list[str]:
        """The goals that the person agreed to."""
        return [
            self._called(CARE_GOAL, goal.codes, goal.words)
            for goal in self.chart.goals
            if goal.reference in self.plan.goals and goal.status in _AGREED
        ]

    def to_do(self) -> list[str]:
        """What is in effect, and by when."""
        mine = [item for item in self.chart.items if item.reference in self.plan.activities]
        return [
            f"{self._called(CARE_ITEM, item.codes, item.words)}{f', by {item.until}' if item.until else ''}"
            for item in mine
            if item.status in _IN_EFFECT
        ]

    def _called(self, system: str, codes: Iterable[str], words: str) -> str:
        """A goal or an item: where plain words are asked for and content has some, in these."""
        concepts = self.occasion.content.concepts(system)
        plain = (concepts[code].plain for code in codes if self.plain and code in concepts)
        return next(filter(None, plain), words or "(no words)")

    def visits(self) -> list[str]:
        """The visits to come, with what the person was told of them."""
        lines = []
        for visit in visits_to_come(self.chart, self.occasion):
            if visit.start and visit.status == "booked":
                lines.append(" ".join(filter(None, (f"{visit.start:%a %Y-%m-%d %H:%M}:", visit.words, visit.told))))
        return lines

    def medicines(self) -> list[str]:
        """What is taken, and how."""
        lines = []
        for medicine in medicine_list(self.chart, self.occasion):
            standing = f" ({medicine.standing})" if medicine.standing and medicine.standing != "taken" else ""
            asked = " - ask your nurse: not decided yet" if medicine.open else ""
            lines.append(f"{medicine.name}{standing}: {'; '.join(medicine.doses) or 'no dose on record'}{asked}")
        return lines

    def people(self) -> list[str]:
        """Who looks after them."""
        team = self.chart.team
        return [
            f"{team.names.get(member, 'name not on record')}, {role.replace('-', ' ')}"
            for role, member in team.roles.items()
            if member != self.patient
        ]
