"""In what two orders of one medicine differ, by what both of them state.

A dose, route or frequency that one side does not state is never a difference. What is stated is compared as written,
with no clever parsing: white space, case and a few words for the same thing aside, other words are for a person to
judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from carefhir.codes import MEDICINE_FORM
from carefhir.content.loading import Concept, Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig
from carefhir.mappers.medication import MedicineView

SAME_WORDS = {
    "tab": "tablet", "tabs": "tablet", "tablets": "tablet", "cap": "capsule", "caps": "capsule", "capsules": "capsule",
    "po": "oral", "orally": "oral", "mouth": "oral", "route": "", "by": "",
}  # fmt: skip
"""Words that are compared as the same, or not at all."""
_strength = re.compile(
    r"(\d[\d.,]*)\s*(mg|mcg|g|ml|unt|units?|meq|%)(?:\s*/\s*(?:(\d[\d.,]*)\s*)?(ml|hr|actuat))?", re.I
)


def differences(content: Content, one: MedicineView, other: MedicineView) -> tuple[str, ...]:
    """In what two orders of one medicine differ, by what both state."""
    found: dict[str, None] = {}
    timings, amounts = (
        (_coded(one, _frequency), _coded(other, _frequency)),
        (_coded(one, _amount), _coded(other, _amount)),
    )
    if all(timings) and timings[0] != timings[1]:
        found["frequency-changed"] = None
    if (all(amounts) and amounts[0] != amounts[1]) or _strengths_differ(one.name, other.name):
        found["dose-changed"] = None
    if _forms_differ(content, one.name, other.name):
        found["dose-changed"] = None
    if not found and one.dose and other.dose and plain(one.dose) != plain(other.dose):
        found["dose-changed"] = None
    if _routes_differ(one, other):
        found["route-changed"] = None
    return tuple(found)


def plain(words: str) -> str:
    """Words as they are compared: case, white space, full stops and a few words for the same thing aside."""
    found = re.sub(r"[\s;,]+", " ", words.lower()).strip(" .")
    return " ".join(one for word in found.split() if (one := SAME_WORDS.get(word, word)))


def phrases(concept: Concept) -> tuple[str, ...]:
    """The words a concept is known by."""
    return tuple(one.strip() for one in str(concept.properties.get("words", "")).split(";") if one.strip())


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in a text, whole."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.lower()) for word in words)


def _coded(view: MedicineView, read: Callable[[Json], Iterator[str]]) -> frozenset[str]:
    """What the coded dosage says, part by part."""
    element = "dosageInstruction" if view.record.type == "MedicationRequest" else "dosage"
    return frozenset(text for one in dig(view.record.json, element) if isinstance(one, dict) for text in read(one))


def _frequency(dosage: Json) -> Iterator[str]:
    for one in dig(dosage, "timing.repeat"):
        if isinstance(one, dict) and "frequency" in one and "period" in one:
            yield f"{one['frequency']} per {one['period']} {one.get('periodUnit', '')}"


def _amount(dosage: Json) -> Iterator[str]:
    for one in dig(dosage, "doseAndRate.doseQuantity"):
        if isinstance(one, dict) and "value" in one:
            yield f"{one['value']} {one.get('code') or one.get('unit') or ''}".strip()


def _strengths_differ(one: str, other: str) -> bool:
    first, second = _strengths(one), _strengths(other)
    return bool(first and second and first != second)


def _strengths(name: str) -> frozenset[tuple[str, ...]]:
    """The strengths in a product's name; the size of its container, which stands first, is none."""
    found = re.sub(r"^\d[\d.,]*\s*(?:ml|g|actuat)\s+", "", name.lower().strip())
    return frozenset(_strength.findall(found.replace(",", "")))


def _forms_differ(content: Content, one: str, other: str) -> bool:
    """Whether both names say a release form, or a salt, and not the same."""
    for kind in ("release", "salt"):
        first, second = (_form(content, kind, name) for name in (one, other))
        if first and second and first != second:
            return True
    return False


def _form(content: Content, kind: str, name: str) -> str:
    """The first form of a kind, in the order of the code system, that a name mentions."""
    forms = (one for one in content.concepts(MEDICINE_FORM).values() if one.properties.get("kind") == kind)
    return next((one.code for one in forms if mentions(name, phrases(one))), "")


def _routes_differ(one: MedicineView, other: MedicineView) -> bool:
    first, second = (set(_route_codes(view)) for view in (one, other))
    if first and second:
        return not first & second
    return bool(one.route and other.route and plain(one.route) != plain(other.route))


def _route_codes(view: MedicineView) -> Iterator[tuple[str, str]]:
    element = "dosageInstruction" if view.record.type == "MedicationRequest" else "dosage"
    for one in dig(view.record.json, f"{element}.route"):
        yield from codings({"it": one}, "it")
