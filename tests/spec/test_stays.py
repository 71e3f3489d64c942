"""Stays, days and destinations, as records really have them: each case is a small story told on the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import OpenTransition, RecordContact
from carefhir.engine.results import Result
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage

Json = dict[str, Any]
NUBC = "http://www.nubc.org/patient-discharge"
NUBC_NOW = "https://www.nubc.org/CodeSystem/PatDischargeStatus"
MONDAY = "2026-03-09T10:00:00-05:00"
SNF = "449411000124106"


@pytest.fixture
def kim() -> Stage:
    """Somebody without any encounter yet, enrolled."""
    found = stage(sandbox_backend(), "kim")
    assert isinstance(carried_out(found, enroll(found), "2026-03-01T09:00:00-05:00"), Done)
    return found


def encounter(
    found: Stage, start: str, end: str = "", *, disposition: str = "", system: str = NUBC, type_: str = "", **more: Any
) -> str:
    """One Encounter; inpatient and finished unless said otherwise."""
    period = {"start": start} | ({"end": end} if end else {})
    made: Json = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": found.patient},
        "period": period,
    }
    if disposition:
        coding = {"system": system, "code": disposition}
        made["hospitalization"] = {"dischargeDisposition": {"coding": [coding]}}
    if type_:
        made["type"] = [{"coding": [{"system": "http://snomed.info/sct", "code": type_}]}]
    return found.backend.create({**made, **more})


def of_class(code: str) -> Json:
    return {"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code}}


def opened(found: Stage, name: str, when: str = MONDAY, **more: Any) -> Result:
    return carried_out(found, OpenTransition(patient=found.patient, encounter=name, **more), when)


def due(found: Stage) -> dict[str, str]:
    return {code: day for code, day in Chart(found.backend, found.patient).due().items() if code != "first-assessment"}


def reasons(result: Result) -> str:
    assert isinstance(result, Refused), result
    assert result.kept is None
    return "; ".join(result.why)


# ---- whose day it is


@pytest.mark.parametrize("asked_at", [MONDAY, "2026-03-09T11:00:00-04:00", "2026-03-09T15:00:00+00:00"])
@pytest.mark.parametrize("end", ["2026-03-06T23:30:00-05:00", "2026-03-06"])
def test_the_day_of_discharge_is_the_one_the_record_writes(kim: Stage, end: str, asked_at: str) -> None:
    stay = encounter(kim, "2026-03-01", end, disposition="01")
    assert isinstance(opened(kim, stay, asked_at), Done)
    assert due(kim)["contact-patient"] == "2026-03-10"
    assert due(kim)["book-follow-up"] == "2026-03-20"
    assert due(kim)["transition"] == "2026-04-04"


def test_a_second_run_from_another_zone_writes_nothing(kim: Stage) -> None:
    stay = encounter(kim, "2026-03-01T10:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, stay), Done)
    before = Chart(kim.backend, kim.patient).resources
    for when in ("2026-03-09T11:00:00-04:00", "2026-03-09T15:00:00+00:00", "2026-03-10T08:00:00+09:00"):
        again = opened(kim, stay, when)
        assert isinstance(again, Done)
        assert again.by == "an earlier run"
    assert Chart(kim.backend, kim.patient).resources == before


def test_utc_says_no_place_so_the_readers_zone_counts(kim: Stage) -> None:
    stay = encounter(kim, "2026-03-01T10:00:00Z", "2026-03-07T02:30:00Z", disposition="01")
    assert isinstance(opened(kim, stay), Done)
    assert due(kim)["transition"] == "2026-04-04"


# ---- which Encounters are one stay


def test_any_encounter_of_the_stay_is_the_same_request(kim: Stage) -> None:
    ward = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-02T08:00:00-06:00", **of_class("OBSENC"))
    bed = encounter(kim, "2026-03-02T09:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, ward), Done)
    again = opened(kim, bed)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert len(Chart(kim.backend, kim.patient).written("RiskAssessment")) == 2, "LACE and HOSPITAL, once each"


def test_somebody_still_in_a_bed_has_not_been_discharged(kim: Stage) -> None:
    encounter(kim, "2026-03-01T08:00:00-06:00", status="in-progress")
    ward = encounter(kim, "2026-03-04T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert "not finished" in reasons(opened(kim, ward))


def test_a_bed_kept_in_the_nursing_facility_is_where_they_went(kim: Stage) -> None:
    encounter(kim, "2026-02-01T08:00:00-06:00", status="in-progress", type_=SNF)
    hospital = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, hospital), Done)
    assert set(due(kim)) == {"track-facility-stay"}


@pytest.mark.parametrize("start", ["2026-03-07T08:00:00-06:00", "2026-03-08T20:00:00-06:00"])
def test_a_planned_admission_is_none(kim: Stage, start: str) -> None:
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    encounter(kim, start, status="planned")
    assert isinstance(opened(kim, stay), Done)
    assert due(kim)["contact-patient"] == "2026-03-10"


def test_a_readmission_within_the_gap_moves_the_same_transition(kim: Stage) -> None:
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, stay, "2026-03-06T15:00:00-06:00"), Done)
    tasks = {one["id"] for one in Chart(kim.backend, kim.patient).written("Task")}
    later = encounter(kim, "2026-03-07T06:00:00-06:00", "2026-03-12T14:00:00-05:00", disposition="01")
    for name in (later, stay):
        result = opened(kim, name, "2026-03-13T09:00:00-05:00")
        assert isinstance(result, Done), result
    assert due(kim)["contact-patient"] == "2026-03-16"
    assert {one["id"] for one in Chart(kim.backend, kim.patient).written("Task")} == tasks


def test_a_later_readmission_is_named(kim: Stage) -> None:
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-04T14:00:00-06:00", disposition="01")
    again = encounter(kim, "2026-03-07T06:00:00-06:00", status="in-progress")
    assert again in reasons(opened(kim, stay))


def test_a_non_acute_bed_is_a_stay_and_no_visit(kim: Stage) -> None:
    stay = encounter(
        kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01", **of_class("NONAC")
    )
    result = opened(kim, stay)
    assert isinstance(result, Done), result
    assert any("what kind of facility" in one for one in result.told.warnings)
    assert Chart(kim.backend, kim.patient).written("RiskAssessment") == []


def test_a_class_nobody_knows_is_named(kim: Stage) -> None:
    odd = {"class": {"system": "http://local.example", "code": "INP"}}
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", **odd)
    assert "class INP" in reasons(opened(kim, stay))


# ---- where they went


@pytest.mark.parametrize("system", [NUBC, NUBC_NOW])
def test_the_dead_get_no_transition(kim: Stage, system: str) -> None:
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="20", system=system)
    assert "death" in reasons(opened(kim, stay))


def test_death_is_seen_on_the_parent_and_in_a_later_visit(kim: Stage) -> None:
    whole = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="20")
    ward = encounter(kim, "2026-03-02T08:00:00-06:00", "2026-03-06T14:05:00-06:00", partOf={"reference": whole})
    assert "death" in reasons(opened(kim, ward))


def test_the_disposition_of_a_parent_counts(kim: Stage) -> None:
    whole = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="03")
    encounter(kim, "2026-03-02T08:00:00-06:00", "2026-03-06T14:05:00-06:00", partOf={"reference": whole})
    assert isinstance(opened(kim, whole), Done)
    assert set(due(kim)) == {"track-facility-stay"}


def test_a_disposition_that_is_not_in_the_map_is_not_told_as_missing(kim: Stage) -> None:
    stay = encounter(
        kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="9X", system="urn:local"
    )
    result = opened(kim, stay)
    assert isinstance(result, Done)
    assert any("9X is not understood" in one for one in result.told.warnings)


IN_WORDS = {
    "Skilled nursing facility": "skilled nursing facility", "SNF": "skilled nursing facility",
    "Swing bed": "skilled nursing facility", "Nursing home": "nursing facility", "LTACH": "long-term care hospital",
    "Acute rehab": "inpatient rehabilitation", "Inpatient psych": "inpatient psychiatry",
    "Transfer to another hospital": "hospital", "home w/ HH": "home with home health",
    "HOME HEALTH CARE SVC": "home with home health", "Home or self care (routine discharge)": "home",
    "to daughter's home": "home", "ALF": "assisted living", "AMA": "left against advice",
    "Left against medical advice": "left against advice", "shelter": "not understood", "Other": "not understood",
    "Declined SNF, went home": "not understood", "not home": "not understood",
}  # fmt: skip


@pytest.mark.parametrize("spelled", ["text", "display"])
@pytest.mark.parametrize(("words", "where"), IN_WORDS.items(), ids=IN_WORDS)
def test_a_disposition_in_words_is_read_or_quoted(kim: Stage, words: str, where: str, spelled: str) -> None:
    concept = (
        {"text": words} if spelled == "text" else {"coding": [{"system": "urn:local", "code": "7", "display": words}]}
    )
    stay = encounter(
        kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00",
        hospitalization={"dischargeDisposition": concept},
    )  # fmt: skip
    result = opened(kim, stay)
    assert isinstance(result, Done), result
    told = "\n".join((*result.told.says, *result.told.warnings))
    assert f"to {where}" in told
    assert f'"{words}"' in told
    assert "treated as home" not in told
    assert "no disposition" not in told
    assert (f"destination {where}" in told) == (where in ("not understood", "left against advice"))
    tracked = where not in ("home", "home with home health", "assisted living", "left against advice", "not understood")
    assert (set(due(kim)) == {"track-facility-stay"}) == tracked


@pytest.mark.parametrize("words", ["Expired", "pt expired", "DECEASED", "Died in ED", "Expired at home", "morgue"])
def test_the_dead_are_told_in_words(kim: Stage, words: str) -> None:
    stay = encounter(
        kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00",
        hospitalization={"dischargeDisposition": {"text": words}},
    )  # fmt: skip
    assert "death" in reasons(opened(kim, stay))


@pytest.mark.parametrize(
    ("code", "words", "where"),
    [
        ("01", "Discharged to home or self care (routine discharge)", "to home"),
        ("06", "Home under care of an organized home health service in anticipation of covered skilled care",
         "to home with home health"),
        ("01", "Skilled nursing facility", "to not understood"),
        ("01", "Not expired", "to home"),
        ("03", "whatever", "to skilled nursing facility"),
    ],
)  # fmt: skip
def test_a_code_beside_words_that_say_otherwise_is_asked_about(kim: Stage, code: str, words: str, where: str) -> None:
    coding = {"system": NUBC, "code": code, "display": words}
    stay = encounter(
        kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00",
        hospitalization={"dischargeDisposition": {"coding": [coding]}},
    )  # fmt: skip
    result = opened(kim, stay)
    assert isinstance(result, Done), result
    assert where in "\n".join((*result.told.says, *result.told.warnings))


def test_tracked_by_a_wrong_disposition_and_home_after_all(kim: Stage) -> None:
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="03")
    assert isinstance(opened(kim, stay), Done)
    resource = kim.backend.get(stay)
    resource["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] = "01"
    kim.backend.put(resource)
    assert isinstance(opened(kim, stay), Done)
    chart = Chart(kim.backend, kim.patient)
    assert chart.tasks()["track-facility-stay"]["status"] == "cancelled"
    assert chart.due()["contact-patient"] == "2026-03-10"


def test_opened_and_then_said_to_be_in_a_facility_is_told_to_a_person(kim: Stage) -> None:
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, stay), Done)
    resource = kim.backend.get(stay)
    resource["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] = "03"
    kim.backend.put(resource)
    parent = Chart(kim.backend, kim.patient).tasks()["transition"]["id"]
    assert f"Task/{parent}" in reasons(opened(kim, stay))


# ---- corrections


def test_there_and_back_and_there_again(kim: Stage) -> None:
    first, second = "2026-03-06T14:00:00-06:00", "2026-03-05T14:00:00-06:00"
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", first, disposition="01")
    assert isinstance(opened(kim, stay), Done)
    for end, contact in ((second, "2026-03-09"), (first, "2026-03-10"), (second, "2026-03-09")):
        resource = kim.backend.get(stay)
        resource["period"]["end"] = end
        kim.backend.put(resource)
        result = opened(kim, stay)
        assert isinstance(result, Done)
        assert result.by == "us"
        assert due(kim)["contact-patient"] == contact
        task = Chart(kim.backend, kim.patient).tasks()["contact-patient"]
        tags = [tag["code"] for tag in task["meta"]["tag"] if tag["system"].endswith("/sid/due")]
        assert contact in tags


def test_what_others_put_on_a_task_survives_a_correction(kim: Stage) -> None:
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, stay), Done)
    parent = Chart(kim.backend, kim.patient).tasks()["transition"]
    parent["input"].insert(0, {"type": {"text": "door code"}, "valueString": "ask at the desk"})
    parent["restriction"]["repetitions"] = 3
    kim.backend.put(parent)
    resource = kim.backend.get(stay)
    resource["period"]["end"] = "2026-03-07T14:00:00-06:00"
    kim.backend.put(resource)
    assert isinstance(opened(kim, stay), Done)
    now = Chart(kim.backend, kim.patient).tasks()["transition"]
    assert now["input"][0] == {"type": {"text": "door code"}, "valueString": "ask at the desk"}
    assert now["restriction"]["repetitions"] == 3
    assert now["restriction"]["period"]["end"] == "2026-04-05"


# ---- whose Tasks


def test_another_systems_old_episode_gives_no_owner(kim: Stage) -> None:
    other = kim.backend.find("Practitioner", "pharmacist")
    kim.backend.create(
        {
            "resourceType": "EpisodeOfCare",
            "status": "active",
            "type": [{"coding": [{"system": "urn:local", "code": "antenatal"}]}],
            "patient": {"reference": kim.patient},
            "careManager": {"reference": other},
        }
    )
    stay = encounter(kim, "2026-03-01T08:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, stay), Done)
    assert {one["owner"]["reference"] for one in Chart(kim.backend, kim.patient).written("Task")} == {kim.nurse}


# ---- a stay that nobody ended


OPEN_SINCE_2017 = {"status": "in-progress"}


def test_a_stay_forgotten_for_years_does_not_block_todays(kim: Stage) -> None:
    forgotten = encounter(kim, "2017-05-08T20:00:00-05:00", **OPEN_SINCE_2017)
    stay = encounter(kim, "2026-03-01T04:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    result = opened(kim, stay)
    assert isinstance(result, Done), result
    assert any(
        f"{forgotten}, a stay begun on 2017-05-08, has never been ended" in line for line in result.told.warnings
    )
    assert due(kim)["contact-patient"] == "2026-03-10"


def test_the_person_is_at_home_though_an_older_stay_was_never_ended(kim: Stage) -> None:
    """They have been in another hospital since, and have left it."""
    encounter(kim, "2017-05-08T20:00:00-05:00", **OPEN_SINCE_2017)
    stay = encounter(kim, "2026-03-01T04:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    assert isinstance(opened(kim, stay), Done)
    tasks = Chart(kim.backend, kim.patient).written("Task")
    (parent,) = [task for task in tasks if task["code"]["coding"][0]["code"] == "transition"]
    call = RecordContact(
        patient=kim.patient,
        transition=f"Task/{parent['id']}",
        outcome="reached",
        started=MONDAY,
        topics=("how she is", "medicines"),
    )
    assert isinstance(carried_out(kim, call, "2026-03-09T10:10:00-05:00"), Done)


def test_a_stay_open_since_last_week_still_counts(kim: Stage) -> None:
    """The near miss: it may be true."""
    encounter(kim, "2026-02-27T20:00:00-06:00", **OPEN_SINCE_2017)
    stay = encounter(kim, "2026-03-01T04:00:00-06:00", "2026-03-06T14:00:00-06:00", disposition="01")
    result = opened(kim, stay)
    assert isinstance(result, Refused), result
    assert any("begun 2026-02-27" in line and "have that Encounter ended" in line for line in result.why), result.why


def test_a_forgotten_stay_that_is_asked_for_names_its_day(kim: Stage) -> None:
    result = opened(kim, encounter(kim, "2017-05-08T20:00:00-05:00", **OPEN_SINCE_2017))
    assert isinstance(result, Refused), result
    assert any("begun 2017-05-08" in line for line in result.why), result.why
