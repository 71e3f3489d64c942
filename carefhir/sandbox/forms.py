"""Whether values have the form their data type asks for: dates, booleans, numbers, codes of a required binding.

As strict as HAPI and no stricter: a server that took `status: nope` would hide a client's mistake, one that checked
cardinality would be a validator. Missing elements, unknown elements and the wrong shape of a complex type pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from importlib import resources
from typing import Any

import msgspec

from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.values import day_range

_MINUTES_WITHOUT_ZONE = re.compile(r".*T\d\d:\d\d", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def _date(value: Any) -> bool:
    text = str(value)  # a bare year may come as a number
    return not text or (day_range(text) is not None and _MINUTES_WITHOUT_ZONE.fullmatch(text) is None)


def _boolean(value: Any) -> bool:
    return isinstance(value, bool) or value in ("true", "false", "")


def _integer(value: Any) -> bool:
    if isinstance(value, str):
        return not value or _INTEGER.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def _decimal(value: Any) -> bool:
    if isinstance(value, str):
        return not value or _DECIMAL.fullmatch(value) is not None
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


_FORMS: Mapping[str, Callable[[Any], bool]] = {
    "date": _date,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
}
_table = msgspec.json.decode(resources.files("carefhir.sandbox").joinpath("r4_elements.json").read_bytes())
_TYPES: Mapping[str, Mapping[str, str]] = _table["types"]
_CODES: Mapping[str, frozenset[str]] = {f"={name}": frozenset(codes) for name, codes in _table["codes"].items()}


def check_forms(resource: Mapping[str, Any]) -> None:
    """Refuses with 400 the first value that has not the form of its type, naming its place but not the value."""
    _check(resource, str(resource["resourceType"]), str(resource["resourceType"]))


def _check(value: Any, kind: str, path: str) -> None:
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check(item, kind, f"{path}[{number}]")
    elif isinstance(value, dict):
        if kind == "Resource":
            kind = str(value.get("resourceType"))
        row = _TYPES.get(kind)
        if row:
            for name, child in value.items():
                if (child_kind := row.get(name)) is not None:
                    _check(child, child_kind, f"{path}.{name}")
    elif value is not None and not _fits(value, kind):
        raise RequestRefused(400, "value", f"{path} has no value its type allows.", path)


def _fits(value: Any, kind: str) -> bool:
    form = _FORMS.get(kind)
    if form is not None:
        return form(value)
    codes = _CODES.get(kind)
    return codes is None or value in codes or value == ""
