"""References on their way in: http://hl7.org/fhir/R4/references.html"""

from __future__ import annotations

import pytest

from . import ledger
from .client import SYSTEM, Server, issue, key, known_as, observation, patient, urn


@pytest.mark.parametrize(
    "reference",
    ["http://elsewhere.example/fhir/Patient/1", "Patient/nobody-has-this-id", "nonsense", urn()],
    ids=["absolute", "absent", "nonsense", "link outside a Bundle"],
)
def test_refused(server: Server, reference: str) -> None:
    reply = server.create(observation(key(), reference))
    assert reply.status == 400
    assert issue(reply)["diagnostics"]


def test_absolute_to_this_very_server_is_refused_too(server: Server) -> None:
    id_ = server.made(patient(key()))
    assert server.create(observation(key(), f"{server.base}/Patient/{id_}")).status == 400


def test_to_what_was_deleted_is_refused(server: Server) -> None:
    id_ = server.made(patient(key()))
    server.delete(f"Patient/{id_}")
    assert server.create(observation(key(), f"Patient/{id_}")).status == 400


def test_by_identifier_alone_is_taken(server: Server) -> None:
    subject = {"type": "Patient", "identifier": {"system": SYSTEM, "value": key()}}
    reply = server.create({**observation(key()), "subject": subject})
    assert reply.status == 201
    assert reply.json["subject"] == subject


def test_an_identifier_beside_the_reference_survives(server: Server) -> None:
    subject = {
        "reference": f"Patient/{server.made(patient(key()))}",
        "identifier": {"system": SYSTEM, "value": "x"},
        "display": "a person",
    }
    made = server.create({**observation(key()), "subject": subject})
    assert made.json["subject"] == subject


def test_a_version_in_the_reference(server: Server) -> None:
    id_ = server.made(patient(key()))
    made = server.create(observation(key(), f"Patient/{id_}/_history/1"))
    assert made.status == 201
    ledger.expect("versioned-reference", server, made.json["subject"]["reference"].endswith("/_history/1"))


def test_conditional_is_resolved(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    made = server.create(observation(key(), f"Patient?{known_as(mine)}"))
    assert made.status == 201
    assert made.json["subject"]["reference"] == f"Patient/{id_}"


def test_conditional_without_match(server: Server) -> None:
    assert server.create(observation(key(), f"Patient?{known_as(key())}")).status == 404


def test_conditional_with_several_matches(server: Server) -> None:
    mine = key()
    server.made(patient(mine))
    server.made(patient(mine))
    assert server.create(observation(key(), f"Patient?{known_as(mine)}")).status == 412


def test_contained_is_left_alone(server: Server) -> None:
    inside = {"resourceType": "Practitioner", "id": "p", "name": [{"family": "Inside"}]}
    made = server.create({**observation(key()), "contained": [inside], "performer": [{"reference": "#p"}]})
    assert made.status == 201
    assert made.json["performer"] == [{"reference": "#p"}]
    assert made.json["contained"][0]["name"] == inside["name"]
