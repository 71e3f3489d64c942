"""What those who run the service see of a request: counts, a log line and spans, all of them from lists."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from carefhir.faces.web import definitions
from carefhir.faces.web.log_lines import service_log
from carefhir.faces.web.metrics import OTHER, ServiceMetrics
from carefhir.faces.web.statuses import TABLE
from carefhir.faces.web.tracing import NoTracing, SpanNote, Tracing
from carefhir.fhir.wire import Failure, Request, Response, TokenRequest
from carefhir.transport.observing import Ended

PAGES: Mapping[str, str] = {
    "/health": "health",
    "/ready": "ready",
    "/metrics": "metrics",
    "/openapi.json": "openapi",
    "/{ehr}/fhir/metadata": "metadata",
    "/{ehr}/fhir/OperationDefinition/{name}": "metadata",
    "/{ehr}/fhir/Questionnaire/$score": "score",
    "/{ehr}/api/score": "score",
    "/launch": "launch",
    "/{ehr}/launch": "launch",
    "/{ehr}/launch/standalone": "launch",
    "/{ehr}/launch/callback": "callback",
    "/{ehr}/launch/jwks.json": "jwks",
    "/s/{launch_id}/": "session",
    "/s/{launch_id}/logout": "logout",
    "/s/{launch_id}/link": "link",
    "/{ehr}/notifications": "notified",
    "/{ehr}/notifications/{type}/{id}": "notified",
    "/{ehr}/cds-services": "cds-services",
    "/{ehr}/cds-services/{service}": "cds-services",
    "/{ehr}/cds-services/{service}/feedback": "cds-feedback",
}
"""What a request is called that is for no step: the route as it is declared, and its name. A new route adds a line."""

CUT_OFF = "cut-off"
"""The outcome of a request that was never answered: the service stopped first."""

PROBES = frozenset({"health", "ready", "metrics"})
"""Asked for all the time by machines: their success is not logged."""

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
RECORD = "carefhir.request"
"""Where the record of a request is, in its ASGI scope."""


@dataclass(slots=True)
class RequestRecord:
    """What is told of one request. Every text is from a list."""

    method: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Of our own making; an answer has it as `X-Request-Id`."""
    ehr: str = "-"
    step: str = "-"
    outcome: str = OTHER
    """Its line in the table of statuses."""
    status: int = 0

    def routed(self, scope: Mapping[str, Any], aliases: frozenset[str]) -> None:
        """Reads off what the request turned out to be for. A part of the address that is on no list may be a name."""
        values = scope.get("path_params", {})
        # FastAPI names no route for one of Starlette's, as its own openapi.json is: those have no parts, and are exact.
        declared = PAGES.get(_declared(scope), "-")
        self.step = declared if declared != "-" else _among(definitions.NAMES, values.get("name"))
        self.ehr = _among(aliases, values.get("ehr"))
        if not self.status:
            self.outcome = CUT_OFF
        elif self.outcome == OTHER and declared != "-" and self.status < 400:
            self.outcome = declared  # a page is answered without the table of statuses


def _declared(scope: Mapping[str, Any]) -> str:
    """The address as its route is declared: each part that is a parameter by the parameter's name, so that nothing of
    what a caller wrote is left. (Not every route says so itself.)"""
    names = {value: f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in scope.get("path", "").split("/"))


def _among(names: frozenset[str], given: object) -> str:
    return given if isinstance(given, str) and given in names else "-"


class Monitoring:
    """What is told of the requests of one application."""

    def __init__(self, aliases: frozenset[str], *, tracing: Tracing | None = None) -> None:
        self.aliases = aliases
        self.metrics = ServiceMetrics(
            ehrs=aliases,
            steps={*definitions.NAMES, *PAGES.values()},
            kinds={*TABLE, *PAGES.values(), CUT_OFF},
            version=definitions.VERSION,
        )
        self.tracing: Tracing = tracing or NoTracing()
        self.log: structlog.stdlib.BoundLogger = service_log()

    @contextmanager
    def request(self, scope: Mapping[str, Any]) -> Iterator[RequestRecord]:
        """Tells of a request when it has ended."""
        method = scope["method"] if scope["method"] in METHODS else "-"
        record, began = RequestRecord(method), time.monotonic()
        self.metrics.running(1)
        try:
            with self.tracing.span("request", {"http.request.method": method, "carefhir.request": record.id}) as note:
                try:
                    yield record
                finally:
                    record.routed(scope, self.aliases)
                    self._note(record, note)
        finally:
            self.metrics.running(-1)
            self._told(record, time.monotonic() - began)

    def _note(self, record: RequestRecord, note: SpanNote) -> None:
        note("carefhir.ehr", record.ehr)
        note("carefhir.step", record.step)
        note("carefhir.outcome", record.outcome)
        note("http.response.status_code", record.status)

    def _told(self, record: RequestRecord, seconds: float) -> None:
        labels = {"step": record.step, "ehr": record.ehr, "outcome": record.outcome}
        self.metrics.count("requests", labels)
        self.metrics.took("request_seconds", seconds, labels)
        if record.step in PROBES and record.status == 200:
            return
        self.log.info(
            "request",
            method=record.method,
            ehr=record.ehr,
            step=record.step,
            outcome=record.outcome,
            status=record.status,
            ms=round(seconds * 1_000),
            request=record.id,
        )

    def step(self, ehr: str, name: str) -> AbstractContextManager[SpanNote]:
        """A span for a step or a reading, apart from signing in and from what is read of its request."""
        return self.tracing.span("step", {"carefhir.ehr": ehr, "carefhir.step": name})


class ExchangeWatch:
    """Counts the exchanges with the FHIR server of one EHR, and makes a span of each."""

    def __init__(self, ehr: str, monitoring: Monitoring) -> None:
        self._ehr, self._monitoring = ehr, monitoring

    @contextmanager
    def exchange(self, request: Request | TokenRequest) -> Iterator[Ended]:
        """One exchange. Nothing of its target is told: that names people."""
        kind, method = ("fhir", request.method) if isinstance(request, Request) else ("sign-in", "POST")
        outcome, began = "broken", time.monotonic()
        labels: dict[str, str | int] = {"carefhir.ehr": self._ehr, "http.request.method": method}
        with self._monitoring.tracing.span("FHIR exchange", {**labels, "fhir.exchange": kind}) as note:

            def ended(answer: Response | Failure) -> None:
                nonlocal outcome
                if isinstance(answer, Response):
                    outcome = f"{answer.status // 100}xx"
                    note("http.response.status_code", answer.status)
                else:
                    outcome = answer.kind
                note("carefhir.outcome", outcome)

            try:
                yield ended
            finally:
                metrics = self._monitoring.metrics
                metrics.count("fhir_exchanges", {"ehr": self._ehr, "outcome": outcome})
                metrics.took("fhir_exchange_seconds", time.monotonic() - began, {"ehr": self._ehr})
