"""Check-ins as content: the forms, what was answered, and the result by the rules in force.

A color is never guessed. Each pathway in force is asked by its own rules (`PlanDefinition/check-in-rules-…`), the
worst color counts, and green needs its own rule to hold; without it the result is *cannot say*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from carefhir.codes import CHECK_IN_ANSWER, CHECK_IN_ITEM, TRIAGE
from carefhir.content import scoring
from carefhir.content.loading import Content
from carefhir.content.rules import Facts, Rule, applies, holds, read_rules
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, first_text

CHECK_IN = (CHECK_IN_ITEM, "check-in")
RULES = "check-in-rules-"
UNIT_OPTION = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption"

WORST_LAST = ("green", "cannot-say", "yellow", "red-urgent", "emergency")
"""The results, from the least to the most pressing."""
PRESSING = ("red-urgent", "emergency")
"""The results that a provider is told by voice, today."""


def forms(content: Content) -> dict[str, Json]:
    """The check-in Questionnaires, by url."""
    questionnaires = (one for (type_, _), one in content.artefacts.items() if type_ == "Questionnaire")
    return {str(one["url"]): one for one in questionnaires if CHECK_IN in codings(one, "code")}


def recognize(content: Content, canonical: str, other: Json | None) -> Json | None:
    """The check-in form a response answers: by its url, or by the codes of the Questionnaire it was made for."""
    form_by_url = forms(content)
    form = form_by_url.get(canonical.partition("|")[0])
    return form or next((one for one in form_by_url.values() if scoring.made_for(one, other)), None)


def items(form: Json) -> dict[str, Json]:
    """The questions of a form, by linkId."""
    return {str(one["linkId"]): one for one in form.get("item", []) if one.get("type") != "display"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as it was given, in UCUM."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered. What is in neither `yes` nor `no` is not known."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    numbers: dict[str, Measured] | None = None
    texts: dict[str, str] | None = None
    asked: frozenset[str] = frozenset()
    odd: tuple[str, ...] = ()
    """What was given but cannot be used, by linkId."""

    def number(self, link_id: str) -> Measured | None:
        return (self.numbers or {}).get(link_id)

    def text(self, link_id: str) -> str:
        return (self.texts or {}).get(link_id, "")


def read_answers(content: Content, form: Json, response: Json, other: Json | None = None) -> Answers:
    """The answers of a response, item by item."""
    given = scoring.answered(content, form, response, other)
    yes, no, odd = [], [], []
    numbers: dict[str, Measured] = {}
    texts: dict[str, str] = {}
    for link_id, item in items(form).items():
        answer = next(iter(given.get(link_id, ())), None)
        if answer is None:
            continue
        answer_codes = {code for system, code in codings(answer, "valueCoding") if system == CHECK_IN_ANSWER}
        yes += [link_id] if "yes" in answer_codes else []
        no += [link_id] if "no" in answer_codes else []
        text = first_text(answer, "valueString") or first_text(answer, "valueDateTime")
        if text:
            texts[link_id] = text
        if item.get("type") == "quantity":
            number = _measured(answer, units(item))
            if number is None:
                odd.append(f"linkId {link_id}: takes a number in {' or '.join(units(item))}")
            else:
                numbers[link_id] = number
    return Answers(tuple(yes), tuple(no), numbers, texts, frozenset(given), tuple(odd))


def units(item: Json) -> tuple[str, ...]:
    """The UCUM units a question takes."""
    options = [one for one in item.get("extension", []) if one.get("url") == UNIT_OPTION]
    return tuple(code for one in options for _, code in codings(one, "valueCoding"))


def _measured(answer: Json, taken: tuple[str, ...]) -> Measured | None:
    quantity = answer.get("valueQuantity")
    if not isinstance(quantity, dict) or quantity.get("comparator"):
        return None
    value, unit = quantity.get("value"), str(quantity.get("code") or quantity.get("unit") or "")
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or unit not in taken:
        return None
    return Measured(Decimal(value), unit)


@dataclass(frozen=True, slots=True)
class CheckInPathway:
    """The rules of one pathway, and the form that asks what they need."""

    id: str
    canonical: str
    plan: Json
    form: Json
    rules: tuple[Rule, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that must be answered."""
        return tuple(link_id for link_id, item in items(self.form).items() if item.get("required"))


