"""How deep a run goes: `scripts/test` touches every kind of test in minutes, and CI goes to the bottom of each.

`--deep` (CI asks for it) disturbs all stories of each step, after every exchange, tries more examples of each property,
and runs what is marked `deep`. Nothing else differs: what is asserted is the same either way.
"""

from __future__ import annotations

from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

T = TypeVar("T")
_asked = False

# Derandomized: a property test tries the same examples in every run, so that no run is red for what another run drew.
# Without a deadline: a loaded machine must not fail it. `--hypothesis-profile=searching` draws anew, many.
_untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("shallow", _untimed, derandomize=True, max_examples=25)
settings.register_profile("deep", _untimed, derandomize=True, max_examples=100)
settings.register_profile("searching", _untimed, max_examples=1000, print_blob=True)


def configure(config: pytest.Config) -> None:
    """Before any test is collected: they ask for the depth while they are imported."""
    global _asked
    _asked = bool(config.getoption("--deep"))
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("deep" if _asked else "shallow")


def depth(shallow: T, deep: T) -> T:
    """The one or the other, by how deep this run goes."""
    return deep if _asked else shallow


def left_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """What this run does not go down to."""
    return [] if _asked else [one for one in items if one.get_closest_marker("deep")]


def summary() -> str:
    """In one line, what was not run and how to run it; empty for a deep run."""
    if _asked:
        return ""
    return (
        "not gone into here: all stories of each step (one of each was disturbed), kills after every exchange (some of "
        "each were tried), all examples of each property, and what is marked deep; scripts/test --deep runs all of it"
    )
