"""Who is told of every exchange with a FHIR server: that it takes place, how it ends, and nothing of what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from carefhir.fhir.wire import Failure, Request, Response, TokenRequest

Ended = Callable[[Response | Failure], None]
"""Is told how an exchange ended."""


class ExchangeObserver(Protocol):
    """Watches exchanges, each for its length. It must not raise, nor keep a target, a header or a body: they are a
    patient's."""

    def exchange(self, request: Request | TokenRequest) -> AbstractContextManager[Ended]:
        """One exchange; what it gives is called with the answer."""
        ...


class Unobserved:
    """Watches nothing."""

    @contextmanager
    def exchange(self, request: Request | TokenRequest) -> Iterator[Ended]:
        """One exchange, unwatched."""
        yield lambda answer: None
