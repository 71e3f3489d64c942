"""A Questionnaire as a form: what the page shows, what is wrong with what was typed, and the response it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from types import MappingProxyType

from carefhir.content.loading import value_of
from carefhir.errors import ContentError
from carefhir.faces.web.pages.questionnaires import supported
from carefhir.faces.web.pages.questionnaires.answered import NOT_ANSWERED, Typed, TypedForm
from carefhir.faces.web.pages.questionnaires.checking import unsupported
from carefhir.faces.web.pages.questionnaires.items import FormItem, FormProblem, Layout
from carefhir.faces.web.pages.questionnaires.names import OTHER, SHOWN, control_name, element_id, parsed_name
from carefhir.faces.web.pages.questionnaires.questions import FormQuestion, every_question, questions_of
from carefhir.faces.web.pages.questionnaires.reading_back import NotShowable, flat, typed_values
from carefhir.faces.web.pages.questionnaires.values import in_words
from carefhir.fhir.codec import Json, copied
from carefhir.fhir.record import dig

NOTHING: Mapping[str, str] = MappingProxyType({})
NEW = "this question is new: it was not on the page before"
CHANGED = (
    "an answer was sent to a question that this form does not ask (the form may have changed): compare all the answers "
    "before saving"
)


@dataclass(frozen=True, slots=True)
class TypedAgain:
    """A response as typed values, and what of it the form cannot show."""

    typed: dict[str, list[str]]
    not_shown: tuple[str, ...]
    """Each with its linkId and why; no answer is repeated."""


@dataclass(frozen=True, slots=True)
class QuestionnaireForm:
    """One Questionnaire that can be shown completely."""

    url: str
    canonical: str
    """`url|version`, as the response names it."""
    title: str
    copyright: str
    """Whom the instrument belongs to; many may be shown only with it."""
    questions: tuple[FormQuestion, ...]

    @classmethod
    def of(cls, questionnaire: Json) -> QuestionnaireForm:
        """Reads a Questionnaire. Raises `ContentError` that names every item it cannot show."""
        url = str(questionnaire.get("url", ""))
        problems = unsupported(questionnaire)
        if problems:
            name = url or f"Questionnaire/{questionnaire.get('id', '')}"
            raise ContentError(f"{name} cannot be shown as a form: {'; '.join(problems)}")
        return cls(
            url=url,
            canonical="|".join(filter(None, (url, questionnaire.get("version")))),
            title=str(questionnaire.get("title", "")),
            copyright=str(questionnaire.get("copyright", "")),
            questions=questions_of(questionnaire),
        )

    def shown(
        self,
        typed: Typed,
        *,
        was: Mapping[str, str] = NOTHING,
        problems: Sequence[FormProblem] = (),
        zone: tzinfo = UTC,
        calculated: Mapping[str, str] = NOTHING,
    ) -> tuple[FormItem, ...]:
        """Lays out the questions that are enabled, with what was typed.

        A question that was on no page yet has its initial value. `was`: earlier answers in words, by linkId;
        `problems`: those to show beside their questions; `calculated`: what the server says, by linkId.
        """
        answers = self._read(self._with_initial(typed, zone), zone, calculated)
        words = {problem.link_id: problem.what for problem in problems}
        return tuple(Layout(answers, was, words).items(self.questions))

    def _read(self, typed: Typed, zone: tzinfo, calculated: Mapping[str, str]) -> TypedForm:
        return TypedForm(self.questions, typed, zone, calculated=calculated)

    def _with_initial(self, typed: Typed, zone: tzinfo) -> Typed:
        answers = self._read(typed, zone, NOTHING)
        initial: dict[str, list[str]] = {}
        for question in every_question(self.questions):
            if question.marked and not answers.on_page(question):
                initial |= typed_values(question, question.initial, zone)
        return {**typed, **initial}

    def problems(
        self, typed: Typed, *, zone: tzinfo = UTC, calculated: Mapping[str, str] = NOTHING
    ) -> tuple[FormProblem, ...]:
        """Says what is wrong with what was typed, in the order of the questions; no text repeats what was typed."""
        answers = self._read(typed, zone, calculated)
        by_question = (_problem(question, answers) for question in every_question(self.questions))
        return (*self._changed(typed), *(problem for problem in by_question if problem))

    def _changed(self, typed: Typed) -> Iterator[FormProblem]:
        """An answer to a question that is gone, or that nobody answers any more, is not dropped in silence."""
        asked = {question.link_id for question in every_question(self.questions) if question.asks}
        for name, values in typed.items():
            link_id, part = parsed_name(name) or ("", "")
            answer = name.startswith("q.") and part in ("", OTHER) and any(value.strip() for value in values)
            if answer and link_id not in asked:
                yield FormProblem("", "", "", what=CHANGED, missing=False)
                return

    def new_questions(
        self, typed: Typed, *, zone: tzinfo = UTC, calculated: Mapping[str, str] = NOTHING
    ) -> tuple[FormProblem, ...]:
        """Names the questions that these answers enable and that the page they come from did not have.

        Without script an enabled item comes on the next page: so the form is shown again before it is saved.
        """
        answers = self._read(typed, zone, calculated)
        return tuple(
            _at(question, NEW)
            for question in every_question(self.questions)
            if question.marked and answers.enabled(question) and not answers.on_page(question)
        )

    def response(
        self,
        typed: Typed,
        *,
        patient: str,
        authored: str,
        author: str = "",
        source: str = "",
        status: str = "completed",
        zone: tzinfo = UTC,
        calculated: Mapping[str, str] = NOTHING,
    ) -> Json:
        """Writes a QuestionnaireResponse of FHIR R4: items nested as in the Questionnaire, only what was answered.

        `author` is who recorded the answers, `source` who gave them; `patient` and both are references. What has a
        problem is left out, so ask `problems` first. Answers of questions that are not enabled are dropped; hidden and
        read-only ones have their initial or calculated value.

        A safety item means something without an answer, too: one that must be asked, or for which something was sent
        that is no answer, stands in the response without an answer and is heard as a danger; so is "asked, and not
        answered". One that need not be asked, and was not, does not stand there. The steps that show a form to fill in
        (`check-in-questions`, `pre-fill`) keep to the same.
        """
        answers = self._read(typed, zone, calculated)
        people = {"author": author, "source": source}
        return {
            "resourceType": "QuestionnaireResponse",
            **({"questionnaire": self.canonical} if self.canonical else {}),
            "status": status,
            "subject": {"reference": patient},
            "authored": authored,
            **{role: {"reference": reference} for role, reference in people.items() if reference},
            **_items(self.questions, answers),
        }

    def typed_of(self, response: Json, *, zone: tzinfo = UTC) -> TypedAgain:
        """Writes a response as typed values again, and names what the form cannot show as it stands there.

        An answer with an extension is not shown: it may be one that nobody has confirmed, and would be saved as one
        that somebody gave.
        """
        typed: dict[str, list[str]] = {}
        lost = list(_of_whole(response, self.url))
        by_id = {question.link_id: question for question in every_question(self.questions)}
        for item in flat(response.get("item")):
            link_id = str(item.get("linkId", ""))
            try:
                again = _again(by_id.get(link_id), item, zone)
                if typed.keys() & again.keys():
                    raise NotShowable("stands there several times")
                typed |= again
            except NotShowable as reason:
                lost.append(f"linkId {link_id}: {reason}")
        return TypedAgain({**typed, **self._marks(typed, zone)}, tuple(lost))

    def _marks(self, typed: Typed, zone: tzinfo) -> dict[str, list[str]]:
        """What was on the page: an initial value that was removed does not come back."""
        answers = self._read(typed, zone, NOTHING)
        every = every_question(self.questions)
        marked = (question for question in every if question.marked and answers.enabled(question))
        return {control_name(question.link_id, SHOWN): ["1"] for question in marked}

    def in_words(self, response: Json, *, zone: tzinfo = UTC) -> dict[str, str]:
        """Says the answers of a response in words, by linkId: what `shown` takes as `was`."""
        words = {}
        for item in flat(response.get("item")):
            given = (value_of(answer) for answer in dig(item, "answer") if isinstance(answer, dict))
            values = [in_words(value, zone) for value in given if value is not None]
            if values:
                words[str(item.get("linkId", ""))] = ", ".join(values)
        return words


def _at(question: FormQuestion, what: str, *, missing: bool = False) -> FormProblem:
    return FormProblem(question.link_id, element_id(question.link_id), question.text, what=what, missing=missing)


def _problem(question: FormQuestion, answers: TypedForm) -> FormProblem | None:
    if question.hidden or not answers.enabled(question):
        return None
    if question.kind == "group":
        lacks = question.required and not any(map(answers.answers, every_question(question.children)))
        return _at(question, "answer at least one of these questions", missing=True) if lacks else None
    answer = answers.read(question)
    return _at(question, answer.problem, missing=answer.missing) if answer.problem else None


def _items(questions: tuple[FormQuestion, ...], answers: TypedForm) -> Json:
    """The items of a response, under `item`; nothing where there are none (FHIR has no empty lists)."""
    items = [item for question in questions for item in _item(question, answers)]
    return {"item": items} if items else {}


def _item(question: FormQuestion, answers: TypedForm) -> Iterator[Json]:
    if not answers.enabled(question):
        return
    head = {"linkId": question.link_id, **({"text": question.raw_text} if question.raw_text else {})}
    below = _items(question.children, answers)
    given = [copied(answer) for answer in answers.answers(question)]
    if question.kind == "group":
        yield from ({**head, **below},) if below else ()
    elif given:
        yield {**head, "answer": [{**given[0], **below}, *given[1:]]}
    elif question.safety and answers.asked(question):
        yield head


def _of_whole(response: Json, url: str) -> Iterator[str]:
    """What changes the meaning of a whole response."""
    made_for = response.get("questionnaire")
    if isinstance(made_for, str) and made_for.partition("|")[0] != url:
        yield "the response answers another form"
    for name in ("modifierExtension", "implicitRules"):
        if response.get(name):
            yield f"the response has {name}"


def _again(question: FormQuestion | None, item: Json, zone: tzinfo) -> dict[str, list[str]]:
    """One item of a response, as typed values. Raises `NotShowable`."""
    answers = list(dig(item, "answer"))
    if item.get("modifierExtension"):
        raise NotShowable("has modifierExtension")
    if not answers:
        silent = question is not None and question.may_be_silent
        return {control_name(question.link_id): [NOT_ANSWERED]} if question and silent else {}
    if question is None or question.kind in supported.NO_ANSWER:
        raise NotShowable("not a question of this form")
    if not all(isinstance(answer, dict) for answer in answers):
        raise NotShowable("an answer that is none of FHIR's")
    if any(answer.get("extension") or answer.get("modifierExtension") for answer in answers):
        raise NotShowable("an answer with an extension, which may not be confirmed")
    return _asked_again(question, [_without_items(answer) for answer in answers], zone)


def _asked_again(question: FormQuestion, answers: list[Json], zone: tzinfo) -> dict[str, list[str]]:
    if question.asks:
        return typed_values(question, answers, zone)
    # A calculated value is said anew by the server; an initial one stands in the form already.
    if not question.calculated and answers != list(question.initial):
        raise NotShowable("another value than the one that nobody can change here")
    return {}


def _without_items(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if name != "item"}
