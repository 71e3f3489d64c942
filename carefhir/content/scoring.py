"""Instruments: checks a QuestionnaireResponse against its Questionnaire, scores it, finds what endangers the patient.

All numbers are in `profiles/`: weights on the answer options, the rule and its items on the Questionnaire,
bands and findings on the ObservationDefinition. Answers are matched by item code where linkIds differ, since
Questionnaires in the wild name the same item "/44250-9", "44250-9" or "57491". An answer without a weight ("don't
know", "refused") does not count as an answer; an unanswered item never scores.

**A safety item is read for the worst.** It is negative only by one coded answer that says so and nothing else; whatever
else may mean an answer above its limit (a number, the words of an option, a code in another system, a second answer)
makes it positive, and whatever is not understood leaves it unanswered. It is also heard where it stands under another
linkId with its words, or in another form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carefhir.codes import BAND, CHECK_IN_ANSWER
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
    at_least: tuple[Score, ...] = ()
    """Of each sum that lacks answers, what those that were given add up to: it is no score, and is not less either."""


@dataclass(frozen=True, slots=True)
class _AnsweredItem:
    """One answered item of a response, and its answers."""

    link_id: str
    answers: tuple[Json, ...]
    modified: bool = False
    """Whether an element that may change its meaning stands on it."""


def recognize(content: Content, canonical: str, other: Json | None, response: Json | None = None) -> Json | None:
    """Our instrument for a response: by its url, by the codes of the Questionnaire it was made for, or at last by a
    safety item among its answers: even in an unknown form, that answer must be heard."""
    url = canonical.partition("|")[0]
    instruments = [artefact for (type_, _), artefact in content.artefacts.items() if type_ == "Questionnaire"]
    for artefact in instruments:
        if artefact.get("url") == url or made_for(artefact, other):
            return artefact
    answered = {str(item.get("linkId", "")).rsplit("/", 1)[-1] for item in _flat((response or {}).get("item"))}
    scored_first = sorted(instruments, key=lambda artefact: not any(extensions(artefact, "score")))
    for artefact in scored_first:
        if answered & set(safety_items(artefact)):
            return artefact
    return next(
        (artefact for artefact in scored_first if any(True for _ in _heard(safety_items(artefact), response or {}))),
        None,
    )


def safety_items(instrument: Json) -> dict[str, Json]:
    """The safety items of an instrument, by their linkIds."""
    return {item["linkId"]: item for item in _flat(instrument.get("item")) if any(extensions(item, "safety-item"))}


def _heard(items: Mapping[str, Json], response: Json) -> Iterator[tuple[str, Json]]:
    """The items of a response that are such a safety item: by linkId, by code, or by their words."""
    for item in _flat(response.get("item")):
        names = {str(item.get(name, "")).replace("#", "/").rsplit("/", 1)[-1] for name in ("linkId", "definition")}
        words = _plain(item.get("text"))
        for link_id, safety in items.items():
            codes = {link_id, *(code for _, code in codings(safety, "code"))}
            if names & codes or (words and any(phrase in words for phrase in _phrases(safety))):
                yield link_id, item


def _phrases(safety: Json) -> Iterator[str]:
    """The words by which a safety item is known in other forms."""
    yield _plain(safety.get("text"))
    for extension in extensions(safety, "safety-item"):
        yield from (_plain(phrase) for phrase in all_parts(extension, "phrase"))


def _plain(text: Any) -> str:
    """Words without case, punctuation and spacing."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower())) if isinstance(text, str) else ""


def _worded(text: Any) -> str:
    """The same, with the letters of every alphabet: no letter of an answer's words is skipped."""
    return " ".join(re.findall(r"\w+", text.lower())) if isinstance(text, str) else ""


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
    every = (*_dangers(items, given, response), *_strays(content, items, response))
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
    spelled = _as_spelled(response, items)
    given, objections, _ = _matched(spelled, items, by_code, _results(content, instrument), other, strict=True)
    if any(each.get("modifierExtension") for each in (response, *_flat(response.get("item")))):
        objections.append("an element that may change the meaning of the answers (modifierExtension)")
    if response.get("implicitRules"):
        objections.append("rules of another system that may change the meaning of the answers (implicitRules)")
    answers = {link_id: tuple(answer for item in some for answer in item.answers) for link_id, some in given.items()}
    return answers, objections


