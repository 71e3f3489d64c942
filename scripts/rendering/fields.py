"""The fields of a command as a table, its types in words."""

from __future__ import annotations

import re
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, BeforeValidator, TypeAdapter
from pydantic.fields import FieldInfo

from carefhir.content.loading import load
from carefhir.faces import fields
from scripts.rendering.front import parts, public_name
from scripts.rendering.markdown import table

PLAIN: dict[Any, str] = {
    str: "text",
    bool: "yes or no",
    int: "whole number",
    float: "number",
    AwareDatetime: "date and time with UTC offset",
    datetime: "date and time",
    date: "date",
    Any: "anything",
    NoneType: "nothing",
}


def fields_of(model: type[BaseModel]) -> str:
    """A table of the fields; then one for each model these are made of."""
    found = [_table(model)]
    for one in dict.fromkeys(parts(model)):
        found.append(f"`{public_name(one)}`: {' '.join((one.__doc__ or '').split())}\n\n{_table(one)}")
    return "\n\n".join(found)


def _table(model: type[BaseModel]) -> str:
    rows = []
    for name, field in model.model_fields.items():
        values = fields.choices(name, field, load())
        kind = kind_of(field)
        taken = f"; one of {', '.join(f'`{one}`' for one in values)}" if values and kind != "yes or no" else ""
        rows.append((f"`{name}`", kind, _default(field), f"{field.description or ''}{taken}".removeprefix("; ")))
    return table(("field", "type", "if left out", "meaning"), rows) if rows else "None."


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value}`" if value not in ("", None, (), {}) else "—"


def kind_of(field: FieldInfo) -> str:
    """A field's type in words."""
    validators = [one for one in field.metadata if isinstance(one, BeforeValidator)]
    return _reference(validators) or _words(field.annotation)


def _words(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in PLAIN:
        return PLAIN[annotation]
    if origin is Annotated:
        return _reference([one for one in inner[1:] if isinstance(one, BeforeValidator)]) or _words(inner[0])
    if origin is Literal:
        return "code"
    if origin in (Union, UnionType):
        return " or ".join(_words(one) for one in inner if one is not NoneType)
    if origin in (tuple, list, frozenset, set):
        return f"list of {_words(inner[0])}"
    if origin is dict or annotation is dict:
        return "JSON object"
    named = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return f"`{public_name(annotation)}`" if named else getattr(annotation, "__name__", str(annotation))


def _reference(validators: list[BeforeValidator]) -> str:
    """`Type/ID`, where that is what the validator makes of a bare id."""
    for one in validators:
        made = TypeAdapter(Annotated[str, one]).validate_python("x")
        if match := re.fullmatch(r"([A-Z]\w+)/x", made):
            return f"`{match.group(1)}/ID`"
    return ""
