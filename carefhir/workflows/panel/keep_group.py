"""Keeping a list as a Group: the people of one tier, candidates for a program, or those who may leave one.

A Group is a list as it was at a moment: written once, under If-None-Exist, and never edited (decision 0032). So several
people may keep lists at the same time and nothing is lost, and nobody takes an old list for the tier of a person: that
is in the RiskAssessment. Only tiers that are sure are kept: "at least low" is not low.

It is an act of its own, with a receipt, whose cause is the list itself: whose, of what, on which day, and of whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carefhir.codes import PROGRAM_CRITERION, TIER
from carefhir.content import program_criteria, tiers
from carefhir.content.loading import Concept
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Done, Partial, Refused, Result
from carefhir.engine.step import Case, Command, PatientRef, Step
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.codec import digest
from carefhir.fhir.gather import Records
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow
from carefhir.mappers import panel_group
from carefhir.occasion import Occasion
from carefhir.workflows.looking.stratify import Stratified
from carefhir.workflows.looking.stratify_list import StratifiedList


class KeepGroup(Command):
    """Keeps a list of people as a Group."""

    kind: str
    """What they have in common: a code of CodeSystem care-tier or program-criterion."""
    people: tuple[PatientRef, ...]


@dataclass(frozen=True, slots=True)
class ListCause:
    """One list: whose, of what, on which day, and of whom."""

    spelling: tuple[str, ...]

    def spelled(self) -> tuple[str, ...]:
        return self.spelling


@dataclass(frozen=True, slots=True)
class GroupCase(Case):
    """One list to keep."""

    command: KeepGroup
    occasion: Occasion
    kind: Concept

    @property
    def cause(self) -> ListCause:
        people = digest(sorted(self.command.people))
        return ListCause((self.occasion.actor.reference, self.kind.code, self.occasion.today.isoformat(), people))

    @property
    def asked(self) -> Any:
        return list(self.cause.spelling)

    def decide(self, act: Act) -> Plan | Refusal:
        """The Group."""
        owner, count = self.occasion.actor.reference, len(self.command.people)
        group = panel_group.write(owner, self.kind, self.occasion.stamp, self.command.people)
        words = f"{self.kind.display}: {'1 person' if count == 1 else f'{count} people'}"
        content = self.occasion.content
        return Plan(
            changes=(Create("group", group, words),),
            says=(words,),
            artefacts=tuple(content.canonical("PlanDefinition", name) for name in (tiers.PLAN, program_criteria.PLAN)),
            reason="the list of a panel, as it was",
            acting_as=self.occasion.actor.discipline,
        )


def open_cases(records: Records, command: KeepGroup, occasion: Occasion) -> tuple[GroupCase]:
    """The list."""
    content = occasion.content
    concepts = {**content.concepts(PROGRAM_CRITERION), **content.concepts(TIER)}
    return (GroupCase(command=command, occasion=occasion, kind=concepts[command.kind]),)


KEEP_GROUP = Step(
    name="keep-group",
    title="Keep a list of people as a Group",
    command=KeepGroup,
    needs=(),
    open=open_cases,
    when_stale="decide again",
    creates=("Group",),
    supervised="stratify",
)


@dataclass(frozen=True, slots=True)
class KeptList:
    """What became of one list."""

    kind: str
    words: str
    """What was kept, or why not."""
    kept: bool
    by: str = ""
    """Who kept it: us, or an earlier run."""


def kept(people: StratifiedList, occasion: Occasion, server: Server) -> Flow[tuple[KeptList, ...]]:
    """Keeps a Group for each tier and criterion that holds of somebody. Raises `ServerUnreachable` and `ServerUnfit`:
    what was kept before that is found again."""
    lists = []
    for kind, some in _lists(people.rows, occasion):
        command = KeepGroup(kind=kind, people=some)
        lists.append(_outcome(kind, (yield from runner.run(KEEP_GROUP, command, occasion, server))))
    unsure = sum(row.there and row.at_least for row in people.rows)
    if unsure:
        words = f"{unsure} not in the Group of a tier, for their tier is not sure"
        lists.append(KeptList(kind="", words=words, kept=False))
    return tuple(lists)


def _outcome(kind: str, result: Result) -> KeptList:
    match result:
        case Done():
            words = f"{'; '.join(result.told.says) or kind}: kept ({result.by})"
            return KeptList(kind=kind, words=words, kept=True, by=result.by)
        case Refused():
            return KeptList(kind=kind, words=f"{kind}: not kept: {'; '.join(result.why)}", kept=False)
        case Conflict() | Partial():
            return KeptList(kind=kind, words=f"{kind}: not kept: {result.why}", kept=False)


def _lists(rows: tuple[Stratified, ...], occasion: Occasion) -> Iterator[tuple[str, tuple[str, ...]]]:
    content, listed = occasion.content, [row for row in rows if row.there]
    for tier in content.concepts(TIER):
        if some := tuple(row.patient for row in listed if row.tier == tier and not row.at_least):
            yield tier, some
    for code in content.concepts(PROGRAM_CRITERION):
        if some := tuple(row.patient for row in listed if code in row.criteria):
            yield code, some
