"""The form in which a clinician writes down what a suicide screener came to (Questionnaire suicide-screener-result).

It is read for the worst: a question that is not answered, answered twice, or in a way that the form does not offer, is
`unknown`, which counts as a yes until somebody has asked. The level of risk adds to what the answers say, and lowers
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from carefhir.codes import SUICIDE_ANSWER, SUICIDE_FORM, SUICIDE_INSTRUMENT, SUICIDE_SCREENER
from carefhir.content.form_items import flat
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig

YES_OR_NO = ("ideation", "intent", "plan", "behavior-3-months", "means")
"""The questions that are answered with yes, no, or not at all."""


@dataclass(frozen=True, slots=True)
class SuicideForm:
    """What a filled-in form says."""

    instrument: str
    """The screener that was asked, by its name; "" where none is named that is known."""
    answers: Mapping[str, str]
    """By code of CodeSystem suicide-screener, `level` among them: a code of suicide-screener-answer."""
    missing: tuple[str, ...]
    """The questions that have no answer that can be read, by linkId."""
    done: str
    contradiction: str


def read(content: Content, response: Json) -> SuicideForm:
    """A filled-in form."""
    screener = content.concepts(SUICIDE_INSTRUMENT).get(_code(response, "screener", SUICIDE_INSTRUMENT))
    offered = {item["linkId"]: _offered(item) for item in content.get("Questionnaire", _id())["item"]}
    given = {name: _code(response, name, SUICIDE_ANSWER) for name in (*YES_OR_NO, "safety-plan", "level")}
    answers = {name: code if code in offered[name] else "unknown" for name, code in given.items()}
    done = _words(response, "done")
    lacking = [name for name, code in given.items() if code not in offered[name]]
    return SuicideForm(
        instrument=screener.display if screener else "",
        answers=answers,
        missing=(*([] if screener else ["screener"]), *lacking, *([] if done else ["done"])),
        done=done,
        contradiction=_words(response, "contradiction"),
    )


def at_risk(content: Content, answers: Mapping[str, str], risk: str) -> Iterator[str]:
    """The answers that tell of a risk (`emergency`, `lower`), in words: a yes, what is not known, or the level."""
    items, levels = content.concepts(SUICIDE_SCREENER), content.concepts(SUICIDE_ANSWER)
    for code, answer in answers.items():
        told = levels[answer].properties.get("risk") if code == "level" and answer in levels else None
        if told == risk:
            yield f"{items[code].display} {levels[answer].display}"
        elif code != "level" and answer != "no" and items[code].properties.get("risk") == risk:
            yield f"{items[code].display} {answer}"


def _id() -> str:
    return SUICIDE_FORM.rpartition("/")[2]


def _offered(item: Json) -> frozenset[str]:
    return frozenset(code for option in item.get("answerOption", []) for _, code in codings(option, "valueCoding"))


def _code(response: Json, name: str, system: str) -> str:
    """The code of the one answer to a question; "" where there is none, more than one, or one that may mean another."""
    given = list(_given(response, name))
    codes = [code for answer in given for each, code in codings(answer, "valueCoding") if each == system]
    odd = any(answer.get("modifierExtension") for answer in given)
    return codes[0] if len(given) == len(codes) == 1 and not odd else ""


def _words(response: Json, name: str) -> str:
    texts = (answer.get("valueString") for answer in _given(response, name))
    return "; ".join(text.strip() for text in texts if isinstance(text, str) and text.strip())


def _given(response: Json, name: str) -> Iterator[Json]:
    for item in flat(response.get("item")):
        if item.get("linkId") == name:
            odd = bool(item.get("modifierExtension"))
            for answer in dig(item, "answer"):
                if isinstance(answer, dict):
                    yield {**answer, "modifierExtension": [{}]} if odd else answer
