"""`receive-packet`: what came with somebody, item by item, and when it is complete."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import NOW, Stage, stage
from tests.support.stories.coordination import ITEMS, SECOND_CHECK, checking, opened

Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    """Home from hospital, her transition open."""
    found = stage(server.backend, "rosa")
    opened(found)
    return found


def run(found: Stage, *missing: str, **said: Any) -> Done:
    result = carried_out(found, checking(found, *missing, **said), NOW.isoformat())
    assert isinstance(result, Done), result
    return result


def refused(found: Stage, **said: Any) -> str:
    result = carried_out(found, checking(found, **said), NOW.isoformat())
    assert isinstance(result, Refused), result
    return "; ".join(result.why)


def task(found: Stage, code: str) -> Json:
    return Chart(found.backend, found.patient).tasks()[code]


def requests(found: Stage) -> list[tuple[str, str]]:
    """Status and words of the messages that ask for it, the oldest first."""
    written = Chart(found.backend, found.patient).written("CommunicationRequest")
    return [(one["status"], one["payload"][0]["contentString"]) for one in written]


def test_everything_there_completes_the_task(rosa: Stage) -> None:
    run(rosa)
    settled = task(rosa, "receive-packet")
    assert settled["status"] == "completed"
    assert [one["type"]["coding"][0]["code"] for one in settled["output"]] == list(ITEMS)
    assert {one["valueString"] for one in settled["output"]} == {"the fax"}
    assert "complete-packet" not in Chart(rosa.backend, rosa.patient).tasks()
    assert not requests(rosa)
    assert "is settled" in refused(rosa, at=SECOND_CHECK)


def test_what_is_missing_is_asked_for_until_it_comes(rosa: Stage) -> None:
    run(rosa, "allergies", "results")
    assert task(rosa, "receive-packet")["status"] == "in-progress"
    getting = task(rosa, "complete-packet")
    assert (getting["owner"]["reference"], getting["restriction"]["period"]["end"]) == (rosa.nurse, "2026-03-10")
    assert "allergies, results" in getting["description"]
    run(rosa, at="2026-03-09T09:20:00-05:00", items=[{"item": "results", "presence": "there", "where": "a second fax"}])
    (first, second) = requests(rosa)
    assert first[0] == "completed"
    assert second == ("active", "Please send what is missing of the discharge information: allergies.")
    run(rosa, at=SECOND_CHECK, items=[{"item": "allergies", "presence": "there", "where": "by phone"}])
    assert task(rosa, "receive-packet")["status"] == "completed"
    assert task(rosa, "complete-packet")["status"] == "completed"
    assert [status for status, _ in requests(rosa)] == ["completed", "completed"]


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"item": item, "presence": "not-legible"} for item in ITEMS],
        [{"item": item, "presence": "there", "where": "the fax"} for item in ITEMS[:-1]],
    ],
    ids=["nothing came", "nothing can be read", "one item nobody looked for"],
)
def test_what_is_never_complete(rosa: Stage, items: list[Json]) -> None:
    told = run(rosa, items=items, nothing_came=not items).told
    assert task(rosa, "receive-packet")["status"] == "in-progress"
    assert task(rosa, "complete-packet")["status"] == "requested"
    assert told.says[0].startswith("missing of the discharge information")
    assert len(requests(rosa)) == 1


def test_not_legible_is_said(rosa: Stage) -> None:
    items = [{"item": "results", "presence": "not-legible"}]
    assert "results (not legible)" in run(rosa, items=items).told.says[0]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"items": []}, "say nothing_came, or check the items"),
        ({"nothing_came": True}, "say nothing_came, or check the items"),
        ({"items": [{"item": "results", "presence": "there"}]}, "say in which document"),
        ({"items": [{"item": "results", "presence": "not-there"}] * 2}, "checked twice"),
        (
            {"items": [{"item": "results", "presence": "there", "document": "DocumentReference/none"}]},
            "is not among this person's documents",
        ),
        ({"at": "2026-03-06T09:00:00-06:00"}, "before the discharge"),
    ],
    ids=["nothing said", "both said", "no document", "twice", "no such document", "before the discharge"],
)
def test_why_a_check_is_not_recorded(rosa: Stage, said: Json, why: str) -> None:
    assert why in refused(rosa, **said)
    assert task(rosa, "receive-packet")["status"] == "requested"


def test_an_item_names_the_document_it_stands_in(rosa: Stage) -> None:
    summary = rosa.backend.create(
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "subject": {"reference": rosa.patient},
            "content": [{"attachment": {"contentType": "text/plain", "title": "Discharge summary"}}],
        }
    )
    run(rosa, items=[{"item": "results", "presence": "there", "document": summary}])
    (output,) = task(rosa, "receive-packet")["output"]
    assert output["valueReference"]["reference"] == summary
