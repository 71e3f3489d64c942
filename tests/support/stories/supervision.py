"""Stories of supervision."""

from __future__ import annotations

from tests.support.stage import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
