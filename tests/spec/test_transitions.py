"""After a discharge: contact, teach-back, visit, readmission, closing. Expected values are those of clinical practice
(rules 6, 7, 9; vignettes Rosa and Earl), written by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.catalog import step_for
from carefhir.codes import CONTACT_MEANS, CONTACT_OUTCOME, TEACH_TOPIC, TRANSITION_OUTCOME
from carefhir.commands import OpenTransition
from carefhir.content.calendar import Calendar
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Result
from carefhir.engine.step import Command
from carefhir.occasion import Actor, Occasion
from carefhir.workflows.monitoring.call_on_record import RecordCall
from carefhir.workflows.talking import substantive
from carefhir.workflows.transitions.close_transition import CloseTransition
from carefhir.workflows.transitions.record_contact import RecordContact
from carefhir.workflows.transitions.record_teach_back import Taught
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend, Interrupted, Killed
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
    suspending,
    task_of,
    transition_of,
    visited,
)

Json = dict[str, Any]


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    """Home on Friday 2026-03-06 at 14:30, her transition opened on Friday: contact by Tuesday 03-10."""
    found = stage(backend, "rosa")
    assert isinstance(carried_out(found, enroll(found), "2026-03-06T15:00:00-06:00"), Done)
    stay = backend.find("Encounter", "rosa-stay" + found.mark)
    opening = OpenTransition(patient=found.patient, encounter=stay)
    assert isinstance(carried_out(found, opening, "2026-03-06T15:10:00-06:00"), Done)
    return found


@pytest.fixture
def earl(backend: Backend) -> Stage:
    """From the nursing facility home on Wednesday 2026-11-25: contact by Monday 11-30."""
    found = stage(backend, "earl")
    stay = backend.find("Encounter", "earl-snf" + found.mark)
    opening = OpenTransition(patient=found.patient, encounter=stay)
    assert isinstance(carried_out(found, opening, "2026-11-25T15:00:00-06:00"), Done)
    return found


def said(result: Result) -> str:
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def refused(result: Result) -> str:
    assert isinstance(result, Refused), result
    return "\n".join(result.why)


def standing(found: Stage, code: str) -> tuple[str, str, str]:
    """Status, state in the program's terms, due day of a Task; the tag says the same day."""
    task = task_of(found, code)
    due = task["restriction"]["period"]["end"]
    tags = {tag["system"]: tag["code"] for tag in task["meta"]["tag"]}
    assert tags["https://carefhir.org/fhir/sid/due"] == due
    return task["status"], task["businessStatus"]["coding"][0]["code"], due


def talks(found: Stage) -> list[Json]:
    return sorted(Chart(found.backend, found.patient).written("Communication"), key=lambda one: one["sent"])


def half_booked(found: Stage, command: Command, when: str) -> None:
    """Books by single writes, and stops after the first: the visit stands, its Task does not know of it."""
    at = 0
    while not visits(found):
        at += 1
        driver = Interrupted(found.backend, at, "killed after")
        occasion = found.occasion(datetime.fromisoformat(when))
        with pytest.raises(Killed):
            driver.run(runner.run(step_for(command), command, occasion, found.backend.server(commit="single writes")))


def visits(found: Stage) -> dict[str, Json]:
    return {one["start"]: one for one in found.backend.search(f"Appointment?patient={found.patient}")}


def outputs(task: Json) -> dict[str, str]:
    """What the closed transition tells, by kind."""
    found = {}
    for one in task["output"]:
        value = one.get("valueString") or one.get("valueReference", {}).get("display")
        found[one["type"]["coding"][0]["code"]] = value or one["valueCodeableConcept"]["coding"][0]["code"]
    return found


