"""`carefhir serve`, as a process: it says where it is, works, and ends when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.faces.conftest import invoke
from tests.support.planted import NAMES

ROOT = Path(__file__).resolve().parents[3]


def launched_by_hand(charts: str) -> str:
    """Follows the link to the first chart of the tiny EHR, through its sign-in and back, to the page of a launch."""
    with httpx.Client(timeout=60.0) as browser:
        url = unescape(
            browser.get(charts).text.partition("</h2>\n<table>")[2].partition('<li><a href="')[2].partition('"')[0]
        )
        kept: dict[str, str] = {}
        for _ in range(4):
            answer = browser.get(url, headers={"Cookie": "; ".join(f"{name}={kept[name]}" for name in kept)})
            for line in answer.headers.get_list("set-cookie"):
                name, _, value = line.partition(";")[0].partition("=")
                kept[name] = value
            if answer.status_code != 303:
                break
            url = str(answer.url.join(answer.headers["location"]))
    assert answer.status_code == 200, answer.text
    assert "code=" not in url
    return answer.text


def test_the_sandbox_of_the_service() -> None:
    command = [sys.executable, "-m", "carefhir", "serve", "--sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        try:
            address = lines[-1].split()[-1]
            assert address.startswith("http://127.0.0.1:"), lines
            answer = httpx.get(address, headers={"Authorization": "Bearer demo"}, timeout=60.0)
            assert (answer.status_code, answer.json()["outcome"]) == (200, "picture")
            assert httpx.get(address, headers={"Authorization": "Bearer other"}).status_code == 401
            assert "server" not in answer.headers
            launched = launched_by_hand(lines[1].split()[-1])
            assert "Rosa Delgado" in launched
            assert "Dana Whitfield acts" in launched
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    lines = [json.loads(line) for line in errors.splitlines()]
    events = [line["event"] for line in lines]
    assert (events[0], set(events[1:-2]), events[-2:]) == ("serving", {"request"}, ["stopping", "stopped"])
    requests = [(line["step"], line["outcome"]) for line in lines if line["event"] == "request"]
    assert requests[:2] == [("overview", "read"), ("overview", "not-signed-in")]
    assert {"launch", "callback", "session"} <= {step for step, _ in requests}
    assert not [name for name in (*NAMES, "patients/", "Bearer", "Traceback", "16/overview") if name in errors]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "either --config FILE or --sandbox"),
        (("--sandbox", "--config", "service.toml"), "either --config FILE or --sandbox"),
        (("--config", "nothing.toml"), "--config: the file cannot be read"),
        (("--sandbox", "--port", "99999"), "--port: cannot be used"),
        (("--sandbox", "--like", "acme"), "--like: acme is no shape of a server; there are bare, epic"),
        (("--config", "service.toml", "--like", "epic"), "--like: only with --sandbox"),
    ],
)
def test_what_cannot_be_served(words: tuple[str, ...], said: str) -> None:
    result = invoke("serve", *words)
    assert (result.code, said in result.words) == (2, True), result


@pytest.mark.deep
def test_the_demo_ends_with_charts_to_open() -> None:
    """Two days of the story, in a browser, until it is told to stop."""
    command = [sys.executable, "-u", "-m", "carefhir", "demo"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "tiny EHR" in line)
        lines = [process.stdout.readline().strip() for _ in range(4)]
        rosa, earl = (line for line in lines if line.startswith("http"))
        try:
            assert "AT ONCE" in launched_by_hand(rosa), "her red morning"
            assert earl != rosa
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    assert process.returncode == 0
