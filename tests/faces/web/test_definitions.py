"""What the service says of itself: every step is in it, it is valid, and it says what the service does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from carefhir import catalog
from carefhir.faces.web import definitions, statuses
from carefhir.fhir import r4
from tests.faces.web.conftest import Service

Json = dict[str, Any]
DEFINITIONS = {each["id"]: each for each in definitions.operation_definitions()}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_operation_definition_is_valid(name: str) -> None:
    assert r4.objections(DEFINITIONS[name]) == ()


@pytest.mark.parametrize("entry", catalog.ENTRIES, ids=lambda entry: entry.name)
def test_it_has_the_fields_of_the_command(entry: Any) -> None:
    definition = DEFINITIONS[entry.name]
    inputs = {each["name"]: each for each in definition["parameter"] if each["use"] == "in"}
    fields = {name: field for name, field in entry.command.model_fields.items() if name != "patient"}
    assert inputs.keys() - {"preview"} == fields.keys()
    assert ("preview" in inputs) == definition["affectsState"] == (entry in catalog.STEPS)
    for name, field in fields.items():
        assert (inputs[name]["min"] == 1) == field.is_required()
        assert inputs[name]["documentation"] == field.description
        assert ("type" in inputs[name]) != ("part" in inputs[name])


def test_types_of_fields() -> None:
    def types(step: str) -> dict[str, tuple[str, str]]:
        parameters = DEFINITIONS[step]["parameter"]
        return {each["name"]: (each.get("type", "part"), each["max"]) for each in parameters if each["use"] == "in"}

    assert types("enroll")["told"] == ("code", "*")
    assert types("enroll")["consent"] == ("code", "1")
    assert types("record-check-in")["started"] == ("dateTime", "1")
    assert types("record-check-in")["response"] == ("Resource", "1")
    assert types("pause")["look_again"] == ("date", "1")
    assert types("book-follow-up")["minutes"] == ("integer", "1")
    assert types("book-follow-up")["told"] == ("boolean", "1")
    assert types("record-teach-back")["topics"] == ("part", "*")


def test_the_capability_statement_lists_every_operation(service: Service) -> None:
    stated = service.call("GET", "/main/fhir/metadata", token="").json()
    assert r4.objections(stated) == ()
    rest = stated["rest"][0]
    listed = [*rest["operation"], *(each for resource in rest["resource"] for each in resource.get("operation", []))]
    assert sorted(each["name"] for each in listed) == sorted(DEFINITIONS)
    for each in listed:
        name = each["definition"].rpartition("/")[2]
        answer = service.call("GET", f"/main/fhir/OperationDefinition/{name}", token="")
        assert answer.json() == DEFINITIONS[name]


def _references(value: Any) -> Iterator[str]:
    for key, held in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "$ref":
            yield held
        else:
            yield from _references(held)


def test_openapi(service: Service) -> None:
    """Every step under both its addresses, all references lead somewhere, and every path parameter is declared."""
    document = service.call("GET", "/openapi.json", token="").json()
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]
    assert {each.removeprefix("#/components/schemas/") for each in _references(document)} <= schemas.keys()
    ids = []
    for path, methods in document["paths"].items():
        for call in methods.values():
            ids.append(call["operationId"])
            declared = {each["name"] for each in call["parameters"] if each["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path)), path
            assert call["responses"]
    assert len(ids) == len(set(ids))
    for entry in catalog.ENTRIES:
        assert {entry.name, f"{entry.name}-json"} <= set(ids)
    for step in catalog.STEPS:
        schema = schemas[step.command.__name__]
        assert set(schema["properties"]) == set(step.command.model_fields) - {"patient"}
        assert all(part.get("description") for part in schema["properties"].values())


def test_every_status_is_documented(service: Service) -> None:
    document = service.call("GET", "/openapi.json", token="").json()
    responses = document["paths"]["/{ehr}/api/patients/{id}/enroll"]["post"]["responses"]
    assert {int(status) for status in responses} == {line.status for line in statuses.TABLE.values()}


def test_every_address_is_there(service: Service) -> None:
    """No address of OpenAPI is unknown to the service: without a token each one asks for one."""
    document = service.call("GET", "/openapi.json", token="").json()
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            status = service.call(method.upper(), path.format(ehr="main", id="1"), token="").status_code
            assert status == (401 if "security" in call else 200), path


def test_health_and_readiness(service: Service) -> None:
    import httpx

    assert service.call("GET", "/health", token="").json() == {"lives": True}
    assert service.network.sent == []
    ready = service.call("GET", "/ready", token="")
    assert (ready.status_code, ready.json()["ehrs"]["main"]["answers"]) == (200, True)
    asked = len(service.network.sent)
    service.network.trouble = lambda request: httpx.ConnectError("no")
    assert service.call("GET", "/ready", token="").status_code == 200
    assert len(service.network.sent) == asked, "looked a moment ago"


def test_not_ready(service: Service) -> None:
    import httpx

    service.network.trouble = lambda request: httpx.ConnectError("no")
    answer = service.call("GET", "/ready", token="")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert service.call("GET", "/health", token="").status_code == 200
