"""Why answers to a suicide screener are not taken as they are: when they were given, to what, and what they deny.

Answers from before the review was raised say nothing about it, and a name that is no known screener says nothing about
what was asked (CodeSystem suicide-instrument). Where the answers that raised the review say that thoughts of death come
often, and the screener says there are none, both stand, and a person says why before the review closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from carefhir.codes import SUICIDE_INSTRUMENT, SUICIDE_SCREENER
from carefhir.content import scoring
from carefhir.content.loading import Content
from carefhir.content.whole_word import whole_word
from carefhir.fhir.record import Record, moments
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

QUALIFIER = "qualifier"
"""The concept that holds words beside a name."""


class Screened(Protocol):
    """The answers to a screener."""

    @property
    def instrument(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, str]: ...


class ClosedWith(Protocol):
    """What `resolve` was asked for."""

    @property
    def at(self) -> datetime: ...


class RaisedReview(Protocol):
    """A review of self-harm, and the answers that raised it."""

    @property
    def command(self) -> ClosedWith: ...
    @property
    def occasion(self) -> Occasion: ...
    @property
    def task(self) -> TaskView | None: ...
    @property
    def raised_by(self) -> Record | None: ...
    @property
    def screener(self) -> Screened | None: ...
    @property
    def contradiction(self) -> str: ...


def doubts(review: RaisedReview) -> tuple[str, ...]:
    """Why a review is not closed with these answers, though none of them is an emergency."""
    screener = review.screener
    if screener is None:
        return ()
    return (
        *_too_early(review),
        *_unknown(review.occasion.content, screener.instrument),
        *_denies_what_was_answered(review, screener),
    )


def denied(answers: Mapping[str, str]) -> tuple[str, ...]:
    """Says that thoughts were denied beside intent, a plan or behavior: the answers contradict each other."""
    others = [code.replace("-", " ") for code in ("intent", "plan", "behavior-3-months") if answers.get(code) == "yes"]
    if answers.get("ideation") != "no" or not others:
        return ()
    return (f"ideation is no, and yes to {', '.join(others)}: the answers contradict each other; the worse one counts",)


def _too_early(review: RaisedReview) -> Iterator[str]:
    """Says that the answers are older than what raised the review."""
    zone, now = review.occasion.zone, review.occasion.now
    texts = [review.task.authored if review.task else ""]
    texts += [qr.authored(review.raised_by.json, "")] if review.raised_by else []
    causes = [some[0] for text in texts if (some := moments(text, zone)) and some[0] <= now]
    if causes and review.command.at < min(causes):
        yield "at is before the answers that raised this review: ask the screener now, and give the moment it was asked"


def _unknown(content: Content, instrument: str) -> Iterator[str]:
    """Says that a name is not that of a known suicide screener."""
    concepts = content.concepts(SUICIDE_INSTRUMENT)
    words = {code: _names(str(concept.properties.get("words", ""))) for code, concept in concepts.items()}
    beside = words.pop(QUALIFIER, ())
    plain = _plain(instrument)
    for names in words.values():
        for name in names:
            rest = f" {plain} ".replace(f" {name} ", " ") if f" {name} " in f" {plain} " else None
            if rest is not None and not _left_over(
                rest, (*beside, *(each for some in words.values() for each in some))
            ):
                return
    names_of_all = ", ".join(concept.display for code, concept in concepts.items() if code != QUALIFIER)
    yield f"instrument is not a suicide screener that is known: ask one of these, and name it: {names_of_all}"


def _left_over(text: str, words: tuple[str, ...]) -> str:
    """What is left of a text without some words, days and years."""
    for word in sorted(words, key=len, reverse=True):
        text = whole_word(word).sub(" ", text)
    return re.sub(r"\b\d{1,4} \d{1,2} \d{1,4}\b|\b(?:19|20)\d\d\b", " ", text).strip()


def _names(words: str) -> tuple[str, ...]:
    return tuple(name for word in words.split(";") if (name := _plain(word)))


def _plain(text: str) -> str:
    """Words without case, hyphens and other signs."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _denies_what_was_answered(review: RaisedReview, screener: Screened) -> Iterator[str]:
    """Says that the screener denies thoughts that the answers before it told of, unless somebody says why."""
    content = review.occasion.content
    properties = content.concepts(SUICIDE_SCREENER)["ideation"].properties
    reason = _plain(review.contradiction).split()
    says_why = len(reason) >= int(str(properties.get("whyWords", 1)))
    if screener.answers.get("ideation") != "no" or review.raised_by is None or says_why:
        return
    often = properties.get("deniesFrom")
    worst = scoring.worst_safety_answer(content, review.raised_by.json)
    if often is not None and worst is not None and worst >= int(str(often)):
        yield (
            "the answers that raised this review tell of thoughts of death on more than half the days or nearly every "
            "day, and ideation is no: ask again; where both are right, say why in contradiction, in a sentence"
        )
