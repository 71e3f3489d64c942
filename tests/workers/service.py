"""A service of several workers as it is run, an EHR apart from it, and a browser that goes from one to the other."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from carefhir.content.loading import own_folder
from carefhir.faces.web.serving import PEOPLE
from carefhir.faces.web.tiny_ehr import CLIENT, TinyEhr
from carefhir.sandbox import Sandbox, start
from tests.workers.conftest import KEY, PASSWORD, RunningRedis

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 60.0
"""Seconds that something may take on a loaded machine before a test says that it does not come."""
METRICS = "/metrics"


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def waits(what: str, comes: Any) -> None:
    """Until it comes."""
    ends = time.monotonic() + WITHIN
    while not comes():
        assert time.monotonic() < ends, f"{what} does not come"
        time.sleep(0.02)


@contextlib.contextmanager
def tiny_ehr(service: str) -> Iterator[TinyEhr]:
    """An EHR with its FHIR server, each on a port of its own; it launches the service at this address."""
    sandbox = Sandbox()
    sandbox.load([own_folder() / "examples" / f"Bundle-{name}.json" for name in PEOPLE])
    with start(sandbox) as running, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        tiny = TinyEhr(sandbox, f"http://127.0.0.1:{listener.getsockname()[1]}", running.base, f"{service}/main")
        tiny.announce()
        app = FastAPI()
        tiny.mount(app)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            waits("the EHR", lambda: server.started)
            yield tiny
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class ServiceBrowser:
    """A browser: it keeps cookies, and takes a new connection for each request, so that any worker may answer."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, url: str) -> httpx.Response:
        """One request, no redirect followed."""
        return self._asks("GET", url)

    def post(self, url: str, form: dict[str, str]) -> httpx.Response:
        """A form of the service's own."""
        return self._asks("POST", url, data=form, headers={"Origin": self.address, "Sec-Fetch-Site": "same-origin"})

    def _asks(self, method: str, url: str, **more: Any) -> httpx.Response:
        headers = {**more.pop("headers", {}), "Connection": "close"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        whole = url if "://" in url else self.address + url
        answer = httpx.request(method, whole, headers=headers, timeout=WITHIN, trust_env=False, **more)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer


@dataclass
class WorkingService:
    """The service, as a process of processes."""

    address: str
    ehr: TinyEhr
    process: subprocess.Popen[str]
    log: Path

    def pids(self) -> list[int]:
        """The workers that there are, by process id."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sorted(int(pid) for pid in children if _is_worker(int(pid)))

    def only(self, answers: int) -> None:
        """From now on only this worker answers."""
        for pid in self.pids():
            os.kill(pid, signal.SIGCONT if pid == answers else signal.SIGSTOP)

    def all(self) -> None:
        """All workers answer."""
        for pid in self.pids():
            os.kill(pid, signal.SIGCONT)

    def browser(self) -> ServiceBrowser:
        """A browser that nobody has used."""
        return ServiceBrowser(self.address)

    def asks(self, browser: ServiceBrowser) -> str:
        """The EHR launches the service for its first patient and first practitioner: where the browser is sent."""
        charts = browser.get(self.ehr.base).text.partition("<table>")[2]  # before it stand the lists of today
        answer = browser.get(unescape(charts.partition('<li><a href="')[2].partition('"')[0]))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def signs_in(self, browser: ServiceBrowser) -> str:
        """Whoever is at the browser signs in at the EHR: the address of the callback."""
        return browser.get(self.asks(browser)).headers["location"]

    def launched(self, browser: ServiceBrowser) -> str:
        """A whole launch: the address of its first page."""
        answer = browser.get(self.signs_in(browser))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def counted(self, pattern: str) -> float:
        """The sum of what is counted in the lines of the metrics that match."""
        lines = httpx.get(self.address + METRICS, trust_env=False, timeout=WITHIN).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(pattern, line))

    def events(self) -> list[str]:
        """What the service has logged, by name; of what the command says at its end, the words."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line)["event"] if line.startswith("{") else line for line in lines]

    def told_to_stop(self) -> int:
        """Stops it, and gives how it ended."""
        self.all()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WITHIN)


def _is_worker(pid: int) -> bool:
    """Whether a child answers requests: Python starts another one that cleans up."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:  # it has ended since it was listed
        return False


def configuration(address: str, ehr: TinyEhr, on: RunningRedis, **changes: Any) -> str:
    """The settings, as TOML."""
    top = {
        "address": address,
        "listen": address.removeprefix("http://"),
        "metrics": METRICS,
        "workers": 2,
        "redis": on.settings.url,
        "redis_password_env": "CARE_REDIS_PASSWORD",
        "shared_key_env": "CARE_SHARED_KEY",
        **changes,
    }
    launch = ehr.launch()
    tables = {
        "ehr.main": {"fhir": ehr.fhir},
        "ehr.main.launch": {
            "client_id": CLIENT,
            "iss": list(launch.iss),
            "pinned_origins": list(launch.pinned_origins),
            "renewal": launch.renewal,
        },
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in top.items() if value is not None]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)


@contextlib.contextmanager
def serving(redis: RunningRedis, **changes: Any) -> Iterator[WorkingService]:
    """`carefhir serve`, with two workers on Redis unless `changes` set it otherwise."""
    address = f"http://127.0.0.1:{free_port()}"
    with tiny_ehr(address) as ehr, tempfile.TemporaryDirectory() as folder:
        config, log = Path(folder) / "service.toml", Path(folder) / "log"
        config.write_text(configuration(address, ehr, redis, **changes))
        environment = {**os.environ, "CARE_REDIS_PASSWORD": PASSWORD, "CARE_SHARED_KEY": KEY}
        command = [sys.executable, "-m", "carefhir", "serve", "--config", str(config)]
        with (
            log.open("w") as errors,
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as process,
        ):
            service = WorkingService(address, ehr, process, log)
            try:
                yield service
            finally:
                if process.poll() is None:
                    service.all()
                process.kill()


def ready(service: WorkingService) -> bool:
    """Whether it answers, by every worker."""
    if service.events().count("serving") < 3:  # of the two workers, and of who watches over them
        return False
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{service.address}/health", trust_env=False, timeout=WITHIN).status_code == 200
    return False


@contextlib.contextmanager
def two_workers(redis: RunningRedis, **changes: Any) -> Iterator[WorkingService]:
    """The same, when both answer."""
    with serving(redis, **changes) as service:
        waits("the service", lambda: ready(service))
        yield service


def ended(pid: int) -> bool:
    """Whether a process is no more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def at_once(work: Any, times: int) -> list[Any]:
    """Does it so often at the same moment, each by its number; what each gave."""
    gave: list[Any] = [None] * times

    def one(number: int) -> None:
        gave[number] = work(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return gave
