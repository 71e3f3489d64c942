"""What a call must hold, what is prefetched, and what may be fetched: tests 67 and 68."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from carefhir.faces.web.hooks import prefetch, routes
from carefhir.faces.web.hooks.services import SERVICES
from carefhir.fhir.search import Need, Of, Since
from tests.faces.web.hooks.conftest import DISCHARGE, HOOK_OF, ORDERS, STATUS, Hooks
from tests.support.cds_client import ACCESS

Json = dict[str, Any]


def _issue(answer: httpx.Response) -> str:
    text: str = answer.json()["issue"][0]["details"]["text"]
    return text


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"context": {"patientId": "another"}}, 412, "fhirAuthorization.patient"),
        ({"context": {"patientId": None}}, 400, "context.patientId"),
        ({"context": {"patientId": ""}}, 400, "context.patientId"),
        ({"context": {"patientId": "1/../2"}}, 400, "context.patientId"),
        ({"context": {"patientId": 7}}, 400, "context.patientId"),
        ({"context": {"userId": None}}, 400, "context.userId"),
        ({"context": {"userId": "https://evil.test/Practitioner/1"}}, 400, "context.userId"),
        ({"context": {"encounterId": "?x=1"}}, 400, "context.encounterId"),
        ({"hook": None}, 400, "hook"),
        ({"hook": "order-sign"}, 400, "hook"),
        ({"hook": "medication-prescribe"}, 400, "hook"),
        ({"hookInstance": None}, 400, "hookInstance"),
        ({"hookInstance": "7"}, 400, "hookInstance"),
        ({"prefetch": []}, 400, "prefetch"),
        ({"fhirServer": None}, 400, "fhirServer"),
        ({"fhirServer": "https://evil.test/fhir"}, 412, "fhirServer"),
        ({"fhirServer": "https://ehr.test/fhirX"}, 412, "fhirServer"),
        ({"fhirServer": "https://ehr.test.evil.test/fhir"}, 412, "fhirServer"),
        ({"fhirAuthorization": "Bearer x"}, 400, "fhirAuthorization"),
    ],
)
def test_67_a_call_that_cannot_be_understood(hooks: Hooks, changes: Json, status: int, named: str) -> None:
    answer = hooks.call(STATUS, **changes)
    assert (answer.status_code, _issue(answer).partition(":")[0]) == (status, named)
    assert hooks.read_from_ehr() == []


@pytest.mark.parametrize("context", [None, [], "Rosa", {}])
def test_67_nullctx(hooks: Hooks, context: Any) -> None:
    body = {**hooks.ehr.request("patient-view"), "context": context}
    answer = hooks.post(STATUS, body)
    assert answer.status_code == 400
    assert _issue(answer).startswith("context")


@pytest.mark.parametrize(("service", "lacks"), [(DISCHARGE, "encounterId"), (ORDERS, "draftOrders")])
def test_67_each_hook_has_its_context(hooks: Hooks, service: str, lacks: str) -> None:
    answer = hooks.call(service)
    assert (answer.status_code, _issue(answer)) == (400, f"context.{lacks}: is missing")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"access_token": None}, "access_token"),
        ({"access_token": "two words"}, "access_token"),
        ({"access_token": "a\r\nHost: evil.test"}, "access_token"),
        ({"token_type": "MAC"}, "token_type"),
        ({"scope": None}, "scope"),
        ({"patient": 7}, "patient"),
    ],
)
def test_67_a_token_that_cannot_be_used(hooks: Hooks, changes: Json, named: str) -> None:
    answer = hooks.call(STATUS, fhirAuthorization=hooks.ehr.authorization(**changes))
    assert (answer.status_code, _issue(answer).partition(":")[0]) == (400, f"fhirAuthorization.{named}")
    assert hooks.read_from_ehr() == []


@pytest.mark.parametrize("body", [b"", b"Delgado", b"[]", b"null"])
def test_67_a_body_that_is_none(hooks: Hooks, body: bytes) -> None:
    token = hooks.ehr.token(f"https://care.test/main/cds-services/{STATUS}")
    headers = {"Content-Type": "application/json"}
    answer = hooks.service.call("POST", f"/main/cds-services/{STATUS}", token=token, content=body, headers=headers)
    assert answer.status_code == 400
    assert "Delgado" not in answer.text


def test_67_orders_for_another_patient(hooks: Hooks) -> None:
    order = {"resourceType": "MedicationRequest", "subject": {"reference": "Patient/another"}}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": order}]}
    answer = hooks.call(ORDERS, context={"draftOrders": bundle})
    assert answer.status_code == 400
    assert "another patient" in _issue(answer)


@pytest.mark.parametrize("orders", ["Bundle", {"resourceType": "List"}, {"resourceType": "Bundle", "entry": ["x"]}])
def test_67_orders_that_are_none(hooks: Hooks, orders: Any) -> None:
    assert hooks.call(ORDERS, context={"draftOrders": orders}).status_code == 400


def test_67_there_is_no_such_service(hooks: Hooks) -> None:
    assert hooks.post("cure", hooks.ehr.request("patient-view")).status_code == 404
    assert hooks.service.call("POST", f"/other/cds-services/{STATUS}", json={}).status_code == 404


# ---- prefetch


def _context(hooks: Hooks, service: str) -> Json:
    order = {
        "resourceType": "MedicationRequest",
        "id": "draft",
        "status": "draft",
        "subject": {"reference": hooks.ward.patient},
        "medicationCodeableConcept": {"text": "ibuprofen 400 mg"},
    }
    context = {
        DISCHARGE: {"encounterId": hooks.ward.stay.partition("/")[2]},
        ORDERS: {"draftOrders": {"resourceType": "Bundle", "entry": [{"resource": order}]}},
    }
    return context.get(service, {})


def _prefetched(hooks: Hooks, service: str) -> Json:
    context = _context(hooks, service)
    return hooks.ehr.prefetch(hooks.discovery()[service]["prefetch"], context)


def _told(cards: list[Json]) -> list[Json]:
    return [{name: value for name, value in card.items() if name != "uuid"} for card in cards]


@pytest.mark.parametrize("service", HOOK_OF)
def test_68_the_templates_are_in_the_subset_every_client_knows(hooks: Hooks, service: str) -> None:
    """Reads by id, and searches by patient, by codes without a modifier, by a date with a prefix."""
    read = re.compile(r"[A-Z][A-Za-z]+/\{\{context\.(patientId|encounterId)\}\}")
    search = re.compile(r"[A-Z][A-Za-z]+\?patient=\{\{context\.patientId\}\}(&(code|status|date)=[^&{}]+)*")
    templates = hooks.discovery()[service]["prefetch"]
    for name, template in templates.items():
        assert read.fullmatch(template) or search.fullmatch(template), f"{name}: {template}"
    declared = {need.name for each in SERVICES if each.id == service for need in each.reading.needs}
    assert set(templates) >= declared - {"draft_medications"}


@pytest.mark.parametrize("service", HOOK_OF)
def test_68_all_is_prefetched(with_rosa_enrolled: Hooks, service: str) -> None:
    """With everything sent along nothing is fetched, and the cards are those of a service that fetches it."""
    hooks = with_rosa_enrolled
    sent, context = _prefetched(hooks, service), _context(hooks, service)
    before = len(hooks.read_from_ehr())
    cards = hooks.cards(service, fetch=False, prefetch=sent, context=context)
    assert len(hooks.read_from_ehr()) == before
    assert _told(cards) == _told(hooks.cards(service, context=context)) != []


@pytest.mark.parametrize("service", HOOK_OF)
def test_68_none(hooks: Hooks, service: str) -> None:
    """Without prefetch it is fetched with the call's own token; without one the service cannot answer."""
    context = _context(hooks, service)
    assert hooks.cards(service, context=context) != []
    tokens = {request.headers.get("authorization") for request in hooks.read_from_ehr()}
    assert tokens == {f"Bearer {ACCESS}"}
    answer = hooks.call(service, fetch=False, context=context)
    assert answer.status_code == 412
    assert "Patient" in _issue(answer)


FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
UNFIT: tuple[Any, ...] = (
    *("omitted", None, {}, [], "Task"),
    {"resourceType": "Bundle", "type": "history"},
    {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": FAILED}]},
    {"resourceType": "Task", "id": "one-of-several"},
    FAILED,
)


@pytest.mark.parametrize("value", UNFIT)
def test_68_some(hooks: Hooks, value: Any) -> None:
    """Only what is missing is fetched; or the call is answered with 412, naming it."""
    sent = {**_prefetched(hooks, STATUS), "tasks": value}
    if value == "omitted":
        del sent["tasks"]
    before = len(hooks.read_from_ehr())
    hooks.cards(STATUS, prefetch=sent)
    assert [request.url.path for request in hooks.read_from_ehr()[before:]] == ["/fhir/Task"]
    answer = hooks.call(STATUS, prefetch=sent, fetch=False)
    assert (answer.status_code, _issue(answer).rpartition(": ")[2]) == (412, "Task")


def test_68_a_withheld_prefetch_is_said(hooks: Hooks) -> None:
    """The user may not see it: it is not asked for once more, and never taken for "none"."""
    withheld = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}
    sent = {**_prefetched(hooks, STATUS), "tasks": withheld}
    before = len(hooks.read_from_ehr())
    cards = hooks.cards(STATUS, prefetch=sent)
    assert len(hooks.read_from_ehr()) == before
    assert [card for card in cards if "could not see whether anything is open or overdue" in card["summary"]]


