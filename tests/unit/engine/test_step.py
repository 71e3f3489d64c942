"""Commands: typed, frozen, and forgiving only about how a reference is spelled."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from carefhir.catalog import READINGS, STEPS, step, step_for
from carefhir.engine.step import PatientCommand
from carefhir.errors import BadInput
from carefhir.fhir.search import Need


@pytest.mark.parametrize("text", ["Patient/1", "1", "Patient/1/_history/3"])
def test_a_patient_is_named_by_reference_or_id(text: str) -> None:
    assert PatientCommand(patient=text).patient == "Patient/1"


@pytest.mark.parametrize(
    "text", ["", "Group/1", "http://evil.example/Patient/1", "#p", "Patient/", "a b", "1?x=y", 5, None]
)
def test_anything_else_is_refused(text: object) -> None:
    with pytest.raises(ValidationError):
        PatientCommand.model_validate({"patient": text})


def test_a_command_is_frozen_and_knows_no_other_field() -> None:
    command = PatientCommand(patient="1")
    with pytest.raises(ValidationError):
        command.patient = "2"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        PatientCommand.model_validate({"patient": "1", "other": 2})


def test_steps_are_found_by_name_and_by_command() -> None:
    assert all(step(one.name) is one for one in STEPS)
    with pytest.raises(BadInput, match="there is no step 'nothing'; the steps are: enroll"):
        step("nothing")
    with pytest.raises(BadInput, match="str is not the command"):
        step_for("text")


def test_names_are_unique_over_the_whole_catalog() -> None:
    names = [one.name for one in (*STEPS, *READINGS)]
    assert len(set(names)) == len(names)
    assert len({one.command for one in STEPS}) == len(STEPS)


@pytest.mark.parametrize("one", [*STEPS, *READINGS], ids=lambda one: one.name)
def test_needs_are_named_apart_and_every_field_is_explained(one: object) -> None:
    needs: tuple[Need, ...] = one.needs  # type: ignore[attr-defined]
    assert len({need.name for need in needs}) == len(needs)
    fields = one.command.model_fields  # type: ignore[attr-defined]
    assert all(field.description for field in fields.values())
