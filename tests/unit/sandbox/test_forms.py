"""A refused value is named by its place and never shown; which values are refused is told by the contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from carefhir.sandbox.forms import check_forms
from carefhir.sandbox.outcome import RequestRefused


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        ({"resourceType": "Patient", "birthDate": "Mustermann"}, "Patient.birthDate"),
        ({"resourceType": "Patient", "name": [{}, {"use": "Mustermann"}]}, "Patient.name[1].use"),
        (
            {"resourceType": "Questionnaire", "item": [{"item": [{"required": "Mustermann"}]}]},
            "Questionnaire.item[0].item[0].required",
        ),
        (
            {"resourceType": "Basic", "contained": [{"resourceType": "Task", "status": "x"}]},
            "Basic.contained[0].status",
        ),
    ],
)
def test_refused_by_place(resource: dict[str, Any], place: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        check_forms(resource)
    assert refused.value.status == 400
    assert refused.value.expression == place
    assert "Mustermann" not in refused.value.diagnostics


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Patient", "birthDate": None, "_birthDate": {"extension": []}, "favouriteColour": "blue"},
        {"resourceType": "Patient", "name": "not even an object", "gender": ["female"]},
        {"resourceType": "Observation", "valueQuantity": {"value": Decimal("1.50")}, "valueInteger": 7},
        {"resourceType": "Basic", "contained": ["nonsense", {"resourceType": "Nonsense", "status": "x"}]},
    ],
)
def test_passed(resource: dict[str, Any]) -> None:
    check_forms(resource)
