"""What is generated: pages and one module, made of the catalog, the stories, the lifecycles and the docstrings.

`pages()` is everything, by path; `scripts/render-docs` writes it, `--check` and a test compare it with what is
committed. Nothing here is written by hand twice: a new step, story or public name gets its page by being there.
"""

from __future__ import annotations

from pathlib import Path

from scripts.rendering import (
    conformance,
    front,
    lifecycles,
    matrix,
    reference,
    server_shapes,
    sources,
    steps,
    supported,
    vignettes,
)

ROOT = Path(__file__).resolve().parents[2]
OWNED = ("docs/steps",)
"""Folders in which nothing but generated pages stands: what is no longer generated there is removed."""


def pages() -> dict[str, str]:
    """Every generated file, by its path in the checkout."""
    return {
        "carefhir/commands.py": front.commands(),
        "docs/conformance.md": conformance.page(),
        "docs/lifecycles.md": lifecycles.page(),
        "docs/matrix.md": matrix.page(),
        "docs/reference.md": reference.page(),
        "docs/shapes.md": server_shapes.page(),
        "docs/sources.md": sources.page(),
        "docs/supported-content.md": supported.page(),
        "docs/steps/README.md": steps.index(),
        **{f"docs/steps/{name}.md": text for name, text in steps.pages().items()},
        **{f"docs/steps/{name}.md": text for name, text in vignettes.pages().items()},
    }


def differences() -> list[str]:
    """What is committed and differs from what would be generated, a sentence each."""
    wanted = pages()
    found = []
    for path, text in wanted.items():
        there = ROOT / path
        if not there.exists():
            found.append(f"{path} is missing")
        elif there.read_text(encoding="utf-8") != text:
            found.append(f"{path} differs")
    return found + [f"{path} is no longer generated" for path in left_over(wanted)]


def left_over(wanted: dict[str, str]) -> list[str]:
    """Pages of steps and stories that are gone."""
    there = (path.relative_to(ROOT).as_posix() for folder in OWNED for path in sorted((ROOT / folder).glob("*.md")))
    return [path for path in there if path not in wanted]


def write() -> list[str]:
    """Writes what differs; returns the paths."""
    wanted = pages()
    changed = []
    for path, text in wanted.items():
        there = ROOT / path
        if not there.exists() or there.read_text(encoding="utf-8") != text:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(text, encoding="utf-8")
            changed.append(path)
    for path in left_over(wanted):
        (ROOT / path).unlink()
        changed.append(path)
    return changed
