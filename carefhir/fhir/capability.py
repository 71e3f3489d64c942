"""What a server can do: its CapabilityStatement, corrected by what is known about the product (rule R6).

A statement is a claim. `DEVIATIONS` is the dated table of where named products differ from theirs, and a site may
restrict further (`Limits`): a capability that is switched off counts as absent, and the step works without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.codec import NotJson, decode_object
from carefhir.fhir.outcome import in_words
from carefhir.fhir.record import dig
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import MAIN, Failure, Flow, Response, ask, get


@dataclass(frozen=True, slots=True)
class TypeCapability:
    """One resource type, as stated."""

    interactions: frozenset[str] = frozenset()
    conditional_create: bool = False
    if_match: bool = False
    """Whether a stale If-Match is refused: stated as `versioned-update`, or proven. `versioned` alone may mean it or
    not (Medplum, WSO2 and Helios state that and refuse it): If-Match is sent, and the version compared just before."""
    parameters: frozenset[str] = frozenset()
    revincludes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a site (or a test) knows of a server better than its statement: features not to be used even if the server
    claims them, and features that work although it does not."""

    transaction: bool = True
    """Transactions. If no: single writes, the receipt last."""
    batch: bool = True
    """Batches. If no: several searches at the same time."""
    revinclude: bool = True
    """Reverse includes. If no: each type is searched by itself."""
    conditional_create: bool = True
    """Conditional creates. If no: a search by key before and after each create."""
    if_match: bool = True
    """Version checks. If no: the version is compared just before writing."""
    offset: bool = True
    """Pages by offset, all at once. If no: `next` links, one after another."""
    proven: frozenset[str] = frozenset()
    """What works although the statement does not say so, as `carefhir doctor --probe-writes` has found: `transaction`,
    `batch`, `revinclude`, `conditional-create` (it leaves one resource of many made at once, too) and `if-match`; and
    `offset`, which no statement knows."""


@dataclass(frozen=True, slots=True)
class AskedBy:
    """How a type wants to be searched for: a search without any of the parameters that are `enough` is refused; with
    each of the `values` in turn, all is found that there is."""

    enough: tuple[str, ...]
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Deviation:
    """What a product does differently from its statement. `last_tried` is when, `source` where."""

    software: str
    says: str
    last_tried: str
    source: str
    include_cap: int | None = None
    one_of_each: bool = False
    """Whether many conditional creates at once left one resource, whenever it was tried."""
    if_match: bool = False
    """Whether a stale If-Match was refused, whatever is stated."""
    offset: bool = False
    """Whether searches take `_offset` together with `_sort=_id` and `_total=accurate`; HAPI's, and not in FHIR."""
    asked_by: Mapping[str, AskedBy] = field(default_factory=dict)
    """Types whose searches are refused unless they name one of some parameters."""
    note_of_a_visit: bool = False
    """Whether a DocumentReference is refused that names no Encounter."""
    slow_for_several: bool = False
    """Whether a list of people is slow with wanted statuses and with `status:not` is not; with a day it is since, and
    with both ends of a time is not."""
    several_patients: bool = False
    """Whether one search finds what is about several patients (`patient=a,b`)."""


OBSERVATION_CATEGORIES = (
    "social-history",
    "vital-signs",
    "imaging",
    "laboratory",
    "procedure",
    "survey",
    "exam",
    "therapy",
    "activity",
)
"""All of HL7's observation-category: what has another one is not found by category."""
EPIC_PLANS = ("38717003", "734163000", "736271009", "736353004", "738906000", "736378000")
"""The kinds of care plan that Epic is asked for, in SNOMED CT: longitudinal, encounter level, and four others."""


DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        software=r"HAPI FHIR",
        says="_revinclude stops at 1,000 per path, the newest lost, without next link or warning",
        last_tried="2026-11",
        source="tried on HAPI FHIR 8.6.0 JPA server, patient with 1,134 Observations; a stale If-Match: 409; 907 "
        "Observations read whole by offset; Encounters of 50 people with one of five statuses 2.9 s, with none 0.15 s, "
        "with status:not 0.1 to 0.2 s; Communications of 25 people since a day 2 s, and with an end, too, 0.02 s",
        include_cap=1000,
        one_of_each=True,
        if_match=True,
        offset=True,
        slow_for_several=True,
        several_patients=True,
    ),
    Deviation(
        software=r"(?i)medplum",
        says="a transaction is answered with 200 and carried out in part, unless transaction-bundles are on; with "
        "them, 400 to more than 8 entries with conditional creates; states versioned and refuses a stale If-Match",
        last_tried="2026-11",
        source="tried on Medplum 5.0.6: 12 conditional creates at once left one resource; a stale If-Match: 412",
        one_of_each=True,
        if_match=True,
    ),
    Deviation(
        software=r"(?i)wso2",
        says="conditional creates at once leave several; a search inside a batch gives 20 and no next link; no "
        "Encounter is found by its identifier; states versioned and refuses a stale If-Match",
        last_tried="2026-11",
        source="tried on WSO2 FHIR 1.0 (Go): 12 conditional creates at once left 7; a stale If-Match: 412",
        if_match=True,
    ),
    Deviation(
        software=r"(?i)helios|\bhfs\b",
        says="conditional creates at once, sent singly, leave several in most rounds, and one where each is in a "
        "transaction; states versioned and refuses a stale If-Match; ignores search parameters that it does not know",
        last_tried="2026-11",
        source="tried on Helios FHIR Server 0.2.7: a stale If-Match: 412, in a transaction 400; contract/unkept.py",
        if_match=True,
    ),
    Deviation(
        software=r"(?i)\bepic\b",
        says="Observation is searched for by category or code, CarePlan by one of six categories, CareTeam by its "
        "category longitudinal; a DocumentReference without an Encounter is refused",
        last_tried="never",
        source="read in the public reports that carefhir/sandbox/shapes/epic.json names, 2026-11",
        note_of_a_visit=True,
        asked_by={
            "Observation": AskedBy(("category", "code"), tuple(("category", each) for each in OBSERVATION_CATEGORIES)),
            "CarePlan": AskedBy(("category",), (("category", ",".join(EPIC_PLANS)),)),
            "CareTeam": AskedBy(("category",), (("category", "longitudinal"),)),
        },
    ),
    Deviation(
        software=r"(?i)oracle health|cerner|millennium",
        says="CarePlan is searched for by patient and the category assess-plan, Appointment by patient and date",
        last_tried="never",
        source="read in the public documents that carefhir/sandbox/shapes/oracle.json names, 2026-11",
        if_match=True,
        asked_by={
            "CarePlan": AskedBy(("category",), (("category", "assess-plan"),)),
            "Appointment": AskedBy(("date",), (("date", "ge1900-01-01"),)),
        },
    ),
    Deviation(
        software=r"carefhir sandbox",
        says="nothing",
        last_tried="2026-11",
        source="the contract suite",
        one_of_each=True,
        offset=True,
        slow_for_several=True,
        several_patients=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one server can do, read once."""

    software: str = ""
    version: str = ""
    fhir_version: str = ""
    transaction: bool = False
    batch: bool = False
    types: Mapping[str, TypeCapability] = field(default_factory=dict)
    include_cap: int | None = None
    """The most that a `_revinclude` path returns; None if not known."""
    revinclude: bool = True
    revincludes_all: bool = False
    """Whether reverse includes are known to work though they are not stated."""
    one_of_each: bool = False
    """Whether conditional creates are known to hold under a race; where they are not, everything is looked at after it
    was written."""
    offset: bool = False
    """Whether searches are known to take an offset (`fhir/offset.py`)."""
    slow_for_several: bool = False
    """Whether several people are better asked about by the statuses that are not wanted."""
    several_patients: bool = False
    """Whether a search about several patients at once is known to find what is about each. R4 does not ask that of a
    server, and one that takes the first alone would seem to have nothing of the others."""
    asked_by: Mapping[str, AskedBy] = field(default_factory=dict)
    """Types whose searches are refused unless they name one of some parameters."""
    note_of_a_visit: bool = False
    """Whether a DocumentReference is refused that names no Encounter."""

    def of(self, type_: str) -> TypeCapability:
        return self.types.get(type_, TypeCapability())

    def can(self, type_: str, interaction: str) -> bool:
        return interaction in self.of(type_).interactions

    def keeps_apart(self, type_: str) -> bool:
        """Whether several runs that create the same at once are known to leave one of it."""
        return self.one_of_each and self.of(type_).conditional_create

    def reverse_includes(self, type_: str, parameter: str) -> bool:
        """Whether Patient may be read together with `type_` by `_revinclude=type_:parameter`."""
        stated = self.revincludes_all or f"{type_}:{parameter}" in self.of("Patient").revincludes
        return self.revinclude and stated

    def limited(self, limits: Limits) -> Capabilities:
        """The same capabilities with what the site has proven, without what it does not want used."""
        also = limits.proven
        types = {
            name: replace(
                capability,
                conditional_create=("conditional-create" in also or capability.conditional_create)
                and limits.conditional_create,
                if_match=("if-match" in also or capability.if_match) and limits.if_match,
            )
            for name, capability in self.types.items()
        }
        return replace(
            self,
            transaction=("transaction" in also or self.transaction) and limits.transaction,
            batch=("batch" in also or self.batch) and limits.batch,
            revinclude=self.revinclude and limits.revinclude,
            revincludes_all="revinclude" in also,
            one_of_each=self.one_of_each or "conditional-create" in also,
            offset=("offset" in also or self.offset) and limits.offset,
            types=types,
        )

    def checking_versions(self) -> Capabilities:
        """The same capabilities, once a stale If-Match was seen to be refused."""
        types = {name: replace(capability, if_match=True) for name, capability in self.types.items()}
        return replace(self, types=types)


ELEMENTS = (
    "fhirVersion",
    "software.name",
    "software.version",
    "rest.mode",
    "rest.interaction.code",
    "rest.resource.type",
    "rest.resource.interaction.code",
    "rest.resource.versioning",
    "rest.resource.conditionalCreate",
    "rest.resource.searchParam.name",
    "rest.resource.searchRevInclude",
)
"""What is read of a statement. HAPI 8.6 sends 1,496 KB unless asked for these alone: then 446 KB, 17 KB as they are
sent (tried 2026-11). Servers that do not know `_elements` send all."""
SHORT = f"metadata?_elements={','.join(ELEMENTS)}"


def read_capabilities(limits: Limits = Limits(), home: str = MAIN) -> Flow[Capabilities]:
    """Asks `/metadata` for what is read of it; for all of it where that is refused, or where anything is missing in the
    answer: the server may have left out what it did not understand. Raises `ServerUnreachable`, or `ServerUnfit` if
    what answers is not a FHIR R4 server."""
    answer = yield from retrying(ask(get(SHORT, home=home)))
    if isinstance(answer, Response) and answer.status not in SAME_FOR_ALL and not _says_all(_statement(answer)):
        answer = yield from retrying(ask(get("metadata", home=home)))
    if isinstance(answer, Failure):
        if answer.kind == "too-large":
            raise ServerUnfit(f"asking for the server's CapabilityStatement: {in_words(answer)}")
        raise ServerUnreachable(f"asking for the server's CapabilityStatement: {in_words(answer)}", sent=answer.sent)
    if answer.status != 200:
        raise ServerUnfit(f"asking for the server's CapabilityStatement: {in_words(answer)}")
    statement = _statement(answer)
    if statement.get("resourceType") != "CapabilityStatement":
        raise ServerUnfit("what answers at this URL is no FHIR server: no CapabilityStatement at /metadata")
    version = str(statement.get("fhirVersion", ""))
    if not version.startswith("4."):
        raise ServerUnfit(f"the server speaks FHIR {version or '(not stated)'}; carefhir speaks R4 (4.0.1)")
    return understand(statement).limited(limits)


SAME_FOR_ALL = (401, 403, 429, 502, 503, 504)
"""Answers that do not depend on how much of the statement is asked for."""


def _statement(answer: Response) -> Mapping[str, Any]:
    """What was answered, if it is a JSON object; else nothing."""
    try:
        return decode_object(answer.body) if answer.status == 200 else {}
    except NotJson:
        return {}


def _says_all(statement: Mapping[str, Any]) -> bool:
    """Whether there is something of all that is read. A server may keep `rest` and drop what is in it, and what is not
    stated counts as absent: every step would take its careful, slow way."""
    return all(any(True for _ in dig(statement, path)) for path in ELEMENTS)


def understand(statement: Mapping[str, Any]) -> Capabilities:
    """Reads a CapabilityStatement leniently: what is not stated counts as absent."""
    server = next((one for one in dig(statement, "rest") if isinstance(one, dict) and one.get("mode") == "server"), {})
    system = {one for one in dig(server, "interaction.code") if isinstance(one, str)}
    software = " ".join(dict.fromkeys(str(one) for one in dig(statement, "software.name")))
    deviations = [one for one in DEVIATIONS if re.search(one.software, software)]
    return Capabilities(
        software=software,
        version=" ".join(str(one) for one in dig(statement, "software.version")),
        fhir_version=str(statement.get("fhirVersion", "")),
        transaction="transaction" in system,
        batch="batch" in system or "transaction" in system,
        types={
            resource["type"]: _understand_type(resource, if_match=any(one.if_match for one in deviations))
            for resource in dig(server, "resource")
            if isinstance(resource, dict) and isinstance(resource.get("type"), str)
        },
        one_of_each=any(one.one_of_each for one in deviations),
        offset=any(one.offset for one in deviations),
        slow_for_several=any(one.slow_for_several for one in deviations),
        note_of_a_visit=any(one.note_of_a_visit for one in deviations),
        several_patients=any(one.several_patients for one in deviations),
        asked_by={type_: by for one in deviations for type_, by in one.asked_by.items()},
        include_cap=next((one.include_cap for one in deviations if one.include_cap), None),
    )


def _understand_type(resource: Mapping[str, Any], *, if_match: bool) -> TypeCapability:
    return TypeCapability(
        interactions=frozenset(map(str, dig(resource, "interaction.code"))),
        conditional_create=resource.get("conditionalCreate") is True,
        if_match=resource.get("versioning") == "versioned-update"
        or (if_match and resource.get("versioning") != "no-version"),
        parameters=frozenset(map(str, dig(resource, "searchParam.name"))),
        revincludes=frozenset(map(str, dig(resource, "searchRevInclude"))),
    )
