"""What a screen finds about violence and drink, and who reads it: the care team in one place, and nobody in a list,
a banner, a timeline, a shared copy or a comparison (clinical practice, rule 4).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from carefhir import Done
from carefhir.commands import ConfirmConcern
from carefhir.engine import runner
from carefhir.fhir.codec import Json
from carefhir.workflows.looking.compare_assessments import COMPARE_ASSESSMENTS, CompareAssessments
from carefhir.workflows.looking.overview import OVERVIEW, Overview
from carefhir.workflows.looking.worklist import WORKLIST, Worklist
from tests.spec.instruments import MONDAY, answered, is_restricted, joins, recorded
from tests.spec.tables import Chart, carried_out
from tests.spec.test_ahc_hrsn import SAFE, ahc, hits
from tests.spec.test_audit_c import audit
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage

TELLING = ("violence", "hits", "alcohol", "audit", "drink", "private")
"""Words that would tell, wherever they stand outside the restricted part."""


@pytest.fixture
def kim() -> Stage:
    """A person who screened positive for violence and for drinking, with a social worker in the team."""
    one = stage(sandbox_backend(), "kim")
    carried_out(one, enroll(one), "2026-02-02T10:00:00-06:00")
    joins(one, "social-worker", "social-worker")
    assert isinstance(recorded(one, ahc({**hits(5, 5, 5, 5), **SAFE})), Done)
    assert isinstance(recorded(one, audit(4, 4, 4)), Done)
    return one


def test_the_list_says_only_that_there_is_something(kim: Stage) -> None:
    now = datetime.fromisoformat(MONDAY)
    theirs = replace(kim, nurse=kim.backend.find("Practitioner", "social-worker"))
    rows = kim.backend.run(runner.show(WORKLIST, Worklist(), theirs.occasion(now), kim.backend.server())).rows
    (row,) = [row for row in rows if row.patient == kim.patient]
    assert "a restricted matter: open the chart" in repr(row)
    assert not [word for word in TELLING if word in repr(row).lower()]


def test_the_overview_says_it_in_one_place(kim: Stage) -> None:
    now = datetime.fromisoformat(MONDAY)
    command = Overview(patient=kim.patient)
    picture = kim.backend.run(runner.show(OVERVIEW, command, kim.occasion(now), kim.backend.server()))
    others = [part for part in picture.sections if part.name != "restricted"]
    telling = {part.name: [word for word in TELLING if word in repr(part.rows).lower()] for part in others}
    assert not {name: words for name, words in telling.items() if words}
    assert "violence screen positive" in repr(picture.section("restricted").rows).lower()
    assert "alcohol screen positive" in repr(picture.section("restricted").rows).lower()


def test_a_comparison_leaves_it_out_and_says_that_something_is(kim: Stage) -> None:
    now = datetime.fromisoformat(MONDAY)
    command = CompareAssessments(patient=kim.patient)
    seen = kim.backend.run(runner.show(COMPARE_ASSESSMENTS, command, kim.occasion(now), kim.backend.server()))
    assert not [word for word in TELLING if word in repr(seen).lower()]


@pytest.mark.parametrize("finding", ["violence-screen-positive", "alcohol-screen-positive"])
def test_what_follows_from_it_is_restricted_too(kim: Stage, finding: str) -> None:
    """Somebody proposes to confirm the concern: the Task and the receipt carry the label on."""
    chart = Chart(kim.backend, kim.patient)
    (concern,) = [one for one in chart.all("Condition") if finding in str(one["code"])]
    where = f"Condition/{concern['id']}"
    command = ConfirmConcern(patient=kim.patient, concern=where, reason="spoke with the person alone")
    assert isinstance(carried_out(kim, command, "2026-03-09T12:00:00-05:00"), Done)
    written = [
        one for one in Chart(kim.backend, kim.patient).written("Task") if one.get("focus", {}).get("reference") == where
    ]
    assert written
    assert all(map(is_restricted, written))


def test_the_answers_to_a_screen_without_safety_are_open() -> None:
    """A near miss: nobody was asked about violence, so nothing of the response is restricted."""
    one = stage(sandbox_backend(), "kim")
    recorded(one, answered("ahc-hrsn", {"93030-5": "LA33-6"}))
    chart = Chart(one.backend, one.patient)
    written: list[Json] = [*chart.written("QuestionnaireResponse"), *chart.written("Observation")]
    assert len(written) == 2
    assert not any(map(is_restricted, written))
