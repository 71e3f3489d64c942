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
from carefhir.mappers.medication import MedicineView
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


def together(
    content: Content, medicines: tuple[Held, ...], lists: MedicationLists | None = None
) -> Iterator[Discrepancy]:
    """Names the medicines that are dangerous together: two different ingredients of the classes in the content; where
    time must pass between them, also what was taken until now beside what is new."""
    past = _until_now(lists, {medicine.key for medicine in medicines}) if lists else ()
    new = tuple(medicine for medicine in medicines if lists and medicine.key not in lists.before)
    for what in content.concepts(DISCREPANCY_WHAT).values():
        pair = str(what.properties.get("together", "")).split()
        if len(pair) == 2:
            yield from _together(content, what, pair, medicines)
        if len(pair) == 2 and what.properties.get("gap") is True:
            yield from _one_after_the_other(content, what, pair, new=new, past=past)


def _until_now(lists: MedicationLists, now: set[str]) -> tuple[Held, ...]:
    """What was taken before the stay or given in it, and is not ordered or taken now; also what ended on an unknown
    day."""
    past = [(medicine, "before") for medicine in lists.before.values()]
    past += [(medicine, "in the hospital") for medicine in lists.hospital.values()]
    past += [(Medicine((view,)), "ended on an unknown day") for view in lists.ended]
    return tuple(_ordered(medicine, where) for medicine, where in past if medicine.key not in now)


def _together(content: Content, what: Concept, pair: list[str], medicines: tuple[Held, ...]) -> Iterator[Discrepancy]:
    first, second = ({code for each in medicines for code in each.of(content, class_)} for class_ in pair)
    if not first or not second or len(first | second) < 2:
        return
    involved = [each for each in medicines if any(each.of(content, class_) for class_ in pair)]
    words = f"{'; '.join(each.words for each in involved)}: {what.display}"
    for medicine in involved:
        yield danger(what.code, medicine, words, records=[record for each in involved for record in each.records])


def _one_after_the_other(
    content: Content, what: Concept, pair: list[str], *, new: tuple[Held, ...], past: tuple[Held, ...]
) -> Iterator[Discrepancy]:
    """Names what is new beside one of the other class that was taken until now: how much time lies between them is not
    on record. Who took the new one before the stay, too, has waited."""
    for class_, other in (pair, pair[::-1]):
        before = [each for each in past if each.of(content, other)]
        words = "; ".join(each.words for each in before)
        records = [record for each in before for record in each.records]
        for medicine in new:
            if before and medicine.of(content, class_):
                yield danger(what.code, medicine, f"{medicine.words}; {words}: {what.definition}", records=records)


def not_to_be_taken(content: Content, lists: MedicationLists, medicines: tuple[Held, ...]) -> Iterator[Discrepancy]:
    """Names what is ordered or taken though another order says not to take it; an order of before that is still active
    counts, for nobody has stopped it."""
    keys = {medicine.key for medicine in medicines}
    still = [(medicine, "before, and still active") for key, medicine in lists.before.items() if key not in keys]
    orders = [_ordered(medicine, where) for medicine, where in still if medicine.view.active and medicine.view.is_order]
    for medicine in (*medicines, *orders):
        for forbidden in lists.forbidden:
            if _forbids(content, forbidden, medicine):
                words = f"{medicine.words}; {side(forbidden)} says not to take it"
                yield danger("not-to-be-taken", medicine, words, records=(forbidden.record,))


def _forbids(content: Content, forbidden: MedicineView, medicine: Held) -> bool:
    """Whether an order not to take something is about a medicine: all that it names is in it, or it names the whole
    class by a word for it. "No Percocet" does not forbid acetaminophen alone."""
    concepts = content.concepts(INGREDIENT)
    general = [code for code in forbidden.ingredients if code in concepts and concepts[code].properties.get("general")]
    classes = {name for code in general for name in str(concepts[code].properties.get("classes", "")).split()}
    return set(forbidden.ingredients) <= medicine.ingredients or bool(medicine.classes & classes)


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
