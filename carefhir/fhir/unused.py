"""What a search has brought and nothing, or not all, can be made of: it is said, and never counts as "none" (R10).

Two degrees. A record that cannot be used at all (about nobody, changed in its meaning, without the day or the status it
was asked for by) is kept from every decision. One that can be used for all but an element is used, and the element is
named. Sentences hold references and names of elements, no content (R9).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from carefhir.fhir.legible import modified, unreadable
from carefhir.fhir.record import Record, codings, references, relative, truth
from carefhir.fhir.search import Codes, Named, Need, Of, OfEach, Since, Slots, filled

EVIDENCE = frozenset(
    {"AllergyIntolerance", "Condition", "Encounter", "MedicationRequest", "MedicationStatement", "Observation"}
)
"""Types that decisions rest on as they are written. What tells people what to heed or to do (a Flag, a Task) is shown
though its meaning may be changed: it would be worse to hide it."""

NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about some records, and whom they are about where that is known."""

    words: str
    about: tuple[str, ...] = ()
    """`Patient/ID` of each; () where it may be anybody."""


def changed_in_meaning(record: Record) -> bool:
    """Whether a record says of itself that it may mean something else (R4, modifierExtension): nobody decides on it."""
    return record.type in EVIDENCE and _modified(record)


def _modified(record: Record) -> bool:
    return record.once(_says_so_anywhere)


def _says_so_anywhere(record: Record) -> bool:
    mentioned = record.mentions("modifierExtension") or record.mentions("implicitRules")
    return mentioned and modified(record.json)


def _forbids(record: Record) -> bool:
    """Whether it asks that something be not done, where nothing shows that: an order of a medicine is shown as one."""
    if record.type == "MedicationRequest" or not record.mentions("doNotPerform"):
        return False
    return truth(record.json.get("doNotPerform")) is True


@dataclass(frozen=True, slots=True)
class Brought:
    """What one search has brought, and what can be said of it."""

    need: Need
    records: Collection[Record]
    slots: Slots
    wants: Callable[[Record], bool]
    """Whether the need wants a record, by our own check."""

    def remarks(self) -> Iterator[Remark]:
        """All that is to be said, a sentence for each kind of trouble."""
        if not self.records:
            return
        mine = [record for record in self.records if record.type == self.need.type]
        wanted = [record for record in mine if self.wants(record)]
        missed = _without(mine, wanted)
        theirs = [record for record in missed if self._is_theirs(record)]
        others = _without(missed, theirs)
        rest = _without(mine, others)
        yield from self._all_of(
            (r for r in others if self._about_nobody(r)), "does not say whom it is about", used=False
        )
        why = "has a modifierExtension, which may change what it means"
        modified_ones = [record for record in rest if _modified(record)]
        evidence = [record for record in modified_ones if changed_in_meaning(record)]
        yield from self._all_of(evidence, why, used=False)
        yield from self._all_of((r for r in modified_ones if r not in evidence), why, used=True)
        forbidding = (record for record in rest if _forbids(record))
        yield from self._all_of(forbidding, "asks for something not to be done (doNotPerform)", used=True)
        yield from self._all_of((r for r in theirs if self._undated(r)), "has a day that cannot be read", used=False)
        uncoded = (r for r in theirs if self._uncoded(r))
        yield from self._all_of(uncoded, "lacks the code or status it was asked for by", used=False)
        yield from self._in_part(_without(wanted, evidence))
        yield from self._not_asked_for()

    def _about_nobody(self, record: Record) -> bool:
        """Whether nothing says, in a way that can be followed, whom a record is about."""
        owners = [one for one in self.need.where if isinstance(one, Of | OfEach)]
        return any(not self._names_somebody(record, owner) for owner in owners)

    def _names_somebody(self, record: Record, owner: Of | OfEach) -> bool:
        kind = (filled(owner.slot, self.slots) or "").partition("/")[0]
        named = (relative(text) for text in references(record.json, owner.path))
        return any(name and name.startswith(f"{kind}/") for name in named)

    def _is_theirs(self, record: Record) -> bool:
        whose = [one for one in self.need.where if isinstance(one, Of | OfEach | Named)]
        return all(one.holds(record.json, self.slots) for one in whose)

    def _undated(self, record: Record) -> bool:
        dated = [one for one in self.need.where if isinstance(one, Since)]
        return any(one.unreadable(record.json) and not one.holds(record.json, self.slots) for one in dated)

    def _uncoded(self, record: Record) -> bool:
        """Whether it was asked for by a code or a status, and has none that can be read."""
        coded = (one for one in self.need.where if isinstance(one, Codes))
        missed = [one.path for one in coded if not one.holds(record.json, self.slots)]
        illegible = record.once(unreadable) if missed else ()
        return any(path in illegible or not any(True for _ in codings(record.json, path)) for path in missed)

    def _in_part(self, records: Iterable[Record]) -> Iterator[Remark]:
        """What is used, all but an element."""
        by_element: dict[str, list[Record]] = {}
        for record in records:
            for element in record.once(unreadable):
                by_element.setdefault(element, []).append(record)
        for element, some in by_element.items():
            yield Remark(f"{_names(some)}: {element} is missing or cannot be read", self._whose(some))

    def _not_asked_for(self) -> Iterator[Remark]:
        """What came in place of what was asked for."""
        others = Counter(record.type for record in self.records if record.type != self.need.type)
        for type_, count in sorted(others.items()):
            if type_ != "OperationOutcome":
                yield Remark(f"{count} of a type that was not asked for ({type_[:40]}), not used")

    def _all_of(self, records: Iterable[Record], why: str, *, used: bool) -> Iterator[Remark]:
        some = list(records)
        if some:
            yield Remark(f"{_names(some)} {why}{'' if used else ', and was not used'}", self._whose(some))

    def _whose(self, records: Iterable[Record]) -> tuple[str, ...]:
        """The people some records are about; () where one of them does not say."""
        people = [self._of(record) for record in records]
        return tuple(sorted({one for some in people for one in some})) if all(people) else ()

    def _of(self, record: Record) -> tuple[str, ...]:
        if record.type == "Patient":
            return (record.reference,)
        each = [one for one in self.need.where if isinstance(one, OfEach)]
        return tuple(person for one in each for person in one.of(record.json))


def _without(records: Sequence[Record], chosen: Sequence[Record]) -> list[Record]:
    """Those of the records that were not chosen."""
    if len(chosen) == len(records):
        return []
    names = {id(record) for record in chosen}
    return [record for record in records if id(record) not in names]


def _names(records: Sequence[Record]) -> str:
    """The first of them by name, and how many more."""
    more = len(records) - NAMED_AT_MOST
    named = ", ".join(record.reference for record in records[:NAMED_AT_MOST])
    return f"{named} and {more} more" if more > 0 else named


def unread(odd: Iterable[str]) -> Iterator[Remark]:
    """What could not be read at all, counted."""
    for words, count in Counter(odd).items():
        yield Remark(f"{words} ({count} times)" if count > 1 else words)
