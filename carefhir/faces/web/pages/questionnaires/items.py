"""What a template lays out: questions with their controls, options and words, ready to be written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from carefhir.content.loading import value_of
from carefhir.faces.web.pages.questionnaires import supported
from carefhir.faces.web.pages.questionnaires.answered import NOT_ANSWERED, OTHER_CHOSEN, TypedForm, bound_in_words
from carefhir.faces.web.pages.questionnaires.names import OTHER, SHOWN, UNIT, control_name, element_id
from carefhir.faces.web.pages.questionnaires.questions import FormQuestion
from carefhir.faces.web.pages.questionnaires.values import NO_DATE, NO_MOMENT, NO_TIME, in_words

MOST_RADIOS = 6
"""With more options than this a list is shorter than a row of buttons."""
CALCULATED = "worked out by the server"

_HINTS = {"date": NO_DATE, "dateTime": NO_MOMENT, "time": NO_TIME}
_PICKERS = {"date": "date", "dateTime": "datetime-local", "time": "time"}
_CONTROLS = {**dict.fromkeys(supported.NUMBERS, "number"), "string": "text", "text": "textarea"}


@dataclass(frozen=True, slots=True)
class FormProblem:
    """Something that is wrong with what was typed, in words that never repeat it."""

    link_id: str
    """"" where it is about the whole form."""
    html_id: str
    """The element to link to; "" where there is none."""
    question: str
    what: str
    missing: bool
    """Whether there is only no answer: a draft can be kept so."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """One option of a question, or one unit."""

    value: str
    """What is posted."""
    text: str
    checked: bool
    html_id: str


@dataclass(frozen=True, slots=True)
class FormItem:
    """One item of a form that is shown; items that are not enabled are not there."""

    link_id: str
    kind: str
    """The item type of FHIR."""
    control: str
    """`group`, `display`, `header`, `words` (read-only), `radios`, `select`, `checkboxes`, `number`, `text`,
    `textarea`, `date`, `datetime-local` or `time`."""
    name: str
    """The name of its control."""
    html_id: str
    text: str
    help: str
    required: bool
    read_only: bool
    value: str
    """What was typed; of a read-only item its value in words."""
    options: tuple[FormOption, ...]
    other_name: str
    """The name of the control for an answer in words beside the options; "" where there is none."""
    other: str
    units: tuple[FormOption, ...]
    """The units to choose from; a single one is posted along with the number."""
    unit_name: str
    unit: str
    """The unit that stands behind the number; "" where one is chosen."""
    minimum: str
    """The least that is taken, in words."""
    maximum: str
    max_length: int | None
    hint: str
    """How to write the answer; "" where the control shows it."""
    was: str
    """The previous answer, in words."""
    problem: str
    mark: str
    """The name of a hidden control that says that this question was on the page; "" where none is needed."""
    children: tuple[FormItem, ...]

    @property
    def described_by(self) -> str:
        """The ids of everything that describes the control, in reading order."""
        unit = self.unit if self.control == "number" else ""
        parts = {"was": self.was, "unit": unit, "help": self.help, "hint": self.hints, "problem": self.problem}
        return " ".join(f"{self.html_id}.{part}" for part, words in parts.items() if words)

    @property
    def hints(self) -> str:
        """How to write the answer and its limits, as one sentence."""
        length = f"at most {self.max_length} characters" if self.max_length else ""
        return "; ".join(filter(None, (self.hint, self.minimum, self.maximum, length)))


@dataclass(frozen=True, slots=True)
class Layout:
    """Lays out the questions of a form with what was typed."""

    answers: TypedForm
    was: Mapping[str, str]
    problems: Mapping[str, str]

    def items(self, questions: tuple[FormQuestion, ...]) -> Iterator[FormItem]:
        """Lays out the questions that are shown."""
        for question in questions:
            if not question.hidden and self.answers.enabled(question):
                yield self._item(question)

    def _item(self, question: FormQuestion) -> FormItem:
        link_id, problem = question.link_id, self.problems.get(question.link_id, "")
        value = self._value(question)
        control = _written_control(question, value, problem)
        wanted = _PICKERS.get(question.kind, control) != control and question.asks
        return FormItem(
            link_id=link_id,
            kind=question.kind,
            control=control,
            name=control_name(link_id),
            html_id=element_id(link_id),
            text=question.text,
            help=question.help,
            required=question.required and not question.read_only,
            read_only=question.read_only,
            value=value,
            options=tuple(self._options(question, control)) if question.asks else (),
            other_name=control_name(link_id, OTHER) if question.asks and question.kind == "open-choice" else "",
            other=_first(self.answers.values(question, OTHER)),
            units=tuple(self._units(question)) if question.asks else (),
            unit_name=control_name(link_id, UNIT),
            unit=question.unit_text,
            minimum=self._bound("least", question),
            maximum=self._bound("most", question),
            max_length=question.max_length,
            hint=_HINTS[question.kind] if wanted else "",
            was=self.was.get(link_id, ""),
            problem=problem,
            mark=control_name(link_id, SHOWN) if question.marked else "",
            children=tuple(self.items(question.children)),
        )

    def _value(self, question: FormQuestion) -> str:
        if question.asks or question.kind in supported.NO_ANSWER:
            return _first(self.answers.values(question))
        values = [in_words(value_of(answer), self.answers.zone) for answer in self.answers.answers(question)]
        return ", ".join(values) or (CALCULATED if question.calculated else "")

    def _bound(self, word: str, question: FormQuestion) -> str:
        bound = question.minimum if word == "least" else question.maximum
        return "" if bound is None or question.read_only else bound_in_words(word, bound, self.answers.zone)

    def _options(self, question: FormQuestion, control: str) -> Iterator[FormOption]:
        offered = [(option.key, option.text) for option in question.options]
        if question.kind == "boolean":
            offered = [("true", "yes"), ("false", "no")]
        elif question.kind not in supported.CHOICES:
            return
        if control != "checkboxes":
            offered = _with_none(question, control, offered)
        checked = set(self.answers.values(question)) or {""}
        for number, (key, text) in enumerate(offered):
            yield FormOption(key, text, key in checked, html_id=element_id(question.link_id, str(number)))

    def _units(self, question: FormQuestion) -> Iterator[FormOption]:
        chosen = self.answers.values(question, UNIT)
        for number, unit in enumerate(question.units):
            html_id = element_id(question.link_id, f"{UNIT}.{number}")
            yield FormOption(unit.key, unit.text, unit.key in chosen, html_id=html_id)


def _with_none(question: FormQuestion, control: str, offered: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The options with what takes a choice back: a button that was pressed by mistake stays pressed otherwise."""
    if question.kind == "open-choice":
        offered = [*offered, (OTHER_CHOSEN, "other")]
    if question.may_be_silent:
        offered = [*offered, (NOT_ANSWERED, "asked, not answered")]
    if control == "select":
        return [("", "choose"), *offered]
    return offered if question.required else [*offered, ("", "not asked" if question.safety else "not answered")]


