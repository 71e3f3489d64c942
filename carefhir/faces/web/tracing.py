"""Spans of our own for OpenTelemetry: a request, a step in it, each exchange with a FHIR server. Nothing is
instrumented by itself: the instrumentation of FastAPI and of HTTP clients writes addresses, and so patients' ids and
search parameters, into spans. Without the packages of `carefhir[otel]`, or without a collector, nothing is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from typing import Any, Protocol

from carefhir.errors import BadInput

ATTRIBUTES = frozenset(
    {
        *("carefhir.ehr", "carefhir.step", "carefhir.outcome", "carefhir.request"),
        *("fhir.exchange", "http.request.method", "http.response.status_code"),
    }
)
"""Every attribute there is; another is left out."""

EXPORTED_WITHIN = 5
"""Seconds for which a collector is tried: one that is away must not hold up a service that stops."""

SpanNote = Callable[[str, str | int], None]
"""Puts an attribute on a span."""


class Tracing(Protocol):
    """Makes spans."""

    def span(self, name: str, attributes: Mapping[str, str | int]) -> AbstractContextManager[SpanNote]:
        """A span for the length of the block, within the one that runs."""
        ...

    def close(self) -> None:
        """Sends what is not sent yet."""
        ...


class NoTracing:
    """Makes no spans."""

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, str | int]) -> Iterator[SpanNote]:
        """No span."""
        yield lambda attribute, value: None

    def close(self) -> None:
        """Nothing is left to send."""


class OpenTelemetryTracing:
    """Makes spans with a tracer provider, which it owns; the process's global one is left alone."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("carefhir", version("carefhir"))

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, str | int]) -> Iterator[SpanNote]:
        """A span. An exception that passes through is not put on it: its words and stack may hold patient data."""
        allowed = {key: value for key, value in attributes.items() if key in ATTRIBUTES}
        with self._tracer.start_as_current_span(
            name, attributes=allowed, record_exception=False, set_status_on_exception=False
        ) as span:

            def note(attribute: str, value: str | int) -> None:
                if attribute in ATTRIBUTES:
                    span.set_attribute(attribute, value)

            yield note

    def close(self) -> None:
        """Sends what is not sent yet."""
        self._provider.shutdown()


def tracing_to(collector: str) -> Tracing:
    """Spans for a collector, by OTLP over HTTP; "" is for none. Raises `BadInput` where the packages are missing."""
    if not collector:
        return NoTracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        raise BadInput("traces: needs packages that are not installed: pip install 'carefhir[otel]'") from None
    resource = Resource.create({"service.name": "carefhir", "service.version": version("carefhir")})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=collector, timeout=EXPORTED_WITHIN)))
    return OpenTelemetryTracing(provider)
