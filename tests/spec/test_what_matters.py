"""What matters to the person: their own words with the day; not asked is said; what is restricted stands elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from carefhir.engine import runner
from carefhir.workflows.assessment.conclude_assessment import ConcludeAssessment
from carefhir.workflows.looking.overview import Overview
from carefhir.workflows.looking.section import Section
from carefhir.workflows.looking.what_matters import NOT_ASKED, RESTRICTED, OwnWords
from carefhir.workflows.whole_picture.picture import WHOLE_PICTURE
from tests.support.backends import sandbox_backend
from tests.support.stage import NOW, Stage, stage
from tests.support.stories.planning import OWN_GOAL, carried_out, proposed

Json = dict[str, Any]
R_LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
ASSESSED = "I want to sleep in my own bed"


def shown(found: Stage) -> Section:
    command = Overview(patient=found.patient)
    picture = found.backend.run(runner.show(WHOLE_PICTURE, command, found.occasion(), found.backend.server()))
    part: Section = picture.section("what-matters")
    return part


def words(part: Section) -> list[str]:
    return [row.words for row in part.rows if isinstance(row, OwnWords)]


@pytest.fixture
def rosa() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    proposed(found)
    return found


def own_goal(found: Stage) -> Json:
    (goal,) = [each for each in found.backend.search("Goal") if each["description"].get("text") == OWN_GOAL]
    return goal


def concluded(found: Stage, what: str) -> None:
    given = {"domain": "what-matters", "words": what}
    command = ConcludeAssessment.model_validate(
        {"patient": found.patient, "concluded": NOW - timedelta(minutes=5), "conclusions": [given]}
    )
    carried_out(found, command)


def test_not_asked_is_said() -> None:
    part = shown(stage(sandbox_backend(), "rosa"))
    assert (part.rows, part.empty, part.not_visible) == ((), NOT_ASKED, "")


def test_their_own_goal_with_its_day(rosa: Stage) -> None:
    (row,) = shown(rosa).rows
    assert row.cells[:3] == (OWN_GOAL, "2026-03-09", "a goal of their own")


def test_what_the_assessment_has_stands_beside_it(rosa: Stage) -> None:
    concluded(rosa, ASSESSED)
    assert set(words(shown(rosa))) == {OWN_GOAL, ASSESSED}


def test_a_goal_of_the_team_is_not_theirs(rosa: Stage) -> None:
    assert words(shown(rosa)) == [OWN_GOAL]
    assert len(rosa.backend.search("Goal")) > 5


@pytest.mark.parametrize("status", ["rejected", "cancelled", "entered-in-error"])
def test_what_they_gave_up_is_not_pinned(rosa: Stage, status: str) -> None:
    rosa.backend.put({**own_goal(rosa), "lifecycleStatus": status})
    assert words(shown(rosa)) == []


def test_what_they_reached_comes_last_and_says_so(rosa: Stage) -> None:
    concluded(rosa, ASSESSED)
    rosa.backend.put({**own_goal(rosa), "lifecycleStatus": "completed", "startDate": "2026-03-11"})
    part = shown(rosa)
    assert words(part) == [ASSESSED, OWN_GOAL]
    assert part.rows[-1].cells[2] == "a goal of their own, reached"


def test_what_is_restricted_is_not_pinned_and_not_said_to_be_unasked(rosa: Stage) -> None:
    goal = own_goal(rosa)
    rosa.backend.put({**goal, "meta": {**goal["meta"], "security": [R_LABEL]}})
    part = shown(rosa)
    assert (part.rows, part.empty) == ((), RESTRICTED)
