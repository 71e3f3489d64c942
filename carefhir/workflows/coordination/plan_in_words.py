"""What a plan says to the person it is about, line by line: goals, what is done, visits, medicines, people.

It says only what the chart that it is given holds: what must not be shared is taken out before (`chart.shareable`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.codes import CARE_GOAL, CARE_ITEM
from carefhir.content.translating import CopyWords
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.request import ItemView
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
    plain: CopyWords | None = None
    """The words in which everything is said to the person themselves; None for whoever treats them."""

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
        return [self._by(item) for item in mine if item.status in _IN_EFFECT]

    def _by(self, item: ItemView) -> str:
        """One item, and the last day for it."""
        what = self._called(CARE_ITEM, item.codes, item.words)
        if item.until is None:
            return what
        if self.plain is None:
            return f"{what}, by {item.until}"
        return self.plain.text("by-day", what=what, day=self.plain.day(item.until))

    def _called(self, system: str, codes: Iterable[str], words: str) -> str:
        """A goal or an item: where plain words are asked for and content has some, in these."""
        concepts = self.occasion.content.concepts(system)
        in_plain_words = (concepts[code] for code in codes if code in concepts and concepts[code].plain)
        concept = next(in_plain_words, None) if self.plain else None
        return self.plain.of(concept) if self.plain and concept else words or "(no words)"

    def visits(self) -> list[str]:
        """The visits to come, with what the person was told of them."""
        lines = []
        for visit in visits_to_come(self.chart, self.occasion):
            if visit.start and visit.status == "booked":
                lines.append(self._visit(visit, visit.start))
        return lines

    def _visit(self, visit: AppointmentView, start: datetime) -> str:
        """One visit, with what the person was told of it."""
        if self.plain is None:
            return " ".join(filter(None, (f"{start:%a %Y-%m-%d %H:%M}:", visit.words, visit.told)))
        return self.plain.text(
            "visit",
            weekday=self.plain.weekday(start.date()),
            day=self.plain.day(start.date()),
            time=f"{start:%H:%M}",
            what=" ".join(filter(None, (visit.words, visit.told))),
        )

    def medicines(self) -> list[str]:
        """What is taken, and how."""
        medicines = medicine_list(self.chart, self.occasion)
        return [self._plain_medicine(each, self.plain) if self.plain else _medicine(each) for each in medicines]

    def _plain_medicine(self, medicine: ListedMedicine, plain: CopyWords) -> str:
        """One medicine; of one that they do not take, while nobody has decided about it, no dose is said."""
        if medicine.open and medicine.standing not in ("taken", ""):
            return plain.text("medicine-undecided", medicine=medicine.name)
        if medicine.standing == "not taken":
            return plain.text("medicine-not-taken", medicine=medicine.name)
        if medicine.standing in _NOT_TAKEN:
            return plain.text(f"medicine-{medicine.standing.replace(' ', '-')}", medicine=medicine.name)
        how = "; ".join(medicine.doses) or plain.text("medicine-how")
        line = plain.text("medicine", medicine=medicine.name, how=how)
        return f"{line}. {plain.text('medicine-open')}" if medicine.open else line

    def people(self) -> list[str]:
        """Who looks after them."""
        team = self.chart.team
        return [
            f"{team.names.get(member, 'name not on record')}, {role.replace('-', ' ')}"
            for role, member in team.roles.items()
            if member != self.patient
        ]