class TestContact:
    """Rule 7: the evidence is one thing, the person another."""

    def test_earl_is_tried_twice_and_reached_on_the_third_day(self, earl: Stage) -> None:
        """The office is closed on 11-27; the program counts the day all the same."""
        closed = Calendar(frozenset({date(2026, 11, 27)}))

        def at(command: Command, when: str) -> Result:
            now = datetime.fromisoformat(when)
            assert now.tzinfo is not None
            occasion = Occasion(now, Actor(earl.nurse), load(), now.tzinfo, closed)
            return earl.backend.run(runner.run(step_for(command), command, occasion, earl.backend.server()))

        first = at(call(earl, "2026-11-27T10:00:00-06:00", "voicemail"), "2026-11-27T10:05:00-06:00")
        assert "try again by Mon 2026-11-30" in said(first)
        assert standing(earl, "contact-patient") == ("in-progress", "attempting", "2026-11-30")

        second = at(call(earl, "2026-11-30T10:00:00-06:00", "voicemail"), "2026-11-30T10:05:00-06:00")
        assert "2 attempts by Mon 2026-11-30: enough evidence for the program" in said(second)
        assert "the contact Task stays open: try again by Tue 2026-12-01" in said(second)
        assert standing(earl, "contact-patient") == ("in-progress", "evidence-met", "2026-12-01")

        third = call(earl, "2026-12-02T10:00:00-06:00", "reached", topics=["pain", "medicines"])
        third_ = at(third, "2026-12-02T10:20:00-06:00")
        assert "contact made on Wed 2026-12-02, late (due by Mon 2026-11-30); the attempts by then" in said(third_)
        status, state, _ = standing(earl, "contact-patient")
        assert (status, state) == ("completed", "done")

        made = talks(earl)
        assert [one["status"] for one in made] == ["not-done", "not-done", "completed"]
        assert [one["statusReason"]["coding"][0]["code"] for one in made[:2]] == ["voicemail", "voicemail"]
        contact = f"Task/{task_of(earl, 'contact-patient')['id']}"
        for one in made:
            assert one["basedOn"] == [{"reference": contact}]
            assert one["sender"] == {"reference": earl.nurse}
            assert one["recipient"] == [{"reference": earl.patient}]
        assert made[2]["topic"]["text"] == "pain, medicines"

    def test_rosa_is_reached_in_time(self, rosa: Stage) -> None:
        command = call(rosa, "2026-03-09T09:00:00-05:00", "reached", topics=["medicines"])
        result = carried_out(rosa, command, "2026-03-09T09:20:00-05:00")
        assert "contact made on Mon 2026-03-09, in time (due by Tue 2026-03-10)" in said(result)
        assert "late" not in said(result)
        task = task_of(rosa, "contact-patient")
        assert (task["status"], task["businessStatus"]["coding"][0]["code"]) == ("completed", "done")
        (talk,) = talks(rosa)
        assert [one["valueReference"]["reference"] for one in task["output"]] == [f"Communication/{talk['id']}"]

    def test_the_same_moment_in_another_zone_is_the_same_attempt(self, rosa: Stage) -> None:
        carried_out(rosa, call(rosa, "2026-03-09T09:00:00-05:00", "voicemail"), "2026-03-09T09:20:00-05:00")
        again = carried_out(rosa, call(rosa, "2026-03-09T14:00:00Z", "voicemail"), "2026-03-09T09:30:00-05:00")
        assert isinstance(again, Done), again
        assert again.by == "an earlier run"
        other = carried_out(rosa, call(rosa, "2026-03-09T14:00:00Z", "no-answer"), "2026-03-09T09:30:00-05:00")
        assert isinstance(other, Conflict)

    @pytest.mark.parametrize(
        ("started", "words"),
        [
            ("2026-03-06T14:00:00-06:00", "before the discharge"),
            ("2026-03-09T18:00:00-05:00", "in the future"),
        ],
    )
    def test_an_attempt_that_cannot_have_been_is_refused(self, rosa: Stage, started: str, words: str) -> None:
        result = carried_out(rosa, call(rosa, started, "voicemail"), "2026-03-09T09:20:00-05:00")
        assert words in refused(result)
        assert talks(rosa) == []

    def test_on_the_day_of_discharge_it_counts(self, rosa: Stage) -> None:
        command = call(rosa, "2026-03-06T15:30:00-06:00", "reached", topics=["how they are"])
        assert "contact made on Fri 2026-03-06" in said(carried_out(rosa, command, "2026-03-06T15:40:00-06:00"))

    @pytest.mark.parametrize("topics", [[], ["scheduling"], ["Appointment", "visit time"]])
    def test_only_about_scheduling_is_an_attempt_and_no_contact(self, rosa: Stage, topics: list[str]) -> None:
        command = call(rosa, "2026-03-09T09:00:00-05:00", "reached", topics=topics)
        result = carried_out(rosa, command, "2026-03-09T09:20:00-05:00")
        talk = "the talk was only about scheduling" if topics else "what the talk was about is not said"
        assert f"{talk}, so it counts as an attempt" in said(result)
        assert standing(rosa, "contact-patient") == ("in-progress", "attempting", "2026-03-10")
        (talk,) = talks(rosa)
        assert talk["status"] == "completed"

    def test_a_caregiver_counts_without_any_consent(self, earl: Stage) -> None:
        wife = earl.backend.find("RelatedPerson", "earl-wife" + earl.mark)
        command = call(
            earl, "2026-11-27T10:00:00-06:00", "reached", with_whom="caregiver", caregiver=wife, topics=["pain"]
        )
        assert "contact made on Fri 2026-11-27" in said(carried_out(earl, command, "2026-11-27T10:20:00-06:00"))
        assert talks(earl)[0]["recipient"] == [{"reference": wife}]

    def test_somebody_elses_caregiver_is_refused(self, rosa: Stage, earl: Stage) -> None:
        wife = earl.backend.find("RelatedPerson", "earl-wife" + earl.mark)
        command = call(rosa, "2026-03-09T09:00:00-05:00", "voicemail", with_whom="caregiver", caregiver=wife)
        result = carried_out(rosa, command, "2026-03-09T09:20:00-05:00")
        assert f"{wife} is not a related person of {rosa.patient}" in refused(result)

    def test_a_wrong_number_is_no_documented_attempt(self, rosa: Stage) -> None:
        carried_out(rosa, call(rosa, "2026-03-09T09:00:00-05:00", "wrong-number"), "2026-03-09T09:05:00-05:00")
        carried_out(rosa, call(rosa, "2026-03-10T09:00:00-05:00", "voicemail"), "2026-03-10T09:05:00-05:00")
        assert standing(rosa, "contact-patient")[1] == "attempting"
        carried_out(rosa, call(rosa, "2026-03-10T15:00:00-05:00", "voicemail"), "2026-03-10T15:05:00-05:00")
        assert standing(rosa, "contact-patient")[1] == "evidence-met"

    def test_attempts_after_the_window_are_no_evidence(self, rosa: Stage) -> None:
        carried_out(rosa, call(rosa, "2026-03-10T09:00:00-05:00", "voicemail"), "2026-03-10T09:05:00-05:00")
        carried_out(rosa, call(rosa, "2026-03-11T09:00:00-05:00", "voicemail"), "2026-03-11T09:05:00-05:00")
        assert standing(rosa, "contact-patient") == ("in-progress", "attempting", "2026-03-12")

    def test_somebody_whose_discipline_is_not_clinical_tries_and_it_does_not_count(self, rosa: Stage) -> None:
        helper = rosa.backend.create({"resourceType": "Practitioner", "active": True})
        for hour in ("09", "13"):
            command = call(rosa, f"2026-03-09T{hour}:00:00-05:00", "voicemail")
            result = carried_out(rosa, command, f"2026-03-09T{hour}:10:00-05:00", actor=helper)
            assert "does not count; ask a nurse to call" in said(result)
        assert standing(rosa, "contact-patient")[1] == "attempting"

    def test_refused_closes_the_contact_as_declined(self, rosa: Stage) -> None:
        command = call(rosa, "2026-03-09T09:00:00-05:00", "refused")
        assert "the person declined" in said(carried_out(rosa, command, "2026-03-09T09:20:00-05:00"))
        assert standing(rosa, "contact-patient")[:2] == ("cancelled", "declined")
        assert task_of(rosa, "transition")["status"] == "requested"

    def test_the_protocol_for_people_who_cannot_be_reached_ends_in_a_task(self, rosa: Stage) -> None:
        """5 attempts over 7 days or more (D)."""
        days = ("09", "10", "11", "12", "13")
        for day in days:
            command = call(rosa, f"2026-03-{day}T09:00:00-05:00", "no-answer")
            carried_out(rosa, command, f"2026-03-{day}T09:05:00-05:00")
        assert standing(rosa, "contact-patient") == ("in-progress", "evidence-met", "2026-03-16")
        last = call(rosa, "2026-03-16T09:00:00-05:00", "no-answer")
        assert "no more attempts are due" in said(carried_out(rosa, last, "2026-03-16T09:05:00-05:00"))
        assert standing(rosa, "contact-patient")[:2] == ("failed", "unable-to-reach")
        task = task_of(rosa, "inform-provider")
        assert task["owner"] == {"reference": rosa.nurse}
        assert task["restriction"]["period"]["end"] == "2026-03-17"
        assert task["partOf"] == [{"reference": transition_of(rosa)}]

    def test_an_attempt_told_late_is_kept_and_moves_nothing_back(self, rosa: Stage) -> None:
        carried_out(rosa, call(rosa, "2026-03-10T09:00:00-05:00", "voicemail"), "2026-03-10T09:05:00-05:00")
        carried_out(rosa, call(rosa, "2026-03-09T09:00:00-05:00", "voicemail"), "2026-03-10T10:05:00-05:00")
        assert standing(rosa, "contact-patient") == ("in-progress", "evidence-met", "2026-03-11")

    @pytest.mark.parametrize(
        ("topics", "counts"),
        [
            (("scheduling",), False),
            (("booking", " Appointment "), False),
            (("medicines", "scheduling"), True),
            (("the cat",), False),
            (("small talk",), False),
            (("the weather",), False),
            (("the weather", "medicines"), True),
            (("her new water pill",), True),
            (("no new symptoms",), True),
            (("Swelling in both legs",), True),
            (("how she is doing since the hospital",), True),
            (("MEDS",), True),
            (("medicines not discussed",), False),
            (("small talk about her pills",), False),
            (("appointment on Friday at 3",), False),
            ((), False),
        ],
    )
    def test_which_topics_make_a_contact(self, topics: tuple[str, ...], counts: bool) -> None:
        assert substantive(load(), topics) is counts

    @pytest.mark.parametrize(
        "words", ["small talk", "the weather", "her grandchildren", "medicines not discussed", "xyz"]
    )
    def test_what_is_not_understood_as_care_is_asked_about(self, rosa: Stage, words: str) -> None:
        result = carried_out(
            rosa, call(rosa, "2026-03-09T09:00:00-05:00", "reached", topics=[words]), "2026-03-09T09:20:00-05:00"
        )
        assert isinstance(result, Refused)
        assert f'whether "{words}" was about their care' in result.why[0]
        assert "say in topics what you talked about (symptoms, medicines" in result.why[0]
        assert talks(rosa) == []

    @pytest.mark.parametrize(
        "topics", [["small talk", "pain"], ["nothing"], ["scheduling"], ["ride to the clinic"], []]
    )
    def test_what_is_understood_is_not_asked_about(self, rosa: Stage, topics: list[str]) -> None:
        command = call(rosa, "2026-03-09T09:00:00-05:00", "reached", topics=topics)
        assert isinstance(carried_out(rosa, command, "2026-03-09T09:20:00-05:00"), Done)

    def test_a_caregiver_who_declines_is_an_attempt(self, rosa: Stage) -> None:
        command = call(rosa, "2026-03-09T09:00:00-05:00", "refused", with_whom="caregiver")
        result = carried_out(rosa, command, "2026-03-09T09:20:00-05:00")
        assert "attempt 1: refused by a caregiver" in said(result)
        assert isinstance(result, Done)
        assert any("the person has not" in one for one in result.told.warnings)
        assert standing(rosa, "contact-patient") == ("in-progress", "attempting", "2026-03-10")
        again = carried_out(rosa, call(rosa, "2026-03-09T14:00:00-05:00", "voicemail"), "2026-03-09T14:05:00-05:00")
        assert isinstance(again, Done)
        assert standing(rosa, "contact-patient")[:2] == ("in-progress", "evidence-met")
        last = call(rosa, "2026-03-10T09:00:00-05:00", "refused")
        assert "the person declined" in said(carried_out(rosa, last, "2026-03-10T09:05:00-05:00"))
        assert standing(rosa, "contact-patient")[:2] == ("cancelled", "declined")

    @pytest.mark.parametrize(
        ("second", "evidence"),
        [("09:01", False), ("09:59", False), ("10:00", True), ("15:00", True)],
    )
    def test_two_attempts_close_together_are_one(self, rosa: Stage, second: str, evidence: bool) -> None:
        carried_out(rosa, call(rosa, "2026-03-09T09:00:00-05:00", "voicemail"), "2026-03-09T16:00:00-05:00")
        command = call(rosa, f"2026-03-09T{second}:00-05:00", "voicemail")
        result = carried_out(rosa, command, "2026-03-09T16:00:00-05:00")
        assert isinstance(result, Done)
        assert standing(rosa, "contact-patient")[1] == ("evidence-met" if evidence else "attempting")
        assert any("counts the two as one attempt" in one for one in result.told.warnings) is not evidence


