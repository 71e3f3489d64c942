"""Where somebody is and who they are: hospice, a hospital now, and the states of rule 38 (clinical practice).

Each table has what counts, what comes near it and does not, and how systems spell it. The day is Monday 2026-03-09.
"""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.chart import chart as charts
from carefhir.chart import person_states, unclear_places, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.content.loading import load
from carefhir.fhir.gather import Records
from tests.support.charts import chart_of, condition, occasion, record

Json = dict[str, Any]
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SNOMED = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
RESOLVED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]}


def concept(code: str = "", system: str = SNOMED, text: str = "") -> Json:
    coded: Json = {"coding": [{"system": system, "code": code}]} if code else {}
    return {**coded, **({"text": text} if text else {})}


def flag(text: str, status: str = "active", **more: Any) -> Json:
    return {"resourceType": "Flag", "status": status, "code": concept(text=text), **more}


def episode(text: str, status: str = "active", **more: Any) -> Json:
    return {"resourceType": "EpisodeOfCare", "status": status, "type": [concept(text=text)], **more}


def request(code: Json, status: str = "active", intent: str = "order", **more: Any) -> Json:
    return {"resourceType": "ServiceRequest", "status": status, "intent": intent, "code": code, **more}


def encounter(class_: Any, status: str = "in-progress", start: str = "2026-03-08", end: str = "", **more: Any) -> Json:
    coding = {"system": ACT, "code": class_} if isinstance(class_, str) else class_
    period = {**({"start": start} if start else {}), **({"end": end} if end else {})}
    return {"resourceType": "Encounter", "status": status, "class": coding, "period": period, **more}


