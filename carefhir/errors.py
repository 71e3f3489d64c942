"""Errors: what can go wrong besides what a step decides.

    CarefhirError            code: a FHIR issue type (http://hl7.org/fhir/issue-type)
    ├── BadInput             the command itself is malformed: a field, a file, an option
    ├── ContentError         an artefact under profiles/ (or a site's own) cannot be used
    ├── ServerUnreachable    the server does not answer, or not in time
    ├── ServerUnfit          the server answers, but not as a FHIR R4 server that can do this
    └── NotAmendable         a record that must not be written back (read only in part, or with an unknown modifier)

Refusals, conflicts and half-written plans are *results* (`carefhir.engine.results`), not errors: they say what was
decided and what was written. Errors carry no HTTP status and no exit code; each face has a table for that. No message
contains patient data: messages name resources by type and id, and elements by path.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


def where(error: BaseException) -> str:
    """What kind of fault it is and where it happened; its text may hold patient data, and is not in it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"


class CarefhirError(Exception):
    """A step could not be carried out; `code` is a FHIR issue type."""

    code: ClassVar[str] = "exception"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.instructions: tuple[str, ...] = ()
        """What a person must do now, although nothing could be written."""


class BadInput(CarefhirError):
    """A field, file or option that cannot be understood; the message names it and what was expected."""

    code = "invalid"


class ContentError(CarefhirError):
    """A clinical artefact that cannot be loaded or does not say what a step needs; the message names it."""

    code = "business-rule"


class ServerUnreachable(CarefhirError):
    """The server did not answer in time; `sent` says whether the request may have reached it."""

    code = "transient"

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent


class ServerUnfit(CarefhirError):
    """The server answered, but carefhir cannot use the answer; the message says what was asked and answered."""

    code = "not-supported"


class NotAmendable(CarefhirError):
    """A record that must not be written back, because that would destroy or change what others put there."""

    code = "business-rule"
