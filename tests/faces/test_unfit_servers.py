"""Servers that answer wrongly, late, or not at all; and servers that can do little.

Trouble is set at one of three points: asking what the server can do, gathering, committing. Whatever happens, the
command line says a sentence, leaves with 5 (or with the truth: done), and never leaves something half written unsaid.
"""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.faces.conftest import NOW, Exchange, Reply, Said, Trouble, Ward, invoke, response
from tests.support.backends import Backend, sandbox_backend
from tests.support.deep import depth, some
from tests.support.graph import graph

HTML = {"Content-Type": "text/html; charset=utf-8"}
FHIR = {"Content-Type": "application/fhir+json"}
LOGIN_PAGE = b"<!doctype html><title>Sign in</title>"

TROUBLES: dict[str, Callable[[Exchange], Reply | str]] = {
    "web page": lambda _: (200, HTML, LOGIN_PAGE),
    "401": lambda _: (401, {}, b""),
    "403 with empty body": lambda _: (403, {}, b""),
    "404 web page": lambda _: (404, HTML, LOGIN_PAGE),
    "429 for ever": lambda _: (429, {"Retry-After": "1"}, b""),
    "500 for ever": lambda _: (500, {}, b"out of order"),
    "503 for ever": lambda _: (503, HTML, LOGIN_PAGE),
    "closed without answer": lambda _: "closed",
    "cut in the middle": lambda _: "cut",
    "truncated JSON": lambda _: (200, FHIR, b'{"resourceType": "Bundle", "type": "searc'),
    "redirect": lambda _: (302, {"Location": "https://elsewhere.example/fhir"}, b""),
    "empty 200": lambda _: (200, FHIR, b""),
    "wrong resource": lambda _: (200, FHIR, b'{"resourceType": "Patient", "id": "1"}'),
    "wrong bundle": lambda _: (200, FHIR, b'{"resourceType": "Bundle", "type": "document", "entry": []}'),
    "bundle with nothing in it": lambda _: (200, FHIR, b'{"resourceType": "Bundle", "type": "transaction-response"}'),
    "list": lambda _: (200, FHIR, b"[]"),
    "not UTF-8": lambda _: (200, FHIR, b'{"resourceType": "Bundle\xff\xfe"}'),
}


def at(point: str, answer: Callable[[Exchange], Reply | str], *, times: int = 10**6) -> Trouble:
    """Trouble at a point, so many times."""
    before = itertools.count()  # one step in Python: two requests at once may not both be the last

    def trouble(exchange: Exchange) -> Reply | str | None:
        return answer(exchange) if exchange.point == point and next(before) < times else None

    return trouble


def unfit(said: Said, *words: str) -> None:
    """Exit 5 with one sentence on standard error that says which movement it was, and nothing else."""
    assert said.code == 5, said
    assert said.stdout == "", said
    assert said.stderr.startswith("carefhir: "), said
    for word in words:
        assert word in said.words, (word, said.words)


# -- at metadata -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", some(TROUBLES, 3))
def test_at_metadata(ward: Ward, what: str) -> None:
    ward.front.trouble = at("metadata", TROUBLES[what])
    before = ward.front.versions()
    where = ["--server", ward.front.base, "--now", NOW]
    unfit(ward.enroll(), "CapabilityStatement")
    unfit(ward.enroll(verb="preview"), "CapabilityStatement")
    unfit(invoke("overview", *where, "--patient", ward.patient), "CapabilityStatement")
    unfit(invoke("worklist", *where, "--as", ward.nurse), "CapabilityStatement")
    assert ward.front.written_since(before) == []
    assert {one.point for one in ward.front.seen} == {"metadata"}


