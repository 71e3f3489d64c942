"""Where each type of record lives, with a companion and an EHR beside it, and why; and the settings that say so.

The table is proposed from what the EHR states and showed. What it refuses stays in the list, for then it is said that
it is not seen; only what would stop a step for nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from carefhir.doctor.beside import BAD, SearchThere, SeenThere
from carefhir.doctor.judge import Report, needs_asked
from carefhir.engine.step import AnyReading, AnyStep
from carefhir.fhir.asked_beforehand import asked_there, not_asked_there
from carefhir.fhir.asked_elsewhere import OURS
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.search import Need
from carefhir.fhir.server import OtherHome

NOTED_STEPS = (
    "record-check-in",
    "record-call",
    "open-transition",
    "reconcile-medications",
    "close-transition",
    "record-agreement",
    "sign-off",
)
"""The steps after which a note is proposed: what a physician in the EHR should read."""
NOTE = "DocumentReference"

OFTEN_THEIRS = (
    "Appointment",
    "Condition",
    "Consent",
    "DeviceRequest",
    "List",
    "MedicationStatement",
    "Patient",
    "RelatedPerson",
    "ServiceRequest",
)
"""Types of which a step changes records that somebody else wrote: a visit of somebody who died, an order that a plan
stops, a helper who helps no longer. Of the others a step changes what carries a key of ours, unless a command names a
record of the EHR."""

ARTEFACTS = ("Questionnaire",)
"""Types that are the site's own, and are looked up on the companion by their canonical."""
PEOPLE = ("Patient", "Practitioner", "Organization", "Medication")
CLINICAL = frozenset((*PEOPLE, *OFTEN_THEIRS, "AllergyIntolerance", "Encounter", "MedicationRequest", "Observation"))
"""Types of which a step must know what a hospital holds."""

ROLE = "PractitionerRole"

WRITTEN_BY_US = frozenset(
    "CarePlan CareTeam Claim ClaimResponse Communication CommunicationRequest Consent DetectedIssue DeviceRequest "
    "EpisodeOfCare Flag Goal List MedicationStatement QuestionnaireResponse Questionnaire RelatedPerson "
    "RiskAssessment SupplyDelivery Task".split()
)
"""Types of care management: a hospital that keeps none of them lacks nothing that a step must know from it. What it
says of medicines it says by MedicationRequest; a List and MedicationStatements are made when they are reconciled, a
RelatedPerson when somebody helps."""

Operation: TypeAlias = AnyStep | AnyReading
Where: TypeAlias = Literal["both", "companion", "ehr"]


@dataclass(frozen=True, slots=True)
class Route:
    """Where one type lives: who is read, who is written, and why."""

    type: str
    read: Where
    written: str
    """`companion`, `companion; the EHR's own records by delivery`, or nothing."""
    why: str
    stated: tuple[str, ...] = ()
    """What the EHR states for it."""
    witnessed: str = ""
    """What asking for it there came to."""


@dataclass(frozen=True, slots=True)
class AskedBeside:
    """What is known of one EHR: as it was found, what it showed, the report on it alone, and how often it was asked."""

    other: OtherHome
    witnessed: SeenThere = field(default_factory=SeenThere)
    alone: Report | None = None
    requests: int = 0
    patient: bool = False
    """Whether a patient was named."""


def as_proposed(each: AskedBeside, steps: Sequence[AnyStep]) -> AskedBeside:
    """The EHR as it is with the settings at the end of the report: read for the types that are proposed."""
    if each.other.away:
        return each
    types = {search.type for search in each.witnessed.searches} | _silent(each) | _unasked(each.other, steps)
    return replace(each, other=replace(each.other, reads=frozenset(types - left_out(each.other, steps))))


def _unasked(other: OtherHome, steps: Sequence[AnyStep]) -> set[str]:
    return {need.type for step in steps for need in needs_asked(step) if not_asked_there(need, other)}


def left_out(other: OtherHome, steps: Sequence[AnyStep]) -> set[str]:
    """Types that are better not read there: it cannot be asked about one patient, a step that must know would stop
    each time, and what such a step looks for is what carefhir wrote itself."""
    return {
        need.type
        for step in steps
        for need in needs_asked(step)
        if not need.optional and need.type in WRITTEN_BY_US and not_asked_there(need, other)
    }


def not_there(type_: str, other: OtherHome) -> str:
    """What it means that a home is not read for a type; "" where nothing is lacking."""
    if other.keeps(type_) or type_ in (*OURS, *ARTEFACTS):
        return ""
    if other.capabilities.of(type_).interactions:
        return f"{type_} of {other.home.name} is left out (CAREFHIR_EHR_TYPES): what is there is not seen"
    if type_ in (*WRITTEN_BY_US, ROLE):
        return ""
    return f"{other.home.name} does not keep {type_}: only what the companion holds is seen"


# -- where each type lives -----------------------------------------------------------------------------------------


def _types(steps: Iterable[AnyStep], readings: Iterable[AnyReading]) -> tuple[dict[str, None], set[str], set[str]]:
    """All types at work, in order; those that steps create; those that they amend."""
    steps = tuple(steps)
    creates = {type_ for step in steps for type_ in step.creates}
    amends = {type_ for step in steps for type_ in step.amends}
    every: tuple[Operation, ...] = (*steps, *readings)
    needs = [need for one in every for need in needs_asked(one)]
    needed = {need.type for need in needs}
    follows = {follow.type for need in needs for follow in need.follow}
    return dict.fromkeys(sorted(creates | amends | needed | follows | set(OURS))), creates, amends


