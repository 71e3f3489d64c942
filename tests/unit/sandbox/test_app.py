"""The sandbox as a process of its own."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import requests

from carefhir.sandbox import Knobs, Sandbox
from carefhir.sandbox.app import application

PROGRAM = """
import sys
from carefhir.sandbox import Sandbox, bound, serve
at = bound(0)
serve(Sandbox(), at, on_ready=lambda: print("ready at", at.getsockname()[1], flush=True), paths=sys.argv[1:])
"""
PATIENCE = 120
"""Seconds after which a process of ours is taken to hang: far more than it needs on a machine under load."""


def exchange(sandbox: Sandbox, method: str, path: str, content: bytes = b"") -> httpx.Response:
    """One exchange with the ASGI application."""

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(sandbox))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            return await client.request(method, path, content=content)

    return asyncio.run(run())


def test_a_write_can_be_answered_late_and_is_there_by_then() -> None:
    sandbox = Sandbox(Knobs(late_seconds=30))
    waits: list[tuple[float, int]] = []

    async def pause(seconds: float) -> None:
        waits.append((seconds, len(list(sandbox._store.all_ids("Basic")))))

    async def run() -> list[int]:
        transport = httpx.ASGITransport(app=application(sandbox, pause))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            written = await client.post("/fhir/Basic", content=b'{"resourceType": "Basic", "code": {}}')
            return [written.status_code, (await client.get("/fhir/Basic")).status_code]

    assert asyncio.run(run()) == [201, 200]
    assert waits == [(30, 1)]


def test_answers_503_while_loading() -> None:
    sandbox = Sandbox()
    sandbox.loading = True
    answer = exchange(sandbox, "GET", "/fhir/metadata")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


def test_logs_nothing_of_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.WARNING, logger="httpx")  # the test's own client; for this test only
    sandbox = Sandbox()
    assert exchange(sandbox, "POST", "/fhir/Patient", b'{"name":"Mustermann"').status_code == 400
    assert exchange(sandbox, "GET", "/fhir/Patient?name=Mustermann").status_code == 200
    assert "Mustermann" not in caplog.text


def test_outside_of_the_base_there_is_nothing() -> None:
    assert exchange(Sandbox(), "GET", "/Patient").status_code == 404


def test_serves_what_was_loaded_until_told_to_stop(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"resourceType":"Patient","id":"p"}')
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready, port = process.stdout.readline().rsplit(maxsplit=1)
        assert ready == "ready at"
        session = requests.Session()
        session.trust_env = False
        with session:
            assert session.get(f"http://127.0.0.1:{port}/fhir/Patient/p", timeout=PATIENCE).status_code == 200
            assert session.head(f"http://127.0.0.1:{port}/fhir/Patient/p", timeout=PATIENCE).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) in (0, -signal.SIGTERM)


def test_a_file_that_cannot_be_loaded_ends_the_server(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"resourceType":"Nonsense"}')
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "ready" not in done.stdout
    assert "File 1 was refused with 404" in done.stderr
