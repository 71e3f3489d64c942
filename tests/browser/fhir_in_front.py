"""The FHIR server as the service under test sees it: every request counted, and where to sign in said, whoever answers.

A real HAPI knows nothing of an authorization server; in front of it stands a relay that does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from carefhir.sandbox import Sandbox, SandboxAnswer

Answering = Callable[[str, str, Mapping[str, str], bytes], SandboxAnswer]
"""Answers one exchange: method, target below the base, headers, body."""
FORWARDED = ("accept", "cache-control", "content-type", "if-match", "if-none-exist", "if-none-match", "prefer")
ANSWERED = ("content-type", "date", "etag", "last-modified", "retry-after")
UNCACHED = {"accept": "application/fhir+json", "cache-control": "no-cache"}
"""What the tests' own look past the count is sent with: HAPI keeps what a search found for a minute."""
PLACED = ("content-location", "location")


@dataclass(frozen=True, slots=True)
class CountedRequest:
    """A request that reached the FHIR server."""

    method: str
    target: str


class FhirInFront(Sandbox):
    """Answers for another server: `start` serves it and `TinyEhr` stands before it as if it were a sandbox itself."""

    def __init__(self, behind: Answering) -> None:
        super().__init__()
        self._behind = behind
        self.requests: list[CountedRequest] = []
        """What came over HTTP, in its order; not what the tests and the tiny EHR ask past it."""

    def handle(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> SandboxAnswer:
        """One exchange. What is asked without headers comes from within this process, and is not counted."""
        if target.partition("?")[0].startswith(".well-known/"):
            return super().handle(method, target, headers, body)
        if headers is not None:
            self.requests.append(CountedRequest(method, target))
        return self._behind(method, target, headers or {}, body)


class HapiRelay:
    """Hands every exchange on to a server over HTTP, and has its addresses read as those of who stands in front."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._client = httpx.Client(trust_env=False, timeout=120.0)

    def __call__(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> SandboxAnswer:
        """One exchange; no token is handed on, for nobody there asks for one."""
        lowered = {name.lower(): value for name, value in (headers or UNCACHED).items()}
        front = f"http://{lowered['host']}/fhir" if "host" in lowered else self._base
        answer = self._client.request(
            method,
            f"{self._base}/{target}".removesuffix("/"),
            headers={name: lowered[name] for name in FORWARDED if name in lowered},
            content=body.replace(front.encode(), self._base.encode()),
        )
        kept = {name: answer.headers[name] for name in ANSWERED if name in answer.headers}
        placed = {name: answer.headers[name].replace(self._base, front) for name in PLACED if name in answer.headers}
        return SandboxAnswer(
            answer.status_code, {**kept, **placed}, answer.content.replace(self._base.encode(), front.encode())
        )

    def close(self) -> None:
        """Lets go of its connections."""
        self._client.close()