def _written_control(question: FormQuestion, value: str, problem: str) -> str:
    """A day or time that a picker could not show, or that is wrong, is shown as it was typed."""
    control = _control(question)
    if control not in _PICKERS.values() or not (problem or (value and not _picked(question.kind, value))):
        return control
    return "text"


def _control(question: FormQuestion) -> str:
    if question.kind in supported.NO_ANSWER:
        return "header" if question.control == "header" and question.kind == "display" else question.kind
    if question.read_only:
        return "words"
    if question.kind == "boolean":
        return "radios"
    if question.kind in supported.CHOICES:
        return _choice_control(question)
    return _PICKERS.get(question.kind) or _CONTROLS[question.kind]


def _choice_control(question: FormQuestion) -> str:
    if question.repeats:
        return "checkboxes"
    many = len(question.options) > MOST_RADIOS and question.control != "radio-button"
    return "select" if many or question.control == "drop-down" else "radios"


def _picked(kind: str, value: str) -> bool:
    """Whether a picker shows this value; it would be blank otherwise, and what was typed would be gone."""
    picker = {"date": ("%Y-%m-%d",), "time": ("%H:%M", "%H:%M:%S")}
    formats = picker.get(kind, ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"))
    return any(_fits(value, form) for form in formats)


def _fits(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007 -- only its shape counts
    except ValueError:
        return False
    return True


def _first(values: list[str]) -> str:
    return next(iter(values), "")
