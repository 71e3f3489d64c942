"""The items of a Questionnaire as they are checked: where each stands, its LOINC codes, its words, its answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from carefhir.codes import BASE, LOINC
from carefhir.content.form_items import WEIGHTS
from carefhir.content.known_instruments import plain_words
from carefhir.content.loading import Content, value_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig

FORM_FINDING = f"{BASE}/CodeSystem/form-finding"
LEVELS = ("fault", "doubt", "note")


@dataclass(frozen=True, slots=True)
class FormFinding:
    """One thing that is not in order, where, and what to do about it."""

    code: str
    level: str
    """fault: it gives wrong results or none; doubt: a person looks at it; note."""
    where: str
    """The linkIds from the outermost item to this one, with a slash between them; "" for the form itself."""
    what: str
    remedy: str


class FormFindings:
    """What was found in a form so far; words and levels are those of CodeSystem form-finding."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.all: list[FormFinding] = []

    def add(self, code: str, where: str = "", detail: str = "") -> None:
        """Adds one; `detail` says what in particular."""
        concept = self._content.concept(FORM_FINDING, code)
        what = f"{concept.display}: {detail}" if detail else concept.display
        finding = FormFinding(code, str(concept.properties["level"]), where, what, concept.definition)
        if finding not in self.all:
            self.all.append(finding)


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    """One answer that an item offers."""

    code: str
    """"" where it is no coded answer."""
    words: str
    """Plain."""
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item, at whatever depth."""

    path: str
    json: Json
    loinc: tuple[str, ...]
    words: str
    """Its text, plain."""
    answers: tuple[OfferedAnswer, ...]

    @property
    def asks(self) -> bool:
        """Whether it is a question, not a heading."""
        return self.json.get("type") not in ("group", "display")


def items_of(form: Json) -> Iterator[AskedItem]:
    """The items of a form, in its order; what is no item is passed over here and named by the check."""
    yield from _items(form.get("item"), "", _contained(form))


def _items(items: Any, above: str, value_sets: dict[str, Json]) -> Iterator[AskedItem]:
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        own = str(item.get("linkId", "?"))
        path = f"{above}/{own}" if above else own
        yield AskedItem(
            path=path,
            json=item,
            loinc=tuple(code for system, code in codings(item, "code") if system == LOINC),
            words=plain_words(item.get("text")),
            answers=tuple(_offered(item, value_sets)),
        )
        yield from _items(item.get("item"), path, value_sets)


def _contained(form: Json) -> dict[str, Json]:
    """The value sets inside a form, by the names an item may call them: `#id`, and their url."""
    inside = form.get("contained")
    value_sets: dict[str, Json] = {}
    for resource in inside if isinstance(inside, list) else []:
        if isinstance(resource, dict) and resource.get("resourceType") == "ValueSet":
            value_sets |= {f"#{resource.get('id')}": resource, str(resource.get("url")): resource}
    return value_sets


def _offered(item: Json, value_sets: dict[str, Json]) -> Iterator[OfferedAnswer]:
    options = item.get("answerOption")
    for option in options if isinstance(options, list) else []:
        if isinstance(option, dict):
            coding = option.get("valueCoding")
            yield _answer(coding if isinstance(coding, dict) else {"display": value_of(option)}, option)
    yield from _in_value_set(value_sets.get(str(item.get("answerValueSet", "")), {}))


def _in_value_set(value_set: Json) -> Iterator[OfferedAnswer]:
    """The answers of a value set that names them one by one, or was expanded; nothing of one that points to others."""
    expansion, compose = value_set.get("expansion"), value_set.get("compose")
    if isinstance(expansion, dict):
        yield from (_answer(concept, concept) for concept in dig(expansion, "contains") if isinstance(concept, dict))
    elif isinstance(compose, dict) and not any(True for _ in dig(compose, "include.valueSet")):
        concepts = dig(compose, "include.concept")
        yield from (_answer(concept, concept) for concept in concepts if isinstance(concept, dict))


def _answer(coding: Json, option: Json) -> OfferedAnswer:
    points = next((weight for element in (option, coding) for weight in _weights(element)), None)
    return OfferedAnswer(str(coding.get("code", "")), plain_words(coding.get("display")), points)


def _weights(element: Json) -> Iterator[Decimal]:
    extensions = element.get("extension")
    for extension in extensions if isinstance(extensions, list) else []:
        if isinstance(extension, dict) and extension.get("url") in WEIGHTS:
            try:
                yield Decimal(str(value_of(extension)))
            except InvalidOperation:
                continue
