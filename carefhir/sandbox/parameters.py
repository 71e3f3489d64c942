"""The search parameters of R4, read from the table that `scripts/make-search-table` wrote.

A path is dotted element names; `telecom{system=phone}` keeps the items whose `system` is `phone`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of a path: an element's name, and perhaps what one of its children must equal."""

    name: str
    child: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter of one resource type."""

    code: str
    kind: str
    paths: tuple[tuple[Segment, ...], ...]
    targets: frozenset[str] = frozenset()
    system: str | None = None
    """For a bare code with a required binding: the system its definition implies."""

    def values(self, resource: Mapping[str, Any]) -> Iterator[Any]:
        """Everything in the resource this parameter looks at, lists opened."""
        for path in self.paths:
            yield from _walk(resource, path, 0)


@dataclass(frozen=True, slots=True)
class TypeTable:
    """What the sandbox knows of one resource type."""

    name: str
    summary: frozenset[str]
    required: frozenset[str]
    params: Mapping[str, Parameter] = field(repr=False)


def _walk(value: Any, path: tuple[Segment, ...], depth: int) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, path, depth)
    elif depth == len(path):
        if value is not None:
            yield value
    elif isinstance(value, dict):
        step = path[depth]
        child = value.get(step.name)
        if child is None:
            return
        if step.child:
            items = child if isinstance(child, list) else [child]
            child = [each for each in items if isinstance(each, dict) and each.get(step.child) == step.wanted]
        yield from _walk(child, path, depth + 1)


def _segment(text: str) -> Segment:
    name, brace, rest = text.partition("{")
    if not brace:
        return Segment(name)
    child, _, wanted = rest.rstrip("}").partition("=")
    return Segment(name, child, wanted)


def parameter(code: str, kind: str, paths: list[str], targets: list[str], system: str | None = None) -> Parameter:
    """A Parameter from one line of the table."""
    split = tuple(tuple(_segment(each) for each in path.split(".")) for path in paths)
    return Parameter(code, kind, split, frozenset(targets), system)


EVERYWHERE: dict[str, Parameter] = {
    "_id": parameter("_id", "token", ["id"], []),
    "_lastUpdated": parameter("_lastUpdated", "date", ["meta.lastUpdated"], []),
    "_profile": parameter("_profile", "uri", ["meta.profile"], []),
    "_security": parameter("_security", "token", ["meta.security"], []),
    "_source": parameter("_source", "uri", ["meta.source"], []),
    "_tag": parameter("_tag", "token", ["meta.tag"], []),
}
"""The parameters of `Resource`, which every type has."""


def load() -> dict[str, TypeTable]:
    """The whole table, resource type by resource type."""
    raw = msgspec.json.decode(resources.files("carefhir.sandbox").joinpath("r4_search.json").read_bytes())
    tables = {}
    for name, row in raw.items():
        params = EVERYWHERE | {code: parameter(code, *line) for code, line in row["params"].items()}
        tables[name] = TypeTable(name, frozenset(row["summary"]), frozenset(row["required"]), params)
    return tables


TYPES: Mapping[str, TypeTable] = load()
