"""Stories of the spine: enrolment, answers, discharges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from carefhir.engine.results import Refused
from carefhir.engine.step import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.support.stage import LATER, Scenario, Stage, assign, done, enroll, enrolled, nothing, response

Json = dict[str, Any]


def _enrolled_and_asked(found: Stage) -> None:
    enrolled(found)
    assign(found, "phq-9")


def _drafted(found: Stage) -> None:
    """A draft was saved, and its safety part written."""
    _enrolled_and_asked(found)
    result = done(found, RecordAssessment(patient=found.patient, response=_kims(found, status="in-progress")))
    assert isinstance(result, Refused), result


def _kims(found: Stage, **changes: Any) -> Json:
    return response("kim-phq-9", found.mark, **changes)


def _without_last_answer(found: Stage) -> Json:
    made = _kims(found)
    made["item"] = made["item"][:-1]
    return made


def _anonymous(found: Stage) -> Json:
    made = response("rosa-hunger-vital-sign")
    del made["identifier"]
    return made


def _stay(found: Stage, name: str) -> str:
    return found.backend.find("Encounter", name + found.mark)


def _recorded(make: Callable[[Stage], Json]) -> Callable[[Stage], Command]:
    return lambda found: RecordAssessment(patient=found.patient, response=make(found))


def _opened(name: str) -> Callable[[Stage], Command]:
    return lambda found: OpenTransition(patient=found.patient, encounter=_stay(found, name))


def _corrected(found: Stage) -> None:
    """Opened, and then the hospital corrects the discharge by three days."""
    enrolled(found)
    done(found, _opened("rosa-stay")(found))
    move_discharge(found, "rosa-stay", "2026-03-09T08:00:00-06:00")


def move_discharge(found: Stage, stay: str, end: str) -> None:
    encounter = found.backend.get(_stay(found, stay))
    encounter["period"]["end"] = end
    found.backend.put(encounter)


def _tracked_then_home(found: Stage) -> None:
    """Tracked into a nursing facility by a wrong disposition, which is then corrected to home."""
    stay = found.backend.get(_stay(found, "rosa-stay"))
    home = stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"]
    stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] = "03"
    found.backend.put(stay)
    result = done(found, _opened("rosa-stay")(found))
    assert [line.part for line in getattr(result, "written", ())] == ["tracking", "receipt"]
    stay = found.backend.get(_stay(found, "rosa-stay"))
    stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] = home
    found.backend.put(stay)


def _under_18(found: Stage) -> None:
    """A child, with the mother on record."""
    found.backend.put({**found.backend.get(found.patient), "birthDate": "2012-05-01"})
    mother(found)


def mother(found: Stage) -> str:
    """The patient's mother, as the hospital knows her."""
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}
    return found.backend.create(
        {
            "resourceType": "RelatedPerson",
            "active": True,
            "patient": {"reference": found.patient},
            "relationship": [{"coding": [coding]}],
        }
    )


def _by_guardian(found: Stage) -> Command:
    people = found.backend.search(f"RelatedPerson?patient={found.patient}")
    (person,) = [one for one in people if "MTH" in str(one["relationship"])]
    return enroll(found, guardian=f"RelatedPerson/{person['id']}")


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("enroll", "enroll", "rosa", nothing, enroll),
    Scenario("a guardian consents", "enroll", "rosa", _under_18, _by_guardian),
    Scenario(
        "answers that were asked for, item 9 positive",
        "record-assessment",
        "kim",
        _enrolled_and_asked,
        _recorded(_kims),
    ),
    Scenario("answers after a saved draft", "record-assessment", "kim", _drafted, _recorded(_kims), hapi=True),
    Scenario("item 9 unanswered", "record-assessment", "kim", enrolled, _recorded(_without_last_answer)),
    Scenario(
        "food, response without identifier, nobody enrolled",
        "record-assessment",
        "rosa",
        nothing,
        _recorded(_anonymous),
    ),
    Scenario("home from hospital", "open-transition", "rosa", enrolled, _opened("rosa-stay")),
    Scenario("hospital to nursing facility", "open-transition", "earl", nothing, _opened("earl-hospital"), LATER),
    Scenario("a corrected discharge", "open-transition", "rosa", _corrected, _opened("rosa-stay"), hapi=True),
    Scenario("tracked, and home after all", "open-transition", "rosa", _tracked_then_home, _opened("rosa-stay")),
)
