"""Medicines on record: MedicationRequest and MedicationStatement alike, coded, referenced or contained.

US Core has no MedicationStatement and others write only that, so both are read and neither assumed. A medicine is
identified by its ingredients: by the RxNorm code of an ingredient or of a product with it, and by names in the text,
brands included. One that `CodeSystem/ingredient` does not know goes by its own name up to the strength.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from carefhir.codes import INGREDIENT, RXNORM
from carefhir.content.loading import Concept, Content, ContentKey
from carefhir.fhir.changes import keys_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, references, relative, truth
from carefhir.fhir.search import Follow, Need, Of
from carefhir.mappers import dosage

FOLLOWED = Follow("medicationReference", "Medication")
"""The Medications that requests and statements point to."""


RXNORM_OID = "urn:oid:2.16.840.1.113883.6.88"
"""RxNorm as C-CDA converters write it."""
ENDS = ("effectivePeriod.end", "dispenseRequest.validityPeriod.end", "dosageInstruction.timing.repeat.boundsPeriod.end")
"""Where a record may say when it ended."""


def find_requests() -> Need:
    """All of a patient's medication requests, with the Medications they point to."""
    return Need("medication_requests", "MedicationRequest", (Of("patient", "subject"),), follow=(FOLLOWED,))


def find_statements() -> Need:
    """All that is stated to be taken."""
    return Need("medication_statements", "MedicationStatement", (Of("patient", "subject"),), follow=(FOLLOWED,))


@dataclass(frozen=True, slots=True)
class MedicineView:
    """One medicine as ordered or stated. `dose` is "" if none is stated; that is not a discrepancy."""

    record: Record
    status: str
    intent: str
    name: str
    ingredients: tuple[str, ...]
    """Codes of `CodeSystem/ingredient`, or the plain name of one that is not there."""
    classes: frozenset[str]
    dose: str
    route: str
    categories: tuple[str, ...]
    authored: str
    encounter: str
    texts: tuple[str, ...] = ()
    """All words that name it: its text and its displays, and the strength that a Medication states."""
    product: frozenset[tuple[str, str]] = frozenset()
    """(system, code) of the product, without codes that name only an ingredient."""

    @property
    def active(self) -> bool:
        """Ordered or stated as being taken, not merely proposed or planned, and no order *not* to take it."""
        return self.status == "active" and self.ordered and not self.forbidden

    @property
    def ordered(self) -> bool:
        """Whether it is more than a proposal or a plan. One that somebody reported counts, whatever its intent: US Core
        writes what a patient takes as a plan that is reported."""
        json = self.record.json
        reported = truth(json.get("reportedBoolean")) is True or isinstance(json.get("reportedReference"), dict)
        return reported or self.intent not in ("proposal", "plan", "option")

    @property
    def forbidden(self) -> bool:
        """An order *not* to take it."""
        return truth(self.record.json.get("doNotPerform")) is True

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def is_order(self) -> bool:
        return self.record.type == "MedicationRequest"

    @property
    def ours(self) -> bool:
        """Whether a reconciliation of ours made it."""
        return bool(keys_of(self.record))

    @property
    def asserted(self) -> str:
        """When it was stated, as the record writes it."""
        return first_text(self.record.json, "dateAsserted") or ""

    @property
    def effective(self) -> str:
        """From when it holds, as the record writes it."""
        json = self.record.json
        return first_text(json, "effectiveDateTime") or first_text(json, "effectivePeriod.start") or ""

    @property
    def ends(self) -> tuple[str, ...]:
        """Whatever the record says of when it ended, as written."""
        return tuple(text for path in ENDS for text in dig(self.record.json, path) if isinstance(text, str))

    @property
    def codes(self) -> frozenset[tuple[str, str]]:
        """(system, code) of the medicine itself, where the record holds them."""
        return frozenset(codings(self.record.json, "medicationCodeableConcept"))

    @property
    def told_by(self) -> str:
        """The kind of resource that stands for whoever stated it (Patient, Practitioner ...); "" if nobody is named."""
        for text in references(self.record.json, "informationSource"):
            match = re.search(r"(?:^|/)([A-Z][A-Za-z]+)/[^/]+(?:/_history/[^/]+)?$", text)
            if match:
                return match[1]
        return ""

    @property
    def derived_from_orders(self) -> bool:
        """Whether it only repeats orders or supplies: then nobody was asked."""
        sources = references(self.record.json, "derivedFrom")
        return any(kind in text for text in sources for kind in ("MedicationRequest/", "MedicationDispense/"))

    @property
    def why_not(self) -> str:
        """Why it is not taken, in the record's words."""
        return first_text(self.record.json, "statusReason.text") or ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted on it, in the record's words."""
        return tuple(text for note in dig(self.record.json, "note") if (text := first_text(note, "text")))

    @property
    def key(self) -> str:
        """The key by which lists are matched: the ingredients together."""
        return "+".join(self.ingredients)


