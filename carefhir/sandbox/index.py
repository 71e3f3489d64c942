"""One index for each (type, parameter) ever searched: built at the first search, kept up with each write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from carefhir.sandbox.parameters import Parameter
from carefhir.sandbox.values import Link, ReferencedIdentifier, Token, extract

POSTED = frozenset({"token", "reference", "uri"})
"""The kinds found by equality, hence by a dictionary; the others are compared one by one."""


class Index:
    """What one parameter sees in each resource of one type."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.values: dict[str, tuple[Any, ...]] = {}
        self._posted: dict[str, set[str]] = {}

    def copy(self) -> Index:
        """Another index that says the same; what is put into one is not in the other."""
        other = Index(self.parameter)
        other.values = dict(self.values)
        other._posted = {key: set(ids) for key, ids in self._posted.items()}
        return other

    def put(self, id: str, resource: Mapping[str, Any] | None) -> None:  # noqa: A002  FHIR's own word
        """Takes the resource as it now is; None when it is deleted or was undone."""
        for value in self.values.pop(id, ()):
            ids = self._posted.get(_key(value))
            if ids is not None:
                ids.discard(id)
        if resource is None:
            return
        kind = self.parameter.kind
        values = tuple(each for value in self.parameter.values(resource) for each in extract(kind, value))
        if not values:
            return
        self.values[id] = values
        if kind in POSTED:
            for value in values:
                self._posted.setdefault(_key(value), set()).add(id)

    def posted(self, key: str) -> Iterable[str]:
        """The ids that hold a value of this key; whether system or type agree is still to be looked at."""
        return self._posted.get(key, ())


def _key(value: Any) -> str:
    match value:
        case Token(_, code):
            return code
        case Link(_, id):
            return id
        case ReferencedIdentifier():
            return named_key(value)
    return str(value)


def named_key(value: ReferencedIdentifier) -> str:
    """The posting key of an identifier inside a reference, kept apart from the ids."""
    return f"\0{value.code}"
