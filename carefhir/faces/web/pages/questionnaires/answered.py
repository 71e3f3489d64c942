"""What was typed into a form, read as answers: which questions are enabled, what each was answered, what is wrong.

A question is enabled when its enableWhen holds and what it stands in is enabled; one below another question only when
that has an answer, for in a response it stands inside that answer (FHIR R4, QuestionnaireResponse.item.answer.item). A
question that is not enabled counts as unanswered for every other (FHIR R4, Questionnaire.item.enableWhen).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from carefhir.content.loading import value_of
from carefhir.faces.web.pages.questionnaires import supported
from carefhir.faces.web.pages.questionnaires.names import OTHER, SHOWN, UNIT, control_name
from carefhir.faces.web.pages.questionnaires.questions import FormQuestion, QuestionUnit, ShownWhen, every_question
from carefhir.faces.web.pages.questionnaires.values import (
    UnreadableAnswer,
    in_words,
    measure,
    read_answer,
    read_number,
)
from carefhir.fhir.codec import Json

Typed = Mapping[str, Sequence[str]]
"""What a form posts: values by the name of their control."""

OTHER_CHOSEN = "*"
"""What is posted for "another answer" of an open-choice; no option may have this key."""
NOT_ANSWERED = "-"
"""What is posted for "asked, and not answered" of a safety item that need not be asked."""
RESERVED = ("", OTHER_CHOSEN, NOT_ANSWERED)

MISSING = "answer this question"
NOT_OFFERED = "choose again: the answer that was sent is not offered (the form may have changed)"
TOO_MANY = "give one answer, not several"
UNIT_NOT_OFFERED = "choose the unit again: the unit that was sent is not offered (the form may have changed)"


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One question as it was answered: its answers, or what is wrong."""

    answers: tuple[Json, ...] = ()
    problem: str = ""
    missing: bool = False
    """Whether the problem is only that there is no answer."""


@dataclass(slots=True)
class TypedForm:
    """One set of typed values, read against the questions of a form."""

    questions: tuple[FormQuestion, ...]
    typed: Typed
    zone: tzinfo
    calculated: Mapping[str, str]
    """What the server says, by linkId, for questions whose answer is calculated."""
    _by_id: dict[str, tuple[FormQuestion, FormQuestion | None]] = field(default_factory=dict, init=False)
    _read: dict[str, ReadAnswer] = field(default_factory=dict, init=False)
    _enabled: dict[str, bool] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for question in every_question(self.questions):
            self._by_id.setdefault(question.link_id, (question, None))
            self._by_id.update((child.link_id, (child, question)) for child in question.children)

    def values(self, question: FormQuestion, part: str = "") -> list[str]:
        """What was typed for a question, without what is blank."""
        return [value for value in self.typed.get(control_name(question.link_id, part), ()) if value.strip()]

    def on_page(self, question: FormQuestion) -> bool:
        """Whether the page had the question, or something was typed for it."""
        return self._touched(question) or bool(self.values(question, SHOWN))

    def enabled(self, question: FormQuestion) -> bool:
        """Whether a question is asked, by the answers to the others."""
        if question.link_id not in self._enabled:
            _, parent = self._by_id[question.link_id]
            self._enabled[question.link_id] = self._below(parent, question) and self._holds(question)
        return self._enabled[question.link_id]

    def _below(self, parent: FormQuestion | None, question: FormQuestion) -> bool:
        if parent is None:
            return True
        always = parent.kind in supported.NO_ANSWER or question.kind == "display"
        return self.enabled(parent) and (always or bool(self.answers(parent)))

    def _holds(self, question: FormQuestion) -> bool:
        if not question.conditions:
            return True
        enough = any if question.any_condition else all
        return enough(self._met(condition) for condition in question.conditions)

    def _met(self, condition: ShownWhen) -> bool:
        question, _ = self._by_id[condition.question]
        answers = self.answers(question)
        if condition.operator == "exists":
            return bool(answers) is condition.value
        compared = (_compares(condition, answer, self.zone) for answer in answers)
        # "!=" holds where no answer is equal, so also where there is none (questionnaire-enable-operator).
        return all(compared) if condition.operator == "!=" else any(compared)

    def answers(self, question: FormQuestion) -> tuple[Json, ...]:
        """The answers to a question; () where it is not enabled."""
        return self.read(question).answers if self.enabled(question) else ()

    def read(self, question: FormQuestion) -> ReadAnswer:
        """The answers to a question that is enabled, or what is wrong with them."""
        if question.link_id not in self._read:
            self._read[question.link_id] = self._reading(question)
        return self._read[question.link_id]

    def _reading(self, question: FormQuestion) -> ReadAnswer:
        if question.kind in supported.NO_ANSWER:
            return ReadAnswer()
        if question.calculated:
            return ReadAnswer(tuple(self._calculated(question)))
        if not question.asks:
            return ReadAnswer(tuple(filter(is_answer, question.initial)))
        try:
            answers = tuple(self._typed_answers(question))
        except UnreadableAnswer as error:
            return ReadAnswer(problem=str(error))
        if question.required and not answers:
            return ReadAnswer(problem=MISSING, missing=True)
        return ReadAnswer(answers)

    def _calculated(self, question: FormQuestion) -> Iterator[Json]:
        """What the server says. Raises `ValueError` where that is no answer to the question: a mistake of ours."""
        text = self.calculated.get(question.link_id)
        if text is None:
            return
        try:
            units = question.units
            yield _quantity(read_number(text), units[0]) if units else read_answer(question.kind, text, self.zone)
        except UnreadableAnswer:
            raise ValueError(f"what is calculated for linkId {question.link_id} is no {question.kind}") from None

    def _typed_answers(self, question: FormQuestion) -> Iterator[Json]:
        if question.kind in supported.CHOICES:
            yield from self._chosen(question)
            return
        values = self.values(question)
        if len(values) > 1:
            raise UnreadableAnswer(TOO_MANY)
        for text in values:
            _check_length(question, text)
            answer = self._measured(question, text) if question.units else read_answer(question.kind, text, self.zone)
            _check_bounds(question, value_of(answer), self.zone)
            yield answer

    def _measured(self, question: FormQuestion, text: str) -> Json:
        number, units = read_number(text), self.values(question, UNIT)
        if not units:
            raise UnreadableAnswer("choose the unit of this number")
        unit = next((unit for unit in question.units if unit.key == units[0]), None)
        if unit is None or len(units) > 1:
            raise UnreadableAnswer(UNIT_NOT_OFFERED)
        return _quantity(number, unit)

    def _chosen(self, question: FormQuestion) -> Iterator[Json]:
        by_key = {option.key: option for option in question.options}
        keys = list(dict.fromkeys(self.values(question)))
        other = self._other(question, keys)
        # "Asked, and not answered" takes back no answer that was given beside it: then nobody knows which is meant.
        silent = [NOT_ANSWERED] if question.may_be_silent else []
        offered = [key for key in keys if key not in (*silent, *([OTHER_CHOSEN] if other else []))]
        if any(key not in by_key for key in offered):
            raise UnreadableAnswer(NOT_OFFERED)
        several = len(keys) if OTHER_CHOSEN in keys or not other else len(keys) + 1
        if several > 1 and not question.repeats:
            raise UnreadableAnswer(TOO_MANY)
        # In the order of the form, so that the same boxes give the same response whichever was ticked first.
        yield from (option.answer for key, option in by_key.items() if key in offered)
        if other:
            yield {"valueString": other}

    def _other(self, question: FormQuestion, keys: list[str]) -> str:
        """The answer in words of an open-choice; "" where there is none."""
        if question.kind != "open-choice":
            return ""
        texts = self.values(question, OTHER)
        if len(texts) > 1:
            raise UnreadableAnswer(TOO_MANY)
        if OTHER_CHOSEN in keys and not texts:
            raise UnreadableAnswer("write what the other answer is")
        for text in texts:
            _check_length(question, text)
        return str(read_answer("string", texts[0], self.zone)["valueString"]) if texts else ""

    def asked(self, question: FormQuestion) -> bool:
        """Whether a safety item that is enabled was asked: it must be, or something was chosen, readable or not."""
        return question.required or self._touched(question)

    def _touched(self, question: FormQuestion) -> bool:
        return bool(self.values(question) or self.values(question, OTHER))