@pytest.mark.parametrize("version", ["5.0.0", "3.0.2", None])
def test_a_server_of_another_fhir_version(ward: Ward, version: str | None) -> None:
    def other(exchange: Exchange) -> Reply:
        status, headers, body = exchange.real()
        statement = json.loads(body) | {"fhirVersion": version}
        return status, headers, json.dumps({k: v for k, v in statement.items() if v is not None}).encode()

    ward.front.trouble = at("metadata", other)
    unfit(ward.enroll(), version or "not stated", "R4")


@pytest.mark.parametrize("what", ["429 for ever", "503 for ever", "closed without answer"])
@pytest.mark.parametrize("point", ["metadata", "gather"])
def test_trouble_that_passes_is_waited_for(ward: Ward, what: str, point: str) -> None:
    ward.front.trouble = at(point, TROUBLES[what], times=2)
    said = ward.enroll()
    assert said.code == 0, said
    assert "done" in said.words


def test_nothing_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: whoever connects is turned away
        base = f"http://127.0.0.1:{taken.getsockname()[1]}/fhir"
        unfit(invoke("overview", "--server", base, "--patient", "Patient/1"), "could not be reached")


def test_a_host_without_name() -> None:
    unfit(invoke("overview", "--server", "http://fhir.invalid/fhir", "--patient", "Patient/1"), "could not be reached")


def test_an_error_is_one_json_document(ward: Ward) -> None:
    ward.front.trouble = at("metadata", TROUBLES["web page"])
    for command in ("run", "preview"):
        said = ward.enroll("--json", verb=command)
        assert said.code == 5
        assert said.json["outcome"] == "error"
        assert "CapabilityStatement" in said.json["message"]


# -- at the gather -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", some(TROUBLES, 3))
def test_at_the_gather(ward: Ward, what: str) -> None:
    before = ward.front.versions()
    for run in (ward.enroll, ward.transition, lambda: ward.record(response("rosa-phq-9"))):
        ward.front.trouble = at("gather", TROUBLES[what])
        said = run()
        assert said.code == 5, said
        assert said.stdout == ""
        assert "searching" in said.words or "reading the patient's records" in said.words, said
    assert ward.front.written_since(before) == []
    assert not [one for one in ward.front.seen if one.point == "commit"]


def test_the_overview_names_what_it_could_not_see(ward: Ward) -> None:
    def no_flags(exchange: Exchange) -> Reply | None:
        if exchange.target.startswith("Flag"):
            return 403, {}, b""
        if b'"type":"batch"' in exchange.body:
            return 501, {}, b""
        return None

    ward.front.trouble = no_flags
    said = invoke("overview", "--server", ward.front.base, "--patient", ward.patient, "--now", NOW)
    assert said.code == 0, said
    assert "not visible: Flag" in said.words
    assert "403" in said.words
    assert "no flags" not in said.words


def test_a_worklist_that_cannot_see_the_tasks_is_never_empty(ward: Ward) -> None:
    def no_tasks(exchange: Exchange) -> Reply | None:
        return (403, {}, b"") if exchange.target.startswith("Task") or b"Task" in exchange.body else None

    ward.front.trouble = no_tasks
    said = invoke("worklist", "--server", ward.front.base, "--as", ward.nurse, "--now", NOW)
    assert (said.code, "Task" in said.words) == (5, True), said
    assert "0 to do" not in said.words


# -- at the commit -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", some((one for one in TROUBLES if one != "cut in the middle"), 3))
def test_at_the_commit_when_nothing_was_done(ward: Ward, what: str) -> None:
    """(A cut answer is one before which the server acted: the next test.)"""
    ward.front.trouble = at("commit", TROUBLES[what])
    before = ward.front.versions()
    said = ward.enroll()
    unfit(said, "writing", "nothing of it is found on the server")
    assert ward.front.written_since(before) == []
    ward.front.trouble = None
    assert ward.enroll(now="2026-03-09T10:05:00-05:00").code == 0


