"""Real servers' ways as data: a sandbox that does what one of them did when it was tried, or says that it does.

A file in `shapes/` has rows. Each says one way in words, where that is known from and of what day, and the knobs that
make it so. They make nobody's server; what passes on a shape has still to pass on the server itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

from carefhir.sandbox.knobs import Knobs, SearchNeed
from carefhir.sandbox.wire import decode, encode

_FOLDER = files("carefhir.sandbox") / "shapes"
SHAPES = tuple(sorted(file.name.removesuffix(".json") for file in _FOLDER.iterdir() if file.name.endswith(".json")))
"""The names of all shapes."""


class UnknownShape(ValueError):
    """There is no shape of this name; says which there are."""


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """One way of a server."""

    id: str
    says: str
    """What it does, in words."""
    source: str
    """The document that says so, or who tried it."""
    day: str
    """The day of that, or its month."""
    knobs: Mapping[str, Any]
    """The knobs of this row, as JSON."""


@dataclass(frozen=True, slots=True)
class ShapeDescription:
    """What a shape is made after."""

    says: str
    """Which server, in one line."""
    seen_how: str
    """How it is known and since when: `tried 2026-11-28`, `read 2026-11-30`."""
    rows: tuple[ShapeRow, ...]


def described(name: str) -> ShapeDescription:
    """What a shape is made after. Raises `UnknownShape`."""
    if name not in SHAPES:
        raise UnknownShape(f"{name} is no shape of a server; there are {', '.join(SHAPES)}")
    data = decode((_FOLDER / f"{name}.json").read_bytes())
    rows = tuple(ShapeRow(**row) for row in data["rows"])
    return ShapeDescription(says=data["says"], seen_how=data["seen_how"], rows=rows)


def shape(name: str) -> Knobs:
    """The knobs of a shape. Raises `UnknownShape`."""
    defaults = {knob.name: getattr(Knobs(), knob.name) for knob in fields(Knobs)}
    together: dict[str, Any] = {}
    for row in described(name).rows:
        for knob, value in row.knobs.items():
            together[knob] = _joined(together.get(knob), _value(knob, value, defaults[knob]))
    return Knobs(**together)


def _value(knob: str, value: Any, default: Any) -> Any:
    """A knob's value from JSON: a list is a set, an object is pairs, of names or of a name and JSON."""
    if knob == "search_needs":
        return tuple(SearchNeed(need["type"], tuple(map(tuple, need["one_of"]))) for need in value)
    if knob == "sets":
        return frozenset((path, encode(content).decode()) for path, content in value.items())
    if isinstance(value, dict):
        return frozenset((name, each) for name, some in value.items() for each in some)
    if isinstance(value, list):
        return frozenset(value)
    return float(value) if isinstance(default, float) else value


def _joined(before: Any, value: Any) -> Any:
    """What two rows say of one knob, together; a single value can be said once only."""
    if before is None:
        return value
    if isinstance(before, frozenset):
        return before | value
    if isinstance(before, tuple):
        return before + value
    raise ValueError("two rows of a shape set the same knob")
