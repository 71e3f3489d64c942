"""The catalog: the list of every step. Command line, documents and tests are made from it."""

from __future__ import annotations

from carefhir.engine.considering import needs_of
from carefhir.engine.step import AnyReading, AnyStep
from carefhir.errors import BadInput
from carefhir.workflows.assessment.conclude_assessment import CONCLUDE_ASSESSMENT
from carefhir.workflows.assessment.confirm_concern import CONFIRM_CONCERN
from carefhir.workflows.assessment.record_assessment import RECORD_ASSESSMENT
from carefhir.workflows.care_planning.edit import EDIT
from carefhir.workflows.care_planning.propose_plan import PROPOSE_PLAN
from carefhir.workflows.care_planning.record_agreement import RECORD_AGREEMENT
from carefhir.workflows.care_planning.request_sign_off import REQUEST_SIGN_OFF
from carefhir.workflows.care_planning.return_plan import RETURN_PLAN
from carefhir.workflows.care_planning.sign_off import SIGN_OFF
from carefhir.workflows.looking.check_in_questions import CHECK_IN_QUESTIONS
from carefhir.workflows.looking.overview import OVERVIEW
from carefhir.workflows.looking.worklist import WORKLIST
from carefhir.workflows.monitoring.acknowledge import ACKNOWLEDGE
from carefhir.workflows.monitoring.evaluate_goals import EVALUATE_GOALS
from carefhir.workflows.monitoring.record_check_in import RECORD_CHECK_IN
from carefhir.workflows.monitoring.resolve import RESOLVE
from carefhir.workflows.supervision import died_meanwhile
from carefhir.workflows.supervision.enroll import ENROLL
from carefhir.workflows.supervision.pause import PAUSE
from carefhir.workflows.supervision.record_death import RECORD_DEATH
from carefhir.workflows.supervision.resume import RESUME
from carefhir.workflows.transitions.book_follow_up import BOOK_FOLLOW_UP
from carefhir.workflows.transitions.close_transition import CLOSE_TRANSITION
from carefhir.workflows.transitions.open_transition import OPEN_TRANSITION
from carefhir.workflows.transitions.reconcile_medications import RECONCILE_MEDICATIONS
from carefhir.workflows.transitions.record_contact import RECORD_CONTACT
from carefhir.workflows.transitions.record_teach_back import RECORD_TEACH_BACK
from carefhir.workflows.transitions.suspend_transition import SUSPEND_TRANSITION
from carefhir.workflows.undo.retract import RETRACT_STEP

_STEPS: tuple[AnyStep, ...] = (
    ENROLL,
    PAUSE,
    RESUME,
    RECORD_ASSESSMENT,
    CONFIRM_CONCERN,
    CONCLUDE_ASSESSMENT,
    PROPOSE_PLAN,
    RECORD_AGREEMENT,
    REQUEST_SIGN_OFF,
    SIGN_OFF,
    RETURN_PLAN,
    EDIT,
    OPEN_TRANSITION,
    RECORD_CONTACT,
    RECORD_TEACH_BACK,
    RECONCILE_MEDICATIONS,
    BOOK_FOLLOW_UP,
    SUSPEND_TRANSITION,
    CLOSE_TRANSITION,
    RECORD_CHECK_IN,
    ACKNOWLEDGE,
    RESOLVE,
    EVALUATE_GOALS,
    RECORD_DEATH,
    RETRACT_STEP,
)
STEPS: tuple[AnyStep, ...] = tuple(map(died_meanwhile.looking, _STEPS))
"""Every step. Whatever opens something for a person looks, when its writes stand, whether they have died meanwhile."""

READINGS: tuple[AnyReading, ...] = (
    OVERVIEW,
    WORKLIST,
    CHECK_IN_QUESTIONS,
)


def step(name: str) -> AnyStep:
    """A step by its name. Raises `BadInput`, listing the names that exist."""
    for candidate in STEPS:
        if candidate.name == name:
            return candidate
    raise BadInput(f"there is no step {name!r}; the steps are: {', '.join(one.name for one in STEPS)}")


def step_for(command: object) -> AnyStep:
    """The step a command belongs to. Raises `BadInput` for anything that is not a command."""
    for candidate in STEPS:
        if type(command) is candidate.command:
            return candidate
    raise BadInput(f"{type(command).__name__} is not the command of a step")


def scopes() -> tuple[str, ...]:
    """What the steps and the pages ask a server for, as scopes of SMART App Launch 2: `system/Task.crus`. Derived from
    what they declare; versions are read with `r`."""
    letters: dict[str, set[str]] = {}
    for each in STEPS:
        for need in needs_of(each, "Practitioner/x"):
            letters.setdefault(need.type, set()).update("rs")
        for type_ in each.writes:
            letters.setdefault(type_, set()).update("rs")
        for type_ in (*each.creates, "Provenance"):
            letters[type_].add("c")
        for type_ in each.amends:
            letters[type_].add("u")
    for reading in READINGS:
        for need in reading.needs:
            letters.setdefault(need.type, set()).update("rs")
    return tuple(
        f"system/{type_}.{''.join(letter for letter in 'cruds' if letter in asked)}"
        for type_, asked in sorted(letters.items())
    )
