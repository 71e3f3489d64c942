"""docs/service.md says what the service does."""

from __future__ import annotations

from pathlib import Path

from carefhir.faces.web import settings, statuses

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "service.md").read_text()


def rows() -> str:
    """The table of statuses, as it must stand on the page."""
    lines = (f"| {line.status} | `{kind}` | {line.meaning}; {line.sent} |" for kind, line in statuses.TABLE.items())
    return "\n".join(lines)


def test_the_table_of_statuses() -> None:
    assert rows() in PAGE


def test_every_setting_is_written_about() -> None:
    named = settings.OF_AN_EHR | settings.OF_THE_SERVICE
    assert [name for name in named if name not in PAGE and name.removeprefix("introspection_secret") not in PAGE] == []


def test_the_settings_of_the_page_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    file.write_text(PAGE.partition("```toml\n")[2].partition("```")[0])
    assert [ehr.alias for ehr in settings.ServiceSettings.read(file, {}).ehrs] == ["hospital"]
