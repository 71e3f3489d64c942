"""`stratify` (read only): how much care a person needs by the rules, why, and for which program they are a candidate.

Nothing is written, and nobody is told. What was not assessed, or not visible, makes a tier "at least" that tier; it
never makes it lower. The tier on record, and who set it, stand beside it: a person may have set another one.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart import chart as charts
from carefhir.chart import placing
from carefhir.codes import PROGRAM
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.mappers import risk_assessment
from carefhir.occasion import Occasion
from carefhir.workflows.looking.person import Identity, identity


class Stratify(PatientCommand):
    """Shows how much care a patient needs by the rules, why, and which program they would gain from."""


NEEDS = placing.NEEDS


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
    where = placing.place(chart, occasion)
    programs = content.concepts(PROGRAM)
    return Stratified(
        patient=command.patient,
        identity=who,
        there=chart.person is not None,
        tier=where.tier,
        at_least=where.at_least,
        not_assessed=where.not_assessed,
        categories=where.categories,
        reasons=where.reasons,
        on_record=_on_record(records, occasion),
        programs=tuple(programs[code].display for code in where.running if code in programs),
        candidate_for=tuple(f"{programs[code].display}: {'; '.join(why)}" for code, why in where.candidate_for),
        may_leave=tuple(f"{programs[code].display}: {'; '.join(why)}" for code, why in where.may_leave),
        not_visible=records.not_visible,
        criteria=where.criteria,
    )


def _on_record(records: Records, occasion: Occasion) -> str:
    newest = risk_assessment.newest(records["risks"], occasion.zone)
    if newest is None:
        return ""
    return f"{newest.tier} since {occasion.local_date(newest.at)}" if newest.at else newest.tier


STRATIFY = Reading("stratify", "How much care a patient needs, by the rules, and why", Stratify, NEEDS, read)
