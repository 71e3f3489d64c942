"""The pages: server time, bytes of HTML and FHIR requests of each, for 200 people and for one with 2,000 resources.

    .venv/bin/python benchmarks/pages.py --server URL [--patients 200] [--observations 2000] [--rounds 5]

A service in this process, launched as by an EHR, before the server named (through a relay, whose time is counted, too).
Each page is opened so often; the median is shown. What an earlier run left is used again.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402

from benchmarks.p1_context import made_up  # noqa: E402
from benchmarks.worklist import _post, _posted, panel  # noqa: E402
from carefhir.faces.web.serving import PEOPLE  # noqa: E402
from carefhir.faces.web.tiny_ehr import ChosenLaunch  # noqa: E402
from tests.browser.fhir_in_front import FhirInFront, HapiRelay  # noqa: E402
from tests.browser.ward import BrowserWard, serving  # noqa: E402
from tests.support.backends import http_backend  # noqa: E402

NOW = datetime.fromisoformat("2026-03-16T07:45:00-05:00")
PAGES = ("", "all", "call", "ask/check-in", "transition", "plan", "readings/overview")
"""About one patient, below their first page."""


class Visitor:
    """A browser that keeps cookies and follows what it is told, without a screen."""

    def __init__(self) -> None:
        self._client = httpx.Client(trust_env=False, timeout=120.0)
        self._cookies: dict[str, str] = {}

    def get(self, url: str) -> httpx.Response:
        """A page, at the end of its redirects."""
        for _ in range(6):
            cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            answer = self._client.get(url, headers={"Cookie": cookies, "Accept": "text/html"})
            for line in answer.headers.get_list("set-cookie"):
                name, _, value = line.partition(";")[0].partition("=")
                self._cookies[name] = value
            if answer.status_code != 303:
                return answer
            url = str(answer.url.join(answer.headers["location"]))
        raise SystemExit("too many redirects")


def launched(ward: BrowserWard, visitor: Visitor, nurse: str, patient: str = "") -> str:
    """The address of a session."""
    chosen = ChosenLaunch(patient.partition("/")[2], nurse.partition("/")[2])
    query = urlencode({"iss": ward.base, "launch": chosen.value})
    answer = visitor.get(f"{ward.address}/sandbox/launch{'' if patient else '/today'}?{query}")
    if answer.status_code != 200:
        raise SystemExit(f"the launch answered {answer.status_code}")
    return str(answer.url)


def opened(ward: BrowserWard, visitor: Visitor, url: str, rounds: int) -> str:
    """One page so often, as a row of a table."""
    loads = []
    for _ in range(rounds):
        answer = visitor.get(url)
        loads.append(ward.loads[-1])
    seconds = statistics.median(load.seconds for load in loads)
    return f"{answer.status_code} | {len(loads[-1].fhir)} | {seconds * 1000:.0f} | {len(answer.content) / 1000:.0f}"


def main() -> None:
    """Loads, opens, prints."""
    options = argparse.ArgumentParser(description="the pages: time, bytes, requests")
    options.add_argument("--server", required=True)
    options.add_argument("--patients", type=int, default=200)
    options.add_argument("--observations", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    practitioner: Mapping[str, Any] = {"resourceType": "Practitioner", "active": True}
    nurse = _posted(chosen.server, "Practitioner", dict(practitioner), "nurse")
    for bundle in panel(chosen.patients):
        _post(chosen.server, bundle)
    backend = http_backend(chosen.server, "hapi")
    for name in PEOPLE:
        backend.load(name)
    patient = made_up(backend, chosen.observations)
    with serving(FhirInFront(HapiRelay(chosen.server)), server="real", now=NOW) as ward:
        visitor = Visitor()
        print("| page | status | FHIR requests | server ms | KB of HTML |\n|---|---|---|---|---|")
        today = launched(ward, visitor, nurse)
        print(f"| Today, {chosen.patients} people | {opened(ward, visitor, today, chosen.rounds)} |")
        first = launched(ward, visitor, nurse, patient)
        for name in PAGES:
            page = name or "Patient"
            print(
                f"| {page}, {chosen.observations} Observations | {opened(ward, visitor, first + name, chosen.rounds)} |"
            )


if __name__ == "__main__":
    main()
