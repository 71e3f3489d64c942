"""Stories of case management: Earl's left hip, beside his chronic care."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.codes import SNOMED, STEP_KEY, concept
from carefhir.engine.step import Command
from carefhir.workflows.case_management.authorization_command import RequestAuthorization
from carefhir.workflows.case_management.close_case import CloseCase
from carefhir.workflows.case_management.open_case_command import OpenCase
from carefhir.workflows.case_management.review_utilization import ReviewUtilization
from tests.support.backends import EXAMPLE
from tests.support.stage import Scenario, Stage, done, enroll

Json = dict[str, Any]
JANUARY = datetime.fromisoformat("2027-01-11T09:00:00-06:00")
"""A Monday, six weeks after he came home from the nursing facility."""
EXPECTED_END = "2027-04-30"
GOAL = "walk to the mailbox without a cane"
HIP = {"coding": [{"system": SNOMED, "code": "52734007"}], "text": "total replacement of the left hip"}


def ordered(found: Stage, **elements: Any) -> str:
    """The surgeon's order, as another system writes it: `ServiceRequest/ID`."""
    return found.backend.create(
        {
            "resourceType": "ServiceRequest",
            "identifier": [{"system": EXAMPLE, "value": f"earl-left-hip{found.mark}"}],
            "status": "active",
            "intent": "order",
            "code": HIP,
            "subject": {"reference": found.patient},
            "authoredOn": "2027-01-08",
            "requester": {"reference": found.physician},
            **elements,
        }
    )


def hip(found: Stage) -> str:
    """The order, found again."""
    return found.backend.find("ServiceRequest", f"earl-left-hip{found.mark}")


def in_care(found: Stage) -> None:
    """In care management, and his left hip is to be replaced."""
    done(found, enroll(found, reason="high blood pressure and brittle bones"), JANUARY)
    ordered(found)


def opening(found: Stage, **changes: Any) -> OpenCase:
    """The social worker runs the case."""
    said = {
        "patient": found.patient,
        "event": changes.pop("event", None) or hip(found),
        "case_manager": found.backend.find("Practitioner", "social-worker"),
        "case_manager_discipline": "SW",
        "expected_end": EXPECTED_END,
        "goals": (GOAL,),
        "consent": "verbal",
        "told": ("what-it-is", "care-team", "right-to-stop"),
        "reason": "a new hip, and the stairs at home",
    }
    return OpenCase.model_validate({**said, **changes})


def _alone(found: Stage) -> None:
    """In no program."""
    ordered(found)


def _alone_opening(found: Stage) -> Command:
    return opening(found, supervising_provider=found.physician)


ASKED, ANSWERED = "2027-01-12T10:00:00-06:00", "2027-01-15T11:00:00-06:00"
TUESDAY, FRIDAY = datetime.fromisoformat(ASKED), datetime.fromisoformat(ANSWERED)


def insured(found: Stage, name: str = "plan", **elements: Any) -> str:
    """His Medicare Advantage plan, as registration has it: `Coverage/ID`."""
    return found.backend.create(
        {
            "resourceType": "Coverage",
            "identifier": [{"system": EXAMPLE, "value": f"earl-{name}{found.mark}"}],
            "status": "active",
            "type": {"text": "Medicare Advantage"},
            "beneficiary": {"reference": found.patient},
            "payor": [{"display": "Prairie Health Plan"}],
            **elements,
        }
    )


def case_open(found: Stage) -> None:
    """His case is open, and registration knows who pays."""
    in_care(found)
    insured(found)
    done(found, opening(found), JANUARY)


def asking(found: Stage, **changes: Any) -> RequestAuthorization:
    """The payer is asked for the new hip."""
    said = {"patient": found.patient, "about": changes.pop("about", None) or hip(found), "at": ASKED}
    return RequestAuthorization.model_validate({**said, "reason": "the surgeon's order", **changes})


def asked_for(found: Stage) -> None:
    """The payer was asked, and nobody has answered."""
    case_open(found)
    done(found, asking(found), TUESDAY)


def request(found: Stage) -> str:
    """The newest request to the payer: `Claim/ID`."""
    claims = found.backend.search(f"Claim?patient={found.patient}&_count=50")
    return f"Claim/{max(claims, key=lambda one: (len(one['id']), one['id']))['id']}"


