"""Everything the steps write, in every scenario and on both servers, held against R4 and our profiles: 0 errors."""

from __future__ import annotations

import re
from typing import Any

import pytest

from carefhir import runner
from carefhir.catalog import STEPS, step_for
from carefhir.fhir.r4 import objections
from tests.support.backends import Backend
from tests.support.graph import everything
from tests.support.profiles import TYPES, claiming
from tests.support.scenarios import SCENARIOS
from tests.support.validator import validate

Json = dict[str, Any]
BASE = "https://carefhir.org/fhir"


def written(backend: Backend) -> list[Json]:
    """What all scenarios leave behind that carries the mark of a command."""
    found: list[Json] = []
    for scenario in SCENARIOS:
        stage = scenario.staged(backend)
        command = scenario.command(stage)
        backend.run(runner.run(step_for(command), command, stage.occasion(scenario.now), backend.server()))
        found += [one for one in everything(backend, stage.patient) if _ours(one)]
    return found


def _ours(resource: Json) -> bool:
    return any(tag.get("system") == f"{BASE}/sid/command" for tag in resource.get("meta", {}).get("tag", []))


def test_every_type_a_step_writes_has_a_profile(backend: Backend) -> None:
    stated = {type_ for step in STEPS for type_ in step.writes} | {"Provenance"}
    assert stated == TYPES
    assert {one["resourceType"] for one in written(backend)} == stated


@pytest.mark.hapi
def test_everything_written_is_valid(backend: Backend) -> None:
    resources = written(backend)
    reports = validate([claiming(one) for one in resources])
    wrong = [f"{one.resource_type}: {issue}" for one in reports for issue in one.errors]
    assert len(reports) == len(resources) > 40
    assert wrong == []


def test_no_code_of_a_diagnosis_is_ever_written(backend: Backend) -> None:
    """A screen is not a diagnosis (rule 5): no ICD-10 code but Z55-Z65 leaves anything we write."""
    codes = [
        coding["code"]
        for one in written(backend)
        if one["resourceType"] == "Condition"
        for coding in one["code"]["coding"]
        if coding["system"].endswith("icd-10-cm")
    ]
    assert codes
    assert all(re.fullmatch(r"Z(5[5-9]|6[0-5])\.\d{1,3}", code) for code in codes)


def test_the_strict_look_before_writing_agrees(backend: Backend) -> None:
    """What we let out, fhir.resources and the status tables let pass as well."""
    assert [why for one in written(backend) for why in objections(one)] == []
