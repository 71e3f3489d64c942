"""A section of a page: a title, and rows that are typed values with words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

EMPTY = "none on record"
"""What a part without rows says, where everything it rests on could be seen."""


class Row(Protocol):
    """One line of a section: typed fields for pages and programs, and cells in plain words for a table."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words, a cell each."""
        ...


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page. Never read `not_visible` as "none" (R10)."""

    name: str
    """What a program calls this part, `medicines`."""
    title: str
    """The heading of this part."""
    rows: tuple[Row, ...]
    """What is on record, a typed value each."""
    empty: str = EMPTY
    """What to show if there are no rows."""
    note: str = ""
    """What holds for all rows, in a sentence."""
    not_visible: str = ""
    """What this part rests on and could not be seen; "" if everything could."""

    @property
    def table(self) -> tuple[tuple[str, ...], ...]:
        """The rows in words; what could not be seen is a row of its own."""
        unseen = ((self.not_visible,),) if self.not_visible and self.rows else ()
        return (*(row.cells for row in self.rows), *unseen)


def section(
    name: str,
    title: str,
    rows: Sequence[Row],
    *,
    empty: str = EMPTY,
    note: str = "",
    unseen: Sequence[str] = (),
) -> Section:
    """A section; where something that it rests on could not be seen, it says so and never "none"."""
    words = f"not visible: {', '.join(unseen)}".replace("_", " ") if unseen else ""
    return Section(name, title, tuple(rows), empty=words or empty, note=note, not_visible=words)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence."""

    words: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.words,)
