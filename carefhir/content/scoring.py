"""Instruments: checks a QuestionnaireResponse against its Questionnaire, scores it, finds what endangers the patient.

All numbers are in `profiles/`: weights on the answer options, the rule and its items on the Questionnaire,
bands and findings on the ObservationDefinition. An answer without a weight ("don't know", "refused") does not count as
an answer; an unanswered item never scores; one that the form does not ask after an earlier answer (enableWhen) is not
unanswered, and adds nothing. Which instrument it is: `recognizing.py`; which answer belongs to which
item: `matched_answers.py`; what endangers the patient: `safety_items.py`. All of it can be asked for here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod

from carefhir.codes import BAND
from carefhir.content.form_items import AnsweredItem, asked, flat, options_of, plain, weight_of
from carefhir.content.loading import Content, all_parts, extensions, parts_of, value_of
from carefhir.content.matched_answers import (
    answered,
    definition_id,
    given_answers,
    link_ids,
    matched,
    results_of,
    turned_round,
    words_in,
)
from carefhir.content.recognizing import also_asked, made_for, recognize, respondent, short_name
from carefhir.content.safety_items import (
    Danger,
    dangers_of,
    positive,
    safety_asked,
    safety_items,
    strays,
    unanswered_findings,
    worst_safety_answer,
)
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings

__all__ = [
    "Danger",
    "Judgment",
    "Score",
    "Whose",
    "also_asked",
    "answered",
    "banded",
    "function_losses",
    "given_answers",
    "judge",
    "link_ids",
    "losses_by_points",
    "made_for",
    "positive",
    "recognize",
    "respondent",
    "restricted_items",
    "safety_asked",
    "safety_items",
    "short_name",
    "turned_round",
    "unanswered_findings",
    "wholly_restricted",
    "words_in",
    "worst_safety_answer",
]


@dataclass(frozen=True, slots=True)
class Score:
    """One scored item group: points, their band, and the finding of that band, if any."""

    definition: str
    code: Json
    categories: tuple[Json, ...]
    value_type: str
    points: int
    band: str
    label: str
    codings: tuple[Json, ...]
    finding: str
    restricted: bool = False
    """Whether it stays out of everything that others than the care team see, whatever it says (rule 4)."""
    note: str = ""
    """What else to know of it; "" where there is nothing."""
    losses: tuple[tuple[str, int], ...] = ()
    """How many activities need help, by kind (CodeSystem function-loss), where the answers tell it."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a response says: what is wrong with its form, what endangers the patient, what it scores."""

    objections: tuple[str, ...]
    dangers: tuple[Danger, ...]
    scores: tuple[Score, ...]
    unscored: tuple[str, ...]
    at_least: tuple[Score, ...] = ()
    """Of each sum that lacks answers, what those that were given add up to: it is no score, and is not less either."""
    restricted: bool = False
    """Whether answers are among them that stay out of everything that others than the care team see."""
    not_alone: tuple[str, ...] = ()
    """The results that do not count, for the person was not alone, or somebody else answered: asked again alone."""


@dataclass(frozen=True, slots=True)
class Whose:
    """What a score rests on beside the answers."""

    gender: str = ""
    """Administrative gender of the patient, for bands that differ by it; "" where it is not known."""
    by_other: bool = False
    """Whether somebody else than the patient answered: then nothing counts that only the patient can say."""
    age: int | None = None
    """Age in years, for bands that hold from an age on; None where it is not known: then they hold."""


NOBODY_KNOWN = Whose()
LIMIT_IN_DOUBT = "the limit differs between men and women, and which applies is not on record: the lower"


