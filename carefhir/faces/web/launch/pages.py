"""The pages of a launch: whose chart it is, what can be done, a form for each step, and what became of it.

They are plain on purpose: pages proper replace them. What a person must do now stands first on every one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from carefhir.content.loading import Content
from carefhir.engine.results import Preview
from carefhir.engine.step import AnyReading, AnyStep
from carefhir.errors import CarefhirError
from carefhir.faces import fields
from carefhir.faces.web import parameters, statuses
from carefhir.faces.web.answering import messages_of
from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.launch.abilities import CANNOT, SHOWS, Ability
from carefhir.faces.web.launch.chart_heading import ChartHeading
from carefhir.faces.web.launch.html import hidden, items, page, text
from carefhir.faces.web.statuses import TABLE


@dataclass(frozen=True, slots=True)
class LaunchFrame:
    """What every page of one launch has around it."""

    ehr: str
    """The EHR's name."""
    server: str
    launch_id: str
    patient: str
    form_token: str = field(repr=False)
    banner: bool
    heading: ChartHeading
    framed_by: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The address of its first page."""
        return f"/s/{self.launch_id}/"

    def page(self, title: str, body: str, *, status: int = 200) -> Response:
        """A page of the launch."""
        heading = self.heading
        facts = (heading.born, heading.sex, heading.number) if self.banner else ()
        spans = "".join(f"<span>{text(fact)}</span>" for fact in facts if fact)
        standing = f'<span class="standing">{text(heading.standing)}</span>' if heading.standing else ""
        name = f"<strong>{text(heading.name)}</strong>" if self.banner or heading.trouble else ""
        banner = (
            f'<header class="identity" aria-label="Patient">{name}{spans}{standing}</header>'
            if name or spans or standing
            else ""
        )
        trouble = f'<p class="now">{text(heading.trouble)}</p>' if heading.trouble else ""
        who = f"{text(heading.who)} acts" if heading.who else "nobody acts: this launch only reads"
        footer = (
            f"<footer><p>{text(self.ehr)}, {text(self.server)}; {who}. "
            "When this session is over, launch again from the EHR.</p></footer>"
        )
        return page(
            f"{title} - carefhir",
            f"{banner}<main>{trouble}{body}</main>{footer}",
            status=status,
            framed_by=self.framed_by,
        )

    def own_fields(self) -> str:
        """What every form carries, for the service to compare."""
        return (
            hidden("form_token", self.form_token) + hidden("launch", self.launch_id) + hidden("patient", self.patient)
        )


def launched(frame: LaunchFrame, able: Iterable[Ability], asked: AskedStep | None = None) -> Response:
    """The first page: the step that a card asked for, then every reading and step, and how far each goes."""
    listed = tuple(able)
    first = "".join(_asked(frame, each, asked.about) for each in listed if asked and each.name == asked.step)
    readings = _table(frame, "Look", [each for each in listed if not each.writes])
    steps = _table(frame, "Do", [each for each in listed if each.writes])
    out = f'<form method="post" action="{frame.base}logout">{frame.own_fields()}<button>Sign out</button></form>'
    return frame.page("Care management", f"<h1>Care management</h1>{first}{readings}{steps}{out}")


def _asked(frame: LaunchFrame, ability: Ability, about: str) -> str:
    """What somebody came for. It is not done, and not begun, by coming."""
    link = f'<a href="{frame.base}steps/{ability.name}?about={text(about)}">{text(ability.title)}</a>'
    step = text(ability.title) if ability.how == CANNOT else link
    return (
        f'<section class="note" aria-label="You came for"><p>You came for: {step}, about {text(about)}. '
        f"{text(ability.how)}.</p>{_missing(ability)}</section>"
    )


def _table(frame: LaunchFrame, caption: str, able: Iterable[Ability]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_link(frame, each)}</th><td>{text(each.how)}{_missing(each)}</td></tr>' for each in able
    )
    head = '<tr><th scope="col">What</th><th scope="col">In this launch</th></tr>'
    return f"<h2>{caption}</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _link(frame: LaunchFrame, ability: Ability) -> str:
    if ability.how == CANNOT:
        return text(ability.title)
    kind = "steps" if ability.writes else "readings"
    return f'<a href="{frame.base}{kind}/{ability.name}">{text(ability.title)}</a>'


def _missing(ability: Ability) -> str:
    missing = f"the EHR did not grant {' '.join(ability.missing)}" if ability.missing else ""
    words = "; ".join(filter(None, (ability.why, missing)))
    return f'<p class="hint">{text(words)}</p>' if words else ""


# -- a step ------------------------------------------------------------------------------------------------------------


def step_form(
    frame: LaunchFrame,
    step: AnyStep,
    content: Content,
    *,
    ability: Ability,
    values: Mapping[str, Any] | None = None,
    above: str = "",
    status: int = 200,
) -> Response:
    """The form of a step, with what was typed before."""
    typed = values or {}
    controls = "".join(
        _control(name, shown, content, value=typed.get(name, ""))
        for name, shown in step.command.model_fields.items()
        if name != "patient"
    )
    writing = (
        "" if ability.how == SHOWS else '<button name="preview" value="false">Write without looking first</button>'
    )
    note = f'<p class="note">{text(ability.how)}{_missing(ability)}</p>' if ability.how == SHOWS else ""
    form = (
        f'<form method="post" action="{frame.base}steps/{step.name}">{frame.own_fields()}{controls}'
        f'<button class="main" name="preview" value="true">See what would be written</button>{writing}</form>'
    )
    title = f"<h1>{text(step.title)}</h1>"
    back = f'<p><a href="{frame.base}">Back to all steps</a></p>'
    return frame.page(step.title, f"{title}{above}{note}{form}{back}", status=status)


def impossible(frame: LaunchFrame, ability: Ability) -> Response:
    """Why a step cannot be done in this launch."""
    back = f'<p><a href="{frame.base}">Back to all steps</a></p>'
    title = f"<h1>{text(ability.title)}</h1>"
    body = f'{title}<div class="note" role="alert">{text(ability.how)}{_missing(ability)}</div>{back}'
    return frame.page(ability.title, body, status=403)


def reading_form(
    frame: LaunchFrame, reading: AnyReading, content: Content, *, asked: Mapping[str, str], why: str
) -> Response:
    """What a reading must be told before it can show anything."""
    controls = "".join(
        _control(name, shown, content, value=asked.get(name, ""))
        for name, shown in reading.command.model_fields.items()
        if name != "patient"
    )
    trouble = f'<p class="note" role="alert">{text(why)}</p>' if asked else ""
    form = (
        f'<form method="get" action="{frame.base}readings/{reading.name}">{controls}'
        '<button class="main">Show</button></form>'
    )
    back = f'<p><a href="{frame.base}">Back to all steps</a></p>'
    return frame.page(
        reading.title, f"<h1>{text(reading.title)}</h1>{trouble}{form}{back}", status=400 if asked else 200
    )


def _control(name: str, shown: Any, content: Content, *, value: Any) -> str:
    shape = parameters.shape_of(shown.annotation)
    choices = tuple(choice for choice in fields.choices(name, shown, content) if choice)
    kind = (
        "as JSON" if shape.model is not None or shape.type == "Resource" else "one on each line" if shape.many else ""
    )
    hint = "; ".join(filter(None, (shown.description or "", kind, "" if shown.is_required() else "may be left empty")))
    asked = f'id="f-{name}" name="{name}" aria-describedby="h-{name}"'
    if choices and not shape.many:
        options = "".join(
            f'<option value="{text(choice)}"{" selected" if choice == value else ""}>{text(choice)}</option>'
            for choice in ("", *choices)
        )
        control = f"<select {asked}>{options}</select>"
    elif kind:
        control = f"<textarea {asked}>{text(value)}</textarea>"
    else:
        control = f'<input {asked} value="{text(value)}" autocomplete="off">'
    words = f"{hint}: {', '.join(choices)}" if choices and shape.many else hint
    label = text(name.replace("_", " "))
    return f'<label for="f-{name}">{label}</label><p class="hint" id="h-{name}">{text(words)}</p>{control}'


def became(
    frame: LaunchFrame,
    step: AnyStep,
    content: Content,
    *,
    ability: Ability,
    result: object,
    values: Mapping[str, Any],
) -> Response:
    """What became of a step: done, a preview to be written, or why not, with everything that was typed."""
    kind = statuses.kind_of_result(result)
    told: Any = getattr(result, "told", None)
    above = _said(
        instructions=told.instructions if told else (),
        messages=messages_of(result) or (TABLE[kind].meaning,),
        sent=statuses.said_of_result(result),
        warnings=told.warnings if told else (),
    )
    if isinstance(result, Preview) and kind == "preview":
        return _previewed(frame, step, ability=ability, preview=result, values=values, above=above)
    if kind == "done":
        return frame.page(
            step.title, f'<h1>Done: {text(step.title)}</h1>{above}<p><a href="{frame.base}">Go on</a></p>'
        )
    status = TABLE[kind].status
    return step_form(frame, step, content, ability=ability, values=values, above=above, status=status)


def failed(
    frame: LaunchFrame,
    step: AnyStep,
    content: Content,
    *,
    ability: Ability,
    error: CarefhirError,
    values: Mapping[str, Any],
) -> Response:
    """Why a step came to nothing, with everything that was typed."""
    kind = statuses.kind_of_error(error)
    sent = statuses.said_of_error(kind, writes=True)
    above = _said(instructions=error.instructions, messages=(error.message,), sent=sent)
    return step_form(frame, step, content, ability=ability, values=values, above=above, status=TABLE[kind].status)


def _said(*, instructions: Iterable[str], messages: Iterable[str], sent: str, warnings: Iterable[str] = ()) -> str:
    now = items(instructions)
    first = f'<section class="now" aria-label="To do now">{now}</section>' if now else ""
    note = items((*messages, *(f"not taken into account: {each}" for each in warnings)))
    return f'{first}<section class="note" role="status">{note}<p>{text(sent[:1].upper() + sent[1:])}.</p></section>'


def _previewed(
    frame: LaunchFrame,
    step: AnyStep,
    *,
    ability: Ability,
    preview: Preview,
    values: Mapping[str, Any],
    above: str,
) -> Response:
    lines = items(f"{line.how} {line.type}: {line.because}" for line in preview.lines)
    kept = "".join(hidden(name, value) for name, value in values.items())
    as_shown = hidden("expect", preview.sha256) + hidden("now", preview.now.isoformat())
    write = (
        f'<form method="post" action="{frame.base}steps/{step.name}">{frame.own_fields()}{kept}{as_shown}'
        '<button class="main">Write exactly this</button></form>'
        if ability.how != SHOWS
        else f'<p class="note">{text(ability.how)}{_missing(ability)}</p>'
    )
    back = f'<p><a href="{frame.base}steps/{step.name}">Begin again</a></p>'
    return frame.page(step.title, f"<h1>To be written: {text(step.title)}</h1>{above}{lines}{write}{back}")


# -- pages outside a launch --------------------------------------------------------------------------------------------


def stopped(error: CarefhirError, *, framed_by: tuple[str, ...] = (), also: str = "") -> Response:
    """Why a launch ends here. `also` is what the EHR says of it, scrubbed."""
    kind = statuses.kind_of_error(error)
    words = f"<p>The EHR says: {text(also)}</p>" if also else ""
    body = (
        f'<main><h1>This launch ends here</h1><p class="note" role="alert">{text(error.message)}</p>{words}'
        "<p>Nothing was written. To start again, launch carefhir from the patient's chart in the EHR.</p></main>"
    )
    return page("Launch - carefhir", body, status=TABLE[kind].status, framed_by=framed_by)


def signed_out(*, revoked: bool, framed_by: tuple[str, ...] = ()) -> Response:
    """The session is over."""
    words = (
        "The EHR has taken the access back."
        if revoked
        else "The EHR has not confirmed that it took the access back: it ends there by itself."
    )
    body = f"<main><h1>Signed out</h1><p>This session is over. {words}</p></main>"
    return page("Signed out - carefhir", body, framed_by=framed_by)
