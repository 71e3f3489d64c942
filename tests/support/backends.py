"""Servers as the step tests see them: a sandbox in the process, or a real HAPI; and drivers that fail on purpose."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from carefhir.fhir.capability import Capabilities, Limits, read_capabilities
from carefhir.fhir.codec import decode, encode
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.gather import Way
from carefhir.fhir.homes import Home
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Answer, Ask, Failure, Flow, Request, Response, Wait, Waited
from carefhir.sandbox import Knobs, Sandbox
from carefhir.transport.requests_driver import RequestsDriver

T = TypeVar("T")
_REAL_TIME = Sandbox()._now
Json = dict[str, Any]
EXAMPLES = Path(__file__).parents[2] / "profiles" / "examples"
RESPONSES = EXAMPLES.parent / "responses"
EXAMPLE = "https://carefhir.org/fhir/sid/example"


class Killed(BaseException):
    """The process ended here."""


def run_flow(flow: Flow[T], answer: Callable[[Sequence[Ask]], tuple[Answer, ...]]) -> T:
    """The smallest driver."""
    try:
        asks = flow.send(None)  # type: ignore[arg-type]
        while True:
            asks = flow.send(answer(asks))
    except StopIteration as stop:
        value: T = stop.value
        return value


@dataclass
class Backend:
    """One server: how to exchange with it, and what it can do."""

    name: str
    base: str
    exchange: Callable[[Request], Response | Failure]
    sandbox: Sandbox | None = None
    capabilities: Capabilities = field(init=False)

    def __post_init__(self) -> None:
        self.capabilities = self.run(read_capabilities())

    def fork(self) -> Backend | None:
        """Another sandbox that holds what this one holds; None for a server that cannot be copied."""
        if self.sandbox is None:
            return None
        made = object.__new__(Backend)
        made.name, made.base, made.capabilities = self.name, self.base, self.capabilities
        made.sandbox = self.sandbox.copy()
        made.exchange = exchange_of(made.sandbox)
        return made

    @property
    def is_fresh(self) -> bool:
        """Whether it is a sandbox with nothing on it and no clock of its own: any copy is as good."""
        sandbox = self.sandbox
        return sandbox is not None and sandbox._now is _REAL_TIME and not any(sandbox._store.types.values())

    def becomes(self, other: Sandbox) -> None:
        """Holds what another sandbox holds, and goes on behaving as it does."""
        assert self.sandbox is not None
        self.sandbox = other.copy(self.sandbox.knobs)
        self.exchange = exchange_of(self.sandbox)

    def otherwise(self, knobs: Knobs) -> Backend:
        """A sandbox that holds what this one holds, and behaves otherwise."""
        assert self.sandbox is not None
        made = object.__new__(Backend)
        made.name, made.base, made.sandbox = self.name, self.base, self.sandbox.copy(knobs)
        made.exchange = exchange_of(made.sandbox)
        made.capabilities = _empty(knobs).capabilities
        return made

    def run(self, flow: Flow[T]) -> T:
        return run_flow(flow, lambda asks: tuple(self.answer(one) for one in asks))

    def answer(self, one: Ask) -> Answer:
        return Waited() if isinstance(one, Wait) else self.exchange(one)

    def server(
        self, *, way: Way | None = None, commit: CommitWay | None = None, limits: Limits | None = None
    ) -> Server:
        limits = limits or Limits()
        jitter = itertools.cycle((0.3, 0.7)).__next__
        return Server(Home.at(self.base), self.capabilities.limited(limits), way, commit, jitter=jitter)

    # -- looking and setting up, by hand-made requests --------------------------------------------------------------

    def get(self, target: str) -> Json:
        answer = self.exchange(Request("GET", target, (("Cache-Control", "no-cache"),)))
        assert isinstance(answer, Response), answer
        assert answer.status == 200, (target, answer.status, answer.body[:300])
        found = decode(answer.body)
        assert isinstance(found, dict)
        return found

    def search(self, target: str) -> list[Json]:
        """All pages of a search."""
        bundle = self.get(target)
        found = [one["resource"] for one in bundle.get("entry", [])]
        home = Home.at(self.base)
        while following := next((x["url"] for x in bundle.get("link", []) if x["relation"] == "next"), None):
            target_ = home.target_of(following)
            assert target_ is not None
            bundle = self.get(target_)
            found += [one["resource"] for one in bundle.get("entry", [])]
        return found

    def post(self, body: Json, target: str = "") -> Json:
        headers = (("Content-Type", "application/fhir+json"), ("Accept", "application/fhir+json"))
        answer = self.exchange(Request("POST", target, headers, encode(body)))
        assert isinstance(answer, Response), answer
        assert answer.status in (200, 201), (answer.status, answer.body[:600])
        found = decode(answer.body)
        assert isinstance(found, dict)
        return found

    def put(self, resource: Json) -> Json:
        headers = (("Content-Type", "application/fhir+json"),)
        target = f"{resource['resourceType']}/{resource['id']}"
        answer = self.exchange(Request("PUT", target, headers, encode(resource)))
        assert isinstance(answer, Response), answer
        assert answer.status in (200, 201), (answer.status, answer.body[:600])
        found = decode(answer.body)
        assert isinstance(found, dict)
        return found

    def create(self, resource: Json) -> str:
        made = self.post(resource, str(resource["resourceType"]))
        return f"{made['resourceType']}/{made['id']}"

    def load(self, name: str, mark: str = "") -> None:
        """Posts an example Bundle; with a mark, as another person of the same story."""
        text = (EXAMPLES / f"Bundle-{name}.json").read_text()
        bundle = json.loads(text)
        if mark:
            bundle = _marked(bundle, mark)
        self.post(bundle)

    def find(self, type_: str, example: str) -> str:
        found = self.search(f"{type_}?identifier={EXAMPLE}|{example}".replace("|", "%7C"))
        assert len(found) == 1, (type_, example, len(found))
        return f"{type_}/{found[0]['id']}"


def _marked(bundle: Json, mark: str) -> Json:
    """The same story of another person: own identifiers, own urns; practitioners stay who they are."""
    team = {"hospital", "snf", "practice"}

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            made = {key: change(item) for key, item in value.items()}
            if made.get("system") == EXAMPLE and isinstance(made.get("value"), str):
                made["value"] += mark
            return made
        if isinstance(value, list):
            return [change(item) for item in value]
        if isinstance(value, str) and value.startswith(f"identifier={EXAMPLE}|"):
            return value + mark
        return value

    made: Json = change(bundle)
    assert not {one["resource"]["resourceType"] for one in made["entry"]} & {"Practitioner"}, team
    return made


def by_age(resource: Json) -> tuple[str, int, str]:
    """The newest comes last: by the server's time, and of one moment by ids, which rise where a server counts."""
    return str(resource["meta"]["lastUpdated"]), len(resource["id"]), str(resource["id"])


