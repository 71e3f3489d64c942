"""The tier of care by the rules of `PlanDefinition/care-tier`: categories of need, what is not assessed, and the tier.

The rules are asked in the order of their kinds: categories, then doubts and tiers, which may ask for the categories
met. A tier below the highest is *at least* that tier if something it depends on is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import TIER, TIER_RULE
from carefhir.content.loading import Content
from carefhir.content.rules import Facts, Rule, names_in, read_rules

PLAN = "care-tier"
LOWEST = "low"
HIGHEST = "high"


@dataclass(frozen=True, slots=True)
class Tier:
    """What the rules gave."""

    code: str
    categories: tuple[str, ...]
    unknown: tuple[str, ...]
    """What is not assessed, in words; empty for the highest tier, which nothing can raise."""
    reasons: tuple[str, ...]
    """The rules that fired, in words."""
    no_step_down: str
    """Why the tier may not fall now; "" if it may."""

    @property
    def at_least(self) -> bool:
        return bool(self.unknown)

    @property
    def words(self) -> str:
        """The tier as people say it."""
        return f"at least {self.code}, not assessed: {'; '.join(self.unknown)}" if self.unknown else self.code


def judge(content: Content, facts: Facts) -> Tier:
    """The tier that the facts give."""
    rules = read_rules(content, PLAN, TIER_RULE)
    met = [one for one in _of_kind(content, rules, "category") if one.holds(facts)]
    categories = tuple(dict.fromkeys(one.code for one in met))
    all_facts = {**facts, "categories": list(categories)}
    tiers = [one for one in _of_kind(content, rules, "tier") if one.holds(all_facts)]
    code = max((one.code for one in tiers), key=lambda one: rank(content, one), default=LOWEST)
    doubts = [one.title for one in _of_kind(content, rules, "doubt") if one.holds(all_facts)] if code != HIGHEST else []
    held = next((one.title for one in _of_kind(content, rules, "hold") if one.holds(all_facts)), "")
    reasons = (
        *(f"{one.code}: {one.title}" for one in met),
        *(f"{one.code}: {one.title}" for one in tiers if one.code == code),
    )
    return Tier(code, categories, tuple(doubts), reasons, held)


def _of_kind(content: Content, rules: tuple[Rule, ...], kind: str) -> list[Rule]:
    return [one for one in rules if content.concept(TIER_RULE, one.code).properties.get("kind") == kind]


def rank(content: Content, code: str) -> int:
    """How high a tier is; -1 for an unknown one."""
    order = list(content.concepts(TIER))
    return order.index(code) if code in order else -1


def asked(content: Content) -> tuple[str, ...]:
    """The facts the rules ask for."""
    rules = read_rules(content, PLAN, TIER_RULE)
    return tuple(dict.fromkeys(name for one in rules for name in names_in(one.expression)))
