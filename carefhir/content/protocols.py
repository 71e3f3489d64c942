"""Reads pathways and conflicting advice from PlanDefinitions, and checks every element.

The supported parts of PlanDefinition are listed here. Anything else in an artefact is refused when it is loaded, naming
artefact and element: a part skipped in silence would be care that no one gives.

    type               clinical-protocol: a pathway
    useContext         code focus: the condition groups a pathway is for
    effectivePeriod    whether it is in force on a day
    purpose            the expected outcome, in words
    extension          applies (FHIRPath over facts), source, not-for (codes of whereabouts: whom it is not for; on a
                       goal or an action: whom that part is not for)
    goal               id, description (a code of care-goal, and words), priority, addresses (condition groups),
                       one target; extensions applies, due, not-for, source
    goal.target        measure (LOINC), detailQuantity, detailRange or detailCodeableConcept, due in days
    action             id, code (of care-item; of contradiction), title, description, priority, goalId,
                       reason (condition groups), one applicability condition (FHIRPath over facts);
                       extensions item-class, makes, done-by, told, due, not-for, source
    names, texts, dates, authors, citations of the artefact itself: for people, not read
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from carefhir.codes import BASE, CARE_GOAL, CARE_ITEM, CONDITION_GROUP, CONTRADICTION, LOINC, TEAM_ROLE, WHEREABOUTS
from carefhir.content.loading import Content, extensions, parts_of, value_of
from carefhir.content.rules import Facts, Rule, applies, rule_of
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig, first_text

CONTRADICTIONS = "contradictions"
"""The PlanDefinition that names conflicting advice."""

Due: TypeAlias = tuple[int, str]
"""So many `day` or `business-day`, counted from the day of the act."""

KINDS = ("now", "plan", "order")
MADE = ("Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment")
PRIORITIES = ("stat", "asap", "urgent", "routine")
GOAL_PRIORITIES = ("high-priority", "medium-priority", "low-priority")
_DETAILS = ("detailQuantity", "detailRange", "detailCodeableConcept")
_FOR_PEOPLE = (
    "resourceType id meta language text url identifier version name title subtitle status experimental date publisher "
    "contact description purpose usage copyright approvalDate lastReviewDate author editor reviewer endorser "
    "relatedArtifact jurisdiction topic"
)
_PLAN = frozenset(f"{_FOR_PEOPLE} type useContext effectivePeriod extension goal action".split())
_AIM = frozenset("id extension description priority addresses target".split())
_TARGET = frozenset(("measure", "due", *_DETAILS))
_ACT = frozenset("id extension code title description priority condition goalId reason".split())
_FRAME = frozenset("id extension code title description priority condition".split())
_RULE = frozenset("id extension code title description textEquivalent condition".split())
SUPPORTED = {"PlanDefinition": _PLAN, "goal": _AIM, "target": _TARGET, "action": _ACT | _RULE}
"""What is read, by where it stands; the rest is refused. `docs/supported-content.md` is made of it."""
_CITATION = ("source",)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a goal, an action or a number comes from, and how sure it is (V, S, D, K)."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """When something is due: counted from the day of the act, or from the last discharge."""

    count: int
    unit: str
    anchor: str

    def counted(self, facts: Facts) -> Due | None:
        """From the day of the act, never in the past; None if it is counted from a discharge that is not known."""
        if self.anchor == "now":
            return self.count, self.unit
        gone = [int(one) for one in facts.get("days_since_discharge", [])]
        return (max(0, self.count - gone[0]), self.unit) if gone else None


@dataclass(frozen=True, slots=True)
class Aim:
    """One goal of a pathway; several with one code are variants of it."""

    id: str
    code: str
    words: str
    priority: str
    addresses: tuple[str, ...]
    measure: str
    detail: Json
    due: Term | None
    applies: str
    sources: tuple[Source, ...]
    not_for: tuple[str, ...] = ()
    """Whom this goal does not serve, as codes of CodeSystem whereabouts."""


@dataclass(frozen=True, slots=True)
class ProtocolAction:
    """One action: an item of a pathway, or a conflict of advice (which makes nothing and serves no goal)."""

    rule: Rule
    kind: str
    makes: str
    done_by: str
    told: tuple[str, ...]
    due: Term
    priority: str
    goal_ids: tuple[str, ...]
    addresses: tuple[str, ...]
    sources: tuple[Source, ...]
    not_for: tuple[str, ...] = ()
    """Whom this item does not serve, as codes of CodeSystem whereabouts."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A PlanDefinition read as a pathway."""

    id: str
    canonical: str
    title: str
    expected: str
    groups: tuple[str, ...]
    applies: str
    aims: tuple[Aim, ...]
    acts: tuple[ProtocolAction, ...]
    not_for: tuple[str, ...] = ()
    """Whom it is not for, as codes of CodeSystem whereabouts (clinical practice, rules 24 and 38)."""

    @property
    def where(self) -> str:
        return f"PlanDefinition/{self.id}"


