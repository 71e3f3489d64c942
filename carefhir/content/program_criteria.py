"""Who would gain from which program, and who may leave it, by the criteria of `PlanDefinition/program-criteria`.

The criteria ask the facts of a chart, the categories of need, and the tier that the rules give: nothing here reads a
record or asks a server, so that the same criteria sort one person and a whole population.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import PROGRAM_CRITERION
from carefhir.content import tiers
from carefhir.content.loading import Content
from carefhir.content.rules import Facts, names_in, read_rules
from carefhir.content.tiers import Tier

PLAN = "program-criteria"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion that holds."""

    program: str
    """The program (CodeSystem care-program)."""
    entry: bool
    """Whether it makes a candidate; else the person may leave."""
    why: str
    code: str = ""
    """What follows (CodeSystem program-criterion)."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Where a person stands."""

    tier: Tier
    criteria: tuple[Criterion, ...]

    def candidate_for(self, program: str) -> tuple[str, ...]:
        """Why the person would gain from a program; () where nothing says so."""
        return tuple(one.why for one in self.criteria if one.entry and one.program == program)

    def may_leave(self, program: str) -> tuple[str, ...]:
        """Why the person may leave a program; () where nothing says so."""
        return tuple(one.why for one in self.criteria if not one.entry and one.program == program)


def judge(content: Content, facts: Facts, *, set_to: str = "") -> Stratum:
    """The tier that the facts give, and the criteria that hold: those of another tier where a person set one
    (`set_to`)."""
    tier = tiers.judge(content, facts)
    more = {"categories": list(tier.categories), "tier": [set_to or tier.code], "tier_unknown": list(tier.unknown)}
    rules = read_rules(content, PLAN, PROGRAM_CRITERION)
    concepts = content.concepts(PROGRAM_CRITERION)
    return Stratum(
        tier,
        tuple(
            Criterion(
                program=str(concepts[rule.code].properties["program"]),
                entry=concepts[rule.code].properties["kind"] == "entry",
                why=rule.title,
                code=rule.code,
            )
            for rule in rules
            if rule.holds({**facts, **more})
        ),
    )


def asked(content: Content) -> tuple[str, ...]:
    """The facts of a chart that the tier and the criteria ask for."""
    rules = read_rules(content, PLAN, PROGRAM_CRITERION)
    given = {"categories", "tier", "tier_unknown"}
    named = (name for rule in rules for name in names_in(rule.expression) if name not in given)
    return tuple(dict.fromkeys((*tiers.asked(content), *named)))
