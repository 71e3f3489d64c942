"""Rules as data: conditions in FHIRPath over named facts, read from the actions of a PlanDefinition.

A rule says *when* (an expression such as `weight_gain_1_day >= 3`), *what* (a code) and *why* (words with a source);
the code says only what each fact is (`chart.facts`). So every threshold is in `profiles/`, next to its source,
and a site can change it. FHIRPath is the language R4 gives PlanDefinition conditions; `fhirpathpy` evaluates it. A fact
that is not known is an empty collection, and a comparison with it is not true: what is not known never fires a rule,
and rules that must notice silence ask for it by name (`weight_age_hours.empty()`).

Only what this module reads is supported: an expression that names an unknown fact, or is in another language, is
refused with an error (FHIRPath itself would silently return empty).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeAlias

from carefhir.content.loading import Content, extensions, value_of
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json

Facts: TypeAlias = Mapping[str, Any]
"""Facts by name: a list each, empty if nothing is known."""

LANGUAGE = "text/fhirpath"
_words = re.compile(r"'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z0-9_]*(?:\s*\()?|\$this")
_literal = re.compile(r"'([^'\\]+)'")
_OPERATORS = frozenset("and or xor not in contains implies true false div mod is as".split())


@dataclass(frozen=True, slots=True)
class Rule:
    """One action of a PlanDefinition that carries a condition."""

    id: str
    code: str
    title: str
    words: str
    expression: str
    action: Json

    def holds(self, facts: Facts) -> bool:
        """Whether its condition is true; one without a condition always is."""
        return holds(self.expression, facts)

    @property
    def names(self) -> frozenset[str]:
        """The codes its condition names."""
        return frozenset(_literal.findall(self.expression))


def read_rules(content: Content, plan_id: str, system: str) -> tuple[Rule, ...]:
    """The actions of a PlanDefinition with a code of that system. Raises `ContentError` for one that has none."""
    return tuple(rule_of(action, system, f"PlanDefinition/{plan_id}") for action in _actions(content, plan_id))


def _actions(content: Content, plan_id: str) -> list[Json]:
    actions: list[Json] = content.get("PlanDefinition", plan_id).get("action", [])
    return actions


def rule_of(action: Json, system: str, where: str) -> Rule:
    """One action as a rule."""
    codings = [coding for concept in action.get("code", []) for coding in concept.get("coding", [])]
    code = next((one["code"] for one in codings if one.get("system") == system), None)
    if code is None:
        raise ContentError(f"{where} has an action without a code of {system.rpartition('/')[2]}")
    return Rule(
        str(action.get("id", code)),
        code,
        str(action.get("title", "")),
        str(action.get("description", "")),
        condition_of(action, where),
        action,
    )


def condition_of(action: Json, where: str) -> str:
    """The expression of an action's applicability condition; "" where there is none. Raises `ContentError` for several,
    for another kind or another language."""
    conditions = action.get("condition", [])
    if not conditions:
        return ""
    if len(conditions) > 1 or conditions[0].get("kind") != "applicability":
        raise ContentError(f"{where} has a condition that is not one applicability condition in FHIRPath")
    return _expression(conditions[0].get("expression"), f"{where}: its condition")


def applies(element: Json, where: str) -> str:
    """The expression of our extension `applies`, for elements R4 gives no condition; "" where there is none."""
    conditions = list(extensions(element, "applies"))
    if len(conditions) > 1:
        raise ContentError(f"{where} has 'applies' more than once")
    return _expression(value_of(conditions[0]), f"{where}: 'applies'") if conditions else ""


def _expression(element: Any, what: str) -> str:
    """The text of an expression; one without text would apply to everyone."""
    text = element.get("expression") if isinstance(element, dict) and element.get("language") == LANGUAGE else None
    if not isinstance(text, str) or not text.strip():
        raise ContentError(f"{what} is not an expression in FHIRPath")
    return text


def holds(expression: str, facts: Facts) -> bool:
    """Whether an expression is true of the facts. Raises `ContentError` when it cannot be evaluated, or names an
    unknown fact."""
    if not expression:
        return True
    unknown = [name for name in names_in(expression) if name not in facts]
    if unknown:
        raise ContentError(f"a rule asks for the fact {unknown[0]!r}, which does not exist")
    asked = {name: facts[name] for name in names_in(expression)}
    try:
        return _answered(expression, _AskedFacts(asked))
    except TypeError:  # a fact that is no plain value cannot be looked up
        return _evaluated(expression, asked)


class _AskedFacts:
    """The facts that an expression names, to look its answer up by: 1, true and 1.0 are different facts."""

    __slots__ = ("facts", "key")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.key = tuple((name, tuple((type(value), value) for value in values)) for name, values in facts.items())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _AskedFacts) and self.key == other.key


@lru_cache(maxsize=65536)
def _answered(expression: str, given: _AskedFacts) -> bool:
    """The same question about the same facts is asked once: a population asks it a hundred thousand times."""
    return _evaluated(expression, given.facts)


def _evaluated(expression: str, facts: Facts) -> bool:
    try:
        values = _compiled(expression)(dict(facts))
    except Exception as error:  # noqa: BLE001 — the engine raises whatever its parser or operators raise
        raise ContentError(f"the rule {expression!r} cannot be evaluated ({type(error).__name__})") from None
    if len(values) > 1 or any(type(one) is not bool for one in values):
        raise ContentError(f"the rule {expression!r} is not a question that is true or false")
    return values == [True]


@cache
def names_in(expression: str) -> tuple[str, ...]:
    """The facts an expression names: its words that are not text, operator or function."""
    words = (one for one in _words.findall(expression) if one[0] not in "'$" and not one.endswith("("))
    return tuple(dict.fromkeys(one for one in words if one not in _OPERATORS))


@cache
def _compiled(expression: str) -> Callable[[dict[str, Any]], list[Any]]:
    from fhirpathpy import compile as compiled  # loaded when the first rule is asked

    evaluate = compiled(expression)
    return lambda facts: evaluate(facts, None)
