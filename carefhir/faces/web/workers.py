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
"""So many short lives, one after the other, and nobody else at work: then the service ends."""
LONGEST_PAUSE = 30.0
"""Seconds, at most, between two tries to begin a worker that does not come to work."""
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
    stopping: Callable[[], None]
    """Told when no further connection is to be taken."""
    _told: int = 0
    """How often it was told to stop."""
    _hurried: bool = False
    """Whether it was told so by hand a second time: then nothing is waited for."""
    _workers: dict[BaseProcess, float] = field(default_factory=dict)
    """Each worker, and when it began."""
    _short_lives: int = 0
    _next: float = 0.0
    """When the next one may begin."""

    def run(self) -> bool:
        """Returns when all have ended: whether that was because it was told to."""
        with self._listening():
            try:
                while not self._told and (self._workers or self._short_lives < SHORT_LIVES):
                    self._begin()
                    self._look()
            finally:
                self._stop()
        return self._told > 0

    def _begin(self) -> None:
        """Begins those that lack; after one that did not come to work not at once."""
        while len(self._workers) < self.count and time.monotonic() >= self._next and not self._told:
            try:
                self._workers[self.begin()] = time.monotonic()
            except OSError:  # no process, no memory, no file is left for it: another time
                self._failed()

    def _failed(self) -> None:
        self._short_lives += 1
        if self._short_lives > 1:
            self._next = time.monotonic() + min(2.0 ** (self._short_lives - 2), LONGEST_PAUSE)
        self.log.warning("worker-ended", running=len(self._workers))

    def _look(self) -> None:
        """Notices who has ended, and who has come to work."""
        sentinels = [worker.sentinel for worker in self._workers]
        if sentinels:
            connection.wait(sentinels, LOOKS_EVERY)
        else:
            time.sleep(LOOKS_EVERY)
        for worker, began in list(self._workers.items()):
            if worker.is_alive():
                continue
            self._gone(worker)
            if self._told:
                continue
            if time.monotonic() - began >= SHORT_LIFE:
                self._short_lives = 0
            self._failed()

    def _stop(self) -> None:
        """No further connection, then the end of each worker."""
        self.stopping()
        for worker in self._workers:
            worker.terminate()
        ends = time.monotonic() + self.stop_within + KILLED_AFTER
        while self._workers and time.monotonic() < ends and not self._hurried:
            connection.wait([worker.sentinel for worker in self._workers], LOOKS_EVERY)
            for worker in [each for each in self._workers if not each.is_alive()]:
                self._gone(worker)
        for worker in list(self._workers):
            self.log.warning("cut-off", running=1)
            worker.kill()
            worker.join()
            self._gone(worker)

    def _gone(self, worker: BaseProcess) -> None:
        worker.join()
        del self._workers[worker]
        self.ended(worker.pid or 0)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        def told(sig: int, _: FrameType | None) -> None:
            self._hurried = self._hurried or (self._told > 0 and sig == signal.SIGINT)
            self._told += 1

        before = {each: signal.signal(each, told) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
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
