"""A Redis of its own, on a socket in a folder of its own, empty for each test."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from carefhir.faces.web.operating import RedisSettings
from tests.support.process import program

KEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "of this redis"
STARTS_WITHIN = 20.0


class RunningRedis:
    """A server that tests start, stop and look into."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.settings = RedisSettings(f"unix://{self.socket}", KEY, PASSWORD)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, with nothing in it."""
        command = [program("redis-server", part_of="Redis"), "--port", "0", "--unixsocket", str(self.socket)]
        nowhere = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [*command, "--requirepass", PASSWORD, "--save", ""], stdin=nowhere, stdout=nowhere, stderr=nowhere
        )
        ends = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert time.monotonic() < ends, "Redis does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends it, and all it has kept."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        self._process = None

    def answers(self) -> bool:
        """Whether it answers."""
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False

    def client(self) -> Redis:
        """To look into it."""
        return Redis(unix_socket_path=str(self.socket), password=PASSWORD)

    def dump(self) -> bytes:
        """Everything it keeps: each name, and its value as Redis would write it to a file."""
        with self.client() as client:
            names: list[bytes] = list(client.scan_iter())
            return b"\n".join(part for name in names for part in (name, client.dump(name) or b""))


@pytest.fixture(scope="session")
def _redis() -> Iterator[RunningRedis]:
    with tempfile.TemporaryDirectory(prefix="carefhir-redis-") as folder:
        server = RunningRedis(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis(_redis: RunningRedis) -> RunningRedis:
    """An empty Redis that answers."""
    if not _redis.answers():
        _redis.start()
    with _redis.client() as client:
        client.flushall()
    return _redis
