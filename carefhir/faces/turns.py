"""How many steps of one asynchronous client run at once, and how many may wait for their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from carefhir.errors import ServerUnreachable

RUNNING = 16
"""Steps that run at once: each holds its patient's records in memory."""
UNDER_WAY = 1_000
"""Steps that run or wait. A service that is asked for more is behind, and whoever asks must know it now."""


class Turns:
    """A bounded queue: `place` counts whoever has come, `running` lets so many run."""

    def __init__(self, running: int = RUNNING, under_way: int = UNDER_WAY) -> None:
        self.running = asyncio.Semaphore(running)
        self._under_way = 0
        self._most = under_way

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue until the step is over. Raises `ServerUnreachable` where none is left: nothing was
        sent, and the step can be run again."""
        if self._under_way >= self._most:
            raise ServerUnreachable(
                f"{self._most} steps run or wait already; nothing was sent, run it again", sent=False
            )
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
