"""Status tables: R4's codes, and which of them are the end of the road."""

from __future__ import annotations

import pytest

from carefhir.lifecycle import ENDED, MOVES, STATUS, ended, impossible, moves


def test_every_end_is_one_of_the_types_codes() -> None:
    assert ENDED.keys() == STATUS.keys()
    assert all(ENDED[one] < STATUS[one][1] for one in STATUS)


def test_entered_in_error_is_an_end_wherever_it_is_a_code() -> None:
    assert all(ended(one, "entered-in-error") for one, (_, codes) in STATUS.items() if "entered-in-error" in codes)


@pytest.mark.parametrize(
    ("type_", "element", "count"),
    [
        ("Appointment", "status", 10),
        ("CarePlan", "status", 7),
        ("CareTeam", "status", 5),
        ("Communication", "status", 8),
        ("CommunicationRequest", "status", 7),
        ("Consent", "status", 6),
        ("DetectedIssue", "status", 8),
        ("DeviceRequest", "status", 7),
        ("Encounter", "status", 9),
        ("EpisodeOfCare", "status", 7),
        ("Flag", "status", 3),
        ("Goal", "lifecycleStatus", 9),
        ("List", "status", 3),
        ("MedicationStatement", "status", 8),
        ("Observation", "status", 8),
        ("QuestionnaireResponse", "status", 5),
        ("RiskAssessment", "status", 8),
        ("ServiceRequest", "status", 7),
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


def test_the_tables_of_moves_speak_of_codes_that_exist() -> None:
    for type_, table in MOVES.items():
        allowed = STATUS[type_][1]
        for status, onward in table.items():
            assert status in allowed, (type_, status)
            assert set(onward.split()) <= allowed, (type_, status)
            assert status not in onward.split(), (type_, status)


def test_nothing_leads_on_from_an_end() -> None:
    for type_, table in MOVES.items():
        assert not table.keys() & ENDED[type_], type_


def test_every_status_that_can_be_reached_leads_to_an_end() -> None:
    """No step can take a resource where it is stuck."""
    for type_, table in MOVES.items():
        for start in table:
            seen, open_ones = {start}, [start]
            while open_ones:
                for one in moves(type_, open_ones.pop()) - seen - {"entered-in-error"}:
                    seen.add(one)
                    open_ones.append(one)
            assert any(ended(type_, one) for one in seen) or type_ in ("DetectedIssue", "QuestionnaireResponse"), (
                type_,
                start,
            )


@pytest.mark.parametrize(
    ("type_", "was", "becomes", "can"),
    [
        ("CarePlan", "draft", "active", True),
        ("CarePlan", "draft", "completed", False),
        ("CarePlan", "revoked", "active", False),
        ("Goal", "proposed", "active", False),
        ("Goal", "accepted", "active", True),
        ("Goal", "rejected", "accepted", False),
        ("Goal", "active", "active", True),
        ("Task", "completed", "requested", False),
        ("Task", "completed", "entered-in-error", True),
        ("Task", "entered-in-error", "requested", False),
        ("Task", "requested", "draft", False),
        ("Task", "on-hold", "requested", True),
        ("Encounter", "finished", "in-progress", False),
        ("EpisodeOfCare", "finished", "active", False),
        ("Flag", "inactive", "active", False),
        ("Observation", "final", "cancelled", True),
    ],
)
def test_a_move_that_cannot_be_is_named(type_: str, was: str, becomes: str, can: bool) -> None:
    element = STATUS[type_][0]
    found = impossible(type_, f"{type_}/1", {element: was}, {element: becomes})
    assert (found == "") is can
    if not can:
        assert found == f"{type_}/1 is {was} and cannot become {becomes}"
