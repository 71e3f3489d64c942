"""The pages of one step: its form, what would be written, and what became of it. What was typed is never lost.

A step without a page of its own gets a form from its command, so a step that is new in the catalog is there at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic.fields import FieldInfo
from starlette.responses import Response

from carefhir.content.loading import Content
from carefhir.engine.results import Conflict, Done, Line, Preview
from carefhir.engine.step import AnyReading, AnyStep, ReferenceTo
from carefhir.errors import CarefhirError
from carefhir.faces import fields
from carefhir.faces.web import parameters, statuses
from carefhir.faces.web.abilities import SHOWS, Ability
from carefhir.faces.web.answering import messages_of
from carefhir.faces.web.pages import words_heard
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.questionnaires.items import FormProblem
from carefhir.faces.web.pages.rendering import in_names
from carefhir.faces.web.statuses import TABLE
from carefhir.fhir.codec import indented
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class FormControl:
    """One field of a command, as a form asks for it."""

    name: str
    label: str
    hint: str
    kind: str
    """`select`, `person`, `ticks`, `lines`, `json`, `moment`, `date` or `text`."""
    required: bool
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    """What can be chosen, each with its words."""

    @property
    def ticked(self) -> tuple[str, ...]:
        """Of several choices those that are chosen."""
        return tuple(self.value.split())


@dataclass(frozen=True, slots=True)
class FormHelp:
    """What a form knows beside the command: who is around the patient, and what time it is."""

    people: Mapping[str, str] = field(default_factory=dict)
    """By reference: names."""
    now: datetime | None = None
    """In the site's zone."""
    occasion: Occasion | None = None
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Of fields whose values the chart offers, by name: each value with its words."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What to know about a field beside what it means, by name."""


def controls(
    command: Any,
    content: Content,
    values: Mapping[str, Any],
    around: FormHelp = FormHelp(),
) -> tuple[FormControl, ...]:
    """The fields of a command without the patient, with what was typed before."""
    return tuple(
        _control(name, shown, content, values=values, around=around)
        for name, shown in command.model_fields.items()
        if name != "patient"
    )


def refers_to(shown: FieldInfo) -> str:
    """The type of the records that a field refers to; "" where it refers to none."""
    return next((each.type for each in shown.metadata if isinstance(each, ReferenceTo)), "")


def _control(
    name: str, shown: FieldInfo, content: Content, *, values: Mapping[str, Any], around: FormHelp
) -> FormControl:
    shape = parameters.shape_of(shown.annotation)
    listed = tuple(choice for choice in fields.choices(name, shown, content) if choice)
    people = _people(shown, around)
    offered = around.choices.get(name, ())
    choices = offered or tuple((choice, choice.replace("-", " ")) for choice in listed) or people
    kind = "ticks" if offered else "person" if people and not shape.many else _kind(shape, bool(listed))
    value = str(values.get(name, _now(kind, around) if shown.is_required() else ""))
    how = {"json": "as JSON", "lines": "one on each line"}.get(kind, "")
    required = shown.is_required()
    hint = "; ".join(filter(None, (shown.description or "", how, around.notes.get(name, ""))))
    return FormControl(
        name=name,
        label=name.replace("_", " "),
        hint=f"{hint}: {', '.join(listed)}" if listed and kind == "lines" else _plain_hint(hint, kind, bool(listed)),
        kind=kind,
        required=required,
        value=value,
        choices=choices,
    )


def _kind(shape: parameters.ParameterShape, has_choices: bool) -> str:
    if shape.model is not None or shape.type == "Resource":
        return "json"
    if shape.many:
        return "lines"
    if has_choices:
        return "select"
    return {"dateTime": "moment", "date": "date"}.get(shape.type, "text")


def _people(shown: FieldInfo, around: FormHelp) -> tuple[tuple[str, str], ...]:
    """Whom a field can name, of those around the patient: as they are chosen, with the reference in brackets. Somebody
    else can be typed."""
    type_ = refers_to(shown)
    some = [(who, name) for who, name in around.people.items() if type_ and who.startswith(f"{type_}/")]
    return tuple((f"{name} ({who})", name) for who, name in sorted(some, key=lambda pair: pair[1]))


