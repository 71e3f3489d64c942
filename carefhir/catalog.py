"""The catalogue: every step, written out. Command line, operations, pages and tests are rendered from it."""

from __future__ import annotations

from carefhir.errors import BadInput
from carefhir.steps import AnyReading, AnyStep
from carefhir.workflows.assessment.overview import OVERVIEW
from carefhir.workflows.assessment.record_assessment import RECORD_ASSESSMENT
from carefhir.workflows.monitoring.acknowledge import ACKNOWLEDGE
from carefhir.workflows.monitoring.evaluate_goals import EVALUATE_GOALS
from carefhir.workflows.monitoring.record_check_in import RECORD_CHECK_IN
from carefhir.workflows.monitoring.resolve import RESOLVE
from carefhir.workflows.monitoring.worklist import WORKLIST
from carefhir.workflows.supervision.enroll import ENROLL
from carefhir.workflows.transitions.open_transition import OPEN_TRANSITION

STEPS: tuple[AnyStep, ...] = (
    ENROLL,
    RECORD_ASSESSMENT,
    OPEN_TRANSITION,
    RECORD_CHECK_IN,
    ACKNOWLEDGE,
    RESOLVE,
    EVALUATE_GOALS,
)

READINGS: tuple[AnyReading, ...] = (
    OVERVIEW,
    WORKLIST,
)


def step(name: str) -> AnyStep:
    """A step by its name. Raises `BadInput` listing the names there are."""
    for one in STEPS:
        if one.name == name:
            return one
    raise BadInput(f"there is no step {name!r}; there are: {', '.join(one.name for one in STEPS)}")


def step_for(command: object) -> AnyStep:
    """The step a command belongs to. Raises `BadInput` for something that is no command."""
    for one in STEPS:
        if type(command) is one.command:
            return one
    raise BadInput(f"{type(command).__name__} is no command of a step")
