"""Who answered (rules 3 and 33): `source`, else `author`. Only the patient's own PHQ-9 is scored; item 9 is heard.

Given: how a response names who answered. When: it is recorded. Then: it is scored, or it is not and the reason names
whom it names. Whoever answered, a positive item 9 leads to the safety review and the Flag.
"""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import RecordAssessment
from carefhir.content.loading import load
from carefhir.workflows import answers
from tests.spec.tables import Chart, Json, carried_out, hunger, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage

WHEN = "2026-03-09T10:00:00-05:00"
ME = "{me}"
"""Stands for the patient's own reference."""
DAUGHTER: Json = {"resourceType": "RelatedPerson", "id": "daughter", "patient": {"reference": ME}}

THE_PATIENTS: dict[str, Json] = {
    "the patient is the source": {"source": {"reference": ME}},
    "the patient is the source, a nurse wrote it down": {
        "source": {"reference": ME},
        "author": {"reference": "Practitioner/9"},
    },
    "the patient is the source, with a version": {"source": {"reference": ME + "/_history/3"}},
    "the patient is the source, with a display": {"source": {"reference": ME, "display": "Kim"}},
    "the patient is the author": {"author": {"reference": ME}},
    "the patient is the author, with a version": {"author": {"reference": ME + "/_history/1"}},
}
SOMEBODY_ELSES: dict[str, tuple[Json, str]] = {
    "a caregiver is the source": ({"source": {"reference": "RelatedPerson/4"}}, "RelatedPerson/4 as its source"),
    "a caregiver is the source, the patient the author": (
        {"source": {"reference": "RelatedPerson/4"}, "author": {"reference": ME}},
        "RelatedPerson/4 as its source",
    ),
    "a nurse is the source": ({"source": {"reference": "Practitioner/9"}}, "Practitioner/9 as its source"),
    "another patient is the source": ({"source": {"reference": "Patient/999"}}, "Patient/999 as its source"),
    "a source with words only": ({"source": {"display": "her daughter"}}, "somebody without a reference as its source"),
    "a source with a number only": (
        {"source": {"type": "Patient", "identifier": {"system": "http://mrn.example", "value": "1"}}},
        "somebody without a reference as its source",
    ),
    "a source that is said to be unknown": (
        {
            "source": {
                "extension": [
                    {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
                ]
            }
        },
        "somebody without a reference as its source",
    ),
    "a contained caregiver is the source": (
        {"contained": [DAUGHTER], "source": {"reference": "#daughter"}},
        "#daughter as its source",
    ),
    "a caregiver wrote it": ({"author": {"reference": "RelatedPerson/4"}}, "RelatedPerson/4 as its author"),
    "a nurse wrote it": ({"author": {"reference": "Practitioner/9"}}, "Practitioner/9 as its author"),
    "somebody in a role wrote it": ({"author": {"reference": "PractitionerRole/9"}}, "PractitionerRole/9 as its"),
    "a device wrote it": ({"author": {"reference": "Device/9"}}, "Device/9 as its author"),
    "an organization wrote it": ({"author": {"reference": "Organization/9"}}, "Organization/9 as its author"),
    "another patient wrote it": ({"author": {"reference": "Patient/999"}}, "Patient/999 as its author"),
    "an author with words only": ({"author": {"display": "D. W., RN"}}, "somebody without a reference as its author"),
    "a contained caregiver wrote it": (
        {"contained": [DAUGHTER], "author": {"reference": "#daughter"}},
        "#daughter as its author",
    ),
}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    return stage(server.backend, "kim")


def named(given: Any, patient: str) -> Any:
    """The given elements, about this patient. Practitioners and others need not be on the server: R4 lets them be."""
    if isinstance(given, dict):
        return {name: named(value, patient) for name, value in given.items()}
    if isinstance(given, list):
        return [named(value, patient) for value in given]
    return given.replace(ME, patient) if isinstance(given, str) else given


def recorded(kim: Stage, answers: tuple[int, ...], given: Json) -> tuple[Any, Chart]:
    response = named(phq_9(*answers, **given), kim.patient)
    for element in ("source", "author"):
        reference = response.get(element, {}).get("reference", "")
        if reference.startswith(("Practitioner/", "Patient/999")):
            other = kim.nurse if reference.startswith("Pr") else stage(kim.backend, "kim").patient
            response[element]["reference"] = other
        elif reference and reference.partition("/")[0] in (
            "RelatedPerson",
            "PractitionerRole",
            "Device",
            "Organization",
        ):
            response[element]["reference"] = kim.backend.create(_somebody(reference.partition("/")[0], kim))
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), WHEN)
    return result, Chart(kim.backend, kim.patient)