def routes(each: AskedBeside, steps: Sequence[AnyStep], readings: Sequence[AnyReading]) -> Iterator[Route]:
    """Where each type lives, and why."""
    other, able = each.other, each.other.capabilities
    everything, creates, amends = _types(steps, readings)
    for type_ in everything:
        stated = tuple(sorted(able.of(type_).interactions))
        searches = each.witnessed.of(type_)
        bad = [one for one in searches if one.result in BAD]
        written = "companion" if type_ in creates | amends | set(OURS) else ""
        witnessed = _seen_of(searches)
        if type_ in OURS:
            yield Route(type_, "companion", "companion", "receipts of what carefhir did", stated)
            continue
        if stated and not other.keeps(type_):
            yield Route(type_, "companion", written, _why_left_out(type_, other, steps), stated)
            continue
        if not stated:
            kind = "only carefhir writes it here" if type_ in WRITTEN_BY_US else "only what the companion holds is seen"
            yield Route(type_, "companion", written, f"{other.home.name} does not state it: {kind}", stated)
            continue
        if type_ in amends and able.can(type_, "update") and type_ in OFTEN_THEIRS:
            written = f"companion; records of {other.home.name} may be changed, it states update"
        why = f"{other.home.name} states it"
        if bad:
            why += f", and does not answer ({bad[0].short}): it stays in the list, so that what is not seen is said"
        elif not searches and not able.can(type_, "search-type"):
            why += " for reading alone: what is there cannot be found, and is said not to be seen"
        elif unasked := _unasked_why(type_, other, (*steps, *readings)):
            why += f", and it {unasked}: that this is not seen is said"
        elif not searches:
            why += "; what it has is read where a reference leads to it"
        elif not able.can(type_, "create") and type_ in creates:
            why += " without create: what carefhir writes of it goes to the companion"
        elif type_ in creates:
            why += ": what carefhir writes of it goes to the companion, with its receipt"
        yield Route(type_, "both" if written else "ehr", written, why, stated, witnessed)


def _unasked_why(type_: str, other: OtherHome, every: Iterable[Operation]) -> str:
    """Why it is never asked for a type; "" where something asks for it."""
    needs = [need for one in every for need in needs_asked(one) if need.type == type_]
    return "" if any(asked_there(need, other) for need in needs) else _reason(needs, other)


def _reason(needs: Iterable[Need], other: OtherHome) -> str:
    return next((why for need in needs if (why := not_asked_there(need, other))), "")


def _why_left_out(type_: str, other: OtherHome, steps: Sequence[AnyStep]) -> str:
    whole = replace(other, reads=frozenset())
    if type_ in left_out(whole, steps):
        unasked = _reason((need for step in steps for need in needs_asked(step) if need.type == type_), whole)
        return f"left out: it {unasked}; what {other.home.name} keeps of it is not seen, carefhir's own stand here"
    if type_ in ARTEFACTS:
        return "the site's own artefacts, on the companion"
    return f"left out by CAREFHIR_EHR_TYPES: what {other.home.name} keeps of it is not seen"


def _seen_of(searches: Sequence[SearchThere]) -> str:
    """What the searches of a type came to, in a few words."""
    if not searches:
        return "not asked"
    bad = list(dict.fromkeys(one.short for one in searches if one.result in BAD))
    untold = [one for one in searches if one.result == "not told"]
    rows = max((one.rows or 0 for one in searches if one.result == "answered"), default=0)
    answered = sum(one.result == "answered" for one in searches)
    how = "answered" if answered == len(searches) else f"{answered} of {len(searches)} searches answered"
    parts = [f"{how}, {rows or 'no'} {'row' if rows == 1 else 'rows'}"] if answered else []
    parts += ["with next links"] if any(one.more for one in searches) else []
    parts += [f"{len(untold)} could not be told"] if untold else []
    return "; ".join((*parts, *bad))


def settings_of(each: AskedBeside) -> tuple[str, ...]:
    """The lines to paste, beside those of the companion."""
    other, able = each.other, each.other.capabilities
    lines = [f"export CAREFHIR_EHR={other.home.base}"]
    if other.home.name != "ehr":
        lines.append(f"export CAREFHIR_EHR_NAME={other.home.name}")
    types = sorted(other.reads)
    lines.append(f'export CAREFHIR_EHR_TYPES="{" ".join(types)}"')
    if writes := writes_proposed(able):
        lines.append(f'export CAREFHIR_EHR_WRITES="{" ".join(writes)}"')
    if takes_notes(other):
        lines.append(f'export CAREFHIR_EHR_NOTES="{" ".join(NOTED_STEPS)}"')
    return tuple(lines)


def _silent(each: AskedBeside) -> set[str]:
    """Types that are in the list though nothing asks for them: those that references lead to, and those that can only
    be read, so that what is not seen of them is said."""
    other = each.other
    types = {one for one in other.capabilities.types if other.keeps(one)} & CLINICAL
    return {one for one in types if one in PEOPLE or not other.capabilities.can(one, "search-type")}


def writes_proposed(able: Capabilities) -> tuple[str, ...]:
    """The types of which a step may change a record that the EHR wrote, and the EHR states update for."""
    return tuple(one for one in OFTEN_THEIRS if able.can(one, "update") and able.can(one, "read"))


def takes_notes(other: OtherHome) -> bool:
    """Whether a note can be put there: it states create, and it can be searched by patient, for a note is looked for
    before it is put there."""
    able = other.capabilities
    return able.can(NOTE, "create") and able.can(NOTE, "search-type") and "patient" in able.of(NOTE).parameters
