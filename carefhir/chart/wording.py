"""Finds what words and codes mean, by CodeSystem whereabouts.

`Hospice care, routine` is hospice, `hospice declined` is not. People write these things in texts as often as in codes,
and systems spell the name of a code system in several ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from carefhir.codes import ICD10CM, PATIENT_CLASS, SNOMED, WHEREABOUTS
from carefhir.content.loading import Concept, Content
from carefhir.fhir.record import Record, codings, dig

MAP = "whereabouts-from-code"
CLOSE = 4
"""How many words before it a word of the same sentence may take another one back."""
_SENTENCE = re.compile(r"[.;!?\n]+")
_SPELLED = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "http://hl7.org/fhir/sid/icd-10": ICD10CM,
    "http://hl7.org/fhir/sid/icd10cm": ICD10CM,
    "http://www.icd10data.com/icd10pcs": ICD10CM,
    "http://hl7.org/fhir/v2/0004": PATIENT_CLASS,
    "urn:oid:2.16.840.1.113883.12.4": PATIENT_CLASS,
}
"""Other names of code systems, and the name we use."""
_ICD = re.compile(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$")


def system_of(system: str, code: str) -> str:
    """The code system by the name we use; a code without one is told by its form (Z51.5 is ICD-10-CM)."""
    if system:
        plain = system.strip().rstrip("/")
        return SNOMED if plain.startswith(f"{SNOMED}/") else _SPELLED.get(plain.lower(), plain)
    if code.isdigit() and len(code) >= 6:
        return SNOMED
    return ICD10CM if _ICD.match(code.upper()) else ""


def meaning(content: Content, system: str, code: str) -> tuple[str, ...]:
    """What a code means, as codes of CodeSystem whereabouts."""
    name = system_of(system, code)
    if name == ICD10CM:
        return content.mapped_by_prefix(MAP, name, code)
    return content.mapped(MAP, name, code) or content.mapped(MAP, name, code.upper())


def says(content: Content, state: str, text: str) -> bool:
    """Whether a text has a word for it, and none that turns it into something else."""
    return names(content.concept(WHEREABOUTS, state), text)


def names(concept: Concept, text: str) -> bool:
    """Whether a text has a word for a concept (`words`), and none that turns it into something else."""
    properties = concept.properties
    means = _pattern(str(properties.get("words", "")))
    if means is None or _turned(concept, text):
        return False
    before = _pattern(str(properties.get("unlessBefore", "")))
    sentences = [_plain(sentence) for sentence in _SENTENCE.split(text)]
    if not any(means.search(sentence) for sentence in sentences):
        sentences = [_plain(text)]
    return any(
        before is None or not _taken_back(sentence, match.span(), before)
        for sentence in sentences
        for match in means.finditer(sentence)
    )


def _taken_back(plain: str, span: tuple[int, int], before: re.Pattern[str]) -> bool:
    """Whether a word close before one takes it back (`no hospice`), or says whose it is (`hospice for his wife`)."""
    start, end = span
    near = " ".join(plain[:start].split()[-CLOSE:])
    whose = re.match(r"\w*\s+(?:of|for)\s+(?:\w+\s+)?", plain[end:])
    return bool(before.search(near)) or bool(whose and before.match(plain[end:][whose.end() :]))


def stated(content: Content, state: str, record: Record, paths: Iterable[str]) -> str:
    """Where a record says it, as text or as code; "" where it does not. A text beside a code that turns it into
    something else counts more: `Hospice care`, said to be declined."""
    elements = (element for path in paths for element in dig(record.json, path))
    return next((words for element in elements if (words := element_says(content, state, element))), "")


def element_says(content: Content, state: str, element: Any) -> str:
    """Where one element says it, as text or as code; "" where it does not."""
    texts = tuple(_texts(element))
    coded = any(state in meaning(content, *pair) for pair in codings({"it": element}, "it"))
    if any(says(content, state, text) for text in texts):
        return next(text for text in texts if says(content, state, text))
    if coded and not any(turned(content, state, text) or _denied(content, state, text) for text in texts):
        return next(iter(texts), "") or next(code for _, code in codings({"it": element}, "it"))
    return ""


def turned(content: Content, state: str, text: str) -> bool:
    """Whether a text has a word that turns it into something else, wherever that stands."""
    return _turned(content.concept(WHEREABOUTS, state), text)


def _turned(concept: Concept, text: str) -> bool:
    unless = _pattern(str(concept.properties.get("unless", "")))
    return bool(unless and unless.search(_plain(text)))


def _denied(content: Content, state: str, text: str) -> bool:
    """Whether a text names it only to take it back: `not on hospice`."""
    means = _pattern(str(content.concept(WHEREABOUTS, state).properties.get("words", "")))
    return bool(means and means.search(_plain(text))) and not says(content, state, text)


def number(content: Content, state: str, name: str) -> int:
    """A number that CodeSystem whereabouts sets for it: how many `days` it lasts, under how many `years`."""
    return int(content.concept(WHEREABOUTS, state).properties[name])


def _texts(element: Any) -> Iterator[str]:
    """The words of a CodeableConcept, a Coding, a Reference or an Annotation; a text itself."""
    if isinstance(element, str):
        yield element
    elif isinstance(element, dict):
        for name in ("text", "display", "name"):
            if isinstance(element.get(name), str):
                yield element[name]
        for coding in dig(element, "coding"):
            yield from _texts(coding)


def _plain(text: str) -> str:
    """A text in small letters, one blank between words: `Diabetes_mellitus, type 1` is `diabetes mellitus type 1`."""
    return " ".join(re.sub(r"[_,;:()\[\]]", " ", text.lower()).split())


@cache
def _pattern(words: str) -> re.Pattern[str] | None:
    """Whole words; * is any ending, # a number."""
    parts = [
        re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\#", r"\d+")
        for word in words.split(";")
        if word.strip()
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None
