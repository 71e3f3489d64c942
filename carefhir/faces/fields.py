"""A step's fields as words on a command line: read, checked, and listed with what each may hold.

What was typed is never repeated: a field's value, a file's name or a word in the wrong place may be a patient's name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from carefhir.codes import DISCIPLINE, PROGRAM, TRIAGE
from carefhir.content.loading import Content
from carefhir.engine.step import AnyStep, Command
from carefhir.errors import BadInput
from carefhir.fhir.codec import Json, NotJson, decode

CODED = {
    "program": PROGRAM,
    "care_manager_discipline": DISCIPLINE,
    "supervising_discipline": DISCIPLINE,
    "lowered_to": TRIAGE,
}
"""Fields whose values are the codes of a code system of ours."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A field as the list of steps shows it."""

    option: str
    meaning: str
    choices: tuple[str, ...]
    required: bool
    default: str


def listed(step: AnyStep, content: Content) -> tuple[Listed, ...]:
    """Every field of a step: how it is given, what it means, which values it takes."""
    return tuple(
        Listed(
            option(name, field),
            field.description or "",
            choices(name, field, content),
            field.is_required(),
            "" if field.is_required() or field.default in (None, "", ()) else str(field.default).lower(),
        )
        for name, field in step.command.model_fields.items()
    )


def described(step: AnyStep, content: Content) -> Json:
    """A step as JSON: its name, title, what it writes, and its fields as a JSON schema."""
    schema: type[BaseModel] = step.command
    taken = {name: choices(name, field, content) for name, field in schema.model_fields.items()}
    return {
        "name": step.name,
        "title": step.title,
        "writes": list(step.writes),
        "fields": schema.model_json_schema(),
        "choices": {name: list(values) for name, values in taken.items() if values},
    }


def option(name: str, field: FieldInfo | None) -> str:
    """How a field is given."""
    if name == "patient":
        return "--patient Patient/ID"
    more = " (again for each)" if field is not None and _is_list(field) else ""
    return f"--set {name}={'@FILE' if field is not None and _is_json(field) else '…'}{more}"


def choices(name: str, field: FieldInfo, content: Content) -> tuple[str, ...]:
    """The values a field takes if they can be listed; else ()."""
    for annotation in (field.annotation, *get_args(field.annotation)):
        if get_origin(annotation) is Literal:
            return tuple(map(str, get_args(annotation)))
    if field.annotation is bool:
        return ("true", "false")
    return tuple(content.concepts(CODED[name])) if name in CODED else ()


def read(step: AnyStep, pairs: list[str], given: str) -> dict[str, Any]:
    """What `--input` and `--set` say; the latter wins. Raises `BadInput`."""
    fields = step.command.model_fields
    values: dict[str, Any] = _object(given, "--input") if given else {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            which = f" {name}" if name in fields else ""
            raise BadInput(f"--set{which}: expected name=value, for example --set {name if which else 'reason'}=…")
        if name not in fields:
            raise BadInput(f"--set: {step.name} has no such field; it has {', '.join(fields)}")
        if text.startswith("@"):
            values[name] = _parse(_bytes(text[1:], f"--set {name}"), f"--set {name}")
        elif _is_json(fields[name]):
            values[name] = _parse(text.encode(errors="replace"), f"--set {name}")
        elif _is_list(fields[name]):
            values[name] = [*(values[name] if isinstance(values.get(name), list) else []), text]
        else:
            values[name] = text
    return values


C = TypeVar("C", bound=Command)


HowGiven: TypeAlias = Callable[[str, FieldInfo | None], str]
"""How a face is given a field, in words: `--set reason=…`."""


def command(kind: type[C], values: dict[str, Any], *, how: HowGiven = option, whole: str = "--input") -> C:
    """The command, or what is wrong with each field. `how` and `whole` name a field, and all of them together, as a
    face's users know them. Raises `BadInput`."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = (
            _problem(kind, dict(one), how, whole) for one in error.errors(include_input=False, include_url=False)
        )
        raise BadInput("; ".join(dict.fromkeys(problems))) from None


def _problem(kind: type[Command], error: dict[str, Any], how: HowGiven, whole: str) -> str:
    fields = kind.model_fields
    name = str(error["loc"][0]) if error["loc"] else ""
    if name not in fields:
        return f"{whole}: a field is given that is none of this step's; it has {', '.join(fields)}"
    given = how(name, fields[name])
    inside = [f"number {part + 1}" if isinstance(part, int) else str(part) for part in error["loc"][1:]]
    names = {each for model in get_args(fields[name].annotation) for each in getattr(model, "model_fields", {})}
    if inside and (inside[0].startswith("number ") or inside[0] in names):
        # A part of a field: our own words for the place; what somebody wrote there may be a patient's.
        where = ", ".join(part for part in inside if part in names or part.startswith("number "))
        problem = "is required" if error["type"] == "missing" else _words(error)
        return f"{name} ({given}), {where}: {problem}"
    if error["type"] == "missing":
        return f"{name} is required: {given}"
    return f"{name} ({given}): {_words(error)}"


def _words(error: dict[str, Any]) -> str:
    words = str(error["msg"]).removeprefix("Value error, ")
    return words[:1].lower() + words[1:]


def _is_json(field: FieldInfo) -> bool:
    """Whether its values are JSON objects, or lists of them."""
    items = [one for one in get_args(field.annotation) if isinstance(one, type)]
    return "dict" in str(field.annotation) or any(issubclass(one, BaseModel) for one in items)


def _is_list(field: FieldInfo) -> bool:
    """Whether it takes several plain values."""
    return get_origin(field.annotation) is tuple and not _is_json(field)


def _object(where: str, what: str) -> Json:
    document = _parse(_bytes(where, what), what)
    if not isinstance(document, dict):
        raise BadInput(f"{what}: a JSON object was expected, this is a {type(document).__name__}")
    return document


def _bytes(where: str, what: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if where == "-" else Path(where).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a file's name"
        raise BadInput(f"{what}: the file cannot be read ({why})") from None


def _parse(text: bytes, what: str) -> Any:
    """A JSON object, or a list."""
    try:
        document = decode(text)
    except NotJson as error:
        raise BadInput(f"{what}: {error}") from None
    if not isinstance(document, dict | list):
        raise BadInput(f"{what}: not JSON: a JSON object was expected, this is a {type(document).__name__}")
    return document
