"""What can go wrong that is not a decision.

    CarefhirError            code: a FHIR issue type (http://hl7.org/fhir/issue-type)
    ├── BadInput             the command itself is malformed: a field, a file, an option
    ├── ContentError         an artefact under profiles/ (or a site's own) cannot be used
    ├── ServerUnreachable    no answer, or none in time
    ├── ServerUnfit          it answers, but not as a FHIR R4 server that can do this
    └── NotAmendable         a record that must not be written back (a narrow view, a modifier we don't know)

Refusals, conflicts and half-written plans are *results* (`carefhir.engine.results`), not errors: they carry what was
decided and what stands on the server. No error knows an HTTP status or an exit code; each face has one table for
that. No message ever holds patient data: it names resources by type and id, elements by path.
"""

from __future__ import annotations

from typing import ClassVar


class CarefhirError(Exception):
    """Something that kept a step from being carried out; `code` is a FHIR issue type."""

    code: ClassVar[str] = "exception"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.instructions: tuple[str, ...] = ()
        """What a person must do now, though nothing could be written: the Task records the act, it is not the act."""


class BadInput(CarefhirError):
    """A field, file or option that cannot be understood; the message names it and what was expected."""

    code = "invalid"


class ContentError(CarefhirError):
    """A clinical artefact that cannot be loaded or does not say what a step needs; the message names it."""

    code = "business-rule"


class ServerUnreachable(CarefhirError):
    """The server gave no answer (in time); `sent` says whether the request may have reached it."""

    code = "transient"

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent


class ServerUnfit(CarefhirError):
    """The server answered, but the answer cannot be worked with; the message says what was asked and answered."""

    code = "not-supported"


class NotAmendable(CarefhirError):
    """A record that must not be written back, for that would destroy or misstate what others put there."""

    code = "business-rule"
