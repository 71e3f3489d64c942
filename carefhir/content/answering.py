"""The answers of a check-in, read for the worst they can mean.

An answer comes in many forms: one of our codes, a code of another system, a boolean, words, a number with or without a
unit. What is understood counts as what it says. What is not understood counts as a yes until somebody has asked, a
number counts in every way it can be read, and a person's own words count as what they may mean until somebody has read
them (clinical practice, rules 21 to 23). Each of these is also an objection, so that no such check-in is green.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from carefhir.codes import CHECK_IN_ANSWER, CHECK_IN_ITEM
from carefhir.content import check_in, quantities, scoring
from carefhir.content.loading import Content, ContentKey
from carefhir.content.quantities import Measured, NumberGiven
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, first_text

OWN_WORDS = "own-words"
WEIGHED_AT = "weighed-at"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, by linkId. What is in neither `yes` nor `no` nor `unclear` is not known."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    """Answered, but not understood: counts as yes until somebody has asked."""
    numbers: Mapping[str, NumberGiven] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    """Days, times and words, as they were given."""
    asked: frozenset[str] = frozenset()
    all_words: str = ""
    """Every word that was given as an answer, wherever it stands."""
    odd: tuple[str, ...] = ()
    """What cannot be used as it was given, as sentences that name the question and never the answer."""
    implausible: tuple[str, ...] = ()
    """Numbers that are more likely a slip than a person; they are asked again and not filed."""

    def asking_again(self, link_id: str, why: str) -> Answers:
        """The same with one more number that is not plausible."""
        if link_id in self.implausible:
            return self
        sentence = f"linkId {link_id}: {why}: ask again; it is judged, and not filed"
        return replace(self, implausible=(*self.implausible, link_id), odd=(*self.odd, sentence))

    @property
    def worst_yes(self) -> tuple[str, ...]:
        """Every question that was, or may have been, answered with yes."""
        return (*self.yes, *self.unclear)

    def number(self, link_id: str) -> Measured | None:
        """A number that can be filed: read in one way, and plausible."""
        reading = self.numbers.get(link_id)
        return reading.clear if reading and link_id not in self.implausible else None

    def ways(self, link_id: str) -> tuple[Measured, ...]:
        """Every way a number can be read, an implausible one too."""
        reading = self.numbers.get(link_id)
        return reading.ways if reading else ()

    def text(self, link_id: str) -> str:
        return self.texts.get(link_id, "")

    @property
    def own_words(self) -> str:
        """What the person said in their own words; "" if nothing."""
        return self.text(OWN_WORDS)


def read_answers(content: Content, form: Json, response: Json, other: Json | None = None) -> Answers:
    """The answers of a response to one of our forms; `other` is the form it was made for, where that is not ours."""
    wide = check_in.widened(content, form)
    given, odd = scoring.given_answers(content, wide, response, other)
    own, items = check_in.items(form), check_in.items(wide)
    reader = _Reader(content, set(items), scoring.turned_round(content, items, response))
    for link_id, item in items.items():
        answers = given.get(link_id, ())
        if answers:
            reader.read(link_id, item, answers)
        elif item.get("required") and link_id in own:
            odd.append(f"linkId {link_id}: required, and not answered")
        if answers and link_id not in own:
            odd.append(f"linkId {link_id}: not an item of this questionnaire; it is judged all the same")
    return replace(reader.answers(frozenset(given), odd), all_words=scoring.words_in(response))


class _Reader:
    """Collects the answers of one response."""

    def __init__(self, content: Content, link_ids: set[str], turned: frozenset[str]) -> None:
        self._content = content
        self._link_ids = link_ids
        self._turned = turned
        self._words: dict[str, list[str]] = {"yes": [], "no": [], "unclear": []}
        self._numbers: dict[str, NumberGiven] = {}
        self._texts: dict[str, str] = {}
        self._odd: list[str] = []
        self._implausible: list[str] = []

    def answers(self, asked: frozenset[str], odd: Iterable[str]) -> Answers:
        self._pressures()
        yes, unclear = dict.fromkeys(self._words["yes"]), dict.fromkeys(self._words["unclear"])
        return Answers(
            yes=tuple(yes),
            no=tuple(link_id for link_id in dict.fromkeys(self._words["no"]) if link_id not in yes),
            unclear=tuple(link_id for link_id in unclear if link_id not in yes),
            numbers=self._numbers,
            texts=self._texts,
            asked=asked,
            odd=(*odd, *self._odd),
            implausible=tuple(self._implausible),
        )

    def read(self, link_id: str, item: Json, answers: tuple[Json, ...]) -> None:
        if len(answers) > 1 and not item.get("repeats"):
            self._odd.append(f"linkId {link_id}: answered {len(answers)} times, takes one answer")
        if item.get("type") == "quantity":
            self._number(link_id, item, answers)
        elif item.get("type") == "choice" and _takes_yes_or_no(item):
            self._yes_or_no(link_id, answers)
        else:
            self._text(link_id, item, answers)

    def _yes_or_no(self, link_id: str, answers: tuple[Json, ...]) -> None:
        """Of several answers the worst one counts; what they say to a question that was turned round is not known."""
        if link_id in self._turned:
            self._words["unclear"].append(link_id)
            self._odd.append(
                f"linkId {link_id}: the question was put the other way round: its answer counts as yes until somebody "
                "has asked in our words"
            )
            return
        meanings = [meaning_of(self._content, answer) for answer in answers]
        for worst in ("yes", "", "dont-know", "no"):
            if worst in meanings:
                break
        if worst != "dont-know":
            self._words[worst or "unclear"].append(link_id)
        if not worst:
            self._odd.append(
                f"linkId {link_id}: the answer is not understood, and counts as yes until somebody has asked"
            )
        elif any((CHECK_IN_ANSWER, worst) not in codings(answer, "valueCoding") for answer in answers):
            meaning = {"yes": "yes", "no": "no", "dont-know": "don't know"}[worst]
            self._odd.append(f"linkId {link_id}: takes a coded answer (valueCoding); it is understood as {meaning}")

    def _number(self, link_id: str, item: Json, answers: tuple[Json, ...]) -> None:
        kind = quantities.kind_of_item(self._content, item, self._content.concepts(CHECK_IN_ITEM))
        if kind is None:
            self._odd.append(f"linkId {link_id}: a number whose kind is not known")
            return
        readings = [self._reading(kind, answer) for answer in answers]
        ways = tuple(dict.fromkeys(way for reading in readings for way in reading.ways))
        odd = next((reading.odd for reading in readings if reading.odd), "")
        self._numbers[link_id] = NumberGiven(ways, odd or ("is given more than once" if len(ways) > 1 else ""))
        if self._numbers[link_id].odd:
            self._odd.append(f"linkId {link_id}: the number {self._numbers[link_id].odd}; every way to read it counts")
        if any(quantities.implausible(self._content, kind, way) for way in ways):
            self._ask_again(link_id, kind.display)
        texts = [text for answer in answers for text in _texts_of(answer)]
        values = [quantities.converted(self._content, way, kind.unit.ucum) for way in ways]
        beyond = any(value is not None and value > kind.high for value in values)
        if (beyond or any(map(kind.shows_high, texts))) and kind.high_means in self._link_ids:
            self._words["yes"].append(kind.high_means)

    def _reading(self, kind: quantities.Kind, answer: Json) -> NumberGiven:
        if isinstance(answer.get("valueQuantity"), dict):
            return quantities.read_quantity(self._content, kind, answer["valueQuantity"])
        if isinstance(answer.get("valueString"), str):
            return quantities.read_text(self._content, kind, answer["valueString"])
        bare = next((answer[name] for name in ("valueDecimal", "valueInteger") if name in answer), None)
        if bare is not None:
            return quantities.read_bare(self._content, kind, bare)
        return NumberGiven((), "cannot be read")

    def _pressures(self) -> None:
        """A lower number that is not lower than the upper one: two slips, or one; both are asked again."""
        high = [way.value for way in self._numbers.get("systolic", NumberGiven()).ways]
        low = [way.value for way in self._numbers.get("diastolic", NumberGiven()).ways]
        if high and low and max(low) >= min(high):
            self._ask_again("systolic", "blood pressure (the lower number is not lower)")
            self._implausible.append("diastolic")
        lowest = [way.value for way in self._numbers.get("glucose-lowest", NumberGiven()).ways]
        highest = [way.value for way in self._numbers.get("glucose-highest", NumberGiven()).ways]
        if len(lowest) == len(highest) == 1 and lowest[0] > highest[0] and self._same_unit():
            self._ask_again("glucose-lowest", "glucose (the lowest is higher than the highest)")

    def _same_unit(self) -> bool:
        """Whether the lowest and the highest glucose are in one unit."""
        return len({way.unit for name in ("lowest", "highest") for way in self._numbers[f"glucose-{name}"].ways}) == 1

    def _ask_again(self, link_id: str, what: str) -> None:
        if link_id not in self._implausible:
            self._implausible.append(link_id)
            self._odd.append(f"linkId {link_id}: {what} is not plausible: ask again; it is judged, and not filed")

    def _text(self, link_id: str, item: Json, answers: tuple[Json, ...]) -> None:
        texts = [text for answer in answers for text in _texts_of(answer)]
        words = " / ".join(text for text in texts if text.strip())
        if item.get("type") == "dateTime":
            text = first_text(answers[0], "valueDateTime") or first_text(answers[0], "valueDate")
            if text:
                self._texts[link_id] = text
            else:
                self._odd.append(f"linkId {link_id}: takes a day or a time")
        elif words and not (
            link_id == OWN_WORDS and all(_meaning_of_text(self._content, text) == "no" for text in texts)
        ):
            self._texts[link_id] = words
        elif not texts and item.get("type") == "text":
            self._odd.append(f"linkId {link_id}: the answer is not understood")
            self._texts[link_id] = "(an answer that is not text)"

    def _says_nothing(self, texts: list[str]) -> bool:
        """Whether own words are only a no to "anything else?"."""
        return all(_meaning_of_text(self._content, text) == "no" for text in texts)


def _texts_of(answer: Json) -> list[str]:
    """Every text in an answer: words, the words of a code."""
    coding = answer.get("valueCoding")
    shown = [str(coding.get("display") or coding.get("code") or "")] if isinstance(coding, dict) else []
    return [text for text in (answer.get("valueString"), answer.get("valueUri"), *shown) if isinstance(text, str)]


def _takes_yes_or_no(item: Json) -> bool:
    return any((CHECK_IN_ANSWER, "yes") in codings(option, "valueCoding") for option in item.get("answerOption", []))


def meaning_of(content: Content, answer: Json) -> str:
    """What one answer to a yes-or-no question means: `yes`, `no`, `dont-know`; "" where it is not understood."""
    if answer.get("modifierExtension"):
        return ""
    meanings = {_meaning_of_text(content, words) for words in _comments(answer)}
    for name, value in answer.items():
        if not name.startswith("value"):
            continue
        if name == "valueBoolean" and isinstance(value, bool):
            meanings.add("yes" if value else "no")
        elif name == "valueString" and isinstance(value, str):
            meanings.add(_meaning_of_text(content, value))
        elif name == "valueCoding" and isinstance(value, dict):
            meanings.add(_meaning_of_coding(content, value))
        else:
            meanings.add("")
    return next(iter(meanings)) if len(meanings) == 1 else ""


def _comments(answer: Json) -> Iterable[str]:
    """Words that somebody wrote beside an answer, in an extension of it: they may say otherwise."""
    extensions = answer.get("extension")
    for extension in extensions if isinstance(extensions, list) else []:
        for name in ("valueString", "valueMarkdown"):
            if isinstance(extension, dict) and isinstance(extension.get(name), str):
                yield extension[name]


def _meaning_of_coding(content: Content, coding: Json) -> str:
    """What a Coding means: its code, and its words where they are understood too. One that contradicts itself is not
    understood."""
    system, code = str(coding.get("system") or ""), str(coding.get("code") or "")
    by_code = _answer_codes(ContentKey(content)).get((system, code), "")
    if not system and not by_code:
        by_code = _meaning_of_text(content, code)
    display = coding.get("display")
    by_words = _meaning_of_text(content, display) if isinstance(display, str) else ""
    if by_code and isinstance(display, str) and display.strip() and by_code != by_words:
        return ""
    return by_code or by_words


def _meaning_of_text(content: Content, text: str) -> str:
    return _answer_words(ContentKey(content)).get(_plain(text), "")


def _plain(text: str) -> str:
    """Words without what does not matter: case, punctuation at the ends, curly apostrophes."""
    return re.sub(r"\s+", " ", text.replace("\u2019", "'").lower()).strip(" .,!;:'\"")


@lru_cache(maxsize=8)
def _answer_codes(key: ContentKey) -> Mapping[tuple[str, str], str]:
    """What (system, code) means."""
    meanings: dict[tuple[str, str], str] = {}
    for code, concept in key.content.concepts(CHECK_IN_ANSWER).items():
        meanings[(CHECK_IN_ANSWER, code)] = code
        for entry in str(concept.properties.get("codes", "")).split():
            system, _, value = entry.rpartition("|")
            meanings[(system, value)] = code
    return meanings


@lru_cache(maxsize=8)
def _answer_words(key: ContentKey) -> Mapping[str, str]:
    """What a whole answer in words means."""
    return {
        _plain(word): code
        for code, concept in key.content.concepts(CHECK_IN_ANSWER).items()
        for word in (code, concept.display, *str(concept.properties.get("words", "")).split(";"))
        if word.strip()
    }
