"""Whether words about a call say that nobody was reached (CodeSystem contact-outcome).

`Left voicemail, will try again` closes no call: it is an attempt. `Left voicemail at 9, spoke with her at 2` is a talk:
of what tells of the outcome, the last one counts. A next try tells of nobody reached only where nothing says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from carefhir.codes import CONTACT_OUTCOME
from carefhir.content.loading import Concept, Content


def nobody_reached(content: Content, words: str) -> bool:
    """Whether words say that nobody was reached."""
    plain = re.sub(r"\s+", " ", words.replace("\u2019", "'").lower())
    outcomes = content.concepts(CONTACT_OUTCOME).values()
    missed = [outcome for outcome in outcomes if not outcome.properties.get("reached")]
    spoken = [outcome for outcome in outcomes if outcome.properties.get("reached")]
    plain, tries = _taken_out(plain, missed)
    talks = [place for outcome in spoken for place in _places(plain, _words(outcome, "words"))]
    if talks:
        return bool(tries) and max(tries) > max(talks)
    return bool(tries) or any(_places_of_any(plain, missed))


def _taken_out(plain: str, outcomes: list[Concept]) -> tuple[str, list[int]]:
    """A text with what says that nobody was reached blanked out, the longest words first, and where it stood: `not
    reached` is no `reached`."""
    places: list[int] = []
    words = [word for outcome in outcomes for word in _words(outcome, "words")]
    for word in sorted(words, key=len, reverse=True):
        for place in _places(plain, [word]):
            places.append(place)
            plain = plain[:place] + "_" * len(word) + plain[place + len(word) :]
    return plain, places


def _places_of_any(plain: str, outcomes: list[Concept]) -> Iterator[bool]:
    for outcome in outcomes:
        yield any(True for _ in _places(plain, _words(outcome, "again")))


def _words(outcome: Concept, name: str) -> list[str]:
    """The words of an outcome, of one kind."""
    return [word.strip() for word in str(outcome.properties.get(name, "")).split(";") if word.strip()]


def _places(plain: str, words: list[str]) -> Iterator[int]:
    """Where words stand in a text."""
    for word in words:
        yield from (match.start() for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", plain))
