"""Differences between medication lists, and answers about what is taken.

A rule says *what* a difference is; only a person says *why* it is there (clinical practice, rule 11). `list_comparison`
finds the differences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from carefhir.content import high_alert
from carefhir.content.loading import Content
from carefhir.fhir.record import Record
from carefhir.mappers.medication import MedicineView, NamedMedicine


@dataclass(frozen=True, slots=True)
class TakenMedicine:
    """One medicine as the person takes it: told now, or stated on record since the discharge."""

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
        source = f" [{self.record.reference}]" if self.record else ", the person says"
        how = f", {self.how}" if self.how else ""
        why = f" ({self.why})" if self.why else ""
        does = {"yes": "taken", "no": "not taken", "differently": "taken differently"}[self.taking]
        return f"{does}{how}{why}{source}"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference: its kind, its medicine, both sides in words, and the records behind them."""

    what: str
    medicine: str
    words: str
    records: tuple[Record, ...]
    classes: frozenset[str]
    keys: frozenset[str]
    """All medicines it is about: a decision may name any of them."""
    by_rule: bool = False
    """Whether it is no difference between lists, but a danger: an allergy, two that do not go together."""
    ordered_again: bool = False
    """Left out at discharge and ordered since: a prescriber must say which was meant."""

    @property
    def part(self) -> str:
        return f"{self.what}/{self.medicine}"

    @property
    def told(self) -> str:
        """Both sides without references, for records that hold the references in elements of their own."""
        return without_references(self.words)

    def with_more(self, other: Discrepancy) -> Discrepancy:
        """Adds what another comparison found about the same difference."""
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
    """The result of comparing the lists."""

    discrepancies: tuple[Discrepancy, ...]
    matched: tuple[str, ...]
    silent: tuple[str, ...] = ()
    """Medicines on a list, and records that name none, about which nobody has said whether they are taken."""
    says: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def prescribers_today(content: Content, discrepancy: Discrepancy) -> bool:
    """Whether only the prescriber closes it, the same day: a high-alert class, or a kind that always is (rule 28)."""
    kind = high_alert.always_prescribers(content, discrepancy.what)
    return kind or high_alert.harms_soonest(content, discrepancy.classes)


def merged(discrepancies: Iterable[Discrepancy]) -> list[Discrepancy]:
    """Joins the differences of the same kind about the same medicine."""
    kinds: dict[str, Discrepancy] = {}
    for discrepancy in discrepancies:
        first = kinds.get(discrepancy.part)
        kinds[discrepancy.part] = first.with_more(discrepancy) if first else discrepancy
    return list(kinds.values())


def side(view: MedicineView) -> str:
    """One side in words: the product, its dosage as written, its record and its day."""
    how = ", ".join(words for words in (view.dose, view.route) if words) or "dose not stated"
    day = f", {view.authored[:10]}" if view.authored else ""
    return f"{view.name or view.key}, {how} [{view.reference}{day}]"


def without_references(words: str) -> str:
    """Removes references such as `[MedicationRequest/7, 2026-03-06]` from words."""
    return re.sub(r" \[[A-Z][A-Za-z]+/[^\]]+\]", "", words)
