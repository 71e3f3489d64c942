"""What is written is written in our words: American spelling, no retired phrase, no class name that says nothing.

All of a Python file is read: names, comments, and every string, f-strings too, also where one is broken over lines.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.docs.vocabulary import BRITISH, EXCEPTIONS, NOT_YET_CLEAN, RETIRED, RETIRED_CLASSES, Word

ROOT = Path(__file__).resolve().parents[2]
READ = (
    "carefhir/**/*.py",
    "docs/**/*.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "profiles/input/fsh/*.fsh",
)
NOT_READ = ("docs/decisions/",)
"""Accepted decisions are never edited."""
GAP = r"(?:\s+(?:#\s*|//\s*)?|\s*['\"]\s*\n\s*f?['\"]\s*)"
"""What may stand between two words of a phrase: a blank, a new line of a comment, a string broken in two."""


@cache
def _files() -> tuple[tuple[str, str], ...]:
    """Name and text of everything that is held to the list."""
    named = ((path.relative_to(ROOT).as_posix(), path) for pattern in READ for path in sorted(ROOT.glob(pattern)))
    left_out = (*NOT_READ, *NOT_YET_CLEAN)
    return tuple((name, path.read_text(encoding="utf-8")) for name, path in named if not name.startswith(left_out))


@cache
def _judged() -> tuple[tuple[str, str], ...]:
    """The same, every exception blanked out; lines keep their numbers."""
    return tuple((name, _without_exceptions(name, text)) for name, text in _files())


def _without_exceptions(name: str, text: str) -> str:
    for exception in EXCEPTIONS:
        if name.startswith(exception.where):
            text = re.sub(exception.text, lambda match: " " * len(match.group()), text, flags=re.M)
    return text


def _uses(word: Word, name: str, text: str) -> Iterator[str]:
    pattern = word.pattern.replace(" ", GAP)
    for match in re.finditer(pattern, text, re.I):
        line = text.count("\n", 0, match.start()) + 1
        yield f"{name}:{line}: {match.group()!r}; write {word.instead}"


def test_american_spelling_and_no_retired_phrase() -> None:
    wrong = [use for name, text in _judged() for word in (*BRITISH, *RETIRED) for use in _uses(word, name, text)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_list_is_alive() -> None:
    """Each word is found where somebody would write it, and a phrase also across lines."""
    assert list(_uses(RETIRED[0], "x.py", 'f"two are against "\n    f"each other"'))
    assert list(_uses(RETIRED[0], "x.py", "# two are against each\n    # other"))
    assert [use.split(":")[1] for use in _uses(BRITISH[0], "x.py", "\nthe_programmes = 1  # PROGRAMME")] == ["2", "2"]
    assert not list(_uses(BRITISH[1], "x.py", "enroll enrollment ENROLLED"))


def test_every_exception_is_needed() -> None:
    texts = dict(_files())
    for exception in EXCEPTIONS:
        assert exception.reason
        assert any(
            re.search(exception.text, text, re.M) for name, text in texts.items() if name.startswith(exception.where)
        ), f"nothing needs the exception {exception.text!r}"


def _classes() -> Iterator[tuple[str, str]]:
    """Name without underscore, and where: of every class of the package."""
    for name, text in _files():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ClassDef):
                    yield node.name.lstrip("_"), f"{name}:{node.lineno}"


def test_no_class_has_a_retired_name() -> None:
    assert [(name, where) for name, where in _classes() if name in RETIRED_CLASSES] == []


def test_class_names_are_unique() -> None:
    """A reader who meets a name knows which class is meant."""
    places: dict[str, list[str]] = defaultdict(list)
    for name, where in _classes():
        places[name].append(where)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
