"""Starts the real HAPI FHIR server of ``tests/hapi`` for a test run, and stops it again.

The server keeps its data in memory and listens on the loopback only. Its search cache (60 s, HAPI's default and that
of most sites) is on unless asked otherwise: a client has to cope with it. ``CAREFHIR_HAPI_JDBC`` puts it on an empty
PostgreSQL database (``jdbc:postgresql://localhost/hapi?user=hapi&password=...``) in the place of H2.
"""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import process
from tests.support.maven import build, java
from tests.support.process import ROOT, Running, Unavailable

READY = "HAPI ready "
START_SECONDS = 180.0
# A test server: quick to start beats quick at its peak. It keeps all in memory: what the whole suite writes filled
# 1.5 GB, and then every request waited for the garbage collector.
JVM_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx4g")


def built(profile: str = "") -> Path:
    """Return the server's jar, built first when its sources have changed; with a profile of its pom, another one."""
    name = f"hapi-{profile}" if profile else "hapi"
    return build(name, ROOT / "tests" / "hapi", profile=profile) / "server.jar"


@contextmanager
def running(*, search_cache: bool = True, port: int = 0) -> Iterator[str]:
    """Run a server for the length of the block and yield its base URL; port 0 takes a free one."""
    with launched(search_cache=search_cache, port=port) as server:
        yield server.base


@contextmanager
def launched(*, search_cache: bool = True, port: int = 0) -> Iterator[Running]:
    """Like ``running``, but yield the process too, for callers who wait for it."""
    database = os.environ.get("CAREFHIR_HAPI_JDBC", "")
    jar = built("postgresql" if database else "")
    command = [java(), *JVM_OPTIONS, "-jar", str(jar), str(port), *([database] if database else [])]
    if not search_cache:
        command.append("--no-search-cache")
    with process.launched(command, _wait_until_ready, name="HAPI") as server:
        yield server


def _wait_until_ready(server: subprocess.Popen[bytes]) -> str:
    """It says so itself, in one line."""
    assert server.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    said = b""
    while b"\n" not in said:
        readable, _, _ = select.select([server.stdout], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(server.stdout.fileno(), 4096) if readable else b""
        if not piece:
            raise Unavailable("ended" if readable else f"was not ready after {START_SECONDS:.0f} s")
        said += piece
    line = said.decode().splitlines()[0]
    if not line.startswith(READY):
        raise Unavailable(f"said something unexpected: {line}")
    return line.removeprefix(READY)
