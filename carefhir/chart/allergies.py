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
from carefhir.mappers.condition import ConditionView

NONE_KNOWN = "none-known"
"""The concept of CodeSystem allergy-class for "no known allergies"."""
DENIED = "denied"
EXCEPTION = "exception"
"""The concepts of CodeSystem allergy-class for the words of a sentence that denies an allergy, and those that do not
belong in one."""


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
    if denied(content, allergy):
        return Allergen(allergy, frozenset(), frozenset({NONE_KNOWN}), frozenset())
    concepts = content.concepts(INGREDIENT)
    coded = tuple(_concepts(allergy))
    texts = tuple(dict.fromkeys(text for concept in coded for text in _texts(concept)))
    codes = {code for concept in coded for code in medication.ingredients_of(content, concept)}
    general = {code for code in codes if concepts[code].properties.get("general")}
    numbers = {code for concept in coded for system, code in codings({"it": concept}, "it") if system == SNOMED}
    classes = content.concepts(ALLERGY_CLASS)
    members = {name for code in codes - general for name in _classes(concepts[code])}
    one_of_it = {name for name in members if name in classes and not classes[name].properties.get("byMember")}
    named = {
        code
        for code, each in classes.items()
        if code not in (DENIED, EXCEPTION) and _names(each, texts, numbers, member=code in one_of_it)
    }
    named |= {name for code in general for name in _classes(concepts[code]) if name in classes}
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
    for name in sorted(allergen.classes):
        after = sorted(classes & set(str(concepts[name].properties.get("crossesAfter", "")).split()))
        if after and _after(content, concepts[name], allergen.allergy):
            return f"not after such a reaction to {concepts[name].display}, or one that is not stated"
    own = parts - content.concepts(INGREDIENT).keys()
    return "the same name" if any(_same_name(part, name) for part in own for name in allergen.names) else ""


def _after(content: Content, concept: Concept, allergy: AllergyView) -> bool:
    """Whether what happened was such a reaction (property after); where nothing is stated it may have been."""
    texts = [text for each in _concepts(allergy) for text in _texts(each)]
    stated = _plain(" ".join((*allergy.reactions, *texts)))
    codes = {
        code for each in dig(allergy.record.json, "reaction.manifestation") for _, code in codings({"it": each}, "it")
    }
    wanted = _phrases(concept, "after")
    if any(f" {phrase} " in f" {stated} " for phrase in wanted) or {_plain(code) for code in codes} & set(wanted):
        return True
    return not allergy.reactions and not codes and not any(_says_more(content, concept, text) for text in texts)


def _says_more(content: Content, concept: Concept, text: str) -> bool:
    """Whether a text says more than what the allergy is to: `lisinopril (cough)`."""
    names = {word for phrase in _phrases(concept, "words") for word in phrase.split()}
    names |= {word for phrase in _phrases(content.concept(ALLERGY_CLASS, DENIED), "parts") for word in phrase.split()}
    rest = (word for word in _plain(text).split() if word not in names and not word.isdigit())
    return any(not medication.named(content, word).in_code_system for word in rest)


def of_conditions(content: Content, conditions: Iterable[ConditionView]) -> Iterator[Allergen]:
    """The classes that diagnoses forbid for good: heparins after heparin-induced thrombocytopenia, resolved or not."""
    classes = content.concepts(ALLERGY_CLASS)
    for condition in conditions:
        codes = [code for _, code in condition.codes]
        texts = [text for each in dig(condition.record.json, "code") for text in _texts(each)]
        forbidden = {
            name for name, each in classes.items() if each.properties.get("conditions") and _is(each, codes, texts)
        }
        if forbidden and condition.holds:
            view = AllergyView(
                condition.record, True, condition.text or next(iter(texts), ""), (), "", condition.unconfirmed
            )
            yield Allergen(view, frozenset(), frozenset(forbidden), frozenset())


def _is(concept: Concept, codes: list[str], texts: list[str]) -> bool:
    """Whether a diagnosis is one that forbids the class: by its code, or by words that name more than the medicine."""
    beginnings = str(concept.properties.get("conditions", "")).split()
    numbers = set(str(concept.properties.get("snomed", "")).split())
    return any(code.startswith(tuple(beginnings)) or code in numbers for code in codes) or _names(concept, texts, set())


