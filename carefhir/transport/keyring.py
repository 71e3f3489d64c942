"""The tokens of a site's homes: one for each base, renewed in time, and shared by everything that runs at once.

Nothing here is written anywhere, and nothing of it shows in a `repr`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from carefhir.fhir.wire import Failure, Response
from carefhir.transport.discovery import Authorization
from carefhir.transport.registered_client import RegisteredClient

RENEWED_BEFORE = 60.0
"""Seconds before its end at which a token is renewed, or a quarter of its life where that is less: a read that is
already on its way must arrive with a token that still holds."""

SHORTEST = 300.0
"""Seconds a token is taken to hold where its answer does not say: what SMART asks servers not to exceed for backend
services."""


RequestKind: TypeAlias = tuple[str, str]
"""Method and target without its query."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that somebody else has obtained. It can be renewed only if its lender says how."""

    token: str = field(repr=False)
    renew: Callable[[], Awaitable[Response | Failure]] | None = field(default=None, repr=False)
    """Gives the answer of the authorization server to whoever holds the session."""
    lasts: float = float("inf")
    """Seconds from now for which it holds."""


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A token we hold."""

    token: str = field(repr=False)
    number: int
    """Which one it is of its home's: 1, 2, 3 …"""
    until: float
    """The moment of the ring's clock at which it must be renewed."""
    scopes: tuple[str, ...] | None = None
    """What was granted, where the answer says so."""
    lasts: float = SHORTEST
    """Seconds, by its answer."""
    accepted: bool = False
    """Whether the FHIR server has answered anything but 401 to it."""


@dataclass(slots=True)
class Access:
    """One home's way in. `lock` guards what follows it; no flow waits while it holds it."""

    how: Bearer | RegisteredClient
    authorization: Authorization | None = None
    held: HeldToken | None = None
    renewing: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _refused: dict[RequestKind, int] = field(default_factory=dict, repr=False)
    """The kinds of requests that the FHIR server has answered with 401 since it last answered them otherwise, and which
    token was the first."""

    def accept(self, number: int, request: RequestKind) -> None:
        """Notes that the FHIR server took a token, for a kind of request."""
        with self.lock:
            self._refused.pop(request, None)
            if self.held is not None and self.held.number == number and not self.held.accepted:
                self.held = replace(self.held, accepted=True)

    def give_up(self, number: int, request: RequestKind) -> bool:
        """After a 401: gives up the token, and says whether asking with another is worth it. One that was never taken
        is kept, for its successor would be refused as well; and so is one whose predecessor was refused for the same
        kind of request: this is not about the token (some servers say 401 where they mean 403)."""
        with self.lock:
            if self._refused.setdefault(request, number) < number:
                return False
            if self.held is None or self.held.number != number:
                return True
            if isinstance(self.how, Bearer) and self.how.renew is None:
                return False
            if not self.held.accepted:
                return False
            self.held = replace(self.held, until=float("-inf"))
            return True


class Keyring:
    """How to sign in, for each home by its name; a home that is not in it is asked without a token.

    `clock` gives seconds that only go forward, for when a token ends; `wall` seconds since 1970, for what is signed.
    """

    def __init__(
        self,
        ways: Mapping[str, Bearer | RegisteredClient] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._access = {home: Access(how) for home, how in (ways or {}).items()}
        self.clock = clock
        self.wall = wall

    def access(self, home: str) -> Access | None:
        """A home's way in; None where it has none."""
        return self._access.get(home)

    def with_way(self, home: str, how: Bearer | RegisteredClient) -> Keyring:
        """The same ring with another way into one home; what is held for the others is shared."""
        ring = Keyring(clock=self.clock, wall=self.wall)
        ring._access = {**self._access, home: Access(how)}
        return ring

    def granted_to(self, home: str) -> tuple[str, ...] | None:
        """What our own client may do there: what was granted, or what it asks for where nobody has said otherwise.
        None where there is no client of ours."""
        access = self._access.get(home)
        if access is None or isinstance(access.how, Bearer):
            return None
        held = access.held
        return held.scopes if held is not None and held.scopes is not None else access.how.scopes

    def __bool__(self) -> bool:
        return bool(self._access)
