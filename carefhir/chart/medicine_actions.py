"""What an action about a medicine means, in a person's words: whether it changes an order, and how it leaves the
medicine.

What a nurse may close is what is *understood* as harmless: taught, the list corrected, as it is. Words that are left
over are not understood, and so the prescriber's: nobody can list every way to say "take half of it". What was taught
may be said in any words, as long as they name no other dose, no other medicine and no change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from carefhir.codes import DOSING_INTERVAL, INGREDIENT, RECONCILIATION_ACTION
from carefhir.content.loading import Concept, Content
from carefhir.content.whole_word import whole_word
from carefhir.mappers import medication

DAY = 24
"""Hours from dose to dose that change nothing if they are said: to weigh daily is taught to everybody."""


@dataclass(frozen=True, slots=True)
class MedicineAction:
    """An action in words, as it was understood."""

    leaves: str
    """The status (of MedicationStatement) in which it leaves the medicine, by its first words; "" if it does not
    say."""
    changes: bool
    """Whether it changes an order."""
    understood: bool
    """Whether every word of it is understood as harmless."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One place where a text says one of the known actions."""

    start: int
    action: Concept


def read(
    content: Content, words: str, about: str = "", keys: Iterable[str] = (), *, over: bool = False
) -> MedicineAction:
    """Reads an action; `about` is what the difference itself says, whose numbers and words are known, `keys` are its
    medicines, and `over` whether the list says already that it is not taken."""
    places, rest = _places(_actions(content), words)
    leaves = next((status for place in places if (status := _leaves(place.action))), "")
    changes = any(_changes(place.action, over=over) for place in places)
    understood = not changes and _harmless(content, words, about, keys)
    return MedicineAction(leaves, changes, understood or not rest.strip(" ·.;,"))


def against(content: Content, what: str, instruction: str, key: str) -> str:
    """What an instruction says that contradicts the decision (stop, continue, change, hold, start) it belongs to, as a
    code of CodeSystem reconciliation-action; "" if nothing does. What is done on a condition, or with another medicine,
    contradicts nothing."""
    concepts = content.concepts(RECONCILIATION_ACTION)
    parts = [
        part.strip() for part in re.split(r"[;,!?\n]|\.(?=\s|$)|\band\b|\bbut\b|(?=\bthen\b)", instruction.lower())
    ]
    dosed = [part for part in parts if re.search(r"\d", part)]
    for part in filter(None, parts):
        if _mentions(part, concepts["condition"]) or _others(content, part, (key,)):
            continue
        old = _mentions(part, concepts["old"]) or re.search(r"\d", part)
        if what == "change" and old and any(other != part for other in dosed):
            continue  # stop the old tablets, take 40 mg
        places, _ = _places(_actions(content), part)
        contradicting = [place.action.code for place in places if place.action.code in _AGAINST[what]]
        if contradicting:
            return contradicting[0]
    return ""


_AGAINST = {
    "continue": ("stop", "hold", "change"),
    "change": ("stop", "hold"),
    "start": ("stop", "hold"),
    "stop": ("continue", "start", "change"),
    "hold": ("continue", "change"),
}
"""Which actions contradict a decision. To be on hold, and to be started again later, go together."""


def _actions(content: Content) -> Mapping[str, Concept]:
    """The actions: the concepts that say whether they change an order."""
    every = content.concepts(RECONCILIATION_ACTION)
    return {code: action for code, action in every.items() if "changesOrder" in action.properties}


def _places(actions: Mapping[str, Concept], words: str) -> tuple[list[_Place], str]:
    """Where a text says which action, and the text without them. The longest words are read first, so that the
    "change" of "no change" is not read alone."""
    text, places = words.lower().replace("’", "'"), []
    spoken = [(phrase, action) for action in actions.values() for phrase in _phrases(action)]
    for phrase, action in sorted(spoken, key=lambda pair: len(pair[0]), reverse=True):
        for match in _whole(phrase).finditer(text):
            places.append(_Place(match.start(), action))
            text = text[: match.start()] + "·" * len(phrase) + text[match.end() :]
    return sorted(places, key=lambda place: place.start), text


