"""How often a medicine is taken, as hours from dose to dose, whether an order says it in words or in codes.

Methotrexate taken daily instead of weekly kills, and one order may say "once a week" where the other one is coded as
"1 per 1 d". So both are read, and compared as hours. What neither says is never a difference.
"""

from __future__ import annotations

import re
from fractions import Fraction

from carefhir.codes import DOSING_INTERVAL
from carefhir.content.loading import Concept, Content
from carefhir.mappers import dosage
from carefhir.mappers.medication import MedicineView
from carefhir.workflows.transitions.phrases import phrases

WEEKLY = "weekly"
"""The concept of CodeSystem dosing-interval from which on an interval is a long one."""


def intervals(content: Content, view: MedicineView) -> frozenset[Fraction]:
    """All intervals an order states, in words and in codes; more than one where it contradicts itself."""
    by_code = _by_code(content)
    timed = {by_code[code] for code in dosage.timing_codes(view.record) if code in by_code}
    return frozenset(
        (
            *dosage.hours_between(view.record),
            *timed,
            *intervals_in(content, "; ".join((view.dose, *dosage.instructions(view.record)))),
        )
    )


def intervals_in(content: Content, words: str) -> frozenset[Fraction]:
    """The intervals that words state. The longest words are read first, so that "twice daily" is not "daily"."""
    text = words.lower()
    hours: set[Fraction] = set()
    meanings = [(phrase, concept) for concept in _intervals(content) for phrase in phrases(concept)]
    single: dict[str, set[str]] = {}
    for phrase, concept in sorted(meanings, key=lambda meaning: len(meaning[0]), reverse=True):
        text, count = re.subn(rf"(?<![\w.]){re.escape(phrase)}(?!\w)", " ", text)
        if count and concept.properties.get("single"):
            single.setdefault(concept.code, set()).add(phrase.removesuffix("s"))
        elif count and "hours" in concept.properties:
            hours.add(_hours(concept))
    concepts = content.concepts(DOSING_INTERVAL)
    hours |= {_hours(concepts[code]) for code, days in single.items() if len(days) == 1 and not hours}
    return frozenset(hours)


def changed(content: Content, order: MedicineView, other: MedicineView) -> str:
    """How the interval changed, as a code of CodeSystem discrepancy-what; "" if it did not, or one does not state it.

    From a week or longer to less, or the other way round, is a kind of its own.
    """
    before, after = intervals(content, order), intervals(content, other)
    if not before or not after or before == after:
        return ""
    return "interval-changed" if is_long(content, before) != is_long(content, after) else "frequency-changed"


def is_long(content: Content, hours: frozenset[Fraction]) -> frozenset[bool]:
    """Whether these intervals are of a week or longer: both, where they contradict each other."""
    week = _hours(content.concept(DOSING_INTERVAL, WEEKLY))
    return frozenset(each >= week for each in hours)


def _intervals(content: Content) -> tuple[Concept, ...]:
    return tuple(content.concepts(DOSING_INTERVAL).values())


def _by_code(content: Content) -> dict[str, Fraction]:
    """Hours by the code of a timing (HL7 v3 GTSAbbreviation)."""
    return {
        code: _hours(concept)
        for concept in _intervals(content)
        for code in str(concept.properties.get("timing", "")).split()
    }


def _hours(concept: Concept) -> Fraction:
    return Fraction(int(concept.properties["hours"]))
