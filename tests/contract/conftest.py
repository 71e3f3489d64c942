"""The `server` fixture: each contract test runs against the sandbox, and against a real HAPI when it is asked for.

HAPI is asked for by `-m hapi`, by CAREFHIR_HAPI_BASE (the base of one that runs already), or by CI=true, where it is
never skipped. A HAPI that runs already may hold other data; tests find their own by keys nobody else has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from carefhir.sandbox import Sandbox, start
from tests.support.book import book
from tests.support.hapi import HapiUnavailable, running

from .client import SYSTEM, Server, key, observation, patient
from .ledger import LEDGER

HERE = Path(__file__).parent
NOT_ASKED = "HAPI was not asked for: run with -m hapi, or set CAREFHIR_HAPI_BASE"


@contextmanager
def sandbox_over_http() -> Iterator[str]:
    """The sandbox behind uvicorn, in a thread, on a free port."""
    with start(Sandbox()) as running:
        yield running.base


def hapi_asked_for(config: pytest.Config) -> bool:
    """By mark, by the base of one that runs, or because this is CI."""
    marks = str(config.getoption("-m"))
    named = "hapi" in marks and "not hapi" not in marks
    return named or "CAREFHIR_HAPI_BASE" in os.environ or os.environ.get("CI") == "true"


@contextmanager
def hapi_over_http(config: pytest.Config) -> Iterator[str]:
    """A HAPI that runs already, or a new one; skips with a reason unless in CI."""
    if given := os.environ.get("CAREFHIR_HAPI_BASE"):
        yield given
        return
    if not hapi_asked_for(config):
        pytest.skip(NOT_ASKED)
    try:
        with running() as base:
            yield base
    except HapiUnavailable as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"HAPI cannot run here: {missing}")


@pytest.fixture(scope="session", params=["sandbox", pytest.param("hapi", marks=pytest.mark.hapi)])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One of the servers, alive for the whole session."""
    name = str(request.param)
    started = sandbox_over_http() if name == "sandbox" else hapi_over_http(request.config)
    with started as base:
        found = Server(name, base)
        with found.session:
            yield found


class Shelf:
    """Seven observations of one patient, named a to g, for the tests of searching."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.mrn = key()
        name = [{"family": "Østergård", "given": ["Ann", "Béa"]}]
        more = {"name": name, "birthDate": "1950-02-03", "gender": "female"}
        self.patient = server.made(patient(self.mrn, telecom=[{"system": "phone", "value": "555"}], **more))
        self.ids = {each: self._made(each) for each in "abcdefg"}

    def _made(self, name: str) -> str:
        def milligram(value: float) -> dict[str, object]:
            return {"value": value, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}

        vital = [{"coding": [{"system": "http://contract.example/kinds", "code": "vital"}]}]
        differing = {
            "a": {"effectiveDateTime": "2026-03-01T10:00:00Z", "valueQuantity": milligram(5.4)},
            "b": {"effectiveDateTime": "2026-03-02", "valueQuantity": milligram(5.44), "category": vital},
            "c": {"effectivePeriod": {"start": "2026-03-03", "end": "2026-03-10"}, "valueString": "Hello World"},
            "d": {"effectivePeriod": {"start": "2026-03-05"}, "status": "amended"},
            "e": {"effectivePeriod": {"end": "2026-02-01"}},
            "f": {"effectiveDateTime": "2026", "code": {"coding": [{"code": "bare"}]}},
            "g": {"valueQuantity": {"value": -1, "unit": "g", "system": "http://unitsofmeasure.org", "code": "g"}},
        }
        return self._server.made(observation(name, f"Patient/{self.patient}", **differing[name]))

    def resources(self, criteria: str) -> list[Any]:
        """What a search among these finds, in the answer's order."""
        reply = self._server.get(f"Observation?{criteria}&subject=Patient/{self.patient}&_count=50")
        assert reply.status == 200, reply.text
        return reply.resources()

    def found(self, criteria: str) -> str:
        """The names of what a search among these finds, in the answer's order."""
        return "".join(each["identifier"][0]["value"] for each in self.resources(criteria))

    def people(self, criteria: str) -> int:
        """How many patients a search finds that can find only ours."""
        reply = self._server.get(f"Patient?{criteria}&identifier={SYSTEM}|{self.mrn}")
        assert reply.status == 200, reply.text
        return len(reply.resources())


@pytest.fixture(scope="session")
def shelf(server: Server) -> Shelf:
    return Shelf(server)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """When HAPI was not asked for, its cases are deselected but one, which is skipped and says why."""
    if hapi_asked_for(config):
        return
    unasked = [each for each in items if each.path.parent == HERE and each.get_closest_marker("hapi")]
    left_out = set(unasked[:-1])
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [each for each in items if each not in left_out]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Every entry of the ledger is to be stated of every server asked, unless only a part of the suite was run."""
    ran = {each.path for each in session.items}
    in_part = session.config.getoption("-k") or any("::" in each for each in session.config.args)
    if not in_part and ran.issuperset(HERE.glob("test_*.py")):
        book.want(_asked(session), (each.id for each in LEDGER))


def _asked(session: pytest.Session) -> set[str]:
    """The servers of the tests that were run; one not asked for has a single test left, which is skipped."""
    tests = [each for each in session.items if isinstance(each, pytest.Function) and each.path.parent == HERE]
    servers = {str(each.callspec.params["server"]) for each in tests if "server" in each.fixturenames}
    return servers if hapi_asked_for(session.config) else servers - {"hapi"}
