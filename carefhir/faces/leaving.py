"""How a command leaves: its result as a page or as one JSON document, every error as a sentence, and its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import typer

from carefhir.engine.results import Conflict, Done, Partial, Preview, Refused, plain
from carefhir.errors import BadInput, CarefhirError, ContentError, NotAmendable, ServerUnfit, ServerUnreachable, where
from carefhir.faces import terminal
from carefhir.fhir.codec import encode

T = TypeVar("T")

EXIT_OF_RESULT: dict[type, int] = {Done: 0, Preview: 0, Refused: 3, Conflict: 4, Partial: 5}
EXIT_OF_REPORT = {"works": 0, "degraded": 0, "refused": 3, "unfit": 5}


class Absent(CarefhirError):
    """There is no patient to show."""

    code = "not-found"


EXIT_OF_ERROR: tuple[tuple[type[CarefhirError], int], ...] = (
    (BadInput, 2),
    (ContentError, 2),
    (NotAmendable, 3),
    (Absent, 3),
    (ServerUnreachable, 5),
    (ServerUnfit, 5),
    (CarefhirError, 1),
)


def print_json(value: Any) -> None:
    """Prints one JSON document to standard output."""
    sys.stdout.buffer.write(encode(value) + b"\n")
    sys.stdout.buffer.flush()


def show_reading(reading: T, absent: str, page: Callable[[T], None], *, as_json: bool) -> int:
    """Prints what a reading shows. Raises `Absent` where whom it is about is not there."""
    if absent:
        raise Absent(f"{absent} is not on this server, or not visible to us")
    if as_json:
        print_json(plain(reading))
    else:
        page(reading)
    return 0


def guarded(work: Callable[[], int | None], *, as_json: bool) -> NoReturn:
    """Runs a command's work and leaves with its exit code; every error becomes a sentence."""
    try:
        code = work() or 0
    except CarefhirError as error:
        _fail(error, as_json=as_json)
    except (KeyboardInterrupt, BrokenPipeError):
        raise typer.Exit(130) from None
    except Exception as error:
        if os.environ.get("CAREFHIR_DEBUG"):
            raise
        words = f"unexpected: {where(error)}; CAREFHIR_DEBUG=1 shows where it comes from"
        _leave(words, "exception", 1, as_json=as_json)
    raise typer.Exit(code)


def _fail(error: CarefhirError, *, as_json: bool) -> NoReturn:
    code = next(code for kind, code in EXIT_OF_ERROR if isinstance(error, kind))
    _leave(error.message, error.code, code, error.instructions, as_json=as_json)


def _leave(message: str, issue: str, code: int, instructions: tuple[str, ...] = (), *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"outcome": "error", "code": issue, "message": message, "instructions": list(instructions)})
        instructions = ()
    terminal.error(message, instructions)
    raise typer.Exit(code)
