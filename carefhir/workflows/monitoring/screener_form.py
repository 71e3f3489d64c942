"""Closing a review of self-harm with the form of a suicide screener (`content/suicide_form.py`).

The form says the same as the field `screener` of `resolve`, and the level of risk beside it. It is kept as it was
filled in; the answers that the review is closed with, or kept open by, are derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from carefhir.codes import SUICIDE_FORM
from carefhir.content import suicide_form
from carefhir.content.loading import Content
from carefhir.fhir.changes import Create, Plan
from carefhir.fhir.codec import Json
from carefhir.mappers import labels
from carefhir.mappers import questionnaire_response as qr
from carefhir.workflows import answers
from carefhir.workflows.monitoring.suicide_review import ANSWERS, Screener
from carefhir.workflows.pen import Pen

FINISHED = frozenset({"completed", "amended"})


class ScreenerWithLevel(Screener):
    """What the person answered, and the level of risk that the screener came to."""

    level: str
    """A code of CodeSystem suicide-screener-answer; `unknown` where none is given. It adds, and lowers nothing."""


@dataclass(frozen=True, slots=True)
class ScreenerForm:
    """A filled-in form, read."""

    response: Json
    screener: ScreenerWithLevel
    why: tuple[str, ...]
    """Why it cannot be taken at all."""
    contradiction: str
    warnings: tuple[str, ...]
    """What was not answered, and a level that says less than the answers."""


def read(content: Content, response: Json, patient: str) -> ScreenerForm:
    """A filled-in form; what is missing in it counts as a yes, and is named."""
    form = suicide_form.read(content, response)
    values: Mapping[str, str] = {name.replace("-", "_"): answer for name, answer in form.answers.items()}
    plan = "none" if values["safety_plan"] == "unknown" else values["safety_plan"]
    screener = ScreenerWithLevel.model_validate(
        {**values, "safety_plan": plan, "instrument": form.instrument or "not named"}
    )
    return ScreenerForm(
        response=response,
        screener=screener,
        why=_refusals(response, patient),
        contradiction=form.contradiction,
        warnings=(*_missing(form), *_level(content, form)),
    )


def _missing(form: suicide_form.SuicideForm) -> tuple[str, ...]:
    named = ", ".join(form.missing)
    more = "what nobody has asked counts as a yes, and a safety plan that is not named as none"
    return (f"not answered in the form: {named}; {more}",) if named else ()


def _level(content: Content, form: suicide_form.SuicideForm) -> tuple[str, ...]:
    rest = {name: answer for name, answer in form.answers.items() if name != "level"}
    told = [*suicide_form.at_risk(content, rest, "emergency"), *suicide_form.at_risk(content, rest, "lower")]
    if form.answers["level"] != "no-risk" or not told:
        return ()
    return (f"the level of risk is 'no risk told', and the answers say {', '.join(told)}: the worse one counts",)


def _refusals(response: Json, patient: str) -> tuple[str, ...]:
    """Why a response cannot be taken for such a form."""
    why = answers.not_theirs(response, patient) or answers.not_r4(response, patient)
    if why:
        return why
    if answers.canonical(response).partition("|")[0] != SUICIDE_FORM:
        return (f"screener_form is not an answer to {SUICIDE_FORM}: give that form, or the answers in screener",)
    if response.get("status") not in FINISHED:
        return ("screener_form is not complete yet: give it with status completed",)
    if response.get("modifierExtension"):
        return ("screener_form has an element that may change its meaning (modifierExtension): write it down anew",)
    return ()


def kept_with(plan: Plan, form: ScreenerForm | None, pen: Pen) -> Plan:
    """A plan that keeps the form, too, and derives the answers from it. Everything of the act is as restricted as the
    form is."""
    if form is None:
        return plan
    resource = qr.write(form.response, pen.patient, pen.author, pen.stamp, status=str(form.response["status"]))
    kept = Create("screener-form", resource, "the form of the suicide screener")
    changes = tuple(_derived(change, pen.refer(kept)) if change.part == ANSWERS else change for change in plan.changes)
    closed = labels.security(form.response)
    more = tuple(label for label in closed if label not in plan.labels)
    return replace(
        plan,
        changes=(kept, *changes),
        warnings=(*form.warnings, *plan.warnings),
        labels=(*plan.labels, *more),
    )


def _derived(change: object, form: Json) -> Create:
    assert isinstance(change, Create)
    made_from = [*change.resource.get("derivedFrom", []), form]
    return replace(change, resource={**change.resource, "derivedFrom": made_from})