def read(record: Record, referenced: Mapping[str, Record], content: Content) -> MedicineView:
    """A MedicationRequest or MedicationStatement, leniently."""
    json = record.json
    concept = _concept(json, referenced)
    codes = [f"code:{code}" for _, code in codings({"it": concept}, "it")]
    name = _words_of(concept) or next(iter(codes), "")
    ingredients = tuple(_ingredients(content, concept, name))
    concepts = content.concepts(INGREDIENT)
    return MedicineView(
        record,
        first_text(json, "status") or "",
        first_text(json, "intent") or "",
        name,
        ingredients,
        frozenset(one for code in ingredients if code in concepts for one in _words(concepts[code], "classes")),
        dosage.words(record),
        dosage.route(record),
        tuple(code for _, code in codings(json, "category")),
        first_text(json, "authoredOn") or first_text(json, "dateAsserted") or "",
        next((r for path in ("encounter", "context") for one in references(json, path) if (r := relative(one))), ""),
        texts=tuple(dict.fromkeys((name, *_displays(concept), *_strengths(json, referenced)))),
        product=frozenset(_products(content, concept)),
    )


def _displays(concept: Json) -> Iterator[str]:
    return (text.strip() for text in dig(concept, "coding.display") if isinstance(text, str) and text.strip())


def _strengths(json: Json, referenced: Mapping[str, Record]) -> Iterator[str]:
    """The strengths that a Medication states of its ingredients, as a product's name writes them."""
    for each in _medications(json, referenced):
        for ratio in dig(each, "ingredient.strength"):
            over, under = (dig(ratio, path) for path in ("numerator", "denominator"))
            amounts = [_amount(quantity) for quantity in (*over, *under)]
            yield "/".join(filter(None, amounts)).removesuffix("/1")


def _amount(quantity: object) -> str:
    value = next(iter(dig(quantity, "value")), "")
    unit = first_text(quantity, "unit") or first_text(quantity, "code") or ""
    plain = unit if re.fullmatch(r"[A-Za-z%]+", unit) else ""
    return f"{value} {plain}".strip() if plain.lower() not in ("tablet", "tab", "capsule", "each") else f"{value}"


@lru_cache(maxsize=8)
def _ingredient_codes(key: ContentKey) -> frozenset[str]:
    return frozenset(code for each in key.content.concepts(INGREDIENT).values() for code in _words(each, "rxnorm"))


def _products(content: Content, concept: Json) -> Iterator[tuple[str, str]]:
    """The codes of the product: those of an ingredient alone say nothing of its strength."""
    ingredients = _ingredient_codes(ContentKey(content))
    for system, code in codings({"it": concept}, "it"):
        plain = RXNORM if system == RXNORM_OID else system
        if plain and not (plain == RXNORM and code in ingredients):
            yield plain, code


def _concept(json: Json, referenced: Mapping[str, Record]) -> Json:
    """The code of the medicine, wherever the record has it: the first place that names it in words; a code without
    words keeps its codes, and takes the words of another place."""
    places = [
        place for place in _places(json, referenced) if _words_of(place) or next(codings({"it": place}, "it"), "")
    ]
    named = next((place for place in places if _words_of(place)), None)
    if named is None or named is places[0]:
        return named or next(iter(places), {})
    return {**places[0], "text": _words_of(named)}


def _places(json: Json, referenced: Mapping[str, Record]) -> Iterator[Json]:
    """Every place where a record may say which medicine it is about, the most exact first."""
    yield from (concept for concept in dig(json, "medicationCodeableConcept") if isinstance(concept, dict))
    for medication in _medications(json, referenced):
        yield from (concept for concept in dig(medication, "code") if isinstance(concept, dict))
    yield _mixture(json, referenced)
    displayed = (
        first_text(json, "medicationReference.display"),
        first_text(json, "medicationReference.identifier.value"),
    )
    yield from ({"text": words} for words in displayed if words)


def _medications(json: Json, referenced: Mapping[str, Record]) -> Iterator[Json]:
    """The Medications that a record contains or points to, by a relative or an absolute reference."""
    for text in references(json, "medicationReference"):
        if text.startswith("#"):
            inside = (one for one in dig(json, "contained") if isinstance(one, dict))
            yield from (one for one in inside if str(one.get("id")).removeprefix("#") == text[1:])
        elif record := referenced.get(_pointed(text)):
            yield record.json


