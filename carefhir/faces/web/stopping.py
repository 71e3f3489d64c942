"""How the service stops: it says so, takes nothing new, finishes what it has begun, and ends with 0."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from socket import socket
from types import FrameType

import structlog
import uvicorn


@dataclass(slots=True)
class Stopping:
    """Whether the service has been told to stop."""

    begun: bool = False


class GracefulServer(uvicorn.Server):
    """Serves until SIGTERM or SIGINT, then for `announced` seconds more, in which `/ready` says 503 and whoever
    balances load sends elsewhere; then it takes no connection, and finishes what runs. A second SIGINT ends it. A
    `worker` takes no SIGINT: a terminal sends it to all, and whoever started the worker passes on what is meant."""

    def __init__(
        self,
        config: uvicorn.Config,
        stopping: Stopping,
        *,
        announced: int,
        log: structlog.stdlib.BoundLogger,
        worker: bool = False,
    ) -> None:
        super().__init__(config)
        self._stopping, self._announced, self._log, self._worker = stopping, announced, log, worker
        self._ends_at = float("inf")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop. The signal is not raised again at the end, as uvicorn does: a service that stops when it is
        told to has not failed."""
        if self._worker and sig == signal.SIGINT:
            return
        if not self._stopping.begun:
            self._stopping.begun = True
            self._ends_at = time.monotonic() + self._announced
        elif sig == signal.SIGINT:
            self.force_exit = self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to take no more, asked ten times a second."""
        return await super().on_tick(counter) or time.monotonic() >= self._ends_at

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Takes nothing more, finishes what runs, and says how much of it was cut off."""
        running = len(self.server_state.tasks)
        self._log.info("stopping", running=running, seconds=int(self.config.timeout_graceful_shutdown or 0))
        await super().shutdown(sockets)
        cut_off = len(self.server_state.tasks)
        if cut_off:
            self._log.warning("cut-off", running=cut_off)
        self._log.info("stopped")
