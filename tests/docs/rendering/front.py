"""`carefhir/commands.py`: every command of the catalogue, re-exported, typed, in catalogue order.

It is generated so that a new step's command is public by being in the catalogue; and written out, not looked up, so
that editors and type checkers see plain imports.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from carefhir import catalog

HEAD = '''"""The commands: what can be asked of `Care`, in the order of the catalogue.

Those of steps go to `care.run` and `care.preview`, those that only read to `care.show`. The parts that fields are made
of follow the first command that takes them. Made of the catalogue by scripts/render-docs; do not edit, run it again.
"""

from __future__ import annotations

'''


def parts(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models of ours that a command's fields are made of, outermost first."""
    for field in model.model_fields.values():
        for one in _models(field.annotation):
            yield one
            yield from parts(one)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)


def exported() -> list[type[BaseModel]]:
    """Everything the module exports, in order. Two parts of one name are refused: a reader could not tell them."""
    found: dict[str, type[BaseModel]] = {}
    for entry in (*catalog.STEPS, *catalog.READINGS):
        for one in (entry.command, *parts(entry.command)):
            if found.setdefault(one.__name__, one) is not one:
                raise ValueError(f"two public models are called {one.__name__}: rename the one in {one.__module__}")
    return list(found.values())


def commands() -> str:
    """The module's text, as the formatter would have it."""
    homes: dict[str, list[str]] = {}
    for one in exported():
        homes.setdefault(one.__module__, []).append(one.__name__)
    text = io.StringIO()
    text.write(HEAD)
    for module, names in sorted(homes.items()):
        line = f"from {module} import {', '.join(sorted(names))}\n"
        if len(line) > 121:
            line = f"from {module} import (\n" + "".join(f"    {name},\n" for name in sorted(names)) + ")\n"
        text.write(line)
    text.write("\n__all__ = [  # noqa: RUF022  in catalogue order\n")
    for one in exported():
        text.write(f'    "{one.__name__}",\n')
    text.write("]\n")
    return text.getvalue()