def new_mark() -> str:
    return f"-{uuid.uuid4().hex[:8]}"


def sandbox_backend(knobs: Knobs | None = None) -> Backend:
    """A fresh sandbox, in the process."""
    fresh = _empty(knobs or Knobs()).fork()
    assert fresh is not None
    return fresh


@cache
def _empty(knobs: Knobs) -> Backend:
    """One with nothing on it, to be copied: its statement, half a megabyte, is read once in a process."""
    sandbox = Sandbox(knobs)
    return Backend("sandbox", "http://localhost/fhir", exchange_of(sandbox), sandbox)


def exchange_of(sandbox: Sandbox) -> Callable[[Request], Response | Failure]:
    """Asks a sandbox in this process."""

    def exchange(request: Request) -> Response | Failure:
        answer = sandbox.handle(request.method, request.target, dict(request.headers), request.body)
        return Response(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.body)

    return exchange


def http_backend(base: str, name: str = "hapi") -> Backend:
    """A server over HTTP, one request at a time."""
    driver = RequestsDriver(Home.at(base), lanes=1, timeout=(5.0, 120.0))

    def exchange(request: Request) -> Response | Failure:
        return driver._send(request)

    return Backend(name, base, exchange)


@dataclass
class Interrupted:
    """A driver that ends the process, or loses one answer, at the n-th exchange (counted from 1)."""

    backend: Backend
    at: int
    how: str
    count: int = 0
    writes: list[int] = field(default_factory=list)
    """At which exchanges something was written."""

    def run(self, flow: Flow[T]) -> T:
        return run_flow(flow, lambda asks: tuple(self._answer(one) for one in asks))

    def _answer(self, one: Ask) -> Answer:
        if isinstance(one, Wait):
            return Waited()
        self.count += 1
        if one.method == "PUT" or (one.method == "POST" and not one.repeatable and "_search" not in one.target):
            self.writes.append(self.count)
        answer = self.backend.exchange(one)
        if self.count == self.at and self.how == "killed after":
            raise Killed
        if self.count == self.at and self.how == "answer lost":
            return Failure("broken", True)
        return answer