def _pointed(text: str) -> str:
    """`Medication/ID` of a reference, relative or absolute; "" if it points to none."""
    match = re.search(r"(?:^|/)(Medication/[A-Za-z0-9\-.]{1,96})(?:/_history/[^/]+)?$", text)
    return match[1] if match else ""


def _words_of(concept: Json) -> str:
    """A concept in words; "" if it has none, or only white space."""
    words = (first_text(concept, "text"), *(one for one in dig(concept, "coding.display") if isinstance(one, str)))
    return next((text.strip() for text in words if text and text.strip()), "")


def _as_r4_has_it(concept: Json) -> Json:
    """A concept that somebody else has written, without what R4 does not allow: what we write must be valid, and a
    whole reconciliation must not fail for a system that sends a number for a text."""
    written = {"coding": list(filter(None, map(_coding_as_r4_has_it, _each(concept.get("coding")))))}
    written |= {"text": concept["text"]} if _is_text(concept.get("text")) else {}
    more = {name: value for name, value in concept.items() if name in ("id", "extension") and value}
    legible = {name: value for name, value in written.items() if value}
    return {**more, **legible} if legible else {"text": "(not named)"}


def _coding_as_r4_has_it(coding: object) -> Json:
    """What of a coding is a text, as R4 wants it; `userSelected` and extensions with it."""
    if not isinstance(coding, dict):
        return {}
    texts = {name: value for name, value in coding.items() if name in CODED and _is_text(value)}
    more = {name: value for name, value in coding.items() if name in ("id", "extension") and value}
    more |= {"userSelected": coding["userSelected"]} if isinstance(coding.get("userSelected"), bool) else {}
    return {**more, **texts} if texts else {}


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


CODED = ("system", "version", "code", "display")


def medicine_of(record: Record) -> Json:
    """The element `medication[x]` as another resource may repeat it: a contained Medication by its code, for it stays
    where it is contained; one that a server holds by reference."""
    json = record.json
    if isinstance(json.get("medicationCodeableConcept"), dict):
        return {"medicationCodeableConcept": _as_r4_has_it(json["medicationCodeableConcept"])}
    pointed = next((r for text in references(json, "medicationReference") if (r := relative(text))), "")
    if pointed:
        shown = first_text(json, "medicationReference.display")
        return {"medicationReference": {"reference": pointed, **({"display": shown} if shown else {})}}
    return {"medicationCodeableConcept": _concept(json, {}) or {"text": "(not named)"}}


@dataclass(frozen=True, slots=True)
class NamedMedicine:
    """A medicine as somebody names it."""

    name: str
    ingredients: tuple[str, ...]
    classes: frozenset[str]
    in_code_system: bool
    """Whether `CodeSystem/ingredient` knows it."""
    kind_only: bool = False
    """Whether only its kind is named: my water pill."""

    @property
    def key(self) -> str:
        return "+".join(self.ingredients)


def named(content: Content, words: str) -> NamedMedicine:
    """A medicine told in words, by its key, or by an RxNorm code."""
    concepts = content.concepts(INGREDIENT)
    keys = [one for one in words.split("+") if one in concepts]
    by_number = _by_number(_Known(concepts)).get(words, ())
    ingredients = tuple(keys if keys and keys == words.split("+") else by_number or _ingredients(content, {}, words))
    classes = frozenset(one for code in ingredients if code in concepts for one in _words(concepts[code], "classes"))
    name = " + ".join(concepts[code].display for code in ingredients) if by_number else words
    in_code_system = all(code in concepts for code in ingredients)
    kind_only = in_code_system and all(_general(concepts[code]) for code in ingredients)
    return NamedMedicine(name, ingredients, classes, in_code_system, kind_only)


def _mixture(json: Json, referenced: Mapping[str, Record]) -> Json:
    """A Medication without a code of its own, by what it is mixed of: one concept with the codes of all."""
    medications = tuple(_medications(json, referenced))
    parts = [one for each in medications for one in dig(each, "ingredient.itemCodeableConcept")]
    parts = [one for one in parts if isinstance(one, dict)]
    words = [first_text(one, "text") or first_text(one, "coding.display") for one in parts]
    coded = [one for part in parts for one in dig(part, "coding") if isinstance(one, dict)]
    return {"coding": coded, "text": " / ".join(one for one in words if one)} if parts else {}


