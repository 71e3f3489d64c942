"""What an answer looks like, and what becomes of feedback: tests 69 and 70."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.hooks import cards, feedback, status_cards
from carefhir.faces.web.hooks.cards import Card, CardLink
from carefhir.faces.web.hooks.feedback import CardFeedback
from carefhir.faces.web.metrics import ServiceMetrics
from tests.faces.web.conftest import ADDRESS
from tests.faces.web.hooks.conftest import DISCHARGE, HOOK_OF, ORDERS, STATUS, Hooks, empty_in, rules_of_a_card
from tests.faces.web.hooks.test_order_cards import cards_of, order
from tests.support.cds_client import ADDRESS as HOOKS

Json = dict[str, Any]
CARD = "f6b95768-1c6f-4a4e-b1c6-2f7e6f7f3c11"
HOSTILE = "<script>alert(1)</script> [click](https://evil.test) ![x](https://evil.test/x.png) www.evil.test a@evil.test"


def test_69_discovery(hooks: Hooks) -> None:
    """What every service must say, and nothing empty."""
    services = hooks.discovery()
    assert {name: each["hook"] for name, each in services.items()} == HOOK_OF
    for each in services.values():
        assert each.keys() == {"id", "hook", "title", "description", "version", "prefetch"}
        assert list(empty_in(each, each["id"])) == []


def test_69_an_answer_is_json_that_nobody_keeps(hooks: Hooks) -> None:
    answer = hooks.call(STATUS)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


def test_69_no_guidance_is_an_empty_list() -> None:
    assert cards.response(()) == {"cards": []}


def test_69_the_most_pressing_card_comes_first() -> None:
    given = [Card(word, word) for word in ("info", "critical", "warning")]  # type: ignore[arg-type]
    assert [each["summary"] for each in cards.response(given)["cards"]] == ["critical", "warning", "info"]


def test_69_a_card_has_no_empty_field_and_a_name_of_its_own() -> None:
    first, second = (Card("a summary", "info").document() for _ in range(2))
    assert first.keys() == {"uuid", "summary", "indicator", "source"}
    assert first["uuid"] != second["uuid"]
    assert rules_of_a_card(first) == []


@pytest.mark.parametrize("text", ["x" * 500, "word " * 100, "a\nb" * 60, "é" * 140, "x" * 139, "x" * 140])
def test_69_a_summary_has_fewer_than_140_characters(text: str) -> None:
    summary = Card(text, "info").document()["summary"]
    assert 0 < len(summary) < 140
    assert "\n" not in summary
    if len(text) < 140:
        assert summary == text


def test_69_app_context_is_for_smart_apps_only() -> None:
    link = CardLink("https://care.test/launch", AskedStep("open-transition", "Encounter/18"))
    assert link.document()["type"] == "smart"
    assert "appContext" not in CardLink("https://care.test/launch").document()


def test_69_without_an_app_there_are_no_links() -> None:
    assert status_cards.links("") == ()
    assert status_cards.links("https://care.test/launch") != ()


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        ("**bold** _it_ `code` ~~no~~", r"\*\*bold\*\* \_it\_ \`code\` \~\~no\~\~"),
        ("[click](javascript:alert(1))", r"\[click\](javascript:alert(1))"),
        ("# no heading", r"\# no heading"),
        ("- no item", r"\- no item"),
        ("1. no item", r"1\. no item"),
        ("https://evil.test", "https&#58;//evil.test"),
        ("WWW.evil.test", "WWW&#46;evil.test"),
        ("a@evil.test", "a&#64;evil.test"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("a\n\n# b", "a # b"),
        ("3.4 lb (2026-03-09), < 54", "3.4 lb (2026-03-09), &lt; 54"),
    ],
)
def test_69_words_of_records_are_no_markdown(text: str, harmless: str) -> None:
    assert cards.plain_text(text) == harmless


def test_69_hostile_words_in_an_order(hooks: Hooks) -> None:
    """Whoever writes the name of a medicine writes no link into a chart."""
    (card,) = cards_of(hooks, order(hooks, HOSTILE))
    for mark in ("<script>", "[click](", "![x]", "https://", " www.evil", "a@evil"):
        assert mark not in card["detail"]


def test_69_a_long_list_is_counted() -> None:
    lines = cards.listed(f"line {number}" for number in range(30)).splitlines()
    assert lines[-1] == f"- and {30 - cards.LINES} more"
    assert len(lines) == cards.LINES + 1


# ---- feedback


def _report(outcome: str = "overridden", card: str = CARD, **more: Any) -> Json:
    return {"card": card, "outcome": outcome, "outcomeTimestamp": "2026-03-09T16:00:00Z", **more}


def _total(hooks: Hooks, **labels: str) -> int:
    return _counted(hooks.service.app.state.monitoring.metrics, feedback.FEEDBACK, **labels)


def _counted(metrics: ServiceMetrics, name: str, **labels: str) -> int:
    """How many a meter has counted, over all that these labels leave open."""
    samples = [each for meter in metrics._registry.collect() for each in meter.samples]
    wanted = set(labels.items())
    return int(
        sum(
            each.value
            for each in samples
            if each.name == f"carefhir_{name}_total" and wanted <= set(each.labels.items())
        )
    )


def _reason(code: str, system: str = feedback.REASON_SYSTEM, comment: str = "Mrs. Delgado says no") -> Json:
    return {"reason": {"system": system, "code": code, "display": "Delgado"}, "userComment": comment}


@pytest.mark.parametrize(
    "report",
    [
        _report(),
        _report("overridden", card="not-one-of-ours"),
        _report("overridden", overrideReason=_reason("looked-at")),
        _report("overridden", overrideReason={"userComment": "Delgado"}),
        _report("accepted", acceptedSuggestions=[{"id": "1"}]),
    ],
)
@pytest.mark.parametrize("service", HOOK_OF)
def test_70_feedback_is_taken(hooks: Hooks, service: str, report: Json) -> None:
    """Of a card that nobody knows, too."""
    answer = hooks.post(f"{service}/feedback", {"feedback": [report]})
    assert (answer.status_code, answer.content) == (200, b"")
    assert hooks.read_from_ehr() == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "feedback"),
        ({"feedback": []}, "feedback"),
        ({"feedback": ["x"]}, "feedback, number 1"),
        ({"feedback": [{"outcome": "overridden"}]}, "feedback, number 1: card"),
        ({"feedback": [_report(card="")]}, "feedback, number 1: card"),
        ({"feedback": [_report("ignored")]}, "feedback, number 1: outcome"),
        ({"feedback": [_report("accepted")]}, "feedback, number 1: acceptedSuggestions"),
        ({"feedback": [_report("accepted", acceptedSuggestions=[])]}, "feedback, number 1: acceptedSuggestions"),
        ({"feedback": [_report("accepted", acceptedSuggestions=[{}])]}, "feedback, number 1: acceptedSuggestions"),
        ({"feedback": [_report(), _report("accepted", card="2")]}, "feedback, number 2: acceptedSuggestions"),
    ],
)
def test_70_feedback_that_cannot_be_read(hooks: Hooks, body: Json, named: str) -> None:
    before = _total(hooks)
    answer = hooks.post(f"{ORDERS}/feedback", body)
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["details"]["text"].startswith(f"{named}: ")
    assert _total(hooks) == before, "of a list, all or nothing is counted"


def test_70_repeated_feedback_counts_once(hooks: Hooks) -> None:
    before = _total(hooks, service=ORDERS)
    body = {"feedback": [_report(card="repeated"), _report(card="repeated", outcomeTimestamp="2026-03-09T17:00:00Z")]}
    for _ in range(3):
        assert hooks.post(f"{ORDERS}/feedback", body).status_code == 200
    assert _total(hooks, service=ORDERS) == before + 1
    other = _report("accepted", card="repeated", acceptedSuggestions=[{"id": "1"}])
    assert hooks.post(f"{ORDERS}/feedback", {"feedback": [other]}).status_code == 200
    assert _total(hooks, service=ORDERS) == before + 2, "somebody thought better of it"


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        (_reason("looked-at"), "looked-at"),
        (_reason("record-is-wrong"), "record-is-wrong"),
        (_reason("Delgado"), "other"),
        (_reason("looked-at", system="https://ehr.test/reasons"), "other"),
    ],
)
def test_70_reasons_are_counted_by_our_codes_only(hooks: Hooks, reason: Json, label: str) -> None:
    """Nothing that a client writes becomes a label."""
    before = _total(hooks, service=ORDERS, reason=label)
    report = _report(card=f"{reason}", overrideReason=reason)
    assert hooks.post(f"{ORDERS}/feedback", {"feedback": [report]}).status_code == 200
    assert _total(hooks, service=ORDERS, reason=label) == before + 1
    assert b"Delgado" not in hooks.service.app.state.monitoring.metrics.page()[0]


def test_70_nothing_is_logged(hooks: Hooks, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    report = _report(card="secret-card", overrideReason=_reason("looked-at"))
    assert hooks.post(f"{DISCHARGE}/feedback", {"feedback": [report]}).status_code == 200
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("carefhir")]
    assert ours
    assert not [line for line in ours if "Delgado" in line or "secret-card" in line or "looked-at" in line]


def test_70_the_memory_for_repeats_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "REMEMBERED", 3)
    metrics = ServiceMetrics(ehrs=["main"], steps=[], kinds=[], version="1")
    for meter in feedback.meters(["main"], [ORDERS]):
        metrics.add(meter)
    taking = CardFeedback("main", metrics)
    for number in range(10):
        taking.take(ORDERS, {"feedback": [_report(card=str(number))]})
    assert len(taking._reports) == 3
    assert _counted(metrics, feedback.FEEDBACK, ehr="main", outcome="overridden") == 10


def test_cards_are_counted(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    cards_of(hooks, order(hooks, "amoxicillin 500 MG"))
    metrics = hooks.service.app.state.monitoring.metrics
    assert _counted(metrics, feedback.CARDS, ehr="main", service=ORDERS, indicator="critical") == 1
    assert _counted(metrics, feedback.CARDS) == 1


def test_an_ehr_without_hooks_has_none(hooks: Hooks) -> None:
    assert HOOKS.startswith(ADDRESS)
    for method, path in (("GET", "/other/cds-services"), ("POST", f"/other/cds-services/{STATUS}")):
        assert hooks.service.call(method, path, json={}).status_code == 404


def test_a_fault_says_where_and_nothing_else(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("Rosa Delgado")

    monkeypatch.setattr("carefhir.faces.web.hooks.routes.call_of", fails)
    answer = hooks.call(STATUS)
    assert answer.status_code == 500
    assert "RuntimeError at test_answers.py" in answer.text
    assert "Delgado" not in answer.text + caplog.text
