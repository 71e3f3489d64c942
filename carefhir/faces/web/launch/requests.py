"""What a browser sends: parameters that stand there once, forms, and proof that a form is one of ours."""

from __future__ import annotations

import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.requests import Request

from carefhir.engine.step import ReferenceTo
from carefhir.errors import BadInput
from carefhir.faces.web import definitions, parameters
from carefhir.faces.web.launch.registration import normalized
from carefhir.faces.web.launch.sessions import form_token
from carefhir.faces.web.pages.typed_moments import typed_moment
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import NotJson, decode
from carefhir.fhir.record import dig, first_text

FORM = "application/x-www-form-urlencoded"
TOKEN = "Carefhir-Form-Token"  # noqa: S105  the name of a header
_OF_THE_FORM = ("form_token", "launch", "patient", "expect", "now", "preview", "again")


def once(request: Request) -> dict[str, str]:
    """The parameters of an address. Raises `BadInput` for one that stands there twice: two readers may each take
    another of them."""
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) < len(pairs):
        raise BadInput("the address: a parameter stands there twice")
    return dict(pairs)


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form, or the same as JSON."""

    values: Mapping[str, Any] = field(repr=False)
    """The fields of the step, as they were typed."""
    form_token: str = field(default="", repr=False)
    launch: str = ""
    patient: str = ""
    expect: str = ""
    moment: str = ""
    preview: bool = False
    again: bool = False
    """Whether somebody wants to change what they have seen a preview of."""
    answers: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    """What was answered to the questions of a Questionnaire, by the name of the control."""

    def with_ticks(self) -> SentForm:
        """The same, where several values of one field were ticked: they are a line each, as if they had been typed."""
        ticked = {name.removeprefix(ANSWER): "\n".join(values) for name, values in self.answers.items()}
        return replace(self, values={**ticked, **self.values})

    def as_preview(self) -> SentForm:
        """The same, to be looked at first."""
        return replace(self, preview=True)


def sent_form(request: Request, body: bytes) -> SentForm:
    """Reads the body of a POST. Raises `BadInput`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        given, answers = _pairs(body)
    else:
        given, answers = _object(body), {}
    own = {name: str(given.pop(name, "") or "") for name in _OF_THE_FORM if name not in ("preview", "again")}
    return SentForm(
        values=given,
        answers=answers,
        form_token=own["form_token"] or request.headers.get(TOKEN, ""),
        launch=own["launch"],
        patient=own["patient"],
        expect=own["expect"] or request.headers.get(definitions.EXPECT, ""),
        moment=own["now"] or request.headers.get(definitions.MOMENT, ""),
        again=_flag(given.pop("again", "")),
        preview=_flag(given.pop("preview", request.query_params.get("preview", ""))),
    )


ANSWER = "q."
"""What the name of a control begins with that takes an answer; a question may take several."""


def _pairs(body: bytes) -> tuple[dict[str, Any], dict[str, list[str]]]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "strict"), keep_blank_values=True, max_num_fields=1_000)
    except (UnicodeDecodeError, ValueError):
        raise BadInput("the form: it cannot be read") from None
    answers: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith(ANSWER):
            answers.setdefault(name, []).append(value)
    others = [pair for pair in pairs if pair[0] not in answers]
    if len({name for name, _ in others}) < len(others):
        raise BadInput("the form: a field stands there twice; several values go on lines of their own")
    return dict(others), answers


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = decode(body) if body.strip() else {}
    except NotJson:
        raise BadInput("the body: it is not JSON") from None
    if not isinstance(document, dict):
        raise BadInput("the body: a JSON object was expected")
    return document


def _flag(value: object) -> bool:
    """Anything unclear is refused: it must never come to a write that nobody wanted."""
    if value in ("", False, "false"):
        return False
    if value in (True, "true"):
        return True
    raise BadInput("preview: expected true or false")


def typed_in(sent: SentForm, form: Mapping[str, Any] | None = None) -> tuple[tuple[str, str], ...]:
    """What a person typed or chose, by the name of the control; not what a page carries along by itself. `form` is the
    Questionnaire that they answered: its questions and answers are given back in its words, `Not at all` and no code.
    """
    questions, answers = _words_of(dig(form or {}, "item"))
    chosen = []
    for control, values in sent.answers.items():
        name = control.removeprefix(ANSWER)
        codes = [value.rpartition("|")[2] for value in values if value]
        if not name.endswith((".shown", ".unit")):
            chosen.append((questions.get(name, name), ", ".join(answers.get(code, code) for code in codes)))
    typed_words: list[tuple[str, str]] = []
    counts: dict[str, Counter[str]] = {}
    for name, value in sent.values.items():
        about_record = _ABOUT_RECORD.fullmatch(name)
        if about_record and about_record[1] in ("goal", "item"):
            counts.setdefault(f"answers for each {about_record[1]}", Counter())[str(value)] += 1
        elif name not in CARRIED and not name.startswith("seen."):
            typed_words.append((_as_said(about_record[1] if about_record else name), str(value)))
    counted = [
        (name, ", ".join(f"{value}: {number}" for value, number in each.items())) for name, each in counts.items()
    ]
    return tuple((name, value) for name, value in (*typed_words, *counted, *chosen) if value.strip())


CONTROLS = {
    "who": "who answered",
    "started": "began",
    "teach": "teach-back",
    "words": "in their words",
    "why": "reason",
}
"""What the label of a control says, where its name does not."""