def answering(found: Stage, outcome: str, at: str = ANSWERED, **answer: Any) -> RequestAuthorization:
    """The payer's answer, taken down on the telephone."""
    said = {"patient": found.patient, "claim": request(found), "at": at, "reason": "told on the telephone"}
    return RequestAuthorization.model_validate({**said, "answer": {"outcome": outcome, **answer}})


def looking(found: Stage, at: str = ANSWERED, **changes: Any) -> RequestAuthorization:
    """Looks whether the payer has answered."""
    said = {"patient": found.patient, "claim": request(found), "at": at, "reason": "looked whether there is an answer"}
    return RequestAuthorization.model_validate({**said, **changes})


def answered(found: Stage, action: str, **elements: Any) -> str:
    """The payer's answer, as its system writes it (Da Vinci PAS): `ClaimResponse/ID`."""
    pas, hl7 = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition", "http://terminology.hl7.org/CodeSystem"
    code = concept("https://codesystem.x12.org/005010/306", action)
    parts = [{"url": f"{pas}/extension-reviewActionCode", "valueCodeableConcept": code}]
    review = {"url": f"{pas}/extension-reviewAction", "extension": parts}
    adjudication = {"category": concept(f"{hl7}/adjudication", "submitted")}
    return found.backend.create(
        {
            "resourceType": "ClaimResponse",
            "status": "active",
            "type": concept(f"{hl7}/claim-type", "professional"),
            "use": "preauthorization",
            "patient": {"reference": found.patient},
            "created": "2027-01-14T08:00:00-06:00",
            "insurer": {"display": "Prairie Health Plan"},
            "request": {"reference": request(found)},
            "outcome": "complete",
            "item": [{"itemSequence": 1, "extension": [review], "adjudication": [adjudication]}],
            **elements,
        }
    )


NOT_PROVEN = "six weeks of physical therapy are not on record"


def denied(found: Stage) -> None:
    """The payer said no."""
    asked_for(found)
    done(found, _denial(found), FRIDAY)


def _denial(found: Stage) -> RequestAuthorization:
    return answering(found, "denied", reason=NOT_PROVEN, by="2027-03-16")


def _approval(found: Stage) -> Command:
    days = {"first_day": "2027-02-15", "last_day": "2027-02-18", "days": 4}
    return answering(found, "approved", number="PA-7781", level="acute", **days)


def _appealed(found: Stage) -> Command:
    return answering(found, "appealed", at="2027-01-19T09:00:00-06:00")


def _pended(found: Stage) -> Command:
    return answering(found, "pended", asked_for="the physical therapist's notes")


def _written_by_the_payer(found: Stage) -> None:
    asked_for(found)
    answered(found, "A2", preAuthRef="PA-7781", disposition="two days, not four")


def _reading(found: Stage) -> Command:
    return looking(found)


def _silence(found: Stage) -> Command:
    return looking(found, at="2027-01-20T09:00:00-06:00")


ADMITTED = "2027-02-15T07:00:00-06:00"


def admitted(found: Stage, name: str = "surgery", **elements: Any) -> str:
    """He is in hospital for his left hip: `Encounter/ID`."""
    act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return found.backend.create(
        {
            "resourceType": "Encounter",
            "identifier": [{"system": EXAMPLE, "value": f"earl-{name}{found.mark}"}],
            "status": "in-progress",
            "class": {"system": act, "code": "IMP"},
            "subject": {"reference": found.patient},
            "period": {"start": ADMITTED},
            "reasonCode": [{"text": "replacement of the left hip"}],
            **elements,
        }
    )


def reviewing(found: Stage, at: str = "2027-02-16T10:00:00-06:00", **changes: Any) -> ReviewUtilization:
    """The stay is held against what was authorized."""
    said = {"patient": found.patient, "encounter": found.backend.find("Encounter", f"earl-surgery{found.mark}")}
    return ReviewUtilization.model_validate({**said, "at": at, **changes})


def approved(found: Stage) -> None:
    """Four days in hospital are authorized."""
    asked_for(found)
    done(found, _approval(found), FRIDAY)


def in_hospital(found: Stage) -> None:
    """He is in hospital, and four days are authorized."""
    approved(found)
    admitted(found)


def _in_hospital_unasked(found: Stage) -> None:
    in_care(found)
    admitted(found)


def _reviewed(found: Stage) -> None:
    in_hospital(found)
    done(found, reviewing(found), TOMORROW)


def _reviewing(found: Stage) -> Command:
    return reviewing(found)


