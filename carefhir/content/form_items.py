"""Items of a form, at every depth: their answers, the weight of an answer, and words that can be compared.

Weights stand on the answer options. An item may take further answers than it offers (extension `also-accepted`): other
codes that public forms use for the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carefhir.content.loading import extensions, parts_of, value_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import dig

WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemWeight",
)

"""Extensions that may hold an answer's weight: R4's ordinalValue, and the newer names of SDC."""


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """One answered item of a response, and its answers."""

    link_id: str
    answers: tuple[Json, ...]
    modified: bool = False
    """Whether an element that may change its meaning stands on it."""


def flat(items: Any) -> Iterator[Json]:
    """Items at every depth, those under answers too."""
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            yield item
            yield from flat(item.get("item"))
            for answer in dig(item, "answer"):
                if isinstance(answer, dict):
                    yield from flat(answer.get("item"))


def answered_item(item: Json) -> AnsweredItem:
    answers = item.get("answer")
    readable = tuple(one for one in answers if isinstance(one, dict)) if isinstance(answers, list) else ()
    modified = any(part.get("modifierExtension") for part in (item, *readable))
    return AnsweredItem(str(item.get("linkId", "")), readable, modified)


def plain(text: Any) -> str:
    """Words without case, punctuation and spacing."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower())) if isinstance(text, str) else ""


def worded(text: Any) -> str:
    """The same, with the letters of every alphabet: no letter of an answer's words is skipped."""
    return " ".join(re.findall(r"\w+", text.lower())) if isinstance(text, str) else ""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def weight_of(option: Json) -> int | None:
    for element in (option, option.get("valueCoding", {})):
        for extension in element.get("extension", []):
            if extension.get("url") in WEIGHTS:
                return int(Decimal(str(value_of(extension))))
    return None


def options_of(item: Json) -> tuple[Json, ...]:
    """The answers that an item takes, as answerOptions: those it offers, and those it accepts beside them."""
    return (*item.get("answerOption", []), *map(_accepted, extensions(item, "also-accepted")))


def _accepted(extension: Json) -> Json:
    """An answer that an item accepts and does not offer, as an answerOption."""
    parts = parts_of(extension)
    option: Json = {"valueCoding": parts["answer"]}
    if "points" in parts:
        option["extension"] = [{"url": WEIGHTS[0], "valueDecimal": parts["points"]}]
    return option


def asked(item: Json, given: Mapping[str, Iterable[AnsweredItem]]) -> bool:
    """Whether an item is asked after the answers given to earlier ones (enableWhen with coded answers, `=` and `!=`).
    One whose condition is about an unanswered question is asked: silence skips nothing."""
    conditions = [one for one in item.get("enableWhen", []) if isinstance(one, dict)]
    some = [_met(condition, given) for condition in conditions]
    return any(some) if item.get("enableBehavior") == "any" else all(some)


def _met(condition: Json, given: Mapping[str, Iterable[AnsweredItem]]) -> bool:
    """Whether one condition holds, or cannot be decided."""
    wanted = condition.get("answerCoding")
    pair = (wanted.get("system"), wanted.get("code")) if isinstance(wanted, dict) else None
    codes = {
        (coding.get("system"), coding.get("code"))
        for answered in given.get(str(condition.get("question", "")), ())
        for answer in answered.answers
        if isinstance(coding := answer.get("valueCoding"), dict)
    }
    if pair is None or not codes:
        return True
    return (pair in codes) is (condition.get("operator") == "=")
