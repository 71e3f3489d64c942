"""What a server and an EHR beside it come to together: a report for each step, and where each type lives (R6, R7).

Pure. What is written goes to the server, the companion, and its report says how; what is read comes from both. The same
judgment is made of the EHR alone, so that one can see what leaving the companion out would cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from carefhir.doctor.beside import BAD, SearchThere, asked_with
from carefhir.doctor.beside_words import ABOUT_NOBODY, asks, not_proven, says
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
from carefhir.doctor.routing import (
    OFTEN_THEIRS,
    AskedBeside,
    Operation,
    Route,
    as_proposed,
    not_there,
    routes,
    settings_of,
)
from carefhir.engine.step import AnyReading, AnyStep, Step
from carefhir.fhir.asked_beforehand import asked_there, not_asked_there
from carefhir.fhir.server import OtherHome


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


def assess_site(
    companion: Report, asked: Sequence[AskedBeside], steps: Sequence[AnyStep], readings: Sequence[AnyReading]
) -> SiteReport:
    """The report about both; pure. Where one of them does not answer, nothing is called working."""
    whole = {each.name: getattr(companion, each.name) for each in fields(Report)}
    asked = [as_proposed(each, steps) for each in asked]
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
    whom = ", with the settings at the end"
    whom += "; not tried: a patient of the EHR" if any(map(_nobody, beside)) else ""
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
        optional = need.optional or not isinstance(operation, Step)  # a page shows the rest
        if unasked := not_asked_there(need, each.other):
            words = f"{need.type} of {name} {unasked}"
            (how if optional or need.beside is not None else why).append(words)
        elif not variants and (words := not_there(need.type, each.other)):
            how.append(words)
        ways = set(map(asked_with, variants))
        for search in each.witnessed.of(need.type):
            if search.parameters not in ways:
                continue
            if search.result in BAD and optional:
                how.append(f"{search.type} of {name} not visible (by {search.parameters}: {search.short})")
            elif search.result in BAD:
                why.append(f"{name}: search of {search.type} by {search.parameters}: {search.short}")
            elif search.result == "not told":
                how.append(f"{name}: search of {search.type} could not be tested about nobody")


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
        searches=each.witnessed.searches,
        says=tuple(says(each)),
        findings=alone.findings if alone else (),
        alone=tuple(step for flow in alone.workflows for step in flow.steps) if alone else (),
        asks=tuple(asks(each)),
        not_proven=tuple(not_proven(each)),
    )
