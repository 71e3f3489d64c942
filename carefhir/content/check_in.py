"""Check-ins as content: the forms, what was answered, and the result by the rules in force.

A color is never guessed. Each pathway in force is asked by its own rules (`PlanDefinition/check-in-rules-…`), so are
the rules that hold for everyone, and the worst color counts. Green needs the green rule of each of them to hold;
without it the result is *cannot say* (clinical practice, rule 21).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from carefhir.codes import CHECK_IN_ITEM, LOINC, TRIAGE
from carefhir.content import composing, scoring
from carefhir.content.loading import Content, ContentKey
from carefhir.content.quantities import Kind, kind_of_item
from carefhir.content.rules import Facts, Rule, applies, holds, read_rules
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings

CHECK_IN = (CHECK_IN_ITEM, "check-in")
RULES = "check-in-rules-"

WORST_LAST = ("green", "cannot-say", "yellow", "red-urgent", "emergency")
"""The results, from the least to the most pressing."""
PRESSING = ("red-urgent", "emergency")
"""The results that a provider is told by voice, today."""


def forms(content: Content) -> dict[str, Json]:
    """The check-in Questionnaires, by url."""
    questionnaires = (one for (type_, _), one in content.artefacts.items() if type_ == "Questionnaire")
    return {str(one["url"]): one for one in questionnaires if CHECK_IN in codings(one, "code")}


def is_check_in(content: Content, canonical: str) -> bool:
    """Whether a canonical is that of a check-in: of one form, or of one composed of several."""
    url = canonical.partition("|")[0]
    return url in forms(content) or composing.by_url(content.artefacts, url) is not None


def recognize(content: Content, canonical: str, other: Json | None, link_ids: Iterable[str] = ()) -> Json | None:
    """The check-in form a response answers: by its url, by the codes of the Questionnaire it was made for, or at last
    the form that asks most of what it answers: a danger is heard in a response that names no form, or another one."""
    form_by_url = forms(content)
    url = canonical.partition("|")[0]
    form = form_by_url.get(url) or composing.by_url(content.artefacts, url)
    fitting = [each for each in form_by_url.values() if scoring.made_for(each, other)]
    best = max(fitting, key=lambda each: len(_codes(each) & _codes(other or {})), default=None)
    answered = set(link_ids)
    nearest = max(form_by_url.values(), key=lambda each: len(answered & set(items(each))), default=None)
    return form or best or (nearest if nearest and answered & set(items(nearest)) else None)


def _codes(form: Json) -> set[tuple[str, str]]:
    """The codes of a form's questions."""
    return {code for item in form.get("item", []) for code in codings(item, "code")}


def items(form: Json) -> dict[str, Json]:
    """The questions of a form, by linkId."""
    return {str(one["linkId"]): one for one in form.get("item", []) if one.get("type") != "display"}


def widened(content: Content, form: Json) -> Json:
    """A form with the questions of our other check-ins behind its own: what was answered beside it is read, too."""
    own = items(form)
    others = {link_id: item for each in forms(content).values() for link_id, item in items(each).items()}
    return {**form, "item": [*own.values(), *(item for link_id, item in others.items() if link_id not in own)]}


@dataclass(frozen=True, slots=True)
class CheckInPathway:
    """The rules of one pathway, and the form that asks what they need."""

    id: str
    canonical: str
    plan: Json
    form: Json | None
    """None for the rules that hold for everyone: they are about what every form asks."""
    rules: tuple[Rule, ...]

    @property
    def items(self) -> dict[str, Json]:
        """Its questions, by linkId."""
        return items(self.form) if self.form else {}

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that must be answered."""
        return tuple(link_id for link_id, item in self.items.items() if item.get("required"))


def pathways(content: Content) -> tuple[CheckInPathway, ...]:
    """Every pathway that has check-in rules, and the rules for everyone."""
    every = forms(content)
    return tuple(
        CheckInPathway(
            id=id_,
            canonical=content.canonical(type_, id_),
            plan=plan,
            form=every.get(_form_url(plan)),
            rules=read_rules(content, id_, TRIAGE),
        )
        for (type_, id_), plan in sorted(content.artefacts.items())
        if type_ == "PlanDefinition" and id_.startswith(RULES)
    )


def _form_url(plan: Json) -> str:
    """The url of the form whose answers rules judge; artefacts that they were compared with are for people."""
    related = (each for each in plan.get("relatedArtifact", []) if each.get("type") == "depends-on")
    return next((str(each.get("resource", "")) for each in related), "")


def in_force(content: Content, form: Json, facts: Facts, answered: Iterable[str] = ()) -> tuple[CheckInPathway, ...]:
    """The pathways that apply to the person, those whose questions the form asks, and those of which any question was
    answered beside the form: answers count even if a diagnosis could not be seen."""
    asked = set(items(form))
    beside = set(answered) - asked
    return tuple(
        pathway
        for pathway in pathways(content)
        if applies_to(pathway, facts) or _asked_whole(pathway, asked) or beside & set(pathway.items)
    )


def applies_to(pathway: CheckInPathway, facts: Facts) -> bool:
    """Whether a pathway is for this person."""
    return holds(applies(pathway.plan, pathway.id) or "false", facts)


def _asked_whole(pathway: CheckInPathway, asked: set[str]) -> bool:
    """Whether a form asks everything the pathway needs."""
    return bool(pathway.questions) and set(pathway.questions) <= asked


def form_for(content: Content, facts: Facts) -> Json | None:
    """The one form to ask a person next, for all their pathways together."""
    applying = [pathway for pathway in pathways(content) if pathway.form and applies_to(pathway, facts)]
    return _one_form(content, applying) if applying else None


def form_of_all(content: Content) -> Json:
    """The form that asks for every pathway, for somebody of whom it is not known which apply."""
    return _one_form(content, [pathway for pathway in pathways(content) if pathway.form])


def _one_form(content: Content, applying: Iterable[CheckInPathway]) -> Json:
    """The shortest form that asks everything these pathways need: one that is written, else one composed of theirs."""
    parts = [pathway.form for pathway in applying if pathway.form]
    wanted = {link_id for form in parts for link_id in items(form)}
    fitting = [form for form in forms(content).values() if wanted <= set(items(form))]
    whole = content.get("Questionnaire", composing.id_of(str(form["id"]) for form in parts))
    return min([*fitting, whole], key=lambda form: len(items(form)))


@dataclass(frozen=True, slots=True)
class Triage:
    """The result of a check-in: the color, the rules that gave it, worst first, and what green would have needed."""

    color: str
    rules: tuple[Rule, ...]
    missing: tuple[str, ...]
    unanswered: tuple[str, ...]
    artefacts: tuple[str, ...]
    hospice: str = ""
    """What to do at once in place of what the rules say, where a hospice cares for the person."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The titles of the rules that gave the color itself."""
        return tuple(one.title for one in self.rules if one.code == self.color)

    @property
    def orders(self) -> tuple[str, ...]:
        """What must be done at once, each only once; none if it can wait for a call."""
        if self.color not in PRESSING:
            return ()
        if self.hospice:
            return (self.hospice,)
        texts = (str(one.action.get("textEquivalent", "")) for one in self.rules if one.code == self.color)
        return tuple(dict.fromkeys(one for one in texts if one))

    @property
    def instructions(self) -> tuple[str, ...]:
        """The same, with the reasons before it."""
        return tuple(f"{'; '.join(self.reasons).upper()}. {one}" for one in self.orders)


