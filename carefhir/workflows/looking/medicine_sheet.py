"""The lists of medicines around a stay, side by side, with every difference and who decides it.

A page keeps it while somebody fills it in. It is worked out by the rules of `reconcile-medications`
(`whole_picture/medicine_part`); that step judges the answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One order or statement on one list."""

    words: str
    """The product as written, and how it is taken."""
    source: str
    """Whether it was ordered or stated, when, and what became of it."""


@dataclass(frozen=True, slots=True)
class SheetDifference:
    """One difference of one medicine."""

    medicine: str
    """The medicine that a decision about it names."""
    what: str
    """A code of CodeSystem discrepancy-what."""
    kind: str
    """The same in words."""
    words: str
    """Both sides."""
    decides: str
    """Who decides it, in a sentence."""
    waiting: str = ""
    """Since when it waits for a decision that it was passed on for; "" where it was not."""
    beyond: bool = True
    """Whether it says more than the lists beside it."""
    urgent: bool = False
    """Whether it goes to the prescriber the same day, whatever is decided here."""


@dataclass(frozen=True, slots=True)
class SheetMedicine:
    """One medicine, with everything that each list says of it: nothing is chosen or merged."""

    key: str
    """By which an answer names it."""
    name: str
    before: tuple[SheetEntry, ...] = ()
    hospital: tuple[SheetEntry, ...] = ()
    after: tuple[SheetEntry, ...] = ()
    """At discharge, or active now where there is no discharge list; and what was ordered since."""
    stated: str = ""
    """What the record says since the discharge of whether it is taken."""
    ask: bool = False
    """Whether nobody has said yet whether it is taken."""
    high_alert: bool = False
    """Whether an error with it harms soonest."""
    differences: tuple[SheetDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class MedicineSheet:
    """The table of one reconciliation."""

    transition: str
    """`Task/ID` of the transition."""
    stay: str
    """The stay in words."""
    after_name: str
    """What the list after the stay is called."""
    rows: tuple[SheetMedicine, ...] = ()
    notes: tuple[str, ...] = ()
    """What else to know beforehand."""
    prescriber: str = ""
    """Who decides what a nurse or a pharmacist may not, by name; "" where nobody is on record."""
    counts_when: str = ""
    """By whom and by when it counts."""
    reconciled: str = ""
    """When it was reconciled last, in words."""
    version: str = ""
    """`List/ID` of the last reconciliation; "" where there is none."""
    trouble: str = ""
    """Why nothing can be reconciled now."""
    unseen: tuple[str, ...] = field(default=())
    """What could not be seen."""

    def written(self) -> str:
        """As JSON: a page keeps it."""
        return _adapter().dump_json(self, exclude_defaults=True).decode()

    @classmethod
    def read(cls, text: str) -> MedicineSheet | None:
        """Out of JSON; None for what we have not written."""
        try:
            return _adapter().validate_json(text)
        except ValidationError:
            return None

    def with_differences(self, some: Iterable[SheetDifference]) -> MedicineSheet:
        """The same table with differences that came to light by the answers; a medicine of no list gets a row."""
        rows = {row.key: row for row in self.rows}
        for each in some:
            row = rows.get(each.medicine) or SheetMedicine(each.medicine, each.medicine)
            if (each.medicine, each.what) not in {(other.medicine, other.what) for other in row.differences}:
                rows[each.medicine] = replace(row, differences=(*row.differences, each))
        return replace(self, rows=tuple(rows.values()))

    def asking(self, medicines: Iterable[str]) -> MedicineSheet:
        """The same table, with medicines of which somebody still has to say whether they are taken."""
        rows = {row.key: row for row in self.rows}
        for key in medicines:
            rows[key] = replace(rows.get(key) or SheetMedicine(key, key), ask=True)
        return replace(self, rows=tuple(rows.values()))


def who_decides(prescriber: str, *, urgent: bool, theirs: bool = False) -> str:
    """Who decides a difference (clinical practice, rules 11 and 28), in a sentence."""
    who = prescriber or "the prescriber"
    if urgent:
        return f"{who} decides, the same day"
    return f"{who} decides" if theirs else f"you, or {who} if it was not intended"


@cache
def _adapter() -> TypeAdapter[MedicineSheet]:
    return TypeAdapter(MedicineSheet)
