"""Templates: every text is escaped, what is not defined is an error, no script or style stands in a page itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

FOLDER = Path(__file__).parent
STYLESHEET = "/s/carefhir.css"
SCRIPT = "/s/carefhir.js"


@cache
def environment() -> Environment:
    """The templates of the pages."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters.update(
        days=days,
        day=day_in_words,
        clock=clock,
        sentence=sentence,
        first_up=first_up,
        plain=without_references,
        unnamed=without_names,
        dialed=dialed,
    )
    return templates


def rendered(template: str, **values: Any) -> str:
    """A template filled in. Raises `jinja2.UndefinedError` where it names a value that is not given."""
    always = {"stylesheet": STYLESHEET, "script": SCRIPT}
    return environment().get_template(template).render({**always, **values})


_iso_day = re.compile(
    r"(?<![\d-])(?P<day>\d{4}-\d{2}-\d{2})(?:T(?P<clock>\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?P<zone>Z|[+-]\d{2}:\d{2})?)?(?![\d-])"
)


def days(text: object) -> str:
    """Puts every ISO day in a text as the ward writes it: `2026-03-10` as `Mar 10, 2026`. What is no day stays."""
    return _iso_day.sub(_moment, str(text))


def _moment(match: re.Match[str]) -> str:
    clock = f" at {match['clock']}{' UTC' if match['zone'] == 'Z' else ''}" if match["clock"] else ""
    return f"{_day(match['day'])}{clock}"


def _day(iso: str) -> str:
    try:
        return day_in_words(date.fromisoformat(iso))
    except ValueError:
        return iso


def day_in_words(day: date) -> str:
    """`Mar 10, 2026`."""
    return f"{day:%b} {day.day}, {day.year}"


def clock(moment: datetime) -> str:
    """`7:42`, in the moment's own zone."""
    return f"{moment.hour}:{moment:%M}"


_reference = re.compile(r" ?[(\[]?\b[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,96}\b(?:, \d{4}-\d{2}-\d{2}(?=\]))?[)\]]?")


def first_up(text: object) -> str:
    """A text with a capital at its beginning; what follows stays as it is."""
    words = str(text)
    return f"{words[:1].upper()}{words[1:]}"


def without_references(text: str) -> str:
    """A text without names of records, `(Task/12)`: people read words, programs read the JSON."""
    return _reference.sub("", text).strip(" ,;")


def dialed(number: object) -> str:
    """A telephone number as it is dialed, without an extension: what is no digit would be dialed as something else."""
    text = re.split(r"(?i)\s*(?:ext|x|;|,)", str(number).strip())[0]
    if re.search(r"[A-Za-z]", text):
        return ""  # letters are digits to some and nothing to others
    return ("+" if text.startswith("+") else "") + re.sub(r"\D", "", text)


_in_brackets = re.compile(r" (?:\([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,96}(?: \([^()]*\))?\)|\[[A-Z][A-Za-z]+/[^\]]+\])")


def without_names(text: object) -> str:
    """A text without the names of records that stand in brackets behind people, things and what was read there."""
    return _in_brackets.sub("", str(text))


_named = re.compile(r"( ?\()?\b([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,96})\b(\))?")


def in_names(text: str, names: Mapping[str, str]) -> str:
    """A text with records called by name: `Goal/12 is over` as `“less salt” is over`. In parentheses after a name a
    reference goes; of what has no name here it stays."""

    def called(match: re.Match[str]) -> str:
        before, reference, after = match.groups()
        if before and after:
            return ""
        name = names.get(reference)
        if name is None:
            return match[0]
        return f"{before or ''}{name if reference.startswith('Practitioner/') else f'“{name}”'}{after or ''}"

    return _named.sub(called, text)


def sentence(text: object) -> str:
    """A text with a capital at its beginning and a full stop at its end."""
    words = str(text).strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words[-1:] in '.!?' else '.'}"


def page(template: str, *, status: int = 200, framed_by: Iterable[str] = (), **values: Any) -> Response:
    """A whole page. `framed_by`: the origins that may show it in a frame."""
    headers = {"Content-Security-Policy": policy(framed_by)}
    return Response(rendered(template, **values), status, headers, "text/html")


def policy(framed_by: Iterable[str]) -> str:
    """The Content-Security-Policy of a page."""
    ancestors = " ".join(framed_by) or "'none'"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {ancestors}"
    )
