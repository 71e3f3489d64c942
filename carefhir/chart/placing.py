"""Where a person stands: the tier by the rules, why, and which programs that opens or lets them leave.

One person's step and a whole population ask this and nothing else, so that both give the same answer. What was not
assessed, or not visible, makes a tier "at least" that tier; it never makes it lower.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONDITION_GROUP, PROGRAM, TIER_RULE
from carefhir.content import program_criteria, tiers
from carefhir.content.loading import Content
from carefhir.content.program_criteria import Stratum
from carefhir.content.rules import read_rules
from carefhir.mappers import patient
from carefhir.occasion import Occasion

NEEDS = charts.needs(
    "patient",
    "episodes",
    "care_teams",
    "conditions",
    "medication_requests",
    "medication_statements",
    "readings",
    "encounters",
    "tasks",
    "risks",
    "conclusions",
    "flags",
    "goals",
    "appointments",
)
"""What has to be read about a person."""

RESTRICTED = "a restricted matter: open the chart"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one person stands."""

    not_sorted: str = ""
    """Why nobody sorts them: they have died, or the record was merged or is inactive (rule 10). They have no tier
    then, and are a candidate for nothing."""
    tier: str = ""
    """The tier by the rules (CodeSystem care-tier); "" where they are not sorted."""
    at_least: bool = False
    """Whether it may be higher: something it depends on is not known."""
    not_assessed: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Categories of need, A to E."""
    reasons: tuple[str, ...] = ()
    """The rules that hold, in words; a restricted one says only that it is there (rule 4)."""
    running: tuple[str, ...] = ()
    """Programs of ours the person is in (CodeSystem care-program)."""
    candidate_for: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Programs the person is not in and would gain from, each with why."""
    may_leave: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Programs that nothing on record calls for any more, each with why. A person decides."""
    criteria: tuple[str, ...] = ()
    """Codes of CodeSystem program-criterion that make a candidate, or let somebody leave."""


def place(chart: Chart, occasion: Occasion) -> Placement:
    """Where the person of a chart stands."""
    content = occasion.content
    running = tuple(dict.fromkeys(code for one in chart.episodes if not one.over for code in one.programs))
    if against := patient.standing(chart.person):
        return Placement(not_sorted=against, running=running)
    stratum = program_criteria.judge(content, facts_of(chart, occasion))
    return placed(content, stratum, running, unseen=chart.unseen)


def placed(content: Content, stratum: Stratum, running: tuple[str, ...], *, unseen: frozenset[str]) -> Placement:
    """Where somebody stands of whom the rules gave this; `unseen`: what could not be seen of them, by name."""
    unknown = (*stratum.tier.unknown, *(f"not visible: {name}" for name in sorted(unseen)))
    programs = content.concepts(PROGRAM)
    return Placement(
        tier=stratum.tier.code,
        at_least=bool(unknown) and stratum.tier.code != tiers.HIGHEST,
        not_assessed=unknown,
        categories=stratum.tier.categories,
        reasons=_spoken(content, stratum.tier.reasons),
        running=running,
        candidate_for=tuple(
            (code, why) for code in programs if code not in running and (why := stratum.candidate_for(code))
        ),
        may_leave=tuple(
            (code, why) for code in running if code in programs and not unknown and (why := stratum.may_leave(code))
        ),
        criteria=_criteria(stratum, running, sure=not unknown),
    )


def _criteria(stratum: Stratum, running: tuple[str, ...], *, sure: bool) -> tuple[str, ...]:
    """The criteria that make a candidate for a program the person is not in, or let them leave one they are in: that
    only where all of it is known."""
    entry = (one.code for one in stratum.criteria if one.entry and one.program not in running)
    leave = (one.code for one in stratum.criteria if not one.entry and one.program in running and sure)
    return tuple(dict.fromkeys((*entry, *leave)))


def _spoken(content: Content, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """The reasons, but for those that tell of a restricted finding (rule 4): lists are printed and overlooked."""
    groups = content.concepts(CONDITION_GROUP)
    hidden = {
        f"{rule.code}: {rule.title}"
        for rule in read_rules(content, tiers.PLAN, TIER_RULE)
        if any(name in groups and groups[name].properties.get("restricted") for name in rule.names)
    }
    return tuple(
        dict.fromkeys(f"{reason.partition(':')[0]}: {RESTRICTED}" if reason in hidden else reason for reason in reasons)
    )