def judge(
    content: Content, instrument: Json, response: Json, other: Json | None = None, whose: Whose = NOBODY_KNOWN
) -> Judgment:
    """Checks and scores a response. `other` is the Questionnaire it was really made for, where that is not ours."""
    items = {item["linkId"]: item for item in flat(instrument.get("item")) if item.get("type") != "display"}
    by_code = {code: link_id for link_id, item in items.items() for code in codings(item, "code")}
    results = results_of(content, instrument)
    given, objections, totals = matched(response, items, by_code, results, other)
    unasked = frozenset(link_id for link_id, item in items.items() if not asked(item, given))
    weights: dict[str, int] = {}
    for link_id, item in items.items():
        objections += _check(item, given.get(link_id, ()), weights, required=link_id not in unasked)
    every = (*dangers_of(items, given, response), *strays(content, items, response))
    dangers = tuple({danger.finding: danger for danger in reversed(every)}.values())[::-1]
    if response.get("modifierExtension"):
        objections.append("the response has an element that may change its meaning (modifierExtension)")
    answers = {link_id for link_id, some in given.items() if any(item.answers for item in some)}
    contrary = [link_id for link_id in items if link_id in unasked & answers]
    objections += [f"linkId {link_id}: answered, and an earlier answer says otherwise" for link_id in contrary]
    rules = tuple(ScoreRule(content, extension, unasked) for extension in extensions(instrument, "score"))
    scores: list[Score] = []
    unscored: list[str] = []
    for rule in rules:
        score_or_reason = rule.score(weights, whose, _codes_given(rule.items, given))
        if isinstance(score_or_reason, Score):
            lost = function_losses(instrument, score_or_reason.definition, weights)
            scores.append(replace(score_or_reason, losses=lost))
        else:
            unscored.append(score_or_reason)
    lower_bounds = tuple(bound for rule in rules if (bound := rule.at_least(weights, whose)) is not None)
    objections += [why for rule in rules if (why := rule.lacks(scores, lower_bounds, answers))]
    for score in scores:
        claimed = totals.get(score.definition)
        if claimed is not None and claimed != score.points:
            objections.append(f"the total given for {score.definition} is not the sum of the answers")
    return Judgment(
        tuple(objections),
        dangers,
        tuple(scores),
        tuple(unscored),
        at_least=lower_bounds,
        restricted=any(rule.restricted and answers & set(rule.items) for rule in rules),
        not_alone=tuple(rule.definition for rule in rules if rule.asked_before_others(weights, whose)),
    )


