"""A difference between medication lists, and what is said to be taken: typed once by rule (*what*); *why* it is there
comes from a person (clinical practice, rule 11). How lists are compared: `list_comparison`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from carefhir.fhir.record import Record
from carefhir.mappers.medication import MedicineView, NamedMedicine


@dataclass(frozen=True, slots=True)
class TakenMedicine:
    """What is said to be taken: told now, or stated on record since the discharge."""

    named: NamedMedicine
    taking: str
    """yes, no or differently."""
    how: str = ""
    why: str = ""
    record: Record | None = None

    @property
    def key(self) -> str:
        return self.named.key

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

    def with_more(self, other: Discrepancy) -> Discrepancy:
        """This difference, with what another place says of it."""
        records = {record.reference: record for record in (*self.records, *other.records)}
        return replace(
            self,
            words=self.words if other.words in self.words else f"{self.words}; {other.words}",
            records=tuple(records.values()),
            keys=self.keys | other.keys,
            classes=self.classes | other.classes,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison came to."""

    discrepancies: tuple[Discrepancy, ...]
    matched: tuple[str, ...]
    says: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def merged(discrepancies: Iterable[Discrepancy]) -> list[Discrepancy]:
    """One of a kind per medicine: what is said of it in several places, together."""
    kinds: dict[str, Discrepancy] = {}
    for discrepancy in discrepancies:
        first = kinds.get(discrepancy.part)
        kinds[discrepancy.part] = first.with_more(discrepancy) if first else discrepancy
    return list(kinds.values())


def side(view: MedicineView) -> str:
    """One side in words: the product, the dosage as written, the record it stands in and its day."""
    how = ", ".join(words for words in (view.dose, view.route) if words) or "dose not stated"
    day = f", {view.authored[:10]}" if view.authored else ""
    return f"{view.name or view.key}, {how} [{view.reference}{day}]"


def without_references(words: str) -> str:
    """Words for a record: where they are from is said by its own references."""
    return re.sub(r" \[[A-Z][A-Za-z]+/[^\]]+\]", "", words)
