"""`record-assessment` and the PHQ-9: every band edge, every unanswered item, and that no refusal swallows item 9."""

from __future__ import annotations

import pytest

from carefhir import Done, Limits, Refused
from carefhir.catalog import step_for
from carefhir.commands import RecordAssessment
from carefhir.engine import runner
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.sandbox import Knobs
from tests.spec.tables import PHQ_9, Chart, carried_out, hunger, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage

WHEN = "2026-03-09T10:00:00-05:00"


def nine(total: int) -> tuple[int, ...]:
    """Nine answers of that sum, item 9 left at 0 as long as it can be."""
    answers = [0] * 9
    for index in range(9):
        answers[index] = min(3, total)
        total -= answers[index]
    return tuple(answers)


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    """One more Kim on the same sandbox."""
    return stage(server.backend, "kim")


@pytest.mark.parametrize(
    ("total", "band", "positive"),
    [
        (0, "minimal", False),
        (4, "minimal", False),
        (5, "mild", False),
        (9, "mild", False),
        (10, "moderate", True),
        (14, "moderate", True),
        (15, "moderately-severe", True),
        (19, "moderately-severe", True),
        (20, "severe", True),
        (27, "severe", True),
    ],
)
def test_every_band_edge(kim: Stage, total: int, band: str, positive: bool) -> None:
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=phq_9(*nine(total))), WHEN)
    assert isinstance(result, Done), result
    chart = Chart(kim.backend, kim.patient)
    (score,) = chart.written("Observation")
    assert score["valueInteger"] == total
    assert score["interpretation"][0]["coding"][0]["code"] == band
    assert bool(chart.written("Condition")) is positive


@pytest.mark.parametrize("left_out", range(9), ids=PHQ_9)
def test_every_unanswered_item(kim: Stage, left_out: int) -> None:
    """No total; refused, naming the linkId; kept in progress; item 9 unanswered is a safety finding."""
    answers: list[int | None] = [2] * 8 + [0]
    answers[left_out] = None
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=phq_9(*answers)), WHEN)
    assert isinstance(result, Refused), result
    assert any(PHQ_9[left_out] in reason for reason in result.why)
    chart = Chart(kim.backend, kim.patient)
    assert chart.written("Observation") == []
    assert chart.written("Condition") == []
    (kept,) = chart.written("QuestionnaireResponse")
    assert kept["status"] == "in-progress"
    flags = [one["code"]["coding"][0]["code"] for one in chart.written("Flag")]
    item_9 = PHQ_9[left_out] == "44260-8"
    assert flags == (["self-harm-item-unanswered"] if item_9 else [])
    assert ("safety-review" in chart.tasks()) is item_9


@pytest.mark.parametrize("item_9", [1, 2, 3])
def test_an_incomplete_response_with_item_9_positive(kim: Stage, item_9: int) -> None:
    response = phq_9(None, 0, 0, 0, 0, 0, 0, 0, item_9)
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), WHEN)
    assert isinstance(result, Refused)
    assert result.kept is not None
    assert any("44250-9" in reason for reason in result.why)
    chart = Chart(kim.backend, kim.patient)
    assert chart.tasks()["safety-review"]["restriction"]["period"]["end"] == "2026-03-09"
    assert [one["code"]["coding"][0]["code"] for one in chart.written("Flag")] == ["self-harm-item-positive"]
    assert chart.written("Observation") == []

    whole = phq_9(1, 0, 0, 0, 0, 0, 0, 0, item_9)
    completed = carried_out(kim, RecordAssessment(patient=kim.patient, response=whole), WHEN)
    assert isinstance(completed, Done)
    assert [one["valueInteger"] for one in Chart(kim.backend, kim.patient).written("Observation")] == [1 + item_9]


def test_answered_by_somebody_else_is_refused_and_still_heard(kim: Stage) -> None:
    """Only the patient answers the PHQ-9 (rule 3); what was said of item 9 counts all the same."""
    response = phq_9(1, 1, 1, 1, 1, 1, 1, 1, 2, source={"reference": "RelatedPerson/daughter"})
    response["source"] = {"reference": kim.physician}
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), WHEN)
    assert isinstance(result, Refused)
    assert any("patient" in reason for reason in result.why)
    chart = Chart(kim.backend, kim.patient)
    assert "safety-review" in chart.tasks()
    assert chart.written("Observation") == []


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        ("often", "never", "LA19952-3"),
        ("never", "sometimes", "LA19952-3"),
        ("often", "often", "LA19952-3"),
        ("never", "never", "LA19983-8"),
        ("sometimes", "unknown", "LA19952-3"),
        ("never", "unknown", None),
        ("unknown", "unknown", None),
    ],
)
def test_hunger_vital_sign(kim: Stage, first: str, second: str, result: str | None) -> None:
    """Either item is enough for risk; both must say never for none; don't know is no answer."""
    done = carried_out(kim, RecordAssessment(patient=kim.patient, response=hunger(first, second)), WHEN)
    assert isinstance(done, Done), done
    chart = Chart(kim.backend, kim.patient)
    found = [one["valueCodeableConcept"]["coding"][0]["code"] for one in chart.written("Observation")]
    assert found == ([result] if result else [])
    assert chart.codes() == ({"Z59.41", "733423003"} if result == "LA19952-3" else set())