def test_68_paged(with_rosa_enrolled: Hooks) -> None:
    """The rest of a page is fetched; what is on it counts."""
    hooks = with_rosa_enrolled
    whole = _prefetched(hooks, STATUS)
    answer = hooks.ward.front._weak.handle("GET", f"Task?patient={hooks.ward.patient}&_count=2")
    page = json.loads(answer.body)
    assert any(link["relation"] == "next" for link in page["link"])
    sent = {**whole, "tasks": page}
    before = len(hooks.read_from_ehr())
    assert _told(hooks.cards(STATUS, prefetch=sent)) == _told(hooks.cards(STATUS, prefetch=whole))
    assert len(hooks.read_from_ehr()) > before
    answer = hooks.call(STATUS, prefetch=sent, fetch=False)
    assert answer.status_code == 412


def test_68_a_next_page_elsewhere_is_never_followed(hooks: Hooks) -> None:
    """The search is sent to the EHR anew, and the token nowhere else."""
    sent = _prefetched(hooks, STATUS)
    sent["tasks"]["link"] = [{"relation": "next", "url": "https://evil.test/fhir/Task?page=2"}]
    hooks.cards(STATUS, prefetch=sent)
    assert hooks.network.hosts() <= {"ehr.test", "keys.test"}
    assert hooks.call(STATUS, prefetch=sent, fetch=False).status_code == 412


@pytest.mark.parametrize("how", ["total", "round number"])
def test_68_what_may_have_been_cut_short_is_fetched(with_rosa_enrolled: Hooks, how: str) -> None:
    """An EHR that sends a first page as if it were all."""
    hooks = with_rosa_enrolled
    sent = _prefetched(hooks, STATUS)
    tasks = sent["tasks"]
    tasks.pop("link", None)
    tasks.pop("total", None)
    if how == "total":
        tasks["total"], tasks["entry"] = len(tasks["entry"]), tasks["entry"][:3]
    else:
        tasks["entry"] = (tasks["entry"] * 10)[:10]
    before = len(hooks.read_from_ehr())
    hooks.cards(STATUS, prefetch=sent)
    assert [request.url.path for request in hooks.read_from_ehr()[before:]] == ["/fhir/Task"]
    assert hooks.call(STATUS, prefetch=sent, fetch=False).status_code == 412


