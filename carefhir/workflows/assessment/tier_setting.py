"""The tier of care after an assessment: as the rules give it, kept as it was, or set by a person.

Soon after a discharge the rules do not lower a tier: it is then kept, though by the rules alone it would be lower.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from carefhir.chart import evidence
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.content import supervision, tiers
from carefhir.content.loading import Content
from carefhir.content.tiers import Tier
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import risk_assessment
from carefhir.mappers.risk_assessment import TierView
from carefhir.occasion import Occasion

URGENT = ("safety-review", "escalation")
"""Kinds of Task that a provider must be told about at once."""
ON_RECORD = "on-record"
"""Referred by whoever the newest tier on record says."""


class TierAsked(Protocol):
    """The fields of the command that the tier depends on."""

    @property
    def referred_by(self) -> str: ...
    @property
    def adl_losses(self) -> int | None: ...
    @property
    def tier(self) -> str: ...
    @property
    def tier_reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class TierSetting:
    """The tier from now on, and what it rests on."""

    code: str
    set_by: Literal["rules", "held", "person"]
    by_rule: Tier
    before: TierView | None
    """The newest tier on record before this one."""
    basis: tuple[Record, ...]
    """The records that the facts were read from, and the tier on record before."""
    reason: str
    """Why a person set another tier."""
    lowered_from: str
    """The higher tier, by the rules or on record, that a person lowers; "" where nobody does."""

    @property
    def words(self) -> str:
        """The tier as people say it."""
        if self.set_by == "rules":
            return self.by_rule.words
        unknown = self.by_rule.unknown if self.set_by == "held" else ()
        if self.code == tiers.HIGHEST or not unknown:
            return self.code
        return f"at least {self.code}, not assessed: {'; '.join(unknown)}"

    @property
    def why(self) -> tuple[str, ...]:
        """Why the tier is not the one that the rules give."""
        by_rule = f"the rules give {self.by_rule.words}"
        if self.set_by == "person":
            return (f"set by a person: {self.reason}", by_rule)
        return (self.by_rule.no_step_down, by_rule) if self.set_by == "held" else ()

    @property
    def parts(self) -> Json:
        """What the RiskAssessment says."""
        unsure = self.set_by != "person" and self.code != tiers.HIGHEST and self.by_rule.at_least
        return {
            "tier": self.code,
            "atLeast": unsure,
            "categories": self.by_rule.categories,
            "notAssessed": self.by_rule.unknown,
            "byRule": self.by_rule.code,
            "setBy": self.set_by,
            "words": self.words,
            "rationale": "; ".join((*self.why, *self.by_rule.reasons)) or "no rule calls for more",
        }


def set_tier(chart: Chart, asked: TierAsked, domains: Iterable[str], occasion: Occasion) -> TierSetting:
    """Finds the tier once these domains are concluded."""
    content = occasion.content
    more = _beside_the_chart(asked, set(domains))
    by_rule = tiers.judge(content, facts_of(chart, occasion, **more))
    names = [name for name in tiers.asked(content) if name not in more]
    before = risk_assessment.newest(chart.risks, occasion.zone)
    rests_on = evidence.records_of(chart, occasion, names)
    code, set_by = _holding(content, asked.tier, by_rule, before)
    return TierSetting(
        code=code,
        set_by=set_by,
        by_rule=by_rule,
        before=before,
        basis=tuple(dict.fromkeys((*rests_on, *([before.record] if before else [])))),
        reason=asked.tier_reason,
        lowered_from=_lowered_from(content, asked.tier, by_rule, before),
    )


def _beside_the_chart(asked: TierAsked, domains: set[str]) -> dict[str, object]:
    """The facts that the command gives and the chart does not have."""
    more: dict[str, object] = {}
    if asked.referred_by != ON_RECORD:
        more["referred"] = [asked.referred_by] if asked.referred_by != "nobody" else []
    more |= {f"{domain}_age_days": 0 for domain in ("behavioural", "social") if domain in domains}
    return more | ({} if asked.adl_losses is None else {"adl_losses": asked.adl_losses})


def _holding(
    content: Content, wanted: str, by_rule: Tier, before: TierView | None
) -> tuple[str, Literal["rules", "held", "person"]]:
    """The tier from now on, and what set it."""
    if wanted:
        return wanted, "person"
    if before and by_rule.no_step_down and tiers.rank(content, before.tier) > tiers.rank(content, by_rule.code):
        return before.tier, "held"
    return by_rule.code, "rules"


def unsigned_step_down(lowered_from: str, chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Says why whoever acts may not set a lower tier now: while something urgent is open, only a provider may.
    `lowered_from` is the higher tier, "" where nobody lowers one."""
    urgent = [task.record.reference for task in chart.tasks if task.open and set(URGENT) & set(task.codes)]
    provider = supervision.may(occasion.content, "close-red", occasion.actor.discipline)
    if not lowered_from or not urgent or provider:
        return ()
    return (
        f"while {', '.join(urgent)} is open, only a provider may set a lower tier: close it first, or ask a provider",
    )


def _lowered_from(content: Content, wanted: str, by_rule: Tier, before: TierView | None) -> str:
    codes = (by_rule.code, before.tier if before else "")
    highest = max(codes, key=lambda code: tiers.rank(content, code))
    return highest if wanted and tiers.rank(content, wanted) < tiers.rank(content, highest) else ""
