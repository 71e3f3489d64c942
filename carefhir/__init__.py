"""carefhir: care management on any FHIR R4 server. It decides well, writes safely, and keeps no database of its own.

    care = Care("http://127.0.0.1:8080/fhir", acting="Practitioner/1")
    care.preview(Enroll(...))    # what would be written, and why
    care.run(Enroll(...))        # written once, however often it is run

Users import from here; modules inside may move. Nothing happens at import: each name is loaded when first used, so
that a script which needs one class does not pay for two HTTP libraries.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carefhir.async_client import AsyncCare
    from carefhir.client import Care
    from carefhir.errors import BadInput, CarefhirError, ContentError, NotAmendable, ServerUnfit, ServerUnreachable
    from carefhir.fhir.capability import Limits
    from carefhir.occasion import Calendar, Site
    from carefhir.results import Conflict, Done, Partial, Preview, Refused
    from carefhir.workflows.assessment.overview import Overview
    from carefhir.workflows.assessment.record_assessment import RecordAssessment
    from carefhir.workflows.monitoring.worklist import Worklist
    from carefhir.workflows.supervision.enroll import Enroll
    from carefhir.workflows.transitions.open_transition import OpenTransition

_HOMES = {
    "AsyncCare": "async_client",
    "Care": "client",
    "BadInput": "errors",
    "CarefhirError": "errors",
    "ContentError": "errors",
    "NotAmendable": "errors",
    "ServerUnfit": "errors",
    "ServerUnreachable": "errors",
    "Limits": "fhir.capability",
    "Calendar": "occasion",
    "Site": "occasion",
    "Conflict": "results",
    "Done": "results",
    "Partial": "results",
    "Preview": "results",
    "Refused": "results",
    "Overview": "workflows.assessment.overview",
    "RecordAssessment": "workflows.assessment.record_assessment",
    "Worklist": "workflows.monitoring.worklist",
    "Enroll": "workflows.supervision.enroll",
    "OpenTransition": "workflows.transitions.open_transition",
}

__all__ = [
    "AsyncCare",
    "BadInput",
    "Calendar",
    "Care",
    "CarefhirError",
    "Conflict",
    "ContentError",
    "Done",
    "Enroll",
    "Limits",
    "NotAmendable",
    "OpenTransition",
    "Overview",
    "Partial",
    "Preview",
    "RecordAssessment",
    "Refused",
    "ServerUnfit",
    "ServerUnreachable",
    "Site",
    "Worklist",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"carefhir has no public name {name!r}")
    return getattr(importlib.import_module(f"carefhir.{home}"), name)
