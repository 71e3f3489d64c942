"""The doctor's questions and its judgement: pure, and complete over the catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from carefhir import catalog
from carefhir.doctor.ask import questions
from carefhir.doctor.judge import ONE_BUNDLE, SINGLY, Report, Trial, asked_by, assess, settings, unfit
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
    """A report where every search is answered, but those on the types named."""
    seen = {}
    for need, _ in asked(capabilities):
        found: Any = searches.get(need.type, "answered")
        seen[shape(need)] = SearchSeen(*shape(need), "the server answered 400", found, 400)
    probes = Probes(seen).with_more(observed)
    return assess(HOME, capabilities, probes, catalog.STEPS, catalog.READINGS)


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
    assert (judged(good).verdict, judged(good).state, judged(good).writes) == ("works", "works", ONE_BUNDLE)


def test_a_search_that_is_optional_is_a_gap_and_any_other_a_refusal(good: Capabilities) -> None:
    assert state(judged(good, EpisodeOfCare="refused"), "enroll") == "refused"
    assert state(judged(good, Condition="refused"), "open-transition") == "degraded"
    assert state(judged(good, Condition="not filtered"), "open-transition") == "degraded"
    assert judged(good, Condition="not told").verdict == "works, as far as can be told"


def test_nothing_answered_is_unfit(good: Capabilities) -> None:
    types = {need.type: "failed" for need, _ in asked(good)}
    found = judged(good, **types)
    assert (found.state, found.verdict) == ("unfit", "cannot be used: no search is answered (400)")


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("transaction", "", "works, with single writes, with the settings at the end"),
        ("conditional create", "", "works, with single writes, with the settings at the end"),
        ("If-Match", "", "works, with single writes for amendments, with the settings at the end"),
        ("paging", "", "works, no list longer than a page"),
        ("paging", "http://inner.example", "works, with the settings at the end"),
        ("found at once", "late", "works"),
        ("receipt", "", "cannot be used for {steps} of {all} steps: a receipt cannot be found again"),
        ("create", "Task", "cannot be used for {tasks} of {all} steps: no test resource could be created"),
    ],
)
def test_what_a_probe_showed(good: Capabilities, name: str, value: str, verdict: str) -> None:
    steps = len(catalog.STEPS)
    tasks = len([one for one in catalog.STEPS if "Task" in one.creates])
    found = judged(good, Observed(name, "", "", False, value)).verdict
    assert found == verdict.format(steps=steps, tasks=tasks, all=steps + len(catalog.READINGS))


def test_what_holds_though_it_is_not_stated_is_said_and_not_relied_on(good: Capabilities) -> None:
    little = replace(good, transaction=False)
    found = judged(little, Observed("transaction", "", "", True))
    assert found.writes == SINGLY
    (finding,) = [one for one in found.findings if one.name == "transaction stated"]
    assert "it was tried and holds" in finding.answered


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
    assert (found.state, found.verdict) == ("unfit", "cannot be used: nobody there")
    assert found.at == "2026-03-09T00:00:00+00:00"
    assert Trial().limits == Limits()
