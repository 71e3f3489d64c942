"""What follows from a PHQ-9 (rule 30): by its total, and by how far it rose from the newest earlier one that stands.

Given: an earlier total, or none. When: a PHQ-9 is recorded. Then: a contact by a day, a provider who is told, and
words. The numbers are those of clinical practice, by hand.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from carefhir import Done, Limits
from carefhir.catalog import step_for
from carefhir.commands import RecordAssessment
from carefhir.content import tiers
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.fhir.wire import Failure, Request, Response
from tests.spec.tables import Chart, Json, carried_out, phq_9
from tests.spec.test_phq_9 import nine
from tests.spec.test_tier import judged
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import measured

MONDAY, FRIDAY, SATURDAY = "2026-03-09T10:00:00-05:00", "2026-03-13T16:30:00-05:00", "2026-03-14T21:40:00-05:00"
BEFORE = "2026-02-20T10:00:00-06:00"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    """In care management: a nurse manages, a physician supervises."""
    found = stage(server.backend, "kim")
    carried_out(found, enroll(found), "2026-02-02T10:00:00-06:00")
    return found


def scored(kim: Stage, total: int, when: str = MONDAY, **more: Any) -> Done:
    named = {"source": {"reference": kim.patient}, **more}
    command = RecordAssessment(patient=kim.patient, response=phq_9(*nine(total), **named))
    result = carried_out(kim, command, when)
    assert isinstance(result, Done), result
    return result


def earlier(kim: Stage, total: str, at: str = BEFORE, unit: str = "{score}") -> None:
    measured(kim, "44261-6", at, total, unit)


def asked(kim: Stage, kind: str) -> list[Json]:
    tasks = Chart(kim.backend, kim.patient).written("Task")
    return [one for one in tasks if one["code"]["coding"][0]["code"] == kind and one["status"] == "requested"]


def due(kim: Stage, kind: str) -> set[str]:
    return {one["restriction"]["period"]["end"] for one in asked(kim, kind)}


TODAY, SOON, NOTHING = "2026-03-09", "2026-03-11", ""


@pytest.mark.parametrize(
    ("before", "total", "contact", "provider", "rises"),
    [
        (None, 14, NOTHING, False, False),
        (None, 15, SOON, False, False),
        (None, 19, SOON, False, False),
        (None, 20, TODAY, True, False),
        (None, 24, TODAY, True, False),
        (10, 14, NOTHING, False, False),
        (9, 14, NOTHING, False, True),
        (11, 15, SOON, False, False),
        (10, 15, TODAY, True, True),
        (14, 19, TODAY, True, True),
        (15, 19, SOON, False, False),
        (19, 20, TODAY, True, False),
        (24, 20, TODAY, True, False),
        (0, 4, NOTHING, False, False),
        (0, 5, NOTHING, False, True),
        (20, 3, NOTHING, False, False),
    ],
)
def test_by_the_total_and_the_rise(
    kim: Stage, before: int | None, total: int, contact: str, provider: bool, rises: bool
) -> None:
    if before is not None:
        earlier(kim, str(before))
    result = scored(kim, total)
    assert due(kim, "mood-contact") == ({contact} if contact else set())
    assert bool(asked(kim, "escalation")) is provider
    if provider:
        assert due(kim, "escalation") == {TODAY}
        assert kim.physician in {one["owner"]["reference"] for one in asked(kim, "escalation")}
        assert all(one["priority"] == "stat" for one in asked(kim, "escalation"))
    said = " ".join(result.told.says)
    assert ("rose by" in said) is rises
    assert ("whether PHQ-9 rose cannot be said" in said) is (before is None)


@pytest.mark.parametrize(
    ("when", "total", "day"),
    [
        (FRIDAY, 15, "2026-03-17"),
        (SATURDAY, 15, "2026-03-17"),
        (FRIDAY, 20, "2026-03-13"),
        (SATURDAY, 20, "2026-03-14"),
        ("2026-05-22T10:00:00-05:00", 15, "2026-05-27"),  # Monday 25 is Memorial Day
    ],
)
def test_business_days_and_the_same_day(kim: Stage, when: str, total: int, day: str) -> None:
    scored(kim, total, when)
    assert due(kim, "mood-contact") == {day}


# ---- what it is compared with


@pytest.mark.parametrize(
    ("readings", "rise"),
    [
        ([("9", "2026-01-05"), ("14", "2026-02-20")], ""),
        ([("14", "2026-01-05"), ("9", "2026-02-20")], "rose by 6: 9"),
        ([("14", "2026-02-20"), ("9", "2026-02-20")], "rose by 6: 9"),
        ([("9", "2026-02-20"), ("14", "2027-01-01")], "rose by 6: 9"),
        ([("9.0", "2026-02-20")], "rose by 6: 9"),
        ([("99", "2026-02-25"), ("9", "2026-02-20")], "rose by 6: 9"),
        ([("-3", "2026-02-25"), ("14", "2026-02-20")], ""),
    ],
    ids=["newest", "newest falls", "two on one day", "one to come", "decimal", "impossible", "negative"],
)
def test_the_newest_earlier_total_that_can_be_one(kim: Stage, readings: list[tuple[str, str]], rise: str) -> None:
    for total, at in readings:
        earlier(kim, total, at)
    said = " ".join(scored(kim, 15).told.says)
    assert (rise in said) if rise else ("rose by" not in said)
    assert due(kim, "mood-contact") == {TODAY if rise else SOON}


@pytest.mark.parametrize("unit", ["", "1", "{score}"])
def test_totals_in_any_plain_unit(kim: Stage, unit: str) -> None:
    value: Json = {"value": Decimal(4), **({"unit": unit, "code": unit} if unit else {})}
    kim.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
            "subject": {"reference": kim.patient},
            "effectiveDateTime": BEFORE,
            "valueQuantity": value,
        }
    )
    assert any("rose by 12" in one for one in scored(kim, 16).told.says)


def test_a_superseded_total_is_not_compared_with(kim: Stage) -> None:
    """The first answers came to 16, were amended to 9, and now it is 15: up by 6."""
    named = {"identifier": {"system": "http://forms.example", "value": kim.mark}}
    scored(kim, 16, "2026-02-20T10:00:00-06:00", **named)
    scored(kim, 9, "2026-02-20T11:00:00-06:00", status="amended", **named)
    assert any("rose by 6" in one for one in scored(kim, 15).told.says)


def test_amended_answers_are_compared_with_the_score_before_them(kim: Stage) -> None:
    earlier(kim, "8")
    named = {"identifier": {"system": "http://forms.example", "value": kim.mark}}
    assert not any("rose by" in one for one in scored(kim, 9, **named).told.says)
    result = scored(kim, 15, "2026-03-09T11:00:00-05:00", **named)
    assert any("rose by 7: 8" in one for one in result.told.says)
    assert due(kim, "mood-contact") == {TODAY}


def test_earlier_scores_that_cannot_be_seen_are_not_none() -> None:
    found = stage(sandbox_backend(), "kim")
    shut = found.backend.exchange

    def closed(request: Request) -> Response | Failure:
        if request.repeatable and request.target.startswith("Observation?") and "identifier" not in request.target:
            return Response(403)
        return shut(request)

    found.backend.exchange = closed
    command = RecordAssessment(patient=found.patient, response=phq_9(*nine(15), source={"reference": found.patient}))
    server = found.backend.server(limits=Limits(batch=False, transaction=False))
    result = found.backend.run(runner.run(step_for(command), command, found.occasion(), server))
    found.backend.exchange = shut
    assert isinstance(result, Done), result
    assert any("earlier scores are not visible here" in one for one in result.told.says)


# ---- who, and not twice


def test_a_safety_review_tells_the_provider_already(kim: Stage) -> None:
    """Item 9 is positive: its review is due now, so there is no escalation beside it; the contact stays."""
    command = RecordAssessment(
        patient=kim.patient, response=phq_9(3, 3, 3, 3, 3, 3, 3, 3, 1, source={"reference": kim.patient})
    )
    assert isinstance(carried_out(kim, command, MONDAY), Done)
    assert asked(kim, "escalation") == []
    assert kim.physician in {one["owner"]["reference"] for one in asked(kim, "safety-review")}
    assert due(kim, "mood-contact") == {TODAY}


def test_a_contact_that_is_asked_for_is_not_asked_for_again_but_sooner_is(kim: Stage) -> None:
    scored(kim, 15)
    scored(kim, 16)
    assert len(asked(kim, "mood-contact")) == 1
    scored(kim, 21)
    assert due(kim, "mood-contact") == {SOON, TODAY}


def test_somebody_on_call_is_told(kim: Stage) -> None:
    other = kim.backend.find("Practitioner", "nurse-practitioner")
    command = RecordAssessment(patient=kim.patient, response=phq_9(*nine(20), source={"reference": kim.patient}))
    carried_out(kim, command, SATURDAY, on_call=other)
    assert {one["owner"]["reference"] for one in asked(kim, "escalation")} == {other}


def test_what_is_not_scored_asks_for_nothing(kim: Stage) -> None:
    """Answered by her son: the near miss."""
    command = RecordAssessment(patient=kim.patient, response=phq_9(*nine(24), source={"display": "her son"}))
    carried_out(kim, command, MONDAY)
    assert asked(kim, "mood-contact") == asked(kim, "escalation") == []


# ---- the tier, and the plan


@pytest.mark.parametrize(
    ("total", "change", "at_least"),
    [(19, None, "low"), (20, None, "rising"), (27, 0, "rising"), (15, 5, "rising"), (15, 4, "low"), (14, 4, "low")],
)
def test_the_tier_is_at_least_rising(total: int, change: int | None, at_least: str) -> None:
    known: Json = {"phq_9": Decimal(total)}
    if change is not None:
        known["phq_9_change"] = Decimal(change)
    order = ["low", "rising", "high"]
    assert order.index(judged(**known).code) >= order.index(at_least)
    assert (judged(**known).code == "low") is (at_least == "low")


def test_adding_a_higher_score_never_lowers_the_tier() -> None:
    ranks = [tiers.rank(load(), judged(phq_9=Decimal(total)).code) for total in range(28)]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("total", "was", "becomes"),
    [
        (15, "2026-04-08", "2026-03-16"),
        (24, "2026-03-17", "2026-03-16"),
        (15, "2026-03-12", "2026-03-12"),
        (14, "2026-04-08", "2026-04-08"),
    ],
)
def test_the_follow_up_of_the_plan_does_not_wait(kim: Stage, total: int, was: str, becomes: str) -> None:
    item = {"system": "https://carefhir.org/fhir/CodeSystem/care-item", "code": "depression-follow-up"}
    task = kim.backend.create(
        {
            "resourceType": "Task",
            "meta": {"tag": [{"system": "https://carefhir.org/fhir/sid/due", "code": was}]},
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "plan-item"}]},
            "reasonCode": {"coding": [item]},
            "for": {"reference": kim.patient},
            "owner": {"reference": kim.nurse},
            "restriction": {"period": {"start": "2026-03-01", "end": was}},
        }
    )
    result = scored(kim, total)
    written = kim.backend.get(task)
    assert written["restriction"]["period"]["end"] == becomes
    assert written["meta"]["tag"][0]["code"] == becomes
    assert any("mood follow-up is due by" in one for one in result.told.says) is (was != becomes)


# ---- what is missing does not make it less


@pytest.mark.parametrize(
    ("answers", "before", "told"),
    [
        ((3, 3, 3, 3, 3, 3, 2, None, 0), "", True),  # 20 or more
        ((3, 3, 3, 3, 3, 3, 1, None, 0), "", False),  # 19 or more: two business days
        ((3, 3, 3, 3, 3, None, 0, 0, 0), "10", True),  # 15 or more, and up by 5
        ((3, 3, 3, 3, 2, None, 0, 0, 0), "10", False),  # 14 or more
    ],
)
def test_a_missing_item_does_not_hide_a_high_score(
    kim: Stage, answers: tuple[int | None, ...], before: str, told: bool
) -> None:
    if before:
        earlier(kim, before)
    response = phq_9(*answers, source={"reference": kim.patient})
    carried_out(kim, RecordAssessment(patient=kim.patient, response=response), MONDAY)
    total = sum(answer for answer in answers if answer is not None)
    assert [task["restriction"]["period"]["end"] for task in asked(kim, "escalation")] == (
        ["2026-03-09"] * len(asked(kim, "escalation"))
    )
    assert bool(asked(kim, "escalation")) is told
    assert bool(asked(kim, "mood-contact")) is (total >= 15)
    if told:
        assert "or more" in asked(kim, "escalation")[0]["description"]


@pytest.mark.parametrize(
    ("authored", "kept"),
    [
        ("2026-03-10T00:30:00-05:00", False),
        ("2026-03-09T22:30:00-07:00", False),  # tomorrow, here
        ("2026-04-01", False),
        ("2027-03-09T10:00:00-05:00", False),
        ("2026-03-09", True),
        ("2026-03-09T16:59:00+02:00", True),
    ],
)
def test_answers_from_the_future_are_not_recorded(kim: Stage, authored: str, kept: bool) -> None:
    response = phq_9(*nine(8), source={"reference": kim.patient}, authored=authored)
    result: Any = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), MONDAY)
    assert isinstance(result, Done) is kept
    if not kept:
        assert "correct authored" in " ".join(result.why)
    assert bool(Chart(kim.backend, kim.patient).written("QuestionnaireResponse")) is kept


@pytest.mark.parametrize("unit", ["points", "pts", "{score}", "1", "", "out of 27", "PHQ9 units"])
def test_an_earlier_score_is_compared_whatever_its_unit_is_called(kim: Stage, unit: str) -> None:
    quantity = {"value": Decimal(10), **({"unit": unit} if unit else {})}
    kim.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
            "subject": {"reference": kim.patient},
            "effectiveDateTime": BEFORE,
            "valueQuantity": quantity,
        }
    )
    result = scored(kim, 15)
    assert "rose by 5" in " ".join(result.told.says)
    assert asked(kim, "escalation")


def test_a_percentile_is_no_earlier_score(kim: Stage) -> None:
    earlier(kim, "10", unit="%")
    assert "cannot be said" in " ".join(scored(kim, 15).told.says)
