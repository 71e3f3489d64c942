"""The table of functions: its steps and tests exist, and every step of the catalog does something that is in it."""

from __future__ import annotations

import re
from pathlib import Path

from carefhir.catalog import READINGS, STEPS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
DONE = PAGE.partition("## Not yet")[0]
ROWS = [line.split("|")[1:4] for line in DONE.splitlines() if line.startswith("| ") and "`tests/" in line]


def test_every_function_names_steps_and_tests_that_exist() -> None:
    names = {step.name for step in STEPS}
    assert len(ROWS) > 20
    for function, steps, tests in ROWS:
        named = re.findall(r"`([a-z-]+)`", steps)
        assert named, function
        assert set(named) <= names, function
        for path in re.findall(r"`(tests/[\w/.]+)`", tests):
            assert (ROOT / path).exists(), path


def test_a_test_tells_of_the_steps_it_stands_for() -> None:
    """It speaks of at least one of them: by its name, its module or its command."""
    for function, steps, tests in ROWS:
        named = re.findall(r"`([a-z-]+)`", steps)
        words = [word for name in named for word in (name, name.replace("-", "_"), name.title().replace("-", ""))]
        text = "".join((ROOT / path).read_text() for path in re.findall(r"`(tests/[\w/.]+)`", tests))
        assert any(word in text for word in words), function


def test_every_step_and_page_is_in_the_table() -> None:
    missing = {one.name for one in (*STEPS, *READINGS)} - set(re.findall(r"`([a-z-]+)`", DONE))
    assert missing == set()
