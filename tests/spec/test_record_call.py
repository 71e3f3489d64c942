"""`record-call`: who was reached, what is tried when nobody is, what they do not want, and what is never swallowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.codes import CONTACT_MEANS
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.workflows.looking.list_rows import PatientRow
from carefhir.workflows.looking.worklist import WORKLIST, Worklist
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from carefhir.workflows.monitoring.resolve import Resolve
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stage import done, enrolled
from tests.support.stories import contacts
from tests.support.stories.contacts import calling, letter, not_reached, opting_out, tried, unreachable
from tests.support.stories.monitoring import CALM, check_in

Json = dict[str, Any]
DAY = "2026-03-09T10:00:00-05:00"


def having(before: Callable[[Stage], None], person: str = "rosa") -> Stage:
    found = stage(sandbox_backend(), person)
    before(found)
    return found


def run(found: Stage, command: Command, when: str = DAY, who: str = "nurse") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def tasks(found: Stage, code: str) -> list[Json]:
    """The Tasks of a kind, oldest first."""
    every = Chart(found.backend, found.patient).all("Task")
    of_kind = [each for each in every if each["code"]["coding"][0].get("code") == code]
    return sorted(of_kind, key=lambda each: int(each["id"]))


def told(result: Result) -> str:
    assert isinstance(result, Done | Refused), result
    return " ".join((*result.told.says, *result.told.warnings)) if isinstance(result, Done) else " ".join(result.why)


def calls(found: Stage) -> list[Json]:
    return [each for each in Chart(found.backend, found.patient).all("Communication") if "medium" in each]


def going_home(found: Stage) -> OpenTransition:
    return OpenTransition(patient=found.patient, encounter=found.backend.find("Encounter", "rosa-stay" + found.mark))


def home(found: Stage) -> None:
    """In care, and home from the hospital."""
    enrolled(found)
    done(found, going_home(found))


def called_no_more(found: Stage) -> None:
    """In care, and opted out of calls."""
    enrolled(found)
    done(found, opting_out(found))


def caregiver(found: Stage, *, permitted: bool | None = None, relationship: str = "daughter") -> str:
    """Her daughter, with or without a Consent that speaks of her."""
    person = {"resourceType": "RelatedPerson", "active": True, "patient": {"reference": found.patient}}
    daughter = found.backend.create({**person, "relationship": [{"text": relationship}]})
    if permitted is not None:
        actor = {"role": {"text": "helper"}, "reference": {"reference": daughter}}
        found.backend.create(
            {
                "resourceType": "Consent",
                "status": "active",
                "scope": {"text": "privacy"},
                "category": [{"text": "who may know"}],
                "patient": {"reference": found.patient},
                "dateTime": "2026-03-01",
                "policyRule": {"text": "who may know"},
                "provision": {"type": "permit" if permitted else "deny", "actor": [actor]},
            }
        )
    return daughter


# ---- the contact itself


def test_a_call_says_who_when_by_which_means_in_which_language() -> None:
    found = having(enrolled)
    result = run(found, calling(found))
    assert isinstance(result, Done), result
    (call,) = calls(found)
    assert (call["status"], call["sent"]) == ("completed", "2026-03-09T09:00:00-05:00")
    assert {(each["system"], each["code"]) for each in call["medium"][0]["coding"]} >= {(CONTACT_MEANS, "phone")}
    assert "professional" in str(call["extension"])
    assert "basedOn" not in call
    assert tasks(found, "reach-person") == []


@pytest.mark.parametrize(
    ("interpreter", "warned"), [("professional", False), ("staff", False), ("family", True), ("none", True), ("", True)]
)
def test_who_needs_an_interpreter_is_not_understood_without_one(interpreter: str, warned: bool) -> None:
    found = having(enrolled)
    result = run(found, calling(found, interpreter=interpreter))
    assert ("needs an interpreter" in told(result)) is warned


@pytest.mark.parametrize(
    ("permitted", "relationship", "whom", "reached"),
    [
        (True, "daughter", "caregiver", True),
        (None, "daughter", "caregiver", False),
        (False, "daughter", "caregiver", False),
        (None, "legal guardian", "proxy", True),
        (None, "daughter", "proxy", False),
        (False, "legal guardian", "proxy", False),
    ],
)
def test_who_may_stand_for_the_person(permitted: bool | None, relationship: str, whom: str, reached: bool) -> None:
    found = having(enrolled)
    who = caregiver(found, permitted=permitted, relationship=relationship)
    result = run(found, calling(found, with_whom=whom, caregiver=who))
    assert isinstance(result, Done), result
    (call,) = calls(found)
    assert (call["status"] == "completed") is reached
    assert bool(tasks(found, "reach-person")) is not reached
    if not reached:
        assert call["statusReason"]["coding"][0]["code"] == "somebody-else"
        assert "nothing of it" in told(result) or "the person was not reached" in told(result)


def test_a_contact_while_a_discharge_is_followed_does_not_count_for_it() -> None:
    found = having(home)
    result = run(found, calling(found))
    (contact,) = tasks(found, "contact-patient")
    assert contact["status"] == "requested"
    assert "record-contact" in told(result)


# ---- nobody is reached


def test_the_first_attempt_opens_a_task_that_stays_open() -> None:
    found = having(enrolled)
    result = run(found, not_reached(found))
    (task,) = tasks(found, "reach-person")
    (call,) = calls(found)
    assert task["status"] == "requested"
    assert task["restriction"]["period"]["end"] == "2026-03-11"
    assert call["basedOn"] == [{"reference": f"Task/{task['id']}"}]
    assert "3 more attempts" in told(result)


ATTEMPTS = (
    # day and hour of each attempt, its means, and what is still said to be lacking
    ((("02-09T10", "phone"),), "3 more attempts"),
    ((("02-09T10", "phone"), ("02-09T10", "phone")), "3 more attempts"),  # at once: one attempt
    ((("02-09T10", "phone"), ("02-10T15", "text"), ("02-11T10", "phone"), ("02-12T10", "phone")), "over 14 days"),
    ((("02-09T10", "phone"), ("02-10T15", "phone"), ("02-11T10", "phone"), ("02-25T10", "phone")), "another means"),
    (
        (("02-09T10", "phone"), ("02-10T09", "text"), ("02-11T10", "phone"), ("02-25T10", "phone")),
        "another time of day",
    ),
    ((("02-09T10", "phone"), ("02-10T15", "text"), ("02-11T10", "phone"), ("02-25T10", "phone")), "now send a letter"),
)


@pytest.mark.parametrize(("attempts", "lacks"), ATTEMPTS)
def test_what_is_still_to_be_tried(attempts: tuple[tuple[str, str], ...], lacks: str) -> None:
    found = having(enrolled)
    for minute, (when, means) in enumerate(attempts):
        outcome = "sent" if means == "text" else "no-answer"
        result = run(found, not_reached(found, started=f"2026-{when}:{minute:02}:00-06:00", by=means, outcome=outcome))
    assert lacks in told(result)
    (task,) = tasks(found, "reach-person")
    assert task["status"] in ("requested", "in-progress")


def test_a_wrong_number_is_no_attempt() -> None:
    found = having(enrolled)
    result = run(found, not_reached(found, outcome="wrong-number"))
    assert "4 more attempts" in told(result)
    assert "find the right number" in told(result)


def test_an_attempt_while_they_are_in_the_hospital_does_not_count() -> None:
    found = having(enrolled)
    result = run(found, not_reached(found, started="2026-03-03T10:00:00-06:00"))
    assert "4 more attempts" in told(result)
    assert "says nothing about home" in told(result)


def without_depression(found: Stage) -> None:
    """In care, her depression long over, and not reached by any attempt of the protocol."""
    for condition in found.backend.search(f"Condition?patient={found.patient}"):
        if "370143000" in str(condition["code"]):
            found.backend.put({**condition, "clinicalStatus": {"coding": [{"code": "resolved"}]}})
    tried(found)


@pytest.mark.parametrize(
    ("before", "by"),
    [(without_depression, "2026-03-23"), (tried, "2026-03-10")],
    ids=["at the end", "early, with depression"],
)
def test_after_the_letter_the_supervising_provider_decides(before: Callable[[Stage], None], by: str) -> None:
    """Two weeks for an answer to the letter; with depression, the earlier day of the second missed contact stands."""
    found = having(before)
    result = run(found, letter(found))
    (task,) = tasks(found, "reach-person")
    (decision,) = tasks(found, "inform-provider")
    assert (task["status"], task["businessStatus"]["coding"][0]["code"]) == ("failed", "unable-to-reach")
    assert decision["owner"]["reference"] == found.physician
    assert decision["restriction"]["period"]["end"] == by
    assert decision["businessStatus"]["coding"][0]["code"] == "unable-to-reach"
    assert "nothing is left to try" in told(result)


def test_nobody_is_asked_twice_to_decide() -> None:
    found = having(unreachable)
    assert isinstance(run(found, not_reached(found)), Done)
    assert len(tasks(found, "reach-person")) == len(tasks(found, "inform-provider")) == 1


@pytest.mark.parametrize("before", [tried, unreachable])
def test_once_they_are_reached_what_was_open_is_settled(before: Callable[[Stage], None]) -> None:
    found = having(before)
    assert isinstance(run(found, calling(found)), Done)
    statuses = {each["status"] for code in ("reach-person", "inform-provider") for each in tasks(found, code)}
    assert statuses <= {"completed", "failed"}
    assert "completed" in statuses


def test_resolve_does_not_settle_it() -> None:
    found = having(tried)
    (task,) = tasks(found, "reach-person")
    closing = Resolve(patient=found.patient, task=f"Task/{task['id']}", outcome="fine", at=datetime.fromisoformat(DAY))
    result = run(found, closing)
    assert isinstance(result, Refused)
    assert "record-call" in told(result)


# ---- declined


def test_this_contact_declined_is_not_done() -> None:
    found = having(tried)
    result = run(found, calling(found, outcome="refused"))
    (task,) = tasks(found, "reach-person")
    assert (task["status"], task["businessStatus"]["coding"][0]["code"]) == ("cancelled", "declined")
    assert tasks(found, "end-program") == []
    assert "it is not done" in told(result)


def test_the_program_declined_asks_once_whether_it_ends() -> None:
    found = having(enrolled)
    for minute in ("00", "30"):
        started = f"2026-03-09T09:{minute}:00-05:00"
        assert isinstance(run(found, calling(found, started=started, declines="the-program")), Done)
    (task,) = tasks(found, "end-program")
    assert task["owner"]["reference"] == found.nurse
    (episode,) = Chart(found.backend, found.patient).all("EpisodeOfCare")
    assert episode["status"] == "active"


def test_what_protects_them_goes_on_and_is_named() -> None:
    found = having(enrolled)
    assert isinstance(run(found, contacts.alarming(found)), Done)
    reviews = {f"Task/{each['id']}" for each in tasks(found, "safety-review")}
    result = run(found, calling(found, started="2026-03-09T09:30:00-05:00", outcome="refused"))
    assert reviews
    assert all(review in told(result) for review in reviews)
    assert all(each["status"] == "requested" for each in tasks(found, "safety-review"))


# ---- opted out


def row(found: Stage, when: str = DAY) -> PatientRow:
    occasion = found.occasion(datetime.fromisoformat(when), found.nurse)
    shown = found.backend.run(runner.show(WORKLIST, Worklist(), occasion, found.backend.server()))
    return next(each for each in shown.rows if each.patient == found.patient)


def not_by(task: Json) -> set[str]:
    marks = [each for each in task.get("extension", []) if each["url"].endswith("/not-by")]
    return {each["valueCoding"]["code"] for each in marks}


def test_open_tasks_are_no_part_of_a_call_any_more() -> None:
    found = having(home)
    assert row(found).one_call_covers
    assert isinstance(run(found, opting_out(found)), Done)
    shown = row(found)
    assert shown.one_call_covers == ()
    assert any(due.why.startswith("Not by phone, video call") for due in shown.dues)


def test_no_step_asks_for_a_call_from_then_on() -> None:
    found = having(called_no_more)
    done(found, going_home(found))
    for code in ("contact-patient", "teach-back", "reconcile-medications"):
        (task,) = tasks(found, code)
        assert not_by(task) == {"phone", "video"}
        assert "use another means" in task["note"][0]["text"]
    (visit,) = tasks(found, "book-follow-up")
    assert not_by(visit) == set()


def test_a_nurse_still_calls_for_danger_and_says_so() -> None:
    found = having(called_no_more)
    answers = check_in(authored=DAY, numbers=CALM, yes=("dizzy",))
    result = run(found, RecordCheckIn(patient=found.patient, response=answers))
    (call,) = tasks(found, "nurse-call")
    assert not_by(call) == set()
    assert "does not want calls, and this goes on because it protects them" in told(result)


def test_somebody_who_wants_no_contact_at_all_is_decided_about() -> None:
    every = ("phone", "video", "visit", "text", "portal", "letter")
    found = having(enrolled)
    done(found, opting_out(found, opts_out=every))
    done(found, going_home(found))
    (task,) = tasks(found, "contact-patient")
    assert "decide with the supervising provider" in task["note"][0]["text"]


def test_who_wants_calls_again_is_called_again() -> None:
    found = having(home)
    done(found, opting_out(found))
    back = calling(found, started="2026-03-09T09:45:00-05:00", opts_in=("phone", "video"))
    assert isinstance(run(found, back), Done)
    assert row(found).one_call_covers
    consents = [each for each in Chart(found.backend, found.patient).all("Consent") if "provision" in each]
    assert {each["status"] for each in consents} == {"inactive"}


def test_an_opt_out_survives_a_new_enrollment() -> None:
    found = stage(sandbox_backend(), "rosa")
    done(found, opting_out(found))
    assert isinstance(run(found, enroll(found)), Done)
    (task,) = tasks(found, "first-assessment")
    assert not_by(task) == {"phone", "video"}


# ---- what is said of danger is never swallowed


@pytest.mark.parametrize(
    ("words", "read", "kind"),
    [
        ("I do not want to live any more", "", "safety-review"),
        ("I do not want to live any more", "nothing-urgent", "safety-review"),
        ("he has chest pain since noon", "", "escalation"),
        ("he has chest pain since noon", "nothing-urgent", ""),
        ("a bit dizzy", "call-today", "nurse-call"),
        ("a bit dizzy", "provider-today", "escalation"),
        ("fine", "thoughts-of-death", "safety-review"),
        ("fine", "", ""),
    ],
)
def test_words_that_alarm_are_acted_on(words: str, read: str, kind: str) -> None:
    found = having(enrolled)
    result = run(found, calling(found, words=words, words_read=read))
    assert isinstance(result, Done), result
    written = {each["code"]["coding"][0]["code"] for each in Chart(found.backend, found.patient).all("Task")}
    assert written & {"safety-review", "escalation", "nurse-call"} == ({kind} if kind else set())
    assert bool(result.told.instructions) is (kind in ("safety-review", "escalation"))


@pytest.mark.parametrize("changes", [{"outcome": "sent"}, {"started": "2026-03-09T11:00:00-05:00"}])
def test_a_refusal_swallows_no_danger(changes: Json) -> None:
    found = having(enrolled)
    result = run(found, contacts.alarming(found, **changes))
    assert isinstance(result, Refused), result
    assert result.kept is not None
    assert tasks(found, "safety-review")
    assert calls(found) == []
    # Told as it was, it is recorded: what was kept is not the contact.
    assert isinstance(run(found, contacts.alarming(found)), Done)
    assert len(calls(found)) == 1


def test_why_a_contact_is_not_recorded() -> None:
    found = having(enrolled)
    stranger = stage(found.backend, "earl")
    for changes, why in (
        ({"started": "2026-03-09T11:00:00-05:00"}, "cannot start in the future"),
        ({"by": "letter", "outcome": "voicemail"}, "give outcome sent"),
        ({"outcome": "sent"}, "is not sent"),
        ({"with_whom": "proxy"}, "name the proxy"),
        ({"caregiver": "RelatedPerson/none"}, "with_whom says patient"),
        ({"with_whom": "caregiver", "caregiver": "RelatedPerson/none"}, "is not on this server"),
        ({"with_whom": "caregiver", "caregiver": caregiver(stranger)}, "is not a related person of"),
        ({"outcome": "no-answer", "opts_out": ("phone",)}, "nobody was reached"),
        ({"with_whom": "caregiver", "opts_out": ("phone",)}, "only the person, or a proxy"),
        ({"opts_in": ("phone",), "opts_out": ("phone",)}, "say which of the two"),
    ):
        result = run(found, calling(found, **changes))
        assert isinstance(result, Refused), (changes, result)
        assert any(why in sentence for sentence in result.why), (changes, result.why)
    assert calls(found) == []
