"""Every line of the table of statuses, met by a request; what was sent is said; no name gets into a log or an error."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from limits import parse

from carefhir.faces.async_care import AsyncCare
from carefhir.faces.web import operations, statuses
from carefhir.faces.web.around import HEADERS
from carefhir.faces.web.operating import OperatingSettings
from carefhir.fhir import r4
from tests.faces.conftest import response
from tests.faces.web.conftest import Service, service_on
from tests.support.issuer import Issuer
from tests.support.planted import NAMES

Met = tuple[str, Callable[[Service], httpx.Response]]


def _conflict(service: Service) -> httpx.Response:
    assert service.api("enroll", service.enrollment()).status_code == 200
    return service.api("enroll", service.enrollment(reason="another"))


def _unreachable(service: Service) -> httpx.Response:
    service.network.trouble = lambda request: httpx.ConnectError("no") if request.url.host == "ehr.test" else None
    return service.api("enroll", service.enrollment())


def _too_often(service: Service) -> httpx.Response:
    limited = service_on(Issuer(), operating=OperatingSettings(per_caller=parse("1/hour")))
    assert limited.show("overview").status_code == 200
    return limited.show("overview")


def _writes(request: httpx.Request) -> bool:
    return request.method == "POST" and b'"transaction"' in request.content


def _silent(service: Service) -> httpx.Response:
    """No write is answered, and nothing of it is found."""
    service.network.trouble = lambda request: httpx.ReadTimeout("no") if _writes(request) else None
    return service.api("enroll", service.enrollment())


def _unfit(service: Service) -> httpx.Response:
    page = httpx.Response(200, headers={"content-type": "text/html"}, text="<html>sign in</html>")
    service.network.trouble = lambda request: page if request.url.host == "ehr.test" else None
    return service.api("enroll", service.enrollment())


MET: list[Met] = [
    ("done", lambda service: service.api("enroll", service.enrollment())),
    ("preview", lambda service: service.api("enroll", service.enrollment(), query="?preview=true")),
    ("read", lambda service: service.show("overview")),
    ("bad-input", lambda service: service.api("enroll", {"program": "care-management"})),
    ("bad-input", lambda service: service.api("enroll", {**service.enrollment(), "Delgado": 1})),
    ("bad-input", lambda service: service.api("enroll", service.enrollment(), query="?preview=perhaps")),
    ("bad-input", lambda service: service.api("enroll", service.enrollment(), query="?previw=true")),
    ("bad-input", lambda service: service.api("enroll", service.enrollment(preview="yes"))),
    ("bad-input", lambda service: service.api("enroll", service.enrollment(), headers={"Carefhir-Now": "now"})),
    ("not-signed-in", lambda service: service.api("enroll", service.enrollment(), token="")),
    ("not-granted", lambda service: service.api("enroll", service.enrollment(patient="Patient/Delgado"))),
    ("unknown", lambda service: service.api("cure", {})),
    ("unknown", lambda service: service.call("GET", "/somebody/api/patients/1/overview")),
    ("unknown", lambda service: service.call("GET", "/main/fhir/OperationDefinition/somebody")),
    ("unknown", lambda service: service.call("GET", "/somebody/somebody")),
    ("absent", lambda service: service.call("GET", "/main/api/patients/nobody/overview")),
    ("wrong-method", lambda service: service.show("enroll")),
    ("wrong-method", lambda service: service.api("overview", {})),
    ("wrong-method", lambda service: service.call("DELETE", f"/main/api/patients/{service.id}/enroll")),
    ("conflict", _conflict),
    ("too-large", lambda service: service.api("enroll", service.enrollment(reason="Delgado " * 10_000))),
    ("not-json", lambda service: service.call("POST", f"/main/api/patients/{service.id}/enroll", content=b"Delgado")),
    ("refused", lambda service: service.api("enroll", service.enrollment(program="none"))),
    ("rate-limited", _too_often),
    ("unfit", _unfit),
    ("unreachable", _unreachable),
    ("no-answer", _silent),
]


def test_every_line_is_met() -> None:
    elsewhere = {"unexpected", "content", "not-amendable", "partly-written", "lacks-data"}  # the last: hooks/
    assert {kind for kind, _ in MET} | elsewhere == set(statuses.TABLE)


@pytest.mark.parametrize(("kind", "request_of"), MET)
def test_a_status_for_each_end(
    service: Service, caplog: pytest.LogCaptureFixture, kind: str, request_of: Callable[[Service], httpx.Response]
) -> None:
    caplog.set_level(logging.INFO)
    answer = request_of(service)
    line = statuses.TABLE[kind]
    assert answer.status_code == line.status, answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.json().get("sent") or answer.json()["issue"][-1]["details"]["text"]
    if line.status >= 400:
        assert not [name for name in NAMES if name in answer.text]
        assert answer.json().get("code", line.code) == line.code
    lines = [record.getMessage() for record in caplog.records if record.name == "carefhir.web"]
    assert lines
    assert not [
        name for name in (*NAMES, service.token, "Rosa", "somebody", "patients/") if any(name in text for text in lines)
    ]


@pytest.mark.parametrize("fhir", [False, True])
@pytest.mark.parametrize(
    ("name", "wrong", "allowed"), [("enroll", "GET", {"POST"}), ("overview", "POST", {"GET", "HEAD"})]
)
def test_the_method_that_is_allowed_is_said(
    service: Service, fhir: bool, name: str, wrong: str, allowed: set[str]
) -> None:
    """RFC 9110, section 15.5.6: an answer 405 has Allow."""
    path = f"/main/fhir/Patient/{service.id}/${name}" if fhir else f"/main/api/patients/{service.id}/{name}"
    for method in (wrong, "DELETE", "TRACE"):
        answer = service.call(method, path)
        assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, allowed), method


@pytest.mark.parametrize("path", ["/health/", "/ready/", "/main/fhir/metadata/", "/main/api/worklist/"])
def test_nobody_is_sent_elsewhere(service: Service, path: str) -> None:
    """A redirect to the address without its last slash would be made from the host that the caller names."""
    answer = service.call("GET", path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 404
    assert "evil" not in f"{answer.headers} {answer.text}"


def test_the_method_of_other_addresses_is_said(service: Service) -> None:
    assert service.call("POST", "/health").headers["Allow"] == "GET"
    assert service.call("GET", "/main/fhir/Questionnaire/$score").headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("bad-input", statuses.NOT_SENT),
        ("refused", statuses.NOT_WRITTEN),
        ("unreachable", statuses.NOT_KNOWN_WRITTEN),
        ("no-answer", statuses.MAYBE_WRITTEN),
    ],
)
def test_what_was_sent_is_said(service: Service, kind: str, said: str) -> None:
    request_of = next(request for name, request in MET if name == kind)
    before = service.ward.front.versions()
    assert request_of(service).json()["sent"] == said
    if said != statuses.MAYBE_WRITTEN:
        assert service.ward.front.written_since(before) == []
    if said == statuses.NOT_SENT:
        assert service.network.to_the_ehr() == []


def test_a_server_that_is_gone_after_a_write(service: Service) -> None:
    """Whether it was written cannot be asked: that is said, and no patient data with it."""
    gone = False

    def trouble(request: httpx.Request) -> Exception | None:
        nonlocal gone
        gone = gone or _writes(request)
        return httpx.ReadTimeout("no") if gone else None

    service.network.trouble = trouble
    answer = service.api("enroll", service.enrollment())
    assert (answer.status_code, answer.json()["sent"]) == (502, statuses.MAYBE_WRITTEN)


def test_a_fault_says_where_and_nothing_else(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("Rosa Delgado")

    monkeypatch.setattr(AsyncCare, "run", fails)
    answer = service.api("enroll", service.enrollment())
    assert (answer.status_code, answer.json()["sent"]) == (500, statuses.MAYBE_WRITTEN)
    assert "RuntimeError at test_statuses.py" in answer.json()["message"]
    assert "Delgado" not in answer.text + caplog.text


def test_a_fault_outside_a_step_is_caught_too(service: Service, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("Rosa Delgado")

    monkeypatch.setattr("carefhir.faces.web.app._call", fails)
    monkeypatch.setattr("carefhir.faces.web.app._spoken", fails)
    answer = service.api("enroll", service.enrollment())
    assert answer.status_code == 500
    assert answer.headers["cache-control"] == "no-store"
    assert "Delgado" not in answer.text + caplog.text


def test_a_part_is_no_success(serving: Callable[..., Service]) -> None:
    service = serving(transaction=False)
    writes = 0

    def trouble(request: httpx.Request) -> httpx.Response | None:
        nonlocal writes
        if request.method in ("POST", "PUT") and request.url.host == "ehr.test" and "_search" not in str(request.url):
            writes += b'"batch"' not in request.content
            if writes > 2:
                return httpx.Response(422, json={"resourceType": "OperationOutcome", "issue": []})
        return None

    service.network.trouble = trouble
    answer = service.api("enroll", service.enrollment())
    assert (answer.status_code, answer.json()["outcome"]) == (502, "partly written")
    assert answer.json()["sent"] == statuses.REST_LACKS
    service.network.trouble = None
    assert service.api("enroll", service.enrollment()).status_code == 200


def test_fhir_says_it_as_an_operation_outcome(service: Service) -> None:
    for name, request in (("enroll", {"resourceType": "Parameters"}), ("cure", {"resourceType": "Parameters"})):
        answer = service.call("POST", f"/main/fhir/Patient/{service.id}/${name}", json=request)
        assert answer.headers["content-type"] == "application/fhir+json"
        assert r4.objections(answer.json()) == ()
        assert answer.json()["issue"][-1]["details"]["text"] == statuses.NOT_SENT


@pytest.mark.parametrize(
    "hinder",
    [
        {"token": "scopes"},
        {"token": "nobody"},
        {"trouble": "gone"},
    ],
)
@pytest.mark.parametrize("fhir", [True, False])
def test_what_must_be_done_now_is_said_whatever_is_in_the_way(service: Service, hinder: Any, fhir: bool) -> None:
    """A positive answer to item 9 is heard where the token lacks scopes, names nobody, or no server answers."""
    tokens = {"scopes": service.acting(scope="user/Patient.rs"), "nobody": service.issuer.token()}
    if hinder.get("trouble"):
        service.network.trouble = lambda request: httpx.ConnectError("no") if request.url.host == "ehr.test" else None
    given = response("rosa-phq-9-item-9")
    resource = {"resourceType": "Parameters", "parameter": [{"name": "response", "resource": given}]}
    place = f"/main/fhir/Patient/{service.id}/$record-assessment" if fhir else ""
    token = tokens.get(hinder.get("token", ""), service.token)
    answer = (
        service.call("POST", place, json=resource, token=token)
        if fhir
        else service.api("record-assessment", {"response": given}, token=token)
    )
    assert answer.status_code in (403, 503)
    first = answer.json()["issue"][0]["details"]["text"] if fhir else answer.json()["instructions"][0]
    assert "988" in first


def test_minimal_leaves_nothing_out_that_a_person_must_know(service: Service) -> None:
    given = {"response": response("rosa-phq-9-item-9")}
    whole = service.api("record-assessment", given).json()
    short = service.api("record-assessment", given, headers={"Prefer": "return=minimal"}).json()
    assert "written" in whole
    assert "written" not in short
    assert short["told"]["instructions"] == whole["told"]["instructions"] != []
    as_outcome = service.call(
        "POST",
        f"/main/fhir/Patient/{service.id}/$record-assessment",
        headers={"Prefer": "return=OperationOutcome"},
        json={"resourceType": "Parameters", "parameter": [{"name": "response", "resource": given["response"]}]},
    )
    assert as_outcome.status_code == 200
    assert as_outcome.json()["resourceType"] == "OperationOutcome"
    assert "988" in json.dumps(as_outcome.json()["issue"][0])


def test_every_reading_says_whether_whom_it_is_about_is_there() -> None:
    import typing

    from carefhir import catalog

    results = {typing.get_type_hints(reading.read)["return"] for reading in catalog.READINGS}
    assert results == set(operations.IS_THERE)
