"""A call that reached nobody is an attempt: its Task and the reminder stay open (rule 35).

Given: a nurse call after a yellow check-in, with its reminder. When: it is closed with words. Then: words that say
nobody was reached close nothing, and neither do words that do not say: whom it reached is a field.
"""

from __future__ import annotations

import pytest

from carefhir import Done, Refused
from carefhir.commands import Resolve
from carefhir.content.loading import load
from carefhir.content.reaching import nobody_reached
from tests.spec.tables import Chart, carried_out
from tests.spec.test_check_in import CALM, recorded, rosa, server
from tests.support.scenarios import Stage
from tests.support.stories.monitoring import check_in, task_of

__all__ = ["rosa", "server"]
WHEN, LATER = "2026-03-09T10:00:00-05:00", "2026-03-09T15:00:00-05:00"

NOBODY = (
    "left voicemail",
    "LVM x2",
    "Left VM.",
    "l/vm, will call back",
    "no answer",
    "No answer; will try again",
    "will try again tomorrow",
    "unable to reach",
    "Unable to reach patient by phone",
    "couldn't reach her",
    "couldn\u2019t be reached",
    "not reached",
    "patient was not reached",
    "reached voicemail",
    "spoke with daughter, left message for patient",
    "phone disconnected",
    "wrong number",
    "did not pick up",
    "nobody answered",
    "no contestó",
    "will retry",
)
SOMEBODY = (
    "spoke with her: the swelling is gone",
    "left voicemail at 9; spoke with her at 2, she is better",
    "no answer at first, then reached her: one pillow as before",
    "Patient called me back and says she took the water pill",
    "Spoke with her. Will call again on Thursday",
    "she tried an extra pillow, no more swelling",
    "the swelling is explained by new shoes",
)


@pytest.mark.parametrize("words", NOBODY)
def test_words_that_say_nobody_was_reached(words: str) -> None:
    assert nobody_reached(load(), words)


@pytest.mark.parametrize("words", SOMEBODY)
def test_words_that_say_somebody_was_reached_or_do_not_say(words: str) -> None:
    assert not nobody_reached(load(), words)


@pytest.mark.parametrize(
    ("contact", "words", "is_attempt"),
    [
        ("voicemail", "LVM", True),
        ("no-answer", "she said she is fine", True),
        ("wrong-number", "somebody else lives there", True),
        ("refused", "does not want to talk today", True),
        ("", "left voicemail", True),
        ("", "unable to reach, will try again", True),
        ("", SOMEBODY[0], False),
        ("", "VM full", False),
        ("", "have not yet been able to get through", False),
        ("", "the swelling is explained by new shoes", False),
        ("reached", "left voicemail", False),
        ("reached", "spoke with daughter, left message for patient", False),
    ],
)
def test_nothing_but_a_person_who_was_reached_closes_a_call(
    rosa: Stage, contact: str, words: str, is_attempt: bool
) -> None:
    recorded(rosa, check_in(numbers=CALM, yes=("swelling",), authored=WHEN))
    call = task_of(rosa, "nurse-call")
    values = {"patient": rosa.patient, "task": call, "outcome": words, "at": LATER, "contact": contact}
    result = carried_out(rosa, Resolve.model_validate(values), LATER)
    assert isinstance(result, Refused), result
    tasks = Chart(rosa.backend, rosa.patient).tasks()
    statuses = {code: tasks[code]["status"] for code in ("nurse-call", "inform-provider")}
    assert statuses == {"nurse-call": "requested", "inform-provider": "requested"}
    if is_attempt:
        assert tasks["nurse-call"]["businessStatus"]["coding"][0]["code"] == "attempting"
        assert words in tasks["nurse-call"]["note"][0]["text"]
    else:
        assert "contact" in result.why[0]
        assert "note" not in tasks["nurse-call"]

    spoke = {**values, "outcome": SOMEBODY[0], "contact": "reached"}
    assert isinstance(carried_out(rosa, Resolve.model_validate(spoke), LATER), Done)
    tasks = Chart(rosa.backend, rosa.patient).tasks()
    assert {code: tasks[code]["status"] for code in statuses} == {
        "nurse-call": "completed",
        "inform-provider": "cancelled",
    }


def test_a_contact_that_reached_nobody_closes_no_other_task_either(rosa: Stage) -> None:
    recorded(rosa, check_in(numbers=CALM, yes=("breath-at-rest",), authored=WHEN))
    escalation = task_of(rosa, "escalation")
    values = {"patient": rosa.patient, "task": escalation, "outcome": "called", "at": LATER, "contact": "voicemail"}
    result = carried_out(rosa, Resolve.model_validate(values), LATER)
    assert isinstance(result, Refused)
    assert "an attempt: voicemail" in " ".join(result.why)
    assert rosa.backend.get(escalation)["status"] == "requested"
