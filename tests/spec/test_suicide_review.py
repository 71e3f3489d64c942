"""A review of self-harm closes, and its Flag is lifted, only with a suicide screener's answers (rule 31).

Given: item 9 of a PHQ-9 was positive, or not answered, and a review is open. When: somebody would close it. Then: it is
closed, with the answers on record; or it is not, and the reason says what is missing, or what to do now.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from pydantic import ValidationError

from carefhir import BadInput, Done, Refused
from carefhir.commands import Acknowledge, RecordAssessment, Resolve
from carefhir.content.loading import load
from carefhir.engine.results import Result
from carefhir.faces import fields
from carefhir.workflows.monitoring.suicide_review import Screener, positive
from tests.spec.tables import Chart, Json, carried_out, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import CALM_SCREENER, task_of

ANSWERED, WHEN, NEXT_DAY = "2026-03-09T09:00:00-05:00", "2026-03-09T10:00:00-05:00", "2026-03-10T10:00:00-05:00"
NO: Json = CALM_SCREENER
SCREENED = "https://carefhir.org/fhir/CodeSystem/suicide-screener"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    """In care management, and item 9 was positive."""
    found = stage(server.backend, "kim")
    carried_out(found, enroll(found), ANSWERED)
    response = phq_9(1, 0, 0, 0, 0, 0, 0, 0, 1, source={"reference": found.patient})
    assert isinstance(carried_out(found, RecordAssessment(patient=found.patient, response=response), ANSWERED), Done)
    return found


def closing(kim: Stage, screener: Json | None, who: str = "nurse", when: str = WHEN, **more: Any) -> Result:
    values = {
        "patient": kim.patient,
        "task": more.pop("task", "") or task_of(kim, "safety-review", kim.physician),
        "outcome": "she sounded fine",
        "at": when,
        "screener": screener,
        **more,
    }
    actor = who if "/" in who else kim.backend.find("Practitioner", who)
    return carried_out(kim, Resolve.model_validate(values), when, actor=actor)


def acknowledged(kim: Stage) -> None:
    values = {
        "patient": kim.patient,
        "task": task_of(kim, "safety-review", kim.physician),
        "acknowledged_by": kim.physician,
        "how": "voice",
        "at": ANSWERED,
    }
    assert isinstance(carried_out(kim, Acknowledge.model_validate(values), WHEN), Done)


def stands(kim: Stage) -> tuple[set[str], list[str]]:
    """The statuses of the reviews, and of the Flag."""
    chart = Chart(kim.backend, kim.patient)
    reviews = [one for one in chart.written("Task") if one["code"]["coding"][0]["code"] == "safety-review"]
    return {one["status"] for one in reviews}, [one["status"] for one in chart.written("Flag")]


OPEN, CLOSED = ({"requested"}, ["active"]), ({"completed"}, ["inactive"])


def screened(kim: Stage) -> list[Json]:
    return [
        one
        for one in Chart(kim.backend, kim.patient).written("Observation")
        if any(coding["system"] == SCREENED for coding in one["code"]["coding"])
    ]


def licensed(kim: Stage, *codes: tuple[str, str]) -> str:
    """Somebody with such roles on record."""
    who = kim.backend.create({"resourceType": "Practitioner", "active": True})
    for system, code in codes:
        kim.backend.create(
            {
                "resourceType": "PractitionerRole",
                "practitioner": {"reference": who},
                "code": [{"coding": [{"system": system, "code": code}]}],
            }
        )
    return who


NUCC, OURS = "http://nucc.org/provider-taxonomy", "https://carefhir.org/fhir/CodeSystem/discipline"


# ---- without answers


@pytest.mark.parametrize("who", ["nurse", "physician", "nurse-practitioner"])
def test_fine_is_no_answer_whoever_says_it(kim: Stage, who: str) -> None:
    result = closing(kim, None, who)
    assert isinstance(result, Refused)
    (why,) = result.why
    for name in ("screener", "ideation", "intent", "plan", "behavior_3_months", "means", "safety_plan"):
        assert name in why
    assert stands(kim) == OPEN


def test_an_unanswered_item_9_asks_for_the_same(server: Stage) -> None:
    kim = stage(server.backend, "kim")
    carried_out(kim, enroll(kim), ANSWERED)
    response = phq_9(1, 0, 0, 0, 0, 0, 0, 0, None, source={"reference": kim.patient})
    carried_out(kim, RecordAssessment(patient=kim.patient, response=response), ANSWERED)
    assert isinstance(closing(kim, None), Refused)
    assert stands(kim) == OPEN
    assert isinstance(closing(kim, NO), Done)
    assert stands(kim) == CLOSED


@pytest.mark.parametrize(
    "finding", [None, {"text": "worried"}, {"coding": [{"system": "http://x.example", "code": "1"}]}]
)
def test_a_safety_review_that_does_not_say_what_it_is_about_counts_as_one(kim: Stage, finding: Json | None) -> None:
    coding = {"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "safety-review"}
    review = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [coding]},
        "for": {"reference": kim.patient},
        "owner": {"reference": kim.nurse},
        **({"reasonCode": finding} if finding else {}),
    }
    task = kim.backend.create(review)
    result = closing(kim, None, task=task)
    assert isinstance(result, Refused)
    assert "suicide screener" in result.why[0]


# ---- who


@pytest.mark.parametrize(
    ("codes", "may"),
    [
        (((OURS, "social-worker"),), False),
        (((NUCC, "104100000X"),), False),
        (((NUCC, "1041C0700X"),), True),
        (((OURS, "licensed-social-worker"),), True),
        (((NUCC, "104100000X"), (NUCC, "1041C0700X")), True),
        (((OURS, "community-health-worker"),), False),
        (((OURS, "pharmacist"),), False),
        (((OURS, "registered-nurse"),), True),
        ((), False),
    ],
)
def test_only_a_licensed_clinician_closes_it(kim: Stage, codes: tuple[tuple[str, str], ...], may: bool) -> None:
    result = closing(kim, NO, licensed(kim, *codes))
    assert isinstance(result, Done if may else Refused), result
    assert stands(kim) == (CLOSED if may else OPEN)
    if isinstance(result, Refused):
        assert "licensed social worker" in result.why[0]


# ---- the answers


def test_no_to_everything_closes_it_and_the_answers_are_on_record(kim: Stage) -> None:
    result = closing(kim, NO)
    assert isinstance(result, Done), result
    assert stands(kim) == CLOSED
    (answers,) = screened(kim)
    found = {
        part["code"]["coding"][0]["code"]: part["valueCodeableConcept"]["coding"][0]["code"]
        for part in answers["component"]
    }
    assert found == {
        "ideation": "no", "intent": "no", "plan": "no", "behavior-3-months": "no", "means": "no", "safety-plan": "made",
    }  # fmt: skip
    assert answers["code"]["text"] == "C-SSRS"
    assert answers["derivedFrom"][0]["reference"].startswith("QuestionnaireResponse/")
    reviews = [one for one in Chart(kim.backend, kim.patient).written("Task") if one["status"] == "completed"]
    assert len(reviews) == 2
    for one in reviews:
        assert one["output"][-1]["valueReference"]["reference"] == f"Observation/{answers['id']}"
    again = closing(kim, NO, task=f"Task/{reviews[0]['id']}")
    assert isinstance(again, Done | Refused)
    assert len(screened(kim)) == 1


EMERGENCY = [
    {name: answer} for name in ("intent", "plan", "behavior_3_months") for answer in ("yes", "unknown", "YES", True)
]


@pytest.mark.parametrize("given", EMERGENCY, ids=[str(one) for one in EMERGENCY])
@pytest.mark.parametrize("who", ["nurse", "physician", "community-health-worker"])
def test_intent_plan_or_behavior_is_an_emergency_and_stays_open(kim: Stage, given: Json, who: str) -> None:
    """Also where a provider is told, and a safety plan is made; whoever asked."""
    result = closing(kim, {**NO, "ideation": "yes", **given}, who)
    assert isinstance(result, Refused), result
    assert "emergency" in result.why[0]
    assert stands(kim) == OPEN
    (instruction,) = result.told.instructions
    for word in ("911", "988", "stay"):
        assert word in instruction
    assert result.kept is not None
    (answers,) = screened(kim)
    tasks = [one for one in Chart(kim.backend, kim.patient).written("Task") if one.get("output")]
    assert {one["output"][0]["valueReference"]["reference"] for one in tasks} == {f"Observation/{answers['id']}"}
    assert "EMERGENCY" in tasks[0]["note"][-1]["text"]


def test_after_an_emergency_only_a_provider_closes_it(kim: Stage) -> None:
    assert isinstance(closing(kim, {**NO, "intent": "yes"}), Refused)
    calm_again = closing(kim, NO, "nurse", NEXT_DAY)
    assert isinstance(calm_again, Refused)
    assert "emergency at an earlier screener" in calm_again.why[0]
    assert stands(kim) == OPEN
    assert isinstance(closing(kim, NO, "physician", NEXT_DAY), Done)
    assert stands(kim) == CLOSED
    assert len(screened(kim)) == 2


@pytest.mark.parametrize("ideation", ["yes", "unknown"])
def test_thoughts_alone_need_a_safety_plan_and_a_provider_who_knows(kim: Stage, ideation: str) -> None:
    thoughts = {**NO, "ideation": ideation}
    alone = closing(kim, {**thoughts, "safety_plan": "none"})
    assert isinstance(alone, Refused)
    assert len(alone.why) == 2
    assert any("safety_plan" in why for why in alone.why)
    assert any("acknowledge" in why for why in alone.why)
    assert isinstance(closing(kim, thoughts), Refused)
    assert stands(kim) == OPEN
    acknowledged(kim)
    assert isinstance(closing(kim, {**thoughts, "safety_plan": "none"}), Refused)
    assert screened(kim) == []
    assert isinstance(closing(kim, {**thoughts, "safety_plan": "reviewed"}), Done)
    assert stands(kim) == CLOSED


def test_a_provider_who_asks_need_not_be_told(kim: Stage) -> None:
    """The near miss: whoever closes it is the provider."""
    assert isinstance(closing(kim, {**NO, "ideation": "yes"}, "physician"), Done)
    assert stands(kim) == CLOSED


def test_making_an_answer_worse_never_closes_what_was_open(kim: Stage) -> None:
    """All answers, by a nurse, nobody told: it closes only where nothing is positive. Nothing is written by asking."""
    for answers in itertools.product(("no", "unknown", "yes"), repeat=4):
        names = ("ideation", "intent", "plan", "behavior_3_months")
        screener = Screener.model_validate({**NO, **dict(zip(names, answers, strict=True))})
        found = {risk: positive(load(), screener, risk) for risk in ("emergency", "lower")}
        assert bool(found["emergency"]) is (answers[1:] != ("no", "no", "no")), answers
        assert bool(found["lower"]) is (answers[0] != "no"), answers


# ---- other Tasks, odd commands


def test_a_screener_belongs_to_a_review_of_self_harm(kim: Stage) -> None:
    other = task_of(kim, "first-assessment")
    assert isinstance(closing(kim, NO, task=other), Refused)
    danger = closing(kim, {**NO, "plan": "yes"}, task=other)
    assert isinstance(danger, Refused)
    assert danger.told.instructions
    nowhere = closing(kim, {**NO, "plan": "yes"}, task="Task/999999")
    assert isinstance(nowhere, Refused)
    assert nowhere.told.instructions


@pytest.mark.parametrize(
    ("screener", "word"),
    [
        ({**NO, "intent": "maybe"}, "intent"),
        ({**NO, "plan": ""}, "plan"),
        ({**NO, "means": None}, "means"),
        ({**NO, "safety_plan": "yes"}, "safety_plan"),
        ({**NO, "instrument": " "}, "instrument"),
        ({name: answer for name, answer in NO.items() if name != "behavior_3_months"}, "behavior_3_months"),
    ],
)
def test_an_answer_that_is_none_is_refused_by_its_name(screener: Json, word: str) -> None:
    values = {"patient": "Patient/1", "task": "Task/1", "outcome": "x", "at": WHEN, "screener": screener}
    with pytest.raises(ValidationError):
        Resolve.model_validate(values)
    with pytest.raises(BadInput, match=word):
        fields.command(Resolve, values)


def test_a_task_closed_without_a_screener_before_there_was_one_is_the_same_act() -> None:
    """Its digest must not change, or a repeat would be taken for another request."""
    values = {"patient": "Patient/1", "task": "Task/1", "outcome": "x", "at": WHEN}
    assert "screener" not in Resolve.model_validate(values).details()
    assert "screener" in Resolve.model_validate({**values, "screener": NO}).details()


# ---- what the answers are worth


def raised(server: Stage, ninth: int) -> Stage:
    """In care management, with item 9 answered so, and a provider who knows."""
    found = stage(server.backend, "kim")
    carried_out(found, enroll(found), ANSWERED)
    named = {"source": {"reference": found.patient}, "authored": ANSWERED}
    carried_out(found, RecordAssessment(patient=found.patient, response=phq_9(*[0] * 8, ninth, **named)), ANSWERED)
    return found


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        ("2026-03-09T08:59:00-05:00", False),  # before the answers that raised it
        ("2026-03-08T09:30:00-05:00", False),
        ("2026-03-09T13:59:00+00:00", False),  # the same, in another zone
        ("2026-03-09T10:30:00-05:00", False),  # to come
        ("2026-03-09T09:00:00-05:00", True),
        ("2026-03-09T14:20:00+00:00", True),
    ],
)
def test_only_answers_since_the_review_was_raised_close_it(server: Stage, at: str, closes: bool) -> None:
    kim = raised(server, 1)
    result = closing(kim, NO, at=at)
    assert isinstance(result, Done if closes else Refused), result
    assert stands(kim) == (CLOSED if closes else OPEN)


@pytest.mark.parametrize(
    ("instrument", "closes"),
    [
        ("C-SSRS", True),
        ("c ssrs screener, recent", True),
        ("Columbia", True),
        ("ASQ", True),
        ("SAFE-T with C-SSRS", True),
        ("PHQ-9", False),
        ("nurse judgment", False),
        ("no C-SSRS done", False),
        ("ASQ-3", False),  # about the development of children
        ("C-SSRS screener, 2026-03-09", True),
        ("C-SSRS 3/9/2026", True),
        ("instead of the C-SSRS a chat", False),
        ("-", False),
    ],
)
def test_only_a_known_suicide_screener_closes_a_review(server: Stage, instrument: str, closes: bool) -> None:
    kim = raised(server, 1)
    result = closing(kim, {**NO, "instrument": instrument})
    assert stands(kim) == (CLOSED if closes else OPEN)
    if not closes:
        assert isinstance(result, Refused)
        assert "C-SSRS" in " ".join(result.why)


@pytest.mark.parametrize(("ninth", "why", "closes"), [(3, "", False), (2, "", False), (3, "x", True), (1, "", True)])
def test_thoughts_nearly_every_day_are_not_denied_without_a_reason(
    server: Stage, ninth: int, why: str, closes: bool
) -> None:
    kim = raised(server, ninth)
    reason = "she took the item for worry about her sister, and we went through it again" if why else ""
    result = closing(kim, NO, contradiction=reason)
    assert stands(kim) == (CLOSED if closes else OPEN)
    if not closes:
        assert isinstance(result, Refused)
        assert "contradiction" in " ".join(result.why)
    elif why:
        notes = [
            note["text"] for one in Chart(kim.backend, kim.patient).written("Task") for note in one.get("note", [])
        ]
        assert any("sister" in text for text in notes)


@pytest.mark.parametrize("reason", ["-", "n/a", "x", "see above", " . "])
def test_a_reason_that_says_nothing_is_none(server: Stage, reason: str) -> None:
    kim = raised(server, 3)
    assert isinstance(closing(kim, NO, contradiction=reason), Refused)
    assert stands(kim) == OPEN


def test_intent_beside_no_thoughts_is_named_and_stays_open(kim: Stage) -> None:
    result = closing(kim, {**NO, "intent": "yes"})
    assert "contradict each other" in " ".join(result.told.warnings)
    assert stands(kim)[1] == ["active"]
    assert "completed" not in stands(kim)[0]
