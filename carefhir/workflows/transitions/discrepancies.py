"""How medication lists differ: matched by ingredients, each difference typed once by rule (*what*); *why* it is there
comes from a person (clinical practice, rule 11).

Combination products that share an ingredient are named, never matched silently. In what two orders of one medicine
differ: `order_differences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from carefhir.codes import DISCREPANCY_WHAT, INGREDIENT
from carefhir.content.loading import Concept, Content
from carefhir.fhir.record import Record
from carefhir.mappers.medication import MedicineView, NamedMedicine
from carefhir.workflows.transitions.medication_lists import Lists, Medicine
from carefhir.workflows.transitions.order_differences import differences, mentions, phrases, plain


@dataclass(frozen=True, slots=True)
class Taken:
    """What is said to be taken: told now, or stated on record since the discharge."""

    named: NamedMedicine
    taking: str
    """yes, no or differently."""
    how: str = ""
    why: str = ""
    record: Record | None = None

    @property
    def words(self) -> str:
        source = f" [{self.record.reference}]" if self.record else ", as told"
        how = f", {self.how}" if self.how else ""
        why = f" ({self.why})" if self.why else ""
        does = {"yes": "taken", "no": "not taken", "differently": "taken differently"}[self.taking]
        return f"{does}{how}{why}{source}"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference: of which medicine, what it is, both sides in words, the records they stand in."""

    what: str
    medicine: str
    words: str
    records: tuple[Record, ...]
    classes: frozenset[str]
    keys: frozenset[str]
    """Every medicine it is about: a decision may name any of them."""
    ordered_again: bool = False
    """Left out at discharge and ordered since: which of the two was meant, a prescriber says."""

    @property
    def part(self) -> str:
        return f"{self.what}/{self.medicine}"

    @property
    def told(self) -> str:
        """Both sides without the references, which stand beside these words wherever they are written."""
        return without_references(self.words)


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison came to."""

    discrepancies: tuple[Discrepancy, ...]
    matched: tuple[str, ...]
    says: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def compare(content: Content, lists: Lists, taken: tuple[Taken, ...]) -> Found:
    """Every difference between before and after, on one list, and between the lists and what is taken."""
    return _Comparison(content, lists).with_taken(taken)


@dataclass(frozen=True, slots=True)
class _Comparison:
    content: Content
    lists: Lists

    @property
    def after_name(self) -> str:
        return "at discharge" if self.lists.discharge_on_record else "active now"

    def with_taken(self, taken: tuple[Taken, ...]) -> Found:
        lists = self.lists
        found = [*self._changed(), *self._moved(), *self._twice(), *self._since()]
        found = [self._told_of(one, taken) for one in found]
        found += [one for each in taken for one in self._taken(each, found)]
        found = _merged(found)
        differing = {key for one in found for key in one.keys}
        matched = sorted(set(lists.before) & set(lists.after) - differing)
        only = sorted(set(lists.hospital) - set(lists.before) - set(lists.after) - set(lists.since) - differing)
        says = [f"in hospital only: {', '.join(only)}"] if only else []
        again = [key for key, one in sorted(lists.before.items()) if one.again]
        says += [f"ordered more than once before, the newest counts: {', '.join(again)}"] if again else []
        order = {what: n for n, what in enumerate(self.content.concepts(DISCREPANCY_WHAT))}
        ordered = sorted(found, key=lambda one: (one.medicine, order[one.what]))
        return Found(tuple(ordered), tuple(matched), tuple(says), tuple(self._warnings(taken)))

    # -- before and after

    def _changed(self) -> Iterator[Discrepancy]:
        """The same medicine on both lists."""
        for key in sorted(self.lists.before.keys() & self.lists.after.keys()):
            before, after = self.lists.before[key], self.lists.after[key]
            words = f"{side(before.view)} before; {side(after.view)} {self.after_name}"
            if after.view.status not in ("active", "completed", "on-hold", "unknown", ""):
                yield self._one("omitted", f"{words}, since {after.view.status}", before, after)
                continue
            if any(view.record == before.view.record for view in (*after.views, *after.again)):
                continue  # still ordered so; where another order stands beside it, that is a duplicate
            for what in differences(self.content, before.view, after.view):
                yield self._one(what, words, before, after)

    def _moved(self) -> Iterator[Discrepancy]:
        """On one of the lists only: shared ingredients first, then another of the same class, then the rest."""
        lists = self.lists
        gone = {key: one for key, one in lists.before.items() if key not in lists.after}
        new = {key: one for key, one in lists.after.items() if key not in lists.before}
        for after in list(new.values()):
            old = [one for one in gone.values() if one.ingredients & after.ingredients] if after.key in new else []
            if old:
                held = {ingredient for one in old for ingredient in one.ingredients}
                with_it = [one for one in new.values() if one.ingredients & held and one is not after]
                sides = [*(f"{side(one.view)} before" for one in old), *map(self._after, (after, *with_it))]
                yield self._one("not-matched", f"{'; '.join(sides)}: they share an ingredient", after, *with_it, *old)
                gone = {key: one for key, one in gone.items() if one not in old}
                new = {key: one for key, one in new.items() if one not in (after, *with_it)}
        for key, after in list(new.items()):
            instead = self._of_same_class(after, gone.values())
            if instead:
                words = f"{side(instead.view)} before; {self._after(after)} in its place"
                yield self._one("substituted", words, after, instead)
                del gone[instead.key], new[key]
        for before in gone.values():
            one = self._one("omitted", f"{side(before.view)} before; not {self._elsewhere(before.key)}", before)
            yield replace(one, ordered_again=before.key in lists.since)
        for after in new.values():
            yield self._one("added", f"not before; {self._after(after)}", after)

    def _after(self, one: Medicine) -> str:
        given = self.lists.hospital.get(one.key)
        also = f", given in hospital [{given.view.record.reference}]" if given and given.view != one.view else ""
        return f"{side(one.view)} {self.after_name}{also}"

    def _elsewhere(self, key: str) -> str:
        """Where a medicine that is gone still shows."""
        words = self.after_name
        if key in self.lists.hospital:
            words += f"; given in hospital [{self.lists.hospital[key].view.record.reference}]"
        if key in self.lists.since:
            words += f"; ordered again since [{self.lists.since[key].view.record.reference}]"
        return words

    def _of_same_class(self, after: Medicine, gone: Iterable[Medicine]) -> Medicine | None:
        """The one it most likely stands for: of those sharing a class narrow enough, the one sharing most."""
        wide = frozenset(str(self._what("substituted").properties.get("notClasses", "")).split())
        sharing = [(len(one.view.classes & after.view.classes - wide), one) for one in gone]
        best = max(sharing, key=lambda pair: pair[0], default=(0, None))
        return best[1] if best[0] else None

    def _twice(self) -> Iterator[Discrepancy]:
        """The same ingredient more than once on one list; before admission, renewals of one order are none, and what is
        still so now is said once."""
        now = self.lists.after
        yield from self._on_one_list(self.after_name, now, self.lists.discharge_on_record)
        if self.lists.discharge_on_record:
            seen = {key for one in self._on_one_list(self.after_name, now, True) for key in one.keys}
            yield from (one for one in self._on_one_list("before", self.lists.before, False) if not one.keys & seen)

    def _on_one_list(self, name: str, some: dict[str, Medicine], strict: bool) -> Iterator[Discrepancy]:
        """Strictly, two orders that say the same are two."""
        current = {key: one for key, one in some.items() if one.view.status in ("active", "")}
        seen: set[str] = set()
        for key, one in current.items():
            sharing = [each for each in current.values() if each.ingredients & one.ingredients]
            orders = [view for each in sharing for view in self._orders(each, strict)]
            if key in seen or len(orders) < 2:
                continue
            seen |= {each.key for each in sharing}
            words = "; ".join(side(view) for view in orders)
            yield self._one("duplicate", f"{words}: {len(orders)} orders {name}", *sharing)

    def _orders(self, one: Medicine, strict: bool) -> list[MedicineView]:
        again = [view for view in one.again if view.record.type == "MedicationRequest"] if strict else []
        return [view for view in (*one.orders, *again) if view.status in ("active", "")]

    def _since(self) -> Iterator[Discrepancy]:
        """Ordered after the discharge, beside a discharge list."""
        for key, since in self.lists.since.items():
            discharge = self.lists.after.get(key)
            if discharge is None and key not in self.lists.before:
                yield self._one("added", f"not before, not at discharge; {side(since.view)} ordered since", since)
            elif discharge is not None:
                words = f"{side(discharge.view)} at discharge; {side(since.view)} ordered since"
                for what in differences(self.content, discharge.view, since.view):
                    yield self._one(what, words, discharge, since)

    # -- and what is taken

    def _told_of(self, one: Discrepancy, taken: tuple[Taken, ...]) -> Discrepancy:
        """What is said of a medicine whose lists differ is part of that difference."""
        words = [each.words for each in taken if each.named.key in one.keys and each.named.key not in self._now]
        return replace(one, words="; ".join([one.words, *words]))

    @property
    def _now(self) -> dict[str, Medicine]:
        return {**self.lists.after, **self.lists.since}

    def _taken(self, one: Taken, found: list[Discrepancy]) -> Iterator[Discrepancy]:
        """Where what is taken is not what the lists say."""
        key, listed = one.named.key, self._now.get(one.named.key)
        if listed is not None:
            what = self._how_it_differs(one, listed)
            if what:
                yield self._one(what, f"{side(listed.view)} {self.after_name}; {one.words}", listed, taken=one)
        elif one.taking != "no" and key not in {name for each in found for name in each.keys}:
            sharing = [each for each in self._now.values() if each.ingredients & set(one.named.ingredients)]
            sides = "; ".join([one.words, *(f"{side(each.view)} {self.after_name}" for each in sharing)])
            if sharing:
                yield self._one("not-matched", f"{sides}: they share an ingredient", *sharing, taken=one)
            elif one.named.known:
                given = self.lists.hospital.get(key)
                also = f", given in hospital [{given.view.record.reference}]" if given else ""
                yield self._one("over-the-counter", f"on no list{also}; {sides}", taken=one)
            else:
                yield self._one("not-matched", f"on no list by that name; {sides}", taken=one)

    def _how_it_differs(self, one: Taken, listed: Medicine) -> str:
        """What keeps it from being taken as ordered, by the words told; "" where it is taken so."""
        if one.taking == "yes":
            orders = [each for each in (listed, self.lists.since.get(listed.key)) if each]
            doses = {plain(each.view.dose) for each in orders if each.view.dose}
            return "adherence" if one.how and doses and plain(one.how) not in doses else ""
        for what in ("cannot-afford", "not-filled"):
            if mentions(one.why, phrases(self._what(what))):
                return what
        return "adherence"

    def _warnings(self, taken: tuple[Taken, ...]) -> Iterator[str]:
        lists = self.lists
        if not lists.discharge_on_record:
            yield "no discharge list is on record: before is compared with what is active now; ask for the list"
        said = {one.named.key for one in taken}
        silent = sorted(key for key in self._now if key not in said)
        if not taken:
            yield "nobody has said what is really taken: ask, and reconcile again"
        elif silent:
            yield f"not told whether taken: {', '.join(silent)}"
        for view in lists.nameless:
            yield f"{view.record.reference} names no medicine that can be read: it was not compared"
        for view in lists.undated:
            yield f"{view.record.reference} ({view.key}) says no date: taken as ordered before admission"
        for view in lists.ended:
            if view.key not in said:
                where, day = view.record.reference, view.authored[:10]
                yield f"{where} ({view.key}, written {day}) has ended, nobody says when: ask whether it was still taken"
        known = self.content.concepts(INGREDIENT)
        for view in lists.forbidden:
            yield f"{view.record.reference} says not to take {view.key or 'something it does not name'}"
        yield from self._of_one_class()
        unknown = sorted(
            {key for key in (*lists.before, *self._now) if any(one not in known for one in key.split("+"))}
        )
        if unknown:
            yield f"matched by name only, for no ingredient is known: {', '.join(unknown)}"

    def _of_one_class(self) -> Iterator[str]:
        """More than one of a narrow class on the list now: no difference between lists, yet worth a look."""
        wide = frozenset(str(self._what("substituted").properties.get("notClasses", "")).split())
        classes = sorted({each for one in self._now.values() for each in one.view.classes} - wide)
        for each in classes:
            names = sorted(key for key, one in self._now.items() if each in one.view.classes)
            if len({frozenset(self._now[name].ingredients) for name in names}) > 1:
                yield f"more than one {each.replace('-', ' ')} on the list now: {', '.join(names)}"

    # -- one of them

    def _what(self, code: str) -> Concept:
        return self.content.concept(DISCREPANCY_WHAT, code)

    def _one(self, what: str, words: str, *medicines: Medicine, taken: Taken | None = None) -> Discrepancy:
        views = [view for one in medicines for view in (one.views if what == "duplicate" else (one.view,))]
        records = {view.record.reference: view.record for view in views}
        if taken is not None and taken.record is not None:
            records[taken.record.reference] = taken.record
        names = [one.key for one in medicines] + ([taken.named.key] if taken else [])
        classes = {each for view in views for each in view.classes} | set(taken.named.classes if taken else ())
        main = names[-1] if taken else names[0]
        return Discrepancy(what, main, words, tuple(records.values()), frozenset(classes), frozenset(names))


def side(view: MedicineView) -> str:
    """One side in words: the product, the dosage as written, the record it stands in and its day."""
    how = ", ".join(one for one in (view.dose, view.route) if one) or "dose not stated"
    day = f", {view.authored[:10]}" if view.authored else ""
    return f"{view.name or view.key}, {how} [{view.record.reference}{day}]"


def _merged(found: Iterable[Discrepancy]) -> list[Discrepancy]:
    """One of a kind per medicine: what is said of it in several places, together."""
    made: dict[str, Discrepancy] = {}
    for one in found:
        known = made.get(one.part)
        if known is None:
            made[one.part] = one
            continue
        records = {each.reference: each for each in (*known.records, *one.records)}
        words = known.words if one.words in known.words else f"{known.words}; {one.words}"
        keys, classes = known.keys | one.keys, known.classes | one.classes
        made[one.part] = replace(known, words=words, records=tuple(records.values()), keys=keys, classes=classes)
    return list(made.values())


def without_references(words: str) -> str:
    """Words for a record: where they are from is said by its own references."""
    return re.sub(r" \[[A-Z][A-Za-z]+/[^\]]+\]", "", words)
