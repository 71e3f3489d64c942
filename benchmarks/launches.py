"""Fifty launches at once, for minutes, on a FHIR server: errors by kind, whose record was shown to whom, and memory.

    .venv/bin/python benchmarks/launches.py --server URL [--launches 50] [--minutes 5] [--pause 2]

`carefhir serve` runs as a process; in front of the FHIR server stands an EHR of ours, another process, that launches it
and passes on what it asks. Each launch is somebody else's, for another patient, whose name is found nowhere else. Every
page and every answer is searched for the names of all others; every request that reaches the FHIR server is searched
for the ids of all patients but the one whose token it brings. Each works at the pace of a person, signs out now and
then, and launches anew.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402
import uvicorn  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import Response  # noqa: E402

from benchmarks.many_at_once import MARK, created  # noqa: E402
from carefhir.faces.web.tiny_ehr import CLIENT, TinyEhr  # noqa: E402
from carefhir.sandbox import Sandbox  # noqa: E402

Json = dict[str, Any]
TICK = os.sysconf("SC_CLK_TCK")
PATIENT = re.compile(r"Patient(?:/|%2F)([A-Za-z0-9\-.]{1,64})")


@dataclass
class Person:
    """Somebody whose chart is opened, and who opens it."""

    patient: str
    nurse: str
    physician: str
    name: str

    @property
    def launch(self) -> str:
        """As the EHR writes it into a launch."""
        return f"{self.patient.partition('/')[2]}~{self.nurse.partition('/')[2]}"


def people(base: str, count: int) -> list[Person]:
    """New patients with names of their own, a nurse for each."""
    made = []
    physician = created(base, {"resourceType": "Practitioner", "active": True, "name": [{"family": "Physician"}]})
    for number in range(count):
        name = f"Launch{uuid.uuid4().hex[:10]}"
        patient = created(
            base,
            {
                "resourceType": "Patient",
                "active": True,
                "birthDate": "1950-01-01",
                "name": [{"family": name, "given": ["Pat"]}],
                "identifier": [{"system": MARK, "value": f"{name}-{number}"}],
            },
        )
        nurse = {"resourceType": "Practitioner", "active": True, "name": [{"family": f"Nurse{number}"}]}
        made.append(Person(patient, created(base, nurse), physician, name))
    return made


# -- the EHR ----------------------------------------------------------------------------------------------------------


class WatchingEhr(TinyEhr):
    """An authorization server that remembers whose each token is."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.whose: dict[str, str] = {}
        self.strange: Counter[str] = Counter()
        self.asked = 0

    async def token(self, request: Request) -> Response:
        """Tokens, each remembered with its patient."""
        answer = await super().token(request)
        given = json.loads(bytes(answer.body))
        if "access_token" in given:
            self.whose[given["access_token"]] = given["patient"]
        return answer

    def look(self, request: Request, body: bytes) -> bool:
        """Whether a request to the FHIR server brings a token that holds; whom it is about is compared."""
        owner = self.whose.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if owner is None:
            return False
        self.asked += 1
        about = PATIENT.findall(str(request.url)) + PATIENT.findall(body.decode(errors="replace"))
        query = [value.partition("/")[2] or value for key, value in request.query_params.items() if key == "patient"]
        for each in (*about, *query):
            if each != owner:
                self.strange[f"a token of Patient/{owner} was used for Patient/{each}"] += 1
        return True


def ehr_process(upstream: str, listener: socket.socket, service: str, told: Connection) -> None:
    """The EHR, in a process of its own: discovery, tokens, and everything else passed on to the FHIR server."""
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    ehr = WatchingEhr(Sandbox(), address, f"{address}/fhir", f"{service}/main")
    ehr.announce()
    client = httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=64), trust_env=False)
    app = FastAPI()
    ehr.mount(app)

    async def configuration(_: Request) -> Response:
        return Response(json.dumps(ehr.sandbox.well_known["smart-configuration"]), media_type="application/json")

    async def passed_on(request: Request) -> Response:
        body = await request.body()
        path = request.url.path.removeprefix("/fhir")
        if path not in ("/metadata",) and not ehr.look(request, body):
            return Response("who are you?", 401)
        kept = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in ("host", "authorization", "content-length", "connection", "accept-encoding")
        }
        answer = await client.request(
            request.method, upstream + path, params=request.query_params, content=body, headers=kept
        )
        own = {
            name: value.replace(upstream, f"{address}/fhir")
            for name, value in answer.headers.items()
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "content-encoding")
        }
        return Response(answer.content.replace(upstream.encode(), f"{address}/fhir".encode()), answer.status_code, own)

    async def counts(_: Request) -> Response:
        return Response(json.dumps({"asked": ehr.asked, "strange": dict(ehr.strange)}))

    app.add_route("/fhir/.well-known/smart-configuration", configuration, methods=["GET"])
    app.add_route("/counts", counts, methods=["GET"])
    app.add_route("/fhir", passed_on, methods=["GET", "POST"])
    app.add_route("/fhir/{rest:path}", passed_on, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    told.send(address)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])


