"""A base install is lean: what only the service needs is not imported by anything else, and asked for by name."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from carefhir.faces.extras import SERVICE

ROOT = Path(__file__).resolve().parents[2]
OF_EXTRAS = ("limits", "opentelemetry", "prometheus_client", "redis", "structlog")
OF_SERVERS = ("fastapi", "starlette", "uvicorn")
WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Missing())
"""


def ran(missing: tuple[str, ...], code: str) -> subprocess.CompletedProcess[str]:
    """Runs code in an interpreter that has not got these packages."""
    command = [sys.executable, "-c", WITHOUT.format(missing=missing) + code]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_library_needs_no_server() -> None:
    result = ran((*OF_EXTRAS, *OF_SERVERS), "import carefhir, carefhir.catalog")
    assert result.returncode == 0, result.stderr


def test_the_command_line_needs_no_extra() -> None:
    result = ran(OF_EXTRAS, "from carefhir.faces.cli import *")
    assert result.returncode == 0, result.stderr


def test_the_service_says_what_it_needs() -> None:
    code = "import importlib.util as u\nfound = u.find_spec\n"
    code += "u.find_spec = lambda name, *more: None if name == 'limits' else found(name, *more)\n"
    code += "sys.argv = ['carefhir', 'serve', '--sandbox']\nfrom carefhir.__main__ import main\nmain()"
    result = ran((), code)
    assert result.returncode == 2
    assert "pip install 'carefhir[serve]'" in result.stdout + result.stderr


def test_the_demo_stays_without_the_service_and_says_why() -> None:
    code = "import importlib.util as u, threading\nreal = u.find_spec\n"
    code += "u.find_spec = lambda name, *more: None if name in ('limits', 'structlog') else real(name, *more)\n"
    code += "def stopped(self):\n    print('stays')\n    raise KeyboardInterrupt\nthreading.Event.wait = stopped\n"
    code += "from carefhir.demo import journey\nfrom carefhir.sandbox import Sandbox\n"
    code += "journey._open_to_look()"
    result = ran(OF_EXTRAS, code)
    assert result.returncode == 0, result.stderr
    assert "No page to open in a browser: the service needs limits" in result.stdout + result.stderr
    assert "stays" in result.stdout


def test_what_the_demo_sets_up_has_the_service() -> None:
    script = (ROOT / "scripts" / "demo").read_text()
    lock = script.partition('setup.sh" ')[2].split()[0]
    locked = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert [name for name in SERVICE if f"\n{name.replace('_', '-')}==" not in f"\n{locked}"] == []


def test_every_extra_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    names = [line.partition(">")[0].partition("[")[0].replace(".", "-") for line in (*extras, *project["dependencies"])]
    files = ("run", "serve", "browser", "spark")
    base, serve, browser, spark = ((ROOT / "requirements" / f"{name}.txt").read_text() for name in files)
    # What makes a PDF is tested with the browser, and Spark by itself; neither is set up for a demo.
    whole = f"{serve}\n{browser}\n{spark}".replace("ibis-framework[pyspark]", "ibis-framework")
    assert [name for name in names if f"\n{name}==" not in f"\n{whole}"] == []
    # FastAPI's own, which nothing of ours imports without being asked for traces; and the build backend's.
    beside = ("opentelemetry-api", "packaging")
    assert [name for name in names[: len(extras)] if f"\n{name}==" in f"\n{base}" and name not in beside] == []
