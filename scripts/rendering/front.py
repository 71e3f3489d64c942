"""`carefhir/commands.py`: every command of the catalog, re-exported, typed, in catalog order.

It is generated so that a new step's command is public by being in the catalog; and written out, not looked up, so
that editors and type checkers see plain imports.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from carefhir import catalog

ROOT = Path(__file__).resolve().parents[2]

HEAD = '''"""The commands: what can be asked of `Care`, in the order of the catalog.

Those of steps go to `care.run` and `care.preview`, those that only read to `care.show`. The parts that fields are made
of follow the first command that takes them. Made of the catalog by scripts/render-docs; do not edit, run it again.
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


def exported() -> dict[str, type[BaseModel]]:
    """Everything the module exports, in order, by its public name.

    Parts of two commands may have one name in their modules (`Decision`); in public, each then bears its command's.
    """
    firsts: dict[type[BaseModel], str] = {}
    for entry in (*catalog.STEPS, *catalog.READINGS):
        for one in (entry.command, *parts(entry.command)):
            firsts.setdefault(one, entry.command.__name__)
    often = Counter(one.__name__ for one in firsts)
    return {
        one.__name__ if often[one.__name__] == 1 or one.__name__ == first else first + one.__name__: one
        for one, first in firsts.items()
    }


def public_name(model: type[BaseModel]) -> str:
    """What a model is called in `carefhir.commands`."""
    return next((name for name, one in exported().items() if one is model), model.__name__)


def commands() -> str:
    """The module's text, as formatter and linter would have it."""
    imports, names = [], []
    for name, one in exported().items():
        imports.append(f"from {one.__module__} import {one.__name__}" + ("" if name == one.__name__ else f" as {name}"))
        names.append(f'    "{name}",')
    listed = "\n".join(("__all__ = [  # noqa: RUF022  in catalog order", *names, "]"))
    text = HEAD + "\n".join(imports) + "\n\n" + listed + "\n"
    return _ruff(_ruff(text, "check", "--quiet", "--select", "I", "--fix"), "format", "--quiet")


def _ruff(text: str, *command: str) -> str:
    """What ruff makes of a module, by the project's own settings."""
    called = [Path(sys.executable).with_name("ruff"), *command, "--stdin-filename", "carefhir/commands.py", "-"]
    return subprocess.run(called, cwd=ROOT, input=text, capture_output=True, text=True, check=True).stdout
