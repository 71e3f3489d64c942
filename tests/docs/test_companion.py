"""`docs/companion.md`: its commands run as they stand there, on two sandboxes; its settings and scripts exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from carefhir.__main__ import app
from carefhir.sandbox import Sandbox, shape, start
from carefhir.settings import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "companion.md").read_text()
RUN = re.findall(r"^```bash\n(.*?)^```", PAGE, re.S | re.M)
BY_HAND = re.findall(r"^```sh\n(.*?)^```", PAGE, re.S | re.M)
"""Of a database and of HAPI: these were run by hand."""


def hospital() -> Sandbox:
    sandbox = Sandbox(shape("epic"))
    for name in ("team", "rosa"):
        sandbox.take((ROOT / "profiles" / "examples" / f"Bundle-{name}.json").read_bytes())
    return sandbox


def test_its_commands_run(tmp_path: Path) -> None:
    """In the order of the page, with the ids and addresses of two sandboxes."""
    sandbox = hospital()
    patient, nurse = (f"{type_}/{next(iter(sandbox._store.all_ids(type_)))}" for type_ in ("Patient", "Practitioner"))
    with start(sandbox) as ehr, start(Sandbox()) as companion:
        typed = "".join(RUN).replace("https://companion.example/fhir", companion.base)
        typed = typed.replace("https://ehr.example/fhir", ehr.base)
        typed = re.sub(r"link Patient/\S+", f"link {patient}", typed)
        typed = re.sub(r"link Practitioner/\S+", f"link {nurse}", typed)
        typed = typed.replace("Patient/17", "Patient/1")
        script = tmp_path / "site.sh"
        script.write_text(f'set -eu\ncarefhir() {{ "{sys.executable}" -m carefhir "$@"; }}\n{typed}')
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CAREFHIR_")}
        kept["PYTHONPATH"] = str(ROOT)
        done = subprocess.run(["bash", script], cwd=tmp_path, env=kept, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "in the EHR is Patient/1 here: made" in done.stdout
    assert (tmp_path / "site.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("text", BY_HAND)
def test_what_is_run_by_hand_is_shell_and_names_what_there_is(text: str) -> None:
    assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0
    for line in text.splitlines():
        for script in re.findall(r"^(scripts/\S+)", line):
            assert (ROOT / script).exists(), script
        for variable in re.findall(r"CAREFHIR_\w+", line):
            assert variable in (ROOT / "tests" / "support" / "hapi.py").read_text(), variable


def test_its_settings_and_commands_exist() -> None:
    names = {f"CAREFHIR_{name}" for name in VARIABLES} | {"CAREFHIR_HAPI_JDBC"}
    assert set(re.findall(r"CAREFHIR_[A-Z_]+", PAGE)) <= names
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name, rest in re.findall(r"`?carefhir (link|doctor|login|deliver)\b([^`\n]*)", PAGE):
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, (name, rest)
