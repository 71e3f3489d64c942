"""For every step of the catalogue: people it is about, what stands before, and the command. Kill, race and validation
tests run over all of them; a step without a scenario fails the suite."""

from __future__ import annotations

from tests.support.stage import LATER, NOW, Scenario, Stage, assign, done, enroll, response, stage
from tests.support.stories import assessment, medications, monitoring, planning, spine, supervision, transitions
from tests.support.stories.spine import move_discharge

__all__ = [
    "LATER",
    "NOW",
    "SCENARIOS",
    "Scenario",
    "Stage",
    "assign",
    "done",
    "enroll",
    "move_discharge",
    "response",
    "stage",
]

SCENARIOS: tuple[Scenario, ...] = (
    *spine.SCENARIOS,
    *assessment.SCENARIOS,
    *planning.SCENARIOS,
    *transitions.SCENARIOS,
    *medications.SCENARIOS,
    *monitoring.SCENARIOS,
    *supervision.SCENARIOS,
)