def _as_spelled(response: Json, items: Mapping[str, Json]) -> Json:
    """A response whose items have our linkIds where they differ from ours in case only, or ask in our very words; an
    item with a modifier passes it on to its answers."""
    by_text = {str(item.get("text", "")).strip().lower(): link_id for link_id, item in items.items()}
    lower = {link_id.lower(): link_id for link_id in items}

    def spelled(item: Json) -> Json:
        link_id = str(item.get("linkId", ""))
        text = str(item.get("text", "")).strip().lower()
        ours = link_id if link_id in items else lower.get(link_id.lower()) or by_text.get(text) or link_id
        changed = {**item, "linkId": ours}
        if isinstance(item.get("item"), list):
            changed["item"] = [spelled(each) if isinstance(each, dict) else each for each in item["item"]]
        if item.get("modifierExtension") and isinstance(item.get("answer"), list):
            marked = {"modifierExtension": item["modifierExtension"]}
            changed["answer"] = [{**each, **marked} if isinstance(each, dict) else each for each in item["answer"]]
        return changed

    inside = response.get("item")
    if not isinstance(inside, list):
        return response
    return {**response, "item": [spelled(item) if isinstance(item, dict) else item for item in inside]}


def turned_round(content: Content, items: Mapping[str, Json], response: Json) -> frozenset[str]:
    """The linkIds of yes-or-no questions that were put with a word that turns yes and no round, and ours has none
    ("Are you free of chest pain?")."""
    spelled = _as_spelled(response, items)
    return frozenset(
        link_id
        for item in _flat(spelled.get("item"))
        if (link_id := str(item.get("linkId", ""))) in items
        and _turning(content, str(item.get("text", ""))) - _turning(content, str(items[link_id].get("text", "")))
    )


def _turning(content: Content, text: str) -> frozenset[str]:
    """The words in a question that turn it round."""
    properties = content.concepts(CHECK_IN_ANSWER)["yes"].properties
    plain = " ".join(text.replace("\u2019", "'").lower().split())
    for words in str(properties.get("notTurned", "")).split(";"):
        plain = plain.replace(words.strip(), "_")
    some = sorted((words.strip() for words in str(properties.get("turned", "")).split(";")), key=len, reverse=True)
    return frozenset(re.findall(rf"(?<!\w)(?:{'|'.join(map(re.escape, some))})(?!\w)", plain))


def link_ids(response: Json) -> tuple[str, ...]:
    """The linkIds of a response, at every depth."""
    return tuple(str(item.get("linkId", "")) for item in _flat(response.get("item")))


def words_in(response: Json) -> str:
    """Every word that was given as an answer, wherever it stands."""
    answers = (answer for item in _flat(response.get("item")) for answer in dig(item, "answer"))
    texts = (answer.get("valueString") for answer in answers if isinstance(answer, dict))
    return " / ".join(text for text in texts if isinstance(text, str) and text.strip())


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
    codes_of = {str(item.get("linkId", "")): tuple(codings(item, "code")) for item in _flat((other or {}).get("item"))}
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
            modified = bool(item.get("modifierExtension"))
            given[ours] = (*given.get(ours, ()), _AnsweredItem(link_id, answers, modified))
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
    if any(one.modified for one in given):
        return [f"linkId {link_id}: has an element that may change its meaning (modifierExtension)"]
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
            if _says_otherwise(item, option, coding):
                return [f"linkId {link_id}: its code and its words are two different answers"]
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


def _says_otherwise(item: Json, option: Json, coding: Json) -> bool:
    """Whether the words of a coded answer are those of another option."""
    words = _plain(coding.get("display"))
    mine = _plain(option.get("valueCoding", {}).get("display"))
    others = {_plain(other.get("valueCoding", {}).get("display")) for other in item.get("answerOption", [])}
    return bool(words) and words != mine and words in others