def test_a_review_closed_since_the_draft_is_asked_for_again(kim: Stage) -> None:
    """The draft's review was done; days later the response is completed, its last item still positive."""
    response = phq_9(0, 0, 0, 0, 0, 0, 0, 0, 1, identifier={"system": "http://forms.example", "value": kim.mark})
    draft = RecordAssessment(patient=kim.patient, response={**response, "status": "in-progress"})
    assert isinstance(carried_out(kim, draft, WHEN), Refused)
    review = Chart(kim.backend, kim.patient).tasks()["safety-review"]
    kim.backend.put({**review, "status": "completed"})
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), "2026-03-13T10:00:00-05:00")
    assert isinstance(result, Done)
    stands = [(one["id"] == review["id"], one["status"]) for one in Chart(kim.backend, kim.patient).written("Task")]
    assert sorted(stands) == [(False, "requested"), (True, "completed")]


@pytest.mark.parametrize("type_", ["Condition", "Flag", "QuestionnaireResponse", "CareTeam", "Task"])
def test_item_9_is_acted_on_though_a_part_of_the_chart_cannot_be_seen(type_: str) -> None:
    """A search that is not answered is a gap that is named, and no reason to leave somebody alone."""
    found = stage(sandbox_backend(), "kim")
    shut = found.backend.exchange

    def closed(request: Request) -> Response | Failure:
        if request.repeatable and request.target.startswith(f"{type_}?") and "identifier" not in request.target:
            return Response(403)
        return shut(request)

    found.backend.exchange = closed
    limits = Limits(batch=False, transaction=False)
    command = RecordAssessment(patient=found.patient, response=phq_9(1, 0, 0, 0, 0, 0, 0, 0, 2))
    step = step_for(command)
    result = found.backend.run(runner.run(step, command, found.occasion(), found.backend.server(limits=limits)))
    found.backend.exchange = shut
    assert isinstance(result, Done), result
    assert any(f"{type_} not visible" in one for one in result.told.warnings)
    chart = Chart(found.backend, found.patient)
    assert "safety-review" in chart.tasks()
    assert len(chart.written("Flag")) == 1


def test_item_9_is_acted_on_though_the_server_takes_no_scores() -> None:
    backend = sandbox_backend(Knobs(read_only=frozenset({"Observation"})))
    backend.load("team")
    nurse, physician = backend.find("Practitioner", "nurse"), backend.find("Practitioner", "physician")
    found = Stage(backend, backend.create({"resourceType": "Patient"}), nurse, physician, "")
    command = RecordAssessment(patient=found.patient, response=phq_9(1, 0, 0, 0, 0, 0, 0, 0, 2))
    result = carried_out(found, command, WHEN)
    assert isinstance(result, Refused)
    assert any("Observation" in why for why in result.why)
    assert result.kept is not None
    chart = Chart(found.backend, found.patient)
    assert "safety-review" in chart.tasks()
    assert len(chart.written("Flag")) == 1


def test_whoever_has_left_the_team_is_not_asked(kim: Stage) -> None:
    other = kim.backend.find("Practitioner", "nurse-practitioner")

    def member(role: str, who: str, end: str) -> dict[str, object]:
        coding = {"system": "https://carefhir.org/fhir/CodeSystem/care-team-role", "code": role}
        return {"role": [{"coding": [coding]}], "member": {"reference": who}, "period": {"end": end}}

    kim.backend.create(
        {
            "resourceType": "CareTeam",
            "status": "active",
            "subject": {"reference": kim.patient},
            "participant": [member("on-call", kim.physician, "2024-01-01"), member("on-call", other, "2027-01-01")],
        }
    )
    command = RecordAssessment(patient=kim.patient, response=phq_9(0, 0, 0, 0, 0, 0, 0, 0, 1))
    assert isinstance(carried_out(kim, command, WHEN), Done)
    assert Chart(kim.backend, kim.patient).tasks()["safety-review"]["owner"]["reference"] == other
