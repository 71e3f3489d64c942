"""The faces under test: a sandbox behind a small HTTP front that can be made to misbehave, and the command line.

The front is a plain `http.server` on the loopback address. Whatever no trouble is set for goes to the sandbox, so a
test can break one exchange of an otherwise sound server.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer.testing
from typer.testing import CliRunner

from carefhir.__main__ import app
from carefhir.fhir.server import Server
from carefhir.sandbox import Knobs, Sandbox, shape
from carefhir.sandbox.interactions import Interactions
from carefhir.transport.requests_driver import RequestsDriver
from tests.support.backends import EXAMPLE, EXAMPLES, RESPONSES

# The commands of all steps are built from the catalog once in a process, not for each test again.
typer.testing._get_command = cache(typer.testing._get_command)

Json = dict[str, Any]
NOW = "2026-03-09T10:00:00-05:00"
LATER = "2026-11-08T10:00:00-06:00"
"""After Earl's move to the nursing facility."""


@dataclass(frozen=True)
class Exchange:
    """A request as the front sees it, and how to have the sandbox answer it."""

    method: str
    target: str
    body: bytes
    real: Callable[[], tuple[int, dict[str, str], bytes]]

    @property
    def point(self) -> str:
        """At which movement of a step this request is: asking what the server can do, gathering, or committing."""
        if self.target.partition("?")[0] == "metadata":
            return "metadata"
        if self.method == "GET" or self.target.endswith("_search") or b'"type":"batch"' in self.body:
            return "gather"
        return "commit"


Reply = tuple[int, dict[str, str], bytes]
Trouble = Callable[[Exchange], Reply | str | None]
"""What happens instead: an answer, "closed" (none at all), "cut" in the middle, or None for the sandbox's own."""


@cache
def stated(knobs: Knobs, target: str) -> Reply:
    """The statement of a server with these knobs: half a megabyte, so it is written once in a process."""
    answer = Sandbox(knobs).handle("GET", target)
    return answer.status, dict(answer.headers), answer.body


