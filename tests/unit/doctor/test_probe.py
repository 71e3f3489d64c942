"""Probes: what an answer means, what is noted of it, and what becomes of a statement that was shown to be wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from carefhir.doctor.probe import (
    NOBODY,
    Exchange,
    Observed,
    Probes,
    clock_of,
    corrected,
    limits_shown,
    try_searches,
    witnessed,
)
from carefhir.fhir.capability import Capabilities, Limits, TypeCapability
from carefhir.fhir.homes import Home
from carefhir.fhir.search import Need, Of, Tagged
from carefhir.fhir.wire import Failure, Response, get
from tests.unit.fake import BASE, Fake, reply

HOME = Home.at(BASE)
TASKS = Need("tasks", "Task", (Of("patient", "for"),))
RECEIPT = Need("receipt", "Provenance", (Tagged("{act}"),))
SLOTS = {"patient": f"Patient/{NOBODY}", "act": f"urn:acts|{NOBODY}"}
OTHER = {"resourceType": "Task", "id": "1", "for": {"reference": "Patient/2"}}


def outcome(status: int, *codes: str) -> Response:
    return reply({"resourceType": "OperationOutcome", "issue": [{"code": code} for code in codes]}, status)


def seen(server: Fake, need: Need = TASKS, slots: dict[str, str] | None = None) -> Any:
    searches, _ = server.run(try_searches([(need, slots or SLOTS)], HOME))
    return searches[need.type, tuple(one.param for one in need.where)]


def test_unknown_parameters_are_to_be_refused() -> None:
    server = Fake()
    _ = seen(server)
    assert ("Prefer", "handling=strict") in server.asked[0].headers


@pytest.mark.parametrize(
    ("answer", "found", "words"),
    [
        (outcome(400, "required"), "wants more", "the server answered 400 (required)"),
        (outcome(400, "not-supported"), "refused", "the server answered 400 (not-supported)"),
        (outcome(404, "not-found"), "not told", "the server answered 404 (not-found)"),
        (outcome(400, "value"), "not told", "the server answered 400 (value)"),
        (Response(403), "not let in", "with an empty body (on some servers that means"),
        (Response(401), "not let in", "401 (a token is missing"),
        (Response(500, {}, b"out of order"), "failed", "the server answered 500"),
        (Response(200, {"content-type": "text/html"}, b"<p>"), "failed", "a web page"),
        (reply({"resourceType": "Patient"}), "failed", "no searchset Bundle"),
        (Failure("timeout", True), "failed", "gave no answer in time"),
    ],
)
def test_what_an_answer_means(answer: Response | Failure, found: str, words: str) -> None:
    server = Fake()
    for _ in range(4):
        server.fault("GET", "Task.*", answer)
    one = seen(server)
    assert one.meaning == found
    assert words in one.answer


def test_a_search_that_gives_nothing_for_nobody_is_answered() -> None:
    server = Fake(OTHER)
    assert (seen(server).meaning, seen(server).words) == ("answered", "Task by patient")
    assert server.sent("GET")[0] == f"Task?patient=Patient%2F{NOBODY}&_count=2"


@pytest.mark.parametrize(
    ("need", "parameter", "held"),
    [
        (TASKS, "patient", OTHER),
        (RECEIPT, "_tag", {"resourceType": "Provenance", "id": "2"}),
    ],
)
def test_a_search_that_gives_others_does_not_filter(need: Need, parameter: str, held: dict[str, Any]) -> None:
    server = Fake(held)
    server.ignores.add(parameter)
    one = seen(server, need)
    assert (one.meaning, one.answer) == ("not filtered", "200 with 1 resource that we did not ask for")


def test_an_unknown_patient_may_be_an_error_but_a_known_one_not() -> None:
    server = Fake()
    server.fault("GET", "Task.*", outcome(404, "not-found"))
    assert seen(server, slots={"patient": "Patient/2"}).meaning == "refused"


def test_an_id_nobody_has_stays_out_of_the_words() -> None:
    server = Fake(OTHER)
    server.ignores.add("patient")
    one = seen(server)
    assert NOBODY not in one.words + one.answer
    assert "Patient/2" not in one.words + one.answer


def test_every_exchange_is_noted_with_its_time() -> None:
    ticks = iter(datetime(2026, 3, 9, tzinfo=UTC) + timedelta(seconds=n) for n in range(9))
    noted: list[Exchange] = []
    server = Fake(OTHER)

    def flow() -> Any:
        answers = yield (get("Task/1"), get("Task/9"))
        return [one.status for one in answers]

    assert server.run(witnessed(flow(), noted, lambda: next(ticks))) == [200, 404]
    assert [(one.request.target, (one.ended - one.began).seconds) for one in noted] == [("Task/1", 1), ("Task/9", 1)]


@pytest.mark.parametrize(
    ("date", "holds", "words"),
    [
        ("Mon, 09 Mar 2026 15:00:00 GMT", True, "0 s"),
        ("Mon, 09 Mar 2026 15:05:00 GMT", False, "300 s ahead"),
        ("Mon, 09 Mar 2026 14:50:00 GMT", False, "600 s behind"),
        ("yesterday", None, "no Date header"),
        ("", None, "no Date header"),
    ],
)
def test_the_clock(date: str, holds: bool | None, words: str) -> None:
    now = datetime(2026, 3, 9, 15, tzinfo=UTC)
    found = clock_of([Exchange(get("metadata"), Response(200, {"date": date}), now, now)])
    assert found.holds is holds
    assert words in found.answered


def test_a_clock_that_never_answered() -> None:
    now = datetime(2026, 3, 9, 15, tzinfo=UTC)
    assert clock_of([Exchange(get("metadata"), Failure("timeout", True), now, now)]).holds is None


STATED = Capabilities(
    transaction=True,
    batch=True,
    types={"Task": TypeCapability(frozenset({"create"}), True, True)},
)


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [
        ("transaction", "", Limits(transaction=False)),
        ("batch", "", Limits(batch=False)),
        ("conditional create", "", Limits(conditional_create=False)),
        ("receipt once", "", Limits(conditional_create=False)),
        ("If-Match", "", Limits(if_match=False)),
        ("paged batch", "", Limits(batch=False)),
        ("If-Match inside a transaction", "written", Limits(transaction=False)),
        ("If-Match inside a transaction", "", Limits()),
        ("transaction size", "none", Limits(transaction=False)),
        ("transaction size", "8", Limits()),
        ("race", "2", Limits()),
        ("create of types", "Consent", Limits()),
        ("reverse include", "refused", Limits(revinclude=False)),
        ("reverse include", "", Limits()),
        ("page size", "50", Limits()),
    ],
)
def test_what_does_not_hold_is_not_used(name: str, value: str, limits: Limits) -> None:
    shown = Probes().with_more([Observed(name, "", "", False, value)])
    assert limits_shown(shown) == limits
    assert corrected(STATED, shown) == STATED.limited(limits)


def test_a_product_that_was_trusted_to_keep_creates_apart_and_does_not() -> None:
    """Else a run would not look again by itself."""
    shown = Probes().with_more([Observed("race", "", "", False, "2")])
    assert limits_shown(shown, trusted=True) == Limits(conditional_create=False)
    assert corrected(replace(STATED, one_of_each=True), shown).of("Task").conditional_create is False


@pytest.mark.parametrize("holds", [True, None])
def test_nothing_is_believed_to_work_that_is_not_stated(holds: bool | None) -> None:
    little = Capabilities()
    shown = Probes().with_more([Observed(name, "", "", holds) for name in ("transaction", "batch", "If-Match")])
    assert corrected(little, shown) == little
    assert shown.holds("transaction") is holds
    assert shown.holds("nothing of the kind") is None
    assert shown.value("nothing of the kind") == ""
