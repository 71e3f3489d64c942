"""Starts the real HAPI FHIR server of ``tests/hapi`` for a test run, and stops it again.

The server keeps its data in memory and listens on the loopback only. Its search cache (60 s, HAPI's default and that
of most sites) is on unless asked otherwise: a client has to cope with it.
"""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.maven import ROOT, build, last_lines, program
from tests.support.maven import Unavailable as HapiUnavailable

__all__ = ["HapiUnavailable", "Server", "built", "launched", "running"]

READY = "HAPI ready "
START_SECONDS = 180.0
STOP_SECONDS = 15.0
# A test server: quick to start beats quick at its peak. It keeps all in memory: what the whole suite writes filled
# 1.5 GB, and then every request waited for the garbage collector.
JVM_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx4g")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered ``/metadata``: where it is, and its process."""

    base: str
    process: subprocess.Popen[bytes]


def built() -> Path:
    """Return the server's jar, built first when its sources have changed."""
    return build("hapi", ROOT / "tests" / "hapi") / "server.jar"


@contextmanager
def running(*, search_cache: bool = True, port: int = 0) -> Iterator[str]:
    """Run a server for the length of the block and yield its base URL; port 0 takes a free one."""
    with launched(search_cache=search_cache, port=port) as server:
        yield server.base


@contextmanager
def launched(*, search_cache: bool = True, port: int = 0) -> Iterator[Server]:
    """Like ``running``, but yield the process too, for callers who wait for it."""
    command = [program("java"), *JVM_OPTIONS, "-jar", str(built()), str(port)]
    if not search_cache:
        command.append("--no-search-cache")
    # The server ends when its standard input closes: the pipe is what a killed test run can't leave open.
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, bufsize=0) as process,
    ):
        try:
            yield Server(_wait_until_ready(process, log), process)
        finally:
            _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    assert process.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    said = b""
    while b"\n" not in said:
        readable, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(process.stdout.fileno(), 4096) if readable else b""
        if not piece:
            ending = "ended" if readable else f"was not ready after {START_SECONDS:.0f} s"
            raise HapiUnavailable(f"the HAPI server {ending}:\n{_end_of(log)}")
        said += piece
    line = said.decode().splitlines()[0]
    if not line.startswith(READY):
        raise HapiUnavailable(f"the HAPI server said something unexpected: {line}")
    return line.removeprefix(READY)


def _end_of(log: IO[bytes]) -> str:
    log.seek(0)
    return last_lines(log.read().decode(errors="replace"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
