"""The table of search parameters."""

from __future__ import annotations

import pytest

from carefhir.sandbox.parameters import TYPES, parameter


def test_every_r4_type_that_can_be_stored_is_there() -> None:
    assert len(TYPES) == 145
    assert {"CarePlan", "Goal", "Task", "EpisodeOfCare", "Provenance", "Questionnaire"} <= set(TYPES)
    assert "Parameters" not in TYPES


@pytest.mark.parametrize(
    ("type_", "code", "kind", "targets"),
    [
        ("Observation", "patient", "reference", {"Patient"}),
        ("Observation", "date", "date", set()),
        ("Observation", "value-quantity", "quantity", set()),
        ("Task", "period", "date", set()),
        ("Provenance", "target", "reference", set()),
        ("RiskAssessment", "probability", "number", set()),
        ("Questionnaire", "url", "uri", set()),
    ],
)
def test_reduced_as_expected(type_: str, code: str, kind: str, targets: set[str]) -> None:
    found = TYPES[type_].params[code]
    assert (found.kind, set(found.targets)) == (kind, targets)


def test_what_cannot_be_reduced_is_left_out() -> None:
    assert "deceased" not in TYPES["Patient"].params
    assert "code-value-quantity" not in TYPES["Observation"].params
    assert "near" not in TYPES["Location"].params


def test_a_bare_code_knows_its_system() -> None:
    assert TYPES["Observation"].params["status"].system == "http://hl7.org/fhir/observation-status"


def test_values_along_a_path_with_lists_and_a_filter() -> None:
    phone = parameter("phone", "token", ["contact.telecom{system=phone}.value"], [])
    contacts = [{"telecom": [{"system": "phone", "value": "1"}, {"system": "email", "value": "2"}]}, {"telecom": []}]
    assert list(phone.values({"contact": contacts})) == ["1"]
    assert list(phone.values({"contact": "nonsense"})) == []
