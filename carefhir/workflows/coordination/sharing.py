"""Writes a plan down in plain words, and that it was handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.chart.shareable import Shareable
from carefhir.codes import PLAN_SECTION
from carefhir.fhir.changes import Create, Plan
from carefhir.fhir.record import Record
from carefhir.mappers import communication, document, patient
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.document import Document, DocumentSection
from carefhir.workflows.coordination.plan_in_words import PlanInWords
from carefhir.workflows.pen import Pen

PLAN_NOTE = "18776-5"
"""LOINC "Plan of care note", as PACIO's transition document codes it (V)."""

BEHIND = {
    "goals": ("goals",),
    "to-do": ("service_requests", "device_requests", "communication_requests", "tasks"),
    "visits": ("appointments",),
    "medicines": ("medication_requests", "medication_statements"),
    "people": ("care_teams",),
}
"""The needs behind each section: where one could not be seen, the section says so, and never "none"."""


_ABOUT = {"goals": "plan", "to-do": "plan", "people": "plan", "visits": "visits", "medicines": "medicines"}
"""What somebody has to be allowed to know (CodeSystem may-know) to be given a section."""


@dataclass(frozen=True, slots=True)
class PlanSharing:
    """One plan, given to one recipient."""

    shown: Shareable
    plan: CarePlanView
    person: Record
    recipient: str
    how: str
    at: datetime
    author: Record | None
    topics: frozenset[str]
    """What the recipient may know (codes of CodeSystem may-know)."""
    pen: Pen

    @property
    def chart(self) -> Chart:
        """What may be shown of the chart."""
        return self.shown.chart

    @property
    def stamp(self) -> str:
        """The moment it was handed over: as the command says it, so that a later run writes the same."""
        return self.at.isoformat(timespec="seconds")

    def plan_of_changes(self) -> Plan:
        """The document, and the Communication by which it went."""
        shared = Create("document", document.write(self.pen.patient, self._document()), f"shared with {self.recipient}")
        reason = f"the plan was given to {self.recipient} ({self.how})"
        return Plan(
            changes=(shared, self._handed_over(shared, reason)),
            says=(reason, *self._left_out()),
            warnings=(*self._not_shared(), *self._language(), *self.chart.not_visible),
            decided_from=(self.person, self.plan.record),
            artefacts=(self.pen.content.canonical("CodeSystem", "plan-section"),),
            reason=reason,
            acting_as=self.pen.occasion.actor.discipline,
        )

    def _document(self) -> Document:
        pen = self.pen
        words = PlanInWords(self.chart, self.plan, pen.patient, pen.occasion)
        by_code = {
            "goals": words.goals(),
            "to-do": words.to_do(),
            "visits": words.visits(),
            "medicines": words.medicines(),
            "people": words.people(),
        }
        today = pen.occasion.local_date(self.at)
        identity = (
            patient.display(self.person, today),
            patient.born(self.person),
            patient.number(self.person, today),
        )
        return Document(
            key=pen.act.part_key("document"),
            composition_key=pen.act.part_key("document/composition"),
            patient_key=pen.act.part_key("document/patient"),
            type_code=PLAN_NOTE,
            title="Care plan",
            at=self.stamp,
            author=pen.author,
            author_name=patient.display(self.author, today) if self.author else "care team",
            person=self.person,
            heading=tuple(filter(None, (*identity, f"as of {self.stamp[:10]}"))),
            sections=[self._section(code, lines) for code, lines in by_code.items()],
            about=(self.plan.reference,),
        )

    def _section(self, code: str, lines: Sequence[str]) -> DocumentSection:
        concept = self.pen.content.concept(PLAN_SECTION, code)
        if _ABOUT[code] not in self.topics:
            return DocumentSection(concept.coding, concept.display, (), why="This part is not shared.")
        unseen = bool(self.chart.unseen & set(BEHIND[code]))
        # What was withheld leaves the same words as what was never there, or the words would tell of it.
        why = "This could not be read." if unseen else "Nothing is listed here."
        more = ("Some of this could not be read: there may be more.",) if unseen and lines else ()
        return DocumentSection(concept.coding, concept.display, (*lines, *more), why=why)

    def _handed_over(self, shared: Create, reason: str) -> Create:
        actor = self.pen.occasion.actor
        talk = communication.Conversation(
            based_on=self.plan.reference,
            sent=self.stamp,
            recipient={"reference": self.recipient},
            hands_over=True,
        )
        written = communication.write(
            self.pen.content, self.pen.patient, actor.reference, discipline=actor.discipline, talk=talk
        )
        written["medium"] = [{"text": self.how}]
        written["payload"] = [{"contentReference": self.pen.refer(shared)}]
        return Create("handed-over", written, reason)

    def _left_out(self) -> tuple[str, ...]:
        """For the sender only: it stands in no record."""
        if not self.shown.withheld:
            return ()
        names = ", ".join(record.reference for record in self.shown.withheld)
        return (
            f"left out, because it is restricted or would tell of what is: {names}; do not tell the recipient, and "
            "look through the words of what was shared",
        )

    def _not_shared(self) -> tuple[str, ...]:
        """For the sender: the sections that this recipient may not know."""
        concepts = self.pen.content.concepts(PLAN_SECTION)
        names = ", ".join(concepts[code].display for code, topic in _ABOUT.items() if topic not in self.topics)
        return (f"not shared with them, by the person's word: {names}",) if names else ()

    def _language(self) -> tuple[str, ...]:
        language = patient.language(self.person)
        if not language or language.lower().startswith("english"):
            return ()
        return (
            f"the document is in English, and the person's language is {language}: go through it with an interpreter",
        )