class TestTheTransitionNamed:
    """Found by the parent Task, and by nothing else."""

    def test_a_child_is_no_transition(self, rosa: Stage) -> None:
        child = f"Task/{task_of(rosa, 'teach-back')['id']}"
        command = call(rosa, "2026-03-09T09:00:00-05:00", "voicemail").model_copy(update={"transition": child})
        assert "is not a transition" in refused(carried_out(rosa, command, "2026-03-09T09:20:00-05:00"))

    def test_another_persons_is_none_of_this_one(self, rosa: Stage, earl: Stage) -> None:
        command = call(rosa, "2026-03-09T09:00:00-05:00", "voicemail")
        command = command.model_copy(update={"transition": transition_of(earl)})
        assert "is not a Task of this patient" in refused(carried_out(rosa, command, "2026-03-09T09:20:00-05:00"))

    def test_a_tracked_stay_has_none(self, backend: Backend) -> None:
        found = stage(backend, "earl")
        stay = backend.find("Encounter", "earl-hospital" + found.mark)
        carried_out(found, OpenTransition(patient=found.patient, encounter=stay), "2026-11-07T09:00:00-06:00")
        tracking = f"Task/{task_of(found, 'track-facility-stay')['id']}"
        values = {"transition": tracking, "started": "2026-11-07T10:00:00-06:00", "outcome": "voicemail"}
        command = RecordContact.model_validate({"patient": found.patient, **values})
        assert "is not a transition" in refused(carried_out(found, command, "2026-11-07T11:00:00-06:00"))

    def test_a_corrected_discharge_is_what_counts(self, rosa: Stage) -> None:
        stay = rosa.backend.find("Encounter", "rosa-stay" + rosa.mark)
        moved = rosa.backend.get(stay)
        moved["period"]["end"] = "2026-03-09T08:00:00-06:00"
        rosa.backend.put(moved)
        carried_out(rosa, OpenTransition(patient=rosa.patient, encounter=stay), "2026-03-10T09:00:00-05:00")
        early = call(rosa, "2026-03-07T09:00:00-05:00", "voicemail")
        assert "before the discharge" in refused(carried_out(rosa, early, "2026-03-10T09:20:00-05:00"))
        command = call(rosa, "2026-03-11T09:00:00-05:00", "reached", topics=["medicines"])
        assert "contact made on Wed 2026-03-11, in time (due by Wed 2026-03-11)" in said(
            carried_out(rosa, command, "2026-03-11T09:20:00-05:00")
        )


