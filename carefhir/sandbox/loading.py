"""Fills a sandbox from files: transaction and batch Bundles are carried out, single resources stored under their id."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carefhir.sandbox.server import Sandbox

Progress = Callable[[int, int], None]
"""(files done, files in all); never a file's name, which for patients is often theirs."""


class LoadError(Exception):
    """A file could not be loaded; says which by its number and why by the server's diagnostics."""


def files(paths: Iterable[Path | str]) -> list[Path]:
    """The JSON files, folders opened; hospitals and practitioners first, for patients refer to them."""
    found: list[Path] = []
    for each in map(Path, paths):
        found += sorted(each.rglob("*.json")) if each.is_dir() else [each]
    return sorted(found, key=_rank)


def _rank(path: Path) -> int:
    name = path.name.lower()
    return 0 if name.startswith("hospital") else 1 if name.startswith("practitioner") else 2


def load(sandbox: Sandbox, paths: Iterable[Path | str], progress: Progress | None = None) -> int:
    """Loads all, and returns how many files; a refusal stops it."""
    found = files(paths)
    with _uncollected():
        for number, path in enumerate(found, 1):
            _load_one(sandbox, path.read_bytes(), number)
            if progress:
                progress(number, len(found))
    return len(found)


def _load_one(sandbox: Sandbox, body: bytes, number: int) -> None:
    status, diagnostics = sandbox.take(body)
    if status >= 400:
        raise LoadError(f"File {number} was refused with {status}: {diagnostics}")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Loading makes millions of objects that all stay: looking through them for garbage doubles its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
