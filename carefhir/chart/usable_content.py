"""Whether a site's own content can be used, asked when it is loaded: what cannot is refused by name.

A feature that nothing here carries out, or an expression that names no fact, would be care that nobody gives; better
that nothing starts than that it goes unnoticed. Our own artefacts are held by tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import NAMED_FACT, TRIAGE
from carefhir.content import hospital_score, protocols
from carefhir.content.check_in import RULES
from carefhir.content.form_check import check_form
from carefhir.content.layers import PACKAGE, origins
from carefhir.content.loading import Content, ContentKey, content_of, parameters
from carefhir.content.named_facts import ANSWERS, named_facts
from carefhir.content.rules import Facts, applies, holds, names_in, read_rules
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.occasion import Actor, Occasion

BY_GRANT = frozenset({"gated-text"})
"""What a site may be permitted to use: not for this check to decide."""


def usable(content: Content) -> Content:
    """The content, if all that a site added to it can be used. Raises `ContentError` naming the first that cannot."""
    reasons = refusals(content)
    if reasons:
        more = f" (and {len(reasons) - 1} more: carefhir content)" if len(reasons) > 1 else ""
        raise ContentError(f"{reasons[0]}{more}")
    return content


def refusals(content: Content) -> tuple[str, ...]:
    """Why a site's artefacts cannot be used: a sentence each, with the artefact and where it comes from."""
    return _refusals(ContentKey(content))


@lru_cache(maxsize=8)
def _refusals(key: ContentKey) -> tuple[str, ...]:
    content = key.content
    theirs = {each: origin for each, origin in origins(content.layers).items() if origin != PACKAGE}
    if not theirs:
        return ()
    own = content_of(tuple(layer for layer in content.layers if layer.origin == PACKAGE))
    facts = _facts(content, own)
    reasons = []
    for (type_, id_), origin in sorted(theirs.items()):
        artefact, ours = content.artefacts[type_, id_], own.artefacts.get((type_, id_))
        reasons += [f"{type_}/{id_} ({origin}): {why}" for why in _reasons(content, own, artefact, ours, facts)]
    return tuple(reasons)


def _reasons(content: Content, own: Content, artefact: Json, ours: Json | None, facts: dict[str, Any]) -> Iterator[str]:
    type_, id_ = str(artefact["resourceType"]), str(artefact["id"])
    if type_ == "Questionnaire":
        faults = (each for each in check_form(content, artefact).findings if each.level == "fault")
        yield from (f"{each.where or 'form'}: {each.what}" for each in faults if each.code not in BY_GRANT)
    elif type_ == "PlanDefinition":
        try:
            expressions = _expressions(content, artefact, ours)
            yield from _unknown(expressions, facts | _asked_in_check_ins(own) if id_.startswith(RULES) else facts)
        except ContentError as error:
            yield error.message
    elif str(artefact.get("url", "")) == NAMED_FACT:
        try:
            named_facts(content)
        except ContentError as error:
            yield error.message
    elif ours is not None and type_ == "CodeSystem":
        theirs = {concept.get("code") for concept in artefact.get("concept", [])}
        lacking = [str(code) for code in (each["code"] for each in ours.get("concept", [])) if code not in theirs]
        if lacking:
            yield f"it lacks the code {lacking[0]}, which ours has"


def _expressions(content: Content, plan: Json, ours: Json | None) -> tuple[str, ...]:
    """The conditions of a plan, read as what it is. Raises `ContentError` for one that is nothing of ours."""
    id_ = str(plan["id"])
    if protocols.is_pathway(plan):
        protocol = protocols.protocol_of(content, id_)
        own = (
            protocol.applies,
            *(aim.applies for aim in protocol.aims),
            *(act.rule.expression for act in protocol.acts),
        )
    elif id_ == protocols.CONTRADICTIONS or protocols.adds_conflicts(plan):
        own = tuple(act.rule.expression for act in protocols.contradictions_of(content))
    elif id_.startswith(RULES):
        protocols.only_rules(plan, f"PlanDefinition/{id_}")
        own = (applies(plan, id_), *(rule.expression for rule in read_rules(content, id_, TRIAGE)))
    elif ours is not None:
        lacking = sorted(set(parameters(ours)) - set(parameters(plan)))
        if lacking:
            raise ContentError(f"it lacks the parameter {lacking[0]}, which ours has")
        if id_ == hospital_score.PLAN:
            hospital_score.form_of(content)
        own = ()
    else:
        raise ContentError(f"it is no pathway, no {RULES}… and none of ours: nothing would use it")
    return tuple(expression for expression in own if expression)


def _unknown(expressions: Iterable[str], facts: Facts) -> Iterator[str]:
    """Expressions that name no fact of ours, or cannot be evaluated."""
    for expression in dict.fromkeys(expressions):
        odd = [name for name in names_in(expression) if name not in facts]
        if odd:
            yield f"a rule asks for the fact {odd[0]!r}, which does not exist"
            continue
        try:
            holds(expression, facts)
        except ContentError as error:
            yield error.message


def _facts(content: Content, own: Content) -> dict[str, Any]:
    """Every fact of a person of whom nothing is on record, and those that the content names."""
    occasion = Occasion(datetime(2026, 1, 1, tzinfo=UTC), Actor(""), own, UTC)
    try:
        names = tuple(named_facts(content))
    except ContentError:  # said of the artefact that it is
        names = ()
    return {**{name: [] for name in names}, **facts_of(Chart(), occasion)}


def _asked_in_check_ins(own: Content) -> dict[str, Any]:
    """The facts that our own check-in rules ask for, and those that are about numbers given in a check-in."""
    names: set[str] = {name for name, fact in named_facts(own).items() if fact.takes in ANSWERS}
    for type_, id_ in own.artefacts:
        if type_ == "PlanDefinition" and id_.startswith(RULES):
            rules = read_rules(own, id_, TRIAGE)
            names |= {name for rule in rules for name in names_in(rule.expression)}
    return {name: [] for name in names}
