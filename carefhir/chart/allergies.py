"""What a person's allergies mean for a medicine: the same ingredient, the same class, or a class that may cross-react.

An allergy is read by its codes (RxNorm, SNOMED CT) and by its words, because many are text only ("PCN", "sulfa drugs").
Refuted allergies and those entered in error say nothing; a resolved one is named and not held against a medicine (our
default). That no allergy is on record is never "no allergies" (R10).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carefhir.codes import ALLERGY_CLASS, INGREDIENT, SNOMED
from carefhir.content.loading import Concept, Content
from carefhir.fhir.record import codings, dig, first_text
from carefhir.mappers import medication
from carefhir.mappers.allergy_intolerance import AllergyView

NONE_KNOWN = "none-known"
"""The concept of CodeSystem allergy-class for "no known allergies"."""


@dataclass(frozen=True, slots=True)
class Allergen:
    """What one allergy is against."""

    allergy: AllergyView
    ingredients: frozenset[str]
    """Codes of CodeSystem ingredient, words for a class left out."""
    classes: frozenset[str]
    """Codes of CodeSystem allergy-class."""
    names: frozenset[str]
    """Its words, as a medicine that is not in CodeSystem ingredient is named."""

    @property
    def recognized(self) -> bool:
        """Whether it is against something that can be compared by more than its name."""
        return bool(self.ingredients or self.classes)


def read(content: Content, allergy: AllergyView) -> Allergen:
    """What an allergy is against, by its codes and its words, those of its reactions included."""
    concepts = content.concepts(INGREDIENT)
    coded = tuple(_concepts(allergy))
    texts = tuple(dict.fromkeys(text for concept in coded for text in _texts(concept)))
    codes = {code for concept in coded for code in medication.ingredients_of(content, concept)}
    general = {code for code in codes if concepts[code].properties.get("general")}
    numbers = {code for concept in coded for system, code in codings({"it": concept}, "it") if system == SNOMED}
    classes = content.concepts(ALLERGY_CLASS)
    named = {code for code, each in classes.items() if _names(each, texts, numbers)}
    named |= {name for code in general for name in _classes(concepts[code]) if name in classes}
    members = {name for code in codes - general for name in _classes(concepts[code])}
    named |= {name for name in members if name in classes and classes[name].properties.get("byMember")}
    return Allergen(
        allergy=allergy,
        ingredients=frozenset(codes - general),
        classes=frozenset(named),
        names=frozenset(medication.own_name(text) for text in texts),
    )


def against(content: Content, allergen: Allergen, ingredients: Iterable[str], classes: frozenset[str]) -> str:
    """Why a medicine is against an allergy, in words; "" if it is not known to be."""
    parts = frozenset(ingredients)
    if parts & allergen.ingredients:
        return "the same ingredient"
    concepts = content.concepts(ALLERGY_CLASS)
    same = sorted(classes & allergen.classes)
    if same:
        return f"the same class: {concepts[same[0]].display}"
    for name in sorted(allergen.classes):
        crossing = sorted(classes & set(str(concepts[name].properties.get("crosses", "")).split()))
        if crossing:
            return f"may cross-react, less certain: {concepts[name].display} and {concepts[crossing[0]].display}"
    own = parts - content.concepts(INGREDIENT).keys()
    return "the same name" if any(_same_name(part, name) for part in own for name in allergen.names) else ""


def none_known(content: Content, allergen: Allergen) -> bool:
    """Whether it says that no allergy is known."""
    return NONE_KNOWN in allergen.classes


def words(allergy: AllergyView) -> str:
    """An allergy as a sentence names it: substance, what happened, how dangerous."""
    more = (", ".join(allergy.reactions), allergy.danger, "unconfirmed" if allergy.unconfirmed else "")
    details = "; ".join(filter(None, more)) or "reaction not stated"
    return f"allergy to {allergy.substance or 'something it does not name'} ({details}) [{allergy.record.reference}]"


def _concepts(allergy: AllergyView) -> Iterator[dict[str, object]]:
    for path in ("code", "reaction.substance"):
        yield from (concept for concept in dig(allergy.record.json, path) if isinstance(concept, dict))


def _texts(concept: dict[str, object]) -> Iterator[str]:
    displays = (text for text in dig(concept, "coding.display") if isinstance(text, str))
    yield from (text for text in (first_text(concept, "text"), *displays) if text and text.strip())


def _names(concept: Concept, texts: Iterable[str], numbers: set[str]) -> bool:
    """Whether an allergy names this class, by a code or by a whole word."""
    if numbers & set(str(concept.properties.get("snomed", "")).split()):
        return True
    phrases = [phrase.strip() for phrase in str(concept.properties.get("words", "")).split(";")]
    spoken = [" ".join(re.findall(r"[^\W_]+", text.lower())) for text in texts]
    plain = [" ".join(re.findall(r"[^\W_]+", phrase.lower())) for phrase in phrases]
    return any(f" {phrase} " in f" {text} " for text in spoken for phrase in plain if phrase)


def _classes(concept: Concept) -> list[str]:
    return str(concept.properties.get("classes", "")).split()


def _same_name(medicine: str, allergen: str) -> bool:
    """Whether one name is part of the other, word by word: `zorvastat` and `allergy to zorvastat`."""
    return f"-{medicine}-" in f"-{allergen}-" or f"-{allergen}-" in f"-{medicine}-"
