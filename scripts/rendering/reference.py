"""`docs/reference.md`: every public name, from signatures, docstrings and fields."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
import textwrap
import typing
from collections.abc import Iterator
from typing import Any

import carefhir
from carefhir import catalog
from carefhir.errors import CarefhirError
from carefhir.faces import care as client
from scripts.rendering import markdown
from scripts.rendering.fields import fields_of
from scripts.rendering.markdown import table

PREFACE = (
    "Import these names from `carefhir`, the commands from `carefhir.commands`, and how to be let in from "
    "`carefhir.sign_in` (see the [how-to](how-to.md#sign-in)); other modules may move. What "
    "`Care` "
    "raises is one of the errors below. What a step decided, even a refusal, is a result and never an exception."
)


def page() -> str:
    """The whole reference."""
    public = {name: getattr(carefhir, name) for name in carefhir.__all__ if name != "commands"}
    errors = {name: one for name, one in public.items() if inspect.isclass(one) and issubclass(one, CarefhirError)}
    results = {name: one for name, one in vars(inspect.getmodule(carefhir.Done)).items() if _is_result(one)}
    rest = {name: one for name, one in public.items() if name not in errors and name not in results}
    faces = {name: rest.pop(name) for name in ("Care", "AsyncCare")}
    return markdown.page(
        "the docstrings and fields",
        "# Python reference",
        PREFACE,
        "## Care and AsyncCare",
        *(_face(name, one) for name, one in faces.items()),
        "### Options of both",
        _options(),
        "## Results",
        _result_type(),
        *(_values(name, one) for name, one in results.items()),
        "## Values",
        *(_values(name, one) for name, one in rest.items() if name != "Result"),
        "## Errors",
        _tree(),
        *(_error(name, one) for name, one in sorted(errors.items(), key=lambda each: len(each[1].__mro__))),
        "## Commands that write",
        "Pass these to `care.run` and `care.preview`. Every field is given by name. A malformed field raises "
        "`pydantic.ValidationError` before any request is sent to a server.",
        *(_command(one) for one in catalog.STEPS),
        "## Commands that only read",
        "Pass these to `care.show`.",
        *(_command(one) for one in catalog.READINGS),
        "## What read-only commands return",
        *(_values(one.__name__, one) for one in shown()),
    )


def _is_result(one: Any) -> bool:
    return dataclasses.is_dataclass(one) and inspect.getmodule(one) is inspect.getmodule(carefhir.Done)


def shown() -> list[type]:
    """The values readings give, and those these are made of."""
    found: dict[type, None] = {}
    for reading in catalog.READINGS:
        made = typing.get_type_hints(reading.read)["return"]
        found[made] = None
        for hint in typing.get_type_hints(made).values():
            found.update(dict.fromkeys(one for one in (hint, *typing.get_args(hint)) if dataclasses.is_dataclass(one)))
    return list(found)


def _face(name: str, face: type) -> str:
    parts = [f"### `{name}`", _code(f"{name}{_signature(face.__init__)}"), _doc(face)]
    for method, found in inspect.getmembers(face):
        if method.startswith("_") or method == "occasion" or not inspect.getdoc(found):
            continue
        if isinstance(found, property):
            assert found.fget is not None
            parts += [f"#### `{name}.{method}`", _code(f"{method}: {_returns(found.fget)}"), _doc(found)]
            continue
        signatures = [_signature(one) for one in typing.get_overloads(found)] or [_signature(found)]
        lead = "await " if inspect.iscoroutinefunction(found) else ""
        parts += [
            f"#### `{name}.{method}`",
            _code("\n".join(f"{lead}{method}{one}" for one in signatures)),
            _doc(found),
        ]
    return "\n\n".join(parts)


def _options() -> str:
    hints = client.CareOptions.__annotations__
    documented = dict(_attribute_docs(client.CareOptions))
    defaults = inspect.signature(client.CareSetup.__init__).parameters
    rows = (
        (f"`{name}`", f"`{_type(hint)}`", f"`{defaults[name].default!r}`", documented[name])
        for name, hint in hints.items()
    )
    return table(("option", "type", "if left out", "meaning"), rows)


def _result_type() -> str:
    kinds = " \\| ".join(f"`{one.__name__}`" for one in typing.get_args(carefhir.Result))
    module = inspect.getmodule(carefhir.Done)
    return f"{_doc(module)}\n\n### `Result`\n\nWhat `run` gives: {kinds}."


def _values(name: str, one: Any) -> str:
    if not inspect.isclass(one):
        return ""
    documented = dict(_attribute_docs(one))
    rows = []
    for field in dataclasses.fields(one):
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        left = "required" if not optional else _default(field)
        rows.append((f"`{field.name}`", f"`{_type(field.type)}`", left, documented.get(field.name, "")))
    methods = [
        f"#### `{name}.{method}{_signature(found)}`\n\n{_doc(found)}"
        for method, found in vars(one).items()
        if inspect.isfunction(found) and not method.startswith("_") and inspect.getdoc(found)
    ]
    return "\n\n".join((f"### `{name}`", _doc(one), table(("field", "type", "if left out", "meaning"), rows), *methods))


def _default(field: dataclasses.Field[Any]) -> str:
    value = field.default if field.default is not dataclasses.MISSING else field.default_factory()  # type: ignore[misc]
    return f"`{value!r}`"


def _tree() -> str:
    return _doc(inspect.getmodule(CarefhirError))


def _error(name: str, one: type[CarefhirError]) -> str:
    documented = dict(_attribute_docs(one))
    more = "".join(f"\n\n`{key}`: {words}" for key, words in documented.items() if words)
    made = vars(one).get("__init__") if one is not CarefhirError else None  # the suite listens at the root's
    own = sorted(set(inspect.signature(made).parameters) - {"self", "message"}) if made else []
    carries = f" Carries {', '.join(f'`{each}`' for each in ('message', *own))}."
    return f"### `{name}`\n\n{_doc(one)} Its `code` is `{one.code}`.{carries}{more}"


def _command(entry: Any) -> str:
    kind = entry.command
    link = f"[`{entry.name}`](steps/{entry.name}.md)"
    return f"### `commands.{kind.__name__}`\n\n{_doc(kind)} The step {link}.\n\n{fields_of(kind)}"


def _doc(one: Any) -> str:
    """A docstring, its indented blocks as code."""
    paragraphs = (inspect.getdoc(one) or "").split("\n\n")
    return "\n\n".join(
        _code(textwrap.dedent(each), "text") if each.startswith("    ") else each for each in paragraphs
    ).strip()


def _code(text: str, language: str = "python") -> str:
    return f"```{language}\n{text}\n```"


def _type(hint: Any) -> str:
    """A type as it stands in the source."""
    return str(hint.__forward_arg__ if isinstance(hint, typing.ForwardRef) else hint).strip("'")


def _returns(function: Any) -> str:
    return _type(inspect.signature(function).return_annotation)


def _signature(function: Any) -> str:
    found = inspect.signature(function)
    kept = [
        one.replace(annotation=inspect.Parameter.empty) if one.kind is inspect.Parameter.VAR_KEYWORD else one
        for one in found.parameters.values()
        if one.name != "self"
    ]
    text = str(found.replace(parameters=kept)).replace("**desk", "**options of both")
    text = re.sub(r"'([^']*)'", lambda match: match.group(1) or "''", text)
    text = re.sub(r"<function [^>]*>+? at 0x[0-9a-f]+>", "…", text)  # its address is another one each time
    return text.removesuffix(" -> None")


def _attribute_docs(kind: type) -> Iterator[tuple[str, str]]:
    """The sentences that stand below a class's attributes."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError):
        return
    body = tree.body[0]
    if not isinstance(body, ast.ClassDef):
        return
    statements = [*body.body, *(each for one in body.body if isinstance(one, ast.FunctionDef) for each in one.body)]
    for first, second in itertools.pairwise(statements):
        if isinstance(first, ast.AnnAssign) and isinstance(second, ast.Expr) and isinstance(second.value, ast.Constant):
            target = first.target
            name = (
                target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
            )
            yield name, " ".join(inspect.cleandoc(str(second.value.value)).split())