def pathways(content: Content) -> tuple[CheckInPathway, ...]:
    """Every pathway that has check-in rules."""
    pathways_with_rules = []
    form_by_url = forms(content)
    for (type_, id_), plan in sorted(content.artefacts.items()):
        if type_ == "PlanDefinition" and id_.startswith(RULES):
            resource = first_text(plan, "relatedArtifact.resource") or ""
            rules = read_rules(content, id_, TRIAGE)
            pathways_with_rules.append(
                CheckInPathway(id_, content.canonical(type_, id_), plan, form_by_url[resource], rules)
            )
    return tuple(pathways_with_rules)


def in_force(content: Content, form: Json, facts: Facts) -> tuple[CheckInPathway, ...]:
    """The pathways that apply to the person, and those whose questions the form asks: answers count even if a diagnosis
    could not be seen."""
    asked = set(items(form))
    every = pathways(content)
    return tuple(
        one for one in every if holds(applies(one.plan, one.id) or "false", facts) or set(one.questions) <= asked
    )


def form_for(content: Content, facts: Facts) -> Json | None:
    """The one form to ask a person next, for all their pathways together."""
    mine = [one for one in pathways(content) if holds(applies(one.plan, one.id) or "false", facts)]
    wanted = {question for one in mine for question in one.questions}
    fitting = [one for one in forms(content).values() if wanted <= set(items(one))]
    return min(fitting, key=lambda one: len(items(one)), default=None) if mine else None


@dataclass(frozen=True, slots=True)
class Triage:
    """The result of a check-in: the color, the rules that gave it, worst first, and what green would have needed."""

    color: str
    rules: tuple[Rule, ...]
    missing: tuple[str, ...]
    unanswered: tuple[str, ...]
    artefacts: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The titles of the rules that gave the color itself."""
        return tuple(one.title for one in self.rules if one.code == self.color)

    @property
    def orders(self) -> tuple[str, ...]:
        """What must be done at once, each only once; none if it can wait for a call."""
        if self.color not in PRESSING:
            return ()
        texts = (str(one.action.get("textEquivalent", "")) for one in self.rules if one.code == self.color)
        return tuple(dict.fromkeys(one for one in texts if one))

    @property
    def instructions(self) -> tuple[str, ...]:
        """The same, with the reasons before it."""
        return tuple(f"{'; '.join(self.reasons).upper()}. {one}" for one in self.orders)


def triage(pathways_in_use: Iterable[CheckInPathway], facts_for: Callable[[CheckInPathway], Facts]) -> Triage:
    """Applies the rules of each pathway, in order; a rule may ask which earlier rules hold."""
    colors, fired, missing, artefacts = ["green"], [], [], []
    unanswered: dict[str, None] = {}
    for pathway in pathways_in_use:
        artefacts.append(pathway.canonical)
        facts = dict(facts_for(pathway))
        unanswered |= dict.fromkeys(facts["unanswered"])
        facts["holding"] = []
        mine = []
        for rule in pathway.rules:
            if rule.code != "green" and rule.holds(facts):
                mine.append(rule)
                facts["holding"] = [*facts["holding"], rule.id]
        green = [one for one in pathway.rules if one.code == "green"]
        enough = any(one.holds(facts) for one in green)
        colors += [one.code for one in mine] or ["green" if enough else "cannot-say"]
        missing += (
            [] if enough else [f"green needs: {one.title} ({pathway.plan.get('title', pathway.id)})" for one in green]
        )
        fired += mine
    if not artefacts:
        colors = ["cannot-say"]
    worst = max(colors, key=WORST_LAST.index)
    ranked = sorted(fired, key=lambda one: -WORST_LAST.index(one.code))
    once = {(one.code, one.title): one for one in ranked}
    return Triage(worst, tuple(once.values()), tuple(missing), tuple(unanswered), tuple(artefacts))


def named(form: Json, link_ids: Iterable[str]) -> tuple[str, ...]:
    """Questions in words."""
    texts = {link_id: str(item.get("text", link_id)) for link_id, item in items(form).items()}
    return tuple(texts.get(one, one) for one in link_ids)


def symptoms(content: Content, link_ids: Iterable[str]) -> tuple[str, ...]:
    """The symptoms that a yes to these questions means; two questions for one symptom count once."""
    item_concepts = content.concepts(CHECK_IN_ITEM)
    symptom_codes = (item_concepts[one].properties.get("symptom") for one in link_ids if one in item_concepts)
    return tuple(dict.fromkeys(str(one) for one in symptom_codes if one))
