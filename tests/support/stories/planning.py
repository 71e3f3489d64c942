"""Stories of care planning: a plan is proposed, talked through, handed in, signed or returned."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from carefhir.engine.results import Done
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.care_planning.propose_plan import ProposePlan
from carefhir.workflows.care_planning.record_agreement import RecordAgreement
from carefhir.workflows.care_planning.request_sign_off import RequestSignOff
from carefhir.workflows.care_planning.return_plan import ReturnPlan
from carefhir.workflows.care_planning.sign_off import SignOff
from tests.support.stage import Scenario, Stage, done, enrolled, response

Json = dict[str, Any]
TALK = datetime.fromisoformat("2026-03-09T09:00:00-05:00")
SECOND_TALK = datetime.fromisoformat("2026-03-09T09:40:00-05:00")
OWN_GOAL = "To walk to church again"


def _all(found: Stage, type_: str) -> list[Json]:
    return sorted(
        found.backend.search(f"{type_}?patient={found.patient}&_count=200"), key=lambda one: int_or(one["id"])
    )


def int_or(id_: str) -> tuple[int, str]:
    return (int(id_), "") if id_.isdigit() else (0, id_)


def carried_out(found: Stage, command: Any, actor: str = "") -> None:
    result = done(found, command, actor=actor)
    assert isinstance(result, Done), result


def hungry(found: Stage) -> None:
    """Enrolled, and the food screen positive; nobody has confirmed the need."""
    enrolled(found)
    answers = response("rosa-hunger-vital-sign", found.mark)
    carried_out(found, RecordAssessment(patient=found.patient, response=answers))


def proposing(found: Stage, **more: Any) -> ProposePlan:
    return ProposePlan(patient=found.patient, own_goal=OWN_GOAL, **more)


def proposed(found: Stage) -> None:
    hungry(found)
    carried_out(found, proposing(found))


def plan_of(found: Stage) -> str:
    (plan,) = _all(found, "CarePlan")
    return f"CarePlan/{plan['id']}"


def goals_of(found: Stage) -> dict[str, str]:
    """Goals by code; the patient's own under `own`."""
    return {
        one["description"].get("coding", [{"code": "own"}])[0]["code"]: f"Goal/{one['id']}"
        for one in _all(found, "Goal")
    }


def agreeing(found: Stage, **changes: Any) -> RecordAgreement:
    """Everything agreed, but for less salt: not wanted."""
    answers = []
    for code, goal in sorted(goals_of(found).items()):
        said: Json = {"goal": goal, "answer": "disagree" if code == "less-salt" else "agree"}
        if code == "own":
            said |= {"priority": "high", "words": "I want to sing in the choir again", "barrier": "no ride on Sundays"}
        answers.append(said)
    given = {"patient": found.patient, "plan": plan_of(found), "talked": TALK, "answers": answers, "copy_given": True}
    return RecordAgreement.model_validate({**given, **changes})


def agreed(found: Stage) -> None:
    proposed(found)
    carried_out(found, agreeing(found))


def agreeing_again(found: Stage) -> RecordAgreement:
    """A second talk, after the plan was handed in: another word, and weighing every day is not wanted after all."""
    goals = goals_of(found)
    answers = [
        {"goal": goals["own"], "answer": "agree", "priority": "medium", "words": "Mass on Sundays, that is enough"},
        {"goal": goals["daily-weights"], "answer": "disagree", "words": "The scale frightens me"},
    ]
    return agreeing(found, talked=SECOND_TALK, answers=answers, copy_given=False)


def requesting(found: Stage) -> RequestSignOff:
    return RequestSignOff(patient=found.patient, plan=plan_of(found))


def requested(found: Stage) -> None:
    agreed(found)
    carried_out(found, requesting(found))


def asked_version(found: Stage) -> str:
    """The version of the plan that the newest request names."""
    asked = [one for one in _all(found, "Task") if one["code"]["coding"][0]["code"] == "sign-off"]
    newest = max(asked, key=lambda one: (one["status"] != "rejected", one["authoredOn"], int_or(one["id"])))
    (value,) = [
        one["valueReference"]["identifier"]["value"]
        for one in newest["input"]
        if one["valueReference"]["reference"].startswith("CarePlan/")
    ]
    return str(value).rpartition("/")[2]


def signing(found: Stage, **changes: Any) -> SignOff:
    """Signed as handed in, every contradiction decided."""
    issues = sorted(_all(found, "DetectedIssue"), key=lambda one: one["code"]["coding"][0]["code"])
    decisions = [{"issue": f"DetectedIssue/{one['id']}", "decision": "talked over, as written"} for one in issues]
    given = {"patient": found.patient, "plan": plan_of(found), "version": asked_version(found), "decisions": decisions}
    return SignOff.model_validate({**given, **changes})


def signed(found: Stage) -> None:
    """In effect; a referral still waits for her own yes."""
    requested(found)
    carried_out(found, signing(found), found.physician)


def waiting(found: Stage) -> Json:
    """The referral to somebody outside that she was not asked about before the plan was signed."""
    services = [one for one in _all(found, "ServiceRequest") if "item-class" in str(one)]
    (only,) = [one for one in services if any(each.get("valueCode") == "now" for each in one["extension"])]
    return only


def agreeing_later(found: Stage, answer: str = "agree", **changes: Any) -> RecordAgreement:
    """Her word on the referral, when the plan is signed already."""
    items = [{"item": f"ServiceRequest/{waiting(found)['id']}", "answer": answer}]
    given = {"patient": found.patient, "plan": plan_of(found), "talked": SECOND_TALK, "copy_given": False}
    return RecordAgreement.model_validate({**given, "items": items, **changes})


def declining_later(found: Stage) -> RecordAgreement:
    return agreeing_later(found, "decline")


def returning(found: Stage) -> ReturnPlan:
    return ReturnPlan(patient=found.patient, plan=plan_of(found), reason="no dry weight is recorded")


def returned(found: Stage) -> None:
    requested(found)
    carried_out(found, returning(found), found.physician)


def requested_again(found: Stage) -> None:
    returned(found)
    carried_out(found, requesting(found))


def proposed_to_kim(found: Stage) -> None:
    enrolled(found)
    carried_out(found, proposing(found))


SITE = (Path(__file__).parents[1] / "site",)
"""A site's own pathway, which sends a leaflet."""

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a plan proposed, two pathways", "propose-plan", "rosa", hungry, proposing),
    Scenario("a plan agreed, one goal not wanted", "record-agreement", "rosa", proposed, agreeing),
    Scenario("a plan talked over again after it was handed in", "record-agreement", "rosa", requested, agreeing_again),
    Scenario("a referral agreed to after the plan was signed", "record-agreement", "nora", signed, agreeing_later),
    Scenario("a referral declined after the plan was signed", "record-agreement", "nora", signed, declining_later),
    Scenario("a plan handed in for signature", "request-sign-off", "rosa", agreed, requesting),
    Scenario("a plan handed in again after a return", "request-sign-off", "rosa", returned, requesting),
    Scenario("a plan signed", "sign-off", "rosa", requested, signing, by="physician"),
    Scenario("a plan signed after a return", "sign-off", "rosa", requested_again, signing, by="physician"),
    Scenario("a plan returned", "return-plan", "rosa", requested, returning, by="physician"),
    Scenario("a plan with a site's own pathway", "propose-plan", "kim", enrolled, proposing, site=SITE),
    Scenario(
        "a plan with a site's own pathway, agreed", "record-agreement", "kim", proposed_to_kim, agreeing, site=SITE
    ),
)
