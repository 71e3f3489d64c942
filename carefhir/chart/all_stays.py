"""Every stay of a person, once, and the conditions that an encounter was for."""

from __future__ import annotations

from carefhir.chart import stays
from carefhir.content.loading import Content, parameters
from carefhir.errors import ContentError
from carefhir.fhir.record import references, relative
from carefhir.mappers.encounter import EncounterView


def every_stay(content: Content, encounters: tuple[EncounterView, ...]) -> list[stays.Stay]:
    """Every stay once, those too that nobody has ended."""
    gap = hours(content, "stay-gap-hours")
    by_references: dict[frozenset[str], stays.Stay] = {}
    taken: set[str] = set()
    for encounter in encounters:
        if encounter.reference in taken:
            continue
        stay = stays.stay_of(content, encounter, encounters, gap)
        if stay is not None:
            taken |= stay.references
            by_references[stay.references] = stay
    return list(by_references.values())


def hours(content: Content, name: str) -> int:
    """A number of hours that the transition clock sets. Raises `ContentError` when it does not."""
    numbers = parameters(content.get("PlanDefinition", "transition-clock"))
    if name not in numbers:
        raise ContentError(f"PlanDefinition/transition-clock lacks the parameter {name}")
    return numbers[name]


def reasons_of(encounter: EncounterView) -> set[str]:
    """The conditions an encounter was for."""
    return {
        reference
        for path in ("diagnosis.condition", "reasonReference")
        for text in references(encounter.record.json, path)
        if (reference := relative(text))
    }
