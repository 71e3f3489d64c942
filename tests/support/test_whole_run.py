"""What holds for a whole run holds over all its workers: in the small, by runs of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONE_EACH = """
import pytest
from tests.support.book import book
from tests.support.planted import watch

@pytest.mark.parametrize("number", range(4))
def test_it(number):
    watch.see("url", "Patient/1")
    book.want(["sandbox"], ["0", "1", "2", "3", *WANTED])
    book.state("sandbox", str(number))
    if number == 2:
        watch.see("log line", SAID)
"""


@pytest.mark.parametrize(
    ("said", "wanted", "words"),
    [
        pytest.param("Delgado", "", "  LEAK log line: …Delgado…", id="a leak", marks=pytest.mark.deep),
        pytest.param(
            "nothing",
            "9",
            "  LEDGER 9: no test stated it of sandbox",
            id="an entry nobody stated",
            marks=pytest.mark.deep,
        ),
    ],
)
def test_what_two_workers_saw_fails_the_run(tmp_path: Path, said: str, wanted: str, words: str) -> None:
    """Though each test of it passed, and whichever worker ran it."""
    (tmp_path / "test_small.py").write_text(f"SAID, WANTED = {said!r}, {wanted!r}\n{ONE_EACH}")
    options = [
        "--deep",
        "-q",
        "-n",
        "2",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-c",
        str(ROOT / "pyproject.toml"),
    ]
    command = [sys.executable, "-m", "pytest", *options, "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 1, done.stdout + done.stderr
    assert words in lines
    assert any(one.startswith("4 passed") for one in lines)
    leaks = 1 if said == "Delgado" else 0
    assert f"planted names: {leaks} leaks in 1 log lines, 4 urls" in lines
