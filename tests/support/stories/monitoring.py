"""Stories of monitoring."""

from __future__ import annotations

from tests.support.stage import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
