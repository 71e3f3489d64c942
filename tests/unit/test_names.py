"""A variable says what it holds: `task`, `goal`, `stay`.

Whoever meets `one` or `found` on line 40 has to look up what it was on line 12. Only in a comprehension or lambda of at
most three lines is that in sight, so only there do such names stay.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "carefhir"
VAGUE = frozenset(("one", "found", "said", "known", "made", "seen"))
LINES_IN_SIGHT = 3
PRINTED = {
    "carefhir/workflows/looking/overview.py: found",
    "carefhir/workflows/looking/list_rows.py: known",
}
"""Fields whose names users read: `carefhir overview` and `carefhir worklist` print them as keys with --json."""

_SHORT = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


def vague_names(source: str) -> Iterator[tuple[int, str]]:
    """The line and name of each variable, parameter and field that carries no noun."""
    tree = ast.parse(source)
    in_sight = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, _SHORT) and (node.end_lineno or node.lineno) - node.lineno < LINES_IN_SIGHT
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        name, line = _bound(node)
        if name in VAGUE and id(node) not in in_sight:
            yield line, name


def _bound(node: ast.AST) -> tuple[str, int]:
    """The name a node binds and its line; ("", 0) for a node that binds none."""
    match node:
        case ast.Name(id=name, ctx=ast.Store(), lineno=line) | ast.arg(arg=name, lineno=line):
            return name, line
        case ast.ExceptHandler(name=str(name), lineno=line) | ast.alias(asname=str(name), lineno=line):
            return name, line
        case ast.MatchAs(name=str(name), lineno=line) | ast.MatchStar(name=str(name), lineno=line):
            return name, line
        case ast.MatchMapping(rest=str(name), lineno=line):
            return name, line
    return "", 0


def test_every_variable_carries_its_noun() -> None:
    places = []
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE.parent).as_posix()
        names = vague_names(path.read_text(encoding="utf-8"))
        places += [f"{where}:{line}:{name}" for line, name in names if f"{where}: {name}" not in PRINTED]
    assert not places, "say what these hold:\n" + "\n".join(places)


def test_what_is_printed_is_still_there() -> None:
    for printed in PRINTED:
        where, _, name = printed.partition(": ")
        source = (PACKAGE.parent / where).read_text(encoding="utf-8")
        assert [one for _, one in vague_names(source)] == [name], printed


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("for one in tasks:\n    close(one)", ["one"]),
        ("found = search()", ["found"]),
        ("def close(known: int, *, made: str = '') -> None: ...", ["known", "made"]),
        ("class Talk:\n    said: str", ["said"]),
        ("while seen := page():\n    pass", ["seen"]),
        ("try:\n    go()\nexcept OSError as found:\n    pass", ["found"]),
        ("match task:\n    case {'id': str(one), **known}:\n        pass", ["known", "one"]),
        ("ids = [one.id for one in tasks]", []),
        ("ids = [\n    one.id\n    for one in tasks]", []),
        ("ids = [\n    one.id\n    for one in tasks\n]", ["one"]),
        ("newest = max(tasks, key=lambda one: one.at)", []),
        ("task = records.found", []),
    ],
)
def test_a_vague_name_would_be_noticed(source: str, names: list[str]) -> None:
    assert sorted(name for _, name in vague_names(source)) == names
