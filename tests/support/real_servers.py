"""The real servers that tests run against, beside the sandbox: a line here and a script is all that one more needs.

One is asked for by its marker (`-m hapi`), by the base of one that runs already (CAREFHIR_HAPI_BASE), or by CI=true,
where nothing is skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support import hapi, helios
from tests.support.process import Unavailable

SANDBOX = "sandbox"


@dataclass(frozen=True)
class RealServer:
    """A FHIR server that tests start as a process of its own."""

    name: str
    """Its marker, the backend's name, and what the ledger calls it."""
    title: str
    running: Callable[[], AbstractContextManager[str]]
    page_max: int
    """The most entries it puts on a page, whatever is asked for; no more than we ask for."""
    caches: bool
    """Whether a search that is repeated is answered from before, unless a client asks for none of that."""

    @property
    def base_given(self) -> str:
        """The base of one that runs already; empty if there is none."""
        return os.environ.get(self.variable, "")

    @property
    def variable(self) -> str:
        return f"CAREFHIR_{self.name.upper()}_BASE"

    @property
    def not_asked(self) -> str:
        return f"{self.title} was not asked for: run scripts/test-{self.name}"

    def asked_for(self, marks: str) -> bool:
        """`marks` is the expression of pytest's `-m`."""
        return bool(re.search(rf"(?<!\bnot ){self.name}\b", marks) or self.base_given or in_ci())

    @contextmanager
    def started(self) -> Iterator[str]:
        """Yields the base of one that runs already, or of a new one. Raises `Unavailable`."""
        if given := self.base_given:
            yield given
            return
        with self.running() as base:
            yield base

    @contextmanager
    def for_tests(self, config: pytest.Config) -> Iterator[str]:
        """The same; skips where it was not asked for, or cannot run and this is not CI."""
        if not self.asked_for(str(config.getoption("-m"))):
            pytest.skip(self.not_asked)
        try:
            with self.started() as base:
                yield base
        except Unavailable as missing:
            if in_ci():
                raise
            pytest.skip(f"{self.title} cannot run here: {missing}")


REAL_SERVERS: tuple[RealServer, ...] = (
    RealServer("hapi", "HAPI FHIR", hapi.running, page_max=50, caches=True),
    RealServer("helios", "Helios FHIR Server", helios.running, page_max=200, caches=False),
)
BY_NAME = {one.name: one for one in REAL_SERVERS}


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def marked(name: str, *values: Any, id: str | None = None) -> Any:  # noqa: A002  pytest's word
    """A parameter of a test for a real server, with its marker."""
    return pytest.param(name, *values, marks=getattr(pytest.mark, name), id=id)


def real() -> list[Any]:
    """Each real server, as a parameter."""
    return [marked(one.name) for one in REAL_SERVERS]


def with_sandbox() -> list[Any]:
    """The sandbox, and each real server, as parameters."""
    return [SANDBOX, *real()]


def not_asked_for(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of servers that were not asked for, but for one of each, which is skipped and says why."""
    left_out: list[pytest.Item] = []
    for server in REAL_SERVERS:
        if not server.asked_for(str(config.getoption("-m"))):
            left_out += [one for one in items if one.get_closest_marker(server.name)][:-1]
    return left_out
