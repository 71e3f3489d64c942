"""Stories of a plan that stays true: concerns dismissed, a plan in force revised, closed, looked at again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.engine.step import Command
from carefhir.workflows.assessment.assign_assessment import AssignAssessment
from carefhir.workflows.assessment.dismiss_concern import DismissConcern
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.care_planning.close_plan import ClosePlan
from carefhir.workflows.care_planning.evaluate_plan import EvaluatePlan
from carefhir.workflows.care_planning.propose_adjustment import ProposeAdjustment
from carefhir.workflows.care_planning.revise_plan import RevisePlan
from tests.support.stage import Scenario, Stage, done, enrolled, response
from tests.support.stories.assessment import confirm, newest, screened
from tests.support.stories.planning import carried_out, goals_of, plan_of, requested, signing

Json = dict[str, Any]
NEED, SCREEN = "Z59.41", "depression-screen-positive"


def dismiss(found: Stage, concern: str, **changes: Any) -> DismissConcern:
    """A concern dismissed, by the text in it."""
    said = {"patient": found.patient, "concern": newest(found, "Condition", concern)}
    return DismissConcern.model_validate({**said, "reason": "she misread the question", **changes})


def _need(found: Stage) -> Command:
    return dismiss(found, NEED)


def _screen(found: Stage) -> Command:
    return dismiss(found, SCREEN)


def screen_asked_about(found: Stage) -> None:
    """Screened, and the nurse has proposed to confirm the mood screen."""
    screened(found)
    done(found, confirm(found, SCREEN))


REVISED = "2026-05-04T09:00:00-05:00"
IN_MAY = datetime.fromisoformat("2026-05-04T10:00:00-05:00")


def in_force(found: Stage) -> None:
    """A plan agreed and signed."""
    requested(found)
    carried_out(found, signing(found), found.physician)


def the_item(found: Stage, code: str) -> str:
    """The Task of the plan that is an item with that code."""
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    (one,) = [
        task for task in tasks if any(each["code"] == code for each in task.get("reasonCode", {}).get("coding", []))
    ]
    return f"Task/{one['id']}"


def first_goal(found: Stage, about: str) -> str:
    """The first goal with this code, so that a revision told again names the same."""
    every = found.backend.search(f"Goal?patient={found.patient}&_count=200")
    coded = [one for one in every if one["description"].get("coding", [{}])[0].get("code") == about]
    return f"Goal/{min((one['id'] for one in coded), key=lambda id_: (len(id_), id_))}"


def revise(found: Stage, **changes: Any) -> RevisePlan:
    """The A1c may be higher, a goal of her own, one thing less, one moved, one more."""
    goals = [
        {"does": "change", "goal": first_goal(found, "a1c"), "at_most": "8.5", "reason": "three lows in April"},
        {"does": "add", "words": "To bake with her granddaughter", "reason": "she asked for it"},
    ]
    items = [
        {"does": "stop", "item": the_item(found, "medication-management"), "reason": "the pharmacist does it now"},
        {"does": "change", "item": the_item(found, "vaccination"), "until": "2026-06-01", "reason": "she had a cold"},
        {"does": "add", "code": "low-salt-teaching", "until": "2026-05-18", "reason": "now she wants it"},
    ]
    said = {"patient": found.patient, "plan": plan_of(found), "revised": REVISED, "patient_agrees": True}
    given = {**said, "reason": "two months on", "goals": goals, "items": items, **changes}
    return RevisePlan.model_validate(given)


def revised_by_nurse(found: Stage) -> None:
    """What needs a signature waits."""
    in_force(found)
    done(found, revise(found), IN_MAY)


def waiting(found: Stage) -> str:
    """The Task that asks for the signature on a change."""
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    (one,) = [task for task in tasks if task["code"].get("coding", [{}])[0].get("code") == "sign-revision"]
    return f"Task/{one['id']}"


def sign_revision(found: Stage, **changes: Any) -> RevisePlan:
    """The physician signs it."""
    said = {"patient": found.patient, "plan": plan_of(found), "revised": REVISED, "patient_agrees": True}
    given = {**said, "reason": "as proposed", "proposal": waiting(found), **changes}
    return RevisePlan.model_validate(given)


def _parts(found: Stage) -> list[tuple[str, Json]]:
    """The goals and the plan's own items."""
    plan = found.backend.get(plan_of(found))
    named = [one["reference"] for one in plan["goal"]] + [one["reference"]["reference"] for one in plan["activity"]]
    read = [(name, found.backend.get(name)) for name in named]
    return [(name, one) for name, one in read if name.startswith("Goal/") or "item-class" in str(one)]


