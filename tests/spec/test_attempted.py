"""A call that reached nobody is an attempt: its Task and the reminder stay open (rule 35).

Given: a nurse call after a yellow check-in, with its reminder. When: it is closed with words. Then: words that say
nobody was reached close nothing.
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


@pytest.mark.parametrize("words", ["left voicemail", "unable to reach, will try again", SOMEBODY[0]])
def test_a_call_that_reached_nobody_closes_nothing(rosa: Stage, words: str) -> None:
    recorded(rosa, check_in(numbers=CALM, yes=("swelling",), authored=WHEN))
    values = {"patient": rosa.patient, "task": task_of(rosa, "nurse-call"), "outcome": words, "at": LATER}
    result = carried_out(rosa, Resolve.model_validate(values), LATER)
    assert isinstance(result, Done if words in SOMEBODY else Refused), result
    tasks = Chart(rosa.backend, rosa.patient).tasks()
    statuses = {code: tasks[code]["status"] for code in ("nurse-call", "inform-provider")}
    if words in SOMEBODY:
        assert statuses == {"nurse-call": "completed", "inform-provider": "cancelled"}
        return
    assert statuses == {"nurse-call": "requested", "inform-provider": "requested"}
    assert tasks["nurse-call"]["businessStatus"]["coding"][0]["code"] == "attempting"
    assert words in tasks["nurse-call"]["note"][0]["text"]
    again = carried_out(rosa, Resolve.model_validate({**values, "outcome": SOMEBODY[0]}), LATER)
    assert isinstance(again, Done)
    assert Chart(rosa.backend, rosa.patient).tasks()["nurse-call"]["status"] == "completed"
