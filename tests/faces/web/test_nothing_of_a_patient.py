"""R9 over the service: whatever is asked, and however it ends, nothing of the patient is in a log line, a metric, a
span, or the URL of a request that the service sends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response
from limits import parse
from opentelemetry import _logs, metrics, trace
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from carefhir.faces.async_care import AsyncCare
from carefhir.faces.web.log_lines import NAME
from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.proxies import TrustedProxies
from carefhir.faces.web.tracing import OpenTelemetryTracing
from tests.faces.conftest import response
from tests.faces.web.conftest import Service, service_on
from tests.support.issuer import Issuer
from tests.support.planted import NAMES

OTHER_PATIENT = "patient-of-another-address"
"""An id that only addresses hold: on the FHIR server's URL it must be, and nowhere else."""


class Watched:
    """A service, and everything that whoever runs it sees."""

    def __init__(self, log: Callable[[], str]) -> None:
        self._spans, self._log = InMemorySpanExporter(), log
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        operating = OperatingSettings(
            proxies=TrustedProxies(["10.0.0.0/8"]), failed_sign_ins=parse("2/hour"), metrics_here=True
        )
        self.service: Service = service_on(
            Issuer(), operating=operating, tracing=OpenTelemetryTracing(provider), largest=20_000
        )
        self.service.peer = ("10.0.0.1", 40_000)

    def everything(self) -> dict[str, str]:
        """What is seen, by its kind."""
        spans = self._spans.get_finished_spans()
        return {
            "log lines": self._log(),
            "metrics": self.service.call("GET", "/metrics", token="").text,
            "spans": "\n".join(span.to_json() for span in spans),
        }


@pytest.fixture
def watched(caplog: pytest.LogCaptureFixture) -> Watched:
    caplog.set_level(logging.DEBUG)
    ours = (NAME, "uvicorn", "opentelemetry", "limits", "asyncio")
    return Watched(
        lambda: "\n".join(
            f"{record.getMessage()} {record.exc_text or ''}"
            for record in caplog.records
            if record.name.partition(".")[0] in {name.partition(".")[0] for name in ours}
        )
    )


def _ask_everything(service: Service) -> list[int]:
    """Requests that hold names wherever a request can hold one."""
    named = " ".join(NAMES)
    headers = {"X-Forwarded-For": "Delgado, 203.0.113.9", "X-Request-Id": "Delgado", "traceparent": "Delgado"}
    headers |= {"baggage": "patient=Delgado", "User-Agent": "Jensen", "Prefer": "return=Delgado"}
    token = service.acting(sub="Delgado", name="Jensen", preferred_username="Tran")
    answers = [
        service.api("enroll", service.enrollment(reason=named), headers=headers, token=token),
        service.api("record-assessment", {"response": response("rosa-phq-9-item-9")}, token=token),
        service.api("enroll", {"Delgado": named}, token=token),
        service.api("enroll", service.enrollment(reason=named * 900), token=token),
        service.call("POST", f"/main/api/patients/{service.id}/enroll", content=named.encode(), headers=headers),
        service.show("overview", params={"somebody": "x"}, token=token),
        service.call("GET", f"/main/api/patients/{OTHER_PATIENT}/overview", token=token),
        service.call("GET", f"/main/fhir/Patient/{OTHER_PATIENT}/$overview", token=token),
        service.call("GET", f"/{OTHER_PATIENT}/{OTHER_PATIENT}"),
        service.call("GET", f"/main/fhir/OperationDefinition/{OTHER_PATIENT}"),
        service.call("DELGADO", f"/main/api/patients/{OTHER_PATIENT}/overview"),
        *(service.show("overview", token="Delgado", headers=headers) for _ in range(3)),
    ]
    return [answer.status_code for answer in answers]


def test_whatever_is_asked(watched: Watched) -> None:
    service = watched.service
    statuses = _ask_everything(service)
    assert {200, 400, 401, 404, 405, 413, 415, 429} <= set(statuses), statuses
    for kind, text in watched.everything().items():
        assert "overview" in text, kind
        hidden = (*NAMES, OTHER_PATIENT, "DELGADO", "Rosa", f"Patient/{service.id}", service.token, "203.0.113.9")
        assert [name for name in hidden if name in text] == [], kind
    for request in service.network.sent:
        assert [name for name in NAMES if name in str(request.url)] == []


@pytest.mark.parametrize("fault", [RuntimeError("Rosa Delgado"), KeyError("Delgado"), UnicodeError("Jensen")])
def test_whatever_goes_wrong(watched: Watched, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    async def fails(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr(AsyncCare, "run", fails)
    assert watched.service.api("enroll", watched.service.enrollment()).status_code == 500
    for kind, text in watched.everything().items():
        assert "enroll" in text, kind
        assert [name for name in (*NAMES, "Rosa") if name in text] == [], kind


class GlobalTelemetry:
    """A process whose OpenTelemetry is set up by somebody else: traces, metrics and logs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._spans, self._logs, self._metrics = (
            InMemorySpanExporter(),
            InMemoryLogRecordExporter(),
            InMemoryMetricReader(),
        )
        traces = TracerProvider(shutdown_on_exit=False)
        traces.add_span_processor(SimpleSpanProcessor(self._spans))
        logs = LoggerProvider(shutdown_on_exit=False)
        logs.add_log_record_processor(SimpleLogRecordProcessor(self._logs))
        meters = MeterProvider([self._metrics], shutdown_on_exit=False)
        monkeypatch.setattr(trace, "get_tracer_provider", lambda: traces)
        monkeypatch.setattr(_logs, "get_logger_provider", lambda: logs)
        monkeypatch.setattr(metrics, "get_meter_provider", lambda: meters)

    def told(self) -> str:
        data = self._metrics.get_metrics_data()
        spans = [span.to_json() for span in self._spans.get_finished_spans()]
        logs = [each.log_record.body for each in self._logs.get_finished_logs()]
        return "\n".join([*spans, *map(str, logs), data.to_json() if data else ""])


def test_the_web_framework_traces_nothing_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    telemetry = GlobalTelemetry(monkeypatch)
    service = service_on(Issuer())
    assert service.show("overview").status_code == 200
    assert telemetry.told().strip() == ""

    left_alone = FastAPI()
    left_alone.add_route("/main/api/patients/{patient}/overview", lambda request: Response(), methods=["GET"])
    service.app = left_alone
    service.show("overview")
    assert f"/patients/{service.id}" in telemetry.told()  # so it would be noticed


def test_whatever_the_ehr_says(watched: Watched) -> None:
    page = httpx.Response(400, json={"resourceType": "OperationOutcome", "issue": [{"diagnostics": "Rosa Delgado"}]})
    watched.service.network.trouble = lambda request: page if request.url.host == "ehr.test" else None
    watched.service.show("overview")
    watched.service.api("enroll", watched.service.enrollment())
    for kind, text in watched.everything().items():
        assert [name for name in (*NAMES, "Rosa") if name in text] == [], kind
