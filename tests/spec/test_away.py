"""Rules 25 and 35: in a hospital there is no contact, no teaching that counts and no trend; nothing closes silently; a
visit is kept where somebody who may count saw the person. Rosa went home on Friday 2026-03-06 at 14:30."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.chart.whereabouts import CurrentStay
from carefhir.codes import CONTACT_OUTCOME
from carefhir.commands import OpenTransition
from carefhir.content.loading import load
from carefhir.engine.results import Result
from carefhir.workflows.talking import substantive
from carefhir.workflows.transitions import attempts
from tests.spec.tables import carried_out
from tests.support.backends import Backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.transitions import (
    TOPICS,
    all_cancelled,
    booking,
    call,
    closing,
    lesson,
    readmitted,
    settle,
    still_open,
    task_of,
    visited,
)

Json = dict[str, Any]
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
OVER = "2026-04-05T09:50:00-05:00"
IN_TIME = "2026-03-12T10:00:00-05:00"


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    """Home, her transition opened: contact by Tuesday 2026-03-10."""
    found = stage(backend, "rosa")
    assert isinstance(carried_out(found, enroll(found), "2026-03-06T15:00:00-06:00"), Done)
    stay = backend.find("Encounter", "rosa-stay" + found.mark)
    opening = OpenTransition(patient=found.patient, encounter=stay)
    assert isinstance(carried_out(found, opening, "2026-03-06T15:10:00-06:00"), Done)
    return found


def said(result: Result) -> str:
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def refused(result: Result) -> str:
    assert isinstance(result, Refused), result
    return "\n".join(result.why)


def of_class(code: str) -> Json:
    return {"class": {"system": ACT, "code": code}}


def reached(found: Stage, started: str = "2026-03-09T09:00:00-05:00") -> str:
    command = call(found, started, "reached", topics=["medicines"])
    return said(carried_out(found, command, "2026-03-09T09:20:00-05:00"))


class TestContact:
    @pytest.mark.parametrize(
        "where",
        [
            of_class("IMP"),
            of_class("OBSENC"),
            of_class("EMER"),
            of_class("imp"),
            {"class": {"code": "INPATIENT"}},
            {"class": {"code": "X"}, "type": [{"text": "Inpatient stay"}]},
            {**of_class("EMER"), "status": "triaged"},
            {**of_class("IMP"), "status": "onleave"},
        ],
        ids=["inpatient", "observation", "emergency", "small letters", "a word", "by type", "triaged", "on leave"],
    )
    def test_a_talk_in_a_hospital_is_no_contact(self, rosa: Stage, where: Json) -> None:
        again = readmitted(rosa, **where)
        words = reached(rosa)
        assert "contact made" not in words
        assert "a talk there is not the contact at home" in words
        assert again in words
        assert "suspend-transition" in words
        assert task_of(rosa, "contact-patient")["status"] == "in-progress"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            of_class("AMB"),
            {**of_class("IMP"), "status": "planned"},
            {**of_class("IMP"), "status": "finished", "period": {"start": "2026-03-08", "end": "2026-03-08"}},
            {**of_class("IMP"), "status": "entered-in-error"},
        ],
        ids=["a visit", "planned", "over by then", "in error"],
    )
    def test_a_talk_at_home_is_the_contact(self, rosa: Stage, elsewhere: Json) -> None:
        readmitted(rosa, **elsewhere)
        assert "contact made on Mon 2026-03-09" in reached(rosa)

    def test_where_they_were_then_counts_not_where_they_are_now(self, rosa: Stage) -> None:
        """Reached at home at nine, in the hospital since half past nine: the contact counts, and the stay is said."""
        readmitted(rosa, "2026-03-09T09:10:00-05:00")
        words = reached(rosa)
        assert "contact made on Mon 2026-03-09" in words
        assert "the person is in a hospital (acute hospital) since Mon 2026-03-09" in words

    def test_a_talk_in_the_hospital_does_not_become_the_contact_later(self, rosa: Stage) -> None:
        again = readmitted(rosa, "2026-03-09T02:00:00-05:00")
        reached(rosa)
        stay = rosa.backend.get(again)
        period = {"start": "2026-03-09T02:00:00-05:00", "end": "2026-03-09T20:00:00-05:00"}
        rosa.backend.put({**stay, "status": "finished", "period": period})
        words = said(
            carried_out(rosa, call(rosa, "2026-03-10T09:00:00-05:00", "voicemail"), "2026-03-10T09:20:00-05:00")
        )
        assert "contact had already been made" not in words
        assert task_of(rosa, "contact-patient")["status"] == "in-progress"

    def test_a_voicemail_meanwhile_is_an_attempt(self, rosa: Stage) -> None:
        readmitted(rosa)
        words = said(
            carried_out(rosa, call(rosa, "2026-03-09T09:00:00-05:00", "voicemail"), "2026-03-09T09:20:00-05:00")
        )
        assert "attempt 1: voicemail" in words
        assert "nobody could reach them at home" in words


class TestTeaching:
    def test_what_is_taught_in_a_hospital_is_taught_again(self, rosa: Stage) -> None:
        readmitted(rosa)
        command = lesson(rosa, "2026-03-09T09:30:00-05:00", **{topic.replace("-", "_"): "said" for topic in TOPICS})
        words = said(carried_out(rosa, command, "2026-03-09T09:50:00-05:00"))
        assert "taught again when they are home" in words
        assert "suspend-transition" in words
        task = task_of(rosa, "teach-back")
        assert task["status"] == "in-progress"
        assert "output" not in task

    def test_a_booking_says_it(self, rosa: Stage) -> None:
        readmitted(rosa)
        words = said(carried_out(rosa, booking(rosa, "2026-03-12T10:00:00-05:00"), "2026-03-09T09:50:00-05:00"))
        assert "the person is in a hospital (acute hospital) since Mon 2026-03-09" in words


class TestClosing:
    def done(self, rosa: Stage) -> None:
        settle(rosa, *{task["code"]["coding"][0]["code"] for task in still_open(rosa)})

    @pytest.mark.parametrize(
        ("more", "closes"),
        [
            ({}, False),
            ({"status": "finished", "period": {"start": "2026-03-20", "end": "2026-03-22"}}, False),
            (
                {**of_class("OBSENC"), "status": "finished", "period": {"start": "2026-03-20", "end": "2026-03-22"}},
                False,
            ),
            (
                {
                    "class": {"code": "Inpatient"},
                    "status": "finished",
                    "period": {"start": "2026-03-20", "end": "2026-03-22"},
                },
                False,
            ),
            (of_class("EMER"), False),
            ({**of_class("EMER"), "status": "finished", "period": {"start": "2026-03-20", "end": "2026-03-20"}}, True),
            ({"status": "planned", "period": {"start": "2026-05-20"}}, True),
            ({**of_class("AMB"), "status": "finished", "period": {"start": "2026-03-20", "end": "2026-03-20"}}, True),
        ],
        ids=["now", "over", "observation", "a word", "emergency now", "treated and sent home", "planned", "a visit"],
    )
    def test_never_completed_over_a_later_stay(self, rosa: Stage, more: Json, closes: bool) -> None:
        self.done(rosa)
        again = readmitted(rosa, "2026-03-20T02:00:00-05:00", **more)
        result = carried_out(rosa, closing(rosa, "completed"), OVER)
        if closes:
            said(result)
        else:
            assert again in refused(result)
            assert "close with outcome readmitted" in refused(result)

    def test_a_stay_within_hours_asks_for_a_correction(self, rosa: Stage) -> None:
        self.done(rosa)
        readmitted(rosa, "2026-03-06T20:00:00-06:00", status="finished",
                   period={"start": "2026-03-06T20:00:00-06:00", "end": "2026-03-08T10:00:00-06:00"})  # fmt: skip
        assert "run open-transition to correct" in refused(carried_out(rosa, closing(rosa, "completed"), OVER))

    @pytest.mark.parametrize("outcome", ["completed", "declined", "readmitted", "moved", "hospice", "unable-to-reach"])
    def test_no_open_task_is_passed_over(self, rosa: Stage, outcome: str) -> None:
        opened = still_open(rosa)
        why = refused(carried_out(rosa, closing(rosa, outcome), OVER))
        assert all(f"Task/{task['id']} (" in why for task in opened)
        assert "say in open_tasks" in why
        assert {task["status"] for task in still_open(rosa)} == {"requested"}

    def test_each_goes_its_way_and_is_named(self, rosa: Stage) -> None:
        settle(rosa, "contact-patient", "reconcile-medications", "book-follow-up", "teach-back", "receive-packet")
        first, second = (f"Task/{task['id']}" for task in still_open(rosa))
        given = [
            {"task": first, "becomes": "cancelled", "reason": "the results are back"},
            {"task": second, "becomes": "left-with-owner", "owner": rosa.physician, "reason": "the bed is late"},
        ]
        words = said(carried_out(rosa, closing(rosa, "completed", open_tasks=given), OVER))
        assert f"{first} (" in words
        assert "cancelled: the results are back" in words
        assert rosa.physician in words
        ended, left = rosa.backend.get(first), rosa.backend.get(second)
        assert (ended["status"], ended["statusReason"]["text"]) == ("cancelled", "the results are back")
        assert (left["status"], left["owner"]) == ("requested", {"reference": rosa.physician})
        told = [one["valueString"] for one in task_of(rosa, "transition")["output"] if "open-task" in str(one["type"])]
        assert len(told) == 2
        assert first in told[0]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"becomes": "cancelled"}, "cancelled without a reason"),
            ({"becomes": "left-with-owner"}, "name a member of the care team"),
            ({"becomes": "left-with-owner", "owner": "Practitioner/nobody"}, "would be left with Practitioner/nobody"),
            ({"becomes": "carried-into-plan"}, "none of ours is active"),
            ({"becomes": "cancelled", "reason": "x", "task": "Task/none"}, "is not an open Task of this transition"),
        ],
    )
    def test_what_cannot_become_of_a_task_is_refused(self, rosa: Stage, change: Json, words: str) -> None:
        given = all_cancelled(rosa)
        given[0] = {"task": given[0]["task"], **change}
        why = refused(carried_out(rosa, closing(rosa, "moved", open_tasks=given), OVER))
        assert words in why
        assert len(still_open(rosa)) == len(given)

    def test_a_prescribers_task_is_not_cancelled(self, rosa: Stage) -> None:
        task = task_of(rosa, "check-equipment")
        code = {**task["code"]["coding"][0], "code": "resolve-discrepancy", "display": "resolve discrepancy"}
        rosa.backend.put({**task, "code": {"coding": [code]}})
        why = refused(carried_out(rosa, closing(rosa, "moved", open_tasks=all_cancelled(rosa)), OVER))
        assert "(resolve-discrepancy) cannot be cancelled by closing a transition" in why

    def test_a_task_below_a_task_is_named_too(self, rosa: Stage) -> None:
        below = {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"text": "find out who drives"},
            "for": {"reference": rosa.patient},
            "partOf": [{"reference": f"Task/{task_of(rosa, 'teach-back')['id']}"}],
        }
        reference = rosa.backend.create(below)
        assert reference in refused(carried_out(rosa, closing(rosa, "moved", open_tasks=all_cancelled(rosa)), OVER))

    def test_a_held_task_that_goes_on_is_taken_off_hold(self, rosa: Stage) -> None:
        task = task_of(rosa, "check-equipment")
        state = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task-state", "code": "suspended"}]}
        rosa.backend.put({**task, "status": "on-hold", "businessStatus": state})
        given = all_cancelled(rosa)
        mine = f"Task/{task['id']}"
        given = [one for one in given if one["task"] != mine]
        given.append({"task": mine, "becomes": "left-with-owner", "owner": rosa.nurse})
        said(carried_out(rosa, closing(rosa, "readmitted", open_tasks=given), OVER))
        assert task_of(rosa, "check-equipment")["status"] == "in-progress"


VISITS: dict[str, tuple[bool, Json]] = {
    "seen by the physician": (True, {}),
    "a video visit": (True, of_class("VR")),
    "under way": (True, {"status": "in-progress"}),
    "planned": (False, {"status": "planned"}),
    "arrived, and perhaps gone again": (False, {"status": "arrived"}),
    "canceled": (False, {"status": "cancelled"}),
    "nobody on record": (False, {"participant": []}),
    "the nurse": (False, {"participant": "nurse"}),
    "a stranger": (False, {"participant": [{"individual": {"display": "A. Person"}}]}),
    "a stranger with a title": (True, {"participant": [{"individual": {"display": "A. Person, NP"}}]}),
    "a laboratory": (False, {"type": [{"text": "Lab visit"}]}),
    "a blood draw": (False, {"type": [{"text": "Blood draw, venipuncture"}]}),
    "a telephone call": (False, {"type": [{"coding": [{"system": "http://snomed.info/sct", "code": "185317003"}]}]}),
    "the front desk on the phone": (False, {**of_class("VR"), "type": [{"text": "Phone call, front desk"}]}),
    "no-show": (False, {"type": [{"text": "NO-SHOW"}]}),
    "left without being seen": (False, {"reasonCode": [{"text": "Left without being seen"}]}),
    "left without being seen, as a disposition": (
        False,
        {"hospitalization": {"dischargeDisposition": {"text": "LWBS after triage"}}},
    ),
    "canceled in words": (False, {"type": [{"text": "Office visit - CANCELED"}]}),
    "a no-show in words": (False, {"reasonCode": [{"text": "Pt no-showed"}]}),
    "MyChart": (False, {"type": [{"text": "MyChart"}]}),
    "a message in MyChart": (False, {"type": [{"coding": [{"display": "MyChart Encounter"}]}]}),
    "orders only": (False, {"type": [{"text": "Orders Only"}]}),
    "orders only, by its service": (False, {"type": [], "serviceType": {"text": "ORDERS ONLY"}}),
    "a refill": (False, {"type": [{"text": "Refill"}]}),
    "a telephone note": (False, {"type": [{"text": "Telephone note"}]}),
    "a note of a refill without a type": (False, {"type": [], "reasonCode": [{"text": "Rx refill request"}]}),
    "results only": (False, {"type": [{"text": "Results only"}]}),
    "an office visit for a refill": (True, {"reasonCode": [{"text": "Medication refill"}]}),
    "an office visit after a call": (True, {"reasonCode": [{"text": "Follow-up after telephone call"}]}),
    "a house call": (True, {"type": [{"text": "House call"}]}),
    "the referrer only": (False, {"participant": "referrer"}),
    "the referrer in words": (False, {"participant": "in words"}),
    "the referrer, who saw the person too": (True, {"participant": "both"}),
    "the attender beside a referrer": (True, {"participant": "beside"}),
    "an emergency visit": (False, of_class("EMER")),
    "before the discharge": (False, {"period": {"start": "2026-03-05T10:00:00-06:00"}}),
    "too late": (False, {"period": {"start": "2026-03-23T10:00:00-05:00"}}),
}


PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
REFERRER = {"coding": [{"system": PARTICIPATION, "code": "REF"}]}
ATTENDER = {"coding": [{"system": PARTICIPATION, "code": "ATND"}]}
PARTS: dict[str, list[Json]] = {
    "referrer": [REFERRER], "in words": [{"text": "Referring Provider"}], "attender": [ATTENDER],
    "both": [REFERRER, ATTENDER],
}  # fmt: skip
WHOSE = {
    "referrer": ("referrer",), "in words": ("in words",), "both": ("both",), "beside": ("referrer", "attender"),
}  # fmt: skip


class TestKept:
    @pytest.mark.parametrize(("kept", "more"), VISITS.values(), ids=VISITS)
    def test_who_saw_the_person(self, rosa: Stage, kept: bool, more: Json) -> None:
        if more.get("participant") == "nurse":
            more = {"participant": [{"individual": {"reference": rosa.nurse}}]}
        who = more.get("participant")
        if isinstance(who, str):
            seen = [{"type": PARTS[part], "individual": {"reference": rosa.physician}} for part in WHOSE[who]]
            more = {"participant": seen}
        visited(rosa, IN_TIME, **more)
        words = said(carried_out(rosa, closing(rosa, "moved", open_tasks=all_cancelled(rosa)), OVER))
        assert ("visit on Thu 2026-03-12: visit within 7 days" in words) is kept, words

    def test_fulfilled_without_an_encounter_is_not_kept(self, rosa: Stage) -> None:
        carried_out(rosa, booking(rosa, IN_TIME), "2026-03-09T09:50:00-05:00")
        (visit,) = rosa.backend.search(f"Appointment?patient={rosa.patient}")
        rosa.backend.put({**visit, "status": "fulfilled"})
        result = carried_out(rosa, closing(rosa, "unable-to-reach", open_tasks=all_cancelled(rosa)), OVER)
        assert "whether it was kept is not on record" in said(result)
        assert "a visit kept in time" in said(result)

    @pytest.mark.parametrize("status", ["noshow", "cancelled", "entered-in-error"])
    def test_an_encounter_of_a_missed_appointment_is_none(self, rosa: Stage, status: str) -> None:
        carried_out(rosa, booking(rosa, IN_TIME), "2026-03-09T09:50:00-05:00")
        (visit,) = rosa.backend.search(f"Appointment?patient={rosa.patient}")
        rosa.backend.put({**visit, "status": status})
        visited(rosa, IN_TIME, appointment=[{"reference": f"Appointment/{visit['id']}"}])
        result = carried_out(rosa, closing(rosa, "unable-to-reach", open_tasks=all_cancelled(rosa)), OVER)
        assert f"its Appointment is {status}" in said(result)

    def test_a_role_says_what_somebody_is(self, rosa: Stage) -> None:
        person = rosa.backend.create({"resourceType": "Practitioner", "active": True})
        role = {"resourceType": "PractitionerRole", "practitioner": {"reference": person}}
        coding = {"system": "http://nucc.org/provider-taxonomy", "code": "363L00000X"}
        reference = rosa.backend.create({**role, "code": [{"coding": [coding]}]})
        visited(rosa, IN_TIME, participant=[{"individual": {"reference": reference}}])
        result = carried_out(rosa, closing(rosa, "moved", open_tasks=all_cancelled(rosa)), OVER)
        assert "visit on Thu 2026-03-12: visit within 7 days" in said(result)


@pytest.mark.parametrize(
    ("topics", "counts"),
    [
        (("n/a",), False),
        (("none",), False),
        (("Hello",), False),
        (("appointment time only",), False),
        (("reschedule visit", "-"), False),
        (("medicines",), True),
        (("n/a", "swelling"), True),
    ],
)
def test_a_talk_about_nothing_is_no_contact(topics: tuple[str, ...], counts: bool) -> None:
    assert substantive(load(), topics) is counts


@pytest.mark.parametrize("away", [False, True])
def test_a_voicemail_left_while_they_are_in_a_hospital_is_no_attempt_to_reach_them(away: bool) -> None:
    now = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
    voicemail = load().concept(CONTACT_OUTCOME, "voicemail")
    stay = CurrentStay(encounter=None, setting=voicemail, since=None, open_days=None) if away else None  # type: ignore[arg-type]
    attempt = attempts.Attempt(now, now.date(), voicemail, (), clinical=True, away=stay)
    assert attempt.counts is not away


class TestBesideTheTransition:
    """A transition that is over is not a person who needs nothing: what goes on is named, with whose it is."""

    def test_what_is_overdue_is_named_with_its_owner(self, rosa: Stage) -> None:
        late = beside(rosa, "2026-03-12")
        beside(rosa, "2026-06-01")
        beside(rosa, "2026-03-12", status="completed")
        words = said(carried_out(rosa, closing(rosa, "moved", open_tasks=all_cancelled(rosa)), OVER))
        assert "Tasks go on with their owners beside the transition; overdue or to be done at once: 1" in words
        (line,) = [line for line in words.splitlines() if line.startswith("overdue, for ")]
        assert line.endswith(f"Salt: where it hides ({late})")

    def test_the_dead_have_nothing_that_goes_on(self, rosa: Stage) -> None:
        beside(rosa, "2026-03-12")
        assert "go on with their owners" not in said(carried_out(rosa, closing(rosa, "died"), OVER))


def beside(found: Stage, due: str, **more: Any) -> str:
    """A Task of the nurse that belongs to no transition."""
    return found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {
                "coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "plan-item"}],
                "text": "Salt: where it hides",
            },
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
            "restriction": {"period": {"start": "2026-03-09", "end": due}},
            **more,
        }
    )
