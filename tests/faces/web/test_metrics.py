"""What is counted: each request once, by step, outcome and EHR; values from lists, and nothing else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from limits import parse
from prometheus_client.parser import text_string_to_metric_families

from carefhir.errors import BadInput
from carefhir.faces.web.metrics import Meter, ServiceMetrics
from carefhir.faces.web.monitoring import ExchangeWatch, Monitoring
from carefhir.faces.web.operating import OperatingSettings
from carefhir.fhir.wire import Failure, Request
from tests.faces.web.conftest import Service, service_on
from tests.support.issuer import Issuer

Labels = frozenset[tuple[str, str]]


def read(page: str) -> dict[tuple[str, Labels], float]:
    """Every value of a page, by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def counted(service: Service, name: str, **labels: str) -> float:
    page = service.app.state.monitoring.metrics.page()[0].decode()
    return read(page).get((f"carefhir_{name}", frozenset(labels.items())), 0.0)


def test_a_request_is_counted_by_what_became_of_it(service: Service) -> None:
    service.show("overview")
    service.show("overview")
    service.api("enroll", service.enrollment(program="none"))
    service.call("GET", "/somebody/somebody")
    service.call("GET", "/health")
    service.call("GET", "/main/fhir/metadata")
    service.call("GET", "/openapi.json")
    service.call("POST", "/main/api/score", json={})
    service.show("overview", token="made-up")
    requests = {
        ("overview", "read", "main"): 2,
        ("enroll", "refused", "main"): 1,
        ("-", "unknown", "-"): 1,
        ("health", "health", "-"): 1,
        ("metadata", "metadata", "main"): 1,
        ("openapi", "openapi", "-"): 1,
        ("score", "bad-input", "main"): 1,
        ("overview", "not-signed-in", "main"): 1,
    }
    for (step, outcome, ehr), times in requests.items():
        assert counted(service, "requests_total", step=step, outcome=outcome, ehr=ehr) == times, step
    assert counted(service, "request_seconds_count", step="overview", ehr="main") == 3
    assert counted(service, "tokens_refused_total", ehr="main") == 1
    assert counted(service, "requests_running") == 0


def test_exchanges_with_the_ehr_are_counted_by_how_they_end(service: Service) -> None:
    service.show("overview")
    answered = counted(service, "fhir_exchanges_total", ehr="main", outcome="2xx")
    assert answered == len(service.network.to_the_ehr()) > 0
    service.network.trouble = lambda request: httpx.Response(403) if request.url.host == "ehr.test" else None
    service.show("overview")
    assert counted(service, "fhir_exchanges_total", ehr="main", outcome="2xx") == answered
    assert counted(service, "fhir_exchanges_total", ehr="main", outcome="4xx") > 0
    assert counted(service, "fhir_exchange_seconds_count", ehr="main") == len(service.network.to_the_ehr())


@pytest.mark.parametrize("kind", ["unreachable", "timeout", "broken", "too-large"])
def test_an_exchange_without_an_answer_is_counted_by_why(kind: Any) -> None:
    monitoring = Monitoring(frozenset({"main"}))
    with ExchangeWatch("main", monitoring).exchange(Request("GET", "Patient/1")) as ended:
        ended(Failure(kind, sent=False))
    values = read(monitoring.metrics.page()[0].decode())
    labels = frozenset({("ehr", "main"), ("outcome", kind)})
    assert values["carefhir_fhir_exchanges_total", labels] == 1


def test_what_is_too_often_is_counted() -> None:
    service = service_on(Issuer(), operating=OperatingSettings(per_caller=parse("1/hour")))
    service.show("overview")
    service.show("overview")
    assert counted(service, "rate_limited_total", limit="caller", ehr="main") == 1
    assert counted(service, "requests_total", step="overview", outcome="rate-limited", ehr="main") == 1


def test_metrics_are_not_shown_unless_they_are_asked_for(service: Service) -> None:
    assert service.call("GET", "/metrics").status_code == 404
    shown = service_on(Issuer(), operating=OperatingSettings(metrics_here=True)).call("GET", "/metrics", token="")
    assert shown.status_code == 200
    assert shown.headers["content-type"].startswith("text/plain")
    assert ("carefhir_requests_running", frozenset()) in read(shown.text)


def test_metrics_at_an_address_of_their_own() -> None:
    metrics = _metrics()
    metrics.count("tokens_refused", {"ehr": "main"})
    listener = metrics.listen("127.0.0.1", 0)
    try:
        page = httpx.get(f"http://127.0.0.1:{listener.port}/metrics", trust_env=False).text
        assert read(page)["carefhir_tokens_refused_total", frozenset({("ehr", "main")})] == 1
        with pytest.raises(BadInput, match="metrics: cannot be used"):
            metrics.listen("127.0.0.1", listener.port)
    finally:
        listener.close()


def test_a_value_that_is_on_no_list_is_not_shown() -> None:
    metrics = _metrics()
    metrics.add(Meter("advice", "Advice given", {"about": frozenset({"consent"})}))
    metrics.count("advice", {"about": "Delgado", "Jensen": "Tran"})
    metrics.count("advice", {"about": "consent"})
    page = metrics.page()[0].decode()
    values: dict[Any, float] = read(page)
    assert values["carefhir_advice_total", frozenset({("about", "other")})] == 1
    assert values["carefhir_advice_total", frozenset({("about", "consent")})] == 1
    assert not [name for name in ("Delgado", "Jensen", "Tran") if name in page]
    with pytest.raises(KeyError):
        metrics.count("never added", {})


def test_two_applications_count_apart() -> None:
    first, second = _metrics(), _metrics()
    first.count("tokens_refused", {"ehr": "main"})
    assert b'carefhir_tokens_refused_total{ehr="main"}' not in second.page()[0]


def _metrics() -> ServiceMetrics:
    return ServiceMetrics(ehrs=["main"], steps=["overview"], kinds=["read"], version="1")
