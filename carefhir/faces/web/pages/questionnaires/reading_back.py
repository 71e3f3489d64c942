"""Answers as the typed values they came from, to show a response in its form again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from carefhir.content.loading import value_of
from carefhir.faces.web.pages.questionnaires import supported
from carefhir.faces.web.pages.questionnaires.answered import OTHER_CHOSEN
from carefhir.faces.web.pages.questionnaires.names import OTHER, UNIT, control_name
from carefhir.faces.web.pages.questionnaires.questions import FormQuestion, QuestionOption, option_key
from carefhir.faces.web.pages.questionnaires.values import number_as_typed, typed_answer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import dig


class NotShowable(Exception):
    """An answer that the form cannot show as it is; the message says why, without the answer."""


def typed_values(question: FormQuestion, answers: Sequence[Json], zone: tzinfo) -> dict[str, list[str]]:
    """Writes the answers to a question as its controls would post them. Raises `NotShowable`."""
    if len(answers) > 1 and not question.repeats:
        raise NotShowable("several answers, and it takes one")
    typed: dict[str, list[str]] = {}
    for answer in answers:
        for part, value in _parts(question, answer, zone):
            typed.setdefault(control_name(question.link_id, part), []).append(value)
    if len(typed.get(control_name(question.link_id, OTHER), ())) > 1:
        raise NotShowable("several answers in words, and it takes one")
    return typed


def _parts(question: FormQuestion, answer: Json, zone: tzinfo) -> Iterator[tuple[str, str]]:
    if question.kind in supported.CHOICES:
        yield from _choice(question, answer)
    elif question.kind == "quantity":
        yield from _quantity(question, answer.get("valueQuantity"))
    else:
        text = typed_answer(question.kind, answer, zone)
        if text is None:
            raise NotShowable(f"an answer that cannot be typed as {question.kind}")
        yield "", text


def _choice(question: FormQuestion, answer: Json) -> Iterator[tuple[str, str]]:
    option = next((option for option in question.options if _is_option(option, answer)), None)
    if option is not None:
        yield "", option.key
    elif question.kind == "open-choice" and isinstance(answer.get("valueString"), str):
        yield from () if question.repeats else (("", OTHER_CHOSEN),)
        yield OTHER, answer["valueString"]
    else:
        raise NotShowable("an answer that is none of its options, or has other words than its option")


def _is_option(option: QuestionOption, answer: Json) -> bool:
    """Whether an answer says what an option says and nothing else: other words may mean the opposite of the code."""
    value, offered = value_of(answer), value_of(option.answer)
    if not isinstance(value, dict) or not isinstance(offered, dict):
        return type(value) is type(offered) and bool(value == offered)
    return option_key(answer) == option.key and all(offered.get(name) == part for name, part in value.items())


def _quantity(question: FormQuestion, quantity: Any) -> Iterator[tuple[str, str]]:
    value = quantity if isinstance(quantity, dict) else {}
    unit = next((unit for unit in question.units if unit.key == f"{value.get('system')}|{value.get('code')}"), None)
    if unit is None or value.get("unit", unit.text) not in (unit.text, value.get("code")):
        raise NotShowable("a number without one of its units")
    if set(value) - {"value", "unit", "system", "code"}:
        raise NotShowable("a number with a comparator or an extension")
    if isinstance(value.get("value", 0), bool) or not isinstance(value.get("value", 0), int | Decimal):
        raise NotShowable("a number that is none")
    if "value" in value:
        yield "", number_as_typed(value["value"])
    yield UNIT, unit.key


def flat(items: Any) -> Iterator[Json]:
    """Goes through the items of a response at every depth."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item
            yield from flat(item.get("item"))
            for answer in dig(item, "answer"):
                yield from flat(answer.get("item") if isinstance(answer, dict) else None)
