"""What a type checker must accept: the public surface as users write against it. For mypy --strict; it never runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import assert_never, assert_type
from zoneinfo import ZoneInfo

import httpx
import requests

import carefhir
from carefhir import (
    AsyncCare,
    Briefing,
    Calendar,
    Care,
    CarefhirError,
    Conflict,
    Done,
    Limits,
    Line,
    Partial,
    Preview,
    Refused,
    Result,
    ServerUnreachable,
    Site,
    commands,
)
from carefhir.workflows.case_management.authorization_request import Submission
from carefhir.workflows.looking.check_in_questions import Questions
from carefhir.workflows.looking.list_rows import List
from carefhir.workflows.looking.overview import Picture
from carefhir.workflows.looking.section import Row


def a_step(care: Care) -> None:
    """A command is typed; what it may say is known to the editor."""
    command = commands.Enroll(
        patient="Patient/1",
        program="care-management",
        care_manager="Practitioner/2",
        supervising_provider="Practitioner/3",
        consent="verbal",
        told=("what-it-is", "care-team", "right-to-stop"),
        reason="three chronic conditions",
    )
    assert_type(command.patient, str)
    preview = care.preview(command)
    assert_type(preview, Preview | Done | Refused | Conflict | Partial)
    if isinstance(preview, Preview):
        assert_type(care.run(command, expect=preview), Result)
        assert_type(care.run(command, expect=preview.sha256), Result)
    assert_type(care.run(command), Result)


def wrong(care: Care) -> None:
    """What must not pass: each ignore is needed, for mypy --strict warns of one that is not."""
    commands.Enroll(patient="Patient/1", consent="shouted")  # type: ignore[call-arg, arg-type]
    care.show(commands.Enroll.model_construct())  # type: ignore[call-overload]
    Care("https://fhir.example/r4", color="blue")  # type: ignore[call-arg]
    _ = carefhir.Enroll  # type: ignore[attr-defined]


def readings(care: Care) -> None:
    """What a reading shows follows from its command."""
    picture = care.show(commands.Overview(patient="Patient/1"))
    assert_type(picture, Picture)
    assert_type(picture.section("medicines").table, tuple[tuple[str, ...], ...])
    assert_type(picture.sections[0].rows, tuple[Row, ...])
    assert_type(care.show(commands.Worklist()), List)
    assert_type(care.show(commands.CheckInQuestions(patient="Patient/1")), Questions)
    assert_type(care.show(commands.AuthorizationRequest(patient="Patient/1", claim="Claim/2")), Submission)


def every_result(result: Result) -> str:
    """The four results are all there are."""
    match result:
        case Done(by=by, written=lines):
            assert_type(lines, tuple[Line, ...])
            return by
        case Refused(why=why, kept=kept):
            assert_type(kept, Done | None)
            return "; ".join(why)
        case Conflict(why=why) | Partial(why=why):
            return why
        case _:
            assert_never(result)


def told(result: Result) -> tuple[str, ...]:
    """Every result says what a person must do now."""
    assert_type(result.told, Briefing)
    return result.told.instructions


def everything_settled() -> Care:
    """Every option by its name."""
    return Care(
        "https://fhir.example/r4",
        acting="Practitioner/1",
        session=requests.Session(),
        token="t",
        timeout=10.0,
        lanes=1,
        discipline="registered-nurse",
        now=datetime.fromisoformat("2026-03-09T09:00:00-05:00"),
        zone=ZoneInfo("America/Chicago"),
        limits=Limits(transaction=False),
        site=Site(on_call="Practitioner/2"),
        calendar=Calendar(),
        content=(Path("ours"),),
        also_known_as=("http://inside:8080/fhir",),
    )


async def on_a_loop() -> None:
    """The same, awaited."""
    async with httpx.AsyncClient() as client, AsyncCare("https://fhir.example/r4", client=client) as care:
        assert_type(await care.show(commands.Overview(patient="Patient/1")), Picture)
        assert_type(await care.show(commands.Worklist()), List)
        assert_type(await care.run(commands.OpenTransition(patient="Patient/1", encounter="Encounter/2")), Result)


def errors(care: Care) -> str:
    """One tree."""
    try:
        care.show(commands.Worklist())
    except ServerUnreachable as error:
        assert_type(error.sent, bool)
        return error.message
    except CarefhirError as error:
        assert_type(error.instructions, tuple[str, ...])
        return error.code
    return ""
