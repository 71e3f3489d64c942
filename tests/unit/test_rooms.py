"""The rooms that must stand alone: what one person's records mean needs no runner, no drivers and no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "carefhir"
BLOCKED = (
    "carefhir.engine carefhir.workflows carefhir.transport carefhir.faces carefhir.doctor carefhir.sandbox "
    "carefhir.demo requests httpx fastapi starlette uvicorn"
).split()
ALONE = """
import importlib, socket, sys

def no_network(*_, **__):
    raise OSError("the network is blocked")

socket.socket = socket.create_connection = no_network

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in {blocked!r}):
            raise ImportError(f"{{name}} is blocked")

sys.meta_path.insert(0, Blocked())
for name in {modules!r}:
    importlib.import_module(name)
"""


@pytest.mark.parametrize("room", ["chart", "content", "mappers"])
def test_a_room_is_importable_without_runner_drivers_and_network(room: str) -> None:
    modules = [
        f"carefhir.{room}.{path.stem}" for path in sorted((PACKAGE / room).glob("*.py")) if path.stem != "__init__"
    ]
    assert modules
    called = [sys.executable, "-c", ALONE.format(blocked=BLOCKED, modules=modules)]
    ran = subprocess.run(called, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_what_is_blocked_would_be_noticed() -> None:
    called = [sys.executable, "-c", ALONE.format(blocked=BLOCKED, modules=["carefhir.engine.runner"])]
    ran = subprocess.run(called, capture_output=True, text=True, check=False)
    assert "is blocked" in ran.stderr
