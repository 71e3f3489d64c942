"""Stories of coordination: what others do for Nora, who has no car, is followed to its end; the discharge information
that came with Rosa."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.engine.results import Done
from carefhir.engine.step import Command
from carefhir.workflows.coordination.coordinate import Coordinate
from carefhir.workflows.coordination.share_plan import SharePlan
from carefhir.workflows.transitions.receive_packet import ReceivePacket
from carefhir.workflows.transitions.send_packet import SendPacket
from tests.support.stage import Scenario, Stage, done, enrolled
from tests.support.stories.supervision import planted
from tests.support.stories.transitions import opened, transition_of

Json = dict[str, Any]
SENT_AT, BOOKED_AT = "2026-05-14T09:00:00-05:00", "2026-05-14T09:30:00-05:00"
VISIT = "2026-05-21T10:00:00-05:00"
REBOOKED = "2026-05-28T10:00:00-05:00"
AFTERWARDS, LATER_ON = "2026-05-22T09:00:00-05:00", "2026-06-12T09:00:00-05:00"
IN_MAY, AFTER_THE_VISIT, IN_JUNE = map(datetime.fromisoformat, ("2026-05-14T10:00:00-05:00", AFTERWARDS, LATER_ON))


def cared_for(found: Stage) -> None:
    """In care, with three things in effect: cardiac rehabilitation, a scale, and rides."""
    enrolled(found)
    for type_, code, more in (
        ("ServiceRequest", "Cardiac rehabilitation", {}),
        ("ServiceRequest", "Rides to visits", {"reasonReference": [{"reference": transport_need(found)}]}),
        ("DeviceRequest", "A scale", {}),
    ):
        element = "codeCodeableConcept" if type_ == "DeviceRequest" else "code"
        planted(found, type_, status="active", intent="plan", **{element: {"text": code}}, **more)


def transport_need(found: Stage) -> str:
    return found.backend.find("Condition", "nora-transport" + found.mark)


def order(found: Stage, words: str) -> str:
    """An order by its words."""
    type_ = "DeviceRequest" if words == "A scale" else "ServiceRequest"
    element = "codeCodeableConcept" if type_ == "DeviceRequest" else "code"
    (only,) = [
        one
        for one in found.backend.search(f"{type_}?patient={found.patient}&_count=200")
        if one[element].get("text") == words
    ]
    return f"{type_}/{only['id']}"


def event(found: Stage, what: str, words: str = "Cardiac rehabilitation", **said: Any) -> Coordinate:
    """One event of one loop."""
    given = {"patient": found.patient, "order": order(found, words), "event": what, "at": SENT_AT, **said}
    return Coordinate.model_validate(given)


def sending(found: Stage, **said: Any) -> Coordinate:
    return event(found, "sent", **{"to": "Riverbend Heart Center", **said})


def booking(found: Stage, **said: Any) -> Coordinate:
    given = {"at": BOOKED_AT, "start": VISIT, "place": "Riverbend Heart Center", "to": "rehabilitation nurse"}
    return event(found, "booked", **{**given, **said})


def missing(found: Stage, **said: Any) -> Coordinate:
    return event(found, "missed", **{"at": AFTERWARDS, "reason": "the ride did not come", **said})


def keeping(found: Stage, **said: Any) -> Coordinate:
    return event(found, "kept", **{"at": AFTERWARDS, **said})


def asking(found: Stage, **said: Any) -> Coordinate:
    return event(found, "sent", "Rides to visits", **{"to": "Springfield Rides", "consent": "verbal", **said})


def carried(found: Stage, command: Command, now: datetime = IN_MAY) -> None:
    result = done(found, command, now)
    assert isinstance(result, Done), result


def sent(found: Stage) -> None:
    cared_for(found)
    carried(found, sending(found))


def booked(found: Stage) -> None:
    sent(found)
    carried(found, booking(found))


def seen(found: Stage, **changes: Any) -> str:
    """The practice's own record of the visit."""
    return found.backend.create(
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "subject": {"reference": found.patient},
            "period": {"start": "2026-05-21T10:05:00-05:00", "end": "2026-05-21T11:00:00-05:00"},
            "participant": [{"individual": {"display": "P. Novak, RN"}}],
            **changes,
        }
    )


def attended(found: Stage) -> None:
    booked(found)
    seen(found)


def kept(found: Stage) -> None:
    attended(found)
    carried(found, keeping(found), AFTER_THE_VISIT)


def missed(found: Stage) -> None:
    booked(found)
    carried(found, missing(found), AFTER_THE_VISIT)


