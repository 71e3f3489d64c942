"""`retract`: what a step wrote whose source was wrong becomes entered-in-error or is released again (rule 40)."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Conflict, Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.sandbox import Knobs
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories import undo
from tests.support.stories.transitions import call, closing, opened
from tests.support.stories.undo import attempts, retracting

Json = dict[str, Any]
DAY = "2026-03-09T10:00:00-05:00"
WHY = "it was another patient with the same name"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture(scope="module")
def without_history() -> Stage:
    return stage(sandbox_backend(Knobs(history=False)), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    return stage(server.backend, "rosa")


def run(found: Stage, command: Command, when: str = DAY, who: str = "nurse") -> Result:
    actor = who if who.startswith("Practitioner/") else found.backend.find("Practitioner", who)
    return carried_out(found, command, when, actor=actor)


def taken_back(found: Stage, what: str, when: str = DAY, who: str = "nurse", **changes: Any) -> Done:
    result = run(found, retracting(found, what, **changes), when, who)
    assert isinstance(result, Done), result
    return result


def refused(found: Stage, what: str, when: str = DAY, who: str = "nurse") -> tuple[str, ...]:
    """Why it is not taken back; and nothing was written."""
    before = everything(found)
    result = run(found, retracting(found, what), when, who)
    assert isinstance(result, Refused), result
    assert everything(found) == before
    return result.why


def everything(found: Stage) -> list[tuple[str, str, str]]:
    chart = Chart(found.backend, found.patient)
    return sorted((one["resourceType"], one["id"], one["meta"]["versionId"]) for one in chart.resources)


def tasks(found: Stage, code: str) -> list[Json]:
    written = Chart(found.backend, found.patient).written("Task")
    return [one for one in written if one["code"]["coding"][0]["code"] == code]


def task(found: Stage, code: str) -> Json:
    (only,) = tasks(found, code)
    return only


def state(found: Stage, code: str = "contact-patient") -> tuple[str, str]:
    only = task(found, code)
    return only["status"], only["businessStatus"]["coding"][0]["code"]


# ---- an attempt to reach the person


def test_an_attempt_that_never_was(rosa: Stage) -> None:
    """The only attempt: it stays visible, with the reason; the Task is as it was before."""
    opened(rosa)
    before = task(rosa, "contact-patient")
    assert isinstance(run(rosa, call(rosa, undo.FIRST, "reached", topics=["medicines"])), Done)
    assert state(rosa) == ("completed", "done")
    result = taken_back(rosa, attempts(rosa)[0])
    attempt = rosa.backend.get(attempts(rosa)[0])
    assert attempt["status"] == "entered-in-error"
    assert attempt["note"][-1]["text"] == f"entered in error: {WHY}"
    after = task(rosa, "contact-patient")
    assert [after.get(name) for name in ("status", "businessStatus", "statusReason", "output", "restriction")] == [
        before.get(name) for name in ("status", "businessStatus", "statusReason", "output", "restriction")
    ]
    assert "no attempt is left" in result.told.says
    assert "the evidence for the program is gone: the contact window is as it was" in result.told.says


@pytest.mark.parametrize(
    ("outcomes", "which", "afterwards"),
    [
        (("voicemail", "no-answer"), 0, ("in-progress", "attempting")),
        (("voicemail", "no-answer"), 1, ("in-progress", "attempting")),
        (("voicemail", "reached"), 1, ("in-progress", "attempting")),
        (("voicemail", "reached"), 0, ("completed", "done")),
        (("reached", "voicemail"), 0, ("in-progress", "attempting")),
        (("voicemail", "refused"), 1, ("in-progress", "attempting")),
        (("voicemail", "refused"), 0, ("cancelled", "declined")),
        (("voicemail", "no-answer", "voicemail"), 1, ("in-progress", "evidence-met")),
    ],
)
@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
def test_the_contact_task_is_what_the_attempts_that_are_left_come_to(
    server: Stage,
    without_history: Stage,
    history: bool,
    outcomes: tuple[str, ...],
    which: int,
    afterwards: tuple[str, str],
) -> None:
    found = stage((server if history else without_history).backend, "rosa")
    opened(found)
    for number, outcome in enumerate(outcomes):
        topics = ["medicines"] if outcome == "reached" else []
        assert isinstance(run(found, call(found, f"2026-03-09T08:{number}0:00-05:00", outcome, topics=topics)), Done)
    taken_back(found, attempts(found)[which])
    assert state(found) == afterwards


def test_the_protocol_for_people_who_cannot_be_reached_is_not_finished_any_more(rosa: Stage) -> None:
    """Five attempts over a week end the calls; four do not."""
    opened(rosa)
    for day in ("06T16", "07T10", "11T10", "13T09", "16T09"):
        run(rosa, call(rosa, f"2026-03-{day}:00:00-05:00", "no-answer"), "2026-03-16T10:00:00-05:00")
    assert state(rosa) == ("failed", "unable-to-reach")
    taken_back(rosa, attempts(rosa)[-1], "2026-03-16T11:00:00-05:00")
    assert state(rosa)[0] == "in-progress"
    assert task(rosa, "inform-provider")["status"] == "entered-in-error"


def test_a_closed_transition_is_not_opened(rosa: Stage) -> None:
    """Its statement for billing counted the attempt: a person decides, and a Task asks them."""
    undo.reached(rosa)
    now = "2026-03-10T10:00:00-05:00"
    assert isinstance(run(rosa, closing(rosa, "declined", "wants no calls"), now), Done)
    before = state(rosa)
    result = taken_back(rosa, attempts(rosa)[-1], now)
    assert state(rosa) == before
    assert any("decide what to tell billing" in sentence for sentence in result.told.warnings)
    assert "decide what to tell billing" in task(rosa, "finish-retraction")["description"]


def test_what_somebody_has_decided_since_is_left(rosa: Stage) -> None:
    """Another system closed the Task: it is named, and stays."""
    opened(rosa)
    run(rosa, call(rosa, undo.FIRST, "voicemail"))
    rosa.backend.put({**task(rosa, "contact-patient"), "status": "completed"})
    result = taken_back(rosa, attempts(rosa)[0])
    assert task(rosa, "contact-patient")["status"] == "completed"
    assert any("taken back in part" in sentence for sentence in result.told.says)
    assert task(rosa, "finish-retraction")["owner"]["reference"] == rosa.nurse


# ---- what was taken back is not done


def test_what_was_taken_back_is_never_done_already(rosa: Stage) -> None:
    undo.reached(rosa)
    command = call(rosa, undo.SECOND, "reached", topics=["medicines"], words="tired, no pain")
    receipt = taken_back(rosa, attempts(rosa)[-1]).receipt
    again = run(rosa, command)
    assert isinstance(again, Refused)
    assert f"taken back on 2026-03-09 by {rosa.nurse} ({receipt})" in again.why[0]
    assert "again_after" in again.why[0]
    wrong = run(rosa, command.model_copy(update={"again_after": "Provenance/1"}))
    assert isinstance(wrong, Refused)
    right = command.model_copy(update={"again_after": receipt})
    result = run(rosa, right)
    assert isinstance(result, Done)
    assert result.by == "us"
    assert state(rosa) == ("completed", "done")
    for repeat in (right, command):
        done_again = run(rosa, repeat)
        assert isinstance(done_again, Done)
        assert done_again.by == "an earlier run"
    (standing,) = [each for each in attempts(rosa) if rosa.backend.get(each)["status"] == "completed"]
    second = taken_back(rosa, standing)
    assert isinstance(run(rosa, right), Refused)
    assert isinstance(run(rosa, command.model_copy(update={"again_after": second.receipt})), Done)


def test_taken_back_once(rosa: Stage) -> None:
    """By whichever name, in whichever words."""
    undo.reached(rosa)
    what = attempts(rosa)[-1]
    first = taken_back(rosa, what)
    before = everything(rosa)
    for again in (what, first.written[0].reference):
        result = taken_back(rosa, again, reason="it never took place")
        assert result.by == "an earlier run"
    assert everything(rosa) == before


# ---- which step is meant


def receipt_of(found: Stage, what: str) -> str:
    (receipt, *_) = found.backend.search(f"Provenance?target={what}&_count=20")
    return f"Provenance/{receipt['id']}"


def test_the_receipt_itself_may_be_named(rosa: Stage) -> None:
    undo.reached(rosa)
    taken_back(rosa, receipt_of(rosa, attempts(rosa)[-1]))
    assert rosa.backend.get(attempts(rosa)[-1])["status"] == "entered-in-error"


def test_more_than_one_step_is_named_and_none_is_chosen(rosa: Stage) -> None:
    undo.tried_twice(rosa)
    (why,) = refused(rosa, f"Task/{task(rosa, 'contact-patient')['id']}")
    assert "2 steps wrote" in why
    for attempt in attempts(rosa):
        assert receipt_of(rosa, attempt) in why
    taken_back(rosa, attempts(rosa)[-1])
    taken_back(rosa, f"Task/{task(rosa, 'contact-patient')['id']}")
    assert state(rosa) == ("requested", "waiting")


def test_why_nothing_is_taken_back(rosa: Stage) -> None:
    opened(rosa)
    episode = Chart(rosa.backend, rosa.patient).all("EpisodeOfCare")[0]
    cases = {
        f"EpisodeOfCare/{episode['id']}": "was written by a step that cannot be taken back",
        f"Task/{task(rosa, 'teach-back')['id']}": "was written by a step that cannot be taken back",
        "Communication/none": "no receipt says that a step of ours wrote Communication/none",
        "Provenance/none": "Provenance/none is not on this server",
    }
    for what, reason in cases.items():
        assert any(reason in why for why in refused(rosa, what)), what


def test_another_patients_step_is_refused(server: Stage, rosa: Stage) -> None:
    other = stage(server.backend, "rosa")
    undo.reached(other)
    opened(rosa)
    for what in (attempts(other)[-1], receipt_of(other, attempts(other)[-1])):
        (why,) = refused(rosa, what)
        assert f"is not about {rosa.patient}" in why
    assert server.backend.get(attempts(other)[-1])["status"] == "completed"


def test_who_may(rosa: Stage) -> None:
    """Whoever did it; else a nurse or a provider."""
    undo.reached(rosa)
    (why,) = refused(rosa, attempts(rosa)[-1], who="social-worker")
    assert "taking back what somebody else recorded is not for social worker" in why
    run(rosa, call(rosa, "2026-03-09T09:50:00-05:00", "no-answer"), who="social-worker")
    taken_back(rosa, attempts(rosa)[-1], who="social-worker")
    taken_back(rosa, attempts(rosa)[0], who="physician")


def test_a_conflict_is_no_retraction(rosa: Stage) -> None:
    """What was recorded with other details is not what was taken back."""
    undo.reached(rosa)
    other = run(rosa, call(rosa, undo.SECOND, "voicemail"))
    assert isinstance(other, Conflict)
