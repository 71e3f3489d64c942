"""The front door: what is public, that it is cheap to open, typed, and written about."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import carefhir
from carefhir import AsyncCare, Care, catalog, commands
from carefhir.errors import CarefhirError
from scripts.rendering import front

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
ENTRIES = (*catalog.STEPS, *catalog.READINGS)


def test_the_public_names() -> None:
    """What `carefhir` exports is what it lists, and each one is there; about twenty of them."""
    assert sorted(carefhir.__all__) == carefhir.__all__
    assert {*carefhir._HOMES, "commands"} == set(carefhir.__all__) == set(dir(carefhir))
    assert len(carefhir.__all__) <= 20
    for name in set(carefhir.__all__) - {"Result", "commands"}:
        assert getattr(carefhir, name).__name__ == name
    assert typing.get_args(carefhir.Result) == (carefhir.Done, carefhir.Refused, carefhir.Conflict, carefhir.Partial)
    with pytest.raises(AttributeError, match=r"carefhir\.commands"):
        _ = carefhir.Enroll  # type: ignore[attr-defined]


def test_the_commands_are_the_catalog() -> None:
    """Every command in catalogue order; between them only the models their fields are made of."""
    of_the_catalog = [one.command.__name__ for one in ENTRIES]
    assert [name for name in commands.__all__ if name in of_the_catalog] == of_the_catalog
    parts = {front.public_name(one) for entry in ENTRIES for one in front.parts(entry.command)}
    assert set(commands.__all__) == {*of_the_catalog, *parts}
    assert len(commands.__all__) == len(set(commands.__all__))
    for one in ENTRIES:
        assert getattr(commands, one.command.__name__) is one.command


@pytest.mark.parametrize("face", [Care, AsyncCare])
def test_every_reading_says_what_it_shows(face: type[Care] | type[AsyncCare]) -> None:
    """A reading without its overload of `show` would be Any to an editor: add it to both clients."""
    overloads = typing.get_overloads(face.show)
    late = {one.command.__name__: one.command for one in catalog.READINGS}
    late |= {made.__name__: made for one in catalog.READINGS for made in [typing.get_type_hints(one.read)["return"]]}
    hints = [typing.get_type_hints(one, {**vars(inspect.getmodule(face)), **late}) for one in overloads]
    shown = {one["command"]: one["return"] for one in hints}
    assert shown == {one.command: typing.get_type_hints(one.read)["return"] for one in catalog.READINGS}


@pytest.mark.parametrize(
    ("statement", "none_of"),
    [
        (
            "import carefhir",
            ("requests", "httpx", "pydantic", "fastapi", "typer", "carefhir.faces.care", "carefhir.errors"),
        ),
        ("from carefhir import Done, Site, Limits", ("requests", "httpx", "fastapi", "fhir")),
        (
            "from carefhir import commands; commands.Enroll",
            ("requests", "httpx", "fastapi", "uvicorn", "fhir.resources", "carefhir.catalog"),
        ),
        (
            "from carefhir import Care, commands",
            (
                *("requests", "httpx", "fastapi", "uvicorn", "pydantic", "holidays", "fhir.resources"),
                *("carefhir.catalog", "carefhir.workflows", "carefhir.doctor", "carefhir.engine.runner"),
            ),
        ),
        ("import carefhir; carefhir.Care('http://127.0.0.1/fhir')", ("httpx", "fastapi", "carefhir.catalog")),
        ("import carefhir.__main__", ("fastapi", "starlette", "uvicorn", "joserfc")),
        ("from carefhir import AsyncCare", ("fastapi", "uvicorn", "fhir.resources")),
    ],
)
def test_an_import_loads_only_what_it_needs(statement: str, none_of: tuple[str, ...]) -> None:
    """P8: nothing is paid for before it is used."""
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & set(none_of)


@pytest.mark.deep
def test_the_types_hold_for_users() -> None:
    """mypy --strict accepts what users write, and objects to what they should not."""
    assert (ROOT / "carefhir" / "py.typed").exists()
    usage = ROOT / "tests" / "typing" / "usage.py"
    checked = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(usage)]
    done = subprocess.run(checked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", carefhir.__all__)
def test_every_public_name_is_written_about(name: str) -> None:
    found = getattr(carefhir, name)
    if name != "commands":
        assert f"\n### `{name}`\n" in REFERENCE
    if name != "Result":
        assert (inspect.getdoc(found) or "").strip(), name
    for method, one in vars(found).items() if inspect.isclass(found) else ():
        if not method.startswith("_") and (inspect.isfunction(one) or isinstance(one, property)):
            assert (inspect.getdoc(one) or "").strip(), f"{name}.{method}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.name)
def test_every_command_and_field_is_written_about(entry: typing.Any) -> None:
    assert f"\n### `commands.{entry.command.__name__}`\n" in REFERENCE
    assert (ROOT / "docs" / "steps" / f"{entry.name}.md").exists()
    for model in (entry.command, *front.parts(entry.command)):
        assert model.__doc__, model
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name} needs a description"


def test_every_error_has_its_entry() -> None:
    def tree(kind: type[CarefhirError]) -> set[type[CarefhirError]]:
        return {kind}.union(*(tree(one) for one in kind.__subclasses__() if one.__module__ == "carefhir.errors"))

    for error in tree(CarefhirError):
        assert error.__name__ in carefhir.__all__
        assert f"\n### `{error.__name__}`\n" in REFERENCE
        assert f"`{error.code}`" in REFERENCE