@pytest.mark.parametrize("what", some(TROUBLES, 3))
def test_at_the_commit_when_the_server_had_acted(ward: Ward, what: str) -> None:
    def acted(exchange: Exchange) -> Reply | str:
        exchange.real()
        return TROUBLES[what](exchange)

    ward.front.trouble = at("commit", acted)
    said = ward.enroll()
    assert said.code == 0, said
    assert "done" in said.words
    assert len(ward.front.search("Provenance")) == 1
    assert len(ward.front.search(f"EpisodeOfCare?patient={ward.patient}")) == 1
    assert len([one for one in ward.front.seen if one.point == "commit"]) == 1


@pytest.mark.parametrize("what", ["429 for ever", "503 for ever", "500 for ever", "closed without answer"])
def test_at_the_commit_trouble_that_passes(ward: Ward, what: str) -> None:
    ward.front.trouble = at("commit", TROUBLES[what], times=2)
    said = ward.enroll()
    assert said.code == 0, said
    assert len(ward.front.search(f"EpisodeOfCare?patient={ward.patient}")) == 1


def _dies_at_the_commit(*, acted: bool) -> Trouble:
    dead = []

    def trouble(exchange: Exchange) -> str | None:
        if exchange.point == "commit" and not dead:
            dead.append(True)
            if acted:
                exchange.real()
        return "closed" if dead else None

    return trouble


@pytest.mark.parametrize("acted", [True, False])
def test_a_server_that_dies_at_the_commit_leaves_it_uncertain(ward: Ward, acted: bool) -> None:
    """Nothing can be read any more: neither "written" nor "not written" may be claimed."""
    ward.front.trouble = _dies_at_the_commit(acted=acted)
    said = ward.enroll()
    assert said.code == 5, said
    assert "what is on the server now could not be read" in said.words
    assert "nothing was written" not in said.words
    assert "not written" not in said.words
    ward.front.trouble = None
    again = ward.enroll(now="2026-03-09T10:05:00-05:00")
    assert again.code == 0
    assert ("done already" in again.words) == acted
    assert len(ward.front.search(f"EpisodeOfCare?patient={ward.patient}")) == 1


def test_uncertainty_is_told_in_json(ward: Ward) -> None:
    ward.front.trouble = _dies_at_the_commit(acted=True)
    said = ward.enroll("--json")
    assert said.code == 5
    assert said.json["uncertain"] is True
    assert {one["how"] for one in said.json["unwritten"]} != {"not written"}


# -- single writes -----------------------------------------------------------------------------------------------------


def failing_from(k: int, answer: Callable[[Exchange], Reply | str]) -> Trouble:
    """Every write from the k-th on goes wrong."""
    count = [0]

    def trouble(exchange: Exchange) -> Reply | str | None:
        if exchange.point != "commit":
            return None
        count[0] += 1
        return answer(exchange) if count[0] >= k else None

    return trouble


def _calm(serve: Callable[..., Ward]) -> list[str]:
    calm = serve(transaction=False)
    assert calm.enroll().code == 0
    return graph(_backend(calm), calm.patient)


def _backend(ward: Ward) -> Backend:
    """The same sandbox, for the graph."""
    made = sandbox_backend()
    handle = ward.front.sandbox.handle

    def exchange(request: Any) -> Any:
        from carefhir.fhir.wire import Response

        answer = handle(request.method, request.target, dict(request.headers), request.body)
        return Response(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.body)

    made.exchange = exchange
    return made


