"""What a person's own words may tell of, before anybody has read them (CodeSystem alarming-words).

Two kinds of sentences tell of no emergency: a plain denial, with nothing after it but what is on a list (`no chest pain
today`; not `no chest pain like this`); and what another person had years ago, where nothing else was written (`my
mother had a stroke last year`; not `my mother had a stroke, and now my arm is numb`). Words of death are never taken
back. None of this makes a check-in green.
"""

from __future__ import annotations

import re
from functools import lru_cache

from carefhir.codes import ALARMING_WORDS
from carefhir.content.loading import Concept, Content, ContentKey

_SENTENCE = re.compile(r"[.;!?\n]")


def alarming(content: Content, words: str) -> tuple[str, ...]:
    """What a person's own words may tell of, by code."""
    plain = re.sub(r"\s+", " ", words.replace("\u2019", "'").lower()).strip(" .,!;:'\"")
    return tuple(code for code, alarm in _alarms(ContentKey(content)).items() if alarm.told_by(plain))


class _Alarm:
    """The words for one danger, as patterns."""

    def __init__(self, concept: Concept) -> None:
        words = _any_of(concept, "words")
        whose, did, when = (_any_of(concept, name) for name in ("whose", "did", "longAgo"))
        self._words = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
        self._denied_by = re.compile(rf"(?<!\w)(?:{_any_of(concept, 'deniedBy')})\s+$")
        self._rest = re.compile(rf"(?:[\s,]+(?:{_any_of(concept, 'restOfDenial')}))*[\s,]*")
        self._of_another = re.compile(rf"(?:{whose}) (?:{did}) (?:{words}) (?:{when})")

    def told_by(self, plain: str) -> bool:
        """Whether a text in small letters may tell of it."""
        if self._of_another.fullmatch(plain):
            return False
        return any(not self._denied(plain, *match.span()) for match in self._words.finditer(plain))

    def _denied(self, plain: str, start: int, end: int) -> bool:
        """Whether the words from start to end are denied right before, and nothing that could take that back follows in
        the sentence."""
        rest = _SENTENCE.split(plain[end:], maxsplit=1)[0]
        return bool(self._denied_by.search(plain[:start])) and self._rest.fullmatch(rest) is not None


@lru_cache(maxsize=8)
def _alarms(key: ContentKey) -> dict[str, _Alarm]:
    return {code: _Alarm(concept) for code, concept in key.content.concepts(ALARMING_WORDS).items()}


def _any_of(concept: Concept, name: str) -> str:
    """The words of one kind as an expression, * being any one word or ending; where there are none, it matches
    nothing."""
    words = [word.strip().replace("\u2019", "'").lower() for word in str(concept.properties.get(name, "")).split(";")]
    return "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words if word) or r"(?!)"
