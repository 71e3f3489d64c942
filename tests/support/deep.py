"""How deep a run goes: `scripts/test` touches every kind of test in minutes, and CI goes to the bottom of each.

`--deep` (CI asks for it) disturbs all stories of each step, after every exchange, tries more examples of each property,
and runs what is marked `deep`. Nothing else differs: what is asserted is the same either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def some(cases: Iterable[T], every: int) -> list[T]:
    """All of these; where a run goes less deep, every third of them, or whichever is asked for."""
    return list(cases)[:: depth(every, 1)]


def left_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """What this run does not go down to: of a test with many cases all but `MOST_CASES`; what is marked, and what needs
    the synthetic patients, whom a clone does not have."""
    rules = [item for item in items if _real(item) and item.nodeid.startswith(RULES)]
    if _asked:
        return _further_cases(rules, MOST_OF_A_RULE)
    costly = [item for item in items if not _real(item) and not item.nodeid.startswith(CHEAP)]
    marked = [item for item in items if item.get_closest_marker("deep") or item.get_closest_marker("shared")]
    return marked + _further_cases(rules, MOST_OF_A_RULE) + _further_cases(costly, MOST_CASES)


MOST_CASES = 3
"""How many cases of one test are run, from the first to the last, where a run goes less deep and each costs acts."""
MOST_OF_A_RULE = 5
"""The same on a real server, in any run, where the cases are of a rule and not of the server."""
CHEAP = ("tests/unit/", "tests/contract/", "tests/profiles/", "tests/support/", "tests/population/")
"""Where a case costs nothing, all are run."""
RULES = ("tests/spec/",)


def _further_cases(items: list[pytest.Item], most: int) -> list[pytest.Item]:
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if parameters and "scenario" not in parameters:  # each step of the catalog is tried
            cases.setdefault(f"{item.nodeid.partition('[')[0]} {_real(item)}", []).append(item)
    return [each for several in cases.values() for each in several if each not in evenly(several, most)]


def _real(item: pytest.Item) -> str:
    """Which real server it is for."""
    return next((name for name in ("hapi", "helios", "keycloak") if item.get_closest_marker(name)), "")


def evenly(cases: Sequence[T], most: int) -> list[T]:
    """At most so many, from the first to the last."""
    if len(cases) <= most:
        return list(cases)
    return [cases[round(number * (len(cases) - 1) / (most - 1))] for number in range(most)]


def summary() -> str:
    """In one line, what was not run and how to run it; empty for a deep run."""
    if _asked:
        return ""
    return (
        "not gone into here: all stories of each step (one of each was disturbed), kills after every exchange (some of "
        f"each were tried), more than {MOST_CASES} cases of a test that costs whole acts, all examples of each "
        "property, and what is marked deep; scripts/test --deep runs all of it"
    )
