"""Stories of transitions: after Rosa's discharge on Friday 2026-03-06, and Earl's on Wednesday 2026-11-25."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from carefhir.engine.results import Done
from carefhir.engine.step import Command
from carefhir.workflows.transitions.book_follow_up import BookFollowUp
from carefhir.workflows.transitions.close_transition import CloseTransition
from carefhir.workflows.transitions.open_transition import OpenTransition
from carefhir.workflows.transitions.record_contact import RecordContact
from carefhir.workflows.transitions.record_teach_back import RecordTeachBack
from carefhir.workflows.transitions.suspend_transition import SuspendTransition
from tests.support.backends import EXAMPLE
from tests.support.stage import NOW, Scenario, Stage, done, enrolled
from tests.support.stories import planning

Json = dict[str, Any]
PERIOD_OVER = datetime.fromisoformat("2026-04-05T10:00:00-05:00")
TOPICS = ("medicines", "warning-signs", "whom-to-call", "next-visit", "self-care")


def task_of(found: Stage, code: str) -> Json:
    """The Task of that kind, as it stands."""
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    (task,) = [one for one in tasks if one["code"].get("coding", [{}])[0].get("code") == code]
    return task


def transition_of(found: Stage) -> str:
    return f"Task/{task_of(found, 'transition')['id']}"


def call(found: Stage, started: str, outcome: str, **more: Any) -> RecordContact:
    """An attempt to reach the person."""
    values = {"patient": found.patient, "transition": transition_of(found), "started": started, "outcome": outcome}
    return RecordContact.model_validate({**values, **more})


def lesson(found: Stage, started: str, **understood: str) -> RecordTeachBack:
    """A talk: topics with what was said back; one that begins with `?` was not understood."""
    topics = [
        {
            "topic": topic.replace("_", "-"),
            "understood": "partly" if words.startswith("?") else "yes",
            "words": words.lstrip("?"),
        }
        for topic, words in understood.items()
    ]
    values = {"patient": found.patient, "transition": transition_of(found), "started": started, "topics": topics}
    return RecordTeachBack.model_validate(values)


def booking(found: Stage, start: str, **more: Any) -> BookFollowUp:
    """A visit with the physician."""
    values = {
        "patient": found.patient,
        "transition": transition_of(found),
        "start": start,
        "minutes": 30,
        "with_practitioner": found.physician,
        "place": "Main Street Clinic",
        "transport": "a neighbour drives",
        "told": True,
    }
    return BookFollowUp.model_validate({**values, **more})


def closing(found: Stage, outcome: str, reason: str = "as planned", **more: Any) -> CloseTransition:
    values = {"patient": found.patient, "transition": transition_of(found), "outcome": outcome, "reason": reason}
    return CloseTransition.model_validate({**values, **more})


def still_open(found: Stage, *ended: str) -> list[Json]:
    """The open Tasks of the transition, by id; `ended` are statuses that count as open too."""
    over = {"completed", "cancelled", "failed"} - set(ended)
    part = {"reference": transition_of(found)}
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    return sorted(
        (task for task in tasks if part in task.get("partOf", []) and task["status"] not in over),
        key=lambda task: (len(task["id"]), task["id"]),
    )


def all_cancelled(found: Stage, reason: str = "nobody needs it any more") -> list[Json]:
    """For each open Task: cancelled, and why. The same after an interrupted run has cancelled some."""
    tasks = still_open(found, "cancelled")
    return [{"task": f"Task/{task['id']}", "becomes": "cancelled", "reason": reason} for task in tasks]


def visited(found: Stage, start: str, **more: Any) -> str:
    """A visit with the physician that took place, as the clinic writes it."""
    return found.backend.create(
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "type": [{"text": "Office visit"}],
            "subject": {"reference": found.patient},
            "participant": [{"individual": {"reference": found.physician}}],
            "period": {"start": start},
            **more,
        }
    )


def readmitted(found: Stage, start: str = "2026-03-09T02:00:00-06:00", **more: Any) -> str:
    """Back in hospital: an Encounter as the hospital writes it."""
    return found.backend.create(
        {
            "resourceType": "Encounter",
            "identifier": [{"system": EXAMPLE, "value": "again" + found.mark}],
            "status": "in-progress",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
            "subject": {"reference": found.patient},
            "period": {"start": start},
            **more,
        }
    )


def suspending(found: Stage) -> SuspendTransition:
    (again,) = [
        one
        for one in found.backend.search(f"Encounter?patient={found.patient}&_count=200")
        if one["identifier"][0]["value"] == "again" + found.mark
    ]
    values = {
        "patient": found.patient,
        "transition": transition_of(found),
        "encounter": f"Encounter/{again['id']}",
    }
    return SuspendTransition.model_validate(values)


def opened(found: Stage) -> None:
    """Rosa, enrolled, her transition open."""
    enrolled(found)
    stay = found.backend.find("Encounter", "rosa-stay" + found.mark)
    _done(found, OpenTransition(patient=found.patient, encounter=stay))


def settle(found: Stage, *codes: str, when: str = "2026-03-12T11:00:00-05:00") -> None:
    """Tasks of the transition done by whoever does them."""
    for code in codes:
        task = task_of(found, code)
        found.backend.put({**task, "status": "completed", "lastModified": when})


def _done(found: Stage, command: Command, now: datetime = NOW) -> None:
    result = done(found, command, now)
    assert isinstance(result, Done), result


def _after(*commands: Callable[[Stage], Command]) -> Callable[[Stage], None]:
    def before(found: Stage) -> None:
        opened(found)
        for command in commands:
            _done(found, command(found))

    return before


def _voicemail(found: Stage) -> Command:
    return call(found, "2026-03-09T08:10:00-05:00", "voicemail")


def _reached(found: Stage) -> Command:
    return call(found, "2026-03-09T09:40:00-05:00", "reached", topics=["medicines", "weight"], words="tired, no pain")


def _first_lesson(found: Stage) -> Command:
    return lesson(found, "2026-03-09T09:45:00-05:00", medicines="?the white one", warning_signs="three pounds, I call")


def _whole_lesson(found: Stage) -> Command:
    return lesson(found, "2026-03-09T09:55:00-05:00", **{one.replace("-", "_"): "said back" for one in TOPICS})


def _visit(found: Stage) -> Command:
    return booking(found, "2026-03-12T10:00:00-05:00")


def _four_calls(found: Stage) -> None:
    """Tried four times over a week, and nobody answers."""
    opened(found)
    for day in ("06T16", "07T10", "11T10", "13T09"):
        command = call(found, f"2026-03-{day}:00:00-05:00", "no-answer")
        _done(found, command, datetime.fromisoformat("2026-03-13T10:00:00-05:00"))


def _all_done(found: Stage) -> None:
    """Everything of the transition done in time, the visit kept."""
    _after(_voicemail, _reached, _first_lesson, _whole_lesson, _visit)(found)
    settle(found, "reconcile-medications", "check-equipment", "pending-results", "receive-packet")
    (visit,) = found.backend.search(f"Appointment?patient={found.patient}")
    found.backend.put({**visit, "status": "fulfilled"})
    visited(found, visit["start"], appointment=[{"reference": f"Appointment/{visit['id']}"}])


def _all_but_three(found: Stage) -> None:
    """A signed plan, and three Tasks of the transition still open at the end of the period."""
    planning.requested(found)
    planning.carried_out(found, planning.signing(found), found.physician)
    stay = found.backend.find("Encounter", "rosa-stay" + found.mark)
    _done(found, OpenTransition(patient=found.patient, encounter=stay))
    settle(found, "contact-patient", "reconcile-medications", "book-follow-up", "teach-back")


def _each_its_way(found: Stage) -> list[Json]:
    """One carried into the plan, one cancelled, one left with the nurse."""
    tasks = sorted(still_open(found, "cancelled"), key=lambda task: str(task["description"]))
    first, second, third = (f"Task/{task['id']}" for task in tasks)
    return [
        {"task": first, "becomes": "carried-into-plan"},
        {"task": second, "becomes": "cancelled", "reason": "all results are back"},
        {"task": third, "becomes": "left-with-owner", "owner": found.nurse},
    ]


def _back_in_hospital(found: Stage) -> None:
    _after(_visit)(found)
    readmitted(found)


def _suspended(found: Stage) -> None:
    _back_in_hospital(found)
    _done(found, suspending(found))


def _dead(found: Stage) -> None:
    _after(_voicemail)(found)
    found.backend.put({**found.backend.get(found.patient), "deceasedBoolean": True})


def _of(step: str, name: str, before: Callable[[Stage], None], command: Any, now: datetime = NOW) -> Scenario:
    return Scenario(name, step, "rosa", before, command, now)


SCENARIOS: tuple[Scenario, ...] = (
    _of("record-contact", "a first voicemail", opened, _voicemail),
    _of(
        "record-contact",
        "a second attempt, evidence met",
        _after(_voicemail),
        lambda one: call(one, "2026-03-09T09:30:00-05:00", "no-answer"),
    ),
    _of("record-contact", "reached after a voicemail", _after(_voicemail), _reached),
    _of(
        "record-contact",
        "a caregiver, only about the visit",
        opened,
        lambda one: call(one, "2026-03-09T09:30:00-05:00", "reached", with_whom="caregiver", topics=["appointment"]),
    ),
    _of(
        "record-contact",
        "declined",
        _after(_voicemail),
        lambda one: call(one, "2026-03-09T09:30:00-05:00", "refused", words="leave me alone"),
    ),
    _of(
        "record-contact",
        "unable to reach",
        _four_calls,
        lambda one: call(one, "2026-03-16T09:00:00-05:00", "voicemail"),
        datetime.fromisoformat("2026-03-16T10:00:00-05:00"),
    ),
    _of("record-contact", "a call after the contact was met", _after(_reached), _voicemail),
    _of("record-teach-back", "some of it understood", opened, _first_lesson),
    _of("record-teach-back", "taught again, all of it", _after(_first_lesson), _whole_lesson),
    _of("book-follow-up", "a visit within 7 days", opened, _visit),
    _of(
        "book-follow-up",
        "booked anew, later",
        _after(_visit),
        lambda one: booking(one, "2026-03-17T10:00:00-05:00", late_because="away", told=False),
    ),
    _of("suspend-transition", "readmitted", _back_in_hospital, suspending),
    _of(
        "close-transition",
        "completed, everything in time",
        _all_done,
        lambda one: closing(one, "completed"),
        PERIOD_OVER,
    ),
    _of(
        "close-transition",
        "readmitted, closed",
        _suspended,
        lambda one: closing(one, "readmitted", "heart failure", open_tasks=all_cancelled(one)),
    ),
    _of(
        "close-transition",
        "completed, what is open is carried on",
        _all_but_three,
        lambda one: closing(one, "completed", open_tasks=_each_its_way(one)),
        PERIOD_OVER,
    ),
    _of("record-contact", "a call while back in the hospital", _back_in_hospital, _reached),
    _of("record-teach-back", "a talk while back in the hospital", _back_in_hospital, _whole_lesson),
    _of("close-transition", "died", _dead, lambda one: closing(one, "died", "told by the daughter")),
)
