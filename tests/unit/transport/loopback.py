"""A web server on loopback that misbehaves on request: its paths say how."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Loopback(ThreadingHTTPServer):
    """Remembers every request; `gate` holds back the paths that hang until the test is over."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.gate = threading.Event()
        self.base = f"http://127.0.0.1:{self.server_port}/r4"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Loopback

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        name = self.path.removeprefix("/r4").lstrip("/").partition("?")[0]
        getattr(self, f"say_{name}", self.say_ok)()

    do_GET = do_POST = do_PUT = _any  # noqa: N815 — named by http.server

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        plain = {"Content-Type": "application/fhir+json", "Content-Length": str(len(body))}
        for key, value in {**plain, **given}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def say_ok(self) -> None:
        self._send(200, self.path.encode(), ETag='W/"3"', X_Odd="a b")

    def say_redirect(self) -> None:
        self._send(302, b"", Location=f"{self.server.base}/trap")

    def say_big(self) -> None:
        self._send(200, b"x" * 4096)

    def say_bomb(self) -> None:
        self._send(200, gzip.compress(b"x" * 1_000_000), Content_Encoding="gzip")

    def say_zipped(self) -> None:
        self._send(200, gzip.compress(b'{"a":1.50}'), Content_Encoding="gzip")

    def say_short(self) -> None:
        self._send(200, b"half", Content_Length="100")
        self.close_connection = True

    def say_hangup(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def say_hang(self) -> None:
        self.server.gate.wait(20)
        self.close_connection = True

    def say_stall(self) -> None:
        self._send(200, b"half", Content_Length="100")
        self.wfile.flush()
        self.server.gate.wait(20)
        self.close_connection = True

    def say_error(self) -> None:
        self._send(503, b"busy", Retry_After="2")

    def say_empty(self) -> None:
        self._send(204, b"")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — named by http.server
        """Silent."""


@contextmanager
def serving() -> Iterator[Loopback]:
    """The server, on a port of its own."""
    server = Loopback()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def refusing() -> Iterator[str]:
    """A base where nobody listens: bound the whole while, or another's server might come to listen there."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{one.getsockname()[1]}/r4"
