"""FHIR Parameters and plain JSON: what a step is given and what it gives, both ways, by the types of its command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from carefhir.engine.step import Command
from carefhir.errors import BadInput
from carefhir.fhir.codec import Json

Model: TypeAlias = type[BaseModel]


@dataclass(frozen=True, slots=True)
class ParameterShape:
    """What a field holds, as an operation declares it."""

    type: str
    """A FHIR type; "" where it has parts."""
    many: bool
    model: Model | None = None
    """The model of its parts."""


def shape_of(annotation: Any) -> ParameterShape:
    """The shape of a field by its Python type."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return shape_of(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return shape_of(next(each for each in get_args(annotation) if each is not type(None)))
    if origin in (tuple, list):
        item = shape_of(get_args(annotation)[0])
        return ParameterShape(item.type, True, item.model)
    if origin is Literal:
        return ParameterShape("code", False)
    if origin is dict:
        return ParameterShape("Resource", False)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return ParameterShape("", False, annotation)
    names: tuple[tuple[type, str], ...] = (
        (bool, "boolean"),
        (int, "integer"),
        (float, "decimal"),
        (Decimal, "decimal"),
        (datetime, "dateTime"),
        (AwareDatetime, "dateTime"),
        (date, "date"),
    )
    if isinstance(annotation, type):
        return ParameterShape(next((name for kind, name in names if issubclass(annotation, kind)), "string"), False)
    return ParameterShape("string", False)


def values_of(document: Any, model: Model) -> dict[str, Any]:
    """The fields that a Parameters resource gives. Raises `BadInput` naming what cannot be read, never its value."""
    if not isinstance(document, dict) or document.get("resourceType") != "Parameters":
        raise BadInput("the body: a Parameters resource was expected")
    return _fields(document.get("parameter", []), model, "parameter")


def _fields(parameters: Any, model: Model | None, where: str) -> dict[str, Any]:
    if not isinstance(parameters, list) or not all(isinstance(each, dict) for each in parameters):
        raise BadInput(f"{where}: a list of parameters was expected")
    values: dict[str, Any] = {}
    for number, parameter in enumerate(parameters, 1):
        name = parameter.get("name")
        if not isinstance(name, str) or not name:
            raise BadInput(f"{where}, number {number}: has no name")
        field = model.model_fields.get(name) if model is not None else None
        shape = shape_of(field.annotation) if field is not None else None
        value = _value(parameter, shape, f"{where}, number {number}")
        if shape is not None and shape.many:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise BadInput(f"{where}, number {number}: its name stands there twice, and the field takes one value")
        else:
            values[name] = value
    return values


def _value(parameter: Json, shape: ParameterShape | None, where: str) -> Any:
    holds = [name for name in parameter if name.startswith("value") or name in ("resource", "part")]
    if len(holds) != 1:
        raise BadInput(f"{where}: expected a value, a resource or parts, and one of them")
    held = parameter[holds[0]]
    if holds[0] == "part":
        return _fields(held, shape.model if shape is not None else None, f"{where}, part")
    if isinstance(held, dict) and holds[0] != "resource":
        # A reference where a field takes `Type/ID`, a coding where it takes a code.
        return next((held[name] for name in ("reference", "code") if name in held), held)
    return held


def parameters(document: Json) -> Json:
    """A plain result as Parameters: objects have parts, lists repeat, a resource stays one. What is empty is left out,
    for a parameter cannot be empty; everything that could not be seen is in words, and stays."""
    parts = [part for name, value in document.items() for part in _parts(name, value)]
    return {"resourceType": "Parameters", "parameter": parts}


def _parts(name: str, value: Any) -> Iterator[Json]:
    if value is None or value == "" or value == [] or value == {}:
        return
    if isinstance(value, list | tuple):
        for item in value:
            yield from _parts(name, item)
    elif isinstance(value, dict) and isinstance(value.get("resourceType"), str):
        yield {"name": name, "resource": value}
    elif isinstance(value, dict):
        inside = [part for key, held in value.items() for part in _parts(str(key), held)]
        if inside:
            yield {"name": name, "part": inside}
    elif isinstance(value, bool):
        yield {"name": name, "valueBoolean": value}
    elif isinstance(value, int):
        yield {"name": name, "valueInteger": value}
    elif isinstance(value, float | Decimal):
        yield {"name": name, "valueDecimal": value}
    else:
        yield {"name": name, "valueString": str(value)}


def how_given(name: str, field: Any) -> str:
    """How a field is given over HTTP, for an error about it."""
    if name == "patient" or field is None:
        return "the patient of the address"
    shape = shape_of(field.annotation)
    return f"{shape.type or 'with parts'}{', repeated' if shape.many else ''}"


def is_patients(command: type[Command]) -> bool:
    """Whether a command is about one patient."""
    return "patient" in command.model_fields
