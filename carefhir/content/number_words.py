"""Numbers and units as people write them."""

from __future__ import annotations

from decimal import Decimal

_SHOWN = {"[lb_av]": "lb", "mm[Hg]": "mmHg", "/min": "per minute", "{score}": ""}
"""UCUM codes that nobody writes on a page."""


def unit_in_words(ucum: str) -> str:
    """A unit as people write it: `lb`, `mmHg`."""
    return _SHOWN.get(ucum, ucum)


def number_in_words(value: Decimal) -> str:
    """A number to one decimal, without a trailing zero."""
    return f"{value.quantize(Decimal('0.1')).normalize():f}"
