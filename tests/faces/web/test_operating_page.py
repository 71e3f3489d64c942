"""docs/operating.md names every setting, metric and event that there is, and its settings can be used."""

from __future__ import annotations

import re
from pathlib import Path

from limits import parse

from carefhir.faces.web import operating
from carefhir.faces.web.log_lines import FIELDS
from carefhir.faces.web.monitoring import Monitoring
from carefhir.faces.web.settings import ServiceSettings

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "operating.md").read_text()


def test_every_setting() -> None:
    keys = re.findall(r"^\| `([a-z_.]+)` \|", PAGE, re.M)
    assert {key.partition(".")[0] for key in keys} >= operating.OPERATING


def test_the_defaults_are_those_of_the_page() -> None:
    stated = dict(re.findall(r"^\| `([a-z_.]+)` \| `?\"?([\w/]+)\"?`? \|", PAGE, re.M))
    settings = operating.OperatingSettings()
    assert (parse(stated["limits.per_caller"]), parse(stated["limits.failed_sign_ins"])) == (
        settings.per_caller,
        settings.failed_sign_ins,
    )
    assert (int(stated["stop_announced"]), int(stated["stop_within"])) == (
        settings.stop_announced,
        settings.stop_within,
    )


def test_every_metric_and_no_other() -> None:
    page = Monitoring(frozenset({"main"})).metrics.page()[0].decode()
    made = {name for name in re.findall(r"^# TYPE (carefhir_\w+)", page, re.M) if not name.endswith("_created")}
    assert set(re.findall(r"^\| `(carefhir_\w+)` \|", PAGE, re.M)) == made
    assert set(re.findall(r"\b(carefhir_[a-z_]+)\b", PAGE)) == made


def test_every_event() -> None:
    events = {
        event for row in re.findall(r"^\| (`[a-z`, -]+`) \|", PAGE, re.M) for event in re.findall(r"`([a-z-]+)`", row)
    }
    assert {"library", *FIELDS["event"].pattern.split("|")} <= events


def test_its_settings_can_be_used(tmp_path: Path) -> None:
    whole, of_workers, of_public_hapi = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    file = tmp_path / "service.toml"
    for text in (whole, of_public_hapi):
        file.write_text(text)
        assert len(ServiceSettings.read(file, {}).ehrs) == 1
    for name in ("redis-password", "shared-key"):
        (tmp_path / name).write_text("0123456789abcdef" * 2)
    file.write_text(of_workers.replace("/etc/carefhir", str(tmp_path)) + whole)
    assert ServiceSettings.read(file, {}).operating.workers == 4
