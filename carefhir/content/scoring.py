"""Instruments: checks a QuestionnaireResponse against its Questionnaire, scores it, finds what endangers the patient.

All numbers are in `profiles/`: weights on the answer options, the rule and its items on the Questionnaire,
bands and findings on the ObservationDefinition. Answers are matched by item code where linkIds differ, since
Questionnaires in the wild name the same item "/44250-9", "44250-9" or "57491". An answer without a weight ("don't
know", "refused") does not count as an answer; an unanswered item never scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carefhir.codes import BAND
from carefhir.content.loading import Content, all_parts, extensions, parts_of, value_of
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig

WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemWeight",
)
"""Extensions that may hold an answer's weight: R4's ordinalValue, and the newer names of SDC."""


@dataclass(frozen=True, slots=True)
class Danger:
    """A safety finding: its code, which item gave it, and what to do at once."""

    finding: str
    link_id: str
    instruction: str


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


@dataclass(frozen=True, slots=True)
class _AnsweredItem:
    """One answered item of a response, and its answers."""

    link_id: str
    answers: tuple[Json, ...]


def recognize(content: Content, canonical: str, other: Json | None, response: Json | None = None) -> Json | None:
    """Our instrument for a response: by its url, by the codes of the Questionnaire it was made for, or at last by a
    safety item among its answers: even in an unknown form, that answer must be heard."""
    url = canonical.partition("|")[0]
    instruments = [artefact for (type_, _), artefact in content.artefacts.items() if type_ == "Questionnaire"]
    for artefact in instruments:
        if artefact.get("url") == url or made_for(artefact, other):
            return artefact
    answered = {str(item.get("linkId", "")).rsplit("/", 1)[-1] for item in _flat((response or {}).get("item"))}
    for artefact in instruments:
        for item in _flat(artefact.get("item")):
            if any(extensions(item, "safety-item")) and item["linkId"] in answered:
                return artefact
    return None


def made_for(instrument: Json, other: Json | None) -> bool:
    """Whether another Questionnaire asks what this instrument asks: its panel code, or every required item's code."""
    if other is None:
        return False
    ours = {code for item in _flat(instrument.get("item")) if item.get("required") for code in codings(item, "code")}
    theirs = {code for item in _flat(other.get("item")) for code in codings(item, "code")}
    return bool(set(codings(instrument, "code")) & set(codings(other, "code"))) or (bool(ours) and ours <= theirs)


def short_name(instrument: Json) -> str:
    """What people call it: the abbreviation in its title, else the title."""
    title = str(instrument.get("title", "questionnaire"))
    return title.partition("(")[2].rstrip(")") or title


def respondent(instrument: Json) -> str:
    """Who may answer: `patient` or `anyone`."""
    return next((str(value_of(one)) for one in extensions(instrument, "respondent")), "anyone")


def judge(content: Content, instrument: Json, response: Json, other: Json | None = None) -> Judgment:
    """Checks and scores a response. `other` is the Questionnaire it was really made for, where that is not ours."""
    items = {item["linkId"]: item for item in _flat(instrument.get("item")) if item.get("type") != "display"}
    by_code = {code: link_id for link_id, item in items.items() for code in codings(item, "code")}
    results = _results(content, instrument)
    given, objections, totals = _matched(response, items, by_code, results, other)
    weights: dict[str, int] = {}
    for link_id, item in items.items():
        objections += _check(item, given.get(link_id, ()), weights)
    dangers = tuple(_dangers(items, weights))
    scores: list[Score] = []
    unscored: list[str] = []
    for extension in extensions(instrument, "score"):
        score_or_reason = _score(content, extension, weights)
        if isinstance(score_or_reason, Score):
            scores.append(score_or_reason)
        else:
            unscored.append(score_or_reason)
    for score in scores:
        claimed = totals.get(score.definition)
        if claimed is not None and claimed != score.points:
            objections.append(f"the total given for {score.definition} is not the sum of the answers")
    return Judgment(tuple(objections), dangers, tuple(scores), tuple(unscored))


def answered(
    content: Content, instrument: Json, response: Json, other: Json | None = None
) -> dict[str, tuple[Json, ...]]:
    """The answers by our linkIds, for forms whose answers are looked at one by one; an item that stands there without
    an answer has none."""
    items = {item["linkId"]: item for item in _flat(instrument.get("item")) if item.get("type") != "display"}
    by_code = {code: link_id for link_id, item in items.items() for code in codings(item, "code")}
    given, _, _ = _matched(response, items, by_code, _results(content, instrument), other)
    return {link_id: tuple(answer for one in found for answer in one.answers) for link_id, found in given.items()}


def given_answers(
    content: Content, instrument: Json, response: Json, other: Json | None = None
) -> tuple[dict[str, tuple[Json, ...]], list[str]]:
    """The answers by our linkIds, as `answered` gives them, and a sentence for each answer that no question of ours
    takes: even in somebody else's form nothing that was said is passed over."""
    items = {item["linkId"]: item for item in _flat(instrument.get("item")) if item.get("type") != "display"}
    by_code = {code: link_id for link_id, item in items.items() for code in codings(item, "code")}
    given, objections, _ = _matched(response, items, by_code, _results(content, instrument), other, strict=True)
    answers = {link_id: tuple(answer for item in some for answer in item.answers) for link_id, some in given.items()}
    return answers, objections