@contextlib.contextmanager
def ehr_of(upstream: str, service: str) -> Iterator[str]:
    """The EHR's address, while it runs."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=ehr_process, args=(upstream, listener, service, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


# -- the service ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def service_of(address: str, ehr: str) -> Iterator[subprocess.Popen[bytes]]:
    """`carefhir serve` for this EHR."""
    with tempfile.TemporaryDirectory() as folder:
        config, log = Path(folder) / "service.toml", Path(folder) / "log"
        config.write_text(
            f'address = "{address}"\nlisten = "{address.removeprefix("http://")}"\n[ehr.main]\nfhir = "{ehr}/fhir"\n'
            f'[ehr.main.launch]\nclient_id = "{CLIENT}"\npinned_origins = ["{ehr}"]\nrenewal = "offline_access"\n'
        )
        command = [sys.executable, "-m", "carefhir", "serve", "--config", str(config)]
        with log.open("wb") as errors, subprocess.Popen(command, cwd=ROOT, stdout=errors, stderr=errors) as process:
            try:
                for _ in range(600):
                    with contextlib.suppress(httpx.TransportError):
                        if httpx.get(f"{address}/health", trust_env=False).status_code == 200:
                            break
                    time.sleep(0.1)
                yield process
            finally:
                process.terminate()
                process.wait(90)
                print(f"the service ended with {process.returncode}")
                faults = [line for line in log.read_text().splitlines() if '"fault"' in line or '"library"' in line]
                print(f"faults in its log: {len(faults)}", *faults[:3], sep="\n  ")


def resident(pid: int) -> float:
    """Megabytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


def busy(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


# -- the people who work ----------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What came of everything."""

    answers: Counter[str] = field(default_factory=Counter)
    strange: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    launches: int = 0


class Worker:
    """One launch after the other, for one patient."""

    def __init__(self, person: Person, others: frozenset[str], service: str, ehr: str, tally: Tally) -> None:
        self.person, self.others, self.tally = person, others, tally
        self.service, self.ehr = service, ehr
        self.cookies: dict[str, str] = {}
        self.client = httpx.AsyncClient(timeout=120, trust_env=False)

    async def asks(self, what: str, method: str, url: str, *, expect: int = 200, **more: Any) -> httpx.Response:
        """One request; what it shows is compared with the names of all others."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Origin": self.service, "Sec-Fetch-Site": "same-origin"}
        began = time.perf_counter()
        try:
            answer = await self.client.request(method, url, headers=headers, **more)
        except httpx.TransportError as error:
            self.tally.answers[f"ERROR {what}: {type(error).__name__}"] += 1
            raise
        self.tally.seconds.append(time.perf_counter() - began)
        self.tally.answers[f"{what} {answer.status_code}" if answer.status_code == expect else
                           f"ERROR {what}: {answer.status_code}"] += 1  # fmt: skip
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        for name in set(re.findall(r"Launch[0-9a-f]{10}", answer.text)) & self.others:
            self.tally.strange[f"{what} of {self.person.name} shows {name}"] += 1
        return answer

    async def launch(self) -> str:
        """A whole launch: the first page's address."""
        url = f"{self.service}/main/launch?iss={self.ehr}/fhir&launch={self.person.launch}"
        for what in ("launch", "sign in", "callback"):
            answer = await self.asks(what, "GET", url, expect=303)
            url = str(answer.url.join(answer.headers["location"]))
        self.tally.launches += 1
        return url

    async def work(self, until: float, pause: float, delay: float) -> None:
        """Launches, looks, previews, signs out, and begins again."""
        await asyncio.sleep(delay)
        number = 0
        while time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError, KeyError):
                page = await self.launch()
                for _ in range(8):
                    number += 1
                    await self.once(page, number)
                    await asyncio.sleep(pause)
                    if time.monotonic() > until:
                        return
                first = await self.asks("page", "GET", page)
                await self.asks("sign out", "POST", f"{page}logout", data=hidden(first.text, out=True))

    async def once(self, page: str, number: int) -> None:
        """One thing that a person does."""
        person = self.person
        kind = number % 6
        if kind == 0:
            first = await self.asks("page", "GET", page)
            if person.name not in first.text:
                self.tally.strange[f"the page of {person.name} does not show them"] += 1
        elif kind == 1:
            typed = {
                "program": "care-management",
                "care_manager": person.nurse,
                "care_manager_discipline": "RN",
                "supervising_provider": person.physician,
                "consent": "verbal",
                "told": "what-it-is\ncare-team\nright-to-stop",
                "reason": "several chronic conditions",
            }
            form = await self.asks("form", "GET", f"{page}steps/enroll")
            await self.sends("enroll", f"{page}steps/enroll", form, typed, write={"preview": "false"})
        elif kind == 2:
            form = await self.asks("call note", "GET", f"{page}call")
            typed = {"who": "no-answer", "way": "look"}
            await self.asks(
                "so far", "POST", f"{page}call/so-far", data={**hidden(form.text), **typed, **began_of(form)}
            )
            await self.sends("call note", f"{page}call", form, {**typed, **began_of(form)}, write={"way": "write"})
        elif kind == 3:
            form = await self.asks("PHQ-9", "GET", f"{page}ask/phq-9")
            typed = {**not_at_all(form.text), "way": "look"}
            await self.asks("so far", "POST", f"{page}ask/phq-9/so-far", data={**hidden(form.text), **typed})
            await self.sends("PHQ-9", f"{page}ask/phq-9", form, typed, write={"way": "write"})
        elif kind == 4:
            await self.asks("transition", "GET", f"{page}transition")
        else:
            await self.asks("time", "GET", f"{page}readings/time-statement?month=2026-11")

    async def sends(
        self, what: str, url: str, form: httpx.Response, typed: dict[str, str], *, write: dict[str, str]
    ) -> None:
        """A form, looked at and then written."""
        seen = await self.asks(f"{what} looked at", "POST", url, data={**hidden(form.text), **typed})
        if 'name="expect"' in seen.text or 'name="seen.' in seen.text:
            await self.asks(f"{what} written", "POST", url, data={**hidden(seen.text), **write})