def none_known(content: Content, allergen: Allergen) -> bool:
    """Whether it says that no allergy is known."""
    return NONE_KNOWN in allergen.classes


def words(allergy: AllergyView) -> str:
    """An allergy as a sentence names it: substance, what happened, how dangerous."""
    more = (", ".join(allergy.reactions), allergy.danger, "unconfirmed" if allergy.unconfirmed else "")
    details = "; ".join(filter(None, more)) or "reaction not stated"
    if allergy.record.type == "Condition":
        return f"{allergy.substance} [{allergy.record.reference}]"
    return f"allergy to {allergy.substance or 'something it does not name'} ({details}) [{allergy.record.reference}]"


def _concepts(allergy: AllergyView) -> Iterator[dict[str, object]]:
    for path in ("code", "reaction.substance"):
        yield from (concept for concept in dig(allergy.record.json, path) if isinstance(concept, dict))


def _texts(concept: dict[str, object]) -> Iterator[str]:
    displays = (text for text in dig(concept, "coding.display") if isinstance(text, str))
    yield from (text for text in (first_text(concept, "text"), *displays) if text and text.strip())


def _names(concept: Concept, texts: Iterable[str], numbers: set[str], *, member: bool = False) -> bool:
    """Whether an allergy names this class, by a code or by a whole word. Where it names a member of a class of which
    one says nothing of the others, its singular is part of that name: insulin glargine is one insulin."""
    if numbers & set(str(concept.properties.get("snomed", "")).split()):
        return True
    spoken = [_plain(text) for text in texts]
    phrases = [
        phrase for phrase in _phrases(concept, "words") if not (member and f"{phrase}s" in _phrases(concept, "words"))
    ]
    whole = _phrases(concept, "whole")
    return any(f" {phrase} " in f" {text} " for text in spoken for phrase in phrases) or any(
        text in whole for text in spoken
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _phrases(concept: Concept, name: str) -> list[str]:
    """The phrases of a property, as `_plain` makes texts comparable."""
    return [plain for phrase in str(concept.properties.get(name, "")).split(";") if (plain := _plain(phrase))]


def denied(content: Content, allergy: AllergyView) -> bool:
    """Whether it says from its first word to its last that there is no allergy: `No PCN allergy`, `denies`. One with a
    reaction, or with more to say ("no known allergies except penicillin", "PCN - no further doses"), is an allergy."""
    texts = [text for concept in _concepts(allergy) for text in _texts(concept)]
    dangerous = allergy.reactions or first_text(allergy.record.json, "criticality") == "high"
    return bool(texts) and not dangerous and all(_denies(content, text) for text in texts)


def _denies(content: Content, text: str) -> bool:
    """Whether one text is a denial: it begins as one, names an allergy, and is a single sentence without exception."""
    concepts = content.concepts(ALLERGY_CLASS)
    plain = _plain(text)
    if plain in ("denies", "denied") or re.fullmatch(r"[^:]+:\s*(?:denies|denied|none)\W*", text.lower().strip()):
        return True
    sentences = re.split(r"[,;:.()/]|\s[-–—]+|[-–—]+\s", text.strip().rstrip("."))
    excepted = any(f" {word} " in f" {plain} " for word in _phrases(concepts[EXCEPTION], "words"))
    begins = any(f"{plain} ".startswith(f"{phrase} ") for phrase in _phrases(concepts[DENIED], "words"))
    denies = any(f"{plain} ".startswith(f"{phrase} ") for phrase in _phrases(concepts[DENIED], "whole"))
    names_it = any(f" {part} " in f" {plain} " for part in _phrases(concepts[DENIED], "parts"))
    return len(sentences) == 1 and (denies or (begins and names_it)) and not excepted


def _classes(concept: Concept) -> list[str]:
    return str(concept.properties.get("classes", "")).split()


def _same_name(medicine: str, allergen: str) -> bool:
    """Whether one name is part of the other, word by word: `zorvastat` and `allergy to zorvastat`."""
    return f"-{medicine}-" in f"-{allergen}-" or f"-{allergen}-" in f"-{medicine}-"
