"""What a step refuses, in its own words: read from the source of its module and of the modules it is made of.

A sentence counts as a refusal where `decide`, or what it calls, puts it into a `Refusal(…)` or into the `why` of one,
and in functions that are asked for such reasons there, or named for them (`_refusals`, `objections`, …). What is filled
in when it is said stands in ‹angle quotes›.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import TypeGuard

from carefhir.content import supervision
from carefhir.engine.step import AnyStep
from carefhir.mappers import patient

NAMED = re.compile(r"refus|objection|in_the_way|missing|clash|too_late|nobody|not_r4|unfit|cannot|stands_against")


def by_every_step() -> tuple[str, ...]:
    """What stands in the way of every step: the patient, and the supervision table."""
    in_the_way = _functions(patient)["in_the_way"][0]
    return (
        *_sentences(in_the_way, in_the_way),
        "‹action› is not for ‹discipline›; it is for: ‹those who may› (unless a life must be protected now)",
        "‹reference› is ‹status› and cannot become ‹status› (see [lifecycles](../lifecycles.md))",
    )


def of(step: AnyStep) -> tuple[str, ...]:
    """The step's own refusals, in the order of the source."""
    functions: dict[str, list[ast.FunctionDef]] = {}
    for module in _modules(step):
        for name, found in _functions(module).items():
            functions.setdefault(name, []).extend(found)
    shared = {id(one) for module in (patient, supervision) for found in _functions(module).values() for one in found}
    reached = [one for one in _reached("decide", functions) if id(one) not in shared]
    said: dict[str, None] = {}
    for one in reached:
        for each in _asked(one, functions, shared) if _refuses(one) else ():
            said.update(dict.fromkeys(each))
        if NAMED.search(one.name):
            said.update(dict.fromkeys(_sentences(one, one)))
    return tuple(one for one in said if one not in by_every_step() and not any(one in other != one for other in said))


def _refuses(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "Refusal" for node in ast.walk(function))


def _asked(
    function: ast.FunctionDef, functions: dict[str, list[ast.FunctionDef]], shared: set[int]
) -> Iterator[list[str]]:
    """The reasons that stand in a function, and all those of the functions it asks for reasons, but for those that
    every step has."""
    open_ = []
    for node in _reasons(function):
        yield _sentences(node, function)
        open_ += _called_in(node)
    seen: set[str] = set()
    while open_:
        name = open_.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for one in functions.get(name, ()):
            if id(one) not in shared and one.returns is not None and "str" in ast.unparse(one.returns):
                yield _sentences(one, one)
                returned = (each.value for each in ast.walk(one) if isinstance(each, ast.Return) and each.value)
                open_ += [each for node in (*returned, *_reasons(one)) for each in _called_in(node)]


def _reasons(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What is given to a `Refusal`, and what is put into `why`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and (_name(node.func) == "Refusal" or _of_why(node.func)):
            yield from node.args[:1]
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if _adds(node) else []
        if any(_name(one) == "why" for one in targets):
            yield node.value


def _adds(node: ast.AST) -> TypeGuard[ast.AugAssign]:
    return isinstance(node, ast.AugAssign)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _of_why(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and _name(node.value) == "why"


def _called_in(node: ast.AST) -> list[str]:
    """The functions whose reasons become part of these: not those asked for a word within one, or for a condition."""
    if isinstance(node, ast.JoinedStr | ast.Compare):
        return []
    inner = [node.body, node.orelse] if isinstance(node, ast.IfExp) else list(ast.iter_child_nodes(node))
    own = [node.func.attr if isinstance(node.func, ast.Attribute) else _name(node.func)] if _calls(node) else []
    return own + [each for one in inner for each in _called_in(one)]


def _calls(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)


def _modules(step: AnyStep) -> list[ModuleType]:
    """The module of the step, and what it uses of its workflow, of the mappers and of the content."""
    first = importlib.import_module(step.decide.__module__)
    found, open_ = [first], [first]
    while open_:
        for name in _imported(open_.pop()):
            module = importlib.import_module(name)
            if module not in found:
                found.append(module)
                if name.startswith("carefhir.workflows"):
                    open_.append(module)
    return found


def _imported(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(_tree(module)):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and re.match(r"carefhir\.(workflows|mappers|content)", node.module)
        ):
            names = (f"{node.module}.{one.name}" for one in node.names)
            inner = [name for name in names if importlib.util.find_spec(name.rpartition(".")[0]) and _is_module(name)]
            yield from inner or [node.module]


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


@cache
def _functions(module: ModuleType) -> dict[str, list[ast.FunctionDef]]:
    found: dict[str, list[ast.FunctionDef]] = {}
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
    return found


def _reached(start: str, functions: dict[str, list[ast.FunctionDef]]) -> Iterator[ast.FunctionDef]:
    """The functions that can be reached by name from one, nearest first."""
    seen, open_ = {start}, [start]
    while open_:
        name = open_.pop(0)
        for one in functions.get(name, ())[:1] if name == start else functions.get(name, ()):
            yield one
            for node in ast.walk(one):
                called = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
                if called in functions and called not in seen:
                    seen.add(called)
                    open_.append(called)


def _sentences(node: ast.AST, function: ast.FunctionDef) -> list[str]:
    """The sentences under a node of a function: texts of some words, its docstring aside. Pieces that were given a name
    first are put where they are said, and not listed by themselves."""
    pieces = _pieces(function)
    docstring = ast.get_docstring(function, clean=False)
    named = {id(one) for _, _, one in pieces} - {id(node)}
    said = [text.strip() for text in _texts(node, pieces, named) if text != docstring]
    return [one for one in said if " " in one and len(re.findall(r"\w+", one)) >= 3]


Pieces = list[tuple[str, int, ast.expr]]
"""Names a function gives to values, with the line."""


def _pieces(function: ast.FunctionDef) -> Pieces:
    found: Pieces = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                both = zip(names, values, strict=False)
                found += [(one.id, node.lineno, value) for one, value in both if isinstance(one, ast.Name)]
    said = {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    return [one for one in found if one[0] in said]


def _texts(node: ast.AST, pieces: Pieces, leave: set[int]) -> Iterator[str]:
    if id(node) in leave:
        return
    if isinstance(node, ast.JoinedStr):
        yield "".join(_filled(one, pieces) for one in node.values)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
        return
    if isinstance(node, ast.Name):
        piece = _piece(node, pieces)
        if piece is not None:
            yield "".join(_filled(one, pieces) for one in piece.values)
        return
    for one in ast.iter_child_nodes(node):
        yield from _texts(one, pieces, leave)


def _filled(part: ast.expr, pieces: Pieces) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    inner = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(inner, ast.Name):
        piece = _piece(inner, pieces)
        if piece is not None:
            return "".join(_filled(one, pieces) for one in piece.values)
    word = inner.attr if isinstance(inner, ast.Attribute) else inner.id if isinstance(inner, ast.Name) else ""
    return f"‹{word.strip('_').replace('_', ' ')}›" if word else "‹…›"


def _piece(name: ast.Name, pieces: Pieces) -> ast.JoinedStr | None:
    """What a name stands for where it is used, if that is a sentence."""
    before = [value for found, line, value in pieces if found == name.id and line < name.lineno]
    return before[-1] if before and isinstance(before[-1], ast.JoinedStr) else None
