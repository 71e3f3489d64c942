"""Spans: a request, the step in it, each exchange with the FHIR server; attributes from a list, no words of errors."""

from __future__ import annotations

import builtins
import contextlib
import gzip
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from carefhir.errors import BadInput
from carefhir.faces.web.tracing import ATTRIBUTES, NoTracing, OpenTelemetryTracing, tracing_to
from tests.faces.web.conftest import Service, service_on
from tests.support.issuer import Issuer


class Traced:
    """A service, and its spans."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.tracing = OpenTelemetryTracing(provider)
        self.service: Service = service_on(Issuer(), tracing=self.tracing)

    def spans(self) -> Sequence[ReadableSpan]:
        return self._spans.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans() if span.name == name]


def test_a_request_its_step_and_its_exchanges() -> None:
    traced = Traced()
    answer = traced.service.show("overview")
    (request,) = traced.named("request")
    (step,) = traced.named("step")
    exchanges = traced.named("FHIR exchange")
    assert dict(request.attributes or {}) == {
        "carefhir.ehr": "main",
        "carefhir.step": "overview",
        "carefhir.outcome": "read",
        "carefhir.request": answer.headers["X-Request-Id"],
        "http.request.method": "GET",
        "http.response.status_code": 200,
    }
    assert dict(step.attributes or {}) == {"carefhir.ehr": "main", "carefhir.step": "overview"}
    assert len(exchanges) == len(traced.service.network.to_the_ehr()) > 0
    assert request.parent is None
    assert step.parent == request.context
    assert {span.parent.span_id for span in exchanges if span.parent} == {step.context.span_id}
    assert {span.context.trace_id for span in traced.spans()} == {request.context.trace_id}
    assert {key for span in traced.spans() for key in span.attributes or {}} <= ATTRIBUTES


def test_an_exchange_that_fails_says_how() -> None:
    traced = Traced()
    traced.service.network.trouble = lambda request: httpx.Response(403, text="Delgado") if _to_ehr(request) else None
    traced.service.show("overview")
    ends = [dict(span.attributes or {}) for span in traced.named("FHIR exchange")]
    assert ends
    assert {(end["carefhir.outcome"], end["http.response.status_code"]) for end in ends} == {("4xx", 403)}


def _to_ehr(request: httpx.Request) -> bool:
    return request.url.host == "ehr.test"


def test_an_error_that_passes_through_leaves_no_words() -> None:
    traced = Traced()
    with contextlib.suppress(ValueError), traced.tracing.span("step", {"Jensen": "Tran"}) as note:
        note("patient", "Rosa")
        raise ValueError("Delgado")
    (span,) = traced.spans()
    assert (span.events, dict(span.attributes or {}), span.status.description) == ((), {}, None)


def test_spans_reach_a_collector() -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    tracing = tracing_to(f"http://127.0.0.1:{server.server_address[1]}/v1/traces")
    try:
        with tracing.span("step", {"carefhir.step": "overview", "patient": "Delgado"}):
            pass
        tracing.close()
    finally:
        server.shutdown()
        server.server_close()
    ((path, body),) = received
    text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    assert path == "/v1/traces"
    assert b"carefhir.step" in text
    assert b"overview" in text
    assert b"Delgado" not in text


def test_without_a_collector_there_are_no_spans() -> None:
    tracing = tracing_to("")
    assert isinstance(tracing, NoTracing)
    with tracing.span("step", {}) as note:
        note("carefhir.step", "overview")
    tracing.close()


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def missing(name: str, *more: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ModuleNotFoundError(name)
        return imported(name, *more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(BadInput, match=r"^traces: needs packages .*carefhir\[otel\]"):
        tracing_to("http://127.0.0.1:4318/v1/traces")
