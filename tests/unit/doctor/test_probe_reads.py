"""How a server answers, told by reading alone, against a sandbox made worse in one way at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from carefhir.doctor.probe import NOBODY, Observed
from carefhir.doctor.probe_reads import try_reads
from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.sandbox import Knobs
from tests.support.backends import Backend, sandbox_backend

RIDERS = [("Flag", "patient"), ("Goal", "patient"), ("Flag", "patient")]


def practitioners(backend: Backend, number: int = 5) -> None:
    for _ in range(number):
        backend.create({"resourceType": "Practitioner"})


def observed(backend: Backend, **more: Any) -> dict[str, Observed]:
    home = Home.at(backend.base, also_known_as=more.pop("also_known_as", ()))
    more = {"riders": RIDERS, "token": False, **more}
    return {one.name: one for one in backend.run(try_reads(backend.capabilities, home, **more))}


def spoiled(backend: Backend, match: Callable[[Request], bool], answer: Response | Failure) -> Backend:
    real = backend.exchange
    backend.exchange = lambda one: answer if match(one) else real(one)
    return backend


def test_a_sound_server() -> None:
    backend = sandbox_backend()
    practitioners(backend)
    found = observed(backend)
    told = {name: one.holds for name, one in found.items()}
    assert told == {
        "unknown parameter": True,
        "POST search": True,
        "batch": True,
        "search cache": True,
        "without a token": None,
        "paging": True,
        "page size": None,
        "counting": True,
        "paged batch": True,
        "reverse include": None,
    }
    assert "not tried without --patient" in found["reverse include"].answered


@pytest.mark.parametrize(
    ("knobs", "name", "words"),
    [
        (Knobs(lenient=True), "unknown parameter", "it ignores what it does not know"),
        (Knobs(batch=False), "batch", "400"),
        (Knobs(batch=False, transaction=False), "batch", "405"),
        (Knobs(page_max=3), "page size", "3, and a next link"),
        (Knobs(stated_base="http://inner.example/fhir"), "paging", "under another base: http://inner.example/fhir"),
    ],
)
def test_one_thing_that_does_not_hold(knobs: Knobs, name: str, words: str) -> None:
    backend = sandbox_backend(knobs)
    practitioners(backend)
    found = observed(backend)
    assert found[name].holds is False
    assert words in found[name].answered
    assert [one.name for one in found.values() if one.holds is False] == [name]


def test_the_base_of_next_links_is_named_until_it_is_known() -> None:
    backend = sandbox_backend(Knobs(stated_base="http://inner.example/fhir"))
    practitioners(backend)
    assert observed(backend)["paging"].value == "http://inner.example/fhir"
    assert observed(backend, also_known_as=("http://inner.example/fhir",))["paging"].holds is True


def test_lists_too_short_to_tell() -> None:
    assert observed(sandbox_backend())["paging"].holds is None


def test_a_batch_that_ignores_count_and_gives_no_next_link() -> None:
    """As WSO2 FHIR 1.0 does: 20 entries, whatever is asked (2026-11)."""
    backend = sandbox_backend()
    practitioners(backend, 30)
    _cut_in_batches(backend, 20)
    found = observed(backend)["paged batch"]
    assert (found.holds, found.answered) == (False, "20 and no next link, though there are more than 2")
    assert observed(backend)["paging"].holds is True


def _cut_in_batches(backend: Backend, entries: int) -> None:
    real = backend.exchange

    def exchange(one: Request) -> Response | Failure:
        if b'"batch"' not in one.body:
            return real(one)
        whole = real(replace(one, body=re.sub(rb"_count=\d+", b"_count=%d" % entries, one.body)))
        assert isinstance(whole, Response)
        bundle = json.loads(whole.body)
        for entry in bundle["entry"]:
            entry.get("resource", {}).pop("link", None)
        return replace(whole, body=json.dumps(bundle).encode())

    backend.exchange = exchange


def test_strict_handling_that_is_honored_though_not_the_rule() -> None:
    backend = sandbox_backend(Knobs(lenient=True))
    strict = ("Prefer", "handling=strict")
    spoiled(backend, lambda one: "no-such-parameter" in one.target and strict in one.headers, Response(400))
    found = observed(backend)["unknown parameter"]
    assert (found.holds, found.answered[:3]) == (True, "200")


def test_a_page_as_large_as_asked_for() -> None:
    backend = sandbox_backend()
    practitioners(backend, 201)
    assert (observed(backend)["page size"].holds, observed(backend)["page size"].answered) == (True, "200 at once")


def test_a_page_that_comes_again() -> None:
    backend = sandbox_backend()
    practitioners(backend)
    first = backend.exchange(Request("GET", "Practitioner?_count=2"))
    assert isinstance(first, Response)
    spoiled(backend, lambda one: "_getpages" in one.target, first)
    found = observed(backend)["paging"]
    assert (found.holds, found.answered) == (False, "the next page repeats the first")


def test_a_next_page_that_is_not_there() -> None:
    backend = sandbox_backend()
    practitioners(backend)
    spoiled(backend, lambda one: "_getpages" in one.target, Response(410))
    assert observed(backend)["paging"].answered == "next page: the server answered 410 with an empty body"


# -- answers that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "part", "holds"),
    [
        ("unknown parameter", "no-such-parameter", None),
        ("POST search", "_search", None),
        ("counting", "_summary=count", False),
    ],
)
def test_no_answer_tells_little(name: str, part: str, holds: bool | None) -> None:
    backend = sandbox_backend()
    practitioners(backend)
    spoiled(backend, lambda one: part in one.target, Failure("timeout", True))
    assert observed(backend)[name].holds is holds


def test_a_batch_that_is_answered_otherwise() -> None:
    body = b'{"resourceType": "Bundle", "type": "batch-response", "entry": []}'
    backend = spoiled(sandbox_backend(), lambda one: one.target == "", Response(200, {}, body))
    assert observed(backend)["batch"].answered == "200, but not the answers to two entries"
    backend = spoiled(sandbox_backend(), lambda one: one.target == "", Failure("broken", True))
    assert observed(backend)["batch"].holds is None


def test_a_posted_body_that_is_ignored() -> None:
    backend = sandbox_backend()
    backend.create({"resourceType": "Patient"})
    everybody = backend.exchange(Request("GET", "Patient"))
    assert isinstance(everybody, Response)
    assert observed(spoiled(backend, lambda one: "_search" in one.target, everybody))["POST search"].holds is False


# -- the cache ---------------------------------------------------------------------------------------------------------


def bundle(id_: str) -> Response:
    text = f'{{"resourceType": "Bundle", "type": "searchset", "id": "{id_}", "meta": {{"lastUpdated": "x"}}}}'
    return Response(200, {}, text.encode())


@pytest.mark.parametrize(("fresh", "value"), [("another", "cured"), ("same", "stays")])
def test_the_same_bundle_twice_is_a_cache(fresh: str, value: str) -> None:
    backend = sandbox_backend()
    real = backend.exchange

    def exchange(one: Request) -> Response | Failure:
        if one.target != f"Patient?_id={NOBODY}-again":
            return real(one)
        return bundle(fresh if ("Cache-Control", "no-cache") in one.headers else "same")

    backend.exchange = exchange
    found = observed(backend)["search cache"]
    assert (found.holds, found.value) == (False, value)


# -- who is let in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "holds", "words"),
    [
        (
            Response(401, {"www-authenticate": 'Bearer realm="x"'}),
            True,
            "401 (a token is missing, has ended, or is not one for this server), challenge Bearer",
        ),
        (Response(403), True, "403 with an empty body"),
        (Response(200, {}, b"{}"), False, "200"),
        (Failure("timeout", True), None, "no answer in time"),
    ],
)
def test_without_a_token(answer: Response | Failure, holds: bool | None, words: str) -> None:
    backend = spoiled(sandbox_backend(), lambda one: one.home == "stranger", answer)
    found = observed(backend, token=True)["without a token"]
    assert found.holds is holds
    assert words in found.answered


# -- what comes along with a patient -----------------------------------------------------------------------------------


def with_flags(knobs: Knobs, number: int = 4) -> tuple[Backend, str]:
    backend = sandbox_backend(knobs)
    patient = backend.create({"resourceType": "Patient"})
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"reference": patient}}
    for _ in range(number):
        backend.create(flag)
    return backend, patient.partition("/")[2]


@pytest.mark.parametrize(
    ("knobs", "holds", "words"),
    [
        (Knobs(), True, "Flag 4 of 4, Goal 0 of 0"),
        (Knobs(include_cap=3), False, "Flag 3 of 4, Goal 0 of 0"),
        (Knobs(revinclude=False), None, "not stated for any type"),
    ],
)
def test_what_comes_along_is_counted(knobs: Knobs, holds: bool | None, words: str) -> None:
    backend, patient = with_flags(knobs)
    found = observed(backend, patient=patient)["reverse include"]
    assert found.holds is holds
    assert words in found.answered


def test_reverse_includes_that_are_stated_and_refused() -> None:
    backend, patient = with_flags(Knobs())
    spoiled(backend, lambda one: "_revinclude" in one.target, Response(400))
    found = observed(backend, patient=patient)["reverse include"]
    assert (found.holds, found.value) == (False, "refused")


def test_a_patient_who_is_not_there() -> None:
    backend, _ = with_flags(Knobs())
    assert observed(backend, patient="nobody")["reverse include"].holds is None
