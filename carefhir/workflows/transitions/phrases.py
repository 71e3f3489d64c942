"""Words of a code system, and where a text uses them."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.content.loading import Concept
from carefhir.content.whole_word import whole_word


def without(text: str, words: Iterable[str]) -> str:
    """A text without the words, the longest first."""
    for word in sorted(words, key=len, reverse=True):
        text = whole_word(word).sub(" ", text)
    return text


def phrases(concept: Concept) -> tuple[str, ...]:
    """The words by which a concept is recognized."""
    words = str(concept.properties.get("words", "")).split(";")
    return tuple(word.strip() for word in words if word.strip())


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether a text contains one of the words as a whole word."""
    return any(whole_word(word).search(text.lower()) for word in words)
