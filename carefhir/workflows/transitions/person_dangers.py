"""What is dangerous for this person in what is ordered or taken now: an allergy, a pregnancy (rules 29 and 38)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart import allergies
from carefhir.chart.allergies import Allergen
from carefhir.chart.person_states import PersonState
from carefhir.codes import DISCREPANCY_WHAT
from carefhir.content.loading import Content
from carefhir.workflows.transitions.dangers import Held, danger
from carefhir.workflows.transitions.discrepancies import Discrepancy

NOT_LOOKED_FOR = PersonState("pregnant", False)


@dataclass(frozen=True, slots=True)
class Person:
    """What is on record of a person that makes medicines dangerous."""

    allergens: tuple[Allergen, ...] = ()
    allergies_read: bool = False
    """Whether the allergies were looked for and could be seen."""
    allergies_hidden: bool = False
    """Whether they were looked for and could not be seen."""
    diagnoses: tuple[Allergen, ...] = ()
    """Diagnoses that forbid a class of medicines as an allergy does."""
    pregnant: PersonState = NOT_LOOKED_FOR

    def dangers(self, content: Content, medicines: tuple[Held, ...]) -> Iterator[Discrepancy]:
        """Names every medicine that is against an allergy, and every one that harms in a pregnancy there is."""
        for medicine in medicines:
            for allergen in (*self.allergens, *self.diagnoses):
                why = allergies.against(content, allergen, medicine.ingredients, medicine.classes)
                if why and allergen.allergy.holds:
                    words = f"{medicine.words}; {allergies.words(allergen.allergy)}: {why}"
                    yield danger("allergy", medicine, words, records=(allergen.allergy.record,))
            yield from self._in_pregnancy(content, medicine)

    def _in_pregnancy(self, content: Content, medicine: Held) -> Iterator[Discrepancy]:
        if not self.pregnant.holds:
            return
        (record, *_) = self.pregnant.records
        for what in content.concepts(DISCREPANCY_WHAT).values():
            if what.properties.get("medicineClass") in medicine.classes:
                words = f"{medicine.words}; pregnant by {record.type} [{record.reference}]: it can harm the child"
                yield danger(what.code, medicine, words, records=(record,))

    def says(self, content: Content, medicines: tuple[Held, ...]) -> tuple[str, ...]:
        """Says what could not be seen, or not be compared; never "no allergies"."""
        return (*self._of_allergies(content, medicines), *self._of_pregnancy(content, medicines))

    def _of_allergies(self, content: Content, medicines: tuple[Held, ...]) -> Iterator[str]:
        holding = [allergen for allergen in self.allergens if allergen.allergy.holds]
        if self.allergies_hidden:
            yield "no allergy list could be read: ask about allergies before anything is decided"
        elif self.allergies_read and not holding:
            yield "no allergy is on record, nor that there is none: ask about allergies"
        for allergen in holding:
            reference = allergen.allergy.record.reference
            if allergies.none_known(content, allergen):
                yield f"'{allergen.allergy.substance}' is on record [{reference}]: ask whether that still holds"
            elif not allergen.recognized:
                name = allergen.allergy.substance or "something it does not name"
                yield f"an allergy to {name} [{reference}] could be compared by its name only: look at it"
        for allergen in self.allergens:
            if allergen.allergy.over and any(
                allergies.against(content, allergen, medicine.ingredients, medicine.classes) for medicine in medicines
            ):
                name, reference = allergen.allergy.substance, allergen.allergy.record.reference
                yield f"an allergy to {name} is recorded as over [{reference}]: it was not held against anything"

    def _of_pregnancy(self, content: Content, medicines: tuple[Held, ...]) -> Iterator[str]:
        classes = {what.properties.get("medicineClass") for what in content.concepts(DISCREPANCY_WHAT).values()}
        harmful = [medicine.key for medicine in medicines if medicine.classes & (classes - {None})]
        if self.pregnant.holds is None and harmful:
            yield f"whether the person is pregnant could not be read: {', '.join(harmful)} can harm a child"
