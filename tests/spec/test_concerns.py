"""Concerns: a screen is not a diagnosis (rule 5), and who confirms what (clinical practice, "Who may do what")."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.engine.results import Done, Refused, Result
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.assessment import confirm, newest, screened

Json = dict[str, Any]
WHEN = "2026-03-10T09:00:00-05:00"
NEED, SCREEN = "Z59.41", "depression-screen-positive"
DIAGNOSIS = {"diagnosis": "icd-10-cm|F33.1", "diagnosis_words": "Major depressive disorder, recurrent, moderate"}
HEALTH_WORKER = {"system": "https://carefhir.org/fhir/CodeSystem/discipline", "code": "community-health-worker"}


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    found = stage(backend, "rosa")
    screened(found)
    return found


def who(found: Stage, name: str) -> str:
    """A practitioner of the examples; a community health worker is made for the purpose."""
    if name != "community-health-worker":
        return found.backend.find("Practitioner", name)
    made = found.backend.create({"resourceType": "Practitioner", "active": True})
    role = {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": made},
        "code": [{"coding": [HEALTH_WORKER]}],
    }
    found.backend.create(role)
    return made


def confirmed(found: Stage, concern: str, name: str, when: str = WHEN, **more: Any) -> Result:
    return carried_out(found, confirm(found, concern, **more), when, actor=who(found, name))


def verification(resource: Json) -> str:
    return str(resource["verificationStatus"]["coding"][0]["code"])


def the(found: Stage, text: str) -> Json:
    return found.backend.get(newest(found, "Condition", text))


# ---- who


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("nurse", "confirmed"),
        ("social-worker", "confirmed"),
        ("physician", "confirmed"),
        ("nurse-practitioner", "confirmed"),
        ("community-health-worker", "proposed"),
    ],
)
def test_a_social_need(rosa: Stage, name: str, outcome: str) -> None:
    result = confirmed(rosa, NEED, name)
    assert isinstance(result, Done), result
    tasks = Chart(rosa.backend, rosa.patient).tasks()
    if outcome == "confirmed":
        assert verification(the(rosa, NEED)) == "confirmed"
        assert "confirm-need" not in tasks
    else:
        assert verification(the(rosa, NEED)) == "unconfirmed"
        assert tasks["confirm-need"]["owner"]["reference"] == rosa.nurse
        assert tasks["confirm-need"]["restriction"]["period"]["end"] == "2026-03-17"


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("nurse", "proposed"),
        ("social-worker", "proposed"),
        ("physician", "confirmed"),
        ("nurse-practitioner", "confirmed"),
        ("community-health-worker", "refused"),
    ],
)
def test_a_positive_screen(rosa: Stage, name: str, outcome: str) -> None:
    result = confirmed(rosa, SCREEN, name, **DIAGNOSIS)
    chart = Chart(rosa.backend, rosa.patient)
    assert isinstance(result, Refused if outcome == "refused" else Done), result
    assert ("F33.1" in chart.codes()) is (outcome == "confirmed")
    assert verification(the(rosa, SCREEN)) == ("confirmed" if outcome == "confirmed" else "unconfirmed")
    if outcome == "proposed":
        task = chart.tasks()["confirm-diagnosis"]
        assert task["owner"]["reference"] == rosa.physician
        assert task["focus"]["reference"] == newest(rosa, "Condition", SCREEN)
        assert task["restriction"]["period"]["end"] == "2026-03-17"
        assert "Major depressive disorder" in task["description"]


def test_the_diagnosis_is_a_problem_with_the_concern_as_its_evidence(rosa: Stage) -> None:
    assert isinstance(confirmed(rosa, SCREEN, "nurse"), Done)
    result = confirmed(rosa, SCREEN, "physician", when="2026-03-11T09:00:00-05:00", **DIAGNOSIS)
    assert isinstance(result, Done), result
    concern, problem = the(rosa, SCREEN), the(rosa, "F33.1")
    assert verification(problem) == "confirmed"
    assert problem["category"][0]["coding"][0]["code"] == "problem-list-item"
    assert problem["evidence"][0]["detail"][0]["reference"] == f"Condition/{concern['id']}"
    assert problem["asserter"]["reference"] == rosa.physician
    assert "F33.1" not in str(concern["code"])
    task = Chart(rosa.backend, rosa.patient).tasks()["confirm-diagnosis"]
    assert task["status"] == "completed"
    assert task["output"][0]["valueReference"]["reference"] == f"Condition/{problem['id']}"


def test_a_diagnosis_on_record_is_not_written_twice(rosa: Stage) -> None:
    known = the(rosa, "rosa-depression")["code"]["coding"][0]
    given = {"diagnosis": f"{known['system']}|{known['code']}", "diagnosis_words": "depression"}
    result = confirmed(rosa, SCREEN, "physician", **given)
    assert isinstance(result, Done), result
    assert verification(the(rosa, SCREEN)) == "confirmed"
    assert {line.part for line in result.written} == {"concern", "receipt"}
    assert any("already on record" in one for one in result.told.says)


# ---- what


@pytest.mark.parametrize(
    ("concern", "given", "why"),
    [
        (SCREEN, {}, "not a diagnosis: give diagnosis"),
        (SCREEN, {"diagnosis": "icd-10-cm|F33.1"}, "give diagnosis_words"),
        (SCREEN, {"diagnosis": "F33.1", "diagnosis_words": "depression"}, "give it as system|code"),
        (SCREEN, {"diagnosis": "icd-10-cm|Z63.5", "diagnosis_words": "divorce"}, "a social need, not a diagnosis"),
        (
            SCREEN,
            {"diagnosis": "icd-10-cm|depressed", "diagnosis_words": "low"},
            "not in the format of its code system",
        ),
        (NEED, {"diagnosis": "icd-10-cm|Z59.4"}, "Z59.4 is not a leaf code"),
        (NEED, {"diagnosis": "icd-10-cm|F33.1"}, "F33.1 is not a leaf code"),
        (NEED, {"diagnosis": "snomed|733423003"}, "give its ICD-10-CM leaf code"),
    ],
)
def test_codes_that_are_refused(rosa: Stage, concern: str, given: Json, why: str) -> None:
    result = confirmed(rosa, concern, "physician", **given)
    assert isinstance(result, Refused), result
    assert any(why in one for one in result.why), result.why


def test_a_need_with_a_header_for_its_code_gets_its_leaf(rosa: Stage) -> None:
    concern = the(rosa, NEED)
    for coding in concern["code"]["coding"]:
        coding["code"] = coding["code"].replace("Z59.41", "Z59.4")
    rosa.backend.put(concern)
    refused = confirmed(rosa, "Z59.4", "nurse")
    assert isinstance(refused, Refused)
    assert "Z59.4 is not a leaf code" in refused.why[0]
    result = confirmed(rosa, "Z59.4", "nurse", diagnosis="icd-10-cm|Z59.41")
    assert isinstance(result, Done), result
    assert {"Z59.4", "Z59.41"} <= {one["code"] for one in the(rosa, "Z59.41")["code"]["coding"]}


@pytest.mark.parametrize("status", ["confirmed", "refuted", "entered-in-error"])
def test_what_somebody_else_has_judged_is_refused_by_name(rosa: Stage, status: str) -> None:
    concern = the(rosa, NEED)
    concern["verificationStatus"]["coding"][0]["code"] = status
    if status == "entered-in-error":
        concern.pop("clinicalStatus")  # con-5
    rosa.backend.put(concern)
    result = confirmed(rosa, NEED, "nurse")
    assert isinstance(result, Refused)
    assert result.why == (f"Condition/{concern['id']} is already {status}: nothing is left to confirm",)


def test_another_persons_concern_is_not_found(rosa: Stage) -> None:
    other = stage(rosa.backend, "kim")
    command = confirm(rosa, NEED).model_copy(update={"patient": other.patient})
    result = carried_out(other, command, WHEN)
    assert isinstance(result, Refused)
    assert "not among this patient's conditions" in result.why[0]


def test_a_restricted_need_stays_restricted(rosa: Stage) -> None:
    """Violence (rule 4): whatever is written about it carries the label, though nobody put one on the concern."""
    concern = the(rosa, NEED)
    concern["code"]["coding"] = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z69.11"}]
    rosa.backend.put(concern)
    result = confirmed(rosa, "Z69.11", "community-health-worker")
    assert isinstance(result, Done), result
    task = Chart(rosa.backend, rosa.patient).tasks()["confirm-need"]
    assert [one["code"] for one in task["meta"]["security"]] == ["R"]
