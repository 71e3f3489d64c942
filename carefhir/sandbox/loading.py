"""Fills a sandbox from files: transaction and batch Bundles are carried out, single resources stored under their id."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

Progress = Callable[[int, int], None]
"""(files done, files in all); never a file's name, which for patients is often theirs."""


class LoadedFile(NamedTuple):
    """What became of a file: `whole` when it was stored or refused as one."""

    status: int
    diagnostics: str
    whole: bool


class LoadError(Exception):
    """A file could not be loaded; says which by its number and why by the server's diagnostics."""


def files(paths: Iterable[Path | str]) -> list[Path]:
    """The JSON files, folders opened; hospitals and practitioners first, for patients refer to them."""
    json_files: list[Path] = []
    for each in map(Path, paths):
        json_files += sorted(each.rglob("*.json")) if each.is_dir() else [each]
    return sorted(json_files, key=_rank)


def _rank(path: Path) -> int:
    name = path.name.lower()
    return 0 if name.startswith("hospital") else 1 if name.startswith("practitioner") else 2


def load(take: Callable[[bytes], LoadedFile], paths: Iterable[Path | str], progress: Progress | None = None) -> int:
    """Gives every file to `take`, the sandbox's, and returns how many files there were.

    What is refused whole is tried again after the others, for it may refer to them; a refusal that stays stops the
    loading.
    """
    json_files = files(paths)
    waiting = list(enumerate(json_files, 1))
    done = 0
    with _uncollected():
        while waiting:
            refusals: list[tuple[int, Path, LoadedFile]] = []
            for number, path in waiting:
                taken = take(path.read_bytes())
                if taken.status >= 400:
                    refusals.append((number, path, taken))
                    continue
                done += 1
                if progress:
                    progress(done, len(json_files))
            _stop_if_stuck(refusals, len(waiting))
            waiting = [(number, path) for number, path, _ in refusals]
    return done


def _stop_if_stuck(refusals: list[tuple[int, Path, LoadedFile]], tried: int) -> None:
    """A batch is never repeated: what of it was stored would be stored twice."""
    for number, _, taken in refusals:
        if len(refusals) == tried or not taken.whole:
            raise LoadError(f"File {number} was refused with {taken.status}: {taken.diagnostics}")


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
