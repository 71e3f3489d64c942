"""A reading as a page: its parts as tables, and first of all what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from carefhir.errors import CarefhirError
from carefhir.faces.web.launch.html import items, text
from carefhir.faces.web.launch.pages import LaunchFrame
from carefhir.faces.web.statuses import TABLE, kind_of_error
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.section import EMPTY, Section


def sections_of(shown: object) -> tuple[Section, ...] | None:
    """The parts of a reading; None for one that has none and is shown as JSON."""
    sections = getattr(shown, "sections", None)
    return sections if isinstance(sections, tuple) and all(isinstance(each, Section) for each in sections) else None


def reading_page(frame: LaunchFrame, title: str, shown: Any) -> Response:
    """The page of a reading that has parts."""
    sections = sections_of(shown) or ()
    bare = [section for section in sections if not section.rows and section.empty == EMPTY and not section.not_visible]
    parts = "".join(_part(section) for section in sections if section not in bare)
    nothing = f"<h2>{EMPTY.capitalize()}</h2><p>{text('; '.join(each.title for each in bare))}</p>" if bare else ""
    back = f'<p><a href="{frame.base}">Back to all steps</a></p>'
    return frame.page(title, f"<h1>{text(title)}</h1>{_unseen(shown)}{parts}{nothing}{back}")


def not_read(frame: LaunchFrame, title: str, error: CarefhirError) -> Response:
    """Why there is nothing to read: it says nothing about the person."""
    status = TABLE[kind_of_error(error)].status
    body = (
        f'<h1>{text(title)}</h1><div class="now" role="alert"><p>This could not be read: {text(error.message)}.</p>'
        "<p>Nothing is known by that: it is no empty chart.</p></div>"
        f'<p><a href="{frame.base}">Back to all steps</a></p>'
    )
    return frame.page(title, body, status=status)


def _unseen(shown: object) -> str:
    """What the page does not show, before anything that it does."""
    hidden = (f"not visible: {each}" for each in getattr(shown, "not_visible", ()))
    odd = (f"could not be read: {each}" for each in getattr(shown, "odd", ()))
    listed = items((*hidden, *odd))
    return (
        f'<section class="now" aria-label="Not on this page"><p>Not on this page:</p>{listed}</section>'
        if listed
        else ""
    )


def _part(section: Section) -> str:
    later = [row for row in section.rows if isinstance(row, Due) and row.group == "later"]
    rows = [row for row in section.rows if row not in later]
    note = f'<p class="hint">{text(section.note)}</p>' if section.note else ""
    unseen = f'<p class="now">{text(section.not_visible)}</p>' if section.not_visible else ""
    empty = f"<p>{text(section.empty)}</p>" if not section.rows else ""
    closed = f"<details><summary>Later: {len(later)}</summary>{_table(later)}</details>" if later else ""
    return f"<h2>{text(section.title)}</h2>{note}{unseen}{empty}{_table(rows)}{closed}"


def _table(rows: Iterable[Any]) -> str:
    lines = "".join(_row(row) for row in rows)
    return f'<table class="parts"><tbody>{lines}</tbody></table>' if lines else ""


def _row(row: Any) -> str:
    pressing = ' class="pressing"' if isinstance(row, Due) and row.pressing else ""
    first, *rest = row.cells
    cells = "".join(f"<td>{text(cell)}</td>" for cell in rest)
    return f'<tr{pressing}><th scope="row">{text(first)}</th>{cells}</tr>'
