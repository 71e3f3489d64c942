"""The doctor's questions and its judgment: pure, and complete over the catalog."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from carefhir import catalog
from carefhir.doctor.ask import questions
from carefhir.doctor.judge import (
    BUNDLE_STATED,
    BUNDLE_UNTOLD,
    HERE,
    NOT_HERE,
    ONE_BUNDLE,
    SINGLY,
    WITH_LIMITS,
    Report,
    Trial,
    asked_by,
    assess,
    settings,
    unfit,
)
from carefhir.doctor.probe import NOBODY, Observed, Probes, SearchSeen, shape
from carefhir.doctor.words import WORDS
from carefhir.errors import ServerUnreachable
from carefhir.fhir.capability import Capabilities, Limits
from carefhir.fhir.homes import Home
from tests.support.backends import sandbox_backend

HOME = Home.at("http://fhir.example/r4")
TODAY = date(2026, 3, 9)


@pytest.fixture(scope="module")
def good() -> Capabilities:
    return sandbox_backend().capabilities


def asked(capabilities: Capabilities, patient: str = "") -> list[Any]:
    return questions(catalog.STEPS, catalog.READINGS, capabilities, patient, TODAY)


def judged(capabilities: Capabilities, *observed: Observed, **searches: str) -> Report:
    """A report where writing was tried and every search finds, but those on the types named."""
    seen = {}
    for need, _ in asked(capabilities):
        found: Any = searches.get(need.type, "answered")
        seen[shape(need)] = SearchSeen(*shape(need), "the server answered 400", found, 400, "finds")
    probes = Probes(seen).with_more((WHOLE, *observed))
    return assess(HOME, capabilities, probes, catalog.STEPS, catalog.READINGS, WROTE)


WHOLE = Observed("transaction", "", "", True)
WROTE = Trial(tried=("reads", "writes"))


def state(report: Report, name: str) -> str:
    return next(one.state for flow in report.workflows for one in flow.steps if one.name == name)


def test_every_search_of_the_catalog_is_asked_once_with_a_value_for_every_slot(good: Capabilities) -> None:
    found = asked(good)
    shapes = [shape(need) for need, _ in found]
    assert len(shapes) == len(set(shapes))
    for one in (*catalog.STEPS, *catalog.READINGS):
        assert {shape(need) for need in asked_by(one)} <= set(shapes)
    for need, slots in found:
        query = need.query(slots)
        assert query is not None, need.name
        if need.type != "Task" or shape(need)[1] != ("owner", "status"):
            assert any(NOBODY in value for _, value in query), need.name


def test_a_patient_who_is_named_is_asked_about(good: Capabilities) -> None:
    queries = [dict(need.query(slots) or ()) for need, slots in asked(good, "Patient/7")]
    about = [one for one in queries if "Patient/7" in one.values() or one.get("_id") == "7"]
    assert len(about) > 10
    assert not [one for one in queries if one.get("patient") not in (None, "Patient/7")]


def test_what_cannot_be_created_is_not_searched_by_its_key() -> None:
    assert not [
        need for need, _ in asked(Capabilities()) if need.name.endswith(" by key") and need.type != "Provenance"
    ]


def test_the_same_answers_give_the_same_report(good: Capabilities) -> None:
    assert judged(good) == judged(good)
    assert (judged(good).verdict, judged(good).state, judged(good).writes) == (HERE, "works", ONE_BUNDLE)


def test_a_search_that_is_optional_is_a_gap_and_any_other_a_refusal(good: Capabilities) -> None:
    assert state(judged(good, EpisodeOfCare="refused"), "enroll") == "refused"
    assert state(judged(good, Condition="refused"), "open-transition") == "degraded"
    assert state(judged(good, Condition="not filtered"), "open-transition") == "degraded"
    assert judged(good, Condition="not told").verdict == f"{WITH_LIMITS}: not all searches could be tested"


def test_nothing_answered_is_unfit(good: Capabilities) -> None:
    types = {need.type: "failed" for need, _ in asked(good)}
    found = judged(good, **types)
    assert (found.state, found.verdict) == ("unfit", f"{NOT_HERE}: no search is answered (400)")


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("transaction", "", f"{WITH_LIMITS}: single writes, with the settings at the end"),
        ("conditional create", "", f"{WITH_LIMITS}: single writes, with the settings at the end"),
        ("If-Match", "", f"{WITH_LIMITS}: versions compared before amendments, with the settings at the end"),
        ("paging", "", f"{WITH_LIMITS}: no list longer than a page"),
        ("paging", "http://inner.example", f"{WITH_LIMITS}: with the settings at the end"),
        ("found at once", "late", f"{WITH_LIMITS}: what was just written is not found by the same search"),
        ("receipt", "", f"{NOT_HERE}: a receipt cannot be found again"),
        (
            "create",
            "Task",
            f"{WITH_LIMITS}: {{tasks}} of {{all}} steps do not work (no test resource could be created)",
        ),
        (
            "create of types",
            "Consent",
            f"{WITH_LIMITS}: 5 of {{all}} steps do not work (create of Consent is not allowed)",
        ),
        ("race", "2", f"{WITH_LIMITS}: single writes, with the settings at the end"),
        ("transaction size", "8", f"{WITH_LIMITS}: single writes for more than 8 entries"),
        ("transaction size", "none", f"{WITH_LIMITS}: single writes, with the settings at the end"),
        ("If-Match inside a transaction", "written", f"{WITH_LIMITS}: single writes, with the settings at the end"),
        ("If-Match inside a transaction", "", HERE),
        ("paged batch", "", f"{WITH_LIMITS}: with the settings at the end"),
    ],
)
def test_what_a_probe_showed(good: Capabilities, name: str, value: str, verdict: str) -> None:
    steps = len(catalog.STEPS)
    tasks = len([one for one in catalog.STEPS if "Task" in one.creates])
    found = judged(good, Observed(name, "", "", False, value)).verdict
    assert found == verdict.format(tasks=tasks, all=steps + len(catalog.READINGS))


def test_what_holds_though_it_is_not_stated_is_said_and_not_relied_on(good: Capabilities) -> None:
    little = replace(good, transaction=False)
    found = judged(little, Observed("transaction", "", "", True))
    assert found.writes == SINGLY
    (finding,) = [one for one in found.findings if one.name == "transaction stated"]
    assert "it was tried and holds" in finding.answered
    assert finding.title == "transaction works, and is not stated"


# -- what was not tried ------------------------------------------------------------------------------------------------


def test_all_or_nothing_is_said_only_of_what_was_seen_to_be(good: Capabilities) -> None:
    said = [judged(good, Observed("transaction", "", "", holds)).writes for holds in (True, None, False)]
    assert said == [ONE_BUNDLE, BUNDLE_UNTOLD, SINGLY]
    assert assess(HOME, good, Probes(), catalog.STEPS).writes == BUNDLE_STATED


def test_how_many_entries_are_written_at_once_is_part_of_how_it_writes(good: Capabilities) -> None:
    limited = judged(good, Observed("transaction size", "", "", False, "8"))
    assert limited.writes == f"{ONE_BUNDLE}; or {SINGLY} for more than 8 entries"


def test_what_was_not_tried_ends_the_verdict(good: Capabilities) -> None:
    seen = {shape(need): SearchSeen(*shape(need), "answered", "answered", 200) for need, _ in asked(good)}
    of = f"{len(seen)} of {len(seen)} searches"
    probes = Probes(seen).with_more((WHOLE,))
    reading = assess(HOME, good, probes, catalog.STEPS, catalog.READINGS)
    assert reading.verdict == f"{HERE}, as far as reading tells; not tried: writing and {of}"
    wrote = assess(HOME, good, probes, catalog.STEPS, catalog.READINGS, WROTE)
    assert wrote.verdict == f"{HERE}; not tried: {of}"
    assert {one.result for one in wrote.searches} == {"not tried"}


def test_a_search_that_never_finds_would_be_read_as_none(good: Capabilities) -> None:
    """Also where the need is optional: nothing else tells the step that something is there."""
    report = judged(good, Encounter="never finds")
    assert state(report, "open-transition") == "refused"
    (finding,) = [one for one in report.findings if one.name == "searches never finds"]
    assert (finding.weight, "Encounter" in finding.asked) == ("refused", True)


@pytest.mark.parametrize("by_tag", [True, False])
def test_a_key_that_is_never_found_needs_a_tag_that_is(good: Capabilities, by_tag: bool) -> None:
    key = ("RiskAssessment", ("identifier",))
    seen = {shape(need): SearchSeen(*shape(need), "answered", "answered", 200, "finds") for need, _ in asked(good)}
    seen[key] = SearchSeen(*key, "200, and not one that is there", "never finds", 200)
    probes = Probes(seen, by_tag=frozenset({"RiskAssessment"} if by_tag else ())).with_more((WHOLE,))
    report = assess(HOME, good, probes, catalog.STEPS, catalog.READINGS, WROTE)
    assert state(report, "open-transition") == ("degraded" if by_tag else "refused")


def test_every_probe_has_its_words(good: Capabilities) -> None:
    for name in WORDS:
        for holds in (True, False, None):
            assert judged(good, Observed(name, "asked", "answered", holds)).findings


def test_settings_keep_what_is_set(good: Capabilities) -> None:
    home = Home.at("http://fhir.example/r4", also_known_as=("http://other.example/r4",))
    shown = Probes().with_more([Observed("If-Match", "", "", False)])
    limits = Limits(batch=False)
    assert settings(home, good.limited(limits), shown, limits) == (
        "export CAREFHIR_SERVER=http://fhir.example/r4",
        'export CAREFHIR_ALSO_KNOWN_AS="http://other.example/r4"',
        'export CAREFHIR_WITHOUT="batch if-match"',
    )


def test_what_does_not_answer_is_a_report_too() -> None:
    found = unfit(HOME.base, ServerUnreachable("nobody there"), datetime(2026, 3, 9, tzinfo=UTC))
    assert (found.state, found.verdict) == ("unfit", f"{NOT_HERE}: nobody there")
    assert found.at == "2026-03-09T00:00:00+00:00"
    assert Trial().limits == Limits()
