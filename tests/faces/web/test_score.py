"""`$score`: what `record-assessment` would make of answers, with no server and no enrollment."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.fhir import r4
from tests.faces.conftest import response
from tests.faces.web.conftest import Service

Json = dict[str, Any]
CHECK_IN = "https://carefhir.org/fhir/Questionnaire/check-in"


def score(service: Service, given: Any, **more: Any) -> Json:
    answer = service.call("POST", "/main/api/score", json={"response": given}, **more)
    assert answer.status_code == 200, answer.text
    document: Json = answer.json()
    return document


def test_the_score_that_would_be_recorded(service: Service) -> None:
    before = service.ward.front.versions()
    told = score(service, response("rosa-phq-9"), token=service.issuer.token(scope=""))
    assert service.ward.front.written_since(before) == []
    assert service.network.to_the_ehr() == []
    recorded = service.api("record-assessment", {"response": response("rosa-phq-9")}).json()
    (line,) = [line for line in recorded["written"] if line["type"] == "Observation"][:1]
    observation = service.ward.front.get(line["reference"])
    assert told["scores"][0]["points"] == observation["valueInteger"]
    assert told["not_scored"] == []
    assert "nothing is recorded" in told["note"]


def test_danger_comes_first(service: Service) -> None:
    told = score(service, response("rosa-phq-9-item-9"))
    assert "988" in told["instructions"][0]
    assert told["findings"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "in-progress"},
        {"status": "entered-in-error"},
        {"item": response("rosa-phq-9-item-9")["item"][1:]},
        {"questionnaire": "https://elsewhere.test/Questionnaire/phq-9"},
        {"modifierExtension": [{"url": "https://elsewhere.test/not", "valueBoolean": True}]},
    ],
)
def test_what_cannot_be_scored_has_no_score_and_is_still_heard(service: Service, changes: Json) -> None:
    told = score(service, response("rosa-phq-9-item-9", **changes))
    assert told["scores"] == []
    assert told["not_scored"]
    assert "988" in told["instructions"][0]


def test_a_check_in_is_not_judged_without_its_record(service: Service) -> None:
    told = score(service, response("rosa-phq-9", questionnaire=CHECK_IN, item=[]))
    assert told["scores"] == []
    assert any("record-check-in" in why for why in told["not_scored"])


@pytest.mark.parametrize(
    "given", [{}, {"resourceType": "Patient"}, {"resourceType": "QuestionnaireResponse"}, "Delgado"]
)
def test_what_is_no_answer_to_a_form_of_ours(service: Service, given: Any) -> None:
    answer = service.call("POST", "/main/api/score", json={"response": given})
    assert answer.status_code == 400
    assert "Delgado" not in answer.text


def test_in_fhir(service: Service) -> None:
    given = response("rosa-phq-9")
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "response", "resource": given}]}
    bare, whole = (
        service.call("POST", "/main/fhir/Questionnaire/$score", json=document) for document in (given, wrapped)
    )
    assert bare.status_code == whole.status_code == 200
    assert bare.json() == whole.json()
    assert r4.objections(whole.json()) == ()


def test_it_needs_a_token_and_a_token_of_a_patient_is_for_that_one(service: Service) -> None:
    given = {"response": response("rosa-phq-9", subject={"reference": "Patient/other"})}
    assert service.call("POST", "/main/api/score", json=given, token="").status_code == 401
    assert service.call("POST", "/main/api/score", json=given).status_code == 200
    of_one = service.acting(patient=service.id)
    assert service.call("POST", "/main/api/score", json=given, token=of_one).status_code == 403