def _now(kind: str, around: FormHelp) -> str:
    """What a moment is if nobody says otherwise."""
    if around.now is None:
        return ""
    return {"moment": around.now.strftime("%Y-%m-%dT%H:%M"), "date": around.now.date().isoformat()}.get(kind, "")


def left_empty(command: Any, values: Mapping[str, Any]) -> tuple[FormProblem, ...]:
    """The fields that must be filled in and are not, each to be linked to."""
    return tuple(
        FormProblem("", f"f-{name}", _label(name), what="fill this in", missing=True)
        for name, shown in command.model_fields.items()
        if name != "patient" and shown.is_required() and not str(values.get(name, "")).strip()
    )


def _label(name: str) -> str:
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


_spelled = re.compile(
    r"codes of CodeSystem [a-z-]+, |,? with its (?:UTC )?offset|,? for example \d{4}-\S+|: \d{4}-\S+"
    r"|:? ?\b[A-Z][A-Za-z]+/ID\b"
)


def _plain_hint(hint: str, kind: str, has_list: bool) -> str:
    """What a field means, without how a program spells it where a page has a control for it."""
    has_control = kind in ("moment", "date", "person", "ticks") or (kind == "select" and not has_list)
    return _spelled.sub("", hint) if has_control else hint


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of a step, in the order in which a person needs it."""

    instructions: tuple[str, ...]
    """What must be done now."""
    messages: tuple[str, ...]
    warnings: tuple[str, ...]
    sent: str
    """What was written, in words."""
    blanks: Mapping[str, Any] = field(default_factory=dict)
    """Where only a person's answers are missing: the fields that take them, a blank for each."""
    overtaken: bool = False
    """Whether somebody else did it, or changed what it rests on: what they did is to be read."""

    @classmethod
    def of(cls, result: object) -> Outcome:
        """What is said of a result."""
        kind, briefing = statuses.kind_of_result(result), getattr(result, "told", None)
        return cls(
            instructions=briefing.instructions if briefing else (),
            messages=_messages(result) or (TABLE[kind].meaning,),
            warnings=briefing.warnings if briefing else (),
            sent=statuses.said_of_result(result),
            blanks=getattr(result, "to_fill_in", {}),
            overtaken=isinstance(result, Conflict),
        )

    @classmethod
    def of_words(cls, values: Mapping[str, Any], around: FormHelp) -> Outcome | None:
        """What must be done now by words in a form that is not sent on; None where nothing must."""
        alarms = words_heard.in_values(values, around.occasion) if around.occasion else ()
        return cls(alarms, (words_heard.NOT_WRITTEN_HERE,), (), statuses.NOT_SENT) if alarms else None

    def hearing(self, values: Mapping[str, Any], around: FormHelp) -> Outcome:
        """The same, with what must be done now by any words in a form, where its step says nothing of them."""
        if self.instructions or around.occasion is None:
            return self
        alarms = words_heard.in_values(values, around.occasion)
        warnings = (*self.warnings, *((words_heard.NOT_WRITTEN_HERE,) if alarms else ()))
        return replace(self, instructions=alarms, warnings=warnings)

    @classmethod
    def of_error(cls, error: CarefhirError) -> Outcome:
        """Why a step came to nothing."""
        sent = statuses.said_of_error(statuses.kind_of_error(error), writes=True)
        return cls(error.instructions, (error.message,), (), sent)

    def in_names(self, names: Mapping[str, str]) -> Outcome:
        """The same with people and records called by name, as far as a page knows their names."""
        told = (self.instructions, self.messages, self.warnings)
        instructions, messages, warnings = (tuple(in_names(text, names) for text in some) for some in told)
        return replace(self, instructions=instructions, messages=messages, warnings=warnings)


def _messages(result: object) -> tuple[str, ...]:
    """What is said of it; the references of a receipt stand apart, and what is not answered is counted."""
    messages = result.told.says if isinstance(result, Done) and result.told.says else messages_of(result)
    missing = [message for message in messages if message.endswith(NOT_ANSWERED)]
    if len(missing) < 4:
        return messages
    rest = tuple(message for message in messages if message not in missing)
    return (*rest, f"{len(missing)} questions that no complete form goes without are not answered")


NOT_ANSWERED = "required, and not answered"
"""How a step says of one question that it lacks (`answering`, `scoring`)."""