def triage(
    in_force: Iterable[CheckInPathway], facts_for: Callable[[CheckInPathway], Facts], unproven: Iterable[str] = ()
) -> Triage:
    """Applies the rules of each pathway, in order; a rule may ask which earlier rules hold. `unproven` is what else
    keeps the result from being green."""
    colors, fired, missing, artefacts = ["green"], [], [], []
    unanswered: dict[str, None] = {}
    of_a_form = False
    for pathway in in_force:
        artefacts.append(pathway.canonical)
        of_a_form = of_a_form or pathway.form is not None
        facts = dict(facts_for(pathway))
        unanswered |= dict.fromkeys(facts["unanswered"])
        rules = holding(pathway, facts)
        green = [rule for rule in pathway.rules if rule.code == "green"]
        lacking = [rule for rule in green if not rule.holds(facts)]
        colors += [*(rule.code for rule in rules), *(["cannot-say"] if lacking or not green else [])]
        needs = f"({pathway.plan.get('title', pathway.id)})"
        missing += [f"green needs: {rule.title} {needs}" for rule in lacking]
        fired += rules
    doubts = tuple(unproven)
    if doubts or not of_a_form:
        colors.append("cannot-say")
    worst = max(colors, key=WORST_LAST.index)
    ranked = sorted(fired, key=lambda rule: -WORST_LAST.index(rule.code))
    once = {(rule.code, rule.title): rule for rule in ranked}
    return Triage(
        color=worst,
        rules=tuple(once.values()),
        missing=(*missing, *(f"green needs: {doubt}" for doubt in doubts)),
        unanswered=tuple(unanswered),
        artefacts=tuple(artefacts),
    )


def holding(pathway: CheckInPathway, facts: dict[str, Any]) -> list[Rule]:
    """The rules of a pathway that hold; `holding` names the earlier ones to the later ones."""
    facts["holding"] = []
    rules = []
    for rule in pathway.rules:
        if rule.code != "green" and rule.holds(facts):
            rules.append(rule)
            facts["holding"] = [*facts["holding"], rule.id]
    return rules


def named(form: Json, link_ids: Iterable[str]) -> tuple[str, ...]:
    """Questions in words."""
    texts = {link_id: str(item.get("text", link_id)) for link_id, item in items(form).items()}
    return tuple(texts.get(one, one) for one in link_ids)


def measured(content: Content) -> Mapping[str, Kind]:
    """What each question that takes a number measures, by linkId, of all check-ins."""
    return _measured(ContentKey(content))


@lru_cache(maxsize=8)
def _measured(key: ContentKey) -> Mapping[str, Kind]:
    concepts = key.content.concepts(CHECK_IN_ITEM)
    questions = {link_id: item for form in forms(key.content).values() for link_id, item in items(form).items()}
    kinds = {link_id: kind_of_item(key.content, item, concepts) for link_id, item in questions.items()}
    return {link_id: kind for link_id, kind in kinds.items() if kind and questions[link_id].get("type") == "quantity"}


def written_as(content: Content) -> Mapping[str, Kind]:
    """Those of them that are a reading of their own, with a LOINC code; not the extremes of a week."""
    questions = {link_id: item for form in forms(content).values() for link_id, item in items(form).items()}
    return {
        link_id: kind
        for link_id, kind in measured(content).items()
        if any(system == LOINC for system, _ in codings(questions[link_id], "code"))
    }


def symptoms(content: Content, link_ids: Iterable[str]) -> tuple[str, ...]:
    """The symptoms that a yes to these questions means; two questions for one symptom count once."""
    concepts = content.concepts(CHECK_IN_ITEM)
    meant = (concepts[one].properties.get("symptom") for one in link_ids if one in concepts)
    return tuple(dict.fromkeys(str(one) for one in meant if one))