def overdue(found: Stage) -> None:
    """Sent, and nobody has booked anything; the care manager is asked why."""
    sent(found)
    carried(found, event(found, "late", at=AFTERWARDS), AFTER_THE_VISIT)


def delivered(found: Stage) -> None:
    cared_for(found)
    carried(found, sending(found, **_scale(found), to="Springfield Medical Supply"))
    carried(found, event(found, "delivered", "A scale", at=BOOKED_AT, to="Springfield Medical Supply"))


def _scale(found: Stage) -> Json:
    return {"order": order(found, "A scale")}


def asked(found: Stage) -> None:
    cared_for(found)
    carried(found, asking(found))


def accepted(found: Stage) -> None:
    asked(found)
    carried(found, event(found, "accepted", "Rides to visits", at=BOOKED_AT))


def _rebooking(found: Stage) -> Command:
    return booking(found, at=AFTERWARDS, start=REBOOKED, transport="Springfield Rides")


def _moving(found: Stage) -> Command:
    return booking(found, at="2026-05-14T09:55:00-05:00", start=REBOOKED, told=True, transport="her daughter drives")


def _result(found: Stage) -> Command:
    return event(found, "result", at=AFTERWARDS, result="starts three sessions a week")


def _rides_came(found: Stage) -> Command:
    return event(found, "result", "Rides to visits", at=AFTERWARDS, result="rides to every visit", need="met")


def _no_rides(found: Stage) -> Command:
    return event(found, "declined", "Rides to visits", at=AFTERWARDS, reason="no driver on that side of town")


def _in_use(found: Stage) -> Command:
    return event(found, "in-use", "A scale", at=AFTERWARDS, confirmed_by="patient")


def _cancelling(found: Stage) -> Command:
    return event(found, "cancelled", at=BOOKED_AT, reason="she goes to the gym at her church instead")


def _delivering(found: Stage) -> Command:
    return event(found, "delivered", "A scale", at=BOOKED_AT, to="Springfield Medical Supply")


def _late(found: Stage) -> Command:
    return event(found, "late", at=AFTERWARDS)


ITEMS = ("practitioner", "procedures", "diagnoses", "medicines", "allergies", "results", "instructions")
FIRST_CHECK, SECOND_CHECK = "2026-03-09T09:00:00-05:00", "2026-03-09T09:50:00-05:00"


def checking(found: Stage, *missing: str, at: str = FIRST_CHECK, **said: Any) -> ReceivePacket:
    """The fax of Saturday, with everything in it but some items."""
    items = [
        {"item": item, "presence": "not-there"}
        if item in missing
        else {"item": item, "presence": "there", "where": "the fax"}
        for item in ITEMS
    ]
    given = {"patient": found.patient, "transition": transition_of(found), "at": at, "asked_of": "Riverbend Hospital"}
    return ReceivePacket.model_validate({**given, "items": items, **said})


def _whole(found: Stage) -> Command:
    return checking(found)


def _without_results(found: Stage) -> Command:
    return checking(found, "allergies", "results")


def incomplete(found: Stage) -> None:
    """Checked once, and two items were missing."""
    opened(found)
    assert isinstance(done(found, _without_results(found)), Done)


def _the_rest(found: Stage) -> Command:
    items = [{"item": item, "presence": "there", "where": "the second fax"} for item in ("allergies", "results")]
    return checking(found, at=SECOND_CHECK, items=items)


def planned(found: Stage) -> None:
    """Nora's plan, in effect: to tend the tomatoes, rides, and cardiac rehabilitation."""
    cared_for(found)
    own = planted(found, "Goal", lifecycleStatus="active", description={"text": "to tend the tomatoes again"})
    items = [order(found, words) for words in ("Cardiac rehabilitation", "Rides to visits", "A scale")]
    planted(
        found,
        "CarePlan",
        status="active",
        intent="plan",
        goal=[{"reference": own}],
        activity=[{"reference": {"reference": item}} for item in items],
    )


def secret(found: Stage) -> tuple[str, ...]:
    """Something restricted on the plan: a condition with a label, a goal about it, a request because of it."""
    (plan,) = found.backend.search(f"CarePlan?patient={found.patient}")
    condition = found.backend.create(
        {
            "resourceType": "Condition",
            "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]},
            "subject": {"reference": found.patient},
            "code": {"text": "hit by somebody at home"},
        }
    )
    words = {"text": "a safe place to stay"}
    goal = planted(found, "Goal", lifecycleStatus="active", description=words, addresses=[{"reference": condition}])
    reason = [{"reference": condition}]
    request = planted(found, "ServiceRequest", status="active", intent="plan", code=words, reasonReference=reason)
    visit = planted(
        found,
        "Appointment",
        status="booked",
        start="2026-05-20T09:00:00-05:00",
        end="2026-05-20T10:00:00-05:00",
        description="talk at the shelter",
        basedOn=[{"reference": request}],
    )
    plan["goal"].append({"reference": goal})
    plan["activity"].append({"reference": {"reference": request}})
    found.backend.put(plan)
    return condition, goal, request, visit


