"""Everything the steps write, in every scenario and on both servers, held against R4 and our profiles: 0 errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from carefhir.catalog import STEPS, step_for
from carefhir.engine import runner
from carefhir.engine.results import Done, Refused
from carefhir.fhir.r4 import objections
from tests.support.backends import Backend, sandbox_backend
from tests.support.deep import depth
from tests.support.graph import everything, without_ids
from tests.support.profiles import TYPES, claiming, profile_for
from tests.support.scenarios import SOME, scenarios_on
from tests.support.validator import validate

Json = dict[str, Any]
BASE = "https://carefhir.org/fhir"
KEPT_BESIDE_STEPS = {"Group"}
"""What no step writes: lists of people, kept by whoever stratifies a panel (tests/spec/test_stratify_panel.py)."""


@pytest.fixture(scope="module", params=["sandbox", pytest.param("hapi", marks=pytest.mark.hapi)])
def server(request: pytest.FixtureRequest, backend_of: Callable[[str], Backend]) -> Backend:
    """A sandbox, or the one HAPI."""
    return backend_of(request.param)


@pytest.fixture(scope="module")
def written(server: Backend) -> list[Json]:
    """What scenarios leave behind that carries the mark of a command: `SOME`, on HAPI those that `CASES` name. One of
    those that differ by ids and moments alone: every story begins with the same enrollment."""
    found: dict[str, Json] = {}
    for scenario in SOME if server.name == "sandbox" else scenarios_on(server.name):
        stage = scenario.begun(server)
        command = scenario.command(stage)
        occasion = stage.occasion(scenario.now)
        stage.backend.run(runner.run(step_for(command), command, occasion, stage.backend.server()))
        found |= {without_ids(one): one for one in everything(stage.backend, stage.patient) if _ours(one)}
    return list(found.values())


def _ours(resource: Json) -> bool:
    return any(tag.get("system") == f"{BASE}/sid/command" for tag in resource.get("meta", {}).get("tag", []))


def test_every_type_a_step_writes_has_a_profile(server: Backend, written: list[Json]) -> None:
    stated = {type_ for step in STEPS for type_ in step.writes} | {"Provenance"}
    assert stated >= TYPES - KEPT_BESIDE_STEPS
    # What a step ends or marks without having written it (a death: the Patient) carries no mark of a command.
    left = {one["resourceType"] for one in written}
    assert left <= TYPES
    if server.name == "sandbox" and depth(False, True):
        assert left == TYPES - KEPT_BESIDE_STEPS


def test_what_a_step_declares_is_what_it_writes() -> None:
    """The doctor tells from it what will be refused: nothing that a scenario writes is undeclared."""
    for scenario in SOME:
        stage = scenario.begun(sandbox_backend())
        command = scenario.command(stage)
        step = step_for(command)
        result = stage.backend.run(runner.run(step, command, stage.occasion(scenario.now), stage.backend.server()))
        done = result.kept if isinstance(result, Refused) else result
        assert isinstance(done, Done), (scenario.name, result)
        made = {one.type for one in done.written if one.how == "created"} - {"Provenance"}
        amended = {one.type for one in done.written if one.how == "amended"}
        assert (made - set(step.creates), amended - set(step.amends)) == (set(), set()), scenario.name


@pytest.mark.hapi
def test_everything_written_is_valid(written: list[Json]) -> None:
    reports = validate([claiming(one) for one in written])
    wrong = [f"{one.resource_type}: {issue}" for one in reports for issue in one.errors]
    assert len(reports) == len(written) > 40
    assert wrong == []


def test_no_code_of_a_diagnosis_is_ever_written_but_by_a_provider(written: list[Json]) -> None:
    """A screen is not a diagnosis (rule 5): no ICD-10 code but Z55-Z65 leaves anything we write, but for the problems
    that a provider has confirmed."""
    codes = [
        coding["code"]
        for one in written
        if one["resourceType"] == "Condition" and profile_for(one) != "carefhir-problem"
        for coding in one["code"]["coding"]
        if coding["system"].endswith("icd-10-cm")
    ]
    assert codes
    assert all(re.fullmatch(r"Z(5[5-9]|6[0-5])\.\d{1,3}", code) for code in codes)


def test_the_strict_look_before_writing_agrees(written: list[Json]) -> None:
    """What we let out, fhir.resources and the status tables let pass as well."""
    assert [why for one in written for why in objections(one)] == []