class TestTeachBack:
    """Taught again until understood, topic by topic."""

    def test_a_second_teaching(self, rosa: Stage) -> None:
        first = lesson(
            rosa, "2026-03-09T09:30:00-05:00", medicines="?the white one", warning_signs="3 pounds", whom_to_call="you"
        )
        result = carried_out(rosa, first, "2026-03-09T09:50:00-05:00")
        assert "teach again by Tue 2026-03-10: medicines, next visit, self-care" in said(result)
        assert standing(rosa, "teach-back") == ("in-progress", "teach-again", "2026-03-10")
        assert task_of(rosa, "teach-back")["statusReason"]["text"].endswith("medicines, next visit, self-care")

        second = lesson(
            rosa, "2026-03-10T09:30:00-05:00", medicines="white", next_visit="Thursday", self_care="I weigh"
        )
        result = carried_out(rosa, second, "2026-03-10T09:50:00-05:00")
        assert "every topic was understood" in said(result)
        task = task_of(rosa, "teach-back")
        assert (task["status"], task["businessStatus"]["coding"][0]["code"]) == ("completed", "done")
        one, two = (f"Communication/{talk['id']}" for talk in talks(rosa))
        got = {o["type"]["coding"][0]["code"]: o["valueReference"]["reference"] for o in task["output"]}
        assert got == {
            "warning-signs": one,
            "whom-to-call": one,
            "medicines": two,
            "next-visit": two,
            "self-care": two,
        }
        talk = talks(rosa)[0]
        assert talk["category"][0]["coding"][0]["code"] == "instruction"
        assert talk["payload"][0]["contentString"] == "medicines, partly understood: the white one"

    def test_all_at_once(self, rosa: Stage) -> None:
        command = lesson(rosa, "2026-03-09T09:30:00-05:00", **{one.replace("-", "_"): "said" for one in TOPICS})
        carried_out(rosa, command, "2026-03-09T09:50:00-05:00")
        assert standing(rosa, "teach-back")[:2] == ("completed", "done")

    def test_what_was_understood_and_is_not_any_more_is_said(self, rosa: Stage) -> None:
        carried_out(rosa, lesson(rosa, "2026-03-09T09:30:00-05:00", medicines="white"), "2026-03-09T09:50:00-05:00")
        later = lesson(rosa, "2026-03-10T09:30:00-05:00", medicines="?which ones")
        result = carried_out(rosa, later, "2026-03-10T09:50:00-05:00")
        assert "understood before, but not in this talk: medicines" in said(result)

    def test_understood_needs_the_persons_words(self, rosa: Stage) -> None:
        command = lesson(rosa, "2026-03-09T09:30:00-05:00", medicines="")
        assert "without words" in refused(carried_out(rosa, command, "2026-03-09T09:50:00-05:00"))

    def test_a_talk_is_not_a_contact_by_itself(self, rosa: Stage) -> None:
        carried_out(rosa, lesson(rosa, "2026-03-09T09:30:00-05:00", medicines="white"), "2026-03-09T09:50:00-05:00")
        assert standing(rosa, "contact-patient")[1] == "waiting"


