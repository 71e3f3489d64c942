"""Pathways: what care a person's conditions ask for, read from PlanDefinitions, merged into one proposal.

Every PlanDefinition of type `clinical-protocol` is a pathway. One whose `applies` holds gives its goals and actions;
several are merged, because one person has one plan: the same goal or item once, addressing both. PlanDefinition
`contradictions` names conflicting advice; a person decides, never the code. Which parts of a PlanDefinition are
supported is in `content.protocols`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from carefhir.content.loading import Content
from carefhir.content.protocols import (
    GOAL_PRIORITIES,
    PRIORITIES,
    Aim,
    Due,
    Protocol,
    ProtocolAction,
    Source,
    contradictions_of,
    protocols_of,
)
from carefhir.content.rules import Facts, holds
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pathway:
    """A pathway that applies to the person."""

    id: str
    canonical: str
    title: str
    groups: tuple[str, ...]
    """The condition groups it is for."""
    expected: str = ""
    """The expected outcome, in words (clinical practice, rule 18)."""


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """A goal that pathways ask for."""

    code: str
    words: str
    priority: str
    addresses: tuple[str, ...]
    """Condition groups."""
    measure: str
    """LOINC; "" if no reading measures it."""
    detail: Json
    """`{"detailQuantity": …}` or another of Goal.target's; {} where there is no number."""
    due_days: int | None
    pathways: tuple[str, ...]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item that pathways ask for."""

    code: str
    title: str
    words: str
    kind: str
    """now, plan or order."""
    makes: str
    """The resource type it becomes."""
    done_by: str
    """A role of the care team."""
    due: Due | None
    priority: str
    goals: tuple[str, ...]
    """Codes of care-goal it serves."""
    addresses: tuple[str, ...]
    """Condition groups."""
    pathways: tuple[str, ...]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Conflicting advice, in words that do not decide it, and who decides."""

    code: str
    title: str
    words: str
    decided_by: str
    priority: str
    due: Due | None
    told: tuple[str, ...] = ()
    """Roles to inform as well."""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A pathway, or a goal or item of one, that would apply, but is not for this person (clinical practice, rules 24
    and 38)."""

    title: str
    states: tuple[str, ...]
    """What the person is, as codes of CodeSystem whereabouts."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What all pathways that apply ask for, together."""

    pathways: tuple[Pathway, ...] = ()
    goals: tuple[GoalDraft, ...] = ()
    items: tuple[ItemDraft, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    """Pathways that would apply, and are not for this person."""
    parts_withheld: tuple[Withheld, ...] = ()
    """Goals and items of the pathways that apply, which do not serve this person, each once."""


def propose(content: Content, facts: Facts, day: date | None = None, states: frozenset[str] = frozenset()) -> Proposal:
    """The pathways that apply, merged: by id, and within one in its own order. A pathway not in force on `day` adds
    nothing; one that is not for somebody in one of these `states` (codes of CodeSystem whereabouts) is named and adds
    nothing, and so is a goal or an item that is not. Expressions may ask for the states as the fact `states`.

    Raises `ContentError` when two variants of one goal hold at once, or two pathways ask for one thing differently.
    """
    facts = {**facts, "states": sorted({*facts.get("states", ()), *states})}
    applying = [protocol for protocol in protocols_of(content, day) if holds(protocol.applies, facts)]
    protocols = [protocol for protocol in applying if not states & set(protocol.not_for)]
    asked = [
        _PathwayWish(protocol, _variants(protocol, facts), [act for act in protocol.acts if act.rule.holds(facts)])
        for protocol in protocols
    ]
    held = [each.serving(states) for each in asked]
    goals = [_goal(each.protocol, aim, facts) for each in held for aim in each.aims]
    items = [_item(each.protocol, act, each.aims, facts) for each in held for act in each.acts]
    kept = {*(goal.code for goal in goals), *(item.code for item in items)}
    return Proposal(
        tuple(Pathway(one.id, one.canonical, one.title, one.groups, one.expected) for one in protocols),
        _once(goals, lambda one: one.code, _merged_goals),
        _once(items, lambda one: one.code, _merged_items),
        withheld=tuple(
            Withheld(protocol.title, tuple(code for code in protocol.not_for if code in states))
            for protocol in applying
            if protocol not in protocols
        ),
        parts_withheld=tuple(dict.fromkeys(part for each in asked for part in each.left_out(states, kept))),
    )


@dataclass(frozen=True, slots=True)
class _PathwayWish:
    """What one pathway asks for of one person."""

    protocol: Protocol
    aims: list[Aim]
    acts: list[ProtocolAction]

    def serving(self, states: frozenset[str]) -> _PathwayWish:
        """The same, without what does not serve somebody in these states."""
        return _PathwayWish(
            self.protocol,
            [aim for aim in self.aims if not states & set(aim.not_for)],
            [act for act in self.acts if not states & set(act.not_for)],
        )

    def left_out(self, states: frozenset[str], kept: set[str]) -> Iterable[Withheld]:
        """What does not serve somebody in these states, and is not asked for all the same."""
        parts = [(aim.code, aim.words, aim.not_for) for aim in self.aims]
        parts += [(act.rule.code, act.rule.title, act.not_for) for act in self.acts]
        for code, words, not_for in parts:
            if states & set(not_for) and code not in kept:
                yield Withheld(words, tuple(state for state in not_for if state in states))


def contradictions(content: Content, facts: Facts) -> tuple[Contradiction, ...]:
    """The conflicts of advice that apply, in the order of the artefact.

    `facts["goals"]` and `facts["items"]` must name what is proposed too: `facts_of(chart, occasion, goals=…, items=…)`.
    """
    return tuple(
        Contradiction(
            act.rule.code,
            act.rule.title,
            act.rule.words,
            act.done_by,
            act.priority,
            act.due.counted(facts),
            act.told,
            act.sources,
        )
        for act in contradictions_of(content)
        if act.rule.holds(facts)
    )


def _variants(protocol: Protocol, facts: Facts) -> list[Aim]:
    """The goals of a pathway that hold. Raises `ContentError` for two variants of one: they must exclude each other."""
    aims: dict[str, Aim] = {}
    for aim in protocol.aims:
        if not holds(aim.applies, facts):
            continue
        if aim.code in aims:
            raise ContentError(
                f"{protocol.where}: goals {aims[aim.code].id} and {aim.id} are one goal and hold at once"
            )
        aims[aim.code] = aim
    return list(aims.values())


def _goal(protocol: Protocol, aim: Aim, facts: Facts) -> GoalDraft:
    due = aim.due.counted(facts) if aim.due else None
    return GoalDraft(
        aim.code,
        aim.words,
        aim.priority,
        aim.addresses or protocol.groups,
        aim.measure,
        aim.detail,
        due[0] if due else None,
        (protocol.canonical,),
        aim.sources,
    )


def _item(protocol: Protocol, act: ProtocolAction, aims: Iterable[Aim], facts: Facts) -> ItemDraft:
    held = {aim.id: aim.code for aim in aims}
    return ItemDraft(
        act.rule.code,
        act.rule.title,
        act.rule.words,
        act.kind,
        act.makes,
        act.done_by,
        act.due.counted(facts),
        act.priority,
        tuple(dict.fromkeys(held[goal] for goal in act.goal_ids if goal in held)),
        act.addresses or protocol.groups,
        (protocol.canonical,),
        act.sources,
    )


def _once(some: Iterable[T], code: Callable[[T], str], merge: Callable[[T, T], T]) -> tuple[T, ...]:
    """Each code once, at its first place."""
    merged_drafts: dict[str, T] = {}
    for draft in some:
        merged_drafts[code(draft)] = merge(merged_drafts[code(draft)], draft) if code(draft) in merged_drafts else draft
    return tuple(merged_drafts.values())


def _merged_goals(first: GoalDraft, second: GoalDraft) -> GoalDraft:
    """One goal of two pathways. Raises `ContentError` when they set different targets: no code may choose."""
    if (first.measure, first.detail) != (second.measure, second.detail):
        raise _differ(f"goal {first.code}", first.pathways, second.pathways)
    due_days = [one for one in (first.due_days, second.due_days) if one is not None]
    return replace(
        first,
        words=_both_words(first.words, second.words),
        priority=_higher(GOAL_PRIORITIES, first.priority, second.priority),
        addresses=_union(first.addresses, second.addresses),
        due_days=min(due_days, default=None),
        pathways=_union(first.pathways, second.pathways),
        sources=_union(first.sources, second.sources),
    )


def _merged_items(first: ItemDraft, second: ItemDraft) -> ItemDraft:
    """One item of two pathways. Raises `ContentError` when they would make different things of it."""
    if (first.kind, first.makes, first.done_by) != (second.kind, second.makes, second.done_by):
        raise _differ(f"item {first.code}", first.pathways, second.pathways)
    return replace(
        first,
        words=_both_words(first.words, second.words),
        due=min((one for one in (first.due, second.due) if one), key=_soonest, default=None),
        priority=_higher(PRIORITIES, first.priority, second.priority),
        goals=_union(first.goals, second.goals),
        addresses=_union(first.addresses, second.addresses),
        pathways=_union(first.pathways, second.pathways),
        sources=_union(first.sources, second.sources),
    )


def _differ(what: str, first: tuple[str, ...], second: tuple[str, ...]) -> ContentError:
    return ContentError(f"{' and '.join((*first, *second))} ask for the {what} in different ways")


def _union(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _both_words(first: str, second: str) -> str:
    return first if second in first else f"{first} {second}"


def _higher(order: tuple[str, ...], first: str, second: str) -> str:
    """The more pressing one; the order begins with the most pressing."""
    return min(first, second, key=order.index)


def _soonest(due: Due) -> float:
    """Business days spread over the week, so that terms of both kinds can be set in order."""
    return due[0] * 7 / 5 if due[1] == "business-day" else due[0]
