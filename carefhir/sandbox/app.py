"""The sandbox over HTTP, on Starlette and uvicorn. No access log: URLs can contain patient data."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from carefhir.sandbox.server import Sandbox

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


Pause = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""


def application(sandbox: Sandbox, pause: Pause = asyncio.sleep) -> Starlette:
    """The ASGI application: /fhir and everything below, with and without a slash at the end."""

    async def exchange(request: Request) -> Response:
        if sandbox.loading:
            return Response("Loading.", 503, {"Retry-After": "1"}, "text/plain")
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        target = raw.decode("latin-1").partition("?")[0].removeprefix("/fhir").lstrip("/")
        if query := request.scope["query_string"].decode("latin-1"):
            target += f"?{query}"
        # HEAD is answered as GET; the server below leaves the body out.
        method = "GET" if request.method == "HEAD" else request.method
        body = await request.body()
        answer = await run_in_threadpool(sandbox.handle, method, target, dict(request.headers), body)
        if method != "GET" and sandbox.knobs.late_seconds:
            await pause(sandbox.knobs.late_seconds)  # what was written is there by now
        return Response(answer.body, answer.status, dict(answer.headers))

    routes = [Route("/fhir", exchange, methods=_METHODS), Route("/fhir/{rest:path}", exchange, methods=_METHODS)]
    return Starlette(routes=routes)


class _SandboxHttpServer(uvicorn.Server):
    """Says when it is bound."""

    on_bound: Callable[[], None] | None = None

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # uvicorn names socket
        await super().startup(sockets)  # type: ignore[arg-type]  # the same list, handed on
        if self.started and self.on_bound:
            self.on_bound()


def bound(port: int) -> socket.socket:
    """A listening socket on the loopback address; port 0 takes a free one.

    Bound once and handed on: a free port that is looked up and let go again can be somebody else's a moment later.
    """
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except BaseException:
        listener.close()
        raise
    return listener


def server(sandbox: Sandbox) -> _SandboxHttpServer:
    """A uvicorn server, not yet running."""
    config = uvicorn.Config(
        application(sandbox),
        access_log=False,
        date_header=False,  # the sandbox says its own time
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    return _SandboxHttpServer(config)


def serve(
    sandbox: Sandbox,
    at: int | socket.socket,
    *,
    on_ready: Callable[[], None] | None = None,
    paths: Iterable[Path | str] = (),
) -> None:
    """Serves at a port, or at a socket of `bound`, until SIGTERM or SIGINT.

    `paths` are loaded after binding (503 meanwhile), then `on_ready` is called.
    """
    running = server(sandbox)
    wanted = list(paths)
    failed: list[BaseException] = []

    def fill() -> None:
        try:
            if wanted:
                sandbox.load(wanted)
            if on_ready:
                on_ready()
        except Exception as error:  # noqa: BLE001  handed to the caller's thread below
            failed.append(error)
            sandbox.loading = True  # whoever asks now is not told that all is well
            running.should_exit = True

    sandbox.loading = bool(wanted)
    running.on_bound = threading.Thread(target=fill, daemon=True).start
    running.run(sockets=[bound(at) if isinstance(at, int) else at])
    if failed:
        raise failed[0]


class RunningSandbox:
    """A sandbox running in this process: `base` is its address. `close` stops it, and so does leaving its `with`."""

    def __init__(self, sandbox: Sandbox) -> None:
        at = bound(0)
        self.base = f"http://127.0.0.1:{at.getsockname()[1]}/fhir"
        self._server = server(sandbox)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [at]}, daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.02)

    def __enter__(self) -> RunningSandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops serving; nothing is kept."""
        self._server.should_exit = True
        self._thread.join(5)


def start(sandbox: Sandbox) -> RunningSandbox:
    """Serves a sandbox from a thread, on a free loopback port, until it is closed."""
    return RunningSandbox(sandbox)
