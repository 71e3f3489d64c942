"""capabilities: http://hl7.org/fhir/R4/http.html#capabilities"""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.fhir.capability import SHORT, understand

from . import ledger
from .client import Server


@pytest.fixture(scope="module")
def statement(server: Server) -> Any:
    reply = server.get("metadata")
    assert reply.status == 200
    return reply.json


def test_is_r4_and_names_its_software(statement: Any) -> None:
    assert statement["resourceType"] == "CapabilityStatement"
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["software"]["name"]


@pytest.mark.parametrize("name", ["Patient", "CarePlan", "Goal", "Task", "Observation", "Provenance"])
def test_states_what_this_suite_tries(statement: Any, name: str) -> None:
    [found] = [each for each in statement["rest"][0]["resource"] if each["type"] == name]
    interactions = {each["code"] for each in found["interaction"]}
    assert {"read", "vread", "history-instance", "search-type", "create", "update", "delete"} <= interactions
    assert found["versioning"] == "versioned-update"
    assert found["conditionalCreate"] is True


def test_states_search_parameters_with_their_types(statement: Any) -> None:
    [task] = [each for each in statement["rest"][0]["resource"] if each["type"] == "Task"]
    types = {each["name"]: each["type"] for each in task["searchParam"]}
    wanted = {"patient": "reference", "status": "token", "authored-on": "date", "period": "date", "_id": "token"}
    assert wanted.items() <= types.items()
    assert "Task:patient" in task["searchInclude"]
    [patient] = [each for each in statement["rest"][0]["resource"] if each["type"] == "Patient"]
    assert "Task:patient" in patient["searchRevInclude"]


def test_states_its_system_interactions(server: Server, statement: Any) -> None:
    stated = {each["code"] for each in statement["rest"][0]["interaction"]}
    assert "transaction" in stated
    ledger.expect("batch-stated", server, "batch" in stated)
    [task] = [each for each in statement["rest"][0]["resource"] if each["type"] == "Task"]
    ledger.expect("conditional-update-stated", server, task["conditionalUpdate"])


def test_summary_may_be_asked_for(server: Server) -> None:
    assert server.get("metadata?_summary=true").status == 200


def test_what_is_read_of_it_may_be_asked_for_alone(server: Server, statement: Any) -> None:
    """All that carefhir reads survives, and most of the rest is left out."""
    reply = server.get(SHORT)
    assert reply.status == 200
    assert understand(reply.json) == understand(statement)
    assert "format" not in reply.json
    [task] = [each for each in reply.json["rest"][0]["resource"] if each["type"] == "Task"]
    assert "readHistory" not in task
