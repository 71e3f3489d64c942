"""Servers and builds of the tests as processes: what they need on this machine, one build at a time, and a server that
ends with the run that started it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
SHOWN_LINES = 25
STOP_SECONDS = 15.0


class Unavailable(RuntimeError):
    """Real FHIR software can't be built or started on this machine; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that has answered: where it is, and its process."""

    base: str
    process: subprocess.Popen[bytes]


def program(name: str, *, part_of: str) -> str:
    """Return the full path of a program, or say which one is missing and what it comes with."""
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"'{name}' is not on the PATH; the tests against real FHIR software need {part_of}")
    return found


def ran(command: Sequence[str], what: str, **more: str | Path | Mapping[str, str]) -> str:
    """Runs a program to its end and returns what it printed; raises `Unavailable` with the end of it if it failed."""
    done = subprocess.run(  # type: ignore[call-overload]
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more
    )
    if done.returncode != 0:
        raise Unavailable(f"{what}:\n{last_lines(done.stdout + done.stderr)}")
    return str(done.stdout)


def last_lines(text: str) -> str:
    """Return the end of a log, where the reason of a failure stands."""
    return "\n".join(text.strip().splitlines()[-SHOWN_LINES:])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Two processes that build the same at once build it once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def launched(
    command: Sequence[str],
    ready: Callable[[subprocess.Popen[bytes]], str],
    *,
    name: str,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """Runs a server for the length of the block. `ready` waits for it and returns its base, or raises `Unavailable`.

    The server must end when its standard input closes: the pipe is what a killed test run can't leave open.
    """
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=log, bufsize=0, env={**os.environ, **(environment or {})}
        ) as process,
    ):
        try:
            yield Running(_base_of(process, ready, log, name), process)
        finally:
            _stop(process)


def _base_of(
    process: subprocess.Popen[bytes], ready: Callable[[subprocess.Popen[bytes]], str], log: IO[bytes], name: str
) -> str:
    try:
        return ready(process)
    except Unavailable as reason:
        log.seek(0)
        raise Unavailable(f"the {name} server {reason}:\n{last_lines(log.read().decode(errors='replace'))}") from None


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