def protocols_of(content: Content, day: date | None = None) -> tuple[Protocol, ...]:
    """All pathways by id, or only those in force on a day. Raises `ContentError` for what is not supported."""
    plans = sorted(id_ for type_, id_ in content.artefacts if type_ == "PlanDefinition")
    pathway_ids = [one for one in plans if is_pathway(content.get("PlanDefinition", one))]
    return tuple(protocol_of(content, one) for one in pathway_ids if day is None or content.in_force(one, day)[1])


def is_pathway(plan: Json) -> bool:
    """Whether a PlanDefinition is a pathway, by its type."""
    return any(code == "clinical-protocol" for _, code in codings(plan, "type"))


def protocol_of(content: Content, id_: str) -> Protocol:
    """One pathway. Raises `ContentError` for what is not supported."""
    plan = content.get("PlanDefinition", id_)
    where = f"PlanDefinition/{id_}"
    _only(plan, _PLAN, ("applies", "not-for", *_CITATION), where)
    aims = tuple(_aim(content, one, f"{where}.goal[{n}]") for n, one in enumerate(plan.get("goal", [])))
    acts = tuple(_act(content, one, f"{where}.action[{n}]") for n, one in enumerate(plan.get("action", [])))
    goal_ids = {one.id for one in aims}
    lost = [goal for one in acts for goal in one.goal_ids if goal not in goal_ids]
    if lost or len(goal_ids) < len(aims):
        raise ContentError(f"{where}: " + (f"no goal has the id {lost[0]}" if lost else "two goals have one id"))
    return Protocol(
        id_,
        content.canonical("PlanDefinition", id_),
        str(plan.get("title", id_)),
        str(plan.get("purpose", "")),
        _focus(content, plan, where),
        applies(plan, where),
        aims,
        acts,
        not_for=_not_for(content, plan),
    )


def adds_conflicts(plan: Json) -> bool:
    """Whether a PlanDefinition adds conflicts of advice to ours (`content.fragments`)."""
    return any(str(value_of(each)).endswith(f"/{CONTRADICTIONS}") for each in extensions(plan, "adds-to"))


def only_rules(plan: Json, where: str) -> None:
    """Raises `ContentError` for an element of check-in rules that nothing reads."""
    _only(plan, _PLAN - {"goal", "useContext"}, ("applies", "parameter", *_CITATION), where)
    for n, action in enumerate(plan.get("action", [])):
        _only(action, _RULE, _CITATION, f"{where}.action[{n}]")


def contradictions_of(content: Content) -> tuple[ProtocolAction, ...]:
    """The conflicts of advice that can be named. Raises `ContentError` for what is not supported."""
    plan = content.get("PlanDefinition", CONTRADICTIONS)
    where = f"PlanDefinition/{CONTRADICTIONS}"
    _only(plan, _PLAN - {"goal", "useContext"}, _CITATION, where)
    return tuple(_clash(content, one, f"{where}.action[{n}]") for n, one in enumerate(plan.get("action", [])))


def _aim(content: Content, goal: Json, where: str) -> Aim:
    _only(goal, _AIM, ("applies", "due", "not-for", *_CITATION), where)
    targets = goal.get("target", [])
    if len(targets) > 1:
        raise ContentError(f"{where}.target: one target, not {len(targets)}")
    target: Json = targets[0] if targets else {}
    _only(target, _TARGET, (), f"{where}.target")
    detail = {name: target[name] for name in _DETAILS if name in target}
    measure = next((code for system, code in codings(target, "measure") if system == LOINC), "")
    if detail and not measure:
        raise ContentError(f"{where}.target: a detail without a LOINC measure cannot be judged")
    code = _code(content, goal, "description", CARE_GOAL, where)
    return Aim(
        _told_apart(goal, where),
        code,
        first_text(goal, "description.text") or content.concept(CARE_GOAL, code).display,
        _one_of(GOAL_PRIORITIES, next((found for _, found in codings(goal, "priority")), ""), f"{where}.priority"),
        _groups(content, goal, "addresses", where),
        measure,
        detail,
        _target_due(target, where) or _term(goal, where),
        applies(goal, where),
        _sources(goal),
        not_for=_not_for(content, goal),
    )


def _act(content: Content, action: Json, where: str) -> ProtocolAction:
    _only(action, _ACT, ("item-class", "makes", "done-by", "due", "not-for", *_CITATION), where)
    return ProtocolAction(
        _rule(content, action, CARE_ITEM, where),
        _one_of(KINDS, _extension(action, "item-class"), f"{where}: item-class"),
        _one_of(MADE, _extension(action, "makes"), f"{where}: makes"),
        _role(content, action, "done-by", where),
        (),
        _needed(_term(action, where), where),
        _one_of(PRIORITIES, str(action.get("priority", "")), f"{where}.priority"),
        tuple(map(str, action.get("goalId", []))),
        _groups(content, action, "reason", where),
        _sources(action),
        not_for=_not_for(content, action),
    )


