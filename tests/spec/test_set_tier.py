"""`set-tier`: the tier between two assessments, who may set which, what is not known, and the check-in that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from carefhir.codes import DUE_TAG
from carefhir.engine.results import Conflict, Done, Refused, Result
from carefhir.fhir.record import codings
from carefhir.sandbox import Knobs
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stage import done, enrolled
from tests.support.stories.assessment import AFTERNOON, concluded, tier_set
from tests.support.stories.panel import planted_task

Json = dict[str, Any]
LATE = AFTERNOON.isoformat()


@pytest.fixture(scope="module")
def told() -> Stage:
    """Rosa, concluded in the morning: high by the rules; a check-in is set for June."""
    found = stage(sandbox_backend(), "rosa")
    concluded(found)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    return told.copied()


def run(found: Stage, who: str = "nurse", when: str = LATE, **changes: Any) -> Result:
    return carried_out(found, tier_set(found, **changes), when, actor=found.backend.find("Practitioner", who))


def tiers(found: Stage) -> list[Json]:
    some = [
        each for each in Chart(found.backend, found.patient).all("RiskAssessment") if "care-tier" in str(each["method"])
    ]
    return sorted(some, key=lambda each: each["occurrenceDateTime"])


def said(risk: Json) -> dict[str, Any]:
    (extension,) = (each for each in risk["extension"] if each["url"].endswith("/tier"))
    return {each["url"]: next(value for key, value in each.items() if key != "url") for each in extension["extension"]}


def check_in(found: Stage) -> Json:
    (task,) = (
        each
        for each in Chart(found.backend, found.patient).all("Task")
        if any(code == "check-in" for _, code in codings(each, "code"))
    )
    return task


def test_as_the_rules_give_it(rosa: Stage) -> None:
    result = run(rosa)
    assert isinstance(result, Done)
    newest = tiers(rosa)[-1]
    assert (said(newest)["tier"], said(newest)["setBy"], said(newest)["atLeast"]) == ("high", "rules", False)
    assert newest["occurrenceDateTime"] == "2026-03-09T15:00:00-05:00"
    assert "looked at the whole chart" in newest["prediction"][0]["rationale"]
    assert {"reference": f"RiskAssessment/{tiers(rosa)[0]['id']}"} in newest["basis"]


def test_the_check_in_moves_to_the_day_the_new_tier_asks_for_and_keeps_its_identity(rosa: Stage) -> None:
    """High: every two weeks from 2 March, when it was set."""
    before = check_in(rosa)
    result = run(rosa)
    assert isinstance(result, Done)
    task = check_in(rosa)
    assert task["id"] == before["id"]
    assert task["restriction"]["period"] == {"start": "2026-03-02", "end": "2026-03-16"}
    assert [tag["code"] for tag in task["meta"]["tag"] if tag["system"] == DUE_TAG] == ["2026-03-16"]
    assert "due on 2026-03-16 in place of 2026-06-01" in task["note"][-1]["text"]
    assert any("2026-03-16" in line for line in result.told.says)


def test_a_check_in_is_never_moved_to_a_later_day(rosa: Stage) -> None:
    run(rosa)
    when = AFTERNOON + timedelta(hours=2)
    result = run(rosa, when=when.isoformat(), at=when - timedelta(minutes=5), tier="rising", reason="better")
    assert isinstance(result, Done)
    assert check_in(rosa)["restriction"]["period"]["end"] == "2026-03-16"
    assert any("stays" in line for line in result.told.says)


def test_told_again_nothing_is_written_and_otherwise_it_is_a_conflict(rosa: Stage) -> None:
    first = run(rosa)
    assert isinstance(first, Done)
    count = len(tiers(rosa))
    again = run(rosa, at="2026-03-09T20:00:00Z")
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert isinstance(run(rosa, tier="high"), Conflict)
    assert len(tiers(rosa)) == count


def test_a_person_sets_another_tier_with_a_reason_and_the_rules_stand_beside_it(rosa: Stage) -> None:
    result = run(rosa, tier="rising", reason="her daughter moved in")
    assert isinstance(result, Done)
    newest = tiers(rosa)[-1]
    assert (said(newest)["tier"], said(newest)["setBy"], said(newest)["byRule"]) == ("rising", "person", "high")
    assert "her daughter moved in" in newest["prediction"][0]["rationale"]
    assert any("against a rule" in line for line in result.told.warnings)
    receipt = rosa.backend.get(result.receipt)
    assert "daughter" not in str(receipt.get("reason", receipt)), "the reason may be restricted: only the tier says it"


MAY: dict[str, tuple[str, str, str]] = {
    "a nurse as the rules give it": ("nurse", "", ""),
    "a social worker as the rules give it": ("social-worker", "", ""),
    "a nurse lower": ("nurse", "rising", ""),
    "a social worker lower": ("social-worker", "rising", "overriding a tier"),
    "a physician lower": ("physician", "low", ""),
}


@pytest.mark.parametrize(("who", "tier", "no"), MAY.values(), ids=MAY)
def test_who_may_set_which(rosa: Stage, who: str, tier: str, no: str) -> None:
    result = run(rosa, who, tier=tier)
    if no:
        assert isinstance(result, Refused)
        assert no in "; ".join(result.why)
    else:
        assert isinstance(result, Done)


def test_while_a_red_finding_is_open_only_a_provider_lowers_it(rosa: Stage) -> None:
    planted_task(rosa)
    result = run(rosa, tier="rising")
    assert isinstance(result, Refused)
    assert "only a provider may set a lower tier" in "; ".join(result.why)
    assert isinstance(run(rosa, "physician", tier="rising"), Done)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown tier": ({"tier": "medium"}, "there is no tier 'medium'"),
    "a moment to come": ({"at": "2026-03-10T09:00:00-05:00"}, "at is in the future"),
    "a moment before the tier on record": ({"at": "2026-03-09T09:00:00-05:00"}, "a newer tier is on record"),
}


@pytest.mark.parametrize(("changes", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(rosa: Stage, changes: dict[str, Any], why: str) -> None:
    before = len(tiers(rosa))
    result = run(rosa, **changes)
    assert isinstance(result, Refused)
    assert why in "; ".join(result.why)
    assert len(tiers(rosa)) == before


def new_to_us() -> Stage:
    """Kim, enrolled, and nothing assessed."""
    found = stage(sandbox_backend(), "kim")
    enrolled(found)
    return found


def test_what_is_not_known_must_be_accepted_and_then_stands_with_the_tier() -> None:
    kim = new_to_us()
    refused = run(kim)
    assert isinstance(refused, Refused)
    assert "may have to be higher" in "; ".join(refused.why)
    for tier in ("", "rising"):
        kim = new_to_us()
        result = run(kim, tier=tier, at_least=True)
        assert isinstance(result, Done)
        (risk,) = tiers(kim)
        assert said(risk)["atLeast"] is True
        assert risk["prediction"][0]["outcome"]["text"].startswith("at least ")
        assert result.told.says[0].startswith("tier at least ")


def test_the_highest_tier_is_sure_whatever_is_not_known() -> None:
    kim = new_to_us()
    result = run(kim, tier="high", reason="three falls in a week")
    assert isinstance(result, Done)
    assert said(tiers(kim)[-1])["atLeast"] is False


def test_records_that_are_not_visible_make_it_at_least(rosa: Stage) -> None:
    hidden = replace(rosa, backend=rosa.backend.otherwise(Knobs(unreadable=frozenset({"Condition"}))))
    refused = run(hidden, tier="rising")
    assert isinstance(refused, Refused)
    assert "not visible: conditions" in "; ".join(refused.why)


@pytest.mark.parametrize("type_", ["RiskAssessment", "Task"])
def test_without_the_tiers_on_record_or_the_work_nothing_is_set(rosa: Stage, type_: str) -> None:
    hidden = replace(rosa, backend=rosa.backend.otherwise(Knobs(unreadable=frozenset({type_}))))
    result = run(hidden, tier="high")
    assert isinstance(result, Refused)
    assert "ask for access" in "; ".join(result.why)


def test_a_referral_on_record_stands_until_somebody_says_otherwise(rosa: Stage) -> None:
    run(rosa, referred_by="family")
    assert "E" in [
        each["valueCode"]
        for extension in tiers(rosa)[-1]["extension"]
        for each in extension["extension"]
        if each["url"] == "category"
    ]
    when = datetime.fromisoformat("2026-03-09T18:00:00-05:00")
    run(rosa, when=when.isoformat(), at="2026-03-09T17:00:00-05:00")
    assert "E: " in tiers(rosa)[-1]["prediction"][0]["rationale"]


def test_the_next_check_in_after_it_follows_the_tier(rosa: Stage) -> None:
    """Where no check-in is set, it is said, and not made up."""
    rosa.backend.put({**check_in(rosa), "status": "completed"})
    result = run(rosa)
    assert isinstance(result, Done)
    assert any("no check-in is set" in line for line in result.told.says)


def considering(found: Stage) -> list[Json]:
    tasks = Chart(found.backend, found.patient).all("Task")
    return [each for each in tasks if any(code == "consider-enrollment" for _, code in codings(each, "code"))]


def test_for_somebody_in_no_program_a_task_asks_to_consider_one_once() -> None:
    """Rosa, just home, enrolled in nothing: nothing is enrolled by it, and a second tier asks no second time."""
    found = stage(sandbox_backend(), "rosa")
    result = done(found, tier_set(found, at_least=True), AFTERNOON)
    assert isinstance(result, Done)
    (task,) = considering(found)
    assert "care management (the tier is high)" in task["description"]
    assert (task["owner"]["reference"], task["restriction"]["period"]["end"]) == (found.nurse, "2026-03-23")
    assert not Chart(found.backend, found.patient).all("EpisodeOfCare")
    again = tier_set(found, at="2026-03-09T15:30:00-05:00", at_least=True, tier="rising")
    assert isinstance(done(found, again, AFTERNOON), Done)
    assert len(considering(found)) == 1


def test_whoever_is_in_a_program_or_at_a_low_tier_is_not_to_be_considered(rosa: Stage) -> None:
    run(rosa)
    assert considering(rosa) == []
    kim = stage(sandbox_backend(), "kim")
    refused = done(kim, tier_set(kim, tier="low", at_least=True, reason="well"), AFTERNOON)
    assert considering(kim) == [], refused
