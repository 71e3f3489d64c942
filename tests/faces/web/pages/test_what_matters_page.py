"""What matters to the person stands at the top of their page; where nobody has asked, so does that."""

from __future__ import annotations

import httpx

from tests.faces.web.launch.conftest import Launching
from tests.faces.web.pages.after_discharge import usable, words
from tests.faces.web.pages.plans import OWN_GOAL, PlanOfRosa


def test_their_words_come_before_the_work(launching: Launching) -> None:
    answer = PlanOfRosa.proposed(launching).nurse.get("")
    usable(answer)
    told = words(answer)
    assert f"“{OWN_GOAL}” a goal of their own, Mar 9, 2026" in told
    assert told.index(OWN_GOAL) < told.index("Due now")
    assert "not asked yet" not in told


def test_not_asked_leads_to_the_step_that_asks(launching: Launching) -> None:
    answer = PlanOfRosa.enrolled(launching).nurse.get("")
    usable(answer)
    assert "What matters to them: not asked yet" in words(answer)
    assert "steps/propose-plan" in answer.text.partition('id="due"')[0]


def test_once_there_is_a_plan_the_assessment_asks(launching: Launching) -> None:
    answer = PlanOfRosa.proposed(launching, own_goal="declined").nurse.get("")
    assert "steps/conclude-assessment" in answer.text.partition('id="due"')[0]


def test_what_could_not_be_seen_is_never_unasked(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)

    def no_goals(request: httpx.Request) -> httpx.Response | None:
        if b'"type":"batch"' in request.content.replace(b" ", b""):
            return httpx.Response(400)
        return httpx.Response(403) if "/Goal" in request.url.path else None

    plan.launching.ehr.fhir_rules = [no_goals]
    told = words(plan.nurse.get(""))
    assert "What matters to them: not visible: goals" in told
    assert "not asked yet" not in told


def test_nobody_is_to_ask_somebody_who_has_died(launching: Launching) -> None:
    plan = PlanOfRosa.enrolled(launching)
    plan.nurse.ward.front.change(plan.nurse.ward.patient, deceasedBoolean=True)
    answer = plan.nurse.get("")
    assert "deceased" in answer.text
    assert "not asked yet" not in answer.text
