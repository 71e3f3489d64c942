"""`team-list`: the work about one's teams' people, whoever owns it; what nobody owns; and nobody of other teams."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from carefhir.codes import METHOD
from carefhir.commands import TeamList
from carefhir.engine import runner
from carefhir.mappers.risk_assessment import TIER_EXTENSION
from carefhir.workflows.looking.list_rows import List
from carefhir.workflows.looking.team_list import TEAM_LIST
from tests.spec.test_day import NOW, task
from tests.support.backends import Backend
from tests.support.scenarios import Stage, stage

Json = dict[str, Any]


@pytest.fixture
def kim(backend: Backend) -> Stage:
    """With a nurse and a physician of her own: on a server that all tests share, the others' have thousands."""
    names = ([{"family": "Whitfield", "given": ["Dana"]}], [{"family": "Okafor", "given": ["Ben"]}])
    nurse, helper = (backend.create({"resourceType": "Practitioner", "name": name}) for name in names)
    return replace(stage(backend, "kim"), nurse=nurse, physician=helper)


def team(found: Stage, *members: str, **more: Any) -> str:
    return found.backend.create(
        {
            "resourceType": "CareTeam",
            "status": "active",
            "subject": {"reference": found.patient},
            "participant": [{"member": {"reference": member}, **more} for member in members],
        }
    )


def listed(found: Stage, **asked: Any) -> List:
    occasion = found.occasion(datetime.fromisoformat(NOW))
    return found.backend.run(runner.show(TEAM_LIST, TeamList(**asked), occasion, found.backend.server()))


def tasks_of(shown: List) -> dict[str, str]:
    """Whose each Task is."""
    return {each.task: each.owner for row in shown.rows for each in row.dues}


def test_all_work_of_a_teams_people_and_whose_it_is(kim: Stage) -> None:
    team(kim, kim.nurse, kim.physician)
    own = task(kim, "nurse-call", "2026-03-09")
    theirs = task(kim, "check-in", "2026-03-09", owner={"reference": kim.physician, "display": "Ben Okafor"})
    unowned = task(kim, "education", "2026-03-09", owner=None)
    assert tasks_of(listed(kim)) == {own: "", theirs: "Ben Okafor", unowned: "nobody"}


@pytest.mark.parametrize("owner", [None, {"reference": "Organization/1"}, {"display": "the desk"}])
def test_what_no_person_owns_is_nobodys(kim: Stage, owner: Json | None) -> None:
    if owner and "reference" in owner:
        owner = {"reference": kim.backend.create({"resourceType": "Organization", "name": "Bluff Street"})}
    team(kim, kim.nurse)
    task(kim, "nurse-call", "2026-03-09")
    unowned = task(kim, "education", "2026-03-09", owner=owner)
    assert list(tasks_of(listed(kim, whose="nobody"))) == [unowned]


@pytest.mark.parametrize(
    "period", [{"end": "2026-03-08"}, {"start": "2026-03-10"}], ids=["has left the team", "is not in it yet"]
)
def test_whoever_does_not_belong_to_the_team_today_sees_nobody_of_it(kim: Stage, period: Json) -> None:
    team(kim, kim.nurse, period=period)
    task(kim, "education", "2026-03-09", owner=None)
    assert listed(kim).rows == ()


def test_nobody_of_another_team(kim: Stage) -> None:
    team(kim, kim.physician)
    task(kim, "education", "2026-03-09", owner=None)
    assert listed(kim).rows == ()
    assert listed(kim).known


def test_a_row_has_the_newest_tier_of_care(kim: Stage) -> None:
    team(kim, kim.nurse)
    task(kim, "nurse-call", "2026-03-09")
    assert [row.tier for row in listed(kim).rows] == [""]
    sure = {"url": "atLeast", "valueBoolean": False}
    for day, tier in (("2026-02-01", "high"), ("2026-03-01", "rising")):
        kim.backend.create(
            {
                "resourceType": "RiskAssessment",
                "status": "final",
                "subject": {"reference": kim.patient},
                "occurrenceDateTime": day,
                "method": {"coding": [{"system": METHOD, "code": "care-tier"}]},
                "extension": [{"url": TIER_EXTENSION, "extension": [{"url": "tier", "valueCode": tier}, sure]}],
            }
        )
    assert [row.tier for row in listed(kim).rows] == ["rising"]
