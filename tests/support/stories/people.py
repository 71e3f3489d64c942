"""Stories of the people around one person: somebody leaves a program, takes over, or helps."""

from __future__ import annotations

from typing import Any

from carefhir.workflows.supervision.cover import Cover
from carefhir.workflows.supervision.disenroll import Disenroll
from carefhir.workflows.supervision.hand_over import HandOver
from carefhir.workflows.supervision.support_command import RecordSupport
from tests.support.stage import Scenario, Stage, done, enroll, enrolled
from tests.support.stories import planning, supervision


def leaving(found: Stage, **changes: Any) -> Disenroll:
    """Her son has found her a home near him."""
    said = {"patient": found.patient, "program": "care-management", "at": "2026-03-09T10:00:00-05:00", "why": "moved"}
    return Disenroll.model_validate({**said, "reason": "lives with her son in another state now", **changes})


def signed(found: Stage) -> None:
    """In care, with a plan that is in force."""
    planning.requested(found)
    planning.carried_out(found, planning.signing(found), found.physician)


def in_two_programs(found: Stage) -> None:
    """A social worker manages a case beside care management."""
    planning.agreed(found)
    manager = found.backend.find("Practitioner", "social-worker")
    case = enroll(found, program="case-management", care_manager=manager, care_manager_discipline="SW")
    done(found, case)


def handing_over(found: Stage, **changes: Any) -> HandOver:
    """The nurse moves on; a social worker takes over."""
    said = {"patient": found.patient, "program": "care-management", "at": "2026-03-09T10:00:00-05:00"}
    to = found.backend.find("Practitioner", "social-worker")
    return HandOver.model_validate({**said, "to": to, "reason": "Dana moves to another clinic", **changes})


def covering(found: Stage, **changes: Any) -> Cover:
    """A social worker covers while the nurse is on vacation."""
    by = found.backend.find("Practitioner", "social-worker")
    said = {"patient": found.patient, "program": "care-management", "by": by, "reason": "vacation"}
    return Cover.model_validate({**said, "first_day": "2026-03-09", "last_day": "2026-03-13", **changes})


def covered(found: Stage) -> None:
    """Home from hospital, with somebody who covers from today."""
    supervision.busy(found)
    done(found, covering(found))


TOLD_AT, TOLD_AGAIN = "2026-03-09T09:10:00-05:00", "2026-03-09T09:40:00-05:00"


def daughter(found: Stage) -> str:
    """Rosa's daughter, whom registration has on record."""
    return found.backend.find("RelatedPerson", "rosa-daughter" + found.mark)


def helping(found: Stage, **changes: Any) -> RecordSupport:
    """Her daughter helps, and may know the plan and the visits."""
    said = {"patient": found.patient, "at": TOLD_AT, "helper": daughter(found), "helps_with": ("medicines", "visits")}
    knows = {"may_know": ("plan", "visits", "tasks"), "consent": "verbal"}
    given_now = {**said, **knows, **changes}
    return RecordSupport.model_validate({name: value for name, value in given_now.items() if value})


def neighbor(found: Stage) -> RecordSupport:
    """Somebody whom nobody has on record yet."""
    said = {"relationships": ("neighbor",), "phone": "+1-555-0177", "helps_with": ("meals",), "may_know": ("nothing",)}
    return helping(found, helper="", name="Grace Odom", **said)


def helped(found: Stage) -> None:
    """In care; her daughter helps, and has something to do."""
    planning.agreed(found)
    done(found, helping(found))
    given(found)


def given(found: Stage) -> str:
    """A Task of ours that her daughter owns."""
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    mine = [one for one in tasks if _is(one, "first-assessment")]
    mine[0]["owner"] = {"reference": daughter(found)}
    found.backend.put(mine[0])
    return f"Task/{mine[0]['id']}"


def _is(task: Any, code: str) -> bool:
    return any(coding.get("code") == code for coding in task["code"].get("coding", []))


def less(found: Stage) -> RecordSupport:
    """She has thought it over: only the visits."""
    return helping(found, at=TOLD_AGAIN, may_know=("visits",), phone="+1-555-0199", helps_with=())


def _strained(found: Stage) -> RecordSupport:
    """It is too much for her."""
    return helping(found, at=TOLD_AGAIN, may_know=(), consent="", strained="yes", reason="has not slept for a week")


def strained(found: Stage) -> None:
    """Her daughter helps, and it is too much for her."""
    helped(found)
    done(found, _strained(found))


def _eased(found: Stage) -> RecordSupport:
    return helping(found, at="2026-03-09T09:50:00-05:00", may_know=(), consent="", strained="no")


def ending(found: Stage, **changes: Any) -> RecordSupport:
    """Her daughter moves away."""
    said = {"says": "no-longer", "helps_with": (), "may_know": (), "consent": "", "reason": "has moved to Denver"}
    return helping(found, **{"at": "2026-03-09T09:50:00-05:00", **said, **changes})


def alone(found: Stage, **changes: Any) -> RecordSupport:
    """She says that nobody helps her."""
    said = {"patient": found.patient, "at": TOLD_AT, "says": "nobody"}
    return RecordSupport.model_validate({**said, **changes})


def left(found: Stage) -> None:
    """Her daughter helps no longer, and somebody is to ask who does."""
    helped(found)
    done(found, ending(found))


def _nobody_now(found: Stage) -> RecordSupport:
    return alone(found, at="2026-03-09T09:55:00-05:00")


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a person leaves a program", "disenroll", "rosa", signed, leaving),
    Scenario("a person leaves in danger", "disenroll", "rosa", supervision.busy, leaving, by="physician"),
    Scenario("a person leaves one program of two", "disenroll", "rosa", in_two_programs, leaving),
    Scenario("a person is handed over", "hand-over", "rosa", supervision.busy, handing_over),
    Scenario("a covered person is handed over", "hand-over", "rosa", covered, handing_over),
    Scenario("somebody on record helps", "record-support", "rosa", planning.agreed, helping),
    Scenario("somebody new helps", "record-support", "rosa", enrolled, neighbor),
    Scenario("a helper may know less than before", "record-support", "rosa", helped, less),
    Scenario("it is too much for a helper", "record-support", "rosa", helped, _strained),
    Scenario("it is no longer too much for a helper", "record-support", "rosa", strained, _eased),
    Scenario("the last helper helps no longer", "record-support", "rosa", helped, ending),
    Scenario("nobody helps", "record-support", "rosa", left, _nobody_now),
    Scenario("a cover for a week", "cover", "rosa", supervision.busy, covering),
)
