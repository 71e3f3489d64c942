"""`timeline`: what was done, when and by whom, from the receipts; what was taken back stays and says so."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.catalog import STEPS, TIMELINE, step_for
from carefhir.codes import ACT_KEY, BASE
from carefhir.engine import runner
from carefhir.engine.results import Done
from carefhir.fhir.gather import Way
from carefhir.workflows.undo.retract import Retract
from carefhir.workflows.whole_picture import timeline
from carefhir.workflows.whole_picture.timeline import HIDDEN, ShowTimeline, Timeline, TimelineEntry
from tests.support.backends import sandbox_backend
from tests.support.scenarios import SOME, Scenario
from tests.support.stage import Stage, stage
from tests.support.stories.planning import requested

Json = dict[str, Any]
R_LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
SIGN = "Ask the supervising provider to sign a plan"
TITLES = {step.name: step.title for step in STEPS}


def shown(found: Stage, way: Way | None = None) -> Timeline:
    command = ShowTimeline(patient=found.patient)
    page: Timeline = found.backend.run(runner.show(TIMELINE, command, found.occasion(), found.backend.server(way=way)))
    return page


def entries(page: Timeline) -> list[TimelineEntry]:
    return [row for section in page.sections for row in section.rows if isinstance(row, TimelineEntry)]


def receipts(found: Stage) -> list[Json]:
    """Every receipt of an act on the server."""
    tagged = (each for each in found.backend.search("Provenance?_count=200") if each.get("meta", {}).get("tag"))
    return [each for each in tagged if any(tag["system"] == ACT_KEY for tag in each["meta"]["tag"])]


@pytest.fixture(scope="module")
def told() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    requested(found)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    """Rosa, whose plan waits for the signature."""
    return told.copied()


def test_every_act_once_with_who_and_what(rosa: Stage) -> None:
    page = shown(rosa)
    found = entries(page)
    assert [each.title for each in found][:2] == [SIGN, "Record what the patient said to the plan"], "the newest first"
    assert {each.by for each in found} == {"Dana Whitfield"}
    assert sorted(each.receipt for each in found) == sorted(f"Provenance/{each['id']}" for each in receipts(rosa))
    assert [each for each in found if each.taken_back] == []
    assert page.not_visible == ()


@pytest.mark.parametrize("way", ["together", "batch", "searches"])
def test_it_is_the_same_on_every_way_of_asking(rosa: Stage, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """And however many records one search names."""
    whole = shown(rosa)
    monkeypatch.setattr(timeline, "AT_ONCE", 7)
    assert entries(shown(rosa, way)) == entries(whole)


def test_the_newest_comes_first_and_the_rest_is_apart(rosa: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    (oldest, *_) = receipts(rosa)
    rosa.backend.put({**oldest, "recorded": "2026-01-05T08:00:00-05:00"})
    monkeypatch.setattr(timeline, "NEWEST", 2)
    newest, before = shown(rosa).sections
    last = before.rows[-1]
    assert len(newest.rows) == 2
    assert isinstance(last, TimelineEntry)
    assert (last.receipt, last.at) == (f"Provenance/{oldest['id']}", "Mon 2026-01-05 08:00")


def test_the_provenances_of_others_are_not_in_it(rosa: Stage) -> None:
    before = len(entries(shown(rosa)))
    rosa.backend.create(
        {
            "resourceType": "Provenance",
            "target": [{"reference": rosa.patient}],
            "recorded": "2026-03-09T09:00:00-05:00",
            "agent": [{"who": {"display": "an importer"}}],
        }
    )
    assert len(entries(shown(rosa))) == before


def test_what_is_restricted_says_only_that_it_is(rosa: Stage) -> None:
    (receipt,) = [each for each in receipts(rosa) if "propose-plan" in str(each["meta"]["tag"])]
    goal = next(target["reference"] for target in receipt["target"] if target["reference"].startswith("Goal/"))
    goal = "/".join(goal.split("/")[:2])
    resource = rosa.backend.get(goal)
    rosa.backend.put({**resource, "meta": {**resource["meta"], "security": [R_LABEL]}})
    (entry,) = [each for each in entries(shown(rosa)) if each.receipt == f"Provenance/{receipt['id']}"]
    assert entry.words == HIDDEN
    assert entry.by == "Dana Whitfield"


def test_what_was_taken_back_stays_and_says_so() -> None:
    story = next(each for each in SOME if each.step == "record-contact")
    found = story.begun(sandbox_backend())
    command, occasion = story.command(found), found.occasion(story.now)
    done = found.backend.run(runner.run(step_for(command), command, occasion, found.backend.server()))
    assert isinstance(done, Done)
    wrong = Retract(patient=found.patient, what=done.receipt, reason="it was another patient")
    back = found.backend.run(runner.run(step_for(wrong), wrong, occasion, found.backend.server()))
    assert isinstance(back, Done)
    by_receipt = {each.receipt: each for each in entries(shown(found))}
    assert by_receipt[done.receipt].taken_back
    assert "TAKEN BACK" in by_receipt[done.receipt].cells[2]
    assert by_receipt[back.receipt].step == "retract"
    assert not by_receipt[back.receipt].taken_back
    assert sum(each.taken_back for each in by_receipt.values()) == 1


@pytest.mark.parametrize("scenario", SOME, ids=lambda scenario: scenario.name)
def test_no_act_of_any_step_is_missing(scenario: Scenario) -> None:
    """One story of each step, told to its end."""
    found = scenario.begun(sandbox_backend())
    command = scenario.command(found)
    occasion = found.occasion(scenario.now)
    result = found.backend.run(runner.run(step_for(command), command, occasion, found.backend.server()))
    page = shown(found)
    there = {each.receipt for each in entries(page)}
    mine = {
        f"Provenance/{each['id']}": [tag["code"] for tag in each["meta"]["tag"] if tag["system"].endswith("/step")]
        for each in receipts(found)
    }
    missing = {name: steps for name, steps in mine.items() if name not in there}
    assert missing == {}, result
    by_itself = {"Keep one next check in"}
    """What the engine put right after an act, and nobody asks for."""
    assert {each.title for each in entries(page)} <= set(TITLES.values()) | by_itself
    assert BASE not in str([each.words for each in entries(page)])
