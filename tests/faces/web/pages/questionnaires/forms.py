"""Questionnaires for these tests, and a reader of the HTML that comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from carefhir.content.licensing import withheld
from carefhir.content.loading import load
from carefhir.faces.web.pages.questionnaires import FormItem, FormProblem, QuestionnaireForm
from carefhir.faces.web.pages.rendering import environment

Json = dict[str, Any]

SD = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
OURS = "https://carefhir.org/fhir/StructureDefinition/"
LICENSED = load(licenses=frozenset(id_ for type_, id_ in load().artefacts if type_ == "Questionnaire"))
"""Our artefacts, as a site has them that has every license."""
SHIPPED = tuple(
    sorted(id_ for (type_, id_), form in LICENSED.artefacts.items() if type_ == "Questionnaire" and not withheld(form))
)
"""The forms whose wording is here."""
UCUM = "http://unitsofmeasure.org"


def shipped(id_: str) -> Json:
    return LICENSED.get("Questionnaire", id_)


def item(link_id: str, type_: str, **more: Any) -> Json:
    return {"linkId": link_id, "type": type_, "text": f"Text of {link_id}", **more}


def questionnaire(*items: Json, **more: Any) -> Json:
    return {
        "resourceType": "Questionnaire",
        "url": "https://example.org/Questionnaire/x",
        "version": "1",
        "status": "active",
        "item": list(items),
        **more,
    }


def form(*items: Json) -> QuestionnaireForm:
    return QuestionnaireForm.of(questionnaire(*items))


def coded(*codes: str) -> list[Json]:
    return [{"valueCoding": {"system": "s", "code": code, "display": code.upper()}} for code in codes]


def choice(link_id: str, *codes: str, **more: Any) -> Json:
    return item(link_id, "choice", answerOption=coded(*(codes or ("a", "b"))), **more)


def extension(url: str, **value: Any) -> Json:
    return {"url": url, **value}


def units(*codes: str) -> list[Json]:
    option = f"{SD}questionnaire-unitOption"
    return [extension(option, valueCoding={"system": UCUM, "code": code, "display": f"[{code}]"}) for code in codes]


def control(code: str) -> list[Json]:
    return [extension(f"{SD}questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": code}]})]


def when(question: str, operator: str, **answer: Any) -> Json:
    return {"question": question, "operator": operator, **answer}


def flat(items: tuple[FormItem, ...]) -> Iterator[FormItem]:
    for each in items:
        yield each
        yield from flat(each.children)


def ids(items: tuple[FormItem, ...]) -> list[str]:
    return [each.link_id for each in flat(items)]


def response_of(of: QuestionnaireForm, typed: Mapping[str, list[str]], **more: Any) -> Json:
    return of.response(typed, patient="Patient/1", authored="2026-03-10T07:34:00-04:00", **more)


def answers_of(response: Json) -> dict[str, list[Json]]:
    """The answers of a response, by linkId."""

    def below(items: list[Json]) -> Iterator[tuple[str, list[Json]]]:
        for each in items:
            yield each["linkId"], each.get("answer", [])
            yield from below(each.get("item", []))
            for answer in each.get("answer", []):
                yield from below(answer.get("item", []))

    return dict(below(response.get("item", [])))


def what(problems: tuple[FormProblem, ...]) -> dict[str, str]:
    return {problem.link_id: problem.what for problem in problems}


def html(items: tuple[FormItem, ...]) -> str:
    return str(environment().get_template("questionnaire.html").module.questions(items))  # type: ignore[attr-defined]


def summary(problems: tuple[FormProblem, ...]) -> str:
    module = environment().get_template("questionnaire.html").module
    return str(module.error_summary(problems))  # type: ignore[attr-defined]


class Elements(HTMLParser):
    """Every element of a page with its attributes, and what a browser would post."""

    VOID = frozenset(("input", "br"))

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.posted: dict[str, list[str]] = {}
        self._area = ""
        self._select = ""
        self.feed(page)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"an attribute twice on {tag}"
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        if tag not in self.VOID:
            self.open.append(tag)
        self._post(tag, values)

    def _post(self, tag: str, values: dict[str, str]) -> None:
        if tag == "input" and (values["type"] not in ("radio", "checkbox") or "checked" in values):
            self.posted.setdefault(values["name"], []).append(values["value"])
        if tag == "select":
            self._select = values["name"]
            self.posted[self._select] = [""]
        if tag == "option" and "selected" in values:
            self.posted[self._select] = [values["value"]]
        if tag == "textarea":
            self._area = values["name"]
            self.posted[self._area] = [""]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "textarea":
            # A browser drops the first line end of a textarea.
            self.posted[self._area] = [self.posted[self._area][0].removeprefix("\n")]
            self._area = ""

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._area:
            self.posted[self._area] = [self.posted[self._area][0] + data]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [values for name, values in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def posted(items: tuple[FormItem, ...]) -> dict[str, list[str]]:
    """What a browser posts when the page is sent as it came."""
    return Elements(html(items)).posted
