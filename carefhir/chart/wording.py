"""Finds what words and codes mean, by CodeSystem whereabouts.

`Hospice care, routine` is hospice, `hospice declined` is not. People write these things in texts as often as in codes,
and systems spell the name of a code system in several ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from carefhir.codes import ICD10CM, SNOMED, WHEREABOUTS
from carefhir.content.loading import Content
from carefhir.fhir.record import Record, codings, dig

MAP = "whereabouts-from-code"
_SPELLED = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "http://hl7.org/fhir/sid/icd-10": ICD10CM,
    "http://hl7.org/fhir/sid/icd10cm": ICD10CM,
    "http://www.icd10data.com/icd10pcs": ICD10CM,
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
    properties = content.concept(WHEREABOUTS, state).properties
    plain = _plain(text)
    means = _pattern(str(properties.get("words", "")))
    unless = _pattern(str(properties.get("unless", "")))
    return bool(means and means.search(plain)) and not (unless and unless.search(plain))


def stated(content: Content, state: str, record: Record, paths: Iterable[str]) -> str:
    """Where a record says it, as text or as code; "" where it does not. A text beside a code that turns it into
    something else counts more: `Hospice care`, said to be declined."""
    for path in paths:
        for element in dig(record.json, path):
            texts = tuple(_texts(element))
            coded = any(state in meaning(content, *pair) for pair in codings({"it": element}, "it"))
            if any(says(content, state, text) for text in texts):
                return next(text for text in texts if says(content, state, text))
            if coded and not any(turned(content, state, text) for text in texts):
                return next(iter(texts), "") or next(code for _, code in codings({"it": element}, "it"))
    return ""


def turned(content: Content, state: str, text: str) -> bool:
    """Whether a text has a word that turns it into something else."""
    unless = _pattern(str(content.concept(WHEREABOUTS, state).properties.get("unless", "")))
    return bool(unless and unless.search(_plain(text)))


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
    """Whole words; * is any ending."""
    parts = [re.escape(word.strip()).replace(r"\*", r"\w*") for word in words.split(";") if word.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None