class TestVisit:
    """Within the clock: Rosa's is due 03-13 (high risk); 03-20 is only the billing limit."""

    def test_within_seven_days(self, rosa: Stage) -> None:
        result = carried_out(rosa, booking(rosa, "2026-03-12T10:00:00-05:00"), "2026-03-09T09:50:00-05:00")
        assert "visit booked for Thu 2026-03-12, due Fri 2026-03-13" in said(result)
        assert "it counts as a visit within 7 days (by Fri 2026-03-13)" in said(result)
        (visit,) = visits(rosa).values()
        assert visit["status"] == "booked"
        assert visit["end"] == "2026-03-12T10:30:00-05:00"
        assert [(one["actor"]["reference"], one["status"]) for one in visit["participant"]] == [
            (rosa.patient, "accepted"),
            (rosa.physician, "accepted"),
        ]
        task = task_of(rosa, "book-follow-up")
        assert (task["status"], task["businessStatus"]["coding"][0]["code"]) == ("completed", "done")
        assert task["output"][0]["valueReference"]["reference"] == f"Appointment/{visit['id']}"

    @pytest.mark.parametrize(
        ("start", "words"),
        [
            ("2026-03-16T10:00:00-05:00", "Mon 2026-03-16 is after Fri 2026-03-13"),
            ("2026-03-09T08:00:00-05:00", "is in the past"),
            ("2026-03-05T10:00:00-06:00", "before the discharge on Fri 2026-03-06"),
        ],
    )
    def test_a_time_that_is_refused(self, rosa: Stage, start: str, words: str) -> None:
        result = carried_out(rosa, booking(rosa, start), "2026-03-09T09:50:00-05:00")
        assert words in refused(result)
        assert visits(rosa) == {}

    @pytest.mark.parametrize(
        ("start", "warned"), [("2026-03-20T10:00:00-05:00", False), ("2026-03-23T10:00:00-05:00", True)]
    )
    def test_a_late_visit_says_why_and_whether_it_counts(self, rosa: Stage, start: str, warned: bool) -> None:
        command = booking(rosa, start, late_because="nothing free before")
        result = carried_out(rosa, command, "2026-03-09T09:50:00-05:00")
        assert ("a visit after Fri 2026-03-20 no longer counts" in said(result)) is warned
        assert standing(rosa, "book-follow-up")[0] == "completed"

    def test_who_does_not_know_of_it_has_not_accepted(self, rosa: Stage) -> None:
        result = carried_out(rosa, booking(rosa, "2026-03-12T10:00:00-05:00", told=False), "2026-03-09T09:50:00-05:00")
        assert "does not know about the visit yet" in said(result)
        (visit,) = visits(rosa).values()
        assert visit["participant"][0]["status"] == "needs-action"

    def test_booked_anew_the_earlier_one_is_cancelled_and_stays_so(self, rosa: Stage) -> None:
        first = booking(rosa, "2026-03-12T10:00:00-05:00")
        carried_out(rosa, first, "2026-03-09T09:50:00-05:00")
        result = carried_out(rosa, booking(rosa, "2026-03-13T10:00:00-05:00"), "2026-03-10T09:50:00-05:00")
        assert "the earlier visit (Appointment/" in said(result)
        found = visits(rosa)
        assert found["2026-03-12T10:00:00-05:00"]["status"] == "cancelled"
        assert (
            found["2026-03-12T10:00:00-05:00"]["cancelationReason"]["text"] == "replaced by the visit on Fri 2026-03-13"
        )
        assert found["2026-03-13T10:00:00-05:00"]["status"] == "booked"
        assert len(task_of(rosa, "book-follow-up")["output"]) == 2
        again = carried_out(rosa, first, "2026-03-10T10:50:00-05:00")
        assert isinstance(again, Done), again
        assert again.by == "an earlier run"
        assert any("is now cancelled: choose another start" in note for note in again.notes)
        assert visits(rosa)["2026-03-13T10:00:00-05:00"]["status"] == "booked"

    def test_a_half_done_booking_is_finished_though_the_visit_has_begun(self, rosa: Stage) -> None:
        command = booking(rosa, "2026-03-09T09:55:00-05:00")
        half_booked(rosa, command, "2026-03-09T09:50:00-05:00")
        assert standing(rosa, "book-follow-up")[0] == "requested"
        result = carried_out(rosa, command, "2026-03-09T10:05:00-05:00")
        assert "visit booked for Mon 2026-03-09" in said(result)
        (visit,) = visits(rosa).values()
        task = task_of(rosa, "book-follow-up")
        assert task["status"] == "completed"
        assert task["output"][0]["valueReference"]["reference"] == f"Appointment/{visit['id']}"

    def test_a_half_done_booking_that_was_cancelled_is_not_finished(self, rosa: Stage) -> None:
        command = booking(rosa, "2026-03-12T10:00:00-05:00")
        half_booked(rosa, command, "2026-03-09T09:50:00-05:00")
        (visit,) = visits(rosa).values()
        rosa.backend.put({**visit, "status": "cancelled"})
        result = carried_out(rosa, command, "2026-03-09T10:05:00-05:00")
        assert isinstance(result, Conflict), result
        assert "is now cancelled: choose another start" in result.why
        assert [line.reference for line in result.written] == [f"Appointment/{visit['id']}"], "what was booked is named"
        assert standing(rosa, "book-follow-up")[0] == "requested"

    def test_a_practitioner_who_is_not_there_is_refused(self, rosa: Stage) -> None:
        command = booking(rosa, "2026-03-12T10:00:00-05:00", with_practitioner="Practitioner/nobody")
        assert "the practitioner Practitioner/nobody is not" in refused(
            carried_out(rosa, command, "2026-03-09T09:50:00-05:00")
        )


