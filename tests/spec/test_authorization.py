"""`request-authorization`: what a payer is asked, by when it must answer, and what its answer makes of it.

Times: CMS-0057-F, 72 hours expedited and 7 calendar days standard (PlanDefinition authorization-clock).
"""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.case_management import (
    ANSWERED,
    ASKED,
    NOT_PROVEN,
    answered,
    answering,
    asked_for,
    asking,
    case_open,
    denied,
    hip,
    in_care,
    insured,
    looking,
    request,
)

Json = dict[str, Any]
DETAIL = "https://carefhir.org/fhir/CodeSystem/authorization-detail"
LATE = "2027-01-20T09:00:00-06:00"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "earl")


@pytest.fixture
def earl(server: Stage) -> Stage:
    """His case is open, and who pays is known."""
    found = stage(server.backend, "earl")
    case_open(found)
    return found


@pytest.fixture
def waiting(server: Stage) -> Stage:
    """The payer was asked on Tuesday."""
    found = stage(server.backend, "earl")
    asked_for(found)
    return found


@pytest.fixture
def refused_by_payer(server: Stage) -> Stage:
    """The payer said no on Friday."""
    found = stage(server.backend, "earl")
    denied(found)
    return found


def run(found: Stage, command: Command, when: str = ANSWERED, who: str = "social-worker") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def done(result: Result) -> str:
    """What a person is told; the act must be done."""
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def task(found: Stage, code: str) -> Json:
    (only,) = [
        one for one in Chart(found.backend, found.patient).written("Task") if one["code"]["coding"][0]["code"] == code
    ]
    return only


def details(resource: Json, element: str = "output") -> dict[str, Any]:
    """The details of a Task, by their code: the last of each."""
    found: dict[str, Any] = {}
    for one in resource.get(element, []):
        (key,) = [key for key in one if key.startswith("value")]
        coded = key == "valueCodeableConcept"
        found[one["type"]["coding"][0]["code"]] = one[key]["coding"][0]["code"] if coded else one[key]
    return found


def state(resource: Json) -> tuple[str, str]:
    return resource["status"], resource["businessStatus"]["coding"][0]["code"]


# ---- asking


def test_what_a_payer_is_asked(earl: Stage) -> None:
    """Shaped as the PAS Claim: items, diagnosis, insurance; the order as the requested service."""
    knee = earl.backend.find("Condition", "earl-osteoporosis" + earl.mark)
    words = done(run(earl, asking(earl, diagnoses=(knee,), tell="falls twice a month"), ASKED))
    claim = earl.backend.get(request(earl))
    assert (claim["status"], claim["use"]) == ("active", "preauthorization")
    assert claim["provider"]["reference"] == earl.physician
    assert claim["priority"]["coding"][0]["code"] == "normal"
    (item,) = claim["item"]
    assert item["productOrService"]["text"] == "total replacement of the left hip"
    assert item["productOrService"]["coding"][0]["code"] == "52734007"
    assert item["extension"][0]["valueReference"]["reference"] == hip(earl)
    codes = {one["code"] for one in claim["diagnosis"][0]["diagnosisCodeableConcept"]["coding"]}
    assert "M81.0" in codes
    coverage = earl.backend.find("Coverage", "earl-plan" + earl.mark)
    assert claim["insurance"] == [{"sequence": 1, "focal": True, "coverage": {"reference": coverage}}]
    assert claim["supportingInfo"][0]["valueString"] == "falls twice a month"
    assert "sent to nobody" in words


@pytest.mark.parametrize(
    ("urgency", "by", "priority"),
    [
        ("standard", "2027-01-19T10:00:00-06:00", "routine"),
        ("expedited", "2027-01-15T10:00:00-06:00", "urgent"),
    ],
)
def test_by_when_it_must_answer(earl: Stage, urgency: str, by: str, priority: str) -> None:
    done(run(earl, asking(earl, urgency=urgency), ASKED))
    follow = task(earl, "authorization")
    assert details(follow, "input") == {"answer-by": by}
    assert follow["restriction"]["period"]["end"] == by[:10]
    assert follow["priority"] == priority
    assert follow["focus"]["reference"] == request(earl)


def test_it_belongs_to_the_case_around_it(earl: Stage) -> None:
    done(run(earl, asking(earl), ASKED, "nurse"))
    (plan,) = Chart(earl.backend, earl.patient).written("CarePlan")
    follow = task(earl, "authorization")
    assert follow["basedOn"] == [{"reference": f"CarePlan/{plan['id']}"}]
    assert follow["owner"]["reference"] == earl.backend.find("Practitioner", "social-worker")


