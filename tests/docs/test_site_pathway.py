"""The recipe of CONTRIBUTING, held by the pathway that was written from it: docs/examples/knee-pathway.

A site's folder outside the package: its own condition group, goal, items and pathway. It loads, is proposed to whom it
is for and to nobody else, and reaches a plan on the sandbox by the command line alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from fhir.resources.R4B import get_fhir_model_class

from carefhir.chart.facts import facts_of
from carefhir.chart.usable_content import refusals
from carefhir.content.loading import load
from carefhir.content.pathways import Proposal, propose
from carefhir.sandbox import Sandbox, start
from tests.faces.conftest import NOW, invoke
from tests.support.backends import http_backend
from tests.support.charts import chart_of, occasion
from tests.support.scenarios import stage

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
KNEE = ROOT / "docs" / "examples" / "knee-pathway"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPE = CONTRIBUTING.partition("## Add a pathway")[2].partition("\n## ")[0]
CONTENT = load(KNEE)
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"


def condition(system: str, code: str, **more: Any) -> Json:
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": clinical, "code": "active"}]},
        "code": {"coding": [{"system": system, "code": code}]},
        "subject": {"reference": "Patient/p"},
        **more,
    }


def proposed(*records: Json, states: frozenset[str] = frozenset()) -> Proposal:
    moment = replace(occasion(), content=CONTENT)
    chart = chart_of(*records)
    return propose(CONTENT, facts_of(chart, moment), moment.today, states)


def test_it_adds_and_replaces_nothing() -> None:
    ours = load()
    assert refusals(CONTENT) == ()
    added = set(CONTENT.artefacts) - set(ours.artefacts)
    assert {f"{type_}-{id_}.json" for type_, id_ in added} == {path.name for path in KNEE.glob("*-*.json")}
    for key, artefact in ours.artefacts.items():
        assert CONTENT.artefacts[key].get("version") == artefact.get("version")


@pytest.mark.parametrize("path", sorted(KNEE.glob("*-*.json")), ids=lambda path: path.name)
def test_each_file_is_fhir_r4(path: Path) -> None:
    artefact = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == f"{artefact['resourceType']}-{artefact['id']}.json"
    get_fhir_model_class(artefact["resourceType"]).model_validate(artefact)


@pytest.mark.parametrize(("system", "code"), [(ICD, "M17.11"), (ICD, "M17"), (SNOMED, "239873007")])
def test_it_is_proposed_to_whom_it_is_for(system: str, code: str) -> None:
    proposal = proposed(condition(system, code))
    assert [each.title for each in proposal.pathways] == ["Osteoarthritis of the knee"]
    assert [goal.code for goal in proposal.goals] == ["knee-everyday", "exercise"]
    assert [(item.code, item.kind, item.makes, item.due) for item in proposal.items] == [
        ("knee-exercise", "order", "ServiceRequest", (14, "day")),
        ("knee-self-management", "now", "Task", (30, "day")),
        ("knee-pain-medicines", "plan", "Task", (14, "day")),
    ]
    assert all(source.mark in "VSDK" for item in proposal.items for source in item.sources)


@pytest.mark.parametrize(("system", "code"), [(ICD, "M16.11"), (ICD, "M1"), (SNOMED, "239872002"), ("urn:x", "M17.11")])
def test_it_is_not_proposed_for_another_joint(system: str, code: str) -> None:
    assert proposed(condition(system, code)).pathways == ()


def test_a_fall_in_the_last_year_asks_for_a_cane_and_an_older_one_does_not() -> None:
    knee = condition(SNOMED, "239873007")
    fall = {"onsetDateTime": "2026-01-10"}
    items = {item.code for item in proposed(knee, condition(ICD, "R29.6", **fall)).items}
    older = {item.code for item in proposed(knee, condition(ICD, "R29.6", onsetDateTime="2024-01-10")).items}
    assert ("cane" in items, "cane" in older) == (True, False)


def test_it_is_withheld_in_hospice_and_says_so() -> None:
    proposal = proposed(condition(SNOMED, "239873007"), states=frozenset({"hospice"}))
    assert proposal.pathways == ()
    assert [(each.title, each.states) for each in proposal.withheld] == [("Osteoarthritis of the knee", ("hospice",))]


def test_knees_still_count_as_arthritis() -> None:
    facts = facts_of(chart_of(condition(ICD, "M17.11")), occasion())
    assert "arthritis" in facts["conditions"]


def test_a_plan_is_proposed_with_it_by_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with start(Sandbox()) as running:
        kim = stage(http_backend(running.base, "sandbox"), "kim")
        record = {**condition(ICD, "M17.11"), "subject": {"reference": kim.patient}}
        assert requests.post(f"{running.base}/Condition", json=record, timeout=10).status_code == 201
        monkeypatch.setenv("CAREFHIR_SERVER", running.base)
        monkeypatch.setenv("CAREFHIR_CONTENT", str(KNEE))
        asked = ("--patient", kim.patient, "--as", kim.nurse, "--now", NOW)
        enrolling = {"program": "care-management", "care_manager": kim.nurse, "supervising_provider": kim.physician}
        told = ("what-it-is", "care-team", "right-to-stop")
        given = [f"{name}={value}" for name, value in {**enrolling, "consent": "verbal", "reason": "knees"}.items()]
        given += [f"told={topic}" for topic in told]
        enrolled = invoke("run", "enroll", *asked, *(part for pair in given for part in ("--set", pair)))
        assert enrolled.code == 0, enrolled.words
        plan = invoke("preview", "propose-plan", *asked, "--set", "own_goal=walk to church", "--json")
        assert plan.code == 0, plan.words
        words = json.dumps(plan.json)
        assert "Class: living with arthritis" in words
        assert "A cane that fits" not in words


@pytest.mark.parametrize("path", sorted(KNEE.glob("*-*.json")), ids=lambda path: path.name)
def test_the_recipe_names_every_file_and_extension_of_its_example(path: Path) -> None:
    artefact = path.read_text(encoding="utf-8")
    assert f"`{path.name}`" in RECIPE
    for name in set(re.findall(r"carefhir\.org/fhir/StructureDefinition/([\w-]+)", artefact)):
        assert f"`{name}`" in RECIPE, name
    for name in set(re.findall(r"carefhir\.org/fhir/CodeSystem/([\w-]+)", artefact)):
        assert f"`{name}`" in RECIPE, name
