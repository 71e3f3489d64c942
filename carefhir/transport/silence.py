"""Which servers did not answer a moment ago: a page does not ask them again at once, and says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from carefhir.fhir.wire import Failure, Request, Response, TokenRequest
from carefhir.transport.observing import Ended, ExchangeObserver

SILENT_FOR = 15.0
"""Seconds for which a server that could not be reached is not asked for what is only shown: each page would wait for
it, and somebody waits for the page."""
SILENCE = frozenset({"unreachable", "timeout"})
"""What becomes of a request that nobody answers."""
AWAY = frozenset({502, 503, 504})
"""What a proxy answers for a server that is away, or a server for itself."""


class SilenceWatch:
    """Notes who answers, and tells another observer of every exchange. `clock` gives seconds that only go forward."""

    def __init__(self, observer: ExchangeObserver, clock: Callable[[], float] = time.monotonic) -> None:
        self._observer, self._clock = observer, clock
        self._silent: dict[str, float] = {}

    @contextmanager
    def exchange(self, request: Request | TokenRequest) -> Iterator[Ended]:
        """One exchange."""
        with self._observer.exchange(request) as told:

            def ended(answer: Response | Failure) -> None:
                if isinstance(request, Request):
                    self._note(request.home, answer)
                told(answer)

            yield ended

    def _note(self, home: str, answer: Response | Failure) -> None:
        away = answer.kind in SILENCE if isinstance(answer, Failure) else answer.status in AWAY
        if away:
            self._silent.setdefault(home, self._clock())
        elif isinstance(answer, Response):
            self._silent.pop(home, None)

    def silent(self, home: str) -> bool:
        """Whether a server did not answer a moment ago. After that moment it is asked again: the note is taken off."""
        since = self._silent.get(home)
        if since is None:
            return False
        if self._clock() - since < SILENT_FOR:
            return True
        del self._silent[home]
        return False