def _results(content: Content, instrument: Json) -> Mapping[tuple[str, str], str]:
    """Codes of the results this instrument computes: an answered "total" item is checked, not read."""
    definitions = {}
    for extension in extensions(instrument, "score"):
        definition = _definition_id(extension)
        for code in codings(content.get("ObservationDefinition", definition), "code"):
            definitions[code] = definition
    return definitions


def _matched(
    response: Json,
    items: Mapping[str, Json],
    by_code: Mapping[tuple[str, str], str],
    results: Mapping[tuple[str, str], str],
    other: Json | None,
    *,
    strict: bool = False,
) -> tuple[dict[str, tuple[_AnsweredItem, ...]], list[str], dict[str, Any]]:
    """Answered items by our linkIds; objections to unknown ones; totals the response claims."""
    codes_of = {item["linkId"]: tuple(codings(item, "code")) for item in _flat((other or {}).get("item"))}
    given: dict[str, tuple[_AnsweredItem, ...]] = {}
    objections: list[str] = []
    totals: dict[str, Any] = {}
    for item in _flat(response.get("item")):
        given_answers = item.get("answer")
        answers = tuple(
            answer
            for answer in (given_answers if isinstance(given_answers, list) else [])
            if isinstance(answer, dict) and value_of(answer) is not None
        )
        link_id = str(item.get("linkId", ""))
        last = link_id.rsplit("/", 1)[-1]
        codes = codes_of.get(link_id) or tuple(code for code in (*by_code, *results) if code[1] == last)
        ours = link_id if link_id in items else next((by_code[code] for code in codes if code in by_code), None)
        result = next((results[code] for code in codes if code in results), None)
        if ours is not None:
            given[ours] = (*given.get(ours, ()), _AnsweredItem(link_id, answers))
        elif result is not None:
            totals.update((result, value_of(one)) for one in answers)
        elif answers and (strict or other is None):
            objections.append(f"linkId {link_id}: not an item of this questionnaire")
    return given, objections, totals


def _check(item: Json, given: tuple[_AnsweredItem, ...], weights: dict[str, int]) -> list[str]:
    """Objections to one item's answers; a weighed answer is noted."""
    link_id = item["linkId"]
    answers = [answer for one in given for answer in one.answers]
    if not answers:
        return [f"linkId {link_id}: required, and not answered"] if item.get("required") else []
    if len(answers) > 1 and not item.get("repeats"):
        return [f"linkId {link_id}: answered {len(answers)} times, takes one answer"]
    if item.get("type") != "choice":
        return []
    coding = answers[0].get("valueCoding")
    if not isinstance(coding, dict):
        return [f"linkId {link_id}: takes a coded answer (valueCoding)"]
    for option in item.get("answerOption", []):
        offered = option.get("valueCoding", {})
        if (offered.get("system"), offered.get("code")) == (coding.get("system"), coding.get("code")):
            weight = _weight(option)
            if weight is not None:
                weights[link_id] = weight
            return []
    return [f"linkId {link_id}: answer code is not one of its options"]


def _weight(option: Json) -> int | None:
    for element in (option, option.get("valueCoding", {})):
        for extension in element.get("extension", []):
            if extension.get("url") in WEIGHTS:
                return int(Decimal(str(value_of(extension))))
    return None


def _dangers(items: Mapping[str, Json], weights: Mapping[str, int]) -> Iterator[Danger]:
    for link_id, item in items.items():
        for extension in extensions(item, "safety-item"):
            parts = parts_of(extension)
            if link_id not in weights:
                yield Danger(str(parts["unanswered"]), link_id, str(parts["instruction"]))
            elif weights[link_id] > int(parts["above"]):
                yield Danger(str(parts["positive"]), link_id, str(parts["instruction"]))


def positive(instrument: Json, link_id: str) -> tuple[Danger, ...]:
    """The safety finding of a positive answer to an item, where something else than its answer says so."""
    return tuple(
        Danger(str(parts["positive"]), link_id, str(parts["instruction"]))
        for item in _flat(instrument.get("item"))
        if item.get("linkId") == link_id
        for extension in extensions(item, "safety-item")
        for parts in [parts_of(extension)]
    )


def _definition_id(extension: Json) -> str:
    reference = parts_of(extension).get("result") or {}
    return str(reference.get("reference", "")).rpartition("/")[2]


def _score(content: Content, extension: Json, weights: Mapping[str, int]) -> Score | str:
    """The score of one item group, or why there is none."""
    definition_id = _definition_id(extension)
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
        raise ContentError(f"ObservationDefinition/{definition_id} is scored by a rule that is not known: {rule}")
    if points is None:
        return f"no result for {definition_id}: unanswered {', '.join(missing)}"
    return banded(content, definition_id, points)


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


def _flat(items: Any) -> Iterator[Json]:
    """Items at every depth, those under answers too."""
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            yield item
            yield from _flat(item.get("item"))
            for answer in dig(item, "answer"):
                if isinstance(answer, dict):
                    yield from _flat(answer.get("item"))
