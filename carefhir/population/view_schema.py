"""The schema by which views read a resource type: only the elements that their paths touch.

Both engines get the same one, so that neither guesses: a decimal is `decimal(18, 6)`, a date is a string as it was
written (`view_rows` knows what its precision means), and an element of which nothing inside is asked is its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.datatypes as dt

from carefhir.errors import ContentError
from carefhir.population.view_definition import View
from carefhir.population.view_typing import FAMILIES, Touched

DECIMAL = dt.Decimal(18, 6)


def schema_of(resource: str, views: Iterable[View]) -> ibis.Schema:
    """What the views touch of a resource type; `resourceType` always, by which lines of another type are known."""
    whole = Touched(resource, many=False)
    for view in views:
        if view.resource != resource:
            raise ContentError(f"ViewDefinition {view.name} reads {view.resource}, not {resource}")
        whole.merge(view.touched)
    columns = {name: dtype_of(part) for name, part in sorted(whole.parts.items())}
    return ibis.schema({"resourceType": dt.string} | columns)


def dtype_of(touched: Touched) -> dt.DataType:
    """The type of a touched element."""
    inner = _single(touched)
    return dt.Array(inner) if touched.many else inner


def _single(touched: Touched) -> dt.DataType:
    if touched.parts:
        return dt.Struct({name: dtype_of(part) for name, part in sorted(touched.parts.items())})
    return primitive(touched.type)


def primitive(type_: str) -> dt.DataType:
    """The type of a value that is one word or number; a text for everything else."""
    match FAMILIES.get(type_):
        case "boolean":
            return dt.boolean
        case "number":
            return DECIMAL if type_ == "decimal" else dt.int64
    return dt.string
