"""What a token lets us see, by its scopes."""

from __future__ import annotations

import pytest

from carefhir.fhir.granted import seen_in_part

PART, NOTHING = "a part of it", "was not granted"


@pytest.mark.parametrize(
    ("scopes", "why"),
    [
        ("patient/Condition.rs", ""),
        ("user/Condition.read launch openid", ""),
        ("system/*.rs", ""),
        ("patient/*.*", ""),
        ("patient/condition.RS", ""),
        ("patient/Condition.rs?category=problem-list-item", PART),
        ("patient/Condition.rs?category=a patient/Condition.rs?category=b", PART),
        ("patient/Condition.rs?category=a user/Condition.rs", ""),
        ("patient/*.rs?_security=N", PART),
        ("patient/Observation.rs", NOTHING),
        ("patient/Condition.r", NOTHING),
        ("patient/Condition.write", NOTHING),
        ("patient/Conditions.rs", NOTHING),
        ("launch openid", NOTHING),
        ("", ""),
    ],
)
def test_what_is_seen_of_a_type(scopes: str, why: str) -> None:
    said = seen_in_part(scopes, ["Condition"]).get("Condition", "")
    assert bool(said) == bool(why)
    assert why in said


def test_each_type_for_itself() -> None:
    scopes = "patient/Condition.rs?category=x patient/Observation.rs"
    assert set(seen_in_part(scopes, ["Condition", "Observation", "Flag"])) == {"Condition", "Flag"}
