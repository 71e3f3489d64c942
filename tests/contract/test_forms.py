"""Which values a create refuses by their form: http://hl7.org/fhir/R4/datatypes.html

Dates, booleans, numbers and required codes are looked at; what is missing, and a text that is a number, pass. Some of
this is lenient, yet both servers agree, so a client must do its own checking before it writes.
"""

from __future__ import annotations

from typing import Any

import pytest

from .client import CODES, Server, issue, key

CODE = {"coding": [{"system": CODES, "code": "x"}]}


def person(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **more}


def measured(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": CODE, **more}


def plan(**more: Any) -> dict[str, Any]:
    return {"resourceType": "CarePlan", "status": "active", "intent": "plan", **more}


def task(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "status": "requested", "intent": "order", **more}


@pytest.mark.parametrize(
    "resource",
    [
        person(birthDate="1950-02-30"),
        person(birthDate="1950-2-3"),
        person(birthDate="19500203"),
        person(deceasedDateTime="2026-03-01T10:00"),
        person(deceasedDateTime="2026-03-01 10:00:00"),
        person(deceasedDateTime="2026-03-01T25:00:00Z"),
        person(deceasedBoolean="yes"),
        person(deceasedBoolean=1),
        person(multipleBirthInteger=1.5),
        person(multipleBirthInteger=True),
        person(gender="Female"),
        person(gender=1),
        person(telecom=[{"system": "pigeon", "value": "x"}]),
        person(name=[{"use": "nonsense"}]),
        person(extension=[{"url": "http://contract.example/e", "valueDate": "x"}]),
        person(contained=[person(id="p", birthDate="x")], managingOrganization={"reference": "#p"}),
        measured(status="nonsense"),
        measured(valueQuantity={"value": "x"}),
        measured(valueQuantity={"value": 1, "comparator": "~"}),
        task(status="nonsense"),
        task(intent="nonsense"),
        task(priority="nonsense"),
        {"resourceType": "Goal", "lifecycleStatus": "nonsense"},
        plan(period={"start": "x"}),
        plan(activity=[{"detail": {"status": "nonsense"}}]),
    ],
    ids=str,
)
def test_refused(server: Server, resource: dict[str, Any]) -> None:
    reply = server.create(resource)
    assert reply.status == 400
    assert issue(reply)["diagnostics"]
    wrapped = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}
    assert server.transaction(wrapped).status == 400


@pytest.mark.parametrize(
    "resource",
    [
        person(birthDate="1950"),
        person(deceasedDateTime="2026-03-01T10:00:00"),
        person(deceasedDateTime="2026-03-01T10:00:00.123456789Z"),
        person(maritalStatus={"text": 1}),
        measured(valueQuantity={"value": "1.5"}),
        measured(issued="2026-03-01"),
        {"resourceType": "Observation", "code": CODE},
        {"resourceType": "Observation", "status": "final"},
        plan(language="xx-nonsense"),
    ],
    ids=str,
)
def test_taken(server: Server, resource: dict[str, Any]) -> None:
    assert server.create({**resource, "identifier": [{"system": CODES, "value": key()}]}).status == 201
