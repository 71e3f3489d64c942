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
from carefhir.workflows.looking.medicine_list import ListedMedicine, medicine_list
from carefhir.workflows.looking.person import visits_to_come

_AGREED = frozenset({"accepted", "active", "on-hold"})
_IN_EFFECT = frozenset({"active", "requested", "received", "accepted", "ready", "in-progress"})


_NOT_TAKEN = frozenset({"stopped", "on hold", "not to be taken"})


def _medicine(medicine: ListedMedicine) -> str:
    standing = f" ({medicine.standing})" if medicine.standing and medicine.standing != "taken" else ""
    asked = " - ask your nurse: not decided yet" if medicine.open else ""
    return f"{medicine.name}{standing}: {'; '.join(medicine.doses) or 'no dose on record'}{asked}"


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
        medicines = medicine_list(self.chart, self.occasion)
        return [self._plain_medicine(each) if self.plain else _medicine(each) for each in medicines]

    def _plain_medicine(self, medicine: ListedMedicine) -> str:
        """One medicine; of one that they do not take, while nobody has decided about it, no dose is said."""
        how = "; ".join(medicine.doses) or "ask us how to take it"
        if medicine.open and medicine.standing not in ("taken", ""):
            return f"{medicine.name}: not decided yet. Ask us before you take it."
        if medicine.standing == "not taken":
            return f"{medicine.name}: you told us that you do not take it. Ask us about it."
        if medicine.standing in _NOT_TAKEN:
            return f"{medicine.name}: do not take it ({medicine.standing})"
        asked = ". Ask us about this one: something is still to be decided." if medicine.open else ""
        return f"{medicine.name}: {how}{asked}"

    def people(self) -> list[str]:
        """Who looks after them."""
        team = self.chart.team
        return [
            f"{team.names.get(member, 'name not on record')}, {role.replace('-', ' ')}"
            for role, member in team.roles.items()
            if member != self.patient
        ]