@pytest.mark.parametrize("what", some(["500 for ever", "403 with empty body", "closed without answer", "web page"], 2))
@pytest.mark.parametrize("k", depth([1, 4], [1, 2, 4, 5]))
def test_failing_for_ever_from_the_kth_write_on(serve: Callable[..., Ward], k: int, what: str) -> None:
    wanted = _calm(serve)
    ward = serve(transaction=False)
    before = ward.front.versions()
    ward.front.trouble = failing_from(k, TROUBLES[what])
    said = ward.enroll("--json")
    assert said.code == 5, said
    written = ward.front.written_since(before)
    assert len(written) == k - 1
    if k == 1:
        assert said.json["outcome"] == "error"
        assert "nothing of it is found on the server" in said.json["message"]
    else:
        assert said.json["outcome"] == "partly written"
        assert sorted(one["type"] for one in said.json["written"]) == written
        every = [*written, *(one["type"] for one in said.json["unwritten"])]
        assert sorted(every) == ["CareTeam", "Consent", "EpisodeOfCare", "Provenance", "Task"]
        assert said.json["unwritten"][-1]["type"] == "Provenance"
    ward.front.trouble = None
    again = ward.enroll(now="2026-03-09T10:07:00-05:00")
    assert again.code == 0, again
    assert graph(_backend(ward), ward.patient) == wanted
    assert "done already" in ward.enroll(now="2026-03-09T10:09:00-05:00").words


def test_half_written_is_said_in_words(serve: Callable[..., Ward]) -> None:
    ward = serve(transaction=False)
    ward.front.trouble = failing_from(3, TROUBLES["500 for ever"])
    said = ward.enroll()
    assert said.code == 5
    for words in ("partly written", "the server answered 500", "CareTeam/", "EpisodeOfCare/", "not written", "again"):
        assert words in said.words, words


@pytest.mark.parametrize("k", [1, 3, 5])
def test_an_answer_lost_at_the_kth_write_is_found_again(serve: Callable[..., Ward], k: int) -> None:
    ward = serve(transaction=False)
    count = [0]

    def lost(exchange: Exchange) -> str | None:
        count[0] += exchange.point == "commit"
        if exchange.point != "commit" or count[0] != k:
            return None
        exchange.real()
        return "closed"

    ward.front.trouble = lost
    said = ward.enroll()
    assert said.code == 0, said
    assert len(ward.front.search(f"Task?patient={ward.patient}")) == 1
    assert len(ward.front.search(f"EpisodeOfCare?patient={ward.patient}")) == 1


# -- servers that can do little ----------------------------------------------------------------------------------------

WEAK: dict[str, dict[str, Any]] = {
    "no transaction": {"transaction": False},
    "no transaction, no batch": {"transaction": False, "batch": False},
    "no batch": {"batch": False},
    "no conditional create": {"conditional_create": False},
    "no If-Match": {"if_match": False},
    "nothing but reads and writes": {
        "transaction": False,
        "batch": False,
        "conditional_create": False,
        "if_match": False,
        "revinclude": False,
    },
    "no reverse includes": {"revinclude": False},
    "five on a page": {"page_default": 5, "page_max": 5},
    "three by an include": {"include_cap": 3},
    "stale is 409": {"status_stale": 409},
    "searches repeated from a cache": {"search_cache_seconds": 3600.0},
}


def _journey(ward: Ward) -> None:
    task = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "for": {"reference": ward.patient},
        "owner": {"reference": ward.nurse},
        "input": [
            {"type": {"text": "form"}, "valueCanonical": "https://carefhir.org/fhir/Questionnaire/hunger-vital-sign"}
        ],
    }
    assert ward.enroll().code == 0
    ward.front.create(task)
    for said in (
        ward.record(response("rosa-hunger-vital-sign")),
        ward.record(response("rosa-phq-9-item-9")),
        ward.transition(),
        ward.enroll(),
        ward.transition(),
    ):
        assert said.code == 0, said


@pytest.fixture(scope="module")
def whole() -> dict[str, list[str]]:
    """What the good server holds after the journey, made once."""
    return {}


@pytest.mark.parametrize("what", some(WEAK, 3))
def test_a_weak_server_holds_the_same_in_the_end(
    serve: Callable[..., Ward], whole: dict[str, list[str]], what: str
) -> None:
    if not whole:
        good = serve()
        _journey(good)
        whole["graph"] = graph(_backend(good), good.patient)
    ward = serve(**WEAK[what])
    _journey(ward)
    assert graph(_backend(ward), ward.patient) == whole["graph"]
    said = invoke("overview", "--server", ward.front.base, "--patient", ward.patient, "--now", NOW)
    assert "could not be read" not in said.words
    assert "not visible" not in said.words


