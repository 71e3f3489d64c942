"""Goal: what the patient and the team want to reach, by when, measured how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carefhir.codes import CARE_GOAL, GOAL_PRIORITY, concept
from carefhir.fhir.changes import Edit, items_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, references, refers_to, relative, words_of
from carefhir.fhir.search import Need, Of
from carefhir.lifecycle import ended

ACCEPTANCE = "http://hl7.org/fhir/StructureDefinition/goal-acceptance"
"""R4's own extension: who agrees to a goal, and with which priority."""


def find() -> Need:
    """All of a patient's goals."""
    return Need("goals", "Goal", (Of("patient", "subject"),), bounded=True)


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal as decisions see it."""

    record: Record
    status: str
    codes: tuple[str, ...]
    """Its codes in our CodeSystem care-goal."""
    words: str
    start: str
    addresses: tuple[str, ...]
    acceptance: str
    achievement: str
    outcomes: tuple[str, ...]

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def over(self) -> bool:
        return ended("Goal", self.status)

    @property
    def due(self) -> str:
        """The day by which it is to be reached, as the record writes it; "" where it says none."""
        return first_text(self.record.json, "target.dueDate") or ""

    @property
    def number(self) -> str:
        """The number that reaches it, as the record writes it: `< 8 %`; "" where it has none."""
        for target in dig(self.record.json, "target"):
            quantity = target.get("detailQuantity") if isinstance(target, dict) else None
            if isinstance(quantity, dict) and "value" in quantity:
                unit = quantity.get("unit") or quantity.get("code") or ""
                return f"{quantity.get('comparator', '')} {quantity['value']} {unit}".strip()
            low, high = ("".join(map(str, dig(target, f"detailRange.{end}.value"))) for end in ("low", "high"))
            if low or high:
                unit = first_text(target, "detailRange.high.unit") or first_text(target, "detailRange.low.unit") or ""
                return f"{low} to {high} {unit}".strip()
        return ""

    @property
    def matters(self) -> str:
        """How much it matters to the person, by their own word: high, medium, low; "" where they did not say."""
        for extension in dig(self.record.json, "extension"):
            if isinstance(extension, dict) and extension.get("url") == ACCEPTANCE:
                priorities = codings(extension, "extension.valueCodeableConcept")
                return next((code.partition("-")[0] for system, code in priorities if system == GOAL_PRIORITY), "")
        return ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was written down about it, oldest first: the person's own words, and what gets in the way."""
        return tuple(text for text in dig(self.record.json, "note.text") if isinstance(text, str))

    @property
    def refused_because(self) -> str:
        """Why the person does not want it, in words."""
        return (first_text(self.record.json, "statusReason") or "") if self.status == "rejected" else ""

    def is_own(self, patient: str) -> bool:
        """Whether the person has named it themselves."""
        return refers_to(self.record.json, "expressedBy", patient)


_WORDS = ("description.text", "description.coding.display", "description")


def read(record: Record) -> GoalView:
    """A goal, leniently."""
    json = record.json
    accepted = [
        first_text(part, "valueCode") or ""
        for extension in dig(json, "extension")
        if isinstance(extension, dict) and extension.get("url") == ACCEPTANCE
        for part in dig(extension, "extension")
        if isinstance(part, dict) and part.get("url") == "status"
    ]
    return GoalView(
        record,
        first_text(json, "lifecycleStatus") or "",
        tuple(code for system, code in codings(json, "description") if system == CARE_GOAL),
        next(filter(None, (first_text(json, path) for path in _WORDS)), ""),
        first_text(json, "startDate") or "",
        tuple(r for one in references(json, "addresses") if (r := relative(one))),
        next(iter(accepted), ""),
        next((code for _, code in codings(json, "achievementStatus")), "") or words_of(json.get("achievementStatus")),
        tuple(r for one in references(json, "outcomeReference") if (r := relative(one))),
    )


def accepted_by(patient: str, status: str, priority: str | None) -> Edit:
    """Sets the patient's acceptance of a goal, in the place it has where it was given before."""

    def edit(resource: Json) -> None:
        extensions = items_in(resource, "extension")
        mine = next((extension for extension in extensions if _is_of(extension, patient)), None)
        if mine is None:
            mine = {"url": ACCEPTANCE, "extension": [{"url": "individual", "valueReference": {"reference": patient}}]}
            extensions.append(mine)
        _set(mine, "status", {"valueCode": status})
        if priority:
            _set(mine, "priority", {"valueCodeableConcept": concept(GOAL_PRIORITY, f"{priority}-priority")})

    return edit


def _is_of(extension: Any, patient: str) -> bool:
    """Whether it is the acceptance of this patient."""
    if not isinstance(extension, dict) or extension.get("url") != ACCEPTANCE:
        return False
    parts = [part for part in dig(extension, "extension") if isinstance(part, dict)]
    return any(part.get("url") == "individual" and refers_to(part, "valueReference", patient) for part in parts)


def _set(extension: Json, name: str, value: Json) -> None:
    """Sets one part of a complex extension: replaced where it is, or added."""
    parts = items_in(extension, "extension")
    for index, part in enumerate(parts):
        if isinstance(part, dict) and part.get("url") == name:
            parts[index] = {"url": name, **value}
            return
    parts.append({"url": name, **value})
