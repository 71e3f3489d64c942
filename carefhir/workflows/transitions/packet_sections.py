"""What goes along with a person, section by section; a section without anything says why, and never "none"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from carefhir.chart.chart import Chart
from carefhir.codes import LOINC, OBSERVATION_CATEGORY, TRANSITION_SECTION
from carefhir.content.loading import Concept
from carefhir.fhir.record import Record, has_code
from carefhir.mappers import labels
from carefhir.mappers.document import DocumentSection
from carefhir.occasion import Occasion
from carefhir.workflows.looking import background
from carefhir.workflows.looking.medicine_list import medicine_list
from carefhir.workflows.looking.watched import watched

NOTHING_READ = "-"


@dataclass(frozen=True, slots=True)
class PacketSections:
    """The sections of one transition document."""

    shown: Chart
    """What may be given away of the chart."""
    allergies: Sequence[Record]
    unseen: frozenset[str]
    """The needs that could not be seen."""
    written: Mapping[str, str]
    """What the sender writes, by section."""
    occasion: Occasion

    def all(self) -> list[DocumentSection]:
        """Every section that PACIO asks for, in its order."""
        concepts = self.occasion.content.concepts(TRANSITION_SECTION)
        return [self._section(concept) for concept in concepts.values()]

    def _section(self, concept: Concept) -> DocumentSection:
        needs = str(concept.properties["reads"]).split()
        unseen = bool(self.unseen & set(needs))
        own = [self.written[concept.code]] if self.written.get(concept.code) else []
        lines = [*own, *self._lines(concept.code)]
        if unseen and lines:
            lines.append("Some of this could not be read: there may be more.")
        loinc = str(concept.properties["loinc"])
        coding = concept.coding if loinc == NOTHING_READ else {"system": LOINC, "code": loinc}
        if needs == [NOTHING_READ]:
            why, reason = "Care management did not collect this: ask the person, or the last place of care.", "notasked"
        else:
            why, reason = "This could not be read." if unseen else "Nothing is listed here.", "unavailable"
        return DocumentSection(coding, concept.display, tuple(lines), empty=reason, why=why)

    def _lines(self, code: str) -> list[str]:
        """What the records say for a section."""
        chart = self.shown
        if code == "allergies":
            open_ones = [record for record in self.allergies if not labels.restricted(record)]
            return [f"{row.what}: {row.detail}" for row in background.allergies(open_ones)]
        if code == "devices":
            return [
                item.words for item in chart.items if item.record.type == "DeviceRequest" and item.status == "active"
            ]
        if code == "medications":
            return self._medicines()
        if code == "plan":
            goals = [f"goal: {goal.words}" for goal in chart.goals if goal.status in ("accepted", "active")]
            asked = [item for item in chart.items if item.record.type == "ServiceRequest" and item.status == "active"]
            return [*goals, *(f"asked for: {item.words}" for item in asked)]
        if code == "problems":
            rows = background.concerns(chart, self.occasion.content, restricted=False)
            return [f"{row.what}{f' ({row.detail})' if row.detail else ''}" for row in rows]
        if code in ("results", "vitals"):
            return self._numbers("laboratory" if code == "results" else "vital-signs")
        return []

    def _medicines(self) -> list[str]:
        lines = []
        for medicine in medicine_list(self.shown, self.occasion):
            standing = f" ({medicine.standing})" if medicine.standing else ""
            doses = "; ".join(medicine.doses) or "no dose on record"
            lines.append(f"{medicine.name}{standing}: {doses}" + "".join(f"; OPEN: {words}" for words in medicine.open))
        return lines

    def _numbers(self, category: str) -> list[str]:
        """The newest number of each measure of a category, with its day."""
        mine = tuple(
            reading
            for reading in self.shown.readings
            if has_code(reading.record.json, "category", OBSERVATION_CATEGORY, category)
            and not labels.restricted(reading.record)
        )
        rows = watched(replace(self.shown, readings=mine, unread=(), goals=()), self.occasion)
        return [f"{row.quantity}: {row.newest} ({row.day})" for row in rows if row.day]