def form(
    frame: LaunchFrame,
    step: AnyStep,
    content: Content,
    *,
    ability: Ability,
    values: Mapping[str, Any] | None = None,
    outcome: Outcome | None = None,
    sides: Iterable[Any] = (),
    around: FormHelp = FormHelp(),
    problems: Sequence[FormProblem] = (),
    status: int = 200,
) -> Response:
    """The form of a step, with what was typed before and why it is shown again."""
    return frame.page(
        "step_form.html",
        step.title,
        status=status,
        step=step,
        controls=controls(step.command, content, values or {}, around),
        ability=ability,
        only_shows=ability.how == SHOWS,
        outcome=outcome,
        sides=tuple(sides),
        problems=problems,
    )


def impossible(frame: LaunchFrame, ability: Ability) -> Response:
    """Why a step cannot be done in this launch."""
    return frame.page("impossible.html", ability.title, status=403, ability=ability)


def reading_form(
    frame: LaunchFrame, reading: AnyReading, content: Content, *, asked: Mapping[str, str], why: str
) -> Response:
    """What a reading must be told before it can show anything."""
    return frame.page(
        "reading_form.html",
        reading.title,
        status=400 if asked else 200,
        reading=reading,
        controls=controls(reading.command, content, asked),
        why=why if asked else "",
    )


def became(
    frame: LaunchFrame,
    step: AnyStep,
    content: Content,
    *,
    ability: Ability,
    result: object,
    values: Mapping[str, Any],
    around: FormHelp = FormHelp(),
) -> Response:
    """What became of a step: done, a preview to be written, or why not, with everything that was typed."""
    kind, outcome = statuses.kind_of_result(result), Outcome.of(result).hearing(values, around)
    if isinstance(result, Preview) and kind == "preview":
        return previewed(frame, step, ability=ability, preview=result, values=values, outcome=outcome)
    if isinstance(result, Done):
        return frame.page("step_done.html", step.title, step=step, outcome=outcome, receipt=Receipt.of(result))
    sides = result.sides if isinstance(result, Conflict) else ()
    status = TABLE[kind].status
    return form(
        frame, step, content, ability=ability, values=values, outcome=outcome, sides=sides, around=around, status=status
    )


def previewed(
    frame: LaunchFrame,
    step: AnyStep,
    *,
    ability: Ability,
    preview: Preview,
    values: Mapping[str, Any],
    outcome: Outcome,
) -> Response:
    """What would be written, in words and as FHIR, and the button that writes exactly that."""
    return frame.page(
        "step_preview.html",
        step.title,
        step=step,
        ability=ability,
        only_shows=ability.how == SHOWS,
        outcome=outcome,
        lines=preview.lines,
        fhir=shortened(indented(preview.body)),
        kept={**values, "expect": preview.sha256, "now": preview.now.isoformat()},
    )


LONGEST_FHIR = 40_000
"""Characters of FHIR that a page shows: a page stays below 100 KB."""


def shortened(text: str) -> str:
    """FHIR for a page; of what is too long its beginning, and that it is."""
    if len(text) <= LONGEST_FHIR:
        return text
    return f"{text[:LONGEST_FHIR]}\n… ({len(text) - LONGEST_FHIR} more characters: the API gives all of it)"


def failed(
    frame: LaunchFrame,
    step: AnyStep,
    content: Content,
    *,
    ability: Ability,
    error: CarefhirError,
    values: Mapping[str, Any],
    around: FormHelp = FormHelp(),
) -> Response:
    """Why a step came to nothing, with everything that was typed."""
    status = TABLE[statuses.kind_of_error(error)].status
    outcome = Outcome.of_error(error).hearing(values, around)
    return form(frame, step, content, ability=ability, values=values, outcome=outcome, around=around, status=status)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a done act left on the server."""

    reference: str
    """The Provenance that records it."""
    by: str
    """Who wrote it, in words; "" where it is this very request."""
    lines: tuple[Line, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, result: Done) -> Receipt:
        """The receipt of a result."""
        by = {"an earlier run": "it was written before", "another run": "somebody wrote it at the same time"}
        return cls(result.receipt, by.get(result.by, ""), result.written, result.notes)