def is_answer(answer: Json) -> bool:
    """Says whether an initial value is an answer: a quantity without number only names its unit."""
    value = value_of(answer)
    return not (isinstance(value, dict) and "valueQuantity" in answer and "value" not in value)


def _quantity(number: Decimal, unit: QuestionUnit) -> Json:
    """A number with its unit, as FHIR R4 has a Quantity."""
    coding = unit.coding
    return {
        "valueQuantity": {
            "value": number,
            "unit": unit.text,
            "system": coding["system"],
            "code": coding["code"],
        }
    }


def _check_length(question: FormQuestion, text: str) -> None:
    length = len(text.strip().replace("\r\n", "\n"))
    if question.max_length is not None and length > question.max_length:
        more = length - question.max_length
        raise UnreadableAnswer(f"shorten this by {more}: at most {question.max_length} characters are taken")


def _check_bounds(question: FormQuestion, value: Any, zone: tzinfo) -> None:
    """Checks a value against FHIR's minValue and maxValue, which are allowed themselves."""
    bounds = (("least", question.minimum, operator.lt), ("most", question.maximum, operator.gt))
    for word, bound, beyond in bounds:
        if bound is not None and beyond(measure(value, zone), measure(bound, zone)):
            raise UnreadableAnswer(bound_in_words(word, bound, zone))


def bound_in_words(word: str, bound: Any, zone: tzinfo) -> str:
    """Says a bound: "at most 300", "Feb 11, 2026 or earlier"."""
    if isinstance(bound, str):
        return f"{in_words(bound, zone)} or {'later' if word == 'least' else 'earlier'}"
    return f"at {word} {in_words(bound)}"


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def _compares(condition: ShownWhen, answer: Json, zone: tzinfo) -> bool:
    mine, wanted = measure(value_of(answer), zone), measure(condition.value, zone)
    if type(mine) is not type(wanted):
        return condition.operator == "!="
    return bool(_COMPARISONS[condition.operator](mine, wanted))