def _dangers(
    items: Mapping[str, Json], given: Mapping[str, Iterable[_AnsweredItem]], response: Json
) -> Iterator[Danger]:
    """What the safety items of an instrument say."""
    safety = {link_id: item for link_id, item in items.items() if any(extensions(item, "safety-item"))}
    by_words: dict[str, list[_AnsweredItem]] = {link_id: list(given.get(link_id, ())) for link_id in safety}
    matched = {one.link_id for each in given.values() for one in each}
    for link_id, item in _heard(safety, response):
        if str(item.get("linkId", "")) not in matched:
            by_words[link_id].append(_answered_item(item))
    odd = bool(response.get("modifierExtension"))
    for link_id, item in safety.items():
        yield from _danger(link_id, item, by_words[link_id], odd=odd)


def _strays(content: Content, items: Mapping[str, Json], response: Json) -> Iterator[Danger]:
    """Safety items of other instruments that stand among the answers: whoever asked, they are heard."""
    codes = {code for item in items.values() for _, code in codings(item, "code")} | set(items)
    strays: dict[str, tuple[Json, list[_AnsweredItem]]] = {}
    for (type_, _), artefact in content.artefacts.items():
        if type_ != "Questionnaire":
            continue
        safety = safety_items(artefact)
        for link_id, item in _heard(safety, response):
            own = {link_id, *(code for _, code in codings(safety[link_id], "code"))}
            if not own & codes and not _known(items, item):
                strays.setdefault(link_id, (safety[link_id], []))[1].append(_answered_item(item))
    for link_id, (item, given) in strays.items():
        yield from _danger(link_id, item, given, odd=bool(response.get("modifierExtension")))


def _known(items: Mapping[str, Json], item: Json) -> bool:
    """Whether an item of a response is one of this instrument's, by its linkId."""
    link_id = str(item.get("linkId", ""))
    return link_id in items or link_id.rsplit("/", 1)[-1] in items


def _answered_item(item: Json) -> _AnsweredItem:
    answers = item.get("answer")
    readable = tuple(one for one in answers if isinstance(one, dict)) if isinstance(answers, list) else ()
    modified = any(part.get("modifierExtension") for part in (item, *readable))
    return _AnsweredItem(str(item.get("linkId", "")), readable, modified)


def _danger(link_id: str, item: Json, given: Iterable[_AnsweredItem], *, odd: bool) -> Iterator[Danger]:
    """What one safety item says, read for the worst."""
    answered = tuple(given)
    answers = [answer for one in answered for answer in one.answers]
    readings = [reading for answer in answers for reading in _readings(item, answer)]
    plain = not odd and len(answers) == len(answered) == 1 and not answered[0].modified
    for extension in extensions(item, "safety-item"):
        parts = parts_of(extension)
        above = int(parts["above"])
        if any(weight > above for weight in readings):
            yield Danger(str(parts["positive"]), link_id, str(parts["instruction"]))
        elif not (plain and _coded_weight(item, answers[0]) is not None):
            yield Danger(str(parts["unanswered"]), link_id, str(parts["instruction"]))


def _coded_weight(item: Json, answer: Json) -> int | None:
    """The weight of an answer that is one coded option and nothing else; None for any other answer."""
    values = [name for name in answer if name.startswith("value")]
    coding = answer.get("valueCoding")
    if values != ["valueCoding"] or not isinstance(coding, dict) or any("absent" in text for text in _strings(answer)):
        return None
    for option in item.get("answerOption", []):
        offered = option.get("valueCoding", {})
        if (offered.get("system"), offered.get("code")) == (coding.get("system"), coding.get("code")):
            return _weight(option) if _says_only(option, answer) else None
    return None


def _says_only(option: Json, answer: Json) -> bool:
    """Whether all words of a coded answer are those of its option: its display, with or without its weight (`0 - Not at
    all`), or a translation that content holds. Other words, in whichever language, may say the opposite of the code;
    so may a translation, or answers that hang on this one."""
    offered = option.get("valueCoding", {})
    weight = str(_weight(option))
    shown = {_worded(offered.get("display")), *map(_worded, _translations(offered))}
    ways = {way for words in shown for way in (words, f"{weight} {words}", f"{words} {weight}")}
    coding = answer["valueCoding"]
    texts = [coding.get("display"), *_translations(coding), *_other_words(coding), *_hanging_words(answer)]
    return all(_worded(text) in ways for text in texts if isinstance(text, str) and text.strip())


