"""Status tables: R4's codes, and which of them are the end of the road."""

from __future__ import annotations

import pytest

from carefhir.lifecycle import ENDED, STATUS, ended


def test_every_end_is_one_of_the_types_codes() -> None:
    assert ENDED.keys() == STATUS.keys()
    assert all(ENDED[one] < STATUS[one][1] for one in STATUS)


def test_entered_in_error_is_an_end_wherever_it_is_a_code() -> None:
    assert all(ended(one, "entered-in-error") for one, (_, codes) in STATUS.items() if "entered-in-error" in codes)


@pytest.mark.parametrize(
    ("type_", "element", "count"),
    [
        ("CarePlan", "status", 7),
        ("CareTeam", "status", 5),
        ("Consent", "status", 6),
        ("Encounter", "status", 9),
        ("EpisodeOfCare", "status", 7),
        ("Flag", "status", 3),
        ("Goal", "lifecycleStatus", 9),
        ("Observation", "status", 8),
        ("QuestionnaireResponse", "status", 5),
        ("RiskAssessment", "status", 8),
        ("Task", "status", 12),
    ],
)
def test_the_tables_have_as_many_codes_as_r4s_value_sets(type_: str, element: str, count: int) -> None:
    assert STATUS[type_][0] == element
    assert len(STATUS[type_][1]) == count


@pytest.mark.parametrize(
    ("type_", "status", "over"),
    [
        ("Task", "completed", True),
        ("Task", "failed", True),
        ("Task", "on-hold", False),
        ("Task", "requested", False),
        ("EpisodeOfCare", "finished", True),
        ("EpisodeOfCare", "onhold", False),
        ("Encounter", "in-progress", False),
        ("CarePlan", "revoked", True),
        ("CarePlan", "unknown", False),
        ("Flag", "active", False),
        ("Observation", "final", False),
        ("QuestionnaireResponse", "completed", False),
        ("Task", "", False),
        ("Task", "Completed", False),
        ("Provenance", "completed", False),
    ],
)
def test_what_is_over(type_: str, status: str, over: bool) -> None:
    assert ended(type_, status) is over