def began_of(form: httpx.Response) -> dict[str, str]:
    """When a call began, as the page has it."""
    match = re.search(r'name="started" value="([^"]*)"', form.text)
    return {"started": match[1] if match else ""}


def not_at_all(page: str) -> dict[str, str]:
    """The first answer to every question."""
    answers: dict[str, str] = {}
    for name, value in re.findall(r'type="radio" name="(q\.[^"]+)"[^>]*? value="([^"]*)"', page):
        answers.setdefault(name, unescape(value))
    return answers


def hidden(page: str, *, out: bool = False) -> dict[str, str]:
    """The hidden fields of the last form that does not sign out; `out`: of the one that does."""
    forms = page.split("<form")[1:] or [""]
    form = next((each for each in reversed(forms) if ("/logout" in each.partition(">")[0]) is out), forms[-1])
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {unescape(name): unescape(value) for name, value in pairs}


async def told(pid: int, until: float, tally: Tally) -> None:
    """Memory and progress, every half minute."""
    began, first = time.monotonic(), busy(pid)
    while time.monotonic() < until:
        await asyncio.sleep(min(30.0, max(0.1, until - time.monotonic())))
        errors = sum(count for what, count in tally.answers.items() if what.startswith("ERROR"))
        print(
            f"{time.monotonic() - began:4.0f} s: memory {resident(pid):.0f} MB, CPU {busy(pid) - first:.1f} s, "
            f"launches {tally.launches}, answers {sum(tally.answers.values())}, errors {errors}, strange "
            f"{sum(tally.strange.values())}",
            flush=True,
        )


async def all_of_them(
    some: list[Person], service: str, ehr: str, *, pid: int, minutes: float, pause: float
) -> tuple[Tally, Json]:
    """Everybody works until the time is over."""
    tally, until = Tally(), time.monotonic() + minutes * 60
    names = frozenset(person.name for person in some)
    workers = [Worker(person, names - {person.name}, service, ehr, tally) for person in some]
    delays = [pause * number / len(workers) for number in range(len(workers))]
    await asyncio.gather(
        told(pid, until, tally),
        *(worker.work(until, pause, delay) for worker, delay in zip(workers, delays, strict=True)),
    )
    async with httpx.AsyncClient(trust_env=False) as client:
        counts: Json = (await client.get(f"{ehr}/counts")).json()
    return tally, counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--launches", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--pause", type=float, default=2, help="seconds between two things that a person does")
    chosen = parser.parse_args()
    base = chosen.server.rstrip("/")
    some = people(base, chosen.launches)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        service = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with ehr_of(base, service) as ehr, service_of(service, ehr) as process:
        tally, counts = asyncio.run(
            all_of_them(some, service, ehr, pid=process.pid, minutes=chosen.minutes, pause=chosen.pause)
        )
    slow = sorted(tally.seconds)
    for what, count in sorted(tally.answers.items()):
        print(f"{what}: {count}")
    print(f"an answer took {slow[len(slow) // 2]:.2f} s (median), {slow[int(len(slow) * 0.95)]:.2f} s (95 %), "
          f"{slow[-1]:.2f} s (longest)")  # fmt: skip
    print(f"requests to the FHIR server, by tokens of launches: {counts['asked']}")
    strange = Counter(counts["strange"]) + tally.strange
    print(f"somebody's record in another's launch: {sum(strange.values())}", *strange, sep="\n  ")
    errors = sum(count for what, count in tally.answers.items() if what.startswith("ERROR"))
    print(f"launches {tally.launches}, answers {len(slow)}, errors {errors}")
    return 1 if errors or strange else 0


if __name__ == "__main__":
    sys.exit(main())
