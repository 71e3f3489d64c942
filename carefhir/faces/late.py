"""Modules that are loaded when something of them is first used, so that a script pays for the steps it takes."""

from __future__ import annotations

import importlib
from typing import Any


class Late:
    """Stands for a module until it is used. Checkers are shown the import itself (`TYPE_CHECKING`).

    The standard library's `LazyLoader` is not used: two threads that use a module first at the same moment may meet it
    half-loaded (in Python 3.11), and clients are used from many.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)
