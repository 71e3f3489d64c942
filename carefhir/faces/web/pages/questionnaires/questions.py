"""The questions of a Questionnaire as typed values, read once from an artefact that has been checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carefhir.content.loading import extensions, value_of
from carefhir.faces.web.pages.questionnaires import supported
from carefhir.faces.web.pages.questionnaires.values import in_words
from carefhir.fhir.codec import Json
from carefhir.fhir.record import dig


@dataclass(frozen=True, slots=True)
class QuestionOption:
    """One answer that is offered."""

    key: str
    """What is posted: `system|code`, or the value itself. The place in the list would mean another answer as soon as
    the artefact has changed."""
    text: str
    answer: Json
    selected: bool
    """Whether it is the initial answer."""


@dataclass(frozen=True, slots=True)
class QuestionUnit:
    """One unit that a number may have."""

    key: str
    text: str
    coding: Json


@dataclass(frozen=True, slots=True)
class ShownWhen:
    """One condition of FHIR's enableWhen."""

    question: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One item of a Questionnaire: what it asks, and what it takes."""

    link_id: str
    kind: str
    """The item type of FHIR."""
    raw_text: str
    """The text as the artefact has it; the response repeats it."""
    text: str
    """The same with its prefix."""
    help: str
    required: bool
    repeats: bool
    read_only: bool
    """Whether nobody may change the answer, a calculated one included."""
    hidden: bool
    """Whether it is never shown, by itself or because of what it stands in."""
    calculated: bool
    safety: bool
    conditional: bool
    """Whether it, or what it stands in, may be shown on a later page only."""
    control: str
    """The item control of FHIR; "" where none is asked for."""
    max_length: int | None
    minimum: Any
    maximum: Any
    options: tuple[QuestionOption, ...]
    units: tuple[QuestionUnit, ...]
    unit_text: str
    """The unit to show behind the number, where there is nothing to choose."""
    initial: tuple[Json, ...]
    conditions: tuple[ShownWhen, ...]
    any_condition: bool
    """Whether a single condition suffices."""
    children: tuple[FormQuestion, ...]

    @property
    def asks(self) -> bool:
        """Whether people answer it here."""
        return self.kind not in supported.NO_ANSWER and not self.read_only and not self.hidden

    @property
    def marked(self) -> bool:
        """Whether the page says that it had this question: without that, nobody could tell an answer that was removed
        from a question that was never there."""
        return self.asks and (self.conditional or bool(self.initial))

    @property
    def may_be_silent(self) -> bool:
        """Whether it is a safety item that need not be asked: "asked, and not answered" is something else, then."""
        return self.safety and not self.required


def questions_of(questionnaire: Json) -> tuple[FormQuestion, ...]:
    """Reads the questions of a checked Questionnaire."""
    return tuple(_question(item, hidden=False, conditional=False) for item in _laid_out(questionnaire))


def every_question(questions: tuple[FormQuestion, ...]) -> Iterator[FormQuestion]:
    """Goes through questions at every depth, in order."""
    for question in questions:
        yield question
        yield from every_question(question.children)


def _question(item: Json, *, hidden: bool, conditional: bool) -> FormQuestion:
    kind, text = item["type"], item.get("text", "")
    hidden = hidden or flag(item, supported.HIDDEN)
    calculated = any(True for _ in extension_values(item, supported.CALCULATED))
    conditional = conditional or bool(item.get("enableWhen"))
    # What hangs on an answer comes when that answer has been given.
    below = conditional or kind not in supported.NO_ANSWER
    options = tuple(_option(option) for option in item.get("answerOption", ()))
    units = tuple(_unit(coding) for coding in unit_codings(item)) if kind == "quantity" else ()
    return FormQuestion(
        link_id=item["linkId"],
        kind=kind,
        raw_text=text,
        text=f"{item.get('prefix', '')} {text}".strip(),
        help=_beside(item, "help"),
        required=item.get("required", False),
        repeats=item.get("repeats", False),
        read_only=item.get("readOnly", False) or calculated,
        hidden=hidden,
        calculated=calculated,
        safety=any(extensions(item, "safety-item")),
        conditional=conditional,
        control=next(iter(controls(item)), ""),
        max_length=item.get("maxLength"),
        minimum=next(extension_values(item, supported.MIN_VALUE), None),
        maximum=next(extension_values(item, supported.MAX_VALUE), None),
        options=options,
        units=units,
        unit_text=_unit_text(item, units),
        initial=tuple(_initial(item, options, units)),
        conditions=tuple(_condition(condition) for condition in item.get("enableWhen", ())),
        any_condition=item.get("enableBehavior") == "any",
        children=tuple(_question(child, hidden=hidden, conditional=below) for child in _laid_out(item)),
    )


def _initial(item: Json, options: tuple[QuestionOption, ...], units: tuple[QuestionUnit, ...]) -> Iterator[Json]:
    """The initial answers, in the words of the options and units that they are."""
    by_key = {option.key: option.answer for option in options}
    texts = {unit.key: unit.text for unit in units}
    for value in item.get("initial", ()):
        answer = answer_of(value)
        quantity = answer.get("valueQuantity", {})
        key = f"{quantity.get('system')}|{quantity.get('code')}"
        yield {"valueQuantity": {**quantity, "unit": texts[key]}} if units else by_key.get(option_key(answer), answer)
    yield from (option.answer for option in options if option.selected)


def _laid_out(element: Json) -> Iterator[Json]:
    """The items below an element that stand on a line of their own."""
    for item in element.get("item", ()):
        if not set(controls(item)) & {"help", "unit"}:
            yield item


def _beside(item: Json, control: str) -> str:
    """The texts that stand beside an item, as its help or its unit."""
    texts = (child.get("text", "") for child in item.get("item", ()) if control in controls(child))
    return " ".join(filter(None, texts))


def controls(item: Json) -> tuple[str, ...]:
    """Lists the item controls that an item asks for."""
    concepts = extension_values(item, supported.ITEM_CONTROL)
    return tuple(code for concept in concepts for code in dig(concept, "coding.code") if isinstance(code, str))


def extension_values(element: Json, url: str) -> Iterator[Any]:
    """Goes through the values of an element's extensions of that url."""
    for extension in dig(element, "extension"):
        if isinstance(extension, dict) and extension.get("url") == url:
            yield value_of(extension)


