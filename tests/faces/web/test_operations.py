"""Steps over HTTP do what they do on every face: one patient; previews and repeats write nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from carefhir import catalog
from carefhir.engine.results import plain
from carefhir.faces.care import Care
from carefhir.faces.web.parameters import parameters, values_of
from carefhir.fhir import r4
from carefhir.fhir.codec import decode, encode
from carefhir.workflows.supervision.enroll import Enroll
from tests.faces.conftest import NOW, response
from tests.faces.web.conftest import Service
from tests.support.anything import ANY, Chance
from tests.support.backends import sandbox_backend
from tests.support.stage import Stage, stage

Json = dict[str, Any]


def as_parameters(values: Json) -> Json:
    """Fields as a caller of FHIR operations sends them."""
    listed = (
        (name, each) for name, value in values.items() for each in (value if isinstance(value, list) else [value])
    )
    return {"resourceType": "Parameters", "parameter": [{"name": name, "valueString": each} for name, each in listed]}


def by_name(document: Json) -> dict[str, Json]:
    return {parameter["name"]: parameter for parameter in document["parameter"]}


def test_both_ways_do_the_same_act(serving: Callable[..., Service]) -> None:
    plainly, in_fhir = serving(), serving()
    result = plainly.api("enroll", plainly.enrollment()).json()
    answer = in_fhir.call("POST", f"/main/fhir/Patient/{in_fhir.id}/$enroll", json=as_parameters(in_fhir.enrollment()))
    assert answer.status_code == 200, answer.text
    assert r4.objections(answer.json()) == ()
    told = by_name(answer.json())
    assert told["outcome"]["valueString"] == result["outcome"] == "done"
    assert told["act"]["valueString"] == result["act"]
    assert told["receipt"]["valueString"] == result["receipt"]
    assert plainly.ward.front.versions() == in_fhir.ward.front.versions()


def test_it_is_the_act_of_the_other_faces(service: Service) -> None:
    """The same command from Python finds it done, by the same key."""
    server = service.ward.front.start()
    result = service.api("enroll", service.enrollment()).json()
    with Care(service.ward.front.base, acting=service.ward.nurse, now=datetime.fromisoformat(NOW)) as care:
        again = plain(care.run(Enroll(patient=service.ward.patient, **service.enrollment())))
    server.shutdown()
    server.server_close()
    assert (again["act"], again["receipt"], again["by"]) == (result["act"], result["receipt"], "an earlier run")


@pytest.mark.parametrize(
    ("query", "values", "fhir"),
    [("?preview=true", {}, False), ("", {"preview": True}, False), ("?preview=true", {}, True)],
)
def test_a_preview_writes_nothing(service: Service, query: str, values: Json, fhir: bool) -> None:
    before = service.ward.front.versions()
    if fhir:
        path = f"/main/fhir/Patient/{service.id}/$enroll{query}"
        answer = service.call("POST", path, json=as_parameters(service.enrollment()))
        assert by_name(answer.json())["body"]["resource"]["type"] == "transaction"
    else:
        answer = service.api("enroll", {**service.enrollment(), **values}, query=query)
        assert answer.json()["outcome"] == "preview"
    assert answer.status_code == 200
    assert service.ward.front.written_since(before) == []


def test_a_preview_of_what_would_be_refused_is_no_success(service: Service) -> None:
    answer = service.api("enroll", service.enrollment(program="none"), query="?preview=true")
    assert answer.status_code == 422


def test_a_repeat_writes_nothing(service: Service) -> None:
    first = service.api("enroll", service.enrollment()).json()
    before = service.ward.front.versions()
    again = service.api("enroll", service.enrollment()).json()
    assert (first["by"], again["by"]) == ("us", "an earlier run")
    assert service.ward.front.written_since(before) == []


def test_what_was_seen_is_what_is_written(service: Service) -> None:
    seen = service.api("enroll", service.enrollment(), query="?preview=true").json()
    before = service.ward.front.versions()
    other = service.api("enroll", service.enrollment(reason="another"), headers={"Carefhir-Expect": seen["sha256"]})
    assert other.status_code == 422
    assert service.ward.front.written_since(before) == []
    headers = {"Carefhir-Expect": seen["sha256"], "Carefhir-Now": seen["now"]}
    done = service.api("enroll", service.enrollment(), headers=headers)
    assert (done.status_code, done.json()["sha256"]) == (200, seen["sha256"])


@pytest.mark.parametrize(("minutes", "status"), [(-14, 422), (-16, 400), (16, 400)])
def test_the_moment_of_a_preview_is_a_recent_one(service: Service, minutes: int, status: int) -> None:
    """An act cannot be backdated: the moment is believed only of what was seen a short while ago."""
    moment = (datetime.fromisoformat(NOW) + timedelta(minutes=minutes)).isoformat()
    headers = {"Carefhir-Expect": "0" * 64, "Carefhir-Now": moment}
    assert service.api("enroll", service.enrollment(), headers=headers).status_code == status


@pytest.mark.parametrize(
    "values",
    [
        {"patient": "Patient/other"},
        {"patient": "other"},
        {"response": response("rosa-phq-9", subject={"reference": "Patient/other"})},
        {"response": response("rosa-phq-9", subject={"reference": "https://ehr.test/fhir/Patient/other/_history/2"})},
        {"response": response("rosa-phq-9", source={"reference": "Patient/other"})},
    ],
)
def test_the_patient_of_the_address_is_the_only_one(service: Service, values: Json) -> None:
    answer = service.api("record-assessment", {"response": response("rosa-phq-9"), **values})
    assert answer.status_code == 403
    assert "another patient" in answer.json()["message"]
    assert service.network.to_the_ehr() == []


def test_the_patient_may_be_named_again(service: Service) -> None:
    for named in (service.id, service.ward.patient):
        assert service.api("enroll", service.enrollment(patient=named)).status_code == 200


@pytest.mark.parametrize("reading", [each for each in catalog.READINGS if each.name in ("overview", "stratify")])
def test_a_reading_in_both_ways(service: Service, reading: Any) -> None:
    plainly = service.show(reading.name)
    in_fhir = service.call("GET", f"/main/fhir/Patient/{service.id}/${reading.name}")
    assert (plainly.status_code, in_fhir.status_code) == (200, 200)
    assert r4.objections(in_fhir.json()) == ()
    assert by_name(in_fhir.json())["patient"]["valueString"] == plainly.json()["patient"] == service.ward.patient


def test_a_reading_with_a_field(service: Service) -> None:
    answer = service.show("time-statement", params={"month": "2026-03"})
    assert answer.status_code == 200, answer.text
    assert service.show("time-statement", params={"month": "somebody"}).status_code == 400


def test_a_refusal_keeps_what_protects_the_patient(service: Service) -> None:
    """A draft with a positive item 9: it is not scored, and the Task and the Flag are written all the same."""
    draft = response("rosa-phq-9-item-9", status="in-progress", item=response("rosa-phq-9-item-9")["item"][-1:])
    resource = {"resourceType": "Parameters", "parameter": [{"name": "response", "resource": draft}]}
    answer = service.call("POST", f"/main/fhir/Patient/{service.id}/$record-assessment", json=resource)
    assert answer.status_code == 422, answer.text
    assert r4.objections(answer.json()) == ()
    words = [issue["details"]["text"] for issue in answer.json()["issue"]]
    assert "988" in words[0]
    assert words[-1] == "what protects the patient is written"
    assert any(text.startswith("written all the same: Task/") for text in words)


# -- Parameters ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rosa() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("step", catalog.STEPS, ids=lambda step: step.name)
def test_every_command_survives_parameters(rosa: Stage, step: Any, seed: int) -> None:
    """What any command holds can be said as Parameters, and is read back as the same command."""
    command = ANY[step.name](Chance(rosa, seed, datetime.fromisoformat(NOW)))
    fields = decode(encode(command.model_dump(include=set(step.command.model_fields))))
    document = parameters(fields)
    given = r".*\.resource\..*"  # an edit may leave a resource that is none
    assert [each for each in r4.objections(document) if not re.match(given, each)] == []
    assert step.command.model_validate(values_of(document, step.command)) == command


@pytest.mark.parametrize(
    "document",
    [
        {"resourceType": "Patient"},
        {"resourceType": "Parameters", "parameter": {}},
        {"resourceType": "Parameters", "parameter": ["Delgado"]},
        {"resourceType": "Parameters", "parameter": [{"valueString": "Delgado"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "reason"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "reason", "valueString": "a", "valueCode": "b"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "reason", "valueString": "a"}] * 2},
        {"resourceType": "Parameters", "parameter": [{"name": "told", "part": "Delgado"}]},
        ["Delgado"],
    ],
)
def test_parameters_that_cannot_be_read(service: Service, document: Any) -> None:
    answer = service.call("POST", f"/main/fhir/Patient/{service.id}/$enroll", json=document)
    assert answer.status_code == 400
    assert "Delgado" not in answer.text
    assert service.network.to_the_ehr() == []
