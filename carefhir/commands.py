"""The commands: what can be asked of `Care`, in the order of the catalogue.

Those of steps go to `care.run` and `care.preview`, those that only read to `care.show`. The parts that fields are made
of follow the first command that takes them. Made of the catalogue by scripts/render-docs; do not edit, run it again.
"""

from __future__ import annotations

from carefhir.workflows.assessment.overview import Overview
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.monitoring.worklist import Worklist
from carefhir.workflows.supervision.enroll import Enroll
from carefhir.workflows.transitions.open_transition import OpenTransition

__all__ = [  # noqa: RUF022  in catalogue order
    "Enroll",
    "RecordAssessment",
    "OpenTransition",
    "Overview",
    "Worklist",
]
