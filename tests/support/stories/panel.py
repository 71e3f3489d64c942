"""Stories of the panel: what nobody has noticed."""

from __future__ import annotations

from carefhir.codes import STEP_KEY, TASK
from carefhir.engine.step import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.panel.escalate import Escalate
from carefhir.workflows.panel.find_work import FindWork
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.support.stage import Scenario, Stage, done, enrolled, response
from tests.support.stories.assessment import AFTERNOON, tier_set


def finding(found: Stage) -> Command:
    """Looking for what nobody has noticed."""
    return FindWork(patient=found.patient)


def _found(found: Stage) -> None:
    """Enrolled; a sweep has found her discharge."""
    enrolled(found)
    done(found, FindWork(patient=found.patient))


def _answered_elsewhere(found: Stage) -> None:
    """Enrolled, her discharge followed; and last night she answered in a portal that knows nothing of us."""
    enrolled(found)
    done(found, _following(found))
    made = {**response("rosa-phq-9-item-9", found.mark), "subject": {"reference": found.patient}}
    found.backend.create({each: value for each, value in made.items() if each not in ("id", "identifier")})


def _hearing(found: Stage) -> Command:
    """Her answers, as they stand in the chart."""
    (answers,) = found.backend.search(f"QuestionnaireResponse?subject={found.patient}")
    return RecordAssessment(patient=found.patient, response=answers)


def _answers_found(found: Stage) -> None:
    _answered_elsewhere(found)
    done(found, finding(found))


def _following(found: Stage) -> Command:
    stay = found.backend.find("Encounter", "rosa-stay" + found.mark)
    return OpenTransition(patient=found.patient, encounter=stay)


def _enrolled_since(found: Stage) -> None:
    """Her tier was set while she was in no program; somebody has enrolled her since, and follows her discharge."""
    done(found, tier_set(found, at_least=True), AFTERNOON)
    enrolled(found)
    done(found, _following(found))


def _not_answered(found: Stage) -> None:
    """A red finding of last night, with the care manager."""
    enrolled(found)
    planted_task(found)


def planted_task(found: Stage) -> str:
    """A Task for an escalation that nobody has acknowledged."""
    due = "2026-03-08"
    return found.backend.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": found.patient},
            "code": {"coding": [{"system": TASK, "code": "escalation"}]}, "owner": {"reference": found.nurse},
            "authoredOn": "2026-03-08T21:00:00-05:00", "restriction": {"period": {"start": due, "end": due}},
            "identifier": [{"system": STEP_KEY, "value": f"planted-escalation{found.mark}"}],
            "description": "RED, URGENT: four pounds since yesterday, and short of breath",
        }
    )  # fmt: skip


def passing_on(found: Stage) -> Command:
    (task,) = found.backend.search(f"Task?identifier={STEP_KEY}%7Cplanted-escalation{found.mark}")
    said = {"task": f"Task/{task['id']}", "at": "2026-03-09T07:00:00-05:00", "reason": "nobody has called back"}
    return Escalate.model_validate({"patient": found.patient, **said})


def _telling(found: Stage) -> Command:
    """The same, and the provider was called."""
    passed_on = passing_on(found).model_dump(exclude_unset=True)
    return Escalate.model_validate({**passed_on, "told": "voice", "told_at": "2026-03-09T07:05:00-05:00"})


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a discharge that nobody follows", "find-work", "rosa", enrolled, finding),
    Scenario("what was found is settled by other work", "find-work", "rosa", _enrolled_since, finding, now=AFTERNOON),
    Scenario("answers with a safety item that nobody has heard", "find-work", "rosa", _answered_elsewhere, finding),
    Scenario("answers that stand in the chart", "record-assessment", "rosa", _answers_found, _hearing),
    Scenario("a discharge that was found is followed", "open-transition", "rosa", _found, _following),
    Scenario("a red finding is passed on", "escalate", "rosa", _not_answered, passing_on),
    Scenario("a red finding is passed on, and the provider is told", "escalate", "rosa", _not_answered, _telling),
)
