"""Finds what is dangerous in the medicines that are ordered or taken now, whatever the lists say of each other.

Medicines that do not go together (two anticoagulants), an allergy, a pregnancy: each is named for every medicine that
is part of it, so that the prescriber decides medicine by medicine, and what is decided about one moves that one. That
an order is on both lists is no reason to be silent about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carefhir.codes import DISCREPANCY_WHAT, INGREDIENT
from carefhir.content.loading import Concept, Content
from carefhir.fhir.record import Record
from carefhir.workflows.transitions.discrepancies import Discrepancy, TakenMedicine, side
from carefhir.workflows.transitions.medication_lists import MedicationLists, Medicine

CURRENT = ("active", "unknown", "")
"""Statuses of an order that is in force."""


@dataclass(frozen=True, slots=True)
class Held:
    """One medicine that is ordered or taken now."""

    key: str
    ingredients: frozenset[str]
    classes: frozenset[str]
    words: str
    records: tuple[Record, ...]

    def of(self, content: Content, class_: str) -> frozenset[str]:
        """Its ingredients of a class."""
        concepts = content.concepts(INGREDIENT)
        classes = {
            code: str(concepts[code].properties.get("classes", "")).split()
            for code in self.ingredients & concepts.keys()
        }
        return frozenset(code for code, names in classes.items() if class_ in names)


def held(lists: MedicationLists, taken: tuple[TakenMedicine, ...], after_name: str) -> tuple[Held, ...]:
    """What is ordered now, and what the person takes besides: an order counts though the person says no, for nobody
    has stopped it; what they take counts though nobody ordered it."""
    orders = [(medicine, after_name) for medicine in lists.after.values()]
    orders += [(medicine, "ordered since") for medicine in lists.since.values()]
    answers = {answer.key: answer for answer in taken if answer.taking != "no"}
    before = [(medicine, "before") for key, medicine in lists.before.items() if key in answers]
    medicines: dict[str, Held] = {}
    for medicine, where in (*orders, *before):
        if medicine.view.status in CURRENT or medicine.key in answers:
            medicines.setdefault(medicine.key, _ordered(medicine, where))
    for key, answer in answers.items():
        medicines.setdefault(key, _only_taken(answer))
    return tuple(medicines[key] for key in sorted(medicines))


def _ordered(medicine: Medicine, where: str) -> Held:
    return Held(
        key=medicine.key,
        ingredients=medicine.ingredients,
        classes=medicine.view.classes,
        words=f"{side(medicine.view)} {where}",
        records=(medicine.view.record,),
    )


def _only_taken(answer: TakenMedicine) -> Held:
    return Held(
        key=answer.key,
        ingredients=frozenset(answer.named.ingredients),
        classes=answer.named.classes,
        words=f"{answer.named.name}, {answer.words}",
        records=(answer.record,) if answer.record else (),
    )


def together(content: Content, medicines: tuple[Held, ...]) -> Iterator[Discrepancy]:
    """Names the medicines that are dangerous together: two different ingredients of the classes in the content."""
    for what in content.concepts(DISCREPANCY_WHAT).values():
        pair = str(what.properties.get("together", "")).split()
        if len(pair) == 2:
            yield from _together(content, what, pair, medicines)


def _together(content: Content, what: Concept, pair: list[str], medicines: tuple[Held, ...]) -> Iterator[Discrepancy]:
    first, second = ({code for each in medicines for code in each.of(content, class_)} for class_ in pair)
    if not first or not second or len(first | second) < 2:
        return
    involved = [each for each in medicines if any(each.of(content, class_) for class_ in pair)]
    words = f"{'; '.join(each.words for each in involved)}: {what.display}"
    for medicine in involved:
        yield danger(what.code, medicine, words, records=[record for each in involved for record in each.records])


def danger(what: str, medicine: Held, words: str, *, records: Iterable[Record] = ()) -> Discrepancy:
    """One danger of one medicine, for the prescriber."""
    by_reference = {record.reference: record for record in (*medicine.records, *records)}
    return Discrepancy(
        what=what,
        medicine=medicine.key,
        words=words,
        records=tuple(by_reference.values()),
        classes=medicine.classes,
        keys=frozenset({medicine.key}),
        by_rule=True,
    )
