"""`retract`: what a step wrote whose source was wrong becomes entered-in-error or is released again (rule 40)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from carefhir import Conflict, Done, Refused, commands
from carefhir.codes import DISCIPLINE
from carefhir.commands import RecordAssessment, RecordCheckIn
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.mappers.superseded import superseded
from carefhir.sandbox import Knobs
from carefhir.workflows.looking.overview import OVERVIEW
from tests.spec.tables import Chart, carried_out, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, response, stage
from tests.support.stories import assessment, monitoring, undo
from tests.support.stories.supervision import busy, death
from tests.support.stories.transitions import all_cancelled, call, closing, opened, readmitted
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
        assert isinstance(
            run(found, call(found, f"2026-03-09T0{6 + number}:00:00-05:00", outcome, topics=topics)), Done
        )
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


def test_a_talk_in_a_hospital_is_no_contact_either(rosa: Stage) -> None:
    """The talk that is left took place while the person was back in a hospital (rule 25): the Task is open again."""
    opened(rosa)
    readmitted(rosa, "2026-03-09T08:00:00-05:00", status="finished")
    (again,) = [
        one
        for one in rosa.backend.search(f"Encounter?patient={rosa.patient}&_count=50")
        if one["period"]["start"].startswith("2026-03-09")
    ]
    period = {"start": "2026-03-09T08:00:00-05:00", "end": "2026-03-09T09:00:00-05:00"}
    rosa.backend.put({**again, "status": "finished", "period": period})
    for started in ("2026-03-09T08:30:00-05:00", "2026-03-09T09:30:00-05:00"):
        assert isinstance(run(rosa, call(rosa, started, "reached", topics=["medicines"])), Done)
    assert state(rosa)[0] == "completed"
    taken_back(rosa, attempts(rosa)[-1])
    assert state(rosa)[0] == "in-progress"


def test_a_closed_transition_is_not_opened(rosa: Stage) -> None:
    """Its statement for billing counted the attempt: a person decides, and a Task asks them."""
    undo.reached(rosa)
    now = "2026-03-10T10:00:00-05:00"
    assert isinstance(run(rosa, closing(rosa, "declined", "wants no calls", open_tasks=all_cancelled(rosa)), now), Done)
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
        assert f"not about {rosa.patient}: " in why
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


# ---- answers on the wrong chart


def test_answers_that_call_for_action(rosa: Stage) -> None:
    """The danger is somebody's: it leaves this chart, and a Task and an instruction say to find out whose it is."""
    undo.screened(rosa)
    what = undo.response_of(rosa)
    result = taken_back(rosa, what)
    chart = Chart(rosa.backend, rosa.patient)
    assert chart.all("QuestionnaireResponse")[0]["status"] == "entered-in-error"
    (score,) = chart.written("Observation")
    assert score["status"] == "entered-in-error"
    (concern,) = chart.written("Condition")
    assert concern["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "clinicalStatus" not in concern
    assert {flag["status"] for flag in chart.all("Flag")} == {"entered-in-error"}
    reviews = tasks(rosa, "safety-review")
    assert reviews
    assert {(one["status"], one["statusReason"]["text"]) for one in reviews} == {
        ("entered-in-error", f"entered in error: {WHY}")
    }
    (asked,) = [one for one in chart.all("Task") if "input" in one and one["code"].get("text") == "please answer"]
    assert asked["status"] == "requested"
    assert "output" not in asked
    search = task(rosa, "whose-answers")
    assert (search["priority"], search["restriction"]["period"]["end"]) == ("stat", "2026-03-09")
    assert search["owner"]["reference"] == rosa.nurse
    (instruction,) = result.told.instructions
    assert "Find out now whose they are" in instruction
    assert run(rosa, retracting(rosa, what)).told.instructions == (instruction,)


def test_no_reader_counts_them(rosa: Stage) -> None:
    """What is entered in error is on no page, in no tier, on no list."""
    undo.screened(rosa)
    before = shown(rosa)
    assert any("PHQ-9" in row for row in before), before
    taken_back(rosa, undo.response_of(rosa))
    after = shown(rosa)
    assert not any("PHQ-9" in row or "safety review" in row for row in after), after
    assert [row.split(" | ")[1] for row in after if row.startswith("NOW")] == ["find out whose answers these are"]
    assert any("find out whose answers these are" in row for row in after)
    assert not any(row in after for row in before if "self-harm" in row.lower())


def shown(found: Stage) -> list[str]:
    command = commands.Overview(patient=found.patient)
    server = found.backend.server()
    page = found.backend.run(runner.show(OVERVIEW, command, found.occasion(datetime.fromisoformat(DAY)), server))
    return [" | ".join(row) for section in page.sections for row in section.table]


def test_a_tier_counts_them_no_more(rosa: Stage) -> None:
    undo.screened(rosa)
    taken_back(rosa, undo.response_of(rosa))
    result = run(rosa, assessment.conclude(rosa, concluded=DAY))
    assert isinstance(result, Done | Refused)
    assert not any("PHQ-9" in one for one in (*result.told.says, *result.told.warnings) if "not" not in one), result


def test_what_rests_on_them_is_named(rosa: Stage) -> None:
    """A tier that was set by them stays, and a person looks at it again."""
    undo.hungry(rosa)
    result = run(rosa, assessment.conclude(rosa, concluded=DAY))
    assert isinstance(result, Done), result
    back = taken_back(rosa, undo.response_of(rosa))
    assert any("rests on what is taken back: look at it again" in one for one in back.told.warnings), back.told
    assert "rests on what is taken back" in task(rosa, "finish-retraction")["description"]


def test_who_may_take_back_a_danger(rosa: Stage) -> None:
    """Somebody with a license; whoever may not is told what to do now all the same."""
    undo.screened(rosa)
    before = everything(rosa)
    for who in ("social-worker", somebody(rosa, "community-health-worker")):
        result = run(rosa, retracting(rosa, undo.response_of(rosa)), who=who)
        assert isinstance(result, Refused), who
        assert result.told.instructions
    assert everything(rosa) == before


def test_whoever_read_out_the_screen_may_not_take_back_its_danger(rosa: Stage) -> None:
    worker = somebody(rosa, "community-health-worker")
    run(rosa, RecordAssessment(patient=rosa.patient, response=response("rosa-phq-9-item-9", rosa.mark)), who=worker)
    result = run(rosa, retracting(rosa, undo.response_of(rosa)), who=worker)
    assert isinstance(result, Refused)
    assert "taking back a safety finding is not for community health worker" in result.why[0]


def somebody(found: Stage, discipline: str) -> str:
    who = found.backend.create({"resourceType": "Practitioner", "active": True, "name": [{"family": "Somebody"}]})
    code = {"coding": [{"system": DISCIPLINE, "code": discipline}]}
    found.backend.create(
        {"resourceType": "PractitionerRole", "active": True, "practitioner": {"reference": who}, "code": [code]}
    )
    return who


def test_a_flag_that_other_answers_raised_too_stays(rosa: Stage) -> None:
    """The Flag is written once for both; taking back the first answers must not take it down."""
    undo.screened(rosa)
    first = undo.response_of(rosa)
    again = response("rosa-phq-9-item-9", f"{rosa.mark}-again")
    assert run(rosa, RecordAssessment(patient=rosa.patient, response=again)).told.instructions
    result = taken_back(rosa, first)
    chart = Chart(rosa.backend, rosa.patient)
    assert {flag["status"] for flag in chart.all("Flag")} == {"active"}
    assert any("found the same" in one for one in result.told.says)
    assert sorted(one["status"] for one in tasks(rosa, "safety-review")) == [
        "entered-in-error",
        "entered-in-error",
        "requested",
        "requested",
    ]


@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
def test_what_was_worked_on_since_stays(server: Stage, without_history: Stage, history: bool) -> None:
    """A review that was done is a record of care; one that was acknowledged is somebody's work; a concern that was
    confirmed is a provider's word."""
    found = stage((server if history else without_history).backend, "rosa")
    undo.screened(found)
    one, other = tasks(found, "safety-review")
    found.backend.put({**one, "status": "completed"})
    found.backend.put({**other, "status": "accepted"})
    concern = f"Condition/{Chart(found.backend, found.patient).written('Condition')[0]['id']}"
    confirmed = run(
        found,
        commands.ConfirmConcern(
            patient=found.patient,
            concern=concern,
            reason="asked",
            diagnosis="http://hl7.org/fhir/sid/icd-10-cm|F32.1",
            diagnosis_words="major depressive disorder, moderate",
        ),
        who="physician",
    )
    assert isinstance(confirmed, Done), confirmed
    result = taken_back(found, undo.response_of(found))
    assert found.backend.get(f"Task/{one['id']}")["status"] == "completed"
    assert found.backend.get(f"Task/{other['id']}")["status"] == "accepted"
    assert found.backend.get(concern)["verificationStatus"]["coding"][0]["code"] != "entered-in-error"
    assert any("stays completed" in each for each in result.told.says)
    by_hand = task(found, "finish-retraction")["description"]
    assert f"Task/{other['id']}" in by_hand
    assert concern in by_hand


def test_answers_that_were_amended_are_taken_back_from_the_newest_on(rosa: Stage) -> None:
    """First the amendment, which puts the earlier answers in force again; then those."""
    first = phq_9(1, 1, 1, 1, 1, 1, 1, 1, 0, identifier=identifier(rosa), source={"reference": rosa.patient})
    amended = phq_9(2, 2, 2, 2, 2, 2, 2, 2, 0, identifier=identifier(rosa), source={"reference": rosa.patient})
    for answers in (first, {**amended, "status": "amended"}):
        assert isinstance(run(rosa, RecordAssessment(patient=rosa.patient, response=answers)), Done)
    what = undo.response_of(rosa)
    (why,) = refused(rosa, what)
    assert "2 steps wrote" in why
    names = re.findall(r"Provenance/\d+", why)
    (early,) = refused(rosa, names[1])
    assert "take those back first" in early
    taken_back(rosa, names[0])
    stored = rosa.backend.get(what)
    assert (stored["status"], stored["item"]) == ("completed", first["item"])
    standing = [one for one in Chart(rosa.backend, rosa.patient).written("Observation") if one["status"] == "final"]
    assert [(one["valueInteger"], superseded(one)) for one in standing] == [(8, False)]
    taken_back(rosa, what)
    assert rosa.backend.get(what)["status"] == "entered-in-error"
    assert {one["status"] for one in Chart(rosa.backend, rosa.patient).written("Observation")} == {"entered-in-error"}


def identifier(found: Stage) -> Json:
    return {"system": "http://forms.example", "value": found.mark}


def test_amended_answers_are_not_taken_back_where_the_earlier_ones_cannot_be_read(without_history: Stage) -> None:
    found = stage(without_history.backend, "rosa")
    mine = {"identifier": identifier(found), "source": {"reference": found.patient}}
    for answers in (
        phq_9(1, 1, 1, 1, 1, 1, 1, 1, 0, **mine),
        phq_9(2, 2, 2, 2, 2, 2, 2, 2, 0, **mine, status="amended"),
    ):
        assert isinstance(run(found, RecordAssessment(patient=found.patient, response=answers)), Done)
    names = re.findall(r"Provenance/\d+", refused(found, undo.response_of(found))[0])
    (why,) = refused(found, names[0])
    assert "cannot be read on this server: record the right answers again with record-assessment" in why


def test_a_draft_is_a_draft_again(rosa: Stage) -> None:
    whole = phq_9(1, 1, 1, 1, 1, 1, 1, 1, 0, identifier=identifier(rosa), source={"reference": rosa.patient})
    draft = {**whole, "status": "in-progress", "item": whole["item"][:4]}
    assert isinstance(run(rosa, RecordAssessment(patient=rosa.patient, response=draft)), Refused)
    assert isinstance(run(rosa, RecordAssessment(patient=rosa.patient, response=whole)), Done)
    what = undo.response_of(rosa)
    newest, _ = re.findall(r"Provenance/\d+", refused(rosa, what)[0])
    taken_back(rosa, newest)
    assert rosa.backend.get(what)["status"] == "in-progress"
    taken_back(rosa, what)
    assert rosa.backend.get(what)["status"] == "entered-in-error"


def test_the_same_answers_again_need_a_new_identifier(rosa: Stage) -> None:
    undo.hungry(rosa)
    command = RecordAssessment(patient=rosa.patient, response=response("rosa-hunger-vital-sign", rosa.mark))
    taken_back(rosa, undo.response_of(rosa))
    again = run(rosa, command)
    assert isinstance(again, Refused)
    assert "give the response a new identifier" in again.why[0]
    new = RecordAssessment(patient=rosa.patient, response=response("rosa-hunger-vital-sign", f"{rosa.mark}-new"))
    assert isinstance(run(rosa, new), Done)


def test_the_danger_of_answers_sent_again_is_said_again(rosa: Stage) -> None:
    undo.screened(rosa)
    command = RecordAssessment(patient=rosa.patient, response=response("rosa-phq-9-item-9", rosa.mark))
    taken_back(rosa, undo.response_of(rosa))
    before = everything(rosa)
    again = run(rosa, command)
    assert isinstance(again, Refused)
    assert again.told.instructions
    assert everything(rosa) == before, "sent once more by a machine, it is not on the wrong chart once more"


def test_restricted_answers_stay_restricted(rosa: Stage) -> None:
    """The security label is on everything that is written about them: the receipt, the Task."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    answers = response("rosa-phq-9-item-9", rosa.mark, meta={"security": [label]})
    run(rosa, RecordAssessment(patient=rosa.patient, response=answers))
    result = taken_back(rosa, undo.response_of(rosa))
    search = task(rosa, "whose-answers")
    for one in (
        search,
        rosa.backend.get(result.receipt),
        Chart(rosa.backend, rosa.patient).all("QuestionnaireResponse")[0],
    ):
        assert label in one["meta"]["security"]


# ---- a check-in of somebody else


def test_a_calm_check_in(rosa: Stage) -> None:
    """No danger: nobody is alarmed, and the weight is no baseline."""
    undo.checked_in(rosa, numbers={**monitoring.CALM, "weight": ("180.9", "[lb_av]")})
    result = taken_back(rosa, undo.response_of(rosa))
    assert result.told.instructions == ()
    assert not tasks(rosa, "whose-answers")
    assert "if these answers are somebody else's, record them on that chart with record-check-in" in result.told.says
    assert {one["status"] for one in Chart(rosa.backend, rosa.patient).written("Observation")} == {"entered-in-error"}
    assert task(rosa, "check-in")["status"] == "entered-in-error"
    answers = monitoring.check_in(authored="2026-03-10T09:00:00-05:00", numbers={"weight": ("240.0", "[lb_av]")})
    next_one = run(rosa, RecordCheckIn(patient=rosa.patient, response=answers), "2026-03-10T10:00:00-05:00")
    assert not any("180.9" in one for one in next_one.told.says), next_one.told.says
    assert any("240.0" in one for one in next_one.told.says), next_one.told.says


def test_the_check_in_that_was_due_is_due_again(rosa: Stage) -> None:
    undo.checked_in(rosa)
    due = task(rosa, "check-in")
    answers = monitoring.check_in(authored="2026-03-10T09:00:00-05:00", numbers=monitoring.CALM)
    tuesday = "2026-03-10T10:00:00-05:00"
    assert isinstance(run(rosa, RecordCheckIn(patient=rosa.patient, response=answers), tuesday), Done)
    second = max(
        (
            f"QuestionnaireResponse/{one['id']}"
            for one in Chart(rosa.backend, rosa.patient).all("QuestionnaireResponse")
        ),
        key=lambda each: rosa.backend.get(each)["authored"],
    )
    taken_back(rosa, second, tuesday)
    again = rosa.backend.get(f"Task/{due['id']}")
    assert again["status"] == "requested"
    assert again["restriction"] == due["restriction"]
    assert [one["status"] for one in tasks(rosa, "check-in") if one["id"] != due["id"]] == ["entered-in-error"]


@pytest.mark.parametrize("yes", [("breath-at-rest",), ("new-pillow",)], ids=["emergency", "yellow"])
def test_a_check_in_that_called_for_action(rosa: Stage, yes: tuple[str, ...]) -> None:
    undo.checked_in(rosa, yes=yes)
    result = taken_back(rosa, undo.response_of(rosa))
    search = task(rosa, "whose-answers")
    assert search["restriction"]["period"]["end"] == "2026-03-09"
    assert (search["priority"], bool(result.told.instructions)) in {("stat", True), ("urgent", False)}
    for code in ("escalation", "nurse-call", "inform-provider"):
        assert {one["status"] for one in tasks(rosa, code)} <= {"entered-in-error"}


def test_a_color_may_be_named_too(rosa: Stage) -> None:
    undo.checked_in(rosa)
    color = next(one for one in Chart(rosa.backend, rosa.patient).written("Observation") if "derivedFrom" in one)
    taken_back(rosa, f"Observation/{color['id']}")
    assert rosa.backend.get(undo.response_of(rosa))["status"] == "entered-in-error"


# ---- a death of somebody else


TAKEN_BACK = ("status", "lifecycleStatus", "statusReason", "businessStatus", "period", "statusDate", "restriction")


def standing(found: Stage) -> dict[str, Json]:
    """What a death ends, as it stands."""
    chart = Chart(found.backend, found.patient)
    return {
        f"{one['resourceType']}/{one['id']}": {name: one.get(name) for name in (*TAKEN_BACK, "cancelationReason")}
        for one in chart.resources
        if one["resourceType"] not in ("Provenance", "Patient")
    }


def test_a_death_that_was_of_somebody_else(rosa: Stage) -> None:
    """Everything is as it was before; nobody calls the family; the care manager looks after the person today."""
    busy(rosa)
    before = standing(rosa)
    assert isinstance(run(rosa, death(rosa)), Done)
    assert standing(rosa) != before
    result = taken_back(rosa, rosa.patient)
    after = standing(rosa)
    assert {name: after[name] for name in before} == before
    person = rosa.backend.get(rosa.patient)
    assert not {"deceasedBoolean", "deceasedDateTime"} & person.keys()
    assert task(rosa, "bereavement")["status"] == "entered-in-error"
    visit = task(rosa, "check-on-person")
    assert visit["owner"]["reference"] == rosa.nurse
    assert visit["restriction"]["period"]["end"] == "2026-03-09"
    assert any("is booked again: ask whether the time is still free" in one for one in result.told.warnings)
    assert isinstance(run(rosa, call(rosa, undo.FIRST, "voicemail")), Done), "work goes on"


def test_a_death_is_taken_back_by_a_nurse_or_a_provider(rosa: Stage) -> None:
    undo.enrolled(rosa)
    worker = somebody(rosa, "community-health-worker")
    assert isinstance(run(rosa, death(rosa), who=worker), Done)
    (why,) = refused(rosa, rosa.patient, who=worker)
    assert "taking back a death is not for community health worker" in why
    taken_back(rosa, rosa.patient, who="physician")


def test_a_death_that_registration_knows_of_stays(rosa: Stage) -> None:
    """Our step did not mark the person, so taking it back does not make them alive."""
    undo.enrolled(rosa)
    rosa.backend.put({**rosa.backend.get(rosa.patient), "deceasedBoolean": True})
    assert isinstance(run(rosa, death(rosa)), Done)
    result = taken_back(rosa, rosa.patient)
    assert rosa.backend.get(rosa.patient)["deceasedBoolean"] is True
    assert any("ask registration to correct it" in one for one in result.told.warnings)


def test_a_death_that_registration_has_corrected_since_stays(rosa: Stage) -> None:
    """Another day, put there by registration: it is theirs."""
    undo.enrolled(rosa)
    assert isinstance(run(rosa, death(rosa)), Done)
    rosa.backend.put({**rosa.backend.get(rosa.patient), "deceasedDateTime": "2026-03-07"})
    result = taken_back(rosa, rosa.patient)
    assert rosa.backend.get(rosa.patient)["deceasedDateTime"] == "2026-03-07"
    assert any("ask registration to correct it" in one for one in result.told.warnings)


def test_what_has_changed_or_passed_since_the_death_is_left(rosa: Stage) -> None:
    busy(rosa)
    assert isinstance(run(rosa, death(rosa)), Done)
    (flag,) = Chart(rosa.backend, rosa.patient).all("Flag")
    rosa.backend.put({**flag, "status": "active", "code": {"text": "reported again"}})
    chart = Chart(rosa.backend, rosa.patient)
    (plan, *_) = [one for one in chart.all("CarePlan") if one["status"] == "completed"]
    rosa.backend.put({**plan, "period": {"end": "2026-01-01"}})
    rosa.backend.put({**task(rosa, "bereavement"), "status": "completed"})
    visits = [one for one in chart.all("Appointment") if one["status"] == "cancelled"]
    result = taken_back(rosa, rosa.patient, "2026-03-16T10:00:00-05:00")
    assert rosa.backend.get(f"CarePlan/{plan['id']}")["status"] == "completed"
    assert [rosa.backend.get(f"Appointment/{one['id']}")["status"] for one in visits] == ["cancelled"]
    assert task(rosa, "bereavement")["status"] == "completed"
    words = " ".join((*result.told.warnings, *result.told.says))
    assert f"CarePlan/{plan['id']}) was changed since (period)" in words
    assert "was for a time that has passed: it stays cancelled" in words
    assert "stays completed, as a record of what was done since" in words


def test_a_death_without_history_is_taken_back_in_part(without_history: Stage) -> None:
    """Nothing tells what the things were that it ended: they are named, for a person, and none is guessed."""
    found = stage(without_history.backend, "rosa")
    busy(found)
    assert isinstance(run(found, death(found)), Done)
    ended = standing(found)
    result = taken_back(found, found.patient)
    after = standing(found)
    bereavement = f"Task/{task(found, 'bereavement')['id']}"
    assert {name: after[name] for name in ended if name != bereavement} == {
        name: ended[name] for name in ended if name != bereavement
    }
    assert any("taken back in part: a person must decide about" in one for one in result.told.says)
    by_hand = task(found, "finish-retraction")["description"]
    (receipt,) = [
        one for one in found.backend.search(f"Provenance?target={bereavement}&_count=50") if "reported" in str(one)
    ]
    named = {one["reference"] for one in receipt["target"]} - {bereavement}
    assert len(named) > 10
    assert all(name in by_hand for name in named), by_hand
    assert task(found, "check-on-person")["status"] == "requested"


def test_somebody_who_was_reported_dead_in_error_dies(rosa: Stage) -> None:
    undo.enrolled(rosa)
    command = death(rosa)
    assert isinstance(run(rosa, command), Done)
    receipt = taken_back(rosa, rosa.patient).receipt
    again = run(rosa, command)
    assert isinstance(again, Refused)
    assert "if the person has died after all, name that receipt in again_after" in again.why[0]
    later = death(rosa, died="2026-03-09", again_after=receipt)
    assert isinstance(run(rosa, later), Done)
    assert rosa.backend.get(rosa.patient)["deceasedDateTime"] == "2026-03-09"