def test_without_a_case_and_without_coverage(server: Stage) -> None:
    """Both are said, and neither is made up."""
    found = stage(server.backend, "earl")
    in_care(found)
    words = done(run(found, asking(found), ASKED))
    assert "no coverage in force is on record" in words
    claim = found.backend.get(request(found))
    assert claim["insurance"][0]["coverage"] == {"display": "no coverage on record"}
    follow = task(found, "authorization")
    assert follow["basedOn"] == [{"reference": hip(found)}]
    assert follow["owner"]["reference"] == found.nurse


def test_a_coverage_that_is_over_pays_nothing(server: Stage) -> None:
    found = stage(server.backend, "earl")
    in_care(found)
    insured(found, period={"end": "2026-12-31"})
    assert "no coverage in force is on record" in done(run(found, asking(found), ASKED))


def test_several_coverages(earl: Stage) -> None:
    second = insured(earl, "second")
    result = run(earl, asking(earl), ASKED)
    assert isinstance(result, Refused)
    assert "several coverages are in force" in result.why[0]
    done(run(earl, asking(earl, coverage=second), ASKED))
    assert earl.backend.get(request(earl))["insurance"][0]["coverage"]["reference"] == second


def form(found: Stage, status: str = "completed") -> str:
    """A payer's form, answered (Da Vinci DTR)."""
    return found.backend.create(
        {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": "https://payer.example/Questionnaire/hip",
            "status": status,
            "subject": {"reference": found.patient},
            "authored": "2027-01-11T10:00:00-06:00",
            "item": [{"linkId": "1", "answer": [{"valueBoolean": True}]}],
        }
    )


def test_an_answered_form_supports_it(earl: Stage) -> None:
    answers = form(earl)
    words = done(run(earl, asking(earl, forms=(answers,)), ASKED))
    (info,) = earl.backend.get(request(earl))["supportingInfo"]
    assert info["valueReference"]["reference"] == answers
    assert info["category"]["coding"][0]["code"] == "additionalInformation"
    assert "no answered form supports it" not in words


def test_a_form_that_is_not_complete(earl: Stage) -> None:
    result = run(earl, asking(earl, forms=(form(earl, "in-progress"),)), ASKED)
    assert isinstance(result, Refused)
    assert "is not complete" in result.why[0]


