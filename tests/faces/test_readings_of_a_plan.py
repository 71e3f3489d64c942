"""`carefhir progress`, `compare` and `pre-fill`: in words, as JSON, and of nobody; `Care.show` gives the same."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from carefhir import Care, commands
from tests.faces.conftest import invoke
from tests.support.backends import sandbox_backend
from tests.support.served import served
from tests.support.stage import Stage, stage
from tests.support.stories.planning import plan_of
from tests.support.stories.revising import IN_JUNE, three_months_on

WHEN = IN_JUNE.isoformat()


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[Stage, str]]:
    """Rosa with a plan in force for three months, on a server of its own."""
    found = stage(sandbox_backend(), "rosa")
    three_months_on(found)
    with served(found.backend) as front:
        yield found, front.base


def options(told: tuple[Stage, str], patient: str = "") -> list[str]:
    found, base = told
    return ["--server", base, "--patient", patient or found.patient, "--now", WHEN]


def test_progress(told: tuple[Stage, str]) -> None:
    found, base = told
    plan = plan_of(found)
    shown = invoke("progress", *options(told), "--plan", plan)
    assert shown.code == 0, shown
    for words in ("in force since 2026-03-09 (signed that day)", "prove no cause", "16, moderately severe"):
        assert words in shown.words
    in_json = invoke("progress", *options(told), "--plan", plan, "--json")
    assert json.loads(in_json.stdout)["days"] == 91
    with Care(base, now=IN_JUNE) as care:
        assert care.show(commands.ShowPlanProgress(patient=found.patient, plan=plan)).days == 91
    assert invoke("progress", *options(told), "--plan", "CarePlan/404").code == 3


def test_plan(told: tuple[Stage, str]) -> None:
    found, base = told
    shown = invoke("plan", *options(told))
    assert shown.code == 0, shown
    for words in ("active", "in effect", "Dana Whitfield", "Conflicting advice: "):
        assert words in shown.words
    named = invoke("plan", *options(told), "--plan", plan_of(found), "--json")
    assert json.loads(named.stdout)["reference"] == plan_of(found)
    with Care(base, now=IN_JUNE) as care:
        assert care.show(commands.ShowPlan(patient=found.patient)).reference == plan_of(found)
    assert "no care plan of ours" in invoke("plan", *options(told), "--plan", "CarePlan/404").words
    assert invoke("plan", *options(told, "Patient/404")).code == 3


def test_compare(told: tuple[Stage, str]) -> None:
    found, base = told
    shown = invoke("compare", *options(told))
    assert shown.code == 0, shown
    for words in ("PHQ-9: score", "no change", "SAFETY"):
        assert words in shown.words
    assert json.loads(invoke("compare", *options(told), "--json").stdout)["on_record"] is True
    with Care(base, now=IN_JUNE) as care:
        assert care.show(commands.CompareAssessments(patient=found.patient)).on_record
    assert invoke("compare", *options(told, "Patient/404")).code == 3


def test_pre_fill(told: tuple[Stage, str]) -> None:
    found, base = told
    shown = invoke("pre-fill", *options(told), "--instrument", "check-in")
    assert shown.code == 0, shown
    assert "safety items are never filled in" in shown.words
    form = json.loads(invoke("pre-fill", *options(told), "--instrument", "check-in", "--json").stdout)
    assert form["to_fill_in"]["response"]["status"] == "in-progress"
    with Care(base, now=IN_JUNE) as care:
        assert care.show(commands.PreFill(patient=found.patient, instrument="check-in")).on_record
    assert invoke("pre-fill", *options(told), "--instrument", "no-such-form").code == 2
    assert invoke("pre-fill", *options(told, "Patient/404"), "--instrument", "check-in").code == 3
