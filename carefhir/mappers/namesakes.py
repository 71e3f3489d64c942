"""Finds people whose names are easily taken for one another on one list (rule 36).

`Kim Tran`, `Kim Tran Jr.`, `K. Tran` and `Kim Tran-Lee` are namesakes: the first given name, whole or as its initial,
and one family name are the same. Suffixes are words of CodeSystem whereabouts.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TypeAlias

from carefhir.codes import WHEREABOUTS
from carefhir.content.loading import Content
from carefhir.fhir.record import Record, dig
from carefhir.mappers.patient import in_use

Candidates: TypeAlias = tuple[tuple[tuple[str, ...], frozenset[str]], ...]
"""The ways a name may be read: given names in their order, and family names."""


def alike(first: Candidates, second: Candidates) -> bool:
    """Whether two people may be taken for one another by their names."""
    # One of the two is read as it is written; both swapped would hold a middle name against a family name.
    pairs = [(one, other) for one in first for other in second if one is first[0] or other is second[0]]
    return any(
        bool(families & others) and _given_alike(given, given_too) for (given, families), (given_too, others) in pairs
    )


def _given_alike(given: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the first given name of one is among the other's, whole or as its initial."""
    if not given or not other:
        return False
    initials = min(len(given[0]), len(other[0])) == 1 and given[0][0] == other[0][0]
    return initials or given[0] in other or other[0] in given


def candidates(record: Record | None, content: Content, today: date) -> Candidates:
    """The ways to read the name in use; () where none is on record. Family and given name are often swapped, and a
    name in one text does not say which is which."""
    for name in dig(record.json, "name") if record else ():
        if not isinstance(name, dict) or not in_use(name, today):
            continue
        given, family = (_words(content, *dig(name, part)) for part in ("given", "family"))
        if given and family:
            return ((given, _long(family)), (family, _long(given)))
        words = family or given or _words(content, name.get("text"))
        if words:
            return ((words[:-1] or words, _long(words[-1:])), (words[1:] or words, _long(words[:1])))
    return ()


def _long(words: tuple[str, ...]) -> frozenset[str]:
    """Family names without the O of O'Neil, unless that is all there is."""
    return frozenset(word for word in words if len(word) > 1) or frozenset(words)


def _words(content: Content, *texts: object) -> tuple[str, ...]:
    """The words of a name without accents, case, punctuation and suffix."""
    suffixes = set(str(content.concept(WHEREABOUTS, "name-suffix").properties.get("words", "")).split("; "))
    plain = unicodedata.normalize("NFKD", " ".join(text for text in texts if isinstance(text, str)))
    words = re.findall(r"\w+", "".join(mark for mark in plain if not unicodedata.combining(mark)).casefold())
    return tuple(word for word in words if word not in suffixes) or tuple(words)