def test_a_restricted_reason_is_told_only_where_it_is_named(earl: Stage) -> None:
    """Substance use is not told to a payer by itself (42 CFR Part 2)."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    reason = earl.backend.create(
        {
            "resourceType": "Condition",
            "meta": {"security": [label]},
            "code": {"text": "a matter nobody should read"},
            "subject": {"reference": earl.patient},
        }
    )
    order = earl.backend.get(hip(earl))
    earl.backend.put({**order, "reasonReference": [{"reference": reason}]})
    words = done(run(earl, asking(earl), ASKED))
    assert "restricted and not sent: 1 of its reasons" in words
    assert "diagnosis" not in earl.backend.get(request(earl))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"about": "ServiceRequest/nothing"}, "another patient's: check the ID"),
        ({"at": "2027-01-12T10:01:00-06:00"}, "at is in the future"),
        ({"case": "EpisodeOfCare/none"}, "is no open case of this patient"),
        ({"diagnoses": ("Condition/none",)}, "is not a condition of this patient that holds"),
        ({"coverage": "Coverage/none"}, "is not a coverage of this patient that is in force today"),
        ({"provider": "Practitioner/nobody"}, "the provider Practitioner/nobody is not on this server"),
        ({"claim": "Claim/1"}, "one of the two"),
        ({"answer": {"outcome": "approved"}}, "an answer belongs to a request that stands"),
    ],
    ids=["nothing", "future", "no case", "no diagnosis", "no coverage", "nobody", "both", "an answer"],
)
def test_why_nobody_is_asked(earl: Stage, changes: dict[str, Any], why: str) -> None:
    before = len(Chart(earl.backend, earl.patient).resources)
    result = run(earl, asking(earl, **changes), ASKED)
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert len(Chart(earl.backend, earl.patient).resources) == before


def test_what_is_not_settled_is_not_asked_twice(waiting: Stage) -> None:
    result = run(waiting, asking(waiting, at=ANSWERED))
    assert isinstance(result, Refused)
    assert "that is not settled: record the answer" in result.why[0]


# ---- answers


def test_approved(waiting: Stage) -> None:
    days = {"first_day": "2027-02-15", "last_day": "2027-02-18", "days": 4, "units": "1"}
    words = done(run(waiting, answering(waiting, "approved", number="PA-7781", level="acute", **days)))
    follow = task(waiting, "authorization")
    assert state(follow) == ("completed", "approved")
    assert details(follow) == {
        "answer": "approved",
        "answered": ANSWERED,
        "number": "PA-7781",
        "first-day": "2027-02-15",
        "last-day": "2027-02-18",
        "days": 4,
        "units": 1,
        "level": "acute",
    }
    assert "authorized: number PA-7781, from 2027-02-15 through 2027-02-18, 4 days" in words


def test_approved_with_nothing_stated(waiting: Stage) -> None:
    words = done(run(waiting, answering(waiting, "approved")))
    assert "no authorization number is on record: ask for it" in words
    assert "it is not stated from which day to which it holds" in words
    assert "no number, no days and no units are stated" in words


def test_denied(waiting: Stage) -> None:
    """The denial opens a Task to decide on an appeal, well before its last day."""
    done(run(waiting, answering(waiting, "denied", reason=NOT_PROVEN, by="2027-03-16")))
    assert state(task(waiting, "authorization")) == ("completed", "denied")
    appeal = task(waiting, "appeal")
    assert details(appeal, "input") == {"appeal-by": "2027-03-16"}
    assert appeal["restriction"]["period"]["end"] == "2027-01-20"
    assert (appeal["status"], appeal["priority"]) == ("requested", "urgent")
    assert NOT_PROVEN in appeal["description"]
    assert appeal["basedOn"] == task(waiting, "authorization")["basedOn"]


def test_denied_without_a_day(waiting: Stage) -> None:
    """60 days by content, and the letter wins."""
    words = done(run(waiting, answering(waiting, "denied", reason=NOT_PROVEN)))
    assert details(task(waiting, "appeal"), "input") == {"appeal-by": "2027-03-16"}
    assert "counted from content, not from the letter: read the letter" in words


def test_a_last_day_that_is_near_comes_first(waiting: Stage) -> None:
    done(run(waiting, answering(waiting, "denied", reason=NOT_PROVEN, by="2027-01-18")))
    assert task(waiting, "appeal")["restriction"]["period"]["end"] == "2027-01-18"


def test_partly_approved(waiting: Stage) -> None:
    answer = {"reason": "two days suffice", "first_day": "2027-02-15", "last_day": "2027-02-16", "number": "PA-1"}
    done(run(waiting, answering(waiting, "partly-approved", **answer)))
    follow = task(waiting, "authorization")
    assert state(follow) == ("completed", "partly-approved")
    assert details(follow)["last-day"] == "2027-02-16"
    assert "Approved only in part" in task(waiting, "appeal")["description"]


def test_pended(waiting: Stage) -> None:
    words = done(run(waiting, answering(waiting, "pended", asked_for="the therapist's notes")))
    follow = task(waiting, "authorization")
    assert state(follow) == ("in-progress", "more-asked-for")
    assert follow["restriction"]["period"]["end"] == "2027-01-17"
    assert follow["statusReason"]["text"] == "pended: the therapist's notes"
    assert "until the payer decides, nothing is approved" in words
    done(run(waiting, answering(waiting, "approved", at=LATE, number="PA-2"), LATE))
    assert details(task(waiting, "authorization"))["answer"] == "approved"


def test_appealed_and_approved(refused_by_payer: Stage) -> None:
    """A standard appeal is decided within 30 days."""
    earl = refused_by_payer
    words = done(run(earl, answering(earl, "appealed", at=LATE), LATE))
    appeal = task(earl, "appeal")
    assert state(appeal) == ("in-progress", "appealed")
    assert details(appeal, "input") == {"appeal-by": "2027-03-16", "answer-by": "2027-02-19T09:00:00-06:00"}
    assert appeal["restriction"]["period"]["end"] == "2027-02-19"
    assert "until it does, nothing is approved" in words
    later = "2027-02-01T09:00:00-06:00"
    done(run(earl, answering(earl, "approved", at=later, number="PA-9", first_day="2027-02-15"), later))
    assert state(task(earl, "appeal")) == ("completed", "approved")
    assert state(task(earl, "authorization")) == ("completed", "denied")


def test_denied_on_appeal(refused_by_payer: Stage) -> None:
    """Each level of appeal has its own time: none is made up."""
    earl = refused_by_payer
    words = done(run(earl, answering(earl, "denied", at=LATE, reason="still not proven"), LATE))
    appeals = [
        one for one in Chart(earl.backend, earl.patient).written("Task") if one["code"]["coding"][0]["code"] == "appeal"
    ]
    assert sorted(map(state, appeals)) == [("completed", "denied"), ("requested", "waiting")]
    (again,) = [one for one in appeals if one["status"] == "requested"]
    assert "Denied once more, on appeal" in again["description"]
    assert "input" not in again
    assert "the letter names the last day to appeal" in words


@pytest.mark.parametrize(
    ("outcome", "answer", "why"),
    [
        ("denied", {}, "answer.reason is missing"),
        ("partly-approved", {}, "answer.reason is missing"),
        ("pended", {}, "answer.asked_for is missing"),
        ("appealed", {}, "only a denial can be appealed"),
        ("approved", {"level": "penthouse"}, "there is no level of care 'penthouse'"),
        ("approved", {"first_day": "2027-02-18", "last_day": "2027-02-15"}, "last_day is before answer.first_day"),
    ],
)
def test_what_an_answer_lacks(waiting: Stage, outcome: str, answer: dict[str, Any], why: str) -> None:
    result = run(waiting, answering(waiting, outcome, **answer))
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why
    assert state(task(waiting, "authorization")) == ("requested", "waiting")


def test_what_is_settled_is_asked_anew(waiting: Stage) -> None:
    done(run(waiting, answering(waiting, "approved", number="PA-1")))
    result = run(waiting, answering(waiting, "denied", at=LATE, reason="a mistake"), LATE)
    assert isinstance(result, Refused)
    assert "is settled" in result.why[0]
    done(run(waiting, asking(waiting, at=LATE), LATE))


# ---- answers on the server


@pytest.mark.parametrize(
    ("action", "status", "reached"),
    [
        ("A1", "completed", "approved"),
        ("A2", "completed", "partly-approved"),
        ("A3", "completed", "denied"),
        ("A4", "in-progress", "more-asked-for"),
        ("A6", "completed", "partly-approved"),
    ],
)
def test_an_answer_on_the_server(waiting: Stage, action: str, status: str, reached: str) -> None:
    period = {"start": "2027-02-15", "end": "2027-02-18"}
    response = answered(waiting, action, preAuthRef="PA-5", preAuthPeriod=period)
    done(run(waiting, looking(waiting)))
    follow = task(waiting, "authorization")
    assert state(follow) == (status, reached)
    found = details(follow)
    assert found["response"] == {"reference": response}
    assert (found["number"], found["first-day"], found["last-day"]) == ("PA-5", "2027-02-15", "2027-02-18")


@pytest.mark.parametrize(("action", "why"), [("CT", "is not one we know"), ("", "no review action says")])
def test_an_answer_that_cannot_be_read_decides_nothing(waiting: Stage, action: str, why: str) -> None:
    answered(waiting, action or "A1", **({} if action else {"item": []}))
    result = run(waiting, looking(waiting, at=LATE), LATE)
    assert isinstance(result, Refused), result
    assert why in result.why[0]
    assert "record in answer what it says" in result.why[0]
    assert state(task(waiting, "authorization")) == ("requested", "waiting")


def test_an_answer_is_recorded_once(waiting: Stage) -> None:
    answered(waiting, "A4")
    done(run(waiting, looking(waiting)))
    result = run(waiting, looking(waiting, at="2027-01-16T09:00:00-06:00"), "2027-01-16T09:00:00-06:00")
    assert isinstance(result, Refused)
    assert "no answer is on record yet" in result.why[0]


def test_silence_is_no_approval(waiting: Stage) -> None:
    early = run(waiting, looking(waiting))
    assert isinstance(early, Refused)
    assert "it is due by Tue 2027-01-19 10:00" in early.why[0]
    words = done(run(waiting, looking(waiting, at=LATE), LATE))
    follow = task(waiting, "authorization")
    assert state(follow) == ("in-progress", "no-answer")
    assert follow["priority"] == "urgent"
    assert "output" not in follow
    assert "nothing is approved" in words
    assert "Call the payer" in words
    done(run(waiting, answering(waiting, "approved", at="2027-01-21T09:00:00-06:00"), "2027-01-21T09:00:00-06:00"))
    assert state(task(waiting, "authorization")) == ("completed", "approved")


def test_a_claim_for_payment_is_no_request(waiting: Stage) -> None:
    claim = waiting.backend.get(request(waiting))
    paid = {**claim, "use": "claim", "identifier": []}
    del paid["id"], paid["meta"]
    named = waiting.backend.create(paid)
    result = run(waiting, looking(waiting, claim=named))
    assert isinstance(result, Refused)
    assert "is no request for authorization (claim)" in result.why[0]
