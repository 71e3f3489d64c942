"""Documents that cannot drift: the README's taste runs, commands and settings have their line, named tests exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from typer.main import get_command

from carefhir import lifecycle
from carefhir.__main__ import app
from carefhir.sandbox import Sandbox, start
from scripts.rendering import differences
from tests.support.backends import http_backend
from tests.support.scenarios import stage

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text()


@pytest.fixture
def base() -> Iterator[str]:
    with start(Sandbox()) as running:
        yield running.base


def test_the_taste_in_the_readme_runs(base: str) -> None:
    (taste,) = re.findall(r"```python\n(.*?)```", README, re.S)
    assert len(taste.strip().splitlines()) <= 10
    found = stage(http_backend(base, "sandbox"), "rosa")
    names = {"server": base, "nurse": found.nurse, "physician": found.physician, "patient": found.patient}
    exec(taste, names)
    assert names["again"].by == "an earlier run"  # type: ignore[attr-defined]
    episodes = found.backend.search(f"EpisodeOfCare?patient={found.patient}")
    assert len(episodes) == 1


def test_the_readme_fits_on_a_screen() -> None:
    assert len(README.splitlines()) <= 50
    for link in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_rule_names_tests_that_exist() -> None:
    rules = re.findall(r"^\| (R\d+) .*?\|.*?\| (.*?) \|$", ARCHITECTURE, re.M)
    assert [name for name, _ in rules] == [f"R{n}" for n in range(1, 11)]
    for name, held_by in rules:
        paths = re.findall(r"`(tests/[\w/.]+)`", held_by)
        assert paths, name
        for path in paths:
            assert (ROOT / path).exists(), (name, path)


def test_every_command_and_option_has_its_line() -> None:
    command = get_command(app)
    for name, sub in command.commands.items():  # type: ignore[attr-defined]
        assert f"`carefhir {name}" in COMMAND_LINE, name
        for parameter in sub.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert option in COMMAND_LINE, (name, option)


def test_every_setting_has_its_line() -> None:
    source = (ROOT / "carefhir" / "settings.py").read_text() + (ROOT / "carefhir" / "faces" / "cli.py").read_text()
    for name in set(re.findall(r"CAREFHIR_[A-Z_]+", source)):
        assert name in COMMAND_LINE, name


@pytest.mark.deep
def test_the_example_of_the_command_line_runs(base: str, tmp_path: Path) -> None:
    """Word for word, by the shell; the sandbox of the first block is one in this process, loaded as it says."""
    started, typed = re.findall(r"```bash\n(.*?)```", COMMAND_LINE, re.S)
    words = shlex.split(started)
    assert words[:2] == ["carefhir", "sandbox"]
    port, folder = words[words.index("--port") + 1], ROOT / words[words.index("--load") + 1]
    for path in sorted(folder.glob("*.json"), reverse=True):
        answer = requests.post(base, data=path.read_bytes(), headers={"Content-Type": "application/fhir+json"})
        assert answer.status_code == 200, path.name
    assert f"http://127.0.0.1:{port}/fhir" in typed
    script = tmp_path / "example.sh"
    ours = f'set -eu\ncarefhir() {{ "{sys.executable}" -m carefhir "$@"; }}\n'
    script.write_text(ours + typed.replace(f"http://127.0.0.1:{port}/fhir", base))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAREFHIR_")}
    done = subprocess.run(["bash", script], cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("Rosa Delgado", "enroll: would write this", "record-assessment: done", "open-transition: done"):
        assert word in done.stdout, word
    assert re.search(
        r"^Dana Whitfield \(Practitioner/\S+\): 1 person, \d+ to do on Monday 2026-03-09$", done.stdout, re.M
    )


def test_what_is_generated_is_what_is_committed() -> None:
    """Pages of steps and stories, lifecycles, reference, carefhir/commands.py: run scripts/render-docs."""
    assert differences() == []


def test_every_link_leads_somewhere() -> None:
    for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "profiles" / "README.md"]:
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
            assert link.startswith("http") or (page.parent / link).exists(), (page.name, link)


def test_every_lifecycle_is_drawn() -> None:
    drawn = (ROOT / "docs" / "lifecycles.md").read_text()
    for type_, moves in lifecycle.MOVES.items():
        (part,) = re.findall(rf"^## {type_}\n(.*?)(?=^## |\Z)", drawn, re.S | re.M)
        arrows = set(re.findall(r"^    (\w+) --> (\w+)$", part, re.M))
        assert arrows == {
            (one.replace("-", "_"), target.replace("-", "_"))
            for one, targets in moves.items()
            for target in targets.split()
        }


def test_every_change_log_entry_and_decision_is_there() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"\n## {project['version']}" in (ROOT / "CHANGELOG.md").read_text()
