"""`coordinate`: what is waited for, what counts as done, and what is never called done."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories import coordination as story
from tests.support.stories.coordination import AFTERWARDS, BOOKED_AT, LATER_ON, REBOOKED, VISIT

Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "nora")


@pytest.fixture
def nora(server: Stage) -> Stage:
    """In care, with three orders in effect, and no car."""
    found = stage(server.backend, "nora")
    story.cared_for(found)
    return found


def run(found: Stage, command: Command, when: str = AFTERWARDS, who: str = "nurse") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def done(found: Stage, command: Command, when: str = AFTERWARDS) -> Done:
    result = run(found, command, when)
    assert isinstance(result, Done), result
    return result


def refused(found: Stage, command: Command, when: str = AFTERWARDS, who: str = "nurse") -> str:
    result = run(found, command, when, who)
    assert isinstance(result, Refused), result
    return "; ".join(result.why)


def tasks(found: Stage, code: str) -> list[Json]:
    every = Chart(found.backend, found.patient).written("Task")
    return [one for one in every if one["code"]["coding"][0]["code"] == code]


def task(found: Stage, code: str = "coordinate") -> Json:
    (only,) = tasks(found, code)
    return only


def due(found: Stage, code: str = "coordinate") -> str:
    day: str = task(found, code)["restriction"]["period"]["end"]
    return day


def events(found: Stage) -> list[str]:
    return [one["type"]["coding"][0]["code"] for one in task(found)["output"] if "valueDateTime" in one]


# ---- a referral


def test_a_referral_from_sent_to_its_result(nora: Stage) -> None:
    """One Task is moved from day to day: business days of content, Memorial Day (2026-05-25) left out."""
    done(nora, story.sending(nora), BOOKED_AT)
    assert due(nora) == "2026-05-21"
    done(nora, story.booking(nora), BOOKED_AT)
    assert due(nora) == "2026-05-22"
    (visit,) = Chart(nora.backend, nora.patient).written("Appointment")
    assert visit["basedOn"] == [{"reference": story.order(nora, "Cardiac rehabilitation")}]
    story.seen(nora)
    done(nora, story.keeping(nora))
    assert due(nora) == "2026-06-08"
    assert nora.backend.get(f"Appointment/{visit['id']}")["status"] == "fulfilled"
    done(nora, story.event(nora, "result", at=AFTERWARDS, result="starts three sessions a week"))
    assert task(nora)["status"] == "completed"
    assert events(nora) == ["sent", "booked", "kept", "result"]
    assert nora.backend.get(story.order(nora, "Cardiac rehabilitation"))["status"] == "completed"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"status": "cancelled"}, "status cancelled"),
        ({"participant": []}, "who saw the person is not on record"),
        ({"class": {"code": "IMP", "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode"}}, "a stay"),
        ({"period": {"start": "2026-05-20T10:00:00-05:00"}}, "no attended Encounter"),
    ],
    ids=["attended", "cancelled", "with nobody", "a stay", "on another day"],
)
def test_kept_is_an_attended_encounter(nora: Stage, changes: Json, why: str) -> None:
    """Rule 35. That the Appointment says fulfilled, or the person says so, is no proof."""
    done(nora, story.booking(nora), BOOKED_AT)
    story.seen(nora, **changes)
    if not why:
        done(nora, story.keeping(nora))
        return
    assert why in refused(nora, story.keeping(nora))
    assert "kept" not in events(nora)


def test_a_result_without_a_visit_needs_the_record_it_stands_in(nora: Stage) -> None:
    done(nora, story.booking(nora), BOOKED_AT)
    said = {"at": AFTERWARDS, "result": "fine, they say"}
    assert "no attended visit is on record" in refused(nora, story.event(nora, "result", **said))
    letter = nora.backend.create(
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "subject": {"reference": nora.patient},
            "content": [{"attachment": {"contentType": "text/plain", "title": "Rehabilitation: first visit"}}],
        }
    )
    result = done(nora, story.event(nora, "result", document=letter, **said))
    assert any("rests on the result alone" in one for one in result.told.warnings)


def test_a_letter_about_somebody_else_closes_nothing(nora: Stage, server: Stage) -> None:
    letter = server.backend.create(
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "subject": {"reference": server.patient},
            "content": [{"attachment": {"contentType": "text/plain"}}],
        }
    )
    said = {"at": AFTERWARDS, "result": "fine", "document": letter}
    assert "is not about this person" in refused(nora, story.event(nora, "result", **said))


def test_a_missed_visit_is_booked_again(nora: Stage) -> None:
    done(nora, story.booking(nora), BOOKED_AT)
    done(nora, story.missing(nora))
    assert due(nora) == "2026-05-27"
    done(nora, story.booking(nora, at=AFTERWARDS, start=REBOOKED))
    statuses = {one["start"]: one["status"] for one in Chart(nora.backend, nora.patient).written("Appointment")}
    assert statuses == {VISIT: "noshow", REBOOKED: "booked"}
    assert task(nora)["status"] == "requested"


def test_what_has_no_past_visit_was_not_missed(nora: Stage) -> None:
    done(nora, story.booking(nora, start=REBOOKED), BOOKED_AT)
    assert "nothing was missed" in refused(nora, story.missing(nora))


def test_a_loop_that_ends_without_a_result_says_why(nora: Stage) -> None:
    done(nora, story.booking(nora, start=REBOOKED), BOOKED_AT)
    assert "needs a reason" in refused(nora, story.event(nora, "cancelled", at=AFTERWARDS))
    done(nora, story.event(nora, "cancelled", at=AFTERWARDS, reason="she goes to her church's gym"))
    closed = task(nora)
    assert (closed["status"], closed["statusReason"]["text"]) == ("cancelled", "she goes to her church's gym")
    assert Chart(nora.backend, nora.patient).written("Appointment")[0]["status"] == "cancelled"
    assert nora.backend.get(story.order(nora, "Cardiac rehabilitation"))["status"] == "revoked"
    assert "its loop is closed" in refused(nora, story.booking(nora, at=AFTERWARDS, start=REBOOKED))


def test_a_draft_waits_for_agreement_or_signature(nora: Stage) -> None:
    reference = story.order(nora, "Cardiac rehabilitation")
    nora.backend.put({**nora.backend.get(reference), "status": "draft"})
    assert "record-agreement" in refused(nora, story.sending(nora), BOOKED_AT)


def test_what_the_prescriber_has_not_placed_is_not_sent(nora: Stage) -> None:
    reference = story.order(nora, "Cardiac rehabilitation")
    placing = nora.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "place-order"}]},
            "for": {"reference": nora.patient},
            "focus": {"reference": reference},
        }
    )
    assert placing in refused(nora, story.sending(nora), BOOKED_AT)


# ---- late


def test_what_is_late_has_one_task_until_something_happens(nora: Stage) -> None:
    done(nora, story.sending(nora), BOOKED_AT)
    late = story.event(nora, "late", at=AFTERWARDS)
    assert "is not late" in refused(nora, story.event(nora, "late", at=BOOKED_AT), "2026-05-21T09:00:00-05:00")
    done(nora, late)
    asked = task(nora, "late-loop")
    assert (asked["owner"]["reference"], due(nora, "late-loop")) == (nora.nurse, "2026-05-26")
    assert "an appointment, the delivery or an answer was due 2026-05-21" in asked["description"]
    assert "already asked" in refused(nora, story.event(nora, "late", at=LATER_ON), LATER_ON)
    done(nora, story.booking(nora, at=AFTERWARDS, start=REBOOKED))
    assert task(nora, "late-loop")["status"] == "completed"


# ---- equipment


def test_equipment_is_in_use_when_the_person_says_so(nora: Stage) -> None:
    use = {"at": AFTERWARDS, "words": "A scale"}
    assert "no delivery is on record" in refused(nora, story.event(nora, "in-use", confirmed_by="patient", **use))
    done(nora, story.event(nora, "delivered", "A scale", at=BOOKED_AT, to="Springfield Medical Supply"), BOOKED_AT)
    assert due(nora) == "2026-05-18"
    (delivery,) = Chart(nora.backend, nora.patient).written("SupplyDelivery")
    assert (delivery["status"], delivery["suppliedItem"]["itemCodeableConcept"]["text"]) == ("completed", "A scale")
    assert "own word" in refused(nora, story.event(nora, "in-use", **use))
    assert "name the caregiver" in refused(nora, story.event(nora, "in-use", confirmed_by="caregiver", **use))
    daughter = nora.backend.find("RelatedPerson", "nora-daughter" + nora.mark)
    done(nora, story.event(nora, "in-use", confirmed_by="caregiver", caregiver=daughter, **use))
    assert task(nora)["status"] == "completed"


def test_equipment_has_no_visits(nora: Stage) -> None:
    assert "is no event of it" in refused(nora, story.booking(nora, order=story.order(nora, "A scale")), BOOKED_AT)


# ---- a community service


def referral_task(found: Stage) -> Json:
    return task(found, "fulfill")


def test_a_community_service_is_asked_only_with_consent(nora: Stage) -> None:
    assert "consent is needed" in refused(nora, story.asking(nora, consent=""), BOOKED_AT)
    assert not Chart(nora.backend, nora.patient).written("SupplyDelivery")
    done(nora, story.asking(nora), BOOKED_AT)
    asked = referral_task(nora)
    assert (asked["status"], asked["intent"], asked["owner"]) == (
        "requested",
        "order",
        {"display": "Springfield Rides"},
    )
    assert asked["focus"]["reference"] == story.order(nora, "Rides to visits")
    consent = nora.backend.get(asked["input"][0]["valueReference"]["reference"])
    assert consent["scope"]["coding"][0]["code"] == "patient-privacy"


@pytest.mark.parametrize(("need", "clinical", "reviews"), [("met", "resolved", 0), ("partly", "active", 1)])
def test_the_loop_is_closed_into_the_need(nora: Stage, need: str, clinical: str, reviews: int) -> None:
    done(nora, story.asking(nora), BOOKED_AT)
    done(nora, story.event(nora, "accepted", "Rides to visits", at=BOOKED_AT), BOOKED_AT)
    assert referral_task(nora)["status"] == "accepted"
    done(nora, story.event(nora, "result", "Rides to visits", at=AFTERWARDS, result="rides", need=need))
    assert referral_task(nora)["status"] == "completed"
    condition = nora.backend.get(story.transport_need(nora))
    assert condition["clinicalStatus"]["coding"][0]["code"] == clinical
    assert "result back: Rides to visits" in condition["note"][-1]["text"]
    assert len(tasks(nora, "review-plan")) == reviews


def test_a_declined_referral_leaves_the_need_and_somebody_to_look(nora: Stage) -> None:
    done(nora, story.asking(nora), BOOKED_AT)
    done(nora, story.event(nora, "declined", "Rides to visits", at=AFTERWARDS, reason="no driver there"))
    asked = referral_task(nora)
    assert (asked["status"], asked["statusReason"]) == ("rejected", {"text": "no driver there"})
    condition = nora.backend.get(story.transport_need(nora))
    assert condition["clinicalStatus"]["coding"][0]["code"] == "active"
    assert due(nora, "review-plan") == "2026-05-27"


# ---- trips


def elsewhere(found: Stage, start: str) -> None:
    """A visit that another system booked, which says nothing of a ride."""
    story.planted(found, "Appointment", ours=False, status="booked", start=start, end=start)


def test_trips_without_transport_are_named_and_one_task_asks_for_it(nora: Stage) -> None:
    elsewhere(nora, "2026-05-18T15:00:00-05:00")
    elsewhere(nora, "2026-05-27T15:00:00-05:00")
    told = done(nora, story.booking(nora), BOOKED_AT).told
    assert any("3 separate trips within 14 days (2026-05-18, 2026-05-21, 2026-05-27)" in one for one in told.warnings)
    asked = task(nora, "arrange-transport")
    assert due(nora, "arrange-transport") == "2026-05-14"
    assert (asked["owner"]["reference"], asked["priority"]) == (nora.nurse, "urgent")


def test_two_trips_are_not_many_and_still_need_a_ride(nora: Stage) -> None:
    told = done(nora, story.booking(nora), BOOKED_AT).told
    assert not any("separate trips" in one for one in told.warnings)
    assert any("nobody has arranged how they get there on 2026-05-21" in one for one in told.warnings)
    assert due(nora, "arrange-transport") == "2026-05-19"
    done(nora, story.booking(nora, at="2026-05-14T10:30:00-05:00", start=REBOOKED), "2026-05-14T11:00:00-05:00")
    assert len(tasks(nora, "arrange-transport")) == 1


@pytest.mark.parametrize("arranged", [True, False], ids=["a ride was said", "the need is over"])
def test_where_nothing_is_asked(nora: Stage, arranged: bool) -> None:
    if not arranged:
        need = nora.backend.get(story.transport_need(nora))
        need["clinicalStatus"]["coding"][0]["code"] = "resolved"
        nora.backend.put(need)
    done(nora, story.booking(nora, transport="her daughter drives" if arranged else ""), BOOKED_AT)
    assert not tasks(nora, "arrange-transport")


# ---- free times


def test_free_times_are_offered_where_somebody_said_where_to_look(nora: Stage) -> None:
    told = done(nora, story.sending(nora), BOOKED_AT).told
    assert "free times were not searched: no schedule was named" in told.says
    schedule = nora.backend.create({"resourceType": "Schedule", "actor": [{"reference": nora.physician}]})
    for start, status in (("2026-05-20T09:00:00-05:00", "free"), ("2026-05-19T09:00:00-05:00", "busy")):
        slot = {"resourceType": "Slot", "schedule": {"reference": schedule}, "status": status}
        nora.backend.create({**slot, "start": start, "end": start})
    again = story.sending(nora, at=BOOKED_AT, schedule=schedule)
    told = done(nora, again, BOOKED_AT).told
    assert f"free times in {schedule}: 2026-05-20T09:00:00-05:00" in told.says


# ---- who


def test_whose_discipline_is_not_on_record_records_nothing(nora: Stage) -> None:
    command = story.sending(nora)
    other = nora.backend.create({"resourceType": "Practitioner", "name": [{"family": "Nobody"}]})
    result = carried_out(nora, command, BOOKED_AT, actor=other)
    assert isinstance(result, Refused), result
    assert "coordinating is not for" in result.why[0]
