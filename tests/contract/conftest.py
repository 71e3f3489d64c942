"""The `server` fixture: each contract test runs against the sandbox, and against each real server that is asked for.

A real server that runs already may hold other data; tests find their own by keys nobody else has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from carefhir.sandbox import Sandbox, start
from tests.support.book import book
from tests.support.real_servers import REAL_SERVERS, SANDBOX, with_sandbox

from .client import SYSTEM, Server, key, observation, patient
from .ledger import LEDGER
from .unkept import UNKEPT, entry_for

HERE = Path(__file__).parent


@contextmanager
def sandbox_over_http() -> Iterator[str]:
    """The sandbox behind uvicorn, in a thread, on a free port."""
    with start(Sandbox()) as running:
        yield running.base


@pytest.fixture(scope="session", params=with_sandbox())
def server(request: pytest.FixtureRequest, base_of: Callable[[str], str]) -> Iterator[Server]:
    """One of the servers, alive for the whole session."""
    name = str(request.param)
    started = sandbox_over_http() if name == SANDBOX else nullcontext(base_of(name))
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


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A test that a server is listed not to keep must fail there, as listed."""
    entry = entry_for(*_server_and_test(pyfuncitem))
    if entry is None:
        return (yield)
    failure: Exception | None = None
    try:
        yield
    except Exception as failed:  # noqa: BLE001 — whatever it is, it is held against the list
        failure = failed
    entry.settle(failure)
    book.state(entry.server, entry.id)
    return True


def _server_and_test(test: pytest.Function) -> tuple[str, str]:
    """The server, and the test as `unkept.py` names it; no server for a test of the sandbox alone or of none."""
    server = str(test.callspec.params.get("server", "")) if hasattr(test, "callspec") else ""
    parameters = re.sub(rf"^{server}-|^{server}$", "", test.callspec.id) if server else ""
    return server, f"{test.path.name}::{test.originalname}" + (f"[{parameters}]" if parameters else "")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Every entry of the ledger is to be stated of every server asked, unless only a part of the suite was run."""
    ran = {each.path for each in session.items}
    in_part = session.config.getoption("-k") or any("::" in each for each in session.config.args)
    if not in_part and ran.issuperset(HERE.glob("test_*.py")):
        asked = _asked(session)
        book.want(asked, (each.id for each in LEDGER))
        for server in asked:
            book.want([server], (each.id for each in UNKEPT if each.server == server))


def _asked(session: pytest.Session) -> set[str]:
    """The servers of the tests that were run; one not asked for has a single test left, which is skipped."""
    tests = [each for each in session.items if isinstance(each, pytest.Function) and each.path.parent == HERE]
    servers = {str(each.callspec.params["server"]) for each in tests if "server" in each.fixturenames}
    marks = str(session.config.getoption("-m"))
    return servers - {each.name for each in REAL_SERVERS if not each.asked_for(marks)}
