"""docs/smart-launch.md says what is there: every test it names exists, every setting is written about."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from carefhir.faces.web.launch.asking import asked_scopes
from carefhir.faces.web.launch.discovery import LaunchServer
from carefhir.faces.web.launch.registration import OF_A_LAUNCH, LaunchSettings
from carefhir.faces.web.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs" / "smart-launch.md").read_text()
REQUIREMENTS, TESTS = 32, 70


def rows(head: str) -> dict[int, str]:
    """The rows of a table, by their number."""
    table = PAGE.partition(head)[2].partition("\n\n")[0]
    return {int(row.split("|")[1]): row for row in table.splitlines() if row.startswith("|") and row[2].isdigit()}


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests of a file."""
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def ours() -> frozenset[str]:
    """The names of all tests of the launch."""
    files = (ROOT / "tests/faces/web/launch").glob("test_*.py")
    return frozenset(name for file in files for name in names_in(str(file.relative_to(ROOT))))


def test_every_test_of_the_table_exists() -> None:
    listed = rows("| test | what it tries | where |")
    assert sorted(listed) == list(range(1, TESTS + 1))
    for number, row in listed.items():
        named = re.findall(r"`(test_\w+)` \(\[[\w.]+\]\(\.\./([\w/.]+)\)\)", row)
        assert named or "cds-hooks.md" in row, number
        assert [name for name, path in named if name not in names_in(path)] == [], number


def test_every_requirement_has_a_test() -> None:
    listed = rows("| row | requirement | held by test |")
    assert sorted(listed) == list(range(1, REQUIREMENTS + 1))
    for number, row in listed.items():
        by = row.rsplit("|", 2)[1]
        assert set(re.findall(r"`(test_\w+)`", by)) <= ours(), number
        assert all(1 <= int(test) <= TESTS for test in re.findall(r"\b\d+\b", re.sub(r"`\w+`", "", by))), number
        assert re.search(r"\d|`test_", by), number


def test_every_setting_is_written_about() -> None:
    assert [name for name in OF_A_LAUNCH if f"`{name}`" not in PAGE] == []


def test_the_settings_of_the_page_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    file.write_text(PAGE.partition("```toml\n")[2].partition("```")[0])
    (ehr,) = ServiceSettings.read(file, {}).ehrs
    assert ehr.launch is not None
    assert ehr.launch.renewal == "offline_access"


def test_the_scopes_of_the_page_are_those_that_are_asked_for() -> None:
    shown = PAGE.partition("```text\n")[2].partition("```")[0].split()
    assert tuple(shown) == asked_scopes(LaunchSettings("carefhir", ()), LaunchServer("", ""), standalone=False)