def _somebody(type_: str, kim: Stage) -> Json:
    return {"resourceType": type_, **({"patient": {"reference": kim.patient}} if type_ == "RelatedPerson" else {})}


@pytest.mark.parametrize("given", THE_PATIENTS.values(), ids=THE_PATIENTS)
def test_the_patients_own_answers_are_scored(kim: Stage, given: Json) -> None:
    result, chart = recorded(kim, (3, 0, 0, 0, 0, 0, 0, 0, 0), given)
    assert isinstance(result, Done), result
    assert [one["valueInteger"] for one in chart.written("Observation")] == [3]
    assert not any("who answered" in warning for warning in result.told.warnings)


@pytest.mark.parametrize(("given", "words"), SOMEBODY_ELSES.values(), ids=SOMEBODY_ELSES)
@pytest.mark.parametrize("item_9", [0, 2])
def test_somebody_elses_answers_are_not_scored_and_item_9_is_heard(
    kim: Stage, given: Json, words: str, item_9: int
) -> None:
    result, chart = recorded(kim, (3, 0, 0, 0, 0, 0, 0, 0, item_9), given)
    assert isinstance(result, Refused), result
    (why,) = result.why
    assert "PHQ-9 is scored only when the patient answers" in why
    assert words.partition("/")[0] in why
    assert words.rpartition(" as ")[2] in why
    assert f"give source as {kim.patient}" in why
    assert chart.written("Observation") == []
    assert chart.written("Condition") == []
    assert ("safety-review" in chart.tasks()) is (item_9 > 0)
    assert len(chart.written("Flag")) == (1 if item_9 else 0)
    assert bool(result.told.instructions) is (item_9 > 0)


@pytest.mark.parametrize(
    "reference",
    ["https://elsewhere.example/fhir/Patient/16", "urn:uuid:2f1c", "#me", "patient/16", "Patient/161", "16", ""],
)
def test_a_reference_that_is_not_the_patient_here_is_not_taken_for_them(reference: str) -> None:
    """Servers refuse some of these, so they are asked of the rule alone."""
    phq = load().get("Questionnaire", "phq-9")
    for element in ("source", "author"):
        response = phq_9(0, 0, 0, 0, 0, 0, 0, 0, 0, **{element: {"reference": reference}})
        assert answers.not_the_patients(response, phq, "Patient/16") != ()


@pytest.mark.parametrize("who", ["RelatedPerson/not-here", "https://elsewhere.example/fhir/Patient/16"])
@pytest.mark.parametrize("element", ["source", "author"])
def test_item_9_is_acted_on_though_the_server_refuses_whom_the_response_names(
    kim: Stage, who: str, element: str
) -> None:
    """A server that holds references to be true takes no such response; the review and the Flag are written."""
    response = phq_9(0, 0, 0, 0, 0, 0, 0, 0, 2, **{element: {"reference": who}})
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), WHEN)
    assert isinstance(result, Refused), result
    assert result.kept is not None
    assert any("only what protects the patient is written" in why for why in result.why)
    chart = Chart(kim.backend, kim.patient)
    assert "safety-review" in chart.tasks()
    assert chart.written("QuestionnaireResponse") == []
    again = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), WHEN)
    assert isinstance(again, Refused)
    assert len(Chart(kim.backend, kim.patient).written("Flag")) == 1


def test_where_nobody_is_named_the_answers_count_and_that_is_said(kim: Stage) -> None:
    result, chart = recorded(kim, (3, 0, 0, 0, 0, 0, 0, 0, 0), {})
    assert isinstance(result, Done)
    assert [one["valueInteger"] for one in chart.written("Observation")] == [3]
    assert any("does not say who answered" in warning for warning in result.told.warnings)


@pytest.mark.parametrize("given", [{}, {"source": {"reference": "RelatedPerson/4"}}, {"author": {"display": "a son"}}])
def test_an_instrument_that_anybody_may_answer_is_scored(kim: Stage, given: Json) -> None:
    """The near miss: food is asked of whoever knows."""
    if "reference" in given.get("source", {}):
        given = {"source": {"reference": kim.backend.create(_somebody("RelatedPerson", kim))}}
    command = RecordAssessment(patient=kim.patient, response=hunger("often", "never", **given))
    result = carried_out(kim, command, WHEN)
    assert isinstance(result, Done), result
    assert len(Chart(kim.backend, kim.patient).written("Observation")) == 1
    assert not any("who answered" in warning for warning in result.told.warnings)
