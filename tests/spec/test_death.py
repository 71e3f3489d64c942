"""A death is told: one commit stops everything of ours (rule 10), and nothing to the patient ever leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from carefhir.catalog import STEPS
from carefhir.engine.results import Conflict, Done, Refused
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend, sandbox_backend
from tests.support.scenarios import SCENARIOS, Stage, enroll, stage
from tests.support.stories import transitions
from tests.support.stories.supervision import busy, death, planted

Json = dict[str, Any]
WHEN = "2026-03-10T09:00:00-05:00"


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    found = stage(backend, "rosa")
    busy(found)
    return found


def statuses(found: Stage, type_: str, *, ours: bool = True) -> list[str]:
    marks = [one for one in Chart(found.backend, found.patient).all(type_) if _ours(one) is ours]
    return sorted(one.get("status", one.get("lifecycleStatus", "")) for one in marks)


def _ours(one: Json) -> bool:
    return any(name.get("system", "").endswith("sid/step") for name in one.get("identifier", []))


@pytest.mark.parametrize(
    ("type_", "ends"),
    [
        ("Appointment", ["cancelled"]),
        ("ServiceRequest", ["revoked"]),
        ("DeviceRequest", ["revoked"]),
        ("CommunicationRequest", ["revoked"]),
        ("CarePlan", ["completed", "revoked"]),
        ("Goal", ["cancelled"]),
        ("EpisodeOfCare", ["finished"]),
        ("Flag", ["inactive"]),
    ],
)
def test_how_each_kind_ends(rosa: Stage, type_: str, ends: list[str]) -> None:
    result = carried_out(rosa, death(rosa), WHEN)
    assert isinstance(result, Done), result
    assert statuses(rosa, type_) == ends


def test_every_task_is_cancelled_but_one_call_to_the_family(rosa: Stage) -> None:
    before = Chart(rosa.backend, rosa.patient).written("Task")
    assert any("partOf" in one for one in before)
    assert isinstance(carried_out(rosa, death(rosa), WHEN), Done)
    chart = Chart(rosa.backend, rosa.patient)
    open_ = [one for one in chart.written("Task") if one["status"] == "requested"]
    assert [one["code"]["coding"][0]["code"] for one in open_] == ["bereavement"]
    assert open_[0]["owner"]["reference"] == rosa.nurse
    assert open_[0]["restriction"]["period"]["end"] == "2026-03-17"
    assert "daughter" in open_[0]["description"]
    cancelled = [one for one in chart.written("Task") if one not in open_]
    assert len(cancelled) == len(before)
    assert {(one["status"], one["statusReason"]["text"]) for one in cancelled} == {("cancelled", "the person has died")}


def test_what_others_have_open_is_named_and_theirs(rosa: Stage) -> None:
    result = carried_out(rosa, death(rosa), WHEN)
    assert isinstance(result, Done)
    assert statuses(rosa, "Appointment", ours=False) == ["booked"]
    theirs = next(one for one in Chart(rosa.backend, rosa.patient).all("Appointment") if not _ours(one))
    assert any(
        f"not written by our steps and still open: Appointment/{theirs['id']};" in one for one in result.told.says
    )


@pytest.mark.parametrize(
    ("died", "element", "value"),
    [
        ("2026-03-08", "deceasedDateTime", "2026-03-08"),
        ("2026-03-08T21:15:00-05:00", "deceasedDateTime", "2026-03-08T21:15:00-05:00"),
        (None, "deceasedBoolean", True),
    ],
)
def test_the_patient_is_marked(rosa: Stage, died: str | None, element: str, value: Any) -> None:
    person = rosa.backend.get(rosa.patient)
    person["deceasedBoolean"] = False
    rosa.backend.put(person)
    assert isinstance(carried_out(rosa, death(rosa, died=died), WHEN), Done)
    person = rosa.backend.get(rosa.patient)
    assert {key: one for key, one in person.items() if key.startswith("deceased")} == {element: value}


def test_what_registration_marked_stays_and_another_day_is_said(rosa: Stage) -> None:
    person = rosa.backend.get(rosa.patient)
    person["deceasedDateTime"] = "2026-03-07"
    rosa.backend.put(person)
    result = carried_out(rosa, death(rosa), WHEN)
    assert isinstance(result, Done), result
    assert rosa.backend.get(rosa.patient)["deceasedDateTime"] == "2026-03-07"
    assert "already recorded as died on 2026-03-07, now reported as 2026-03-08" in result.told.says[0]
    assert statuses(rosa, "EpisodeOfCare") == ["finished"]


def test_told_again_by_somebody_else_it_is_the_same_death(rosa: Stage) -> None:
    assert isinstance(carried_out(rosa, death(rosa), WHEN), Done)
    again = carried_out(rosa, death(rosa, told_by="hospital", reason="a letter"), "2026-03-12T09:00:00-05:00")
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    other = carried_out(rosa, death(rosa, died="2026-03-09"), "2026-03-12T09:00:00-05:00")
    assert isinstance(other, Conflict)


@pytest.mark.parametrize("died", ["2026-03-11", "2026-03-10T09:00:01-05:00"])
def test_a_death_to_come_is_refused(rosa: Stage, died: str) -> None:
    result = carried_out(rosa, death(rosa, died=died), WHEN)
    assert isinstance(result, Refused)
    assert "died is in the future" in result.why[0]


def test_nothing_but_closing_follows(rosa: Stage) -> None:
    assert isinstance(carried_out(rosa, death(rosa), WHEN), Done)
    result = carried_out(rosa, enroll(rosa), "2026-03-11T09:00:00-05:00")
    assert isinstance(result, Refused)
    assert any("nothing but record-death and closing steps may follow" in one for one in result.why)


def test_a_resource_that_must_be_left_alone_is_named_and_keeps_nothing(rosa: Stage) -> None:
    odd = planted(
        rosa,
        "Goal",
        lifecycleStatus="active",
        description={"text": "to be left alone"},
        modifierExtension=[{"url": "https://example.org/not", "valueBoolean": True}],
    )
    result = carried_out(rosa, death(rosa), WHEN)
    assert isinstance(result, Done), result
    assert rosa.backend.get(odd)["lifecycleStatus"] == "active"
    assert any(odd in one for one in result.told.says)


def test_everybody_may_record_it() -> None:
    assert next(one for one in STEPS if one.name == "record-death").supervised == "report-death"
    assert {one.name for one in SCENARIOS if one.step == "record-death"}


def test_a_server_that_takes_no_patient_gets_all_the_rest() -> None:
    found = stage(sandbox_backend(), "rosa")
    busy(found)
    stated = found.backend.capabilities
    patient = replace(stated.of("Patient"), interactions=stated.of("Patient").interactions - {"update"})
    found.backend.capabilities = replace(stated, types={**stated.types, "Patient": patient})
    result = carried_out(found, death(found), WHEN)
    assert isinstance(result, Refused), result
    assert isinstance(result.kept, Done)
    assert result.why == ("this server's CapabilityStatement has no update of Patient",)
    assert "tell registration of the death" in result.told.warnings[0]
    assert statuses(found, "EpisodeOfCare") == ["finished"]
    assert "deceasedBoolean" not in found.backend.get(found.patient)


def test_a_transition_stopped_by_death_is_closed_with_its_evidence(backend: Backend) -> None:
    """How far it had come stays on record, and that it is not billable (rule 9); no other outcome will do."""
    found = stage(backend, "rosa")
    transitions.opened(found)
    call = transitions.call(found, "2026-03-09T09:00:00-05:00", "voicemail")
    assert isinstance(carried_out(found, call, WHEN), Done)
    assert isinstance(carried_out(found, death(found), "2026-03-11T09:00:00-05:00"), Done)
    refused = carried_out(found, transitions.closing(found, "declined"), "2026-03-11T09:10:00-05:00")
    assert isinstance(refused, Refused), refused
    closing = transitions.closing(found, "died", "told by her daughter")
    result = carried_out(found, closing, "2026-03-11T09:20:00-05:00")
    assert isinstance(result, Done), result
    assert any("TCM is not billable" in one for one in result.told.says)
    parent = transitions.task_of(found, "transition")
    assert parent["status"] == "cancelled"
    kinds = {one["type"]["coding"][0]["code"] for one in parent["output"]}
    assert {"outcome", "contact", "attempt", "billing"} <= kinds
    again = carried_out(found, closing, "2026-03-11T09:30:00-05:00")
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