def _ingredients(content: Content, concept: Json, name: str) -> Iterable[str]:
    """The ingredients by code and by name; an unknown medicine goes by its own name. A word for a whole class, like
    `insulin`, counts only where nothing more exact of that class is named."""
    concepts = content.concepts(INGREDIENT)
    key = _Known(concepts)
    numbers = [code for system, code in codings({"it": concept}, "it") if system in (RXNORM, RXNORM_OID)]
    texts = [name, *(one for one in dig(concept, "coding.display") if isinstance(one, str))]
    present = {code for number in numbers for code in _by_number(key).get(number, ())}
    present.update(code for text in texts for code in _by_name(key, text))
    both = [code for code in concepts if code in present]
    exact = {one for code in both if not _general(concepts[code]) for one in _words(concepts[code], "classes")}
    both = [one for one in both if not (_general(concepts[one]) and exact & {*_kinds(concepts[one])})]
    parts = _components(name)
    rest = [own_name(one) for one in parts if not _by_name(key, one)]
    if len(parts) > 1:
        return list(dict.fromkeys([*both, *rest]))
    return both or ([own_name(name)] if name else [])


def _kinds(concept: Concept) -> tuple[str, ...]:
    """The classes that a word for a whole class stands for."""
    return (*_words(concept, "classes"), *_words(concept, "includes"))


def _components(name: str) -> list[str]:
    """The parts of a combination product's name, as RxNorm writes it: one that is not known still makes it another
    medicine than the known one alone."""
    return [one for one in re.split(r"\s+/\s+", name.lower()) if one.strip()]


def ingredients_of(content: Content, concept: Json) -> tuple[str, ...]:
    """The ingredients in CodeSystem ingredient that a concept names, by its codes and by all its words."""
    concepts = content.concepts(INGREDIENT)
    words = first_text(concept, "text") or ""
    return tuple(code for code in _ingredients(content, concept, words) if code in concepts)


def own_name(name: str) -> str:
    """A name as lists are matched by: lower case, from behind a leading quantity up to the first strength (vitamin D3
    has none, and is not D2)."""
    bare = re.sub(r"^\d[\d.,]*\s*(?:ml|hr|mg|g|actuat)\s+", "", name.lower().strip())
    plain = re.split(r"\s+\d", bare, maxsplit=1)[0]
    return re.sub(r"[^a-z0-9]+", "-", plain or name.lower()).strip("-")


class _Known:
    """Concepts as a key of a cache: the same object, the same value."""

    __slots__ = ("concepts",)

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self.concepts = concepts

    def __hash__(self) -> int:
        return id(self.concepts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.concepts is self.concepts


@lru_cache(maxsize=8)
def _by_number(key: _Known) -> Mapping[str, tuple[str, ...]]:
    """The ingredients by RxNorm code: their own, and those of products."""
    table: dict[str, tuple[str, ...]] = {}
    for code, concept in key.concepts.items():
        for number in (*_words(concept, "rxnorm"), *_words(concept, "products")):
            table[number] = (*table.get(number, ()), code)
    return table


@lru_cache(maxsize=8)
def _names(key: _Known) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The ingredients by what they are called, word by word."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for code, concept in key.concepts.items():
        brands = str(concept.properties.get("brands", "")).split(";")
        names = {_plain(name) for name in (concept.display, *_words(concept, "aliases"), *brands)}
        for name in names - {()}:
            table[name] = (*table.get(name, ()), code)
    return table


@lru_cache(maxsize=8)
def _longest(key: _Known) -> int:
    """How many words the longest name has."""
    return max(map(len, _names(key)), default=0)


def _by_name(key: _Known, text: str) -> set[str]:
    """The ingredients named in a text, by whole words; where names overlap the longest counts: Humulin R is not just
    any Humulin."""
    names, longest = _names(key), _longest(key)
    words = _plain(text)
    present: set[str] = set()
    at = 0
    while at < len(words):
        length = next((n for n in range(longest, 0, -1) if words[at : at + n] in names), 0)
        present.update(names.get(words[at : at + length], ()))
        at += length or 1
    return present


def _plain(text: str) -> tuple[str, ...]:
    """A text as words and numbers: `Humulin-R` is `HUMULIN® R`, and `warfarin5mg` names warfarin."""
    return tuple(re.findall(r"[^\W\d_]+|\d+", text.lower()))


def _general(concept: Concept) -> bool:
    return concept.properties.get("general") is True


def _words(concept: Concept, name: str) -> tuple[str, ...]:
    return tuple(str(concept.properties.get(name, "")).split())
