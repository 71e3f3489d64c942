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


def _answered(found: Stage, *weights: str) -> Json:
    """Kim's form with other answers, by their LOINC codes in the order of the items."""
    made = _kims(found)
    for item, code in zip(made["item"], weights, strict=True):
        item["answer"] = [{"valueCoding": {"system": "http://loinc.org", "code": code}}]
    return made


NEVER, SEVERAL, NEARLY = "LA6568-5", "LA6569-3", "LA6571-9"


def _positive_and_calm(found: Stage) -> None:
    """A positive screen was recorded; its item 9 was 0."""
    _enrolled_and_asked(found)
    first = _answered(found, *[NEARLY] * 5, *[NEVER] * 4)
    done(found, RecordAssessment(patient=found.patient, response=first))


def _amended(found: Stage) -> Json:
    """The same form, its last answer changed."""
    return {**_answered(found, *[NEARLY] * 5, *[NEVER] * 3, SEVERAL), "status": "amended", "authored": AMENDED_AT}


def _severe(found: Stage) -> Json:
    """A new form, with a high total and item 9 at 0."""
    made = _answered(found, *[NEARLY] * 8, NEVER)
    made["identifier"] = {**made["identifier"], "value": made["identifier"]["value"] + "-severe"}
    return {**made, "authored": AMENDED_AT}


def _screened_and_planned(found: Stage) -> None:
    """A positive screen before, and the plan's follow-up in a month."""
    _positive_and_calm(found)
    item = {"system": "https://carefhir.org/fhir/CodeSystem/care-item", "code": "depression-follow-up"}
    found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"text": "follow up the screen"},
            "reasonCode": {"coding": [item]},
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
            "restriction": {"period": {"start": "2026-03-09", "end": "2026-04-08"}},
        }
    )


def _amended_by_others(found: Stage) -> None:
    """Recorded, and then changed on the server by the system that the form came from."""
    _positive_and_calm(found)
    identifier = _kims(found)["identifier"]["value"]
    for stored in found.backend.search(f"QuestionnaireResponse?subject={found.patient}"):
        if stored.get("identifier", {}).get("value") == identifier:
            found.backend.put({**stored, "status": "amended", "item": _amended(found)["item"]})


def _amended_incompletely(found: Stage) -> Json:
    made = _amended(found)
    made["item"] = made["item"][:-1]
    return made


AMENDED_AT = "2026-03-09T09:30:00-05:00"
"""On the morning of the act: answers of a day to come are refused."""


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


def _with_hospital_inputs(found: Stage) -> None:
    """A laboratory result, a service and a procedure of her stay are on record beside what Rosa's chart holds."""
    enrolled(found)
    reference = _stay(found, "rosa-stay")
    stay = found.backend.get(reference)
    service = {"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}
    found.backend.put({**stay, "serviceType": {"coding": [service]}})
    of_her = {"subject": {"reference": found.patient}, "encounter": {"reference": reference}}
    sodium = {"coding": [{"system": "http://loinc.org", "code": "2951-2", "display": "Sodium"}]}
    amount = {"value": 133, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    found.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": sodium,
            "effectiveDateTime": "2026-03-06T06:30:00-06:00",
            "valueQuantity": amount,
            **of_her,
        }
    )
    echo = {"coding": [{"system": "http://snomed.info/sct", "code": "40701008", "display": "Echocardiography"}]}
    found.backend.create(
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": echo,
            "performedDateTime": "2026-03-03T11:00:00-06:00",
            **of_her,
        }
    )


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
    Scenario(
        "answers after a saved draft", "record-assessment", "kim", _drafted, _recorded(_kims), on_real_servers=True
    ),
    Scenario("item 9 unanswered", "record-assessment", "kim", enrolled, _recorded(_without_last_answer)),
    Scenario("a severe score", "record-assessment", "kim", _screened_and_planned, _recorded(_severe)),
    Scenario(
        "answers amended", "record-assessment", "kim", _positive_and_calm, _recorded(_amended), on_real_servers=True
    ),
    Scenario("answers amended by another system", "record-assessment", "kim", _amended_by_others, _recorded(_amended)),
    Scenario(
        "answers amended, item 9 left out",
        "record-assessment",
        "kim",
        _positive_and_calm,
        _recorded(_amended_incompletely),
    ),
    Scenario(
        "food, response without identifier, nobody enrolled",
        "record-assessment",
        "rosa",
        nothing,
        _recorded(_anonymous),
    ),
    Scenario("home from hospital", "open-transition", "rosa", enrolled, _opened("rosa-stay")),
    Scenario(
        "home from hospital, with all that HOSPITAL asks for",
        "open-transition",
        "rosa",
        _with_hospital_inputs,
        _opened("rosa-stay"),
    ),
    Scenario("hospital to nursing facility", "open-transition", "earl", nothing, _opened("earl-hospital"), LATER),
    Scenario(
        "a corrected discharge", "open-transition", "rosa", _corrected, _opened("rosa-stay"), on_real_servers=True
    ),
    Scenario("tracked, and home after all", "open-transition", "rosa", _tracked_then_home, _opened("rosa-stay")),
)