def _sorted(names: list[str]) -> tuple[list[str], list[str]]:
    return [name for name in names if name.startswith("Goal/")], [name for name in names if name[:5] != "Goal/"]


def parts_open(found: Stage) -> tuple[list[str], list[str]]:
    """The goals and items that are not over."""
    over = {"completed", "cancelled", "rejected", "revoked", "fulfilled"}
    return _sorted([name for name, one in _parts(found) if one.get("lifecycleStatus", one.get("status")) not in over])


def parts_agreed(found: Stage) -> tuple[list[str], list[str]]:
    """The goals and items that the patient did not turn down, whatever became of them since: the same in every run."""
    down = ("'rejected'", "it serves only goals the patient does not want")
    return _sorted([name for name, one in _parts(found) if not any(word in str(one) for word in down)])


def close(found: Stage, parts: tuple[list[str], list[str]] | None = None, **changes: Any) -> ClosePlan:
    """The first goal is reached and her own goes on; orders go on with their owner, the rest is done elsewhere."""
    goals, items = parts or parts_agreed(found)
    own = goals_of(found)["own"]
    ends: list[Json] = [{"goal": one, "becomes": "cancel", "reason": "not pursued any more"} for one in goals]
    ends = [{"goal": one["goal"], "becomes": "carry"} if one["goal"] == own else one for one in ends]
    ends[0] = {"goal": goals[0], "becomes": "reached"}
    rest = [
        {"item": one, "becomes": "cancel", "reason": "moved to her daughter's town"}
        if one.startswith("Task/")
        else {"item": one, "becomes": "carry"}
        for one in items
    ]
    said = {"patient": found.patient, "plan": plan_of(found), "becomes": "completed", "reason": "a year on, and stable"}
    return ClosePlan.model_validate({**said, "goals": ends, "items": rest, **changes})


def closing_proposed(found: Stage) -> None:
    """The nurse has proposed to close it."""
    in_force(found)
    done(found, close(found, goals=(), items=()), IN_MAY)


def decline_closing(found: Stage) -> ClosePlan:
    return close(found, becomes="goes-on", goals=(), items=(), reason="one more quarter")


def assigning(found: Stage, **changes: Any) -> AssignAssessment:
    """Everything that there is."""
    return AssignAssessment.model_validate({"patient": found.patient, "reason": "a year since enrollment", **changes})


def food_answered(found: Stage) -> None:
    """Enrolled, and asked about food this morning."""
    enrolled(found)
    done(found, RecordAssessment(patient=found.patient, response=response("rosa-hunger-vital-sign", found.mark)))


def adjusting(found: Stage) -> ProposeAdjustment:
    return ProposeAdjustment(patient=found.patient, plan=plan_of(found))


def missed(found: Stage, day: str = "2026-04-20") -> str:
    """A visit she did not come to."""
    return found.backend.create(
        {
            "resourceType": "Appointment",
            "status": "noshow",
            "description": "Heart failure clinic",
            "start": f"{day}T09:00:00-05:00",
            "end": f"{day}T09:30:00-05:00",
            "participant": [{"actor": {"reference": found.patient}, "status": "accepted"}],
        }
    )


