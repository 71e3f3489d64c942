"""Stories of contacts outside transitions: calls, messages, letters, and what a person does not want."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.codes import DISCIPLINE
from carefhir.workflows.monitoring.call_on_record import RecordCall
from carefhir.workflows.monitoring.log_time import LogTime
from tests.support.backends import EXAMPLE
from tests.support.stage import Scenario, Stage, done, enroll, enrolled
from tests.support.stories import supervision

TRIES = (
    ("2026-02-09T10:00:00-06:00", "phone", "voicemail"),
    ("2026-02-12T18:00:00-06:00", "phone", "no-answer"),
    ("2026-02-20T15:00:00-06:00", "text", "sent"),
    ("2026-02-27T11:00:00-06:00", "phone", "no-answer"),
)
"""Everything the protocol asks for but the letter."""


def calling(found: Stage, **changes: Any) -> RecordCall:
    """The nurse calls, with an interpreter, and reaches her."""
    said = {"patient": found.patient, "started": "2026-03-09T09:00:00-05:00", "outcome": "reached"}
    talk = {"topics": ("medicines",), "words": "she has picked up her pills"}
    spoken = {"language": "Spanish", "interpreter": "professional"}
    return RecordCall.model_validate({**said, **talk, **spoken, **changes})


def not_reached(found: Stage, **changes: Any) -> RecordCall:
    """Nobody answers."""
    nothing = {"topics": (), "words": "", "language": "", "interpreter": ""}
    return calling(found, **{"outcome": "no-answer", **nothing, **changes})


def tried(found: Stage) -> None:
    """In care, and not reached by any attempt of the protocol."""
    enrolled(found)
    for started, means, outcome in TRIES:
        done(found, not_reached(found, started=started, by=means, outcome=outcome))


def letter(found: Stage, **changes: Any) -> RecordCall:
    """The nurse writes a letter."""
    return not_reached(found, **{"by": "letter", "outcome": "sent", **changes})


def unreachable(found: Stage) -> None:
    """The protocol is finished, and the supervising provider is asked to decide."""
    tried(found)
    done(found, letter(found, started="2026-03-09T08:00:00-05:00"))


def opting_out(found: Stage, **changes: Any) -> RecordCall:
    """She wants no calls any more."""
    return calling(found, **{"opts_out": ("phone", "video"), "words": "she wants no calls any more", **changes})


def opted_out(found: Stage) -> None:
    """Home from hospital, in care, and called no more."""
    supervision.busy(found)
    done(found, opting_out(found))


def alarming(found: Stage, **changes: Any) -> RecordCall:
    """She says that she does not want to live."""
    return calling(found, **{"words": "my pills are here. I do not want to live any more", **changes})


def logging(found: Stage, **changes: Any) -> LogTime:
    """The nurse logs twenty minutes on the telephone."""
    said = {"patient": found.patient, "program": "care-management", "activity": "talk"}
    times = {"started": "2026-03-09T09:00:00-05:00", "ended": "2026-03-09T09:20:00-05:00"}
    return LogTime.model_validate({**said, **times, **changes})


def in_ccm(found: Stage, **changes: Any) -> None:
    """In chronic care management, by the payer's rules."""
    told = ("what-it-is", "care-team", "right-to-stop", "cost-sharing", "one-practitioner")
    done(found, enroll(found, **{"billing": "ccm", "told": told, **changes}))


def with_a_worker(found: Stage) -> None:
    """In chronic care management; a nurse who works for nobody else logs the time: nobody works twice at one time,
    whomever it is for."""
    in_ccm(found)
    name = {"system": EXAMPLE, "value": f"worker{found.mark}"}
    worker = {"resourceType": "Practitioner", "active": True, "identifier": [name], "name": [{"family": "Somebody"}]}
    who = found.backend.create(worker)
    code = {"coding": [{"system": DISCIPLINE, "code": "registered-nurse"}]}
    role = {"resourceType": "PractitionerRole", "active": True, "practitioner": {"reference": who}, "code": [code]}
    found.backend.create(role)


LATER_THAT_MORNING = datetime.fromisoformat("2026-03-09T10:30:00-05:00")

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("nobody answers a call", "record-call", "rosa", enrolled, not_reached),
    Scenario("the letter, and nothing is left to try", "record-call", "rosa", tried, letter),
    Scenario("reached after all", "record-call", "rosa", unreachable, calling, now=LATER_THAT_MORNING),
    Scenario("no calls any more", "record-call", "rosa", supervision.busy, opting_out),
    Scenario(
        "calls again",
        "record-call",
        "rosa",
        opted_out,
        lambda found: calling(found, started="2026-03-09T10:15:00-05:00", opts_in=("phone",)),
        now=LATER_THAT_MORNING,
    ),
    Scenario("minutes on the telephone", "log-time", "rosa", with_a_worker, logging, by="worker{mark}"),
    Scenario("said in a call", "record-call", "rosa", enrolled, alarming),
    Scenario(
        "the program is not wanted",
        "record-call",
        "rosa",
        enrolled,
        lambda found: calling(found, outcome="refused", declines="the-program"),
    ),
)