def _translations(coding: Json) -> Iterator[str]:
    """The translations of a coding's display."""
    for text in _strings(coding.get("_display")):
        if "://" not in text and not re.fullmatch(r"[a-z]{2}(?:-[A-Za-z]{2,4})?|lang|content", text):
            yield text


def _other_words(coding: Json) -> Iterator[str]:
    """The words of extensions of a coding."""
    yield from (text for text in _strings(coding.get("extension")) if "://" not in text)


def _hanging_words(answer: Json) -> Iterator[str]:
    """The words of extensions of an answer, and of the answers to questions that hang on it."""
    yield from (text for text in _strings(answer.get("extension")) if "://" not in text)
    for item in _flat(answer.get("item")):
        for given in dig(item, "answer"):
            if isinstance(given, dict):
                yield from (text for name in given if name.startswith("value") for text in _spoken(given[name]))


def _spoken(value: Any) -> Iterator[str]:
    """The words of a value; of a coding its display, else its code."""
    if isinstance(value, dict):
        yield str(value.get("display") or value.get("text") or value.get("code") or value)
    elif value is not False:
        yield str(value)


def _readings(item: Json, answer: Json) -> Iterator[Decimal]:
    """Every weight that an answer may mean: by code in whichever system, by the words of an option, as a number. A yes
    is more than any limit."""
    by_name: dict[str, int] = {}
    for option in item.get("answerOption", []):
        weight, offered = _weight(option), option.get("valueCoding", {})
        if weight is not None:
            by_name |= {_plain(offered.get(name)): weight for name in ("code", "display")}
    for name, value in answer.items():
        if not name.startswith("value"):
            continue
        if value is True:
            yield Decimal("Infinity")
        elif isinstance(value, int | Decimal | float) and not isinstance(value, bool):
            yield Decimal(str(value))
        parts = (value.get("code"), value.get("display"), value.get("text")) if isinstance(value, dict) else (value,)
        for words in map(_plain, parts):
            if words in by_name:
                yield Decimal(by_name[words])
            elif words.isdecimal():
                yield Decimal(words)
        if isinstance(value, dict) and isinstance(value.get("value"), int | Decimal) and value["value"] is not True:
            yield Decimal(value["value"])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def positive(instrument: Json, link_id: str) -> tuple[Danger, ...]:
    """The safety finding of a positive answer to an item, where something else than its answer says so."""
    return tuple(
        Danger(str(parts["positive"]), link_id, str(parts["instruction"]))
        for item in _flat(instrument.get("item"))
        if item.get("linkId") == link_id
        for extension in extensions(item, "safety-item")
        for parts in [parts_of(extension)]
    )


def worst_safety_answer(content: Content, response: Json) -> Decimal | None:
    """The worst reading of every safety item that a response answers, whichever form it is in; None where there is
    none."""
    readings = [
        weight
        for (type_, _), artefact in content.artefacts.items()
        if type_ == "Questionnaire"
        for safety in [safety_items(artefact)]
        for link_id, item in _heard(safety, response)
        for answer in _answered_item(item).answers
        for weight in _readings(safety[link_id], answer)
    ]
    return max(readings, default=None)


def unanswered_findings(instrument: Json) -> tuple[str, ...]:
    """The findings that only say that a safety item was not answered."""
    return tuple(
        str(parts_of(extension)["unanswered"])
        for item in _flat(instrument.get("item"))
        for extension in extensions(item, "safety-item")
    )


def safety_asked(instrument: Json, response: Json) -> frozenset[str]:
    """The safety items of an instrument that a response asks in any form: by linkId, code or words."""
    return frozenset(link_id for link_id, _ in _heard(safety_items(instrument), response))


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


def _at_least(content: Content, extension: Json, weights: Mapping[str, int]) -> Score | None:
    """The lower bound of a sum, by the answers that were given; None for another rule, or where none was given."""
    wanted = [str(item) for item in all_parts(extension, "item")]
    given = [weights[link_id] for link_id in wanted if link_id in weights]
    if parts_of(extension).get("rule") != "sum" or not given:
        return None
    return banded(content, _definition_id(extension), sum(given))


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
