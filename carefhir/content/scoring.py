"""Instruments: checks a QuestionnaireResponse against its Questionnaire, scores it, finds what endangers the patient.

All numbers are in `profiles/`: weights on the answer options, the rule and its items on the Questionnaire,
bands and findings on the ObservationDefinition. An answer without a weight ("don't know", "refused") does not count as
an answer; an unanswered item never scores. Which instrument it is: `recognizing.py`; which answer belongs to which
item: `matched_answers.py`; what endangers the patient: `safety_items.py`. All of it can be asked for here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carefhir.codes import BAND
from carefhir.content.form_items import AnsweredItem, flat, options_of, plain, weight_of
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
from carefhir.content.recognizing import made_for, recognize, respondent, short_name
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
    "answered",
    "banded",
    "given_answers",
    "judge",
    "link_ids",
    "made_for",
    "positive",
    "recognize",
    "respondent",
    "safety_asked",
    "safety_items",
    "short_name",
    "turned_round",
    "unanswered_findings",
    "words_in",
    "worst_safety_answer",
]


@dataclass(frozen=True, slots=True)
class Score:
    """One scored item group: points, their band, and the finding of that band, if any."""

    definition: str
    code: Json
    category: Json
    value_type: str
    points: int
    band: str
    label: str
    codings: tuple[Json, ...]
    finding: str


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a response says: what is wrong with its form, what endangers the patient, what it scores."""

    objections: tuple[str, ...]
    dangers: tuple[Danger, ...]
    scores: tuple[Score, ...]
    unscored: tuple[str, ...]
    at_least: tuple[Score, ...] = ()
    """Of each sum that lacks answers, what those that were given add up to: it is no score, and is not less either."""


def judge(content: Content, instrument: Json, response: Json, other: Json | None = None) -> Judgment:
    """Checks and scores a response. `other` is the Questionnaire it was really made for, where that is not ours."""
    items = {item["linkId"]: item for item in flat(instrument.get("item")) if item.get("type") != "display"}
    by_code = {code: link_id for link_id, item in items.items() for code in codings(item, "code")}
    results = results_of(content, instrument)
    given, objections, totals = matched(response, items, by_code, results, other)
    weights: dict[str, int] = {}
    for link_id, item in items.items():
        objections += _check(item, given.get(link_id, ()), weights)
    every = (*dangers_of(items, given, response), *strays(content, items, response))
    dangers = tuple({danger.finding: danger for danger in reversed(every)}.values())[::-1]
    if response.get("modifierExtension"):
        objections.append("the response has an element that may change its meaning (modifierExtension)")
    scores: list[Score] = []
    unscored: list[str] = []
    for extension in extensions(instrument, "score"):
        score_or_reason = _score(content, extension, weights)
        if isinstance(score_or_reason, Score):
            scores.append(score_or_reason)
        else:
            unscored.append(score_or_reason)
    at_least = tuple(_at_least(content, extension, weights) for extension in extensions(instrument, "score"))
    for score in scores:
        claimed = totals.get(score.definition)
        if claimed is not None and claimed != score.points:
            objections.append(f"the total given for {score.definition} is not the sum of the answers")
    lower_bounds = tuple(score for score in at_least if score is not None)
    return Judgment(tuple(objections), dangers, tuple(scores), tuple(unscored), at_least=lower_bounds)


def _check(item: Json, given: tuple[AnsweredItem, ...], weights: dict[str, int]) -> list[str]:
    """Objections to one item's answers; a weighed answer is noted."""
    link_id = item["linkId"]
    answers = [answer for one in given for answer in one.answers]
    if not answers:
        return [f"linkId {link_id}: required, and not answered"] if item.get("required") else []
    if any(one.modified for one in given):
        return [f"linkId {link_id}: has an element that may change its meaning (modifierExtension)"]
    if len(answers) > 1 and not item.get("repeats"):
        return [f"linkId {link_id}: answered {len(answers)} times, takes one answer"]
    if item.get("type") != "choice":
        return []
    coding = answers[0].get("valueCoding")
    if not isinstance(coding, dict):
        return [f"linkId {link_id}: takes a coded answer (valueCoding)"]
    for option in options_of(item):
        offered = option.get("valueCoding", {})
        if (offered.get("system"), offered.get("code")) == (coding.get("system"), coding.get("code")):
            if _says_otherwise(item, option, coding):
                return [f"linkId {link_id}: its code and its words are two different answers"]
            weight = weight_of(option)
            if weight is not None:
                weights[link_id] = weight
            return []
    return [f"linkId {link_id}: answer code is not one of its options"]


def _says_otherwise(item: Json, option: Json, coding: Json) -> bool:
    """Whether the words of a coded answer are those of another option."""
    words = plain(coding.get("display"))
    mine = plain(option.get("valueCoding", {}).get("display"))
    others = {plain(other.get("valueCoding", {}).get("display")) for other in options_of(item)}
    return bool(words) and words != mine and words in others


def _score(content: Content, extension: Json, weights: Mapping[str, int]) -> Score | str:
    """The score of one item group, or why there is none."""
    result = definition_id(extension)
    rule = parts_of(extension).get("rule")
    wanted = tuple(map(str, all_parts(extension, "item")))
    answered_weights = [weights[link_id] for link_id in wanted if link_id in weights]
    missing = [link_id for link_id in wanted if link_id not in weights]
    if rule == "sum":
        points = None if missing else sum(answered_weights)
    elif rule == "worst-answer":
        worst = max(answered_weights, default=0)
        points = None if missing and worst == 0 else worst
    else:
        raise ContentError(f"ObservationDefinition/{result} is scored by a rule that is not known: {rule}")
    if points is None:
        return f"no result for {result}: unanswered {', '.join(missing)}"
    return banded(content, result, points)


def _at_least(content: Content, extension: Json, weights: Mapping[str, int]) -> Score | None:
    """The lower bound of a sum, by the answers that were given; None for another rule, or where none was given."""
    wanted = [str(item) for item in all_parts(extension, "item")]
    given = [weights[link_id] for link_id in wanted if link_id in weights]
    if parts_of(extension).get("rule") != "sum" or not given:
        return None
    return banded(content, definition_id(extension), sum(given))


def banded(content: Content, definition_id: str, points: int) -> Score:
    """Points with the band they fall in. Raises `ContentError` when no band holds them."""
    definition = content.get("ObservationDefinition", definition_id)
    for interval in definition.get("qualifiedInterval", []):
        low = interval.get("range", {}).get("low", {}).get("value")
        high = interval.get("range", {}).get("high", {}).get("value")
        if (low is None or low <= points) and (high is None or points <= high):
            context = interval.get("context", {})
            band = next((code for system, code in codings(interval, "context") if system == BAND), "")
            return Score(
                definition_id,
                definition["code"],
                next(iter(definition.get("category", [])), {}),
                next(iter(definition.get("permittedDataType", [])), ""),
                points,
                band,
                str(context.get("text", band)),
                tuple(context.get("coding", [])),
                next((str(value_of(one)) for one in extensions(interval, "finding")), ""),
            )
    raise ContentError(f"ObservationDefinition/{definition_id} has no band for {points}")
