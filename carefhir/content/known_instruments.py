"""Instruments that others publish: codes, points, key words and license, as CodeSystems `known-…` hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from carefhir.codes import BASE
from carefhir.content.loading import Concept, Content, ContentKey

KNOWN_INSTRUMENT = f"{BASE}/CodeSystem/known-instrument"
KNOWN_ITEM = f"{BASE}/CodeSystem/known-instrument-item"
KNOWN_ANSWER = f"{BASE}/CodeSystem/known-answer"


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A question of an instrument."""

    instrument: str
    loinc: str
    number: int
    needed: bool
    """Whether there is no result without it."""
    words: tuple[str, ...]
    """Key words that tell it from its neighbors; () where its text needs permission."""
    points: Mapping[str, int | None]
    """By LOINC answer code; None for an answer that carries none."""
    without_points: frozenset[str]
    """Answers that give no points and are no mistake."""
    often_left_out: frozenset[str]
    """Answers with points that public scorers were seen to leave out."""
    several: bool
    scale: str
    """`points` are exact, `risk` tells zero from not zero, `none`."""

    def told_by(self, text: str) -> bool:
        """Whether a text, in `plain_words`, has its key words."""
        return any(phrase in text for phrase in self.words)


@dataclass(frozen=True, slots=True)
class KnownInstrument:
    """An instrument with its codes and what its license asks for."""

    code: str
    name: str
    titles: tuple[str, ...]
    license: str
    """free, notice or gated."""
    panel: str
    """LOINC; "" if there is none in the table."""
    total: str
    notice: tuple[str, ...]
    """Words of which the copyright must have one."""
    items: tuple[KnownItem, ...]

    def item(self, loinc: str) -> KnownItem | None:
        """Its question with that code."""
        return next((each for each in self.items if each.loinc == loinc), None)

    def named_in(self, text: str) -> bool:
        """Whether a text, in `plain_words`, names it."""
        return any(f" {title} " in f" {text} " for title in self.titles)


def plain_words(text: Any) -> str:
    """Words without case, punctuation and spacing."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower())) if isinstance(text, str) else ""


def known_instruments(content: Content) -> tuple[KnownInstrument, ...]:
    """All of the table, in its order."""
    return _instruments(ContentKey(content))


def answer_words(content: Content, code: str) -> str:
    """The words of a LOINC answer code, plain; "" for one that is not in the table."""
    concept = content.concepts(KNOWN_ANSWER).get(code)
    return plain_words(concept.display) if concept else ""


@lru_cache(maxsize=8)
def _instruments(key: ContentKey) -> tuple[KnownInstrument, ...]:
    content = key.content
    concepts = content.concepts(KNOWN_INSTRUMENT).values()
    items = [_item(content, concept) for concept in content.concepts(KNOWN_ITEM).values()]
    return tuple(
        _instrument(concept, [item for item in items if item.instrument == concept.code]) for concept in concepts
    )


def _instrument(concept: Concept, items: Iterable[KnownItem]) -> KnownInstrument:
    properties = concept.properties
    return KnownInstrument(
        code=concept.code,
        name=concept.display,
        titles=_phrases(properties, "titles"),
        license=str(properties["license"]),
        panel=str(properties.get("panel", "")),
        total=str(properties.get("total", "")),
        notice=_phrases(properties, "notice"),
        items=tuple(sorted(items, key=lambda item: item.number)),
    )


def _item(content: Content, concept: Concept) -> KnownItem:
    properties = concept.properties
    instrument = content.concept(KNOWN_INSTRUMENT, str(properties["instrument"]))
    return KnownItem(
        instrument=instrument.code,
        loinc=str(properties["item"]),
        number=int(properties["number"]),
        needed=bool(properties.get("needed", False)),
        words=_phrases(properties, "words"),
        points=dict(_answers(str(properties.get("answers", "")))),
        without_points=frozenset(str(properties.get("withoutPoints", "")).split()),
        often_left_out=frozenset(str(properties.get("oftenLeftOut", "")).split()),
        several=bool(properties.get("several", False)),
        scale=str(properties.get("scale", instrument.properties["scale"])),
    )


def _phrases(properties: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in str(properties.get(name, "")).split(";") if phrase.strip())


def _answers(text: str) -> Iterator[tuple[str, int | None]]:
    for pair in text.split():
        code, _, points = pair.partition("=")
        yield code, int(points) if points else None
