"""Real servers' ways as data: a sandbox that does what one of them did when it was tried.

A file in `shapes/` holds the knobs that differ from a good server, what was seen in words, and the day. They make
nobody's server; what passes on a shape has still to pass on the server itself.
"""

from __future__ import annotations

from dataclasses import fields
from importlib.resources import files
from typing import Any

from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.wire import decode

_FOLDER = files("carefhir.sandbox") / "shapes"
SHAPES = tuple(sorted(file.name.removesuffix(".json") for file in _FOLDER.iterdir() if file.name.endswith(".json")))
"""The names of all shapes."""


class UnknownShape(ValueError):
    """There is no shape of this name; says which there are."""


def described(name: str) -> tuple[str, str]:
    """What was seen on such a server, and the day it was tried. Raises `UnknownShape`."""
    data = _data(name)
    return str(data["says"]), str(data["tried"])


def shape(name: str) -> Knobs:
    """The knobs of a shape. Raises `UnknownShape`."""
    sets = {knob.name for knob in fields(Knobs) if str(knob.type).startswith("frozenset")}
    given = _data(name)["knobs"].items()
    knobs: dict[str, Any] = {knob: frozenset(value) if knob in sets else value for knob, value in given}
    return Knobs(**knobs)


def _data(name: str) -> dict[str, Any]:
    if name not in SHAPES:
        raise UnknownShape(f"{name} is no shape of a server; there are {', '.join(SHAPES)}")
    data: dict[str, Any] = decode((_FOLDER / f"{name}.json").read_bytes())
    return data
