"""The vignettes of clinical practice, as far as the three steps go. The expected values are the vignettes' own."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Enroll, OpenTransition, RecordAssessment, Refused
from tests.spec.tables import Chart, carried_out, hunger, phq_9
from tests.support.backends import Backend
from tests.support.scenarios import Stage, enroll, stage

Json = dict[str, Any]


def transition(found: Stage, stay: str, **more: Any) -> OpenTransition:
    encounter = found.backend.find("Encounter", stay + found.mark)
    return OpenTransition(patient=found.patient, encounter=encounter, **more)


def lace_of(chart: Chart) -> dict[str, Any]:
    (risk,) = chart.written("RiskAssessment")
    parts = risk["extension"][0]["extension"]
    return {one["url"]: one.get("valueInteger", one.get("valueString")) for one in parts} | {
        "level": risk["prediction"][0].get("qualitativeRisk", {}).get("coding", [{}])[0].get("code")
    }


class TestRosa:
    """74, diabetes, heart failure, depression: an emergent stay 2026-03-01 to Friday 03-06, home."""

    @pytest.fixture
    def rosa(self, backend: Backend) -> Stage:
        found = stage(backend, "rosa")
        assert isinstance(carried_out(found, enroll(found), "2026-03-09T09:00:00-05:00"), Done)
        return found

    def test_phq_9_is_14_moderate_and_no_diagnosis(self, rosa: Stage) -> None:
        response = phq_9(2, 2, 2, 2, 1, 1, 2, 2, 0)
        before = Chart(rosa.backend, rosa.patient).codes()
        result = carried_out(
            rosa, RecordAssessment(patient=rosa.patient, response=response), "2026-03-09T09:20:00-05:00"
        )
        assert isinstance(result, Done), result
        chart = Chart(rosa.backend, rosa.patient)
        (total,) = chart.written("Observation")
        assert total["code"]["coding"][0]["code"] == "44261-6"
        assert total["valueInteger"] == 14
        assert total["interpretation"][0]["coding"][0]["code"] == "moderate"
        assert chart.codes() - before == {"depression-screen-positive"}
        assert not any(code.startswith("F32") for code in chart.codes())
        assert chart.written("Flag") == []
        assert "safety-review" not in chart.tasks()

    def test_food_at_risk_is_an_unconfirmed_leaf_code(self, rosa: Stage) -> None:
        response = hunger("sometimes", "never")
        result = carried_out(
            rosa, RecordAssessment(patient=rosa.patient, response=response), "2026-03-09T09:30:00-05:00"
        )
        assert isinstance(result, Done), result
        chart = Chart(rosa.backend, rosa.patient)
        (found,) = chart.written("Observation")
        assert found["code"]["coding"][0]["code"] == "88124-3"
        assert found["valueCodeableConcept"]["coding"][0]["code"] == "LA19952-3"
        (need,) = chart.written("Condition")
        assert chart.codes() == {"Z59.41", "733423003"}
        assert need["verificationStatus"]["coding"][0]["code"] == "unconfirmed"

    def test_the_transition_clock_and_lace_11(self, rosa: Stage) -> None:
        result = carried_out(rosa, transition(rosa, "rosa-stay"), "2026-03-09T09:40:00-05:00")
        assert isinstance(result, Done), result
        chart = Chart(rosa.backend, rosa.patient)
        due = chart.due()
        assert due["contact-patient"] == "2026-03-10"
        assert due["book-follow-up"] == "2026-03-13"
        assert due["transition"] == "2026-04-04"
        assert due["reconcile-medications"] == "2026-04-05"
        clock = chart.clock()
        assert clock["visit-7-day"] == "2026-03-13"
        assert clock["visit-14-day"] == "2026-03-20"
        assert clock["discharge-information-by"] == "2026-03-08"
        lace = lace_of(chart)
        assert lace == {
            "total": 11, "low": 11, "high": 11, "length": "4", "acuity": "3", "comorbidity": "3", "emergency": "1",
            "level": "high",
        }  # fmt: skip
        children = [one for code, one in chart.tasks().items() if "partOf" in one]
        parent = f"Task/{chart.tasks()['transition']['id']}"
        assert {one["partOf"][0]["reference"] for one in children} == {parent}
        assert {one["owner"]["reference"] for one in chart.written("Task")} == {rosa.nurse}
        for one in chart.written("Task"):
            tags = {tag["system"]: tag["code"] for tag in one["meta"]["tag"]}
            assert tags["https://carefhir.org/fhir/sid/due"] == one["restriction"]["period"]["end"]
            assert "executionPeriod" not in one

    def test_a_corrected_discharge_moves_the_dates_and_not_the_identity(self, rosa: Stage) -> None:
        command = transition(rosa, "rosa-stay")
        carried_out(rosa, command, "2026-03-09T09:40:00-05:00")
        before = Chart(rosa.backend, rosa.patient).tasks()
        stay = rosa.backend.get(command.encounter)
        stay["period"]["end"] = "2026-03-09T08:00:00-06:00"
        rosa.backend.put(stay)
        result = carried_out(rosa, command, "2026-03-10T09:00:00-05:00")
        assert isinstance(result, Done), result
        assert result.by == "us"
        chart = Chart(rosa.backend, rosa.patient)
        after = chart.tasks()
        assert {code: one["id"] for code, one in after.items()} == {code: one["id"] for code, one in before.items()}
        assert chart.due()["contact-patient"] == "2026-03-11"
        assert chart.due()["transition"] == "2026-04-07"
        assert chart.clock()["discharge"].startswith("2026-03-09")
        again = carried_out(rosa, command, "2026-03-10T09:05:00-05:00")
        assert isinstance(again, Done)
        assert again.by == "an earlier run"


class TestEarl:
    """79, hip repair: hospital to nursing facility 2026-11-06, home Wednesday 11-25."""

    @pytest.fixture
    def earl(self, backend: Backend) -> Stage:
        return stage(backend, "earl")

    def test_hospital_to_nursing_facility_starts_no_clock(self, earl: Stage) -> None:
        result = carried_out(earl, transition(earl, "earl-hospital"), "2026-11-07T09:00:00-06:00")
        assert isinstance(result, Done), result
        chart = Chart(earl.backend, earl.patient)
        assert set(chart.tasks()) == {"track-facility-stay"}
        assert chart.written("RiskAssessment") == []

    def test_nursing_facility_to_home_starts_it_and_lace_is_withheld(self, earl: Stage) -> None:
        result = carried_out(earl, transition(earl, "earl-snf"), "2026-11-26T09:00:00-06:00")
        assert isinstance(result, Done), result
        chart = Chart(earl.backend, earl.patient)
        clock = chart.clock()
        assert clock["contact-by"] == "2026-11-30"
        assert clock["visit-7-day"] == "2026-12-02"
        assert clock["visit-14-day"] == "2026-12-09"
        assert clock["period-end"] == "2026-12-24"
        assert clock["reconciliation-by"] == "2026-12-25"
        assert chart.due()["contact-patient"] == "2026-11-30"
        assert chart.written("RiskAssessment") == []
        assert any("LACE withheld" in one for one in result.told.says)


KIM = phq_9(1, 1, 1, 1, 1, 1, 1, 0, 1, authored="2026-04-18T21:40:00-05:00")


class TestKim:
    """46: a self-completed PHQ-9 on Saturday night, item 9 = several days."""

    @pytest.fixture
    def kim(self, backend: Backend) -> Stage:
        return stage(backend, "kim")

    @pytest.mark.parametrize("status", ["completed", "in-progress"])
    def test_the_safety_part_is_written_at_once(self, kim: Stage, status: str) -> None:
        on_call = kim.backend.find("Practitioner", "nurse-practitioner")
        command = RecordAssessment(patient=kim.patient, response={**KIM, "status": status})
        result = carried_out(kim, command, "2026-04-18T21:40:00-05:00", on_call=on_call)
        assert isinstance(result, Done if status == "completed" else Refused), result
        assert "988" in result.told.instructions[0]
        chart = Chart(kim.backend, kim.patient)
        review = chart.tasks()["safety-review"]
        assert review["owner"]["reference"] == on_call
        assert review["restriction"]["period"]["end"] == "2026-04-18"
        assert review["priority"] == "stat"
        (flag,) = chart.written("Flag")
        assert flag["status"] == "active"
        assert flag["code"]["coding"][0]["code"] == "self-harm-item-positive"
        assert chart.written("Condition") == []
        totals = [one["valueInteger"] for one in chart.written("Observation")]
        bands = [one["interpretation"][0]["coding"][0]["code"] for one in chart.written("Observation")]
        assert (totals, bands) == (([8], ["mild"]) if status == "completed" else ([], []))
        (kept,) = chart.written("QuestionnaireResponse")
        assert kept["status"] == status

        again = carried_out(kim, command, "2026-04-18T21:45:00-05:00", on_call=on_call)
        told = again.kept if isinstance(again, Refused) else again
        assert isinstance(again, type(result))
        assert isinstance(told, Done)
        assert told.by == "an earlier run"
        assert "988" in again.told.instructions[0]
        assert len(Chart(kim.backend, kim.patient).resources) == len(chart.resources)

    def test_a_draft_and_its_completion_ask_for_one_review(self, kim: Stage) -> None:
        response = {**KIM, "identifier": {"system": "http://forms.example", "value": "kim-1" + kim.mark}}
        draft = RecordAssessment(patient=kim.patient, response={**response, "status": "in-progress"})
        assert isinstance(carried_out(kim, draft, "2026-04-18T21:40:00-05:00"), Refused)
        final = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), "2026-04-18T21:50:00-05:00")
        assert isinstance(final, Done), final
        chart = Chart(kim.backend, kim.patient)
        assert len(chart.written("Task")) == 1
        assert len(chart.written("Flag")) == 1
        (kept,) = chart.written("QuestionnaireResponse")
        assert kept["status"] == "completed"
        assert [one["valueInteger"] for one in chart.written("Observation")] == [8]

    def test_without_on_call_it_goes_to_both_and_says_so(self, kim: Stage) -> None:
        command: Enroll = enroll(kim)
        carried_out(kim, command, "2026-04-18T12:00:00-05:00")
        result = carried_out(kim, RecordAssessment(patient=kim.patient, response=KIM), "2026-04-18T21:40:00-05:00")
        assert isinstance(result, Done)
        reviews = [
            one for one in Chart(kim.backend, kim.patient).written("Task")
            if one["code"]["coding"][0]["code"] == "safety-review"
        ]  # fmt: skip
        assert {one["owner"]["reference"] for one in reviews} == {kim.nurse, kim.physician}
        assert any("on call" in one for one in result.told.warnings)
