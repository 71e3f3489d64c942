"""`patient-view`: what the EHR's user is told when they open a chart, and what they are never told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from carefhir.codes import TASK
from carefhir.faces.web.app_context import AskedStep
from tests.faces.web.hooks.conftest import APP, STATUS, Hooks

Json = dict[str, Any]
ALL_IS_WELL = ("no open", "nothing open", "none", "no overdue", "all clear", "not enrolled", "no problem", " safe")


def _summaries(cards: list[Json]) -> list[str]:
    return [card["summary"] for card in cards]


def _task(hooks: Hooks, code: str, **changes: Any) -> str:
    task = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": "stat",
        "code": {"coding": [{"system": TASK, "code": code}]},
        "description": "passed on from Nurse Kelly: nobody has answered. 3.4 lb in a day, a new pillow",
        "for": {"reference": hooks.ward.patient},
        "owner": {"reference": hooks.ward.physician, "display": "Dr. Ortiz"},
        "restriction": {"period": {"end": "2026-03-09"}},
        **changes,
    }
    return hooks.ward.front.create(task)


def test_somebody_who_is_not_enrolled_and_a_candidate(hooks: Hooks) -> None:
    (card,) = hooks.cards(STATUS)
    assert card["summary"] == "Candidate for care management: the tier is high"
    assert card["indicator"] == "info"
    assert card["links"] == [{"label": "Open care management", "url": APP, "type": "smart"}]


def test_somebody_who_is_enrolled(with_rosa_enrolled: Hooks) -> None:
    """On the Monday after, the discharge information is a day late, and nobody has set a tier."""
    overdue, standing = with_rosa_enrolled.cards(STATUS)
    assert (overdue["summary"], overdue["indicator"]) == ("Care management: 1 overdue task", "warning")
    assert overdue["detail"] == "- overdue Sun 2026-03-08: receive packet: Get the discharge information"
    assert standing["summary"] == "Enrolled in care management; no tier on record"
    assert "- Enrolled in care management; no tier on record; by the rules: high" in standing["detail"]
    assert standing["indicator"] == "info"


def test_the_day_decides_what_is_overdue(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking(now="2026-03-13T10:00:00-05:00")
    _task(hooks, "contact-patient", priority="routine", restriction={"period": {"end": "2026-03-12"}})
    _task(hooks, "teach-back", priority="routine", restriction={"period": {"end": "2026-03-13"}})
    assert _summaries(hooks.cards(STATUS))[0] == "Care management: 1 overdue task"


def test_an_open_escalation_comes_first(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    escalation = _task(hooks, "escalation")
    _task(hooks, "contact-patient", priority="routine", restriction={"period": {"end": "2026-03-06"}})
    first, second, *_ = hooks.cards(STATUS)
    assert (first["summary"], first["indicator"]) == (
        "Care management: 1 open escalation, to be answered now",
        "critical",
    )
    assert "NOW: escalation, Dr. Ortiz: passed on from Nurse Kelly: nobody has answered" in first["detail"]
    assert "call whoever has to know" in first["detail"]
    assert AskedStep.read(first["links"][0]["appContext"]) == AskedStep("acknowledge", escalation)
    assert second["summary"] == "Care management: 1 overdue task"


@pytest.mark.parametrize("status", ["completed", "cancelled", "on-hold", "draft", "entered-in-error", "rejected"])
def test_an_escalation_that_is_over_or_waits_is_not_open(hooking: Callable[..., Hooks], status: str) -> None:
    hooks = hooking()
    _task(hooks, "escalation", status=status)
    assert not [card for card in hooks.cards(STATUS) if card["indicator"] == "critical"]


def test_what_is_restricted_is_not_told(hooking: Callable[..., Hooks]) -> None:
    """Rule 4: a card is a banner. That something waits is said, and nothing of what."""
    hooks = hooking()
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    _task(hooks, "safety-review", meta={"security": [label]}, description="violence at home")
    first, *_ = cards = hooks.cards(STATUS)
    assert first["summary"] == "Care management: 1 open urgent task, to be answered now"
    assert "a restricted matter: open the chart" in first["detail"]
    assert "violence" not in str(cards)


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("Task", "whether anything is open or overdue"),
        ("EpisodeOfCare", "whether they are in a program"),
        ("Encounter", "whether they are in a hospital"),
        ("Flag", "what everybody must know first"),
        ("Condition", "how much care they need"),
        ("RiskAssessment", "how much care they need"),
    ],
)
@pytest.mark.parametrize("status", [403, 500])
def test_what_could_not_be_seen_is_said(with_rosa_enrolled: Hooks, type_: str, words: str, status: int) -> None:
    """Denied, or failed: never "none", and nothing that rests on it."""
    with_rosa_enrolled.denied(type_, status)
    cards = with_rosa_enrolled.cards(STATUS)
    (card,) = [card for card in cards if card["summary"].startswith("Care management could not see")]
    assert words in card["summary"]
    assert card["indicator"] == "warning"
    assert f"{type_}: the server answered {status}" in card["detail"]
    assert not [phrase for phrase in ALL_IS_WELL if phrase in str(cards).lower().replace("no tier on record", "")]
    if type_ == "EpisodeOfCare":
        assert "Candidate" not in str(cards), "they may be in it"
        assert "Enrolled" not in str(cards)


def test_nothing_to_say_is_no_card(hooking: Callable[..., Hooks]) -> None:
    """An empty list, and not a card that says that all is well."""
    hooks = hooking()
    hooks.ehr.patient = hooks.ward.front.create({"resourceType": "Patient", "name": [{"family": "Nobody"}]})
    assert hooks.cards(STATUS) == []


def test_a_patient_who_is_not_there(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    hooks.ehr.patient = "Patient/nobody"
    assert _summaries(hooks.cards(STATUS)) == ["Care management could not see this patient"]


def test_somebody_who_has_died(hooking: Callable[..., Hooks]) -> None:
    """Nobody is a candidate after death; nobody who follows them may miss it."""
    hooks = hooking()
    hooks.ward.front.change(hooks.ward.patient, deceasedDateTime="2026-03-08")
    assert hooks.cards(STATUS) == []
    hooks.ward.front.change(hooks.ward.patient, deceasedDateTime=None)
    assert hooks.service.api("enroll", hooks.service.enrollment()).status_code == 200
    hooks.ward.front.change(hooks.ward.patient, deceasedDateTime="2026-03-08")
    card = hooks.cards(STATUS)[-1]
    assert card["summary"].startswith("DO NOT CALL: ")
    assert "Candidate" not in str(card)


def test_somebody_in_hospital(hooking: Callable[..., Hooks]) -> None:
    """Whoever follows them is told; of all others the hospital knows that they are there."""
    hooks = hooking()
    hooks.ward.front.change(hooks.ward.stay, status="in-progress", period={"start": "2026-03-08T08:00:00-05:00"})
    assert "NOT AT HOME" not in str(hooks.cards(STATUS))
    assert hooks.service.api("enroll", hooks.service.enrollment()).status_code == 200
    assert hooks.cards(STATUS)[-1]["summary"].startswith("NOT AT HOME: ")