@lru_cache(maxsize=4_096)
def _whole(phrase: str) -> re.Pattern[str]:
    """A phrase of the code system where it stands by itself; more of them than `re` keeps compiled."""
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def _changes(action: Concept, *, over: bool) -> bool:
    stays = over and action.properties.get("whereOver") is True
    return action.properties.get("changesOrder") is True and not stays


def _leaves(action: Concept) -> str:
    return str(action.properties.get("leaves", ""))


def _harmless(content: Content, words: str, about: str, keys: Iterable[str]) -> bool:
    """Whether nothing is left over that could be another dose, another medicine, or is not understood."""
    keys = tuple(keys)
    if _others(content, words, keys) or not _numbers(words) <= _numbers(about) or _interval(content, words, about):
        return False
    vocabulary = _vocabulary(content, about, keys)
    parts = re.split(r"[;!?\n]|(?<!\bdr)\.(?=\s|$)", words.lower())
    return all(_plain(content, part, vocabulary) for part in parts)


def _plain(content: Content, part: str, vocabulary: frozenset[str]) -> bool:
    """Whether a sentence is about teaching, or every word of it is understood."""
    places, rest = _places(_actions(content), re.sub(r"\b(?:dr|doctor)\b\.? +[^\W\d_]+", " ", part))
    if places and places[0].action.code == "teach":
        return True
    return all(word in vocabulary for word in re.findall(r"[^\W_·]+(?:'[^\W_]+)?", rest))


def _vocabulary(content: Content, about: str, keys: tuple[str, ...]) -> frozenset[str]:
    """The words that add nothing: fillers, the medicines by their names, and what the difference itself says."""
    meanings = content.concepts(RECONCILIATION_ACTION)
    own_words = frozenset(re.findall(r"[^\W_]+", about.lower())) - {*_phrases(meanings["negation"])}
    texts = (*_phrases(meanings["filler"]), *keys)
    return own_words | {word for text in texts for word in re.findall(r"[^\W_]+", text)}


def _others(content: Content, words: str, keys: Iterable[str]) -> frozenset[str]:
    """Medicines that a text names besides these: switched to torsemide."""
    concepts = content.concepts(INGREDIENT)
    mine = {part for key in keys for part in key.split("+")}
    named = medication.named(content, words).ingredients
    exact = (code for code in named if code in concepts and not concepts[code].properties.get("general"))
    return frozenset(exact) - mine


def _interval(content: Content, words: str, about: str) -> bool:
    """Whether it says how often, other than daily, in words that the difference does not use."""
    for interval in content.concepts(DOSING_INTERVAL).values():
        if interval.properties.get("hours", DAY) == DAY:
            continue
        if any(_says(words.lower(), phrase) and not _says(about.lower(), phrase) for phrase in _phrases(interval)):
            return True
    return False


_FIGURES = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "ten": "10"}


def _numbers(words: str) -> frozenset[str]:
    """The numbers in a text, spelled out or not, without zeros at their ends."""
    text = re.sub(r"\d{4}-\d\d-\d\d", " ", words.lower())
    figures = re.findall(r"\d+(?:[.,]\d+)*|[½¼¾⅓]", text)
    figures += [figure for word, figure in _FIGURES.items() if _says(text, word)]
    return frozenset(figure.rstrip("0").rstrip(".") if "." in figure else figure for figure in figures)


def _phrases(concept: Concept) -> Iterator[str]:
    return (word.strip() for word in str(concept.properties.get("words", "")).split(";") if word.strip())


def _says(text: str, phrase: str) -> bool:
    return whole_word(phrase).search(text) is not None


def _mentions(text: str, concept: Concept) -> bool:
    return any(_says(text, phrase) for phrase in _phrases(concept))
