"""The service is told to stop while a step runs: it is finished and answered, nothing new is taken, the end is 0."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from carefhir.sandbox import Sandbox
from tests.support.issuer import Issuer

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = """
address = "https://care.test"
listen = "127.0.0.1:{port}"
stop_announced = {announced}
stop_within = {within}

[ehr.main]
fhir = "{base}/fhir"
issuer = "https://login.test/realm"
jwks_uri = "{base}/keys"
pinned_origins = ["{base}"]
audience = ["https://ehr.test/fhir"]
"""


@dataclass
class SlowEhr:
    """A FHIR server, and an issuer's keys, that hold back every answer about people until they are let go."""

    issuer: Issuer = field(default_factory=Issuer)
    asked: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    base: str = ""

    @contextmanager
    def listening(self) -> Iterator[SlowEhr]:
        sandbox, lock = Sandbox(), threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Nothing."""

            def _do(handler) -> None:  # noqa: N805
                body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
                if handler.path == "/keys":
                    keys = [key.as_dict(private=False) for key in self.issuer.keys]
                    status, text = 200, json.dumps({"keys": keys}).encode()
                else:
                    if "metadata" not in handler.path:
                        self.asked.set()
                        self.let_go.wait(60)
                    with lock:
                        target = handler.path.removeprefix("/fhir").lstrip("/")
                        answer = sandbox.handle(handler.command, target, dict(handler.headers), body)
                    status, text = answer.status, answer.body
                handler.send_response(status)
                handler.send_header("Content-Type", "application/fhir+json")
                handler.send_header("Content-Length", str(len(text)))
                handler.end_headers()
                with contextlib.suppress(ConnectionError):
                    handler.wfile.write(text)

            do_GET = do_POST = _do  # noqa: N815

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield self
        finally:
            self.let_go.set()
            server.shutdown()
            server.server_close()


@dataclass
class Serving:
    """`carefhir serve` as a process."""

    process: subprocess.Popen[str]
    address: str
    token: str
    answers: list[httpx.Response | Exception] = field(default_factory=list)

    def begins_a_reading(self) -> threading.Thread:
        def ask() -> None:
            headers = {"Authorization": f"Bearer {self.token}"}
            try:
                path = f"{self.address}/main/api/patients/1/overview"
                self.answers.append(httpx.get(path, headers=headers, timeout=60, trust_env=False))
            except httpx.HTTPError as error:
                self.answers.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        return thread

    def ends(self) -> tuple[int, list[str]]:
        """Its exit code, and the events of its log."""
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, [json.loads(line)["event"] for line in errors.splitlines()]


@contextmanager
def serving(ehr: SlowEhr, folder: Path, *, announced: int = 0, within: int = 30) -> Iterator[Serving]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = folder / "service.toml"
    file.write_text(SETTINGS.format(port=port, base=ehr.base, announced=announced, within=within))
    command = [sys.executable, "-m", "carefhir", "serve", "--config", str(file)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("serving main")
        try:
            token = ehr.issuer.token(fhirUser="Practitioner/1")
            yield Serving(process, f"http://127.0.0.1:{port}", token)
        finally:
            ehr.let_go.set()
            if process.poll() is None:
                process.kill()


@pytest.mark.deep
def test_what_runs_is_finished_and_nothing_new_is_taken(tmp_path: Path) -> None:
    with SlowEhr().listening() as ehr, serving(ehr, tmp_path, announced=2) as service:
        reading = service.begins_a_reading()
        assert ehr.asked.wait(60)
        service.process.send_signal(signal.SIGTERM)
        assert _becomes(lambda: _ready(service) == (503, True))
        assert _becomes(lambda: _refused(service))
        assert service.answers == []
        ehr.let_go.set()
        reading.join(60)
        code, events = service.ends()
    (answer,) = service.answers
    assert isinstance(answer, httpx.Response)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")  # it is answered: nobody is on that server
    assert code == 0
    assert [event for event in events if event != "request"] == ["serving", "stopping", "stopped"]


@pytest.mark.deep
def test_what_takes_too_long_is_cut_off(tmp_path: Path) -> None:
    with SlowEhr().listening() as ehr, serving(ehr, tmp_path, within=1) as service:
        reading = service.begins_a_reading()
        assert ehr.asked.wait(60)
        service.process.send_signal(signal.SIGTERM)
        code, events = service.ends()
        ehr.let_go.set()
        reading.join(60)
    (answer,) = service.answers
    assert code == 0
    assert isinstance(answer, Exception) or answer.status_code >= 500
    assert [event for event in events if event in ("stopping", "cut-off", "stopped")] == [
        "stopping",
        "cut-off",
        "stopped",
    ]


def _becomes(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold within a time that is long for any machine."""
    waited = threading.Event()
    return any(holds() or waited.wait(0.05) for _ in range(600))


def _ready(service: Serving) -> tuple[int, bool]:
    try:
        answer = httpx.get(f"{service.address}/ready", timeout=30, trust_env=False)
    except httpx.HTTPError:
        return 0, False
    return answer.status_code, answer.json()["stopping"]


def _refused(service: Serving) -> bool:
    try:
        httpx.get(f"{service.address}/health", timeout=30, trust_env=False)
    except httpx.ConnectError:
        return True
    return False
