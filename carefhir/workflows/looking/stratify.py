"""`stratify` (read only): how much care a person needs by the rules, why, and for which program they are a candidate.

Nothing is written, and nobody is told. What was not assessed, or not visible, makes a tier "at least" that tier; it
never makes it lower. The tier on record, and who set it, stand beside it: a person may have set another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from carefhir.chart import chart as charts
from carefhir.chart.facts import facts_of
from carefhir.codes import CONDITION_GROUP, PROGRAM, TIER_RULE
from carefhir.content import program_criteria, tiers
from carefhir.content.loading import Content
from carefhir.content.program_criteria import Stratum
from carefhir.content.rules import read_rules
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.mappers import risk_assessment
from carefhir.occasion import Occasion
from carefhir.workflows.looking.person import Identity, identity


class Stratify(PatientCommand):
    """Shows how much care a patient needs by the rules, why, and which program they would gain from."""


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


@dataclass(frozen=True, slots=True)
class Stratified:
    """Where one person stands."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    there: bool
    """Whether the person is on this server and visible."""
    tier: str
    """The tier by the rules (CodeSystem care-tier); "" where the person has died, or the record was merged or is
    inactive: `identity.do_not_call` says which."""
    at_least: bool
    """Whether it may be higher: something it depends on is not known."""
    not_assessed: tuple[str, ...]
    categories: tuple[str, ...]
    """Categories of need, A to E."""
    reasons: tuple[str, ...]
    """The rules that hold, in words."""
    on_record: str
    """The tier on record, its day, and who set it, in words; "" where there is none."""
    programs: tuple[str, ...]
    """Programs of ours the person is in."""
    candidate_for: tuple[str, ...]
    """Programs the person is not in and would gain from, each with why."""
    may_leave: tuple[str, ...]
    """Programs that nothing on record calls for any more, each with why. A person decides."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show: it may call for more."""
    criteria: tuple[str, ...] = ()
    """Codes of CodeSystem program-criterion that make a candidate, or let somebody leave."""
    namesake: str = ""
    """That another person with this name is on the same list; "" where there is none, or no list."""

    @property
    def words(self) -> str:
        """The tier as people say it; "no tier" where the record is of nobody to care for."""
        if not self.tier:
            return "no tier"
        return f"at least {self.tier}" if self.at_least else self.tier


def read(records: Records, command: Stratify, occasion: Occasion) -> Stratified:
    """The person's tier, and their programs."""
    chart = charts.read(records, occasion)
    content = occasion.content
    who = identity(chart, command.patient, occasion.today)
    stratum = program_criteria.judge(content, facts_of(chart, occasion))
    running = tuple(dict.fromkeys(code for one in chart.episodes if not one.over for code in one.programs))
    programs = content.concepts(PROGRAM)
    unknown = (*stratum.tier.unknown, *(f"not visible: {name}" for name in sorted(chart.unseen)))
    whole = Stratified(
        patient=command.patient,
        identity=who,
        there=chart.person is not None,
        tier=stratum.tier.code,
        at_least=bool(unknown) and stratum.tier.code != "high",
        not_assessed=unknown,
        categories=stratum.tier.categories,
        reasons=_spoken(content, stratum.tier.reasons),
        on_record=_on_record(records, occasion),
        programs=tuple(programs[code].display for code in running if code in programs),
        candidate_for=tuple(
            f"{program.display}: {'; '.join(why)}"
            for code, program in programs.items()
            if code not in running and (why := stratum.candidate_for(code))
        ),
        may_leave=tuple(
            f"{programs[code].display}: {'; '.join(why)}"
            for code in running
            if code in programs and not unknown and (why := stratum.may_leave(code))
        ),
        not_visible=records.not_visible,
        criteria=_criteria(stratum, running, sure=not unknown),
    )
    return whole if not who.do_not_call else replace(whole, **NOBODY_TO_SORT)


NOBODY_TO_SORT: Mapping[str, Any] = {
    "tier": "",
    "at_least": False,
    "not_assessed": (),
    "categories": (),
    "reasons": (),
    "candidate_for": (),
    "may_leave": (),
    "criteria": (),
}
"""What holds of somebody who has died, or whose record was merged or is inactive (rule 10): which programs they are
still in is shown, and that they need this much care is not."""


def _criteria(stratum: Stratum, running: tuple[str, ...], *, sure: bool) -> tuple[str, ...]:
    """The criteria that make a candidate for a program the person is not in, or let them leave one they are in: that
    only where all of it is known."""
    entry = (one.code for one in stratum.criteria if one.entry and one.program not in running)
    leave = (one.code for one in stratum.criteria if not one.entry and one.program in running and sure)
    return tuple(dict.fromkeys((*entry, *leave)))


RESTRICTED = "a restricted matter: open the chart"


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


def _on_record(records: Records, occasion: Occasion) -> str:
    newest = risk_assessment.newest(records["risks"], occasion.zone)
    if newest is None:
        return ""
    return f"{newest.tier} since {occasion.local_date(newest.at)}" if newest.at else newest.tier


STRATIFY = Reading("stratify", "How much care a patient needs, by the rules, and why", Stratify, NEEDS, read)
