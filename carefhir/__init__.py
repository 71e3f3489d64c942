"""carefhir: care management on any FHIR R4 server. It decides well, writes safely, and keeps no database of its own.

    care = Care("http://127.0.0.1:8080/fhir", acting="Practitioner/1")
    care.show(commands.Overview(...))     # the whole picture of one patient
    care.preview(commands.Enroll(...))    # what would be written, and why
    care.run(commands.Enroll(...))        # written once, however often it is run

Users import from here, commands from `carefhir.commands`, and how to be let in from `carefhir.sign_in`; modules inside
the package may move. Nothing happens at import: each name is loaded when first used, so that a script which needs one
class does not pay for two HTTP libraries.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carefhir import commands
    from carefhir.content.calendar import Calendar
    from carefhir.engine.results import Briefing, Conflict, Done, Line, Partial, Preview, Refused, Result
    from carefhir.errors import BadInput, CarefhirError, ContentError, NotAmendable, ServerUnfit, ServerUnreachable
    from carefhir.faces.async_care import AsyncCare
    from carefhir.faces.care import Care
    from carefhir.fhir.capability import Limits
    from carefhir.occasion import Site

_HOMES = {
    "AsyncCare": "faces.async_care",
    "BadInput": "errors",
    "Calendar": "content.calendar",
    "Care": "faces.care",
    "CarefhirError": "errors",
    "Conflict": "engine.results",
    "ContentError": "errors",
    "Done": "engine.results",
    "Limits": "fhir.capability",
    "Line": "engine.results",
    "NotAmendable": "errors",
    "Partial": "engine.results",
    "Preview": "engine.results",
    "Refused": "engine.results",
    "Result": "engine.results",
    "ServerUnfit": "errors",
    "ServerUnreachable": "errors",
    "Site": "occasion",
    "Briefing": "engine.results",
}

__all__ = [
    "AsyncCare",
    "BadInput",
    "Briefing",
    "Calendar",
    "Care",
    "CarefhirError",
    "Conflict",
    "ContentError",
    "Done",
    "Limits",
    "Line",
    "NotAmendable",
    "Partial",
    "Preview",
    "Refused",
    "Result",
    "ServerUnfit",
    "ServerUnreachable",
    "Site",
    "commands",
]


if not TYPE_CHECKING:  # checkers and editors see the imports above, and object to any other name

    def __getattr__(name: str) -> Any:
        if name == "commands":
            return importlib.import_module("carefhir.commands")
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"carefhir has no public name {name!r}; commands are in carefhir.commands")
        return getattr(importlib.import_module(f"carefhir.{home}"), name)


def __dir__() -> list[str]:
    return __all__
