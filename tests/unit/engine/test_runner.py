"""What a failed write meant, found out by reading (rules R2, R3, R4, R6); every answer here is given by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from carefhir.codes import COMMAND_KEY, STEP_KEY
from carefhir.engine.considering import command_digest, slots_for
from carefhir.engine.results import Conflict, Done, Partial, Preview, Refused
from carefhir.engine.runner import preview, run
from carefhir.errors import ContentError, ServerUnfit, ServerUnreachable
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import Act
from carefhir.fhir.codec import digest
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Failure, Response
from tests.unit.engine.tiny import CAPABLE, OCCASION, command, patient, server, step, without
from tests.unit.fake import Fake, reply

ACT = Act("note", "Patient/p", ("cause",))
SINGLY = without(transaction=False)
NO_CREATE = without(transaction=False, conditional_create=False)
NO_MATCH = without(transaction=False, if_match=False)
LOST = [Failure("timeout", True), Failure("broken", True), Failure("too-large", True)]


def ran(fake: Fake, at: Server | None = None, **more: Any) -> Any:
    text, why = more.pop("text", "why not"), more.pop("why", "cause")
    return fake.run(run(step(more.pop("stale", "decide again")), command(text, why), OCCASION, at or server(), **more))


def kinds(fake: Fake) -> dict[str, int]:
    """How many resources of each type stand, people aside."""
    types = [key.partition("/")[0] for key in fake.store]
    return {one: types.count(one) for one in sorted(set(types)) if not one.startswith("P") or one == "Provenance"}


WHOLE = {"Flag": 1, "Provenance": 1, "Task": 2}
NOTHING = {"Task": 1}


def graph(fake: Fake) -> list[str]:
    """What stands, but for ids, versions, and the versions it was decided from: a resumed run has read later ones."""
    names = {key: _name(key, one) for key, one in fake.store.items()}
    lines = []
    for one in fake.store.values():
        text = json.dumps({k: v for k, v in one.items() if k not in ("id", "meta", "entity")}, sort_keys=True)
        for key, name in names.items():
            text = text.replace(f'"{key}"', f'"{name}"')
        lines.append(text)
    return sorted(lines)


def _name(key: str, one: dict[str, Any]) -> str:
    keys = [each["value"] for each in one.get("identifier", [])]
    return keys[0] if keys else key if key == "Task/t1" else key.partition("/")[0]


def touch(fake: Fake, key: str, **changes: Any) -> None:
    """Another client changes a resource."""
    fake.put({**fake.store[key], **changes})


def is_done(result: Any, by: str = "us") -> Done:
    assert isinstance(result, Done), result
    assert result.by == by
    return result


# An undisturbed run -------------------------------------------------------------------------------------------------


def test_one_round_of_reads_and_one_transaction_do_it() -> None:
    fake = patient()
    done = is_done(ran(fake))
    assert [(one.method, one.target.partition("?")[0]) for one in fake.asked] == [
        ("GET", "Task"),
        ("GET", "Practitioner"),
        ("GET", "Provenance"),
        ("POST", ""),
    ]
    assert [len(one) for one in fake.rounds] == [3, 1]
    assert kinds(fake) == WHOLE
    assert [(line.part, line.how) for line in done.written] == [
        ("flag", "created"),
        ("task", "created"),
        ("done", "amended"),
        ("receipt", "created"),
    ]
    assert all(line.reference for line in done.written)
    assert done.way == "transaction"
    assert done.act == ACT.key
    assert fake.store["Task/t1"]["status"] == "completed"


def test_what_was_previewed_is_what_is_written() -> None:
    fake = patient()
    seen = fake.run(preview(step(), command(), OCCASION, server()))
    assert isinstance(seen, Preview)
    assert kinds(fake) == NOTHING
    done = is_done(ran(fake, expect=seen.sha256))
    body = json.loads(fake.asked[-1].body)
    assert done.sha256 == seen.sha256 == digest(body)
    assert body == seen.body


def test_something_else_than_expected_is_not_written() -> None:
    fake = patient()
    refused = ran(fake, expect="0" * 64)
    assert isinstance(refused, Refused)
    assert "no longer what you saw" in refused.why[0]
    assert kinds(fake) == NOTHING


def test_a_refusal_writes_nothing_and_says_what_to_do() -> None:
    fake = patient()
    refused = ran(fake, text="no")
    assert refused == Refused("note", ("the text says no",), told=refused.told)
    assert refused.told.instructions == ("say yes",)
    assert fake.sent("POST") == []


@pytest.mark.parametrize("at", [CAPABLE, SINGLY, NO_CREATE, NO_MATCH])
def test_run_twice_it_is_done_once(at: Capabilities) -> None:
    fake = patient()
    is_done(ran(fake, server(at)))
    before = json.dumps(fake.store)
    is_done(ran(fake, server(at)), by="an earlier run")
    assert json.dumps(fake.store) == before


def test_the_same_act_with_different_details_is_not_called_done() -> None:
    fake = patient()
    is_done(ran(fake))
    conflict = ran(fake, text="something else")
    assert isinstance(conflict, Conflict)
    assert "different details" in conflict.why
    assert kinds(fake) == WHOLE


def test_another_cause_is_another_act() -> None:
    fake = patient()
    is_done(ran(fake))
    is_done(ran(fake, why="later"))
    assert kinds(fake) == {"Flag": 2, "Provenance": 2, "Task": 3}


@pytest.mark.parametrize("command", ["the same", "another", "dropped"])
def test_two_receipts_for_one_act_are_named_and_nothing_is_written(command: str) -> None:
    """Two runs of one command at once may each leave one; of two commands, a person has to look."""
    fake = patient()
    is_done(ran(fake))
    receipt = next(one for key, one in fake.store.items() if key.startswith("Provenance"))
    tags = [tag for tag in receipt["meta"]["tag"] if tag["system"] != COMMAND_KEY]
    more = {
        "the same": receipt["meta"]["tag"],
        "dropped": tags,
        "another": [*tags, {"system": COMMAND_KEY, "code": "x"}],
    }
    fake.put({**receipt, "id": "second", "meta": {"tag": more[command]}})
    before = dict(fake.store)
    result = ran(fake)
    assert fake.store == before
    if command == "the same":
        assert isinstance(result, Done)
        assert any("2 receipts" in note for note in result.notes)
        return
    assert isinstance(result, Conflict)
    assert "Provenance/second" in result.duplicates["receipt"]


@pytest.mark.parametrize("visible", [True, False])
def test_who_acts_must_be_on_the_server_unless_they_cannot_be_seen(visible: bool) -> None:
    fake = patient()
    del fake.store["Practitioner/n"]
    if not visible:
        fake.fault("GET", "Practitioner.*", Response(403))
    result = ran(fake)
    assert isinstance(result, Refused if visible else Done)
    assert kinds(fake) == (NOTHING if visible else WHOLE)


# Refused before anything is sent ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "interactions", "named"),
    [
        ("Flag", {"read", "update"}, "Flag"),
        ("Provenance", {"read", "update"}, "Provenance"),
        ("Task", {"read", "create"}, "Task"),
        ("Task", {"read", "update"}, "Task"),
    ],
)
def test_a_type_that_cannot_be_written_is_refused_beforehand(kind: str, interactions: set[str], named: str) -> None:
    fake = patient()
    refused = ran(fake, server(without(kinds=(kind,), interactions=frozenset(interactions))))
    assert isinstance(refused, Refused)
    assert named in refused.why[0]
    assert kinds(fake) == NOTHING
    assert fake.sent("POST") == []


def test_transactions_without_conditional_creates_are_not_used() -> None:
    fake = patient()
    done = is_done(ran(fake, server(without(conditional_create=False))))
    assert done.way == "single writes"
    assert kinds(fake) == WHOLE


def test_where_the_check_of_versions_is_not_proven_they_are_compared_before_a_transaction() -> None:
    fake = patient()
    done = is_done(ran(fake, server(without(if_match=False))))
    assert done.way == "transaction"
    assert [one.method for one in fake.asked][-2:] == ["GET", "POST"]
    assert any("Task/t1: whether the server checks versions is not proven" in note for note in done.notes)


def test_a_version_that_moved_is_seen_before_a_transaction() -> None:
    fake = patient()
    fake.meanwhile("GET", "Task/t1", lambda: touch(fake, "Task/t1", priority="urgent"))
    result = ran(fake, server(without(if_match=False)), stale="ask the person")
    assert isinstance(result, Conflict)
    assert kinds(fake) == {"Task": 1}


def test_a_stale_version_that_was_refused_is_the_proof() -> None:
    """The version moves between the comparison and the write: the server refuses, and is compared no more."""
    fake = patient()
    here = server(without(if_match=False))

    def once_compared() -> None:
        fake.meanwhile("POST", "", lambda: touch(fake, "Task/t1", priority="urgent"))

    fake.meanwhile("GET", "Task/t1", once_compared)
    is_done(ran(fake, here))
    assert here.learned.checks_versions


# The transaction's answer is lost or odd ----------------------------------------------------------------------------

LOST_OR_ODD = [
    *LOST,
    Response(500),
    Response(503),
    Response(200, {"content-type": "text/html"}, b"<html>Rosa</html>"),
    Response(200, {}, b'{"resourceType":"Bundle","type":"transaction-resp'),
    Response(200, {}, b""),
    reply({"resourceType": "Bundle", "type": "transaction-response", "entry": []}),
]
RACES = [
    Response(409),
    Response(412),
    Response(500),
    Response(503),
    Failure("unreachable", False),
    Failure("timeout", True),
]


@pytest.mark.parametrize("answer", LOST_OR_ODD)
def test_a_lost_answer_is_found_again_by_the_receipt(answer: Response | Failure) -> None:
    fake = patient()
    fake.fault("POST", "", answer, carried_out=True)
    done = is_done(ran(fake))
    assert kinds(fake) == WHOLE
    assert len(fake.sent("POST")) == 1
    assert len(done.written) == 4
    assert done.notes == ("the answer was lost; what was written was read back",)


@pytest.mark.parametrize("status", [409, 412])
def test_a_receipt_found_after_a_conflict_is_another_runs(status: int) -> None:
    """Somebody else did exactly this act between our reading and our writing."""
    fake = patient()
    fake.fault("POST", "", Response(status), carried_out=True)
    done = is_done(ran(fake), by="another run")
    assert kinds(fake) == WHOLE
    assert done.receipt.startswith("Provenance/")


@pytest.mark.parametrize("answer", RACES)
def test_where_nothing_moved_the_same_bytes_go_out_again(answer: Response | Failure) -> None:
    fake = patient()
    fake.fault("POST", "", answer)
    fake.fault("POST", "", answer)
    is_done(ran(fake))
    bodies = [one.body for one in fake.asked if one.method == "POST"]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    assert len(fake.waits) == 2
    assert kinds(fake) == WHOLE


def test_after_every_failure_it_is_looked_before_it_is_sent_again() -> None:
    fake = patient()
    fake.fault("POST", "", Failure("timeout", True))
    is_done(ran(fake))
    methods = [[getattr(one, "method", "wait") for one in each] for each in fake.rounds]
    assert methods == [["GET"] * 3, ["POST"], ["GET"] * 4, ["wait"], ["POST"]]


@pytest.mark.parametrize("status", [409, 412, 500, 503])
def test_when_the_budget_is_spent_it_is_an_error_and_nothing_was_written(status: int) -> None:
    fake = patient()
    for _ in range(50):
        fake.fault("POST", "", Response(status))
    with pytest.raises(ServerUnfit, match=f"answered {status}.*nothing of it is found on the server"):
        ran(fake, server(budget=3.0))
    assert 3.0 <= sum(fake.waits) < 6.0
    assert kinds(fake) == NOTHING


@pytest.mark.parametrize("sent", [True, False])
def test_a_server_that_stays_away_is_unreachable(sent: bool) -> None:
    fake = patient()
    for _ in range(50):
        fake.fault("POST", "", Failure("timeout", sent))
    with pytest.raises(ServerUnreachable, match="nothing") as caught:
        ran(fake, server(budget=1.0))
    assert caught.value.sent is sent


@pytest.mark.parametrize("status", [400, 404, 405, 413, 422, 501])
def test_a_transaction_that_is_not_taken_is_written_singly(status: int) -> None:
    fake = patient()
    fake.fault("POST", "", Response(200, {}, b"not a batch"))
    fake.fault("POST", "", Response(status))
    here = server()
    done = is_done(ran(fake, here))
    assert here.learned.no_transactions is (status in (404, 405, 501))
    assert done.way == "single writes"
    assert any(f"answered {status}" in note and "written singly" in note for note in done.notes)
    assert kinds(fake) == WHOLE


@pytest.mark.parametrize("status", [401, 403, 302, 201])
def test_a_plain_no_is_believed_at_once(status: int) -> None:
    fake = patient()
    fake.fault("POST", "", reply({"resourceType": "OperationOutcome", "issue": [{"diagnostics": "Rosa"}]}, status))
    with pytest.raises(ServerUnfit) as caught:
        ran(fake)
    assert len(fake.sent("POST")) == 1
    assert "Rosa" not in caught.value.message


def test_where_it_cannot_even_be_looked_it_is_said_to_be_uncertain() -> None:
    fake = patient()
    fake.fault("POST", "", Failure("timeout", True), carried_out=True)
    fake.meanwhile(
        "POST", "", lambda: [fake.fault("GET", ".*", Failure("unreachable", False)) for _ in range(50)] and None
    )
    partial = ran(fake)
    assert isinstance(partial, Partial)
    assert partial.uncertain
    assert partial.written == ()


def test_nothing_sent_and_nothing_seen_is_no_uncertainty() -> None:
    fake = patient()
    fake.fault("POST", "", Failure("unreachable", False))
    fake.meanwhile(
        "POST", "", lambda: [fake.fault("GET", ".*", Failure("unreachable", False)) for _ in range(50)] and None
    )
    with pytest.raises(ServerUnreachable):
        ran(fake)


def test_an_entry_that_was_not_carried_out_is_written_singly() -> None:
    """A server that runs a transaction as a batch answers 200 outside and an error inside: it has no transactions, and
    that is remembered."""
    fake = patient()
    entry = [
        {"response": {"status": status, "location": f"X/{n}"}} for n, status in enumerate(["201", "422", "200", "201"])
    ]
    fake.fault("POST", "", reply({"resourceType": "Bundle", "type": "transaction-response", "entry": entry}))
    one = server(budget=1.0)
    done = ran(fake, one)
    is_done(done)
    assert isinstance(done, Done)
    assert done.way == "single writes"
    assert "carried out a part of it" in done.notes[0]
    assert one.learned.no_transactions
    assert kinds(fake) == WHOLE


# Somebody else was there --------------------------------------------------------------------------------------------


def test_a_version_that_moved_is_decided_again() -> None:
    fake = patient()
    fake.meanwhile("POST", "", lambda: touch(fake, "Task/t1", priority="urgent"))
    is_done(ran(fake))
    assert fake.store["Task/t1"]["priority"] == "urgent"
    assert fake.store["Task/t1"]["status"] == "completed"
    assert kinds(fake) == WHOLE


def test_or_the_person_is_asked_with_both_versions() -> None:
    fake = patient()
    fake.meanwhile("POST", "", lambda: touch(fake, "Task/t1", priority="urgent"))
    conflict = ran(fake, stale="ask the person")
    assert isinstance(conflict, Conflict)
    assert [(one.reference, one.had, one.now) for one in conflict.moved] == [("Task/t1", "1", "2")]
    assert conflict.written == ()
    assert kinds(fake) == NOTHING


def test_a_resource_that_is_gone_is_named_with_no_version() -> None:
    fake = patient()
    fake.meanwhile("POST", "", lambda: fake.store.pop("Task/t1") and None)
    fake.fault("POST", "", Response(404))
    conflict = ran(fake, stale="ask the person")
    assert isinstance(conflict, Conflict)
    assert [(one.reference, one.now) for one in conflict.moved] == [("Task/t1", "")]


def test_what_keeps_moving_ends_in_a_conflict_not_in_a_loop() -> None:
    fake = patient()
    for number in range(900):
        fake.meanwhile("POST", "", lambda number=number: touch(fake, "Task/t1", note=[{"text": f"{number}"}]))
    conflict = ran(fake, server(budget=1.0))
    assert isinstance(conflict, Conflict)
    assert conflict.moved
    assert kinds(fake) == NOTHING


def test_with_an_expectation_what_moved_is_not_decided_again_unseen() -> None:
    fake = patient()
    seen = fake.run(preview(step(), command(), OCCASION, server()))
    fake.meanwhile("POST", "", lambda: touch(fake, "Task/t1", priority="urgent"))
    refused = ran(fake, expect=seen.sha256)
    assert isinstance(refused, Refused)
    assert kinds(fake) == NOTHING


@pytest.mark.parametrize("stale", ["decide again", "ask the person"])
@pytest.mark.parametrize("at", [CAPABLE, SINGLY])
def test_a_change_somebody_else_made_just_so_is_neither_refusal_nor_conflict(at: Capabilities, stale: str) -> None:
    fake = patient()
    fake.meanwhile("POST", "|Flag", lambda: touch(fake, "Task/t1", status="completed"))
    is_done(ran(fake, server(at, budget=2.0), stale=stale))
    assert kinds(fake) == WHOLE


def test_two_resources_under_one_key_are_named_and_never_retried() -> None:
    fake = patient()
    twin = {
        "resourceType": "Flag",
        "status": "active",
        "identifier": [{"system": STEP_KEY, "value": ACT.part_key("flag")}],
    }
    fake.put({**twin, "id": "a"})
    fake.put({**twin, "id": "b"})
    conflict = ran(fake)
    assert isinstance(conflict, Conflict)
    assert conflict.duplicates == {"flag": ("Flag/a", "Flag/b")}
    assert len(fake.sent("POST")) == 1
    assert fake.waits == []


def test_two_receipts_found_in_looking_are_named_too() -> None:
    fake = patient()

    def twice() -> None:
        tag = {"tag": [{"system": "https://carefhir.org/fhir/sid/act", "code": ACT.key}]}
        for id_ in ("r1", "r2"):
            fake.put({"resourceType": "Provenance", "id": id_, "meta": dict(tag)})

    fake.meanwhile("POST", "", twice)
    conflict = ran(fake)
    assert isinstance(conflict, Conflict)
    assert conflict.duplicates == {"receipt": ("Provenance/r1", "Provenance/r2")}


def test_another_run_with_different_details_at_the_same_time_is_a_conflict() -> None:
    fake = patient()
    fake.meanwhile("POST", "", lambda: is_done(ran(fake, text="something else")) and None)
    conflict = ran(fake)
    assert isinstance(conflict, Conflict)
    assert "different details" in conflict.why


@pytest.mark.parametrize("at", [CAPABLE, SINGLY, NO_MATCH])
def test_the_same_act_run_in_the_middle_of_itself_stands_once(at: Capabilities) -> None:
    fake = patient()
    fake.meanwhile("POST", "|Flag", lambda: is_done(ran(fake, server(at))) and None)
    is_done(ran(fake, server(at)), by="another run")
    assert kinds(fake) == WHOLE


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ({"status": "entered-in-error"}, "is entered-in-error already"),
        ({"status": "inactive"}, "is inactive already"),
        ({"status": "active", "meta": {"tag": [{"system": COMMAND_KEY, "code": "another"}]}}, "with different details"),
    ],
)
@pytest.mark.parametrize("at", [CAPABLE, SINGLY, NO_CREATE])
def test_something_ended_or_strange_under_our_key_is_no_success(at: Capabilities, resource: Any, why: str) -> None:
    fake = patient()
    fake.put(
        {
            "resourceType": "Flag",
            "id": "old",
            "identifier": [{"system": STEP_KEY, "value": ACT.part_key("flag")}],
            **json.loads(json.dumps(resource)),
        }
    )
    conflict = ran(fake, server(at))
    assert isinstance(conflict, Conflict)
    assert "Flag/old has this act's key" in conflict.why
    assert why in conflict.why


# Single writes ------------------------------------------------------------------------------------------------------


def test_single_writes_go_out_in_order_links_resolved_receipt_last() -> None:
    fake = patient()
    done = is_done(ran(fake, server(SINGLY)))
    writes = [(one.method, one.target) for one in fake.asked if one.method != "GET"]
    assert writes == [("POST", "Flag"), ("POST", "Task"), ("PUT", "Task/t1"), ("POST", "Provenance")]
    flag = next(key for key in fake.store if key.startswith("Flag/"))
    assert next(one for one in fake.store.values() if "focus" in one)["focus"] == {"reference": flag}
    assert b"urn:uuid" not in b"".join(one.body for one in fake.asked)
    assert done.way == "single writes"
    receipt = fake.store[done.receipt]
    assert {one["reference"] for one in receipt["target"]} == {key for key in fake.store if key[0] in "FT"}


def test_single_creates_are_conditional_and_updates_under_the_version_read() -> None:
    fake = patient()
    is_done(ran(fake, server(SINGLY)))
    headers = {one.target: dict(one.headers) for one in fake.asked if one.method != "GET"}
    assert headers["Flag"]["If-None-Exist"].endswith(ACT.part_key("flag"))
    assert headers["Provenance"]["If-None-Exist"].endswith(ACT.key)
    assert headers["Task/t1"]["If-Match"] == 'W/"1"'


def test_every_way_leaves_the_same_graph() -> None:
    graphs = []
    for at in (CAPABLE, SINGLY, NO_CREATE, NO_MATCH):
        fake = patient()
        is_done(ran(fake, server(at)))
        graphs.append(graph(fake))
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3]


WRITES = [("POST", "Flag"), ("POST", "Task"), ("PUT", "Task/t1"), ("POST", "Provenance")]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("at", [SINGLY, NO_CREATE, NO_MATCH])
def test_killed_at_any_write_and_run_again_it_leaves_the_clean_runs_graph(
    at: Capabilities, write: Any, carried_out: bool
) -> None:
    class Killed(Exception):
        pass

    def die() -> None:
        if carried_out:
            last = fake.asked[-1]
            fake.answer(last.method, last.target, dict(last.headers), last.body)
        raise Killed

    fake, clean = patient(), patient()
    fake.meanwhile(*write, die)
    with pytest.raises(Killed):
        ran(fake, server(at))
    again = ran(fake, server(at))
    assert isinstance(again, Done)
    is_done(ran(clean, server(at)))
    assert graph(fake) == graph(clean)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("answer", [Failure("timeout", True), Response(500), Response(412)])
@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("stale", ["decide again", "ask the person"])
def test_a_write_whose_answer_is_lost_is_looked_for_and_gone_on_after(
    write: Any, answer: Response | Failure, carried_out: bool, stale: str
) -> None:
    fake, clean = patient(), patient()
    fake.fault(*write, answer, carried_out=carried_out)
    done = ran(fake, server(SINGLY), stale=stale)
    assert isinstance(done, Done), done
    is_done(ran(clean, server(SINGLY)))
    assert graph(fake) == graph(clean)


def test_single_writes_stopped_half_way_say_what_stands_and_what_does_not() -> None:
    fake = patient()
    fake.fault("PUT", "Task/t1", Response(422))
    partial = ran(fake, server(SINGLY))
    assert isinstance(partial, Partial)
    assert [one.part for one in partial.written] == ["flag", "task"]
    assert [one.part for one in partial.unwritten] == ["done", "receipt"]
    assert not partial.uncertain
    is_done(ran(fake, server(SINGLY)))
    assert kinds(fake) == WHOLE


def test_an_act_begun_with_other_details_is_a_conflict_until_it_is_finished() -> None:
    """Half of it is written for one command; another one, that would be the same act, is not mixed into it."""
    fake = patient()
    fake.fault("POST", "Provenance", Response(422))
    assert isinstance(ran(fake, server(SINGLY), text="first"), Partial)
    other = ran(fake, server(SINGLY), text="second")
    assert isinstance(other, Conflict)
    assert "begun before with other details" in other.why
    assert "Task/t1" in other.why
    assert not other.written
    assert kinds(fake) == {"Flag": 1, "Task": 2}
    is_done(ran(fake, server(SINGLY), text="first"))
    assert kinds(fake) == WHOLE
    after = ran(fake, server(SINGLY), text="second")
    assert isinstance(after, Conflict)
    assert "Provenance/" in after.why


def test_what_must_be_done_now_is_said_beside_such_a_conflict() -> None:
    fake = patient()
    fake.fault("POST", "Provenance", Response(422))
    ran(fake, server(SINGLY), text="first")
    refused = ran(fake, server(SINGLY), text="no")
    assert isinstance(refused, Conflict)
    assert refused.told.instructions == ("say yes",)


def test_single_writes_stopped_at_the_first_are_the_servers_error() -> None:
    fake = patient()
    fake.fault("POST", "Flag", Response(403))
    with pytest.raises(ServerUnfit, match="writing flag: the server answered 403"):
        ran(fake, server(SINGLY))
    assert kinds(fake) == NOTHING


def test_our_own_write_is_not_somebody_elses_though_the_server_added_to_it() -> None:
    fake = patient()
    fake.meanwhile("POST", "Provenance", lambda: fake.store["Task/t1"].update(text={"status": "generated", "div": "x"}))
    fake.fault("POST", "Provenance", Response(503))
    is_done(ran(fake, server(SINGLY), stale="ask the person"))
    assert kinds(fake) == WHOLE


def test_a_version_that_moved_between_two_single_writes_is_a_conflict_that_names_what_was_written() -> None:
    fake = patient()
    fake.meanwhile("PUT", "Task/t1", lambda: touch(fake, "Task/t1", priority="urgent"))
    conflict = ran(fake, server(SINGLY), stale="ask the person")
    assert isinstance(conflict, Conflict)
    assert [one.reference for one in conflict.moved] == ["Task/t1"]
    assert [one.part for one in conflict.written] == ["flag", "task"]


# Weaker servers -----------------------------------------------------------------------------------------------------


def test_without_conditional_creates_it_is_searched_before_and_after() -> None:
    fake = patient()
    done = is_done(ran(fake, server(NO_CREATE)))
    flags = [one for one in fake.asked if one.target.startswith("Flag")]
    methods = [one.method for one in flags]
    assert methods == ["GET", "GET", "POST", "GET", "GET", "GET", "GET"], (
        "by key and by tag: before, after, all written"
    )
    assert all("If-None-Exist" not in dict(one.headers) for one in fake.asked)
    assert any("no conditional create" in note for note in done.notes)


def test_without_conditional_creates_a_twin_made_meanwhile_is_reported() -> None:
    fake = patient()
    twin = {"resourceType": "Flag", "id": "twin", "identifier": [{"system": STEP_KEY, "value": ACT.part_key("flag")}]}
    fake.meanwhile("POST", "Flag", lambda: fake.put(twin) and None)
    conflict = ran(fake, server(NO_CREATE))
    assert isinstance(conflict, Conflict)
    assert "Flag/twin" in conflict.duplicates["flag"]
    assert len(conflict.duplicates["flag"]) == 2


def test_a_search_that_ignores_the_key_finds_nothing_of_ours() -> None:
    """A server may ignore a parameter it does not know; what it answers with is then anything of the type."""
    fake = patient()
    fake.ignores = {"identifier", "_tag"}
    fake.put({"resourceType": "Flag", "id": "theirs", "status": "active"})
    fake.put({"resourceType": "Provenance", "id": "theirs"})
    is_done(ran(fake, server(NO_CREATE)))
    assert kinds(fake) == {"Flag": 2, "Provenance": 2, "Task": 2}


def test_a_create_accepted_but_not_found_again_is_no_success() -> None:
    fake = patient()
    fake.fault("POST", "Flag", Response(201, {"location": "Flag/9"}))
    conflict = ran(fake, server(NO_CREATE))
    assert isinstance(conflict, Conflict)
    assert "cannot be found again" in conflict.why


def test_without_if_match_the_version_is_compared_just_before() -> None:
    fake = patient()
    done = is_done(ran(fake, server(NO_MATCH)))
    targets = [one.target for one in fake.asked]
    assert targets[targets.index("Task/t1")] == "Task/t1"
    assert [one.method for one in fake.asked if one.target == "Task/t1"] == ["GET", "PUT"]
    assert any("checks versions is not proven" in note for note in done.notes)


@pytest.mark.parametrize("stale", ["decide again", "ask the person"])
def test_without_if_match_a_version_that_moved_is_not_overwritten(stale: str) -> None:
    fake = patient()
    fake.meanwhile("GET", "Task/t1", lambda: touch(fake, "Task/t1", priority="urgent"))
    result = ran(fake, server(NO_MATCH), stale=stale)
    assert isinstance(result, Done if stale == "decide again" else Conflict)
    assert fake.store["Task/t1"]["priority"] == "urgent"


def test_a_create_that_names_no_place_is_found_by_its_key() -> None:
    fake = patient()
    fake.fault("POST", "Flag", Response(201), carried_out=True)
    done = is_done(ran(fake, server(SINGLY)))
    assert kinds(fake) == WHOLE
    assert done.written[0].reference.startswith("Flag/")
    assert not any("no conditional create" in note for note in done.notes)


# Small things -------------------------------------------------------------------------------------------------------


def test_slots_are_the_commands_texts_and_the_occasion() -> None:
    assert slots_for(command(), OCCASION) == {
        "command.patient": "Patient/p",
        "command.text": "why not",
        "command.why": "cause",
        "patient": "Patient/p",
        "actor": "Practitioner/n",
        "today": "2026-03-07",
        "now": "2026-03-07T16:00:00+00:00",
    }


def test_the_digest_of_a_command_is_the_same_for_the_same_words() -> None:
    assert command_digest(step(), command()) == command_digest(step("ask the person"), command())
    assert command_digest(step(), command()) != command_digest(step(), command("other"))


def test_what_r4_does_not_allow_is_never_sent() -> None:
    """Writing is strict (R5): a step that makes an invalid resource is our fault, found before the server sees it."""
    fake = patient()
    with pytest.raises(ContentError, match=r"Flag\.code"):
        ran(fake, text="malformed")
    assert kinds(fake) == NOTHING


def test_an_amendment_that_r4_does_not_allow_is_never_sent() -> None:
    """HAPI answers 200 and drops what it does not know; seen when a Goal got its reason as a concept, 2026-11."""
    fake = patient()
    with pytest.raises(ContentError, match=r"done\): Task\.statusReason"):
        ran(fake, text="amended badly")
    assert kinds(fake) == NOTHING


def test_what_others_have_written_against_r4_is_no_reason_not_to_amend() -> None:
    fake = patient()
    odd = {"note": ["not an annotation", {"text": 7}], "zebra": True, "priority": ["routine"]}
    fake.put({**fake.store["Task/t1"], **odd})
    assert isinstance(ran(fake), Done)
    assert fake.store["Task/t1"]["status"] == "completed"
    assert {name: fake.store["Task/t1"][name] for name in odd} == odd


def test_a_writer_that_touches_every_record_ends_the_run_within_its_budget() -> None:
    """Each round of reading and deciding counts, however short its wait: 9,637 requests were seen once."""
    fake = patient()
    one = server(SINGLY, budget=30.0)

    def again() -> None:
        touch(fake, "Task/t1", priority=f"p{len(fake.asked)}")
        fake.meanwhile("PUT", "Task/t1", again)

    fake.meanwhile("PUT", "Task/t1", again)
    result = ran(fake, one)
    assert isinstance(result, Conflict)
    assert len(fake.asked) < 1000
    assert 25 < sum(fake.waits) < 40


def test_the_account_lists_what_every_round_wrote() -> None:
    """Decided again in the middle of single writes: what the first round created is among what was written."""
    fake = patient()
    fake.meanwhile("PUT", "Task/t1", lambda: touch(fake, "Task/t1", priority="urgent"))
    done = is_done(ran(fake, server(SINGLY)))
    assert fake.store["Task/t1"]["priority"] == "urgent"
    assert {line.reference for line in done.written} == {key for key in fake.store if key.split("/")[0] in WHOLE}


def test_a_write_waits_as_long_as_the_server_asks_for() -> None:
    fake = patient()
    fake.fault("POST", "", Response(200, {}, b"not a batch"))
    fake.fault("POST", "", Response(429, {"retry-after": "7"}))
    is_done(ran(fake, server()))
    assert any(seconds >= 3.5 for seconds in fake.waits)
