"""The catalog: the list of every step. Command line, documents and tests are made from it."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.engine.considering import needs_of
from carefhir.engine.step import AnyReading, AnyStep, Step
from carefhir.errors import BadInput
from carefhir.workflows.assessment.assign_assessment import ASSIGN_ASSESSMENT
from carefhir.workflows.assessment.conclude_assessment import CONCLUDE_ASSESSMENT
from carefhir.workflows.assessment.confirm_concern import CONFIRM_CONCERN
from carefhir.workflows.assessment.dismiss_concern import DISMISS_CONCERN
from carefhir.workflows.assessment.record_assessment import RECORD_ASSESSMENT
from carefhir.workflows.assessment.set_tier import SET_TIER
from carefhir.workflows.care_planning.close_plan import CLOSE_PLAN
from carefhir.workflows.care_planning.edit import EDIT
from carefhir.workflows.care_planning.evaluate_plan import EVALUATE_PLAN
from carefhir.workflows.care_planning.plan_choices import PLAN_CHOICES
from carefhir.workflows.care_planning.propose_adjustment import PROPOSE_ADJUSTMENT
from carefhir.workflows.care_planning.propose_plan import PROPOSE_PLAN
from carefhir.workflows.care_planning.record_agreement import RECORD_AGREEMENT
from carefhir.workflows.care_planning.request_sign_off import REQUEST_SIGN_OFF
from carefhir.workflows.care_planning.return_plan import RETURN_PLAN
from carefhir.workflows.care_planning.revise_plan import REVISE_PLAN
from carefhir.workflows.care_planning.sign_off import SIGN_OFF
from carefhir.workflows.case_management.authorization_request import AUTHORIZATION_REQUEST
from carefhir.workflows.case_management.close_case import CLOSE_CASE
from carefhir.workflows.case_management.open_case import OPEN_CASE
from carefhir.workflows.case_management.request_authorization import REQUEST_AUTHORIZATION
from carefhir.workflows.case_management.review_utilization import REVIEW_UTILIZATION
from carefhir.workflows.coordination.coordinate import COORDINATE
from carefhir.workflows.coordination.share_plan import SHARE_PLAN
from carefhir.workflows.looking.check_in_questions import CHECK_IN_QUESTIONS
from carefhir.workflows.looking.compare_assessments import COMPARE_ASSESSMENTS
from carefhir.workflows.looking.plan_progress import PLAN_PROGRESS
from carefhir.workflows.looking.pre_fill import PRE_FILL
from carefhir.workflows.looking.stratify import STRATIFY
from carefhir.workflows.looking.team_list import TEAM_LIST
from carefhir.workflows.looking.time_statement import TIME_STATEMENT
from carefhir.workflows.looking.worklist import WORKLIST
from carefhir.workflows.monitoring.acknowledge import ACKNOWLEDGE
from carefhir.workflows.monitoring.evaluate_goals import EVALUATE_GOALS
from carefhir.workflows.monitoring.log_time import LOG_TIME
from carefhir.workflows.monitoring.record_call import RECORD_CALL
from carefhir.workflows.monitoring.record_check_in import RECORD_CHECK_IN
from carefhir.workflows.monitoring.resolve import RESOLVE
from carefhir.workflows.opted_out import respecting
from carefhir.workflows.panel.escalate import ESCALATE
from carefhir.workflows.panel.find_work import FIND_WORK
from carefhir.workflows.supervision import died_meanwhile
from carefhir.workflows.supervision.cover import COVER
from carefhir.workflows.supervision.disenroll import DISENROLL
from carefhir.workflows.supervision.enroll import ENROLL
from carefhir.workflows.supervision.hand_over import HAND_OVER
from carefhir.workflows.supervision.pause import PAUSE
from carefhir.workflows.supervision.record_death import RECORD_DEATH
from carefhir.workflows.supervision.record_support import RECORD_SUPPORT
from carefhir.workflows.supervision.resume import RESUME
from carefhir.workflows.transitions.book_follow_up import BOOK_FOLLOW_UP
from carefhir.workflows.transitions.close_transition import CLOSE_TRANSITION
from carefhir.workflows.transitions.open_transition import OPEN_TRANSITION
from carefhir.workflows.transitions.receive_packet import RECEIVE_PACKET
from carefhir.workflows.transitions.reconcile_medications import RECONCILE_MEDICATIONS
from carefhir.workflows.transitions.record_contact import RECORD_CONTACT
from carefhir.workflows.transitions.record_teach_back import RECORD_TEACH_BACK
from carefhir.workflows.transitions.send_packet import SEND_PACKET
from carefhir.workflows.transitions.suspend_transition import SUSPEND_TRANSITION
from carefhir.workflows.undo.retract import RETRACT_STEP
from carefhir.workflows.whole_picture.packet_sheet import TRANSITION_PACKET
from carefhir.workflows.whole_picture.picture import WHOLE_PICTURE
from carefhir.workflows.whole_picture.plan_sheet import SHOW_PLAN
from carefhir.workflows.whole_picture.sign_off_summary import PLAN_SUMMARY
from carefhir.workflows.whole_picture.timeline import timeline_with

_STEPS: tuple[AnyStep, ...] = (
    ENROLL,
    PAUSE,
    RESUME,
    DISENROLL,
    HAND_OVER,
    COVER,
    RECORD_SUPPORT,
    ASSIGN_ASSESSMENT,
    RECORD_ASSESSMENT,
    CONFIRM_CONCERN,
    DISMISS_CONCERN,
    CONCLUDE_ASSESSMENT,
    SET_TIER,
    PROPOSE_PLAN,
    RECORD_AGREEMENT,
    REQUEST_SIGN_OFF,
    SIGN_OFF,
    RETURN_PLAN,
    REVISE_PLAN,
    CLOSE_PLAN,
    PROPOSE_ADJUSTMENT,
    EVALUATE_PLAN,
    EDIT,
    COORDINATE,
    SHARE_PLAN,
    OPEN_TRANSITION,
    RECORD_CONTACT,
    RECORD_TEACH_BACK,
    RECONCILE_MEDICATIONS,
    BOOK_FOLLOW_UP,
    RECEIVE_PACKET,
    SEND_PACKET,
    SUSPEND_TRANSITION,
    CLOSE_TRANSITION,
    RECORD_CALL,
    LOG_TIME,
    RECORD_CHECK_IN,
    ACKNOWLEDGE,
    RESOLVE,
    EVALUATE_GOALS,
    ESCALATE,
    FIND_WORK,
    OPEN_CASE,
    REQUEST_AUTHORIZATION,
    REVIEW_UTILIZATION,
    CLOSE_CASE,
    RECORD_DEATH,
    RETRACT_STEP,
)
STEPS: tuple[AnyStep, ...] = tuple(died_meanwhile.looking(respecting(each)) for each in _STEPS)
"""Every step. Whatever opens something for a person looks, when its writes stand, whether they have died meanwhile; no
step asks for a call that the person does not want."""

TIMELINE = timeline_with({each.name: each.title for each in STEPS})

READINGS: tuple[AnyReading, ...] = (
    WHOLE_PICTURE,
    WORKLIST,
    TEAM_LIST,
    CHECK_IN_QUESTIONS,
    STRATIFY,
    TIME_STATEMENT,
    SHOW_PLAN,
    PLAN_CHOICES,
    PLAN_SUMMARY,
    TRANSITION_PACKET,
    PLAN_PROGRESS,
    COMPARE_ASSESSMENTS,
    PRE_FILL,
    AUTHORIZATION_REQUEST,
    TIMELINE,
)

ENTRIES: tuple[AnyStep | AnyReading, ...] = (*STEPS, *READINGS)
"""Everything that can be asked for."""


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


def asked_of(entry: AnyStep | AnyReading) -> dict[str, str]:
    """What a step or a page asks a server for: by resource type, the letters of SMART App Launch 2 (`Task` -> `crus`).
    Derived from what it declares; versions are read with `r`."""
    letters: dict[str, set[str]] = {}
    needs = needs_of(entry, "Practitioner/x") if isinstance(entry, Step) else entry.needs
    for need in needs:
        letters.setdefault(need.type, set()).update("rs")
    if isinstance(entry, Step):
        for type_ in entry.writes:
            letters.setdefault(type_, set()).update("rs")
        for type_ in (*entry.creates, "Provenance"):
            letters[type_].add("c")
        for type_ in entry.amends:
            letters[type_].add("u")
    return {type_: in_order(letter) for type_, letter in sorted(letters.items())}


def in_order(letters: Iterable[str]) -> str:
    """Letters of a scope in the order that SMART asks for."""
    asked = set(letters)
    return "".join(letter for letter in "cruds" if letter in asked)


def scopes() -> tuple[str, ...]:
    """What the steps and the pages ask a server for, as scopes of SMART App Launch 2: `system/Task.crus`."""
    letters: dict[str, set[str]] = {}
    for entry in ENTRIES:
        for type_, asked in asked_of(entry).items():
            letters.setdefault(type_, set()).update(asked)
    letters.setdefault("Basic", set()).update("crus")  # how far a sweep of a panel has come
    letters.setdefault("Group", set()).update("crs")  # lists that somebody keeps (`stratify`)
    return tuple(f"system/{type_}.{in_order(asked)}" for type_, asked in sorted(letters.items()))


OURS = frozenset({"Basic", "Group", "Provenance"})
"""What is read on the server that is written, and nowhere else."""


def scopes_beside(*, reads: Iterable[str], writes: Iterable[str], notes: bool) -> tuple[str, ...]:
    """What is asked of a server that is read beside it: to read what the steps need of these types, or of all; to
    change these; and to put a note there."""
    wanted = frozenset(reads) or {type_ for entry in ENTRIES for type_ in asked_of(entry)} - OURS
    letters = {type_: {"r", "s"} for type_ in wanted}
    for type_ in writes:
        letters.setdefault(type_, set()).update("rsu")
    if notes:
        letters.setdefault("DocumentReference", set()).update("crs")
    return tuple(f"system/{type_}.{in_order(asked)}" for type_, asked in sorted(letters.items()))