@dataclass
class Front:
    """The sandbox over HTTP, with trouble where a test wants it."""

    sandbox: Sandbox
    knobs: Knobs = field(default_factory=Knobs)
    trouble: Trouble | None = None
    seen: list[Exchange] = field(default_factory=list)
    base: str = ""
    _weak: Sandbox = field(init=False)

    def __post_init__(self) -> None:
        """The same store twice: whole for the tests' own eyes, and as weak as the knobs make it over HTTP."""
        self._weak = Sandbox(self.knobs)
        self._weak._store = self.sandbox._store
        self._weak._do = Interactions(self.sandbox._store, self.knobs, self.sandbox._now, time.monotonic)

    def start(self) -> ThreadingHTTPServer:
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 20  # headers and body in one packet, else each answer waits for an acknowledgement

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

            def _go(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                target = self.path.removeprefix("/fhir").lstrip("/")
                headers = dict(self.headers.items())

                def real() -> Reply:
                    if target.partition("?")[0] == "metadata":
                        return stated(front.knobs, target)
                    answer = front._weak.handle(self.command, target, headers, body)
                    return answer.status, dict(answer.headers), answer.body

                exchange = Exchange(self.command, target, body, real)
                front.seen.append(exchange)
                reply = front.trouble(exchange) if front.trouble else None
                if reply == "closed":
                    self.close_connection = True
                    return
                status, given, content = real() if reply is None or isinstance(reply, str) else reply
                self.send_response(status)
                for name, value in given.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if reply == "cut":
                    content = content[: len(content) // 2]
                    self.close_connection = True
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _go  # noqa: N815 — as http.server wants it

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a client that hangs up is part of the game

        made = Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{made.server_address[1]}/fhir"
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return made

    # -- looking and setting up, past HTTP ----------------------------------------------------------------------------

    def load(self, *names: str) -> None:
        for name in names:
            answer = self.sandbox.handle("POST", "", {}, (EXAMPLES / f"Bundle-{name}.json").read_bytes())
            assert answer.status == 200, answer.body[:300]

    def search(self, target: str) -> list[Json]:
        answer = self.sandbox.handle("GET", target)
        assert answer.status == 200, answer.body[:300]
        return [one["resource"] for one in json.loads(answer.body).get("entry", [])]

    def find(self, type_: str, example: str) -> str:
        (found,) = self.search(f"{type_}?identifier={EXAMPLE}%7C{example}")
        return f"{type_}/{found['id']}"

    def get(self, reference: str) -> Json:
        answer = self.sandbox.handle("GET", reference)
        assert answer.status == 200, answer.body[:300]
        found: Json = json.loads(answer.body)
        return found

    def change(self, reference: str, **values: Any) -> None:
        """Changes top-level elements of a resource; None takes one away."""
        made = {**self.get(reference), **values}
        body = json.dumps({key: value for key, value in made.items() if value is not None}).encode()
        answer = self.sandbox.handle("PUT", reference, {}, body)
        assert answer.status == 200, answer.body[:300]

    def create(self, resource: Json) -> str:
        answer = self.sandbox.handle("POST", resource["resourceType"], {}, json.dumps(resource).encode())
        assert answer.status == 201, answer.body[:300]
        made = json.loads(answer.body)
        return f"{made['resourceType']}/{made['id']}"

    def versions(self) -> dict[str, int]:
        """Every resource with its version: equal before and after means that nothing was written."""
        store = self.sandbox._store
        return {
            f"{name}/{id_}": record.versions[-1].number
            for name, records in store.types.items()
            for id_, record in records.items()
        }

    def written_since(self, before: dict[str, int]) -> list[str]:
        """The types written since, sorted."""
        return sorted(key.partition("/")[0] for key, number in self.versions().items() if before.get(key) != number)


@dataclass(frozen=True)
class Said:
    """What the command line said, and left with."""

    code: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        """Everything said, with the line breaks of an 80-column table taken out."""
        return " ".join((self.stdout + " " + self.stderr).split())

    @property
    def json(self) -> Any:
        """The one document on standard output; anything beside it fails here."""
        return json.loads(self.stdout)


def invoke(*arguments: str, given: bytes | None = None) -> Said:
    """The command line in this process. What it should never say fails here, whatever the test is about."""
    result = CliRunner().invoke(app, list(arguments), input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    said = Said(result.exit_code, result.stdout, result.stderr)
    sound(said)
    return said


def sound(said: Said) -> None:
    """No stack trace, no code for colour, no fault that nobody foresaw."""
    for text in (said.stdout, said.stderr):
        assert "Traceback" not in text, text
        assert "\x1b[" not in text, text
    assert said.code in (0, 2, 3, 4, 5), said
    assert "unexpected:" not in said.words, said


@dataclass
class Ward:
    """Rosa and the team on one server, and the commands about her."""

    front: Front
    patient: str = ""
    nurse: str = ""
    physician: str = ""
    stay: str = ""

    @classmethod
    def of(cls, front: Front) -> Ward:
        front.load("team", "rosa")
        return cls(
            front,
            front.find("Patient", "rosa"),
            front.find("Practitioner", "nurse"),
            front.find("Practitioner", "physician"),
            front.find("Encounter", "rosa-stay"),
        )

    def step(
        self, verb: str, step: str, *more: str, now: str = NOW, patient: str = "", given: bytes | None = None
    ) -> Said:
        whom = ["--patient", patient or self.patient, "--as", self.nurse, "--server", self.front.base, "--now", now]
        return invoke(verb, step, *whom, *more, given=given)

    def enrollment(self, **changes: str | None) -> list[str]:
        """The options of an enrolment; None leaves a field away."""
        fields: dict[str, str | None] = {
            "program": "care-management",
            "care_manager": self.nurse,
            "supervising_provider": self.physician,
            "consent": "verbal",
            "reason": "several chronic conditions, just home",
            "care_manager_discipline": "RN",
            **changes,
        }
        told = [("told", topic) for topic in ("what-it-is", "care-team", "right-to-stop")]
        pairs = [*((name, value) for name, value in fields.items() if value is not None), *told]
        return [word for name, value in pairs for word in ("--set", f"{name}={value}")]

    def enroll(self, *more: str, verb: str = "run", now: str = NOW, **changes: str | None) -> Said:
        return self.step(verb, "enroll", *self.enrollment(**changes), *more, now=now)

    def record(self, response: Any, *more: str, now: str = NOW, patient: str = "") -> Said:
        text = response if isinstance(response, str) else json.dumps({"response": response})
        return self.step(
            "run", "record-assessment", "--input", "-", *more, now=now, patient=patient, given=text.encode()
        )

    def transition(self, *more: str, verb: str = "run", encounter: str = "", now: str = NOW) -> Said:
        return self.step(verb, "open-transition", "--set", f"encounter={encounter or self.stay}", *more, now=now)


def response(name: str, **changes: Any) -> Json:
    """An example response; None takes an element away."""
    made = {**json.loads((RESPONSES / f"QuestionnaireResponse-{name}.json").read_text()), **changes}
    return {key: value for key, value in made.items() if value is not None}


def response_file(name: str) -> Path:
    return RESPONSES / f"QuestionnaireResponse-{name}.json"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests; no waiting between attempts, and not too many of them."""
    for name in list(os.environ):
        if name.startswith("CAREFHIR_"):
            monkeypatch.delenv(name)
    defaults = RequestsDriver.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "sleep", lambda seconds: None)
    monkeypatch.setattr("carefhir.fhir.server.Server", partial(Server, budget=3.0))


@pytest.fixture
def serve() -> Iterator[Callable[..., Ward]]:
    """Makes wards, each on a server of its own, good or bad by its knobs."""
    running: list[ThreadingHTTPServer] = []

    def made(**knobs: Any) -> Ward:
        front = Front(Sandbox(), Knobs(**knobs))
        running.append(front.start())
        return Ward.of(front)

    yield made
    for one in running:
        one.shutdown()
        one.server_close()


@pytest.fixture
def ward(serve: Callable[..., Ward]) -> Ward:
    """Rosa and the team on a sound server."""
    return serve()


# -- a companion, and an EHR beside it ---------------------------------------------------------------------------------

EHRS = ("epic", "oracle", "fut", "bare")


@dataclass
class Site:
    """A companion, and an EHR of some shape beside it, with Rosa in the EHR and linked."""

    companion: Front
    ehr: Front
    patient: str = ""
    place: str = ""

    def doctor(self, *more: str) -> Said:
        return invoke("doctor", self.companion.base, *more)

    def report(self, *more: str) -> Json:
        found: Json = self.doctor("--json", *more).json
        return found

    def about_rosa(self) -> Json:
        return self.report("--patient", self.patient)

    def refusing(self, status: int, *types: str, body: bytes = b"") -> None:
        """The EHR answers so to searches of these types."""

        def trouble(exchange: Exchange) -> Any:
            type_ = exchange.target.partition("?")[0].partition("/")[0]
            return (status, {"Content-Type": "text/plain"}, body) if type_ in types else None

        self.ehr.trouble = trouble


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    running: list[ThreadingHTTPServer] = []

    def made(like: str) -> Site:
        ehr, companion = Front(Sandbox(), shape(like)), Front(Sandbox())
        running.extend((ehr.start(), companion.start()))
        ehr.load("team", "rosa")
        companion.create({"resourceType": "Basic", "code": {"text": "takes a number"}})
        monkeypatch.setenv("CAREFHIR_EHR", ehr.base)
        place = ehr.find("Patient", "rosa")
        linked = [invoke("link", "--json", "--server", companion.base, place)]
        linked += [
            invoke("link", "--json", "--server", companion.base, f"Practitioner/{each['id']}")
            for each in ehr.search("Practitioner?_count=50")
        ]
        assert {one.code for one in linked} == {0}
        return Site(companion, ehr, linked[0].json["reference"], place)

    yield made
    for one in running:
        one.shutdown()
        one.server_close()
