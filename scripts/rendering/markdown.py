"""Small pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

GENERATED = "<!-- Made by scripts/render-docs of {of}; do not edit, run it again. -->"


def cell(text: str) -> str:
    """Text that may stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; cells are escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def plain(docstring: str | None) -> str:
    """A docstring as Markdown: its paragraphs; indented blocks stay as they are, as code."""
    text = (docstring or "").strip()
    return re.sub(r"\n{3,}", "\n\n", text)


def page(of: str, *parts: str) -> str:
    """A page that says what it was made of."""
    return "\n\n".join((GENERATED.format(of=of), *(one for one in parts if one))) + "\n"
