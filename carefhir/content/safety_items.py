"""Safety items: answers that need a clinician at once, whatever the total.

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

from carefhir.content.form_items import AnsweredItem, answered_item, flat, options_of, plain, strings, weight_of, worded
from carefhir.content.loading import Content, all_parts, extensions, parts_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig


def safety_items(instrument: Json) -> dict[str, Json]:
    """The safety items of an instrument, by their linkIds."""
    return {item["linkId"]: item for item in flat(instrument.get("item")) if any(extensions(item, "safety-item"))}


@dataclass(frozen=True, slots=True)
class Danger:
    """A safety finding: its code, which item gave it, and what to do at once."""

    finding: str
    link_id: str
    instruction: str


def heard(items: Mapping[str, Json], response: Json) -> Iterator[tuple[str, Json]]:
    """The items of a response that are such a safety item: by linkId, by code, or by their words."""
    for item in flat(response.get("item")):
        names = {str(item.get(name, "")).replace("#", "/").rsplit("/", 1)[-1] for name in ("linkId", "definition")}
        words = plain(item.get("text"))
        for link_id, safety in items.items():
            codes = {link_id, *(code for _, code in codings(safety, "code"))}
            if names & codes or (words and any(phrase in words for phrase in _phrases(safety))):
                yield link_id, item


def _phrases(safety: Json) -> Iterator[str]:
    """The words by which a safety item is known in other forms."""
    yield plain(safety.get("text"))
    for extension in extensions(safety, "safety-item"):
        yield from (plain(phrase) for phrase in all_parts(extension, "phrase"))


def dangers_of(
    items: Mapping[str, Json], given: Mapping[str, Iterable[AnsweredItem]], response: Json
) -> Iterator[Danger]:
    """What the safety items of an instrument say."""
    safety = {link_id: item for link_id, item in items.items() if any(extensions(item, "safety-item"))}
    by_words: dict[str, list[AnsweredItem]] = {link_id: list(given.get(link_id, ())) for link_id in safety}
    matched = {one.link_id for each in given.values() for one in each}
    for link_id, item in heard(safety, response):
        if str(item.get("linkId", "")) not in matched:
            by_words[link_id].append(answered_item(item))
    odd = bool(response.get("modifierExtension"))
    for link_id, item in safety.items():
        yield from _danger(link_id, item, by_words[link_id], odd=odd)


def strays(content: Content, items: Mapping[str, Json], response: Json) -> Iterator[Danger]:
    """Safety items of other instruments that stand among the answers: whoever asked, they are heard."""
    codes = {code for item in items.values() for _, code in codings(item, "code")} | set(items)
    strays: dict[str, tuple[Json, list[AnsweredItem]]] = {}
    for (type_, _), artefact in content.artefacts.items():
        if type_ != "Questionnaire":
            continue
        safety = safety_items(artefact)
        for link_id, item in heard(safety, response):
            own = {link_id, *(code for _, code in codings(safety[link_id], "code"))}
            if not own & codes and not _known(items, item):
                strays.setdefault(link_id, (safety[link_id], []))[1].append(answered_item(item))
    for link_id, (item, given) in strays.items():
        yield from _danger(link_id, item, given, odd=bool(response.get("modifierExtension")))


def _known(items: Mapping[str, Json], item: Json) -> bool:
    """Whether an item of a response is one of this instrument's, by its linkId."""
    link_id = str(item.get("linkId", ""))
    return link_id in items or link_id.rsplit("/", 1)[-1] in items


def _danger(link_id: str, item: Json, given: Iterable[AnsweredItem], *, odd: bool) -> Iterator[Danger]:
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
    if values != ["valueCoding"] or not isinstance(coding, dict) or any("absent" in text for text in strings(answer)):
        return None
    for option in options_of(item):
        offered = option.get("valueCoding", {})
        if (offered.get("system"), offered.get("code")) == (coding.get("system"), coding.get("code")):
            return weight_of(option) if _says_only(option, answer) else None
    return None


def _says_only(option: Json, answer: Json) -> bool:
    """Whether all words of a coded answer are those of its option: its display, with or without its weight (`0 - Not at
    all`), or a translation that content holds. Other words, in whichever language, may say the opposite of the code;
    so may a translation, or answers that hang on this one."""
    offered = option.get("valueCoding", {})
    weight = str(weight_of(option))
    shown = {worded(offered.get("display")), *map(worded, _translations(offered))}
    ways = {way for words in shown for way in (words, f"{weight} {words}", f"{words} {weight}")}
    coding = answer["valueCoding"]
    texts = [coding.get("display"), *_translations(coding), *_other_words(coding), *_hanging_words(answer)]
    return all(worded(text) in ways for text in texts if isinstance(text, str) and text.strip())


def _translations(coding: Json) -> Iterator[str]:
    """The translations of a coding's display."""
    for text in strings(coding.get("_display")):
        if "://" not in text and not re.fullmatch(r"[a-z]{2}(?:-[A-Za-z]{2,4})?|lang|content", text):
            yield text


def _other_words(coding: Json) -> Iterator[str]:
    """The words of extensions of a coding."""
    yield from (text for text in strings(coding.get("extension")) if "://" not in text)


def _hanging_words(answer: Json) -> Iterator[str]:
    """The words of extensions of an answer, and of the answers to questions that hang on it."""
    yield from (text for text in strings(answer.get("extension")) if "://" not in text)
    for item in flat(answer.get("item")):
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
    for option in options_of(item):
        weight, offered = weight_of(option), option.get("valueCoding", {})
        if weight is not None:
            by_name |= {plain(offered.get(name)): weight for name in ("code", "display")}
    for name, value in answer.items():
        if not name.startswith("value"):
            continue
        if value is True:
            yield Decimal("Infinity")
        elif isinstance(value, int | Decimal | float) and not isinstance(value, bool):
            yield Decimal(str(value))
        parts = (value.get("code"), value.get("display"), value.get("text")) if isinstance(value, dict) else (value,)
        for words in map(plain, parts):
            if words in by_name:
                yield Decimal(by_name[words])
            elif words.isdecimal():
                yield Decimal(words)
        if isinstance(value, dict) and isinstance(value.get("value"), int | Decimal) and value["value"] is not True:
            yield Decimal(value["value"])


def positive(instrument: Json, link_id: str) -> tuple[Danger, ...]:
    """The safety finding of a positive answer to an item, where something else than its answer says so."""
    return tuple(
        Danger(str(parts["positive"]), link_id, str(parts["instruction"]))
        for item in flat(instrument.get("item"))
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
        for link_id, item in heard(safety, response)
        for answer in answered_item(item).answers
        for weight in _readings(safety[link_id], answer)
    ]
    return max(readings, default=None)


def unanswered_findings(instrument: Json) -> tuple[str, ...]:
    """The findings that only say that a safety item was not answered."""
    return tuple(
        str(parts_of(extension)["unanswered"])
        for item in flat(instrument.get("item"))
        for extension in extensions(item, "safety-item")
    )


def safety_asked(instrument: Json, response: Json) -> frozenset[str]:
    """The safety items of an instrument that a response asks in any form: by linkId, code or words."""
    return frozenset(link_id for link_id, _ in heard(safety_items(instrument), response))