def _clash(content: Content, action: Json, where: str) -> ProtocolAction:
    _only(action, _FRAME, ("done-by", "told", "due", *_CITATION), where)
    told = tuple(str(value_of(one)) for one in extensions(action, "told"))
    return ProtocolAction(
        _rule(content, action, CONTRADICTION, where),
        "",
        "",
        _role(content, action, "done-by", where),
        tuple(content.concept(TEAM_ROLE, one).code for one in told),
        _needed(_term(action, where), where),
        _one_of(PRIORITIES, str(action.get("priority", "")), f"{where}.priority"),
        (),
        (),
        _sources(action),
    )


def _only(element: Any, allowed: frozenset[str], ours: Iterable[str], where: str) -> None:
    """Refuses every element and extension that nothing here reads."""
    if not isinstance(element, dict) or any(not isinstance(one, dict) for one in element.get("extension", [])):
        raise ContentError(f"{where} is not what FHIR has there")
    odd = [name for name in element if name not in allowed]
    if odd:
        raise ContentError(f"{where}.{odd[0]} is not supported")
    urls = {f"{BASE}/StructureDefinition/{name}" for name in ours}
    strange = [str(one.get("url")) for one in element.get("extension", []) if one.get("url") not in urls]
    if strange:
        raise ContentError(f"{where}: the extension {strange[0].rpartition('/')[2]} is not supported")


def _code(content: Content, element: Json, path: str, system: str, where: str) -> str:
    """The one code of ours at a path."""
    codes = [code for of, code in codings(element, path) if of == system]
    if len(codes) != 1:
        raise ContentError(f"{where}.{path}: one code of {system.rpartition('/')[2]}, not {len(codes)}")
    return content.concept(system, codes[0]).code


def _rule(content: Content, action: Json, system: str, where: str) -> Rule:
    _code(content, action, "code", system, where)
    return rule_of(action, system, where)


def _groups(content: Content, element: Json, path: str, where: str) -> tuple[str, ...]:
    groups = list(codings(element, path))
    if len(groups) < len(list(dig(element, path))) or any(system != CONDITION_GROUP for system, _ in groups):
        raise ContentError(f"{where}.{path}: condition groups only")
    return tuple(content.concept(CONDITION_GROUP, code).code for _, code in groups)


def _focus(content: Content, plan: Json, where: str) -> tuple[str, ...]:
    groups: list[str] = []
    for use_context in plan.get("useContext", []):
        if use_context.get("code", {}).get("code") != "focus":
            raise ContentError(f"{where}.useContext: only focus is supported")
        groups += _groups(content, use_context, "valueCodeableConcept", f"{where}.useContext")
    return tuple(groups)


def _role(content: Content, action: Json, name: str, where: str) -> str:
    code = _extension(action, name)
    if not code:
        raise ContentError(f"{where}: the extension {name} is missing")
    return content.concept(TEAM_ROLE, code).code


def _not_for(content: Content, element: Json) -> tuple[str, ...]:
    """Whom something is not for. Raises `ContentError` for a state that nobody can be in."""
    return tuple(content.concept(WHEREABOUTS, str(value_of(each))).code for each in extensions(element, "not-for"))


def _extension(element: Json, name: str) -> str:
    return next((str(value_of(one)) for one in extensions(element, name)), "")


def _one_of(allowed: tuple[str, ...], code: str, what: str) -> str:
    if code not in allowed:
        raise ContentError(f"{what} is {code or 'missing'}; it must be one of {', '.join(allowed)}")
    return code


def _told_apart(goal: Json, where: str) -> str:
    id_ = goal.get("id")
    if not isinstance(id_, str):
        raise ContentError(f"{where} has no id, by which actions name it")
    return id_


def _term(element: Json, where: str) -> Term | None:
    """The extension `due`."""
    parts = next((parts_of(one) for one in extensions(element, "due")), None)
    if parts is None:
        return None
    term = Term(parts.get("count", -1), str(parts.get("unit")), str(parts.get("anchor")))
    if type(term.count) is not int or term.count < 0 or "risk" in parts:
        raise ContentError(f"{where}: its due term cannot be counted")
    if (term.unit, term.anchor) not in (("day", "now"), ("business-day", "now"), ("day", "discharge")):
        raise ContentError(f"{where}: a due term in {term.unit} from {term.anchor} is not supported")
    return term


def _needed(term: Term | None, where: str) -> Term:
    if term is None:
        raise ContentError(f"{where}: the extension due is missing")
    return term


def _target_due(target: Json, where: str) -> Term | None:
    """A target's due, a Duration in whole days."""
    due: Any = target.get("due")
    if due is None:
        return None
    if due.get("code") != "d" or type(due.get("value")) is not int:
        raise ContentError(f"{where}.target.due: whole days only")
    return Term(due["value"], "day", "now")


def _sources(element: Json) -> tuple[Source, ...]:
    return tuple(
        Source(str(parts.get("mark", "")), str(parts.get("text", "")))
        for parts in map(parts_of, extensions(element, "source"))
    )
