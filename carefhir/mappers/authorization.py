"""What a Task says of an authorization: when the answer is due, and what the payer answered.

The details are inputs and outputs of the Task that follows the request (CodeSystem authorization-detail), so that they
stand in one place, whether a payer's system wrote a ClaimResponse or somebody took the answer on the telephone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from carefhir.codes import AUTHORIZATION_ANSWER, AUTHORIZATION_DETAIL, SETTING
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig, first_text, moment, moments, references, relative
from carefhir.mappers.task import TaskView

FOLLOWING = ("authorization", "appeal")
"""The kinds of Task that follow a request to a payer."""
GRANTED = ("approved", "partly-approved")


def detail(content: Content, code: str, element: str, value: Any) -> Json:
    """One detail, as an input or an output of a Task: `element` is `valueDate`, `valueString` …"""
    return {"type": {"coding": [content.concept(AUTHORIZATION_DETAIL, code).coding]}, element: value}


def coded(content: Content, code: str, system: str, value: str) -> Json:
    """A detail whose value is a code of ours."""
    return detail(content, code, "valueCodeableConcept", {"coding": [content.concept(system, value).coding]})


@dataclass(frozen=True, slots=True)
class Authorized:
    """What a payer has authorized, as a Task has it. What is not stated is None or ""; it is never assumed."""

    task: TaskView
    answer: str
    number: str
    first_day: date | None
    last_day: date | None
    days: int | None
    level: str
    """Code of CodeSystem care-setting."""

    @property
    def claim(self) -> str:
        """The request, by reference."""
        return self.task.focus


def granted(task: TaskView) -> Authorized | None:
    """What was authorized, where a payer has authorized anything."""
    answers = [code for one in _values(task, "output", "answer") for code in _codes(one, AUTHORIZATION_ANSWER)]
    answer = answers[-1] if answers else ""
    if answer not in GRANTED or task.status != "completed":
        return None
    return Authorized(
        task,
        answer,
        _text(task, "number"),
        _day(task, "first-day"),
        _day(task, "last-day"),
        next((one["valueInteger"] for one in _last(task, "days") if isinstance(one.get("valueInteger"), int)), None),
        next((code for one in _last(task, "level") for code in _codes(one, SETTING)), ""),
    )


def answer_by(task: TaskView, zone: tzinfo) -> datetime | None:
    """The moment by which the payer must have decided."""
    stated = [first_text(one, "valueDateTime") for one in _values(task, "input", "answer-by")]
    return moment(stated[-1], zone) if stated else None


def appeal_by(task: TaskView) -> date | None:
    """The last day on which a denial can be appealed."""
    stated = [first_text(one, "valueDate") for one in _values(task, "input", "appeal-by")]
    days = moments(stated[-1]) if stated else None
    return days[0].date() if days else None


def responses(task: TaskView) -> frozenset[str]:
    """The payer's answers on this server that were recorded already."""
    return frozenset(
        r
        for output in _values(task, "output", "response")
        for text in references(output, "valueReference")
        if (r := relative(text))
    )


def _values(task: TaskView, element: str, code: str) -> Iterator[Json]:
    for detail_value in dig(task.record.json, element):
        if isinstance(detail_value, dict) and (AUTHORIZATION_DETAIL, code) in codings(detail_value, "type"):
            yield detail_value


def _last(task: TaskView, code: str) -> list[Json]:
    return list(_values(task, "output", code))[-1:]


def _codes(value: Json, system: str) -> Iterator[str]:
    return (code for named, code in codings(value, "valueCodeableConcept") if named == system)


def _text(task: TaskView, code: str) -> str:
    return next((first_text(one, "valueString") or "" for one in _last(task, code)), "")


def _day(task: TaskView, code: str) -> date | None:
    days = (moments(first_text(one, "valueDate")) for one in _last(task, code))
    return next((each[0].date() for each in days if each), None)