def _reviewing_again(found: Stage) -> Command:
    return reviewing(found, at="2027-02-19T10:00:00-06:00")


def case_of(found: Stage) -> str:
    """His case: `EpisodeOfCare/ID`."""
    episodes = found.backend.search(f"EpisodeOfCare?patient={found.patient}&_count=50")
    (only,) = [one["id"] for one in episodes if "extension" in one and "case" in one["extension"][0]["url"]]
    return f"EpisodeOfCare/{only}"


def closing(found: Stage, **changes: Any) -> CloseCase:
    """He is home, and walks."""
    said = {"patient": found.patient, "case": case_of(found), "reason": "he is home and walks with a cane"}
    return CloseCase.model_validate({**said, **changes})


def plan_of(found: Stage) -> str:
    """The plan of his case: `CarePlan/ID`."""
    plans = found.backend.search(f"CarePlan?patient={found.patient}&_count=50")
    return next(f"CarePlan/{one['id']}" for one in plans if one.get("title", "").startswith("Case: "))


def signed(found: Stage) -> None:
    """The payer was asked; the plan of his case was agreed, signed, and is part of a care plan in force."""
    asked_for(found)
    standing(found)
    plan = found.backend.get(plan_of(found))
    found.backend.put({**plan, "status": "active"})
    goal = found.backend.get(plan["goal"][0]["reference"])
    found.backend.put({**goal, "lifecycleStatus": "active"})


def standing(found: Stage) -> str:
    """A care plan of ours that is in force: `CarePlan/ID`."""
    episodes = found.backend.search(f"EpisodeOfCare?patient={found.patient}&_count=50")
    program = next(one["id"] for one in episodes if "extension" not in one)
    return found.backend.create(
        {
            "resourceType": "CarePlan",
            "identifier": [{"system": STEP_KEY, "value": f"standing{found.mark}"}],
            "status": "active",
            "intent": "plan",
            "title": "Care plan: high blood pressure",
            "subject": {"reference": found.patient},
            "supportingInfo": [{"reference": f"EpisodeOfCare/{program}"}],
        }
    )


def _alone_in_a_case(found: Stage) -> None:
    ordered(found)
    done(found, _alone_opening(found), JANUARY)


def _closing(found: Stage) -> Command:
    return closing(found)


def _closing_to_the_nurse(found: Stage) -> Command:
    return closing(found, care_manager=found.nurse)


TOMORROW = datetime.fromisoformat("2027-02-16T10:00:00-06:00")
"""The day after he came into hospital."""
ONE_DAY_TOO_MANY = datetime.fromisoformat("2027-02-19T10:00:00-06:00")
AFTER_THE_WEEKEND = datetime.fromisoformat("2027-01-19T09:00:00-06:00")
TOO_LATE = datetime.fromisoformat("2027-01-20T09:00:00-06:00")
"""A day after the payer must have answered."""


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a case is opened beside care management", "open-case", "earl", in_care, opening, JANUARY),
    Scenario("a case is opened for somebody in no program", "open-case", "earl", _alone, _alone_opening, JANUARY),
    Scenario("a payer is asked", "request-authorization", "earl", case_open, asking, TUESDAY),
    Scenario("a payer approves", "request-authorization", "earl", asked_for, _approval, FRIDAY),
    Scenario("a payer denies", "request-authorization", "earl", asked_for, _denial, FRIDAY),
    Scenario("a payer asks for more", "request-authorization", "earl", asked_for, _pended, FRIDAY),
    Scenario("a denial is appealed", "request-authorization", "earl", denied, _appealed, AFTER_THE_WEEKEND),
    Scenario("a payer answers", "request-authorization", "earl", _written_by_the_payer, _reading, FRIDAY),
    Scenario("a payer does not answer", "request-authorization", "earl", asked_for, _silence, TOO_LATE),
    Scenario("a stay is reviewed", "review-utilization", "earl", in_hospital, _reviewing, TOMORROW),
    Scenario("a stay outlasts its days", "review-utilization", "earl", _reviewed, _reviewing_again, ONE_DAY_TOO_MANY),
    Scenario("a stay nobody authorized", "review-utilization", "earl", _in_hospital_unasked, _reviewing, TOMORROW),
    Scenario("a case is closed into care management", "close-case", "earl", signed, _closing, FRIDAY),
    Scenario("a case goes into other hands", "close-case", "earl", _alone_in_a_case, _closing_to_the_nurse, FRIDAY),
)
