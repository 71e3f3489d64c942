"""What a server asks for beyond R4: of the content of a write, and of the criteria of a search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.query import Clause, Query
from carefhir.sandbox.store import Store
from carefhir.sandbox.wire import Json, canonical, decode

_ALWAYS = frozenset({"resourceType", "id"})


# Writes


def taken(resource: Json, knobs: Knobs, *, creating: bool) -> Json:
    """The resource as this server will keep it. Raises `RequestRefused` for what it does not take."""
    type_ = str(resource["resourceType"])
    _check_wanted(type_, resource, knobs)
    _check_values(type_, resource, knobs)
    kept = _limited(type_, resource, knobs)
    if creating:
        for path, value in sorted(knobs.sets):
            named, _, element = path.partition(".")
            if named == type_ and element not in kept:
                kept = kept | {element: decode(value.encode())}
    return kept


def check_new(resource: Json, knobs: Knobs, store: Store) -> None:
    """Raises 400 for a create that says what is there already, as far as this server looks."""
    type_ = str(resource["resourceType"])
    elements = [path.partition(".")[2] for path in sorted(knobs.refuses_same) if path.partition(".")[0] == type_]
    if not elements:
        return
    mark = canonical([resource.get(element) for element in elements])
    for id_ in store.all_ids(type_):
        there = store.living(type_, id_).resource or {}
        if canonical([there.get(element) for element in elements]) == mark:
            raise RequestRefused(400, "duplicate", f"There is such a {type_} already.", type_)


def _check_wanted(type_: str, resource: Json, knobs: Knobs) -> None:
    for path in sorted(knobs.refuses_without):
        named, _, element = path.partition(".")
        if named == type_ and not _has(resource, element.split(".")):
            raise RequestRefused(400, "invariant", f"{path} is wanted here.", type_)


def _check_values(type_: str, resource: Json, knobs: Knobs) -> None:
    for path in sorted({path for path, _ in knobs.values_taken if path.partition(".")[0] == type_}):
        allowed = {value for name, value in knobs.values_taken if name == path}
        given = set(_leaves(resource, path.split(".")[1:]))
        if given and given.isdisjoint(allowed):
            raise RequestRefused(422, "business-rule", f"{path} has no value that is taken here.", path)


def _limited(type_: str, resource: Json, knobs: Knobs) -> Json:
    named = {element for owner, element in knobs.elements if owner == type_}
    if not named:
        return resource
    open_ = tuple(element.removesuffix("[x]") for element in named if element.endswith("[x]"))
    others = [
        name
        for name in resource
        if name.removeprefix("_") not in named | _ALWAYS and not name.removeprefix("_").startswith(open_ or ("\0",))
    ]
    refused = [name for name in others if name != "meta"]
    if refused and type_ not in knobs.drops_elements:
        path = f"{type_}.{refused[0]}"
        raise RequestRefused(422, "business-rule", f"{path} is not supported here.", path)
    return {name: value for name, value in resource.items() if name not in others}


def _has(value: Any, path: list[str]) -> bool:
    """Whether an element is there; in a list, in each of its items."""
    if isinstance(value, list):
        return bool(value) and all(_has(item, path) for item in value)
    return not path or (isinstance(value, dict) and path[0] in value and _has(value[path[0]], path[1:]))


def _leaves(value: Any, path: Sequence[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item, path)
    elif path and isinstance(value, dict):
        yield from _leaves(value.get(path[0]), path[1:])
    elif not path and isinstance(value, str):
        yield value


# Searches


def check_search(query: Query, knobs: Knobs) -> None:
    """Raises `RequestRefused` for a search that lacks what this server asks for."""
    given = {clause.parameter.code for clause in query.clauses}
    if query.type in knobs.require_category and not given & {"category", "code", "_id"}:
        raise RequestRefused(400, "required", f"A search of {query.type} needs category or code.")
    if knobs.id_alone and "_id" in given and len(given) > 1:
        raise RequestRefused(400, "invalid", "_id may not be given with another criterion.")
    for need in knobs.search_needs:
        if need.type == query.type and not any(_meets(query.clauses, group) for group in need.groups):
            words = ", or ".join(" and ".join(group) for group in need.groups)
            raise RequestRefused(400, "required", f"A search of {query.type} needs {words}.")
    for clause in query.clauses:
        _check_clause(query, clause, knobs)


def _check_clause(query: Query, clause: Clause, knobs: Knobs) -> None:
    code = clause.parameter.code
    if f"{query.type}.{code}" in knobs.one_value and len(clause.values) > 1:
        raise RequestRefused(400, "invalid", f"{code} takes one value at a time here.")
    if f"{query.type}.{code}" in knobs.date_pairs:
        prefixes = sorted(value[:2] for each in query.clauses if each.parameter.code == code for value in each.values)
        if prefixes != ["ge", "le"]:
            raise RequestRefused(400, "required", f"{code} needs a ge together with a le.")


def _meets(clauses: Sequence[Clause], group: tuple[str, ...]) -> bool:
    return all(any(_answers(clause, criterion) for clause in clauses) for criterion in group)


def _answers(clause: Clause, criterion: str) -> bool:
    name, _, codes = criterion.partition("=")
    given = {value.rpartition("|")[2] for value in clause.values}
    return clause.parameter.code == name and not clause.modifier and (not codes or given <= set(codes.split(",")))
