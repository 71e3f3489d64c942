"""How often a caller may ask, and how often an address may fail to sign in.

Only those two: a limit on an address as such would be one on a whole ward. A caller is known by a keyed hash of whom
their token is for, and no name is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.util import WindowStats

from carefhir.faces.web.metrics import Counting
from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.remembering import ServiceMemory
from carefhir.faces.web.statuses import Denied

ASKED_AGAIN_AFTER = 10.0
"""Seconds for which each worker counts for itself after what they share has not answered."""
T = TypeVar("T")


class RateLimits:
    """The limits of one service, counted in its memory. Where that is shared and does not answer, each worker counts
    for itself: a limit must not keep a nurse from her work."""

    def __init__(self, settings: OperatingSettings, counting: Counting, memory: ServiceMemory) -> None:
        self._settings, self._counting = settings, counting
        self._windows, self._own = MovingWindowRateLimiter(memory.counts), MovingWindowRateLimiter(MemoryStorage())
        self._key = memory.derived("callers")
        self._own_until = float("-inf")

    async def _counted(self, ask: Callable[[MovingWindowRateLimiter], Awaitable[T]]) -> T:
        if time.monotonic() < self._own_until:
            return await ask(self._own)
        try:
            return await ask(self._windows)
        except StorageError:
            self._own_until = time.monotonic() + ASKED_AGAIN_AFTER
            return await ask(self._own)

    async def take_caller(self, ehr: str, whom: str) -> None:
        """One request of a caller to an EHR. Raises `Denied` where it is one too many."""
        limit = self._settings.per_caller
        if limit is None:
            return
        hashed = self._hashed(whom)
        if not await self._counted(lambda windows: windows.hit(limit, "caller", ehr, hashed)):
            raise await self._too_many(limit, "caller", ehr=ehr, whom=hashed)

    async def look_at_address(self, ehr: str, address: str) -> None:
        """Raises `Denied` where too many requests from an address had no token that holds; "" is never limited."""
        limit = self._settings.failed_sign_ins
        if limit is None or not address:
            return
        place = self._place(address)
        if not await self._counted(lambda windows: windows.test(limit, "address", ehr, place)):
            raise await self._too_many(limit, "address", ehr=ehr, whom=place)

    async def sign_in_failed(self, ehr: str, address: str) -> None:
        """A request from an address had no token that holds."""
        self._counting.count("tokens_refused", {"ehr": ehr})
        limit = self._settings.failed_sign_ins
        if limit is not None and address:
            place = self._place(address)
            await self._counted(lambda windows: windows.hit(limit, "address", ehr, place))

    async def _too_many(self, limit: RateLimitItem, which: str, *, ehr: str, whom: str) -> Denied:
        self._counting.count("rate_limited", {"limit": which, "ehr": ehr})
        window: WindowStats = await self._counted(lambda windows: windows.get_window_stats(limit, which, ehr, whom))
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        words = {
            "caller": f"more requests than {limit} from one caller: wait {seconds} seconds",
            "address": f"more than {limit} from this address had no token that holds: wait {seconds} seconds",
        }
        return Denied("rate-limited", words[which], headers={"Retry-After": str(seconds)})

    def _place(self, address: str) -> str:
        """An address of version 6 stands for its network of 64 bits, in which one machine has as many as it likes."""
        parsed = ipaddress.ip_address(address)
        if parsed.version == 6:
            parsed = ipaddress.ip_network((parsed, 64), strict=False).network_address
        return self._hashed(str(parsed))

    def _hashed(self, whom: str) -> str:
        return hmac.digest(self._key, whom.encode(), hashlib.sha256).hex()
