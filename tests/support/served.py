"""A server over HTTP that does faults on the way: for the command line and the drivers as they are."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl

from carefhir.fhir.wire import Failure, Request, Response, TokenRequest
from tests.support.backends import Backend
from tests.support.faults import Fault, Proxy, is_bundle

TOKEN = "let-me-in"


@dataclass
class Served:
    """A proxy that is listening."""

    base: str
    proxy: Proxy


class Doorkeeper(Protocol):
    """Who says which tokens a server takes (`tests.support.authorization`, or a real authorization server)."""

    token_url: str

    def configuration(self) -> Response: ...
    def answer(self, request: TokenRequest) -> Response | Failure: ...
    def admits(self, bearer: str) -> bool: ...


@contextlib.contextmanager
def served(
    backend: Backend, fault: Fault | None = None, *, token: str = "", authorization: Doorkeeper | None = None
) -> Iterator[Served]:
    """Serves a backend on a free loopback port; with a token, only to those who bring it; with an authorization server,
    which then listens beside it, only to those who bring one of its tokens. A fault is done to the first request that
    it concerns, or to all."""
    proxy = Proxy(backend, fault)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Nothing: a test's output is its own."""

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if authorization is not None and (own := _authorized(authorization, self, body)) is not None:
                self._send(own)
                return
            if token and self.headers.get("Authorization") != f"Bearer {token}":
                self._send(Response(401, {"content-type": "text/plain"}, b"who are you?"))
                return
            with lock:
                answer = _answered(proxy, _request(self, body))
            if isinstance(answer, Failure):
                self.close_connection = True
                self.connection.close()
                return
            self._send(answer)

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 — the library's names

        def _send(self, answer: Response) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "date", "server"):
                    self.send_header(name, value.replace("http://localhost/fhir", base))
            text = answer.body.replace(b"http://localhost/fhir", base.encode())
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_address[1]}/fhir"
    if authorization is not None:
        authorization.token_url = f"http://127.0.0.1:{server.server_address[1]}/token"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Served(base, proxy)
    finally:
        server.shutdown()
        server.server_close()


def _authorized(authorization: Doorkeeper, handler: BaseHTTPRequestHandler, body: bytes) -> Response | None:
    """What is answered without the FHIR server; None for a request that brings a token that holds."""
    if handler.path == "/token":
        form = tuple(parse_qsl(body.decode(), keep_blank_values=True))
        answer = authorization.answer(TokenRequest(authorization.token_url, form, tuple(handler.headers.items())))
        assert isinstance(answer, Response)
        return answer
    if handler.path == "/fhir/.well-known/smart-configuration":
        return authorization.configuration()
    if handler.path.startswith("/fhir/.well-known/"):
        return Response(404)
    bearer = (handler.headers.get("Authorization") or "").removeprefix("Bearer ")
    return None if authorization.admits(bearer) else Response(401, {"www-authenticate": 'Bearer error="invalid_token"'})


def _request(handler: BaseHTTPRequestHandler, body: bytes) -> Request:
    """The request as a driver's; a Bundle that is no transaction only reads."""
    target = handler.path.removeprefix("/fhir").removeprefix("/")
    headers = tuple((name, value) for name, value in handler.headers.items() if name.lower() != "host")
    reads = handler.command == "GET" or "_search" in target or (target == "" and b'"transaction"' not in body)
    return Request(handler.command, target, headers, body, repeatable=reads)  # type: ignore[arg-type]


def _answered(proxy: Proxy, request: Request) -> Response | Failure:
    proxy.count += 1
    proxy.asked.append(request)
    fault = proxy.fault
    if fault is None or not fault.concerns(request) or not (fault.throughout or not proxy.done):
        return proxy.passed(request)
    proxy.done += 1
    return fault.does(proxy, request)


def reading_bundle(request: Request) -> bool:
    """Whether a request is a batch of reads."""
    return is_bundle(request) and request.repeatable