HOSPICE = {
    "a Flag": flag("Hospice care"),
    "a Flag in capitals with a detail": flag("HOSPICE - routine home care"),
    "a Flag by code alone": {**flag(""), "code": concept("385763009")},
    "a Flag with a code of a versioned SNOMED CT": {
        **flag(""),
        "code": concept("385763009", "http://snomed.info/sct/731000124108"),
    },
    "a Flag that runs out later": flag("On hospice", period={"start": "2026-02-01", "end": "2026-12-31"}),
    "a program": episode("Hospice"),
    "a program on hold": episode("Hospice", "onhold"),
    "a program of a hospice, whatever its type": episode(
        "Home care", managingOrganization={"display": "Valley Hospice"}
    ),
    "a visit under way": encounter("HH", type=[concept("305336008")]),
    "a visit of a hospice": encounter("HH", serviceProvider={"display": "Sunrise Hospice, Inc."}),
    "a service of a visit": encounter("HH", serviceType=concept(text="Hospice and palliative medicine")),
    "a place of service": encounter(
        "AMB",
        type=[concept("34", "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set")],
    ),
    "a request": request(concept("385763009")),
    "a request in words": request(concept(text="Hospice eval and treat")),
    "a request with a HCPCS code": request(concept("Q5003", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets")),
    "a request to a hospice": request(concept(text="Home care"), performer=[{"display": "Valley Hospice"}]),
    "a care team": {"resourceType": "CareTeam", "status": "active", "name": "Hospice team"},
    "Z51.5": condition("Z51.5", ICD),
    "Z51.5 without its dot": condition("Z515", ICD),
    "Z51.5 by OID": condition("Z51.5", "urn:oid:2.16.840.1.113883.6.90"),
    "Z51.5 without a system": condition("Z51.5", ""),
    "a condition in words": {"resourceType": "Condition", "code": {"text": "Hospice care patient"}},
    "the disposition of the last stay": encounter(
        "IMP",
        "finished",
        "2026-03-01",
        "2026-03-05",
        hospitalization={"dischargeDisposition": concept("50", "http://www.nubc.org/patient-discharge")},
    ),
    "a disposition in SNOMED CT": encounter(
        "IMP",
        "finished",
        "2026-03-01",
        "2026-03-05",
        hospitalization={"dischargeDisposition": concept("428361000124107")},
    ),
}
NO_HOSPICE = {
    "nothing": flag("Falls risk"),
    "declined": flag("Hospice declined"),
    "discussed": flag("Hospice discussed with family"),
    "no hospice": flag("No hospice at this time"),
    "not eligible": flag("Not eligible for hospice"),
    "a code, and a text that says declined": {**flag(""), "code": concept("385763009", text="Hospice care - declined")},
    "an inactive Flag": flag("Hospice care", "inactive"),
    "a Flag in error": flag("Hospice care", "entered-in-error"),
    "a Flag that has run out": flag("Hospice care", period={"end": "2026-03-01"}),
    "a Flag that begins later": flag("Hospice care", period={"start": "2026-04-01"}),
    "a planned program": episode("Hospice", "planned"),
    "a waiting list": episode("Hospice", "waitlist"),
    "a finished program": episode("Hospice", "finished"),
    "a canceled program": episode("Hospice", "cancelled"),
    "a finished visit": encounter("HH", "finished", end="2026-03-08", type=[concept("305336008")]),
    "a planned visit": encounter("HH", "planned", "2026-04-01", type=[concept("305336008")]),
    "a revoked request": request(concept("385763009"), "revoked"),
    "a completed request": request(concept("385763009"), "completed"),
    "a draft of a request": request(concept("385763009"), "draft"),
    "a proposal": request(concept("385763009"), intent="proposal"),
    "a request not to do it": request(concept("385763009"), doNotPerform=True),
    "a request for information": request(concept(text="Hospice information visit")),
    "Z51.5, resolved": condition("Z51.5", ICD, clinicalStatus=RESOLVED),
    "a neighbor of Z51.5": condition("Z51.11", ICD),
    "the mother's hospice": {"resourceType": "Condition", "code": {"text": "Mother in hospice"}},
    "the disposition of an earlier stay": encounter("IMP", "finished", "2026-03-01", "2026-03-05"),
}


@pytest.mark.parametrize("given", HOSPICE.values(), ids=HOSPICE)
def test_hospice(given: Json) -> None:
    assert whereabouts.hospice_of(chart_of(given), occasion()) is not None


@pytest.mark.parametrize("given", NO_HOSPICE.values(), ids=NO_HOSPICE)
def test_not_hospice(given: Json) -> None:
    assert whereabouts.hospice_of(chart_of(given), occasion()) is None


def test_a_later_stay_takes_back_what_an_earlier_disposition_said() -> None:
    """Discharged to hospice in January, in the hospital again and home in March: the last disposition counts."""
    to_hospice = {"dischargeDisposition": concept("50", "http://www.nubc.org/patient-discharge")}
    before = encounter("IMP", "finished", "2026-01-01", "2026-01-05", hospitalization=to_hospice)
    after = encounter("IMP", "finished", "2026-03-01", "2026-03-05")
    assert whereabouts.hospice_of(chart_of(before, after), occasion()) is None


def test_palliative_care_alone_is_said_to_be_unsure() -> None:
    found = whereabouts.hospice_of(chart_of(condition("Z51.5", ICD)), occasion())
    assert found is not None
    assert not found.sure
    assert any("whether a hospice cares for them" in doubt for doubt in found.doubts)
    named = whereabouts.hospice_of(chart_of(condition("Z51.5", ICD), flag("Hospice")), occasion())
    assert named is not None
    assert named.sure


@pytest.mark.parametrize(
    ("given", "sure"),
    [
        (episode("Home care", managingOrganization={"display": "Valley Home Health & Hospice"}), False),
        (request(concept(text="Physical therapy"), performer=[{"display": "Valley Home Health & Hospice"}]), False),
        (episode("Hospice", managingOrganization={"display": "Valley Home Health & Hospice"}), True),
    ],
)
def test_a_name_alone_is_said_to_be_unsure(given: Json, sure: bool) -> None:
    found = whereabouts.hospice_of(chart_of(given), occasion())
    assert found is not None
    assert found.sure is sure


@pytest.mark.parametrize(
    "given",
    [
        {**flag("Falls risk"), "author": {"display": "Valley Home Health & Hospice"}},
        {"resourceType": "CareTeam", "status": "active", "managingOrganization": [{"display": "Notre Dame Hospice"}]},
    ],
    ids=["the author of a Flag", "the organization of a care team"],
)
def test_a_name_beside_something_else_says_nothing(given: Json) -> None:
    assert whereabouts.hospice_of(chart_of(given), occasion()) is None


def test_the_hospice_is_named_with_its_number() -> None:
    organization = {
        "resourceType": "Organization",
        "id": "h",
        "name": "Valley Hospice",
        "telecom": [{"system": "fax", "value": "555-0199"}, {"system": "phone", "value": "555-0100"}],
    }
    given = episode("Hospice", period={"start": "2026-02-03"}, managingOrganization={"reference": "Organization/h"})
    found = {"episodes": (record(given),), "Organization at managingOrganization": (record(organization),)}
    hospice = whereabouts.hospice_of(charts.read(Records(found), occasion()), occasion())
    assert hospice is not None
    assert (hospice.name, hospice.phone, str(hospice.since)) == ("Valley Hospice", "555-0100", "2026-02-03")
    assert hospice.call_first == "call hospice first: Valley Hospice at 555-0100"


@pytest.mark.parametrize(
    "given",
    [
        {
            **flag("Hospice"),
            "author": {"reference": "#o"},
            "contained": [
                {
                    "resourceType": "Organization",
                    "id": "o",
                    "name": "Hospice of the Valley",
                    "telecom": [{"system": "phone", "value": "555-0100"}],
                }
            ],
        },
    ],
)
def test_a_contained_organization_is_read(given: Json) -> None:
    hospice = whereabouts.hospice_of(chart_of(given), occasion())
    assert hospice is not None
    assert (hospice.name, hospice.phone) == ("Hospice of the Valley", "555-0100")


def test_a_contact_of_the_patient_gives_the_number() -> None:
    contact = {"organization": {"display": "Valley Hospice"}, "telecom": [{"system": "phone", "value": "555-0100"}]}
    person = {"resourceType": "Patient", "contact": [contact]}
    hospice = whereabouts.hospice_of(chart_of(person, flag("Hospice")), occasion())
    assert hospice is not None
    assert (hospice.name, hospice.phone) == ("Valley Hospice", "555-0100")


def test_a_number_that_is_not_on_record_is_said() -> None:
    hospice = whereabouts.hospice_of(chart_of(flag("Hospice")), occasion())
    assert hospice is not None
    assert "not on record" in hospice.call_first


IN_HOSPITAL = {
    "inpatient": encounter("IMP"),
    "acute": encounter("ACUTE"),
    "emergency": encounter("EMER"),
    "observation": encounter("OBSENC"),
    "in small letters": encounter("imp"),
    "without a system": encounter({"code": "IMP"}),
    "HL7 version 2": encounter({"system": "http://terminology.hl7.org/CodeSystem/v2-0004", "code": "I"}),
    "FHIR before R4": encounter({"system": "http://hl7.org/fhir/encounter-class", "code": "emergency"}),
    "a class in words": encounter(
        {"system": "urn:oid:1.2.840.114350.1.72", "code": "4", "display": "Hospital Inpatient"}
    ),
    "a code that is a word": encounter({"code": "INPATIENT"}),
    "an unknown class, and a type that says it": encounter({"code": "X"}, type=[concept(text="Inpatient stay")]),
    "ambulatory, and a type that says admission": encounter("AMB", type=[concept("183452005")]),
    "no class": {**encounter("IMP", type=[concept(text="Emergency department visit")]), "class": {}},
    "arrived": encounter("EMER", "arrived"),
    "triaged": encounter("EMER", "triaged"),
    "on leave": encounter("IMP", "onleave"),
    "psychiatry": encounter("IMP", type=[concept("305400006")]),
    "a nursing facility": encounter("IMP", type=[concept("449411000124106")]),
    "without a start": encounter("IMP", start=""),
    "an end to come": encounter("IMP", end="2026-03-12"),
    "finished, with an end to come": encounter("IMP", "finished", end="2026-03-12"),
    "open since last year": encounter("IMP", start="2025-06-01"),
    "status unknown, begun yesterday": encounter("IMP", "unknown"),
    "a status that is none, begun yesterday": encounter("IMP", "active"),
    "I of HL7 version 2, without its system": encounter({"code": "I"}),
    "E of HL7 version 2, in small letters": encounter({"code": "e"}),
    "HL7 version 2 by its OID": encounter({"system": "urn:oid:2.16.840.1.113883.12.4", "code": "I"}),
    "a class in words alone": encounter({"display": "Inpatient"}),
    "a class that is a CodeableConcept": {**encounter("IMP"), "class": [{"text": "Inpatient"}]},
    "without a start, in words": encounter({"display": "Inpatient"}, start=""),
}
NOT_IN_HOSPITAL = {
    "a visit": encounter("AMB"),
    "a call": encounter("VR"),
    "at home": encounter("HH"),
    "finished": encounter("IMP", "finished", end="2026-03-08"),
    "finished without an end": encounter("IMP", "finished"),
    "an end in the past": encounter("IMP", end="2026-03-08"),
    "planned": encounter("IMP", "planned", "2026-03-10"),
    "in error": encounter("IMP", "entered-in-error"),
    "canceled": encounter("IMP", "cancelled"),
    "begins tomorrow": encounter("IMP", start="2026-03-10"),
    "before an admission": encounter("PRENC"),
    "a visit after a stay": encounter("AMB", type=[concept(text="Hospital follow-up, post-discharge")]),
    "an outpatient in a hospital": encounter({"code": "X"}, type=[concept(text="Hospital outpatient visit")]),
    "an emergency contact": encounter("AMB", type=[concept(text="Update of emergency contact")]),
    "a day clinic": encounter(
        "IMP",
        type=[concept("52", "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set")],
    ),
    "status unknown, begun last year": encounter("IMP", "unknown", "2025-06-01"),
    "a hospice's bed": encounter("IMP", type=[concept("305336008")]),
}


@pytest.mark.parametrize("given", IN_HOSPITAL.values(), ids=IN_HOSPITAL)
def test_in_a_hospital_now(given: Json) -> None:
    assert whereabouts.in_hospital(chart_of(given), occasion()) is not None


@pytest.mark.parametrize("given", NOT_IN_HOSPITAL.values(), ids=NOT_IN_HOSPITAL)
def test_not_in_a_hospital_now(given: Json) -> None:
    assert whereabouts.in_hospital(chart_of(given), occasion()) is None


ASKED = {
    "a code of the site's own": encounter({"system": "urn:site", "code": "31"}),
    "no class at all": {**encounter("IMP"), "class": {}},
    "a short stay, which some use for outpatient surgery": encounter("SS"),
    "a short stay without its system": encounter({"code": "SS"}),
    "a short stay without a start": encounter({"code": "SS"}, start=""),
    "an unknown code on leave": encounter({"code": "X"}, "onleave"),
    "a swing bed": encounter({"display": "Swing bed"}),
    "words of a nursing facility": encounter({"display": "Skilled nursing facility"}),
    "inpatient, with neither a status nor a start": encounter("IMP", "unknown", start=""),
    "not ambulatory": encounter({"display": "Not ambulatory"}),
    "open for months": encounter({"code": "X"}, start="2025-10-01"),
}
SILENT = {
    "a visit": encounter("AMB"),
    "a visit without its system": encounter({"code": "AMB"}),
    "a visit in HL7 version 2": encounter({"code": "O"}),
    "a series of visits": encounter({"code": "R"}),
    "at home": encounter("HH"),
    "at home in words": encounter({"display": "Home Health"}),
    "a visit of FHIR before R4": encounter({"system": "http://hl7.org/fhir/encounter-class", "code": "outpatient"}),
    "a class of the site's own, and words": encounter({"system": "urn:site", "code": "4", "display": "Office Visit"}),
    "no class, and a type in words": {**encounter("AMB", type=[concept(text="Physical therapy")]), "class": {}},
    "no class, and a type that is a call": {**encounter("AMB", type=[concept("185317003")]), "class": {}},
    "a stay, which is known": encounter("IMP"),
    "a hospice's bed": encounter("IMP", type=[concept("305336008")]),
    "an unknown code, over": encounter({"code": "X"}, "finished"),
    "an unknown code, ended": encounter({"code": "X"}, end="2026-03-08"),
    "an unknown code, planned": encounter({"code": "X"}, "planned"),
    "an unknown code, from tomorrow": encounter({"code": "X"}, start="2026-03-10"),
    "an unknown code in error": encounter({"code": "X"}, "entered-in-error"),
    "an unknown code of a status that says nothing, long ago": encounter({"code": "X"}, "unknown", "2025-06-01"),
}


@pytest.mark.parametrize("given", ASKED.values(), ids=ASKED)
def test_an_encounter_that_may_be_a_stay_is_asked_about(given: Json) -> None:
    assert whereabouts.in_hospital(chart_of(given), occasion()) is None
    (asked,) = unclear_places.asked(chart_of(given), occasion())
    assert "ask where the person is" in asked


@pytest.mark.parametrize("given", SILENT.values(), ids=SILENT)
def test_what_is_understood_is_not_asked_about(given: Json) -> None:
    assert unclear_places.asked(chart_of(given), occasion()) == ()


def test_a_later_stay_whose_start_is_not_on_record_is_found() -> None:
    discharged = occasion("2026-02-01T12:00:00-06:00").now
    chart = chart_of(encounter("IMP", start=""))
    assert whereabouts.stay_since(chart, occasion(), discharged, frozenset()) is not None
    visit = chart_of(encounter("AMB", start=""))
    assert whereabouts.stay_since(visit, occasion(), discharged, frozenset()) is None


def test_a_stay_nobody_ended_counts_and_is_said_to_be_long() -> None:
    stay = whereabouts.in_hospital(chart_of(encounter("IMP", start="2026-02-06")), occasion())
    assert stay is not None
    assert stay.open_days == 31
    assert "open for 31 days" in stay.words
    month = whereabouts.in_hospital(chart_of(encounter("IMP", start="2026-02-07")), occasion())
    assert month is not None
    assert month.open_days is None


def test_where_they_were_at_a_moment() -> None:
    chart = chart_of(encounter("IMP", "finished", "2026-03-01T08:00:00-06:00", "2026-03-05T14:00:00-06:00"))
    for when, there in (
        ("2026-03-01T07:59:00-06:00", False),
        ("2026-03-01T08:00:00-06:00", True),
        ("2026-03-05T13:59:00-06:00", True),
        ("2026-03-05T14:00:00-06:00", False),
    ):
        at = occasion(when).now
        assert (whereabouts.in_hospital(chart, occasion(), at) is not None) is there, when


def test_a_restricted_setting_is_not_named() -> None:
    stay = whereabouts.in_hospital(chart_of(encounter("IMP", type=[concept("56876005")])), occasion())
    assert stay is not None
    assert "facility" in stay.words
    assert "substance" not in stay.words


def test_what_could_not_be_seen_is_said() -> None:
    assert whereabouts.unseen(chart_of(unseen=("encounters",)), *whereabouts.HOSPITAL_NEEDS)
    assert whereabouts.unseen(chart_of(unseen=("flags",)), *whereabouts.NEEDS)
    assert not whereabouts.unseen(chart_of(), *whereabouts.NEEDS)


@pytest.mark.parametrize(
    ("class_", "start", "end", "there"),
    [
        ("IMP", "2026-03-06", "2026-03-07", True),
        ("IMP", "2026-03-06", "", True),
        ("OBSENC", "2026-03-06", "2026-03-07", True),
        ("EMER", "2026-03-08", "", True),
        ("EMER", "2026-03-06", "2026-03-07", False),
        ("IMP", "2026-03-04", "2026-03-07", False),
        ("AMB", "2026-03-06", "2026-03-07", False),
    ],
)
def test_a_stay_after_the_discharge(class_: str, start: str, end: str, there: bool) -> None:
    status = "finished" if end else "in-progress"
    chart = chart_of(encounter(class_, status, f"{start}T10:00:00-06:00", end and f"{end}T10:00:00-06:00"))
    discharged = occasion("2026-03-05T14:00:00-06:00").now
    assert (whereabouts.stay_since(chart, occasion(), discharged, frozenset()) is not None) is there


def person(born: str | None) -> Json:
    return {"resourceType": "Patient", **({"birthDate": born} if born else {})}


def state(code: str, chart: Chart) -> bool | None:
    return next(one for one in person_states.states_of(chart, occasion()) if one.code == code).holds


@pytest.mark.parametrize(
    ("code", "born", "holds"),
    [
        ("minor", "2008-03-10", True),
        ("minor", "2008-03-09", False),
        ("minor", "2008", True),
        ("minor", "2008-02", False),
        ("minor", "2007", False),
        ("minor", None, None),
        ("minor", "2026-03-20", None),
        ("minor", "2026-03-01", True),
        ("newborn", "2026-02-10", True),
        ("newborn", "2026-02-09", False),
        ("newborn", "1950-01-01", False),
        ("newborn", None, None),
    ],
)
def test_age(code: str, born: str | None, holds: bool | None) -> None:
    assert state(code, chart_of(person(born))) is holds


STATES: dict[str, tuple[str, bool, Json]] = {
    "pregnant": ("pregnant", True, condition("77386006")),
    "pregnant, by supervision": ("pregnant", True, condition("Z34.02", ICD)),
    "pregnant, by weeks": ("pregnant", True, condition("Z3A.20", ICD)),
    "pregnant, by a complication": ("pregnant", True, condition("O24.410", ICD)),
    "pregnant, in words": (
        "pregnant",
        True,
        {"resourceType": "Condition", "code": {"text": "IUP, pregnancy 20 weeks"}},
    ),
    "pregnant, unconfirmed": (
        "pregnant",
        True,
        condition("77386006", verificationStatus={"coding": [{"code": "provisional"}]}),
    ),
    "pregnant since 43 weeks": ("pregnant", True, condition("77386006", onsetDateTime="2025-05-12")),
    "pregnant since 44 weeks": ("pregnant", False, condition("77386006", onsetDateTime="2025-05-05")),
    "not pregnant any more": ("pregnant", False, condition("77386006", clinicalStatus=RESOLVED)),
    "a pregnancy that has ended": ("pregnant", False, condition("77386006", abatementDateTime="2026-03-01")),
    "no pregnancy": ("pregnant", False, {"resourceType": "Condition", "code": {"text": "Not pregnant"}}),
    "a test": ("pregnant", False, {"resourceType": "Condition", "code": {"text": "Negative pregnancy test"}}),
    "a visit before birth": ("pregnant", True, encounter("AMB", type=[concept(text="Prenatal visit")])),
    "a birth": ("after-birth", True, condition("O80", ICD, onsetDateTime="2026-02-01")),
    "a birth 12 weeks ago": ("after-birth", True, condition("Z37.0", ICD, onsetDateTime="2025-12-15")),
    "a birth 12 weeks and a day ago": ("after-birth", False, condition("Z37.0", ICD, onsetDateTime="2025-12-14")),
    "after a birth, undated": ("after-birth", True, condition("Z39.2", ICD)),
    "a pregnancy that ended last month": (
        "after-birth",
        True,
        condition("77386006", clinicalStatus=RESOLVED, abatementDateTime="2026-02-09"),
    ),
    "a pregnancy that must have ended": ("after-birth", True, condition("77386006", onsetDateTime="2025-05-05")),
    "a pregnancy of long ago": ("after-birth", False, condition("77386006", onsetDateTime="2024-05-05")),
    "a delivery as a stay": (
        "after-birth",
        True,
        encounter("IMP", "finished", "2026-01-10", "2026-01-12", reasonCode=[concept("O80", ICD)]),
    ),
    "type 1": ("type-1-diabetes", True, condition("46635009")),
    "type 1 with complications": ("type-1-diabetes", True, condition("E10.42", ICD)),
    "type 1 without a system": ("type-1-diabetes", True, condition("E10.9", "")),
    "type 1 in words": ("type-1-diabetes", True, {"resourceType": "Condition", "code": {"text": "DM Type I"}}),
    "type 1, abbreviated": ("type-1-diabetes", True, {"resourceType": "Condition", "code": {"text": "T1DM, on pump"}}),
    "type 2": ("type-1-diabetes", False, condition("44054006")),
    "type 2 in words": ("type-1-diabetes", False, {"resourceType": "Condition", "code": {"text": "Diabetes type 2"}}),
    "a mother's type 1": (
        "type-1-diabetes",
        False,
        {"resourceType": "Condition", "code": {"text": "Family history of type 1 diabetes"}},
    ),
    "dialysis": ("dialysis", True, condition("Z99.2", ICD)),
    "end-stage": ("dialysis", True, condition("N18.6", ICD)),
    "dialysis in words": (
        "dialysis",
        True,
        {"resourceType": "Condition", "code": {"text": "ESRD on hemodialysis MWF"}},
    ),
    "an order of dialysis": ("dialysis", True, request(concept(text="Hemodialysis three times a week"))),
    "kidney disease": ("dialysis", False, condition("N18.4", ICD)),
    "dialysis declined": ("dialysis", False, {"resourceType": "Condition", "code": {"text": "Dialysis declined"}}),
}


@pytest.mark.parametrize(("code", "holds", "given"), STATES.values(), ids=STATES)
def test_who_they_are(code: str, holds: bool, given: Json) -> None:
    assert state(code, chart_of(given)) is holds


@pytest.mark.parametrize("code", ["pregnant", "after-birth", "type-1-diabetes", "dialysis"])
def test_what_cannot_be_seen_is_not_no(code: str) -> None:
    assert state(code, chart_of(unseen=("conditions",))) is None


@pytest.mark.parametrize(
    ("words", "hospice"),
    [
        ("HOSPICE: no 911", True),
        ("Hospice (wife is POA)", True),
        ("hospice, call wife first", True),
        ("Hospice - not full code", True),
        ("Hospice; mother at bedside", True),
        ("Has no family; on hospice", True),
        ("On hospice. Husband is not on hospice.", True),
        ("not on hospice", False),
        ("no longer on hospice", False),
        ("no hospice", False),
        ("mother died in hospice", False),
        ("hospice for his wife", False),
        ("Hospice declined", False),
    ],
)
def test_an_ordinary_no_does_not_take_a_hospice_back(words: str, hospice: bool) -> None:
    assert (whereabouts.hospice_of(chart_of(flag(words)), occasion()) is not None) is hospice


@pytest.mark.parametrize(
    ("state", "words", "holds"),
    [
        ("type-1-diabetes", "Type 1 diabetes, not controlled", True),
        ("type-1-diabetes", "not type 1 diabetes", False),
        ("type-1-diabetes", "mother has type 1 diabetes", False),
        ("dialysis", "ESRD on hemodialysis, no fistula", True),
        ("dialysis", "not on dialysis", False),
        ("pregnant", "pregnant, partner aware", True),
        ("pregnant", "Intrauterine pregnancy, prior cesarean", True),
        ("pregnant", "not pregnant", False),
        ("pregnant", "history of pregnancy", False),
    ],
)
def test_words_after_it_do_not_take_it_back(state: str, words: str, holds: bool) -> None:
    assert wording.says(load(), state, words) is holds
