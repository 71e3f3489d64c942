"""Stories of supervision: a death is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.codes import STEP_KEY
from carefhir.engine.step import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.supervision.pause import Pause
from carefhir.workflows.supervision.record_death import RecordDeath
from carefhir.workflows.supervision.resume import Resume
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.support.backends import EXAMPLE
from tests.support.stage import Scenario, Stage, done, enrolled, response

Json = dict[str, Any]


def death(found: Stage, **changes: Any) -> RecordDeath:
    """A daughter calls."""
    said = {"patient": found.patient, "told_by": "daughter", "reason": "she called the office", "died": "2026-03-08"}
    return RecordDeath.model_validate({**said, **changes})


def planted(found: Stage, type_: str, *, ours: bool = True, **elements: Any) -> str:
    """A resource about the person, as a plan of ours leaves it, or as somebody else does."""
    system = STEP_KEY if ours else EXAMPLE
    about = "participant" if type_ == "Appointment" else "subject"
    who: Any = {"reference": found.patient}
    return found.backend.create(
        {
            "resourceType": type_,
            "identifier": [{"system": system, "value": f"planted-{type_}-{len(str(elements))}{found.mark}"}],
            about: [{"actor": who, "status": "accepted"}] if type_ == "Appointment" else who,
            **elements,
        }
    )


def busy(found: Stage) -> None:
    """In care, home from hospital, with an answer that raised a Flag, a plan, requests and visits: ours and others'."""
    enrolled(found)
    done(
        found,
        OpenTransition(patient=found.patient, encounter=found.backend.find("Encounter", "rosa-stay" + found.mark)),
    )
    done(found, RecordAssessment(patient=found.patient, response=response("rosa-phq-9-item-9", found.mark)))
    words = {"text": "a ride to the clinic"}
    planted(found, "CarePlan", status="active", intent="plan")
    planted(found, "CarePlan", status="draft", intent="plan", title="the next one")
    planted(found, "Goal", lifecycleStatus="active", description=words)
    planted(found, "ServiceRequest", status="draft", intent="plan", code=words)
    planted(found, "DeviceRequest", status="active", intent="plan", codeCodeableConcept=words)
    planted(found, "CommunicationRequest", status="active", payload=[{"contentString": "your next visit"}])
    planted(found, "Appointment", status="booked", start="2026-03-13T09:00:00Z", end="2026-03-13T09:30:00Z")
    planted(found, "Appointment", ours=False, status="booked", start="2026-03-20T09:00:00Z", end="2026-03-20T09:30:00Z")


def _death(found: Stage) -> Command:
    return death(found)


def _marked(found: Stage) -> None:
    """Marked by registration, which knows no day, while our work goes on."""
    enrolled(found)
    person = found.backend.get(found.patient)
    person["deceasedBoolean"] = True
    found.backend.put(person)


def _undated(found: Stage) -> Command:
    return death(found, died=None)


PAUSED_AT, RESUMED_AT = "2026-03-09T10:00:00-05:00", "2026-03-23T10:00:00-05:00"
LATER_IN_MARCH = datetime.fromisoformat(RESUMED_AT)


def pausing(found: Stage, **changes: Any) -> Pause:
    """Away for two weeks."""
    said = {"patient": found.patient, "program": "care-management", "at": PAUSED_AT, "look_again": "2026-03-23"}
    return Pause.model_validate({**said, "reason": "at her sister's for two weeks", **changes})


def resuming(found: Stage, **changes: Any) -> Resume:
    """Home again."""
    said = {"patient": found.patient, "program": "care-management", "at": RESUMED_AT, "reason": "she is home again"}
    return Resume.model_validate({**said, **changes})


def paused(found: Stage) -> None:
    """In care, home from hospital, with an answer that raised a review; and then away."""
    busy(found)
    done(found, pausing(found))


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a program is paused", "pause", "rosa", busy, pausing),
    Scenario("a program goes on", "resume", "rosa", paused, resuming, LATER_IN_MARCH),
    Scenario("a death is told", "record-death", "rosa", busy, _death),
    Scenario("a death that registration knows of", "record-death", "rosa", _marked, _undated),
)
