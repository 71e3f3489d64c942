"""Taking up an interrupted act: what it wrote is put out of sight, read as it was, and kept as it stands."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from carefhir.codes import ACT_MARK, STEP_KEY
from carefhir.engine import resuming
from carefhir.engine.resuming import begun, begun_otherwise, bound, uncreated, unwritten
from carefhir.fhir.changes import Act, Amend, Create, Plan, amend, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.wire import Failure, Response
from tests.unit.engine.tiny import HOME
from tests.unit.fake import Fake, reply

ACT = Act("note", "Patient/p", ("cause",), "a" * 64)
OTHER = replace(ACT, asked="b" * 64)


def task(id_: str, *marks: tuple[Act, str], version: int = 2, **more: Any) -> Record:
    identifiers = [{"system": ACT_MARK, "value": act.mark(how)} for act, how in marks]  # type: ignore[arg-type]
    meta = {"versionId": str(version)}
    resource = {"resourceType": "Task", "id": id_, "meta": meta, "identifier": identifiers, **more}
    return Record(json.dumps(resource).encode())


def records(*found: Record) -> Records:
    return Records({"tasks": found})


def history(*versions: Record) -> Response:
    entries = [{"resource": version.json} for version in versions]
    return reply({"resourceType": "Bundle", "type": "history", "entry": entries})


def test_an_act_that_wrote_nothing_was_not_begun() -> None:
    theirs = task("1", identifier=[{"system": STEP_KEY, "value": ACT.part_key("task")}])
    assert not begun(records(task("1"), theirs), ACT)


@pytest.mark.parametrize("how", ["created", "amended"])
def test_a_mark_of_the_act_and_the_command_says_that_it_was_begun(how: str) -> None:
    marked = records(task("1", (ACT, how)))
    assert begun(marked, ACT)
    assert begun_otherwise(marked, ACT) == ()


def test_a_mark_of_the_act_for_another_command_is_named_and_is_not_its_own() -> None:
    marked = records(task("2", (OTHER, "amended")), task("1", (OTHER, "created")))
    assert not begun(marked, ACT)
    assert begun_otherwise(marked, ACT) == ("Task/1", "Task/2")


def test_a_mark_of_another_act_is_nothing() -> None:
    another = Act("note", "Patient/p", ("another cause",), ACT.asked)
    marked = records(task("1", (another, "created")))
    assert not begun(marked, ACT)
    assert begun_otherwise(marked, ACT) == ()


def test_the_tag_is_the_mark_of_a_response_which_has_one_identifier() -> None:
    tags = [{"system": ACT_MARK, "code": ACT.mark("created")}]
    response = {"resourceType": "QuestionnaireResponse", "id": "1", "meta": {"tag": tags}}
    assert begun(Records({"responses": (Record(json.dumps(response).encode()),)}), ACT)


def test_what_it_created_is_put_out_of_sight() -> None:
    kept = task("2", (OTHER, "created"))
    assert uncreated(records(task("1", (ACT, "created")), kept), ACT)["tasks"] == (kept,)


def test_what_it_amended_is_read_as_it_stood_before() -> None:
    before, ours = task("1", status="requested", version=3), task("1", (ACT, "amended"), version=4)
    later = task("1", (ACT, "amended"), version=5, priority="urgent")
    fake = Fake()
    fake.fault("GET", "Task/1/_history", history(later, ours, before, task("1", version=2)))
    found = fake.run(unwritten(records(later), ACT, HOME))
    assert found["tasks"] == (before,)


def test_versions_are_ordered_by_number_whatever_the_server_answers() -> None:
    before, ours = task("1", version=9), task("1", (ACT, "amended"), version=10)
    fake = Fake()
    fake.fault("GET", "Task/1/_history", history(before, ours))
    assert fake.run(unwritten(records(ours), ACT, HOME))["tasks"] == (before,)


@pytest.mark.parametrize(
    "answer",
    [
        Response(404, {}, b""),
        Response(501, {}, b"<html>"),
        Response(200, {"content-type": "text/html"}, b"<html>"),
        Failure("refused", False),
        history(),
    ],
    ids=["404", "501", "html", "nothing listens", "empty"],
)
def test_without_history_it_is_seen_as_it_is(answer: Response | Failure) -> None:
    ours = task("1", (ACT, "amended"), status="completed")
    fake = Fake()
    for _ in range(4):
        fake.fault("GET", "Task/1/_history", answer)
    assert fake.run(unwritten(records(ours), ACT, HOME))["tasks"] == (ours,)


def test_nothing_is_asked_where_nothing_was_amended() -> None:
    fake = Fake()
    fake.run(unwritten(records(task("1", (ACT, "created")), task("2")), ACT, HOME))
    assert fake.asked == []


def test_a_plan_is_bound_to_what_stands() -> None:
    """What was amended stays as it is, what was not is amended, what the plan does not name is a target as well."""
    before, ours = task("1", status="requested", version=3), task("1", (ACT, "amended"), status="completed", version=4)
    open_task, forgotten = task("2", status="requested"), task("3", (ACT, "amended"), status="cancelled")
    done = put("status", "completed")
    plan = Plan((amend("a", before, "done", done), amend("b", open_task, "done", done)))
    stands = records(ours, open_task, forgotten)
    changes = bound(plan, ACT, stands).changes
    assert [
        (change.part, change.record, change.changes_anything) for change in changes if isinstance(change, Amend)
    ] == [
        ("a", ours, False),
        ("b", open_task, True),
        ("before/Task/3", forgotten, False),
    ]


def test_the_least_a_plan_would_do_is_bound_too() -> None:
    before, ours = task("1", status="requested", version=3), task("1", (ACT, "amended"), status="completed", version=4)
    least = Plan((amend("a", before, "done", put("status", "completed")),))
    create = Create("x", {"resourceType": "Flag"}, "y")
    kept = bound(Plan((create,), instead=least), ACT, records(ours)).instead
    assert kept is not None
    assert [change.changes_anything for change in kept.changes if isinstance(change, Amend)] == [False]


def test_a_commit_compares_with_the_versions_that_stand_now() -> None:
    before, now = task("1", version=3), task("1", (ACT, "amended"), version=4)
    elsewhere = task("9")
    assert resuming.as_they_stand((before, elsewhere), records(now)) == (now, elsewhere)
