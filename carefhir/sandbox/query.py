"""A search's words, parsed: clauses (AND) of alternatives (OR), and the parameters that shape the answer.

http://hl7.org/fhir/R4/search.html. Unknown parameters are refused, unless the client asks for leniency: then they are
left out, and the `self` link shows what was understood. Chains, `_has` and composites are not supported, and not
stated to be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.outcome import RequestRefused, unknown_type
from carefhir.sandbox.parameters import TYPES, Parameter

Pairs = Sequence[tuple[str, str]]

_MODIFIERS = {
    "token": {"not"},
    "string": {"exact", "contains"},
    "uri": {"below", "above"},
    "reference": {"identifier"},
    "date": set(),
    "quantity": set(),
    "number": set(),
}
_IGNORED = frozenset({"_format", "_pretty"})


@dataclass(frozen=True, slots=True)
class Clause:
    """One criterion: any of the values must match."""

    parameter: Parameter
    modifier: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Include:
    """One `_include` or `_revinclude`: `source:code`, perhaps only to (or from) one type."""

    source: str
    code: str
    target: str
    iterate: bool
    reverse: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole search."""

    type: str
    clauses: tuple[Clause, ...]
    sort: tuple[tuple[str, bool], ...] = ()
    includes: tuple[Include, ...] = ()
    count: int | None = None
    offset: int = 0
    total: bool = False
    summary: Literal["", "true", "text", "data", "count"] = ""
    elements: frozenset[str] = frozenset()
    understood: tuple[tuple[str, str], ...] = ()


def parse(type_: str, pairs: Pairs, knobs: Knobs, *, lenient: bool) -> Query:
    """The search, or a 400 that names the parameter (never its value)."""
    if type_ not in TYPES:
        raise unknown_type(type_)
    shape = _Shape()
    clauses: list[Clause] = []
    understood: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in _IGNORED or not value:
            continue
        try:
            _check_words(name, knobs)
            if not shape.take(type_, name, value, knobs):
                clauses.append(_clause(type_, name, value, knobs))
        except RequestRefused as failure:
            if lenient and failure.code == "not-supported":
                continue
            raise
        understood.append((name, value))
    return Query(
        type_,
        tuple(clauses),
        tuple(shape.sort),
        tuple(shape.includes),
        shape.count,
        shape.offset,
        shape.total,
        shape.summary,
        frozenset(shape.elements),
        tuple(understood),
    )


class _Shape:
    """Collects the parameters that are no criteria."""

    def __init__(self) -> None:
        self.sort: list[tuple[str, bool]] = []
        self.includes: list[Include] = []
        self.count: int | None = None
        self.offset = 0
        self.total = False
        self.summary: Literal["", "true", "text", "data", "count"] = ""
        self.elements: set[str] = set()

    def take(self, type_: str, name: str, value: str, knobs: Knobs) -> bool:
        """True when the parameter was one of these."""
        word, _, modifier = name.partition(":")
        match word:
            case "_count":
                if not re.fullmatch(r"\d{1,9}", value):
                    raise RequestRefused(400, "invalid", "_count must be a whole number.")
                self.count = int(value)
                if self.count == 0:
                    self.summary = "count"
            case "_offset" if knobs.offset != "refused":
                if not re.fullmatch(r"\d{1,9}", value):
                    raise RequestRefused(400, "invalid", "_offset must be a whole number.")
                self.offset = int(value) if knobs.offset == "taken" else 0
            case "_total":
                if value not in ("none", "estimate", "accurate"):
                    raise RequestRefused(400, "invalid", "_total must be none, estimate or accurate.")
                self.total = value != "none"
            case "_summary":
                self._take_summary(value)
            case "_elements":
                self.elements |= {each.strip().rpartition(".")[2] for each in value.split(",")}
            case "_sort":
                self.sort += [_sort_key(type_, each, knobs) for each in value.split(",") if each]
            case "_include" | "_revinclude":
                self.includes.append(_include(word, modifier, f"{type_}:*" if value == "*" else value, knobs))
            case _:
                return False
        return True

    def _take_summary(self, value: str) -> None:
        match value:
            case "true" | "text" | "data" | "count":
                self.summary = value
            case "false":
                self.summary = ""
            case _:
                raise RequestRefused(400, "invalid", "_summary must be true, text, data, count or false.")


def _check_words(name: str, knobs: Knobs) -> None:
    word, _, modifier = name.partition(":")
    if word in knobs.refuses or (modifier and f":{modifier}" in knobs.refuses):
        shown = f":{modifier}" if word not in knobs.refuses else word
        raise RequestRefused(400, "not-supported", f"{shown} is not supported.")


def _known(type_: str, code: str, knobs: Knobs) -> Parameter:
    parameter = TYPES[type_].params.get(code)
    if parameter is None or not knobs.knows(type_, code):
        shown = f' "{code}"' if re.fullmatch(r"[A-Za-z_.\-]{1,40}", code) else ""
        raise RequestRefused(400, "not-supported", f"Unknown search parameter{shown} for {type_}.")
    return parameter


def _sort_key(type_: str, text: str, knobs: Knobs) -> tuple[str, bool]:
    code = text.removeprefix("-")
    return _known(type_, code, knobs).code, text.startswith("-")


def _include(word: str, modifier: str, value: str, knobs: Knobs) -> Include:
    reverse = word == "_revinclude"
    if modifier not in ("", "iterate", "recurse"):
        raise RequestRefused(400, "not-supported", f"Unknown modifier of {word}.")
    source, _, rest = value.partition(":")
    code, _, target = rest.partition(":")
    if reverse and not knobs.reverse_includes(source, code):
        raise RequestRefused(400, "not-supported", "This _revinclude is not supported.")
    if source not in TYPES or (target and target not in TYPES):
        raise RequestRefused(400, "not-supported", f"{word} names an unknown resource type.")
    parameter = TYPES[source].params.get(code)
    if code != "*" and (parameter is None or parameter.kind != "reference"):
        raise RequestRefused(400, "not-supported", f"{word} names no reference parameter of {source}.")
    return Include(source, code, target, bool(modifier), reverse)


@lru_cache(maxsize=4_096)
def _clause(type_: str, name: str, value: str, knobs: Knobs) -> Clause:
    code, _, modifier = name.partition(":")
    if "." in code or code == "_has":
        raise RequestRefused(400, "not-supported", "Chained searches and _has are not supported.")
    parameter = _known(type_, code, knobs)
    typed = parameter.kind == "reference" and modifier in TYPES
    if modifier not in {"", "missing"} | _MODIFIERS[parameter.kind] and not typed:
        raise RequestRefused(400, "not-supported", f"This modifier is not supported for {code}.")
    if modifier == "missing" and value not in ("true", "false"):
        raise RequestRefused(400, "invalid", f"{code}:missing must be true or false.")
    return Clause(parameter, modifier, tuple(each for each in split(value, ",") if each))


def split(text: str, mark: str) -> list[str]:
    r"""Cuts at `mark`, but not where it is escaped as `\,`; escapes stay, for further cuts."""
    if "\\" not in text:
        return text.split(mark)
    return re.split(rf"(?<!\\){re.escape(mark)}", text)


def unescape(text: str) -> str:
    r"""`\,` -> `,`, and so for `|`, `$` and the backslash itself."""
    return re.sub(r"\\([,|$\\])", r"\1", text) if "\\" in text else text
