"""What a server means for each step: a report, from what it states, what it showed, and the catalog.

`assess` is pure, and uses what the runner uses (`needs_of`, `closed`, `best_way`, `best_commit_way`), so that report
and run cannot disagree. Asking is in `doctor.ask`, the findings are in `doctor.findings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from carefhir.doctor.findings import STATEMENT, Finding, findings, untried
from carefhir.doctor.probe import (
    NOBODY,
    Probes,
    SearchSeen,
    Shape,
    corrected,
    limits_shown,
    shape,
)
from carefhir.doctor.probe_writes import Left
from carefhir.engine.considering import needs_of
from carefhir.engine.settling import closed
from carefhir.engine.step import AnyReading, AnyStep, Step
from carefhir.errors import CarefhirError
from carefhir.fhir.bundle import Entry, Prepared
from carefhir.fhir.capability import Capabilities, Limits
from carefhir.fhir.changes import WITHOUT_IDENTIFIER, Act
from carefhir.fhir.commit import CommitWay, best_commit_way
from carefhir.fhir.gather import best_way
from carefhir.fhir.homes import Home
from carefhir.fhir.search import Identified, Named, Need, Tagged
from carefhir.settings import SWITCHES

State: TypeAlias = Literal["works", "degraded", "refused"]
Outcome: TypeAlias = Literal["works", "degraded", "refused", "unfit"]

WORKFLOWS = {
    "assessment": "Assessment",
    "care_planning": "Care planning",
    "transitions": "Transitions",
    "monitoring": "Monitoring",
    "supervision": "Supervision",
    "looking": "Overview, worklist, questions",
    "undo": "Undo",
}

ONE_BUNDLE = "one transaction, all or nothing"
BUNDLE_STATED = "one transaction (stated, not tried)"
BUNDLE_UNTOLD = "one transaction (whether all or nothing could not be told)"
SINGLY = "single writes"
NO_IF_MATCH = "no If-Match: the version is compared just before writing"
NOTHING = "nothing"
READ_ONLY = "reads only"

READS = {
    "together": "one batch for a patient's records; short lists come with the patient",
    "batch": "one batch for a patient's records",
    "searches": "a few searches at the same time",
}


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step on this server: whether it works, how it differs from the best way, and why it is refused."""

    name: str
    title: str
    state: State
    writes: str
    how: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchReport:
    """One search that steps use: `finds` and `never finds` were tried against a record that it must find, `not tried`
    was answered and there was no such record; the others say why it was not answered."""

    search: str
    result: str
    answered: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """The steps of one workflow."""

    name: str
    title: str
    steps: tuple[StepReport, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole page, the verdict first."""

    state: Outcome
    verdict: str
    server: str
    at: str = ""
    software: str = ""
    fhir_version: str = ""
    types: int = 0
    metadata_seconds: float = 0.0
    requests: int = 0
    tried: tuple[str, ...] = ()
    """Which probes ran: reads, with a patient, writes."""
    reads: str = ""
    writes: str = ""
    workflows: tuple[Workflow, ...] = ()
    findings: tuple[Finding, ...] = ()
    settings: tuple[str, ...] = ()
    left: Left = field(default_factory=Left)
    searches: tuple[SearchReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """How the server was asked: when, how much, how long the statement took, what was tried, what was left."""

    at: str = ""
    requests: int = 0
    seconds: float = 0.0
    tried: tuple[str, ...] = ()
    left: Left = field(default_factory=Left)
    limits: Limits = field(default_factory=Limits)
    """What the site has switched off already."""


def asked_by(operation: AnyStep | AnyReading) -> Iterator[Need]:
    """What a step or reading searches, and the resources it then follows references to."""
    for need in needs_asked(operation):
        yield need
        for follow in need.follow:
            yield Need(follow.type, follow.type, (Named("{followed}"),), optional=True)


def by_key(type_: str) -> Need:
    """The search that finds a resource by our key: before and after writing, and after a conflict."""
    by = Tagged("{key}") if type_ in WITHOUT_IDENTIFIER else Identified("{key}")
    return Need(f"{type_} by key", type_, (by,))


def by_tag(type_: str) -> Need:
    """The search that finds a resource by our tag, where its key never finds it."""
    return Need(f"{type_} by tag", type_, (Tagged("{key}"),))


def assess(
    home: Home,
    stated: Capabilities,
    probes: Probes,
    steps: Sequence[AnyStep],
    readings: Sequence[AnyReading] = (),
    trial: Trial = Trial(),
) -> Report:
    """The report; pure. `stated` is what the server says, before anything the site has switched off."""
    wrote = "writes" in trial.tried
    wanted = stated.limited(trial.limits)
    capabilities = corrected(wanted, probes)
    packages: dict[str, list[StepReport]] = {name: [] for name in WORKFLOWS}
    every: tuple[AnyStep | AnyReading, ...] = (*steps, *readings)
    for operation in every:
        if isinstance(operation, Step):
            report = _step(operation, capabilities, probes, wrote=wrote)
        else:
            report = _reading(operation, probes)
        packages.setdefault(_package(operation), []).append(report)
    workflows = tuple(
        Workflow(name, WORKFLOWS.get(name, name.replace("_", " ").capitalize()), tuple(reports))
        for name, reports in packages.items()
        if reports
    )
    off = [name for name in SWITCHES if not getattr(trial.limits, name.replace("-", "_"))]
    all_findings = findings(stated, probes, steps, required=_required(every), off=off, wrote=wrote)
    lines = settings(home, wanted, probes, trial.limits)
    sights = {_sight(need, probes) for each in every for need in needs_asked(each)}
    state, verdict = _verdict(
        workflows, probes, all_findings, sights=sights, needs_settings=len(lines) > 1, wrote=wrote
    )
    return Report(
        state,
        verdict,
        home.base,
        trial.at,
        software=f"{stated.software} {stated.version}".strip() or "(software not stated)",
        fhir_version=stated.fhir_version,
        types=len(stated.types),
        metadata_seconds=trial.seconds,
        requests=trial.requests,
        tried=trial.tried,
        reads=READS[best_way(capabilities)],
        writes=_writes(workflows, probes.value("transaction size")),
        workflows=workflows,
        findings=all_findings,
        settings=lines,
        left=trial.left,
        searches=tuple(_tried(one) for one in probes.searches.values()),
    )


def _tried(search: SearchSeen) -> SearchReport:
    result = search.proof if search.meaning == "answered" else search.meaning
    return SearchReport(search.words, result, _short(search))


def _writes(workflows: Sequence[Workflow], most: str) -> str:
    """How steps are written here, where they can be; the ways of all of them. `most`: entries of a transaction."""
    ways = [one.writes for flow in workflows for one in flow.steps if one.writes not in (NOTHING, READ_ONLY)]
    if most.isdigit() and set(ways) - {SINGLY}:
        ways.append(f"{SINGLY} for more than {most} entries")
    return "; or ".join(dict.fromkeys(ways)) or NOTHING


def _required(every: Iterable[AnyStep | AnyReading]) -> set[Shape]:
    """The searches without which a step is refused."""
    return {shape(need) for one in every for need in asked_by(one) if not need.optional}


def _package(operation: AnyStep | AnyReading) -> str:
    return operation.command.__module__.split(".")[-2]


def _untried(probes: Probes, *, wrote: bool) -> str:
    """The end of the verdict: what is only stated, or only answered; "" where everything was tried."""
    shapes = untried(probes.searches)
    parts = ([] if wrote else ["writing"]) + ([f"{len(shapes)} of {len(probes.searches)} searches"] if shapes else [])
    return f"; not tried: {' and '.join(parts)}" if parts else ""


def _step(step: AnyStep, capabilities: Capabilities, probes: Probes, *, wrote: bool) -> StepReport:
    why, how = _searched(needs_of(step, f"Practitioner/{NOBODY}"), probes)
    cannot = closed(((type_, "create") for type_ in (*step.creates, "Provenance")), capabilities)
    types = [one.removeprefix("create of ") for one in cannot]
    if types:
        so = "no act can have a receipt" if "Provenance" in types else "an act that needs one is refused"
        why.append(f"no create of {', '.join(types)}: {so}")
    if probes.holds("receipt") is False:
        why.append("receipts cannot be found again by their tag (tried)")
    if probes.holds("create") is False and probes.value("create") in step.creates:
        why.append(f"create of {probes.value('create')} was tried, and failed")
    not_let = [one for one in probes.value("create of types").split() if one in step.creates]
    if not_let:
        why.append(f"create of {', '.join(not_let)} was tried, and not allowed")
    only_new = closed(((one, "update") for one in step.amends), capabilities)
    if only_new and not step.creates:
        why.append(f"no {', no '.join(only_new)}, and it does nothing else")
    elif only_new:
        how.append(f"no {', no '.join(only_new)}: refused where it would amend one")
    bundle = bundle_words(probes, wrote=wrote)
    creates, amends = (
        bundle if _way(step, capabilities, creates=creating) == "transaction" else SINGLY for creating in (True, False)
    )
    writes = creates if creates == amends else f"{creates}; {amends} where it amends"
    if SINGLY in (creates, amends):
        how.append(f"{SINGLY}, receipt last, resumable" + (" (where it amends)" if creates != amends else ""))
    if bundle in (creates, amends) and (most := probes.value("transaction size")).isdigit():
        how.append(f"more than {most} entries: {SINGLY}, receipt last, resumable")
    if not cannot:
        _found_again(step, capabilities, probes, why, how)
    if any(not capabilities.of(one).if_match for one in step.amends):
        how.append(NO_IF_MATCH)
    state: State = "refused" if why else "degraded" if how else "works"
    return StepReport(step.name, step.title, state, NOTHING if why else writes, how=tuple(how), why=tuple(why))


def bundle_words(probes: Probes, *, wrote: bool) -> str:
    """A transaction in words, as far as it was tried: "all or nothing" is said only of what was seen to be."""
    if probes.holds("transaction"):
        return ONE_BUNDLE
    return BUNDLE_UNTOLD if wrote else BUNDLE_STATED


def _found_again(step: AnyStep, capabilities: Capabilities, probes: Probes, why: list[str], how: list[str]) -> None:
    """What is written must be found by its key: always where creates are not conditional, else after a conflict."""
    types = (*dict.fromkeys((*step.creates, "Provenance")),)
    blind = [one for one in types if not capabilities.of(one).conditional_create]
    lost = [one for one in types if _key_search(one, probes) in ("refused", "wants more", "not let in", "failed")]
    unsafe = [one for one in blind if one in lost]
    if unsafe:
        why.append(f"no conditional create of {', '.join(unsafe)}, and no search by the key it would be found by")
    elif blind:
        how.append("no conditional create: searched by key before and after")
    if lost and not unsafe:
        how.append(
            f"{', '.join(lost)} cannot be searched by its key: after a conflict it is not known what was written"
        )
    unfound = [one for one in types if _key_search(one, probes) == "never finds"]
    by_tags = [one for one in unfound if one in probes.by_tag]
    if by_tags:
        how.append(f"{', '.join(by_tags)} is never found by its key: found by its tag instead")
    if len(unfound) > len(by_tags):
        never = ", ".join(one for one in unfound if one not in by_tags)
        why.append(f"{never} is never found by its key, nor seen to be found by its tag: it could be written twice")


def _reading(reading: AnyReading, probes: Probes) -> StepReport:
    why, how = _searched(reading.needs, probes)
    state: State = "refused" if why else "degraded" if how else "works"
    return StepReport(reading.name, reading.title, state, READ_ONLY, how=tuple(how), why=tuple(why))


Sight: TypeAlias = Literal["seen", "unfiltered", "untold", "gap", "refused", "never"]
"""What the search of a need came to: a gap where an optional one was refused, refused where a required one was, never
where one is answered and does not find what is there."""


def needs_asked(operation: AnyStep | AnyReading) -> Iterable[Need]:
    """What a step or reading searches, whoever acts."""
    return needs_of(operation, f"Practitioner/{NOBODY}") if isinstance(operation, Step) else operation.needs


def _sight(need: Need, probes: Probes) -> Sight:
    """What is seen of a need."""
    search = probes.searches.get(shape(need))
    if search is None or search.meaning == "answered":
        return "seen"
    if search.meaning in ("not filtered", "not told"):
        return "unfiltered" if search.meaning == "not filtered" else "untold"
    if search.meaning == "never finds":
        return "never"
    return "gap" if need.optional else "refused"


def _searched(needs: Iterable[Need], probes: Probes) -> tuple[list[str], list[str]]:
    """What a refused search means: an optional need is a gap that is named, any other stops the step."""
    why: list[str] = []
    how: list[str] = []
    for need in needs:
        sight = _sight(need, probes)
        if sight == "seen":
            continue
        search = probes.searches[shape(need)]
        if sight == "unfiltered":
            how.append(f"search of {search.words} does not filter: all pages are read, and filtered here")
        elif sight == "untold":
            how.append(f"search of {search.words} could not be tested: the server refuses values that do not exist")
        elif sight == "never":
            why.append(f"search of {search.words} does not find what is there: it would be read as none")
        elif sight == "gap":
            how.append(f"{need.type} not visible (search by {' and '.join(search.parameters)}: {_short(search)})")
        else:
            why.append(f"search of {search.words}: {_short(search)}")
    return list(dict.fromkeys(why)), list(dict.fromkeys(how))


def _short(search: SearchSeen) -> str:
    return search.answer.removeprefix("the server ").removeprefix("answered ")


def _key_search(type_: str, probes: Probes) -> str:
    search = probes.searches.get(shape(by_key(type_)))
    return search.meaning if search else ""


def _way(step: AnyStep, capabilities: Capabilities, *, creates: bool) -> CommitWay:
    """The way the runner would take for a plan that creates (or amends) every type the step writes."""
    entries = [
        Entry(type_, "", type_, "", {}, reference="" if creates else f"{type_}/1")
        for type_ in (step.creates if creates else step.amends)
    ]
    receipt = Entry("receipt", "", "Provenance", "", {})
    return best_commit_way(capabilities, Prepared(Act(step.name, "", ()), (*entries, receipt)))


def _verdict(
    workflows: Sequence[Workflow],
    probes: Probes,
    all_findings: Sequence[Finding],
    *,
    sights: set[Sight],
    needs_settings: bool,
    wrote: bool,
) -> tuple[Outcome, str]:
    every = [one for flow in workflows for one in flow.steps]
    silent = [one for one in probes.searches.values() if one.meaning in ("not let in", "failed")]
    if silent and len(silent) == len(probes.searches):
        return "unfit", f"{NOT_HERE}: no search is answered ({_short(silent[0])})"
    refused = [one for one in every if one.state == "refused"]
    so_far = "" if wrote else ", as far as reading tells"
    if refused:
        reasons = "; ".join(one.in_short for one in all_findings if one.weight == "refused")
        reasons = reasons or "what is written cannot be found again"
        if all(one in refused for one in every if one.writes != READ_ONLY):
            return "refused", f"{NOT_HERE}: {reasons}"
        do = "does" if len(refused) == 1 else "do"
        return "refused", f"{WITH_LIMITS}{so_far}: {len(refused)} of {len(every)} steps {do} not work ({reasons})"
    end = _untried(probes, wrote=wrote)
    tails = list(_tails(every, probes, sights=sights, needs_settings=needs_settings))
    limits = [one for one in all_findings if one.weight == "degraded"]
    if tails or limits or any(one.state != "works" for one in every):
        words = tails or [one.title[0].lower() + one.title[1:] for one in limits[:2]] or ["see below"]
        return "degraded", f"{WITH_LIMITS}{so_far}: {', '.join(words)}{end}"
    return "works", f"{HERE}{so_far}{end}"


HERE = "carefhir works here"
WITH_LIMITS = f"{HERE} with limits"
NOT_HERE = "carefhir does not work here"


def _tails(every: Sequence[StepReport], probes: Probes, *, sights: set[Sight], needs_settings: bool) -> Iterator[str]:
    """What a person must know first."""
    if any(one.writes == SINGLY for one in every):
        yield "single writes"
    elif any(SINGLY in one.writes for one in every):
        yield "single writes for amendments"
    elif any(NO_IF_MATCH in one.how for one in every):
        yield "versions compared before amendments"
    if (most := probes.value("transaction size")).isdigit():
        yield f"single writes for more than {most} entries"
    if "gap" in sights:
        yield "not everything is seen"
    if probes.holds("paging") is False and not probes.value("paging"):
        yield "no list longer than a page"
    if "untold" in sights:
        yield "not all searches could be tested"
    if needs_settings:
        yield "with the settings at the end"


def settings(home: Home, stated: Capabilities, probes: Probes, limits: Limits) -> tuple[str, ...]:
    """The lines to put into the environment: what is set already, and what the probes showed to be needed."""
    lines = [f"export CAREFHIR_SERVER={home.base}"]
    also_known_as = list(dict.fromkeys((*home.also_known_as, *filter(None, (probes.value("paging"),)))))
    if also_known_as:
        lines.append(f'export CAREFHIR_ALSO_KNOWN_AS="{" ".join(also_known_as)}"')
    shown = limits_shown(probes, trusted=stated.one_of_each)
    without = []
    for name in SWITCHES:
        switch = name.replace("-", "_")
        off: Any = {switch: False}
        matters = stated.limited(replace(Limits(), **off)) != stated
        if not getattr(limits, switch) or (matters and not getattr(shown, switch)):
            without.append(name)
    proven = [
        name
        for name in SWITCHES
        if name in limits.proven
        or (name in shown.proven and stated.limited(Limits(proven=frozenset({name}))) != stated)
    ]
    if without:
        lines.append(f'export CAREFHIR_WITHOUT="{" ".join(without)}"')
    if proven:
        lines.append(f'export CAREFHIR_WITH="{" ".join(proven)}"')
    return tuple(lines)


def unfit(base: str, error: CarefhirError, now: datetime) -> Report:
    """The report about a server that is not a FHIR server, or does not answer."""
    answer = error.message.removeprefix("asking for the server's CapabilityStatement: ")
    finding = Finding(
        "metadata",
        "refused",
        "Nothing answers as a FHIR R4 server",
        STATEMENT,
        answered=answer,
        follows="nothing can be done with it",
        vendor="the FHIR base URL of the R4 interface; whether /metadata needs a token, or a network that is let in",
    )
    return Report("unfit", f"{NOT_HERE}: {answer}", base, stamp(now), findings=(finding,))


def stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