def function_losses(instrument: Json, definition: str, weights: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """How many activities need help by the answers behind one result, by kind (extension function-loss); () where the
    instrument counts none. An activity of which one item tells it is lost once."""
    lost: dict[str, set[str]] = {}
    for extension in extensions(instrument, "function-loss"):
        if definition_id(extension) != definition:
            continue
        parts = parts_of(extension)
        activities = lost.setdefault(str(parts["kind"]), set())
        if any(weights.get(str(item), parts["below"]) < parts["below"] for item in all_parts(extension, "item")):
            activities.add(str(parts["activity"]))
    return tuple((kind, len(activities)) for kind, activities in lost.items())


def losses_by_points(content: Content, definition: str, points: int) -> tuple[tuple[str, int], ...]:
    """How many activities need help by a total alone, by kind (extension function-loss-by-points); () where it does not
    tell."""
    some = []
    for extension in extensions(content.get("ObservationDefinition", definition), "function-loss-by-points"):
        parts = parts_of(extension)
        if "most" in parts and 0 <= points <= parts["most"]:
            some.append((str(parts["kind"]), int(parts["most"]) - points))
        elif parts.get("none") == points:
            some.append((str(parts["kind"]), 0))
    return tuple(some)


def restricted_items(instrument: Json) -> frozenset[str]:
    """The linkIds whose answers stay out of everything that others than the care team see."""
    return frozenset(
        str(link_id)
        for extension in extensions(instrument, "score")
        if parts_of(extension).get("restricted") is True
        for link_id in all_parts(extension, "item")
    )


def wholly_restricted(instrument: Json) -> bool:
    """Whether all that an instrument scores is restricted: then so is everything that is written of it."""
    scored = list(extensions(instrument, "score"))
    return bool(scored) and all(parts_of(extension).get("restricted") is True for extension in scored)


def _check(item: Json, given: tuple[AnsweredItem, ...], weights: dict[str, int], *, required: bool) -> list[str]:
    """Objections to one item's answers; a weighed answer is noted, the heaviest where several may be given."""
    link_id = item["linkId"]
    answers = [answer for answered_item in given for answer in answered_item.answers]
    if not answers:
        return [f"linkId {link_id}: required, and not answered"] if required and item.get("required") else []
    if any(answered_item.modified for answered_item in given):
        return [f"linkId {link_id}: has an element that may change its meaning (modifierExtension)"]
    if len(answers) > 1 and not item.get("repeats"):
        return [f"linkId {link_id}: answered {len(answers)} times, takes one answer"]
    if item.get("type") != "choice":
        return []
    objections, heaviest = [], -1
    for answer in answers:
        weight_or_objection = _weighed(item, answer)
        if isinstance(weight_or_objection, str):
            objections.append(f"linkId {link_id}: {weight_or_objection}")
        elif weight_or_objection is not None:
            heaviest = max(heaviest, weight_or_objection)
    if heaviest >= 0 and not objections:
        weights[link_id] = heaviest
    return objections


def _weighed(item: Json, answer: Json) -> int | str | None:
    """The weight of an answer; None where it has none; or what is wrong with it."""
    coding = answer.get("valueCoding")
    if not isinstance(coding, dict):
        return "takes a coded answer (valueCoding)"
    for option in options_of(item):
        offered = option.get("valueCoding", {})
        if (offered.get("system"), offered.get("code")) == (coding.get("system"), coding.get("code")):
            if _says_otherwise(item, option, coding):
                return "its code and its words are two different answers"
            return weight_of(option)
    return "answer code is not one of its options"


def _says_otherwise(item: Json, option: Json, coding: Json) -> bool:
    """Whether the words of a coded answer are those of another option."""
    words = plain(coding.get("display"))
    mine = plain(option.get("valueCoding", {}).get("display"))
    others = {plain(other.get("valueCoding", {}).get("display")) for other in options_of(item)}
    return bool(words) and words != mine and words in others


def _codes_given(items: Iterable[str], given: Mapping[str, tuple[AnsweredItem, ...]]) -> frozenset[str]:
    """The codes of the answers to these items."""
    answers = (answer for item in items for answered_item in given.get(item, ()) for answer in answered_item.answers)
    return frozenset(code for answer in answers for _, code in codings(answer, "valueCoding"))


class ScoreRule:
    """How the answers of one item group make a score (extension `score`)."""

    def __init__(self, content: Content, extension: Json, unasked: frozenset[str]) -> None:
        self.content = content
        self.definition = definition_id(extension)
        self.items = tuple(map(str, all_parts(extension, "item")))
        self.unasked = unasked
        self.parts = parts_of(extension)
        self.wanted = frozenset(map(str, all_parts(extension, "answer")))
        if self.parts.get("rule") not in ("sum", "product", "worst-answer", "answer-given"):
            rule = self.parts.get("rule")
            raise ContentError(f"ObservationDefinition/{self.definition} is scored by a rule that is not known: {rule}")

    @property
    def sums(self) -> bool:
        return str(self.parts["rule"]) == "sum"

    @property
    def needs_all(self) -> bool:
        """Whether there is no result without every answer, whatever the others say."""
        return str(self.parts["rule"]) in ("sum", "product")

    @property
    def restricted(self) -> bool:
        return self.parts.get("restricted") is True

    def score(self, weights: Mapping[str, int], whose: Whose, codes: Collection[str]) -> Score | str:
        """The score, or why there is none. What counts only if it was asked alone counts otherwise only if it is a
        finding: a positive answer is heard, a negative one proves nothing."""
        answered_weights = [weights[link_id] for link_id in self.items if link_id in weights]
        missing = [link_id for link_id in self.items if link_id not in weights and link_id not in self.unasked]
        if missing and self.needs_all:
            return self._unanswered(missing)
        if self.parts.get("patientOnly") is True and whose.by_other:
            return str(self.parts["otherwise"])
        points = self._points(answered_weights, codes)
        if missing and points == 0:
            return self._unanswered(missing)
        if not self._reaches_a_band(points, whose):
            return f"no result for {self.definition}: its limits are not for somebody of {whose.age}"
        score = self._banded(points, whose)
        return str(self.parts["otherwise"]) if self._not_alone(weights, whose) and not score.finding else score

    def _points(self, answered_weights: list[int], codes: Collection[str]) -> int:
        match str(self.parts["rule"]):
            case "sum":
                return sum(answered_weights)
            case "product":
                return prod(answered_weights)
            case "answer-given":
                return int(bool(self.wanted & set(codes)))
        return max(answered_weights, default=0)

    def _unanswered(self, missing: Iterable[str]) -> str:
        return f"no result for {self.definition}: unanswered {', '.join(missing)}"

    def at_least(self, weights: Mapping[str, int], whose: Whose) -> Score | None:
        """The lower bound of a sum, by the answers that were given; None for another rule, or where none was given."""
        given = [weights[link_id] for link_id in self.items if link_id in weights]
        counts = self.sums and given and not (self.parts.get("patientOnly") is True and whose.by_other)
        return self._banded(sum(given), whose) if counts and self._reaches_a_band(sum(given), whose) else None

    def lacks(self, scores: Iterable[Score], bounds: Iterable[Score], answers: Collection[str]) -> str:
        """What must be asked beside a finding, and was not; "" where nothing is missing."""
        needed = str(self.parts.get("needs", ""))
        if not needed or needed in answers:
            return ""
        mine = any(score.finding for score in (*scores, *bounds) if score.definition == self.definition)
        return f"linkId {needed}: {self.parts['needsWords']}" if mine else ""

    def asked_before_others(self, weights: Mapping[str, int], whose: Whose) -> bool:
        """Whether some of it was answered where that counts only alone, and is no finding."""
        given = [weights[link_id] for link_id in self.items if link_id in weights]
        if not given or not self._not_alone(weights, whose):
            return False
        points = sum(given) if self.sums else max(given)
        return not (self._reaches_a_band(points, whose) and self._banded(points, whose).finding)

    def _not_alone(self, weights: Mapping[str, int], whose: Whose) -> bool:
        gate = str(self.parts.get("countsIf", ""))
        return bool(gate) and (whose.by_other or weights.get(gate, 0) == 0)

    def _reaches_a_band(self, points: int, whose: Whose) -> bool:
        intervals = _intervals(self.content, self.definition)
        return any(_holds(interval, points) and _of_age(interval, whose.age) for interval in intervals)

    def _banded(self, points: int, whose: Whose) -> Score:
        score = banded(self.content, self.definition, points, whose.gender)
        return replace(score, restricted=self.restricted)


def banded(content: Content, definition_id: str, points: int, gender: str = "") -> Score:
    """Points with the band they fall in, by gender where bands differ: where it is not known, the band with a finding,
    and a note. Raises `ContentError` when no band holds them."""
    definition = content.get("ObservationDefinition", definition_id)
    holding = [interval for interval in _intervals(content, definition_id) if _holds(interval, points)]
    if not holding:
        raise ContentError(f"ObservationDefinition/{definition_id} has no band for {points}")
    mine = [interval for interval in holding if interval.get("gender", gender) == gender]
    interval = next(iter(mine), None) or max(holding, key=lambda each: any(extensions(each, "finding")))
    context = interval.get("context", {})
    band = next((code for system, code in codings(interval, "context") if system == BAND), "")
    in_doubt = not mine and len({str(each.get("context")) for each in holding}) > 1
    return Score(
        definition=definition_id,
        code=definition["code"],
        categories=tuple(definition.get("category", [])),
        value_type=next(iter(definition.get("permittedDataType", [])), ""),
        points=points,
        band=band,
        label=str(context.get("text", band)),
        codings=tuple(context.get("coding", [])),
        finding=next((str(value_of(each)) for each in extensions(interval, "finding")), ""),
        note=LIMIT_IN_DOUBT if in_doubt else "",
    )


def _intervals(content: Content, definition_id: str) -> list[Json]:
    intervals: list[Json] = content.get("ObservationDefinition", definition_id).get("qualifiedInterval", [])
    return intervals


def _of_age(interval: Json, age: int | None) -> bool:
    """Whether a band is for somebody of an age; where the age is not known, it is."""
    low, high = (interval.get("age", {}).get(end, {}).get("value") for end in ("low", "high"))
    return age is None or ((low is None or low <= age) and (high is None or age <= high))


def _holds(interval: Json, points: int) -> bool:
    limits = interval.get("range", {})
    low, high = limits.get("low", {}).get("value"), limits.get("high", {}).get("value")
    return bool((low is None or low <= points) and (high is None or points <= high))