def worse(found: Stage) -> str:
    """The goal for the A1c is getting worse, by a judgment with a reading."""
    reference = goals_of(found)["a1c"]
    system = "http://terminology.hl7.org/CodeSystem/goal-achievement"
    reading = found.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
            "subject": {"reference": found.patient},
            "effectiveDateTime": "2026-05-04T08:00:00-05:00",
            "valueQuantity": {"value": 10.1, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
        }
    )
    judged = {
        "achievementStatus": {"coding": [{"system": system, "code": "worsening"}]},
        "outcomeReference": [{"reference": reading}],
        "note": [
            {
                "time": "2026-05-04T09:00:00-05:00",
                "authorString": "the clinic",
                "text": "A1c 10.1 percent, and 8.9 before",
            }
        ],
    }
    found.backend.put({**found.backend.get(reference), **judged})
    return reference


def not_going_well(found: Stage) -> None:
    in_force(found)
    missed(found)
    worse(found)


IN_JUNE = datetime.fromisoformat("2026-06-08T10:00:00-05:00")


def asked_mood(found: Stage, day: str, *answers: int) -> None:
    """PHQ-9 answered on a day."""
    items = [
        {"linkId": code, "answer": [{"valueCoding": {"system": "http://loinc.org", "code": FREQUENCY[answer]}}]}
        for code, answer in zip(PHQ_9, answers, strict=True)
    ]
    identifier = {"system": "https://carefhir.org/fhir/sid/example", "value": f"rosa-phq-9-{day}{found.mark}"}
    at = f"{day}T09:00:00-05:00"
    given = response("rosa-phq-9", found.mark, item=items, identifier=identifier, authored=at)
    done(found, RecordAssessment(patient=found.patient, response=given), datetime.fromisoformat(at))


PHQ_9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
FREQUENCY = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")


def three_months_on(found: Stage) -> None:
    """A plan in force for three months; her mood asked that day, and since."""
    in_force(found)
    asked_mood(found, "2026-03-09", 2, 2, 2, 2, 1, 1, 2, 2, 0)
    asked_mood(found, "2026-06-01", 2, 2, 2, 2, 2, 2, 2, 2, 0)


def evaluating(found: Stage, **changes: Any) -> EvaluatePlan:
    given = {"patient": found.patient, "plan": plan_of(found), "judgment": "not-working", "on": "2026-06-08"}
    return EvaluatePlan.model_validate({**given, "words": "her mood is no better and she skips the visits", **changes})


def cannot_say(found: Stage) -> EvaluatePlan:
    return evaluating(found, judgment="cannot-say", words="nothing was measured in May")


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a need dismissed by a nurse", "dismiss-concern", "rosa", screened, _need),
    Scenario("a dismissal proposed by a nurse", "dismiss-concern", "rosa", screened, _screen),
    Scenario("a proposal changed by a nurse", "dismiss-concern", "rosa", screen_asked_about, _screen),
    Scenario(
        "a screen dismissed by a physician", "dismiss-concern", "rosa", screen_asked_about, _screen, by="physician"
    ),
    Scenario("a plan in force revised by a nurse", "revise-plan", "rosa", in_force, revise, IN_MAY),
    Scenario("a plan in force revised by a physician", "revise-plan", "rosa", in_force, revise, IN_MAY, by="physician"),
    Scenario("all instruments assigned", "assign-assessment", "rosa", enrolled, assigning),
    Scenario("an instrument assigned, another fresh", "assign-assessment", "rosa", food_answered, assigning),
    Scenario("an adjustment proposed", "propose-adjustment", "rosa", not_going_well, adjusting, IN_MAY),
    Scenario("a plan judged not to work", "evaluate-plan", "rosa", three_months_on, evaluating, IN_JUNE),
    Scenario("a plan of which nobody can say", "evaluate-plan", "rosa", three_months_on, cannot_say, IN_JUNE),
    Scenario("a plan closed by a physician", "close-plan", "rosa", closing_proposed, close, IN_MAY, by="physician"),
    Scenario("a plan proposed for closing", "close-plan", "rosa", in_force, close, IN_MAY),
    Scenario("a plan that goes on", "close-plan", "rosa", closing_proposed, decline_closing, IN_MAY, by="physician"),
    Scenario("a revision signed", "revise-plan", "rosa", revised_by_nurse, sign_revision, IN_MAY, by="physician"),
)