@pytest.mark.parametrize(("what", "way"), [("no conditional create", "single writes"), ("no If-Match", "transaction")])
def test_the_way_taken_is_said(serve: Callable[..., Ward], what: str, way: str) -> None:
    said = serve(**WEAK[what]).enroll("--json")
    assert said.json["way"] == way
    if what == "no conditional create":
        assert any("no conditional create" in note for note in said.json["notes"])


def test_a_version_that_is_not_checked_is_said(serve: Callable[..., Ward]) -> None:
    ward = serve(**WEAK["no If-Match"])
    _ = ward.enroll()
    phq = "https://carefhir.org/fhir/Questionnaire/phq-9"
    ward.front.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "for": {"reference": ward.patient},
            "input": [{"type": {"text": "form"}, "valueCanonical": phq}],
        }
    )
    said = ward.record(response("rosa-phq-9-item-9"), "--json")
    assert said.code == 0, said
    assert any("checks versions is not proven" in note for note in said.json["notes"])


@pytest.mark.parametrize("type_", ["EpisodeOfCare", "CareTeam", "Consent", "Task", "Provenance"])
def test_a_type_that_may_not_be_written_is_named_before_anything_is(serve: Callable[..., Ward], type_: str) -> None:
    ward = serve(read_only=frozenset({type_}))
    before = ward.front.versions()
    for verb in ("preview", "run"):
        said = ward.enroll(verb=verb)
        assert said.code in (3, 5), said
        assert f"create of {type_}" in said.words
        assert "nothing was written" in said.words
    assert ward.front.written_since(before) == []
    assert not [one for one in ward.front.seen if one.point == "commit"]


def test_a_server_that_takes_no_flag_still_says_what_to_do_now(serve: Callable[..., Ward]) -> None:
    ward = serve(read_only=frozenset({"Flag"}))
    said = ward.record(response("rosa-phq-9-item-9"))
    assert said.code in (3, 5)
    for words in ("DO NOW", "988", "create of Flag", "nothing was written"):
        assert words in said.words, words


def test_a_server_without_the_commit_says_what_to_do_now(ward: Ward) -> None:
    """The instructions come from the answers, not from the server: they are said although nothing could be written."""
    ward.front.trouble = at("commit", TROUBLES["500 for ever"])
    said = ward.record(response("rosa-phq-9-item-9"))
    assert said.code == 5
    assert "988" in said.words


def test_a_half_written_safety_finding_says_what_to_do_now(serve: Callable[..., Ward]) -> None:
    ward = serve(transaction=False)
    ward.front.trouble = failing_from(2, TROUBLES["500 for ever"])
    said = ward.record(response("rosa-phq-9-item-9"))
    assert said.code == 5
    assert "partly written" in said.words
    assert "988" in said.words


@pytest.mark.parametrize("step", ["enroll", "transition"])
def test_a_server_that_cannot_search_tags(serve: Callable[..., Ward], step: str) -> None:
    """Receipts are found by tag: without that "once" cannot be promised, which is said before anything is done."""
    ward = serve(tags_searchable=False)
    before = ward.front.versions()
    said = ward.enroll() if step == "enroll" else ward.transition()
    assert said.code == 5, said
    assert "Provenance" in said.words
    assert ward.front.written_since(before) == []


def test_a_server_that_wants_a_category(serve: Callable[..., Ward]) -> None:
    ward = serve(require_category=frozenset({"Condition"}))
    before = ward.front.versions()
    said = ward.transition()
    if said.code == 0:
        assert "not visible" in said.words
    else:
        assert (said.code, "Condition" in said.words) == (5, True)
        assert ward.front.written_since(before) == []
