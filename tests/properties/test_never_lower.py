"""A risk more never gives a lower tier of care, and what cannot be seen never gives a surer one (rule 21).

Each case is a person drawn at random from a fixed seed, and one thing made worse. `scripts/test --deep` throws more
than 10,000; the number is printed at the end of every run.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.content import tiers
from carefhir.content.loading import load
from tests.support.charts import chart_of, condition, observed, occasion, taking
from tests.support.deep import depth

Json = dict[str, Any]
CONTENT = load()
NOTHING = facts_of(Chart(), occasion())
LOOKED_AT = {"behavioural_age_days": [10], "social_age_days": [10]}

RISKS: dict[str, tuple[list[Any], ...]] = {
    "phq_9": ([], [Decimal(4)], [Decimal(10)], [Decimal(15)], [Decimal(20)], [Decimal(27)]),
    "phq_9_change": ([], [Decimal(-5)], [Decimal(4)], [Decimal(5)], [Decimal(12)]),
    "a1c": ([], [Decimal("6.5")], [Decimal("9.1")], [Decimal("13")]),
    "a1c_change": ([], [Decimal("0.9")], [Decimal("1.0")], [Decimal(3)]),
    "conditions": ([], ["serious-mental-illness"]),
    "conditions_or_concerns": ([], ["substance-use"], ["substance-use", "serious-mental-illness"]),
    "needs": ([], ["food-need"], ["food-need", "homeless"]),
    "psychiatric_stays_12_months": ([0], [1], [4]),
    "unplanned_stays_90_days": ([0], [1], [3]),
    "unplanned_stays_12_months": ([0], [1], [2], [6]),
    "emergency_visits_12_months": ([0], [2], [3], [9]),
    "heart_failure_stays_12_months": ([0], [1], [2]),
    "chronic_count": ([0], [2], [3], [8]),
    "medicine_count": ([0], [9], [10], [25]),
    "adl_losses": ([0], [1], [2], [6]),
    "referred": ([], ["family"]),
    "safety_open": ([False], [True]),
    "lace_high": ([], [9], [10], [15]),
}
"""For each fact, what it can be: every next one is a greater risk, or a risk more."""


def facts(steps: dict[str, int]) -> dict[str, Any]:
    return {**NOTHING, **LOOKED_AT, **{name: RISKS[name][step] for name, step in steps.items()}}


@pytest.mark.parametrize("chunk", range(10))
def test_a_risk_more_never_lowers_the_tier(chunk: int, record_property: Callable[[str, object], None]) -> None:
    chance = random.Random(f"never lower {chunk}")
    tried = 0
    for _ in range(depth(4, 70)):
        steps = {name: chance.randrange(len(values)) for name, values in RISKS.items() if chance.random() < 0.4}
        before = tiers.judge(CONTENT, facts(steps))
        for name in RISKS:
            step = steps.get(name, 0)
            if step + 1 == len(RISKS[name]):
                continue
            worse = chance.randrange(step + 1, len(RISKS[name]))
            after = tiers.judge(CONTENT, facts({**steps, name: worse}))
            tried += 1
            assert tiers.rank(CONTENT, after.code) >= tiers.rank(CONTENT, before.code), (name, step, worse, steps)
            assert set(before.categories) <= set(after.categories), (name, step, worse, steps)
    record_property("tiers compared", tried)


def person(chance: random.Random) -> list[Json]:
    """Somebody with some of everything that a tier is made of."""
    every = (
        condition("84114007"),
        condition("44054006"),
        condition("38341003"),
        condition("733423003", verificationStatus={"coding": [{"code": "unconfirmed"}]}),
        observed("44261-6", 14, "{score}", at="2026-02-20"),
        observed("44261-6", 22, "{score}", at="2026-03-01"),
        observed("4548-4", Decimal("9.6"), "%", at="2026-02-01"),
        *(taking(f"medicine {letter}") for letter in "abcdefghijk"),
        {"resourceType": "Flag", "status": "active", "code": {"coding": [{"code": "violence-positive"}]}},
    )
    return [dict(resource) for resource in every if chance.random() < 0.6]


SOURCES = ("conditions", "encounters", "readings", "medication_requests", "medication_statements", "flags", "tasks")


@pytest.mark.parametrize("chunk", range(10))
def test_what_cannot_be_seen_never_gives_a_surer_or_lower_tier(
    chunk: int, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(f"never surer {chunk}")
    tried = 0
    for _ in range(depth(4, 60)):
        resources = person(chance)
        before = _tier(resources, ())
        hidden = tuple(chance.sample(SOURCES, k=chance.choice((1, 1, 2, 3))))
        after = _tier(resources, hidden)
        tried += 1
        lower = tiers.rank(CONTENT, after.code) < tiers.rank(CONTENT, before.code)
        assert after.at_least or not lower, (hidden, before.words, after.words)
    record_property("tiers compared", tried)


def _tier(resources: list[Json], hidden: tuple[str, ...]) -> tiers.Tier:
    chart = chart_of(*resources, unseen=hidden)
    return tiers.judge(CONTENT, {**facts_of(chart, occasion()), **LOOKED_AT})