class TestReadmission:
    """Rule 9: it suspends, and never closes silently."""

    def test_everything_open_is_held_and_the_visit_named(self, rosa: Stage) -> None:
        carried_out(rosa, booking(rosa, "2026-03-12T10:00:00-05:00"), "2026-03-09T09:50:00-05:00")
        again = readmitted(rosa, "2026-03-10T02:00:00-05:00")
        result = carried_out(rosa, suspending(rosa), "2026-03-10T09:50:00-05:00")
        (visit,) = visits(rosa).values()
        assert f"the visit on Thu 2026-03-12 (Appointment/{visit['id']}) is still booked" in said(result)
        assert visit["status"] == "booked"
        tasks = Chart(rosa.backend, rosa.patient).tasks()
        parent = tasks.pop("transition")
        assert parent["reasonReference"] == {"reference": again}
        children = [one for one in tasks.values() if "partOf" in one]
        held = [one for one in (parent, *children) if one["status"] == "on-hold"]
        assert len(held) == len(children)
        assert tasks["book-follow-up"]["status"] == "completed"
        for one in held:
            assert one["businessStatus"]["coding"][0]["code"] == "suspended"
            assert one["statusReason"]["text"] == "back in acute hospital since Tue 2026-03-10"

    @pytest.mark.parametrize(
        ("start", "more", "words"),
        [
            ("2026-02-01T10:00:00-06:00", {}, "began before the discharge"),
            ("2026-03-07T10:00:00-06:00", {}, "belongs to the stay this transition follows"),
            ("2026-03-09T10:00:00-06:00", {"status": "planned"}, "no stay has begun"),
            ("2026-03-09T10:00:00-06:00", {"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                                                     "code": "EMER"}}, "not a stay: the transition goes on"),
        ],
    )  # fmt: skip
    def test_what_is_no_readmission_is_refused(self, rosa: Stage, start: str, more: Json, words: str) -> None:
        readmitted(rosa, start, **more)
        assert words in refused(carried_out(rosa, suspending(rosa), "2026-03-10T09:50:00-05:00"))

    def test_an_attempt_made_before_is_kept_while_it_is_held(self, rosa: Stage) -> None:
        readmitted(rosa, "2026-03-10T02:00:00-05:00")
        carried_out(rosa, suspending(rosa), "2026-03-10T09:50:00-05:00")
        result = carried_out(rosa, call(rosa, "2026-03-09T09:00:00-05:00", "voicemail"), "2026-03-10T10:00:00-05:00")
        assert "recorded as evidence, and nothing is due" in said(result)
        assert standing(rosa, "contact-patient")[:2] == ("on-hold", "suspended")

    def test_a_held_transition_is_closed_as_readmitted(self, rosa: Stage) -> None:
        readmitted(rosa, "2026-03-10T02:00:00-05:00")
        carried_out(rosa, suspending(rosa), "2026-03-10T09:50:00-05:00")
        assert "close with outcome readmitted" in refused(
            carried_out(rosa, closing(rosa, "completed"), "2026-04-06T09:50:00-05:00")
        )
        command = closing(rosa, "readmitted", "heart failure", open_tasks=all_cancelled(rosa))
        result = carried_out(rosa, command, "2026-04-06T09:50:00-05:00")
        assert "one TCM per person in 30 days" in said(result)
        assert task_of(rosa, "transition")["status"] == "failed"
        assert task_of(rosa, "contact-patient")["status"] == "cancelled"


class TestClosing:
    """At the period's end (04-04): what was on time, and the evidence."""

    def test_too_early_and_with_children_open_is_refused(self, rosa: Stage) -> None:
        why = refused(carried_out(rosa, closing(rosa, "completed"), "2026-04-04T09:50:00-05:00"))
        assert "the period runs through Sat 2026-04-04" in why
        why = refused(carried_out(rosa, closing(rosa, "completed"), "2026-04-05T09:50:00-05:00"))
        assert "the period runs" not in why
        assert why.count("is open:") == 7
        assert "(reconcile-medications, due 2026-04-05) is open: reconcile the medicines" in why

    def test_rosa_on_the_fifth_of_april(self, rosa: Stage) -> None:
        carried_out(rosa, call(rosa, "2026-03-09T09:00:00-05:00", "voicemail"), "2026-03-09T09:05:00-05:00")
        reached = call(rosa, "2026-03-10T09:00:00-05:00", "reached", topics=["medicines"])
        carried_out(rosa, reached, "2026-03-10T09:20:00-05:00")
        taught = lesson(rosa, "2026-03-10T09:30:00-05:00", **{one.replace("-", "_"): "said" for one in TOPICS})
        carried_out(rosa, taught, "2026-03-10T09:50:00-05:00")
        carried_out(rosa, booking(rosa, "2026-03-13T10:00:00-05:00"), "2026-03-10T09:55:00-05:00")
        (visit,) = visits(rosa).values()
        rosa.backend.put({**visit, "status": "fulfilled"})
        visited(rosa, "2026-03-13T10:05:00-05:00", appointment=[{"reference": f"Appointment/{visit['id']}"}])
        settle(rosa, "reconcile-medications", "check-equipment", "pending-results", "receive-packet")
        result = carried_out(rosa, closing(rosa, "completed", "all done"), "2026-04-05T09:50:00-05:00")
        assert "TCM evidence is complete: 99496" in said(result)
        parent = task_of(rosa, "transition")
        assert (parent["status"], parent["businessStatus"]["coding"][0]["code"]) == ("completed", "done")
        told = outputs(parent)
        assert told["outcome"] == "completed"
        assert told["contact"] == "contact made on Tue 2026-03-10, in time (due by Tue 2026-03-10)"
        assert told["attempt"] == "voicemail on Mon 2026-03-09"
        assert told["visit"] == "visit on Fri 2026-03-13: visit within 7 days"
        assert told["reconciliation"] == "medicines reconciled on Thu 2026-03-12, in time (by Sun 2026-04-05)"
        assert told["teach-back"] == "understood: medicines, warning signs, whom to call, next visit, self-care"
        assert told["billing"].startswith("TCM evidence is complete: 99496")
        again = carried_out(rosa, closing(rosa, "completed", "all done"), "2026-04-06T09:50:00-05:00")
        assert isinstance(again, Done)
        assert again.by == "an earlier run"

    @pytest.mark.parametrize(
        ("visit", "reconciled", "words"),
        [
            ("2026-03-12", "2026-03-12", "99496"),
            ("2026-03-19", "2026-03-12", "TCM evidence is complete: 99495"),
            ("2026-03-12", "2026-03-13", "lacking: medicines reconciled by the day of the visit"),
            ("2026-03-23", "2026-03-12", "lacking: a visit kept in time"),
        ],
    )
    def test_what_is_said_of_billing(self, rosa: Stage, visit: str, reconciled: str, words: str) -> None:
        for hour in ("09", "13"):
            carried_out(rosa, call(rosa, f"2026-03-09T{hour}:00:00-05:00", "voicemail"), "2026-03-09T14:00:00-05:00")
        command = booking(rosa, f"{visit}T10:00:00-05:00", late_because="nothing free")
        carried_out(rosa, command, "2026-03-10T09:50:00-05:00")
        (booked,) = visits(rosa).values()
        rosa.backend.put({**booked, "status": "fulfilled"})
        visited(rosa, f"{visit}T10:00:00-05:00")
        settle(rosa, "reconcile-medications", when=f"{reconciled}T09:00:00-05:00")
        command_ = closing(rosa, "unable-to-reach", "no answer", open_tasks=all_cancelled(rosa))
        result = carried_out(rosa, command_, "2026-04-05T09:50:00-05:00")
        lacking = words.removeprefix("lacking: ")
        assert (words if lacking == words else f"Not billable as TCM by what is on record: {lacking}.") in said(result)

    def test_a_reconciliation_written_down_later_counts_by_its_own_day(self, rosa: Stage) -> None:
        """Done on 03-12 with the patient, the Task closed on 03-16."""
        made = rosa.backend.create(
            {
                "resourceType": "List",
                "status": "current",
                "mode": "snapshot",
                "subject": {"reference": rosa.patient},
                "date": "2026-03-12T09:00:00-05:00",
            }
        )
        task = task_of(rosa, "reconcile-medications")
        output = [{"type": {"text": "reconciled medicines"}, "valueReference": {"reference": made}}]
        rosa.backend.put({**task, "output": output})
        settle(rosa, "reconcile-medications", when="2026-03-16T09:00:00-05:00")
        command = closing(rosa, "moved", "to her son", open_tasks=all_cancelled(rosa))
        result = carried_out(rosa, command, "2026-03-20T09:50:00-05:00")
        assert "medicines reconciled on Thu 2026-03-12, in time (by Sun 2026-04-05)" in said(result)
        (found,) = [one for one in task_of(rosa, "transition")["output"] if "List/" in str(one)]
        assert found["valueReference"]["reference"] == made

    @pytest.mark.parametrize(
        ("outcome", "status", "state", "words"),
        [
            ("declined", "cancelled", "declined", "a biller decides"),
            ("moved", "cancelled", "ended-early", "a biller decides"),
            ("hospice", "cancelled", "ended-early", "a biller decides"),
            ("unable-to-reach", "failed", "unable-to-reach", "Not billable as TCM by what is on record: contact or"),
        ],
    )
    def test_other_outcomes_cancel_what_they_name(
        self, rosa: Stage, outcome: str, status: str, state: str, words: str
    ) -> None:
        command = closing(rosa, outcome, "as she says", open_tasks=all_cancelled(rosa, "as she says"))
        result = carried_out(rosa, command, "2026-03-20T09:50:00-05:00")
        assert words in said(result)
        tasks = Chart(rosa.backend, rosa.patient).tasks()
        parent = tasks.pop("transition")
        assert (parent["status"], parent["businessStatus"]["coding"][0]["code"]) == (status, state)
        for one in tasks.values():
            if "partOf" in one:
                assert one["status"] == "cancelled"
                assert one["statusReason"]["text"].endswith("as she says")
        late = call(rosa, "2026-03-19T09:00:00-05:00", "voicemail")
        assert "is closed" in refused(carried_out(rosa, late, "2026-03-20T10:00:00-05:00"))

    def test_closing_goes_on_for_the_dead(self, rosa: Stage) -> None:
        rosa.backend.put({**rosa.backend.get(rosa.patient), "deceasedDateTime": "2026-03-15"})
        early = call(rosa, "2026-03-19T09:00:00-05:00", "voicemail")
        assert "deceased" in refused(carried_out(rosa, early, "2026-03-20T09:00:00-05:00"))
        assert "close with outcome died" in refused(
            carried_out(rosa, closing(rosa, "completed"), "2026-04-05T09:50:00-05:00")
        )
        result = carried_out(rosa, closing(rosa, "died", "told by the daughter"), "2026-03-20T09:50:00-05:00")
        assert "Death before day 30: TCM is not billable." in said(result)
        assert task_of(rosa, "transition")["status"] == "cancelled"


class TestWords:
    """The fields' values are the codes of the content, none more, none less."""

    def test_they_agree(self) -> None:
        content = load()
        outside = {"sent", "somebody-else"}
        """What becomes of a contact outside transitions alone."""
        calls = set(RecordContact.model_fields["outcome"].annotation.__args__)  # type: ignore[union-attr]
        assert calls | outside == set(content.concepts(CONTACT_OUTCOME))
        assert set(RecordCall.model_fields["outcome"].annotation.__args__) == calls | outside  # type: ignore[union-attr]
        pairs = [
            (RecordCall.model_fields["by"], CONTACT_MEANS),
            (Taught.model_fields["topic"], TEACH_TOPIC),
            (CloseTransition.model_fields["outcome"], TRANSITION_OUTCOME),
        ]
        for field, system in pairs:
            assert set(field.annotation.__args__) == set(content.concepts(system))  # type: ignore[union-attr]

    def test_the_number_of_attempts_is_the_contents(self) -> None:
        plan = load().get("PlanDefinition", "transition-clock")
        names = [one["extension"][0]["valueCode"] for one in plan["extension"] if "parameter" in one["url"]]
        assert {"attempts-for-evidence", "unable-to-reach-attempts", "unable-to-reach-days"} <= set(names)
