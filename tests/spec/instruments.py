"""Answers to instruments as a person gives them: by item and answer code, written out by hand from the forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from carefhir import Done, Refused
from carefhir.commands import RecordAssessment
from tests.spec.tables import Chart, Json, carried_out
from tests.support.scenarios import Stage

LOINC = "http://loinc.org"
MONDAY = "2026-03-09T10:00:00-05:00"
DAYS = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
"""Not at all, several days, more than half the days, nearly every day."""
MORE_DAYS_THAN_NOT = "LA18938-3"
RESTRICTED = "R"


def answered(form: str, answers: Mapping[str, str | Sequence[str] | None], **more: Any) -> Json:
    """A response to one of our forms: answers by item, LOINC codes, several where an item takes several, words where it
    is no code; None leaves an item out."""
    items = [
        {"linkId": item, "answer": [_value(each) for each in ([answer] if isinstance(answer, str) else answer)]}
        for item, answer in answers.items()
        if answer is not None
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"https://carefhir.org/fhir/Questionnaire/{form}",
        "status": "completed",
        "item": items,
        **more,
    }


def _value(answer: str) -> Json:
    if answer.startswith("LA"):
        return {"valueCoding": {"system": LOINC, "code": answer}}
    if answer.startswith("#"):
        system = "https://carefhir.org/fhir/CodeSystem/instrument-answer"
        return {"valueCoding": {"system": system, "code": answer[1:]}}
    return {"valueString": answer}


def recorded(stage: Stage, response: Json, when: str = MONDAY, **more: Any) -> Done | Refused:
    """The response, recorded by the nurse."""
    result = carried_out(stage, RecordAssessment(patient=stage.patient, response=response), when, **more)
    assert isinstance(result, Done | Refused), result
    return result


def scores(stage: Stage) -> dict[str, tuple[Any, str]]:
    """Points, or else the words of the value, and the band, by the first code of each score that was written."""
    written = Chart(stage.backend, stage.patient).written("Observation")
    return {
        one["code"]["coding"][0]["code"]: (
            one.get("valueInteger", one.get("valueCodeableConcept", {}).get("text")),
            one["interpretation"][0]["coding"][0]["code"],
        )
        for one in written
    }


def concerns(stage: Stage) -> set[str]:
    """The codes of every concern that was written."""
    return Chart(stage.backend, stage.patient).codes()


def tasks(stage: Stage) -> list[tuple[str, str, str, str]]:
    """Kind, finding, owner and last day of each Task that was written."""
    return sorted(
        (
            one["code"]["coding"][0]["code"],
            one.get("reasonCode", {}).get("coding", [{}])[0].get("code", ""),
            one["owner"]["reference"],
            one["restriction"]["period"]["end"],
        )
        for one in Chart(stage.backend, stage.patient).written("Task")
    )


def is_restricted(resource: Json) -> bool:
    """Whether it carries the label that keeps it from everybody but the care team."""
    return any(label.get("code") == RESTRICTED for label in resource.get("meta", {}).get("security", []))


def joins(stage: Stage, example: str, discipline: str) -> str:
    """Somebody of the example team, who joins the person's care team in a discipline; `Practitioner/ID`."""
    member = stage.backend.find("Practitioner", example)
    coding = {"system": "https://carefhir.org/fhir/CodeSystem/discipline", "code": discipline}
    extension = {"url": "https://carefhir.org/fhir/StructureDefinition/discipline", "valueCoding": coding}
    stage.backend.create(
        {
            "resourceType": "CareTeam",
            "status": "active",
            "subject": {"reference": stage.patient},
            "participant": [{"extension": [extension], "member": {"reference": member}}],
        }
    )
    return member
