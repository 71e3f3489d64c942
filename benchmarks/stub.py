"""A FHIR server without batch and at a distance: it gives what another one has said, after a fixed latency.

What it has not been asked before it fetches, once; so it costs nothing of its own when rounds are timed. Its
CapabilityStatement is the other's without `batch` and `transaction`, and of no known product.
"""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection

import requests


@contextmanager
def without_batch(upstream: str, latency: float) -> Iterator[str]:
    """Its base, while it runs in a process of its own. `latency` is in seconds, for each request."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(upstream, latency, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/fhir"
    finally:
        process.terminate()
        process.join()


def _serve(upstream: str, latency: float, told: Connection) -> None:
    answers: dict[str, bytes] = {}
    session = requests.Session()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            path = self.path.removeprefix("/fhir")
            if path not in answers:
                with lock:
                    answers[path] = _fetched(session, upstream, path, f"http://{self.headers['Host']}/fhir")
            time.sleep(latency)
            body = answers[path]
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_port)
    server.serve_forever()


def _fetched(session: requests.Session, upstream: str, path: str, base: str) -> bytes:
    text = session.get(f"{upstream}{path}", headers={"Cache-Control": "no-cache"}).text.replace(upstream, base)
    if not path.startswith("/metadata"):
        return text.encode()
    statement = json.loads(text)
    statement["software"] = {"name": "stub"}
    statement.pop("implementation", None)
    for rest in statement["rest"]:
        rest.pop("interaction", None)
    return json.dumps(statement).encode()
