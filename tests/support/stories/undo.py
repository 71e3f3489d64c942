"""Stories of taking back: an attempt that never was, answers on the wrong chart, a death of somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from carefhir.engine.step import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from carefhir.workflows.undo.retract import Retract
from tests.support.stage import Scenario, Stage, assign, done, enrolled, response
from tests.support.stories import contacts, coordination, people
from tests.support.stories.assessment import AFTERNOON, concluded, otherwise
from tests.support.stories.monitoring import CALM, check_in
from tests.support.stories.supervision import busy, death
from tests.support.stories.transitions import call, opened

Json = dict[str, Any]
FIRST, SECOND = "2026-03-09T08:10:00-05:00", "2026-03-09T09:40:00-05:00"


def retracting(found: Stage, what: str, **changes: Any) -> Retract:
    """It was another person's."""
    said = {"patient": found.patient, "what": what, "reason": "it was another patient with the same name"}
    return Retract.model_validate({**said, **changes})


def attempts(found: Stage) -> list[str]:
    """The attempts to reach the person, oldest first: `Communication/ID`."""
    some = found.backend.search(f"Communication?patient={found.patient}&_count=200")
    return [f"Communication/{one['id']}" for one in sorted(some, key=lambda one: str(one["sent"]))]


def response_of(found: Stage) -> str:
    """The answers on the chart: `QuestionnaireResponse/ID`."""
    (answers,) = found.backend.search(f"QuestionnaireResponse?patient={found.patient}&_count=200")
    return f"QuestionnaireResponse/{answers['id']}"


def reached(found: Stage) -> None:
    """A voicemail, and then a talk with the patient."""
    opened(found)
    done(found, call(found, FIRST, "voicemail"))
    done(found, call(found, SECOND, "reached", topics=["medicines"], words="tired, no pain"))


def tried_twice(found: Stage) -> None:
    """Two attempts: enough evidence."""
    opened(found)
    done(found, call(found, FIRST, "voicemail"))
    done(found, call(found, SECOND, "no-answer"))


def screened(found: Stage) -> None:
    """A PHQ-9 that somebody had asked for, with thoughts of death in it."""
    enrolled(found)
    assign(found, "phq-9")
    done(found, RecordAssessment(patient=found.patient, response=response("rosa-phq-9-item-9", found.mark)))


def hungry(found: Stage) -> None:
    """A social screen that was positive."""
    enrolled(found)
    assign(found, "hunger-vital-sign")
    done(found, RecordAssessment(patient=found.patient, response=response("rosa-hunger-vital-sign", found.mark)))


def checked_in(found: Stage, **answers: Any) -> None:
    """A check-in, recorded."""
    enrolled(found)
    given = check_in(**{"authored": "2026-03-09T09:00:00-05:00", "numbers": CALM, **answers})
    done(found, RecordCheckIn(patient=found.patient, response=given))


def breathless(found: Stage) -> None:
    """A check-in that was an emergency."""
    checked_in(found, yes=("breath-at-rest",))


def dead(found: Stage) -> None:
    """Busy, and then a death is told."""
    busy(found)
    done(found, death(found))


def newest_of(found: Stage, type_: str) -> str:
    """The newest one that our steps wrote: `Type/ID`."""
    some = found.backend.search(f"{type_}?patient={found.patient}&_count=200")
    ours = [each for each in some if any("sid/command" in tag["system"] for tag in each["meta"].get("tag", []))]
    return f"{type_}/{max(ours, key=lambda each: (len(each['id']), each['id']))['id']}"


def talked(found: Stage) -> None:
    """Not reached by many attempts, and then a talk that settles them."""
    contacts.tried(found)
    done(found, contacts.calling(found))


def fewer(found: Stage) -> None:
    """Her daughter helps, and was said to be allowed to know less."""
    people.helped(found)
    done(found, people.less(found))


def lowered(found: Stage) -> None:
    """A lower tier was set in the afternoon."""
    concluded(found)
    done(found, otherwise(found), AFTERNOON)


def shared(found: Stage) -> None:
    """The plan was handed over."""
    coordination.planned(found)
    done(found, coordination.sharing(found), coordination.IN_MAY)


def _of(name: str, before: Callable[[Stage], None], what: Callable[[Stage], str], **more: Any) -> Scenario:
    def command(found: Stage) -> Command:
        return retracting(found, what(found))

    return Scenario(name, "retract", more.pop("person", "rosa"), before, command, **more)


SCENARIOS: tuple[Scenario, ...] = (
    _of("a talk that never was", reached, lambda one: attempts(one)[-1]),
    _of("the first of two attempts", tried_twice, lambda one: attempts(one)[0]),
    _of("answers that call for action now", screened, response_of),
    _of("a social screen of somebody else", hungry, response_of),
    _of("a calm check-in of somebody else", checked_in, response_of),
    _of("an emergency of somebody else", breathless, response_of),
    _of("a call that reached somebody else", talked, lambda one: attempts(one)[-1]),
    _of("what a helper may know was said of somebody else", fewer, lambda one: newest_of(one, "Consent")),
    _of("a tier of somebody else", lowered, lambda one: newest_of(one, "RiskAssessment"), now=AFTERNOON),
    _of(
        "a plan given to the wrong person",
        shared,
        lambda one: newest_of(one, "DocumentReference"),
        person="nora",
        now=coordination.IN_MAY,
    ),
    _of(
        "a visit that was never booked",
        coordination.booked,
        lambda one: newest_of(one, "Appointment"),
        person="nora",
        now=coordination.IN_MAY,
    ),
    _of("a death of somebody else", dead, lambda one: one.patient, on_real_servers=True),
)
