"""Several processes that answer at one address, and the one that watches over them."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import connection, parent_process
from multiprocessing.process import BaseProcess
from types import FrameType

import structlog

LOOKS_EVERY = 0.2
"""Seconds after which the watch notices that it was told to stop."""
SHORT_LIFE = 10.0
"""Seconds within which a worker that ends has not come to work."""
SHORT_LIVES = 5
"""So many short lives, one after the other, and the service ends: the next one would not work either."""
KILLED_AFTER = 10.0
"""Seconds that a worker has for ending beside what the service gives it."""


@dataclass(slots=True)
class WorkerWatch:
    """Keeps so many workers at work until it is told to stop; then passes that on, and waits for them."""

    begin: Callable[[], BaseProcess]
    """Begins a worker."""
    count: int
    stop_within: float
    """Seconds in which a worker ends after it was told to."""
    log: structlog.stdlib.BoundLogger
    ended: Callable[[int], None]
    """Told of each worker that has ended, by its process id."""
    _told: bool = False
    _workers: dict[BaseProcess, float] = field(default_factory=dict)
    """Each worker, and when it began."""
    _short_lives: int = 0

    def run(self) -> bool:
        """Returns when all have ended: whether that was because it was told to."""
        with self._listening():
            while not self._told and self._short_lives < SHORT_LIVES:
                while len(self._workers) < self.count:
                    self._workers[self.begin()] = time.monotonic()
                self._look()
            self._stop()
        return self._told

    def _look(self) -> None:
        """Notices who has ended."""
        connection.wait([worker.sentinel for worker in self._workers], LOOKS_EVERY)
        for worker, began in list(self._workers.items()):
            if not worker.is_alive():
                self._gone(worker)
                if self._told:
                    continue
                short = time.monotonic() - began < SHORT_LIFE
                self._short_lives = self._short_lives + 1 if short else 0
                self.log.warning("worker-ended", running=len(self._workers))

    def _stop(self) -> None:
        for worker in self._workers:
            worker.terminate()
        ends = time.monotonic() + self.stop_within + KILLED_AFTER
        for worker in list(self._workers):
            worker.join(max(0.0, ends - time.monotonic()))
            if worker.is_alive():
                worker.kill()
                worker.join()
            self._gone(worker)

    def _gone(self, worker: BaseProcess) -> None:
        del self._workers[worker]
        self.ended(worker.pid or 0)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        def told(_: int, __: FrameType | None) -> None:
            self._told = True

        before = {each: signal.signal(each, told) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def end_with_parent() -> None:
    """In a worker: ends it, in peace, when whoever watches over it is gone."""
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