def test_68_another_patients_records_are_not_counted(hooking: Callable[..., Hooks]) -> None:
    """An EHR that mixes up two charts: nothing of the other one is shown, and the patient is not there."""
    hooks = hooking()
    hooks.ward.front.load("earl")
    earl = hooks.ward.front.find("Patient", "earl")
    sent = _prefetched(hooks, STATUS)
    sent["patient"] = hooks.ward.front.get(earl)
    cards = hooks.cards(STATUS, prefetch=sent, fetch=False)
    assert [card["summary"] for card in cards] == ["Care management could not see this patient"]


def test_68_scopes_of_both_versions(hooks: Hooks) -> None:
    plain = _told(hooks.cards(STATUS))
    for scope in ("patient/*.read", "user/*.rs", "patient/*.cruds launch", "patient/*.Read"):
        assert _told(hooks.cards(STATUS, fhirAuthorization=hooks.ehr.authorization(scope=scope))) == plain


@pytest.mark.parametrize(
    "scope",
    [
        "patient/Patient.rs patient/Condition.rs",
        "patient/*.rs?category=x patient/Patient.rs",
        "patient/Patient.read patient/Task.c",
    ],
)
def test_68_what_no_scope_covers_is_not_asked_for_and_said(hooks: Hooks, scope: str) -> None:
    cards = hooks.cards(STATUS, fhirAuthorization=hooks.ehr.authorization(scope=scope))
    assert "/fhir/Task" not in {request.url.path for request in hooks.read_from_ehr()}
    assert [card for card in cards if "could not see whether anything is open or overdue" in card["summary"]]
    assert not [card for card in cards if "Candidate" in card["summary"]]


@pytest.mark.parametrize("changes", [{"scope": "openid launch"}, {"patient": None}])
def test_68_a_token_for_nobody_reads_nobody(hooks: Hooks, changes: Json) -> None:
    """Scopes about a patient, and no patient named: an empty answer would look like "none"."""
    answer = hooks.call(STATUS, fhirAuthorization=hooks.ehr.authorization(**changes))
    assert answer.status_code == 412
    assert hooks.read_from_ehr() == []


def test_68_a_server_that_does_not_answer(hooks: Hooks) -> None:
    hooks.network.trouble = lambda request: httpx.Response(500) if request.url.host == "ehr.test" else None
    assert hooks.call(STATUS).status_code == 412


def test_68_nobody_waits_for_a_card_for_long(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes too long is no answer, and never half of one."""
    sent = _prefetched(hooks, STATUS)
    monkeypatch.setattr(routes, "ANSWERED_WITHIN", 0.0)
    answer = hooks.call(STATUS)
    assert answer.status_code == 412
    assert "waits" in _issue(answer)
    assert hooks.call(STATUS, prefetch=sent).status_code == 200, "nothing had to be read"


def test_68_the_token_is_not_kept(hooks: Hooks) -> None:
    """A call after it, without one, cannot read; and no other token than the call's own ever goes out."""
    hooks.cards(STATUS)
    assert hooks.call(STATUS, fetch=False).status_code == 412
    assert {request.headers.get("authorization") for request in hooks.read_from_ehr()} == {f"Bearer {ACCESS}"}


def test_68_a_span_of_time_is_never_shorter_than_wanted() -> None:
    """A template is kept by the EHR for months: its day lies at least as far back as today's would."""
    need = Need("late", "Observation", (Of("patient", "subject"), Since("date", ("x",), "{today-365d}")))
    assert prefetch.templates((need,), "2026-03-09") == {
        "late": "Observation?patient={{context.patientId}}&date=ge2025-03-09T00:00:00Z"
    }


def test_nothing_is_ever_written(hooks: Hooks) -> None:
    before = hooks.ward.front.versions()
    for service in HOOK_OF:
        hooks.call(service, context=_context(hooks, service))
    assert hooks.ward.front.written_since(before) == []
    assert {request.method for request in hooks.read_from_ehr()} == {"GET"}
