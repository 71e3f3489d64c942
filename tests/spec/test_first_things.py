"""Plans people can live with: what starts in the first two weeks, what follows, and what never stands twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import OpenTransition
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.workflows.care_planning.plan_choices import PLAN_CHOICES, ChoicesForPlan, PlanChoices
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories import planning as story

Json = dict[str, Any]
WHEN = "2026-03-09T10:00:00-05:00"
TODAY, SECOND, THIRD = "2026-03-09", "2026-03-23", "2026-04-06"
URGENT = {"hypoglycaemia-teach-back", "zone-teach-back", "scale", "dry-weight", "follow-up-visit"}
FIRST = {"action-plan-diabetes", "action-plan-heart-failure", "take-every-day", "action-plan", "medication-management"}
PRESCRIBERS = {
    *("sick-day-plan", "glucagon", "eye-exam-referral", "kidney-test", "a1c-test", "diabetes-education"),
    *("therapy-review", "treatment-review", "potassium-test", "cardiac-rehab-referral", "home-cuff"),
}
"""What the prescriber orders or decides: it is not held back by what the person can take (decision 45)."""
CARE_ITEM = "https://carefhir.org/fhir/CodeSystem/care-item"


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    """Diabetes and heart failure, enrolled; no transition, nothing assessed."""
    found = stage(backend, "rosa")
    assert isinstance(carried_out(found, enroll(found), "2026-03-09T09:00:00-05:00"), Done)
    return found


def proposed(rosa: Stage, **more: Any) -> Result:
    return carried_out(rosa, story.proposing(rosa, **more), WHEN)


def periods(rosa: Stage) -> dict[str, tuple[str, str]]:
    """Each item of the plan, with the day on which it starts and the day by which it is to be done."""
    kinds = ("Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment")
    found = {}
    for kind in kinds:
        for item in Chart(rosa.backend, rosa.patient).written(kind):
            coded = [coding["code"] for coding in codings(item) if coding.get("system") == CARE_ITEM]
            period = item.get("restriction", {}).get("period") or item.get("occurrencePeriod")
            period = period or item.get("requestedPeriod", [{}])[0]
            found |= dict.fromkeys(coded, (period["start"], period["end"]))
    return found


def codings(item: Json) -> list[Json]:
    places = [item.get("code"), item.get("codeCodeableConcept"), item.get("reasonCode"), item.get("serviceType")]
    concepts = [concept for place in places for concept in (place if isinstance(place, list) else [place]) if concept]
    return [coding for concept in concepts for coding in concept.get("coding", [])]


def starting(rosa: Stage, day: str) -> set[str]:
    return {code for code, (start, _) in periods(rosa).items() if start == day}


def test_five_start_now_beside_what_cannot_wait(rosa: Stage) -> None:
    result = proposed(rosa)
    assert isinstance(result, Done), result
    assert starting(rosa, TODAY) == URGENT | FIRST | PRESCRIBERS
    told = (
        f"first two weeks: 5 items, and 5 that cannot wait; {len(PRESCRIBERS)} for the prescriber, who is not held back"
    )
    assert told in result.told.says


def test_the_rest_follows_five_every_two_weeks_and_is_not_due_before_it_starts(rosa: Stage) -> None:
    proposed(rosa)
    waves = [len(starting(rosa, day)) for day in (SECOND, THIRD, "2026-04-20", "2026-05-04", "2026-05-18")]
    assert waves[:3] == [5, 5, 5]
    assert sum(waves) == len(periods(rosa)) - len(URGENT | FIRST | PRESCRIBERS)
    for code, (start, end) in periods(rosa).items():
        assert start <= end, code
    assert min(end for _, end in (periods(rosa)[code] for code in starting(rosa, SECOND))) >= "2026-04-05"


def test_no_pace_delays_what_the_prescriber_orders_or_what_is_urgent(rosa: Stage) -> None:
    """Whatever is chosen, and however much: an order keeps the day that its pathway names."""
    shown = choices(rosa)
    due = {row.cells[0]: row.cells[4] for part in shown.sections if part.name == "urgent" for row in part.rows}
    assert isinstance(proposed(rosa, first_things=("low-salt-teaching",)), Done)
    when = periods(rosa)
    for code in URGENT | PRESCRIBERS:
        assert when[code][0] == TODAY, code
        assert due[code] == f"by {when[code][1]}", code
    assert when["eye-exam-referral"][1] == "2026-06-07", "90 days, as the pathway asks"
    assert when["sick-day-plan"][1] == "2026-03-19", "ten days"
    assert when["foot-check"][0] > TODAY, "the near miss: what the care manager does is paced"


def test_what_the_patient_chooses_starts_first(rosa: Stage) -> None:
    result = proposed(rosa, first_things=("low-salt-teaching", "foot-check"))
    assert isinstance(result, Done), result
    assert starting(rosa, TODAY) == URGENT | PRESCRIBERS | {"low-salt-teaching", "foot-check"}
    assert any(line.startswith("first two weeks: 2 items, and 5 that cannot wait;") for line in result.told.says)


def test_more_than_five_where_the_nurse_takes_more(rosa: Stage) -> None:
    chosen = (*FIRST, "low-salt-teaching", "foot-check")
    assert isinstance(proposed(rosa, first_things=chosen), Done)
    assert starting(rosa, TODAY) == URGENT | PRESCRIBERS | set(chosen)


@pytest.mark.parametrize(
    "code",
    ["no-such-item", "scale", "eye-exam-referral", "treatment-review"],
    ids=["unknown", "cannot wait anyway", "an order", "the prescriber's to decide"],
)
def test_what_cannot_be_chosen_is_named_with_what_can(rosa: Stage, code: str) -> None:
    result = proposed(rosa, first_things=(code,))
    assert isinstance(result, Refused), result
    (why,) = result.why
    assert why.startswith(f"first_things: {code} is no item of this plan that could wait; choose among: ")
    assert "foot-check" in why


def choices(rosa: Stage) -> ChoicesForPlan:
    command, occasion = PlanChoices(patient=rosa.patient), rosa.occasion(datetime.fromisoformat(WHEN))
    return rosa.backend.run(runner.show(PLAN_CHOICES, command, occasion, rosa.backend.server()))


def test_what_can_be_chosen_is_shown_before_anything_is_drafted(rosa: Stage) -> None:
    """Exactly what `first_things` takes; what is urgent stands apart, and is not asked about."""
    shown = choices(rosa)
    offered = [choice.code for choice in shown.choices]
    (urgent,) = (part.rows for part in shown.sections if part.name == "urgent")
    codes = [row.cells[0] for row in urgent]
    assert set(codes) == URGENT | PRESCRIBERS
    assert set(codes[: len(URGENT)]) == URGENT, "what is urgent stands first"
    assert {choice.code for choice in shown.choices if not choice.waits} == FIRST
    assert Chart(rosa.backend, rosa.patient).written("CarePlan") == []
    assert isinstance(proposed(rosa, first_things=tuple(offered)), Done)
    assert starting(rosa, TODAY) == URGENT | PRESCRIBERS | set(offered)


def test_there_is_nothing_to_choose_where_no_plan_can_be_proposed(rosa: Stage) -> None:
    assert isinstance(proposed(rosa), Done)
    shown = choices(rosa)
    assert shown.choices == ()
    (part,) = shown.sections
    assert part.name == "why-not"
    assert "there is already a plan" in part.rows[0].cells[0]


def test_the_same_proposal_as_before_there_was_a_choice(rosa: Stage) -> None:
    """A command without a choice is the same act as one that an earlier release wrote."""
    assert isinstance(proposed(rosa), Done)
    again = proposed(rosa, first_things=())
    assert isinstance(again, Done)
    assert again.by == "an earlier run"


# ---- never twice


@pytest.fixture
def home(rosa: Stage) -> Stage:
    """Her transition is open, too."""
    stay = rosa.backend.find("Encounter", "rosa-stay" + rosa.mark)
    opening = OpenTransition(patient=rosa.patient, encounter=stay)
    assert isinstance(carried_out(rosa, opening, "2026-03-09T09:30:00-05:00"), Done)
    return rosa


def test_visit_and_list_of_a_transition_are_linked_and_not_asked_for_again(home: Stage) -> None:
    result = proposed(home)
    assert isinstance(result, Done), result
    assert not {"follow-up-visit", "medication-management"} & periods(home).keys()
    chart = Chart(home.backend, home.patient)
    (plan,) = chart.written("CarePlan")
    linked = {activity["reference"]["reference"] for activity in plan["activity"]}
    for code in ("book-follow-up", "reconcile-medications"):
        (task,) = [task for task in chart.written("Task") if task["code"]["coding"][0]["code"] == code]
        name = f"Task/{task['id']}"
        assert name in linked, code
        assert any(line.startswith("under way, and linked: ") and name in line for line in result.told.says), code


def test_without_a_transition_the_plan_asks_for_both(rosa: Stage) -> None:
    """The near miss."""
    proposed(rosa)
    assert {"follow-up-visit", "medication-management"} <= periods(rosa).keys()


def test_a_cancelled_task_sees_to_nothing(home: Stage) -> None:
    chart = Chart(home.backend, home.patient)
    (task,) = [task for task in chart.written("Task") if task["code"]["coding"][0]["code"] == "reconcile-medications"]
    home.backend.put({**task, "status": "cancelled"})
    proposed(home)
    assert "medication-management" in periods(home)


@pytest.mark.parametrize(
    ("at", "asked"),
    [("2026-03-09", False), ("2025-12-09", False), ("2025-12-08", True)],
    ids=["today", "90 days", "91 days"],
)
def test_a_screen_is_not_asked_where_its_domain_was_concluded_of_late(rosa: Stage, at: str, asked: bool) -> None:
    domain = "https://carefhir.org/fhir/CodeSystem/assessment-domain"
    rosa.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": domain, "code": "language-literacy"}]},
            "subject": {"reference": rosa.patient},
            "effectiveDateTime": f"{at}T09:00:00-05:00",
            "valueString": "reads large print",
        }
    )
    proposed(rosa)
    assert ("screen-literacy" in periods(rosa)) is asked
    assert "screen-frailty" in periods(rosa), "another domain"


# ---- the signature comes before what waits for it


def test_the_signature_is_due_before_what_waits_for_it(rosa: Stage) -> None:
    """The scale is due in three days: a signature in seven would come too late."""
    proposed(rosa)
    assert isinstance(carried_out(rosa, story.agreeing(rosa), WHEN), Done)
    assert isinstance(carried_out(rosa, story.requesting(rosa), WHEN), Done)
    tasks = Chart(rosa.backend, rosa.patient).written("Task")
    (request,) = [task for task in tasks if task["code"]["coding"][0]["code"] == "sign-off"]
    assert request["restriction"]["period"]["end"] == periods(rosa)["scale"][1] == "2026-03-12"
