"""Compares the medication lists around a stay, and what is really taken, by ingredients.

Every difference gets one kind by rule. Combination products that share an ingredient with another product are shown to
a person and never matched silently: lisinopril and a tablet of lisinopril with hydrochlorothiazide may or may not be
the same treatment. `order_differences` compares two orders of one medicine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from carefhir.codes import DISCREPANCY_WHAT, INGREDIENT
from carefhir.content import high_alert
from carefhir.content.loading import Concept, Content
from carefhir.mappers.medication import MedicineView
from carefhir.workflows.transitions import products
from carefhir.workflows.transitions.dangers import held, not_to_be_taken, together
from carefhir.workflows.transitions.discrepancies import (
    Comparison,
    Discrepancy,
    TakenMedicine,
    merged,
    side,
)
from carefhir.workflows.transitions.medication_lists import MedicationLists, Medicine
from carefhir.workflows.transitions.order_differences import differences, other_than_ordered, plain
from carefhir.workflows.transitions.person_dangers import Person
from carefhir.workflows.transitions.phrases import mentions, phrases

TO_BE_TAKEN = ("active", "unknown", "")
"""Statuses of an order that is to be taken."""
ON_HOLD = "on-hold"


def compare(
    content: Content, lists: MedicationLists, taken: tuple[TakenMedicine, ...], person: Person | None = None
) -> Comparison:
    """Finds every difference: between before and after, within one list, and between the lists and what is taken; and
    every danger in what is ordered or taken now."""
    return _Comparing(content, lists, person or Person()).with_taken(taken)


def _ended(before: Medicine | None, after: Medicine) -> str:
    """How a medicine on the list now is not to be taken, as a kind of difference; "" if it is, or if it was already on
    hold before."""
    status = after.view.status
    if status in TO_BE_TAKEN or (status == ON_HOLD and before is not None and _on_hold(before, since=after)):
        return ""
    return {ON_HOLD: "held", "completed": "completed"}.get(status, "omitted" if before else "stopped")


def _on_hold(medicine: Medicine, since: Medicine | None = None) -> bool:
    """Whether it is on hold; the very order that is looked at now says nothing of before."""
    return medicine.view.status == ON_HOLD and (since is None or medicine.view.record != since.view.record)


def _status(view: MedicineView) -> str:
    return {ON_HOLD: "on hold"}.get(view.status, view.status)


@dataclass(frozen=True, slots=True)
class _Comparing:
    content: Content
    lists: MedicationLists
    person: Person

    @property
    def after_name(self) -> str:
        return "at discharge" if self.lists.discharge_on_record else "active now"

    @property
    def _now(self) -> dict[str, Medicine]:
        return {**self.lists.after, **self.lists.since}

    def with_taken(self, taken: tuple[TakenMedicine, ...]) -> Comparison:
        listed = [*self._changed(), *self._moved(), *self._twice(), *self._since()]
        listed = [self._with_words_told(discrepancy, taken) for discrepancy in listed]
        told = [discrepancy for answer in taken for discrepancy in self._taken(answer, listed)]
        order = {what: n for n, what in enumerate(self.content.concepts(DISCREPANCY_WHAT))}
        medicines = held(self.lists, taken, self.after_name)
        dangers = (
            *together(self.content, medicines, self.lists),
            *not_to_be_taken(self.content, self.lists, medicines),
            *self.person.dangers(self.content, medicines),
        )
        ordered = sorted(merged((*listed, *told, *dangers)), key=lambda one: (one.medicine, order[one.what]))
        differing = {key for discrepancy in ordered for key in discrepancy.keys}
        return Comparison(
            discrepancies=tuple(ordered),
            matched=tuple(sorted(set(self.lists.before) & set(self.lists.after) - differing)),
            silent=self._silent(taken, told),
            says=(*self._says(differing), *self.person.says(self.content, medicines)),
            warnings=tuple(self._warnings(taken)),
        )

    def _silent(self, taken: tuple[TakenMedicine, ...], told: list[Discrepancy]) -> tuple[str, ...]:
        """What nobody has said of whether it is taken. One that is shown beside an answer, because both share an
        ingredient, is asked about with it."""
        answered = {answer.key for answer in taken}
        answered |= {key for each in told if each.what == "not-matched" for key in each.keys}
        listed = sorted((self.lists.before.keys() | self._now.keys()) - answered)
        return (*listed, *(view.reference for view in self.lists.nameless))

    def _says(self, differing: set[str]) -> Iterator[str]:
        lists = self.lists
        only = sorted(set(lists.hospital) - set(lists.before) - set(lists.after) - set(lists.since) - differing)
        if only:
            yield f"given in the hospital only: {', '.join(only)}"
        again = [key for key, medicine in sorted(lists.before.items()) if medicine.again]
        if again:
            yield f"ordered more than once before admission, the newest order counts: {', '.join(again)}"

    # -- before and after

    def _changed(self) -> Iterator[Discrepancy]:
        """Medicines on both lists that differ."""
        for key in sorted(self.lists.before.keys() & self.lists.after.keys()):
            before, after = self.lists.before[key], self.lists.after[key]
            words = f"{side(before.view)} before; {side(after.view)} {self.after_name}"
            if ended := _ended(before, after):
                again = f"; {side(self.lists.since[key].view)} ordered again since" if key in self.lists.since else ""
                yield self._difference(ended, f"{words}, {_status(after.view)}{again}", before, after)
                continue
            if _on_hold(before) and not _on_hold(after):
                yield self._difference(
                    "held", f"{side(before.view)} before, on hold; {side(after.view)} {self.after_name}", before, after
                )
            if any(view.record == before.view.record for view in (*after.views, *after.again)):
                continue  # the same order is still there; a second order beside it is found as a duplicate
            for what in differences(self.content, before.view, after.view):
                yield self._difference(what, words, before, after)

    def _moved(self) -> Iterator[Discrepancy]:
        """Medicines on one of the lists only: first those that share an ingredient, then a class, then the rest."""
        lists = self.lists
        gone = {key: medicine for key, medicine in lists.before.items() if key not in lists.after}
        new = {key: medicine for key, medicine in lists.after.items() if key not in lists.before}
        yield from self._sharing_an_ingredient(gone, new)
        for key, after in list(new.items()):
            instead = None if _ended(None, after) else self._of_same_class(after, gone.values())
            if instead:
                words = f"{side(instead.view)} before; {self._after(after)} in its place"
                yield self._difference("substituted", words, after, instead)
                del gone[instead.key], new[key]
        for before in gone.values():
            words = f"{side(before.view)} before; not {self._elsewhere(before.key)}"
            omitted = self._difference("omitted", words, before)
            yield replace(omitted, ordered_again=before.key in lists.since)
        for after in new.values():
            ended = _ended(None, after)
            status = f", {_status(after.view)}" if ended else ""
            yield self._difference(ended or "added", f"not before; {self._after(after)}{status}", after)

    def _sharing_an_ingredient(self, gone: dict[str, Medicine], new: dict[str, Medicine]) -> Iterator[Discrepancy]:
        """Products that share an ingredient with one of the other list; takes them out of both."""
        for after in list(new.values()):
            old = [before for before in gone.values() if before.ingredients & after.ingredients]
            if after.key not in new or not old:
                continue
            held = {ingredient for before in old for ingredient in before.ingredients}
            with_it = [other for other in new.values() if other.ingredients & held and other is not after]
            sides = [*(f"{side(before.view)} before" for before in old), *map(self._after, (after, *with_it))]
            words = f"{'; '.join(sides)}: they share an ingredient"
            yield self._difference("not-matched", words, after, *with_it, *old)
            for medicine in old:
                del gone[medicine.key]
            for medicine in (after, *with_it):
                del new[medicine.key]

    def _after(self, medicine: Medicine) -> str:
        given = self.lists.hospital.get(medicine.key)
        also = f", given in hospital [{given.view.reference}]" if given and given.view != medicine.view else ""
        return f"{side(medicine.view)} {self.after_name}{also}"

    def _elsewhere(self, key: str) -> str:
        """Says where a medicine that is no longer on the list still appears."""
        words = self.after_name
        if key in self.lists.hospital:
            words += f"; given in hospital [{self.lists.hospital[key].view.reference}]"
        if key in self.lists.since:
            words += f"; ordered again since [{self.lists.since[key].view.reference}]"
        return words

    def _of_same_class(self, after: Medicine, gone: Iterable[Medicine]) -> Medicine | None:
        """The medicine it most likely replaces: the one that shares the most narrow classes with it."""
        wide = self._wide_classes
        sharing = [(len(before.view.classes & after.view.classes - wide), before) for before in gone]
        best = max(sharing, key=lambda pair: pair[0], default=(0, None))
        return best[1] if best[0] else None

    @property
    def _wide_classes(self) -> frozenset[str]:
        """Classes too wide for one medicine to replace another."""
        return frozenset(str(self._what("substituted").properties.get("notClasses", "")).split())

    def _twice(self) -> Iterator[Discrepancy]:
        """Medicines ordered more than once on one list. Before admission, renewals of one order do not count; a
        duplicate that is still there now is reported once."""
        lists = self.lists
        now = list(self._on_one_list(self.after_name, lists.after, strict=lists.discharge_on_record))
        yield from now
        if lists.discharge_on_record:
            named = {key for discrepancy in now for key in discrepancy.keys}
            before = self._on_one_list("before", lists.before, strict=False)
            yield from (discrepancy for discrepancy in before if not discrepancy.keys & named)

    def _on_one_list(self, name: str, medicines: dict[str, Medicine], *, strict: bool) -> Iterator[Discrepancy]:
        """Duplicates on one list; if strict, two orders that say the same count as two."""
        current = {key: medicine for key, medicine in medicines.items() if medicine.view.status in ("active", "")}
        named: set[str] = set()
        for key, medicine in current.items():
            sharing = [other for other in current.values() if other.ingredients & medicine.ingredients]
            orders = [view for other in sharing for view in self._orders(other, strict=strict)]
            if key in named or len(orders) < 2:
                continue
            named |= {other.key for other in sharing}
            words = "; ".join(side(view) for view in orders)
            yield self._difference("duplicate", f"{words}: {len(orders)} orders {name}", *sharing)

    def _orders(self, medicine: Medicine, *, strict: bool) -> list[MedicineView]:
        again = [view for view in medicine.again if view.is_order] if strict else []
        return [view for view in (*medicine.orders, *again) if view.status in ("active", "")]

    def _since(self) -> Iterator[Discrepancy]:
        """Medicines ordered after the discharge that differ from the discharge list."""
        for key, since in self.lists.since.items():
            discharge = self.lists.after.get(key)
            if discharge is None and key not in self.lists.before:
                ordered = "ordered" if since.view.is_order else "stated"
                words = f"not before, not at discharge; {side(since.view)} {ordered} since"
                yield self._difference("added", words, since)
            elif discharge is not None:
                words = f"{side(discharge.view)} at discharge; {side(since.view)} ordered since"
                if _on_hold(since) and not _on_hold(discharge):
                    yield self._difference("held", f"{words}, {_status(since.view)}", since, discharge)
                for what in differences(self.content, discharge.view, since.view):
                    yield self._difference(what, words, discharge, since)

    # -- and what is taken

    def _with_words_told(self, discrepancy: Discrepancy, taken: tuple[TakenMedicine, ...]) -> Discrepancy:
        """Adds what the person says about a medicine to the difference its lists already have."""
        about = [answer for answer in taken if answer.key in discrepancy.keys and answer.key not in self._now]
        return replace(discrepancy, words="; ".join([discrepancy.words, *(answer.words for answer in about)]))

    def _taken(self, answer: TakenMedicine, listed: list[Discrepancy]) -> Iterator[Discrepancy]:
        """Differences between what the person takes and what the lists say."""
        medicine = self._now.get(answer.key)
        if medicine is not None:
            what = self._how_it_differs(answer, medicine)
            if what:
                words = f"{side(medicine.view)} {self.after_name}; {answer.words}"
                yield self._difference(what, words, medicine, taken=answer)
        elif answer.taking != "no" and answer.key not in {key for each in listed for key in each.keys}:
            yield self._on_no_list(answer)

    def _on_no_list(self, answer: TakenMedicine) -> Discrepancy:
        """A medicine taken though it is on no list: part of a listed one, bought over the counter, or unknown."""
        ingredients = set(answer.named.ingredients)
        sharing = [medicine for medicine in self._now.values() if medicine.ingredients & ingredients]
        sides = "; ".join([answer.words, *(f"{side(each.view)} {self.after_name}" for each in sharing)])
        if sharing:
            words = f"{sides}: they share an ingredient"
            return self._difference("not-matched", words, *sharing, taken=answer)
        if answer.named.kind_only:
            words = f"which medicine it is nobody has said, ask for its name; {sides}"
            return self._difference("not-matched", words, taken=answer)
        if not answer.named.in_code_system:
            return self._difference("not-matched", f"on no list by that name; {sides}", taken=answer)
        given = self.lists.hospital.get(answer.key)
        also = f", given in hospital [{given.view.reference}]" if given else ""
        return self._difference("over-the-counter", f"on no list{also}; {sides}", taken=answer)

    def _how_it_differs(self, answer: TakenMedicine, listed: Medicine) -> str:
        """Why it is not taken as ordered, judged by the person's words; "" if it is taken as ordered."""
        for what in ("cannot-afford", "not-filled"):
            if mentions(answer.why, phrases(self._what(what))):
                return what
        if answer.taking != "yes":
            return "adherence"
        if products.another_than(self.content, listed.view, answer.named.name):
            return "adherence"
        how = other_than_ordered(self.content, answer.how)
        orders = [medicine for medicine in (listed, self.lists.since.get(listed.key)) if medicine]
        doses = {plain(medicine.view.dose) for medicine in orders if medicine.view.dose}
        # Nothing to compare with: only where an error harms soonest somebody must look.
        harmless = not doses and not high_alert.harms_soonest(self.content, listed.view.classes)
        return "" if not how or harmless or plain(how) in doses else "adherence"

    # -- what else to know

    def _warnings(self, taken: tuple[TakenMedicine, ...]) -> Iterator[str]:
        lists, told = self.lists, {answer.key for answer in taken}
        if not lists.discharge_on_record:
            yield (
                "no discharge list is on record: the medicines before the stay are compared with those active now; "
                "get the list"
            )
        for view in lists.nameless:
            yield f"{view.reference} names no medicine that can be read: it was not compared"
        for view in lists.undated:
            yield f"{view.reference} ({view.key}) has no date: it is treated as ordered before admission"
        for view in lists.unsourced:
            how = f", {view.dose}" if view.dose else ""
            yield f"{view.reference} ({view.key}{how}) does not say who said it, or if it is taken: no answer"
        for view in lists.ended:
            if view.key not in told:
                where, day = view.reference, view.authored[:10]
                yield f"{where} ({view.key}, written {day}) ended on an unknown day: ask whether it was still taken"
        for view in lists.forbidden:
            yield f"{view.reference} says not to take {view.key or 'something it does not name'}"
        yield from self._of_one_class()
        yield from self._matched_by_name()

    def _matched_by_name(self) -> Iterator[str]:
        ingredients = self.content.concepts(INGREDIENT).keys()
        medicines = {**self.lists.before, **self._now}
        unknown = sorted(key for key, one in medicines.items() if not one.ingredients <= ingredients)
        if unknown:
            yield f"matched by name only, because an ingredient is not known: {', '.join(unknown)}"

    def _of_one_class(self) -> Iterator[str]:
        """More than one medicine of a narrow class on the list now: not a difference, but worth checking."""
        now = self._now
        classes = {name for medicine in now.values() for name in medicine.view.classes} - self._wide_classes
        for name in sorted(classes):
            keys = sorted(key for key, medicine in now.items() if name in medicine.view.classes)
            if len({now[key].ingredients for key in keys}) > 1:
                yield f"more than one {name.replace('-', ' ')} on the list now: {', '.join(keys)}"

    # -- one of them

    def _what(self, code: str) -> Concept:
        return self.content.concept(DISCREPANCY_WHAT, code)

    def _difference(
        self, what: str, words: str, *medicines: Medicine, taken: TakenMedicine | None = None
    ) -> Discrepancy:
        """One difference, named for the medicine that is taken, or else for the first medicine."""
        views = [view for each in medicines for view in (each.views if what == "duplicate" else (each.view,))]
        records = {view.reference: view.record for view in views}
        if taken is not None and taken.record is not None:
            records[taken.record.reference] = taken.record
        classes = frozenset(name for view in views for name in view.classes)
        return Discrepancy(
            what=what,
            medicine=taken.key if taken else medicines[0].key,
            words=words,
            records=tuple(records.values()),
            classes=classes | (taken.named.classes if taken else frozenset()),
            keys=frozenset((*(medicine.key for medicine in medicines), *((taken.key,) if taken else ()))),
        )
