"""Says how two orders of one medicine differ, judging only what both of them state.

A dose, route or frequency that one order leaves out is never a difference. What both state is compared as written,
apart from white space, case and a few words that mean the same ("tab" and "tablet"). "1 tablet daily" and "1 tablet in
the morning" therefore count as different: a person must judge that, not a parser.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from carefhir.codes import TAKING_WORDS
from carefhir.content.loading import Content
from carefhir.mappers import dosage
from carefhir.mappers.medication import MedicineView
from carefhir.workflows.transitions import dosing_intervals, products
from carefhir.workflows.transitions.phrases import phrases, without

SAME_WORDS = {
    "tab": "tablet", "tabs": "tablet", "tablets": "tablet", "cap": "capsule", "caps": "capsule", "capsules": "capsule",
    "po": "oral", "orally": "oral", "mouth": "oral", "route": "", "by": "",
}  # fmt: skip
"""Words replaced before comparing; "" leaves a word out."""


def differences(content: Content, order: MedicineView, other: MedicineView) -> tuple[str, ...]:
    """Says how two orders of one medicine differ, as codes of CodeSystem discrepancy-what."""
    kinds: list[str] = []
    if how_often := dosing_intervals.changed(content, order, other) or _frequency_changed(order, other):
        kinds.append(how_often)
    coded = _both_and_differ(dosage.amounts(order.record), dosage.amounts(other.record))
    written = dosage.written(order.record) or dosage.written(other.record)
    as_written = bool(written) and not kinds and _written_differ(order.dose, other.dose)
    if coded or products.differ(content, order, other) or as_written:
        kinds.append("dose-changed")
    if _routes_differ(order, other):
        kinds.append("route-changed")
    return tuple(kinds)


def _frequency_changed(order: MedicineView, other: MedicineView) -> str:
    """Whether coded frequencies differ that cannot be counted in hours."""
    if dosage.hours_between(order.record) and dosage.hours_between(other.record):
        return ""
    differ = _both_and_differ(dosage.frequencies(order.record), dosage.frequencies(other.record))
    return "frequency-changed" if differ else ""


def _both_and_differ(first: Collection[object], second: Collection[object]) -> bool:
    """Whether both orders state something, and it differs."""
    return bool(first and second and first != second)


def _written_differ(text: str, other: str) -> bool:
    """Whether both orders have text, and its words differ."""
    return bool(text and other and plain(text) != plain(other))


def plain(words: str) -> str:
    """Makes words comparable: no case, no extra white space or periods, one word for words that mean the same."""
    text = re.sub(r"[\s;,]+", " ", words.lower()).strip(" .")
    return " ".join(same for word in text.split() if (same := SAME_WORDS.get(word, word)))


def other_than_ordered(content: Content, how: str) -> str:
    """What an answer says besides "as ordered" and words that add nothing; "" if it says no more than that. An answer
    that does not say "as ordered" is returned as it is."""
    text = how.lower()
    meanings = content.concepts(TAKING_WORDS)
    plainly = without(text, phrases(meanings["as-ordered"]))
    if plainly == text:
        return how
    return re.sub(r"[\s;,.:!]+", " ", without(plainly, phrases(meanings["filler"]))).strip()


def _routes_differ(order: MedicineView, other: MedicineView) -> bool:
    first, second = dosage.route_codes(order.record), dosage.route_codes(other.record)
    if first and second:
        return not first & second
    return _written_differ(order.route, other.route)
