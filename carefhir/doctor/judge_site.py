"""What a server and an EHR beside it come to together: a report for each step, and where each type lives (R6, R7).

Pure. What is written goes to the server, the companion, and its report says how; what is read comes from both. The same
judgment is made of the EHR alone, so that one can see what leaving the companion out would cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal, TypeAlias

from carefhir.doctor.beside import BAD, SearchThere, SeenThere, asked_with
from carefhir.doctor.findings import Finding
from carefhir.doctor.judge import (
    NOT_HERE,
    Outcome,
    Report,
    State,
    StepReport,
    Workflow,
    needs_asked,
)
from carefhir.engine.step import AnyReading, AnyStep, Step
from carefhir.fhir.asked_beforehand import OURS, asked_there, not_asked_there
from carefhir.fhir.capability import Capabilities
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

PEOPLE = ("Patient", "Practitioner", "Organization", "Medication")
CLINICAL = frozenset((*PEOPLE, *OFTEN_THEIRS, "AllergyIntolerance", "Encounter", "MedicationRequest", "Observation"))
"""Types of which a step must know what a hospital holds."""

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
    seen: str = ""
    """What asking for it there came to."""


@dataclass(frozen=True, slots=True)
class BesideReport:
    """One EHR that is read beside the server."""

    name: str
    server: str
    software: str = ""
    fhir_version: str = ""
    away: str = ""
    requests: int = 0
    routes: tuple[Route, ...] = ()
    searches: tuple[SearchThere, ...] = ()
    says: tuple[str, ...] = ()
    """What it keeps or does not, and what that means."""
    findings: tuple[Finding, ...] = ()
    """What was found when it was asked as if it were the only server."""
    alone: tuple[StepReport, ...] = ()
    """Each step on the EHR without the companion."""
    asks: tuple[str, ...] = ()
    """What to ask its administrators for."""
    not_proven: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteReport(Report):
    """The report about a server and the EHRs beside it: `workflows`, `verdict` and `settings` are about all of them,
    everything else that a `Report` has is about the server itself."""

    beside: tuple[BesideReport, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedBeside:
    """What is known of one EHR: as it was found, what it showed, the report on it alone, and how often it was asked."""

    other: OtherHome
    seen: SeenThere = field(default_factory=SeenThere)
    alone: Report | None = None
    requests: int = 0
    patient: bool = False
    """Whether a patient was named."""


def assess_site(
    companion: Report, asked: Sequence[AskedBeside], steps: Sequence[AnyStep], readings: Sequence[AnyReading]
) -> SiteReport:
    """The report about both; pure. Where one of them does not answer, nothing is called working."""
    whole = {each.name: getattr(companion, each.name) for each in fields(Report)}
    beside = tuple(_beside(each, steps, readings) for each in asked)
    away = [each for each in beside if each.away]
    if companion.state == "unfit":
        verdict = f"{NOT_HERE}: the companion: {companion.verdict.removeprefix(f'{NOT_HERE}: ')}"
        return SiteReport(**{**whole, "verdict": verdict}, beside=beside)
    if away:
        verdict = f"{NOT_HERE}: {'; '.join(f'{each.name}: {each.away}' for each in away)}"
        return SiteReport(**{**whole, "state": "unfit", "verdict": verdict, "workflows": ()}, beside=beside)
    every: tuple[Operation, ...] = (*steps, *readings)
    operations = {one.name: one for one in every}
    workflows = tuple(
        replace(flow, steps=tuple(_with(step, operations[step.name], asked) for step in flow.steps))
        for flow in companion.workflows
    )
    state, verdict = _verdict(workflows, beside, companion)
    lines = (*companion.settings, *(line for each in asked for line in settings_of(each)))
    return SiteReport(
        **{**whole, "state": state, "verdict": verdict, "workflows": workflows, "settings": lines}, beside=beside
    )


def _verdict(workflows: Sequence[Workflow], beside: Sequence[BesideReport], companion: Report) -> tuple[Outcome, str]:
    every = [step for flow in workflows for step in flow.steps]
    count = {state: sum(step.state == state for step in every) for state in ("works", "degraded", "refused")}
    names = ", ".join(each.name for each in beside)
    parts = [f"{count['works']} of {len(every)} steps work"]
    parts += [f"{count['degraded']} with limits"] if count["degraded"] else []
    parts += [f"{count['refused']} not"] if count["refused"] else []
    state: Outcome = "refused" if count["refused"] else "degraded" if count["degraded"] else "works"
    so_far = "" if "writes" in companion.tried else ", as far as reading tells"
    whom = "; not tried: a patient of the EHR" if any(map(_nobody, beside)) else ""
    return state, f"With {names} beside the companion{so_far}: {', '.join(parts)}{whom}"


def _nobody(report: BesideReport) -> bool:
    """Whether every search was asked about nobody."""
    return any(text.endswith(ABOUT_NOBODY) for text in report.not_proven)


# -- each step -----------------------------------------------------------------------------------------------------


def _with(step: StepReport, operation: Operation, asked: Sequence[AskedBeside]) -> StepReport:
    """A step on the companion, with what it reads and would change in the EHRs."""
    why, how = list(step.why), list(step.how)
    for each in asked:
        _read_there(operation, each, why, how)
        if isinstance(operation, Step) and (words := _changed_there(operation, each.other)):
            how.append(words)
    why, how = list(dict.fromkeys(why)), list(dict.fromkeys(how))
    state: State = "refused" if why else "degraded" if how else "works"
    return replace(step, state=state, how=tuple(how), why=tuple(why), writes="nothing" if why else step.writes)


def _read_there(operation: Operation, each: AskedBeside, why: list[str], how: list[str]) -> None:
    name = each.other.home.name
    for need in needs_asked(operation):
        variants = asked_there(need, each.other)
        if unasked := not_asked_there(need, each.other):
            words = f"{need.type} of {name} {unasked}"
            (how if need.optional or need.beside is not None else why).append(words)
        elif not variants and (words := _not_there(need.type, each.other)):
            how.append(words)
        ways = set(map(asked_with, variants))
        for one in each.seen.of(need.type):
            if one.parameters not in ways:
                continue
            if one.result in BAD and need.optional:
                how.append(f"{one.type} of {name} not visible (by {one.parameters}: {one.short})")
            elif one.result in BAD:
                why.append(f"{name}: search of {one.type} by {one.parameters}: {one.short}")
            elif one.result == "not told":
                how.append(f"{name}: search of {one.type} could not be tested about nobody")


def _not_there(type_: str, other: OtherHome) -> str:
    """What it means that a home is not read for a type; "" where nothing is lacking."""
    if other.keeps(type_) or type_ in OURS:
        return ""
    if other.capabilities.of(type_).interactions:
        return f"{type_} of {other.home.name} is left out by CAREFHIR_EHR_TYPES: what is there is not seen"
    if type_ in (*WRITTEN_BY_US, ROLE):
        return ""
    return f"{other.home.name} does not keep {type_}: only what the companion holds is seen"


ROLE = "PractitionerRole"
WRITTEN_BY_US = frozenset(
    "CarePlan CareTeam Claim ClaimResponse Communication CommunicationRequest Consent DetectedIssue DeviceRequest "
    "EpisodeOfCare Flag Goal List MedicationStatement QuestionnaireResponse Questionnaire RiskAssessment "
    "SupplyDelivery Task".split()
)
"""Types of care management: a hospital that keeps none of them lacks nothing that a step must know from it. What it
says of medicines it says by MedicationRequest; a List and MedicationStatements are made when they are reconciled."""


def _changed_there(step: AnyStep, other: OtherHome) -> str:
    """What becomes of a change of a record that the EHR keeps."""
    kept = [one for one in sorted(step.amends) if one in OFTEN_THEIRS and other.keeps(one)]
    delivered = [one for one in kept if one in other.writes and other.capabilities.can(one, "update")]
    asked = [one for one in kept if one not in delivered]
    name = other.home.name
    parts = [f"a change of {_listed(asked)} of {name} is asked of a person, by a Task"] if asked else []
    parts += [f"a change of {_listed(delivered)} of {name} is delivered after the act"] if delivered else []
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" or {names[-1]}" if len(names) > 1 else "".join(names)


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
        searches = each.seen.of(type_)
        bad = [one for one in searches if one.result in BAD]
        written = "companion" if type_ in creates | amends | set(OURS) else ""
        seen = _seen_of(searches)
        if type_ in OURS:
            yield Route(type_, "companion", "companion", "receipts of what carefhir did", stated)
            continue
        if stated and not other.keeps(type_):
            yield Route(type_, "companion", written, _not_there(type_, other), stated)
            continue
        if not stated:
            kind = (
                "only carefhir writes it here"
                if type_ in WRITTEN_BY_US
                else "only what stands on the companion is seen"
            )
            yield Route(type_, "companion", written, f"{other.home.name} does not state it: {kind}", stated)
            continue
        if type_ in amends and able.can(type_, "update") and type_ in OFTEN_THEIRS:
            written = f"companion; records of {other.home.name} may be changed, it states update"
        why = f"{other.home.name} states it"
        if bad:
            why += f", and does not answer ({bad[0].short}): it stays in the list, so that what is not seen is said"
        elif not searches and not able.can(type_, "search-type"):
            why += " for reading alone: what is there cannot be found, and is said not to be seen"
        elif not searches:
            why += "; no step searches it there by itself"
        elif not able.can(type_, "create") and type_ in creates:
            why += " without create: what carefhir writes of it goes to the companion"
        elif type_ in creates:
            why += ": what carefhir writes of it goes to the companion, with its receipt"
        yield Route(type_, "both" if written else "ehr", written, why, stated, seen)


def _seen_of(searches: Sequence[SearchThere]) -> str:
    """What the searches of a type came to, in a few words."""
    if not searches:
        return "not asked"
    bad = list(dict.fromkeys(one.short for one in searches if one.result in BAD))
    untold = [one for one in searches if one.result == "not told"]
    rows = max((one.rows or 0 for one in searches if one.result == "answered"), default=0)
    answered = sum(one.result == "answered" for one in searches)
    parts = [f"{answered} of {len(searches)} searches answered, {rows} at most on a page"] if answered else []
    parts += ["with next links"] if any(one.more for one in searches) else []
    parts += [f"{len(untold)} could not be told"] if untold else []
    return "; ".join((*parts, *bad))


def settings_of(each: AskedBeside) -> tuple[str, ...]:
    """The lines to paste, beside those of the companion."""
    other, able = each.other, each.other.capabilities
    lines = [f"export CAREFHIR_EHR={other.home.base}"]
    if other.home.name != "ehr":
        lines.append(f"export CAREFHIR_EHR_NAME={other.home.name}")
    types = sorted({search.type for search in each.seen.searches} | _silent(each))
    lines.append(f'export CAREFHIR_EHR_TYPES="{" ".join(types)}"')
    if writes := writes_proposed(able):
        lines.append(f'export CAREFHIR_EHR_WRITES="{" ".join(writes)}"')
    if able.can(NOTE, "create"):
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
    return tuple(one for one in OFTEN_THEIRS if able.can(one, "update"))


# -- the EHR ------------------------------------------------------------------------------------------------------


def _beside(each: AskedBeside, steps: Sequence[AnyStep], readings: Sequence[AnyReading]) -> BesideReport:
    other, able = each.other, each.other.capabilities
    if other.away:
        return BesideReport(other.home.name, other.home.base, away=other.away)
    alone = each.alone
    return BesideReport(
        other.home.name,
        other.home.base,
        software=f"{able.software} {able.version}".strip() or "(software not stated)",
        fhir_version=able.fhir_version,
        requests=each.requests,
        routes=tuple(routes(each, steps, readings)),
        searches=each.seen.searches,
        says=tuple(_says(each)),
        findings=alone.findings if alone else (),
        alone=tuple(step for flow in alone.workflows for step in flow.steps) if alone else (),
        asks=tuple(_asks(each)),
        not_proven=tuple(_not_proven(each)),
    )


def _says(each: AskedBeside) -> Iterator[str]:
    """What the EHR states and showed, and what that means."""
    other, able, seen = each.other, each.other.capabilities, each.seen
    types = able.types.values()
    if seen.versions is False:
        yield (
            "No versions (neither ETag nor meta.versionId was seen): a decision names the record it rests on and not "
            "its version, nobody can be told by it that the record was changed since, and a change that is delivered "
            "is compared as a whole just before"
        )
    elif seen.versions:
        yield "Records name their version: a decision says on which it rests"
    else:
        yield "Whether records name their version could not be seen: no record was read"
    if not able.transaction:
        yield "No transaction: nothing there can be all or nothing; what must be, is written to the companion"
    if not any(one.conditional_create for one in types):
        yield "No conditional create: what is sent twice stands twice; what is put there is looked for before"
    if not any(one.if_match for one in types):
        yield "If-Match is not stated: a stale change would not be refused"
    post = _finding(each, "POST search")
    if post and post.weight != "in order":
        yield (
            f"POST _search is not there ({post.answered.removeprefix('the server answered ')}): nothing is lost, for "
            "it is searched by GET alone, by its own ids of patients and by codes; never by an identifier, a name or "
            "a birth date, so none stands in a URL. Who somebody is, is found by reading the one record that "
            "carefhir link names"
        )
    elif post:
        yield "POST _search is there, and not needed: it is searched by GET, by its own ids and by codes"
    if wants := sorted(able.asked_by):
        yield f"Asked by what it wants: {'; '.join(f'{one} by {_by(able, one)}' for one in wants)}"
    if seen.turned is not None:
        yield "Next pages come" if seen.turned else "Next pages do not come: a list longer than a page is a gap"
    if not other.keeps(ROLE):
        yield (
            f"No {ROLE}: who is a nurse, a physician or a social worker must stand on the companion, as "
            f"{ROLE} of the linked Practitioner, or steps that ask for the discipline are refused"
        )
    notes = able.can(NOTE, "create")
    yield (
        f"{NOTE} create is stated: after the proposed steps a note can be put there"
        if notes
        else f"No {NOTE} create is stated: no note can be put there, and a physician reads the companion's"
    )


def _by(able: Capabilities, type_: str) -> str:
    values = able.asked_by[type_].values
    return f"{values[0][0]} {', '.join(value for _, value in values)}"


def _finding(each: AskedBeside, name: str) -> Finding | None:
    return next((one for one in each.alone.findings if one.name == name), None) if each.alone else None


def _asks(each: AskedBeside) -> Iterator[str]:
    """What to ask the EHR's administrators for."""
    able, seen = each.other.capabilities, each.seen
    read = sorted({one.type for one in seen.searches} | _silent(each))
    scopes = [f"system/{one}.rs" for one in read]
    scopes += [f"system/{one}.u" for one in writes_proposed(able)]
    scopes += [f"system/{NOTE}.c"] if able.can(NOTE, "create") else []
    yield f"these scopes for the client (SMART 2; `.read` and `.write` where it knows only SMART 1): {' '.join(scopes)}"
    for result, words in (
        ("not let in", "the grant of these APIs to this client"),
        ("failed", "what its log says of these searches, at the time of this report"),
        ("wants more", "which category or code these searches want, so that all there is comes"),
        ("refused", "whether these can be searched in another way"),
    ):
        of_these = [one for one in seen.searches if one.result == result]
        if of_these:
            listed = "; ".join(dict.fromkeys(f"{one.type} by {one.parameters}: {one.answered}" for one in of_these))
            yield f"{words}: {listed}"
    yield (
        "an identifier of patients (a medical record number with its system) and of practitioners that the companion "
        "has, too: carefhir link joins by it, and never by name"
    )
    yield "whether its ids of patients stay the same after a merge or an upgrade: links hold them"
    if seen.versions is False:
        yield "whether versions can be had (meta.versionId, ETag)"


ABOUT_NOBODY = "every search was asked about nobody, and no row was counted"
OF_A_PATIENT = frozenset({"patient", "subject", "beneficiary"})
"""Search parameters that name the patient."""


def _not_proven(each: AskedBeside) -> Iterator[str]:
    seen = each.seen
    if not each.patient:
        yield f"no patient was named (--patient): {ABOUT_NOBODY}"
    elif not seen.place:
        yield f"the patient is not linked to a record there (carefhir link): {ABOUT_NOBODY}"
    found = {one.type for one in seen.searches if one.rows}
    empty = sorted({one.type for one in seen.searches if one.result == "answered"} - found)
    of_patient = {one.type for one in seen.searches if {*one.parameters.split(", ")} & OF_A_PATIENT}
    if seen.place and (of_them := [one for one in empty if one in of_patient]):
        yield f"answered, and nothing was there for this patient: {', '.join(of_them)}"
    if seen.place and (of_others := [one for one in empty if one not in of_patient]):
        yield f"answered about nobody alone: {', '.join(of_others)}"
    yield "nothing was written there: create, update, and whether what is written is found, are as stated"
    yield "whether Location is relative, and a repeated create makes two: only a write shows it, and carefhir copes"
    yield "load, and how many requests a minute it lets in"