def sharing(found: Stage, **said: Any) -> SharePlan:
    (plan,) = found.backend.search(f"CarePlan?patient={found.patient}")
    given = {"patient": found.patient, "plan": f"CarePlan/{plan['id']}", "to": "patient", "how": "in-person"}
    return SharePlan.model_validate({**given, "at": SENT_AT, **said})


def agreeing_to_tell(found: Stage, type_: str = "permit") -> str:
    """The person's word on what her daughter may know; the daughter, as a reference."""
    daughter = found.backend.find("RelatedPerson", "nora-daughter" + found.mark)
    found.backend.create(
        {
            "resourceType": "Consent",
            "status": "active",
            "scope": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
            },
            "category": [{"text": "who may know"}],
            "patient": {"reference": found.patient},
            "policyRule": {"text": "her plan"},
            "provision": {
                "type": type_,
                "actor": [{"role": {"text": "caregiver"}, "reference": {"reference": daughter}}],
            },
        }
    )
    return daughter


def _with_a_secret(found: Stage) -> None:
    planned(found)
    secret(found)
    agreeing_to_tell(found)


def _to_the_daughter(found: Stage) -> Command:
    return sharing(found, to="caregiver", caregiver=found.backend.find("RelatedPerson", "nora-daughter" + found.mark))


def to_be_sent(found: Stage) -> None:
    """Her transition open, and somebody asked for the document to go along."""
    opened(found)
    part = [{"reference": transition_of(found)}]
    system = "https://carefhir.org/fhir/CodeSystem/care-task"
    found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": system, "code": "send-packet"}]},
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
            "partOf": part,
        }
    )


def packing(found: Stage, **said: Any) -> SendPacket:
    """To her physician, by fax."""
    given = {"patient": found.patient, "transition": transition_of(found), "practitioner": found.physician}
    sections = [{"section": "reason", "words": "heart failure, now at home"}]
    values = {**given, "how": "fax", "at": FIRST_CHECK, "sections": sections, **said}
    return SendPacket.model_validate({name: value for name, value in values.items() if value})


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a visit is booked for a referral", "coordinate", "nora", sent, booking, IN_MAY),
    Scenario("a referral is sent", "coordinate", "nora", cared_for, sending, IN_MAY),
    Scenario("a visit of a referral is moved", "coordinate", "nora", booked, _moving, IN_MAY),
    Scenario("a visit of a referral was kept", "coordinate", "nora", attended, keeping, AFTER_THE_VISIT),
    Scenario("a visit of a referral was missed", "coordinate", "nora", booked, missing, AFTER_THE_VISIT),
    Scenario("a missed visit is booked again", "coordinate", "nora", missed, _rebooking, AFTER_THE_VISIT),
    Scenario("the result of a referral is back", "coordinate", "nora", kept, _result, AFTER_THE_VISIT),
    Scenario("a referral is late", "coordinate", "nora", sent, _late, AFTER_THE_VISIT),
    Scenario("what was late is booked", "coordinate", "nora", overdue, _rebooking, AFTER_THE_VISIT),
    Scenario("a referral is not wanted any more", "coordinate", "nora", booked, _cancelling, IN_MAY),
    Scenario("equipment is delivered", "coordinate", "nora", cared_for, _delivering, IN_MAY),
    Scenario("equipment is in use", "coordinate", "nora", delivered, _in_use, AFTER_THE_VISIT),
    Scenario("a community service is asked", "coordinate", "nora", cared_for, asking, IN_MAY),
    Scenario("a community service has helped", "coordinate", "nora", accepted, _rides_came, AFTER_THE_VISIT),
    Scenario("a community service declines", "coordinate", "nora", asked, _no_rides, AFTER_THE_VISIT),
    Scenario("a plan is given to the person", "share-plan", "nora", planned, sharing, IN_MAY),
    Scenario("a plan is given to a caregiver", "share-plan", "nora", _with_a_secret, _to_the_daughter, IN_MAY),
    Scenario("a transition document is sent", "send-packet", "rosa", to_be_sent, packing),
    Scenario("discharge information lacks two items", "receive-packet", "rosa", opened, _without_results),
    Scenario("the rest of the discharge information came", "receive-packet", "rosa", incomplete, _the_rest),
    Scenario("the discharge information is complete", "receive-packet", "rosa", opened, _whole),
)
