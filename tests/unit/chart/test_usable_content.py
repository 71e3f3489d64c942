"""A site's content that cannot be used is refused by name when it is loaded; what can be is taken."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from carefhir.chart.usable_content import refusals, usable
from carefhir.codes import BASE
from carefhir.content.loading import load
from carefhir.errors import ContentError
from tests.support.deep import some

Json = dict[str, Any]
OURS = load()


def site(folder: Path, artefact: Json, name: str = "") -> Path:
    name = name or f"{artefact['resourceType']}-{artefact['id']}.json"
    (folder / name).write_text(json.dumps(artefact, default=str))
    return folder


def ours(type_: str, id_: str, **more: Any) -> Json:
    newer = {} if type_ == "ObservationDefinition" else {"version": "9.0.0"}  # R4 gives that type none
    return {**deepcopy(OURS.get(type_, id_)), **newer, **more}


def applies(expression: str) -> Json:
    value = {"language": "text/fhirpath", "expression": expression}
    return {"url": f"{BASE}/StructureDefinition/applies", "valueExpression": value}


PATHWAY = ("PlanDefinition", "pathway-heart-failure")
RULES = ("PlanDefinition", "check-in-rules-heart-failure")


def test_our_own_content_is_usable() -> None:
    assert refusals(OURS) == ()
    assert usable(OURS) is OURS


@pytest.mark.parametrize("key", some(OURS.artefacts, 12))
def test_a_newer_copy_of_any_artefact_of_ours_is_usable(key: tuple[str, str], tmp_path: Path) -> None:
    artefact = ours(*key)
    if artefact.get("content") == "fragment" or f"{BASE}/StructureDefinition/adds-to" in json.dumps(
        artefact, default=str
    ):
        pytest.skip("it adds to another, and would add twice")
    assert refusals(load(site(tmp_path, artefact))) == ()


def with_item(**more: Any) -> Json:
    form = ours("Questionnaire", "phq-9")
    form["item"][1] |= more
    return form


def with_action(id_: str, **more: Any) -> Json:
    plan = ours("PlanDefinition", id_)
    plan["action"][0] |= more
    return plan


NEEDLESS = {"resourceType": "PlanDefinition", "id": "site-order-set", "url": "urn:site:a", "status": "active"}
WHEN = {"question": "44250-9", "operator": "exists", "answerBoolean": True}

REFUSED: dict[str, tuple[Json, str]] = {
    "a form with enableWhen": (with_item(enableWhen=[WHEN]), "item.enableWhen"),
    "a form with a wrong code": (with_item(code=[{"system": "http://loinc.org", "code": "44260-8"}]), "44260-8"),
    "a pathway with an element nothing reads": (with_action(PATHWAY[1], timingDuration={"value": 1}), "timingDuration"),
    "a pathway with actions inside an action": (with_action(PATHWAY[1], action=[]), "action is not supported"),
    "a pathway by a fact that does not exist": (
        ours(*PATHWAY, extension=[applies("moon_phase = 'full'")]),
        "the fact 'moon_phase', which does not exist",
    ),
    "a pathway whose condition cannot be evaluated": (ours(*PATHWAY, extension=[applies("age >")]), "age >"),
    "a pathway of a code that is not there": (
        with_action(PATHWAY[1], code=[{"coding": [{"system": f"{BASE}/CodeSystem/care-item", "code": "moon"}]}]),
        "care-item has no code moon",
    ),
    "check-in rules with an element nothing reads": (with_action(RULES[1], documentation=[]), "documentation"),
    "check-in rules by a fact that does not exist": (
        with_action(
            RULES[1],
            condition=[
                {"kind": "applicability", "expression": {"language": "text/fhirpath", "expression": "moon_phase > 1"}}
            ],
        ),
        "moon_phase",
    ),
    "check-in rules in another language": (
        with_action(
            RULES[1],
            condition=[{"kind": "applicability", "expression": {"language": "text/cql", "expression": "true"}}],
        ),
        "FHIRPath",
    ),
    "a clock that lacks a number": (ours("PlanDefinition", "transition-clock", extension=[]), "it lacks the parameter"),
    "a plan that nothing uses": (NEEDLESS, "nothing would use it"),
    "a code system that lacks a code": (
        ours("CodeSystem", "care-goal", concept=[{"code": "a1c", "display": "A1c"}]),
        "it lacks the code",
    ),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_cannot_be_used_is_refused_by_name(name: str, tmp_path: Path) -> None:
    artefact, word = REFUSED[name]
    content = load(site(tmp_path, artefact))
    reasons = refusals(content)
    assert reasons
    assert all(reason.startswith(f"{artefact['resourceType']}/{artefact['id']} ({tmp_path})") for reason in reasons)
    assert word in " ".join(reasons)
    with pytest.raises(ContentError, match=artefact["id"]):
        usable(content)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"zebra": 1}, "zebra"),
        ({"goal": "none"}, "goal"),
        ({"action": None}, "null"),
        ({"extension": [{"url": f"{BASE}/StructureDefinition/applies", "extension": None}]}, "null"),
        ({"resourceType": "Plan"}, "Plan"),
    ],
)
def test_what_is_not_r4_is_refused_when_it_is_read(more: Json, word: str, tmp_path: Path) -> None:
    folder = site(tmp_path, {**NEEDLESS, "status": "active", **more}, "PlanDefinition-odd.json")
    with pytest.raises(ContentError, match=rf"/site-order-set is not FHIR R4: .*{word}"):
        load(folder)


def test_a_draft_is_not_asked_about(tmp_path: Path) -> None:
    assert refusals(load(site(tmp_path, {**NEEDLESS, "status": "draft"}))) == ()
