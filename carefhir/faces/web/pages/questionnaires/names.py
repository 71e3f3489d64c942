"""Names of controls and ids of elements: stable, safe in HTML, and turned back into the linkId they came from.

A linkId is any string (FHIR R4, Questionnaire.item.linkId): `/44250-9`, `1.2`, one with blanks or quotes. Letters of
ASCII, digits and hyphens stay; every other byte of its UTF-8 becomes `_` and two hexadecimal digits. So neither `.`,
which parts a name from its suffix, nor a blank, which no id may hold, ever comes from a linkId.
"""

from __future__ import annotations

import re

OTHER = "other"
"""The part of a name that holds an answer in words, beside the options."""
UNIT = "unit"
"""The part that holds the unit of a number."""
SHOWN = "shown"
"""The part that says that the page had the question on it."""

_PLAIN = re.compile(r"[A-Za-z0-9-]")
_ESCAPE = re.compile(r"_([0-9A-F]{2})")
_NAME = re.compile(r"q\.((?:[A-Za-z0-9-]|_[0-9A-F]{2})+)(?:\.(other|unit|shown))?")


def control_name(link_id: str, part: str = "") -> str:
    """Names the control of a question: `q.44250-9`, `q.weight.unit`."""
    return ".".join(filter(None, ("q", _escaped(link_id), part)))


def parsed_name(name: str) -> tuple[str, str] | None:
    """Reads linkId and part from the name of a control; None for a name that is not one of a question."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return _unescaped(match[1]), match[2] or ""
    except UnicodeDecodeError:
        return None


def element_id(link_id: str, part: str = "") -> str:
    """Names the element of a question: `q-44250-9`, `q-44250-9.label`."""
    return f"q-{_escaped(link_id)}" + (f".{part}" if part else "")


def _escaped(link_id: str) -> str:
    return "".join(char if _PLAIN.fullmatch(char) else _hexadecimal(char) for char in link_id)


def _hexadecimal(char: str) -> str:
    return "".join(f"_{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def _unescaped(text: str) -> str:
    raw = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return raw.encode("latin-1").decode("utf-8", "surrogatepass")