def flag(element: Json, url: str) -> bool:
    """Says whether an extension of that url is true."""
    return any(value is True for value in extension_values(element, url))


def answer_of(element: Json) -> Json:
    """The value[x] of an option or initial value, as an answer."""
    return {name: value for name, value in element.items() if name.startswith(("value", "_value"))}


def option_key(answer: Json) -> str:
    """Names an option by what it means, for the form to post."""
    value = value_of(answer)
    return f"{value.get('system', '')}|{value.get('code', '')}" if isinstance(value, dict) else str(value)


def _option(option: Json) -> QuestionOption:
    answer = answer_of(option)
    letters = (*extension_values(option, supported.OPTION_PREFIX), *_prefixes(value_of(answer)))
    return QuestionOption(
        key=option_key(answer),
        text=" ".join((*map(str, letters), in_words(value_of(answer)))),
        answer=answer,
        selected=option.get("initialSelected", False),
    )


def _prefixes(value: Any) -> Iterator[Any]:
    """FHIR R4 puts optionPrefix on the Coding, other systems on the option."""
    if isinstance(value, dict):
        yield from extension_values(value, supported.OPTION_PREFIX)


def unit_codings(item: Json) -> tuple[Any, ...]:
    """Lists the units that an item offers."""
    options = tuple(extension_values(item, supported.UNIT_OPTION))
    return options or tuple(extension_values(item, supported.UNIT_OF_ITEM))


def _unit(coding: Json) -> QuestionUnit:
    return QuestionUnit(f"{coding['system']}|{coding['code']}", in_words(coding), coding)


def _unit_text(item: Json, units: tuple[QuestionUnit, ...]) -> str:
    if len(units) == 1:
        return units[0].text
    return _beside(item, "unit") or " ".join(in_words(coding) for coding in unit_codings(item) if not units)


def _condition(condition: Json) -> ShownWhen:
    value = next(value for name, value in condition.items() if name.startswith("answer"))
    return ShownWhen(condition["question"], condition["operator"], value)