def _as_said(name: str) -> str:
    """The name of a control as a person would say it: `teach.warning-signs` is "teach-back: warning signs"."""
    parts = [CONTROLS.get(part, part) for part in name.split(".")]
    return ": ".join(part if part in CONTROLS.values() else part.replace("-", " ").replace("_", " ") for part in parts)


_ABOUT_RECORD = re.compile(r"([a-z]+)\.[A-Z][A-Za-z]+/\S+")
CARRIED = frozenset(
    {"sheet", "form", "authored", "response_id", "answered_by", "way", "draft", "plan", "act", "version"}
)
"""Fields that a page carries along and nobody types."""


def _words_of(items: Iterable[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The questions of a Questionnaire by linkId, and its answers by code."""
    questions: dict[str, str] = {}
    answers: dict[str, str] = {}
    for item in items:
        questions[str(first_text(item, "linkId"))] = first_text(item, "text") or str(first_text(item, "linkId"))
        for option in dig(item, "answerOption.valueCoding"):
            answers[str(first_text(option, "code"))] = first_text(option, "display") or str(first_text(option, "code"))
        below = _words_of(dig(item, "item"))
        questions |= below[0]
        answers |= below[1]
    return questions, answers


def typed(values: Mapping[str, Any], model: type[BaseModel], zone: tzinfo = UTC) -> dict[str, Any]:
    """What was typed into a form as the values of a command: blanks are left out, lines are several values, a resource
    is JSON, and a moment without an offset is one where the site is. Raises `BadInput` naming the field."""
    given: dict[str, Any] = {}
    for name, value in values.items():
        if not str(value).strip():
            continue
        shown = model.model_fields.get(name)
        shape = parameters.shape_of(shown.annotation) if shown is not None else None
        if shape is not None and (shape.model is not None or shape.type == "Resource"):
            given[name] = _json(name, value)
        elif shape is not None and shape.many:
            given[name] = [line.strip() for line in str(value).splitlines() if line.strip()]
        elif shown is not None and (match := _in_brackets.search(str(value))) and _is_reference(shown):
            given[name] = match[1]
        elif shape is not None and shape.type == "dateTime":
            given[name] = _moment(str(value).strip(), zone)
        else:
            given[name] = str(value).strip()
    return given


_in_brackets = re.compile(r"\(([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,96})\)\s*$")
"""How a page offers somebody by name: `Samuel Okafor (Practitioner/6)`."""


def _is_reference(shown: FieldInfo) -> bool:
    return any(isinstance(each, ReferenceTo) for each in shown.metadata)


def _moment(text: str, zone: tzinfo) -> str:
    """A moment with its offset; what is none stays as it is, and is refused by its field."""
    moment = typed_moment(text, zone)
    return moment.isoformat() if moment else text


def _json(name: str, value: str) -> Any:
    try:
        return decode(value)
    except NotJson:
        raise BadInput(f"{name}: expected JSON") from None


def from_our_site(request: Request, address: str) -> bool:
    """Whether a browser says that a request comes from one of our own pages."""
    given, site = request.headers.get("origin", ""), request.headers.get("sec-fetch-site", "")
    parts = urlsplit(normalized(address))
    ours = given == f"{parts.scheme}://{parts.netloc}"
    return (ours or (given in ("", "null") and site == "same-origin")) and site in ("", "same-origin")


_filled_by_an_address = re.compile(r"(?:[A-Z][A-Za-z]{2,39}/)?[A-Za-z0-9\-.]{1,64}")
_ANY_WORDS = "any words at all"


def prefilled(request: Request, model: type[BaseModel]) -> dict[str, str]:
    """What an address gives the fields of a form: names of records, and choices that can be listed. Raises `BadInput`
    for anything else without repeating it: an address is written by anybody, and free words in a form look like
    somebody's own."""
    given = {name: value for name, value in once(request).items() if name != "about"}
    for name, value in given.items():
        strict = name in model.model_fields and name != "patient" and not _takes(model, name, _ANY_WORDS)
        if not strict or not _filled_by_an_address.fullmatch(value) or not _takes(model, name, value):
            raise BadInput("the address: it gives a field what it cannot be given by an address")
    return given


def _takes(model: type[BaseModel], name: str, value: str) -> bool:
    """Whether a field takes a value, whatever the others hold."""
    try:
        model.model_validate({name: value})
    except ValidationError as error:
        return not any(each["loc"][:1] == (name,) for each in error.errors(include_input=False, include_url=False))
    return True


def from_our_form(request: Request, form: SentForm, *, handle: str, launch_id: str, address: str) -> None:
    """Raises `Denied` unless a POST comes from a page of this launch: `SameSite` gives nothing in a frame.

    A page that sends no referrer has `Origin: null` (Fetch, "append a request Origin header"): then the browser must
    say by `Sec-Fetch-Site` that page and target have one origin.
    """
    if not from_our_site(request, address):
        raise Denied("not-granted", "the form comes from another site: nothing was written")
    if not hmac.compare_digest(form.form_token.encode(), form_token(handle, launch_id).encode()):
        raise Denied("not-granted", "the form is not one of this launch: open the page again; nothing was written")
    if form.launch not in ("", launch_id):
        raise Denied("not-granted", "the form is of another launch: open the page again; nothing was written")
