"""Runs a page as its reader would: every Python block in order, in one namespace, what it prints compared with what the
page shows.

A `text` block right after a Python block is its output, letter for letter. Blocks may `await`, as in a notebook.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import requests
from joserfc.jwk import ECKey

from carefhir.sandbox import Sandbox, start
from tests.support.authorization import Authorization
from tests.support.backends import http_backend
from tests.support.scenarios import stage
from tests.support.served import served

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n*^```text\n(.*?)^```$)?", re.S | re.M)


@dataclass(frozen=True)
class Block:
    """A block of code, the line it stands at, and the output that is shown for it."""

    line: int
    code: str
    shown: str | None


def blocks(page: Path) -> Iterator[Block]:
    """The Python blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        if found.group(1) == "python":
            yield Block(text.count("\n", 0, found.start()) + 2, found.group(2), found.group(3))


def run(page: Path, names: dict[str, Any]) -> list[tuple[Block, str]]:
    """Runs them all; returns what each printed."""
    told = []
    with asyncio.Runner() as loop:
        for block in blocks(page):
            code = compile("\n" * (block.line - 1) + block.code, str(page), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            with contextlib.redirect_stdout(io.StringIO()) as out:
                if code.co_flags & inspect.CO_COROUTINE:
                    loop.run(eval(code, names))
                else:
                    exec(code, names)
            told.append((block, out.getvalue()))
    return told


def filled(page: Path, told: list[tuple[Block, str]]) -> str:
    """The page with every shown output replaced by what was printed."""
    text = page.read_text(encoding="utf-8")
    outputs = iter([printed for block, printed in told if block.shown is not None])

    def one(found: re.Match[str]) -> str:
        whole: str = found.group(0)
        if found.group(1) != "python" or found.group(3) is None:
            return whole
        at = found.start(3) - found.start(0)
        return whole[:at] + next(outputs) + whole[at + len(found.group(3)) :]

    return _BLOCK.sub(one, text)


@contextmanager
def in_the_clone() -> Iterator[dict[str, Any]]:
    """As the tutorial's reader begins: in the clone, with nothing."""
    there = Path.cwd()
    os.chdir(ROOT)
    names: dict[str, Any] = {}
    try:
        yield names
    finally:
        os.chdir(there)
        if "running" in names:
            names["running"].close()


@contextmanager
def at_a_site() -> Iterator[dict[str, Any]]:
    """As a how-to finds its reader: a server, people on it, a folder with certificates, a Kerberos library."""
    there = Path.cwd()
    with start(Sandbox()) as running, tempfile.TemporaryDirectory() as folder:
        found = stage(http_backend(running.base, "sandbox"), "rosa")
        names = {
            "server": running.base,
            "patient": found.patient,
            "nurse": found.nurse,
            "physician": found.physician,
            "nurse_practitioner": found.backend.find("Practitioner", "nurse-practitioner"),
            "stay": found.backend.find("Encounter", "rosa-stay" + found.mark),
        }
        key = ECKey.generate_key("P-384", {"kid": "2026-1"}, private=True)
        (Path(folder) / "carefhir-key.pem").write_bytes(key.as_pem(private=True))
        doorkeeper = Authorization(clock=time.time, keys={"carefhir-at-mercy": key})
        for name in ("hospital-ca.pem", "client.pem", "client.key"):
            (Path(folder) / name).touch()
        os.chdir(folder)
        sys.modules["requests_kerberos"] = _kerberos()
        try:
            with served(found.backend, authorization=doorkeeper) as secured:
                yield {**names, "secured": secured.base}
        finally:
            os.chdir(there)
            del sys.modules["requests_kerberos"]


def _kerberos() -> ModuleType:
    """Stands in for the library, which needs a site's own tickets: it lets every request pass."""

    class HTTPKerberosAuth(requests.auth.AuthBase):
        def __call__(self, request: Any) -> Any:
            return request

    made = ModuleType("requests_kerberos")
    made.HTTPKerberosAuth = HTTPKerberosAuth  # type: ignore[attr-defined]
    return made


PAGES: dict[str, Callable[[], contextlib.AbstractContextManager[dict[str, Any]]]] = {
    "docs/tutorial.md": in_the_clone,
    "docs/how-to.md": at_a_site,
}
"""The pages whose blocks are run, and where their reader stands."""
