"""What the contract tests stated of which server, added up over a whole run and all its workers.

An entry of the ledger that no test stated fails the run, and only its end can know: a test that looked back at the
others would have to run after them, in one process with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Statement = tuple[str, str]
"""A server, and an entry of the ledger."""


class Book:
    """What was stated, and what had to be."""

    def __init__(self) -> None:
        self._stated: set[Statement] = set()
        self._wanted: set[Statement] = set()

    def state(self, server: str, entry: str) -> None:
        """A test states an entry of a server."""
        self._stated.add((server, entry))

    def want(self, servers: Iterable[str], entries: Iterable[str]) -> None:
        """Every one of these entries is to be stated of every one of these servers, in this worker or another."""
        entries = tuple(entries)
        self._wanted |= {(server, entry) for server in servers for entry in entries}

    def told(self) -> dict[str, Any]:
        """What a worker tells the run it belongs to."""
        return {"stated": [list(one) for one in self._stated], "wanted": [list(one) for one in self._wanted]}

    def add(self, told: dict[str, Any]) -> None:
        """What a worker stated and wants, as if here."""
        self._stated |= {(server, entry) for server, entry in told["stated"]}
        self._wanted |= {(server, entry) for server, entry in told["wanted"]}

    def unstated(self) -> list[str]:
        """What no test has stated, in words."""
        return [f"{entry}: no test stated it of {server}" for server, entry in sorted(self._wanted - self._stated)]


book = Book()
