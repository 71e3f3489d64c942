"""A reading as a page: its parts as tables, and first of all what could not be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from carefhir.errors import CarefhirError
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.rendering import without_references
from carefhir.faces.web.statuses import TABLE, kind_of_error
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.section import EMPTY, Row, Section


def sections_of(shown: object) -> tuple[Section, ...] | None:
    """The parts of a reading; None for one that has none and is shown as JSON."""
    sections = getattr(shown, "sections", None)
    return sections if isinstance(sections, tuple) and all(isinstance(each, Section) for each in sections) else None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row, in words."""

    cells: tuple[str, ...]
    pressing: bool


@dataclass(frozen=True, slots=True)
class ShownSection:
    """One part of a page, in words; what is due later stands apart."""

    name: str
    title: str
    note: str
    empty: str
    not_visible: str
    soon: tuple[ShownRow, ...]
    later: tuple[ShownRow, ...]

    @property
    def rows(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.soon or self.later)

    @classmethod
    def of(cls, section: Section) -> ShownSection:
        """A part of a reading, for a page."""
        later = [row for row in section.rows if isinstance(row, Due) and row.group == "later"]
        soon = [row for row in section.rows if row not in later]
        return cls(
            name=section.name,
            title=section.title,
            note=section.note,
            empty=section.empty,
            not_visible=section.not_visible,
            soon=_rows(soon),
            later=_rows(later),
        )


def _rows(rows: Iterable[Row]) -> tuple[ShownRow, ...]:
    return tuple(
        ShownRow(tuple(map(without_references, row.cells)), isinstance(row, Due) and row.pressing) for row in rows
    )


def bare(section: Section) -> bool:
    """Whether a part has nothing in it, all that it rests on having been seen."""
    return not section.rows and section.empty == EMPTY and not section.not_visible


def unseen(shown: object) -> tuple[str, ...]:
    """What a page does not show, in words: it stands before anything that it does."""
    hidden = (f"not visible: {each}" for each in _in_words(getattr(shown, "not_visible", ())))
    odd = (f"could not be read: {each}" for each in getattr(shown, "odd", ()))
    return (*hidden, *odd)


ISSUES = "conflicting advice and medicine lists that differ"
WORDS = {
    "AllergyIntolerance": "allergies",
    "DetectedIssue": ISSUES,
    "EpisodeOfCare": "programs",
    "Provenance": "receipts of what was done",
    "RelatedPerson": "family",
}


def _in_words(hidden: Iterable[str]) -> list[str]:
    """What is not visible as a nurse calls it, and its FHIR type for whoever has to grant it, the same reason once:
    `goals, flags (Goal, Flag): …`."""
    by_reason: dict[str, list[str]] = {}
    other = []
    for each in hidden:
        type_, _, reason = each.partition(": ")
        if re.fullmatch(r"[A-Z][A-Za-z]+", type_):
            by_reason.setdefault(reason, []).append(type_)
        else:
            other.append(each)
    return [
        f"{', '.join(map(_word, types))} ({', '.join(types)}){f': {reason}' if reason else ''}"
        for reason, types in by_reason.items()
    ] + other


def _word(type_: str) -> str:
    apart = re.sub(r"(?<!^)([A-Z])", r" \1", type_).lower()
    return WORDS.get(type_, f"{apart[:-1]}ies" if apart.endswith("y") else f"{apart}s")


def reading_page(frame: LaunchFrame, title: str, shown: Any) -> Response:
    """The page of a reading that has parts."""
    sections: Sequence[Section] = sections_of(shown) or ()
    return frame.page(
        "reading.html",
        title,
        unseen=unseen(shown),
        shown=tuple(ShownSection.of(section) for section in sections if not bare(section)),
        bare=tuple(section for section in sections if bare(section)),
        empty=EMPTY,
    )


def not_read(frame: LaunchFrame, title: str, error: CarefhirError, *, again: bool = False) -> Response:
    """Why there is nothing to read: it says nothing about the person. `again`: the way on is to try once more."""
    status = TABLE[kind_of_error(error)].status
    return frame.page("not_read.html", title, status=status, why=error.message, again=again)
